"""The sandbox's cards against the documented ones, and what may be entered about them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Optional

import pytest
from facts import read_json

from payment_page_sdk.callback.result_codes import result_of
from payment_page_sdk.sandbox import cards
from payment_page_sdk.sandbox.cards import CARDS, Card, CardDetails, errors_in

ROWS: list[dict[str, Any]] = read_json('testcards.json')

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
GOOD = {'holder': 'JANE DOE', 'expiry': '12/30', 'cvc': '123'}
VISA = '4000000000000077'


def numbers_of(rows: list[dict[str, Any]]) -> set[str]:
    return {row['number'] for row in rows}


def purchases() -> list[dict[str, Any]]:
    return [row for row in ROWS if row['group'] != 'payout']


def documented(number: str, name: str) -> Optional[str]:
    """Return what the rows for purchases say of a card, which is one thing or nothing."""
    said = {row[name] for row in purchases() if row['number'] == number} - {None}
    assert len(said) <= 1, said
    return said.pop() if said else None


def flow_of(number: str) -> str:
    rows = [row for row in purchases() if row['number'] == number and row['three_ds']]
    said = {row['three_ds']['flow'] for row in rows} - {None}
    # The list without flow notes is that of 3-D Secure 1, which knows only pages of the bank's.
    return said.pop() if said else cards.CHALLENGE if rows else ''


def test_they_are_the_documented_numbers() -> None:
    assert set(CARDS) == numbers_of(ROWS)
    assert len(CARDS) == 37
    assert all(number == card.number for number, card in CARDS.items())


@pytest.mark.parametrize('row', ROWS, ids=lambda row: f'{row["number"]} {row["scenario"]}')
def test_the_scheme_is_the_documented_one(row: dict[str, Any]) -> None:
    assert CARDS[row['number']].scheme == row['scheme'].lower()


@pytest.mark.parametrize('number', sorted(numbers_of(purchases())))
class TestForPurchases:
    def test_what_must_be_entered_is_as_documented(self, number: str) -> None:
        card = CARDS[number]
        assert (card.expiry, card.cvc, card.code) == tuple(
            documented(number, name) or '' for name in ('expiry', 'cvc', 'three_ds_code')
        )

    def test_the_bank_authenticates_as_documented(self, number: str) -> None:
        assert CARDS[number].flow == flow_of(number)

    def test_the_outcome_is_as_documented(self, number: str) -> None:
        card = CARDS[number]
        rows = [row for row in purchases() if row['number'] == number]
        outcomes = {row['outcome'] for row in rows}
        if outcomes == {'success', 'decline'}:
            # Two rows, two scenarios: a code to enter, or a series to register.
            assert card.code or card.special == cards.RECURRING
        else:
            assert outcomes == {'success' if card.result == cards.SUCCESS else 'decline'}

    def test_the_result_code_is_as_documented(self, number: str) -> None:
        code = documented(number, 'error_code')
        if code is not None:
            assert CARDS[number].result == code
        elif CARDS[number].special != cards.SLOW:
            assert CARDS[number].result in (cards.SUCCESS, cards.GENERAL_DECLINE)

    def test_details_that_are_right_for_it_are_accepted(self, number: str) -> None:
        card = CARDS[number]
        details = CardDetails.right_for(card, NOW)
        assert errors_in(number, details, NOW) == {}
        assert cards.mismatch(card, details) == ''


def test_what_is_special_is_in_the_scenario() -> None:
    words = {
        'recurring': 'registers a COF series',
        'partial': 'partial authorisation',
        'slow': 'issuer takes too long',
    }
    for special, scenario in words.items():
        assert {number for number, card in CARDS.items() if card.special == special} == numbers_of(
            [row for row in ROWS if scenario in row['scenario']]
        )


def test_some_cards_are_for_payouts_only() -> None:
    only = numbers_of(ROWS) - numbers_of(purchases())
    assert {number for number, card in CARDS.items() if card.special == cards.FOR_PAYOUTS} == only
    for number in only:
        assert errors_in(number, CardDetails(**GOOD), NOW) == {'number': 'payout'}
        outcomes = {row['outcome'] for row in ROWS if row['number'] == number}
        assert outcomes == {'success' if CARDS[number].result == cards.SUCCESS else 'decline'}


@pytest.mark.parametrize(
    'code, message',
    [
        (cards.SUCCESS, 'Success'),
        (cards.GENERAL_DECLINE, 'General decline'),
        (cards.INCORRECT_DATA, 'Incorrect data entered'),
        (cards.INCORRECT_CVC, 'Incorrect PIN or CVV'),
        (cards.INCORRECT_3DS_CODE, 'Incorrect 3DS password'),
        (cards.INSUFFICIENT_FUNDS, 'Insufficient funds on card'),
        (cards.CANCELLED, 'Operation was cancelled'),
        (cards.TIME_OUT, 'Time-out'),
        (cards.NOT_RETURNED, 'Customer has not returned from ACS'),
    ],
)
def test_each_result_code_is_one_of_the_platforms(code: str, message: str) -> None:
    assert result_of(code).message == message


@pytest.mark.parametrize(
    'number, outcome',
    [
        (VISA, 'success'),
        ('4111111111111111', 'decline'),
        ('4000000000000119', 'recurring'),
        ('4539121411168251', 'timeout'),
        ('5126160000356675', 'partial'),
        ('4314220000000056', 'challenge_success'),
        ('4314220000000072', 'challenge_decline'),
        ('4477000000000006', 'frictionless_success'),
        ('4331289925608649', 'frictionless_decline'),
        ('4242424242424242', 'payout'),
    ],
)
def test_the_outcome_has_a_name(number: str, outcome: str) -> None:
    assert CARDS[number].outcome == outcome


@pytest.mark.parametrize(
    'changed, errors',
    [
        ({}, {}),
        ({'expiry': '11/26'}, {}),
        ({'expiry': '11 / 26'}, {}),
        ({'expiry': '1126'}, {}),
        ({'expiry': '11/2026'}, {}),
        ({'expiry': '112026'}, {}),
        ({'cvc': '1234'}, {}),
        ({'holder': "Mary-Ann O'Neil Jr. 3"}, {}),
        ({'holder': 'X' * 255}, {}),
        ({'expiry': '10/26'}, {'expiry': 'past'}),
        ({'expiry': '12/2025'}, {'expiry': 'past'}),
        ({'expiry': '13/30'}, {'expiry': 'wrong'}),
        ({'expiry': '00/30'}, {'expiry': 'wrong'}),
        ({'expiry': '12/30\n'}, {'expiry': 'wrong'}),
        ({'expiry': '١٢/٣٠'}, {'expiry': 'wrong'}),
        ({'expiry': '12/1930'}, {'expiry': 'wrong'}),
        ({'expiry': ''}, {'expiry': 'missing'}),
        ({'cvc': ''}, {'cvc': 'missing'}),
        ({'cvc': '12'}, {'cvc': 'wrong'}),
        ({'cvc': '12345'}, {'cvc': 'wrong'}),
        ({'cvc': '12x'}, {'cvc': 'wrong'}),
        ({'cvc': '١٢٣'}, {'cvc': 'wrong'}),
        ({'holder': ''}, {'holder': 'missing'}),
        ({'holder': 'X'}, {'holder': 'wrong'}),
        ({'holder': 'Xy'}, {}),
        ({'holder': 'X' * 256}, {'holder': 'wrong'}),
        ({'holder': '3X'}, {'holder': 'wrong'}),
        ({'holder': 'ИВАН ИВАНОВ'}, {'holder': 'wrong'}),
        ({'holder': '<script>'}, {'holder': 'wrong'}),
        (
            {'holder': '', 'expiry': '', 'cvc': ''},
            {'expiry': 'missing', 'cvc': 'missing', 'holder': 'missing'},
        ),
    ],
)
def test_what_is_entered_beside_the_number(changed: dict[str, str], errors: dict[str, str]) -> None:
    assert errors_in(VISA, CardDetails(**{**GOOD, **changed}), NOW) == errors


@pytest.mark.parametrize(
    'number, error',
    [
        ('', 'missing'),
        ('  -', 'missing'),
        ('4000', 'wrong'),
        ('4' * 11, 'wrong'),
        ('4' * 19, 'real'),
        ('4' * 20, 'wrong'),
        ('400000000000007a', 'wrong'),
        ('٤٠٠٠٠٠٠٠٠٠٠٠٠٠٧٧', 'wrong'),
        (VISA + '\n', 'wrong'),
        ('\ud800', 'wrong'),
        ('4000000000000002', 'real'),
        ('5555555555554444', 'real'),
        ('400000000000', 'real'),
    ],
)
def test_no_other_number_passes(number: str, error: str) -> None:
    assert errors_in(number, CardDetails(**GOOD), NOW) == {'number': error}


@pytest.mark.parametrize(
    'number',
    ['4000 0000 0000 0077', '4000-0000-0000-0077', '4000\u00a00000\u00a00000\u00a00077', VISA],
)
def test_a_number_may_be_written_in_groups(number: str) -> None:
    assert cards.digits_of(number) == VISA
    assert errors_in(number, CardDetails(**GOOD), NOW) == {}


@pytest.mark.parametrize('expiry', ['12/30', '1230', '12/2030', '12 / 30', '122030', '12 30'])
def test_an_expiry_has_one_way_of_writing_it(expiry: str) -> None:
    assert errors_in(VISA, CardDetails(**{**GOOD, 'expiry': expiry}), NOW) == {}
    assert cards.normal_expiry(expiry) == '12/30'


@pytest.mark.parametrize(
    'expiry, cvc, code',
    [
        ('12/30', '641', ''),
        ('12/2030', '641', ''),
        ('11/30', '641', cards.INCORRECT_DATA),
        ('12/30', '642', cards.INCORRECT_CVC),
        ('12/30', '6411', cards.INCORRECT_CVC),
        ('11/30', '642', cards.INCORRECT_DATA),
    ],
)
def test_documented_details_must_be_given_just_so(expiry: str, cvc: str, code: str) -> None:
    assert cards.mismatch(CARDS['5586200104377434'], CardDetails('J D', expiry, cvc)) == code


def test_other_cards_take_any_details() -> None:
    assert cards.mismatch(CARDS[VISA], CardDetails('J D', '01/99', '999')) == ''


@pytest.mark.parametrize(
    'number, details',
    [
        (VISA, CardDetails('TEST CARDHOLDER', '12/28', '123')),
        ('2201382000000013', CardDetails('TEST CARDHOLDER', '12/30', '590')),
    ],
)
def test_there_are_right_details_for_each_card(number: str, details: CardDetails) -> None:
    assert CardDetails.right_for(CARDS[number], NOW) == details


@pytest.mark.parametrize('year', [2026, 2029, 2059])
def test_right_details_are_right_in_any_year(year: int) -> None:
    now = NOW.replace(year=year)
    assert errors_in(VISA, CardDetails.right_for(CARDS[VISA], now), now) == {}


def test_a_card_says_what_it_is_and_details_keep_the_cvc_to_themselves() -> None:
    assert CARDS[VISA] == Card('visa', VISA)
    assert CardDetails() == CardDetails('', '', '')
    details = CardDetails('JANE DOE', '12/30', '987')
    assert '987' not in repr(details)
    assert 'JANE' in repr(details)
