"""Serves the sandbox: what ``payment-page sandbox`` runs."""

from __future__ import annotations

import logging
import secrets
import signal
import socket
import tempfile
import webbrowser
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple, NoReturn, Optional

from waitress.server import create_server
from waitress.wasyncore import close_all

from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.parameters.rules import URL
from payment_page_sdk.sandbox.app import create_app
from payment_page_sdk.sandbox.platform import Platform
from payment_page_sdk.sandbox.shop import create_shop
from payment_page_sdk.sandbox.store import Store

THREADS = 16
MOST_CONNECTIONS = 1000
SLOWEST = 0.001
LARGEST_BODY = 1024 * 1024  # bytes
LOOPBACK = ['127.0.0.1', 'localhost', '::1']
WILDCARDS = ['0.0.0.0', '::', '']


class Settings(NamedTuple):
    """What the command line says, but for the secret key."""

    host: str
    port: int
    project_id: int
    callback_url: str
    database: Optional[str]
    speed: float
    with_shop: bool
    open_browser: bool


class Server:
    """The sandbox, listening: ``address`` is where.

    ``secret`` is the secret key, and ``where_secret_is`` tells where users find it; without one, it
    is made. Raises ConfigurationException for settings that cannot be used.
    """

    def __init__(
        self, settings: Settings, secret: Optional[str], where_secret_is: str = ''
    ) -> None:
        _check(settings)
        self.settings = settings
        self._open: dict[int, Any] = {}  # the sockets
        with ExitStack() as held:
            folder = held.enter_context(tempfile.TemporaryDirectory(prefix='payment-page-sandbox-'))
            kept = settings.database or str(Path(folder, 'sandbox.sqlite3'))
            if secret is None:
                file = Path(kept + '.secret')
                secret, where_secret_is = _kept_secret(file), f'in the file {file}'
            self.where_secret_is = where_secret_is
            store = Store(kept)
            held.callback(store.close)
            self.platform = Platform(
                secret, settings.project_id, store, settings.callback_url, settings.speed
            )
            is_open = settings.host in WILDCARDS
            app = create_app(self.platform, None if is_open else [*LOOPBACK, settings.host.lower()])
            listener = _listener(settings.host, settings.port)
            host = LOOPBACK[0] if is_open else settings.host
            self.address = f'http://{_in_url(host)}:{listener.getsockname()[1]}'
            if settings.with_shop:
                app.register_blueprint(create_shop(secret, settings.project_id, self.address))
            self._server: Any = create_server(  # of one socket: it has a trigger to wake it up
                app,
                self._open,
                sockets=[listener],
                threads=THREADS,
                connection_limit=MOST_CONNECTIONS,
                max_request_body_size=LARGEST_BODY,
                ident=None,
            )
            self._held = held.pop_all()

    def run(self) -> None:
        """Serve, and deliver callbacks, until a signal comes or ``close`` is called."""
        with self._held:
            self.platform.start()
            try:
                self._server.run()
            finally:
                self._server.task_dispatcher.shutdown()
                self.platform.stop()
                close_all(self._open)

    def close(self) -> None:
        """End ``run``, which is in another thread."""
        self._server.task_dispatcher.shutdown()  # its threads wake the server up
        with suppress(OSError):  # it was awake, and closed the very socket that wakes it up
            self._server.trigger.pull_trigger(lambda: close_all(self._open))


def serve(settings: Settings, secret: Optional[str], where_secret_is: str) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status. Raises ConfigurationException."""
    logging.getLogger('waitress.queue').setLevel(logging.ERROR)  # to queue is no trouble
    signal.signal(signal.SIGTERM, _end)
    server = Server(settings, secret, where_secret_is)
    _introduce(server)
    server.run()
    return 0


def _check(settings: Settings) -> None:
    if not SLOWEST <= settings.speed < float('inf'):
        raise ConfigurationException(f'a speed is at least {SLOWEST}')
    if not 0 <= settings.port < 65536:
        raise ConfigurationException('a port is from 0 to 65535')
    if settings.project_id < 1:
        raise ConfigurationException('the id of a project is at least 1')
    problems = URL.find(settings.callback_url, 'callback_url', {}) if settings.callback_url else ()
    for found in problems:
        raise ConfigurationException(found.message)


def _introduce(server: Server) -> None:
    address, settings = server.address, server.settings
    print(f'Sandbox: {address}')
    print(f'Project: {settings.project_id}')
    print(f'Secret key: {server.where_secret_is}')
    if settings.with_shop:
        print(
            f'Shop: {address}/shop - buy, pay with the card 4000 0000 0000 0077 (any date to '
            'come, any CVC), and see the order paid'
        )
    print('No money moves. Ctrl-C ends it.', flush=True)
    if settings.open_browser:
        webbrowser.open(address + ('/shop' if settings.with_shop else ''))


def _kept_secret(file: Path) -> str:
    """Return the secret key in ``file``; make one where there is none."""
    try:
        if not file.exists():
            new = file.with_name(file.name + '.new')
            new.unlink(missing_ok=True)
            new.touch(mode=0o600)
            new.write_text(secrets.token_urlsafe(32), encoding='ascii')
            new.replace(file)  # there is never half a key in it
        return file.read_text(encoding='ascii')
    except (OSError, UnicodeDecodeError):
        pass
    raise ConfigurationException('the secret key of the sandbox cannot be kept in ' + str(file))


def _listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens: one, also where the host has several addresses."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family)
    except (OSError, OverflowError, UnicodeError) as error:  # the last: a name that is none
        problem = getattr(error, 'strerror', None) or str(error)
    raise ConfigurationException('the sandbox cannot listen: ' + problem)


def _in_url(host: str) -> str:
    return f'[{host}]' if ':' in host else host


def _end(number: int, frame: Optional[FrameType]) -> NoReturn:
    raise SystemExit(0)
