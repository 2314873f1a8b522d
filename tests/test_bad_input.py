"""handle_callback against the whole internet: bad input, and what it may cost, learn and raise."""

import contextlib
import gc
import importlib
import io
import json
import pickle
import sys
import time
from typing import Any, Callable, Dict, Iterator, List, Type

import pytest
from fuzz.callbacks import check, check_signed
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import trees

from payment_page_sdk.exceptions import (
    AmbiguousCallback,
    CallbackException,
    InvalidSignature,
    MalformedCallback,
    MissingSignature,
    ProcessException,
)
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

try:
    import tracemalloc
except ImportError:  # PyPy has none
    tracemalloc = None  # type: ignore

SECRET = 'tOp-SeCrEt'
MARK = 'm4rk3r'  # stands in bodies; to be found nowhere else
HANDLER = SignatureHandler(SECRET)
GATE = Gate(SECRET, previous_secrets=['oLd-SeCrEt'])

RIGHT = HANDLER.sign({'payment': {'id': MARK}})
CODES = {
    MalformedCallback: 'malformed_callback',
    MissingSignature: 'missing_signature',
    InvalidSignature: 'invalid_signature',
    AmbiguousCallback: 'ambiguous_callback',
}  # type: Dict[Type[CallbackException], str]


def payment(signature: str, **others: str) -> str:
    """A body with the JSON text of a signature."""
    members = ''.join(',"%s":%s' % member for member in sorted(others.items()))
    return '{"payment":{"id":"%s"},"signature":%s%s}' % (MARK, signature, members)


DEEP = 3000  # beyond the limit, which is 2000
DEEPEST = 100000  # the stack of C would not survive it

# Pyodide's json goes to any depth, until the machine under it breaks down.
DEEP_DICT = DEEPEST if sys.platform != 'emscripten' else 1000


def nested(opening: str, closing: str, depth: int = DEEP) -> str:
    return '{"%s":%s1%s,"signature":"x"}' % (MARK, opening * depth, closing * depth)


def nested_dict(depth: int) -> Dict[str, Any]:
    data = {MARK: 1}  # type: Dict[str, Any]
    for _ in range(depth):
        data = {MARK: data}
    return data


def cyclic_dict() -> Dict[str, Any]:
    data = {'id': MARK}  # type: Dict[str, Any]
    data['payment'] = [data, data]
    return data


MALFORMED = [
    MARK,
    '{%s}' % MARK,
    "{'payment': '%s'}" % MARK,
    'payment=' + MARK,
    '<a>%s</a>' % MARK,
    payment('"x"')[:-1],
    payment('"x"')[:-30],
    payment('"x"')[1:],
    payment('"x"') + MARK,
    payment('"x"') * 2,
    payment('"x",'),
    '\ufeff\ufeff' + payment('"x"'),
    payment('"x"').replace(MARK, 'a\nb'),
    payment('"x"').replace(MARK, '\\x41'),
    payment('"x"').encode() + b'\xff',
    payment('"x"').replace('4', 'é').encode('latin-1'),
    payment('"x"').encode('utf-16'),
    payment('"x"').encode('utf-32'),
    payment('"x"').encode().replace(b'4', b'\xc0\xaf'),  # a longer spelling of '/'
    payment('"x"').encode().replace(b'4', b'\xed\xa0\x80'),  # a lone surrogate
    payment('NaN'),
    payment('"x"', a='NaN'),
    payment('"x"', a='[Infinity]'),
    payment('"x"', a='-Infinity'),
    payment('"x"', a='1e400'),
    payment('"x"', a='[-1E+400]'),
    # Nowhere, not even where no signature covers them.
    payment('"%s"' % RIGHT, frame_mode='NaN'),
    payment('"%s"' % RIGHT, frame_mode='1e400'),
    payment('"%s"' % RIGHT, frame_mode='"\ud83d"'),
    payment('"%s"' % RIGHT, frame_mode='"\\ud83d"'),
    payment('"x"', a='7' * 1000),
    payment('"x"', a='7' * 100000),
    payment('"x"', a='-' + '7' * 5000),
    payment('"x"', a='1.' + '7' * 5000).encode(),  # bytes: parsed, it is an innocent float
    payment('"x"', a='7' * 5000 + 'e-5000').encode(),
    payment('"x"', a='1e' + '7' * 5000),
    payment('"x"', a='01'),
    payment('"x"', a='+1'),
    nested('[', ']', DEEPEST),
    nested('[', ']'),
    nested('{"a":', '}'),
    nested('[{"a":', '}]'),
    nested('[', ''),
    '[' * DEEP,
    '{"a":' * DEEP,
    nested('[', ']', 300),
    nested('{"a":', '}', 300),
    payment('"x"', a='{"%s":[0]}' % ('k' * 300)),  # a path that many items could share
    payment('"x"', a='{"%s":[%s0]}' % ('k' * 120, '0,' * 200)),
    payment('"x"', a='{"%s":[%s0]}' % ('k' * 120, '0,' * 500)),
    payment('"x"', a='[%s0]' % ('0,' * 20000)),
    payment('"x"', a='"\\ud83d"'),
    payment('"x"', a='["\\udE00"]'),
    payment('"x"').replace(MARK, '\\ude00\\ud83d'),
    payment('"\\ud83d"'),
    payment('"x"').replace('payment', '\\ud83d'),
    payment('"x"').replace(MARK, '\ud83d'),
    '[]',
    '[%s]' % payment('"x"'),
    '"%s"' % MARK,
    '5',
    '-0.5',
    'null',
    'true',
    '',
    ' ',
    '\n',
    '\ufeff',
    b'',
    b'\xef\xbb\xbf',
    bytearray(),
    memoryview(b''),
    '\x00',
    None,
    5,
    1.5,
    True,
    [payment('"x"')],
    (MARK,),
    {MARK},
    object(),
    io.StringIO(payment('"x"')),
    {MARK: float('nan'), 'signature': 'x'},
    {MARK: [float('-inf')], 'signature': 'x'},
    {MARK: 10**5000, 'signature': 'x'},
    {MARK: '\ud83d', 'signature': 'x'},
    {MARK: b'a', 'signature': 'x'},
    {MARK: object(), 'signature': 'x'},
    {MARK: {MARK}},
    {(MARK,): 1, 'signature': 'x'},
    {b'signature': 'x'},
    {'signature': b'x'},
    dict(nested_dict(DEEP_DICT), signature='x'),
    cyclic_dict(),
    dict(cyclic_dict(), signature='x'),
]  # type: List[Any]

MISSING = [
    '{}',
    '{"payment":{"id":"%s"}}' % MARK,
    '{"signatur\\u0435":"%s"}' % MARK,
    payment('null'),
    payment('""'),
    payment('7'),
    payment('1.5'),
    payment('true'),
    payment('false'),
    payment('["%s"]' % RIGHT),
    payment('{"a":"%s"}' % RIGHT),
    payment('[]'),
    payment('null', general='null'),
    payment('null', general='{}'),
    payment('null', general='{"signature":null}'),
    payment('null', general='{"signature":""}'),
    payment('null', general='{"signature":["%s"]}' % RIGHT),
    payment('null', general='"signature"'),
    payment('null', general='["%s"]' % RIGHT),
    payment('null', general='[{"signature":"x"}]'),
    # Only a missing or null signature at the root makes general count.
    payment('""', general='{"signature":"%s"}' % RIGHT),
    payment('false', general='{"signature":"%s"}' % RIGHT),
    '{"payment":{"signature":"%s"}}' % RIGHT,
]  # type: List[Any]

INVALID = [
    payment('"x"'),
    payment('"%s"' % ('A' * 86 + '==')),
    payment('" "'),
    payment('"%s"' % MARK),
    payment('"é"'),
    payment('"%s"' % RIGHT.replace(RIGHT[0], '\u0430')),
    payment('"\\u0000"'),
    payment('"\\ud83d\\ude00"'),
    payment('"%s"' % ('é' * 88)),
    payment('"%s"' % HANDLER.sign({'payment': {'id': 'other'}})),
    payment('"%s"' % SignatureHandler('other').sign({'payment': {'id': MARK}})),
    payment('"%s"' % RIGHT.rstrip('=')),
    payment('"%s="' % RIGHT),
    payment('"%s\\n"' % RIGHT),
    payment('" %s"' % RIGHT),
    payment('"%s"' % RIGHT.swapcase()),
    payment('"%s"' % RIGHT.replace('+', '-').replace('/', '_') + ' '),
    payment('"%s"' % RIGHT, a='""'),
    payment('"%s"' % RIGHT, payment='{"id":"other"}'),
    payment('"%s","signature":"x"' % RIGHT),  # the last of two of one name counts
    '{"signature":"%s"}' % RIGHT,
    '{"general":{"signature":"%s"}}' % RIGHT,
    payment('"x"', general='{"signature":"%s"}' % RIGHT),
    payment('"x"', a='"%s"' % ('x' * 100000)),
]  # type: List[Any]


def signed(data: Dict[str, Any]) -> str:
    return json.dumps(dict(data, signature=HANDLER.sign(data)))


AMBIGUOUS = [
    signed({'payment': {'description': MARK + ';payment:status:success'}}),
    signed({'a': [MARK, {'b;customer:id': MARK}]}),
    signed({'a;project_id': {'b': MARK}}),
]  # type: List[Any]

TABLE = [
    (error, body)
    for error, bodies in [
        (MalformedCallback, MALFORMED),
        (MissingSignature, MISSING),
        (InvalidSignature, INVALID),
        (AmbiguousCallback, AMBIGUOUS),
    ]
    for body in bodies
]


def kinds_of(body: Any) -> List[Any]:
    """The body as text, as bytes and as a dict: as all that it can be."""
    kinds = [body]
    if isinstance(body, str):
        with contextlib.suppress(UnicodeEncodeError):
            kinds += [body.encode(), bytearray(body.encode()), memoryview(body.encode())]
        if body.count('[') + body.count('{') <= DEEP_DICT:
            with contextlib.suppress(ValueError, RecursionError):
                parsed = json.loads(body)
                kinds += [parsed] if isinstance(parsed, dict) else []
    return kinds


def refused(body: Any) -> CallbackException:
    started = time.perf_counter()
    with pytest.raises(CallbackException) as caught:
        GATE.handle_callback(body)
    assert time.perf_counter() - started < 1
    return caught.value


@pytest.mark.parametrize(
    ('error', 'body'),
    TABLE,
    ids=['%d-%s' % (index, error.__name__) for index, (error, _) in enumerate(TABLE)],
)
def test_bad_input(error: Type[CallbackException], body: Any) -> None:
    for kind in kinds_of(body):
        raised = refused(kind)
        assert type(raised) is error
        assert isinstance(raised, ProcessException)
        assert raised.code == error.code == CODES[error]
        assert str(raised)


def secrets_of(body: Any) -> List[str]:
    """What no error may show: the keys, the signature that came, and the one that was expected."""
    came = [str(kind.get('signature')) for kind in kinds_of(body) if isinstance(kind, dict)]
    return [SECRET, 'oLd-SeCrEt', MARK, RIGHT] + [text for text in came if len(text) > 20]


@pytest.mark.parametrize(
    ('error', 'body'),
    TABLE,
    ids=['%d-%s' % (index, error.__name__) for index, (error, _) in enumerate(TABLE)],
)
def test_an_error_tells_nothing(error: Type[CallbackException], body: Any) -> None:
    for kind in kinds_of(body):
        raised = refused(kind)
        again = pickle.loads(pickle.dumps(raised))
        assert (type(again), again.args, again.code) == (error, raised.args, raised.code)
        # Not even by another exception that carries the body along, as JSONDecodeError does.
        assert raised.__cause__ is raised.__context__ is None
        shown = [str(raised), repr(raised), repr(raised.args), repr(vars(raised))]
        shown += [
            pickle.dumps(raised, protocol).decode('latin-1')
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
        ]
        for secret in secrets_of(body):
            assert not any(secret in text for text in shown)


# What it costs

# Bytes. Enough for the brackets to be counted one by one, which starts at 2000 of them.
SMALL, LARGE = 5000, 20000
# What the adapters let in.
LARGEST = 262144
# To trace memory takes five times as long; and memory is not noisy.
# Both have more than ten items, which the natural form sorts in another way.
SMALL_TRACED, LARGE_TRACED = 4000, 16000


def body_of(unit: str, start: str = '[', end: str = '0]') -> Callable[[int], str]:
    """Bodies of any size: the unit over and over, as the member `a`."""
    return lambda size: '{"signature":"x","a":%s%s%s}' % (start, unit * (size // len(unit)), end)


LONG = 'k' * 120
SHAPES = {
    'nested lists': body_of('[' * 60 + '0' + ']' * 60 + ','),
    'nested empty lists': body_of('[' * 60 + ']' * 60 + ','),
    'nested objects': body_of('{"a":' * 60 + '0' + '}' * 60 + ','),
    'nested, as deep as goes': body_of('0,', '[' * 60, '0' + ']' * 60),
    'many items': body_of('0,'),
    'many items under a long key': body_of('0,', '{"%s":[' % LONG, '0]}'),
    'many items under many keys': body_of('0,', '{"k":' * 60 + '[', '0]' + '}' * 60),
    'many items under a key of digits': body_of('0,', '{"%s":[' % ('0a' * 95), '0]}'),
    'many items under a key of spaces': body_of('0,', '{"%s":[' % ('a ' * 95), '0]}'),
    'many items under a key too long': body_of('0,', '{"%s":[' % (LONG * 20), '0]}'),
    'many items under a longer key': body_of('0,', '{"%s":[' % ('k' * 12), '0]}'),
    'many lists': body_of('[0],'),
    'many empty lists': body_of('[],'),
    'many empty objects': body_of('{},'),
    'many signatures': body_of('{"signature":0},'),
    'many frame modes': body_of('{"frame_mode":0},'),
    'many floats': body_of('1.5,'),
    'many numbers of 300 digits': body_of('7' * 300 + ','),
    'many floats of 300 digits': body_of('0.' + '7' * 298 + ','),
    'many floats of a large exponent': body_of('1e-99999,'),
    'a long number': body_of('7', '7' * 5000, ''),  # Python itself converts 4300
    'a long text': body_of('x', '"', '"'),
    'a long text of digits': body_of('7', '"', '"'),
    'a long text of semicolons': body_of(';', '"', '"'),
    'a long text of near misses': body_of(';payment', '"', '"'),
    'a long text of longer near misses': body_of(';tokentoken', '"', '"'),
    'a long text after a near miss': body_of('n', '";toke', '"'),
    'a long text of escapes': body_of('\\u00e9', '"', '"'),
    'a long text of surrogates': body_of('\\ud83d\\ude00', '"', '"'),
    'a long key': body_of('x', '{"', '":0}'),
    'a long key of colons': body_of(':', '{"', '":0}'),
    'a long key of digits': body_of('7', '{"', '":0}'),
    'a long key of zeros': body_of('0', '{"', '":0}'),
    'a long key of spaces': body_of(' ', '{"', '":0}'),
    'a long key of spaces and digits': body_of(' 0', '{"', '":0}'),
    'a long key of semicolons': body_of(';payment', '{"', '":0}'),
    'many members': lambda size: (
        '{"signature":"x",%s}' % ','.join('"%d":""' % index for index in range(size // 9))
    ),
    'many items under a key of emoji': body_of('0,', '{"%s":[' % ('\U0001f600' * 120), '0]}'),
    'many keys of digits and letters': lambda size: (
        '{"signature":"x",%s}'
        % ','.join('"%04d%s":{"x":0}' % (index, 'a1' * 23) for index in range(size // 60))
    ),
    'many long keys of digits and letters': lambda size: (
        '{"signature":"x",%s}'
        % ','.join('"%04d%s":0' % (index, 'a1' * 56) for index in range(size // 120))
    ),
    'a long signature': lambda size: '{"signature":"%s"}' % ('x' * size),
}  # type: Dict[str, Callable[[int], str]]

# What becomes of those by a stranger, and of those that are signed, where it is not what one
# expects: a quick refusal proves nothing of what comes after it.
REFUSED = {
    'a long number': ('malformed_callback', 'malformed_callback'),
    'many items under a key of digits': ('malformed_callback', 'malformed_callback'),
    'many items under a key of spaces': ('malformed_callback', 'malformed_callback'),
    'many items under a key of emoji': ('malformed_callback', 'malformed_callback'),
    'many items under a key too long': ('malformed_callback', 'malformed_callback'),
    'many items under a long key': ('malformed_callback', 'malformed_callback'),
    'many items under many keys': ('malformed_callback', 'malformed_callback'),
    'nested, as deep as goes': ('malformed_callback', 'malformed_callback'),
    'a long key of semicolons': ('invalid_signature', 'ambiguous_callback'),
}


def with_right_signature(body: str) -> str:
    """The body, signed; as it is when no signature can be made."""
    try:
        data = json.loads(body)
        del data['signature']
        data['signature'] = HANDLER.sign(data)
    except (ValueError, RecursionError):
        return body
    return json.dumps(data)


def outcome(body: Any) -> str:
    try:
        GATE.handle_callback(body)
    except CallbackException as error:
        return error.code
    return 'accepted'


def seconds(body: str, expected: str) -> float:
    """The time of the processor: what else the machine does is not in it."""
    started = time.process_time()
    became = outcome(body)
    took = time.process_time() - started
    assert became == expected
    return took


def peak(body: str, expected: str) -> int:
    """The most memory, in bytes, that is in use at a time."""
    tracemalloc.start()
    try:
        assert outcome(body) == expected
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.oldest_and_newest
@pytest.mark.parametrize('genuine', [False, True], ids=['by a stranger', 'signed'])
@pytest.mark.parametrize('shape', sorted(SHAPES))
def test_cost_is_proportional(shape: str, genuine: bool) -> None:
    bodies = [SHAPES[shape](size) for size in (SMALL, LARGE, SMALL_TRACED, LARGE_TRACED)]
    if genuine:
        bodies = [with_right_signature(body) for body in bodies]
    expected = REFUSED.get(shape, ('invalid_signature', 'accepted'))[genuine]
    small, large, small_traced, large_traced = bodies
    # 16 times as much would be quadratic. Five tries, since machines are noisy.
    assert any(seconds(large, expected) < 8 * seconds(small, expected) + 0.005 for _ in range(5))
    if tracemalloc:
        most = min(1000 * len(large_traced), 8 * peak(small_traced, expected) + 16384)
        assert peak(large_traced, expected) < most


@pytest.mark.oldest_and_newest
@pytest.mark.parametrize('shape', sorted(SHAPES))
def test_no_body_costs_much(shape: str) -> None:
    body = SHAPES[shape](LARGEST)
    expected = outcome(body)
    assert expected in ('invalid_signature', 'malformed_callback')
    assert any(seconds(body, expected) < 0.5 for _ in range(3))
    if tracemalloc:
        assert peak(body, expected) < 40 * 10**6


@pytest.mark.oldest_and_newest
def test_nothing_is_kept() -> None:
    if not tracemalloc:
        return
    GATE.handle_callback(signed({'a': list(range(11))}))
    tracemalloc.start()
    for shape in ('a long text', 'a long key', 'a long key of colons', 'a long key of spaces'):
        for size in range(LARGE_TRACED, LARGE_TRACED + 10):
            with pytest.raises(InvalidSignature):
                GATE.handle_callback(SHAPES[shape](size).replace(':0', ':1.0'))
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert kept < LARGE_TRACED  # of forty bodies


@pytest.fixture
def _frames_of_one_size() -> Iterator[None]:
    """PyPy limits the bytes of the stack. Where it has compiled a call, that takes a twentieth."""
    if sys.implementation.name != 'pypy':
        yield
        return
    pypyjit = importlib.import_module('pypyjit')
    pypyjit.set_param('off')
    yield
    pypyjit.set_param('default')


def room() -> int:
    """How many more calls the interpreter lets one make from here."""
    try:
        return 1 + room()
    except RecursionError:
        return 0


def within(calls: int, call: Callable[[], Any]) -> Any:
    """Call it where there is room for no more than so many calls."""

    def deeper(steps: int) -> Any:
        return deeper(steps - 1) if steps > 0 else call()

    return deeper(room() - calls)


GOOD = {'payment': {'status': 'success'}, 'a': [[[[[{'b': [[[1]]]}]]]]]}  # type: Dict[str, Any]


@pytest.mark.oldest_and_newest
@pytest.mark.usefixtures('_frames_of_one_size')
@pytest.mark.parametrize(
    'body',
    [
        signed(GOOD),
        json.loads(signed(GOOD)),
        json.dumps(dict(GOOD, signature='x')),
        json.dumps(dict(GOOD, a='\ud83d', signature='x')),
        AMBIGUOUS[0],
        MARK,
        nested('[', ']'),
        nested('[', ']', 40),
        nested('[', ']', 80),
        nested_dict(70),
    ],
    ids=list(range(10)),
)
def test_close_to_the_recursion_limit(body: Any) -> None:
    """No callback, however deep, is what breaks a service that has some frames left."""

    with_room = outcome(body)
    for calls in [*range(25, 60), 80, 100, 150, 300]:
        assert within(calls, lambda: outcome(body)) in (with_room, 'malformed_callback')


# Anything at all

TEXTS = st.text(max_size=8)
NAMES = st.one_of(
    TEXTS,
    st.sampled_from(
        ['payment', 'id', 'status', 'signature', 'general', 'frame_mode', '0', '10', 'a:b', '01']
    ),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**25), 10**25),
    TEXTS,
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([';', 'x;payment:y', ';a:b', ' ;token:']),
)


def json_of(leaves: Any, names: Any) -> Any:
    """Any value that JSON can hold."""
    return trees(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=12), st.dictionaries(names, inner, max_size=5)
        ),
    )


SIGNATURES = st.one_of(st.none(), st.just(RIGHT), st.text(), st.integers())


@given(st.binary())
@example(b'{"signature":"x"}')
def test_any_bytes(body: bytes) -> None:
    check(body)


@given(st.text(st.characters()))
@example('{"signature":"\ud83d"}')
def test_any_text(body: str) -> None:
    check(body)


ALL_TEXTS = st.text(st.characters(), max_size=8)  # lone surrogates too


@given(
    json_of(st.one_of(LEAVES, st.floats(), ALL_TEXTS), st.one_of(NAMES, ALL_TEXTS)),
    SIGNATURES,
    st.booleans(),
)
def test_any_json(value: Any, signature: Any, in_general: bool) -> None:
    check(json.dumps(value))
    body = (
        {'a': value, 'general': {'signature': signature}}
        if in_general
        else {'a': value, 'signature': signature}
    )
    check(body)
    check(json.dumps(body))


@given(st.dictionaries(NAMES, json_of(LEAVES, NAMES), max_size=6), st.booleans())
@example({'a': list(range(11)), 'b': 1.0, 'c': 2**64}, True)
def test_any_signed_json(value: Dict[str, Any], natural: bool) -> None:
    check_signed(value, natural)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_a_body_cut_and_patched(patch: bytes, index: int) -> None:
    body = signed(GOOD).encode()
    check(body[:index] + patch + body[index + len(patch) :])
