"""The way to the platform and back: whatever happens there, it ends in time, and is told."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gate_api.conftest import ACCEPTED, PROJECT, SECRET, Connection, Platform
from payment_page_sdk.gate_api import (
    AcceptedRequest,
    AsyncGateApi,
    GateApi,
    GateApiException,
    NoAnswer,
    StatusAnswer,
)

PEM = Path(__file__).parent.parent / 'data' / 'merchant.pem'
STATUS = {'payment': {'id': 'P-1', 'status': 'success'}}

Ask = Callable[[str, float, str], Any]


def ask(url: str, timeout: float, name: str) -> Any:
    api = GateApi(SECRET, PROJECT, url, timeout)
    return getattr(api, name)('P-1')


def ask_async(url: str, timeout: float, name: str) -> Any:
    async def run() -> Any:
        return await getattr(AsyncGateApi(SECRET, PROJECT, url, timeout), name)('P-1')

    return asyncio.run(run())


both = pytest.mark.parametrize('ask', [ask, ask_async])


@both
def test_the_answer_is_returned(platform: Platform, ask: Ask) -> None:
    assert ask(platform.url, 5, 'capture') == AcceptedRequest('r-1', PROJECT, 'P-1')
    platform.answers(STATUS)
    answer = ask(platform.url, 5, 'status')
    assert type(answer) is StatusAnswer
    assert answer.is_success()


@both
def test_a_gate_behind_a_path(platform: Platform, ask: Ask) -> None:
    ask(platform.url + '/gate/', 5, 'capture')
    assert platform.heard[0].path == '/gate/v2/payment/card/capture'


@both
def test_what_the_request_says_of_itself(platform: Platform, ask: Ask) -> None:
    ask(platform.url, 5, 'capture')
    headers = platform.heard[0].headers
    assert headers['user-agent'].startswith('ecommpay-sdk-python/')
    assert headers['accept-encoding'] == 'identity'


def close(connection: Connection) -> None:
    pass


def hang(connection: Connection) -> None:
    connection.wait(60)


def drip_headers(connection: Connection) -> None:
    connection.send(b'HTTP/1.1 200 X\r\nA: ')
    while not connection.is_over.is_set():
        connection.wait(0.05)
        connection.send(b'a')


def drip_body(connection: Connection) -> None:
    connection.send(b'HTTP/1.1 200 X\r\nContent-Length: 100000\r\n\r\n')
    while not connection.is_over.is_set():
        connection.wait(0.05)
        connection.send(b' ')


def cut(connection: Connection) -> None:
    content = json.dumps(ACCEPTED).encode()
    head = b'HTTP/1.1 200 X\r\nContent-Length: %d\r\n\r\n' % len(content)
    connection.send(head + content[:-5])


def flood(connection: Connection) -> None:
    connection.send(b'HTTP/1.1 200 X\r\n\r\n')
    while not connection.is_over.is_set():
        connection.send(b' ' * 65536)


def no_http(connection: Connection) -> None:
    connection.send(b'SSH-2.0-x\r\n')


BROKEN = 'the connection broke off before the end of the answer'
LATE = 'the platform did not answer in time'
LARGE = 'the answer is too large'


@both
@pytest.mark.parametrize(
    ('script', 'said'),
    [
        (close, BROKEN),
        (cut, BROKEN),
        (no_http, BROKEN),
        (hang, LATE),
        (drip_headers, LATE),
        (drip_body, LATE),
        (flood, LARGE),
    ],
)
def test_no_answer(platform: Platform, ask: Ask, script: Any, said: str) -> None:
    platform.script = script
    started = time.monotonic()
    with pytest.raises(NoAnswer) as caught:
        ask(platform.url, 1, 'capture')
    assert time.monotonic() - started < 2
    assert str(caught.value) == said
    assert caught.value.may_have_been_done
    assert (caught.value.code, caught.value.http_status) == ('no_answer', None)
    assert caught.value.__context__ is None  # which would have the request
    assert len(platform.heard) == 1  # and nothing was sent again


def test_no_thread_is_left(platform: Platform) -> None:
    platform.script = drip_headers
    before = threading.active_count()
    with pytest.raises(NoAnswer):
        ask(platform.url, 0.3, 'capture')
    deadline = time.monotonic() + 5
    while threading.active_count() > before + 1 and time.monotonic() < deadline:  # the server's
        time.sleep(0.01)
    assert threading.active_count() <= before + 1


@both
@pytest.mark.parametrize('name', ['capture', 'status'])
def test_where_nobody_listens(ask: Ask, name: str) -> None:
    with socket.create_server(('127.0.0.1', 0)) as listener:
        url = 'http://127.0.0.1:%d' % listener.getsockname()[1]
    with pytest.raises(NoAnswer, match='cannot be reached, so nothing was done') as caught:
        ask(url, 5, name)
    assert not caught.value.may_have_been_done


@both
def test_a_status_is_asked_for_again(platform: Platform, ask: Ask) -> None:
    def answer_the_third(connection: Connection) -> None:
        if len(platform.heard) == 3:
            connection.answer(STATUS)

    platform.script = answer_the_third
    started = time.monotonic()
    assert ask(platform.url, 5, 'status').is_success()
    assert len(platform.heard) == 3
    assert 0.25 + 0.5 <= time.monotonic() - started < 2  # growing gaps


@both
def test_but_not_for_ever(platform: Platform, ask: Ask) -> None:
    platform.script = close
    with pytest.raises(NoAnswer):
        ask(platform.url, 5, 'status')
    assert len(platform.heard) == 3


@both
def test_and_not_once_the_time_is_over(platform: Platform, ask: Ask) -> None:
    platform.script = hang
    with pytest.raises(NoAnswer):
        ask(platform.url, 0.5, 'status')
    assert len(platform.heard) == 1


@both
def test_what_was_answered_is_not_asked_again(platform: Platform, ask: Ask) -> None:
    platform.answers(b'', 500)
    with pytest.raises(GateApiException):
        ask(platform.url, 5, 'status')
    assert len(platform.heard) == 1


@both
def test_redirects_are_not_followed(platform: Platform, ask: Ask) -> None:
    platform.script = lambda connection: connection.send(
        b'HTTP/1.1 307 X\r\nLocation: %s/x\r\nContent-Length: 0\r\n\r\n' % platform.url.encode()
    )
    with pytest.raises(GateApiException) as caught:
        ask(platform.url, 5, 'capture')
    assert caught.value.http_status == 307
    assert len(platform.heard) == 1


@both
def test_no_proxy_is_used_for_this_machine(
    platform: Platform, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('HTTP_PROXY', 'http://127.0.0.1:1')
    ask(platform.url, 5, 'capture')


@both
def test_a_proxy_of_the_environment_is_used(
    platform: Platform, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It refuses the connection that the client asks it for: nothing was sent.
    monkeypatch.setenv('HTTPS_PROXY', 'http://127.0.0.1:1')
    monkeypatch.delenv('NO_PROXY', raising=False)
    with pytest.raises(NoAnswer, match='cannot be reached'):
        ask('https://gate.invalid', 5, 'capture')


@pytest.fixture
def https() -> Iterator[str]:
    """The address of a server by https, whose certificate is trusted by nobody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    listener = socket.create_server(('127.0.0.1', 0))

    def serve() -> None:
        with suppress(OSError):  # the listener is closed at the end
            while True:
                connection, _ = listener.accept()
                with suppress(ssl.SSLError), context.wrap_socket(connection, True) as secure:
                    content = json.dumps(ACCEPTED).encode()
                    while not secure.recv(65536).endswith(b'}}'):
                        pass
                    secure.sendall(b'HTTP/1.1 200 X\r\nContent-Length: %d\r\n\r\n' % len(content))
                    secure.sendall(content)

    threading.Thread(target=serve, daemon=True).start()
    yield 'https://127.0.0.1:%d' % listener.getsockname()[1]
    listener.close()


@both
def test_certificates_are_verified(https: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ('HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NoAnswer, match='cannot be reached, so nothing was done'):
        ask(https, 5, 'capture')
    monkeypatch.setenv('SSL_CERT_FILE', str(PEM))
    assert ask(https, 5, 'capture').request_id == 'r-1'


def test_certificates_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    real = httpx.create_ssl_context

    def create() -> Any:
        calls.append(1)
        return real()

    monkeypatch.setattr(httpx, 'create_ssl_context', create)
    api = GateApi(SECRET, PROJECT, 'https://127.0.0.1:1', 1)
    for _ in range(2):
        with pytest.raises(NoAnswer):
            api.capture('P-1')
    assert calls == [1]


def test_threads_share_a_client(platform: Platform) -> None:
    api = GateApi(SECRET, PROJECT, platform.url)
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(api.capture('P-1'))) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20


def test_it_can_be_called_where_a_loop_runs(platform: Platform) -> None:
    async def run() -> Any:
        return GateApi(SECRET, PROJECT, platform.url).capture('P-1')

    assert asyncio.run(run()).request_id == 'r-1'


def test_tasks_can_be_made_of_calls_and_cancelled(platform: Platform) -> None:
    platform.script = hang

    async def run() -> None:
        api = AsyncGateApi(SECRET, PROJECT, platform.url)
        task = asyncio.create_task(api.refund('P-1', description='why'))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())


HEADERS = st.sampled_from(
    [
        b'',
        b'Content-Length: 5\r\n',
        b'Content-Length: -1\r\n',
        b'Content-Length: 99999999999999999999\r\n',
        b'Transfer-Encoding: chunked\r\n',
        b'Content-Encoding: gzip\r\n',
        b'Content-Type: \xff\r\n',
        b'Location: http://127.0.0.1/\r\n',
        b'Location: \xff://[\r\n',
        b'A: ' + b'a' * 200000 + b'\r\n',
        b': \r\n',
        b'\0\r\n',
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ['status', 'code', 'message', 'errors', 'payment', 'id', 'operations', 'signature',
             'general', 'request_id', 'payment_id', 'field', 'sum', 'amount', 'error', '3061', '']
        ),
        inner,
        max_size=4,
    ),
    max_leaves=10,
)  # fmt: skip
BODIES = st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode())
ANSWERS = st.binary(max_size=60) | st.builds(
    lambda status, headers, body: b''.join(
        [b'HTTP/1.1 ', status, b' X\r\n', *headers, b'\r\n', body]
    ),
    st.sampled_from([b'200', b'100', b'101', b'204', b'304', b'403', b'404', b'500', b'999', b'x']),
    st.lists(HEADERS, max_size=3),
    BODIES,
)


def answer_anything(platform: Platform, ask: Ask, name: str, content: bytes, delay: float) -> None:
    def script(connection: Connection) -> None:
        connection.wait(delay)
        connection.send(content)

    platform.script = script
    started = time.monotonic()
    with suppress(GateApiException):  # and nothing else
        assert isinstance(ask(platform.url, 0.4, name), (AcceptedRequest, StatusAnswer))
    assert time.monotonic() - started < 3


DELAYS = st.sampled_from([0, 0, 0, 0.01])
ANY_FIXTURE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@both
@settings(deadline=None, max_examples=50, suppress_health_check=ANY_FIXTURE)
@example(content=b'HTTP/1.1 100 X\r\n\r\n', delay=0)
@given(content=ANSWERS, delay=DELAYS)
def test_whatever_a_server_answers(
    platform: Platform, ask: Ask, content: bytes, delay: float
) -> None:
    answer_anything(platform, ask, 'capture', content, delay)


# Few, since a status is asked for again, after a while.
@both
@settings(deadline=None, max_examples=8, suppress_health_check=ANY_FIXTURE)
@given(content=ANSWERS, delay=DELAYS)
def test_whatever_a_server_answers_of_a_status(
    platform: Platform, ask: Ask, content: bytes, delay: float
) -> None:
    answer_anything(platform, ask, 'status', content, delay)
