import asyncio
import threading
from typing import Any, List

import fastapi
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount, Route
from support import (
    GATE,
    OTHER_METHODS,
    REFUSED,
    SMALL,
    Chunks,
    asgi,
    asgi_scope,
    assert_nothing_personal,
    padded,
    personal,
    run,
    signed,
)

from payment_page_sdk.contrib.starlette import payment_callback
from payment_page_sdk.exceptions import ConfigurationException

ANY_METHOD = ['POST'] + OTHER_METHODS


def create_app(function: Any, methods: Any = ('POST',)) -> Any:
    endpoint = payment_callback(GATE, limit=SMALL)(function)
    return Starlette(routes=[Route('/callbacks', endpoint, methods=list(methods))])


@pytest.fixture
def seen() -> 'List[Any]':
    return []


@pytest.fixture(params=['sync', 'async'])
def app(request: Any, seen: 'List[Any]') -> Any:
    def paid(callback: Any) -> None:
        assert threading.current_thread() is not threading.main_thread()
        seen.append(callback.get_payment_id())

    async def async_paid(callback: Any) -> None:
        await asyncio.sleep(0)
        assert threading.current_thread() is threading.main_thread()
        seen.append(callback.get_payment_id())

    return create_app(paid if request.param == 'sync' else async_paid, ANY_METHOD)


def test_a_callback_is_accepted(app: Any, seen: 'List[Any]') -> None:
    reply = asgi(app, chunks=[signed(), b''])
    assert reply[:2] == (200, b'OK')
    assert reply.headers['content-type'] == 'text/plain; charset=utf-8'
    assert seen == ['ORDER-1']


@pytest.mark.parametrize('code, body', REFUSED)
def test_a_callback_is_refused(code: str, body: bytes, app: Any, seen: 'List[Any]') -> None:
    assert asgi(app, chunks=[body, b''][not body :])[:2] == (400, code.encode())
    assert seen == []


@pytest.mark.parametrize('method', OTHER_METHODS)
def test_another_method(method: str, app: Any, seen: 'List[Any]') -> None:
    reply = asgi(app, method, [signed(), b''])
    assert reply.status == 405
    assert reply.headers['allow'] == 'POST'
    assert asgi(create_app(seen.append), method, [signed(), b'']).status == 405  # Starlette's own
    assert seen == []


def test_too_large(app: Any, seen: 'List[Any]') -> None:
    assert asgi(app, chunks=[padded(SMALL), b'']).status == 200
    assert seen.pop() == 'ORDER-1'
    for headers, taken in (
        ({'Content-Length': str(SMALL + 1)}, 0),
        ({}, SMALL + 1),
        ({'Content-Length': '10'}, SMALL + 1),
        ({'Transfer-Encoding': 'chunked'}, SMALL + 1),
    ):
        source = Chunks([b'x'] * 5000)
        reply = asgi(app, source=source, headers=headers)
        assert reply[:2] == (413, b'callback_too_large')
        assert source.taken == taken
    assert seen == []


def test_in_chunks(app: Any, seen: 'List[Any]') -> None:
    body = signed()
    assert asgi(app, chunks=[body[:100], body[100:], b'']).status == 200
    assert seen == ['ORDER-1']


def test_the_sender_goes_away(app: Any, seen: 'List[Any]') -> None:
    assert asgi(app, chunks=[signed()])[:2] == (400, b'malformed_callback')
    assert seen == []


def test_the_function_raises(caplog: Any) -> None:
    async def async_personal(callback: Any) -> None:
        personal(callback)

    for function in (personal, async_personal):
        caplog.clear()
        reply = asgi(create_app(function), chunks=[signed(), b''])
        assert reply[:2] == (500, b'callback_not_handled')
        assert_nothing_personal(
            '\n'.join(record.getMessage() for record in caplog.records if record.name != 'asyncio')
        )


def test_a_task_can_be_cancelled() -> None:
    async def endless(callback: Any) -> None:
        await asyncio.sleep(60)

    endpoint = payment_callback(GATE)(endless)

    async def cancelled() -> bool:
        source = Chunks([signed(), b''])
        request = Request(asgi_scope('POST', {}), source.receive)
        task = asyncio.ensure_future(endpoint(request))
        await asyncio.sleep(0.1)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return True
        return False

    assert run(cancelled())


def test_a_sync_function_may_return_what_is_awaited(seen: 'List[Any]') -> None:
    async def later() -> None:
        seen.append('later')

    assert asgi(create_app(lambda callback: later()), chunks=[signed(), b'']).status == 200
    assert seen == ['later']


def test_mounted(seen: 'List[Any]') -> None:
    app = create_app(seen.append)
    outer = Starlette(routes=[Mount('/shop', app)])
    scope = dict(asgi_scope('POST', {}), path='/shop/callbacks', raw_path=b'/shop/callbacks')
    sent = []  # type: List[Any]

    async def send(message: Any) -> None:
        sent.append(message)

    run(outer(scope, Chunks([signed(), b'']).receive, send))
    assert sent[0]['status'] == 200
    assert len(seen) == 1


def test_fastapi(seen: 'List[Any]') -> None:
    app = fastapi.FastAPI()

    @app.post('/callbacks')
    @payment_callback(GATE, limit=SMALL)
    async def paid(callback: Any) -> None:
        """Ship."""
        seen.append(callback.get_payment_id())

    routed = fastapi.FastAPI()
    routed.add_route('/callbacks', paid, methods=['POST'])
    for application in (app, routed):
        assert asgi(application, chunks=[signed(), b''])[:2] == (200, b'OK')
        assert seen.pop() == 'ORDER-1'
        assert asgi(application, chunks=[b'{}', b''])[:2] == (400, b'missing_signature')
        source = Chunks([b'x'] * 5000)
        assert asgi(application, source=source).status == 413
        assert source.taken == SMALL + 1
    assert seen == []
    assert app.openapi()['paths']['/callbacks']['post']['description'] == 'Ship.'


def test_the_gate_is_not_forgotten() -> None:
    with pytest.raises(ConfigurationException, match='takes a Gate'):
        payment_callback(personal)  # type: ignore[arg-type]
