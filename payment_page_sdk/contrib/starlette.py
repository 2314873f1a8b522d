"""Starlette and FastAPI: an endpoint that receives callbacks, for your function.

Starlette 0.13 and up.

    from payment_page_sdk.contrib.starlette import payment_callback
    from payment_page_sdk.gate import Gate

    gate = Gate('secret key')

    @payment_callback(gate)
    async def paid(callback):
        if callback.is_success() and callback.matches(1815, 'EUR'):
            await move_order(callback.get_payment_id(), 'new', 'paid')

    app = Starlette(routes=[Route('/callbacks', paid, methods=['POST'])])

With FastAPI, write ``@app.post('/callbacks')`` above ``@payment_callback(gate)``. A function that
is not ``async def`` runs in the thread pool. How requests are answered, and what is logged:
``payment_page_sdk.contrib.answers``.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from payment_page_sdk.contrib.answers import LIMIT, Receiver, make_get_gate, name_after

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Optional

    from payment_page_sdk.contrib.answers import Handler
    from payment_page_sdk.gate import Gate

    Endpoint = Callable[[Request], Awaitable[Response]]


def payment_callback(
    gate: 'Gate', limit: int = LIMIT, reraise: bool = False
) -> 'Callable[[Handler], Endpoint]':
    """Decorate a function that takes a Callback: return the endpoint that receives callbacks.

    ``limit`` is the number of bytes that a callback may have. The function's result is ignored;
    when it raises, the platform delivers the callback again. With ``reraise``, Starlette gets what
    the function raises. Raises ConfigurationException for arguments that cannot be used.
    """
    get_gate = make_get_gate(gate)

    def decorate(function: 'Handler') -> 'Endpoint':
        receiver = Receiver(get_gate, limit, function, reraise)

        # FastAPI reads the annotations: so they are classes, not strings, and the endpoint has no
        # __wrapped__. All is in one coroutine: next to Starlette, more of them would be slow.
        async def endpoint(request: Request) -> Response:
            length = None
            for name, text in request.scope['headers']:  # faster than request.headers.get
                if name == b'content-length':
                    length = text
            answer = receiver.refuse(request.scope['method'], length)
            if answer is None:
                try:
                    if type(request).body is not Request.body:
                        # The application's own, which may decode the body.
                        body = await request.body()  # type: Optional[bytes]
                    else:
                        chunks = []
                        room = limit
                        stream = request.stream()
                        async for chunk in stream:
                            chunks.append(chunk)
                            room -= len(chunk)
                            if room < 0:
                                await stream.aclose()
                                break
                        # So that others who have this request can read the body afterwards.
                        body = request._body = b''.join(chunks)
                except ClientDisconnect:
                    body = None
                answer = await receiver.answer_async(body, request, run_in_threadpool)
            return PlainTextResponse(answer.body, answer.status, answer.headers or None)

        name_after(endpoint, function)
        return endpoint

    return decorate
