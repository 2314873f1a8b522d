"""The life of a payment: what cards, the bank, the merchant and time do to it.

No clock, network or database: each method takes the moment, changes the payment, and returns
whether the platform sends a callback about that. Moments are seconds since 1970.

    new -- awaiting 3ds result --+-- success -- partially refunded -- refunded
     |                           +-- awaiting capture -- success, canceled
     |                           +-- awaiting customer -- (once more, or) decline
     |                           +-- processing -- decline
     +-- expired                 +-- decline

``new`` is the sandbox's own word: before the shopper confirms anything, nobody hears of a payment.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Optional

from payment_page_sdk.callback.operation import as_moment
from payment_page_sdk.callback.shapes import mask
from payment_page_sdk.parameters.kinds import CARD_TOKENIZE, CARD_VERIFY, PURCHASE
from payment_page_sdk.parameters.rules import Deadline
from payment_page_sdk.sandbox import cards
from payment_page_sdk.sandbox.cards import Card, CardDetails
from payment_page_sdk.sandbox.refusals import Conflict, Refusal
from payment_page_sdk.statuses import OperationStatus, PaymentStatus

NEW = 'new'

CHALLENGE_SECONDS = 30 * 60
RETRY_SECONDS = 30 * 60
SLOW_SECONDS = 10
MOST_ATTEMPTS = 5

# What the platform answers to a request that a payment's state, or its sum, does not allow.
STATUS_FORBIDS = '3060'
PAYMENT_ID_EXISTS = '3041'
TOO_MUCH = '3283'
INVALID_AMOUNT = '502'


@dataclass
class Operation:
    """One operation, as callbacks tell of it. ``amount`` is in minor units."""

    type: str
    amount: int
    created: float
    changed: float
    id: int = field(default_factory=lambda: 10**13 + secrets.randbelow(10**13))
    request_id: str = field(default_factory=lambda: secrets.token_hex(20) + '-00000001')
    status: str = OperationStatus.PROCESSING
    code: str = ''  # none yet
    eci: Optional[str] = None


@dataclass
class SandboxPayment:
    """A payment that a signed link has opened; ``params`` are the link's, verified."""

    key: str
    payment_id: str
    params: dict[str, Any]
    canonical: str
    opened: float
    status: str = NEW
    changed: float = 0.0
    amount: int = 0  # held or paid, and not yet given back
    attempts: int = 0
    may_retry: bool = False
    deadline: Optional[float] = None  # when ``lapse`` has something to do
    card: Optional[str] = None  # a documented test number
    account: Optional[dict[str, Any]] = None
    token: Optional[str] = None
    recurring_id: Optional[int] = None
    operations: list[Operation] = field(default_factory=list)

    @classmethod
    def opened_by(
        cls, params: dict[str, Any], canonical: str, key: str, now: float
    ) -> SandboxPayment:
        """Return the payment that a link opens; to save a card needs no id of the merchant's."""
        payment = cls(key, params.get('payment_id') or key, params, canonical, now)
        payment.deadline = payment.best_before
        return payment

    @classmethod
    def restored(cls, data: dict[str, Any]) -> SandboxPayment:
        """Return the payment of which ``saved`` made ``data``."""
        operations = [Operation(**operation) for operation in data.pop('operations')]
        return cls(operations=operations, **data)

    def saved(self) -> dict[str, Any]:
        """Return what JSON can hold of the payment: all of it."""
        return asdict(self)

    # what the link asks for

    @property
    def project_id(self) -> int:
        return int(self.params['project_id'])

    @property
    def mode(self) -> str:
        return self.text('mode') or PURCHASE

    @property
    def requested(self) -> int:
        return int(self.text('payment_amount') or 0)

    @property
    def currency(self) -> str:
        return self.text('payment_currency')

    @property
    def is_auth(self) -> bool:
        return self.mode == PURCHASE and self.text('operation_type') == 'auth'

    @property
    def is_recurring(self) -> bool:
        given = self.params.get('recurring') or '{}'
        members = given if isinstance(given, dict) else json.loads(given)
        # In brackets, as objects arrive from merchant.js, true is 1.
        registers = members.get('register') in (True, 'true', '1')
        return registers or self.text('recurring_register') == '1'

    @property
    def best_before(self) -> Optional[float]:
        """Return the deadline of the link; one that is too far ahead counts as none."""
        given = as_moment(self.text('best_before'))
        latest = self.opened + timedelta(Deadline.DAYS).total_seconds()
        return given.timestamp() if given and given.timestamp() <= latest else None

    def text(self, name: str) -> str:
        """Return a parameter as a text; empty where it is absent."""
        value = self.params.get(name, '')
        return value if isinstance(value, str) else json.dumps(value)

    # what has come of it

    @property
    def decline_code(self) -> Optional[str]:
        """Return the result code, where the last operation was declined."""
        last = self.operations[-1] if self.operations else None
        return last.code if last and last.status == OperationStatus.DECLINE else None

    @property
    def request_id(self) -> str:
        """Return the platform's id of what the shopper asked for last."""
        return self.operations[-1].request_id if self.operations else self.key

    # what the shopper does

    @property
    def is_open(self) -> bool:
        """Tell whether a card can be given."""
        return self.status in (NEW, PaymentStatus.AWAITING_CUSTOMER)

    def submit(self, card: Card, details: CardDetails, now: float, may_retry: bool = False) -> bool:
        """Take a card; ``may_retry`` says whether a decline leaves the shopper another attempt."""
        self._require(self.is_open)
        self.card = card.number
        self.attempts += 1
        self.may_retry = may_retry and self.attempts < MOST_ATTEMPTS
        self.deadline = None
        month, year = cards.normal_expiry(details.expiry).split('/')
        self.account = {
            'number': mask(card.number),
            'type': card.scheme,
            'card_holder': details.holder.upper(),
            'expiry_month': month,
            'expiry_year': '20' + year,
        }
        if self.mode == CARD_TOKENIZE:
            return self._saved(now)
        operation = self._started(self._first_operation, self.requested, now)
        wrong = cards.mismatch(card, details)
        if wrong:
            return self._settled(operation, wrong, now)
        if card.flow == cards.CHALLENGE:
            return self._waiting(PaymentStatus.AWAITING_3DS_RESULT, CHALLENGE_SECONDS, now)
        if card.special == cards.SLOW:
            return self._waiting(PaymentStatus.PROCESSING, SLOW_SECONDS, now)
        if card.flow:
            operation.eci = '05'
        if card.special == cards.PARTIAL and self.currency == cards.MOST_APPROVED[1]:
            return self._settled(
                operation, card.result, now, min(operation.amount, cards.MOST_APPROVED[0])
            )
        approved = card.special == cards.RECURRING and self.is_recurring
        return self._settled(operation, cards.SUCCESS if approved else card.result, now)

    def answer(self, code: str, now: float) -> bool:
        """Take what the shopper entered on the bank's page; the empty text is a cancellation."""
        self._require(self.status == PaymentStatus.AWAITING_3DS_RESULT)
        card = cards.CARDS[self.card or '']
        operation = self.operations[-1]
        if not code:
            return self._settled(operation, cards.CANCELLED, now)
        if card.code and code != card.code:
            return self._settled(operation, cards.INCORRECT_3DS_CODE, now)
        operation.eci = '05'
        return self._settled(operation, card.result, now)

    def give_up(self, now: float) -> bool:
        """Take it that the shopper goes away: after a decline, there is no further attempt."""
        if self.status != PaymentStatus.AWAITING_CUSTOMER:
            return False
        self._become(PaymentStatus.DECLINE, now)
        return True

    # what time does

    def lapse(self, now: float) -> bool:
        """Do what should have happened by ``now`` without anybody's doing."""
        if self.deadline is None or self.deadline > now:
            return False
        if self.status == NEW:
            self._become(PaymentStatus.EXPIRED, now)
            return False  # nobody has heard of this payment
        if self.status == PaymentStatus.AWAITING_CUSTOMER:
            return self.give_up(now)
        self.may_retry = False
        slow = self.status == PaymentStatus.PROCESSING
        return self._settled(
            self.operations[-1], cards.TIME_OUT if slow else cards.NOT_RETURNED, now
        )

    # what the merchant does

    @property
    def can_capture(self) -> bool:
        """Tell whether ``capture`` and ``cancel`` are allowed."""
        return self.status == PaymentStatus.AWAITING_CAPTURE

    @property
    def can_refund(self) -> bool:
        """Tell whether ``refund`` is allowed."""
        return self.amount > 0 and self.status in (
            PaymentStatus.SUCCESS,
            PaymentStatus.PARTIALLY_REFUNDED,
        )

    def capture(self, amount: Optional[int], now: float) -> bool:
        """Take what is held, or ``amount`` of it, which releases the rest."""
        self._require(self.can_capture)
        self.amount = self._part(amount)
        return self._done('capture', self.amount, PaymentStatus.SUCCESS, now)

    def cancel(self, amount: Optional[int], now: float) -> bool:
        """Release what is held, all of it: ``amount`` is that, or None."""
        self._require(self.can_capture)
        held = self.amount
        if self._part(amount) != held:
            raise Refusal(INVALID_AMOUNT, 'a hold is released as a whole')
        self.amount = 0
        return self._done('cancel', held, PaymentStatus.CANCELED, now)

    def refund(self, amount: Optional[int], now: float) -> bool:
        """Give back what was paid, or ``amount`` of it."""
        self._require(self.can_refund)
        part = self._part(amount)
        self.amount -= part
        return self._done(
            'refund',
            part,
            (PaymentStatus.PARTIALLY_REFUNDED if self.amount else PaymentStatus.REFUNDED),
            now,
        )

    def _part(self, amount: Optional[int]) -> int:
        if amount is None:
            return self.amount
        if amount < 1:
            raise Refusal(INVALID_AMOUNT, 'amount is at least 1, in minor units')
        if amount > self.amount:
            raise Refusal(TOO_MUCH, f'amount is at most {self.amount}, in minor units')
        return amount

    def _require(self, allowed: bool) -> None:
        if not allowed:
            raise Conflict(
                STATUS_FORBIDS, f'the status of the payment, {self.status}, does not allow this'
            )

    # how it becomes so

    @property
    def _first_operation(self) -> str:
        if self.mode == CARD_VERIFY:
            return 'account verification'
        return 'auth' if self.is_auth else 'sale'

    def _started(self, kind: str, amount: int, now: float) -> Operation:
        self.operations.append(Operation(kind, amount, now, now))
        return self.operations[-1]

    def _become(self, status: str, now: float, seconds: Optional[int] = None) -> None:
        """Have a status; for as many seconds, and no longer than the link allows."""
        self.status, self.changed, self.deadline = str(status), now, None
        if seconds is not None:
            self.deadline = min(now + seconds, self.best_before or now + seconds)

    def _waiting(self, status: str, seconds: int, now: float) -> bool:
        self.operations[-1].status = str(status)
        self._become(status, now, seconds)
        return True

    def _settled(
        self, operation: Operation, code: str, now: float, approved: Optional[int] = None
    ) -> bool:
        """End the shopper's operation with a result code, and the payment with it.

        ``approved`` is the amount that is, where it is not all that was asked for.
        """
        operation.code, operation.changed = code, now
        if code == cards.SUCCESS:
            operation.status = str(OperationStatus.SUCCESS)
            self.amount = operation.amount if approved is None else approved
            self._approve()
            self._become(
                PaymentStatus.AWAITING_CAPTURE if self.is_auth else PaymentStatus.SUCCESS, now
            )
        else:
            operation.status = str(OperationStatus.DECLINE)
            if self.may_retry:
                self._become(PaymentStatus.AWAITING_CUSTOMER, now, RETRY_SECONDS)
            else:
                self._become(PaymentStatus.DECLINE, now)
        return True

    def _approve(self) -> None:
        """Keep the card: its token for a known customer, a series where one is registered."""
        if self.params.get('customer_id') and not self.token:
            self.token = secrets.token_hex(32)
        if self.is_recurring and not self.recurring_id:
            self.recurring_id = 10**9 + secrets.randbelow(10**9)

    def _saved(self, now: float) -> bool:
        self.token = secrets.token_hex(32)
        self._become(PaymentStatus.SUCCESS, now)
        return True

    def _done(self, kind: str, amount: int, status: str, now: float) -> bool:
        operation = self._started(kind, amount, now)
        operation.status, operation.code = str(OperationStatus.SUCCESS), cards.SUCCESS
        self._become(status, now)
        return True
