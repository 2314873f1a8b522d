"""What has happened to a payment of a CallbackFactory: its operations, and its money."""

from datetime import timedelta
from hashlib import sha256

from payment_page_sdk.callback.result_codes import result_of
from payment_page_sdk.callback.shapes import format_moment
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.statuses import OperationStatus, OperationType, PaymentStatus, PaymentType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any, Dict, List, Optional, Tuple, Union

SUCCESS_CODE = '0'

# What brings a payment to a status: the type of the payment, and the type and the status of its
# operation. None: a purchase, the operation that moves the money, and the status of the payment.
_BROUGHT_BY = {
    PaymentStatus.AWAITING_CAPTURE: (None, OperationType.AUTH, OperationStatus.SUCCESS),
    PaymentStatus.AWAITING_FINALIZATION: (None, OperationType.CONTRACT_REGISTRATION, None),
    PaymentStatus.AWAITING_PAYMENT: (PaymentType.INVOICE, OperationType.INVOICE, None),
    PaymentStatus.INVOICE_SENT: (PaymentType.INVOICE, OperationType.INVOICE, None),
    PaymentStatus.INVOICE_CANCELED: (PaymentType.INVOICE, OperationType.INVOICE, None),
    PaymentStatus.SCHEDULED_RECURRING_PROCESSING: (
        PaymentType.RECURRING,
        None,
        OperationStatus.SUCCESS,
    ),
    PaymentStatus.DECLINE_RENEWAL: (PaymentType.RECURRING, None, OperationStatus.DECLINE),
    PaymentStatus.CANCELED: (None, OperationType.CANCEL, OperationStatus.SUCCESS),
    PaymentStatus.PARTIALLY_PAID: (None, None, OperationStatus.SUCCESS),
    PaymentStatus.PARTIALLY_PAID_OUT: (PaymentType.PAYOUT, None, OperationStatus.SUCCESS),
    PaymentStatus.REFUNDED: (None, OperationType.REFUND, OperationStatus.SUCCESS),
    PaymentStatus.PARTIALLY_REFUNDED: (None, OperationType.REFUND, OperationStatus.SUCCESS),
    PaymentStatus.REVERSED: (None, OperationType.REVERSAL, OperationStatus.SUCCESS),
    PaymentStatus.PARTIALLY_REVERSED: (None, OperationType.REVERSAL, OperationStatus.SUCCESS),
}  # type: Dict[str, Tuple[Optional[str], Optional[str], Optional[str]]]

# The operation that moves the money, where it is not a sale.
_MOVED_BY = {
    PaymentType.PAYOUT: OperationType.PAYOUT,
    PaymentType.RECURRING: OperationType.RECURRING,
    PaymentType.ACCOUNT_VERIFICATION: OperationType.ACCOUNT_VERIFICATION,
}
_CODES = {
    OperationStatus.SUCCESS: SUCCESS_CODE,
    OperationStatus.DECLINE: '100',
    OperationStatus.ERROR: '2004',
    OperationStatus.EXTERNAL_ERROR: '20202',
    OperationStatus.INTERNAL_ERROR: '501',
}

# A payment with one of these statuses has been paid. Operations of the types below give back all
# of the money, or a part of it.
_PAID = (PaymentStatus.SUCCESS, PaymentStatus.PARTIALLY_PAID, PaymentStatus.PARTIALLY_PAID_OUT)
_GIVEN_BACK = {
    OperationType.REFUND: (PaymentStatus.REFUNDED, PaymentStatus.PARTIALLY_REFUNDED),
    OperationType.REVERSAL: (PaymentStatus.REVERSED, PaymentStatus.PARTIALLY_REVERSED),
}


def as_sum(amount: int, currency: str) -> 'Dict[str, Any]':
    """Return an amount in minor units as callbacks have it."""
    return {'amount': amount, 'currency': currency}


def usual_payment_type(status: str) -> str:
    """Return the type of a payment with ``status``: a purchase, unless it must be another."""
    payment_type, _, _ = _what_brings(status)
    return payment_type or PaymentType.PURCHASE


def _what_brings(status: str) -> 'Tuple[Optional[str], Optional[str], Optional[str]]':
    return _BROUGHT_BY.get(PaymentStatus(status).canonical, (None, None, None))


class Seed:
    """Makes digits that look random, and are always the same for one seed and name."""

    def __init__(self, seed: 'Union[int, str]') -> None:
        self._seed = seed

    def digest(self, name: str) -> str:
        """Return 64 hexadecimal digits."""
        return sha256(('%s:%s' % (self._seed, name)).encode('utf-8', 'replace')).hexdigest()

    def digits(self, name: str, count: int) -> str:
        """Return ``count`` decimal digits."""
        return str(int(self.digest(name), 16))[-count:]


class OperationFactory:
    """Makes operations, each of which takes five seconds. ``now`` is when the first one starts."""

    def __init__(self, seed: Seed, now: 'datetime') -> None:
        self._seed = seed
        self._now = now
        self._last_id = 10**13 + int(seed.digits('operation', 12))

    def make(
        self,
        operation_type: str,
        money: 'Dict[str, Any]',
        status: str,
        code: 'Optional[str]',
        unfinished: 'Optional[Dict[str, Any]]',
    ) -> 'Dict[str, Any]':
        """Return a new operation; or ``unfinished``, continued under its id."""
        created = format_moment(self._now)
        self._now += timedelta(seconds=5)
        now = format_moment(self._now)
        if unfinished:
            operation_id, created = unfinished['id'], unfinished['created_date']
        else:
            self._last_id += 1
            operation_id = self._last_id
        name = str(operation_id)
        request_id = self._seed.digest('request' + name)[:40]
        operation = {
            'id': operation_id,
            'type': operation_type,
            'status': str(status),
            'date': now,
            'created_date': created,
            'request_id': '%s-%s' % (request_id, self._seed.digits(name, 8)),
            'sum_initial': money,
            'sum_converted': money,
            'provider': {
                'id': 6,
                'payment_id': self._seed.digits('provider' + name, 14),
                'date': now,
                'endpoint_id': '6',
            },
        }  # type: Dict[str, Any]
        code = code or _CODES.get(status)
        if code is not None:
            operation.update(code=code, message=result_of(code).message or '')
        if status == OperationStatus.SUCCESS:
            operation['eci'] = '05'
            operation['provider']['auth_code'] = self._seed.digits('auth' + name, 6)
        return operation


class PaymentHistory:
    """What has happened to one payment; ``asked``, ``paid`` and ``left`` are in minor units.

    ``facts`` are the members of ``payment`` in a callback; ``operations`` has the oldest first.
    """

    def __init__(
        self,
        payment_id: str,
        payment_type: str,
        amount: int,
        currency: str,
        operation_factory: OperationFactory,
    ) -> None:
        self.facts = {
            'id': payment_id,
            'type': payment_type,
            'method': 'card',
            'description': 'Order ' + payment_id,
        }  # type: Dict[str, Any]
        self.asked = amount
        self.currency = self.asked_currency = currency
        self.operations = []  # type: List[Dict[str, Any]]
        self.paid = 0  # type: int
        self.left = 0  # type: int
        self._operation_factory = operation_factory

    def bring_to(
        self,
        status: str,
        amount: 'Optional[int]',
        currency: 'Optional[str]',
        code: 'Optional[str]',
    ) -> None:
        """Add the operation that brings the payment to ``status``, and any that must come before.

        ``amount`` and ``currency`` stay what they were where they are None.
        """
        canonical = PaymentStatus(status).canonical
        _, operation_type, outcome = _what_brings(status)
        self.currency = currency or self.currency
        units = self.asked if amount is None else amount
        if operation_type == OperationType.CANCEL and not self.operations:
            self._operate(PaymentStatus.AWAITING_CAPTURE, OperationType.AUTH, units)
        if operation_type in _GIVEN_BACK:
            units = self._units_to_give_back(canonical, units)
        if outcome is None:
            outcome = OperationStatus(canonical)
            if not outcome.is_known():
                outcome = OperationStatus.PROCESSING
        self._operate(status, operation_type or self._moving_type(), units, outcome, code)

    def give_back(self, operation_type: str, units: int, code: str) -> None:
        """Add an operation that gives back ``units`` of what is left; if declined, it does not."""
        if code == SUCCESS_CODE:
            status = _GIVEN_BACK[operation_type][units < self.left]
            self._operate(status, operation_type, units, code=code)
        else:
            status = self.facts['status']
            self._operate(status, operation_type, units, OperationStatus.DECLINE, code)

    def _units_to_give_back(self, status: str, units: int) -> int:
        """Return what must go back for ``status``; a payment that is not paid yet is paid first."""
        if not self.paid:
            self._operate(PaymentStatus.SUCCESS, self._moving_type(), units)
        elif units != self.asked:
            raise ValidationException(
                'to give back a part of what was paid, use refund() or reverse()', 'amount'
            )
        if status in (PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.PARTIALLY_REVERSED):
            return self.left - self.left // 2
        return self.left

    def _moving_type(self) -> str:
        """Return the type of the operation that moves the money: for a hold, its capture."""
        if any(operation['type'] == OperationType.AUTH for operation in self.operations):
            return OperationType.CAPTURE
        return _MOVED_BY.get(PaymentType(self.facts['type']).canonical, OperationType.SALE)

    def _operate(
        self,
        status: str,
        operation_type: str,
        units: int,
        outcome: str = OperationStatus.SUCCESS,
        code: 'Optional[str]' = None,
    ) -> None:
        """Bring the payment to ``status`` by an operation: the last one, if it is unfinished."""
        unfinished = None
        if self.operations and not OperationStatus(self.operations[-1]['status']).is_final():
            unfinished = self.operations.pop()
        operation = self._operation_factory.make(
            operation_type, as_sum(units, self.currency), outcome, code, unfinished
        )
        self.operations.append(operation)
        if operation_type in _GIVEN_BACK:
            self.left -= units if outcome == OperationStatus.SUCCESS else 0
            units = self.left
        elif PaymentStatus(status).canonical in _PAID:
            self.paid = self.left = units
        self.facts.update(status=status, date=operation['date'], sum=as_sum(units, self.currency))
