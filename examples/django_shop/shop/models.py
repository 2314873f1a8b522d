"""What the shop stores."""

from uuid import uuid4

from django.db import models
from django.urls import reverse

from payment_page_sdk.money import major_units


def new_payment_id():
    """Return an id that is unique in the project, and that nobody can guess."""
    return str(uuid4())


class Product(models.Model):
    """Something to buy."""

    name = models.CharField(max_length=100)
    amount = models.PositiveIntegerField(help_text='in minor units: 1815 for 18.15 EUR')
    currency = models.CharField(max_length=3)

    def __str__(self):
        return f'{self.name}, {major_units(self.amount, self.currency)} {self.currency}'


class Order(models.Model):
    """An order of one product, paid by one payment on the Payment Page."""

    class State(models.TextChoices):
        """The states. An order only moves down this list, and may skip some."""

        NEW = 'new', 'not paid yet'
        PENDING = 'pending', 'being paid'
        # Not final: the page lets the shopper try again, and the next attempt may succeed.
        DECLINED = 'declined', 'not paid: declined'
        HELD = 'held', 'paid when it is shipped'
        CANCELED = 'canceled', 'canceled: not paid'
        PAID = 'paid', 'paid'
        PARTLY_REFUNDED = 'partly refunded', 'refunded in part'
        REFUNDED = 'refunded', 'refunded'

    # Compared with the callback's sum later. Copied from the product, because prices change.
    amount = models.PositiveIntegerField(help_text='in minor units')
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=100)
    email = models.EmailField('your e-mail address')
    payment_id = models.CharField(
        max_length=36, unique=True, default=new_payment_id, editable=False
    )
    state = models.CharField(
        max_length=20, choices=State.choices, default=State.NEW, editable=False
    )
    payment_method = models.TextField(blank=True, editable=False)
    review = models.TextField(blank=True, help_text='why somebody has to look at this order')
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f'{self.payment_id}: {self.state}'

    def get_absolute_url(self):
        return reverse('order', args=[self.payment_id])

    @property
    def price(self):
        """The price, as people write it."""
        return f'{major_units(self.amount, self.currency)} {self.currency}'

    @property
    def is_payable(self):
        """Whether the shopper can pay now. Nobody should pay twice."""
        return self.state in (self.State.NEW, self.State.PENDING) and not self.review

    def move_forward(self, state):
        """Move to ``state``, unless that is a step back. Return whether the order moved."""
        path = self.State.values
        if path.index(state) <= path.index(self.state):
            return False
        self.state = state
        return True


class PaymentRequest(models.Model):
    """A request to the platform in the outbox: to capture, cancel or refund an order's payment.

    Nobody promises that the platform recognizes a request that it gets twice. So each is sent at
    most once, unless it is certain that it was not carried out, or a person decides to send it
    again.
    """

    class Action(models.TextChoices):
        CAPTURE = 'capture', 'charge what is held'
        CANCEL = 'cancel', 'release what is held'
        REFUND = 'refund', 'refund'

    class State(models.TextChoices):
        WAITING = 'waiting', 'waiting to be sent'
        SENDING = 'sending', 'sent, perhaps: no answer yet'
        UNCLEAR = 'unclear', 'perhaps done: a person decides'
        ACCEPTED = 'accepted', 'accepted: no outcome yet'
        DONE = 'done', 'done'
        REFUSED = 'refused', 'refused: nothing was done'

    order = models.ForeignKey(Order, models.PROTECT, related_name='requests')
    action = models.CharField(max_length=10, choices=Action.choices)
    amount = models.PositiveIntegerField(help_text='in minor units')
    merchant_refund_id = models.UUIDField(default=uuid4, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # The platform's id of the request. Operations of the payment have it, too.
    request_id = models.CharField(max_length=100, null=True, unique=True)
    note = models.TextField(blank=True, help_text='what the platform answered, if it was an error')
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    def __str__(self):
        return f'{self.action} {self.sum}: {self.state}'

    @property
    def sum(self):
        """The amount, as people write it."""
        return f'{major_units(self.amount, self.order.currency)} {self.order.currency}'


class ReceivedCallback(models.Model):
    """A callback that has taken effect. The next copies of it are skipped.

    The callback itself is not stored: it contains personal data, which nobody needs here.
    """

    # UNIQUE, to recognize copies. That an effect happens only once is up to Order.move_forward: a
    # new key alone is no reason for one. The other fields are for people.
    deduplication_key = models.CharField(max_length=64, unique=True)
    payment_id = models.TextField(blank=True)
    payment_status = models.TextField(blank=True)
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        related_name='callbacks',
        null=True,
        help_text='none when the callback is about no order of this shop',
    )
    received_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f'{self.payment_id}: {self.payment_status}'


class Email(models.Model):
    """An e-mail in the outbox: it waits to be sent, or was sent.

    It is written in the transaction that changes the order, so there is an e-mail if and only if
    the order was changed. Sending it is a separate step, which may fail and be tried again.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name='emails')
    state = models.CharField('the state it tells of', max_length=20, choices=Order.State.choices)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=['order', 'state'], name='one_email_for_each_state'),
        ]

    def __str__(self):
        return self.subject
