"""Reconciliation: the status of every open payment, a few at a time, and nothing is lost."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from gate_api.conftest import PROJECT, SECRET, Connection, Platform
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.gate_api import (
    AccessDenied,
    AsyncGateApi,
    GateApi,
    NoAnswer,
    PlatformError,
    RefusedRequest,
    StatusAnswer,
    Unreconciled,
)

Reconcile = Callable[..., Iterator[StatusAnswer]]

QUICK = 1000.0  # a second


def reconcile(
    platform: Platform, ids: Iterable[str], at_once: int = 4, per_second: float = QUICK
) -> Iterator[StatusAnswer]:
    yield from GateApi(SECRET, PROJECT, platform.url, 2).reconcile(ids, at_once, per_second)


def reconcile_async(
    platform: Platform, ids: Iterable[str], at_once: int = 4, per_second: float = QUICK
) -> Iterator[StatusAnswer]:
    api = AsyncGateApi(SECRET, PROJECT, platform.url, 2)
    loop = asyncio.new_event_loop()
    said = api.reconcile(ids, at_once, per_second)
    try:
        while True:
            try:
                answer = loop.run_until_complete(said.__anext__())
            except StopAsyncIteration:
                return
            yield answer
    finally:
        loop.run_until_complete(said.aclose())
        loop.close()


both = pytest.mark.parametrize('reconcile', [reconcile, reconcile_async])

IDS = ['P-%d' % number for number in range(10)]


def status_of(payment_id: str, status: str = 'success') -> dict[str, Any]:
    operation = {'id': 1, 'type': 'sale', 'status': status}
    return {'payment': {'id': payment_id, 'status': status}, 'operations': [operation]}


def asked(connection: Connection) -> str:
    return str(connection.heard.body['general']['payment_id'])


def answer_well(connection: Connection) -> None:
    connection.answer(status_of(asked(connection)))


def ids_of(said: Iterable[StatusAnswer]) -> list[Any]:
    return [answer.get_payment_id() for answer in said]


@both
def test_what_callbacks_would_have_said(platform: Platform, reconcile: Reconcile) -> None:
    platform.script = answer_well
    said = list(reconcile(platform, IDS))
    assert ids_of(said) == IDS
    assert all(answer.get_value('operation.id') == 1 for answer in said)
    assert not any(answer.get_value('operations') for answer in said)


@both
def test_nothing_to_reconcile(platform: Platform, reconcile: Reconcile) -> None:
    assert list(reconcile(platform, [])) == []
    assert platform.heard == []


@both
def test_what_was_not_started_is_skipped(platform: Platform, reconcile: Reconcile) -> None:
    def script(connection: Connection) -> None:
        if asked(connection) == 'P-1':
            connection.answer({'payment': {'status': 'error'}, 'errors': [{'code': '3061'}]})
        elif asked(connection) == 'P-2':
            connection.answer(b'', 404)
        else:
            answer_well(connection)

    platform.script = script
    assert ids_of(reconcile(platform, IDS)) == [IDS[0], *IDS[3:]]


@both
def test_one_failure_stops_no_other(platform: Platform, reconcile: Reconcile) -> None:
    failures: dict[str, Callable[[Connection], Any]] = {
        'P-1': lambda connection: connection.answer(b'', 500),
        'P-3': lambda connection: connection.answer({'status': 'error', 'code': '3060'}, 400),
        'P-5': lambda connection: None,
    }
    platform.script = lambda connection: failures.get(asked(connection), answer_well)(connection)
    said: list[StatusAnswer] = []
    with pytest.raises(Unreconciled) as caught:
        said.extend(reconcile(platform, IDS))
    assert ids_of(said) == [name for name in IDS if name not in failures]
    assert {name: type(error) for name, error in caught.value.failures.items()} == {
        'P-1': PlatformError,
        'P-3': RefusedRequest,
        'P-5': NoAnswer,
    }
    assert str(caught.value) == (
        'the status of 3 payments could not be learned; the first error: the platform failed '
        '(HTTP 500)'
    )


@both
def test_five_failures_in_a_row_stop_it(platform: Platform, reconcile: Reconcile) -> None:
    platform.answers(b'', 403)
    with pytest.raises(Unreconciled) as caught:
        list(reconcile(platform, IDS, at_once=1))
    assert list(caught.value.failures) == IDS[:6]  # one was on its way
    assert all(type(error) is AccessDenied for error in caught.value.failures.values())
    assert 'could not be learned, and no more were asked for; the first error' in str(caught.value)
    assert len(platform.heard) <= 6


@both
@pytest.mark.parametrize('good', [b'{"payment": {}}', b'{"status": "error", "code": "3060"}'])
def test_an_answer_of_any_kind_ends_the_row(
    platform: Platform, reconcile: Reconcile, good: bytes
) -> None:
    def script(connection: Connection) -> None:
        if asked(connection) == 'P-4':
            connection.answer(good)
        else:
            connection.answer(b'', 500)

    platform.script = script
    with pytest.raises(Unreconciled) as caught:
        list(reconcile(platform, IDS, at_once=1))
    assert 'P-9' in caught.value.failures


class Counter:
    """A script that counts how many are answered at once."""

    def __init__(self, seconds: float) -> None:
        self.now = self.most = 0
        self.times: list[float] = []
        self._seconds = seconds
        self._lock = threading.Lock()

    def __call__(self, connection: Connection) -> None:
        with self._lock:
            self.times.append(time.monotonic())
            self.now += 1
            self.most = max(self.most, self.now)
        connection.wait(self._seconds)
        with self._lock:
            self.now -= 1
        answer_well(connection)


@both
def test_a_few_at_a_time(platform: Platform, reconcile: Reconcile) -> None:
    counter = platform.script = Counter(0.2)
    assert ids_of(reconcile(platform, IDS, at_once=3)) == IDS
    assert 2 <= counter.most <= 3


@both
def test_within_a_rate(platform: Platform, reconcile: Reconcile) -> None:
    counter = platform.script = Counter(0)
    started = time.monotonic()
    list(reconcile(platform, IDS[:5], per_second=20))
    assert len(counter.times) == 5
    # From the start on: how long a request is on its way differs, but none arrives before its time.
    for number, arrived in enumerate(counter.times):
        assert arrived - started >= number / 20 - 0.001
    assert counter.times[-1] - counter.times[0] < 1


@both
def test_ids_are_taken_as_they_are_needed(platform: Platform, reconcile: Reconcile) -> None:
    platform.script = answer_well
    taken: list[str] = []

    def endless() -> Iterator[str]:
        number = 0
        while True:
            taken.append('P-%d' % number)
            yield taken[-1]
            number += 1

    said = reconcile(platform, endless(), at_once=2)
    assert next(said).get_payment_id() == 'P-0'
    assert next(said).get_payment_id() == 'P-1'
    assert len(taken) <= 5


def test_whoever_stops_early_leaves_nothing_running(platform: Platform) -> None:
    platform.script = answer_well

    async def run() -> None:
        api = AsyncGateApi(SECRET, PROJECT, platform.url, 2)
        said = api.reconcile(IDS, 4, QUICK)
        async for _ in said:
            break
        await said.aclose()
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(run())


@both
@pytest.mark.parametrize(('at_once', 'per_second'), [(0, 1), (1, 0), (1, -1), (1, float('inf'))])
def test_limits_that_are_refused(
    platform: Platform, reconcile: Reconcile, at_once: int, per_second: float
) -> None:
    with pytest.raises(ValidationException, match='at_once and per_second must be positive'):
        list(reconcile(platform, IDS, at_once, per_second))


@both
def test_an_id_that_cannot_be_one_stops_no_other(platform: Platform, reconcile: Reconcile) -> None:
    platform.script = answer_well
    said: list[StatusAnswer] = []
    with pytest.raises(Unreconciled, match='payment_id is missing') as caught:
        said.extend(reconcile(platform, ['P-0', '', 'P-2']))
    assert ids_of(said) == ['P-0', 'P-2']
    assert type(caught.value.failures['']) is ValidationException
