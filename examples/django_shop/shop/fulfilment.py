"""From a verified callback to a changed order: once for each event, whatever the network does.

Callbacks come twice, late, at the same time and in any order. So everything that one of them
changes is changed in a single transaction, together with the key by which the next copy of it is
recognised. Either all of it is in the database or nothing is; the platform, which gets its 200
only after the commit, delivers again until all of it is.

Moving forward only makes the end the same in whichever order the callbacks arrive.
"""

import logging

from django.db import transaction

from payment_page_sdk.callback import Callback
from payment_page_sdk.statuses import PaymentStatus

from .models import Email, Order, ReceivedCallback
from .tasks import send_waiting_emails

logger = logging.getLogger(__name__)

# What a payment's status makes of its order. Any other, also one that the platform will invent
# tomorrow, means that the payment goes on.
STATES = {
    PaymentStatus.SUCCESS: Order.State.PAID,
    PaymentStatus.PARTIALLY_PAID: Order.State.PAID,  # it will not match the order's amount
    PaymentStatus.DECLINE: Order.State.DECLINED,
    PaymentStatus.ERROR: Order.State.DECLINED,
    PaymentStatus.EXTERNAL_ERROR: Order.State.DECLINED,
    PaymentStatus.INTERNAL_ERROR: Order.State.DECLINED,
    PaymentStatus.EXPIRED: Order.State.DECLINED,
    PaymentStatus.CANCELED: Order.State.DECLINED,
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


# Durable: an error inside of another transaction, whose commit could come after the answer.
@transaction.atomic(durable=True)
def apply_callback(callback: Callback) -> None:
    """Do what ``callback`` asks for, if it was not done before."""
    payment_id = callback.get_payment_id() or ''
    # One at a time for each order. The others wait here, then find what this one has done.
    order = Order.objects.select_for_update().filter(payment_id=payment_id).first()
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
        # A token's callback, say, or another shop's of the same project. It would be unknown at
        # the next delivery, too: an order is in the database before its payment can begin.
        logger.warning('A callback about no order of this shop: payment %r', payment_id)
        return
    _change(order, callback)


def _change(order, callback):
    status = callback.get_status()
    if status is None:
        return
    state = STATES.get(status.canonical, Order.State.PENDING)
    if state == Order.State.PAID and not callback.matches(order.amount, order.currency):
        # Not what was asked for: nothing to ship, and nothing to forget either.
        paid = callback.get_payment_sum()
        order.review = f'{status}: {paid.amount} {paid.currency}' if paid else f'{status}: no sum'
        order.save(update_fields=['review'])
        logger.warning('Order %s is to be reviewed', order.payment_id)
        return
    if not order.move_forward(state):
        return
    order.save(update_fields=['state'])
    logger.info('Order %s is %s', order.payment_id, order.state)
    if state in SUBJECTS:
        Email.objects.create(
            order=order,
            state=state,
            subject=SUBJECTS[state],
            body=f'{order.description}, {order.price}: your order is {order.get_state_display()}.',
        )
        # Robust: when the queue is away, the e-mail waits for the schedule. The callback is done.
        transaction.on_commit(send_waiting_emails.delay, robust=True)
