import enum
import json.encoder
import pydoc
import uuid
from base64 import b64decode
from collections import OrderedDict
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Callable, Dict, List

import platform_side
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from odd_values import Currency, Lazy, LazyList, Plain
from strategies import anything

from payment_page_sdk._wire import LARGEST_INTEGER
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.parameters.kinds import ALWAYS, Amount, Parameter, Text
from payment_page_sdk.parameters.rules import MaxLength
from payment_page_sdk.payment import CATALOGUE, Payment

GATE = Gate('secret', guard=False)


class Months(enum.IntEnum):
    SIX = 6


class Mode(str, enum.Enum):
    PAYOUT = 'payout'


class Confused(enum.Enum):
    LIST = ['purchase']


class Several(enum.Enum):
    LAZY = {'a': Lazy()}


class Translated:
    """A lazy text that is empty."""

    def __str__(self) -> str:
        return ''


class Address:
    """What libraries have for URLs."""

    def __str__(self) -> str:
        return 'https://shop.example'


class Undated:
    year = None

    def isoformat(self) -> None:
        pass


class Numpy:
    """An integer of another make."""

    def __index__(self) -> int:
        return 1001


AT = datetime(2026, 5, 5, 1, 2, 3, 4, timezone(timedelta(hours=3)))


@pytest.mark.parametrize(
    'name, value, held',
    [
        ('customer_id', 'a;b', 'a;b'),
        ('customer_id', Plain('stays'), 'stays'),
        ('customer_id', Lazy(), 'Оплата'),
        ('customer_id', 585741, 585741),
        ('customer_id', True, True),
        ('customer_id', None, None),
        ('customer_id', uuid.UUID(int=5), '00000000-0000-0000-0000-000000000005'),
        ('payment_currency', Currency.EUR, 'EUR'),
        ('mode', Mode.PAYOUT, 'payout'),
        ('payment_amount', 1001, 1001),
        ('payment_amount', '1001', '1001'),
        ('payment_amount', Plain('1001'), '1001'),
        ('payment_amount', Numpy(), 1001),
        ('payment_amount', Decimal('1001'), 1001),
        ('customer_installment_count', Months.SIX, 6),
        ('interface_type', 33, 33),
        ('interface_type', '33', '33'),
        ('interface_type', Numpy(), 1001),
        ('interface_type', {'id': 33}, '{"id": 33}'),
        ('redirect', True, True),
        ('redirect', 0, 0),
        ('redirect', '1', '1'),
        ('best_before', AT, '2026-05-05T01:02:03+03:00'),
        ('best_before', '2026-05-05T01:02:03Z', '2026-05-05T01:02:03Z'),
        ('customer_day_of_birth', date(1990, 12, 1), '01-12-1990'),
        ('customer_day_of_birth', date(1, 2, 3), '03-02-0001'),
        ('customer_day_of_birth', AT, '05-05-2026'),
        ('customer_day_of_birth', '01-12-1990', '01-12-1990'),
        ('redirect_success_url', 'https://shop.example', 'https://shop.example'),
        ('redirect_success_url', Address(), 'https://shop.example'),
        ('redirect_success_url', None, None),
        ('hide', 'card,cup-card', 'card,cup-card'),
        ('hide', ['card', Currency.EUR, 5], 'card,EUR,5'),
        ('hide', (code for code in ('card', 'cup-card')), 'card,cup-card'),
        ('hide', [], ''),
        ('cashier_predefined_amounts', range(10, 40, 10), '10,20,30'),
        ('recurring', {'register': True, 'type': 'U'}, '{"register": true, "type": "U"}'),
        ('recurring', '{"register":true}', '{"register":true}'),
        (
            'recurring',
            {'start_date': date(2026, 12, 1), 'type': Mode.PAYOUT, 'a': Currency.EUR},
            '{"start_date": "01-12-2026", "type": "payout", "a": "EUR"}',
        ),
        ('merchant_data', [1, {'a': None}], '[1, {"a": null}]'),
        ('merchant_data', 'free text', 'free text'),
        ('merchant_data', 12345, 12345),
        ('merchant_data', uuid.UUID(int=5), '00000000-0000-0000-0000-000000000005'),
        ('merchant_data', [Decimal('1.5'), Decimal('2.0'), Decimal(3)], '[1.5, 2.0, 3]'),
        (
            'merchant_data',
            [uuid.UUID(int=5), Lazy()],
            (
                '["00000000-0000-0000-0000-000000000005", '
                '"\\u041e\\u043f\\u043b\\u0430\\u0442\\u0430"]'
            ),
        ),
        (
            'merchant_data',
            MappingProxyType({'a': MappingProxyType({'b': (1, 2)})}),
            '{"a": {"b": [1, 2]}}',
        ),
        ('merchant_data', [Translated()], '[""]'),
        ('merchant_data', ['🧾'], '["\\ud83e\\uddfe"]'),
        ('receipt_data', {'positions': []}, 'eyJwb3NpdGlvbnMiOiBbXX0='),
        ('receipt_data', 'eyJwb3NpdGlvbnMiOltdfQ==', 'eyJwb3NpdGlvbnMiOltdfQ=='),
    ],
    ids=str,
)
def test_what_is_set_is_held_as_it_will_be_sent(name: str, value: Any, held: Any) -> None:
    payment = Payment('186')
    setattr(payment, name, value)
    result = getattr(payment, name)
    assert result == held
    assert type(result) is type(held) or type(held) is int
    pairs = dict(platform_side.pairs_of(GATE.get_purchase_payment_page_url(payment)))
    assert pairs[name] == {True: '1', None: ''}.get(held, str(held))


@pytest.mark.parametrize('in_python', [False, True], ids=['as it is', 'in Python'])
@pytest.mark.parametrize(
    'value, held',
    [
        ([Lazy()], ['Оплата']),
        ((1, Lazy()), [1, 'Оплата']),
        ({'a': Lazy(), 'b': {'c': [Lazy()]}}, {'a': 'Оплата', 'b': {'c': ['Оплата']}}),
        (MappingProxyType({'a': (Lazy(),)}), {'a': ['Оплата']}),
        (LazyList(1, None, LazyList(Lazy())), [1, None, ['Оплата']]),
        ([Confused.LIST, Several.LAZY], [['purchase'], {'a': 'Оплата'}]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_proxy_in_json_is_what_it_stands_for(
    value: Any, held: Any, in_python: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even to the encoder that is written in Python: it believes a proxy the class it claims."""
    if in_python:
        # As where the one in C is missing. PyPy has no other, and no such name.
        monkeypatch.setattr(json.encoder, 'c_make_encoder', None, raising=False)
    assert Payment('186', merchant_data=value).merchant_data == json.dumps(held)


LOOP = {}  # type: Dict[str, Any]
LOOP['again'] = LOOP
DEEP = []  # type: List[Any]
for _ in range(100000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    'name, value, expected',
    [
        ('customer_id', b'ada', 'takes a str, not bytes'),
        ('customer_id', {'ada': 'lovelace'}, 'takes a str, not dict'),
        ('customer_id', ['ada'], 'takes a str, not list'),
        ('customer_id', {'ada'}, 'takes a str, not set'),
        ('customer_id', float('nan'), 'takes a str, not float'),
        ('mode', Confused.LIST, 'takes a str, not list'),
        (
            'payment_amount',
            18.15,
            'takes an int in minor units, such as 1815 for 18.15 EUR, not float',
        ),
        ('payment_amount', 18.0, 'not float'),
        ('payment_amount', Decimal('18.15'), 'not Decimal'),
        ('payment_amount', Decimal('1815.00'), 'not Decimal'),
        ('payment_amount', Decimal('NaN'), 'not Decimal'),
        ('payment_amount', [1815], 'not list'),
        ('payment_amount', True, 'not bool'),
        ('payment_amount', b'1815', 'not bytes'),
        ('payment_amount', None, 'not NoneType'),
        ('terminal_id', 1.0, 'takes an int, not float'),
        ('interface_type', 24.0, 'takes an int, a dict or a list, or its JSON text, not float'),
        ('interface_type', True, 'not bool'),
        ('redirect', 2, 'takes a bool, or 1 or 0, not int'),
        ('redirect', 1.0, 'takes a bool, or 1 or 0, not float'),
        ('redirect', None, 'not NoneType'),
        ('redirect_success_url', 5, 'takes a URL as a str, not int'),
        ('redirect_success_url', b'https://shop.example', 'not bytes'),
        (
            'best_before',
            time(12, 30),
            'takes a datetime or its ISO 8601 text, not time',
        ),
        (
            'customer_day_of_birth',
            19901201,
            'takes a date or its text, DD-MM-YYYY, not int',
        ),
        ('customer_day_of_birth', time(12, 30), 'not time'),
        ('customer_day_of_birth', date, 'not type'),
        ('best_before', datetime, 'not type'),
        ('best_before', Undated(), 'not Undated'),
        (
            'hide',
            5,
            'takes a list of items, or one str with commas between them, not int',
        ),
        ('hide', b'card', 'not bytes'),
        ('hide', {'card': 1}, 'not dict'),
        ('hide', ['card,cup-card'], 'has an item that contains a comma'),
        ('hide', [['card']], 'takes a str, not list'),
        ('cashier_predefined_amounts', [10, 20.5], 'takes an int in minor units'),
        ('recurring', True, 'takes a dict or a list, or its JSON text, not bool'),
        ('recurring', {1, 2}, 'not set'),
        ('recurring', {'amount': Decimal('NaN')}, 'it contains a value of type Decimal'),
        ('recurring', {'amount': Decimal('0.1000000000000000000001')}, 'value of type Decimal'),
        ('recurring', {'amount': Decimal('1E+999999')}, 'it contains a value of type Decimal'),
        ('recurring', {'amount': (n for n in [1])}, 'it contains a value of type generator'),
        ('recurring', {'amount': float('nan')}, 'cannot be written as JSON'),
        ('recurring', {'time': datetime(2026, 5, 5)}, 'it contains a value of type datetime'),
        ('recurring', {'time': b'12:30:00'}, 'it contains a value of type bytes'),
        ('merchant_data', ['half \ud83e'], 'cannot be written as JSON'),
        ('merchant_data', {(1, 2): 1}, 'cannot be written as JSON'),
        ('merchant_data', {Lazy(): 1}, 'cannot be written as JSON'),
        ('merchant_data', LOOP, 'cannot be written as JSON'),
        ('merchant_data', DEEP, 'cannot be written as JSON'),
        (
            'receipt_data',
            b'eyJwb3NpdGlvbnMiOiBbXX0=',
            'or the Base64 of its JSON text, not bytes',
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_cannot_be_held_is_refused_when_it_is_set(
    name: str, value: Any, expected: str
) -> None:
    payment = Payment('186')
    setters = [
        lambda: setattr(payment, name, value),
        lambda: payment.update({name: value}),
        lambda: Payment('186', **{name: value}),
    ]  # type: List[Callable[[], Any]]
    for refused in setters:
        with pytest.raises(ValidationException) as caught:
            refused()
        assert str(caught.value).startswith(name + ' ')
        assert expected in str(caught.value)
        assert caught.value.parameter == name
        assert caught.value.__context__ is None  # that could carry the value along
        assert caught.value.findings == ((name, 'invalid_parameter', str(caught.value), False),)
    assert payment == Payment('186')


@given(st.dictionaries(st.sampled_from(sorted(set(CATALOGUE) - {'card_operation_type'})), anything))
@example({'customer_id': Confused.LIST})
def test_anything_is_held_or_refused_by_name(params: Dict[str, Any]) -> None:
    payment = Payment('186', 'ORDER-1')
    for name, value in params.items():
        before = OrderedDict(payment.get_params())
        try:
            setattr(payment, name, value)
        except ValidationException as error:
            refused = error.parameter, str(error)[: len(name)], payment.get_params()
            assert refused == (name, name, before)
    for name, value in payment.get_params().items():
        if isinstance(value, int) and not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            payment.get_params()[name] = 1  # which only the link refuses
    pairs = platform_side.pairs_of(GATE.get_purchase_payment_page_url(payment))
    assert platform_side.accepts(pairs, 'secret')


def test_the_official_bytes_of_booking_info_are_those_of_any_dict() -> None:
    info = {'firstname': 'Ada', 'surname': 'Лавлейс', 'nights': [1, 2.5]}
    payment = Payment('186', booking_info=info)
    other = Payment('186')
    other.set_booking_info(info)
    assert payment == other
    assert b64decode(payment.booking_info).startswith(b'{"firstname": "Ada", "surname": "\\u041b')


def test_help_tells_all_there_is_to_know() -> None:
    plain = pydoc.plaintext  # type: ignore[attr-defined]
    shown = pydoc.render_doc(Payment.payment_amount, renderer=plain)
    assert 'payment_amount' in shown
    assert 'Kind: Amount. Takes an int in minor units, such as 1815 for 18.15 EUR.' in shown
    assert '1 to 10000000000000, and exactly 0 in card_verify' in shown
    assert 'The amount to pay' in shown
    assert 'Required in purchase, payout, card_verify.' in shown


@pytest.mark.parametrize(
    'parameter, lines',
    [
        (Text('What.'), ['What.', '', 'Kind: Text. Takes a str.']),
        (
            Text('What.', MaxLength(5), modes=['payout'], replaced_by='other'),
            [
                'What.',
                '',
                'Kind: Text. Takes a str.',
                'Its text: at most 5 characters.',
                'Used in payout only.',
                'Deprecated: set other.',
            ],
        ),
        (
            Amount('What.', required=ALWAYS),
            [
                'What.',
                '',
                'Kind: Amount. Takes an int in minor units, such as 1815 for 18.15 EUR.',
                'Its text: an integer in minor units of the currency, such as 1815 for 18.15 EUR.',
                'Required always.',
            ],
        ),
        (
            Text('What.', required=['payout'], required_with={'a': (), 'b': ('1', '2')}),
            [
                'What.',
                '',
                'Kind: Text. Takes a str.',
                'Required in payout, with a, with b 1 or 2.',
            ],
        ),
    ],
)
def test_a_parameter_describes_itself(parameter: Parameter, lines: List[str]) -> None:
    assert parameter.describe() == '\n'.join(lines)


def test_a_kind_may_take_texts_only() -> None:
    assert Parameter().convert('text', 'name') == 'text'
    with pytest.raises(ValidationException):
        Parameter().convert(1, 'name')


@pytest.mark.parametrize('name', sorted(set(CATALOGUE) - {'card_operation_type'}))
def test_what_is_held_as_it_is_would_not_be_converted(name: str) -> None:
    samples = [(str, ''), (str, 'x'), (int, 0), (int, 5), (bool, True), (type(None), None)]  # type: List[Any]
    parameter = CATALOGUE[name]
    assert str in parameter.held_types
    for kind, value in samples:
        if kind in parameter.held_types:
            assert parameter.convert(value, name) is value
            payment = Payment('1')
            setattr(payment, name, value)
            assert payment.get_params()[name] is value
