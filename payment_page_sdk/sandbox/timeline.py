"""What happened to a payment, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Union

from payment_page_sdk.sandbox.payments import SandboxOperation, SandboxPayment, Step
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
    entries = [
        *(Entry(step.at, STEP, step) for step in payment.history),
        # What is still to be carried out has happened when it was requested.
        *(Entry(each.changed, OPERATION, each) for each in payment.operations),
        *(Entry(each.created, CALLBACK, each, tries) for each, tries in callbacks),
    ]
    return sorted(entries, key=lambda entry: entry.at)  # at one time, in the order above
