"""SignatureHandler: the canonical string in both forms, its HMAC, and secrets that stay inside."""

import copy
import enum
import hashlib
import hmac
import json
import pickle
from base64 import b64encode
from collections import OrderedDict
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Callable, Dict, Iterator, List, Set
from uuid import UUID

import pytest
from facts import read_json, read_lines
from hypothesis import example, given
from hypothesis import strategies as st

from payment_page_sdk._canonical import NaturalForm, PlainForm
from payment_page_sdk.callback import Callback
from payment_page_sdk.exceptions import (
    ConfigurationException,
    ConfigurationWarning,
    ProcessException,
    ValidationException,
)
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment_page import PaymentPage
from payment_page_sdk.signature_handler import SignatureHandler

PUBLISHED = read_json('published_vectors.json')['vectors']
VECTORS = read_lines('signature_vectors.jsonl')
PHP = [read_json('natural_form.json'), read_json('natural_php.json')]
FORMS = {'plain': PlainForm, 'natural': NaturalForm}

HANDLER = SignatureHandler('secret')


def mac(secret: str, message: str) -> str:
    """The signature of a canonical string, by the standard library's HMAC."""
    return b64encode(hmac.new(secret.encode(), message.encode(), hashlib.sha512).digest()).decode()


def rows(table: str) -> List[Any]:
    """The rows of a table in both files of PHP's answers."""
    return [row for source in PHP for row in source.get(table, ())]


# The canonical string


@pytest.mark.parametrize('row', PUBLISHED)
def test_published_signatures(row: Dict[str, Any]) -> None:
    assert SignatureHandler(row['secret']).sign(row['data']) == row['signature']


@pytest.mark.filterwarnings('ignore:a secret key has')  # white space around it, with which it signs
@pytest.mark.parametrize('row', VECTORS, ids=lambda row: row['id'])
def test_vectors(row: Dict[str, Any]) -> None:
    handler = SignatureHandler(row['secret'])
    assert handler.sign(row['params']) == row['sign']['plain']
    for form, string in FORMS.items():
        assert handler.check(row['params'], row['sign'][form])
        assert mac(row['secret'], string(row['params']).message.decode()) == row['sign'][form]


def test_natural_order() -> None:
    for row in rows('paths'):
        entries = [(path, '') for path in row['in']]
        NaturalForm._sort(entries)
        assert [path for path, _ in entries] == row['natural']
    assert len(rows('paths')) > 400


def test_natural_order_in_a_string() -> None:
    assert NaturalForm({'a': dict.fromkeys(['b10', 'b2', 'b 1', 'b01'], '')}).message == (
        b'a:b01:;a:b 1:;a:b2:;a:b10:'
    )


def test_natural_numbers() -> None:
    wrong = [
        row
        for row in rows('number_text')
        if NaturalForm(json.loads('{"n": %s}' % row[0])).message != b'n:' + row[1].encode()
    ]
    assert len(rows('number_text')) > 300
    assert not wrong


def test_natural_strings() -> None:
    wrong = [
        row
        for row in rows('canonical')
        if NaturalForm(json.loads(row[0])).message != row[1].encode()
    ]
    assert len(rows('canonical')) > 100
    assert not wrong


@pytest.mark.parametrize(
    ('value', 'plain', 'natural'),
    [
        ('as: it; is', 'as: it; is', 'as: it; is'),
        ('', '', ''),
        (None, '', ''),
        (True, '1', '1'),
        (False, '0', '0'),
        (-5, '-5', '-5'),
        (1.0, '1.0', '1'),
        (0.1 + 0.2, '0.30000000000000004', '0.3'),
        (1e22, '1e+22', '1.0E+22'),
        (2**63 - 1, '9223372036854775807', '9223372036854775807'),
        (2**63, '9223372036854775808', '9.2233720368548E+18'),
        (-(2**63) - 1, '-9223372036854775809', '-9.2233720368548E+18'),
    ],
)
def test_text_of_a_value(value: Any, plain: str, natural: str) -> None:
    for form, text in (('plain', plain), ('natural', natural)):
        assert FORMS[form]({'a': value}).message.decode() == 'a:' + text
        assert HANDLER.check({'a': value}, mac('secret', 'a:' + text))


@pytest.mark.parametrize(
    ('params', 'message'),
    [
        ({}, ''),
        ({'b': 1, 'a': 2, 'B': 3}, 'B:3;a:2;b:1'),
        ({'a': {'b': [{'c': 1}, 'd']}}, 'a:b:0:c:1;a:b:1:d'),
        (
            {'k': list(range(11))},
            'k:0:0;k:1:1;k:10:10;k:2:2;k:3:3;k:4:4;k:5:5;k:6:6;k:7:7;k:8:8;k:9:9',
        ),
        ({'a:b': 1, ':': {'::': 2}}, '::::::::2;a::b:1'),
        ({'': {'': 1}}, '::1'),
        # By path alone: the text has no say. A ':' is greater than a digit and less than a letter.
        ({'a': {'x': 1}, 'a1': 2, 'aa': 3}, 'a1:2;a:x:1;aa:3'),
        ({'\uffff': 1, '\U0001f600': 2}, '\uffff:1;\U0001f600:2'),
        # An empty object or list leaves nothing behind.
        ({'a': {}, 'b': [], 'c': [{}, [], [[]]], 'd': 1}, 'd:1'),
        ({'frame_mode': 'popup', 'frame_modes': 1}, 'frame_modes:1'),
        (
            {'a': {'frame_mode': {'b': 1}}, 'c': [{'frame_mode': 1, 'd': 2}, [{'frame_mode': []}]]},
            'c:0:d:2',
        ),
    ],
)
def test_canonical_string(params: Dict[str, Any], message: str) -> None:
    assert PlainForm(params).message.decode() == message
    assert HANDLER.sign(params) == mac('secret', message)


# The HMAC and its keys


@pytest.mark.filterwarnings('ignore:a secret key has')
@given(
    st.text(min_size=1).filter(str.strip), st.sampled_from([1, 20, 127, 128, 129, 500]), st.text()
)
@example('k', 128, '')
@example('k', 129, '')
@example('ключ', 16, 'ж')  # 128 bytes
@example('ключ', 17, 'ж')
def test_is_hmac_sha512(secret: str, times: int, text: str) -> None:
    assert SignatureHandler(secret * times).sign({'a': text}) == mac(secret * times, 'a:' + text)


def test_current_secret_signs_and_all_verify() -> None:
    params = {'k': list(range(11))}  # its two forms differ
    handler = SignatureHandler('new', ['old', 'older'])
    assert handler.sign(params) == SignatureHandler('new').sign(params)
    for secret in ('new', 'old', 'older'):
        for form in FORMS.values():
            assert handler.check(params, mac(secret, form(params).message.decode()))
    assert not handler.check(params, SignatureHandler('other').sign(params))
    assert not SignatureHandler('new').check(params, SignatureHandler('old').sign(params))


@pytest.mark.parametrize(
    'previous',
    [('old', 'older'), ['older', 'old'], {'old', 'older'}, (s for s in ['old', 'older'])],
    ids=type,
)
def test_previous_secrets_come_in_any_order_and_collection(previous: Any) -> None:
    handler = SignatureHandler('new', previous)
    for secret in ('older', 'new', 'old', 'older'):  # more than once: an iterator is spent by now
        assert handler.check({'a': 1}, mac(secret, 'a:1'))


BAD_SECRETS = [
    '',
    ' ',
    '\t\n\u2003',
    None,
    b'topsecret',
    bytearray(b'topsecret'),
    7,
    True,
    ['topsecret'],
    'topsecret\ud800',
]


@pytest.mark.parametrize(
    'make',
    [
        SignatureHandler,
        Gate,
        lambda secret: SignatureHandler('good', [secret]),
        lambda secret: Gate('good', previous_secrets=['good', secret]),
    ],
    ids=['handler', 'gate', 'previous', 'previous of a gate'],
)
@pytest.mark.parametrize('secret', BAD_SECRETS, ids=ascii)
def test_unusable_secret(make: Callable[[Any], Any], secret: Any) -> None:
    with pytest.raises(ConfigurationException) as caught:
        make(secret)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, ProcessException)
    assert caught.value.code == 'configuration_error'
    assert 'topsecret' not in repr(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None  # they could hold it


@pytest.mark.parametrize('previous', ['old', b'old', None, 7], ids=ascii)
def test_previous_secrets_that_are_no_list(previous: Any) -> None:
    for make in (SignatureHandler, Gate):
        with pytest.raises(ConfigurationException):
            make('new', previous_secrets=previous)


SURROUNDED = [
    '%s\n',
    '%s\r\n',
    ' %s',
    '\t%s\v',
    '\ufeff%s',
    '%s\xa0',
    '%s\u2003',
    '%s\u200b',
    "'%s'",
    '"%s',
    '`%s`',
    '\u201c%s\u201d',
    '\u2018%s\u2019',
    '\xab%s\xbb',
    '\ufeff"%s"\r\n',
    '%s" \'\n" ',
]


@pytest.mark.parametrize('pattern', SURROUNDED, ids=ascii)
def test_a_surrounded_secret_signs_as_it_is_with_a_warning(pattern: str) -> None:
    secret = pattern % 'tOp "SeCrEt'
    makers = [
        lambda: SignatureHandler(secret),
        lambda: SignatureHandler('good', [secret, secret]),
        lambda: Gate(secret),
        lambda: Gate('good', previous_secrets=[secret]),
    ]  # type: List[Callable[[], Any]]
    for make in makers:
        with pytest.warns(ConfigurationWarning, match='white space, quotes or inv') as caught:
            made = make()
        assert len(caught) == 1
        with open(caught[0].filename, encoding='utf-8') as file:  # Python prints the line, too
            shown = str(caught[0].message) + file.read().splitlines()[caught[0].lineno - 1]
        assert 'SeCrEt' not in shown
        handler = getattr(made, '_signature_handler', made)  # type: Any
        assert handler.check({'a': 1}, mac(secret, 'a:1'))
        assert not handler.check({'a': 1}, mac('tOp "SeCrEt', 'a:1'))
        assert handler.find_secret(b'a:1', mac('tOp "SeCrEt', 'a:1'), trimmed=True) is not None


def test_what_is_in_a_secret_does_not_surround_it() -> None:
    for secret in ('a b', 'a"b', 'a\ufeffb', '(a)', '-a-', '=a=', '.a.', 'a\0'):
        assert SignatureHandler(secret).sign({'a': 1}) == mac(secret, 'a:1')


@pytest.mark.parametrize(
    'change',
    [
        lambda signature: None,
        lambda signature: '',
        lambda signature: signature.encode(),
        lambda signature: bytearray(signature.encode()),
        lambda signature: [signature],
        lambda signature: 5,
        lambda signature: signature + '\n',
        lambda signature: signature[:-1],
        lambda signature: signature.rstrip('='),
        lambda signature: signature.swapcase(),
        lambda signature: signature + 'é',
        lambda signature: '\ud800' + signature[1:],
        lambda signature: 'é' * 88,
    ],
)
def test_what_is_not_exactly_the_signature(change: Callable[[str], Any]) -> None:
    params = {'a': 1, 'k': list(range(11))}
    signature = HANDLER.sign(params)
    assert HANDLER.check(params, signature) is True
    assert HANDLER.check(params, change(signature)) is False


# Values of all kinds


class Colour(enum.Enum):
    RED = 'red'


class Mode(enum.IntEnum):
    AUTH = 7


class Text(str):
    def __str__(self) -> str:
        return 'the text itself counts'


class Lazy:
    def __str__(self) -> str:
        return 'Übersetzt'


RICH = [
    ('ключ', 'ключ'),
    (True, '1'),
    (False, '0'),
    (None, ''),
    (5, '5'),
    (1.0, '1.0'),
    (1e22, '1e+22'),
    (Decimal('10.50'), '10.50'),
    (Decimal('1E+3'), '1000'),
    (UUID(int=1), '00000000-0000-0000-0000-000000000001'),
    (Colour.RED, 'red'),
    (Mode.AUTH, '7'),
    (date(2026, 5, 4), '2026-05-04'),
    (
        datetime(2026, 5, 4, 3, 2, 1, tzinfo=timezone(timedelta(hours=3))),
        '2026-05-04T03:02:01+03:00',
    ),
    (Text('a'), 'a'),
    (Lazy(), 'Übersetzt'),
]


@pytest.mark.parametrize(('value', 'text'), RICH, ids=ascii)
def test_rich_value_is_signed_as_its_text(value: Any, text: str) -> None:
    assert HANDLER.sign({'a': {'b': [value]}}) == mac('secret', 'a:b:0:' + text)
    assert HANDLER.check({'a': {'b': [value]}}, HANDLER.sign({'a': {'b': [text]}}))


@pytest.mark.parametrize(
    ('params', 'plain'),
    [
        (MappingProxyType({'b': 1, 'a': {}}), {'b': 1}),
        (OrderedDict([('b', MappingProxyType({'d': (1, [2])}))]), {'b': {'d': [1, [2]]}}),
        ({'b': OrderedDict(c=OrderedDict(d=Lazy()))}, {'b': {'c': {'d': 'Übersetzt'}}}),
        ({'b': ((), [()], OrderedDict()), 'c': (Colour.RED,)}, {'c': ['red']}),
        ({5: {Colour.RED: 1}, Text('t'): {Mode.AUTH: 2}}, {'5': {'red': 1}, 't': {'7': 2}}),
        # frame_mode is left out of these too.
        (
            MappingProxyType({'frame_mode': 'popup', 'a': ({'frame_mode': 1}, {'b': Lazy()})}),
            {'a': [{}, {'b': 'Übersetzt'}]},
        ),
    ],
    ids=ascii,
)
def test_containers_of_all_kinds(params: Any, plain: Dict[str, Any]) -> None:
    assert HANDLER.sign(params) == HANDLER.sign(plain)


def nested(depth: int) -> Any:
    value = []  # type: List[Any]
    for _ in range(depth):
        value = [value]
    return value


def cycle(branches: int) -> Dict[str, Any]:
    members = {}  # type: Dict[str, Any]
    members.update(('b%d' % index, members) for index in range(branches))
    return members


def list_cycle() -> List[Any]:
    items = []  # type: List[Any]
    items += [items, items]
    return items


UNSIGNABLE = [
    ({'a': {'b': [float('nan')]}}, 'a:b:0'),
    ({'a': {'b': [1, float('inf')]}}, 'a:b:1'),
    ({'a': Decimal('NaN')}, 'a'),
    ({'a': [Decimal('-Infinity')]}, 'a:0'),
    ({'a': b'some text'}, 'a'),
    ({'a': bytearray(b'some text')}, 'a'),
    ({'a': {'b': object()}}, 'a:b'),
    ({'a': {'b': {'some text'}}}, 'a:b'),
    ({'a': print}, 'a'),
    ({'a': ['x', 'some text\ud800']}, 'a:1'),
    ({'a': nested(100000)}, 'a'),
    ({'a': cycle(1)}, 'a'),
    ({'a': cycle(3)}, 'a'),
    ({'a': {'b': list_cycle()}}, 'a'),
    ({'a': {b'b': 1}}, 'a'),
    ({'a': [{None: 1}]}, 'a:0'),
    ({'a': {True: 1}}, 'a'),
    ({'a': {1.5: 1}}, 'a'),
    ({'a': {('b', 'c'): 1}}, 'a'),
    ({'a': {(':',): 1}}, 'a'),  # a ':' in it, and still no text
    ({'a': {'\ud800': 1}}, 'a'),
    ({None: 1}, ''),
]


@pytest.mark.parametrize(('params', 'path'), UNSIGNABLE, ids=list(range(len(UNSIGNABLE))))
def test_unsignable_value_is_named(params: Any, path: str) -> None:
    calls = [lambda: HANDLER.sign(params), lambda: HANDLER.check(params, 'x')]  # type: List[Callable[[], object]]
    for call in calls:
        with pytest.raises(ValidationException) as caught:
            call()
        assert caught.value.parameter == path
        assert str(caught.value).startswith((path.split(':')[0] or 'the data') + ' ')
        assert 'some text' not in str(caught.value)
        assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.parametrize('params', [None, 5, 'a:1', b'', [('a', 1)], ['a'], {'a'}], ids=ascii)
def test_params_that_are_no_dict(params: Any) -> None:
    with pytest.raises(ValidationException):
        HANDLER.sign(params)
    with pytest.raises(ValidationException):
        HANDLER.check(params, 'x')


def test_params_never_change() -> None:
    params = OrderedDict(
        [
            ('frame_mode', 1),
            ('b', [{'frame_mode': 1, 'c': None, 'signature': 's'}, 1.5]),
            ('a', (Lazy(), {'frame_mode': {}})),
            ('signature', None),
        ]
    )  # type: Dict[str, Any]
    before = [repr(params), repr(dict(params))]
    HANDLER.check(params, HANDLER.sign(params))
    HANDLER.check(dict(params), HANDLER.sign(dict(params)))
    assert [repr(params), repr(dict(params))] == before


# What holds a secret shows none

SECRET = 'tOp-SeCrEt-ключ'
HOLDER = SignatureHandler(SECRET, [SECRET + '2'])
HOLDERS = [
    HOLDER,
    Gate(SECRET, previous_secrets=[SECRET + '2']),
    PaymentPage(HOLDER),
    Callback({'a': 1, 'signature': HOLDER.sign({'a': 1})}, HOLDER),
]


def reachable(value: Any, seen: Set[int]) -> Iterator[Any]:
    """Everything that a debugger would find in an object, itself included."""
    if id(value) in seen or isinstance(value, type):
        return
    seen.add(id(value))
    yield value
    parts = [
        getattr(value, name, None)
        for name in dir(type(value))
        if type(vars(type(value)).get(name)).__name__ == 'member_descriptor'
    ]  # slots
    parts.extend(getattr(value, '__dict__', {}).items())
    if isinstance(value, dict):
        parts.extend(value.items())
    elif isinstance(value, (list, tuple, set, frozenset)):
        parts.extend(value)
    for part in parts:
        for found in reachable(part, seen):
            yield found


@pytest.mark.parametrize('holder', HOLDERS, ids=lambda holder: type(holder).__name__)
def test_no_secret_is_visible(holder: Any) -> None:
    key = SECRET.encode()
    blocks = [key, bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)]
    found = list(reachable(holder, set()))
    assert len(found) > 3  # it does look inside
    for value in found:
        for text in (repr(value), str(value), ascii(value)):
            assert SECRET not in text
            assert 'tOp-SeCrEt' not in text
        if isinstance(value, (bytes, bytearray)):
            assert not any(block in value for block in blocks)


@pytest.mark.parametrize('holder', HOLDERS, ids=lambda holder: type(holder).__name__)
def test_no_secret_is_pickled(holder: Any) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(ConfigurationException) as caught:
            pickle.dumps(holder, protocol)
        assert 'tOp-SeCrEt' not in str(caught.value)


@pytest.mark.parametrize('copied', [copy.copy, copy.deepcopy])
def test_copies_work(copied: Callable[[Any], Any]) -> None:
    handler, gate, _, callback = [copied(holder) for holder in HOLDERS]
    assert handler.sign({'a': 1}) == mac(SECRET, 'a:1')
    assert handler.check({'a': 1}, mac(SECRET + '2', 'a:1'))
    body = {'a': 1, 'signature': mac(SECRET, 'a:1')}
    assert gate.handle_callback(body).get_value('a') == callback.get_value('a') == 1


def test_constants_of_the_official_package() -> None:
    assert SignatureHandler.ITEMS_DELIMITER == ';'
    assert SignatureHandler.IGNORE_KEYS == ['frame_mode']
