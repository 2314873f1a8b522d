"""What the shop remembers."""

from uuid import uuid4

from django.db import models
from django.urls import reverse

from payment_page_sdk.money import major_units


def new_payment_id():
    """Return an id that is unique in the project, and that nobody can guess from another one."""
    return str(uuid4())


class Product(models.Model):
    """Something to buy."""

    name = models.CharField(max_length=100)
    amount = models.PositiveIntegerField(help_text='in minor units: 1815 for 18.15 EUR')
    currency = models.CharField(max_length=3)

    def __str__(self):
        return f'{self.name}, {major_units(self.amount, self.currency)} {self.currency}'


class Order(models.Model):
    """Something bought, to be paid by one payment on the Payment Page."""

    class State(models.TextChoices):
        """The states. An order moves down this table only, and may skip lines."""

        NEW = 'new', 'not paid yet'
        PENDING = 'pending', 'being paid'
        # Not the end: the page lets the shopper try again, and the next attempt may succeed.
        DECLINED = 'declined', 'not paid: declined'
        PAID = 'paid', 'paid'
        PARTLY_REFUNDED = 'partly refunded', 'refunded in part'
        REFUNDED = 'refunded', 'refunded'

    # What is compared with the callback's sum later. Copied from the product: prices change.
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
    review = models.TextField(blank=True, help_text='why somebody has to look at this order')
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f'{self.payment_id}: {self.state}'

    def get_absolute_url(self):
        return reverse('order', args=[self.payment_id])

    @property
    def price(self):
        """The price as people write it."""
        return f'{major_units(self.amount, self.currency)} {self.currency}'

    @property
    def is_payable(self):
        """Whether to offer payment: never twice."""
        return self.state in (self.State.NEW, self.State.PENDING) and not self.review

    def move_forward(self, state):
        """Move to ``state`` unless that would be backwards; return whether the order moved."""
        path = self.State.values
        if path.index(state) <= path.index(self.state):
            return False
        self.state = state
        return True


class ReceivedCallback(models.Model):
    """A callback that has had its effect: the same event never has it again.

    Not the callback itself: that holds personal data, which nobody needs twice.
    """

    # UNIQUE is what exactly-once rests on; all else is comfort.
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
    """The outbox: an e-mail that is to be sent, or was.

    It is written in the transaction that changes the order, so that there is an e-mail if and only
    if there is the change. To send it is another step, which can fail and be tried again.
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
