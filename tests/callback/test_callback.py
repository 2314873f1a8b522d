"""Callbacks: what is accepted, what is refused, and what can be read from the accepted ones."""

import copy
import gc
import hashlib
import hmac
import itertools
import json
import weakref
from base64 import b64encode
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import pytest
from callback_vectors import VECTORS, put_signature
from facts import read_json
from hypothesis import given, settings
from hypothesis import strategies as st
from rows import each_of

from payment_page_sdk._canonical import NaturalForm, PlainForm
from payment_page_sdk.callback import Callback
from payment_page_sdk.exceptions import (
    AmbiguousCallback,
    CallbackException,
    InvalidSignature,
    MalformedCallback,
)
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.signature_handler import SignatureHandler

SECRET = 'secret'
HANDLER = SignatureHandler(SECRET)
GATE = Gate(SECRET)
UNGUARDED = Gate(SECRET, guard=False)

Json = Dict[str, Any]


def mac(message: str, secret: str = SECRET) -> str:
    """The signature of a canonical string, by the standard library's HMAC."""
    return b64encode(hmac.new(secret.encode(), message.encode(), hashlib.sha512).digest()).decode()


def signed(data: Json) -> Json:
    return dict(data, signature=HANDLER.sign(data))


def text_of(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(',', ':'))


EVERYDAY = read_json('bench_cases.json')['callback_45']['params']

KINDS = {
    'str': text_of,
    'str with a BOM': lambda data: '\ufeff' + text_of(data),
    'escaped str': json.dumps,
    'bytes': lambda data: text_of(data).encode(),
    'bytes with a BOM': lambda data: b'\xef\xbb\xbf' + text_of(data).encode(),
    'bytearray': lambda data: bytearray(text_of(data).encode()),
    'memoryview': lambda data: memoryview(text_of(data).encode()),
    'dict': copy.deepcopy,
}  # type: Dict[str, Callable[[Json], Any]]


# Refused

UNVERIFIABLE = 'the callback is nested too deeply, or has keys or numbers that are too long'
NOT_JSON = 'the callback is not JSON: there is an error at character '
WRONG = 'the signature was not made with the secret key from the data of the callback'


@pytest.mark.parametrize(
    ('body', 'message'),
    [
        ('{"a" 1}', NOT_JSON + '5'),
        ('', NOT_JSON + '0'),
        ('{"a": 1e999}', NOT_JSON + '?'),
        ({'a': float('inf')}, NOT_JSON + '?'),
        ('[]', 'the callback is JSON, but not an object'),
        ('{"a":%s' % ('[' * 3000), 'the callback is nested too deeply'),
        ({'a': '\ud800'}, 'the callback is not valid UTF-8'),
        ('{"a": "\\uD800"}', 'the callback is not valid UTF-8'),
        ('"\ud800"', 'the callback is not valid UTF-8'),
        (b'{"a": "\xff"}', 'the callback is not valid UTF-8'),
        (None, 'the callback is not bytes, a str or a dict of JSON values'),
        ({'a': b''}, 'the callback is not bytes, a str or a dict of JSON values'),
        ({'signature': 'x', 'a': [0] * 19999}, 'the callback has too many members'),
        ({}, 'the callback has no signature'),
        ({'signature': 'x'}, WRONG),
        ({'signature': 'x', 'a': {'b' * 129: [1]}}, UNVERIFIABLE),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_refusal_says_what_is_wrong(body: Any, message: str) -> None:
    with pytest.raises(CallbackException) as caught:
        GATE.handle_callback(body)
    assert str(caught.value) == message


def items(count: int) -> List[Json]:
    """Return data with ``count`` members, however they are arranged, the signature included."""
    zeros = [0] * (count - 4)
    return [
        {'a': zeros + [0, 0]},
        {'a': {str(index): 0 for index in range(count - 2)}},
        {'a': [{}, zeros]},
        {'a': {'b': {'c': zeros}}},
    ]


@pytest.mark.parametrize('kind', range(4))
def test_as_many_members_as_can_be_and_one_more(kind: int) -> None:
    genuine = text_of(signed(items(20000)[kind]))
    assert GATE.handle_callback(genuine).get_data() == items(20000)[kind]
    with pytest.raises(MalformedCallback, match='too many members'):
        GATE.handle_callback(text_of(signed(items(20001)[kind])))


@pytest.mark.parametrize('data', [{'a': [[0]] * 2500}, {'a': [{}, [[], 'x']] * 1000}])
def test_many_brackets_are_accepted(data: Json) -> None:
    assert GATE.handle_callback(text_of(signed(data))).get_data() == data


def nested(depth: int) -> List[Json]:
    objects = 'x'  # type: Any
    lists = 'x'  # type: Any
    for _ in range(depth - 1):
        objects, lists = {'a': objects}, [lists]
    return [{'a': objects}, {'a': lists}]


@pytest.mark.parametrize('kind', [0, 1], ids=['objects', 'lists'])
def test_as_deep_as_it_can_be_and_deeper(kind: int) -> None:
    for depth in (1, 50, 51, 64, 65):
        data = nested(depth)[kind]
        callback = GATE.handle_callback(text_of(signed(data)))
        assert callback.get_data() == data
        assert callback.get_value('a' + ['.a', '.0'][kind] * (depth - 1)) == 'x'
    with pytest.raises(MalformedCallback, match='nested too deeply'):
        GATE.handle_callback(text_of(signed(nested(66)[kind])))


@pytest.mark.parametrize(
    ('key', 'most'),
    [
        # Each value has a path of 71 bytes in the string, and 2 in the body, 8 times: 55 of 4096.
        ('k' * 70, 74),
        # Of 65 bytes: 49.
        ('k' * 64, 83),
        # Bytes in UTF-8, which are 131, count in the string; characters in the body.
        ('\u0416' * 65, 35),
    ],
)
def test_as_many_long_paths_as_there_can_be_and_more(key: str, most: int) -> None:
    data = {key: ['x'] * most}
    assert GATE.handle_callback(text_of(signed(data))).get_data() == data
    with pytest.raises(MalformedCallback, match='keys or numbers that are too long'):
        GATE.handle_callback(text_of(signed({key: ['x'] * (most + 1)})))


def test_short_paths_are_not_counted() -> None:
    data = {'k' * 63: ['x'] * 2000}
    assert GATE.handle_callback(text_of(signed(data))).get_data() == data


# Accepted


@pytest.mark.filterwarnings('ignore:a secret key has')
@each_of(itertools.product([row['id'] for row in VECTORS], ['plain', 'natural'], sorted(KINDS)))
def test_vectors(name: str, form: str, kind: str) -> None:
    [row] = [row for row in VECTORS if row['id'] == name]
    path, signature = row['callback']['path'], row['callback'][form]
    body = KINDS[kind](put_signature(row['params'], path, signature))
    callback = Gate(row['secret']).handle_callback(body)
    assert callback.get_signature() == callback.get_value(path) == signature
    payment = row['params'].get('payment', {})
    assert callback.get_payment_id() == payment.get('id')
    assert callback.get_payment_status() == payment.get('status')
    assert callback.check_signature() is True


def test_a_dict_stays_as_it_is_and_apart() -> None:
    data = signed({'frame_mode': 1, 'payment': {'id': '1', 'list': [{'frame_mode': 2}]}})
    before = copy.deepcopy(data)
    callback = GATE.handle_callback(data)
    callback.get_value('payment')['list'].append('mine')
    callback.get_data()['payment']['id'] = 'mine'
    assert data == before
    data['payment']['id'] = '2'
    assert callback.get_payment_id() == '1'


# The seed's example of a callback.
SEED = {
    'project_id': 186,
    'payment': {
        'id': 'ECT_TEST_1555943554067',
        'type': 'purchase',
        'status': 'success',
        'date': '2018-08-28T09:11:28+0000',
        'method': 'card',
        'sum': {'amount': 1000, 'currency': 'RUB'},
        'description': 'Тестовый платёж',
    },
    'account': {
        'number': '431422******0056',
        'type': 'visa',
        'card_holder': 'ADA LOVELACE',
        'id': 778804,
        'token': '9cb38282187b7a5b5b91b5814c6b814162741b29c0c486fbbc500cd451abb8b2',
        'expiry_month': '11',
        'expiry_year': '2021',
    },
    'operation': {
        'id': 17839000001150,
        'type': 'sale',
        'status': 'success',
        'date': '2018-08-28T09:11:28+0000',
        'created_date': '2018-08-28T09:11:24+0000',
        'request_id': 'a2dea8c5d7e9',
        'sum_initial': {'amount': 1000, 'currency': 'RUB'},
        'sum_converted': {'amount': 1000, 'currency': 'RUB'},
        'provider': {
            'id': 6,
            'payment_id': '15354474886323',
            'date': '2018-08-28T09:11:28+0000',
            'auth_code': '563253',
            'endpoint_id': 6,
        },
        'code': '0',
        'message': 'Success',
        'eci': '05',
    },
}  # type: Json


def test_seed_example() -> None:
    callback = GATE.handle_callback(text_of(signed(SEED)))
    assert callback.get_payment_id() == 'ECT_TEST_1555943554067'
    assert callback.get_payment_status() == Callback.SUCCESS_STATUS
    assert callback.get_payment() == SEED['payment']
    assert callback.get_value('operation.provider.auth_code') == '563253'
    assert callback.get_data() == SEED


def test_constructed_as_in_the_official_package() -> None:
    callback = Callback(text_of(signed(SEED)), HANDLER)
    assert callback.decode_response('{"a": 1.5}') == {'a': 1.5}
    with pytest.raises(MalformedCallback):
        callback.decode_response('[]')
    with pytest.raises(InvalidSignature):
        Callback(text_of(signed(SEED)), SignatureHandler('other'))


def test_nothing_of_the_payment_in_it() -> None:
    callback = GATE.handle_callback(signed({'recurring': {'id': 1}}))
    for value in (callback.get_payment(), callback.get_payment_id(), callback.get_payment_status()):
        assert value is None


@pytest.mark.parametrize(
    ('name', 'value'),
    [
        ('SUCCESS_STATUS', 'success'),
        ('DECLINE_STATUS', 'decline'),
        ('AW_3DS_STATUS', 'awaiting 3ds result'),
        ('AW_RED_STATUS', 'awaiting redirect result'),
        ('AW_CUS_STATUS', 'awaiting customer'),
        ('AW_CLA_STATUS', 'awaiting clarification'),
        ('AW_CAP_STATUS', 'awaiting capture'),
        ('CANCELED_STATUS', 'canceled'),
        ('CANCELLED_STATUS', 'cancelled'),
        ('REFUNDED_STATUS', 'refunded'),
        ('PART_REFUNDED_STATUS', 'partially refunded'),
        ('PROCESSING_STATUS', 'processing'),
        ('ERROR_STATUS', 'error'),
        ('REVERSED_STATUS', 'reversed'),
    ],
)
def test_statuses(name: str, value: str) -> None:
    assert getattr(Callback, name) == value


def test_a_replaced_secret_key_still_verifies() -> None:
    body = signed(SEED)
    rotated = Gate('new', previous_secrets=['other', SECRET])
    assert rotated.handle_callback(body).check_signature()
    with pytest.raises(InvalidSignature):
        Gate('new', previous_secrets=['other']).handle_callback(body)


# The two forms


@pytest.mark.parametrize(
    ('order', 'number', 'inner'), list(itertools.product(['plain', 'natural'], repeat=3))
)
def test_whole_forms_only(order: str, number: str, inner: str) -> None:
    """Three points set the forms apart, so there are six mixtures of them. None is accepted."""
    indexes = {'plain': '0 10 1 2 3 4 5 6 7 8 9', 'natural': '0 1 2 3 4 5 6 7 8 9 10'}[order]
    entries = ['list:%s:a:x' % index for index in indexes.split()]
    if inner == 'plain':  # which takes no signature out of a list
        entries.insert(entries.index('list:1:a:x') + 1, 'list:1:signature:s')
    entries.append({'plain': 'rate:1.0', 'natural': 'rate:1'}[number])
    body = {'rate': 1.0, 'list': [{'a': 'x'} for _ in range(11)]}  # type: Json
    body['list'][1]['signature'] = 's'
    body['signature'] = mac(';'.join(entries))
    if order == number == inner:
        assert GATE.handle_callback(body).get_value('rate') == 1.0
    else:
        with pytest.raises(InvalidSignature):
            GATE.handle_callback(body)


NESTED_SIGNATURES = {
    'project_id': 1,
    'general': {'signature': 'g', 'a': 1},
    'payment': {'signature': 's', 'deep': {'signature': 5, 'b': 2}},
    'refund': {'signature': None, 'c': 3},
    'object': {'signature': {'d': 4}},
    'operations': [{'signature': 't', 'e': 5}, {'signature': None}, {'f': {'signature': 'u'}}],
}


@pytest.mark.parametrize(
    ('message', 'exposed'),
    [
        # plain: out of objects reached through objects only, null ones too
        (
            (
                'general:a:1;operations:0:e:5;operations:0:signature:t;operations:1:signature:;'
                'operations:2:f:signature:u;payment:deep:b:2;project_id:1;refund:c:3'
            ),
            {
                'project_id': 1,
                'general': {'a': 1},
                'payment': {'deep': {'b': 2}},
                'refund': {'c': 3},
                'object': {},
                'operations': NESTED_SIGNATURES['operations'],
            },
        ),
        # natural: all that are not null, inside lists too
        (
            (
                'general:a:1;operations:0:e:5;operations:1:signature:;payment:deep:b:2;project_id:1;'
                'refund:c:3;refund:signature:'
            ),
            {
                'project_id': 1,
                'general': {'a': 1},
                'payment': {'deep': {'b': 2}},
                'refund': {'signature': None, 'c': 3},
                'object': {},
                'operations': [{'e': 5}, {'signature': None}, {'f': {}}],
            },
        ),
    ],
)
def test_inner_signatures_are_taken_out_by_the_form(message: str, exposed: Json) -> None:
    callback = GATE.handle_callback(dict(NESTED_SIGNATURES, signature=mac(message)))
    assert callback.get_data() == exposed
    assert callback.get_value('payment.signature') is None
    assert callback.get_value('general.signature') is None
    assert callback.get_value('operations.0.signature') == exposed['operations'][0].get('signature')


def test_inner_signatures_stay_in_neither_rule() -> None:
    kept = (
        'general:a:1;general:signature:g;operations:0:e:5;operations:0:signature:t;'
        'operations:1:signature:;operations:2:f:signature:u;payment:deep:b:2;'
        'payment:deep:signature:5;payment:signature:s;project_id:1;refund:c:3'
    )
    with pytest.raises(InvalidSignature):
        GATE.handle_callback(dict(NESTED_SIGNATURES, object={}, signature=mac(kept)))


# Where the signature is


@pytest.mark.parametrize('root', [{}, {'signature': None}], ids=['missing', 'null'])
def test_signature_in_general(root: Json) -> None:
    signature = mac('general:a:1;payment:id:5')
    body = dict(root, general={'a': 1, 'signature': signature}, payment={'id': '5'})
    callback = GATE.handle_callback(body)
    assert callback.get_signature() == callback.get_value('general.signature') == signature
    assert callback.get_value('signature') is None  # as in ecommpay-sdk 1.0.x
    assert callback.get_data() == {'general': {'a': 1}, 'payment': {'id': '5'}}
    assert callback.get_value('general') == {'a': 1}


def test_signature_at_the_root_goes_first() -> None:
    signature = mac('general:a:1')
    callback = GATE.handle_callback(
        {'signature': signature, 'general': {'a': 1, 'signature': 'other'}}
    )
    assert callback.get_signature() == callback.get_value('signature') == signature
    assert callback.get_value('general.signature') is None  # nobody vouches for it
    with pytest.raises(InvalidSignature):
        GATE.handle_callback({'signature': 'other', 'general': {'a': 1, 'signature': signature}})


# Reading

READ = signed(
    {
        'payment': {'id': '', 'status': None, 'sum': {'amount': 0}},
        'operations': [{'status': 'a'}, {'status': 'b', 'list': [[1, 2], []]}],
        'a.b': 1,
        '': {'': 'empty'},
        '0': 'zero',
        'empty': {},
        'none': [],
    }
)


@pytest.mark.parametrize(
    ('path', 'value'),
    [
        ('payment.id', ''),
        ('payment.sum', {'amount': 0}),
        ('payment.sum.amount', 0),
        ('operations.0.status', 'a'),
        ('operations.1', {'status': 'b', 'list': [[1, 2], []]}),
        ('operations.1.list.0.1', 2),
        ('operations.1.list.1', []),
        ('', {'': 'empty'}),
        ('.', 'empty'),
        ('0', 'zero'),
        ('empty', {}),
        ('none', []),
    ],
)
def test_value_that_is_there(path: str, value: Any) -> None:
    assert GATE.handle_callback(READ).get_value(path) == value


ABSENT = [
    'payment.status',
    'payment.absent',
    'absent',
    'absent.absent',
    'payment.id.absent',
    'payment.sum.amount.0',
    'payment..id',
    '.payment',
    'payment.',
    '..',
    'a.b',
    'payment.id.0',
    'payment.0',
    'empty.0',
    'none.0',
    'operations.2',
    'operations.-1',
    'operations.x',
    'operations.',
    'operations.0.',
    'operations.1.list.1.0',
    'operations.status',
    # A list counts as an object with the keys 0, 1, 2 and no other spelling of them.
    'operations.00',
    'operations.+0',
    'operations. 0',
    'operations.0 ',
    'operations.0_0',
    'operations.1.0',
    'operations.\u0660',
    'operations.\uff10',
    'operations.\u00b2',
    'operations.\u2460',
    'operations.' + '9' * 30,
    'operations.' + '9' * 5000,
    'operations.' + '0' * 5000,
    'payment\x00',
    'Payment',
]


@pytest.mark.parametrize('path', ABSENT, ids=lambda path: ascii(path[:30]))
def test_value_that_is_absent(path: str) -> None:
    assert GATE.handle_callback(READ).get_value(path) is None


def test_data_is_a_copy() -> None:
    callback = GATE.handle_callback(signed(SEED))
    data = callback.get_data()
    data['payment']['status'] = 'mine'
    data['payment']['sum'].clear()
    assert callback.get_data() == SEED
    assert callback.get_payment_status() == 'success'
    assert callback.get_value('payment.sum.amount') == 1000
    callback.get_payment()['status'] = 'mine'  # nor is what it gives out its own
    assert callback.get_data() == SEED
    assert callback.check_signature()
    lists = GATE.handle_callback(signed({'a': [[1], {'b': [2]}]}))
    for found in (lists.get_value('a'), lists.get_data()['a']):
        found[0].append('mine')
        found[1]['b'].append('mine')
        found.append('mine')
    assert lists.get_data() == {'a': [[1], {'b': [2]}]}


def test_no_frame_mode_at_any_depth() -> None:
    """Any stranger may add one: no signature covers it."""
    honest = {'payment': {'id': '5', 'list': [{'a': 1}, [{}]]}, 'operations': [], 'empty': {}}
    body = copy.deepcopy(signed(honest))
    for holder in (
        body,
        body['payment'],
        body['payment']['list'][0],
        body['payment']['list'][1][0],
        body['empty'],
    ):
        holder['frame_mode'] = {'status': 'success', 'frame_mode': [1]}
    callback = GATE.handle_callback(body)
    assert callback.get_data() == honest  # and empty containers stay
    assert callback.get_payment() == honest['payment']
    for path in (
        'frame_mode',
        'frame_mode.status',
        'payment.frame_mode',
        'empty.frame_mode',
        'payment.list.0.frame_mode',
        'payment.list.1.0.frame_mode.status',
    ):
        assert callback.get_value(path) is None


# One flipped bit

SMALL = signed(
    {
        'project_id': 186,
        'ok': True,
        'no': False,
        'nil': None,
        'rate': -1.25,
        'big': 12345678901234,
        'payment': {'id': 'Заказ', 'sum': {'amount': 10}, 'list': ['a', {'b': '\n/"'}, 0]},
    }
)


@pytest.mark.oldest_and_newest
def test_every_flipped_bit_of_a_body_is_refused() -> None:
    body = bytearray(text_of(SMALL).encode())
    GATE.handle_callback(body)
    for index, bit in itertools.product(range(len(body)), range(8)):
        body[index] ^= 1 << bit
        with pytest.raises(CallbackException):
            GATE.handle_callback(body)
        body[index] ^= 1 << bit


def leaves(value: Any, path: Tuple[Any, ...] = ()) -> Iterator[Tuple[Any, ...]]:
    """Yield the path, of keys and indexes, of every leaf."""
    if isinstance(value, (dict, list)):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(member, path + (key,))
    else:
        yield path


def flipped(draw: Callable[[Any], Any], text: str) -> str:
    """The text with one bit of one character flipped; still Unicode."""
    index = draw(st.integers(0, len(text) - 1))
    bits = [
        bit
        for bit in range(21)
        if ord(text[index]) ^ 1 << bit < 0x110000
        and not 0xD800 <= ord(text[index]) ^ 1 << bit < 0xE000
    ]
    other = chr(ord(text[index]) ^ 1 << draw(st.sampled_from(bits)))
    return text[:index] + other + text[index + 1 :]


SIGNED = [signed(EVERYDAY), signed(SEED), SMALL]
PLACES = st.sampled_from([(body, path) for body in SIGNED for path in leaves(body)])


@settings(max_examples=3 * settings().max_examples)
@given(st.data())
def test_a_flipped_bit_of_a_value_or_key_is_refused(data: Any) -> None:
    whole, path = data.draw(PLACES)
    body = copy.deepcopy(whole)
    holder, key = body, path[-1]
    for step in path[:-1]:
        holder = holder[step]
    value = holder[key]
    if isinstance(holder, dict) and key not in ('signature', '') and data.draw(st.booleans()):
        del holder[key]
        holder[flipped(data.draw, key)] = value
    elif isinstance(value, str):
        holder[key] = flipped(data.draw, value)
    elif isinstance(value, bool):
        holder[key] = not value
    elif value is None:
        holder[key] = data.draw(st.sampled_from([0, ' ', 'null', False, True]))
    elif isinstance(value, float):
        holder[key] = -value
    else:
        holder[key] = value ^ 1 << data.draw(st.integers(0, 62))
    with pytest.raises(InvalidSignature):
        GATE.handle_callback(body)


@pytest.mark.parametrize(
    ('signed_value', 'same'),
    [
        (None, ''),
        (True, 1),
        (True, '1'),
        (False, '0'),
        (12, '12'),
        ([7], {'0': 7}),
        ({}, []),
    ],
)
def test_what_the_signature_cannot_tell_apart(signed_value: Any, same: Any) -> None:
    """Texts are signed, not kinds of JSON. No more than that is open to a stranger."""
    body = signed({'a': signed_value, 'b': 1})
    assert GATE.handle_callback(dict(body, a=same)).get_value('a') == same


# Ambiguous callbacks

ORDER = {'id': 'ORDER-1', 'status': 'decline', 'sum': {'amount': 100000, 'currency': 'EUR'}}
HIDDEN = 'id:ORDER-1;payment:status:decline;payment:sum:amount:100000;payment:sum:currency:EUR'


def declined(description: str) -> Json:
    """What the platform sends for a declined payment that the shopper described."""
    return signed({'payment': dict(ORDER, description=description), 'project_id': 186})


def in_a_text(hidden: str) -> Any:
    return 'x;payment:' + hidden


def in_keys(hidden: str) -> Any:
    """A tower of objects: their keys hold every ';', no text does."""
    steps = ('x;payment:' + hidden).split(':')
    value = steps.pop()  # type: Any
    while steps:
        value = {steps.pop(): value}
    return value


@pytest.mark.parametrize('hide', [in_a_text, in_keys])
def test_a_decline_cannot_be_cut_into_a_success(hide: Callable[[str], Any]) -> None:
    genuine = declined(
        'Gift;payment:id:ORDER-1;payment:status:success;payment:sum:amount:100000;'
        'payment:sum:currency:EUR;payment:z:x'
    )
    forged = {
        'payment': dict(ORDER, description='Gift', status='success', z=hide(HIDDEN)),
        'project_id': 186,
    }  # type: Json
    assert HANDLER.check(forged, genuine['signature'])  # the signature alone would let it in
    with pytest.raises(AmbiguousCallback):
        GATE.handle_callback(dict(forged, signature=genuine['signature']))
    with pytest.raises(AmbiguousCallback):
        GATE.handle_callback(genuine)  # for how could one tell


@pytest.mark.parametrize('hide', [in_a_text, in_keys])
def test_members_cannot_be_hidden_in_innocent_ones(hide: Callable[[str], Any]) -> None:
    genuine = declined('x')
    GATE.handle_callback(genuine)
    forged = {'payment': {'description': hide(HIDDEN)}, 'project_id': 186}  # type: Json
    assert HANDLER.check(forged, genuine['signature'])
    with pytest.raises(AmbiguousCallback):
        GATE.handle_callback(dict(forged, signature=genuine['signature']))


def test_hidden_in_a_key_of_the_customer() -> None:
    genuine = signed({'customer': {'id': '5'}, 'payment': {'status': 'decline'}})
    forged = {'customer': {'id': {'5;payment': {'status': 'decline'}}}}  # type: Json
    assert HANDLER.check(forged, genuine['signature'])
    with pytest.raises(AmbiguousCallback):
        GATE.handle_callback(dict(forged, signature=genuine['signature']))


ACTED_ON = [
    'payment:',
    'operation:',
    'operations:',
    'project_id:',
    'account:',
    'customer:',
    'recurring:',
    'general:',
    'token:',
    'token_status:',
]


@pytest.mark.parametrize(
    'place',
    [
        lambda text: {'a': text},
        lambda text: {'a': {'b': [1, {'c': text}]}},
        lambda text: {'a': {text: 1}},
        lambda text: {'a': [{text: [1]}]},
        lambda text: {'a': {text.partition(':')[0]: {text.partition(':')[2]: 1}}},
        lambda text: {'a': {text.partition(':')[0]: text.partition(':')[2]}},
    ],
    ids=['value', 'list item', 'key', 'key in a list', 'keys', 'key and value'],
)
@pytest.mark.parametrize('path', ACTED_ON)
def test_a_semicolon_and_a_path_acted_on(path: str, place: Callable[[str], Json]) -> None:
    texts = [
        'x;%sy',
        ';%sy',
        'x;z;%sy',
        'x;%sy;z',
        '; ;%sy;',
        'x\n;%sy',
        'x;%sy:z:z',
        'x;z:z;z;z;%sy',
    ]
    for text in [text % path for text in texts]:
        for body in (signed(place(text)), signed(dict(place(text), zoo={'a': 'b', 'c;d': ';'}))):
            with pytest.raises(AmbiguousCallback):
                GATE.handle_callback(body)


def test_ambiguous_in_the_natural_form_too() -> None:
    data = {'a': {str(index): 'x;payment:y' for index in (0, 1, 2, 10)}}
    message = ';'.join('a:%d:x;payment:y' % index for index in (0, 1, 2, 10))
    with pytest.raises(AmbiguousCallback):
        GATE.handle_callback(dict(data, signature=mac(message)))


@pytest.mark.parametrize(
    'text',
    [
        ';',
        ';;',
        ';:',
        'a;:payment:b',
        'a;b',
        'a; b',
        'Order 5; phone: 12',
        'a; payment: 5',
        'payment:status:success',
        'a;payment',
        'a;payment;b',
        'a;payments:1',
        'a;my_payment:1',
        'a;Payment:1',
        'a;descr:1',
        '&amp;payment',
        'http://a/?b;c=d',
        ';\npayment:',
    ],
)
def test_an_innocent_semicolon_passes(text: str) -> None:
    bodies = [{'payment': {'description': text}}, {'a': [text]}]  # type: List[Json]
    for data in bodies:
        assert GATE.handle_callback(signed(data)).get_data() == data


def test_an_innocent_semicolon_in_a_key_passes() -> None:
    data = {'a;b': {';': 1}, 'x;': {'payment': [';']}}  # type: Dict[str, Any]
    assert GATE.handle_callback(signed(data)).get_data() == data


# The attack of a stranger who only has the shop's address: nothing unsigned gets in.


@pytest.mark.parametrize(
    'added',
    [
        {'payment': {'status': 'success'}},
        {'a': ''},
        {'a': None},
        {'': ''},
        {'signature2': 'x'},
        {'Signature': 'x'},
        {'frame_mode ': 'x'},
        {'a': {'signature2': 1}},
        {'a': [{'signature': 1}]},
    ],
    ids=ascii,
)
def test_a_member_added_is_refused(added: Json) -> None:
    honest = signed({'project_id': 186})
    bodies = [dict(added, **honest), dict(honest, **added)]  # type: List[Json]
    for body in bodies:
        if added == {'a': [{'signature': 1}]}:
            # The natural form takes it out: so it is accepted, and not exposed.
            assert GATE.handle_callback(body).get_data() == {'project_id': 186, 'a': [{}]}
        else:
            with pytest.raises(InvalidSignature):
                GATE.handle_callback(body)


def test_of_members_of_one_name_the_last_counts() -> None:
    body = text_of(signed({'payment': {'status': 'decline'}}))
    twice = body.replace('"status":"decline"', '"status":"success","status":"decline"')
    assert GATE.handle_callback(twice).get_payment_status() == 'decline'
    twice = body.replace('"status":"decline"', '"status":"decline","status":"success"')
    with pytest.raises(InvalidSignature):
        GATE.handle_callback(twice)


# Links and callbacks are signed with the same key.


def test_a_link_is_no_callback() -> None:
    link = UNGUARDED.get_payment_widget_config(Payment('186', 'ORDER-1'))
    data = {name: text for name, text in link.items() if name != 'signature'}
    assert HANDLER.check(data, link['signature'])
    with pytest.raises(AmbiguousCallback):
        GATE.handle_callback(link)


def test_a_link_without_a_guard_cannot_be_cut_into_a_callback() -> None:
    """Under the signature of a link that the official SDK may have made: another order is paid."""
    payment = Payment('186', 'ORDER-1', payment_amount=100)
    payment.customer_first_name = (
        'Eve;interface_type:x;payment:id:ORDER-2;payment:status:success;payment_z:'
    )
    link = UNGUARDED.get_payment_widget_config(payment)
    string = PlainForm({name: text for name, text in link.items() if name != 'signature'})
    swallowed = string.message.decode().split(';payment_z:')[1].split(';project_id:')[0]
    forged = {
        'customer_first_name': 'Eve',
        'interface_type': 'x',
        'payment': {'id': 'ORDER-2', 'status': 'success'},
        'payment_z': swallowed,
        'project_id': '186',
    }  # type: Json
    assert HANDLER.check(forged, link['signature'])
    with pytest.raises(AmbiguousCallback):
        GATE.handle_callback(dict(forged, signature=link['signature']))

    absorbed = {
        'customer_first_name': 'Eve;interface_type:x',
        'payment': forged['payment'],
        'payment_z': swallowed,
        'project_id': '186',
    }  # type: Json
    assert HANDLER.check(absorbed, link['signature'])
    with pytest.raises(AmbiguousCallback):
        GATE.handle_callback(dict(absorbed, signature=link['signature']))


@pytest.mark.parametrize(
    ('sent', 'read'),
    [('999.9999999999999', 1000), ('1000.00000000000001', 1000), ('1e3', 1000), ('1000.5', None)],
)
def test_a_number_is_read_as_it_was_signed(sent: str, read: Optional[int]) -> None:
    body = json.dumps(signed({'payment': {'sum': {'amount': 1000}}})).replace('1000', sent)
    if read is None:
        with pytest.raises(InvalidSignature):
            GATE.handle_callback(body)
    else:
        callback = GATE.handle_callback(body)
        assert int(callback.get_value('payment.sum.amount')) == read
        assert callback.get_data()['payment']['sum']['amount'] == read


@pytest.mark.parametrize('number', [100000000000005.0, -100000000000005.0, 5.0, 0.1, 2**70, 1e22])
def test_numbers_that_are_read_back_verify_again(number: Any) -> None:
    signed = {'payment': {'id': 'ORDER-1'}, 'rate': number, 'other': 1.10000000000000009}
    callback = GATE.handle_callback(
        dict(signed, signature=mac(NaturalForm(signed).message.decode()))
    )
    assert callback.check_signature()
    read = callback.get_data()
    assert NaturalForm(read).message == NaturalForm(signed).message


def test_one_form_is_freed_before_the_other_is_made() -> None:
    made = []  # type: List[Any]

    def make(cls: Any) -> PlainForm:
        gc.collect()
        assert not [reference for reference in made if reference() is not None]
        form = cls({'a': 0.5})  # type: PlainForm
        made.append(weakref.ref(form))
        return form

    assert HANDLER._match(make, 'x') is None
    assert len(made) == 2
