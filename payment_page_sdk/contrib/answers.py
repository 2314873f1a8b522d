"""How requests with callbacks are answered: decided here, for every framework.

====== ===================== ================================================================
status body                  when
====== ===================== ================================================================
200    OK                    the callback is verified, and the merchant's function has returned
400    the exception's code  the callback must not be believed
405    method_not_allowed    the method is not POST
413    callback_too_large    the body has more bytes than the limit; the rest is not read
500    callback_not_handled  the merchant's function raised
====== ===================== ================================================================

After any answer but 200, the platform delivers the callback again. What the function returns is
ignored; but if it looks like an answer (a response, a tuple, False), that counts as an error.

The logger ``payment_page_sdk`` gets a warning for each 400 and 413, and an error for each 500: with
the exception's type, and the files, lines and functions that it came through. Its message and the
variables are not logged: they may contain your customer's data. If you need more, log it in your
function.
"""

import logging
from asyncio import CancelledError
from functools import partial
from inspect import isawaitable, iscoroutinefunction
from traceback import walk_tb

from payment_page_sdk._records import NamedTuple
from payment_page_sdk.exceptions import (
    CallbackException,
    ConfigurationException,
    MalformedCallback,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Awaitable, Callable, Dict, Optional, Tuple, Union

    from payment_page_sdk.callback import Callback
    from payment_page_sdk.gate import Gate

    Handler = Callable[[Callback], Any]

Answer = NamedTuple('Answer', [('status', 'int'), ('body', 'str'), ('headers', 'Dict[str, str]')])

LIMIT = 262144  # bytes; real callbacks have a few thousand, with many operations somewhat more
LONGEST_TRACE = 20  # frames

logger = logging.getLogger('payment_page_sdk')  # type: logging.Logger

CONTENT_TYPE = 'text/plain; charset=utf-8'
ACCEPTED = Answer(200, 'OK', {})
WRONG_METHOD = Answer(405, 'method_not_allowed', {'Allow': 'POST'})
TOO_LARGE = Answer(413, 'callback_too_large', {})
NOT_HANDLED = Answer(500, 'callback_not_handled', {})


class Receiver:
    """Takes the requests of one address, and calls ``function`` with each verified callback.

    ``get_gate`` returns the Gate that verifies. ``limit`` is the number of bytes that a body may
    have. Raises ConfigurationException for a function or limit that cannot be used.
    """

    def __init__(self, get_gate: 'Callable[[], Gate]', limit: int, function: 'Handler') -> None:
        if not callable(function):
            raise ConfigurationException(
                'payment_callback decorates a function that takes a Callback'
            )
        if type(limit) is not int or limit < 1:
            raise ConfigurationException('limit is a number of bytes, at least 1')
        self.limit = limit
        self.function = function
        self._get_gate = get_gate

    def refuse(
        self, method: 'Optional[str]', content_length: 'Union[str, bytes, int, None]'
    ) -> 'Optional[Answer]':
        """Return the answer to a request whose body need not be read; None if it must be read."""
        if method != 'POST':
            return WRONG_METHOD
        try:
            announced = int(content_length or 0)
        except ValueError:
            announced = 0  # the bytes that come are counted anyway
        return _log_refusal(TOO_LARGE) if announced > self.limit else None

    def read(self, read: 'Callable[[int], bytes]') -> bytes:
        """Return the body; of one that is too large, no more than shows this.

        ``read`` returns at most as many bytes as it is asked for, and none at the end.
        """
        chunks = []
        room = self.limit + 1
        while room:
            chunk = read(room)  # may be less than there is
            if not chunk:
                break
            chunks.append(chunk)
            room -= len(chunk)
        return b''.join(chunks)

    def answer(self, body: 'Optional[bytes]') -> Answer:
        """Return the answer to a request with ``body``, which is None if it could not be read."""
        callback, answer = self._verify(body)
        if callback is None:
            return answer
        try:
            _check_result(self.function(callback))
        except CancelledError:
            raise  # before Python 3.8, it is an Exception
        except Exception as error:
            return _log_failure(error)
        return answer

    async def answer_async(
        self,
        body: 'Optional[bytes]',
        call: 'Optional[Callable[[Handler, Callback], Awaitable[Any]]]' = None,
    ) -> Answer:
        """Do the same as ``answer``, and await the function's result where it can be awaited.

        ``call``, if given, calls the function: in a thread, for one that is not ``async def``.
        """
        callback, answer = self._verify(body)
        if callback is None:
            return answer
        try:
            result = await call(self.function, callback) if call else self.function(callback)
            _check_result(await result if isawaitable(result) else result)
        except CancelledError:
            raise
        except Exception as error:
            return _log_failure(error)
        return answer

    def _verify(self, body: 'Optional[bytes]') -> 'Tuple[Optional[Callback], Answer]':
        """Return the callback, and the answer once it is handled; or None, and the refusal."""
        if body is None:
            return None, _log_refusal(Answer(400, MalformedCallback.code, {}))
        if len(body) > self.limit:
            return None, _log_refusal(TOO_LARGE)
        try:
            return self._get_gate().handle_callback(body), ACCEPTED
        except CallbackException as error:
            return None, _log_refusal(Answer(400, error.code, {}))


def is_async(function: 'Any') -> bool:
    """Tell whether ``function``, also inside partials, or its ``__call__`` is an ``async def``."""
    while isinstance(function, partial):
        function = function.func
    return iscoroutinefunction(function) or iscoroutinefunction(function.__call__)


def make_get_gate(gate: 'Any') -> 'Callable[[], Gate]':
    """Return a function that returns ``gate``.

    Raises ConfigurationException if it is not a Gate.
    """
    if not hasattr(gate, 'handle_callback'):
        raise ConfigurationException('payment_callback takes a Gate: @payment_callback(gate)')
    return lambda: gate


def name_after(view: 'Any', function: 'Handler') -> None:
    """Give ``view`` the name and the docstring of ``function``; it keeps its own signature."""
    for name in ('__module__', '__name__', '__qualname__', '__doc__'):
        setattr(view, name, getattr(function, name, None) or getattr(view, name))


def _check_result(result: 'Any') -> None:
    """Raise TypeError for a result which shows that the function has not handled the callback.

    Otherwise the answer would be 200 to a function that has not run yet (its result is awaitable or
    an iterator), and to a view that was decorated as it was and refuses by what it returns.
    """
    if result is not None and (
        result is False
        or isinstance(result, tuple)
        or isawaitable(result)
        or hasattr(result, 'status_code')
        or hasattr(result, '__next__')
        or hasattr(result, '__anext__')
    ):
        raise TypeError('to refuse a callback, raise an exception; return nothing')


def _log_refusal(answer: Answer) -> Answer:
    logger.warning('a callback was refused: %s', answer.body)
    return answer


def _log_failure(error: Exception) -> Answer:
    error_type = type(error)
    logger.error(
        'a callback was not handled: %s.%s at %s',
        error_type.__module__,
        error_type.__qualname__,
        _format_trace(error.__traceback__),
    )
    return NOT_HANDLED


def _format_trace(traceback: 'Optional[TracebackType]') -> str:
    """Return the places outside this file that the error came through, its origin last."""
    frames = [
        '%s:%d %s' % (frame.f_code.co_filename, line, frame.f_code.co_name)
        for frame, line in walk_tb(traceback)
        if frame.f_code.co_filename != __file__
    ]
    return ' > '.join(frames[-LONGEST_TRACE:]) or 'the call of the function'
