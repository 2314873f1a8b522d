"""Whatever may happen to callbacks on the network, tried on the shop as it runs in production."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from shop.models import Email, Order, ReceivedCallback
from shop.tasks import send_waiting_emails

from .conftest import Server, body_of, wait_until


@pytest.fixture
def updates(transactional_db):
    """A function that returns the updates of orders that PostgreSQL has seen, from -> to."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE TABLE updates (change text);
            CREATE FUNCTION note_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO updates VALUES (old.state || ' -> ' || new.state); RETURN new;
            END $$;
            CREATE TRIGGER note_update AFTER UPDATE ON shop_order
                FOR EACH ROW EXECUTE FUNCTION note_update()""")

    def seen():
        with connection.cursor() as cursor:
            cursor.execute('SELECT change FROM updates')
            return [change for (change,) in cursor.fetchall()]

    yield seen
    with connection.cursor() as cursor:
        cursor.execute('DROP TABLE updates; DROP FUNCTION note_update CASCADE')


def together(server, bodies):
    """Deliver all bodies at the same moment, each from its own thread; return the answers."""
    barrier = Barrier(len(bodies))

    def deliver(body):
        barrier.wait()
        return server.deliver(body)

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(deliver, bodies))


def state_of(order):
    return Order.objects.get(pk=order.pk).state


def test_50_copies_at_once_have_one_effect(server, order, updates, mail):
    assert together(server, [body_of(order)] * 50) == [200] * 50
    assert updates() == ['new -> paid']
    assert len(mail()) == 1
    assert Email.objects.get().sent_at
    assert ReceivedCallback.objects.count() == 1


def test_different_events_of_one_payment_at_once_neither_deadlock_nor_go_back(
    server, order, updates, mail
):
    events = [body_of(order, 'processing'), body_of(order), body_of(order, 'refunded', 0)] * 10
    assert together(server, events) == [200] * 30
    assert state_of(order) == 'refunded'
    assert ReceivedCallback.objects.count() == 3
    # Whichever came first: no state occurs twice, and none follows a later one.
    path = [change.partition(' -> ')[0] for change in updates()] + ['refunded']
    assert path == sorted(set(path), key=Order.State.values.index)
    assert len(mail()) == sum(state in ('paid', 'refunded') for state in path)


def test_a_duplicate_is_answered_with_200(server, order, mail):
    assert [server.deliver(body_of(order)) for _ in range(3)] == [200, 200, 200]
    assert len(mail()) == 1


def test_a_forged_callback_is_answered_with_400_and_changes_nothing(server, order, updates, mail):
    forged = body_of(order, secret='a guess')
    changed = body_of(order, 'processing').replace(b'processing', b'success')
    assert together(server, [forged, changed, b'{}', b'', b'\xff'] * 4) == [400] * 20
    assert (state_of(order), updates(), mail()) == ('new', [], [])
    assert not ReceivedCallback.objects.exists()


@pytest.mark.parametrize(
    'point, state_after_kill, emails',
    [
        ('verified', 'new', 1),
        ('written', 'new', 1),
        ('committed', 'paid', 1),
        ('answering', 'paid', 1),
        # It is recorded once, and sent at least once: no transaction covers both our database and
        # the mail server. Both copies have the same Message-ID.
        ('sent', 'paid', 2),
    ],
)
def test_kill_9_and_redelivery_end_in_the_same_state(
    point, state_after_kill, emails, server, order, updates, mail
):
    with Server(kill_at=point) as killed:
        assert killed.deliver(body_of(order)) == 0  # no answer: the platform will deliver it again
        assert killed.process.wait() == -9
    assert state_of(order) == state_after_kill

    # Deliver it to a server that has not seen it, like one that was restarted.
    assert [server.deliver(body_of(order)) for _ in range(2)] == [200, 200]
    send_waiting_emails()  # as the schedule does each minute

    assert state_of(order) == 'paid'
    assert updates() == ['new -> paid']
    assert ReceivedCallback.objects.count() == 1
    assert Email.objects.get().sent_at
    assert len(mail()) == emails
    assert (
        len(
            {
                line
                for message in mail()
                for line in message.splitlines()
                if line.startswith('Message-ID:')
            }
        )
        == 1
    )


def test_workers_at_once_send_each_email_once(order, mail):
    emails = [
        Email(
            order=Order.objects.create(
                amount=1, currency='EUR', description='A key', email='jane@example.com'
            ),
            state='paid',
            subject='We have received your payment',
            body='Thank you',
        )
        for _ in range(20)
    ]
    Email.objects.bulk_create(emails)
    barrier = Barrier(8)

    def work(_):
        barrier.wait()
        try:
            send_waiting_emails()
        finally:
            connection.close()  # each thread has its own

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(mail()) == 20
    assert not Email.objects.filter(sent_at=None).exists()


def test_celery_on_redis_sends_one_email(worker, redis, order, updates, mail):
    with Server(SHOP_REDIS=redis) as server:
        assert together(server, [body_of(order)] * 10) == [200] * 10
    wait_until(mail, worker)
    assert updates() == ['new -> paid']
    assert len(mail()) == 1


def test_without_redis_the_callback_is_accepted_and_the_email_sent_later(order, mail):
    with Server(SHOP_REDIS='redis://127.0.0.1:1/0') as server:
        assert server.deliver(body_of(order)) == 200
    assert state_of(order) == 'paid'
    assert mail() == []
    send_waiting_emails()
    assert len(mail()) == 1
