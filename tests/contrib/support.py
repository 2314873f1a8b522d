"""What all tests of the adapters share: callbacks, servers, and small WSGI and ASGI servers."""

import asyncio
import contextlib
import http.client
import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple, Union
from wsgiref.util import setup_testing_defaults

from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SECRET = 'hunter2-secret'
GATE = Gate(SECRET)
SMALL = 1000  # bytes: the limit in tests

Reply = NamedTuple('Reply', [('status', int), ('body', bytes), ('headers', Dict[str, str])])


def sign_callback(payment_id: str = 'ORDER-1', secret: str = SECRET, **members: Any) -> bytes:
    """Return the body of a callback."""
    data = {
        'project_id': 186,
        'payment': {
            'id': payment_id,
            'type': 'purchase',
            'status': 'success',
            'method': 'card',
            'sum': {'amount': 1001, 'currency': 'EUR'},
        },
        'operation': {'id': 42, 'type': 'sale', 'status': 'success', 'code': '0'},
    }  # type: Dict[str, Any]
    data.update(members)
    return json.dumps(dict(data, signature=SignatureHandler(secret).sign(data))).encode()


def pad_callback(size: int) -> bytes:
    """Return the body of a verified callback of ``size`` bytes."""
    return sign_callback() + b' ' * (size - len(sign_callback()))


REFUSED = [
    ('malformed_callback', b''),
    ('malformed_callback', b'{"payment"'),
    ('malformed_callback', b'\xff\xfe'),
    ('malformed_callback', b'[' * 900),
    ('missing_signature', b'{"payment": {"id": "ORDER-1", "status": "success"}}'),
    ('invalid_signature', sign_callback().replace(b'1001', b'1')),
    ('invalid_signature', sign_callback(secret='another')),
    ('ambiguous_callback', sign_callback(description='x;payment:status:success')),
]

OTHER_METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']


def fail_with_personal_data(callback: Any) -> None:
    """Fail, with the customer's data at hand."""
    email = 'eve@example.com'
    raise KeyError(email, callback)


def assert_nothing_personal(log: str) -> None:
    assert 'builtins.KeyError' in log
    assert re.search(r'support\.py:[0-9]+ fail_with_personal_data$', log, re.MULTILINE)
    assert_not_in(log, 'eve@', 'hunter2', 'ORDER-1', '1001')


def assert_not_in(log: str, *texts: str) -> None:
    for text in texts:
        assert text not in log


@contextlib.contextmanager
def report_errors(read: Any) -> Iterator[List[Any]]:
    """Read a request whenever an error is logged, as Sentry does; yield a list of what was read."""
    found = []  # type: List[Any]

    class Reporter(logging.Handler):
        def emit(self, record: Any) -> None:
            try:
                found.append(read())
            except Exception as error:
                found.append(error)

    logger = logging.getLogger('payment_page_sdk')
    reporter = Reporter()
    logger.addHandler(reporter)
    try:
        yield found
    finally:
        logger.removeHandler(reporter)


class Chunks:
    """A body in chunks, which counts what is read of it."""

    readline = close = int  # wanted, and not used for reading

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self.taken = 0
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        chunk = next(self._chunks, b'')
        assert 0 < len(chunk) <= size or not chunk
        self.taken += len(chunk)
        return chunk

    async def receive(self) -> Dict[str, Any]:
        if self._ended:
            await asyncio.sleep(60)  # the client is there, and says no more
        chunk = next(self._chunks, None)
        if chunk is None:
            return {'type': 'http.disconnect'}
        self._ended = not chunk
        self.taken += len(chunk)
        return {'type': 'http.request', 'body': chunk, 'more_body': bool(chunk)}


class Broken(Chunks):
    """A body that breaks off: the sender goes away, or sends a malformed chunk."""

    def read(self, size: int = -1) -> bytes:
        chunk = super().read(size)
        if not chunk:
            raise OSError('invalid chunk')
        return chunk


Body = Union[bytes, Chunks]
Headers = Optional[Dict[str, str]]
PATH = '/callbacks/1'


def complete_headers(headers: Headers, body: Body) -> Dict[str, str]:
    """Return the headers, with the length of a body of bytes; Chunks have none to announce."""
    length = {'Content-Length': str(len(body))} if isinstance(body, bytes) else {}
    return dict(length, **headers or {})


def wsgi(
    app: Any,
    body: Body,
    method: str = 'POST',
    headers: Headers = None,
    path: str = PATH,
    without: str = '',
) -> Reply:
    """Return what a WSGI application answers. ``without`` is what its server does not say."""
    headers = complete_headers(headers, body)
    variables = {
        'REQUEST_METHOD': method,
        'PATH_INFO': path,
        'CONTENT_TYPE': 'application/json',
        'CONTENT_LENGTH': headers.get('Content-Length', ''),
        'wsgi.input': io.BytesIO(body) if isinstance(body, bytes) else body,
    }  # type: Dict[str, Any]
    if 'Content-Length' not in headers:
        variables['wsgi.input_terminated'] = True
    for name, text in headers.items():
        variables['HTTP_' + name.upper().replace('-', '_')] = text
    setup_testing_defaults(variables)
    variables.pop(without, None)
    started = []  # type: List[Any]

    def start_response(*arguments: Any) -> None:
        started[:] = arguments

    with contextlib.closing(app(variables, start_response)) as parts:
        content = b''.join(parts)
    status, found = started[:2]
    return Reply(int(status[:3]), content, {name.lower(): text for name, text in found})


def asgi_scope(method: str, headers: Dict[str, str], path: str = PATH) -> Dict[str, Any]:
    return {
        'type': 'http',
        'asgi': {'version': '3.0'},
        'http_version': '1.1',
        'scheme': 'http',
        'method': method,
        'path': path,
        'raw_path': path.encode(),
        'root_path': '',
        'query_string': b'',
        'server': ('testserver', 80),
        'client': ('127.0.0.1', 50000),
        'headers': [(name.lower().encode(), text.encode()) for name, text in headers.items()],
    }


def asgi(
    app: Any, body: Body, method: str = 'POST', headers: Headers = None, path: str = PATH
) -> Reply:
    """Return what an ASGI application answers. A sender without b'' at the end goes away early."""
    sent = []  # type: List[Dict[str, Any]]
    source = Chunks([body, b'']) if isinstance(body, bytes) else body

    async def send(message: Dict[str, Any]) -> None:
        sent.append(message)

    run(app(asgi_scope(method, complete_headers(headers, body), path), source.receive, send))
    start = sent[0]
    found = {name.decode().lower(): text.decode() for name, text in start['headers']}
    return Reply(start['status'], b''.join(part.get('body', b'') for part in sent[1:]), found)


def run(coroutine: Any) -> Any:
    """Do what asyncio.run does from Python 3.7 on."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


# Servers, each an application of apps/

SERVED = [('gunicorn', 'django_app'), ('gunicorn', 'flask_app'), ('uvicorn', 'starlette_app')]
if sys.version_info >= (3, 8):
    SERVED.append(('uvicorn', 'django_asgi_app'))  # no ASGI in Django 2.2


@contextlib.contextmanager
def serve(server: str, app: str, record: str) -> Iterator[int]:
    """Serve an application, and yield the port. It appends the ids of payments to ``record``."""
    # Bound here: the port is free, and the first request waits for the server.
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen(128)
        port = listener.getsockname()[1]
        number = listener.fileno()
        command = [sys.executable, os.path.join(HERE, 'support.py'), app, str(number)]
        if server == 'gunicorn':
            command = [
                sys.executable,
                '-m',
                'gunicorn',
                '--bind',
                'fd://%d' % number,
                '--workers',
                '2',
                '--threads',
                '4',
                '--log-level',
                'warning',
                'apps.%s:app' % app,
            ]
        with open(record + '.log', 'wb') as log:
            process = subprocess.Popen(
                command,
                cwd=HERE,
                pass_fds=[number],
                stdout=log,
                stderr=log,
                env=dict(os.environ, RECORD=record, PYTHONPATH=os.pathsep.join(sys.path)),
            )
    try:
        yield port
    finally:
        # At once: on SIGTERM, gunicorn waits for connections that clients could use once more.
        process.send_signal(signal.SIGINT)
        process.wait(20)


def post(connection: http.client.HTTPConnection, body: Any) -> Tuple[int, bytes]:
    """Send a body, in chunks if it is not bytes."""
    connection.request('POST', '/callbacks', body, {'Content-Type': 'application/json'})
    response = connection.getresponse()
    return response.status, response.read()


def serve_with_uvicorn(app: str, number: int) -> None:
    import uvicorn

    # Not by --fd, which takes the socket for a Unix one and slows it down.
    config = uvicorn.Config('apps.%s:app' % app, log_level='warning')
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=number)])


if __name__ == '__main__':
    serve_with_uvicorn(sys.argv[1], int(sys.argv[2]))
