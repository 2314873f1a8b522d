"""How callbacks are sent, and when again."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from facts import DATA, read_json

from payment_page_sdk.sandbox import courier as module
from payment_page_sdk.sandbox.courier import MOST_TRIES, SENDERS, Courier, gap_before
from sandbox.conftest import Merchant, eventually

DELIVERY = read_json('callbacks.json')['delivery']

# Signed by itself, for 127.0.0.1 and a hundred years: the key is no secret.
CERTIFICATE = Path(DATA, 'merchant.pem')

DAY = 24 * 60 * 60


@pytest.fixture
def courier() -> Iterator[Courier]:
    found = Courier()
    found.start()
    yield found
    found.stop()


# the schedule


def test_the_first_tries_come_fast() -> None:
    first, _, _ = DELIVERY['retry_schedule']
    assert [gap_before(attempt) for attempt in range(2, first['attempts'] + 1)] == [
        first['interval_seconds']
    ] * 5


def test_then_the_gap_grows_as_documented() -> None:
    first, second, last = DELIVERY['retry_schedule']
    start, end = first['attempts'] + 1, first['attempts'] + second['attempts'] + 1
    assert (start, end) == (7, 69)
    gaps = [gap_before(attempt) or 0 for attempt in range(start, end)]
    assert gaps == [
        eval(second['interval_formula_seconds'], {}, {'n': attempt})
        for attempt in range(start, end)
    ]
    assert round(gaps[0]) == 84
    assert gaps == sorted(gaps)
    assert gaps[-1] < last['interval_seconds'] < 70 + 10 * 1.12 ** (end - 4)


def test_then_it_is_four_hours() -> None:
    assert [gap_before(attempt) for attempt in range(69, MOST_TRIES + 1)] == [
        DELIVERY['retry_schedule'][2]['interval_seconds']
    ] * 52


def test_it_ends() -> None:
    assert DELIVERY['max_attempts'] == MOST_TRIES
    assert gap_before(MOST_TRIES) is not None
    assert gap_before(MOST_TRIES + 1) is gap_before(10**9) is None


def test_all_tries_together_take_some_ten_days() -> None:
    total = sum(gap_before(attempt) or 0 for attempt in range(2, MOST_TRIES + 1))
    assert round(total / DAY, 1) == 10.2
    assert total < DELIVERY['max_days'] * DAY


# to be due


def test_what_is_due_is_done(courier: Courier) -> None:
    done: list[Any] = []
    courier.call_at(time.time() + 0.2, 'later', done.append, 2)
    courier.call_at(time.time() - 1000, 'late', done.append, 1)
    eventually(lambda: done == [1, 2])


def test_of_one_name_only_the_last_counts(courier: Courier) -> None:
    done: list[Any] = []
    now = time.time()
    courier.call_at(now + 0.2, 'it', done.append, 1)
    courier.call_at(now + 0.1, 'it', done.append, 2)
    time.sleep(0.3)
    assert done == [2]


@pytest.mark.parametrize('pool, count', [({'pool': SENDERS}, 32), ({}, 1)])
def test_so_many_are_done_at_once(courier: Courier, pool: dict[str, Any], count: int) -> None:
    started, free = [], threading.Event()

    def work(number: int) -> None:
        started.append(number)
        free.wait(10)

    for number in range(40):
        courier.call_at(0, str(number), work, number, **pool)
    eventually(lambda: len(started) == count)
    time.sleep(0.1)
    assert len(started) == count
    free.set()
    eventually(lambda: len(started) == 40)


def test_one_that_fails_holds_up_no_other(
    courier: Courier, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[Any] = []
    courier.call_at(0, 'bad', int, 'x')
    courier.call_at(0, 'good', done.append, 1)
    eventually(lambda: done)
    eventually(lambda: 'raised an exception' in caplog.text)


def test_what_is_under_way_is_finished_and_the_rest_forgotten(
    caplog: pytest.LogCaptureFixture,
) -> None:
    courier, started = Courier(), threading.Event()
    done: list[str] = []

    def work() -> None:
        started.set()
        time.sleep(0.3)
        courier.call_at(0, 'next', done.append, 'next')  # not the lock of ``stop``
        time.sleep(0.1)
        done.append('work')

    courier.start()
    courier.call_at(0, 'work', work)
    courier.call_at(time.time() + 1000, 'other', done.append, 'other')
    assert started.wait(10)
    stopping = threading.Thread(target=courier.stop, daemon=True)
    stopping.start()
    stopping.join(10)
    assert not stopping.is_alive()
    assert (done, caplog.text) == (['work'], '')


def test_it_stops_while_work_is_given_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures: list[Any] = []
    monkeypatch.setattr(threading, 'excepthook', failures.append)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(100):  # of 200 stops, 9 failed
            courier = Courier()
            courier.start()
            for name in 'abcdefghij':
                courier.call_at(0, name, int)
            courier.stop()
    finally:
        sys.setswitchinterval(usual)
    assert (failures, caplog.text) == ([], '')


# to send


def test_a_callback_is_json_in_utf_8(courier: Courier, merchant: Merchant) -> None:
    assert courier.post(merchant.url, '{"a": "Заказ"}')[:3] == (200, None, '')
    assert merchant.bodies == ['{"a": "Заказ"}'.encode()]


@pytest.mark.parametrize('status', [200, 204, 301, 302, 307, 308, 400, 404, 500, 503])
def test_any_status_is_an_answer(courier: Courier, merchant: Merchant, status: int) -> None:
    merchant.answer = lambda body: status
    answer = courier.post(merchant.url, '{}')
    assert answer[:3] == (status, None, '')
    assert bool(answer.hint) == (status != 200)
    assert len(merchant.bodies) == 1


@contextmanager
def answering(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server that does with each connection what ``serve`` does; yield its address."""
    listener = socket.create_server(('127.0.0.1', 0))
    ended = threading.Event()

    def run() -> None:
        while True:
            connection, _ = listener.accept()
            with connection:
                if ended.is_set():
                    return
                connection.settimeout(10)
                serve(connection)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f'http://127.0.0.1:{listener.getsockname()[1]}/callbacks'
    finally:
        ended.set()
        socket.create_connection(listener.getsockname()).close()
        thread.join()
        listener.close()


class Saying:
    """Takes a request, says something, and hangs up; ``requests`` are what it was sent."""

    def __init__(self, said: bytes) -> None:
        self.said = said
        self.requests: list[bytes] = []

    def __call__(self, connection: socket.socket) -> None:
        request = b''
        while not request.endswith(b'{}'):
            request += connection.recv(65536)
        self.requests.append(request)
        try:
            connection.sendall(self.said)
        except OSError:
            self.was_cut_short = True


def test_the_headers_of_a_callback(courier: Courier) -> None:
    merchant = Saying(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK')
    with answering(merchant) as url:
        assert courier.post(url, '{}')[:3] == (200, None, 'OK')
    (request,) = merchant.requests
    assert request.startswith(b'POST /callbacks HTTP/1.1\r\n')
    for header in (
        b'Content-Type: application/json; charset=utf-8',
        b'Content-Length: 2',
        b'User-Agent: payment-page-sandbox',
        b'Accept-Encoding: identity',
    ):
        assert header + b'\r\n' in request


def test_redirects_are_not_followed(courier: Courier, merchant: Merchant) -> None:
    moved = b'HTTP/1.1 307 Moved\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n'
    with answering(Saying(moved % merchant.url.encode())) as url:
        assert courier.post(url, '{}').status == 307
    assert merchant.bodies == []


def test_cookies_are_not_kept(courier: Courier) -> None:
    merchant = Saying(
        b'HTTP/1.1 200 OK\r\nSet-Cookie: session=1; Path=/\r\n'
        b'Content-Length: 0\r\nConnection: close\r\n\r\n'
    )
    with answering(merchant) as url:
        for _ in range(2):
            assert courier.post(url, '{}').status == 200
    assert len(merchant.requests) == 2
    assert b'cookie' not in b''.join(merchant.requests).lower()


def test_no_proxy_is_asked(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('HTTP_PROXY', 'http://127.0.0.1:1')
    monkeypatch.setenv('ALL_PROXY', 'http://127.0.0.1:1')
    fresh = Courier()
    fresh.start()
    assert fresh.post(merchant.url, '{}').status == 200
    fresh.stop()


@pytest.fixture
def forgotten() -> Iterator[None]:
    """The certificates that are trusted are read anew, and not remembered."""
    module._trusted_certificates.cache_clear()
    yield
    module._trusted_certificates.cache_clear()


@contextmanager
def merchant_with_https() -> Iterator[str]:
    """Run a merchant's server whose certificate is CERTIFICATE; yield its address."""
    said = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK'
    identity = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    identity.load_cert_chain(CERTIFICATE)

    def serve(connection: socket.socket) -> None:
        try:
            with identity.wrap_socket(connection, server_side=True) as secured:
                request = b''
                while not request.endswith(b'}'):
                    request += secured.recv(65536)
                secured.sendall(said)
        except ssl.SSLError:
            pass  # it was not trusted

    with answering(serve) as url:
        yield url.replace('http:', 'https:')


def test_a_merchant_with_https_must_be_trusted(forgotten: None) -> None:
    with merchant_with_https() as url:
        assert 'CERTIFICATE_VERIFY_FAILED' in (Courier().post(url, '{}').error or '')
        courier = Courier(str(CERTIFICATE))
        for address in (url, url.replace('https:', 'HTTPS:')):
            assert courier.post(address, '{}').status == 200
        assert 'CERTIFICATE_VERIFY_FAILED' in (Courier().post(url, '{}').error or '')


def test_usual_authorities_are_trusted_beside_those_in_a_file(forgotten: None) -> None:
    usual = module._trusted_certificates(True, None).get_ca_certs()
    trusted = module._trusted_certificates(True, str(CERTIFICATE)).get_ca_certs()
    assert len(trusted) == len(usual) + 1
    assert module._trusted_certificates(False, str(CERTIFICATE)).get_ca_certs() == []


def test_the_usual_variable_names_the_authorities(
    forgotten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('SSL_CERT_FILE', str(CERTIFICATE))
    with merchant_with_https() as url:
        assert Courier().post(url, '{}').status == 200


def test_of_a_huge_answer_only_the_beginning_is_kept(courier: Courier) -> None:
    merchant = Saying(b'HTTP/1.1 500 No\r\n\r\n' + b'x' * 50_000_000)
    with answering(merchant) as url:
        assert courier.post(url, '{}')[:3] == (500, None, 'x' * 1000)
    assert merchant.was_cut_short


@pytest.mark.parametrize(
    'said, text', [('\u2713'.encode(), '\u2713'), (b'\xff\0', '\ufffd\0'), (b'', '')]
)
def test_any_bytes_are_an_answer(courier: Courier, said: bytes, text: str) -> None:
    with answering(Saying(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n' + said)) as url:
        assert courier.post(url, '{}')[:3] == (200, None, text)


@pytest.mark.parametrize(
    'said, error',
    [
        (b'', 'RemoteProtocolError'),
        (b'garbage\r\n\r\n', 'RemoteProtocolError'),
        (b'\xff\xfe\0\0' * 99, 'RemoteProtocolError'),
        (b'HTTP/1.1 20x OK\r\n\r\n', 'RemoteProtocolError'),
        (b'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n', 'RemoteProtocolError'),
        (b'HTTP/1.1 200 OK\r\n' + b'x' * 200_000, 'RemoteProtocolError'),
    ],
)
def test_garbage_is_no_answer(courier: Courier, said: bytes, error: str) -> None:
    with answering(Saying(said)) as url:
        answer = courier.post(url, '{}')
    assert (answer.status, answer.text) == (None, None)
    assert answer.error is not None
    assert answer.error.startswith((error, 'ReadError'))


@pytest.mark.parametrize(
    'said, error, text',
    [
        (b'Content-Length: 99\r\n\r\nOK', 'RemoteProtocolError: peer closed', 'OK'),
        (b'Transfer-Encoding: chunked\r\n\r\nxyz\r\n', 'RemoteProtocolError: illegal chunk', ''),
        (b'Content-Encoding: gzip\r\n\r\nno gzip', 'None', 'no gzip'),
    ],
)
def test_an_answer_counts_although_its_body_is_broken(
    courier: Courier, said: bytes, error: str, text: str
) -> None:
    with answering(Saying(b'HTTP/1.1 200 OK\r\n' + said)) as url:
        answer = courier.post(url, '{}')
    assert (answer.status, answer.text) == (200, text)
    assert str(answer.error).startswith(error)


def silent(connection: socket.socket) -> None:
    while connection.recv(65536):  # until it is given up
        pass


def dripping_headers(connection: socket.socket) -> None:
    drip(connection, b'HTTP/1.1 200 OK\r\nX: ' + b'x' * 99)


def dripping_body(connection: socket.socket) -> None:
    drip(connection, b'', b'HTTP/1.1 200 OK\r\n\r\n')


def drip(connection: socket.socket, slowly: bytes, at_once: bytes = b'') -> None:
    connection.sendall(at_once)
    for byte in slowly or b'x' * 99:
        time.sleep(0.02)
        try:
            connection.sendall(bytes([byte]))
        except OSError:
            return


@pytest.mark.parametrize('merchant', [silent, dripping_headers, dripping_body])
def test_a_merchant_who_takes_too_long_is_given_up(
    merchant: Callable[[socket.socket], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, 'SECONDS_TO_ANSWER', 0.3)
    courier = Courier()
    with answering(merchant) as url:
        start = time.monotonic()
        answer = courier.post(url, '{}')
        assert time.monotonic() - start < 1
    assert answer[:3] == (None, 'no answer within 0.3 seconds', None)
    assert 'in a queue' in answer.hint


def test_a_merchant_has_ten_seconds_and_no_other_limit(
    courier: Courier, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(body: bytes) -> int:
        time.sleep(0.2)
        return 200

    assert module.SECONDS_TO_ANSWER == 10
    # The client's own limit is half of that, if none is set: here, it is too short for this answer.
    defaults = httpx.AsyncClient.__init__.__kwdefaults__
    assert defaults
    monkeypatch.setitem(defaults, 'timeout', 0.05)
    merchant.answer = answer
    assert courier.post(merchant.url, '{}')[:3] == (200, None, '')


@pytest.mark.parametrize(
    'url, error',
    [
        ('http://127.0.0.1:1/', 'ConnectError: '),
        ('https://127.0.0.1:1/', 'ConnectError: '),
        ('http://no-such-host.invalid/', 'ConnectError: '),
        ('http://', 'UnsupportedProtocol: '),
        ('', 'UnsupportedProtocol: '),
        ('/callbacks', 'UnsupportedProtocol: '),
        ('ftp://127.0.0.1/', 'UnsupportedProtocol: '),
        ('mailto:shop@example.com', 'UnsupportedProtocol: '),
        ('http://[::1', 'InvalidURL: '),
        ('http://a..b/', 'ConnectError: '),
        ('http://xn--/', ''),
        ('http://' + 'a' * 300 + '/', 'ConnectError: '),
        ('http://\0/', 'InvalidURL: '),
        ('http://127.0.0.1:1/\ud800', 'UnicodeEncodeError: '),
        ('http://127.0.0.1:99999/', ''),
        ('http://127.0.0.1:1/' + 'a' * 70000, 'InvalidURL: '),
    ],
)
def test_an_address_that_leads_nowhere_is_an_error(courier: Courier, url: str, error: str) -> None:
    answer = courier.post(url, '{}')
    assert (answer.status, answer.text) == (None, None)
    assert answer.error
    assert answer.error.startswith(error)
