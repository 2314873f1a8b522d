"""What happened to a payment, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Union

from payment_page_sdk.sandbox.payments import STATUS, SandboxOperation, SandboxPayment, Step
from payment_page_sdk.sandbox.store import Delivery, StoredCallback

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
