"""Signed callbacks for the tests of your webhook: made here, without the platform or a network.

    factory = CallbackFactory(SECRET)
    body = factory.payment('ORDER-1', 1815, 'EUR')              # what the platform posts: bytes
    body = factory.decline('ORDER-2', code='10105')
    body = factory.refund('ORDER-1', 500)                       # of the payment above
    body = factory.payment('ORDER-3', changes={'customer.id': '7', 'account.token': ABSENT})
    body = factory.forged(body)                                 # your webhook answers 400

Gate(SECRET).handle_callback accepts them all, except those that ``unsigned``, ``forged`` and
``tampered`` return, and those with a ``;`` in a str that it would not accept from the platform.
"""

import json
from datetime import datetime, timezone

from payment_page_sdk._canonical import SIGNATURE, NaturalForm, PlainForm
from payment_page_sdk.callback import Callback, decode_body, shapes, take_signature
from payment_page_sdk.callback.shapes import format_moment, mask
from payment_page_sdk.exceptions import CallbackException, ValidationException
from payment_page_sdk.signature_handler import SignatureHandler
from payment_page_sdk.statuses import (
    OperationStatus,
    OperationType,
    PaymentStatus,
    RecurringStatus,
    RecurringType,
    TokenStatus,
)
from payment_page_sdk.testing._history import (
    SUCCESS_CODE,
    OperationFactory,
    PaymentHistory,
    Seed,
    as_sum,
    usual_payment_type,
)
from payment_page_sdk.testing.changes import ABSENT, apply_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping, Optional, Tuple, Union

    from payment_page_sdk.callback import CallbackData

    Changes = Optional[Mapping[str, Any]]

__all__ = ['ABSENT', 'DOCS_SAMPLE', 'OPERATIONS_LIST', 'PAYMENT_OPERATION', 'CallbackFactory']

# The shapes in which the platform reports a payment. The first is the most frequent one.
PAYMENT_OPERATION = 'payment_operation'
OPERATIONS_LIST = 'payment_operations_list'
DOCS_SAMPLE = 'simplified_docs_sample'
SHAPES = (PAYMENT_OPERATION, OPERATIONS_LIST, DOCS_SAMPLE)

IN_GENERAL = 'general.' + SIGNATURE

START = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)

# What else a callback has while the customer has something to do.
_TASKS = {
    PaymentStatus.AWAITING_3DS_RESULT: {
        'acs': {'acs_url': 'https://acs.example/3ds', 'pa_req': 'eJxVUtt', 'md': '1'}
    },
    PaymentStatus.AWAITING_CLARIFICATION: {
        'clarification_fields': {'customer': {'email': {'regexp': '.+@.+'}}}
    },
}  # type: Dict[str, Dict[str, Any]]

_FORMS = {'natural': NaturalForm, 'plain': PlainForm}

_ANOTHER_PAYMENT = {'payment.id': 'AN-ORDER-OF-SOMEBODY-ELSE'}


class CallbackFactory:
    """Makes the bodies of callbacks about payments of a project, signed with ``secret``.

    The same calls with the same ``seed``, an int or a str, make the same bytes on every version of
    Python. The factory remembers its payments, so a later callback about a payment continues from
    the earlier ones. While an operation is unfinished, the next callback continues it under its id;
    otherwise the next callback has a new operation with a new id. All payments are made by one
    customer with one card.

    ``now``, an aware datetime, is the time at which the platform's clock starts; each operation
    takes five seconds. ``form`` is the form of the signatures: ``natural``, in which the platform's
    documentation has them, or ``plain``, in which the official Python SDK does. They differ in
    lists of eleven or more items, and in decimal numbers such as 10.0.

    Raises ConfigurationException for a secret key that cannot be used, and ValidationException for
    a datetime without a time zone, or another form.

    ``changes`` replaces members of a callback: it is a dict from paths, as ``callback.get_value``
    takes them, to new values, or to ABSENT for a member that is to be left out; see
    ``changes.apply_changes``. Later callbacks are made without the changes. Raises
    ValidationException for a path that leads nowhere, and MalformedCallback for a value that JSON
    cannot hold.
    """

    def __init__(
        self,
        secret: str,
        seed: 'Union[int, str]' = 0,
        project_id: int = 186,
        now: datetime = START,
        form: str = 'natural',
    ) -> None:
        try:
            if form not in _FORMS:
                raise ValidationException('the form must be ' + ' or '.join(sorted(_FORMS)), 'form')
            self._form = _FORMS[form]
            self._signature_handler = SignatureHandler(secret)
        finally:
            del secret  # debug pages would show it with any error here
        self._seed = Seed(seed)
        self._project_id = project_id
        self._token_created_at = format_moment(now)
        self._payments = {}  # type: Dict[str, PaymentHistory]
        self._operation_factory = OperationFactory(self._seed, now)
        self._customer = {'id': self._seed.digits('customer', 6), 'phone': '443031237300'}
        self._card = {
            'number': mask('424242424242' + self._seed.digits('card', 4)),
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
            'id': int('7' + self._seed.digits('account', 5)),
            'token': self._seed.digest('token'),
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
        """Return a callback about a payment that has reached ``status``, documented or not.

        ``amount``, in minor units, and ``currency`` are what the payment is for; by default, what
        they were before, or 1000 EUR. If the status says that money was given back, it is the whole
        amount or half of it; for other parts see ``refund`` and ``reverse``. ``code`` is the result
        code of the operation. ``payment_type`` is the type of a new payment: by default a purchase,
        or the type that ``status`` needs.

        ``shape`` is PAYMENT_OPERATION, OPERATIONS_LIST or DOCS_SAMPLE. Raises ValidationException
        for an ``amount`` that is not an int of 0 or more, or does not match what was paid before.
        """
        _check(amount, shape)
        if payment_id not in self._payments:
            self._payments[payment_id] = PaymentHistory(
                payment_id,
                payment_type or usual_payment_type(status),
                1000 if amount is None else amount,
                currency or 'EUR',
                self._operation_factory,
            )
        payment = self._payments[payment_id]
        payment.bring_to(status, amount, currency, code)
        return self._report(payment, shape, changes)

    def decline(
        self,
        payment_id: str = 'ORDER-1',
        code: str = '100',
        amount: 'Optional[int]' = None,
        currency: 'Optional[str]' = None,
        shape: str = PAYMENT_OPERATION,
        changes: 'Changes' = None,
    ) -> bytes:
        """Return a callback about a payment that was declined for the reason ``code``."""
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
        """Return a callback about a refund of ``amount`` minor units, by default all that is left.

        Its ``payment.sum`` is what is left of the payment, as on the platform. With another
        ``code`` the refund is declined, and the payment stays as it was. Raises ValidationException
        if callbacks of this factory have not reported that much as paid.
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
        """Return a callback that says where to send the customer."""
        return self._make(shapes.redirect_data(payment_id, url, method, body), changes, IN_GENERAL)

    # about what lasts longer than a payment

    def token(self, status: str = TokenStatus.ACTIVE, changes: 'Changes' = None) -> bytes:
        """Return a callback about the token of the card: active, revoke or expiry."""
        data = shapes.tokenized(
            self._project_id,
            self._account['token'],
            status,
            self._token_created_at,
            self._seed.digest('tokenize'),
            self._customer['id'],
            self._card,
        )
        return self._make(data, changes, IN_GENERAL)

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
                'id': int('1' + self._seed.digits('recurring', 9)),
                'status': status,
                'type': recurring_type,
                'currency': 'EUR',
                'period': 'M',
                'time': '11',
                'exp_month': self._account['expiry_month'],
                'exp_year': self._account['expiry_year'],
            },
        )
        return self._make(data, changes, IN_GENERAL)

    def payout_registration(self, changes: 'Changes' = None) -> bytes:
        """Return a callback that registers a payout: it has a ``uuid``."""
        data = shapes.payout_registration(self._seed.digest('payout')[:32])
        return self._make(data, changes, SIGNATURE)

    # with data of your own

    def sign(self, data: 'Dict[str, Any]', in_general: bool = False) -> bytes:
        """Return a callback that consists of ``data``, signed at its root or in ``general``.

        Raises MalformedCallback for what JSON cannot hold, and ValidationException if there is
        already a signature, or if ``general`` is not an object.
        """
        return self._sign(data, IN_GENERAL if in_general else SIGNATURE, self._signature_handler)

    def data(self, body: 'CallbackData') -> 'Dict[str, Any]':
        """Return the members of a callback without its signature, which is not verified.

        Raises MalformedCallback or MissingSignature if it is not a signed callback.
        """
        return _split_off_signature(body)[0]

    # that must be refused

    def unsigned(self, body: 'CallbackData') -> bytes:
        """Return ``body`` without its signature."""
        return _encode(self.data(body))

    def forged(self, body: 'CallbackData') -> bytes:
        """Return ``body``, signed with another secret key."""
        data, path = _split_off_signature(body)
        return self._sign(data, path, SignatureHandler(self._seed.digest('forger')))

    def tampered(
        self, body: 'CallbackData', changes: 'Mapping[str, Any]' = _ANOTHER_PAYMENT
    ) -> bytes:
        """Return ``body``, changed after it was signed: by default, to be about another payment.

        Raises ValidationException if the signature is still right after the changes.
        """
        result = _encode(apply_changes(decode_body(body), changes))
        try:
            Callback(result, self._signature_handler)
        except CallbackException:
            return result
        raise ValidationException('the signature is still right after these changes', 'changes')

    # how they are made

    def _give_back(
        self,
        operation_type: str,
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
                'the amount must be at least 1, and at most what is left of a paid payment',
                'amount',
            )
        payment.give_back(operation_type, units, code)
        return self._report(payment, shape, changes)

    def _report(self, payment: PaymentHistory, shape: str, changes: 'Changes') -> bytes:
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
                members['sum_refund'] = as_sum(payment.paid - payment.left, payment.currency)
            if last['status'] == OperationStatus.SUCCESS:
                members['rrn'] = self._seed.digits('rrn%d' % last['id'], 12)
            data = shapes.operations_list(
                self._project_id,
                payment.facts,
                payment.operations,
                as_sum(payment.asked, payment.asked_currency),
                **members,
            )
        else:
            data = shapes.simplified_docs_sample(
                self._project_id, payment.facts, last, customer={'id': self._customer['id']}
            )
        return self._make(data, changes, IN_GENERAL if shape == OPERATIONS_LIST else SIGNATURE)

    def _make(self, data: 'Dict[str, Any]', changes: 'Changes', path: str) -> bytes:
        return self._sign(apply_changes(data, changes or {}), path, self._signature_handler)

    def _sign(self, data: 'Dict[str, Any]', path: str, handler: SignatureHandler) -> bytes:
        # In the order in which it is sent: paths that the natural form does not tell apart keep it.
        data = decode_body(_encode(decode_body(data)))
        general = data.get('general')
        if SIGNATURE in data or (isinstance(general, dict) and SIGNATURE in general):
            raise ValidationException('the callback already has a signature', SIGNATURE)
        signature = handler.sign_in_form(self._form, self._form.signed_part(data))
        return _encode(apply_changes(data, {path: signature}))


def _check(amount: 'Optional[int]', shape: str) -> None:
    if amount is not None and (type(amount) is not int or amount < 0):
        raise ValidationException('the amount must be an int in minor units, 0 or more', 'amount')
    if shape not in SHAPES:
        raise ValidationException('the shape must be one of ' + ', '.join(SHAPES), 'shape')


def _split_off_signature(body: 'CallbackData') -> 'Tuple[Dict[str, Any], str]':
    """Return the members of ``body`` without its signature, and the path of the signature."""
    data = decode_body(body)
    path, _ = take_signature(data)
    return data, path


def _encode(data: 'Dict[str, Any]') -> bytes:
    # Sorted, because a dict has no order before Python 3.6.
    return json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
