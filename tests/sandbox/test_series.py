"""A series of payments: what was agreed, until when, and what may be changed."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from payment_page_sdk.sandbox.refusals import Conflict
from payment_page_sdk.sandbox.series import Series
from sandbox.conftest import refused

CARD = {'expiry_year': '2030', 'expiry_month': '02'}

# The platform's codes, as documented.
CANCELLED_SERIES, EXPIRED_SERIES, WRONG_TERMS = '3184', '3301', '502'

MONTHLY = {'period': 'M', 'interval': 3, 'time': '12:00:00', 'amount': 400}


def registered(**recurring: Any) -> Series:
    """Return the series that a link with ``recurring`` registers for a card until 02/30."""
    return Series.register({'register': True, 'type': 'R', **recurring}, 'EUR', CARD)


def end_of(series: Series) -> str:
    return datetime.fromtimestamp(series.valid_until, timezone.utc).isoformat()


def test_what_the_link_says_is_agreed() -> None:
    series = registered(**MONTHLY)
    assert (series.type, series.currency, series.status) == ('R', 'EUR', 'active')
    assert series.terms == MONTHLY
    assert 10**9 <= series.id < 2 * 10**9


def test_what_comes_in_brackets_is_read_as_in_json() -> None:
    series = registered(period='M', interval='3', time='12:00:00', amount='400', expiry_day='07')
    assert series.terms == {**MONTHLY, 'expiry_day': 7}


@pytest.mark.parametrize(
    'wrong',
    [
        {'amount': 'much'},
        {'amount': '0'},
        {'amount': '9' * 5000},
        {'expiry_year': '0'},
        {'expiry_month': {'a': 'b'}},
        {'expiry_day': '\u0664\u0662'},
        {'time': 'noon'},
    ],
)
def test_what_is_wrong_in_brackets_is_not_agreed(wrong: dict[str, Any]) -> None:
    series = registered(period='M', interval='3', **wrong)
    assert series.terms == {'period': 'M', 'interval': 3}
    assert end_of(series) == '2030-02-28T23:59:59+00:00'


@pytest.mark.parametrize(
    ('given', 'end'),
    [
        ({}, '2030-02-28'),
        ({'expiry_year': 2032}, '2032-02-29'),
        ({'expiry_month': 12}, '2030-12-31'),
        ({'expiry_day': 7}, '2030-02-07'),
        ({'expiry_day': '31'}, '2030-02-28'),
        ({'expiry_year': 2028, 'expiry_month': '11', 'expiry_day': 30}, '2028-11-30'),
    ],
)
def test_a_series_ends_as_agreed_or_with_the_card(given: dict[str, Any], end: str) -> None:
    assert end_of(registered(**given)) == end + 'T23:59:59+00:00'


def test_a_series_can_be_debited_until_it_ends() -> None:
    series = registered()
    assert series.objection(series.valid_until) == ''
    assert series.objection(series.valid_until + 1) == EXPIRED_SERIES
    series.cancel()
    assert series.status == 'canceled'
    assert series.objection(series.valid_until + 1) == CANCELLED_SERIES


def test_terms_are_changed_and_the_others_stay() -> None:
    series = registered(**MONTHLY, expiry_day=7)
    agreed = series.terms
    series.update({'interval': 1, 'expiry_year': 2031})
    assert series.terms == {**MONTHLY, 'interval': 1, 'expiry_day': 7, 'expiry_year': 2031}
    assert end_of(series) == '2031-02-07T23:59:59+00:00'
    assert agreed['interval'] == 3, 'copies of the series share it'
    series.update({'amount': 1})
    assert end_of(series) == '2031-02-07T23:59:59+00:00'


@pytest.mark.parametrize(
    ('terms', 'problem'),
    [
        ({'interval': 0}, 'recurring:interval takes 1 to 100'),
        ({'period': 'X'}, 'recurring:period takes one of'),
        ({'time': 12}, 'recurring:time takes a string'),
        ({'amount': '1'}, 'recurring:amount takes an integer'),
        ({'start_date': '01-01-2030'}, 'recurring:scheduled_payment_id is missing'),
    ],
)
def test_wrong_terms_are_refused_and_change_nothing(terms: dict[str, Any], problem: str) -> None:
    series = registered(**MONTHLY)
    error = refused(lambda: series.update({'expiry_year': 2031, **terms}))
    assert (error.code, error.status) == (WRONG_TERMS, 400)
    assert problem in str(error)
    assert series.terms == MONTHLY
    assert end_of(series) == '2030-02-28T23:59:59+00:00'


def test_a_cancelled_series_stays_as_it_is() -> None:
    series = registered()
    series.cancel()
    for change in (series.cancel, lambda: series.update({'amount': 1})):
        error = refused(change)
        assert isinstance(error, Conflict)
        assert error.code == CANCELLED_SERIES
    assert series.terms == {}
