"""Flask: a view that receives callbacks, for your function. Flask 1.1 and up.

    from payment_page_sdk.contrib.flask import payment_callback
    from payment_page_sdk.gate import Gate

    gate = Gate('secret key')

    @app.route('/callbacks', methods=['POST'])
    @payment_callback(gate)
    def paid(callback):
        if callback.is_success():
            ship(callback.get_payment_id())

The function may be ``async def`` from Flask 2 on, with asgiref (``pip install 'flask[async]'``).
If Flask-WTF protects all views from cross-site requests, exempt this one: ``csrf.exempt(paid)``.
How requests are answered, and what is logged: ``payment_page_sdk.contrib.answers``.
"""

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
    from typing import Any, Callable, Optional

    from payment_page_sdk.contrib.answers import Handler
    from payment_page_sdk.gate import Gate

    View = Callable[..., Response]


def payment_callback(gate: 'Gate', limit: int = LIMIT) -> 'Callable[[Handler], View]':
    """Decorate a function that takes a Callback: return the Flask view that receives callbacks.

    ``limit`` is the number of bytes that a callback may have. The function's result is ignored;
    when it raises, the platform delivers the callback again. Raises ConfigurationException for
    arguments that cannot be used.
    """
    get_gate = make_get_gate(gate)

    def decorate(function: 'Handler') -> 'View':
        receiver = Receiver(get_gate, limit, _make_sync(function))

        # The values of a rule like /callbacks/<shop> are not for the function.
        def view(**values: 'Any') -> Response:
            refusal = receiver.refuse(request.method, request.headers.get('Content-Length'))
            answer = refusal or receiver.answer(_read_body(receiver))
            return Response(answer.body, answer.status, answer.headers, content_type=CONTENT_TYPE)

        name_after(view, function)
        return view

    return decorate


def _read_body(receiver: Receiver) -> 'Optional[bytes]':
    try:
        # If a hook of the application has read the body already, Flask has kept it as data.
        return receiver.read(request.stream.read) or request.get_data()
    except OSError:
        return None  # the sender is gone, or the chunks are malformed


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
