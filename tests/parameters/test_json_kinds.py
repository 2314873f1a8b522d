"""JSON parameters: what a dict or list becomes, and which texts are taken for JSON."""

import enum
import json
from base64 import b64encode
from collections import OrderedDict
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Callable

import pytest
from odd_values import Currency, Plain
from rows import each_of

from payment_page_sdk.exceptions import Finding, ValidationException
from payment_page_sdk.parameters.json_kinds import Base64Json, IntegerOrJson, Json, TextOrJson
from payment_page_sdk.payment import Payment

KINDS = [Json('What.'), Base64Json('What.'), IntegerOrJson('What.'), TextOrJson('What.')]
JSON, BASE64, INTEGER_OR_JSON, TEXT_OR_JSON = KINDS


class Level(enum.IntEnum):
    GOLD = 3


class Mode(str, enum.Enum):
    PAYOUT = 'payout'


class Odd(enum.Enum):
    NUMBER = 5
    NOTHING = None
    FLAG = True
    DAY = date(1990, 12, 1)


class Share(float):
    """A number of a library's own."""


# Golden: what PHP, and any other reader of JSON, gets.
@each_of(
    [
        ({}, '{}'),
        ([], '[]'),
        ((), '[]'),
        ([1, (2, [3])], '[1, [2, [3]]]'),
        ({'b': 1, 'a': {'d': [None, True, False]}}, '{"b": 1, "a": {"d": [null, true, false]}}'),
        (OrderedDict([('z', 1), ('a', 2)]), '{"z": 1, "a": 2}'),
        (MappingProxyType({'a': ()}), '{"a": []}'),
        ({1: 'a', None: 'b'}, '{"1": "a", "null": "b"}'),
        ({1.5: 'a', False: 'b'}, '{"1.5": "a", "false": "b"}'),
        ([1.0, -0.0, 1e300, 5e-324, 0.1], '[1.0, -0.0, 1e+300, 5e-324, 0.1]'),
        ([2**53 + 1, -(10**300)], '[9007199254740993, -1%s]' % ('0' * 300)),
        (['"', '\\', '/', '\n', '\x7f', '\0'], r'["\"", "\\", "/", "\n", "\u007f", "\u0000"]'),
        (['é', '\u2028', '\ud7ff', '\ue000'], '["\\u00e9", "\\u2028", "\\ud7ff", "\\ue000"]'),
        (['🧾', {'🧾': 1}], '["\\ud83e\\uddfe", {"\\ud83e\\uddfe": 1}]'),
        (['\\ud83e'], '["\\\\ud83e"]'),  # six characters, and no surrogate
        ([Level.GOLD, Mode.PAYOUT, Currency.EUR], '[3, "payout", "EUR"]'),
        (list(Odd), '[5, null, true, "01-12-1990"]'),
        ([Plain('stays'), Share(0.5)], '["stays", 0.5]'),
        ([date(1990, 12, 1), date(1, 2, 3)], '["01-12-1990", "03-02-0001"]'),
        ([Decimal('3'), Decimal('-7'), Decimal('1E+2')], '[3, -7, 100]'),
        ([Decimal('0'), Decimal('0.0'), Decimal('-0')], '[0, 0.0, 0]'),
        ([Decimal('1.50'), Decimal('-0.25'), Decimal('1E-7')], '[1.5, -0.25, 1e-07]'),
        ([Decimal(2**53 + 1), Decimal(10) ** 299], '[9007199254740993, 1%s]' % ('0' * 299)),
        ([Decimal('18.15'), Decimal('0.1')], '[18.15, 0.1]'),
    ]
)
def test_what_a_dict_or_list_becomes(value: Any, text: str) -> None:
    for kind in (JSON, INTEGER_OR_JSON, TEXT_OR_JSON):
        assert kind.convert(value, 'name') == text
    assert BASE64.convert(value, 'name') == b64encode(text.encode()).decode()


NOT_JSON = 'name cannot be written as JSON'
OF_TYPE = NOT_JSON + ': it contains a value of type '


@each_of(
    [
        ([float('inf')], NOT_JSON),
        ({'a': float('nan')}, NOT_JSON),
        ({float('nan'): 1}, NOT_JSON),
        (['\ud83e'], NOT_JSON),
        (['\udffe'], NOT_JSON),
        ({'\ud83e': 1}, NOT_JSON),
        ([{b'a': 1}], NOT_JSON),
        ([datetime(2026, 5, 5)], OF_TYPE + 'datetime'),
        ([time(12)], OF_TYPE + 'time'),
        ([b''], OF_TYPE + 'bytes'),
        ([{1}], OF_TYPE + 'set'),
        ([object()], OF_TYPE + 'object'),
        # What no float is equal to:
        ([Decimal('9007199254740993.0')], OF_TYPE + 'Decimal'),
        ([Decimal('0.10000000000000000001')], OF_TYPE + 'Decimal'),
        ([Decimal('Infinity')], OF_TYPE + 'Decimal'),
        ([Decimal('1E+301')], OF_TYPE + 'Decimal'),
    ]
)
def test_what_json_cannot_express(value: Any, problem: str) -> None:
    for kind in KINDS:
        with pytest.raises(ValidationException) as caught:
            kind.convert(value, 'name')
        assert str(caught.value) == problem
        assert caught.value.parameter == 'name'


@pytest.mark.parametrize(
    'wrap',
    [
        lambda value: [value],
        lambda value: (value,),
        lambda value: {'a': value},
        lambda value: MappingProxyType({'a': value}),
    ],
)
def test_a_hundred_levels_are_held(wrap: Callable[[Any], Any]) -> None:
    value = 5  # type: Any
    for level in range(1, 101):
        value = wrap(value)
        for kind in KINDS if level in (1, 51, 100) else [JSON]:
            text = kind.convert(value, 'name')
            assert kind is BASE64 or text == json.dumps(json.loads(text))
    payment = Payment(186, 'ORDER-1', recurring=value, booking_info=value, merchant_data=value)
    codes = {found.code for found in payment.find_errors() if found.parameter == 'recurring'}
    assert codes <= {'wrong_type', 'missing'}
    assert not [f for f in payment.find_errors() if f.code == 'wrong_format']
    for kind in KINDS:
        with pytest.raises(ValidationException, match='cannot be written as JSON'):
            kind.convert(wrap(value), 'name')


@each_of(
    [
        (JSON, 5, 'name takes a dict or a list, or its JSON text, not int'),
        (JSON, None, 'name takes a dict or a list, or its JSON text, not NoneType'),
        (BASE64, 5, 'name takes a dict or a list, or the Base64 of its JSON text, not int'),
        (
            INTEGER_OR_JSON,
            False,
            'name takes an int, a dict or a list, or its JSON text, not bool',
        ),
        (TEXT_OR_JSON, b'', 'name takes a str, a dict or a list, not bytes'),
    ]
)
def test_what_is_refused_in_exact_words(kind: Any, value: Any, message: str) -> None:
    with pytest.raises(ValidationException) as caught:
        kind.convert(value, 'name')
    assert str(caught.value) == message


def wrong(name: str, kind: Any) -> Any:
    return [Finding(name, 'wrong_format', '%s takes %s' % (name, kind.takes), False)]


# Texts that were set as they are.
@each_of(
    [
        ('null', True),
        (' {"a" : [1, 2.5e3]} ', True),
        ('"a"', True),
        ('-0', True),
        ('\n5', True),
        ('', False),
        ('{', False),
        ('NaN', False),
        ('1e999', False),
        ('5 6', False),
        ('\ufeff{}', False),
        ("{'a': 1}", False),
        ('[' * 100 + ']' * 100, True),
        ('[' * 101 + ']' * 101, True),  # a reader may be less strict than a writer
        ('[' * 2001 + ']' * 2001, False),
    ]
)
def test_which_texts_are_json(text: str, is_json: bool) -> None:
    # No schema has this name, so any JSON will do.
    assert JSON.find(text, 'name', {}) == ([] if is_json else wrong('name', JSON))
    encoded = b64encode(text.encode()).decode()
    assert BASE64.find(encoded, 'name', {}) == ([] if is_json else wrong('name', BASE64))


@each_of(
    [
        ('bnVsbA==', True),  # null
        ('e30=', True),  # {}
        ('WzFd', True),  # [1]
        ('Ij8/Pz4+PiI=', True),  # "???>>>", with a slash and a plus
        ('Ij8_Pz4-PiI=', False),
        ('bnVsbA=', False),
        ('bnVsbA', False),
        ('bnVsbA===', False),
        ('bnVsbA== ', False),
        ('bnVsbA==\n', False),
        ('bnVsbA==\n\n\n\n', False),
        ('.nVsbA==', False),
        ('bnVsbA=A', False),
        ('=nVsbA==', False),
        ('Wz\u00e9d', False),
        ('', False),  # nothing at all is not JSON
        ('Iv8i', False),  # not UTF-8
    ]
)
def test_which_texts_are_base64(text: str, is_right: bool) -> None:
    assert BASE64.find(text, 'name', {}) == ([] if is_right else wrong('name', BASE64))


@each_of(
    [
        ('5', []),
        ('-5', []),
        ('9' * 300, []),
        ('{"id": 5}', []),
        (' 5', [('interface_type', 'wrong_type')]),
        ('5.0', [('interface_type', 'wrong_type')]),
        ('+5', [('interface_type', 'wrong_format')]),
        ('{"id": "5"}', [('interface_type:id', 'wrong_type')]),
        ('{}', [('interface_type:id', 'missing')]),
        ('five', [('interface_type', 'wrong_format')]),
    ]
)
def test_an_integer_or_json(text: str, codes: Any) -> None:
    found = INTEGER_OR_JSON.find(text, 'interface_type', {})
    assert [(each.parameter, each.code) for each in found] == codes


@each_of(
    [
        ('{"interface_type": {"id": 5}}', [('interface_type', 'wrapped', True)]),
        (
            '{"interface_type": {"id": "5"}}',
            [('interface_type', 'wrapped', True), ('interface_type:id', 'wrong_type', False)],
        ),
        (
            '{"interface_type": 5}',
            [('interface_type', 'wrapped', True), ('interface_type', 'wrong_type', False)],
        ),
        ('{"interface_type": {"id": "5"}, "id": 5}', []),
        ('["interface_type"]', [('interface_type', 'wrong_type', False)]),
        ('"interface_type"', [('interface_type', 'wrong_type', False)]),
    ]
)
def test_an_outer_key(text: str, findings: Any) -> None:
    assert [
        (found.parameter, found.code, found.is_warning)
        for found in JSON.find(text, 'interface_type', {})
    ] == findings
