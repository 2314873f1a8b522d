"""What is decided once for all frameworks. Their own tests see the answers come out of them."""

import asyncio
import functools
import logging
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
    LIMIT,
    LONGEST_TRACE,
    Receiver,
    is_async,
    make_get_gate,
)
from payment_page_sdk.exceptions import ConfigurationException


def receiver(function: Any = lambda callback: None, limit: int = SMALL) -> Receiver:
    return Receiver(make_get_gate(GATE), limit, function)


async def nothing(callback: Any) -> None:
    pass


async def async_fail(callback: Any) -> None:
    fail_with_personal_data(callback)


class AsyncCallable:
    async def __call__(self, callback: Any) -> None:
        pass


def test_the_limit_that_is_documented() -> None:
    assert LIMIT == 262144


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


@pytest.mark.parametrize('code, body', REFUSED + [('malformed_callback', None)])
def test_what_is_not_verified(code: str, body: Any, caplog: Any) -> None:
    seen = []  # type: List[Any]
    assert receiver(seen.append).answer(body)[:2] == (400, code)
    assert run(receiver(seen.append).answer_async(body))[:2] == (400, code)
    assert seen == []
    assert [record.getMessage() for record in caplog.records] == [
        'a callback was refused: ' + code
    ] * 2
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_the_limit_is_inclusive() -> None:
    assert receiver().answer(pad_callback(SMALL)).status == 200
    assert receiver().answer(pad_callback(SMALL + 1)).status == 413


def test_an_error_is_logged_without_what_it_says(caplog: Any) -> None:
    answer = receiver(fail_with_personal_data).answer(sign_callback())
    assert answer[:2] == (500, 'callback_not_handled')
    assert run(receiver(async_fail).answer_async(sign_callback())).status == 500
    for record in caplog.records:
        assert record.exc_info is None
        assert record.name == 'payment_page_sdk'
        assert_nothing_personal(record.getMessage())
        assert_not_in(repr(vars(record)), 'eve@', 'hunter2')
    assert len(caplog.records) == 2


def test_of_a_long_trace_the_end_is_logged(caplog: Any) -> None:
    def deep(callback: Any) -> None:
        deep(callback)

    assert receiver(deep).answer(sign_callback()).status == 500
    (message,) = caplog.messages
    assert 'builtins.RecursionError at ' in message
    assert message.count(' > ') == LONGEST_TRACE - 1


def test_a_function_that_cannot_be_called_so(caplog: Any) -> None:
    assert receiver(lambda: None).answer(sign_callback()).status == 500
    assert caplog.messages == [
        'a callback was not handled: builtins.TypeError at the call of the function'
    ]


@pytest.mark.parametrize('kind', [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_what_stops_the_process_or_the_task_passes(kind: Any) -> None:
    def stopped(callback: Any) -> None:
        raise kind

    with pytest.raises(kind):
        receiver(stopped).answer(sign_callback())
    # Not by run(): event loops handle them on their own.
    with pytest.raises(kind):
        receiver(stopped).answer_async(sign_callback()).send(None)


def test_what_is_never_awaited_is_not_accepted() -> None:
    loop = asyncio.new_event_loop()
    try:
        future = loop.create_future()
        assert receiver(lambda callback: future).answer(sign_callback()).status == 500
    finally:
        loop.close()


def test_an_awaitable_result_is_awaited_where_it_can_be() -> None:
    for function, status in (
        (lambda callback: nothing(callback), 200),
        (async_fail, 500),
        (lambda callback: async_fail(callback), 500),
    ):
        assert run(receiver(function).answer_async(sign_callback())).status == status


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
def test_a_result_that_looks_like_an_answer_is_an_error(result: Any, status: int) -> None:
    assert receiver(lambda callback: result).answer(sign_callback()).status == status
    assert run(receiver(lambda callback: result).answer_async(sign_callback())).status == status


@pytest.mark.parametrize('function', [generator, AsyncGenerator])
def test_what_is_never_iterated_over_is_not_accepted(function: Any) -> None:
    assert receiver(function).answer(sign_callback()).status == 500
    assert run(receiver(function).answer_async(sign_callback())).status == 500


def test_an_awaited_result_is_looked_at_too() -> None:
    assert run(receiver(later).answer_async(sign_callback())).status == 500
