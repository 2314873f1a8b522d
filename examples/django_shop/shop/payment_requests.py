"""What the shop asks of the platform: to capture, cancel or refund; and what became of a payment.

No transaction covers both our database and the platform. So a request is marked as sent before it
is sent, and never sent again by itself unless it is certain that nothing was done. If we are killed
in between, the schedule looks for the operation in the payment's status. If it is not there, the
request is unclear: a person decides.
"""

import logging
from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.gate_api import AccessDenied, GateApiException, NoAnswer, Unreconciled
from payment_page_sdk.money import major_units
from payment_page_sdk.statuses import OperationType

from .fulfilment import apply_callback
from .models import Order, PaymentRequest
from .payments import gate_api

logger = logging.getLogger(__name__)

Action, State = PaymentRequest.Action, PaymentRequest.State

# An answer takes seconds. Without one after so long, whoever waited for it is not there any more.
PATIENCE = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(minutes=5)  # at most: ours and the platform's

# A refund on the day of the payment may be a reversal: the platform decides.
OPERATIONS = {
    Action.CAPTURE: [OperationType.CAPTURE],
    Action.CANCEL: [OperationType.CANCEL],
    Action.REFUND: [OperationType.REFUND, OperationType.REVERSAL],
}


class NotPossible(Exception):
    """Why an order's payment cannot be captured, canceled or refunded."""


@transaction.atomic
def place(order, action, amount=None):
    """Put a request into the outbox, by default for all that is left. Raises NotPossible."""
    # Whoever else asks for something about this order waits here, and then sees our request.
    order = Order.objects.select_for_update().get(pk=order.pk)
    # One at a time. So a second click changes nothing, and an operation is known for whose it is.
    if order.requests.exclude(state__in=[State.DONE, State.REFUSED]).exists():
        raise NotPossible('an earlier request has no outcome yet')
    left = order.amount
    if action == Action.REFUND:
        if order.state not in (Order.State.PAID, Order.State.PARTLY_REFUNDED):
            raise NotPossible('there is nothing to refund')
        refunds = order.requests.filter(action=action).exclude(state=State.REFUSED)
        left -= refunds.aggregate(Sum('amount', default=0))['amount__sum']
    elif order.state != Order.State.HELD:
        raise NotPossible('no money is held')
    amount = left if amount is None else amount
    if not 1 <= amount <= left:
        most = f'{major_units(left, order.currency)} {order.currency}'
        raise NotPossible(f'the amount must be more than 0, and at most {most}')
    request = order.requests.create(action=action, amount=amount)
    transaction.on_commit(send_waiting_requests.delay, robust=True)
    return request


@shared_task
def send_waiting_requests():
    """Send the requests that wait in the outbox. Runs when one is placed, and by schedule."""
    for pk in PaymentRequest.objects.filter(state=State.WAITING).values_list('pk', flat=True):
        request = take(pk)
        if request is not None:
            try:
                accepted = send(request)
            except (GateApiException, ValidationException) as error:
                logger.warning('Request %s: %s', pk, error)
                record(request, state_after(error), note=str(error))
            else:
                record(request, State.ACCEPTED, accepted.request_id)


@transaction.atomic(durable=True)
def take(pk):
    """Return the request, marked as sent; None if it is not waiting, or another worker has it."""
    request = (
        PaymentRequest.objects.select_for_update(skip_locked=True)
        .filter(pk=pk, state=State.WAITING)
        .first()
    )
    if request is not None:
        request.state, request.sent_at = State.SENDING, timezone.now()
        request.save(update_fields=['state', 'sent_at'])
    return request


def send(request):
    """Send the request, outside of any transaction."""
    order, method = request.order, request.order.payment_method or 'card'
    if request.action == Action.REFUND:
        return gate_api.refund(
            order.payment_id,
            request.amount,
            order.currency,
            description=f'Refund: {order.description}',
            merchant_refund_id=str(request.merchant_refund_id),
            method=method,
        )
    ask = gate_api.capture if request.action == Action.CAPTURE else gate_api.cancel
    return ask(order.payment_id, request.amount, order.currency, method=method)


def state_after(error):
    if getattr(error, 'may_have_been_done', False):
        return State.SENDING  # clear_up_requests finds out
    if isinstance(error, (AccessDenied, NoAnswer)):
        return State.WAITING  # nothing was done, and it may succeed later
    return State.REFUSED


def record(request, state, request_id=None, note=''):
    """Record the outcome of sending, unless that was done meanwhile."""
    PaymentRequest.objects.filter(
        pk=request.pk, state=State.SENDING, sent_at=request.sent_at
    ).update(state=state, request_id=request_id, note=note)


@shared_task
def clear_up_requests():
    """Find out what became of the requests that have had no answer or no outcome for minutes."""
    for request in PaymentRequest.objects.filter(
        state__in=[State.SENDING, State.ACCEPTED], sent_at__lt=timezone.now() - PATIENCE
    ).select_related('order'):
        try:
            answer = gate_api.status(request.order.payment_id)
        except GateApiException as error:
            logger.warning('Request %s: its outcome is not known yet: %s', request.pk, error)
            continue
        if request.state == State.SENDING:
            request_id = find(request, answer)
            if request_id:
                record(request, State.ACCEPTED, request_id)
            else:
                record(request, State.UNCLEAR, note='The platform does not show it.')
        apply_callback(answer)


def find(request, answer):
    """Return the id of the operation that must be this request, as no other of ours is it."""
    taken = set(request.order.requests.values_list('request_id', flat=True)) | {None}
    for operation in answer.get_operations():
        made_at = operation.get_created_date() or request.sent_at
        if (
            operation.get_type() in OPERATIONS[request.action]
            and operation.get_sum() == (request.amount, request.order.currency)
            and operation.get_request_id() not in taken
            and made_at > request.created_at - CLOCKS_DIFFER
        ):
            return operation.get_request_id()
    return None


@shared_task
def reconcile_orders():
    """Ask about orders whose callback should have come by now, and apply what it would have said.

    If it comes after all, it changes nothing.
    """
    now = timezone.now()
    orders = Order.objects.filter(
        state__in=[Order.State.NEW, Order.State.PENDING, Order.State.DECLINED, Order.State.HELD],
        review='',
        created_at__range=(now - timedelta(days=3), now - timedelta(minutes=15)),
    )
    try:
        for answer in gate_api.reconcile(list(orders.values_list('payment_id', flat=True))):
            apply_callback(answer)
    except Unreconciled as error:
        # The next run asks again.
        for payment_id, failure in error.failures.items():
            logger.error('Order %s is not reconciled: %s', payment_id, failure)
