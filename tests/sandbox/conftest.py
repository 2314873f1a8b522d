"""A sandbox for each test that wants one, as if started for it, in this process."""

from __future__ import annotations

import http.server
import json
import os
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Optional

import hypothesis
import pytest

from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.sandbox.platform import Platform
from payment_page_sdk.sandbox.refusals import Refusal
from payment_page_sdk.sandbox.server import Server
from payment_page_sdk.sandbox.settings import Settings
from payment_page_sdk.sandbox.store import Store

# Far from UTC, so that tests notice where it is forgotten.
os.environ['TZ'] = 'UTC-9'
if hasattr(time, 'tzset'):
    time.tzset()

# On a busy machine, any example may take its time.
hypothesis.settings.register_profile(
    'patient', deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile('patient')

posix_only = pytest.mark.skipif(os.name != 'posix', reason='permissions are different there')

SECRET = 'the secret key of the sandbox'

DAY = 24 * 60 * 60

MEMORY = ':memory:'  # a database that is gone when it is closed; there is no disk to wait for


def settings(**changed: Any) -> Settings:
    """Return the options of the command line: the defaults, except for what is ``changed``."""
    return Settings(
        host='127.0.0.1',
        port=0,
        project_id=186,
        callback_url='',
        database=None,
        speed=1,
        with_shop=False,
        open_browser=False,
        is_quiet=True,
    )._replace(**changed)


class Sandbox:
    """A running sandbox, and what a merchant's tests would do with it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.platform = server.platform
        self.address = server.address
        self.gate = Gate(SECRET, server.address)

    def link(self, payment_id: str = 'ORDER-1', **parameters: Any) -> str:
        """Return the signed link of a purchase of 18.15 EUR, or of what ``parameters`` say."""
        if parameters.get('mode') != 'card_tokenize':
            parameters = {'payment_amount': 1815, 'payment_currency': 'EUR', **parameters}
        parameters = {'customer_id': 'jane', **parameters}
        return self.gate.get_purchase_payment_page_url(Payment('186', payment_id, **parameters))

    def open(self, payment_id: str = 'ORDER-1', **parameters: Any) -> str:
        """Open a payment by the API; return its id."""
        status, told = self.post(
            '/sandbox/api/payments', {'url': self.link(payment_id, **parameters)}
        )
        assert status == 201, told
        opened: str = told['payment_id']
        return opened

    def play(self, payment_id: str, card: Optional[str] = None, code: Optional[str] = None) -> str:
        """Play a test card; return the status of the payment."""
        status, told = self.post(
            f'/sandbox/api/payments/{payment_id}/outcome',
            {name: value for name, value in [('card', card), ('code', code)] if value is not None},
        )
        assert status == 200, told
        played: str = told['status']
        return played

    def callbacks(self, payment_id: str) -> list[Any]:
        """Return the callbacks about a payment, with their deliveries."""
        status, told = self.get('/sandbox/api/callbacks?payment_id=' + payment_id)
        assert status == 200, told
        callbacks: list[Any] = told
        return callbacks

    def get(self, path: str, headers: Optional[dict[str, str]] = None) -> tuple[int, Any]:
        """Return the status and what was answered: JSON parsed, else a text."""
        return self.request('GET', path, None, headers)

    def post(
        self, path: str, body: Any = None, headers: Optional[dict[str, str]] = None
    ) -> tuple[int, Any]:
        """Return the same for a POST: of bytes as they are, of anything else as JSON."""
        return self.request(
            'POST', path, body if isinstance(body, bytes) else json.dumps(body).encode(), headers
        )

    def request(
        self, method: str, path: str, body: Optional[bytes], headers: Optional[dict[str, str]]
    ) -> tuple[int, Any]:
        asked = urllib.request.Request(self.address + path, body, headers or {}, method=method)
        try:
            with urllib.request.urlopen(asked) as answer:
                status, told, found = answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            status, told, found = error.code, error.read().decode(), error.headers
        return status, json.loads(told) if found.get_content_type() == 'application/json' else told


@contextmanager
def running(changed: Settings) -> Iterator[Sandbox]:
    """Run a sandbox in a thread."""
    server = Server(changed, SECRET)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield Sandbox(server)
    finally:
        server.close()
        thread.join()


@pytest.fixture(scope='session')
def servers() -> Iterator[Callable[[dict[str, Any]], Sandbox]]:
    """A function that returns the running sandbox of some settings, always the same one."""
    started: dict[str, Sandbox] = {}
    with ExitStack() as running_ones:

        def sandbox_of(changed: dict[str, Any]) -> Sandbox:
            name = repr(sorted(changed.items()))
            if name not in started:
                started[name] = running_ones.enter_context(running(settings(**changed)))
                started[name].get('/')  # from then on, nothing in it is still being started
            return started[name]

        yield sandbox_of


@pytest.fixture
def sandbox(
    request: pytest.FixtureRequest, servers: Callable[[dict[str, Any]], Sandbox]
) -> Iterator[Sandbox]:
    """A sandbox, set up by ``@pytest.mark.parametrize('sandbox', [{...}], indirect=True)``.

    Each test has its own payments, callbacks and clock. The web server in front of them has no
    state, and takes twenty times as long to start: tests share it.
    """
    found = servers(getattr(request, 'param', {}))
    platform, said = found.platform, found.server.settings
    idle = dict(vars(platform))
    store = Store(MEMORY)
    fresh = Platform(SECRET, said.project_id, store, said.callback_url, said.speed, said.ca_file)
    vars(platform).update(vars(fresh))
    platform.start()
    yield found
    platform.stop()
    vars(platform).update(idle)
    store.close()


def skip_to_morning(platform: Platform) -> None:
    """Put the clock forward to a new day, which does not end within the test."""
    platform.advance(DAY - platform.now() % DAY)


def refused(do: Callable[[], Any]) -> Refusal:
    """Return the refusal that ``do`` raises, which tells people the reasons in sentences."""
    with pytest.raises(Refusal) as info:
        do()
    assert all(' ' in told for told in [str(info.value), *info.value.problems])
    return info.value


class SilentHandler(http.server.BaseHTTPRequestHandler):
    """Answers requests without a word on the terminal."""

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 -- the base's name
        pass


class Merchant:
    """A merchant's server, which answers callbacks as ``answer`` says: a function of the body.

    ``page`` is the text of each answer.
    """

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.answer: Callable[[bytes], int] = lambda body: 200
        self.page = ''
        merchant = self

        class Handler(SilentHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers['Content-Length']))
                status = merchant.answer(body)
                merchant.bodies.append(body)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(merchant.page.encode())

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128  # many callbacks may come at once

        self._server = Server(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self._server.server_port}/callbacks'
        self._is_stopping = False
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._is_stopping:
            self._server.handle_request()

    def stop(self) -> None:
        # At once: ``serve_forever`` looks only now and then whether it is to end.
        self._is_stopping = True
        socket.create_connection(('127.0.0.1', self._server.server_port)).close()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    """A merchant's server."""
    found = Merchant()
    yield found
    found.stop()


def eventually(question: Callable[[], Any], seconds: float = 10) -> Any:
    """Return the first true answer to ``question``; fail when there is none in time."""
    until = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < until, 'it did not come about'
        time.sleep(0.02)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The name of a file for a database."""
    return str(tmp_path / 'sandbox.sqlite3')
