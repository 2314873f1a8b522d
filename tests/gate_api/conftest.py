"""A server in this process that answers as a test wants: with any bytes, or none, at any time."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Union

import pytest

from payment_page_sdk.gate import Gate
from payment_page_sdk.gate_api import GateApi
from payment_page_sdk.signature_handler import SignatureHandler

SECRET = 'the secret key of the Gate API'
HANDLER = SignatureHandler(SECRET)
PROJECT = 186

ACCEPTED = {'status': 'success', 'request_id': 'r-1', 'project_id': PROJECT, 'payment_id': 'P-1'}


class Heard(NamedTuple):
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Connection:
    """What a script does with a connection whose request has been read."""

    def __init__(self, heard: Heard, connection: socket.socket, is_over: threading.Event) -> None:
        self.heard = heard
        self.is_over = is_over
        self._connection = connection

    def send(self, content: bytes) -> None:
        self._connection.sendall(content)

    def wait(self, seconds: float) -> None:
        self.is_over.wait(seconds)

    def answer(self, body: Union[bytes, dict[str, Any]], status: int = 200) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send(b'HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n' % (status, len(content)) + content)


Script = Callable[[Connection], Any]


class Platform:
    """The server. ``script`` answers each request; ``heard`` are the requests so far."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.script: Script = lambda connection: connection.answer(ACCEPTED)
        self._is_over = threading.Event()
        self._listener = socket.create_server(('127.0.0.1', 0))
        self.url = 'http://127.0.0.1:%d' % self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def answers(self, body: Union[bytes, dict[str, Any]], status: int = 200) -> None:
        self.script = lambda connection: connection.answer(body, status)

    def close(self) -> None:
        self._is_over.set()
        self._listener.close()

    def _serve(self) -> None:
        while not self._is_over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with connection:
            try:
                heard = _read(connection)
                self.heard.append(heard)
                self.script(Connection(heard, connection, self._is_over))
            except OSError:
                pass  # the client has gone


def _read(connection: socket.socket) -> Heard:
    content = b''
    while b'\r\n\r\n' not in content:
        content += connection.recv(65536)
    head, _, body = content.partition(b'\r\n\r\n')
    first, *lines = head.decode().split('\r\n')
    headers = {name.lower(): value for name, _, value in (line.partition(': ') for line in lines)}
    while len(body) < int(headers['content-length']):
        body += connection.recv(65536)
    return Heard(first.split()[1], headers, json.loads(body))


@pytest.fixture
def platform() -> Iterator[Platform]:
    server = Platform()
    yield server
    server.close()


@pytest.fixture
def api(platform: Platform) -> GateApi:
    return GateApi(Gate(SECRET), PROJECT, platform.url, timeout=5)


def sign(body: dict[str, Any], holder: str = '') -> dict[str, Any]:
    """Return an answer with its signature at the root, or in the object ``holder``."""
    signature = HANDLER.sign(body)
    if holder:
        return dict(body, **{holder: dict(body[holder], signature=signature)})
    return dict(body, signature=signature)
