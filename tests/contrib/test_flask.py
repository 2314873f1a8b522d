import io
import sys
from typing import Any, List

import flask
import pytest
from support import (
    GATE,
    OTHER_METHODS,
    REFUSED,
    SMALL,
    Broken,
    Chunks,
    assert_nothing_personal,
    padded,
    personal,
    signed,
)

from payment_page_sdk.contrib.flask import payment_callback
from payment_page_sdk.exceptions import ConfigurationException

has_async_views = pytest.mark.skipif(
    not hasattr(flask.Flask, 'ensure_sync'), reason='Flask had no async views before 2.0'
)


def client_of(function: Any, methods: Any = ('POST',)) -> Any:
    app = flask.Flask(__name__)
    view = payment_callback(GATE, limit=SMALL)(function)
    app.add_url_rule('/callbacks/<shop>', 'paid', view, methods=methods)
    return app.test_client()


@pytest.fixture
def seen() -> 'List[Any]':
    return []


@pytest.fixture
def client(seen: 'List[Any]') -> Any:
    return client_of(lambda callback: seen.append(callback.get_payment_id()))


def post(client: Any, body: Any, **options: Any) -> Any:
    return client.post('/callbacks/1', data=body, content_type='application/json', **options)


def chunked(client: Any, chunks: Any) -> Any:
    """Post a body without Content-Length, as servers hand it on that know its end."""
    source = Chunks(chunks)
    reply = client.post(
        '/callbacks/1',
        environ_overrides={
            'wsgi.input': source,
            'wsgi.input_terminated': True,
            'CONTENT_LENGTH': '',
        },
    )
    return reply, source.taken


def test_what_is_no_body(client: Any, seen: 'List[Any]') -> None:
    reply = client.post(
        '/callbacks/1',
        environ_overrides={
            'wsgi.input': Broken(),
            'wsgi.input_terminated': True,
            'CONTENT_LENGTH': '',
        },
    )
    assert (reply.status_code, reply.data) == (400, b'malformed_callback')
    assert seen == []


def test_a_callback_is_accepted(client: Any, seen: 'List[Any]') -> None:
    reply = post(client, signed())
    assert (reply.status_code, reply.data) == (200, b'OK')
    assert reply.headers['Content-Type'] == 'text/plain; charset=utf-8'
    assert seen == ['ORDER-1']


@pytest.mark.parametrize('code, body', REFUSED)
def test_a_callback_is_refused(code: str, body: bytes, client: Any, seen: 'List[Any]') -> None:
    reply = post(client, body)
    assert (reply.status_code, reply.data) == (400, code.encode())
    assert seen == []


@pytest.mark.parametrize('methods', [['POST'], ['POST'] + OTHER_METHODS])
@pytest.mark.parametrize('method', OTHER_METHODS)
def test_another_method(method: str, methods: Any, seen: 'List[Any]') -> None:
    if method == 'OPTIONS' and methods == ['POST']:
        return  # Flask answers it on its own
    client = client_of(seen.append, methods)
    reply = client.open('/callbacks/1', method=method, data=signed())
    assert reply.status_code == 405
    assert 'POST' in reply.headers['Allow']
    if len(methods) > 1:
        assert reply.headers['Allow'] == 'POST'
    assert seen == []


def test_too_large(client: Any, seen: 'List[Any]') -> None:
    assert post(client, padded(SMALL)).status_code == 200
    assert seen.pop() == 'ORDER-1'
    unread = io.BytesIO(padded(SMALL + 1))
    reply = client.post('/callbacks/1', input_stream=unread, content_length=SMALL + 1)
    assert (reply.status_code, reply.data) == (413, b'callback_too_large')
    assert unread.tell() == 0
    reply, taken = chunked(client, [b'x'] * 5000)
    assert (reply.status_code, taken) == (413, SMALL + 1)
    assert seen == []


def test_in_chunks(client: Any, seen: 'List[Any]') -> None:
    body = signed()
    reply, taken = chunked(client, [body[:100], body[100:], b''])
    assert (reply.status_code, taken) == (200, len(body))
    assert seen == ['ORDER-1']


def test_a_body_that_a_hook_has_read_already(client: Any, seen: 'List[Any]') -> None:
    def read() -> None:
        assert flask.request.get_data() != b''

    client.application.before_request(read)
    assert post(client, signed()).status_code == 200
    assert post(client, padded(SMALL + 1)).status_code == 413
    assert seen == ['ORDER-1']


def test_the_function_raises(caplog: Any) -> None:
    client = client_of(personal)
    client.application.testing = True  # raises what reaches Flask
    reply = post(client, signed())
    assert (reply.status_code, reply.data) == (500, b'callback_not_handled')
    assert_nothing_personal(caplog.text.rstrip())


def test_abort_is_a_failure() -> None:
    assert post(client_of(lambda callback: flask.abort(404)), signed()).status_code == 500
    with pytest.raises(KeyboardInterrupt):
        post(client_of(lambda callback: (_ for _ in ()).throw(KeyboardInterrupt)), signed())


@has_async_views
def test_an_async_function(seen: 'List[Any]') -> None:
    async def paid(callback: Any) -> None:
        assert flask.request.method == 'POST'
        seen.append(callback.get_payment_id())

    async def failing(callback: Any) -> None:
        raise ValueError

    assert post(client_of(paid), signed()).status_code == 200
    assert seen == ['ORDER-1']
    assert post(client_of(failing), signed()).status_code == 500


def test_async_functions_need_flask_2(monkeypatch: Any) -> None:
    monkeypatch.delattr(flask.Flask, 'ensure_sync', raising=False)  # Flask 1 has none

    async def paid(callback: Any) -> None:
        raise AssertionError

    with pytest.raises(ConfigurationException, match='Flask 2 with asgiref'):
        payment_callback(GATE)(paid)


def test_an_async_function_without_asgiref(monkeypatch: Any) -> None:
    async def paid(callback: Any) -> None:
        raise AssertionError

    monkeypatch.setitem(sys.modules, 'asgiref.sync', None)
    with pytest.raises(ConfigurationException, match='Flask 2 with asgiref'):
        payment_callback(GATE)(paid)


def test_the_view_is_named_as_the_function() -> None:
    app = flask.Flask(__name__)

    @app.route('/callbacks', methods=['POST'])
    @payment_callback(GATE)
    def paid(callback: Any) -> None:
        """Ship."""

    assert paid.__name__ == 'paid'
    assert paid.__doc__ == 'Ship.'
    assert paid.__module__ == __name__
    assert list(app.view_functions) == ['static', 'paid']


def test_the_gate_is_not_forgotten() -> None:
    with pytest.raises(ConfigurationException, match='takes a Gate'):
        payment_callback(personal)  # type: ignore[arg-type]
