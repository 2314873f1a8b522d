"""Serves the sandbox; ``payment-page sandbox`` runs this."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import stat
import tempfile
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from traceback import clear_frames
from types import FrameType
from typing import Any, NoReturn, Optional

from waitress.server import create_server
from waitress.wasyncore import close_all

from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.sandbox.app import create_app
from payment_page_sdk.sandbox.journal import Journal
from payment_page_sdk.sandbox.platform import Platform
from payment_page_sdk.sandbox.settings import Settings, check
from payment_page_sdk.sandbox.shop import create_shop
from payment_page_sdk.sandbox.store import Store
from payment_page_sdk.signature_handler import decode_secret

THREADS = 16
MOST_CONNECTIONS = 1000
LARGEST_BODY = 1024 * 1024  # bytes
LOOPBACK = ['127.0.0.1', 'localhost', '::1']
WILDCARDS = ['0.0.0.0', '::', '']


class Server:
    """The sandbox, which listens at ``address``.

    ``secret`` is the secret key, and ``where_secret_is`` tells users where to find it. If it is
    None, one is generated. Raises ConfigurationException for settings that cannot be used.
    """

    def __init__(
        self, settings: Settings, secret: Optional[str], where_secret_is: str = ''
    ) -> None:
        check(settings)
        self.settings = settings
        self._open: dict[int, Any] = {}  # the sockets
        with ExitStack() as held:
            database = settings.database
            if not database:
                folder = tempfile.TemporaryDirectory(prefix='payment-page-sandbox-')
                database = str(Path(held.enter_context(folder), 'sandbox.sqlite3'))
            if secret is None:
                file = Path(database + '.secret')
                secret, where_secret_is = _read_or_make_secret(file), f'in the file {file}'
            self.where_secret_is = where_secret_is
            self.journal = Journal(settings.json_log, settings.is_quiet)
            store = Store(database)
            held.callback(store.close)
            self.platform = Platform(
                secret,
                settings.project_id,
                store,
                settings.callback_url,
                settings.speed,
                settings.ca_file,
                self.journal,
            )
            self.platform.faults.choose(settings.gate_fault)
            is_wildcard = settings.host in WILDCARDS
            hosts = None if is_wildcard else [*LOOPBACK, settings.host.lower()]
            app = create_app(self.platform, hosts, settings.gate_allow)
            listener = _listen(settings.host, settings.port)
            host = LOOPBACK[0] if is_wildcard else settings.host
            self.address = f'http://{_in_url(host)}:{listener.getsockname()[1]}'
            if settings.with_shop:
                app.register_blueprint(create_shop(secret, settings.project_id, self.address))
            self._server: Any = create_server(  # with one socket, it has a trigger that wakes it up
                app,
                self._open,
                sockets=[listener],
                threads=THREADS,
                connection_limit=MOST_CONNECTIONS,
                max_request_body_size=LARGEST_BODY,
                ident=None,
            )
            # waitress calls it as well, when a signal comes.
            dispatcher: Any = self._server.task_dispatcher
            dispatcher.shutdown = partial(self._end_threads, dispatcher.shutdown)
            self._held = held.pop_all()

    def run(self) -> None:
        """Serve and deliver callbacks, until a signal comes or ``close`` is called."""
        with self._held:
            self.platform.start()
            try:
                self._server.run()
            finally:
                self._server.task_dispatcher.shutdown()
                self.platform.stop()
                close_all(self._open)

    def close(self) -> None:
        """End ``run``, which another thread has called."""
        self._server.task_dispatcher.shutdown()  # its threads wake the server up
        with suppress(OSError):  # it was awake, and has closed the socket that would wake it up
            self._server.trigger.pull_trigger(lambda: close_all(self._open))

    def _end_threads(self, shutdown: Callable[[], Any]) -> None:
        self.platform.faults.stop()  # some may be waiting on purpose
        shutdown()


def serve(settings: Settings, secret: Optional[str], where_secret_is: str) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status. Raises ConfigurationException."""
    logging.getLogger('waitress.queue').setLevel(logging.ERROR)  # a queue is not a problem
    signal.signal(signal.SIGTERM, _end)
    try:
        server = Server(settings, secret, where_secret_is)
    except BaseException as error:
        clear_frames(error.__traceback__)
        raise
    finally:
        del secret  # debuggers would show it with any error here
    _introduce(server)
    server.run()
    return 0


def _introduce(server: Server) -> None:
    address, settings = server.address, server.settings
    lines = [
        f'Sandbox: {address}',
        f'Project: {settings.project_id}',
        f'Secret key: {server.where_secret_is}',
    ]
    if settings.with_shop:
        lines.append(
            f'Shop: {address}/shop - pay there with the card 4000 0000 0000 0077 (any future date, '
            'any CVC)'
        )
    lines.append('No money moves. Press Ctrl-C to stop.')
    facts = {'project_id': settings.project_id, 'secret_key': server.where_secret_is}
    server.journal.started(address, lines, facts)
    if settings.open_browser:
        webbrowser.open(address + ('/shop' if settings.with_shop else ''))


def _read_or_make_secret(file: Path) -> str:
    """Return the secret key in ``file``, which is made with a new key if it does not exist."""
    try:
        if not os.path.lexists(file):
            new = file.with_name(file.name + '.new')
            new.unlink(missing_ok=True)
            with open(new, 'x', encoding='ascii', opener=partial(os.open, mode=0o600)) as made:
                made.write(secrets.token_urlsafe(32))
            new.replace(file)  # so the file never has only part of a key in it
        _refuse_risk(file)
        return decode_secret(file.read_bytes())
    except (OSError, UnicodeDecodeError):
        pass
    raise ConfigurationException(f'the sandbox cannot keep its secret key in the file {file}')


def _refuse_risk(file: Path) -> None:
    """Raise ConfigurationException if others may know or choose the secret key in ``file``."""
    found = file.lstat()
    if stat.S_ISLNK(found.st_mode):
        problem = 'it is a symbolic link'
    elif os.name == 'posix' and (
        found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or found.st_uid not in (0, os.geteuid())
    ):
        problem = 'others can write to it'
    else:
        return
    raise ConfigurationException(
        f'the sandbox does not use the secret key in the file {file}, because {problem}: '
        'delete the file, and the sandbox makes a new key'
    )


def _listen(host: str, port: int) -> socket.socket:
    """Return one listening socket, even if the host has several addresses."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family)
    except (OSError, OverflowError, UnicodeError) as error:  # the last: not a valid host name
        problem = getattr(error, 'strerror', None) or str(error)
    raise ConfigurationException('the sandbox cannot listen: ' + problem)


def _in_url(host: str) -> str:
    return f'[{host}]' if ':' in host else host


def _end(number: int, frame: Optional[FrameType]) -> NoReturn:
    raise SystemExit(0)
