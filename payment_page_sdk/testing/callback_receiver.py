"""Callbacks into a test's own process, for tests without a running service.

with CallbackReceiver(gate) as receiver:
    receiver.url                     # where callbacks are to be sent
    receiver.handle = ship_order     # your function, which gets each verified callback
    receiver.callbacks               # those that were accepted, the oldest first
    receiver.fail(2)                 # the next two are answered 500
"""

from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from threading import Lock, Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List, Optional

    from payment_page_sdk.callback import Callback
    from payment_page_sdk.contrib.answers import Answer
    from payment_page_sdk.gate import Gate

_LOOK_EVERY = 0.05  # seconds until the server notices that it is to end


class CallbackReceiver:
    """A server on 127.0.0.1, which answers callbacks as the adapters of this SDK do.

    ``gate`` verifies them: a forged one is answered 400. ``handle`` is called with each verified
    one, by several threads if several come at once. If it raises, the answer is 500, the callback
    comes again later, and the exception is in ``errors``.
    """

    def __init__(self, gate: 'Gate', handle: 'Optional[Callable[[Callback], Any]]' = None) -> None:
        from payment_page_sdk.contrib import answers  # another room

        self._answers = answers
        self.handle = handle
        self.callbacks = []  # type: List[Callback]
        self.errors = []  # type: List[Exception]
        self._failures = []  # type: List[int]
        self._lock = Lock()
        self._receiver = answers.Receiver(lambda: gate, answers.LIMIT, self._take)
        self._server = _Server(('127.0.0.1', 0), self._make_handler())
        self.url = 'http://127.0.0.1:%d/callbacks' % self._server.server_port  # type: str
        self._thread = Thread(target=self._server.serve_forever, args=(_LOOK_EVERY,), daemon=True)

    def __enter__(self) -> 'CallbackReceiver':
        self._thread.start()
        return self

    def __exit__(self, *error: 'Any') -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def fail(self, times: int = 1, status: int = 500) -> None:
        """Answer the next callbacks with ``status``, without looking at them."""
        with self._lock:
            self._failures += [status] * times

    def _take(self, callback: 'Callback') -> None:
        try:
            if self.handle is not None:
                self.handle(callback)
        except Exception as error:
            self.errors.append(error)
            raise
        self.callbacks.append(callback)

    def _answer(self, request: BaseHTTPRequestHandler) -> 'Answer':
        length = int(request.headers.get('Content-Length') or 0)
        body = request.rfile.read(min(length, self._receiver.limit + 1))
        with self._lock:
            failure = self._failures.pop(0) if self._failures else None
        if failure is not None:
            return self._answers.Answer(failure, 'told to fail', {}, '')
        return self._receiver.answer(body, request)

    def _make_handler(self) -> 'Any':
        answer_to, content_type = self._answer, self._answers.CONTENT_TYPE

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer = answer_to(self)
                content = answer.body.encode()
                self.send_response(answer.status)
                self.send_header('Content-Type', content_type)
                self.send_header('Content-Length', str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: 'Any') -> None:  # noqa: A002 -- the base's
                """Say nothing: the output is that of the test."""

        return Handler


class _Server(ThreadingMixIn, HTTPServer):
    daemon_threads = True
    request_queue_size = 128  # many may come at once
