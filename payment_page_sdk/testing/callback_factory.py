"""Signed callbacks for the tests of your webhook: made here, with no platform and no network.

    factory = CallbackFactory(SECRET)
    body = factory.payment('ORDER-1', 1815, 'EUR')              # what the platform posts: bytes
    body = factory.decline('ORDER-2', code='10105')
    body = factory.refund('ORDER-1', 500)                       # of the payment above
    body = factory.payment('ORDER-3', changes={'customer.id': '7', 'account.token': ABSENT})
    body = factory.forged(body)                                 # your webhook answers 400

Gate(SECRET).handle_callback accepts them all, but for those that ``unsigned``, ``forged`` and
``tampered`` return, and for texts with a ``;`` that it refuses from the platform, too.
"""

import json
from datetime import datetime, timedelta, timezone
from hashlib import sha256

from payment_page_sdk.callback import Callback, decode_body, shapes, take_signature
from payment_page_sdk.callback.result_codes import result_of
from payment_page_sdk.callback.shapes import format_moment, mask
from payment_page_sdk.exceptions import CallbackException, ValidationException
from payment_page_sdk.signature_handler import SIGNATURE, PlainForm, SignatureHandler
from payment_page_sdk.statuses import (
    OperationStatus,
    OperationType,
    PaymentStatus,
    PaymentType,
    RecurringStatus,
    RecurringType,
    TokenStatus,
)
from payment_page_sdk.testing.changes import ABSENT, apply_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping, Optional, Tuple, Union

    from payment_page_sdk.callback import CallbackData

    Changes = Optional[Mapping[str, Any]]

__all__ = ['ABSENT', 'DOCS_SAMPLE', 'OPERATIONS_LIST', 'PAYMENT_OPERATION', 'CallbackFactory']

# The shapes in which the platform tells of a payment. The first is the most frequent one.
PAYMENT_OPERATION = 'payment_operation'
OPERATIONS_LIST = 'payment_operations_list'
DOCS_SAMPLE = 'simplified_docs_sample'
SHAPES = (PAYMENT_OPERATION, OPERATIONS_LIST, DOCS_SAMPLE)

IN_GENERAL = 'general.' + SIGNATURE

SUCCESS_CODE = '0'
START = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)

# What brings a payment its status: the type of the payment, and the type and the status of its
# operation. None: a purchase, its first operation (or the capture), and the status of the payment.
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

_FIRST_OPERATIONS = {
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

# What has these statuses has its money; operations of these types give back all of it, or a part.
_PAID = (PaymentStatus.SUCCESS, PaymentStatus.PARTIALLY_PAID, PaymentStatus.PARTIALLY_PAID_OUT)
_GIVEN_BACK = {
    OperationType.REFUND: (PaymentStatus.REFUNDED, PaymentStatus.PARTIALLY_REFUNDED),
    OperationType.REVERSAL: (PaymentStatus.REVERSED, PaymentStatus.PARTIALLY_REVERSED),
}

# What else a callback has while the customer is to do something.
_TASKS = {
    PaymentStatus.AWAITING_3DS_RESULT: {
        'acs': {'acs_url': 'https://acs.example/3ds', 'pa_req': 'eJxVUtt', 'md': '1'}
    },
    PaymentStatus.AWAITING_CLARIFICATION: {
        'clarification_fields': {'customer': {'email': {'regexp': '.+@.+'}}}
    },
}  # type: Dict[str, Dict[str, Any]]

_ANOTHER_PAYMENT = {'payment.id': 'AN-ORDER-OF-SOMEBODY-ELSE'}


class _Payment:
    """What a factory knows of one payment; ``asked``, ``paid``, ``left`` are in minor units."""

    def __init__(self, payment_id: str, kind: str, amount: int, currency: str) -> None:
        self.facts = {
            'id': payment_id,
            'type': kind,
            'method': 'card',
            'description': 'Order ' + payment_id,
        }  # type: Dict[str, Any]
        self.asked = amount
        self.currency = self.asked_currency = currency
        self.operations = []  # type: List[Dict[str, Any]]
        self.paid = 0  # type: int
        self.left = 0  # type: int

    def first_operation(self) -> str:
        """Return the type of what takes the money; where it is held already, of its capture."""
        if any(operation['type'] == OperationType.AUTH for operation in self.operations):
            return OperationType.CAPTURE
        return _FIRST_OPERATIONS.get(PaymentType(self.facts['type']).canonical, OperationType.SALE)

    def come_to(self, status: str, operation: 'Dict[str, Any]') -> None:
        """Take in what ``operation`` has done."""
        amount = operation['sum_initial']['amount']
        if operation['type'] in _GIVEN_BACK:
            self.left -= amount if operation['status'] == OperationStatus.SUCCESS else 0
            amount = self.left
        elif PaymentStatus(status).canonical in _PAID:
            self.paid = self.left = amount
        self.facts.update(
            status=status,
            date=operation['date'],
            sum=_sum(amount, operation['sum_initial']['currency']),
        )


class CallbackFactory:
    """Makes the bodies of callbacks, signed with ``secret``, about payments of a project.

    The same calls with the same ``seed``, an int or a text, make the same bytes, with any Python.
    The factory keeps its payments in mind: what comes later for a payment builds upon what came
    before. An operation that is not finished goes on under its id; every other callback has an
    operation, with an id, of its own. All payments are made by one customer, with one card.

    ``now``, an aware datetime, is when the platform's clock starts; it moves on five seconds with
    each callback. Raises ConfigurationException for a secret key that cannot be used, and
    ValidationException for a datetime without a time zone.

    ``changes`` of all methods says what a callback is to say otherwise: a dict from the paths that
    ``callback.get_value`` takes to values, or to ABSENT; see ``changes.apply_changes``. It is not
    kept in mind. ValidationException is raised for paths that cannot be, MalformedCallback for
    values that JSON cannot hold.
    """

    def __init__(
        self, secret: str, seed: 'Union[int, str]' = 0, project_id: int = 186, now: datetime = START
    ) -> None:
        self._signature_handler = SignatureHandler(secret)
        self._seed = seed
        self._project_id = project_id
        self._now = now
        self._token_created_at = format_moment(now)
        self._payments = {}  # type: Dict[str, _Payment]
        self._last_id = 10**13 + int(self._digits('operation', 12))
        self._customer = {'id': self._digits('customer', 6), 'phone': '443031237300'}
        self._card = {
            'number': mask('424242424242' + self._digits('card', 4)),
            'exp_month': 11,
            'exp_year': now.year + 3,
            'holder': 'ADA LOVELACE',
        }  # type: Dict[str, Any]
        self._account = {
            'number': self._card['number'],
            'type': 'visa',
            'card_holder': self._card['holder'],
            'expiry_month': str(self._card['exp_month']),
            'expiry_year': str(self._card['exp_year']),
            'id': int('7' + self._digits('account', 5)),
            'token': self._digest('token'),
        }  # type: Dict[str, Any]

    # about a payment

    def payment(
        self,
        payment_id: str = 'ORDER-1',
        amount: 'Optional[int]' = None,
        currency: 'Optional[str]' = None,
        status: str = PaymentStatus.SUCCESS,
        code: 'Optional[str]' = None,
        payment_type: 'Optional[str]' = None,
        shape: str = PAYMENT_OPERATION,
        changes: 'Changes' = None,
    ) -> bytes:
        """Return a callback about a payment which has come to ``status``, be it documented or not.

        ``amount``, in minor units, and ``currency`` are what the payment is for; left out, what
        they were before, or 1000 EUR. For a status that tells of money gone back, all or half of
        it has; for other parts see ``refund`` and ``reverse``. ``code`` is the result code of the
        operation. ``payment_type`` is the one of a payment that is new: a purchase where
        nothing else fits ``status``.

        ``shape`` is PAYMENT_OPERATION, OPERATIONS_LIST or DOCS_SAMPLE. Raises ValidationException
        for an ``amount`` that is no int from 0 on, or does not fit what was paid before.
        """
        _check(amount, shape)
        canonical = PaymentStatus(status).canonical
        payment_kind, kind, outcome = _BROUGHT_BY.get(canonical, (None, None, None))
        if payment_id not in self._payments:
            self._payments[payment_id] = _Payment(
                payment_id,
                payment_type or payment_kind or PaymentType.PURCHASE,
                1000 if amount is None else amount,
                currency or 'EUR',
            )
        payment = self._payments[payment_id]
        payment.currency = currency or payment.currency
        units = payment.asked if amount is None else amount
        if kind == OperationType.CANCEL and not payment.operations:
            self._operate(payment, PaymentStatus.AWAITING_CAPTURE, OperationType.AUTH, units)
        if kind in _GIVEN_BACK:
            units = self._due_back(payment, canonical, units)
        if outcome is None:
            outcome = OperationStatus(canonical)
            if not outcome.is_known():
                outcome = OperationStatus.PROCESSING
        self._operate(payment, status, kind or payment.first_operation(), units, outcome, code)
        return self._told(payment, shape, changes)

    def decline(
        self,
        payment_id: str = 'ORDER-1',
        code: str = '100',
        amount: 'Optional[int]' = None,
        currency: 'Optional[str]' = None,
        shape: str = PAYMENT_OPERATION,
        changes: 'Changes' = None,
    ) -> bytes:
        """Return a callback about a payment that is declined, for the reason that ``code`` is."""
        return self.payment(
            payment_id, amount, currency, PaymentStatus.DECLINE, code, shape=shape, changes=changes
        )

    def refund(
        self,
        payment_id: str = 'ORDER-1',
        amount: 'Optional[int]' = None,
        code: str = SUCCESS_CODE,
        shape: str = PAYMENT_OPERATION,
        changes: 'Changes' = None,
    ) -> bytes:
        """Return a callback about a refund of ``amount`` minor units, or of all that is left.

        ``payment.sum`` is then what is left of the payment, as the platform has it. With another
        ``code`` the refund is declined, and the payment stays as it was. Raises ValidationException
        where so much was not paid by this factory's callbacks.
        """
        return self._give_back(OperationType.REFUND, payment_id, amount, code, shape, changes)

    def reverse(
        self,
        payment_id: str = 'ORDER-1',
        amount: 'Optional[int]' = None,
        code: str = SUCCESS_CODE,
        shape: str = PAYMENT_OPERATION,
        changes: 'Changes' = None,
    ) -> bytes:
        """Return a callback about a reversal: a refund on the day of the payment."""
        return self._give_back(OperationType.REVERSAL, payment_id, amount, code, shape, changes)

    def redirect(
        self,
        payment_id: str = 'ORDER-1',
        url: str = 'https://bank.example/pay',
        method: str = 'GET',
        body: 'Optional[Dict[str, str]]' = None,
        changes: 'Changes' = None,
    ) -> bytes:
        """Return a callback that says where the customer is to be sent."""
        return self._made(shapes.redirect_data(payment_id, url, method, body), changes, IN_GENERAL)

    # about what outlives a payment

    def token(self, status: str = TokenStatus.ACTIVE, changes: 'Changes' = None) -> bytes:
        """Return a callback about the token of the card: active, revoke or expiry."""
        data = shapes.tokenized(
            self._project_id,
            self._account['token'],
            status,
            self._token_created_at,
            self._digest('tokenize'),
            self._customer['id'],
            self._card,
        )
        return self._made(data, changes, IN_GENERAL)

    def recurring(
        self,
        status: str = RecurringStatus.ACTIVE,
        recurring_type: str = RecurringType.REGULAR,
        changes: 'Changes' = None,
    ) -> bytes:
        """Return a callback about a series of payments: active or canceled."""
        data = shapes.recurring_registration(
            self._project_id,
            {
                'id': int('1' + self._digits('recurring', 9)),
                'status': status,
                'type': recurring_type,
                'currency': 'EUR',
                'period': 'M',
                'time': '11',
                'exp_month': self._account['expiry_month'],
                'exp_year': self._account['expiry_year'],
            },
        )
        return self._made(data, changes, IN_GENERAL)

    def payout_registration(self, changes: 'Changes' = None) -> bytes:
        """Return a callback that registers a payout: it has a ``uuid``."""
        data = shapes.payout_registration(self._digest('payout')[:32])
        return self._made(data, changes, SIGNATURE)

    # of your own making

    def sign(self, data: 'Dict[str, Any]', in_general: bool = False) -> bytes:
        """Return a callback that says ``data``, signed at its root or in ``general``.

        Raises MalformedCallback for what JSON cannot hold, and ValidationException where there is
        a signature already, or where ``general`` is no object.
        """
        return _signed(data, IN_GENERAL if in_general else SIGNATURE, self._signature_handler)

    def data(self, body: 'CallbackData') -> 'Dict[str, Any]':
        """Return what a callback says, without its signature, and without verifying it.

        Raises MalformedCallback or MissingSignature where it is no signed callback.
        """
        return _parted(body)[0]

    # that must be refused

    def unsigned(self, body: 'CallbackData') -> bytes:
        """Return ``body`` without its signature."""
        return _encoded(self.data(body))

    def forged(self, body: 'CallbackData') -> bytes:
        """Return ``body`` signed by somebody who has another secret key."""
        data, path = _parted(body)
        return _signed(data, path, SignatureHandler(self._digest('forger')))

    def tampered(
        self, body: 'CallbackData', changes: 'Mapping[str, Any]' = _ANOTHER_PAYMENT
    ) -> bytes:
        """Return ``body``, changed after it was signed: by default, to be of another payment.

        Raises ValidationException for changes after which the signature is still right.
        """
        result = _encoded(apply_changes(decode_body(body), changes))
        try:
            Callback(result, self._signature_handler)
        except CallbackException:
            return result
        raise ValidationException('the changes leave the callback as it was signed', 'changes')

    # how it is done

    def _due_back(self, payment: _Payment, status: str, units: int) -> int:
        """Return the amount with which a payment of ``units``, paid before or now, has a status."""
        if not payment.paid:
            self._operate(payment, PaymentStatus.SUCCESS, payment.first_operation(), units)
        elif units != payment.asked:
            raise ValidationException(
                'a part of what is paid goes back by refund() or reverse()', 'amount'
            )
        if status in (PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.PARTIALLY_REVERSED):
            return payment.left - payment.left // 2
        return payment.left

    def _give_back(
        self,
        kind: str,
        payment_id: str,
        amount: 'Optional[int]',
        code: str,
        shape: str,
        changes: 'Changes',
    ) -> bytes:
        _check(amount, shape)
        payment = self._payments.get(payment_id)
        left = payment.left if payment else 0
        units = left if amount is None else amount
        if payment is None or not 0 < units <= left:
            raise ValidationException(
                'what goes back must have been paid: by payment(), before', 'amount'
            )
        status, outcome = payment.facts['status'], OperationStatus.DECLINE
        if code == SUCCESS_CODE:
            status, outcome = _GIVEN_BACK[kind][units < left], OperationStatus.SUCCESS
        self._operate(payment, status, kind, units, outcome, code)
        return self._told(payment, shape, changes)

    def _operate(
        self,
        payment: _Payment,
        status: str,
        kind: str,
        amount: int,
        outcome: str = OperationStatus.SUCCESS,
        code: 'Optional[str]' = None,
    ) -> None:
        """Bring ``payment`` to ``status`` by an operation: by the last one, if it is unfinished."""
        created = format_moment(self._now)
        self._now += timedelta(seconds=5)
        now = format_moment(self._now)
        unfinished = [
            operation
            for operation in payment.operations[-1:]
            if not OperationStatus(operation['status']).is_final()
        ]
        if unfinished:
            operation_id, created = unfinished[0]['id'], unfinished[0]['created_date']
            del payment.operations[-1]
        else:
            self._last_id += 1
            operation_id = self._last_id
        name = str(operation_id)
        money = _sum(amount, payment.currency)
        operation = {
            'id': operation_id,
            'type': kind,
            'status': str(outcome),
            'date': now,
            'created_date': created,
            'request_id': '%s-%s' % (self._digest('request' + name)[:40], self._digits(name, 8)),
            'sum_initial': money,
            'sum_converted': money,
            'provider': {
                'id': 6,
                'payment_id': self._digits('provider' + name, 14),
                'date': now,
                'endpoint_id': '6',
            },
        }  # type: Dict[str, Any]
        code = code or _CODES.get(outcome)
        if code is not None:
            operation.update(code=code, message=result_of(code).message or '')
        if outcome == OperationStatus.SUCCESS:
            operation['eci'] = '05'
            operation['provider']['auth_code'] = self._digits('auth' + name, 6)
        payment.operations.append(operation)
        payment.come_to(status, operation)

    def _told(self, payment: _Payment, shape: str, changes: 'Changes') -> bytes:
        """Return the callback about the last operation of ``payment``."""
        last = payment.operations[-1]
        members = dict(
            _TASKS.get(PaymentStatus(payment.facts['status']).canonical, {}),
            account=self._account,
            customer=self._customer,
        )
        if shape == PAYMENT_OPERATION:
            data = shapes.payment_operation(self._project_id, payment.facts, last, **members)
        elif shape == OPERATIONS_LIST:
            if payment.left < payment.paid:
                members['sum_refund'] = _sum(payment.paid - payment.left, payment.currency)
            if last['status'] == OperationStatus.SUCCESS:
                members['rrn'] = self._digits('rrn%d' % last['id'], 12)
            data = shapes.operations_list(
                self._project_id,
                payment.facts,
                payment.operations,
                _sum(payment.asked, payment.asked_currency),
                **members,
            )
        else:
            data = shapes.simplified_docs_sample(
                self._project_id, payment.facts, last, customer={'id': self._customer['id']}
            )
        return self._made(data, changes, IN_GENERAL if shape == OPERATIONS_LIST else SIGNATURE)

    def _made(self, data: 'Dict[str, Any]', changes: 'Changes', path: str) -> bytes:
        return _signed(apply_changes(data, changes or {}), path, self._signature_handler)

    def _digest(self, name: str) -> str:
        """Return 64 hexadecimal digits: always the same for one seed and name."""
        return sha256(('%s:%s' % (self._seed, name)).encode('utf-8', 'replace')).hexdigest()

    def _digits(self, name: str, count: int) -> str:
        return str(int(self._digest(name), 16))[-count:]


def _check(amount: 'Optional[int]', shape: str) -> None:
    if amount is not None and (type(amount) is not int or amount < 0):
        raise ValidationException('an amount is an int in minor units, from 0 on', 'amount')
    if shape not in SHAPES:
        raise ValidationException('a shape is one of ' + ', '.join(SHAPES), 'shape')


def _sum(amount: int, currency: str) -> 'Dict[str, Any]':
    return {'amount': amount, 'currency': currency}


def _parted(body: 'CallbackData') -> 'Tuple[Dict[str, Any], str]':
    """Return what ``body`` says, and the path of the signature that it had."""
    data = decode_body(body)
    path, _ = take_signature(data)
    return data, path


def _signed(data: 'Dict[str, Any]', path: str, signature_handler: SignatureHandler) -> bytes:
    data = decode_body(data)
    general = data.get('general')
    if SIGNATURE in data or (isinstance(general, dict) and SIGNATURE in general):
        raise ValidationException('the callback has a signature already', SIGNATURE)
    signature = signature_handler.sign(PlainForm.signed_part(data))
    return _encoded(apply_changes(data, {path: signature}))


def _encoded(data: 'Dict[str, Any]') -> bytes:
    # Sorted: before Python 3.6, a dict has no order.
    return json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
