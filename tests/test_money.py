import subprocess
import sys
from decimal import (
    MAX_EMAX,
    MIN_ETINY,
    ROUND_UP,
    Clamped,
    Context,
    Decimal,
    DefaultContext,
    Inexact,
    Rounded,
    Subnormal,
    localcontext,
)
from enum import IntEnum
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import each_of

from payment_page_sdk._wire import LARGEST_INTEGER
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.money import major_units, minor_units
from payment_page_sdk.parameters.iso_codes import COUNTRIES, CURRENCIES, SUBDIVISIONS

CONVERTERS = [minor_units, major_units]  # type: Any
WITH_MINOR_UNITS = sorted(code for code, decimals in CURRENCIES.items() if decimals is not None)
HOSTILE = Context(
    prec=1, rounding=ROUND_UP, Emin=0, Emax=0, traps=[Clamped, Inexact, Rounded, Subnormal]
)


class Plain(str):
    """A text with another text for people, such as frameworks have."""

    def __str__(self) -> str:
        return 'for people'


class Lot(IntEnum):
    SMALL = 5


class Lazy:
    """A text that is made when it is needed; it claims to be a str already, as proxies do."""

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        return str


# Amount, currency, and minor units.
EXAMPLES = [
    ('18.15', 'EUR', 1815),
    ('18.1', 'EUR', 1810),
    ('18', 'EUR', 1800),
    ('-18.15', 'EUR', -1815),
    ('-0.05', 'EUR', -5),
    ('0018.15', 'EUR', 1815),
    ('18.1500', 'EUR', 1815),
    ('18.15' + '0' * 400, 'EUR', 1815),
    ('0.00', 'EUR', 0),
    ('-0.000', 'EUR', 0),
    ('5', 'JPY', 5),
    ('500.00', 'JPY', 500),
    ('0.5', 'KWD', 500),
    ('1.234', 'KWD', 1234),
    ('1.2345', 'CLF', 12345),
    ('1', 'CLF', 10000),
    (Plain('18.15'), Plain('EUR'), 1815),
    (18, 'EUR', 1800),
    (-18, 'EUR', -1800),
    (0, 'EUR', 0),
    (500, 'JPY', 500),
    (Lot.SMALL, 'EUR', 500),
    (Decimal('18.15'), 'EUR', 1815),
    (Decimal('-18.1500'), 'EUR', -1815),
    (Decimal('1.8E+1'), 'EUR', 1800),
    (Decimal('1E+3'), 'JPY', 1000),
    (Decimal('5E-3'), 'KWD', 5),
    (Decimal('-0'), 'EUR', 0),
    (10**298, 'EUR', LARGEST_INTEGER),
    (str(-LARGEST_INTEGER), 'JPY', -LARGEST_INTEGER),
    (Decimal('1E+298'), 'EUR', LARGEST_INTEGER),
]  # type: Any


@pytest.mark.parametrize('amount, currency, units', EXAMPLES)
def test_minor_units(amount: Any, currency: str, units: int) -> None:
    for context in (Context(), HOSTILE):
        with localcontext(context):
            found = minor_units(amount, currency)
        assert type(found) is int
        assert found == units


@pytest.mark.parametrize(
    'units, currency, amount',
    [
        (1815, 'EUR', '18.15'),
        (1810, 'EUR', '18.10'),
        ('1815', 'EUR', '18.15'),
        ('-5', 'EUR', '-0.05'),
        (0, 'EUR', '0.00'),
        ('-0', 'EUR', '0.00'),
        (500, 'JPY', '500'),
        (-1, 'KWD', '-0.001'),
        (12345, 'CLF', '1.2345'),
        (Plain('0007'), Plain('EUR'), '0.07'),
        (Lot.SMALL, 'EUR', '0.05'),
    ],
)
def test_major_units(units: Any, currency: str, amount: str) -> None:
    for context in (Context(), HOSTILE):
        with localcontext(context):
            found = major_units(units, currency)
        assert type(found) is Decimal
        assert str(found) == amount


def test_whatever_the_default_context(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in [('prec', 1), ('Emin', 0), ('Emax', 0), ('clamp', 1)]:
        monkeypatch.setattr(DefaultContext, name, value)
    assert minor_units(Decimal('18.15'), 'EUR') == 1815
    assert major_units(1815, 'EUR') == Decimal('18.15')
    with pytest.raises(ValidationException, match='is too large a number'):
        minor_units(Decimal((0, (1,), MAX_EMAX - 2)), 'EUR')


@given(st.sampled_from(WITH_MINOR_UNITS), st.integers(-LARGEST_INTEGER, LARGEST_INTEGER))
def test_there_and_back(currency: str, units: int) -> None:
    with localcontext(HOSTILE):
        amount = major_units(units, currency)
        assert amount == major_units(str(units), currency)
        assert len(str(amount).partition('.')[2]) == CURRENCIES[currency]
        for same in (amount, str(amount)):
            assert minor_units(same, currency) == units


@each_of((currency,) for currency in WITH_MINOR_UNITS)
def test_each_currency_has_its_smallest_amount(currency: str) -> None:
    smallest = major_units(1, currency)
    assert minor_units(smallest, currency) == 1
    with pytest.raises(ValidationException, match='has more decimals than the . of ' + currency):
        minor_units(smallest / 10, currency)


@given(
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from(WITH_MINOR_UNITS),
    st.booleans(),
)
def test_an_amount_is_exact_or_refused(amount: Decimal, currency: str, as_text: bool) -> None:
    expected = Fraction(amount) * 10 ** (CURRENCIES[currency] or 0)
    try:
        assert minor_units(format(amount, 'f') if as_text else amount, currency) == expected
    except ValidationException:
        assert expected.denominator > 1 or abs(expected) > LARGEST_INTEGER


def test_what_would_be_huge() -> None:
    assert minor_units('0' * 10**5 + '1.' + '0' * 10**5, 'EUR') == 100
    assert minor_units(Decimal((1, (0,), MAX_EMAX)), 'EUR') == 0
    assert minor_units(Decimal((0, (0,), -MAX_EMAX)), 'EUR') == 0
    # From figures, since PyPy's Decimal does not read a text that long.
    huge = Decimal((0, (1,) * 10**5, 0))
    largest = Decimal((0, (1,), MAX_EMAX)), Decimal((0, (1,), MAX_EMAX - 2))
    for amount in largest + ('1' * 10**5, huge, 10**10**5):
        with pytest.raises(ValidationException, match='is too large a number'):
            minor_units(amount, 'EUR')
    for amount in (
        Decimal((1, (1,), -MAX_EMAX)),
        Decimal((0, (1,), MIN_ETINY)),
        '1.00' + '0' * 10**5 + '1',
        '1.001' + '0' * 400,
    ):
        with pytest.raises(ValidationException, match='has more decimals than the 2 of EUR'):
            minor_units(amount, 'EUR')
    for units in ('1' * 10**5, 10**10**5):
        with pytest.raises(ValidationException, match='is too large a number'):
            major_units(units, 'EUR')


REFUSED_AMOUNTS = [
    (18.15, 'takes a Decimal, an int or a str of digits, not float'),
    (float('nan'), 'takes a Decimal, an int or a str of digits, not float'),
    (True, 'takes a Decimal, an int or a str of digits, not bool'),
    (None, 'takes a Decimal, an int or a str of digits, not NoneType'),
    (b'18.15', 'takes a Decimal, an int or a str of digits, not bytes'),
    (Fraction(1815, 100), 'takes a Decimal, an int or a str of digits, not Fraction'),
    (Decimal('NaN'), 'is not a finite number'),
    (Decimal('sNaN17'), 'is not a finite number'),
    (Decimal('-Infinity'), 'is not a finite number'),
    ('18.155', 'has more decimals than the 2 of EUR'),
    (Decimal('18.1501'), 'has more decimals than the 2 of EUR'),
    (Decimal('1E-3'), 'has more decimals than the 2 of EUR'),
    (Decimal('-1E+299'), 'is too large a number'),
    (10**298 + 1, 'is too large a number'),
    (str(-(10**298) - 1), 'is too large a number'),
] + [
    (text, 'is not a number in digits, such as 18.15')
    for text in (
        '',
        '-',
        '.',
        '18.',
        '.15',
        '+18',
        '--18',
        ' 18',
        '18 ',
        '18\n',
        '18,15',
        '1_8',
        '1e2',
        '1.8.1',
        'NaN',
        'Infinity',
        '0x12',
        '\u0661',
        '\uff11',
        '\u00b2',
        '18\ud800',
    )
]  # type: Any


@pytest.mark.parametrize('amount, problem', REFUSED_AMOUNTS)
def test_a_refused_amount(amount: Any, problem: str) -> None:
    with pytest.raises(ValidationException) as caught:
        minor_units(amount, 'EUR')
    assert str(caught.value).startswith('payment_amount ' + problem)
    assert caught.value.parameter == 'payment_amount'
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    'units, problem',
    [
        (1815.0, 'in minor units is an int or a str of digits, not float'),
        (Decimal('1815'), 'in minor units is an int or a str of digits, not Decimal'),
        (None, 'in minor units is an int or a str of digits, not NoneType'),
        (True, 'in minor units is an int or a str of digits, not bool'),
        ('18.15', 'in minor units has no decimals'),
        ('1815.0', 'in minor units has no decimals'),
        ('', 'is not a number in digits'),
        ('1e2', 'is not a number in digits'),
        (LARGEST_INTEGER + 1, 'is too large a number'),
        ('1' + '0' * 301, 'is too large a number'),
    ],
)
def test_refused_minor_units(units: Any, problem: str) -> None:
    with pytest.raises(ValidationException) as caught:
        major_units(units, 'EUR')
    assert str(caught.value).startswith('payment_amount ' + problem)
    assert caught.value.parameter == 'payment_amount'


@pytest.mark.parametrize(
    'currency, problem',
    [
        ('XAU', 'has no minor unit in ISO 4217'),
        ('XXX', 'has no minor unit in ISO 4217'),
    ]
    + [
        (code, 'is not a code of ISO 4217, such as EUR')
        for code in ('QQQ', 'usd', 'US', 'USD ', '', '840')
    ],
)
def test_a_refused_currency(currency: str, problem: str) -> None:
    for convert in CONVERTERS:
        with pytest.raises(ValidationException) as caught:
            convert(5, currency)
        assert str(caught.value) == 'payment_currency ' + problem
        assert caught.value.parameter == 'payment_currency'


@pytest.mark.parametrize('convert', CONVERTERS)
def test_types_are_what_they_are_and_not_what_they_claim(convert: Any) -> None:
    for currency in (840, None, b'USD', ['USD'], Lazy()):
        with pytest.raises(ValidationException, match='payment_currency is not a code of ISO 4217'):
            convert(5, currency)
    with pytest.raises(
        ValidationException,
        match='payment_amount takes a Decimal, an int or a str of digits, not Lazy',
    ):
        convert(Lazy(), 'EUR')


@given(
    st.one_of(st.text(), st.integers(), st.floats(), st.decimals(), st.binary()),
    st.sampled_from(CONVERTERS),
)
def test_nothing_else_is_raised_and_no_amount_shown(amount: Any, convert: Any) -> None:
    message = ''
    try:
        convert(amount, 'EUR')
    except ValidationException as error:
        message = str(error)
    assert len(str(amount)) < 5 or str(amount) not in message


@pytest.mark.subprocess
def test_decimal_and_the_codes_are_imported_when_they_are_needed() -> None:
    loaded = subprocess.check_output(
        [
            sys.executable,
            '-c',
            (
                'import sys; before = set(sys.modules); import payment_page_sdk.money; '
                "print(*{'decimal', 'payment_page_sdk.parameters'} & (set(sys.modules) - before))"
            ),
        ]
    )
    assert loaded.split() == []


def test_the_shape_of_the_codes() -> None:
    assert {len(code) for code in CURRENCIES} == {3}
    assert set(SUBDIVISIONS) < COUNTRIES
    assert 'ON' in SUBDIVISIONS['CA'].split()
    assert 'HK' not in SUBDIVISIONS
