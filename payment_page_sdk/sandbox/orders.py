"""The orders of the demo shop, and what callbacks do to them. They are kept in memory.

An order and its payments are two things: after a decline, the shopper tries again with another
payment, which has an id of its own. ``Order.follow`` is the only place that changes a state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

from payment_page_sdk.callback import Callback
from payment_page_sdk.callback.facts import Sum
from payment_page_sdk.callback.operation import Operation
from payment_page_sdk.statuses import OperationStatus, OperationType, PaymentStatus

# The states of a payment. It only moves down this list, and may skip some.
NEW, DECLINED, HELD, CANCELED, PAID, PARTLY_REFUNDED, REFUNDED = STATES = (
    'new',
    'declined',
    'held',
    'canceled',
    'paid',
    'partly_refunded',
    'refunded',
)
# An order can also be in this one: a person has to look at it.
REVIEW = 'review'

WITH_MONEY = (HELD, PAID, PARTLY_REFUNDED)

_STATES = {
    PaymentStatus.AWAITING_CAPTURE: HELD,
    PaymentStatus.CANCELED: CANCELED,
    PaymentStatus.SUCCESS: PAID,
    PaymentStatus.PARTIALLY_REFUNDED: PARTLY_REFUNDED,
    PaymentStatus.PARTIALLY_REVERSED: PARTLY_REFUNDED,
    PaymentStatus.REFUNDED: REFUNDED,
    PaymentStatus.REVERSED: REFUNDED,
}

_OPERATION_TYPES = {
    'capture': (OperationType.CAPTURE,),
    'cancel': (OperationType.CANCEL,),
    'refund': (OperationType.REFUND, OperationType.REVERSAL),
}

# What became of a request to the platform.
UNKNOWN, REFUSED, BUSY, ACCEPTED, DONE, FAILED = OUTCOMES = (
    'unknown',
    'refused',
    'busy',
    'accepted',
    'done',
    'failed',
)


@dataclass
class PlatformRequest:
    """A capture, cancel or refund. It is stored before it is sent: then nobody sends it twice."""

    action: str
    sum: Sum
    outcome: str = UNKNOWN
    id: str = ''  # the platform's, if it has accepted the request
    problem: str = ''

    def is_like(self, operation: Operation) -> bool:
        """Tell whether it may be the request for an operation, although there was no answer."""
        return (
            not self.id
            and self.outcome == UNKNOWN
            and operation.get_type() in _OPERATION_TYPES[self.action]
            and operation.get_sum() == self.sum
        )


@dataclass
class OrderPayment:
    """A payment of an order. ``sum`` is what is held or paid, and not given back."""

    id: str
    sum: Sum
    state: str = NEW
    is_as_ordered: bool = True  # the amount and the currency
    requests: list[PlatformRequest] = field(default_factory=list)
    operations: dict[str, str] = field(default_factory=dict)  # DONE or FAILED, by request id

    def outcome(self, request: PlatformRequest) -> str:
        """Return what is known of a request: its callback may even come before its answer."""
        return self.operations.get(request.id, request.outcome)

    def note(self, operation: Optional[Operation]) -> None:
        """Note what became of a request: an operation of the payment has its id."""
        if operation is None:
            return
        request_id, status = operation.get_request_id(), operation.get_status()
        if request_id is None or status is None or not status.is_final():
            return
        self.operations[request_id] = DONE if status == OperationStatus.SUCCESS else FAILED
        if request_id in [request.id for request in self.requests]:
            return
        for request in self.requests:
            # Its answer did not come, or comes later than the callback.
            if request.is_like(operation):
                request.id = request_id
                return


@dataclass
class Order:
    """An order of one thing. ``amount`` is in minor units."""

    id: str
    amount: int
    currency: str
    operation_type: str
    lang: str
    payments: dict[str, OrderPayment] = field(init=False, default_factory=dict)
    changes: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._add_payment()

    @property
    def payment(self) -> OrderPayment:
        """Return the last payment, by which the shopper can pay if the order ``is_payable``."""
        return list(self.payments.values())[-1]

    @property
    def state(self) -> str:
        """Return the state that all payments make together."""
        with_money = [each for each in self.payments.values() if each.state in WITH_MONEY]
        if len(with_money) > 1 or not all(each.is_as_ordered for each in with_money):
            return REVIEW
        counting = with_money or self.payments.values()
        return max((each.state for each in counting), key=STATES.index)

    @property
    def is_payable(self) -> bool:
        """Tell whether the shopper can pay. Nobody should pay twice."""
        return self.state in (NEW, DECLINED)

    def follow(self, callback: Callback) -> None:
        """Do what a verified callback about one of the payments says.

        Callbacks may come late, repeatedly and in any order. So a payment only moves forward: to a
        later state or, within a state, to less money.
        """
        self.changes += 1
        payment = self.payments[callback.get_payment_id() or '']
        payment.note(callback.get_operation())
        state, left = _state_after(callback), callback.get_payment_sum()
        if state is None or left is None:
            return  # the payment goes on: another callback will come
        is_first = callback.get_operation_type() in (OperationType.SALE, OperationType.AUTH)
        if is_first and state in WITH_MONEY:
            payment.is_as_ordered = callback.matches(self.amount, self.currency)
        left = left if state in WITH_MONEY else left._replace(amount=0)
        if _progress(state, left) <= _progress(payment.state, payment.sum):
            return  # it is late, or a repetition
        payment.state, payment.sum = state, left
        if state == DECLINED and payment is self.payment:
            self._add_payment()

    def _add_payment(self) -> None:
        number = len(self.payments) + 1
        payment_id = f'ORDER-{self.id}' + (f'-{number}' if number > 1 else '')
        payment = OrderPayment(payment_id, Sum(0, self.currency))
        self.payments = {**self.payments, payment_id: payment}  # others may be reading the old one


def _state_after(callback: Callback) -> Optional[str]:
    """Return the state that a callback tells of; None if there is no result yet."""
    if callback.is_declined():
        return DECLINED
    status = callback.get_status()
    return _STATES.get(status.canonical) if status else None


def _progress(state: str, left: Sum) -> tuple[int, int]:
    return STATES.index(state), -left.amount
