# ruff: noqa: E402
import io
import os
import runpy
import types
from typing import Any, Dict, Iterator, List

import django
import pytest
from support import (
    GATE,
    OTHER_METHODS,
    REFUSED,
    SMALL,
    Broken,
    Chunks,
    asgi,
    assert_not_in,
    assert_nothing_personal,
    padded,
    personal,
    signed,
)

os.environ['DJANGO_SETTINGS_MODULE'] = 'apps.django_settings'
django.setup()

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connections, transaction
from django.http import Http404, UnreadablePostError
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils.module_loading import import_string

from payment_page_sdk.contrib import django as adapter
from payment_page_sdk.contrib.django import get_gate, payment_callback
from payment_page_sdk.contrib.django.apps import PaymentPageConfig, check_settings
from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.payment import Payment

has_async_views = pytest.mark.skipif(
    django.VERSION[:2] < (3, 1), reason='Django had no async views before 3.1'
)


def urls(view: Any) -> Any:
    urlconf = types.ModuleType('urls')
    urlconf.urlpatterns = [path('callbacks', view), path('callbacks/<shop>', view)]  # type: ignore[attr-defined]
    return override_settings(ROOT_URLCONF=urlconf)


def post(view: Any, body: Any, method: str = 'POST', **environ: Any) -> Any:
    """Send a request through the handler, all middleware, and the router."""
    with urls(view):
        client = Client(enforce_csrf_checks=True)
        return client.generic(method, '/callbacks/1', body, 'application/json', **environ)


def async_post(view: Any, *chunks: bytes) -> Any:
    from django.core.asgi import get_asgi_application

    with urls(view):
        return asgi(get_asgi_application(), chunks=chunks)


@pytest.fixture
def seen() -> 'List[Any]':
    return []


@pytest.fixture
def view(seen: 'List[Any]') -> Any:
    return payment_callback(GATE, limit=SMALL)(
        lambda callback: seen.append(callback.get_payment_id())
    )


def test_a_callback_is_accepted(view: Any, seen: 'List[Any]') -> None:
    reply = post(view, signed())
    assert (reply.status_code, reply.content) == (200, b'OK')
    assert reply['Content-Type'] == 'text/plain; charset=utf-8'
    assert seen == ['ORDER-1']


@pytest.mark.parametrize('code, body', REFUSED)
def test_a_callback_is_refused(code: str, body: bytes, view: Any, seen: 'List[Any]') -> None:
    reply = post(view, body)
    assert (reply.status_code, reply.content) == (400, code.encode())
    assert seen == []


@pytest.mark.parametrize('method', OTHER_METHODS)
def test_another_method(method: str, view: Any, seen: 'List[Any]') -> None:
    reply = post(view, signed(), method)
    assert reply.status_code == 405
    assert reply['Allow'] == 'POST'
    assert seen == []


def wsgi(view: Any, stream: Any, **environ: Any) -> Any:
    environ['wsgi.input'] = stream
    environ.setdefault('CONTENT_LENGTH', '')
    return view(
        RequestFactory().generic('POST', '/callbacks', content_type='application/json', **environ)
    )


def test_too_large(view: Any, seen: 'List[Any]') -> None:
    assert post(view, padded(SMALL)).status_code == 200
    assert seen.pop() == 'ORDER-1'
    unread = io.BytesIO(padded(SMALL + 1))
    reply = wsgi(view, unread, CONTENT_LENGTH=str(SMALL + 1))
    assert (reply.status_code, reply.content) == (413, b'callback_too_large')
    assert unread.tell() == 0
    source = Chunks([b'x'] * 5000)
    reply = wsgi(view, source, **{'wsgi.input_terminated': True})
    assert (reply.status_code, source.taken) == (413, SMALL + 1)
    assert seen == []


def test_in_chunks(view: Any, seen: 'List[Any]') -> None:
    body = signed()
    source = Chunks([body[:100], body[100:], b''])
    assert wsgi(view, source, **{'wsgi.input_terminated': True}).status_code == 200
    assert seen.pop() == 'ORDER-1'
    # Where the server does not know where the body ends, to read would be to wait for ever.
    source = Chunks([body, b''])
    assert wsgi(view, source).status_code == 400
    assert source.taken == 0


def test_a_body_that_a_middleware_has_read_already(view: Any, seen: 'List[Any]') -> None:
    request = RequestFactory().generic('POST', '/callbacks', signed(), 'application/json')
    assert request.body == signed()
    assert view(request).status_code == 200
    assert seen == ['ORDER-1']


def test_the_sender_goes_away(view: Any, seen: 'List[Any]') -> None:
    class Gone:
        readline = None

        def read(self, size: int = -1) -> bytes:
            raise UnreadablePostError

    reply = wsgi(view, Gone(), CONTENT_LENGTH='100')
    assert (reply.status_code, reply.content) == (400, b'malformed_callback')
    assert seen == []


def test_what_is_no_body(view: Any, seen: 'List[Any]') -> None:
    reply = wsgi(view, Broken(), **{'wsgi.input_terminated': True})
    assert (reply.status_code, reply.content) == (400, b'malformed_callback')
    assert seen == []


def test_the_function_raises(caplog: Any) -> None:
    reply = post(payment_callback(GATE)(personal), signed())
    assert (reply.status_code, reply.content) == (500, b'callback_not_handled')
    assert_nothing_personal(
        '\n'.join(
            record.getMessage() for record in caplog.records if record.name == 'payment_page_sdk'
        )
    )
    assert_not_in(caplog.text, 'eve@', 'hunter2')


@pytest.mark.parametrize('error', [Http404, PermissionDenied])
def test_errors_that_django_has_answers_for_are_failures(error: Any) -> None:
    def paid(callback: Any) -> None:
        raise error

    assert post(payment_callback(paid), signed()).status_code == 500


# Settings


def test_the_gate_of_the_settings(seen: 'List[Any]') -> None:
    for view in (
        payment_callback(seen.append),
        payment_callback(limit=SMALL)(seen.append),
        payment_callback()(seen.append),
    ):
        assert post(view, signed()).status_code == 200
        assert post(view, signed(secret='old')).status_code == 400
        with override_settings(PAYMENT_PAGE_PREVIOUS_SECRETS=['old']):
            assert post(view, signed(secret='old')).status_code == 200
        assert post(view, signed(secret='old')).status_code == 400
    assert len(seen) == 6
    assert post(payment_callback(limit=SMALL)(seen.append), padded(SMALL + 1)).status_code == 413


def test_get_gate() -> None:
    assert get_gate() is get_gate()
    with override_settings(PAYMENT_PAGE_BASE_URL='https://pay.example.com/payment'):
        url = get_gate().get_purchase_payment_page_url(Payment('186'))
    assert url.startswith('https://pay.example.com/payment?')
    with override_settings():
        del settings.PAYMENT_PAGE_SECRET
        get_gate.cache_clear()
        with pytest.raises(ConfigurationException):
            get_gate()
    get_gate.cache_clear()


@pytest.mark.parametrize('version, is_named', [((3, 1), True), ((3, 2), False)])
def test_django_before_3_2_is_told_where_the_checks_are(
    version: Any, is_named: bool, monkeypatch: Any
) -> None:
    monkeypatch.setattr(django, 'VERSION', version + (0, 'final', 0))
    module = runpy.run_path(adapter.__file__)
    assert ('default_app_config' in module) is is_named  # newer ones warn of it
    if is_named:
        assert import_string(module['default_app_config']) is PaymentPageConfig


def found(**changes: Any) -> 'Dict[str, str]':
    with override_settings(**changes):
        return {str(finding.id)[-4:]: str(finding.msg) for finding in check_settings(None)}


def test_the_checks_are_run() -> None:
    assert apps.get_app_config('payment_page_sdk').verbose_name == 'Payment Page'
    call_command('check', fail_level='WARNING')
    with override_settings(PAYMENT_PAGE_SECRET=''):
        assert [error.id for error in checks.run_checks()] == ['payment_page_sdk.E002']


def test_sound_settings() -> None:
    assert found() == {}
    assert found(DATA_UPLOAD_MAX_MEMORY_SIZE=None) == {}
    assert found(PAYMENT_PAGE_PREVIOUS_SECRETS=['old']) == {}


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
        ('W002', {'DATA_UPLOAD_MAX_MEMORY_SIZE': 1000}),
    ],
)
def test_settings_to_complain_about(code: str, changes: Any) -> None:
    findings = found(**changes)
    assert list(findings) == [code]
    assert_not_in(findings[code], 'hunter2')


def test_a_missing_secret() -> None:
    with override_settings():
        del settings.PAYMENT_PAGE_SECRET
        assert list(found()) == ['E001']


def test_what_is_no_gate() -> None:
    with pytest.raises(ConfigurationException, match='takes a Gate'):
        payment_callback('secret')  # type: ignore[call-overload]


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


def orders() -> 'List[int]':
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
    assert post(payment_callback(insert), signed()).status_code == 200
    assert orders() == [1, 1]
    assert post(payment_callback(insert_and_fail), signed()).status_code == 500
    assert orders() == [1, 1]
    with transaction.atomic():  # as in a TestCase, which goes on
        assert post(payment_callback(insert_and_fail), signed()).status_code == 500
        assert orders() == [1, 1]


@pytest.mark.usefixtures('atomic_requests')
def test_what_is_forged_opens_no_transaction(monkeypatch: Any) -> None:
    opened = []  # type: List[Any]
    monkeypatch.setattr(transaction, 'atomic', opened.append)
    assert post(payment_callback(insert), b'{}').status_code == 400
    assert opened == []


@pytest.mark.usefixtures('atomic_requests')
def test_databases_can_be_exempt_on_either_side() -> None:
    def fail(callback: Any) -> None:
        insert_and_fail(callback)

    default = transaction.non_atomic_requests(payment_callback(fail))
    assert post(default, signed()).status_code == 500
    assert orders() == [1, 0]
    other = payment_callback(transaction.non_atomic_requests(using='other')(fail))
    assert post(other, signed()).status_code == 500
    assert orders() == [1, 1]
    both = payment_callback(
        transaction.non_atomic_requests(transaction.non_atomic_requests(using='other')(fail))
    )
    assert post(both, signed()).status_code == 500
    assert orders() == [2, 2]


@pytest.mark.usefixtures('atomic_requests')
def test_a_commit_that_fails_is_a_failure(monkeypatch: Any, caplog: Any) -> None:
    def paid(callback: Any) -> None:
        transaction.on_commit(lambda: personal(callback))

    assert post(payment_callback(paid), signed()).status_code == 500
    assert_nothing_personal(caplog.messages[0])


# Async functions


@has_async_views
def test_an_async_function(seen: 'List[Any]') -> None:
    @payment_callback(GATE, limit=SMALL)
    async def paid(callback: Any) -> None:
        """Ship."""
        seen.append(callback.get_payment_id())

    assert (paid.__name__, paid.__doc__) == ('paid', 'Ship.')
    assert async_post(paid, signed(), b'')[:2] == (200, b'OK')
    assert post(paid, signed()).status_code == 200  # under WSGI
    assert seen == ['ORDER-1'] * 2
    assert async_post(paid, b'{}', b'')[:2] == (400, b'missing_signature')
    assert async_post(paid, padded(SMALL + 1), b'').status == 413
    assert post(paid, signed(), 'PUT').status_code == 405
    assert len(seen) == 2


@has_async_views
def test_a_sync_function_under_asgi(view: Any, seen: 'List[Any]') -> None:
    body = signed()
    assert async_post(view, body[:100], body[100:], b'')[:2] == (200, b'OK')
    assert seen == ['ORDER-1']
    assert async_post(view, padded(SMALL + 1), b'').status == 413


@has_async_views
def test_an_async_function_raises(caplog: Any) -> None:
    async def paid(callback: Any) -> None:
        personal(callback)

    assert async_post(payment_callback(paid), signed(), b'').status == 500
    assert_nothing_personal(caplog.messages[0])


@has_async_views
@pytest.mark.usefixtures('atomic_requests')
def test_atomic_requests_are_refused_for_async_functions() -> None:
    async def paid(callback: Any) -> None:
        pass

    assert async_post(payment_callback(paid), signed(), b'').status == 500  # Django's own
    exempt = transaction.non_atomic_requests(transaction.non_atomic_requests(using='other')(paid))
    assert async_post(payment_callback(exempt), signed(), b'').status == 200


# What is done for older releases is measured on the newest, too; the oldest proves it.


@pytest.mark.parametrize('version', [(2, 2), (3, 0)])
def test_async_functions_need_django_3_1(version: Any, monkeypatch: Any) -> None:
    if django.VERSION >= (3, 1):
        monkeypatch.setattr(django, 'VERSION', version + (0, 'final', 0))

    async def paid(callback: Any) -> None:
        raise AssertionError

    with pytest.raises(ConfigurationException, match=r'Django 3\.1'):
        payment_callback(paid)
