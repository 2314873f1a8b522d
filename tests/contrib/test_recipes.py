"""The applications of docs/en/recipes.md, as a reader would save, start and use them."""

import base64
import contextlib
import http.client
import importlib
import json
import os
import re
import shlex
import socket
import sqlite3
import subprocess
import sys
import time
from typing import Any, Dict, Iterator, List, Set
from urllib.parse import parse_qs, urlsplit

import django.template
import jinja2
import pytest
from documents import blocks_in, files_in, pages_of, section_in, text_of
from support import SECRET, sign_callback

# What else they need is installed with the newest frameworks only.
pytestmark = pytest.mark.skipif(django.VERSION < (5,), reason='are for the newest frameworks')

DOCUMENT = text_of('docs/en/recipes.md')
TESTING = text_of('docs/en/testing.md')

ENVIRONMENT = dict(
    os.environ, PAYMENT_PAGE_SECRET=SECRET, PAYMENT_PAGE_BASE_URL='http://127.0.0.1:8186'
)
ENVIRONMENT.pop('DJANGO_SETTINGS_MODULE', None)  # that of other tests


@pytest.fixture
def folder(tmp_path: Any) -> str:
    """Return a folder in which a reader has saved all files."""
    save(str(tmp_path), files_in(DOCUMENT))
    return str(tmp_path)


def save(folder: str, files: 'Dict[str, str]') -> None:
    for name, code in files.items():
        with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
            file.write(code)


def order_in(folder: str) -> 'List[Any]':
    """Return the only order: its id, amount, currency and state."""
    with contextlib.closing(sqlite3.connect(os.path.join(folder, 'shop.sqlite3'))) as database:
        [order] = database.execute('SELECT payment_id, amount, currency, state FROM orders')
    return list(order)


def pay_for(order_id: str, amount: int = 1815, **members: Any) -> bytes:
    payment = {
        'id': order_id,
        'type': 'purchase',
        'status': 'success',
        'sum': {'amount': amount, 'currency': 'EUR'},
    }
    return sign_callback(payment=dict(payment, **members))


def payment_id_in(url: str) -> str:
    assert url.startswith('http://127.0.0.1:8186/payment?')
    query = parse_qs(urlsplit(url).query)
    assert (query['payment_amount'], query['payment_currency']) == (['1815'], ['EUR'])
    [payment_id] = query['payment_id']
    return payment_id


@contextlib.contextmanager
def served(folder: str, command: 'List[str]') -> 'Iterator[int]':
    """Run a server, and yield the port that it is told to listen at."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]  # type: int
    with open(os.path.join(folder, 'log'), 'wb') as log:
        process = subprocess.Popen(
            [sys.executable] + [part.replace('PORT', str(port)) for part in command],
            cwd=folder,
            env=dict(ENVIRONMENT, PYTHONPATH=os.pathsep.join([folder] + sys.path)),
            stdout=log,
            stderr=log,
        )
    try:
        for _ in range(300):
            with open(os.path.join(folder, 'log'), encoding='utf-8') as said:
                assert process.poll() is None, said.read()
            with contextlib.suppress(OSError), socket.create_connection(('127.0.0.1', port)):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


# The command, and what the test says of the port.
SERVERS = {
    'Flask': ['--port', 'PORT'],
    'Django': ['PORT', '--noreload'],
    'FastAPI': ['--port', 'PORT'],
    'aiohttp': ['-P', 'PORT'],
}


@pytest.mark.parametrize('heading', SERVERS)
def test_an_application_on_its_server(heading: str, folder: str) -> None:
    install, start, *_ = blocks_in(section_in(DOCUMENT, heading), 'sh')
    assert install.startswith('pip install ')
    command = shlex.split(start)
    command = command[1:] if command[0] == 'python' else ['-m'] + command
    with served(folder, command + SERVERS[heading]) as port:
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)

        headers = {'Content-Type': 'application/json'}

        def post(path: str, body: bytes = b'') -> 'Any':
            connection.request('POST', path, body, headers)
            response = connection.getresponse()
            content = response.read()
            return response.status, content, response.headers['Location']

        def deliver(body: bytes) -> 'Any':
            return post('/callbacks', body)[:2]

        if heading == 'Django':
            assert post('/pay')[0] == 403
            connection.request('GET', '/')
            page = connection.getresponse()
            [token] = re.findall(b'"csrfmiddlewaretoken" value="(.*?)"', page.read())
            headers.update({'X-CSRFToken': token.decode(), 'Cookie': page.headers['Set-Cookie']})
        status, _, url = post('/pay')
        assert status in (302, 303)
        order_id = payment_id_in(url)
        assert order_in(folder) == [order_id, 1815, 'EUR', 'new']

        assert deliver(pay_for(order_id).replace(b'1815', b'1')) == (400, b'invalid_signature')
        assert deliver(b'{') == (400, b'malformed_callback')
        assert deliver(b' ' * (256 * 1024 + 1))[0] == 413
        assert deliver(pay_for('none-of-ours')) == (200, b'OK')
        assert deliver(pay_for(order_id, status='processing')) == (200, b'OK')
        assert deliver(pay_for(order_id, type='payout')) == (200, b'OK')
        assert order_in(folder)[-1] == 'new'
        assert deliver(pay_for(order_id)) == (200, b'OK')
        assert order_in(folder)[-1] == 'paid'
        for late in (pay_for(order_id), pay_for(order_id, 1), pay_for(order_id, status='decline')):
            assert deliver(late) == (200, b'OK')
            assert order_in(folder)[-1] == 'paid'

        url = post('/pay')[2]
        assert url.startswith('http://127.0.0.1:8186/payment?')
        connection.close()


def run_script(folder: str, code: str, **environment: str) -> str:
    """Run code beside the files of the document; return what it prints."""
    environment = dict(ENVIRONMENT, PYTHONPATH=os.pathsep.join([folder] + sys.path), **environment)
    process = subprocess.run(
        [sys.executable, '-c', code],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        timeout=120,
    )
    assert process.returncode == 0, process.stdout
    return process.stdout


DJANGO = """
import json
from unittest import mock
from django_shop import Order, django, settings
from django.db import connection
from django.test import Client, override_settings
from support import sign_callback
from test_recipes import pay_for, payment_id_in

with connection.schema_editor() as editor:
    editor.create_model(Order)
client = Client()
send = lambda body, path='/callbacks': client.post(path, body, 'application/json')
state = lambda: Order.objects.get().state
"""

REST_FRAMEWORK = (
    DJANGO
    + """
settings.REST_FRAMEWORK = {
    'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated'],
}

from django.urls import path
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from payment_page_sdk.contrib.django import get_gate
from payment_page_sdk.exceptions import CallbackException

import api_callbacks
import api_urls

class Protected(APIView):
    def post(self, request):
        raise AssertionError

class Some(serializers.Serializer):
    payment = serializers.DictField()
    signature = serializers.CharField()

class Wrong(APIView):
    authentication_classes = permission_classes = []

    def post(self, request):
        some = Some(data=request.data)
        some.is_valid(raise_exception=True)
        try:
            get_gate().handle_callback(some.validated_data)
        except CallbackException as error:
            return Response(error.code)

api_urls.Pay.permission_classes = []
api_urls.urlpatterns += [
    path('protected', Protected.as_view()),
    path('by-api-view', api_callbacks.Callbacks.as_view()),
    path('wrong', Wrong.as_view()),
]
with override_settings(ROOT_URLCONF='api_urls'):
    assert send('{}', '/protected').status_code in (401, 403)
    assert send('{"product": "gold"}', '/api/pay').status_code == 400
    reply = send('{"product": "tea"}', '/api/pay')
    assert reply.status_code == 201
    order = payment_id_in(reply.json()['url'])
    for address in ('/callbacks', '/by-api-view'):
        Order.objects.update(state='new')
        reply = send(pay_for(order).replace(b'1815', b'1'), address)
        assert (reply.status_code, reply.content) == (400, b'invalid_signature')
        assert state() == 'new'
        reply = send(pay_for(order), address)
        assert (reply.status_code, reply.content) == (200, b'OK')
        assert state() == 'paid'
    assert send(pay_for(order), '/wrong').json() == 'invalid_signature'
"""
)


def test_rest_framework(folder: str) -> None:
    run_script(folder, REST_FRAMEWORK)


CELERY = (
    DJANGO
    + """
import time
import celery_shop
from celery import signals
from celery.contrib.testing.worker import start_worker

sent = []
signals.before_task_publish.connect(lambda body, headers, **_: sent.append(body[0]), weak=False)
assert celery_shop.app.conf.task_serializer == 'json'

def wait():
    for _ in range(100):
        if state() == 'to be packed':
            return
        time.sleep(0.05)
    raise AssertionError(state())

with override_settings(ROOT_URLCONF='celery_shop'):
    order = payment_id_in(client.post('/pay')['Location'])
    # The queue is down: the order is paid all the same.
    with mock.patch.object(celery_shop.ship, 'delay', side_effect=ConnectionError):
        assert send(pay_for(order)).status_code == 200
    assert (state(), sent) == ('paid', [])
    with start_worker(celery_shop.app, perform_ping_check=False):
        celery_shop.ship_all.delay()
        wait()
        assert send(pay_for(order)).status_code == 200
        Order.objects.update(state='new')
        assert send(pay_for(order).replace(b'1815', b'1')).status_code == 400
        assert state() == 'new'
        assert send(pay_for(order)).status_code == 200
        wait()
        celery_shop.ship.delay(order)
        time.sleep(0.3)
assert all(arguments in ((), (order,)) for arguments in sent), sent
assert len(sent) == 5
"""
)


def test_celery(folder: str) -> None:
    printed = run_script(folder, CELERY, CELERY_BROKER='memory://')
    assert printed.count('Print the label of') == 2


def test_the_tests_of_the_shops(folder: str) -> None:
    refunds = files_in(text_of('docs/en/after-payment.md'))['refunds.py']
    save(folder, dict(files_in(TESTING), **{'refunds.py': refunds}))
    assert '5 passed' in run_pytest(folder)


def run_pytest(folder: str, *arguments: str) -> str:
    """Run the tests in a folder; return what pytest prints."""
    plugin = 'payment_page_sdk.testing.pytest_plugin'
    command = ['-q', '-p', plugin, '-p', 'no:cacheprovider'] + list(arguments)
    code = 'import pytest; pytest.main(%r)' % command
    return run_script(folder, code, PYTEST_DISABLE_PLUGIN_AUTOLOAD='1')


def test_the_tests_of_the_django_shop_with_pytest_django(folder: str) -> None:
    files = files_in(TESTING)
    [setting] = [block for block in blocks_in(TESTING, 'python') if 'pytestmark' in block]
    own_fixture = re.compile(r'@pytest.fixture\(autouse=True\)\ndef orders(.*\n)+?\n\n')
    test = own_fixture.sub(lambda found: setting + '\n\n', files['test_django_shop.py'])
    assert 'def orders' not in test
    fixture = '@pytest.fixture\n'
    _, pay_by_card = files['conftest.py'].split(fixture)
    save(folder, {'conftest.py': PROJECT + fixture + pay_by_card, 'test_django_shop.py': test})
    assert '1 passed' in run_pytest(folder, '-p', 'pytest_django.plugin')


# What a project has: migrations, and settings that are read before conftest.py.
PROJECT = """
import pytest
from django.db import connection
from django_shop import Order

@pytest.fixture(scope='session')
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Order)

"""


def test_the_other_applications_of_django_start(folder: str) -> None:
    for section in ('Django REST framework beside it', 'Celery'):
        start = blocks_in(section_in(DOCUMENT, section), 'sh')[1]
        variable, command = start.split(' ', 1)
        assert command == 'python manage.py runserver\n'
        code = 'import sys; sys.argv = ["manage.py", "check"]; import manage'
        assert 'no issues' in run_script(folder, code, **dict([variable.split('=')]))


WITH_SANDBOX = """
import os
import sqlite3
from payment_page_sdk.testing import CallbackFactory, run_sandbox

APPROVED, DECLINED = '4000000000000077', '4111111111111111'

def pay(link, card=None):
    order = sandbox.open(link)['payment_id']
    sandbox.wait_for_callback(order, sandbox.play(order, card)['status'])
    return order

def execute(sql, *values):
    with sqlite3.connect('shop.sqlite3') as database:
        return database.execute(sql, values).fetchall()

def state(order):
    [[state]] = execute('SELECT state FROM orders WHERE payment_id = ?', order)
    return state

with run_sandbox(os.environ['PAYMENT_PAGE_SECRET'], 186, ['--speed', '100']) as sandbox:
    os.environ['PAYMENT_PAGE_GATE_API_URL'] = sandbox.url
    exec(CODE)
"""

HOLDS = """
import holds
import shop
from payment_page_sdk.gate_api import AccessDenied, NoAnswer

sandbox.receiver.handle = holds.held_or_paid

def hold(card=APPROVED):
    return pay(shop.place_order(1815, 'EUR', operation_type='auth'), card)

order = hold()
assert state(order) == 'held'
holds.ship(order)
holds.ship(order)
sandbox.wait_for_callback(order, 'success')
assert state(order) == 'paid'

order = hold()
for fault, error, state_then in (('403', AccessDenied, 'held'), ('cut', NoAnswer, 'shipping')):
    sandbox.set_gate_fault(fault, 1)
    try:
        holds.ship(order)
    except error:
        assert state(order) in (state_then, 'paid')
    else:
        raise AssertionError
sandbox.wait_for_callback(order, 'success')
assert state(order) == 'paid'

order = hold()
sandbox.cancel(order)
sandbox.wait_for_callback(order, 'canceled')
assert state(order) == 'to be reviewed'
assert state(hold(DECLINED)) == 'new'
"""

CARDS = """
import cards
import shop
from payment_page_sdk.payment import Payment

def handle(callback):
    shop.paid(callback)
    cards.keep_card(callback)

sandbox.receiver.handle = handle
for card, known in ((DECLINED, 0), (APPROVED, 1)):
    pay(shop.place_order(1815, 'EUR', customer_id='585741'), card)
    assert len(cards.cards_of('585741')) == known
[[token, number]] = cards.cards_of('585741')
assert number == '400000******0077'
order = pay(shop.place_order(1815, 'EUR', customer_id='585741', account_token=token))
assert state(order) == 'paid'
assert len(cards.cards_of('585741')) == 1

saved = sandbox.open(Payment('186', customer_id='7', mode='card_tokenize'))['payment_id']
sandbox.play(saved, APPROVED)
sandbox.wait_for_callback(saved)
[[token, _]] = cards.cards_of('7')
expired = CallbackFactory(os.environ['PAYMENT_PAGE_SECRET']).token(
    changes={'token': token, 'token_status': 'expiry'})
cards.keep_card(shop.gate.handle_callback(expired))
assert cards.cards_of('7') == []
"""

[*_, RECONCILE] = blocks_in(section_in(DOCUMENT, 'Django'), 'sh')
RECONCILIATION = """
from django.db import connection
from django_shop import Order, place_order

with connection.schema_editor() as editor:
    editor.create_model(Order)
order = pay(place_order(1815, 'EUR'), APPROVED)
for state_then, since in (('new', '-1 minute'), ('paid', '-1 hour')):
    execute("UPDATE orders SET opened_at = DATETIME('now', ?)", since)
    exec(%r)
    assert state(order) == state_then
""" % shlex.split(RECONCILE)[2]


@pytest.mark.parametrize('code', [HOLDS, CARDS, RECONCILIATION], ids=['holds', 'cards', 'django'])
def test_with_the_sandbox(code: str, folder: str) -> None:
    run_script(folder, 'CODE = %r\n' % code + WITH_SANDBOX)


# How API Gateway and function URLs write the same request.
V1 = {
    'resource': '/callbacks',
    'path': '/callbacks',
    'httpMethod': 'POST',
    'headers': {'Content-Type': 'application/json'},
    'requestContext': {'stage': 'live', 'httpMethod': 'POST'},
}
V2 = {
    'version': '2.0',
    'routeKey': 'POST /callbacks',
    'rawPath': '/live/callbacks',
    'headers': {'content-type': 'application/json'},
    'requestContext': {'stage': 'live', 'http': {'method': 'POST', 'path': '/live/callbacks'}},
}
FUNCTION_URL = dict(V2, routeKey='$default', rawPath='/')


@pytest.fixture
def aws(folder: str, monkeypatch: Any) -> 'Iterator[Any]':
    """Import lambda_shop from the folder."""
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    for name in ('PAYMENT_PAGE_SECRET', 'PAYMENT_PAGE_BASE_URL'):
        monkeypatch.setenv(name, ENVIRONMENT[name])
    yield importlib.import_module('lambda_shop')
    for name in ('lambda_shop', 'shop'):
        del sys.modules[name]


@pytest.mark.parametrize('event', [V1, V2, FUNCTION_URL], ids=['v1', 'v2', 'function-url'])
@pytest.mark.parametrize('in_base64', [False, True])
def test_lambda(event: 'Dict[str, Any]', in_base64: bool, folder: str, aws: Any) -> None:
    def deliver(body: bytes) -> 'Any':
        text = (base64.b64encode(body) if in_base64 else body).decode()
        reply = aws.callbacks(dict(event, body=text, isBase64Encoded=in_base64), None)
        assert json.loads(json.dumps(reply)) == reply  # as Lambda sends it
        return reply['statusCode'], reply['body']

    reply = aws.pay(dict(event, isBase64Encoded=False), None)
    assert reply['statusCode'] == 303
    order_id = payment_id_in(reply['headers']['Location'])
    assert deliver(pay_for(order_id).replace(b'1815', b'1')) == (400, 'invalid_signature')
    assert deliver(b' ' * (256 * 1024 + 1)) == (413, 'callback_too_large')
    assert order_in(folder)[-1] == 'new'
    assert [deliver(pay_for(order_id)) for _ in range(2)] == [(200, 'OK')] * 2
    assert order_in(folder)[-1] == 'paid'


@pytest.mark.parametrize('event', [dict(V1, body=None, isBase64Encoded=False), V2])
def test_lambda_without_a_body(event: 'Dict[str, Any]', aws: Any) -> None:
    assert aws.callbacks(event, None)['statusCode'] == 400


def render_django(template: str, context: 'Dict[str, Any]') -> str:
    return django.template.Engine().from_string(template).render(django.template.Context(context))


def render_jinja(template: str, context: 'Dict[str, Any]') -> str:
    return jinja2.Environment(autoescape=True).from_string(template).render(context)


@pytest.fixture
def checkout(folder: str) -> 'Dict[str, Any]':
    code = 'import json, checkout; print(json.dumps(checkout.context))'
    context = json.loads(run_script(folder, code))  # type: Dict[str, Any]
    return context


FORM, DJANGO_CONFIG, JINJA_CONFIG, REST = blocks_in(section_in(DOCUMENT, 'Templates'), 'html')


@pytest.mark.parametrize('render', [render_django, render_jinja])
def test_a_form_in_a_template(render: Any, checkout: 'Dict[str, Any]') -> None:
    assert render(FORM, checkout).strip() == checkout['form']
    assert '&lt;form' in render('{{ form }}', checkout)


@pytest.mark.parametrize(
    'render, data', [(render_django, DJANGO_CONFIG), (render_jinja, JINJA_CONFIG)]
)
def test_a_widget_in_a_template(render: Any, data: str, checkout: 'Dict[str, Any]') -> None:
    assert '</script>' in checkout['config']['payment_description']
    block = render(data, checkout)
    [config] = re.findall(
        '^<script id="config" type="application/json">(.*)</script>$', block.strip()
    )
    assert '<' not in config
    assert json.loads(config) == checkout['config']
    page = render(REST, checkout)
    assert '<script src="https://paymentpage.ecommpay.com/shared/merchant.js" defer>' in page
    # Nothing in the page that a Content-Security-Policy would have to allow as "inline".
    assert not re.search(r'<script(?![^>]*\b(src|type)=)|<style| style=| on\w+=', block + page)


# There is no PowerShell here: these tests read the blocks, and run none of them.

POWERSHELL = blocks_in(section_in(DOCUMENT, 'Windows PowerShell'), 'powershell')
ONLY_IN_SH = r'&|\$|[<>|]|\\$|^\w+=|^\. |\b(export|python3|curl|echo|trap)\b'
SHELLS_OWN = set(
    # of sh
    '. bin activate python3 export echo curl trap kill exit until grep do -q -0 sleep 0.1 done sed '
    '-n s p - '
    # of PowerShell
    'scripts activate.ps1 py env set-content -encoding ascii curl.exe if lastexitcode process '
    'start-process -nonewwindow -passthru -redirectstandardoutput -argumentlist start-sleep '
    '-milliseconds 100 process.hasexited -or select-string .matches groups 0 1 .value stop-process '
    '-id process.id .groups'.split()
)


def words_in(text: str) -> 'Set[str]':
    """Return the names, values and options of a command, however they are quoted."""
    return {word for word in re.findall(r'[\w.-]+', text.lower()) if word not in SHELLS_OWN}


def sh_blocks() -> 'Iterator[str]':
    """Yield the blocks of all documents that are not the same in PowerShell."""
    for name in ['README.md'] + ['docs/en/' + page for page in pages_of('en')]:
        for block in blocks_in(text_of(name), 'sh'):
            if re.search(ONLY_IN_SH, re.sub("'[^']*'", '', block), re.MULTILINE):
                yield block


@pytest.mark.parametrize('block', list(sh_blocks()))
def test_powershell_has_a_form_of(block: str) -> None:
    forms = [form for form in POWERSHELL if words_in(form) == words_in(block)]
    assert forms, 'docs/en/recipes.md has no form for PowerShell of:\n' + block


@pytest.mark.parametrize('block', POWERSHELL)
def test_powershell_can_read(block: str) -> None:
    lexer = importlib.import_module('pygments.lexers').get_lexer_by_name('powershell')
    assert not [text for kind, text in lexer.get_tokens(block) if 'Error' in str(kind)]
    of_sh = r'&&|\|\||\\$|\bcurl\b(?!\.exe)| > |\bexport\b|`[ \t]'
    assert not re.search(of_sh, block, re.MULTILINE)
    # Windows PowerShell 5.1 would drop the quotes.
    assert not re.search(r"""-d ['"]?[{"]""", block)
    names = set(re.findall(r'\$(\w+)', block))
    assert len(names) == len({name.lower() for name in names})
    for line in block.splitlines():
        assert line.count('"') % 2 == line.count("'") % 2 == 0
