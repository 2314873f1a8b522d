import asyncio
import threading
import zlib
from typing import Any, List

import fastapi
import pytest
from frameworks import ASYNC_STARLETTE, STARLETTE, Framework, route_starlette
from starlette.applications import Starlette
from starlette.middleware import base
from starlette.requests import Request
from starlette.routing import Mount
from support import (
    GATE,
    OTHER_METHODS,
    PATH,
    SMALL,
    Chunks,
    asgi,
    asgi_scope,
    fail_with_personal_data,
    pad_callback,
    run,
    sign_callback,
)

from payment_page_sdk.contrib.starlette import payment_callback

both = pytest.mark.parametrize('framework', [STARLETTE, ASYNC_STARLETTE], ids=['sync', 'async'])


@pytest.mark.parametrize('method', OTHER_METHODS)
def test_starlette_refuses_another_method_by_itself(method: str) -> None:
    seen = []  # type: List[Any]
    assert STARLETTE.serve(seen.append, methods=['POST'])(sign_callback(), method).status == 405
    assert seen == []


@both
def test_a_body_that_is_larger_than_announced(framework: Framework) -> None:
    seen = []  # type: List[Any]
    source = Chunks([b'x'] * 5000)
    reply = framework.serve(seen.append)(source, headers={'Content-Length': '10'})
    assert reply[:2] == (413, b'callback_too_large')
    assert source.taken == SMALL + 1
    assert seen == []


@both
def test_only_a_sync_function_has_a_thread_of_its_own(framework: Framework) -> None:
    threads = []  # type: List[Any]

    def paid(callback: Any) -> None:
        threads.append(threading.current_thread())

    assert framework.serve(paid)(sign_callback()).status == 200
    [thread] = threads
    assert (thread is threading.main_thread()) is (framework is ASYNC_STARLETTE)


def test_a_task_can_be_cancelled() -> None:
    async def endless(callback: Any) -> None:
        await asyncio.sleep(60)

    endpoint = payment_callback(GATE)(endless)

    async def is_cancelled() -> bool:
        source = Chunks([sign_callback(), b''])
        request = Request(asgi_scope('POST', {}), source.receive)
        task = asyncio.ensure_future(endpoint(request))
        await asyncio.sleep(0.1)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return True
        return False

    assert run(is_cancelled())


def test_a_sync_function_may_return_what_is_awaited() -> None:
    seen = []  # type: List[Any]

    async def later() -> None:
        seen.append('later')

    assert STARLETTE.serve(lambda callback: later())(sign_callback()).status == 200
    assert seen == ['later']


def test_mounted() -> None:
    seen = []  # type: List[Any]
    app = route_starlette(payment_callback(GATE)(seen.append))
    outer = Starlette(routes=[Mount('/shop', app)])
    assert asgi(outer, sign_callback(), path='/shop/callbacks/1').status == 200
    assert len(seen) == 1


def test_starlette_can_have_the_error() -> None:
    endpoint = payment_callback(GATE, reraise=True)(fail_with_personal_data)
    with pytest.raises(KeyError):  # after the answer 500
        STARLETTE.send_to(endpoint)(sign_callback())


@pytest.mark.parametrize(
    'body, status, length',
    [
        (sign_callback(), 200, len(sign_callback())),
        (b'{}', 400, 2),
        (Chunks([b'x' * SMALL, b'xx', b'never']), 413, SMALL + 2),
    ],
)
def test_a_dependency_reads_the_body_afterwards(body: Any, status: int, length: int) -> None:
    lengths = []  # type: List[Any]
    app = fastapi.FastAPI()
    endpoint = payment_callback(GATE, limit=SMALL)(lambda callback: None)

    @app.post(PATH)
    async def outer(request: Request) -> Any:
        response = await endpoint(request)
        lengths.append(len(await request.body()))
        return response

    assert asgi(app, body).status == status
    assert lengths == [length]


def test_a_body_that_a_dependency_has_read_already() -> None:
    seen = []  # type: List[Any]
    app = fastapi.FastAPI()

    async def read(request: Request) -> None:
        assert await request.body() != b''

    app.post(PATH, dependencies=[fastapi.Depends(read)])(
        payment_callback(GATE, limit=SMALL)(seen.append)
    )
    assert asgi(app, sign_callback()).status == 200
    assert asgi(app, pad_callback(SMALL + 1)).status == 413
    assert len(seen) == 1


@pytest.mark.parametrize('method', ['body', 'stream'])
def test_a_request_that_decodes_its_body(method: str) -> None:
    class Decoding(Request):
        pass

    async def body(self: Any) -> bytes:
        return zlib.decompress(await Request.body(self))

    class Chunks:
        """An asynchronous iterator by hand: Python 3.5 has no generators of this kind."""

        def __init__(self, request: Any) -> None:
            self.request = request

        def __aiter__(self) -> Any:
            return self

        async def __anext__(self) -> bytes:
            if self.request is None:
                raise StopAsyncIteration
            packed = b''
            async for chunk in Request.stream(self.request):
                packed += chunk
            self.request = None
            return zlib.decompress(packed)

        async def aclose(self) -> None:
            self.request = None

    def stream(self: Any) -> Any:
        return Chunks(self)

    setattr(Decoding, method, {'body': body, 'stream': stream}[method])

    class Route(fastapi.routing.APIRoute):  # as in FastAPI's guide
        def get_route_handler(self) -> Any:
            handle = super().get_route_handler()

            async def decode(request: Request) -> Any:
                return await handle(Decoding(request.scope, request.receive))

            return decode

    seen = []  # type: List[Any]
    router = fastapi.APIRouter(route_class=Route)
    router.post(PATH)(payment_callback(GATE, limit=SMALL)(seen.append))
    app = fastapi.FastAPI()
    app.include_router(router)
    assert asgi(app, zlib.compress(sign_callback())).status == 200
    assert asgi(app, zlib.compress(pad_callback(SMALL + 1))).status == 413
    assert len(seen) == 1


@pytest.mark.skipif(
    not hasattr(base, '_CachedRequest'), reason='a middleware that read the body hung Starlette'
)
@both
def test_a_middleware_has_read_the_body_already(framework: Framework) -> None:
    seen = []  # type: List[Any]

    async def read(request: Request, call_next: Any) -> Any:
        body = await request.body()
        response = await call_next(request)
        assert await request.body() == body
        return response

    endpoint = framework.payment_callback(GATE, limit=SMALL)(seen.append)
    app = base.BaseHTTPMiddleware(route_starlette(endpoint), read)
    assert asgi(app, sign_callback()).status == 200
    assert asgi(app, pad_callback(SMALL + 1)).status == 413
    assert len(seen) == 1


def test_fastapi() -> None:
    seen = []  # type: List[Any]
    app = fastapi.FastAPI()

    @app.post('/callbacks/1')
    @payment_callback(GATE, limit=SMALL)
    async def paid(callback: Any) -> None:
        """Ship."""
        seen.append(callback.get_payment_id())

    routed = fastapi.FastAPI()
    routed.add_route('/callbacks/1', paid, methods=['POST'])
    for application in (app, routed):
        assert asgi(application, sign_callback())[:2] == (200, b'OK')
        assert seen.pop() == 'ORDER-1'
        assert asgi(application, b'{}')[:2] == (400, b'missing_signature')
        source = Chunks([b'x'] * 5000)
        assert asgi(application, source).status == 413
        assert source.taken == SMALL + 1
    assert seen == []
    assert app.openapi()['paths']['/callbacks/1']['post']['description'] == 'Ship.'
