"""A verified callback changes its order: once for each event, whatever the network does.

Callbacks may come twice, late, at the same time and in any order. So one transaction contains
everything that a callback changes, and also the key by which the next copy of it is recognized.
Either all of it is in the database, or nothing. The platform gets its 200 only after the commit;
until then, it delivers the callback again.

An order only moves forward, so its final state is the same in whatever order the callbacks come.
"""

import logging

from django.db import transaction

from payment_page_sdk.callback import Callback
from payment_page_sdk.statuses import OperationStatus, PaymentStatus

from .models import Email, Order, PaymentRequest, ReceivedCallback
from .tasks import send_waiting_emails

logger = logging.getLogger(__name__)

# The state of an order for the status of its payment. Any other status, even one that the platform
# adds tomorrow, means that the payment goes on.
STATES = {
    PaymentStatus.SUCCESS: Order.State.PAID,
    PaymentStatus.PARTIALLY_PAID: Order.State.PAID,  # but it will not match the order's amount
    PaymentStatus.DECLINE: Order.State.DECLINED,
    PaymentStatus.ERROR: Order.State.DECLINED,
    PaymentStatus.EXTERNAL_ERROR: Order.State.DECLINED,
    PaymentStatus.INTERNAL_ERROR: Order.State.DECLINED,
    PaymentStatus.EXPIRED: Order.State.DECLINED,
    PaymentStatus.AWAITING_CAPTURE: Order.State.HELD,
    PaymentStatus.CANCELED: Order.State.CANCELED,
    PaymentStatus.INVOICE_CANCELED: Order.State.DECLINED,
    PaymentStatus.PARTIALLY_REFUNDED: Order.State.PARTLY_REFUNDED,
    PaymentStatus.PARTIALLY_REVERSED: Order.State.PARTLY_REFUNDED,
    PaymentStatus.REFUNDED: Order.State.REFUNDED,
    PaymentStatus.REVERSED: Order.State.REFUNDED,
}

SUBJECTS = {
    Order.State.PAID: 'We have received your payment',
    Order.State.REFUNDED: 'We have refunded your payment',
}


# Durable: Django raises if this runs in another transaction, which might commit after the answer.
@transaction.atomic(durable=True)
def apply_callback(callback: Callback) -> None:
    """Apply ``callback`` to its order, unless that was done before."""
    payment_id = callback.get_payment_id() or ''
    # One at a time for each order: the others wait here, and then see what this one has done.
    order = Order.objects.select_for_update().filter(payment_id=payment_id).first()
    if order is not None:
        _record_outcomes(order, callback)
    _, is_new = ReceivedCallback.objects.get_or_create(
        deduplication_key=callback.get_deduplication_key(),
        defaults={
            'order': order,
            'payment_id': payment_id,
            'payment_status': callback.get_payment_status() or '',
        },
    )
    if not is_new:
        return
    if order is None:
        # Perhaps it is about a token, or about another shop of the same project. The next delivery
        # would not help: an order is in the database before its payment can begin.
        logger.warning('A callback about no order of this shop: payment %r', payment_id)
        return
    _change(order, callback)


def _record_outcomes(order, callback):
    """Record what became of our own requests. To do so again changes nothing."""
    for operation in callback.get_operations():
        status = operation.get_status()
        if status is not None and status.is_final():
            State = PaymentRequest.State
            is_done = status.canonical == OperationStatus.SUCCESS
            order.requests.filter(
                state=State.ACCEPTED, request_id=operation.get_request_id() or ''
            ).update(
                state=State.DONE if is_done else State.REFUSED,
                note='' if is_done else f'{status}, code {operation.get_code()}',
            )


def _change(order, callback):
    status = callback.get_status()
    if status is None:
        return
    state = STATES.get(status.canonical, Order.State.PENDING)
    is_money = state in (Order.State.HELD, Order.State.PAID)
    if is_money and not callback.matches(order.amount, order.currency):
        # Not the sum of the order: do not ship, but let a person look at it.
        paid = callback.get_payment_sum()
        order.review = f'{status}: {paid.amount} {paid.currency}' if paid else f'{status}: no sum'
        order.save(update_fields=['review'])
        logger.warning('Order %s is to be reviewed', order.payment_id)
        return
    if not order.move_forward(state):
        return
    order.payment_method = callback.get_payment_method() or order.payment_method
    order.save(update_fields=['state', 'payment_method'])
    logger.info('Order %s is %s', order.payment_id, order.state)
    if state in SUBJECTS:
        Email.objects.create(
            order=order,
            state=state,
            subject=SUBJECTS[state],
            body=f'{order.description}, {order.price}: your order is {order.get_state_display()}.',
        )
        # Robust: if the queue is down, the e-mail waits for the schedule. The answer is still 200.
        transaction.on_commit(send_waiting_emails.delay, robust=True)
