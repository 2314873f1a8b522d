"""Flask: a view that receives callbacks, for your function. Flask 1.1 and up.

    from payment_page_sdk.contrib.flask import payment_callback
    from payment_page_sdk.gate import Gate

    gate = Gate('secret key')

    @app.route('/callbacks', methods=['POST'])
    @payment_callback(gate)
    def paid(callback):
        if callback.is_success() and callback.matches(1815, 'EUR'):
            move_order(callback.get_payment_id(), 'new', 'paid')

The function may be ``async def`` from Flask 2 on, with asgiref (``pip install 'flask[async]'``).
If Flask-WTF protects all views from cross-site requests, exempt this one: ``csrf.exempt(paid)``.
How requests are answered, and what is logged: ``payment_page_sdk.contrib.answers``.
"""

from contextlib import contextmanager

from flask import Flask, Response, request

from payment_page_sdk.contrib.answers import (
    CONTENT_TYPE,
    LIMIT,
    Receiver,
    is_async,
    make_get_gate,
    name_after,
)
from payment_page_sdk.exceptions import ConfigurationException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Optional

    from payment_page_sdk.contrib.answers import Handler
    from payment_page_sdk.gate import Gate

    View = Callable[..., Response]


def payment_callback(
    gate: 'Gate', limit: int = LIMIT, reraise: bool = False
) -> 'Callable[[Handler], View]':
    """Decorate a function that takes a Callback: return the Flask view that receives callbacks.

    ``limit`` is the number of bytes that a callback may have. The function's result is ignored;
    when it raises, the platform delivers the callback again. With ``reraise``, Flask gets what the
    function raises. Raises ConfigurationException for arguments that cannot be used.
    """
    get_gate = make_get_gate(gate)

    def decorate(function: 'Handler') -> 'View':
        receiver = Receiver(get_gate, limit, _make_sync(function), reraise)

        # The values of a rule like /callbacks/<shop> are not for the function.
        def view(**values: 'Any') -> Response:
            answer = receiver.refuse(request.method, request.headers.get('Content-Length'))
            if answer is None:
                with _reading(receiver) as body:
                    answer = receiver.answer(body, request)
            return Response(answer.body, answer.status, answer.headers, content_type=CONTENT_TYPE)

        name_after(view, function)
        return view

    return decorate


@contextmanager
def _reading(receiver: Receiver) -> 'Iterator[Optional[bytes]]':
    """Yield the body; leave it in the request, where Flask would find nothing.

    Only afterwards, since an error reporter may send a body that it can read with what is logged.
    """
    body = receiver.read(request.stream.read)
    if body == b'':
        body = request.get_data()  # if a hook has read the body already, Flask has kept it there
    try:
        yield body
    finally:
        request._cached_data = body or b''


def _make_sync(function: 'Handler') -> 'Handler':
    if not is_async(function):
        return function
    if hasattr(Flask, 'ensure_sync'):  # Flask 1 has no request in an async function
        try:
            from asgiref.sync import async_to_sync

            waiting = async_to_sync(function)  # type: Handler
            return waiting
        except ImportError:
            pass
    raise ConfigurationException(
        "an async function needs Flask 2 with asgiref: pip install 'flask[async]'"
    )
