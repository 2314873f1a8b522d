"""The applications of apps/ on real servers, over loopback."""

import http.client
import socket
import sys
import threading
import time
from typing import Any, Iterator, List, NamedTuple

import pytest
from load import failures, load
from support import REFUSED, SERVED, assert_not_in, post, serve, sign_callback

from payment_page_sdk.contrib.answers import LIMIT

Service = NamedTuple('Service', [('app', str), ('port', int), ('record', str)])


@pytest.fixture(scope='module', params=SERVED, ids='-'.join)
def service(request: Any, tmp_path_factory: Any) -> 'Iterator[Service]':
    server, app = request.param
    record = str(tmp_path_factory.mktemp(app) / 'record')
    with serve(server, app, record) as port:
        yield Service(app, port, record)


@pytest.fixture
def connection(service: Service) -> 'Iterator[http.client.HTTPConnection]':
    connection = http.client.HTTPConnection('127.0.0.1', service.port, timeout=30)
    yield connection
    connection.close()


def read(path: str) -> str:
    with open(path) as file:
        return file.read()


def send_raw(service: Service, data: bytes) -> bytes:
    """Send ``data`` and return the answer's first line."""
    with socket.create_connection(('127.0.0.1', service.port), 30) as client:
        client.sendall(data)
        return client.makefile('rb').readline().strip()


def test_answers(service: Service, connection: Any) -> None:
    assert post(connection, sign_callback('OVER-HTTP')) == (200, b'OK')
    assert 'OVER-HTTP\n' in read(service.record)
    for code, body in REFUSED:
        assert post(connection, body) == (400, code.encode())
    assert post(connection, sign_callback('FAILS')) == (500, b'callback_not_handled')
    log = read(service.record + '.log')
    assert 'builtins.LookupError at' in log
    assert_not_in(log, 'eve@', 'Traceback')
    assert 'FAILS' not in read(service.record)


def test_another_method(service: Service, connection: Any) -> None:
    connection.request('GET', '/callbacks')
    response = connection.getresponse()
    assert response.status == 405
    if service.app != 'starlette_app' or sys.version_info >= (3, 8):  # Starlette's own had none
        assert 'POST' in response.headers['Allow']


def test_in_chunks(service: Service, connection: Any) -> None:
    body = sign_callback('IN-CHUNKS')
    assert post(connection, iter([body[:100], body[100:]])) == (200, b'OK')
    assert 'IN-CHUNKS\n' in read(service.record)


def test_too_large(service: Service) -> None:
    head = b'POST /callbacks HTTP/1.1\r\nHost: shop\r\n'
    if service.app != 'django_asgi_app':  # Django takes the whole body before it calls the view
        answer = send_raw(service, head + b'Content-Length: 999999999\r\n\r\n{')
        assert answer.split(b' ')[1] == b'413'
        # What comes after the limit is never sent.
        size = LIMIT + 70000
        answer = send_raw(
            service,
            head + b'Transfer-Encoding: chunked\r\n\r\n%x\r\n' % size + b' ' * size + b'\r\n',
        )
        assert answer.split(b' ')[1] == b'413'
    size = LIMIT + 1
    answer = send_raw(service, head + b'Content-Length: %d\r\n\r\n' % size + b' ' * size)
    assert answer.split(b' ')[1] == b'413'


def test_a_sender_who_goes_away_leaves_no_trace(service: Service, connection: Any) -> None:
    body = sign_callback('GONE')
    with socket.create_connection(('127.0.0.1', service.port), 30) as client:
        client.sendall(
            b'POST /callbacks HTTP/1.1\r\nHost: shop\r\nContent-Length: %d\r\n\r\n' % len(body)
            + body[:-1]
        )
    time.sleep(0.2)
    assert post(connection, sign_callback('AFTERWARDS')) == (200, b'OK')
    assert 'GONE' not in read(service.record)
    assert 'Traceback' not in read(service.record + '.log')


def test_a_slow_function_does_not_stop_the_others(service: Service) -> None:
    statuses = []  # type: List[Any]

    def send() -> None:
        connection = http.client.HTTPConnection('127.0.0.1', service.port, timeout=30)
        statuses.append(post(connection, sign_callback('SLOW'))[0])
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 4
    # Django has one thread for all sync views of one connection, none for each other under ASGI.
    if service.app != 'django_asgi_app':
        assert time.perf_counter() - start < 4 * 0.3


def test_nothing_is_lost_and_nothing_forged_let_in(service: Service) -> None:
    figures = load(service.port, service.record, callbacks=500, clients=8)
    assert figures['forged'] == 5
    assert failures(figures) == 0, figures
