"""How requests with callbacks are answered: decided here, for every framework.

====== ==================== =====================================================================
status body                 when
====== ==================== =====================================================================
200    OK                   the callback is verified, and the merchant's function has returned
400    the exception's code the callback must not be believed
405    method_not_allowed   the method is not POST
411    length_required      the body came in chunks, and the server does not tell where it ends
413    callback_too_large   the body has more bytes than the limit; the rest is not read
415    unsupported_encoding the body is not JSON, and has a Content-Encoding other than gzip
500    callback_not_handled the merchant's function raised
====== ==================== =====================================================================

After any answer but 200, the platform delivers the callback again. What the function returns is
ignored; but if it looks like an answer (a response, a tuple, False), that counts as an error.

A body in gzip is decompressed, whatever its headers say; the limit applies to the result, too. In
the application, the request's body can still be read after the view, as it was received.

The logger ``payment_page_sdk`` gets a warning for each 400, 411, 413 and 415, and an error for each
500: with the exception's type, and the files, lines and functions that it came through. Its message
and the variables are not logged: they may contain your customer's data. With ``reraise=True``, the
framework gets the exception instead, so error reporters get all of it, personal data included. The
framework then answers as it does when any other view raises; that must not be 200.
"""

import logging
from asyncio import CancelledError
from functools import partial
from inspect import isawaitable, iscoroutinefunction
from traceback import walk_tb
from zlib import MAX_WBITS, decompressobj
from zlib import error as ZlibError

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
    RunInThread = Callable[..., Awaitable[Any]]
    Verified = Tuple[Optional[Callback], 'Answer']

Answer = NamedTuple(
    'Answer',
    [('status', 'int'), ('body', 'str'), ('headers', 'Dict[str, str]'), ('hint', 'str')],
)  # the hint is for the log only

LIMIT = 262144  # bytes; real callbacks have a few thousand, with many operations somewhat more
LARGE = 4096  # bytes: to verify more may take milliseconds, so an event loop does not wait for it
LONGEST_TRACE = 20  # frames
GZIP = MAX_WBITS + 16

logger = logging.getLogger('payment_page_sdk')  # type: logging.Logger

ERRORS_PAGE = 'https://github.com/ITECOMMPAY/paymentpage-sdk-python/blob/main/docs/en/errors.md'


def _bad_request(code: str) -> Answer:
    return Answer(400, code, {}, ': see %s#%s' % (ERRORS_PAGE, code))


CONTENT_TYPE = 'text/plain; charset=utf-8'
ACCEPTED = Answer(200, 'OK', {}, '')
MALFORMED = _bad_request(MalformedCallback.code)
WRONG_METHOD = Answer(405, 'method_not_allowed', {'Allow': 'POST'}, '')
NO_LENGTH = Answer(
    411,
    'length_required',
    {},
    ': the body came in chunks, and the server does not tell the application where it ends; have '
    'the proxy or the server send a Content-Length',
)
TOO_LARGE = Answer(413, 'callback_too_large', {}, '')
ENCODED = Answer(
    415,
    'unsupported_encoding',
    {'Accept-Encoding': 'gzip'},
    ': the body has a Content-Encoding other than gzip; have the proxy or a middleware decode it',
)
NOT_HANDLED = Answer(500, 'callback_not_handled', {}, '')


class WrongResult(TypeError):
    """The function returned what shows that it has not handled the callback."""


class Receiver:
    """Takes the requests of one address, and calls ``function`` with each verified callback.

    ``get_gate`` returns the Gate that verifies. ``limit`` is the number of bytes that a body may
    have. With ``reraise``, what the function raises is not answered, but raised. Raises
    ConfigurationException for a function or limit that cannot be used.
    """

    def __init__(
        self,
        get_gate: 'Callable[[], Gate]',
        limit: int,
        function: 'Handler',
        reraise: bool = False,
    ) -> None:
        if not callable(function):
            raise ConfigurationException(
                'payment_callback decorates a function that takes a Callback'
            )
        if type(limit) is not int or limit < 1:
            raise ConfigurationException('limit is a number of bytes, at least 1')
        self.limit = limit
        self.function = function
        self._get_gate = get_gate
        self._reraise = reraise
        self._is_async = is_async(function)

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

    def read(self, read: 'Callable[[int], bytes]') -> 'Optional[bytes]':
        """Return the body; of one that is too large, no more than shows this.

        ``read`` returns at most as many bytes as it is asked for, and none at the end. None if it
        raises OSError: the sender is gone, or the chunks are malformed.
        """
        chunks = []
        room = self.limit + 1
        try:
            while room:
                chunk = read(room)  # may be less than there is
                if not chunk:
                    break
                chunks.append(chunk)
                room -= len(chunk)
        except OSError:
            return None
        return b''.join(chunks)

    def answer(self, body: 'Optional[bytes]', request: 'Any') -> Answer:
        """Return the answer to the framework's ``request``.

        ``body`` is None if it could not be read.
        """
        try:
            callback, answer = self._verify(self._decompress(body), request)
            if callback is not None:
                check_result(self.function(callback))
        except Exception as error:
            if self._must_raise(error):
                raise
            return _log_failure(error)
        return answer

    async def answer_async(
        self, body: 'Optional[bytes]', request: 'Any', run_in_thread: 'RunInThread'
    ) -> Answer:
        """Do the same as ``answer``, and await the function's result where it can be awaited.

        A function that is not ``async def`` is called by ``run_in_thread``; and a large body is
        verified there, so that other requests need not wait for it.
        """
        try:
            body = self._decompress(body)
            if body and len(body) > LARGE:
                verified = await run_in_thread(self._verify, body, request)  # type: Verified
            else:
                verified = self._verify(body, request)
            callback, answer = verified
            if callback is not None:
                if self._is_async:
                    result = await self.function(callback)
                else:
                    result = await run_in_thread(self.function, callback)
                    if isawaitable(result):
                        result = await result
                check_result(result)
        except Exception as error:
            if self._must_raise(error):
                raise
            return _log_failure(error)
        return answer

    def _decompress(self, body: 'Optional[bytes]') -> 'Optional[bytes]':
        """Return what is in a body of gzip; of one that is too large, no more than shows this.

        The bytes tell, since the application may have decoded the body, and left the header.
        """
        if body and body.startswith(b'\x1f\x8b') and len(body) <= self.limit:
            try:
                return decompressobj(GZIP).decompress(body, self.limit + 1)
            except ZlibError:
                pass  # refused as malformed
        return body

    def _verify(self, body: 'Optional[bytes]', request: 'Any') -> 'Verified':
        """Return the callback, and the answer once it is handled; or None, and the refusal."""
        if body is None:
            return None, _log_refusal(MALFORMED)
        if len(body) > self.limit:
            return None, _log_refusal(TOO_LARGE)
        try:
            return self._get_gate().handle_callback(body), ACCEPTED
        except MalformedCallback:
            return None, _log_refusal(_diagnose(body, request))
        except CallbackException as error:
            return None, _log_refusal(_bad_request(error.code))

    def _must_raise(self, error: Exception) -> bool:
        # Before Python 3.8, CancelledError is an Exception.
        return self._reraise or isinstance(error, CancelledError)


def _diagnose(body: bytes, request: 'Any') -> Answer:
    """Return the answer to a malformed body: perhaps nothing has decoded it."""
    encoding = request.headers.get('Content-Encoding', 'gzip').lower()
    if encoding not in ('gzip', 'x-gzip', 'identity'):
        return ENCODED
    if not body and 'Transfer-Encoding' in request.headers:
        return NO_LENGTH
    return MALFORMED


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


def check_result(result: 'Any') -> None:
    """Raise WrongResult if ``result`` shows that the function has not handled the callback.

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
        raise WrongResult(
            'the function returned %s, but it is not a view: it must return nothing, since the '
            'SDK answers the request; to refuse a callback, raise an exception' % _name_type(result)
        )


def _log_refusal(answer: Answer) -> Answer:
    logger.warning('a callback was refused: %s%s', answer.body, answer.hint)
    return answer


def _log_failure(error: Exception) -> Answer:
    if isinstance(error, (ConfigurationException, WrongResult)):
        problem = str(error)  # the SDK's own words
    else:
        problem = '%s at %s' % (_name_type(error), _format_trace(error.__traceback__))
    logger.error('a callback was not handled: %s', problem)
    return NOT_HANDLED


def _name_type(value: 'Any') -> str:
    return '%s.%s' % (type(value).__module__, type(value).__qualname__)


def _format_trace(traceback: 'Optional[TracebackType]') -> str:
    """Return the places outside this file that the error came through, its origin last."""
    frames = [
        '%s:%d %s' % (frame.f_code.co_filename, line, frame.f_code.co_name)
        for frame, line in walk_tb(traceback)
        if frame.f_code.co_filename != __file__
    ]
    return ' > '.join(frames[-LONGEST_TRACE:]) or 'the call of the function'
