"""How a callback's request is answered: decided here, for every framework.

====== ===================== ================================================================
status body                  when
====== ===================== ================================================================
200    OK                    the callback is verified, and the merchant's function has returned
400    the exception's code  the callback must not be believed
405    method_not_allowed    the request is no POST
413    callback_too_large    the body has more bytes than the limit; the rest was not read
500    callback_not_handled  the merchant's function raised
====== ===================== ================================================================

All but 200 make the platform deliver the callback again. What the function returns is ignored;
where that looks like an answer of its own (a response, a tuple, False), it counts as an error.

The logger ``payment_page_sdk`` has a warning for each 400 and 413, and an error for each 500: with
the exception's type, and the files, lines and functions that it came through. Neither its message
nor any variable is logged: they may hold your customer's data. Where you need more, log it in your
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

LIMIT = 262144  # bytes; a real callback has some thousand, one with many operations some more
LONGEST_TRACE = 20  # frames

logger = logging.getLogger('payment_page_sdk')  # type: logging.Logger

CONTENT_TYPE = 'text/plain; charset=utf-8'
ACCEPTED = Answer(200, 'OK', {})
WRONG_METHOD = Answer(405, 'method_not_allowed', {'Allow': 'POST'})
TOO_LARGE = Answer(413, 'callback_too_large', {})
NOT_HANDLED = Answer(500, 'callback_not_handled', {})


class Receiver:
    """Takes the requests of one address: hands ``function`` the callbacks that ``gate`` lets in.

    ``get_gate`` returns the Gate. ``limit`` is the number of bytes that a body may have. Raises
    ConfigurationException for what is no function or limit.
    """

    def __init__(self, get_gate: 'Callable[[], Gate]', limit: int, function: 'Handler') -> None:
        if not callable(function):
            raise ConfigurationException(
                'payment_callback decorates a function that takes a callback'
            )
        if type(limit) is not int or limit < 1:
            raise ConfigurationException('limit is a number of bytes')
        self.limit = limit
        self.function = function
        self._get_gate = get_gate

    def refuse(
        self, method: 'Optional[str]', content_length: 'Union[str, bytes, int, None]'
    ) -> 'Optional[Answer]':
        """Return the answer to a request whose body need not be read; None where it must be."""
        if method != 'POST':
            return WRONG_METHOD
        try:
            announced = int(content_length or 0)
        except ValueError:
            announced = 0  # what comes is counted anyway
        return _refused(TOO_LARGE) if announced > self.limit else None

    def read(self, read: 'Callable[[int], bytes]') -> bytes:
        """Return the body that ``read`` yields, or as much of it as shows that it is too large."""
        chunks = []
        room = self.limit + 1
        while room:
            # Asked again, since it may return less than there is.
            chunk = read(room)
            if not chunk:
                break
            chunks.append(chunk)
            room -= len(chunk)
        return b''.join(chunks)

    def answer(self, body: 'Optional[bytes]') -> Answer:
        """Return the answer to a request with ``body``, None where it could not be read."""
        callback, answer = self._verified(body)
        if callback is None:
            return answer
        try:
            _check(self.function(callback))
        except CancelledError:
            raise  # before Python 3.8, it is an Exception
        except Exception as error:
            return _failed(error)
        return answer

    async def answer_async(
        self,
        body: 'Optional[bytes]',
        call: 'Optional[Callable[[Handler, Callback], Awaitable[Any]]]' = None,
    ) -> Answer:
        """Return the same for a function that is asynchronous, or becomes so by ``call``."""
        callback, answer = self._verified(body)
        if callback is None:
            return answer
        try:
            result = await call(self.function, callback) if call else self.function(callback)
            _check(await result if result is not None and isawaitable(result) else result)
        except CancelledError:
            raise
        except Exception as error:
            return _failed(error)
        return answer

    def _verified(self, body: 'Optional[bytes]') -> 'Tuple[Optional[Callback], Answer]':
        """Return the callback, and the answer when it is handled; or None, and the refusal."""
        if body is None:
            return None, _refused(Answer(400, MalformedCallback.code, {}))
        if len(body) > self.limit:
            return None, _refused(TOO_LARGE)
        try:
            return self._get_gate().handle_callback(body), ACCEPTED
        except CallbackException as error:
            return None, _refused(Answer(400, error.code, {}))


def is_async(function: 'Any') -> bool:
    """Tell whether ``function`` is an ``async def``, also within partials, or as ``__call__``."""
    while isinstance(function, partial):
        function = function.func
    return iscoroutinefunction(function) or iscoroutinefunction(function.__call__)


def always(gate: 'Any') -> 'Callable[[], Gate]':
    """Return a function that returns ``gate``. Raises ConfigurationException where it is none."""
    if not hasattr(gate, 'handle_callback'):
        raise ConfigurationException('payment_callback takes a Gate: @payment_callback(gate)')
    return lambda: gate


def named(wrapper: 'Any', function: 'Handler') -> None:
    """Give ``wrapper`` the name and the docstring of ``function``; its signature stays its own."""
    for name in ('__module__', '__name__', '__qualname__', '__doc__'):
        setattr(wrapper, name, getattr(function, name, None) or getattr(wrapper, name))


def _check(result: 'Any') -> None:
    """Raise TypeError for a result that says that the callback has not been handled.

    To ignore it would be to answer 200: for what is still to be awaited or iterated over, and for
    the answer of a view that was decorated as it stood.
    """
    if result is not None and (
        result is False
        or isinstance(result, tuple)
        or isawaitable(result)
        or hasattr(result, 'status_code')
        or hasattr(result, '__next__')
        or hasattr(result, '__anext__')
    ):
        raise TypeError('to refuse a callback is to raise; what is returned is ignored')


def _refused(answer: Answer) -> Answer:
    logger.warning('a callback was refused: %s', answer.body)
    return answer


def _failed(error: Exception) -> Answer:
    kind = type(error)
    logger.error(
        'a callback was not handled: %s.%s at %s',
        kind.__module__,
        kind.__qualname__,
        _trace(error.__traceback__),
    )
    return NOT_HANDLED


def _trace(traceback: 'Optional[TracebackType]') -> str:
    """Return where ``traceback`` passed, behind this file; the place of the error comes last."""
    frames = [
        '%s:%d %s' % (frame.f_code.co_filename, line, frame.f_code.co_name)
        for frame, line in walk_tb(traceback)
        if frame.f_code.co_filename != __file__
    ]
    return ' > '.join(frames[-LONGEST_TRACE:]) or 'its call'
