"""What is decided once for all frameworks. Their own tests see the answers come out of them."""

import asyncio
import functools
import gzip
import logging
import re
import threading
import zlib
from typing import Any, List

import pytest
from support import (
    GATE,
    REFUSED,
    SMALL,
    Chunks,
    assert_not_in,
    assert_nothing_personal,
    fail_with_personal_data,
    pad_callback,
    run,
    sign_callback,
)

from payment_page_sdk.contrib.answers import (
    LARGE,
    LIMIT,
    LONGEST_TRACE,
    Answer,
    Receiver,
    is_async,
    make_get_gate,
    name_after,
)
from payment_page_sdk.exceptions import ConfigurationException


class Request:
    """What all frameworks' requests have."""

    def __init__(self, **headers: str) -> None:
        self.headers = {name.replace('_', '-'): text for name, text in headers.items()}


class Asked(Receiver):
    """A receiver that is asked, by tests, without the framework's part."""

    def sync(self, body: Any, **headers: str) -> Answer:
        return self.answer(body, Request(**headers))

    def run(self, body: Any, **headers: str) -> Answer:
        answer = run(self.answer_async(body, Request(**headers), run_in_thread))  # type: Answer
        return answer


def run_in_thread(function: Any, *args: Any) -> Any:
    return asyncio.get_event_loop().run_in_executor(None, function, *args)


def receiver(function: Any = lambda callback: None, limit: int = SMALL, **options: Any) -> Asked:
    return Asked(make_get_gate(GATE), limit, function, **options)


async def nothing(callback: Any) -> None:
    pass


async def async_fail(callback: Any) -> None:
    fail_with_personal_data(callback)


class AsyncCallable:
    async def __call__(self, callback: Any) -> None:
        pass


def test_the_limits_that_are_documented() -> None:
    assert (LIMIT, LARGE, LONGEST_TRACE) == (262144, 4096, 20)


def see(code: str) -> str:
    """Return a code with the place in the documents that explains it."""
    return (
        '%s: see https://github.com/ITECOMMPAY/paymentpage-sdk-python/blob/main/docs/en/errors.md#%s'
        % (code, code)
    )


DECODE = (
    ': the body has a Content-Encoding other than gzip; have the proxy or a middleware decode it'
)
SEND_LENGTH = (
    ': the body came in chunks, and the server does not tell the application where it ends; have '
    'the proxy or the server send a Content-Length'
)


@pytest.mark.parametrize(
    'body, headers, answer, said',
    [
        (sign_callback(), {}, (200, 'OK', {}), None),
        (b'{', {}, (400, 'malformed_callback', {}), see('malformed_callback')),
        (None, {}, (400, 'malformed_callback', {}), see('malformed_callback')),
        (b'{}', {}, (400, 'missing_signature', {}), see('missing_signature')),
        (b'x' * 1001, {}, (413, 'callback_too_large', {}), 'callback_too_large'),
        (
            b'',
            {'Transfer_Encoding': 'chunked'},
            (411, 'length_required', {}),
            'length_required' + SEND_LENGTH,
        ),
        (
            b'',
            {'Content_Encoding': 'br', 'Transfer_Encoding': 'chunked'},
            (415, 'unsupported_encoding', {'Accept-Encoding': 'gzip'}),
            'unsupported_encoding' + DECODE,
        ),
        (
            b'x',
            {'Content_Encoding': 'X-GZip'},
            (400, 'malformed_callback', {}),
            see('malformed_callback'),
        ),
    ],
)
def test_an_answer_in_exact_words(
    body: Any, headers: Any, answer: Any, said: Any, caplog: Any
) -> None:
    assert receiver().sync(body, **headers)[:3] == answer
    assert receiver().run(body, **headers)[:3] == answer
    assert caplog.messages == (['a callback was refused: ' + said] * 2 if said else [])


def test_answers_to_what_need_not_be_read(caplog: Any) -> None:
    for method in ('GET', 'post', '', None):
        for length in ('1', '1001'):
            answer = receiver().refuse(method, length)
            assert answer is not None
            assert answer[:3] == (405, 'method_not_allowed', {'Allow': 'POST'})
    assert caplog.messages == []
    answer = receiver().refuse('POST', '1001')
    assert answer is not None
    assert answer[:3] == (413, 'callback_too_large', {})
    assert caplog.messages == ['a callback was refused: callback_too_large']


@pytest.mark.parametrize(
    'length, refused',
    [
        (None, False),
        ('', False),
        ('0', False),
        ('1000', False),
        (1000, False),
        ('1001', True),
        (1001, True),
        (b'1000', False),
        (b'1001', True),
        ('-1', False),
        ('x', False),
        ('9' * 5000, None),
    ],
)
def test_the_announced_length(length: Any, refused: Any) -> None:
    answer = receiver().refuse('POST', length)
    if refused is not None:
        assert (answer is not None) == refused
    if answer:
        assert answer[:2] == (413, 'callback_too_large')


@pytest.mark.parametrize(
    'chunks, taken',
    [
        ([b''], 0),
        ([b'x' * 1000, b''], 1000),
        ([b'x' * 1001, b'never'], 1001),
        ([b'x'] * 5000, 1001),
        ([b'x', b'', b'never'], 1),
    ],
)
def test_no_more_is_read_than_shows_the_excess(chunks: List[bytes], taken: int) -> None:
    source = Chunks(chunks)
    assert receiver().read(source.read) == b'x' * taken
    assert source.taken == taken


def break_off(size: int) -> bytes:
    raise ConnectionResetError


def test_a_body_that_breaks_off_is_none() -> None:
    assert receiver().read(break_off) is None


@pytest.mark.parametrize('code, body', REFUSED + [('malformed_callback', None)])
def test_what_is_not_verified(code: str, body: Any, caplog: Any) -> None:
    seen = []  # type: List[Any]
    assert receiver(seen.append).sync(body)[:2] == (400, code)
    assert receiver(seen.append).run(body)[:2] == (400, code)
    assert seen == []
    assert [record.getMessage() for record in caplog.records] == [
        'a callback was refused: ' + see(code)
    ] * 2
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_the_limit_is_inclusive() -> None:
    assert receiver().sync(pad_callback(SMALL)).status == 200
    assert receiver().sync(pad_callback(SMALL + 1)).status == 413


def compress(text: bytes) -> bytes:
    return gzip.compress(text)  # not by zlib: as senders do it


@pytest.mark.parametrize(
    'body, status',
    [
        (compress(sign_callback()), 200),
        (compress(pad_callback(SMALL)), 200),
        (compress(pad_callback(SMALL + 1)), 413),
        # Not compressed at all, and so 23 bytes longer in gzip:
        (gzip.compress(pad_callback(SMALL - 23), 0), 200),
        (gzip.compress(pad_callback(SMALL - 22), 0), 413),
        (compress(b'[' * 10**8), 413),
        (compress(b'x') * SMALL, 413),
        (compress(sign_callback(secret='a guess')), 400),
        (compress(compress(sign_callback())), 400),
        (compress(sign_callback())[:100], 400),
        (compress(sign_callback())[:-8] + b'\0' * 8, 400),  # another checksum and length
        (b'\x1f\x8b', 400),
        (b'\x1f\x8bcallback', 400),
    ],
)
def test_gzip(body: bytes, status: int) -> None:
    for headers in ({}, {'Content_Encoding': 'gzip'}):
        assert receiver().sync(body, **headers).status == status
        assert receiver().run(body, **headers).status == status


def test_a_bomb_is_not_inflated(monkeypatch: Any) -> None:
    sizes = []  # type: List[int]

    class Measured:
        def __init__(self, kind: int) -> None:
            self.object = zlib.decompressobj(kind)

        def decompress(self, body: bytes, longest: int) -> bytes:
            text = self.object.decompress(body, longest)
            sizes.append(len(text))
            return text

    monkeypatch.setattr('payment_page_sdk.contrib.answers.decompressobj', Measured)
    assert receiver().sync(compress(b' ' * 10**6)[: SMALL - 1]).status == 413
    assert sizes == [SMALL + 1]


@pytest.mark.parametrize(
    'body, headers, status, code, hint',
    [
        (b'\x8b\x03', {'Content_Encoding': 'br'}, 415, 'unsupported_encoding', 'than gzip; have'),
        (b'x\x9c', {'Content_Encoding': 'deflate'}, 415, 'unsupported_encoding', 'than gzip; have'),
        (b'', {'Transfer_Encoding': 'chunked'}, 411, 'length_required', 'Content-Length'),
        (b'{', {'Transfer_Encoding': 'chunked'}, 400, 'malformed_callback', 'callback'),
        (None, {'Transfer_Encoding': 'chunked'}, 400, 'malformed_callback', 'callback'),
        (b'', {'Content_Encoding': 'GZIP'}, 400, 'malformed_callback', 'callback'),
        (b'', {'Content_Encoding': 'identity'}, 400, 'malformed_callback', 'callback'),
        (b'{}', {'Content_Encoding': 'br'}, 400, 'missing_signature', 'signature'),
        (sign_callback(), {'Content_Encoding': 'br'}, 200, 'OK', ''),  # decoded on the way
        (sign_callback(), {'Content_Encoding': 'gzip'}, 200, 'OK', ''),
    ],
)
def test_a_body_that_nothing_has_decoded_is_named(
    body: Any, headers: Any, status: int, code: str, hint: str, caplog: Any
) -> None:
    for answer in (receiver().sync(body, **headers), receiver().run(body, **headers)):
        assert answer[:2] == (status, code)
        assert ('Accept-Encoding' in answer.headers) is (status == 415)
    assert len(caplog.messages) == (0 if status == 200 else 2)
    for message in caplog.messages:
        assert message.startswith('a callback was refused: ' + code)
        assert message.endswith(hint) or (status == 415 and hint in message)
        assert_not_in(message, 'deflate')  # nothing that a stranger sends is logged


def test_an_error_is_logged_without_what_it_says(caplog: Any) -> None:
    answer = receiver(fail_with_personal_data).sync(sign_callback())
    assert answer[:2] == (500, 'callback_not_handled')
    assert receiver(async_fail).run(sign_callback()).status == 500
    for record in caplog.records:
        assert record.exc_info is None
        assert record.name == 'payment_page_sdk'
        assert_nothing_personal(record.getMessage())
        assert_not_in(repr(vars(record)), 'eve@', 'hunter2')
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    'function, error', [(fail_with_personal_data, KeyError), (lambda callback: False, TypeError)]
)
def test_an_error_can_be_raised(function: Any, error: Any, caplog: Any) -> None:
    asked = receiver(function, reraise=True)
    for answer in (asked.sync, asked.run):
        with pytest.raises(error):
            answer(sign_callback())
        assert answer(b'{}').status == 400
    with pytest.raises(KeyError):
        receiver(async_fail, reraise=True).run(sign_callback())
    assert caplog.messages == ['a callback was refused: ' + see('missing_signature')] * 2


def test_a_failure_in_exact_words(caplog: Any) -> None:
    def outer(callback: Any) -> None:
        fail_with_personal_data(callback)

    assert receiver(outer).sync(sign_callback())[:3] == (500, 'callback_not_handled', {})
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    told = r'a callback was not handled: builtins\.KeyError at \S+:\d+ outer > \S+:\d+ fail_\w+\Z'
    assert re.match(told, record.getMessage())


def test_a_view_is_named_after_its_function() -> None:
    def view() -> None:
        """Answer."""

    def paid(callback: Any) -> None:
        """Ship."""

    nameless = [functools.partial(paid), AsyncCallable()]  # type: List[Any]
    for function in nameless:
        name_after(view, function)
        assert view.__name__ == 'view'
    name_after(view, paid)
    named = view.__name__, view.__qualname__, view.__module__, view.__doc__
    assert named == ('paid', paid.__qualname__, __name__, 'Ship.')
    name_after(view, nothing)  # has no documentation
    assert (view.__name__, view.__doc__) == ('nothing', 'Ship.')


def test_of_a_long_trace_the_end_is_logged(caplog: Any) -> None:
    def deep(callback: Any) -> None:
        deep(callback)

    assert receiver(deep).sync(sign_callback()).status == 500
    (message,) = caplog.messages
    assert 'builtins.RecursionError at ' in message
    assert message.count(' > ') == LONGEST_TRACE - 1


def test_a_function_that_cannot_be_called_so(caplog: Any) -> None:
    assert receiver(lambda: None).sync(sign_callback()).status == 500
    assert caplog.messages == [
        'a callback was not handled: builtins.TypeError at the call of the function'
    ]


@pytest.mark.parametrize('kind', [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_what_stops_the_process_or_the_task_passes(kind: Any) -> None:
    def stopped(callback: Any) -> None:
        raise kind

    with pytest.raises(kind):
        receiver(stopped).sync(sign_callback())

    async def async_stopped(callback: Any) -> None:
        raise kind

    # Not by run(): event loops handle them on their own.
    coroutine = receiver(async_stopped).answer_async(sign_callback(), Request(), run_in_thread)
    with pytest.raises(kind):
        coroutine.send(None)


def test_what_is_never_awaited_is_not_accepted() -> None:
    loop = asyncio.new_event_loop()
    try:
        future = loop.create_future()
        assert receiver(lambda callback: future).sync(sign_callback()).status == 500
    finally:
        loop.close()


def test_an_awaitable_result_is_awaited_where_it_can_be() -> None:
    for function, status in (
        (lambda callback: nothing(callback), 200),
        (async_fail, 500),
        (lambda callback: async_fail(callback), 500),
    ):
        assert receiver(function).run(sign_callback()).status == status


@pytest.mark.parametrize(
    'function, expected',
    [
        (nothing, True),
        (functools.partial(functools.partial(nothing)), True),
        (AsyncCallable(), True),
        (fail_with_personal_data, False),
        (print, False),
        (list, False),
    ],
)
def test_an_async_function_is_known(function: Any, expected: bool) -> None:
    assert is_async(function) is expected


def test_what_is_set_up_wrongly() -> None:
    for limit in (0, -1, True, 1.5, '1000', None):
        with pytest.raises(ConfigurationException, match='bytes'):
            receiver(limit=limit)  # type: ignore[arg-type]
    with pytest.raises(ConfigurationException, match='function'):
        receiver('paid')
    for gate in (None, 'secret', nothing):
        with pytest.raises(ConfigurationException, match='payment_callback takes a Gate'):
            make_get_gate(gate)


class Response:
    status_code = 503


def generator(callback: Any) -> Any:
    yield callback


async def later(callback: Any) -> Any:
    return False


class AsyncGenerator:
    """What a function with async and yield returns; Python 3.5 has none."""

    def __init__(self, callback: Any) -> None:
        pass

    def __anext__(self) -> Any:
        raise AssertionError


@pytest.mark.parametrize(
    'result, status',
    [
        (False, 500),
        (('down', 503), 500),
        (Response(), 500),
        ((), 500),
        (None, 200),
        (True, 200),
        ('OK', 200),
        (0, 200),
        ([], 200),
    ],
)
def test_a_result_that_looks_like_an_answer_is_an_error(
    result: Any, status: int, caplog: Any
) -> None:
    assert receiver(lambda callback: result).sync(sign_callback()).status == status
    assert receiver(lambda callback: result).run(sign_callback()).status == status
    said = 'returned %s.%s, but it is not a view' % (type(result).__module__, type(result).__name__)
    for message in caplog.messages:
        assert said in message
        assert_not_in(message, 'TypeError', 'down')
    assert len(caplog.messages) == (0 if status == 200 else 2)


@pytest.mark.parametrize('function', [generator, AsyncGenerator])
def test_what_is_never_iterated_over_is_not_accepted(function: Any) -> None:
    assert receiver(function).sync(sign_callback()).status == 500
    assert receiver(function).run(sign_callback()).status == 500


def test_an_awaited_result_is_looked_at_too() -> None:
    assert receiver(later).run(sign_callback()).status == 500


def misconfigured() -> Any:
    raise ConfigurationException('the secret key is empty')


def test_a_gate_that_cannot_be_made_is_a_failure(caplog: Any) -> None:
    asked = Asked(misconfigured, LIMIT, nothing)
    for answer in (asked.sync(sign_callback()), asked.run(pad_callback(LARGE + 1))):
        assert answer[:2] == (500, 'callback_not_handled')
    assert caplog.messages == ['a callback was not handled: the secret key is empty'] * 2
    with pytest.raises(ConfigurationException):
        Asked(misconfigured, LIMIT, nothing, reraise=True).sync(sign_callback())


class Recording:
    """A gate that notes the threads in which it verifies."""

    def __init__(self) -> None:
        self.threads = []  # type: List[Any]

    def handle_callback(self, body: Any) -> Any:
        self.threads.append(threading.current_thread())
        return GATE.handle_callback(body)


@pytest.mark.parametrize('function', [nothing, fail_with_personal_data])
def test_no_event_loop_waits_for_a_large_body(function: Any) -> None:
    gate = Recording()
    asked = Asked(make_get_gate(gate), LIMIT, function)
    for body in (
        pad_callback(LARGE),
        pad_callback(LARGE + 1),
        compress(pad_callback(LARGE + 1)),
    ):
        asked.run(body)
    assert [thread is threading.main_thread() for thread in gate.threads] == [True, False, False]
