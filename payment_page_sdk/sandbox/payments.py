"""The life of a payment: what cards, the bank, the merchant and time do to it.

There is no clock, network or database here: each method takes the time, changes the payment, and
returns whether the platform sends a callback about it. Times are seconds since 1970.

    new -- awaiting 3ds result --+-- success -- partially refunded -- refunded
     |                           |           +- partially reversed -- reversed
     |                           +-- awaiting capture -- success, canceled
     |                           +-- awaiting customer -- (once more, or) decline
     |                           +-- processing -- decline
     +-- expired                 +-- decline

``new`` is the sandbox's own status: no callback is sent before the shopper confirms something.

What the merchant asks for is accepted at once and carried out later, by ``lapse``: one request
after the other, in the order in which they came.

A request about a series is a payment of its own, whose mode is RECURRING. ``follow_up`` makes it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, Optional

from payment_page_sdk.callback.shapes import mask
from payment_page_sdk.parameters.kinds import CARD_TOKENIZE, CARD_VERIFY
from payment_page_sdk.sandbox import cards
from payment_page_sdk.sandbox.asked import Asked
from payment_page_sdk.sandbox.cards import Card, CardDetails
from payment_page_sdk.sandbox.masking import mask_cards
from payment_page_sdk.sandbox.refusals import Conflict, Refusal
from payment_page_sdk.sandbox.series import CANCEL, DEBIT, RECURRING, UPDATE, Series
from payment_page_sdk.statuses import OperationStatus, PaymentStatus, RecurringStatus

NEW = 'new'

CHALLENGE_SECONDS = 30 * 60
RETRY_SECONDS = 30 * 60
SLOW_SECONDS = 10
DAY = 24 * 60 * 60
MOST_ATTEMPTS = 5

# The platform's codes for requests that the status of a payment, or its amount, does not allow.
STATUS_FORBIDS = '3060'
PAYMENT_ID_EXISTS = '3041'
TOO_MUCH = '3283'
INVALID_AMOUNT = '502'
UNKNOWN_TOKEN = '3221'
EXPIRED_TOKEN = '3027'
REFUND_ID_EXISTS = '3230'

# The status when an operation of the merchant is done: if nothing is left, and if something is.
_STATUS_AFTER = {
    'capture': (PaymentStatus.SUCCESS, PaymentStatus.SUCCESS),
    'cancel': (PaymentStatus.CANCELED, PaymentStatus.AWAITING_CAPTURE),
    'refund': (PaymentStatus.REFUNDED, PaymentStatus.PARTIALLY_REFUNDED),
    'reversal': (PaymentStatus.REVERSED, PaymentStatus.PARTIALLY_REVERSED),
}
_PAYING = ('sale', 'capture', DEBIT)


# What happens to a payment, apart from its operations.
OPENED, CARD_ENTERED, CODE_ENTERED, CODE_CANCELLED, STATUS = (
    'opened',
    'card entered',
    'code entered',
    'code cancelled',
    'status',
)


class Step(NamedTuple):
    """What happened to a payment. ``detail`` is the masked card, or the status that it got."""

    at: float
    what: str
    detail: str = ''


@dataclass
class SandboxOperation:
    """An operation of a payment. ``amount`` is in minor units.

    ``due`` is when an operation of the merchant is carried out, and None once that is done. The
    members after it are what the merchant wants for this operation alone.
    """

    type: str
    amount: int
    created: float
    changed: float
    id: int = field(default_factory=lambda: 10**13 + secrets.randbelow(10**13))
    request_id: str = field(default_factory=lambda: secrets.token_hex(20) + '-00000001')
    status: str = OperationStatus.PROCESSING
    code: str = ''  # empty until there is a result
    eci: Optional[str] = None
    due: Optional[float] = None
    merchant_refund_id: Optional[str] = None
    callback_url: str = ''
    callback_delay: int = 0  # seconds
    has_callback: bool = True


@dataclass
class SandboxPayment(Asked):
    """A payment that a signed link opened; ``params`` are the verified parameters of the link."""

    key: str
    payment_id: str
    params: dict[str, Any]
    canonical: str
    opened: float
    status: str = NEW
    changed: float = 0.0
    amount: int = 0  # held or paid, and not yet refunded
    attempts: int = 0
    may_retry: bool = False
    deadline: Optional[float] = None  # when ``lapse`` changes the payment
    card: Optional[str] = None  # the masked number of a test card
    account: Optional[dict[str, Any]] = None
    token: Optional[str] = None
    series: Optional[Series] = None  # in payments that follow, as it was when they were made
    operations: list[SandboxOperation] = field(default_factory=list)
    history: list[Step] = field(default_factory=list)

    @classmethod
    def open(cls, params: dict[str, Any], canonical: str, key: str, now: float) -> SandboxPayment:
        """Return the payment that a link opens. A link that saves a card may have no id for it."""
        payment = cls(key, params.get('payment_id') or key, params, canonical, now)
        payment.deadline = payment.best_before
        payment.history.append(Step(now, OPENED))
        return payment

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> SandboxPayment:
        """Return the payment from which ``as_dict`` made ``data``."""
        operations = [SandboxOperation(**operation) for operation in data.pop('operations')]
        history = [Step(*step) for step in data.pop('history')]
        series = data.pop('series')
        return cls(
            operations=operations, history=history, series=series and Series(**series), **data
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the whole payment as a dict that JSON can hold."""
        # Not dataclasses.asdict: that takes ten times as long, three times for each change.
        return {
            **vars(self),
            'params': dict(self.params),
            'account': self.account and dict(self.account),
            'operations': [dict(vars(each)) for each in self.operations],
            'history': list(self.history),
            'series': self.series and dict(vars(self.series)),
        }

    # the result

    @property
    def name_in_links(self) -> str:
        """Return its id; or its key, if browsers would take the id for a folder."""
        return self.key if self.payment_id in ('.', '..') else self.payment_id

    @property
    def recurring_id(self) -> Optional[int]:
        """Return the id of the series that this payment registered or belongs to, or None."""
        return self.series.id if self.series else None

    @property
    def decline_code(self) -> Optional[str]:
        """Return the result code of the last operation if it was declined, else None."""
        last = self.operations[-1] if self.operations else None
        return last.code if last and last.status == OperationStatus.DECLINE else None

    @property
    def last_changed(self) -> Optional[SandboxOperation]:
        """Return the operation that changed last: any behind it are yet to be carried out.

        None if there is none: nothing was confirmed, or a card was saved.
        """
        return next((item for item in reversed(self.operations) if item.due is None), None)

    @property
    def request_id(self) -> str:
        """Return the platform's id of the shopper's last request."""
        return self.operations[-1].request_id if self.operations else self.key

    # what the shopper does

    def use_saved_card(self, saved: Optional[SandboxPayment], now: datetime) -> None:
        """Take over the card that a payment has ``saved``, if its token is for this customer."""
        if saved is None or saved.account is None:
            raise Refusal(UNKNOWN_TOKEN, 'the sandbox has not made this account_token')
        if saved.text('customer_id') != self.text('customer_id'):
            raise Refusal(UNKNOWN_TOKEN, 'the account_token belongs to another customer_id')
        year, month = (int(saved.account['expiry_' + name]) for name in ('year', 'month'))
        if (year, month) < (now.year, now.month):
            raise Refusal(EXPIRED_TOKEN, 'the account_token has expired, as has its card')
        self.card, self.account, self.token = saved.card, saved.account, saved.token

    def saved_details(self, cvc: str) -> CardDetails:
        """Return the details of the saved card, and the CVC that the shopper entered."""
        assert self.account is not None
        holder, year, month = (
            self.account[name] for name in ('card_holder', 'expiry_year', 'expiry_month')
        )
        return CardDetails(holder, f'{month}/{year[-2:]}', cvc)

    @property
    def is_open(self) -> bool:
        """Tell whether the shopper can submit a card."""
        return self.status in (NEW, PaymentStatus.AWAITING_CUSTOMER)

    def submit(self, card: Card, details: CardDetails, now: float, may_retry: bool = False) -> bool:
        """Pay with a card; ``may_retry`` says whether the shopper may try again after a decline."""
        self._require(self.is_open)
        self.card = mask(card.number)
        self.history.append(Step(now, CARD_ENTERED, self.card))
        self.attempts += 1
        self.may_retry = may_retry and self.attempts < MOST_ATTEMPTS
        self.deadline = None
        month, year = cards.normal_expiry(details.expiry).split('/')
        self.account = {
            'number': self.card,
            'type': card.scheme,
            'card_holder': mask_cards(details.holder.upper()),
            'expiry_month': month,
            'expiry_year': '20' + year,
        }
        if self.mode == CARD_TOKENIZE:
            self.token = secrets.token_hex(32)
            self._become(PaymentStatus.SUCCESS, now)
            return True
        operation = self._start(self._first_operation_type, self.requested_amount, now)
        wrong = cards.mismatch(card, details)
        if wrong:
            return self._settle(wrong, now)
        if card.flow == cards.CHALLENGE:
            return self._wait(PaymentStatus.AWAITING_3DS_RESULT, CHALLENGE_SECONDS, now)
        if card.special == cards.SLOW:
            return self._wait(PaymentStatus.PROCESSING, SLOW_SECONDS, now)
        if card.flow:
            operation.eci = '05'
        approved = card.special == cards.RECURRING and self.is_recurring
        return self._settle(cards.SUCCESS if approved else card.result, now)

    def answer(self, code: str, now: float) -> bool:
        """Check the code that the shopper entered on the bank's page; an empty one cancels."""
        self._require(self.status == PaymentStatus.AWAITING_3DS_RESULT)
        card = cards.card_with(self.card or '')
        self.history.append(Step(now, CODE_ENTERED if code else CODE_CANCELLED))
        if not code:
            return self._settle(cards.CANCELLED, now)
        if card.code and code != card.code:
            return self._settle(cards.INCORRECT_3DS_CODE, now)
        self.operations[-1].eci = '05'
        return self._settle(card.result, now)

    def give_up(self, now: float) -> bool:
        """Make a decline final: the shopper makes no further attempt."""
        if self.status != PaymentStatus.AWAITING_CUSTOMER:
            return False
        self._become(PaymentStatus.DECLINE, now)
        return True

    # what time does

    def lapse(self, now: float) -> bool:
        """Make the change that is due at the deadline, if that has passed."""
        if self.deadline is None or self.deadline > now:
            return False
        if self._pending:
            return self._carry_out(self._pending[0], now)
        if self.status == NEW:
            self._become(PaymentStatus.EXPIRED, now)
            return False  # no callback was ever sent about this payment
        if self.status == PaymentStatus.AWAITING_CUSTOMER:
            return self.give_up(now)
        self.may_retry = False
        slow = self.status == PaymentStatus.PROCESSING
        return self._settle(cards.TIME_OUT if slow else cards.NOT_RETURNED, now)

    # what the merchant does

    @property
    def can_capture(self) -> bool:
        """Tell whether a ``capture`` and a ``cancel`` are allowed."""
        return self.status == PaymentStatus.AWAITING_CAPTURE and self.left > 0

    @property
    def can_refund(self) -> bool:
        """Tell whether a ``refund`` is allowed."""
        return self.amount > 0 and self.status in (
            PaymentStatus.SUCCESS,
            PaymentStatus.PARTIALLY_REFUNDED,
            PaymentStatus.PARTIALLY_REVERSED,
        )

    @property
    def left(self) -> int:
        """Return what is held or paid, without what is already requested."""
        if any(operation.type == 'capture' for operation in self._pending):
            return 0  # a capture releases what it does not charge
        return self.amount - sum(operation.amount for operation in self._pending)

    @property
    def can_follow_up(self) -> bool:
        """Tell whether this payment has registered a series, and that has not been ended."""
        return (
            self.mode != RECURRING
            and self.series is not None
            and self.series.status == RecurringStatus.ACTIVE
        )

    def request(
        self,
        action: str,
        amount: Optional[int],
        now: float,
        due: float,
        merchant_refund_id: Optional[str] = None,
        **wishes: Any,
    ) -> bool:
        """Accept a ``capture``, ``cancel`` or ``refund``, which is carried out when it is ``due``.

        ``amount`` is all that is left if it is None. A part of a hold that is captured releases the
        rest; a part that is cancelled lowers the hold. ``wishes`` are members of SandboxOperation.
        """
        self._require(self.can_refund if action == 'refund' else self.can_capture)
        part = self._part(amount)
        if merchant_refund_id is not None and merchant_refund_id in (
            operation.merchant_refund_id for operation in self.operations
        ):
            raise Refusal(
                REFUND_ID_EXISTS, 'there is already a refund with this merchant_refund_id'
            )
        is_reversal = action == 'refund' and self._would_reverse(part, now)
        self._start(
            'reversal' if is_reversal else action,
            part,
            now,
            due=due,
            merchant_refund_id=merchant_refund_id,
            **wishes,
        )
        self._wait_for_pending()
        return False  # a callback is sent when it is done

    def follow_up(
        self,
        action: str,
        payment_id: str,
        key: str,
        now: float,
        due: float,
        amount: Optional[int] = None,
        terms: Optional[dict[str, Any]] = None,
        description: str = '',
        **wishes: Any,
    ) -> SandboxPayment:
        """Return the payment that a request makes about the series which this one has registered.

        ``action`` is DEBIT, of an ``amount``, UPDATE, which agrees other ``terms``, or CANCEL. The
        series changes at once. ``wishes`` are members of SandboxOperation.
        """
        assert self.series is not None
        if action == UPDATE:
            self.series.update(terms or {})
        elif action == CANCEL:
            self.series.cancel()
        elif amount is None or amount < 1:
            raise Refusal(INVALID_AMOUNT, 'amount must be at least 1, in minor units')
        debited = amount or 0 if action == DEBIT else 0
        params = {
            'project_id': self.params['project_id'],
            'payment_id': payment_id,
            'mode': RECURRING,
            'payment_amount': str(debited),
            'payment_currency': self.series.currency,
            'payment_description': mask_cards(description),
            'customer_id': self.text('customer_id'),
        }
        payment = SandboxPayment(
            key,
            payment_id or key,
            {name: value for name, value in params.items() if value},
            canonical='',
            opened=now,
            card=self.card,
            account=self.account,
            token=self.token,
            series=replace(self.series),
        )
        payment._start(action, debited, now, due=due, **wishes)
        payment._become(PaymentStatus.PROCESSING, now)
        payment._wait_for_pending()
        return payment

    @property
    def _pending(self) -> list[SandboxOperation]:
        return [operation for operation in self.operations if operation.due is not None]

    def _wait_for_pending(self) -> None:
        dues = [operation.due for operation in self.operations if operation.due is not None]
        self.deadline = min(dues, default=None)

    def _carry_out(self, operation: SandboxOperation, now: float) -> bool:
        operation.due, operation.changed = None, now
        if operation.type not in _STATUS_AFTER:
            return self._settle(self._outcome_of(operation), now)
        operation.status, operation.code = str(OperationStatus.SUCCESS), cards.SUCCESS
        is_capture = operation.type == 'capture'
        self.amount = operation.amount if is_capture else self.amount - operation.amount
        nothing_left, something_left = _STATUS_AFTER[operation.type]
        self._become(something_left if self.amount else nothing_left, now)
        self._wait_for_pending()
        return True

    def _outcome_of(self, operation: SandboxOperation) -> str:
        """Return the result code of an operation about a series."""
        if operation.type != DEBIT:
            return cards.SUCCESS
        assert self.series is not None
        return self.series.objection(operation.created) or cards.card_with(self.card or '').result

    def _would_reverse(self, part: int, now: float) -> bool:
        """Tell whether a refund is a reversal, because the payment is not yet settled.

        That is so on the day of the payment: for Visa always, for others if nothing is kept.
        """
        is_visa = self.account is not None and self.account['type'] == 'visa'
        is_whole = self.status == PaymentStatus.SUCCESS and part == self.amount
        paid = [item.changed for item in self.operations if item.type in _PAYING][-1]
        return (is_visa or is_whole) and paid // DAY == now // DAY

    def _part(self, amount: Optional[int]) -> int:
        """Return ``amount`` if there is as much, and for None all that is left."""
        part = self.left if amount is None else amount
        if amount is not None and amount < 1:
            raise Refusal(INVALID_AMOUNT, 'amount must be at least 1, in minor units')
        if not 0 < part <= self.left:
            raise Refusal(TOO_MUCH, f'amount must be at most {self.left}, in minor units')
        return part

    def _require(self, allowed: bool) -> None:
        if not allowed:
            pending = ' with an operation in processing' if self._pending else ''
            raise Conflict(
                STATUS_FORBIDS,
                f'the status of the payment, {self.status}{pending}, does not allow this',
            )

    # steps of the above
    @property
    def _first_operation_type(self) -> str:
        if self.mode == CARD_VERIFY:
            return 'account verification'
        return 'auth' if self.is_auth else 'sale'

    def _start(
        self, operation_type: str, amount: int, now: float, **members: Any
    ) -> SandboxOperation:
        self.operations.append(SandboxOperation(operation_type, amount, now, now, **members))
        return self.operations[-1]

    def _become(self, status: str, now: float, seconds: Optional[int] = None) -> None:
        """Set the status. It ends after ``seconds``, or when the link does if that is earlier."""
        self.status, self.changed, self.deadline = str(status), now, None
        self.history.append(Step(now, STATUS, self.status))
        if seconds is not None:
            self.deadline = min(now + seconds, self.best_before or now + seconds)

    def _wait(self, status: str, seconds: int, now: float) -> bool:
        self.operations[-1].status = str(status)
        self._become(status, now, seconds)
        return True

    def _settle(self, code: str, now: float) -> bool:
        """End the last operation with a result code, and change the payment accordingly."""
        operation = self.operations[-1]
        operation.code, operation.changed = code, now
        if code == cards.SUCCESS:
            operation.status = str(OperationStatus.SUCCESS)
            self.amount = self._approved_of(operation.amount)
            self._keep_card()
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

    def _approved_of(self, amount: int) -> int:
        """Return how much of ``amount`` the card's bank approves."""
        most, currency = cards.MOST_APPROVED
        is_partial = cards.card_with(self.card or '').special == cards.PARTIAL
        return min(amount, most) if is_partial and self.currency == currency else amount

    def _keep_card(self) -> None:
        """Make a token of the card if the customer has an id, and a series if one is registered."""
        if self.params.get('customer_id') and not self.token:
            self.token = secrets.token_hex(32)
        if self.is_recurring and self.account is not None:
            self.series = Series.register(self.recurring, self.currency, self.account)
