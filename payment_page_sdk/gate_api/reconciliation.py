"""The status of many payments: what ``reconcile`` has in common, with and without asyncio."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from payment_page_sdk._wire import invalid
from payment_page_sdk.exceptions import ProcessException, ValidationException
from payment_page_sdk.gate_api.answers import StatusAnswer
from payment_page_sdk.gate_api.exceptions import (
    RefusedRequest,
    UnknownPayment,
    Unreconciled,
)

# After so many payments in a row without an answer, no more are asked for.
MOST_FAILURES_IN_A_ROW = 5


class Reconciliation:
    """Which payment is asked for next, and when; and what was learned of it."""

    def __init__(self, payment_ids: Iterable[Any], at_once: int, per_second: float) -> None:
        if at_once < 1 or not 0 < per_second < float('inf'):
            raise invalid('at_once', 'and per_second must be positive')
        self._payment_ids = payment_ids
        self._gap = 1 / per_second
        self._next_at = 0.0
        self._failed_in_a_row = 0
        self._failures: dict[Any, ProcessException] = {}

    def payment_ids(self) -> Iterator[Any]:
        """Yield the ids to ask for, until asking has become pointless."""
        for payment_id in self._payment_ids:
            if self._has_given_up:
                return
            yield payment_id

    def seconds_to_wait(self) -> float:
        """Return how long to wait before the next request, which is counted as sent then."""
        now = time.monotonic()
        self._next_at = max(self._next_at, now) + self._gap
        return self._next_at - self._gap - now

    def learned(self, answer: StatusAnswer) -> list[StatusAnswer]:
        """Return what a callback would have said. None is sent about a payment not started."""
        self._failed_in_a_row = 0
        return [answer.as_callback()] if answer.is_started() else []

    def failed(self, payment_id: Any, error: ProcessException) -> list[StatusAnswer]:
        """Keep the error for a payment, unless it means that the payment was not started."""
        if isinstance(error, UnknownPayment):
            return []
        self._failures[payment_id] = error
        if isinstance(error, (RefusedRequest, ValidationException)):
            self._failed_in_a_row = 0
        else:
            self._failed_in_a_row += 1
        return []

    def finish(self) -> None:
        """Raise Unreconciled if there was an error for some payment."""
        if not self._failures:
            return
        count, first = len(self._failures), next(iter(self._failures.values()))
        error = Unreconciled(
            f'the status of {count} payments could not be learned'
            + (', and no more were asked for' if self._has_given_up else '')
            + f'; the first error: {first}'
        )
        error.failures = self._failures
        raise error

    @property
    def _has_given_up(self) -> bool:
        return self._failed_in_a_row >= MOST_FAILURES_IN_A_ROW
