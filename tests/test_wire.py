import enum
import uuid
from collections import OrderedDict
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Callable, List

import pytest
from odd_values import Currency, Lazy, Plain

from payment_page_sdk._wire import escape_unprintable, wire_value
from payment_page_sdk.exceptions import ValidationException


class Terminal(enum.IntEnum):
    FIRST = 115


class Mode(str, enum.Enum):
    PURCHASE = 'purchase'


class Odd(int):
    def __repr__(self) -> str:
        return 'an odd number'

    __str__ = __repr__


class Ratio(float):
    def __repr__(self) -> str:
        return 'a ratio'

    __str__ = __repr__


class LazyPlain:
    def __str__(self) -> str:
        return Plain('Оплата')


class Textless:
    def __repr__(self) -> str:
        return '<no text>'


class NoText:
    def __str__(self) -> str:
        return 5  # type: ignore[return-value]  # noqa: PLE0307


class Moscow(datetime):
    pass


AT = datetime(2026, 5, 5, 12, 30, 15, 250, tzinfo=timezone(timedelta(hours=3)))


@pytest.mark.parametrize(
    'value, text',
    [
        ('', ''),
        ('Платёж 🧾 a;b:c', 'Платёж 🧾 a;b:c'),
        (Plain('stays'), 'stays'),
        (Lazy(), 'Оплата'),
        (LazyPlain(), 'Оплата'),
        (None, ''),
        (True, '1'),
        (False, '0'),
        (0, '0'),
        (-1001, '-1001'),
        (9007199254740993, '9007199254740993'),
        (2**64, '18446744073709551616'),
        (10**300, '1' + '0' * 300),
        (-(10**300), '-1' + '0' * 300),
        (Decimal('1E+300'), '1' + '0' * 300),
        (Decimal('-1E+300'), '-1' + '0' * 300),
        (Decimal('1E-300'), '0.' + '0' * 299 + '1'),
        (Odd(3), '3'),
        (18.15, '18.15'),
        (1.0, '1.0'),
        (1e22, '1e+22'),
        (Ratio(0.5), '0.5'),
        (Decimal('18.150'), '18.150'),
        (Decimal('1E+3'), '1000'),
        (Fraction(1, 3), '1/3'),
        (uuid.UUID(int=5), '00000000-0000-0000-0000-000000000005'),
        (Currency.EUR, 'EUR'),
        (Terminal.FIRST, '115'),
        (Mode.PURCHASE, 'purchase'),
        (date(2026, 5, 5), '2026-05-05'),
        (time(12, 30), '12:30:00'),
        (AT, '2026-05-05T12:30:15.000250+03:00'),
        (Moscow(2026, 5, 5), '2026-05-05T00:00:00'),
        ({'a': True, 5: [None, {}], Currency.EUR: 'x'}, {'a': '1', '5': ['', {}], 'EUR': 'x'}),
        (OrderedDict([('b', 1), ('a', 2)]), {'b': '1', 'a': '2'}),
        (MappingProxyType({'a': 1}), {'a': '1'}),
        ((1, 2), ['1', '2']),
        ([], []),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_has_one_text(value: Any, text: Any) -> None:
    result = wire_value(value, 'name')
    assert result == text
    assert type(result) is type(text)


LOOP = []  # type: List[Any]
LOOP.append({'again': LOOP, 'and again': LOOP})


@pytest.mark.parametrize(
    'value, path',
    [
        (b'bytes', 'name'),
        (bytearray(b'bytes'), 'name'),
        (memoryview(b'bytes'), 'name'),
        (float('nan'), 'name'),
        (float('inf'), 'name'),
        (Ratio('-inf'), 'name'),
        (Decimal('NaN'), 'name'),
        (Decimal('sNaN'), 'name'),
        (Decimal('-Infinity'), 'name'),
        ('\ud800', 'name'),
        ('end \udfff', 'name'),
        (10**5000, 'name'),
        (object(), 'name'),
        (Textless(), 'name'),
        ({1, 2}, 'name'),
        (len, 'name'),
        (str, 'name'),
        (iter([]), 'name'),
        (LOOP, 'name'),
        ({'a': [1, {'b': b'bytes'}]}, 'name:a:1:b'),
        ({'a': {'\ud800': 1}}, 'name:a'),
        ({True: 1}, 'name'),
        ({None: 1}, 'name'),
        ({b'a': 1}, 'name'),
        ({(1, 2): 1}, 'name'),
        ({1: 'a', '1': 'b'}, 'name'),
        (NoText(), 'name'),
        (Decimal('1E+301'), 'name'),
        (Decimal('-1E+99999999'), 'name'),
        (Decimal('1E-301'), 'name'),
        (10**300 + 1, 'name'),
        (-(10**300) - 1, 'name'),
        (Decimal(10**300 + 1), 'name'),
        (Decimal(-(10**300) - 1), 'name'),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_without_a_text_is_refused_by_name(value: Any, path: str) -> None:
    with pytest.raises(ValidationException) as caught:
        wire_value(value, 'name')
    assert caught.value.parameter == path
    assert str(caught.value).startswith('name ')
    assert caught.value.__context__ is None  # the error of a codec carries the value along


@pytest.mark.parametrize(
    'hold',
    [
        lambda value: [value],
        lambda value: {'a': value},
        lambda value: [enum.Enum('Held', {'VALUE': value}).VALUE],  # type: ignore[attr-defined]
    ],
)
def test_nesting_ends_somewhere(hold: Callable[[Any], Any]) -> None:
    value = 'x'  # type: Any
    for _ in range(100):
        value = hold(value)
    assert str(wire_value(value, 'name')).count('x') == 1
    for path in ('name', 'name:a:0'):
        with pytest.raises(ValidationException) as caught:
            wire_value(hold(value), path)
        assert str(caught.value) == 'name contains itself, or is nested too deeply'
        assert caught.value.parameter == 'name'


@pytest.mark.parametrize(
    'value, problem',
    [
        ('\ud800', 'contains an unpaired surrogate'),
        (10**301, 'is too large a number'),
        (Decimal('1E+301'), 'is too large a number, or has too many decimals'),
        (Decimal('1E-301'), 'is too large a number, or has too many decimals'),
        (float('nan'), 'is not a finite number'),
        (Decimal('Infinity'), 'is not a finite number'),
        ({1: 'a', '1': 'b'}, 'has two keys with the same text'),
        ({None: 1}, 'has a key of type NoneType; a key is a str or an int'),
        ({True: 1}, 'has a key of type bool; a key is a str or an int'),
        ({b'a': 1}, 'has a key of type bytes; a key is a str or an int'),
        (b'x', 'is or contains a value of type bytes, which cannot be sent'),
        (NoText(), 'is or contains a value of type NoText, which cannot be sent'),
    ],
)
def test_an_error_says_what_is_wrong(value: Any, problem: str) -> None:
    for path, name in [('a:b:c', 'a'), ('a\n', 'a\\n'), ('', 'the data')]:
        with pytest.raises(ValidationException) as caught:
            wire_value(value, path)
        assert str(caught.value) == '%s %s' % (name, problem)
        assert caught.value.parameter == path


def test_the_path_of_what_has_no_name() -> None:
    with pytest.raises(ValidationException) as caught:
        wire_value({'a': {'b': [b'x']}}, '')
    assert (caught.value.parameter, str(caught.value)[:2]) == ('a:b:0', 'a ')


@pytest.mark.parametrize(
    'text, shown',
    [
        ('Order 5', 'Order 5'),
        ("Заказ '5\\", "Заказ '5\\"),
        ('\x1b[2J\n\u202e\ud800', '\\x1b[2J\\n\\u202e\\ud800'),
    ],
)
def test_what_a_terminal_cannot_show_is_escaped(text: str, shown: str) -> None:
    assert escape_unprintable(text) == shown


def test_an_error_tells_the_type_but_neither_value_nor_key() -> None:
    with pytest.raises(ValidationException) as caught:
        wire_value({'ada@example.com\n': b'4242424242424242'}, 'customer')
    assert (
        str(caught.value) == 'customer is or contains a value of type bytes, which cannot be sent'
    )
    with pytest.raises(ValidationException) as caught:
        wire_value(b'x', 'a\nb\ud800')
    assert str(caught.value).startswith('a\\nb\\ud800 is')
