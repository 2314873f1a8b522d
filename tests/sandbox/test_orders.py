"""What callbacks do to an order of the demo shop, in whatever order they come."""

from __future__ import annotations

import re
from itertools import permutations
from typing import Any

import pytest

from payment_page_sdk.callback import Callback
from payment_page_sdk.callback.facts import Sum
from payment_page_sdk.sandbox.orders import (
    ACCEPTED,
    DONE,
    FAILED,
    OUTCOMES,
    REFUSED,
    REVIEW,
    STATES,
    UNKNOWN,
    WITH_MONEY,
    Order,
    PlatformRequest,
)
from payment_page_sdk.sandbox.shop import TONES
from payment_page_sdk.sandbox.shop_words import WORDS
from payment_page_sdk.signature_handler import SignatureHandler
from payment_page_sdk.testing import ABSENT, CallbackFactory

SECRET = 'a secret key'

FIRST, SECOND = 'ORDER-7', 'ORDER-7-2'


@pytest.fixture
def order() -> Order:
    return Order('7', 1815, 'EUR', 'sale', 'en')


def callback(
    status: str,
    amount: int = 1815,
    action: str = 'sale',
    payment_id: str = FIRST,
    currency: str = 'EUR',
    **more: Any,
) -> Callback:
    changes = {'payment.status': status, 'operation.type': action, **more}
    body = CallbackFactory(SECRET).payment(payment_id, amount, currency, changes=changes)
    return Callback(body, SignatureHandler(SECRET))


def tell(order: Order, *args: Any, **members: Any) -> None:
    """Let the order follow a callback."""
    order.follow(callback(*args, **members))


@pytest.mark.parametrize(
    ('status', 'operation', 'amount', 'state', 'left'),
    [
        ('success', 'sale', 1815, 'paid', 1815),
        ('awaiting capture', 'auth', 1815, 'held', 1815),
        ('success', 'capture', 1000, 'paid', 1000),
        ('awaiting capture', 'cancel', 1000, 'held', 1000),
        ('canceled', 'cancel', 1815, 'canceled', 0),
        ('cancelled', 'cancel', 1815, 'canceled', 0),
        ('partially refunded', 'refund', 15, 'partly_refunded', 15),
        ('partially reversed', 'reversal', 15, 'partly_refunded', 15),
        ('refunded', 'refund', 1815, 'refunded', 0),
        ('reversed', 'reversal', 1815, 'refunded', 0),
        ('decline', 'sale', 1815, 'declined', 0),
        ('expired', 'sale', 1815, 'declined', 0),
        ('processing', 'sale', 1815, 'new', 0),
        ('awaiting customer', 'sale', 1815, 'new', 0),
        ('brand new', 'sale', 1815, 'new', 0),
        ('success', 'sale', 1814, 'review', 1814),
        ('awaiting capture', 'auth', 1816, 'review', 1816),
    ],
)
def test_states(
    order: Order, status: str, operation: str, amount: int, state: str, left: int
) -> None:
    tell(order, status, amount, action=operation)
    assert order.state == state
    assert order.payments[FIRST].sum == (left, 'EUR')
    assert order.is_payable == (state in ('new', 'declined'))
    assert order.changes == 1


def test_another_currency_is_to_be_reviewed(order: Order) -> None:
    tell(order, 'success', currency='USD')
    assert order.state == 'review'
    tell(order, 'refunded', 0, action='refund', currency='USD')
    assert order.state == 'refunded'


@pytest.mark.parametrize('body', [{'payment.status': ABSENT}, {'payment.sum': ABSENT}])
def test_what_tells_no_result_changes_nothing(order: Order, body: dict[str, Any]) -> None:
    tell(order, 'success', **body)
    assert order.state == 'new'


@pytest.mark.parametrize('body', [{'operation': ABSENT}, {'operation.request_id': ABSENT}])
def test_operations_may_be_missing(order: Order, body: dict[str, Any]) -> None:
    tell(order, 'success', **body)
    assert (order.state, order.payment.operations) == ('paid', {})


# What is told, by status, amount and operation; the last is where the order arrives.
LIVES = [
    [('success', 1815, 'sale'), ('partially refunded', 1000, 'refund'), ('refunded', 0, 'refund')],
    [
        ('success', 1815, 'sale'),
        ('partially refunded', 1000, 'refund'),
        ('partially refunded', 500, 'refund'),
    ],
    [
        ('awaiting capture', 1815, 'auth'),
        ('awaiting capture', 1000, 'cancel'),
        ('success', 500, 'capture'),
    ],
    [
        ('awaiting capture', 1815, 'auth'),
        ('awaiting capture', 1000, 'cancel'),
        ('canceled', 0, 'cancel'),
    ],
]


STATE_AFTER = {
    'refunded': 'refunded',
    'partially refunded': 'partly_refunded',
    'success': 'paid',
    'canceled': 'canceled',
}


@pytest.mark.parametrize('life', LIVES)
def test_late_and_repeated_callbacks_change_nothing(life: list[tuple[str, int, str]]) -> None:
    callbacks = [callback(*told) for told in life]
    for told in permutations(callbacks * 2, 4):
        order = Order('7', 1815, 'EUR', 'sale', 'en')
        for each in [*told, callbacks[-1]]:
            order.follow(each)
        assert order.payment.sum == (life[-1][1], 'EUR')
        assert order.state == STATE_AFTER[life[-1][0]]


def test_a_wrong_amount_is_seen_late(order: Order) -> None:
    tell(order, 'partially refunded', 1500, action='refund')
    assert order.state == 'partly_refunded'
    tell(order, 'success', 1800)
    assert order.state == 'review'


def test_after_a_decline_there_is_another_payment(order: Order) -> None:
    assert list(order.payments) == [FIRST]
    for _ in range(2):
        tell(order, 'decline')
        assert list(order.payments) == [FIRST, SECOND]
        assert (order.payment.id, order.state) == (SECOND, 'declined')
    tell(order, 'decline', payment_id=SECOND)
    assert order.payment.id == 'ORDER-7-3'
    tell(order, 'success', payment_id=SECOND)
    assert order.state == 'paid'
    tell(order, 'decline', payment_id='ORDER-7-3')
    tell(order, 'decline')
    assert (order.state, list(order.payments)[-1]) == ('paid', 'ORDER-7-4')


def test_who_pays_twice_is_reviewed_until_one_is_refunded(order: Order) -> None:
    tell(order, 'decline')
    tell(order, 'success', payment_id=SECOND)
    tell(order, 'success')  # the bank has changed its mind
    assert order.state == 'review'
    tell(order, 'refunded', 0, action='refund')
    assert order.state == 'paid'
    tell(order, 'refunded', 0, action='refund', payment_id=SECOND)
    assert order.state == 'refunded'


def test_a_callback_tells_what_became_of_a_request(order: Order) -> None:
    request = PlatformRequest('refund', Sum(500, 'EUR'), ACCEPTED, 'r-1')
    refused = PlatformRequest('refund', Sum(500, 'EUR'), REFUSED)
    payment = order.payment
    for status, outcome in [('processing', ACCEPTED), ('decline', FAILED), ('success', DONE)]:
        more = {'operation.request_id': 'r-1', 'operation.status': status}
        tell(order, 'success', action='refund', **more)
        assert payment.outcome(request) == outcome
        assert payment.outcome(refused) == REFUSED


@pytest.mark.parametrize('action', ['refund', 'reversal'])
def test_a_request_without_an_answer_is_found_by_type_and_sum(order: Order, action: str) -> None:
    requests = [
        PlatformRequest('refund', Sum(400, 'EUR')),
        PlatformRequest('capture', Sum(500, 'EUR')),
        PlatformRequest('refund', Sum(500, 'EUR'), REFUSED),
        PlatformRequest('refund', Sum(500, 'EUR')),
        PlatformRequest('refund', Sum(500, 'EUR')),
    ]
    order.payment.requests += requests
    for request_id in ('r-1', 'r-1', 'r-2', 'r-3'):
        more = {
            'operation.request_id': request_id,
            'operation.sum_initial': {'amount': 500, 'currency': 'EUR'},
        }
        tell(order, 'partially refunded', 1315, action=action, **more)
    assert [request.id for request in requests] == ['', '', '', 'r-1', 'r-2']
    outcomes = [order.payment.outcome(request) for request in requests]
    assert outcomes == [UNKNOWN, UNKNOWN, REFUSED, DONE, DONE]


def test_both_languages_have_the_same_texts() -> None:
    assert set(WORDS['en']) == set(WORDS['ru']) >= set(OUTCOMES)
    for name, text in WORDS['en'].items():
        assert re.findall('{.*?}', text) == re.findall('{.*?}', WORDS['ru'][name])
    for state in [*STATES, REVIEW]:
        assert {'state_' + state, 'next_' + state} < set(WORDS['en'])
        assert state in TONES
        assert (f'left_{state}' in WORDS['en']) == (state in WITH_MONEY)
