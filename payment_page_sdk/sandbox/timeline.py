"""What happened to a payment, in the order in which it happened, and what needs attention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Union

from payment_page_sdk.sandbox.payments import STATUS, SandboxOperation, SandboxPayment, Step
from payment_page_sdk.sandbox.sender import TAMPERED
from payment_page_sdk.sandbox.store import FAILING, GIVEN_UP, Delivery, StoredCallback

STEP, OPERATION, CALLBACK = 'step', 'operation', 'callback'


class Entry(NamedTuple):
    """Something that happened; ``deliveries`` are those of a callback."""

    at: float
    kind: str
    subject: Union[Step, SandboxOperation, StoredCallback]
    deliveries: Sequence[Delivery] = ()


def timeline(
    payment: SandboxPayment, callbacks: Sequence[tuple[StoredCallback, Sequence[Delivery]]]
) -> list[Entry]:
    """Return what happened to a payment, and what was told about it; the oldest first."""
    done = [step for step in payment.history if step.what != STATUS]
    came_of_it = [step for step in payment.history if step.what == STATUS]
    entries = [  # what happens at one time is in this order
        *(Entry(step.at, STEP, step) for step in done),
        *(Entry(each.changed, OPERATION, each) for each in payment.operations),
        *(Entry(step.at, STEP, step) for step in came_of_it),
        *(Entry(each.created, CALLBACK, each, tries) for each, tries in callbacks),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def find_alerts(
    callbacks: Sequence[tuple[StoredCallback, Sequence[Delivery]]],
) -> list[tuple[StoredCallback, Delivery]]:
    """Return the last try of each callback that is not accepted, or whose forgery is accepted.

    Of those with the same hint, only the last one.
    """
    alerts = {}
    for callback, deliveries in callbacks:
        genuine = [sent for sent in deliveries if sent.variant != TAMPERED]
        forged = [sent for sent in deliveries if sent.variant == TAMPERED]
        if callback.state in (FAILING, GIVEN_UP):
            alerts[genuine[-1].hint] = (callback, genuine[-1])
        if forged and forged[-1].hint:
            alerts[forged[-1].hint] = (callback, forged[-1])
    return list(alerts.values())
