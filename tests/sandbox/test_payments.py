"""The life of a payment, without a clock, a network or a database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any, Optional

import pytest
from callback_families import misfits
from hypothesis import given
from hypothesis.strategies import booleans, integers, lists, none, sampled_from, tuples

from payment_page_sdk.callback import Callback
from payment_page_sdk.callback.facts import Sum
from payment_page_sdk.callback.result_codes import result_of
from payment_page_sdk.callback.shapes import format_moment
from payment_page_sdk.sandbox import cards
from payment_page_sdk.sandbox.bodies import (
    Body,
    callback_body,
    event_body,
    series_body,
    status_body,
)
from payment_page_sdk.sandbox.cards import CARDS, Card, CardDetails
from payment_page_sdk.sandbox.payments import NEW, SandboxPayment
from payment_page_sdk.sandbox.refusals import Conflict, Refusal
from payment_page_sdk.sandbox.series import CANCEL, DEBIT, UPDATE
from payment_page_sdk.signature_handler import SignatureHandler
from sandbox.conftest import refused

AT = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
NOW = AT.timestamp()
DAY = 24 * 60 * 60
LATER = NOW + DAY  # a refund is a refund, and no longer a reversal

CHALLENGE_SECONDS = RETRY_SECONDS = 1800
SLOW_SECONDS = 10
MOST_ATTEMPTS = 5

# The platform's codes of errors and results, as documented.
STATUS_FORBIDS, TOO_MUCH, INVALID_AMOUNT, REFUND_ID_EXISTS = '3060', '3283', '502', '3230'
GENERAL_DECLINE, INCORRECT_DATA, INCORRECT_CVC = '10000', '10102', '10103'
INCORRECT_3DS_CODE, INSUFFICIENT_FUNDS, CANCELLED = '10104', '10105', '10301'
UNKNOWN_TOKEN, EXPIRED_TOKEN = '3221', '3027'
EXPIRED_SERIES, CANCELLED_SERIES = '3301', '3184'
TIME_OUT, NOT_RETURNED = '10602', '108'

APPROVED, DECLINED = '4000000000000077', '4111111111111111'
CHALLENGED, CHALLENGED_IN_VAIN = '4314220000000056', '4314220000000072'
SLOW = '4539121411168251'
WITH_CODE = '5586200075269701'
FRICTIONLESS = '4477000000000006'
PARTIAL = '5126160000356675'
FOR_SERIES = '4000000000000119'
SERIES = '{"register": true, "type": "C"}'

PLAYABLE = list(cards.PURCHASE_CARDS.values())


def opened(**params: Any) -> SandboxPayment:
    """Return a payment of 18.15 EUR that was opened now, or what ``params`` say."""
    given = {
        'project_id': '186',
        'payment_id': 'ORDER-1',
        'payment_amount': '1815',
        'payment_currency': 'EUR',
        **params,
    }
    given = {name: value for name, value in given.items() if value is not None}
    return SandboxPayment.open(given, 'canonical', 'key', NOW)


def holding() -> SandboxPayment:
    payment = opened(operation_type='auth')
    give(payment, APPROVED)
    return payment


def paid() -> SandboxPayment:
    payment = opened()
    give(payment, APPROVED)
    return payment


def give(
    payment: SandboxPayment, number: str, now: float = NOW, may_retry: bool = False, **details: Any
) -> Body:
    """Give a card with the details it wants; return the only callback."""
    card = CARDS[number]
    entered = {**vars(CardDetails.right_for(card, AT)), **details}
    return told(payment, payment.submit(card, CardDetails(**entered), now, may_retry))


def told(payment: SandboxPayment, is_told: bool) -> Body:
    """Return what is told of what has happened."""
    assert is_told
    body = callback_body(payment)
    assert_documented(body)
    return body


def act(payment: SandboxPayment, action: str, amount: Optional[int], now: float) -> Body:
    """Request something of the merchant's that is done at once; return the only callback."""
    assert payment.request(action, amount, now, now) is False
    body = told(payment, payment.lapse(now))
    assert payment.lapse(now) is False
    return body


def assert_documented(body: Body) -> None:
    family = 'tokenize' if 'token' in body else 'payment_operation'
    if 'payment' not in body and 'recurring' in body:
        family = 'recurring_registration'
    assert misfits(body, family) == []
    json.dumps(body)


def read(body: Body) -> Callback:
    """Return a body as merchants read it."""
    return Callback(dict(body, signature=SignatureHandler('s').sign(body)), SignatureHandler('s'))


def expected_of(card: Card) -> tuple[str, str]:
    """Return what a card comes to once its code was entered: status and result code."""
    return ('success' if card.result == cards.SUCCESS else 'decline'), card.result


# what a card leads to


@pytest.mark.parametrize('card', PLAYABLE, ids=lambda card: card.number)
class TestEachCard:
    def test_ends_as_it_should(self, card: Card) -> None:
        payment = opened(customer_id='jane')
        body = give(payment, card.number)
        if card.flow == cards.CHALLENGE:
            assert payment.status == 'awaiting 3ds result'
            assert 'code' not in body['operation']
            assert 'provider' not in body['operation']
            body = told(payment, payment.answer(card.code or 'any', NOW + 5))
        if card.special == cards.SLOW:
            assert payment.status == 'processing'
            body = told(payment, payment.lapse(NOW + SLOW_SECONDS))
        status, code = expected_of(card)
        callback = read(body)
        assert (payment.status, payment.operations[-1].code) == (status, code)
        assert callback.get_payment_status() == status
        assert callback.get_operation_status() == status
        assert callback.get_operation_code() == code
        assert body['operation']['message'] == result_of(code).message
        assert (payment.decline_code or '0') == code
        assert (payment.token is not None) == (status == 'success')
        assert body['account']['type'] == card.scheme
        assert payment.amount == (1815 if status == 'success' else 0)
        assert payment.deadline is None
        assert card.number not in json.dumps(body)

    def test_tells_of_authentication_only_where_there_was_one(self, card: Card) -> None:
        payment = opened()
        body = give(payment, card.number)
        if card.flow == cards.CHALLENGE:
            assert 'eci' not in body['operation']
            body = told(payment, payment.answer(card.code or '1', NOW))
        assert body['operation'].get('eci') == ('05' if card.flow else None)

    @pytest.mark.parametrize(
        'details, code',
        [({'expiry': '11/30'}, INCORRECT_DATA), ({'cvc': '000'}, INCORRECT_CVC)],
    )
    def test_declines_wrong_details_where_they_are_documented(
        self, card: Card, details: dict[str, Any], code: str
    ) -> None:
        payment = opened()
        give(payment, card.number, **details)
        if card.expiry:
            assert (payment.status, payment.decline_code) == ('decline', code)
        else:
            assert payment.decline_code not in (INCORRECT_CVC, code) or code == card.result

    def test_can_be_cancelled_on_the_banks_page(self, card: Card) -> None:
        payment = opened()
        give(payment, card.number)
        if card.flow == cards.CHALLENGE:
            body = told(payment, payment.answer('', NOW))
            assert (payment.status, payment.decline_code) == ('decline', CANCELLED)
            assert 'eci' not in body['operation']
        else:
            assert refused(lambda: payment.answer('', NOW)).code == STATUS_FORBIDS

    def test_is_saved_in_card_tokenize(self, card: Card) -> None:
        payment = opened(
            mode='card_tokenize',
            payment_id=None,
            payment_amount=None,
            payment_currency=None,
            customer_id='jane',
        )
        body = give(payment, card.number)
        callback = read(body)
        assert payment.status == 'success'
        assert callback.get_token() == payment.token
        assert callback.get_token_status() == 'active'
        assert callback.get_customer_id() == 'jane'
        assert callback.get_token_created_at() == AT
        assert callback.get_payment_status() is None
        assert re.fullmatch('[0-9a-f]{64}', payment.token or '')
        assert (body['general'], body['customer']) == ({'project_id': 186}, {'id': 'jane'})
        assert event_body(payment) == body


@pytest.mark.parametrize('number', [card.number for card in PLAYABLE if card.code])
@pytest.mark.parametrize('code', ['wrong', '0', '123456 ', '1QWEZXC'])
def test_another_code_than_the_documented_one_declines(number: str, code: str) -> None:
    payment = opened()
    give(payment, number)
    told(payment, payment.answer(code, NOW))
    assert (payment.status, payment.decline_code) == ('decline', INCORRECT_3DS_CODE)


def test_the_callback_tells_everything() -> None:
    payment = opened(
        customer_id='jane',
        customer_phone='+442071838750',
        merchant_data='a "b" \u2713',
        payment_description='Заказ 1',
    )
    give(payment, APPROVED, NOW + 60, holder='Jane Doe', expiry='03/2031')
    operation = payment.operations[0]
    operation.id = 12345678906789
    body = callback_body(payment)
    callback = read(body)
    assert body == {
        'project_id': 186,
        'payment': {
            'id': 'ORDER-1',
            'type': 'purchase',
            'status': 'success',
            'method': 'card',
            'date': '2026-11-24T12:01:00+0000',
            'sum': {'amount': 1815, 'currency': 'EUR'},
            'description': 'Заказ 1',
        },
        'operation': {
            'id': operation.id,
            'type': 'sale',
            'status': 'success',
            'code': '0',
            'message': 'Success',
            'date': '2026-11-24T12:01:00+0000',
            'created_date': '2026-11-24T12:01:00+0000',
            'request_id': operation.request_id,
            'sum_initial': {'amount': 1815, 'currency': 'EUR'},
            'sum_converted': {'amount': 1815, 'currency': 'EUR'},
            'provider': {
                'id': 6,
                'payment_id': '98760987654321',
                'date': '2026-11-24T12:01:00+0000',
                'auth_code': '906789',
                'endpoint_id': '6',
            },
        },
        'account': {
            'number': '400000******0077',
            'type': 'visa',
            'card_holder': 'JANE DOE',
            'expiry_month': '03',
            'expiry_year': '2031',
            'token': payment.token,
        },
        'customer': {'id': 'jane', 'phone': '+442071838750'},
        'merchant': {'data': 'a "b" \u2713'},
    }
    assert callback.get_payment_sum() == Sum(1815, 'EUR')
    assert payment.request_id == operation.request_id


def test_the_event_tells_everything() -> None:
    payment = opened(
        customer_id='jane',
        customer_phone='+442071838750',
        payment_description='Заказ 1',
        payment_amount='20000',
    )
    give(payment, DECLINED, NOW + 1, may_retry=True)
    give(payment, PARTIAL, NOW + 60, holder='Jane Doe', expiry='03/2031')
    first, second = payment.operations
    first.id, first.request_id, second.id, second.request_id = 100, 'first', 200, 'second'
    assert event_body(payment) == {
        'general': {'project_id': 186, 'payment_id': 'ORDER-1'},
        'transaction': {'id': 100, 'date': '2026-11-24T12:00:01+0000', 'type': 'purchase'},
        'payment': {
            'result_code': '0',
            'result_message': 'Success',
            'id': 'ORDER-1',
            'date': '2026-11-24T12:01:00+0000',
            'method': 'card',
            'status': 'success',
        },
        'description': 'Заказ 1',
        'sum_request': {'amount': 20000, 'currency': 'EUR'},
        'sum_real': {'amount': 12000, 'currency': 'EUR'},
        'operations': [
            {
                'sum': {'amount': 20000, 'currency': 'EUR'},
                'provider': {'id': 6, 'payment_id': '001'},
                'id': 100,
                'type': 'sale',
                'status': 'decline',
                'date': '2026-11-24T12:00:01+0000',
                'request_id': 'first',
                'code': '10000',
                'message': 'General decline',
            },
            {
                'sum': {'amount': 20000, 'currency': 'EUR'},
                'provider': {'id': 6, 'payment_id': '002'},
                'id': 200,
                'type': 'sale',
                'status': 'success',
                'date': '2026-11-24T12:01:00+0000',
                'request_id': 'second',
                'code': '0',
                'message': 'Success',
            },
        ],
        'auth_code': '200',
        'account': {
            'number': '512616******6675',
            'type': 'mastercard',
            'card_holder': 'JANE DOE',
            'expiry_month': '03',
            'expiry_year': '2031',
            'token': payment.token,
        },
        'customer': {'id': 'jane', 'phone': '+442071838750'},
    }


def test_what_happened_is_kept_in_its_order() -> None:
    payment = opened()
    give(payment, CHALLENGED, NOW + 1, may_retry=True)
    payment.answer('', NOW + 2)
    give(payment, CHALLENGED, NOW + 3)
    payment.answer('1', NOW + 4)
    assert payment.history == [
        (NOW, 'opened', ''),
        (NOW + 1, 'card entered', '431422******0056'),
        (NOW + 1, 'status', 'awaiting 3ds result'),
        (NOW + 2, 'code cancelled', ''),
        (NOW + 2, 'status', 'awaiting customer'),
        (NOW + 3, 'card entered', '431422******0056'),
        (NOW + 3, 'status', 'awaiting 3ds result'),
        (NOW + 4, 'code entered', ''),
        (NOW + 4, 'status', 'success'),
    ]


def test_an_opened_payment_has_only_what_the_link_says() -> None:
    assert opened().as_dict() == {
        'key': 'key',
        'payment_id': 'ORDER-1',
        'params': {
            'project_id': '186',
            'payment_id': 'ORDER-1',
            'payment_amount': '1815',
            'payment_currency': 'EUR',
        },
        'canonical': 'canonical',
        'opened': NOW,
        'status': 'new',
        'changed': 0.0,
        'amount': 0,
        'attempts': 0,
        'may_retry': False,
        'deadline': None,
        'card': None,
        'account': None,
        'token': None,
        'series': None,
        'operations': [],
        'history': [(NOW, 'opened', '')],
    }


def test_an_operation_without_a_result_has_no_code() -> None:
    payment = opened()
    give(payment, CHALLENGED, NOW + 5)
    [operation] = payment.as_dict()['operations']
    assert operation == {
        'type': 'sale',
        'amount': 1815,
        'created': NOW + 5,
        'changed': NOW + 5,
        'id': operation['id'],
        'request_id': operation['request_id'],
        'status': 'awaiting 3ds result',
        'code': '',
        'eci': None,
        'due': None,
        'merchant_refund_id': None,
        'callback_url': '',
        'callback_delay': 0,
        'has_callback': True,
    }


def test_members_that_are_not_known_are_left_out() -> None:
    body = give(opened(), APPROVED)
    assert {'customer', 'merchant', 'recurring'}.isdisjoint(body)
    assert 'token' not in body['account']
    assert 'description' not in body['payment']


def test_merchant_data_in_brackets_is_echoed_as_json() -> None:
    body = give(opened(merchant_data={'a': '1'}), APPROVED)
    assert json.loads(body['merchant']['data']) == {'a': '1'}


def test_ids_are_those_of_no_other_payment() -> None:
    ones = [paid().operations[0] for _ in range(50)]
    assert len({one.id for one in ones}) == len({one.request_id for one in ones}) == 50
    assert all(10**13 <= one.id < 2 * 10**13 for one in ones)  # exact, also in JavaScript
    assert all(re.fullmatch('[0-9a-f]{40}-00000001', one.request_id) for one in ones)


def test_before_anything_was_asked_for_the_request_is_the_payment() -> None:
    assert opened().request_id == 'key'
    assert opened().decline_code is None


# partial approval


@pytest.mark.parametrize(
    'amount, currency, approved',
    [(12001, 'EUR', 12000), (12000, 'EUR', 12000), (500, 'EUR', 500), (50000, 'USD', 50000)],
)
@pytest.mark.parametrize(
    'number', [card.number for card in PLAYABLE if card.special == cards.PARTIAL]
)
def test_a_part_is_approved(number: str, amount: int, currency: str, approved: int) -> None:
    payment = opened(payment_amount=str(amount), payment_currency=currency)
    body = give(payment, number)
    assert payment.status == 'success'
    assert payment.amount == approved
    assert body['payment']['sum'] == {'amount': approved, 'currency': currency}
    event = event_body(payment)
    assert event['sum_request'] == {'amount': amount, 'currency': currency}
    assert event['sum_real'] == {'amount': approved, 'currency': currency}
    act(payment, 'refund', approved, LATER)
    assert payment.status == 'refunded'


def test_a_part_is_held() -> None:
    payment = opened(payment_amount='20000', operation_type='auth')
    give(payment, PARTIAL)
    assert (payment.status, payment.amount) == ('awaiting capture', 12000)
    assert refused(lambda: payment.request('capture', 20000, NOW, NOW)).code == TOO_MUCH


# more attempts


def test_a_decline_may_leave_another_attempt() -> None:
    payment = opened()
    body = give(payment, DECLINED, may_retry=True)
    assert payment.status == 'awaiting customer'
    assert payment.is_open
    assert body['payment']['is_new_attempts_available'] is True
    assert body['payment']['attempts_timeout'] == RETRY_SECONDS
    assert body['operation']['status'] == 'decline'
    assert not read(body).get_status().is_final()  # type: ignore[union-attr]
    assert payment.deadline == NOW + RETRY_SECONDS

    body = give(payment, APPROVED, NOW + 60, may_retry=True)
    assert payment.status == 'success'
    assert 'is_new_attempts_available' not in body['payment']
    assert [operation.status for operation in payment.operations] == ['decline', 'success']
    assert payment.deadline is None
    assert misfits(event_body(payment), 'payment_operations_list') == []


def test_there_are_no_attempts_without_end() -> None:
    payment = opened()
    for attempt in range(1, MOST_ATTEMPTS):
        give(payment, DECLINED, may_retry=True)
        assert (payment.status, payment.attempts) == ('awaiting customer', attempt)
    give(payment, DECLINED, may_retry=True)
    assert payment.status == 'decline'
    assert not payment.is_open
    assert refused(lambda: give(payment, APPROVED)).code == STATUS_FORBIDS


def test_the_time_for_another_attempt_ends() -> None:
    payment = opened()
    give(payment, DECLINED, may_retry=True)
    assert payment.lapse(NOW + RETRY_SECONDS - 1) is False
    body = told(payment, payment.lapse(NOW + RETRY_SECONDS))
    assert body['payment']['status'] == payment.status == 'decline'
    assert body['operation']['code'] == GENERAL_DECLINE
    assert payment.lapse(NOW + DAY) is False


def test_the_shopper_may_give_up() -> None:
    payment = opened()
    give(payment, DECLINED, may_retry=True)
    body = told(payment, payment.give_up(NOW + 1))
    assert body['payment']['status'] == payment.status == 'decline'
    assert payment.give_up(NOW + 2) is False


def test_who_has_confirmed_nothing_gives_nothing_up() -> None:
    payment = opened()
    assert payment.give_up(NOW) is False
    assert payment.status == NEW


def test_another_attempt_has_its_own_authentication() -> None:
    payment = opened()
    give(payment, CHALLENGED, may_retry=True)
    told(payment, payment.answer('', NOW + 1))
    assert payment.status == 'awaiting customer'
    body = give(payment, APPROVED, NOW + 2)
    assert 'eci' not in body['operation']


# what time does


def test_the_bank_waits_for_a_code_no_longer_than_it_waits() -> None:
    payment = opened()
    give(payment, CHALLENGED, may_retry=True)
    assert payment.deadline == NOW + CHALLENGE_SECONDS
    assert payment.lapse(NOW + CHALLENGE_SECONDS - 1) is False
    body = told(payment, payment.lapse(NOW + CHALLENGE_SECONDS))
    assert (payment.status, payment.decline_code) == ('decline', NOT_RETURNED)
    assert body['operation']['code'] == NOT_RETURNED
    assert refused(lambda: payment.answer('1', NOW + CHALLENGE_SECONDS)).code == STATUS_FORBIDS


def test_a_slow_issuer_declines_in_the_end() -> None:
    payment = opened()
    body = give(payment, SLOW, may_retry=True)
    assert body['operation']['status'] == body['payment']['status'] == 'processing'
    assert payment.lapse(NOW + SLOW_SECONDS - 1) is False
    told(payment, payment.lapse(NOW + SLOW_SECONDS))
    assert (payment.status, payment.decline_code) == ('decline', TIME_OUT)


def test_time_alone_changes_no_payment_that_waits_for_nothing() -> None:
    for payment in opened(), paid(), holding():
        before = payment.as_dict()
        assert payment.lapse(NOW + 1000 * DAY) is False
        assert payment.as_dict() == before


def before(seconds: float) -> str:
    return (AT + timedelta(seconds=seconds)).isoformat()


@pytest.mark.parametrize('seconds', [-DAY, 0, 60])
def test_a_link_expires(seconds: int) -> None:
    payment = opened(best_before=before(seconds))
    assert payment.deadline == NOW + seconds
    assert payment.lapse(NOW + seconds - 1) is False
    assert payment.status == NEW
    assert payment.lapse(NOW + seconds) is False  # nobody has heard of it
    assert payment.status == 'expired'
    assert not payment.is_open
    assert refused(lambda: give(payment, APPROVED)).status == 409


def test_who_pays_in_time_has_paid() -> None:
    payment = opened(best_before=before(60))
    give(payment, APPROVED, NOW + 59)
    assert payment.lapse(NOW + DAY) is False
    assert payment.status == 'success'


@pytest.mark.parametrize('seconds, counts', [(30 * DAY, True), (30 * DAY + 1, False)])
def test_a_deadline_too_far_ahead_is_ignored(seconds: int, counts: bool) -> None:
    payment = opened(best_before=before(seconds))
    assert payment.deadline == payment.best_before == (NOW + seconds if counts else None)


@pytest.mark.parametrize(
    'number, waits',
    [(CHALLENGED, CHALLENGE_SECONDS), (DECLINED, RETRY_SECONDS), (SLOW, SLOW_SECONDS)],
)
def test_the_links_deadline_shortens_all_others(number: str, waits: int) -> None:
    soon = opened(best_before=before(waits - 5))
    body = give(soon, number, may_retry=True)
    assert soon.deadline == NOW + waits - 5
    if number == DECLINED:
        assert body['payment']['attempts_timeout'] == waits - 5
    told(soon, soon.lapse(NOW + waits - 5))
    assert soon.status == 'decline'

    late = opened(best_before=before(waits + 5))
    give(late, number, may_retry=True)
    assert late.deadline == NOW + waits


# what the merchant does


def test_what_is_held_is_captured() -> None:
    payment = holding()
    assert payment.status == 'awaiting capture'
    assert payment.operations[0].type == 'auth'
    assert payment.can_capture
    assert not payment.can_refund
    body = act(payment, 'capture', None, NOW + 60)
    assert payment.status == 'success'
    assert body['operation']['type'] == 'capture'
    assert body['operation']['sum_initial'] == body['payment']['sum']
    assert body['payment']['sum'] == {'amount': 1815, 'currency': 'EUR'}
    assert payment.can_refund
    assert not payment.can_capture


def test_a_part_is_captured_and_the_rest_released() -> None:
    payment = holding()
    body = act(payment, 'capture', 1000, NOW)
    assert (payment.status, payment.amount) == ('success', 1000)
    assert body['payment']['sum']['amount'] == 1000
    assert refused(lambda: payment.request('refund', 1001, LATER, LATER)).code == TOO_MUCH
    act(payment, 'refund', 1000, LATER)
    assert payment.status == 'refunded'


@pytest.mark.parametrize('amount', [None, 1815])
def test_what_is_held_is_released(amount: Optional[int]) -> None:
    payment = holding()
    body = act(payment, 'cancel', amount, NOW)
    assert (payment.status, payment.amount) == ('canceled', 0)
    assert body['operation']['type'] == 'cancel'
    assert body['operation']['sum_initial']['amount'] == 1815
    assert body['payment']['status'] == 'canceled'


def test_a_hold_is_lowered() -> None:
    payment = holding()
    body = act(payment, 'cancel', 1000, NOW)
    assert (payment.status, payment.amount) == ('awaiting capture', 815)
    assert body['payment']['status'] == 'awaiting capture'
    assert body['payment']['sum']['amount'] == 815
    assert body['operation']['sum_initial']['amount'] == 1000
    assert refused(lambda: payment.request('capture', 816, NOW, NOW)).code == TOO_MUCH
    act(payment, 'cancel', 15, NOW)
    act(payment, 'capture', None, NOW)
    assert (payment.status, payment.amount) == ('success', 800)


def test_what_was_paid_is_given_back() -> None:
    payment = paid()
    body = act(payment, 'refund', None, LATER)
    assert (payment.status, payment.amount) == ('refunded', 0)
    assert body['operation']['type'] == 'refund'
    assert body['operation']['sum_initial']['amount'] == 1815
    assert not payment.can_refund


def test_it_is_given_back_in_parts() -> None:
    payment = paid()
    for part, rest, status in [
        (500, 1315, 'partially refunded'),
        (1314, 1, 'partially refunded'),
        (1, 0, 'refunded'),
    ]:
        body = act(payment, 'refund', part, LATER)
        assert body['operation']['sum_initial']['amount'] == part
        assert body['payment']['sum']['amount'] == payment.amount == rest
        assert body['payment']['status'] == payment.status == status
    assert [operation.type for operation in payment.operations] == ['sale'] + 3 * ['refund']
    event = event_body(payment)
    assert misfits(event, 'payment_operations_list') == []
    assert len(event['operations']) == 4


# reversals: of the whole on the day of the payment; for Visa, of a part, too

MASTERCARD = '5252000000000004'
MIDNIGHT = NOW + DAY // 2


@pytest.mark.parametrize(
    'number, amount, now, type_, status',
    [
        (APPROVED, None, NOW, 'reversal', 'reversed'),
        (APPROVED, 1815, MIDNIGHT - 1, 'reversal', 'reversed'),
        (APPROVED, 1815, MIDNIGHT, 'refund', 'refunded'),
        (APPROVED, 15, MIDNIGHT - 1, 'reversal', 'partially reversed'),
        (APPROVED, 15, MIDNIGHT, 'refund', 'partially refunded'),
        (MASTERCARD, None, MIDNIGHT - 1, 'reversal', 'reversed'),
        (MASTERCARD, 1815, MIDNIGHT, 'refund', 'refunded'),
        (MASTERCARD, 1814, NOW, 'refund', 'partially refunded'),
    ],
)
@pytest.mark.parametrize('operation_type', ['sale', 'auth'])
def test_on_the_same_day_a_refund_is_a_reversal(
    number: str, amount: Optional[int], now: float, type_: str, status: str, operation_type: str
) -> None:
    payment = opened(operation_type=operation_type)
    is_held = operation_type == 'auth'
    give(payment, number, NOW - DAY if is_held else NOW)
    if is_held:
        act(payment, 'capture', None, NOW)  # that day counts, not the day of the hold
    body = act(payment, 'refund', amount, now)
    assert (body['operation']['type'], body['payment']['status']) == (type_, status)
    assert body['payment']['sum']['amount'] == payment.amount == 1815 - (amount or 1815)
    assert payment.can_refund is (payment.amount > 0)


def test_a_rest_is_refunded_after_a_reversal() -> None:
    payment = partially_reversed()
    act(payment, 'refund', 100, LATER)
    assert payment.status == 'partially refunded'
    act(payment, 'refund', None, LATER)
    assert payment.status == 'refunded'
    assert [item.type for item in payment.operations] == ['sale', 'reversal', 'refund', 'refund']


def test_the_rest_of_a_mastercard_is_refunded() -> None:
    payment = opened()
    give(payment, MASTERCARD)
    act(payment, 'refund', 15, NOW)
    act(payment, 'refund', None, NOW)
    assert [item.type for item in payment.operations] == ['sale', 'refund', 'refund']


# requests that are carried out later


def test_what_is_requested_is_carried_out_later() -> None:
    payment = paid()
    before = callback_body(payment)
    assert payment.request('refund', 15, LATER, LATER + 1) is False
    assert callback_body(payment) == before
    assert status_body(payment)['operations'][-1]['status'] == 'processing'
    assert (payment.status, payment.amount, payment.left) == ('success', 1815, 1800)
    assert payment.lapse(LATER + 0.9) is False
    body = told(payment, payment.lapse(LATER + 1))
    assert (body['payment']['status'], body['operation']['status']) == (
        'partially refunded',
        'success',
    )
    assert body['operation']['code'] == '0'
    assert payment.deadline is None


def test_requests_are_carried_out_one_after_the_other() -> None:
    payment = paid()
    for amount, due in [(100, 5), (200, 7), (300, 6)]:
        payment.request('refund', amount, LATER, LATER + due)
    assert payment.deadline == LATER + 5
    amounts = []
    for now, deadline in [(5, LATER + 6), (6, LATER + 6), (6, None)]:
        body = told(payment, payment.lapse(LATER + now))
        amounts.append(body['operation']['sum_initial']['amount'])
        assert payment.deadline == deadline
    assert amounts == [100, 200, 300]  # none before one that was accepted before
    assert payment.amount == 1815 - 600


def test_what_is_requested_is_not_left() -> None:
    payment = refunding()
    assert refused(lambda: payment.request('refund', 816, NOW, NOW)).code == TOO_MUCH
    payment.request('refund', None, NOW, NOW + 1)
    assert payment.operations[-1].amount == 815
    assert refused(lambda: payment.request('refund', 1, NOW, NOW)).code == TOO_MUCH
    assert refused(lambda: payment.request('refund', None, NOW, NOW)).code == TOO_MUCH


def test_a_refund_id_is_told_and_used_once() -> None:
    payment = refunding()
    error = refused(lambda: payment.request('refund', 1, NOW, NOW, merchant_refund_id='R-1'))
    assert (error.code, error.status) == (REFUND_ID_EXISTS, 400)
    assert read(told(payment, payment.lapse(NOW + 1))).get_merchant_refund_id() == 'R-1'
    error = refused(lambda: payment.request('refund', 1, NOW, NOW, merchant_refund_id='R-1'))
    assert error.code == REFUND_ID_EXISTS
    payment.request('refund', 1, NOW, NOW, merchant_refund_id='R-2')
    assert read(told(payment, payment.lapse(NOW + 1))).get_merchant_refund_id() == 'R-2'
    assert 'merchant_refund_id' not in act(payment, 'refund', 1, NOW)['payment']


def test_wishes_are_those_of_one_operation() -> None:
    payment = paid()
    payment.request('refund', 1, NOW, NOW, callback_url='https://a', callback_delay=5)
    payment.request('refund', 1, NOW, NOW, has_callback=False)
    assert [
        (item.callback_url, item.callback_delay, item.has_callback) for item in payment.operations
    ] == [('', 0, True), ('https://a', 5, True), ('', 0, False)]


@given(
    is_auth=booleans(),
    number=sampled_from([APPROVED, MASTERCARD]),
    steps=lists(
        tuples(
            sampled_from(['capture', 'cancel', 'refund', 'refund', 'wait']),
            none() | integers(-1, 30),
            integers(0, 3),
            none() | sampled_from(['R-1', 'R-2']),
        ),
        max_size=20,
    ),
)
def test_whatever_is_requested_the_sums_are_right(
    is_auth: bool, number: str, steps: list[tuple[str, Optional[int], int, Optional[str]]]
) -> None:
    payment = opened(payment_amount='20', operation_type='auth' if is_auth else 'sale')
    give(payment, number)
    now, callbacks = NOW, 0
    for action, amount, seconds, refund_id in steps:
        if action == 'wait':
            now += seconds
            while payment.lapse(now):
                callbacks += 1
                assert_sums_are_right(payment)
        else:
            with suppress(Refusal):
                payment.request(action, amount, now, now + seconds, merchant_refund_id=refund_id)
        assert_sums_are_right(payment)
    while payment.lapse(now + 9):
        callbacks += 1
        assert_sums_are_right(payment)
    assert payment.deadline is None
    assert callbacks == len(payment.operations) - 1


def assert_sums_are_right(payment: SandboxPayment) -> None:
    def total(*types: str, done: bool = True) -> int:
        return sum(
            item.amount
            for item in payment.operations
            if item.type in types and (item.due is None or not done)
        )

    paid_out, requested = total('refund', 'reversal'), total('refund', 'reversal', done=False)
    released = total('cancel')
    charged = total('capture') if total('auth', done=False) else total('sale')
    assert 0 <= payment.left <= payment.amount <= 20
    assert 0 <= paid_out <= requested <= charged <= 20
    assert total('cancel', done=False) + total('capture', done=False) <= 20
    assert payment.amount == (charged - paid_out if charged else 20 - released)
    assert all(item.amount > 0 for item in payment.operations)
    refund_ids = [item.merchant_refund_id for item in payment.operations if item.merchant_refund_id]
    assert len(refund_ids) == len(set(refund_ids))
    assert (payment.deadline is None) is (payment.left == payment.amount)
    is_over = payment.amount == 0
    assert is_over is (payment.status in ('canceled', 'refunded', 'reversed'))
    told(payment, True)


@pytest.mark.parametrize(
    'amount, code',
    [(1816, TOO_MUCH), (10**30, TOO_MUCH), (0, INVALID_AMOUNT), (-1, INVALID_AMOUNT)],
)
@pytest.mark.parametrize(
    'payment, action', [(holding, 'capture'), (holding, 'cancel'), (paid, 'refund')]
)
def test_wrong_amounts_are_refused_and_change_nothing(
    payment: Callable[[], SandboxPayment], action: str, amount: int, code: str
) -> None:
    found = payment()
    saved = found.as_dict()
    error = refused(lambda: found.request(action, amount, NOW, NOW))
    assert (error.code, error.status) == (code, 400)
    assert found.as_dict() == saved


def new() -> SandboxPayment:
    return opened()


def expired() -> SandboxPayment:
    payment = opened(best_before=before(0))
    payment.lapse(NOW)
    return payment


def declined() -> SandboxPayment:
    payment = opened()
    give(payment, DECLINED)
    return payment


def challenged() -> SandboxPayment:
    payment = opened(customer_id='jane')
    give(payment, CHALLENGED)
    return payment


def slow() -> SandboxPayment:
    payment = opened()
    give(payment, SLOW)
    return payment


def retrying() -> SandboxPayment:
    payment = opened(best_before=before(9 * DAY))
    give(payment, DECLINED, may_retry=True)
    return payment


def released() -> SandboxPayment:
    payment = holding()
    act(payment, 'cancel', None, NOW)
    return payment


def partially_refunded() -> SandboxPayment:
    payment = paid()
    act(payment, 'refund', 15, LATER)
    return payment


def partially_reversed() -> SandboxPayment:
    payment = paid()
    act(payment, 'refund', 15, NOW)
    return payment


def reversed_() -> SandboxPayment:
    payment = paid()
    act(payment, 'refund', None, NOW)
    return payment


def capturing() -> SandboxPayment:
    payment = holding()
    payment.request('capture', 1000, NOW, NOW + 1)
    return payment


def lowering() -> SandboxPayment:
    payment = holding()
    payment.request('cancel', 1000, NOW, NOW + 1)
    return payment


def releasing() -> SandboxPayment:
    payment = holding()
    payment.request('cancel', None, NOW, NOW + 1)
    return payment


def refunding() -> SandboxPayment:
    payment = paid()
    payment.request('refund', 1000, NOW, NOW + 1, merchant_refund_id='R-1')
    return payment


def refunded() -> SandboxPayment:
    payment = paid()
    act(payment, 'refund', None, LATER)
    return payment


def verified() -> SandboxPayment:
    payment = opened(mode='card_verify', payment_amount='0', customer_id='jane')
    give(payment, APPROVED)
    return payment


def saved_card() -> SandboxPayment:
    payment = opened(mode='card_tokenize', payment_id=None)
    give(payment, APPROVED)
    return payment


def in_series(number: str = FOR_SERIES, **params: Any) -> SandboxPayment:
    payment = opened(**{'recurring': SERIES, 'customer_id': 'jane', **params})
    body = give(payment, number)
    if payment.status == 'awaiting 3ds result':
        told(payment, payment.answer(CARDS[number].code or '1', NOW))
    assert body['project_id'] == 186
    return payment


def follow_up(
    first: SandboxPayment, action: str, payment_id: str = 'ORDER-2', now: float = NOW, **wanted: Any
) -> SandboxPayment:
    """Return the payment that a request about a series makes, which is carried out at once."""
    return first.follow_up(action, payment_id, 'key 2', now, now, **wanted)


def debiting() -> SandboxPayment:
    return follow_up(in_series(APPROVED), DEBIT, amount=500)


def debited() -> SandboxPayment:
    payment = debiting()
    assert payment.lapse(NOW)
    return payment


def debited_in_vain() -> SandboxPayment:
    payment = follow_up(in_series(), DEBIT, amount=500)
    assert payment.lapse(NOW)
    return payment


def ended() -> SandboxPayment:
    payment = follow_up(in_series(), CANCEL)
    assert payment.lapse(NOW)
    return payment


STATES: dict[Callable[[], SandboxPayment], set[str]] = {
    new: {'submit'},
    expired: set(),
    declined: set(),
    challenged: {'answer'},
    slow: set(),
    retrying: {'submit'},
    holding: {'capture', 'cancel'},
    released: set(),
    paid: {'refund'},
    partially_refunded: {'refund'},
    refunded: set(),
    partially_reversed: {'refund'},
    reversed_: set(),
    capturing: set(),
    lowering: {'capture', 'cancel'},
    releasing: set(),
    refunding: {'refund'},
    verified: set(),
    saved_card: set(),
    in_series: {'refund'},
    debiting: set(),
    debited: {'refund'},
    debited_in_vain: set(),
    ended: set(),
}


@pytest.mark.parametrize('state', STATES)
@pytest.mark.parametrize('action', ['submit', 'answer', 'capture', 'cancel', 'refund'])
def test_a_state_allows_what_it_allows(state: Callable[[], SandboxPayment], action: str) -> None:
    payment = state()
    saved = payment.as_dict()
    arguments: dict[str, list[Any]] = {
        'submit': [CARDS[APPROVED], CardDetails('J D', '12/30', '123'), NOW],
        'answer': ['1', NOW],
    }
    do = getattr(payment, action, partial(payment.request, action))
    if action in STATES[state]:
        is_told = do(*arguments.get(action, [None, LATER, LATER]))
        assert is_told is (action in arguments)
        assert payment.as_dict() != saved
    else:
        with pytest.raises(Conflict) as info:
            do(*arguments.get(action, [None, LATER, LATER]))
        assert (info.value.code, info.value.status) == (STATUS_FORBIDS, 409)
        assert saved['status'] in str(info.value)
        assert info.value.problems == [str(info.value)]
        assert payment.as_dict() == saved


@pytest.mark.parametrize('state', STATES)
def test_a_payment_is_restored_as_it_was_saved(state: Callable[[], SandboxPayment]) -> None:
    payment = state()
    text = json.dumps(payment.as_dict())
    restored = SandboxPayment.from_dict(json.loads(text))
    assert restored == payment
    assert json.dumps(restored.as_dict()) == text
    # And goes on as the other would.
    late = NOW + 100 * DAY
    if payment.deadline is not None:
        assert payment.lapse(late) is restored.lapse(late)
        assert restored == payment


def test_a_payment_of_an_earlier_version_is_restored() -> None:
    saved = paid().as_dict()
    for operation in saved['operations']:
        for name in ('due', 'merchant_refund_id', 'callback_url', 'callback_delay', 'has_callback'):
            del operation[name]
    act(SandboxPayment.from_dict(saved), 'refund', 15, NOW)


@pytest.mark.parametrize('state', [state for state in STATES if state not in (new, expired)])
def test_what_the_shops_page_is_told_is_documented(state: Callable[[], SandboxPayment]) -> None:
    payment = state()
    event = event_body(payment)
    family = 'tokenize' if state is saved_card else 'payment_operations_list'
    assert misfits(event, family) == []
    assert read(event).get_project_id() == 186


def test_a_saved_payment_shares_nothing_with_the_payment() -> None:
    payment = paid()
    saved = payment.as_dict()
    saved['params']['payment_amount'] = '1'
    saved['operations'][0]['amount'] = 1
    assert payment.requested_amount == payment.operations[0].amount == 1815


def test_neither_the_cvc_nor_the_number_is_told() -> None:
    payment = opened(customer_id='jane')
    body = give(payment, CHALLENGED, cvc='9876')
    text = json.dumps([body, told(payment, payment.answer('1', NOW)), event_body(payment)])
    assert CHALLENGED not in text
    assert '"9876"' not in json.dumps(payment.as_dict()) + text + repr(payment)


# other modes


def test_a_card_is_verified() -> None:
    payment = opened(mode='card_verify', payment_amount='0', customer_id='jane')
    body = give(payment, APPROVED)
    callback = read(body)
    assert callback.get_payment_type() == 'account_verification'
    assert callback.get_operation_type() == 'account verification'
    assert callback.get_payment_sum() == Sum(0, 'EUR')
    assert callback.get_token() == payment.token
    assert not payment.can_refund


def test_a_verification_can_be_declined_and_challenged() -> None:
    payment = opened(mode='card_verify', payment_amount='0')
    give(payment, CHALLENGED_IN_VAIN)
    told(payment, payment.answer('1', NOW))
    assert (payment.status, payment.decline_code) == ('decline', GENERAL_DECLINE)


def test_only_a_purchase_holds() -> None:
    payment = opened(mode='card_verify', payment_amount='0', operation_type='auth')
    give(payment, APPROVED)
    assert payment.status == 'success'


@pytest.mark.parametrize('mode', [None, '', 'purchase'])
def test_without_a_mode_it_is_a_purchase(mode: Optional[str]) -> None:
    payment = opened(mode=mode)
    assert payment.mode == 'purchase'
    give(payment, APPROVED)
    assert payment.operations[0].type == 'sale'


def test_to_save_a_card_needs_no_payment_id() -> None:
    payment = opened(mode='card_tokenize', payment_id=None)
    assert payment.payment_id == payment.key
    body = give(payment, APPROVED, holder='Jane Doe', expiry='3/31'.zfill(5))
    assert body['card'] == {
        'number': '400000******0077',
        'exp_month': 3,
        'exp_year': 2031,
        'holder': 'JANE DOE',
    }
    assert body['request']['id'] == 'key'
    assert 'customer' not in body
    assert payment.operations == []


# series of payments


@pytest.mark.parametrize(
    'params',
    [
        {'recurring': SERIES},
        {'recurring': {'register': 'true', 'type': 'C'}},
        {'recurring': {'register': '1', 'type': 'C'}},
        {'recurring_register': '1'},
    ],
)
@pytest.mark.parametrize(
    'number', [APPROVED] + [card.number for card in PLAYABLE if card.special == cards.RECURRING]
)
def test_a_series_is_registered(number: str, params: dict[str, Any]) -> None:
    payment = opened(**params)
    body = give(payment, number, expiry='02/28')
    assert payment.status == 'success'
    assert 10**9 <= (payment.recurring_id or 0) < 2 * 10**9
    assert body['recurring'] == {
        'id': payment.recurring_id,
        'currency': 'EUR',
        'valid_thru': '2028-02-29T23:59:59+0000',
    }


def test_a_series_ends_with_the_card() -> None:
    body = give(opened(recurring=SERIES), APPROVED, expiry='12/30')
    assert body['recurring']['valid_thru'] == '2030-12-31T23:59:59+0000'


@pytest.mark.parametrize(
    'params',
    [
        {},
        {'recurring_register': '0'},
        {'recurring': ''},
        {'recurring': '{"register": false, "type": "C"}'},
        {'recurring': {'register': '0', 'type': 'C'}},
    ],
)
@pytest.mark.parametrize(
    'number, code',
    [('4000000000000119', INCORRECT_DATA), ('4000000000000135', INSUFFICIENT_FUNDS)],
)
def test_without_a_series_such_a_card_is_declined(
    number: str, code: str, params: dict[str, Any]
) -> None:
    payment = opened(**params)
    body = give(payment, number)
    assert (payment.status, payment.decline_code) == ('decline', code)
    assert 'recurring' not in body


def test_a_declined_payment_registers_nothing() -> None:
    payment = opened(recurring=SERIES, customer_id='jane')
    body = give(payment, DECLINED)
    assert (payment.token, payment.recurring_id) == (None, None)
    assert 'recurring' not in body


def test_a_token_and_a_series_outlive_the_operations() -> None:
    payment = opened(customer_id='jane', recurring=SERIES, operation_type='auth')
    first = give(payment, FRICTIONLESS)
    for action, amount in (('capture', None), ('refund', 15)):
        body = act(payment, action, amount, NOW)
        assert body['account'] == first['account']
        assert body['recurring'] == first['recurring']


def test_a_debit_is_a_payment_of_the_same_card() -> None:
    first = in_series(APPROVED)
    before = first.as_dict()
    payment = follow_up(first, DEBIT, amount=500, description=f'card {APPROVED}')
    assert (payment.status, payment.operations[0].status) == ('processing', 'processing')
    body = told(payment, payment.lapse(NOW))
    assert payment.lapse(NOW + DAY) is False
    callback = read(body)
    assert callback.get_payment_id() == 'ORDER-2'
    assert (callback.get_payment_type(), callback.get_operation_type()) == ('recurring',) * 2
    assert callback.get_payment_status() == 'success'
    assert callback.get_payment_sum() == Sum(500, 'EUR')
    assert callback.get_recurring_id() == first.recurring_id
    assert body['payment']['description'] == 'card 400000******0077'
    assert body['account'] == {**(first.account or {}), 'token': first.token}
    assert body['customer'] == {'id': 'jane'}
    assert first.as_dict() == before


@pytest.mark.parametrize('card', PLAYABLE, ids=lambda card: card.number)
def test_a_debit_has_the_outcome_of_the_card_without_3d_secure(card: Card) -> None:
    first = opened(recurring=SERIES)
    give(first, APPROVED)
    first.card = f'{card.number[:6]}******{card.number[-4:]}'
    payment = follow_up(first, DEBIT, amount=15000)
    told(payment, payment.lapse(NOW))
    assert payment.status == expected_of(card)[0]
    assert payment.operations[0].code == card.result
    approved = 12000 if card.special == cards.PARTIAL else 15000
    assert payment.amount == (approved if card.result == '0' else 0)


@pytest.mark.parametrize('number', [FOR_SERIES, '4000000000000135'])
def test_some_cards_register_a_series_that_cannot_be_debited(number: str) -> None:
    first = in_series(number)
    assert first.status == 'success'
    payment = follow_up(first, DEBIT, amount=500)
    body = told(payment, payment.lapse(NOW))
    assert payment.decline_code == CARDS[number].result
    assert body['payment']['sum'] == {'amount': 500, 'currency': 'EUR'}


def test_a_debit_after_the_end_is_declined() -> None:
    first = in_series(APPROVED)
    assert first.series
    late = first.series.valid_until + 1
    for now, code in [(late - 1, None), (late, EXPIRED_SERIES)]:
        payment = follow_up(first, DEBIT, amount=500, now=now)
        told(payment, payment.lapse(now))
        assert payment.decline_code == code
    waiting = follow_up(first, DEBIT, amount=500)
    follow_up(first, CANCEL)
    payment = follow_up(first, DEBIT, amount=500)
    body = told(payment, payment.lapse(NOW))
    assert (payment.status, payment.amount) == ('decline', 0)
    assert (body['operation']['code'], payment.decline_code) == (CANCELLED_SERIES,) * 2
    told(waiting, waiting.lapse(NOW))
    assert waiting.status == 'success', 'it was accepted before'


@pytest.mark.parametrize('amount', [None, 0, -1])
def test_a_debit_needs_an_amount(amount: Optional[int]) -> None:
    error = refused(lambda: follow_up(in_series(), DEBIT, amount=amount))
    assert error.code == INVALID_AMOUNT


@pytest.mark.parametrize('now, action', [(NOW, 'reversal'), (LATER, 'refund')])
def test_a_debit_is_refunded(now: float, action: str) -> None:
    payment = debited()
    body = act(payment, 'refund', 100, now)
    assert (body['operation']['type'], payment.amount) == (action, 400)


def test_a_change_is_told() -> None:
    first = in_series(APPROVED, recurring='{"register": true, "type": "R", "period": "M"}')
    payment = follow_up(
        first,
        UPDATE,
        terms={'time': '12:00:00', 'interval': 3, 'expiry_year': 2029, 'expiry_month': 1},
    )
    body = told(payment, payment.lapse(NOW))
    assert body == {
        'project_id': 186,
        'recurring': {
            'id': first.recurring_id,
            'status': 'active',
            'type': 'R',
            'currency': 'EUR',
            'exp_year': '2029',
            'exp_month': '01',
            'period': 'M',
            'time': '12:00:00',
        },
    }
    assert series_body(first) == {
        'project_id': 186,
        'recurring': {
            'id': first.recurring_id,
            'type': 'R',
            'status': 'active',
            'currency': 'EUR',
            'period': 'M',
            'period_interval': '3',
            'start_time': '12:00',
            'valid_thru': '2029-01-31T23:59:59+0000',
        },
    }
    assert not payment.can_refund
    answer = status_body(payment)
    assert answer['payment']['type'] == 'recurring'
    assert answer['operations'][0]['type'] == 'recurring update'


def test_the_amount_and_the_first_date_are_told_of_a_series() -> None:
    first = in_series(APPROVED)
    follow_up(
        first,
        UPDATE,
        terms={
            'amount': 400,
            'period': 'D',
            'start_date': '31-12-2027',
            'scheduled_payment_id': 'S',
        },
    )
    told_of_it = series_body(first)['recurring']
    assert (told_of_it['amount'], told_of_it['start_date']) == ('400', '2027-12-31')


def test_without_terms_nothing_is_changed() -> None:
    first = in_series()
    before = first.as_dict()
    follow_up(first, UPDATE)
    assert first.as_dict() == before


def test_an_end_is_told() -> None:
    first = in_series()
    payment = follow_up(first, CANCEL)
    callback = read(told(payment, payment.lapse(NOW)))
    assert callback.get_recurring_id() == first.recurring_id
    assert callback.get_recurring_status() == 'canceled'
    assert callback.get_recurring_type() == 'C'
    assert callback.get_payment_id() is None
    assert status_body(payment)['operations'][0]['type'] == 'recurring cancel'
    assert refused(lambda: follow_up(first, CANCEL)).code == CANCELLED_SERIES


def test_a_series_is_debited_by_the_payment_that_registered_it_until_its_end() -> None:
    first = in_series()
    assert first.can_follow_up
    assert not any(state().can_follow_up for state in (paid, debited, ended))
    follow_up(first, CANCEL)
    assert not first.can_follow_up


def test_a_payment_without_an_id_of_the_merchant_has_its_key() -> None:
    payment = follow_up(in_series(), DEBIT, payment_id='', amount=1)
    assert payment.payment_id == 'key 2'


@given(
    lists(
        tuples(sampled_from([DEBIT, UPDATE, CANCEL]), integers(0, 3), integers(1, 10**6)),
        max_size=9,
    )
)
def test_whatever_is_done_with_a_series_only_an_active_one_is_debited(
    steps: list[tuple[str, int, int]],
) -> None:
    first = in_series(APPROVED)
    assert first.series
    paid_first, now = first.amount, NOW
    for action, years, amount in steps:
        now += years * 365 * DAY
        terms = {'expiry_year': 2026 + years}
        is_active, is_valid = first.series.status == 'active', now <= first.series.valid_until
        try:
            payment = follow_up(first, action, now=now, amount=amount, terms=terms)
        except Conflict:
            assert not is_active
            assert action != DEBIT
            continue
        told(payment, payment.lapse(now))
        assert payment.deadline is None
        is_paid = action == DEBIT and is_active and is_valid
        assert payment.amount == (amount if is_paid else 0)
        assert payment.can_refund is is_paid
        assert first.amount == paid_first


# saved cards


def with_saved_card(saved: SandboxPayment, **params: Any) -> SandboxPayment:
    """Return a payment whose link names the token of a saved card."""
    payment = opened(account_token=saved.token, customer_id='jane', **params)
    payment.use_saved_card(saved, AT)
    return payment


def saved(number: str = APPROVED, mode: str = 'purchase') -> SandboxPayment:
    payment = opened(mode=mode, customer_id='jane')
    give(payment, number, holder='Jane Doe', expiry='12/30')
    if payment.status == 'awaiting 3ds result':
        told(payment, payment.answer(CARDS[number].code or '1', NOW))
    return payment


@pytest.mark.parametrize('mode', ['purchase', 'card_tokenize', 'card_verify'])
def test_a_saved_card_pays_without_its_number(mode: str) -> None:
    first = saved(mode=mode)
    payment = with_saved_card(first)
    assert payment.has_saved_card
    assert payment.is_open
    details = payment.saved_details('123')
    assert details == CardDetails('JANE DOE', '12/30', '123')
    body = told(payment, payment.submit(CARDS[APPROVED], details, NOW))
    assert payment.status == 'success'
    assert body['account'] == {**(first.account or {}), 'token': first.token}


def test_a_saved_card_has_its_outcome() -> None:
    payment = with_saved_card(saved(WITH_CODE))
    card = CARDS[WITH_CODE]
    told(payment, payment.submit(card, payment.saved_details('000'), NOW, may_retry=True))
    assert payment.decline_code == INCORRECT_CVC
    told(payment, payment.submit(card, payment.saved_details(card.cvc), NOW))
    assert payment.status == 'awaiting 3ds result'
    told(payment, payment.answer(card.code, NOW))
    assert payment.status == 'success'


def test_a_token_that_the_sandbox_has_not_made_is_refused() -> None:
    payment = opened(account_token='x' * 64, customer_id='jane')
    for maker in (None, opened(customer_id='jane')):
        error = refused(partial(payment.use_saved_card, maker, AT))
        assert (error.code, error.status) == (UNKNOWN_TOKEN, 400)


@pytest.mark.parametrize('customer_id', [None, 'joe', 'Jane'])
def test_a_token_of_another_customer_is_refused(customer_id: Optional[str]) -> None:
    first = saved()
    payment = opened(account_token=first.token, customer_id=customer_id)
    error = refused(lambda: payment.use_saved_card(first, AT))
    assert error.code == UNKNOWN_TOKEN
    assert 'another customer' in str(error)
    assert (payment.card, payment.account, payment.token) == (None, None, None)


def test_a_token_expires_with_its_card() -> None:
    first = saved()
    payment = opened(account_token=first.token, customer_id='jane')
    late = datetime(2031, 1, 1, tzinfo=timezone.utc)
    assert refused(lambda: payment.use_saved_card(first, late)).code == EXPIRED_TOKEN
    payment.use_saved_card(first, late - timedelta(seconds=1))


def test_dates_are_of_the_operation_and_of_the_payment() -> None:
    payment = opened()
    give(payment, CHALLENGED, NOW + 10)
    body = told(payment, payment.answer('1', NOW + 70))
    assert body['operation']['created_date'] == format_moment(AT + timedelta(seconds=10))
    assert body['operation']['date'] == format_moment(AT + timedelta(seconds=70))
    assert body['payment']['date'] == format_moment(AT + timedelta(seconds=70))
