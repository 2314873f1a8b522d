"""The pages, and what callbacks do to an order, in whatever order they come."""

import json
from html.parser import HTMLParser
from itertools import permutations
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core import mail
from django.db import OperationalError
from django.db.models.signals import pre_save
from django.urls import reverse
from shop.fulfilment import STATES
from shop.models import Email, Order, Product, ReceivedCallback

from payment_page_sdk.signature_handler import SignatureHandler
from payment_page_sdk.statuses import PaymentStatus

from .conftest import body_of

SIGNATURES = SignatureHandler('demo secret')


@pytest.fixture
def order(db):
    return Order.objects.create(
        amount=10800, currency='EUR', description='Full-size keyboard', email='jane@example.com'
    )


@pytest.fixture
def deliver(client, django_capture_on_commit_callbacks):
    def deliver(body):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(
                '/payment-page/callback/', body, content_type='application/json'
            ).status_code

    return deliver


def is_signed(params):
    params = dict(params)
    return SIGNATURES.check(params, params.pop('signature'))


def test_a_shopper_orders_pays_and_comes_back(client, db, deliver):
    product = Product.objects.get(amount=10800)
    answer = client.post('/', {'product': product.pk, 'email': 'jane@example.com', 'amount': 1})
    order = Order.objects.get()
    assert order.amount == 10800
    page = client.get(answer['Location']).content.decode()
    assert 'not paid yet' in page

    answer = client.post(reverse('pay', args=[order.payment_id]))
    link = urlsplit(answer['Location'])
    assert answer.status_code == 302
    assert link.netloc == 'paymentpage.ecommpay.com'
    params = dict(parse_qsl(link.query))
    assert is_signed(params)
    assert (params['payment_amount'], params['payment_currency']) == ('10800', 'EUR')

    back = params['merchant_success_url']
    assert 'We are waiting' in client.get(back).content.decode()
    assert Order.objects.get().state == 'new'  # coming back does not mean having paid
    assert deliver(body_of(order)) == 200
    assert '<strong>paid</strong>' in client.get(back).content.decode()
    assert [message.to for message in mail.outbox] == [['jane@example.com']]


def test_the_widget_gets_a_signed_config(client, order):
    class Config(HTMLParser):
        text, inside = '', False

        def handle_starttag(self, tag, attrs):
            self.inside = ('id', 'config') in attrs

        def handle_data(self, data):
            self.text += data if self.inside else ''

    page = client.get(reverse('widget', args=[order.payment_id])).content.decode()
    assert 'https://paymentpage.ecommpay.com/shared/merchant.js' in page
    parser = Config()
    parser.feed(page)
    config = json.loads(parser.text.strip().partition('\n')[0])
    assert is_signed(config)
    assert config['payment_id'] == order.payment_id


@pytest.mark.parametrize('name, method', [('pay', 'post'), ('widget', 'get')])
def test_what_is_paid_is_not_paid_again(name, method, client, order):
    Order.objects.update(state=Order.State.PAID)
    answer = getattr(client, method)(reverse(name, args=[order.payment_id]))
    assert answer['Location'] == order.get_absolute_url()


@pytest.mark.parametrize('name, method', [('pay', 'post'), ('widget', 'get')])
def test_an_address_made_to_forge_a_link_is_refused(name, method, client, db):
    product = Product.objects.first()
    client.post('/', {'product': product.pk, 'email': '"a;payment_amount:1"@example.com'})
    order = Order.objects.get()  # Django accepts this address, and so does the standard
    answer = getattr(client, method)(reverse(name, args=[order.payment_id]), follow=True)
    assert 'cannot be paid' in answer.content.decode()


@pytest.mark.parametrize(
    'events',
    list(
        permutations(
            [
                ('processing', None),
                ('success', None),
                ('partially refunded', 10000),
                ('refunded', 0),
            ]
        )
    )
    + list(
        permutations(
            [
                ('processing', None),
                ('awaiting capture', None),
                ('success', None),
                ('refunded', 0),
            ]
        )
    ),
)
def test_in_any_order_the_end_is_the_same(events, order, deliver):
    states = []
    for status, amount in events:
        assert deliver(body_of(order, status, amount)) == 200
        states.append(Order.objects.get().state)
    assert states == sorted(states, key=Order.State.values.index)
    assert states[-1] == 'refunded'
    assert Order.objects.get().review == ''


def test_a_refund_before_its_success_sends_no_word_of_a_payment(order, deliver):
    assert [deliver(body_of(order, 'refunded', 0)), deliver(body_of(order))] == [200, 200]
    assert Order.objects.get().state == 'refunded'
    assert [email.state for email in Email.objects.all()] == ['refunded']


@pytest.mark.parametrize('status, amount', [('success', None), ('refunded', 0)])
def test_the_data_that_a_browser_has_is_no_second_payment(status, amount, order, deliver):
    data = json.loads(body_of(order))
    del data['signature']
    data['general'] = {'project_id': 186, 'payment_id': order.payment_id}
    data['general']['signature'] = SIGNATURES.sign(data)

    assert [deliver(body_of(order)), deliver(body_of(order, status, amount))] == [200, 200]
    state, emails = Order.objects.get().state, Email.objects.count()
    assert deliver(json.dumps(data).encode()) == 200
    assert (Order.objects.get().state, Email.objects.count()) == (state, emails)
    assert len({kept.deduplication_key for kept in ReceivedCallback.objects.all()}) > emails


def test_a_declined_attempt_may_be_followed_by_a_success(order, deliver):
    for status, state in [
        ('decline', 'declined'),
        ('processing', 'declined'),
        ('success', 'paid'),
        ('expired', 'paid'),
    ]:
        assert deliver(body_of(order, status)) == 200
        assert Order.objects.get().state == state


@pytest.mark.parametrize(
    'status, amount, note',
    [
        ('success', 1, 'success: 1 EUR'),
        ('success', 10801, 'success: 10801 EUR'),
        ('partially paid', 5000, 'partially paid: 5000 EUR'),
    ],
)
def test_another_sum_is_reviewed_and_not_paid(status, amount, note, client, order, deliver):
    assert deliver(body_of(order, status, amount)) == 200
    order.refresh_from_db()
    assert (order.state, order.review) == ('new', note)
    assert not Email.objects.exists()
    assert 'looking into' in client.get(order.get_absolute_url()).content.decode()


def test_what_was_reviewed_is_not_marked_again_by_a_redelivery(order, deliver):
    assert deliver(body_of(order, 'success', 1)) == 200
    Order.objects.update(review='')
    assert deliver(body_of(order, 'success', 1)) == 200
    assert Order.objects.get().review == ''


def test_no_sum_is_reviewed_and_not_paid(order, deliver):
    assert deliver(body_of(order, payment={'id': order.payment_id, 'status': 'success'})) == 200
    order.refresh_from_db()
    assert (order.state, order.review) == ('new', 'success: no sum')


def test_a_status_that_is_not_known_yet_changes_nothing_that_is_decided(order, deliver):
    assert deliver(body_of(order, 'brand new')) == 200
    assert Order.objects.get().state == 'pending'
    assert [deliver(body_of(order)), deliver(body_of(order, 'even newer'))] == [200, 200]
    assert Order.objects.get().state == 'paid'


def test_a_callback_about_no_order_is_kept_and_accepted(db, deliver):
    assert deliver(body_of(Order(amount=1, payment_id='elsewhere'))) == 200
    received = ReceivedCallback.objects.get()
    assert (received.order, received.payment_id) == (None, 'elsewhere')


def test_a_callback_without_a_payment_is_accepted(db, deliver):
    assert deliver(body_of(Order(), payment=None, token='f00', token_status='active')) == 200


def test_the_shops_own_failure_is_answered_with_500_and_tried_again(order, deliver, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError('the disk is full')

    with monkeypatch.context() as patch:
        patch.setattr(Email.objects, 'create', fail)
        assert deliver(body_of(order)) == 500
    assert Order.objects.get().state == 'new'
    assert not ReceivedCallback.objects.exists()
    assert deliver(body_of(order)) == 200
    assert Order.objects.get().state == 'paid'


def test_every_final_status_of_a_purchase_is_in_the_table():
    for name, status in vars(PaymentStatus).items():
        if name.isupper() and PaymentStatus(status).is_final() and 'PAID_OUT' not in name:
            assert PaymentStatus(status).canonical in STATES, name


def test_the_admin_writes_no_state(admin_client, order):
    def pay_meanwhile(**kwargs):
        Order.objects.update(state='paid')

    page = reverse('admin:shop_order_change', args=[order.pk])
    assert admin_client.get(page).status_code == 200
    pre_save.connect(pay_meanwhile, Order)  # after the form has read the order
    try:
        answer = admin_client.post(page, {'review': 'asked the bank', 'state': 'refunded'})
    finally:
        pre_save.disconnect(pay_meanwhile, Order)
    assert answer.status_code == 302
    order.refresh_from_db()
    assert (order.state, order.review) == ('paid', 'asked the bank')
