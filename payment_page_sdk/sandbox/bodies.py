"""The bodies of callbacks and of the page's events, unsigned."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Optional

from payment_page_sdk.callback.result_codes import result_of
from payment_page_sdk.callback.shapes import (
    format_moment,
    operations_list,
    payment_operation,
    recurring_registration,
    tokenized,
)
from payment_page_sdk.parameters.kinds import CARD_TOKENIZE, CARD_VERIFY
from payment_page_sdk.sandbox.payments import SandboxOperation, SandboxPayment
from payment_page_sdk.sandbox.series import CANCEL, RECURRING, UPDATE, Series
from payment_page_sdk.statuses import PaymentStatus

Body = dict[str, Any]

# The type of a payment by its mode; all others are purchases.
_TYPES = {CARD_VERIFY: 'account_verification', RECURRING: 'recurring'}

# In these, the sum is what was approved, captured or left after refunds, not what was requested.
_WITH_MONEY = (
    PaymentStatus.SUCCESS,
    PaymentStatus.AWAITING_CAPTURE,
    PaymentStatus.PARTIALLY_REFUNDED,
    PaymentStatus.REFUNDED,
    PaymentStatus.PARTIALLY_REVERSED,
    PaymentStatus.REVERSED,
)


def callback_body(payment: SandboxPayment) -> Body:
    """Return the body of the callback about the last change of a payment."""
    operation = payment.last_changed
    if operation is None:
        return _token(payment)
    if operation.type in (UPDATE, CANCEL) and payment.series is not None:
        return recurring_registration(payment.project_id, _state(payment.series))
    return _with_operation(payment, operation)


def status_body(payment: SandboxPayment) -> Body:
    """Return the answer about the status: the last callback, but with all operations."""
    body = _with_operation(payment, payment.operations[-1])
    del body['operation']
    return {**body, 'operations': [_operation(payment, each) for each in payment.operations]}


def request_body(payment: SandboxPayment, operation: SandboxOperation) -> Body:
    """Return the answer about the request for one operation."""
    return operations_list(
        payment.project_id,
        _payment(payment, operation),
        [_operation(payment, operation)],
        _sum(payment, operation.amount),
        request={'id': operation.request_id, 'action': operation.type, 'status': operation.status},
    )


def series_body(payment: SandboxPayment) -> Body:
    """Return the answer about the series that a payment has registered."""
    series = payment.series
    assert series is not None
    start = series.terms.get('start_date', '').split('-')
    members = {
        'id': series.id,
        'type': series.type,
        'status': series.status,
        'currency': series.currency,
        'amount': str(series.terms.get('amount', '')),
        'period': series.terms.get('period'),
        'period_interval': str(series.terms.get('interval', '')),
        'start_date': '-'.join(reversed(start)),
        'start_time': series.terms.get('time', '')[:5],
        'valid_thru': _moment(series.valid_until),
    }
    return recurring_registration(payment.project_id, _present(members))


def event_body(payment: SandboxPayment) -> Body:
    """Return the body of the event that tells the shop's page the outcome."""
    if payment.mode == CARD_TOKENIZE:
        return _token(payment)
    return operations_list(
        payment.project_id,
        _payment(payment, payment.operations[-1]),
        [_operation(payment, operation) for operation in payment.operations],
        _sum(payment, payment.requested_amount),
        account=_account(payment),
        customer=_customer(payment),
    )


def _with_operation(payment: SandboxPayment, operation: SandboxOperation) -> Body:
    merchant_data = payment.text('merchant_data')
    return payment_operation(
        payment.project_id,
        _payment(payment, operation),
        _operation(payment, operation),
        account=_account(payment),
        customer=_customer(payment),
        recurring=_recurring(payment),
        merchant={'data': merchant_data} if merchant_data else None,
    )


def _token(payment: SandboxPayment) -> Body:
    account = payment.account or {}
    return tokenized(
        payment.project_id,
        payment.token or '',
        'active',
        _moment(payment.changed),
        payment.request_id,
        payment.text('customer_id') or None,
        {
            'number': account['number'],
            'exp_month': int(account['expiry_month']),
            'exp_year': int(account['expiry_year']),
            'holder': account['card_holder'],
        },
    )


def _payment(payment: SandboxPayment, operation: SandboxOperation) -> Body:
    amount = payment.amount if payment.status in _WITH_MONEY else payment.requested_amount
    body: Body = {
        'id': payment.payment_id,
        'type': _TYPES.get(payment.mode, 'purchase'),
        'status': payment.status,
        'date': _moment(payment.changed),
        'method': 'card',
        'sum': _sum(payment, amount),
    }
    if payment.text('payment_description'):
        body['description'] = payment.text('payment_description')
    if operation.merchant_refund_id is not None:
        body['merchant_refund_id'] = operation.merchant_refund_id
    if payment.status == PaymentStatus.AWAITING_CUSTOMER:
        body['is_new_attempts_available'] = True
        body['attempts_timeout'] = round((payment.deadline or payment.changed) - payment.changed)
    return body


def _operation(payment: SandboxPayment, operation: SandboxOperation) -> Body:
    body: Body = {
        'id': operation.id,
        'type': operation.type,
        'status': operation.status,
        'date': _moment(operation.changed),
        'created_date': _moment(operation.created),
        'request_id': operation.request_id,
        'sum_initial': _sum(payment, operation.amount),
        'sum_converted': _sum(payment, operation.amount),
    }
    if operation.code:
        body['code'] = operation.code
        body['message'] = result_of(operation.code).message
        body['provider'] = {
            'id': 6,
            'payment_id': str(operation.id)[::-1],
            'date': _moment(operation.changed),
            'auth_code': str(operation.id)[-6:],
            'endpoint_id': '6',
        }
    if operation.eci:
        body['eci'] = operation.eci
    return body


def _account(payment: SandboxPayment) -> Body:
    account = dict(payment.account or {})
    if payment.token:
        account['token'] = payment.token
    return account


def _customer(payment: SandboxPayment) -> Optional[Body]:
    members = {name: payment.text('customer_' + name) for name in ('id', 'phone')}
    return {name: text for name, text in members.items() if text} or None


def _recurring(payment: SandboxPayment) -> Optional[Body]:
    """Return the series that the payment registered or belongs to, or None."""
    series = payment.series
    if series is None:
        return None
    return {
        'id': series.id,
        'currency': series.currency,
        'valid_thru': _moment(series.valid_until),
    }


def _state(series: Series) -> Body:
    """Return the state of a series after a change, as callbacks tell it."""
    until = datetime.fromtimestamp(series.valid_until, timezone.utc)
    return _present(
        {
            'id': series.id,
            'status': series.status,
            'type': series.type,
            'currency': series.currency,
            'exp_year': f'{until:%Y}',
            'exp_month': f'{until:%m}',
            'period': series.terms.get('period'),
            'time': series.terms.get('time'),
        }
    )


def _present(members: Body) -> Body:
    return {name: value for name, value in members.items() if value}


def _sum(payment: SandboxPayment, amount: int) -> Body:
    return {'amount': amount, 'currency': payment.currency}


def _moment(when: float) -> str:
    return format_moment(datetime.fromtimestamp(when, timezone.utc))
