"""Flask: a view that receives callbacks, and hands yours the verified ones. Flask 1.1 and up.

    from payment_page_sdk.contrib.flask import payment_callback
    from payment_page_sdk.gate import Gate

    gate = Gate('secret key')

    @app.route('/callbacks', methods=['POST'])
    @payment_callback(gate)
    def paid(callback):
        if callback.is_success():
            ship(callback.get_payment_id())

The function may be ``async def`` from Flask 2 on, with asgiref (``pip install 'flask[async]'``).
Where Flask-WTF protects all views from cross-site requests, exempt this one:
``csrf.exempt(paid)``. How requests are answered, and what is logged:
``payment_page_sdk.contrib.answers``.
"""

from flask import Flask, Response, request

from payment_page_sdk.contrib.answers import (
    CONTENT_TYPE,
    LIMIT,
    Receiver,
    always,
    is_async,
    named,
)
from payment_page_sdk.exceptions import ConfigurationException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from payment_page_sdk.contrib.answers import Handler
    from payment_page_sdk.gate import Gate

    View = Callable[..., Response]


def payment_callback(gate: 'Gate', limit: int = LIMIT) -> 'Callable[[Handler], View]':
    """Decorate a function of a Callback: return the Flask view that receives callbacks for it.

    ``limit`` is the number of bytes that a callback may have. The function's result is ignored;
    when it raises, the platform delivers the callback again. Raises ConfigurationException.
    """
    get_gate = always(gate)

    def decorate(function: 'Handler') -> 'View':
        receiver = Receiver(get_gate, limit, _sync(function))

        # Whatever else the rule of the address holds is not the callback's.
        def view(**values: 'Any') -> Response:
            answer = receiver.refuse(request.method, request.headers.get('Content-Length'))
            if answer is None:
                # Where a hook of the application has read the body already, it is kept as data.
                try:
                    body = receiver.read(request.stream.read) or request.get_data()  # type: Optional[bytes]
                except OSError:
                    body = None  # the sender is gone, or sends what is no body
                answer = receiver.answer(body)
            return Response(answer.body, answer.status, answer.headers, content_type=CONTENT_TYPE)

        named(view, function)
        return view

    return decorate


def _sync(function: 'Handler') -> 'Handler':
    if not is_async(function):
        return function
    if hasattr(Flask, 'ensure_sync'):  # in an async function, Flask 1 does not find its request
        try:
            from asgiref.sync import async_to_sync

            waiting = async_to_sync(function)  # type: Handler
            return waiting
        except ImportError:
            pass
    raise ConfigurationException(
        "an async function needs Flask 2 with asgiref: pip install 'flask[async]'"
    )
