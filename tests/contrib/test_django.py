import os
import runpy
import threading
from typing import Any, Dict, Iterator, List

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.core import checks, mail
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections, transaction
from django.http import Http404, HttpResponse, RawPostDataException
from django.test import RequestFactory, override_settings
from django.utils.module_loading import import_string
from django.views.debug import ExceptionReporter
from frameworks import django_urls, route_django
from support import (
    GATE,
    SMALL,
    Broken,
    Chunks,
    asgi,
    assert_not_in,
    assert_nothing_personal,
    fail_with_personal_data,
    pad_callback,
    report_errors,
    run,
    sign_callback,
    wsgi,
)

import payment_page_sdk
from payment_page_sdk.contrib import django as adapter
from payment_page_sdk.contrib.answers import LARGE, LIMIT
from payment_page_sdk.contrib.django import get_gate, payment_callback
from payment_page_sdk.contrib.django.apps import PaymentPageConfig, check_deployment, check_settings
from payment_page_sdk.exceptions import ConfigurationException, ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment

has_async_views = pytest.mark.skipif(
    django.VERSION[:2] < (3, 1), reason='Django had no async views before 3.1'
)


def post(view: Any, body: Any, *args: Any, **options: Any) -> Any:
    """Send a request through the handler, all middleware, and the router."""
    return wsgi(route_django(view), body, *args, **options)


def async_post(view: Any, body: Any) -> Any:
    from django.core.asgi import get_asgi_application

    with django_urls(view):
        return asgi(get_asgi_application(), body)


@pytest.fixture
def seen() -> 'List[Any]':
    return []


@pytest.fixture
def view(seen: 'List[Any]') -> Any:
    return payment_callback(GATE, limit=SMALL)(
        lambda callback: seen.append(callback.get_payment_id())
    )


def test_in_chunks_whose_end_the_server_does_not_know(view: Any) -> None:
    source = Chunks([sign_callback(), b''])
    headers = {'Transfer-Encoding': 'chunked'}
    reply = post(view, source, headers=headers, without='wsgi.input_terminated')
    assert reply[:2] == (411, b'length_required')
    assert source.taken == 0  # to read would be to wait for ever


def test_a_body_that_a_middleware_has_read_already(view: Any, seen: 'List[Any]') -> None:
    request = RequestFactory().generic('POST', '/callbacks', sign_callback(), 'application/json')
    assert request.body == sign_callback()
    assert view(request).status_code == 200
    assert seen == ['ORDER-1']


lengths = []  # type: List[int]


def measure(get_response: Any) -> Any:
    """Return a middleware that reads the body after the view."""

    def middleware(request: Any) -> Any:
        response = get_response(request)
        lengths.append(len(request.body))
        return response

    return middleware


READ_AFTERWARDS = [
    (sign_callback(), 200, len(sign_callback())),
    (b'{}', 400, 2),
    (Chunks([b'x' * SMALL, b'x', b'never']), 413, SMALL + 1),
]  # type: List[Any]


@pytest.mark.parametrize('body, status, length', READ_AFTERWARDS + [(Broken([b'x']), 400, 0)])
def test_a_middleware_reads_the_body_afterwards(
    body: Any, status: int, length: int, view: Any
) -> None:
    del lengths[:]
    with override_settings(MIDDLEWARE=['test_django.measure']), django_urls(view):
        assert wsgi(get_wsgi_application(), body).status == status
    assert lengths == [length]


@has_async_views
def test_a_middleware_reads_the_body_of_an_async_view_afterwards() -> None:
    @payment_callback
    async def paid(callback: Any) -> None:
        pass

    del lengths[:]
    with override_settings(MIDDLEWARE=['test_django.measure']):
        assert async_post(paid, sign_callback()).status == 200
    assert lengths == [len(sign_callback())]


def test_the_sender_goes_away(view: Any, seen: 'List[Any]') -> None:
    reply = post(view, Broken([]), headers={'Content-Length': '100'})
    assert reply[:2] == (400, b'malformed_callback')
    assert seen == []


@pytest.mark.parametrize('error', [Http404, PermissionDenied])
def test_errors_that_django_has_answers_for_are_failures(error: Any) -> None:
    def paid(callback: Any) -> None:
        raise error

    assert post(payment_callback(paid), sign_callback()).status == 500


def test_what_reports_an_error_does_not_find_the_body() -> None:
    request = RequestFactory().generic('POST', '/callbacks', sign_callback(), 'application/json')
    with report_errors(lambda: request.body) as found:
        assert payment_callback(fail_with_personal_data)(request).status_code == 500
    assert [type(error) for error in found] == [RawPostDataException]
    assert request.body == sign_callback()


BACKEND = 'django.core.mail.backends.locmem.EmailBackend'
if django.VERSION < (6, 1):
    MAIL = {'ADMINS': [('Jane', 'jane@example.com')], 'EMAIL_BACKEND': BACKEND}  # type: Any
else:
    MAIL = {'ADMINS': ['jane@example.com'], 'MAILERS': {'default': {'BACKEND': BACKEND}}}


@pytest.mark.parametrize('reraise', [False, True])
def test_the_admins_hear_of_an_error(reraise: bool, monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setattr(mail, 'outbox', [], raising=False)
    view = payment_callback(reraise=reraise)(fail_with_personal_data)
    with override_settings(**MAIL):
        assert post(view, sign_callback()).status == 500
    (message,) = mail.outbox
    assert 'Internal Server Error: /callbacks/1' in message.subject
    if reraise:
        assert 'KeyError' in message.body
        assert 'eve@example.com' in message.body
    else:
        assert_not_in(str(message.body), 'KeyError', 'eve@', 'hunter2', 'ORDER-1', '1001')
        assert_nothing_personal(caplog.text)


# Settings


def test_the_gate_of_the_settings(seen: 'List[Any]') -> None:
    for view in (
        payment_callback(seen.append),
        payment_callback(limit=SMALL)(seen.append),
        payment_callback()(seen.append),
    ):
        assert post(view, sign_callback()).status == 200
        assert post(view, sign_callback(secret='old')).status == 400
        with override_settings(PAYMENT_PAGE_PREVIOUS_SECRETS=['old']):
            assert post(view, sign_callback(secret='old')).status == 200
        assert post(view, sign_callback(secret='old')).status == 400
    assert len(seen) == 6
    assert post(payment_callback(limit=SMALL)(seen.append), pad_callback(SMALL + 1)).status == 413


def test_a_gate_may_be_callable(seen: 'List[Any]') -> None:
    class Callable(Gate):
        def __call__(self, function: Any) -> None:
            raise AssertionError

    view = payment_callback(Callable('hunter2-secret'))(seen.append)
    assert post(view, sign_callback()).status == 200
    assert len(seen) == 1


def test_options_beside_the_function() -> None:
    decorate = payment_callback  # type: Any  # not by its types, but it can be written
    view = decorate(fail_with_personal_data, limit=SMALL, reraise=True)
    assert post(view, pad_callback(SMALL + 1)).status == 413
    request = RequestFactory().generic('POST', '/callbacks', sign_callback(), 'application/json')
    with pytest.raises(KeyError):
        view(request)


def test_get_gate() -> None:
    gate = get_gate()
    assert get_gate() is gate
    with override_settings(DEBUG=True, MY_PAYMENT_PAGE_SECRET='x'):
        assert get_gate() is gate
    with override_settings(PAYMENT_PAGE_SECRET='another'):
        assert get_gate() is not gate
    with override_settings(PAYMENT_PAGE_BASE_URL='https://pay.example.com/payment'):
        url = get_gate().get_purchase_payment_page_url(Payment('186'))
    assert url.startswith('https://pay.example.com/payment?')
    with override_settings(PAYMENT_PAGE_VALIDATE=True), pytest.raises(ValidationException):
        get_gate().get_purchase_payment_page_url(Payment('186'))
    with override_settings():
        del settings.PAYMENT_PAGE_SECRET
        get_gate.cache_clear()
        with pytest.raises(ConfigurationException):
            get_gate()
    get_gate.cache_clear()


@pytest.mark.parametrize(
    'changes',
    [
        {'PAYMENT_PAGE_SECRET': b'hunter2'},
        {'PAYMENT_PAGE_SECRET': 'hunter2', 'PAYMENT_PAGE_BASE_URL': 'ftp://host'},
        {'PAYMENT_PAGE_SECRET': 'hunter2', 'PAYMENT_PAGE_PREVIOUS_SECRETS': ['hunter2', 7]},
    ],
)
def test_no_debug_page_shows_a_secret(changes: Any) -> None:
    with override_settings(**changes):
        with pytest.raises(ConfigurationException) as caught:
            get_gate()
        request = RequestFactory().post('/pay')
        page = ExceptionReporter(request, caught.type, caught.value, caught.tb)
        ours = [
            frame
            for frame in page.get_traceback_frames()
            if frame['filename'].startswith(os.path.dirname(payment_page_sdk.__file__))
        ]
        assert len(ours) > 2
        assert_not_in(repr([frame['vars'] for frame in ours]), 'hunter2')


@pytest.mark.parametrize('version, is_named', [((3, 1), True), ((3, 2), False)])
def test_django_before_3_2_is_told_where_the_checks_are(
    version: Any, is_named: bool, monkeypatch: Any
) -> None:
    monkeypatch.setattr(django, 'VERSION', version + (0, 'final', 0))
    module = runpy.run_path(adapter.__file__)
    assert ('default_app_config' in module) is is_named  # newer ones warn of it
    if is_named:
        assert import_string(module['default_app_config']) is PaymentPageConfig


def find_problems(**changes: Any) -> 'Dict[str, str]':
    with override_settings(**changes):
        return {str(finding.id)[-4:]: str(finding.msg) for finding in check_settings(None)}


def test_the_checks_are_run() -> None:
    assert apps.get_app_config('payment_page_sdk').verbose_name == 'Payment Page'
    call_command('check', fail_level='WARNING')
    with override_settings(PAYMENT_PAGE_SECRET=''):
        assert [error.id for error in checks.run_checks()] == ['payment_page_sdk.E002']


def test_sound_settings() -> None:
    assert find_problems() == {}
    assert find_problems(DATA_UPLOAD_MAX_MEMORY_SIZE=None) == {}
    assert find_problems(PAYMENT_PAGE_PREVIOUS_SECRETS=['old']) == {}


@pytest.mark.filterwarnings('ignore:a secret key has')
@pytest.mark.parametrize(
    'code, changes',
    [
        ('E002', {'PAYMENT_PAGE_SECRET': ''}),
        ('E002', {'PAYMENT_PAGE_SECRET': ' '}),
        ('E002', {'PAYMENT_PAGE_SECRET': None}),
        ('E002', {'PAYMENT_PAGE_SECRET': b'hunter2'}),
        ('E002', {'PAYMENT_PAGE_PREVIOUS_SECRETS': 'hunter2'}),
        ('E002', {'PAYMENT_PAGE_PREVIOUS_SECRETS': ['']}),
        ('E002', {'PAYMENT_PAGE_BASE_URL': 'pay.example.com'}),
        ('W001', {'PAYMENT_PAGE_SECRET': 'hunter2\n'}),
        ('W001', {'PAYMENT_PAGE_PREVIOUS_SECRETS': [' hunter2']}),
        ('W001', {'PAYMENT_PAGE_SECRET': '"hunter2"'}),
        ('W001', {'PAYMENT_PAGE_SECRET': '\ufeffhunter2'}),
        ('W002', {'DATA_UPLOAD_MAX_MEMORY_SIZE': 1000}),
    ],
)
def test_settings_to_complain_about(code: str, changes: Any) -> None:
    findings = find_problems(**changes)
    assert list(findings) == [code]
    assert_not_in(findings[code], 'hunter2')


@pytest.mark.parametrize(
    'url, is_local',
    [
        ('', False),
        (None, False),
        ('https://paymentpage.ecommpay.com', False),
        ('https://pay.example.com/payment', False),
        ('https://93.184.216.34', False),
        ('https://[', False),  # E002 tells of it
        ('http://127.0.0.1:8186', True),
        ('https://127.0.0.1:8186', True),
        ('https://10.0.0.1', True),
        ('https://[::1]:8186', True),
        ('https://localhost', True),
        ('https://LOCALHOST:8186', True),
        ('https://sandbox', True),
        ('https://shop.local', True),
        ('https://pay.test', True),
        ('http://pay.example.com', True),
    ],
)
def test_a_deployment_with_a_local_page_is_warned_of(url: Any, is_local: bool) -> None:
    expected = [
        checks.Warning(
            'PAYMENT_PAGE_BASE_URL is an address for development: your customers cannot pay there.',
            hint='Remove the setting, or leave it empty, and links lead to the platform.',
            id='payment_page_sdk.W003',
        )
    ]
    with override_settings(PAYMENT_PAGE_BASE_URL=url):
        assert check_deployment(None) == (expected if is_local else [])


def test_only_a_deployment_is_warned_of_a_local_page() -> None:
    with override_settings(PAYMENT_PAGE_BASE_URL='http://127.0.0.1:8186'):
        for deploys in (False, True):
            found = [found.id for found in checks.run_checks(include_deployment_checks=deploys)]
            assert ('payment_page_sdk.W003' in found) is deploys


def test_a_missing_secret() -> None:
    with override_settings():
        del settings.PAYMENT_PAGE_SECRET
        assert check_settings(None) == [
            checks.Error(
                'The setting PAYMENT_PAGE_SECRET is missing.',
                hint='It is the secret key of your project.',
                id='payment_page_sdk.E001',
            )
        ]


@pytest.mark.filterwarnings('ignore:a secret key has')
@pytest.mark.parametrize(
    'changes, expected',
    [
        ({'DATA_UPLOAD_MAX_MEMORY_SIZE': LIMIT}, []),
        (
            {'DATA_UPLOAD_MAX_MEMORY_SIZE': LIMIT - 1},
            [
                checks.Warning(
                    'DATA_UPLOAD_MAX_MEMORY_SIZE is less than the 262144 bytes that a callback may '
                    'have: if a middleware reads request.body, Django refuses larger callbacks.',
                    id='payment_page_sdk.W002',
                )
            ],
        ),
        (
            {'PAYMENT_PAGE_SECRET': ''},
            [
                checks.Error(
                    'The settings PAYMENT_PAGE_* cannot be used: a secret key is empty.',
                    id='payment_page_sdk.E002',
                )
            ],
        ),
        (
            {'PAYMENT_PAGE_SECRET': 'hunter2', 'PAYMENT_PAGE_PREVIOUS_SECRETS': ['old', 'old ']},
            [
                checks.Warning(
                    'A secret key has white space, quotes or invisible characters around it, '
                    'probably by mistake: no signature will match.',
                    id='payment_page_sdk.W001',
                )
            ],
        ),
    ],
)
def test_complaints_in_exact_words(changes: Any, expected: Any) -> None:
    with override_settings(**changes):
        assert check_settings(None) == expected


# Transactions


@pytest.fixture
def atomic_requests() -> 'Iterator[None]':
    for alias in ('default', 'other'):
        connections[alias].settings_dict['ATOMIC_REQUESTS'] = True
        connections[alias].cursor().execute('CREATE TABLE orders (id text)')
    yield
    for alias in ('default', 'other'):
        connections[alias].settings_dict['ATOMIC_REQUESTS'] = False
        connections[alias].cursor().execute('DROP TABLE orders')


def count_orders() -> 'List[int]':
    counts = []
    for alias in ('default', 'other'):
        cursor = connections[alias].cursor()
        cursor.execute('SELECT count(*) FROM orders')
        counts.append(cursor.fetchone()[0])
    return counts


def insert(callback: Any) -> None:
    for alias in ('default', 'other'):
        connections[alias].cursor().execute(
            'INSERT INTO orders VALUES (%s)', [callback.get_payment_id()]
        )


def insert_and_fail(callback: Any) -> None:
    insert(callback)
    raise ValueError


@pytest.mark.usefixtures('atomic_requests')
def test_a_failure_is_rolled_back() -> None:
    assert post(payment_callback(insert), sign_callback()).status == 200
    assert count_orders() == [1, 1]
    assert post(payment_callback(insert_and_fail), sign_callback()).status == 500
    assert count_orders() == [1, 1]
    with transaction.atomic():  # as in a TestCase, which goes on
        assert post(payment_callback(insert_and_fail), sign_callback()).status == 500
        assert count_orders() == [1, 1]


@pytest.mark.parametrize('result', [False, ('down', 503), HttpResponse('down', status=503)])
@pytest.mark.parametrize('reraise', [False, True])
@pytest.mark.usefixtures('atomic_requests')
def test_what_counts_as_an_error_is_rolled_back(result: Any, reraise: bool) -> None:
    def paid(callback: Any) -> Any:
        insert(callback)
        return result

    assert post(payment_callback(reraise=reraise)(paid), sign_callback()).status == 500
    assert count_orders() == [0, 0]


@pytest.mark.usefixtures('atomic_requests')
def test_what_is_forged_opens_no_transaction(monkeypatch: Any) -> None:
    opened = []  # type: List[Any]
    monkeypatch.setattr(transaction, 'atomic', opened.append)
    assert post(payment_callback(insert), b'{}').status == 400
    assert opened == []


@pytest.mark.usefixtures('atomic_requests')
def test_databases_can_be_exempt_below_the_decorator() -> None:
    def fail(callback: Any) -> None:
        insert_and_fail(callback)

    above = transaction.non_atomic_requests(payment_callback(fail))
    assert post(above, sign_callback()).status == 500
    assert count_orders() == [0, 0]
    other = payment_callback(transaction.non_atomic_requests(using='other')(fail))
    assert post(other, sign_callback()).status == 500
    assert count_orders() == [0, 1]
    both = payment_callback(transaction.non_atomic_requests(fail))
    assert post(both, sign_callback()).status == 500
    assert count_orders() == [1, 2]


def test_a_database_may_be_configured_after_the_view(seen: 'List[Any]', monkeypatch: Any) -> None:
    @payment_callback
    def paid(callback: Any) -> None:
        seen.append(connections['late'].in_atomic_block)

    late = dict(connections.databases['other'], ATOMIC_REQUESTS=True)
    monkeypatch.setitem(connections.databases, 'late', late)
    assert post(paid, sign_callback()).status == 200
    assert seen == [True]
    monkeypatch.setattr(transaction, 'atomic', None)
    assert post(paid, b'{}').status == 400


@pytest.mark.usefixtures('atomic_requests')
def test_a_commit_that_fails_is_a_failure(monkeypatch: Any, caplog: Any) -> None:
    def paid(callback: Any) -> None:
        transaction.on_commit(lambda: fail_with_personal_data(callback))

    assert post(payment_callback(paid), sign_callback()).status == 500
    assert_nothing_personal(caplog.messages[0])


# Async functions


@has_async_views
def test_an_async_function(seen: 'List[Any]') -> None:
    @payment_callback(GATE, limit=SMALL)
    async def paid(callback: Any) -> None:
        """Ship."""
        seen.append(callback.get_payment_id())

    assert (paid.__name__, paid.__doc__) == ('paid', 'Ship.')
    assert async_post(paid, sign_callback())[:2] == (200, b'OK')
    assert post(paid, sign_callback()).status == 200  # under WSGI
    assert seen == ['ORDER-1'] * 2
    assert async_post(paid, b'{}')[:2] == (400, b'missing_signature')
    assert async_post(paid, pad_callback(SMALL + 1)).status == 413
    assert post(paid, sign_callback(), 'PUT').status == 405
    assert len(seen) == 2


@has_async_views
def test_no_event_loop_waits_for_a_large_body(seen: 'List[Any]') -> None:
    threads = []  # type: List[Any]

    class Recording(Gate):
        def handle_callback(self, data: Any) -> Any:
            threads.append(threading.current_thread())
            return GATE.handle_callback(data)

    async def paid(callback: Any) -> None:
        seen.append(threading.current_thread())

    view = payment_callback(Recording('secret'))(paid)
    for size in (LARGE, LARGE + 1):
        assert async_post(view, pad_callback(size)).status == 200
    assert [thread in seen for thread in threads] == [True, False]


@has_async_views
def test_a_sync_function_under_asgi(view: Any, seen: 'List[Any]') -> None:
    body = sign_callback()
    assert async_post(view, Chunks([body[:100], body[100:], b'']))[:2] == (200, b'OK')
    assert seen == ['ORDER-1']
    assert async_post(view, pad_callback(SMALL + 1)).status == 413


@has_async_views
def test_an_async_function_raises(caplog: Any) -> None:
    async def paid(callback: Any) -> None:
        fail_with_personal_data(callback)

    assert async_post(payment_callback(paid), sign_callback()).status == 500
    assert_nothing_personal(caplog.messages[0])


@has_async_views
def test_django_can_have_the_error_of_an_async_function() -> None:
    async def paid(callback: Any) -> None:
        fail_with_personal_data(callback)

    request = RequestFactory().generic('POST', '/callbacks', sign_callback(), 'application/json')
    with pytest.raises(KeyError):
        run(payment_callback(reraise=True)(paid)(request))


@has_async_views
@pytest.mark.usefixtures('atomic_requests')
def test_atomic_requests_are_refused_for_async_functions() -> None:
    async def paid(callback: Any) -> None:
        pass

    assert async_post(payment_callback(paid), sign_callback()).status == 500  # Django's own
    exempt = transaction.non_atomic_requests(transaction.non_atomic_requests(using='other')(paid))
    assert async_post(payment_callback(exempt), sign_callback()).status == 200


# What is done for older releases is measured on the newest, too; the oldest proves it.


@pytest.mark.parametrize('version', [(2, 2), (3, 0)])
def test_async_functions_need_django_3_1(version: Any, monkeypatch: Any) -> None:
    if django.VERSION >= (3, 1):
        monkeypatch.setattr(django, 'VERSION', version + (0, 'final', 0))

    async def paid(callback: Any) -> None:
        raise AssertionError

    with pytest.raises(ConfigurationException, match=r'Django 3\.1'):
        payment_callback(paid)


@has_async_views
def test_django_3_1_is_new_enough(monkeypatch: Any) -> None:
    monkeypatch.setattr(django, 'VERSION', (3, 1, 0, 'final', 0))

    async def paid(callback: Any) -> None:
        raise AssertionError

    assert payment_callback(paid).__name__ == 'paid'
