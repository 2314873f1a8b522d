"""Captures, cancellations and refunds, whatever goes wrong between the shop and the platform."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from urllib.parse import parse_qsl, urlsplit

import pytest
from celery import Celery
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from shop import payment_requests
from shop.models import Order, PaymentRequest, ReceivedCallback
from shop.payment_requests import (
    NotPossible,
    clear_up_requests,
    place,
    reconcile_orders,
    send_waiting_requests,
)

from payment_page_sdk.gate_api import GateApi

from .conftest import body_of, running_worker

CAPTURE, CANCEL, REFUND = PaymentRequest.Action


@pytest.fixture
def paid(order, platform):
    """An order that is paid, here and at the platform."""
    platform.pay(order)
    return moved(order, 'paid')


@pytest.fixture
def held(order, platform):
    """An order whose money is held, here and at the platform."""
    platform.pay(order, 'auth')
    return moved(order, 'held')


def moved(order, state):
    order.state = state
    order.save()
    return order


@pytest.fixture
def deliver(client):
    def deliver(body):
        return client.post(
            '/payment-page/callback/', body, content_type='application/json'
        ).status_code

    return deliver


@pytest.fixture
def act(admin_client):
    """A function that chooses an action in the admin, and returns the page that follows."""

    def act(instance, action, amount=''):
        page = reverse(f'admin:shop_{type(instance)._meta.model_name}_changelist')
        data = {'action': action, '_selected_action': instance.pk, 'amount': amount, 'index': 0}
        return admin_client.post(page, data, follow=True).content.decode()

    return act


def the_request():
    return PaymentRequest.objects.get()


def minutes_later():
    PaymentRequest.objects.update(sent_at=timezone.now() - timedelta(minutes=6))


def run_schedule():
    """Run all that the schedule runs, several times."""
    for _ in range(3):
        send_waiting_requests()
        clear_up_requests()
        reconcile_orders()


def impatient(url, timeout=0.3):
    return GateApi('demo secret', 186, url, timeout)


@pytest.mark.parametrize('is_held, operation_type', [(True, 'auth'), (False, 'sale')])
def test_the_link_holds_money_if_it_is_set(is_held, operation_type, client, order, settings):
    settings.SHOP_HOLD = is_held
    link = client.post(reverse('pay', args=[order.payment_id]))['Location']
    assert dict(parse_qsl(urlsplit(link).query))['operation_type'] == operation_type


def test_what_is_held_is_charged_when_it_is_shipped(order, platform, deliver, act, client):
    platform.pay(order, 'auth')
    assert deliver(platform.callback(order)) == 200
    order.refresh_from_db()
    assert (order.state, order.payment_method) == ('held', 'card')
    assert 'paid when it is shipped' in client.get(order.get_absolute_url()).content.decode()

    act(order, 'ship')
    assert the_request().state == 'accepted'
    assert the_request().request_id == platform.operations(order, 'capture')[0]
    assert Order.objects.get().state == 'held'  # accepted is not done
    assert deliver(platform.callback(order)) == 200
    assert (Order.objects.get().state, the_request().state) == ('paid', 'done')


def test_a_hold_is_canceled(held, platform, deliver, act):
    act(held, 'cancel')
    assert deliver(platform.callback(held)) == 200
    assert (Order.objects.get().state, the_request().state) == ('canceled', 'done')
    assert deliver(body_of(held, 'awaiting capture')) == 200  # late
    assert Order.objects.get().state == 'canceled'
    assert 'no money is held' in act(held, 'ship')
    assert len(platform.asked) == 1


def test_a_hold_of_another_sum_is_reviewed(order, platform, deliver):
    order.amount -= 1
    platform.pay(order, 'auth')
    assert deliver(platform.callback(order)) == 200
    assert Order.objects.get().review == 'awaiting capture: 10799 EUR'


def test_the_staff_refunds_a_part_and_then_the_rest(paid, platform, deliver, act):
    act(paid, 'refund', '8.00')
    assert deliver(platform.callback(paid)) == 200
    assert Order.objects.get().state == 'partly refunded'
    act(paid, 'refund')
    assert deliver(platform.callback(paid)) == 200
    assert Order.objects.get().state == 'refunded'

    bodies = [body for _, body in platform.asked]
    assert [path for path, _ in platform.asked] == ['/v2/payment/card/refund'] * 2
    assert [body['payment']['amount'] for body in bodies] == [800, 10000]
    assert len({body['payment']['merchant_refund_id'] for body in bodies}) == 2
    assert {request.state for request in PaymentRequest.objects.all()} == {'done'}


@pytest.mark.parametrize('amount', ['108.01', '0', '-1', '1.001', 'all'])
def test_another_amount_than_was_paid_is_not_refunded(amount, paid, platform, act):
    assert 'amount' in act(paid, 'refund', amount)
    assert not PaymentRequest.objects.exists()
    assert platform.asked == []


def test_never_more_is_refunded_than_was_paid(paid, platform, deliver):
    place(paid, REFUND, 10000)
    assert deliver(platform.callback(paid)) == 200
    with pytest.raises(NotPossible, match=r'at most 8\.00 EUR'):
        place(paid, REFUND, 801)
    # A refund that was refused does not count.
    platform.fault = 'refused'
    place(paid, REFUND, 800)
    platform.fault = None
    place(paid, REFUND, 800)
    assert len(platform.operations(paid)) == 2


def test_clicks_at_once_place_one_refund(paid, platform):
    barrier = Barrier(8)

    def click(_):
        barrier.wait()
        try:
            place(paid, REFUND, 100)
        except NotPossible:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(click, range(8))) == 1
    assert len(platform.operations(paid)) == 1


@pytest.mark.parametrize('state', ['new', 'held', 'refunded'])
def test_what_is_not_paid_is_not_refunded(state, order, act):
    assert 'nothing to refund' in act(moved(order, state), 'refund')


def test_only_staff_with_the_permission_refunds(paid, client):
    staff = User.objects.create_user('clerk', password='clerk', is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename='change_order'))
    client.force_login(staff)
    data = {'action': 'refund', '_selected_action': paid.pk, 'amount': '', 'index': 0}
    client.post(reverse('admin:shop_order_changelist'), data)
    assert not PaymentRequest.objects.exists()


@pytest.mark.parametrize('fault', ['refused', 'unknown'])
def test_a_refusal_is_shown_and_final(fault, paid, platform, admin_client):
    platform.fault = fault
    place(paid, REFUND)
    minutes_later()
    run_schedule()
    assert the_request().state == 'refused'
    assert len(platform.asked) == 1
    page = admin_client.get(reverse('admin:shop_paymentrequest_changelist')).content.decode()
    assert {'refused': '3124', 'unknown': 'HTTP 404'}[fault] in page


def test_what_the_sdk_does_not_send_is_refused(paid, platform):
    Order.objects.update(payment_method='../status')
    place(paid, REFUND)
    assert (the_request().state, platform.asked) == ('refused', [])


def test_without_access_it_waits(paid, platform):
    platform.fault = 'denied'
    place(paid, REFUND)
    assert 'IP address' in the_request().note
    assert the_request().state == 'waiting'
    platform.fault = None
    run_schedule()
    assert len(platform.operations(paid)) == 1
    assert the_request().note == ''


def test_without_a_connection_it_waits(paid, platform, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(payment_requests, 'gate_api', impatient('http://127.0.0.1:1'))
        place(paid, REFUND)
        run_schedule()
        assert the_request().state == 'waiting'
    run_schedule()
    assert the_request().state == 'accepted'
    assert platform.operations(paid) == [the_request().request_id]


@pytest.mark.parametrize('fault', ['slow', 'cut off', 'failed'])
def test_what_may_have_been_done_is_not_sent_again(fault, paid, platform, monkeypatch, settings):
    platform.fault = fault
    with monkeypatch.context() as patch:
        url = settings.PAYMENT_PAGE_GATE_API_URL
        patch.setattr(payment_requests, 'gate_api', impatient(url))
        place(paid, REFUND)
    run_schedule()
    assert the_request().state == 'sending'
    minutes_later()
    run_schedule()
    assert the_request().state == 'done'
    assert platform.operations(paid) == [the_request().request_id]
    assert len(platform.asked) == 1
    assert Order.objects.get().state == 'refunded'


@pytest.mark.parametrize('action, state', [(CAPTURE, 'paid'), (CANCEL, 'canceled')])
def test_captures_and_cancellations_are_found_as_well(action, state, held, platform):
    platform.fault = 'cut off'
    place(held, action)
    minutes_later()
    run_schedule()
    assert (the_request().state, Order.objects.get().state) == ('done', state)
    assert len(platform.asked) == 1


def killed_worker(redis, platform, point):
    """Let a worker send what waits, and be killed at this point."""
    with running_worker(redis, '--include', 'tests.kill_worker', kill_at=point) as worker:
        if point == 'done':
            platform.before_answer = lambda: os.kill(worker.pid, signal.SIGKILL)
        Celery(broker=redis, set_as_current=False).send_task(
            'shop.payment_requests.send_waiting_requests'
        )
        assert worker.wait(60) == -signal.SIGKILL
    platform.before_answer = None


@pytest.mark.parametrize('point', ['done', 'answered'])
def test_kill_9_between_the_refund_and_its_record_refunds_once(
    point, redis, paid, platform, deliver
):
    paid.requests.create(action=REFUND, amount=800)
    killed_worker(redis, platform, point)
    assert (the_request().state, the_request().request_id) == ('sending', None)
    run_schedule()
    assert the_request().state == 'sending'  # perhaps another worker waits for the answer

    minutes_later()
    run_schedule()
    assert the_request().state == 'done'
    assert platform.operations(paid) == [the_request().request_id]
    assert len(platform.asked) == 1
    # The callback comes late.
    received = ReceivedCallback.objects.count()
    assert deliver(platform.callback(paid)) == 200
    assert ReceivedCallback.objects.count() == received
    assert Order.objects.get().state == 'partly refunded'


def test_kill_9_before_the_refund_leaves_it_to_a_person(redis, paid, platform, act):
    paid.requests.create(action=REFUND, amount=800)
    killed_worker(redis, platform, 'marked')
    minutes_later()
    run_schedule()
    assert (the_request().state, platform.asked) == ('unclear', [])
    with pytest.raises(NotPossible):
        place(paid, REFUND, 800)

    act(the_request(), 'send_again')
    assert the_request().state == 'accepted'
    assert platform.operations(paid) == [the_request().request_id]


@pytest.mark.parametrize('decision, state', [('mark_done', 'done'), ('give_up', 'refused')])
def test_a_person_decides_only_what_is_unclear(decision, state, paid, act):
    request = paid.requests.create(action=REFUND, amount=800, state='sending')
    act(request, decision)
    assert the_request().state == 'sending'
    PaymentRequest.objects.update(state='unclear')
    act(request, decision)
    assert the_request().state == state


def test_somebody_elses_operation_is_not_taken_for_ours(paid, platform, deliver):
    place(paid, REFUND, 800)  # the same sum, but it has its own request
    assert deliver(platform.callback(paid)) == 200
    _, operations = platform.payments[paid.payment_id]
    old = dict(operations[-1], request_id='old', created_date='2020-01-01T00:00:00+0000')
    operations += [
        old,  # made in the platform's own pages, long before
        dict(operations[-1], request_id='other sum', sum_initial={'amount': 1, 'currency': 'EUR'}),
        dict(operations[-1], request_id='other type', type='sale'),
    ]
    lost = paid.requests.create(action=REFUND, amount=800, state='sending')
    minutes_later()
    clear_up_requests()
    lost.refresh_from_db()
    assert lost.state == 'unclear'


def test_a_status_that_cannot_be_learned_decides_nothing(paid, platform, monkeypatch):
    paid.requests.create(action=REFUND, amount=800, state='sending')
    minutes_later()
    monkeypatch.setattr(payment_requests, 'gate_api', impatient('http://127.0.0.1:1'))
    clear_up_requests()
    assert the_request().state == 'sending'


def test_a_refund_that_the_bank_declines_is_refused(paid, platform, deliver):
    place(paid, REFUND, 800)
    payment, operations = platform.payments[paid.payment_id]
    operations[-1].update(status='decline', code='20105')
    payment.update(status='success', sum={'amount': 10800, 'currency': 'EUR'})
    assert deliver(platform.callback(paid)) == 200
    assert the_request().state == 'refused'
    assert '20105' in the_request().note
    assert Order.objects.get().state == 'paid'


def test_an_outcome_whose_callback_is_lost_is_found(paid, platform):
    place(paid, REFUND)
    run_schedule()
    assert (the_request().state, Order.objects.get().state) == ('accepted', 'paid')
    minutes_later()
    run_schedule()
    assert (the_request().state, Order.objects.get().state) == ('done', 'refunded')


def test_workers_at_once_send_each_request_once(db, transactional_db, platform):
    for _ in range(20):
        order = Order.objects.create(
            amount=100, currency='EUR', description='A key', email='jane@example.com', state='paid'
        )
        platform.pay(order)
        order.requests.create(action=REFUND, amount=100)
    barrier = Barrier(8)

    def work(_):
        barrier.wait()
        try:
            send_waiting_requests()
        finally:
            connection.close()  # each thread has its own

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(platform.asked) == 20
    assert {request.state for request in PaymentRequest.objects.all()} == {'accepted'}


@pytest.fixture
def forgotten(order):
    """An order whose callback has not come for an hour."""
    Order.objects.update(created_at=timezone.now() - timedelta(hours=1))
    return order


@pytest.mark.parametrize('kind, state', [('sale', 'paid'), ('auth', 'held')])
def test_an_order_without_its_callback_is_reconciled(kind, state, forgotten, platform, deliver):
    platform.pay(forgotten, kind)
    run_schedule()
    assert Order.objects.get().state == state
    # The callback comes after all.
    assert deliver(platform.callback(forgotten)) == 200
    assert Order.objects.get().state == state
    assert ReceivedCallback.objects.count() == 1


def test_what_is_new_unpaid_or_reviewed_is_left_alone(order, forgotten, platform):
    reconcile_orders()  # the platform does not know it
    assert Order.objects.get().state == 'new'
    platform.pay(order)
    Order.objects.update(review='another sum')
    reconcile_orders()
    Order.objects.update(review='', created_at=timezone.now())
    reconcile_orders()
    assert Order.objects.get().state == 'new'


def test_what_cannot_be_reconciled_is_logged_and_asked_again(
    forgotten, platform, monkeypatch, caplog
):
    platform.pay(forgotten)
    with monkeypatch.context() as patch:
        patch.setattr(payment_requests, 'gate_api', impatient('http://127.0.0.1:1'))
        reconcile_orders()
    assert f'Order {forgotten.payment_id} is not reconciled' in caplog.text
    reconcile_orders()
    assert Order.objects.get().state == 'paid'
