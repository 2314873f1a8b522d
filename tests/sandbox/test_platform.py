"""The platform in small: what it does with payments, and what it tells merchants about them."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Optional

import oracles
import pytest
import tools
from callback_families import misfits

from payment_page_sdk._query import find_query
from payment_page_sdk.exceptions import ConfigurationException, InvalidSignature
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.sandbox.cards import PURCHASE_CARDS, CardDetails
from payment_page_sdk.sandbox.payments import SandboxPayment
from payment_page_sdk.sandbox.platform import Platform
from payment_page_sdk.sandbox.refusals import Conflict, NotFound, Refusal
from payment_page_sdk.sandbox.store import Delivery, Store
from payment_page_sdk.testing.callback_factory import CallbackFactory
from sandbox.conftest import DAY, MEMORY, SECRET, Merchant, eventually, refused

APPROVED, DECLINED, CHALLENGED, SLOW = (
    '4000000000000077',
    '4111111111111111',
    '4314220000000056',
    '4539121411168251',
)
CHALLENGE_SECONDS = 1800
FURTHEST_AHEAD = 366 * DAY
PAYMENT_ID_EXISTS, STATUS_FORBIDS = '3041', '3060'
AGAIN, DUPLICATE, TAMPERED, SCHEDULED = 'again', 'duplicate', 'tampered', 'scheduled'
GATE = Gate(SECRET)


def query(payment_id: Optional[str] = 'ORDER-1', **params: Any) -> str:
    """Return the signed query of a purchase of 18.15 EUR, or of what ``params`` say."""
    given = {'payment_amount': 1815, 'payment_currency': 'EUR', 'customer_id': 'jane', **params}
    if payment_id:
        given['payment_id'] = payment_id
    payment = Payment('186', **given)
    return find_query(GATE.get_purchase_payment_page_url(payment))


@contextmanager
def running(database: str, *callback_url: Any, **speed: Any) -> Iterator[Platform]:
    store = Store(database)
    found = Platform(SECRET, 186, store, *callback_url, **speed)
    found.start()
    try:
        yield found
    finally:
        found.stop()
        store.close()


@pytest.fixture
def platform(merchant: Merchant) -> Iterator[Platform]:
    """A platform that tells ``merchant`` of everything."""
    with running(MEMORY, merchant.url) as found:
        yield found


def paid(platform: Platform, payment_id: str = 'ORDER-1', **params: Any) -> SandboxPayment:
    """Open a payment, and pay it; return it once its callback was delivered or refused."""
    payment = platform.play(platform.open(query(payment_id, **params)).key, APPROVED, None)
    eventually(
        lambda: all(
            not callback.url or platform.deliveries(callback)
            for callback in platform.callbacks(payment_id)
        )
    )
    return payment


def read(body: bytes) -> Any:
    return GATE.handle_callback(body)


def statuses(merchant: Merchant) -> list[str]:
    return [read(body).get_payment_status() for body in merchant.bodies]


# opening


def test_a_signed_query_opens_a_payment(platform: Platform) -> None:
    payment = platform.open(query())
    assert (payment.payment_id, payment.status) == ('ORDER-1', 'new')
    assert re.fullmatch(r'[\w-]{22}', payment.key)  # of 16 bytes
    assert payment.requested_amount == 1815
    assert platform.payment('order-1') == platform.payment_by_key(payment.key) == payment
    assert platform.payments() == [payment]
    assert platform.callbacks() == []


def test_it_opens_once_more_as_it_stands(platform: Platform) -> None:
    first = platform.open(query())
    assert platform.open(query()) == first
    paid(platform)
    again = platform.open(query())
    assert (again.key, again.status) == (first.key, 'success')


def test_in_another_frame_it_is_the_same_payment(platform: Platform) -> None:
    first = platform.open(query())
    again = platform.open(query() + '&frame_mode=popup')
    assert again.key == first.key
    assert platform.payment('ORDER-1').params['frame_mode'] == 'popup'
    assert again.canonical == first.canonical


def test_other_parameters_replace_those_of_which_nothing_came(platform: Platform) -> None:
    first = platform.open(query())
    again = platform.open(query('order-1', payment_amount=1))
    assert again.key == first.key
    assert [payment.requested_amount for payment in platform.payments()] == [1]


def test_other_parameters_replace_those_that_have_expired(platform: Platform) -> None:
    past = datetime.now(timezone.utc) - timedelta(seconds=5)
    assert platform.open(query(best_before=past)).status == 'expired'
    assert platform.open(query(best_before=past)).status == 'expired'
    assert platform.open(query()).status == 'new'


@pytest.mark.parametrize('card', [APPROVED, DECLINED, CHALLENGED, SLOW])
def test_other_parameters_are_refused_once_a_card_was_given(platform: Platform, card: str) -> None:
    payment = platform.play(platform.open(query()).key, card, None)
    error = refused(lambda: platform.open(query(payment_amount=1)))
    assert error.code == PAYMENT_ID_EXISTS
    assert platform.payment('ORDER-1') == payment


def test_each_card_that_is_saved_is_one_of_its_own(platform: Platform) -> None:
    for_a_card = query(None, mode='card_tokenize', payment_amount='', payment_currency='')
    first, second = platform.open(for_a_card), platform.open(for_a_card)
    assert first.key != second.key
    assert platform.payment(first.payment_id) == first


@pytest.mark.parametrize('bad', ['', query() + 'x', query().replace('=186', '=187')])
def test_what_is_refused_leaves_nothing(platform: Platform, bad: str) -> None:
    refused(lambda: platform.open(bad))
    assert platform.payments() == []


def test_what_is_unknown_is_not_found(platform: Platform) -> None:
    asked: list[Callable[[], Any]] = [
        lambda: platform.payment('ORDER-1'),
        lambda: platform.payment_by_key('x'),
        lambda: platform.callbacks('ORDER-1'),
        lambda: platform.deliver(1, AGAIN),
        lambda: platform.play('x', APPROVED, None),
        lambda: platform.deliver_in_reverse('ORDER-1'),
    ]
    for do in asked:
        assert isinstance(refused(do), NotFound)


@pytest.mark.parametrize('secret', ['', ' ', '\ud800'])
def test_a_secret_key_is_one(database: str, secret: str) -> None:
    store = Store(database)
    with pytest.raises(ConfigurationException):
        Platform(secret, 186, store)
    store.close()


# playing


@pytest.mark.parametrize('card', [*PURCHASE_CARDS.values()], ids=lambda card: card.number)
def test_each_card_can_be_played(platform: Platform, merchant: Merchant, card: Any) -> None:
    key = platform.open(query()).key
    payment = platform.play(key, card.number, card.code or '1')
    expected = (
        'processing' if card.number == SLOW else 'success' if card.result == '0' else ('decline')
    )
    assert payment.status == expected
    count = 2 if card.flow == 'challenge' else 1
    eventually(lambda: len(merchant.bodies) == count)
    assert expected in statuses(merchant)
    for body in merchant.bodies:
        assert misfits(json.loads(body), 'payment_operation') == []


@pytest.mark.parametrize('code, status', [('123456', 'success'), ('0', 'decline'), ('', 'decline')])
def test_the_code_may_come_later(platform: Platform, code: str, status: str) -> None:
    key = platform.open(query()).key
    assert platform.play(key, '5586200075269701', None).status == 'awaiting 3ds result'
    assert platform.play(key, None, code).status == status


def test_a_number_may_be_written_in_groups(platform: Platform) -> None:
    key = platform.open(query()).key
    assert platform.play(key, '4000 0000-0000 0077', None).status == 'success'


@pytest.mark.parametrize(
    'number', ['', '4000000000000002', 'x', '4242424242424242', '2201412000000000', '\ud800']
)
def test_no_other_card_is_played(platform: Platform, number: str) -> None:
    payment = platform.open(query())
    error = refused(lambda: platform.play(payment.key, number, None))
    assert (error.code, error.status) == ('not_a_test_card', 400)
    assert number not in str(error) or not number.strip('x')
    assert platform.payment('ORDER-1') == payment


def test_something_must_be_played(platform: Platform) -> None:
    key = platform.open(query()).key
    assert refused(lambda: platform.play(key, None, None)).code == 'nothing_to_play'


def test_what_the_state_forbids_changes_nothing(platform: Platform, merchant: Merchant) -> None:
    payment = paid(platform)
    for do in [
        lambda: platform.play(payment.key, APPROVED, None),
        lambda: platform.play(payment.key, None, '1'),
        lambda: platform.act('ORDER-1', 'capture', None),
    ]:
        error = refused(do)
        assert isinstance(error, Conflict)
        assert error.code == STATUS_FORBIDS
    assert platform.payment('ORDER-1') == payment
    assert len(platform.callbacks()) == 1


def test_a_change_that_fails_is_undone(platform: Platform) -> None:
    def fail(payment: SandboxPayment, now: float) -> Any:
        payment.amount = 5
        raise ZeroDivisionError

    payment = paid(platform)
    with pytest.raises(ZeroDivisionError):
        platform.change(payment.key, fail)
    assert platform.payment('ORDER-1') == payment


# telling


def test_the_merchant_is_told(platform: Platform, merchant: Merchant) -> None:
    payment = paid(platform, payment_description='Заказ 1')
    (callback,) = platform.callbacks('ORDER-1')
    assert (callback.payment, callback.url) == (payment.key, merchant.url)
    assert merchant.bodies == [callback.body.encode()]
    assert 'Заказ 1' in callback.body
    told = read(merchant.bodies[0])
    assert told.is_success()
    assert told.get_payment_id() == 'ORDER-1'
    assert told.get_payment_description() == 'Заказ 1'
    (delivery,) = platform.deliveries(callback)
    assert (delivery.variant, delivery.status, delivery.error) == (SCHEDULED, 200, None)


def test_it_is_stored_before_it_is_sent(platform: Platform, merchant: Merchant) -> None:
    seen = []

    def look(body: bytes) -> int:
        seen.append(
            (
                platform.payment('ORDER-1').status,
                [callback.body.encode() for callback in platform.callbacks()] == [body],
            )
        )
        return 200

    merchant.answer = look
    paid(platform)
    assert seen == [('success', True)]


def test_it_is_told_by_a_platform_that_starts_after_the_death_of_the_one_that_stored_it(
    database: str, merchant: Merchant
) -> None:
    store = Store(database)
    dead = Platform(SECRET, 186, store, merchant.url)
    # Nothing of it is started: it can store, and has no time to send anything.
    dead.play(dead.open(query()).key, APPROVED, None)
    time.sleep(0.1)
    assert merchant.bodies == []
    store.close()
    with running(database):
        eventually(lambda: merchant.bodies)
    assert statuses(merchant) == ['success']


def test_it_is_told_once(platform: Platform, merchant: Merchant) -> None:
    paid(platform)
    (callback,) = platform.callbacks()
    assert callback.next_at is None
    platform.advance(30 * DAY)
    time.sleep(0.2)
    assert len(merchant.bodies) == 1


def test_nobody_is_told_where_there_is_no_address(database: str) -> None:
    with running(database) as platform:
        paid(platform)
        (callback,) = platform.callbacks('ORDER-1')
        assert (callback.url, callback.next_at, callback.tries) == ('', None, 0)
        error = refused(lambda: platform.deliver(callback.id, AGAIN))
        assert (error.code, error.status) == ('no_address', 409)
        assert platform.deliveries(callback) == []


ALL_URLS = [
    'merchant_success_callback_url',
    'merchant_decline_callback_url',
    'merchant_callback_url',
]


@pytest.mark.parametrize(
    'given, card, expected',
    [
        (ALL_URLS, APPROVED, 'merchant_success_callback_url'),
        (ALL_URLS, DECLINED, 'merchant_decline_callback_url'),
        (ALL_URLS, CHALLENGED, 'merchant_callback_url'),
        (ALL_URLS, SLOW, 'merchant_callback_url'),
        (ALL_URLS[:2], CHALLENGED, None),
        (ALL_URLS[:1], DECLINED, None),
        (ALL_URLS[1:2], APPROVED, None),
        (ALL_URLS[2:], APPROVED, 'merchant_callback_url'),
        (ALL_URLS[2:], DECLINED, 'merchant_callback_url'),
        ([], APPROVED, None),
    ],
)
def test_the_closest_address_counts(
    platform: Platform, merchant: Merchant, given: list[str], card: str, expected: Optional[str]
) -> None:
    urls = {name: f'{merchant.url}/{name}' for name in given}
    platform.play(platform.open(query(**urls)).key, card, None)
    (callback,) = platform.callbacks()
    assert callback.url == (merchant.url if expected is None else urls[expected])


def test_a_saved_card_is_told_to_the_general_address(
    platform: Platform, merchant: Merchant
) -> None:
    payment = platform.open(
        query(None, mode='card_tokenize', payment_amount='', payment_currency='')
    )
    platform.play(payment.key, APPROVED, None)
    eventually(lambda: merchant.bodies)
    assert misfits(json.loads(merchant.bodies[0]), 'tokenize') == []
    assert read(merchant.bodies[0]).get_token() == platform.payments()[0].token


def test_the_shops_page_is_told_the_same(platform: Platform) -> None:
    event = platform.sign_event(paid(platform))
    assert misfits(event, 'payment_operations_list') == []
    told = read(json.dumps(event).encode())
    assert told.is_success()
    assert told.get_payment_id() == 'ORDER-1'


def test_what_is_told_is_signed_as_the_documentation_says(platform: Platform) -> None:
    payment = paid(platform)
    payment.operations *= 11
    event = platform.sign_event(payment)
    signature = event['general'].pop('signature')
    by_form = [
        json.loads(CallbackFactory(SECRET, form=form).sign(event, in_general=True))
        for form in ('natural', 'plain')
    ]
    assert by_form[0]['general']['signature'] == signature != by_form[1]['general']['signature']

    body = json.loads(platform.sign({'rate': 10.0}))
    assert body == json.loads(CallbackFactory(SECRET).sign({'rate': 10.0}))


# telling again


def test_anything_but_200_is_told_again(database: str, merchant: Merchant) -> None:
    others = [201, 204, 301, 302, 400, 404, 500, 503]

    def answer(body: bytes) -> int:
        status = int(read(body).get_payment_id())
        return status if merchant.bodies.count(body) < 2 else 200

    merchant.answer = answer
    with running(database, merchant.url, speed=100) as platform:
        for status in others:
            platform.play(platform.open(query(str(status))).key, APPROVED, None)
        eventually(lambda: all(one.next_at is None for one in platform.callbacks()))
        time.sleep(0.2)  # two gaps
        callbacks = platform.callbacks()
        assert [one.tries for one in callbacks] == [3] * len(others)
        assert [[sent.status for sent in platform.deliveries(one)] for one in callbacks] == [
            [status, status, 200] for status in others
        ]
    assert sorted(merchant.bodies) == sorted(3 * [one.body.encode() for one in callbacks])


def test_a_merchant_who_is_away_is_told_later(database: str) -> None:
    with running(database, 'http://127.0.0.1:1/', speed=100) as platform:
        paid(platform)
        eventually(lambda: platform.callbacks()[0].tries >= 2)
        sent = platform.deliveries(platform.callbacks()[0])[0]
        assert (sent.status, sent.answer) == (None, None)
        assert 'ConnectError' in (sent.error or '')


def test_an_address_that_is_none_is_tried_as_any_other(database: str) -> None:
    with running(database, 'http://a..b/', speed=100) as platform:
        paid(platform)
        eventually(lambda: platform.callbacks()[0].tries >= 2)


@pytest.mark.parametrize('options, speed', [({}, 1), ({'speed': 20}, 20)])
def test_the_gaps_are_divided_by_the_speed(
    database: str, merchant: Merchant, options: dict[str, float], speed: float
) -> None:
    merchant.answer = lambda body: 500
    with running(database, merchant.url, **options) as platform:
        paid(platform)
        (callback,) = eventually(lambda: [one for one in platform.callbacks() if one.tries == 1])
        (sent,) = platform.deliveries(callback)
        assert callback.next_at is not None
        assert 10 / speed <= callback.next_at - sent.at < 10 / speed + 2


def test_after_120_tries_it_is_told_no_more(database: str, merchant: Merchant) -> None:
    merchant.answer = lambda body: 500
    with running(database, merchant.url, speed=1e9) as platform:
        paid(platform)
        eventually(lambda: platform.callbacks()[0].next_at is None, 60)
        (callback,) = platform.callbacks()
        assert callback.tries == len(platform.deliveries(callback)) == len(merchant.bodies) == 120


def test_a_callback_delivered_by_hand_is_not_tried_again(database: str, merchant: Merchant) -> None:
    merchant.answer = lambda body: 500 if not merchant.bodies else 200
    with running(database, merchant.url, speed=20) as platform:
        paid(platform)
        (callback,) = eventually(lambda: [one for one in platform.callbacks() if one.tries])
        assert platform.deliver(callback.id, AGAIN).status == 200
        assert platform.callbacks()[0].next_at is None
        time.sleep(callback.next_at - platform.now() + 0.1)
        assert [sent.variant for sent in platform.deliveries(callback)] == [SCHEDULED, AGAIN]
        assert platform.callbacks()[0].tries == 1


def test_one_that_fails_by_hand_is_tried_as_before(platform: Platform, merchant: Merchant) -> None:
    merchant.answer = lambda body: 500
    paid(platform)
    (before,) = eventually(lambda: [one for one in platform.callbacks() if one.tries])
    assert platform.deliver(before.id, AGAIN).status == 500
    assert platform.callbacks() == [before]


def test_one_delivered_by_hand_while_it_is_tried_is_not_tried_again(
    database: str, merchant: Merchant
) -> None:
    asked, free = threading.Event(), threading.Event()

    def fail_once(body: bytes) -> int:
        if asked.is_set():
            return 200
        asked.set()
        free.wait(10)
        return 500

    merchant.answer = fail_once
    with running(database, merchant.url, speed=100) as platform:
        platform.play(platform.open(query()).key, APPROVED, None)
        assert asked.wait(10)
        (callback,) = platform.callbacks()
        assert platform.deliver(callback.id, AGAIN).status == 200
        free.set()
        eventually(lambda: platform.callbacks()[0].tries == 1)
        time.sleep(0.3)
        assert [sent.status for sent in platform.deliveries(callback)] == [200, 500]
        assert platform.callbacks()[0].next_at is None


def test_a_try_is_made_once_whatever_the_clock_does_meanwhile(
    platform: Platform, merchant: Merchant
) -> None:
    asked, free = threading.Event(), threading.Event()

    def fail_slowly(body: bytes) -> int:
        asked.set()
        free.wait(10)
        return 500

    merchant.answer = fail_slowly
    platform.play(platform.open(query()).key, APPROVED, None)
    assert asked.wait(10)
    for _ in range(3):
        platform.advance(1)
    free.set()
    (callback,) = eventually(lambda: [one for one in platform.callbacks() if one.tries])
    platform._try(callback.id, 0)  # as one that came too late to be dropped
    time.sleep(0.2)
    assert len(merchant.bodies) == 1
    assert platform.callbacks() == [callback]


# by hand


def test_a_duplicate_is_right_and_a_second_later(platform: Platform, merchant: Merchant) -> None:
    paid(platform)
    (callback,) = platform.callbacks()
    assert platform.deliver(callback.id, DUPLICATE).variant == DUPLICATE
    first, second = map(read, merchant.bodies)
    assert second.get_payment_date() - first.get_payment_date() == timedelta(seconds=1)
    assert second.get_operation_id() == first.get_operation_id()
    assert second.is_success()
    moved = {
        path
        for path, (one, other) in differences(*map(json.loads, merchant.bodies)).items()
        if one != other
    }
    assert moved == {'payment.date', 'operation.date', 'signature'}
    assert platform.callbacks() == [callback]


def differences(one: Any, other: Any, path: str = '') -> dict[str, tuple[Any, Any]]:
    """Return the texts and numbers at all paths of two JSON objects of one shape."""
    if not isinstance(one, dict):
        return {path: (one, other)}
    assert set(one) == set(other)
    found = {}
    for key in one:
        found.update(differences(one[key], other[key], f'{path}.{key}'.strip('.')))
    return found


def test_a_tampered_callback_is_refused_by_the_merchant(
    platform: Platform, merchant: Merchant
) -> None:
    def check(body: bytes) -> int:
        try:
            read(body)
        except InvalidSignature:
            return 400
        return 200

    merchant.answer = check
    paid(platform, payment_description='Заказ 1')
    (callback,) = platform.callbacks()
    assert platform.deliver(callback.id, TAMPERED).status == 400
    assert json.loads(merchant.bodies[1])['payment']['sum']['amount'] == 1816
    assert 'Заказ 1'.encode() in merchant.bodies[1]
    assert platform.callbacks() == [callback]


def test_callbacks_about_saved_cards_come_in_all_variants(
    platform: Platform, merchant: Merchant
) -> None:
    key = platform.open(
        query(None, mode='card_tokenize', payment_amount='', payment_currency='')
    ).key
    platform.play(key, APPROVED, None)
    eventually(lambda: merchant.bodies)
    (callback,) = platform.callbacks()
    for variant in AGAIN, DUPLICATE, TAMPERED:
        platform.deliver(callback.id, variant)
    token = read(merchant.bodies[0]).get_token()
    assert merchant.bodies[1] == merchant.bodies[0]
    assert read(merchant.bodies[2]).get_token() == token
    assert json.loads(merchant.bodies[3])['token'] == token[::-1]
    with pytest.raises(InvalidSignature):
        read(merchant.bodies[3])


@pytest.mark.parametrize('variant', ['', 'AGAIN', SCHEDULED, 'x'])
def test_there_are_no_other_variants(platform: Platform, merchant: Merchant, variant: str) -> None:
    paid(platform)
    (callback,) = platform.callbacks()
    error = refused(lambda: platform.deliver(callback.id, variant))
    assert (error.code, error.status) == ('wrong_variant', 400)
    assert len(merchant.bodies) == 1


def test_callbacks_come_in_reverse(platform: Platform, merchant: Merchant) -> None:
    payment = platform.open(query())
    platform.play(payment.key, CHALLENGED, '1')
    platform.advance(DAY)
    platform.act('ORDER-1', 'refund', 15)
    eventually(lambda: len(merchant.bodies) == 3)
    merchant.bodies.clear()
    sent = platform.deliver_in_reverse('ORDER-1')
    assert [one.status for one in sent] == [200, 200, 200]
    assert statuses(merchant) == ['partially refunded', 'success', 'awaiting 3ds result']
    assert [read(body).get_operation_type() for body in merchant.bodies] == [
        'refund',
        'sale',
        'sale',
    ]


# the clock


def test_what_is_due_by_then_is_done_when_the_clock_is_put_forward(
    platform: Platform, merchant: Merchant
) -> None:
    merchant.answer = lambda body: 500
    paid(platform)
    eventually(lambda: platform.callbacks()[0].tries == 1)
    for tries, seconds in [(2, 10), (3, 11), (4, DAY)]:
        before = platform.now()
        platform.advance(seconds)
        assert before + seconds <= platform.now() < before + seconds + 5
        eventually(lambda: platform.callbacks()[0].tries == tries)  # noqa: B023 -- called here
        time.sleep(0.1)
        assert len(merchant.bodies) == tries  # and once only


@pytest.mark.parametrize('card, seconds', [(CHALLENGED, CHALLENGE_SECONDS), (SLOW, 10)])
def test_time_declines_and_the_merchant_is_told(
    platform: Platform, merchant: Merchant, card: str, seconds: int
) -> None:
    platform.play(platform.open(query()).key, card, None)
    eventually(lambda: len(merchant.bodies) == 1)
    platform.advance(seconds - 3)
    assert platform.payment('ORDER-1').status != 'decline'
    platform.advance(3)
    eventually(lambda: len(merchant.bodies) == 2)  # without anybody's looking
    assert statuses(merchant)[1] == 'decline'
    assert platform.payment('ORDER-1').status == 'decline'


def test_a_slow_issuer_takes_its_time_without_a_clock(
    platform: Platform, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('payment_page_sdk.sandbox.payments.SLOW_SECONDS', 0.3)
    platform.play(platform.open(query()).key, SLOW, None)
    eventually(lambda: len(merchant.bodies) == 2)
    assert sorted(statuses(merchant)) == ['decline', 'processing']


def test_what_time_has_done_is_seen_in_all_ways_of_looking(platform: Platform) -> None:
    soon = datetime.now(timezone.utc) + timedelta(minutes=1)
    for payment_id in 'ORDER-1', 'ORDER-2':
        assert platform.open(query(payment_id, best_before=soon)).status == 'new'
    platform.open(query('ORDER-3', best_before=soon + timedelta(days=1)))
    platform._store.advance(61)  # and no scheduler knows
    payment = platform.payments()[2]
    assert [found.status for found in platform.payments()] == ['new', 'expired', 'expired']
    assert refused(lambda: platform.play(payment.key, APPROVED, None)).status == 409
    assert platform.callbacks() == []


def test_what_time_has_done_is_kept_when_the_rest_is_refused(
    platform: Platform, merchant: Merchant
) -> None:
    key = platform.open(query()).key
    platform.play(key, CHALLENGED, None)
    platform._store.advance(CHALLENGE_SECONDS)
    assert refused(lambda: platform.play(key, None, '1')).code == STATUS_FORBIDS
    eventually(lambda: len(merchant.bodies) == 2)
    assert sorted(statuses(merchant)) == ['awaiting 3ds result', 'decline']


@pytest.mark.parametrize(
    'seconds', [0, -1, FURTHEST_AHEAD + 1, float('nan'), float('inf'), -float('inf'), 10**400]
)
def test_the_clock_goes_forward_and_not_too_far(platform: Platform, seconds: float) -> None:
    assert refused(lambda: platform.advance(seconds)).code == 'wrong_clock'
    assert platform.now() - time.time() < 1


# a restart


def test_a_restart_goes_on_where_the_last_process_stopped(
    database: str, merchant: Merchant
) -> None:
    merchant.answer = lambda body: 500
    with running(database, merchant.url, speed=50) as platform:
        platform.advance(DAY)
        paid(platform, 'ORDER-1')
        platform.play(platform.open(query('ORDER-2')).key, CHALLENGED, None)
        eventually(lambda: all(callback.tries for callback in platform.callbacks()))
    count = len(merchant.bodies)
    merchant.answer = lambda body: 200
    with running(database, merchant.url, speed=50) as platform:
        assert platform.now() - time.time() > DAY - 5
        assert platform.payment('ORDER-1').status == 'success'
        eventually(lambda: all(one.next_at is None for one in platform.callbacks()))
        assert len(merchant.bodies) == count + 2
        assert platform.play(platform.payment('ORDER-2').key, None, '1').status == 'success'


def test_what_was_due_while_nothing_ran_is_done_at_the_start(
    database: str, merchant: Merchant
) -> None:
    with running(database, merchant.url) as platform:
        platform.play(platform.open(query()).key, CHALLENGED, None)
        eventually(lambda: merchant.bodies)
    store = Store(database)
    store.advance(CHALLENGE_SECONDS)
    store.close()
    with running(database, merchant.url):
        eventually(lambda: len(merchant.bodies) == 2)
    assert statuses(merchant) == ['awaiting 3ds result', 'decline']


def test_it_stops_while_a_merchant_who_fails_is_being_told(
    database: str, merchant: Merchant
) -> None:
    asked = threading.Event()

    def fail_slowly(body: bytes) -> int:
        asked.set()
        time.sleep(0.3)
        return 500

    merchant.answer = fail_slowly
    store = Store(database)
    platform = Platform(SECRET, 186, store, merchant.url)
    platform.start()
    platform.play(platform.open(query()).key, APPROVED, None)
    assert asked.wait(10)
    stopping = threading.Thread(target=platform.stop, daemon=True)
    stopping.start()
    stopping.join(20)
    assert not stopping.is_alive()
    [(_, tries, next_at)] = store.undelivered_callbacks()
    assert (tries, next_at is None) == (1, False)
    store.close()


# side by side


def in_threads(count: int, do: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=do, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_fifty_who_pay_a_payment_one_has_paid_it(platform: Platform, merchant: Merchant) -> None:
    key = platform.open(query()).key
    outcomes: list[str] = []

    def pay(number: int) -> None:
        try:
            outcomes.append(platform.play(key, APPROVED, None).status)
        except Conflict as error:
            outcomes.append(error.code)

    in_threads(50, pay)
    assert sorted(outcomes) == 49 * [STATUS_FORBIDS] + ['success']
    assert len(platform.payment('ORDER-1').operations) == len(platform.callbacks()) == 1
    eventually(lambda: merchant.bodies)
    time.sleep(0.1)
    assert len(merchant.bodies) == 1


def test_no_more_is_refunded_than_was_paid(platform: Platform) -> None:
    paid(platform)
    platform.advance(DAY)
    refusals: list[str] = []

    def refund(number: int) -> None:
        try:
            platform.act('ORDER-1', 'refund', 605)
        except Refusal as error:
            refusals.append(error.code)

    in_threads(20, refund)
    payment = platform.payment('ORDER-1')
    assert (payment.status, payment.amount) == ('refunded', 0)
    assert [operation.amount for operation in payment.operations] == [1815, 605, 605, 605]
    assert refusals == 17 * [STATUS_FORBIDS]


def test_fifty_who_open_a_link_have_one_payment(platform: Platform) -> None:
    link, keys = query(), set()
    in_threads(50, lambda number: keys.add(platform.open(link).key))
    assert len(keys) == len(platform.payments()) == 1


def test_payments_have_nothing_to_do_with_each_other(database: str, merchant: Merchant) -> None:
    # The merchant's server may reset a connection of so many, which are then tried again.
    with running(database, merchant.url, speed=50) as platform:

        def pay(number: int) -> None:
            key = platform.open(query(f'ORDER-{number}', payment_amount=100 + number)).key
            platform.play(key, CHALLENGED, '1' if number % 2 else None)

        in_threads(20, pay)
        eventually(lambda: all(one.next_at is None for one in platform.callbacks()))
        for number in range(20):
            payment = platform.payment(f'ORDER-{number}')
            assert payment.operations[0].amount == 100 + number
            assert payment.status == ('success' if number % 2 else 'awaiting 3ds result')
            assert all(
                f'"ORDER-{number}"' in callback.body
                for callback in platform.callbacks(f'ORDER-{number}')
            )
    assert len(set(merchant.bodies)) == 30
    assert len({read(body).get_operation_id() for body in merchant.bodies}) == 20


def test_a_merchant_who_hangs_holds_up_no_other(database: str, merchant: Merchant) -> None:
    free = threading.Event()

    def hang(body: bytes) -> int:
        if b'ORDER-1' in body:
            free.wait(8)
        return 200

    merchant.answer = hang
    with running(database, merchant.url) as platform:
        for payment_id in 'ORDER-1', 'ORDER-2':
            platform.play(platform.open(query(payment_id)).key, APPROVED, None)
        eventually(lambda: len(merchant.bodies) == 1, 5)
        assert read(merchant.bodies[0]).get_payment_id() == 'ORDER-2'
        free.set()


# what is not to be seen


def test_the_database_holds_no_secret(database: str, merchant: Merchant) -> None:
    with running(database, merchant.url) as platform:
        key = platform.open(query()).key
        details = CardDetails('JANE DOE', '12/30', '9173')
        platform.change(
            key, lambda payment, now: payment.submit(PURCHASE_CARDS[CHALLENGED], details, now)
        )
        platform.play(key, None, '918273')
        refused(lambda: platform.play(key, '5105105105105100', '645382'))
        sent = query()
        files = [file.read_bytes() for file in Path(database).parent.iterdir()]
    files += [file.read_bytes() for file in Path(database).parent.iterdir()]
    found = b''.join(files)
    assert b'JANE DOE' in found
    signature = re.findall('signature=([^&%]+)', sent)[0]
    for hidden in [SECRET, '9173"', '"9173', '918273', '5105105105105100', '645382', signature]:
        assert hidden.encode() not in found


def test_no_secret_is_shown(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    payment = paid(platform)
    (callback,) = platform.callbacks()
    errors = [
        refused(lambda: platform.open(query() + 'x')),
        refused(lambda: platform.play(payment.key, '5105105105105100', '645382')),
    ]
    shown = caplog.text + ''.join(
        map(
            repr,
            [
                platform,
                payment,
                callback,
                platform.deliveries(callback),
                vars(platform),
                *errors,
                *[error.problems for error in errors],
            ],
        )
    )
    for hidden in SECRET, '5105105105105100', '645382':
        assert hidden not in shown


# the official SDKs

PYTHON_CALLBACKS = """
from payment_page_sdk.gate import Gate
result = []
for body in %r:
    try:
        callback = Gate(%r).handle_callback(body)
        result.append([callback.get_payment_id(), callback.get_payment_status() == 'success'])
    except Exception as error:
        result.append(str(error))
"""

NODE_CALLBACKS = """
const {Callback} = require(process.argv[1]);
const [bodies, secret] = JSON.parse(process.argv[2]);
console.log(JSON.stringify(bodies.map((body) => {
  try {
    const callback = new Callback(secret, body);
    return [callback.getPaymentId(), callback.isPaymentSuccess()];
  } catch (error) { return error.message; }
})));
"""


def official_python(bodies: list[str]) -> Any:
    source = PYTHON_CALLBACKS % (bodies, SECRET)
    return oracles.run_snippet(source, oracles.official_python())['result']


def official_node(bodies: list[str]) -> Any:
    package = oracles.official_node()
    return json.loads(
        subprocess.check_output(
            [tools.node(), '-e', NODE_CALLBACKS, package, json.dumps([bodies, SECRET])]
        )
    )


@pytest.mark.subprocess
@pytest.mark.parametrize('sdk', [official_python, official_node])
def test_the_official_sdks_accept_callbacks(
    platform: Platform, sdk: Callable[[list[str]], Any]
) -> None:
    key = platform.open(
        query(
            payment_description='Заказ № 1 "\u2713"',
            merchant_data='{"a": 1}',
            recurring={'register': True, 'type': 'U'},
        )
    ).key
    platform.play(key, CHALLENGED, '1')
    platform.act('ORDER-1', 'refund', 5)
    told = [callback.body for callback in platform.callbacks('ORDER-1')]
    *answers, tampered = sdk([*told, told[1].replace('1815', '1816')])
    assert answers == [['ORDER-1', False], ['ORDER-1', True], ['ORDER-1', False]]
    assert isinstance(tampered, str)
    assert 'signature' in tampered.lower()


# series and saved cards


def test_callbacks_about_a_series_are_sent_once_more_and_forged(
    platform: Platform, merchant: Merchant
) -> None:
    paid(platform, recurring='{"register": true, "type": "C"}')
    recurring_id = platform.payment('ORDER-1').recurring_id
    assert recurring_id is not None
    platform.act_on_series(recurring_id, 'recurring cancel', 'ORDER-2')
    [callback] = platform.callbacks('ORDER-2')
    eventually(lambda: platform.deliveries(callback))
    platform.deliver(callback.id, DUPLICATE)
    assert merchant.bodies[2] == merchant.bodies[1], 'it has no date'
    platform.deliver(callback.id, TAMPERED)
    assert json.loads(merchant.bodies[3])['recurring']['id'] == recurring_id + 1
    with pytest.raises(InvalidSignature):
        read(merchant.bodies[3])


def test_a_request_about_a_series_is_carried_out_after_a_restart(
    database: str, merchant: Merchant
) -> None:
    with running(database, merchant.url) as platform:
        paid(platform, recurring='{"register": true, "type": "C"}')
        recurring_id = platform.payment('ORDER-1').recurring_id
        assert recurring_id is not None
        platform.request_on_series(recurring_id, 'recurring', 'ORDER-2', amount=5)
    with running(database, merchant.url) as platform:
        assert platform.series(recurring_id).payment_id == 'ORDER-1'
        eventually(lambda: len(merchant.bodies) == 2)
        assert read(merchant.bodies[1]).matches(5, 'EUR')


def test_of_a_token_the_payment_that_made_it_counts(platform: Platform) -> None:
    token = paid(platform).token
    second = platform.open(query('ORDER-2', account_token=token))
    assert (second.token, second.card) == (token, '400000******0077')
    platform.play(second.key, None, None)
    assert platform.open(query('ORDER-2', account_token=token)).status == 'success'
    assert platform.open(query('ORDER-3', account_token=token)).token == token


@pytest.mark.parametrize('params', [{'customer_id': 'joe'}, {'account_token': 'x' * 64}])
def test_a_wrong_token_is_refused(platform: Platform, params: dict[str, str]) -> None:
    token = paid(platform).token
    error = refused(lambda: platform.open(query('ORDER-2', **{'account_token': token, **params})))
    assert (error.code, error.status) == ('3221', 400)
    assert len(platform.payments()) == 1


def test_a_callback_and_its_deliveries_are_of_one_moment(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = platform._store
    find_deliveries = store.deliveries

    def deliver_meanwhile(callback_id: int) -> list[Delivery]:
        threads.append(threading.Thread(target=platform.deliver, args=(callback_id, AGAIN)))
        threads[-1].start()
        threads[-1].join(0.3)  # unless it has to wait
        return find_deliveries(callback_id)

    threads: list[threading.Thread] = []
    paid(platform)
    before = [len(sent) for _, sent in platform.callbacks_and_deliveries()]
    monkeypatch.setattr(store, 'deliveries', deliver_meanwhile)
    ((_, sent),) = platform.callbacks_and_deliveries('ORDER-1')
    threads[0].join()
    assert [len(sent)] == before == [1]
    assert len(find_deliveries(1)) == 2


def test_a_token_with_the_digits_of_a_card_is_known(platform: Platform) -> None:
    def save_as(payment: SandboxPayment, now: float) -> bool:
        payment.token = 'a' * 48 + APPROVED
        return False

    saved = platform.change(paid(platform).key, save_as)
    opened = platform.open(query('ORDER-2', account_token=saved.token))
    assert (opened.card, opened.token) == (saved.card, saved.token)


def test_a_token_expires_with_its_card(platform: Platform) -> None:
    platform.open(query())
    card = PURCHASE_CARDS[APPROVED]
    month = datetime.fromtimestamp(platform.now(), timezone.utc).strftime('%m/%y')
    payment = platform.change(
        platform.payment('ORDER-1').key,
        lambda payment, now: payment.submit(card, CardDetails('J D', month, '123'), now),
    )
    opened_before = query('ORDER-2', account_token=payment.token)
    platform.open(opened_before)
    platform.advance(31 * DAY)
    error = refused(lambda: platform.open(query('ORDER-3', account_token=payment.token)))
    assert error.code == '3027'
    assert platform.open(opened_before).status == 'new'
