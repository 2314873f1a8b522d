"""What is remembered of data: never anything that changes an answer, and of values nothing."""

import gc
import json
import threading
from typing import Any, Dict, Iterator, List, Tuple

import pytest
import strategies
from facts import read_json, read_lines
from fuzz import definition
from hypothesis import given
from hypothesis import strategies as st

from payment_page_sdk import _outlines
from payment_page_sdk._canonical import FORMS, NaturalForm, PlainForm
from payment_page_sdk.exceptions import InvalidSignature, MalformedCallback, ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

SECRET = 'secret'
HANDLER = SignatureHandler(SECRET)
NAMES = {PlainForm: definition.PLAIN, NaturalForm: definition.NATURAL}
CALLBACK = read_json('bench_cases.json')['callback_45']['params']


@pytest.fixture(autouse=True)
def forget() -> None:
    """Let each test begin with an empty memory."""
    _outlines._outlines.clear()
    _outlines._seen.clear()


def sign_twice(data: Any) -> None:
    HANDLER.sign(data)
    HANDLER.sign(data)


def is_known(data: Any) -> bool:
    return PlainForm(data).is_recalled


def check(data: Any) -> None:
    """Assert that both forms are what the definition says, from the first time to the third."""
    for form in FORMS:
        message = definition.message(data, NAMES[form])
        for _ in range(3):
            assert HANDLER.sign_in_form(form, data) == definition.sign(SECRET, message)
        made = form(data)
        assert made.message.decode() == message
        assert made.entries == definition.entries(data, NAMES[form])


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | strategies.texts,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(strategies.texts, inner, max_size=5)
    ),
    max_leaves=12,
)


@pytest.mark.oldest_and_newest
@given(st.dictionaries(strategies.texts, json_values.filter(lambda value: value != {}), max_size=6))
def test_both_ways_lead_to_the_same_bytes(data: Dict[str, Any]) -> None:
    if len(json.dumps(data)) < 500:  # longer paths cannot be signed in every case
        check(data)


@pytest.mark.filterwarnings('ignore:a secret key has white space')
def test_vectors_that_are_seen_again_have_the_same_signature() -> None:
    rows = [row for row in read_lines('signature_vectors.jsonl') if row['sign']['plain']]
    for row in rows * 3:
        assert SignatureHandler(row['secret']).sign(row['params']) == row['sign']['plain']
    assert len(_outlines._outlines) > 10


# Each is like one of the others, but for what an outline must tell apart.
ALIKE = [
    {'a': 'x', 'b': {'c': 'y', 'd': 'z'}},
    {'b': {'c': 'y', 'd': 'z'}, 'a': 'x'},
    {'b': {'d': 'z', 'c': 'y'}, 'a': 'x'},
    {'a': {'c': 'x', 'd': 'y'}, 'b': 'z'},
    {'a': 1, 'b': {'c': 'y', 'd': 'z'}},
    {'a': True, 'b': {'c': 'y', 'd': 'z'}},
    {'a': None, 'b': {'c': 'y', 'd': 'z'}},
    {'a': 1.0, 'b': {'c': 'y', 'd': 'z'}},
    {'a': 2**63, 'b': {'c': 'y', 'd': 'z'}},
    {'a': 'x', 'b': {'c': 'y'}, 'd': 'z'},
    {'a': 'x', 'b': ['y', 'z']},
    {'a': 'x', 'b': {'0': 'y', '1': 'z'}},
    {'a': 'x', 'b': [['y'], 'z']},
    {'a': 'x', 'b': [['y', 'z']]},
    {'a': 'x', 'b': ['y', ['z']]},
    {'a': 'x', 'b': [['y', 'z'], []]},
    {'a': 'x', 'b': [[], ['y', 'z']]},
    {'a': 'x', 'b': [[{}], ['y', 'z']]},
    {'a': 'x', 'b': [['y'], ['z']]},
    {'a': [['x', 'y'], ['z']]},
    {'a': [['x'], ['y', 'z']]},
    {'a': 'x', 'b': {'c': 'y', 'd': 'z', 'frame_mode': 'popup'}},
    {'a': 'x', 'b': {'c': 'y', 'd': 'z'}, 'frame_mode': {}},
    {'a': 'x', 'b': {'c': 'y', 'd': 'z', 'signature': 's'}},
    {'a': 'x', 'b': {'c': 'y', 'd': 'z'}, 'e': {}},
    {'a': 'x', 'b': {'c': 'y', 'd': 'z'}, 'e': []},
    {'a': 'x', 'b:c': 'y', 'b': {'d': 'z'}},
    {'a:': {'b': 'x', 'c': 'y'}},
    {'a': {':b': 'x', 'c': 'y'}},
    {'a:': {'b': 'one'}, 'a': {':b': 'two'}},  # two values with one path
    {'a': {':b': 'two'}, 'a:': {'b': 'one'}},
    {'a%s': 'x', '%': {'%d': 'y', '%%': 'z'}},
    {'a;b': 'x', 'a': 'x;y:z', ';': ''},
    {'': {'': 'x', 'a': ''}, 'b': {'': 'z'}},
    {'l': list('abcdefghijkl')},
    {'x10': 'a', 'x9': 'b', 'x 1': 'c', '01': 'd'},
    {'x9': 'b', 'x10': 'a', 'x 1': 'c', '01': 'd'},
]  # type: List[Dict[str, Any]]


@pytest.mark.parametrize('first', [True, False])
def test_what_is_alike_is_told_apart(first: bool) -> None:
    for data in ALIKE if first else reversed(ALIKE):
        sign_twice(data)
        assert is_known(data) is ('frame_mode' not in str(data))
    for data in ALIKE:
        check(data)


def test_a_shape_is_known_from_its_second_sight_on() -> None:
    assert not is_known(CALLBACK)
    HANDLER.sign(CALLBACK)
    assert not is_known(CALLBACK)
    HANDLER.sign(CALLBACK)
    assert is_known(CALLBACK)
    assert not NaturalForm(CALLBACK).is_recalled


def test_callbacks_teach_in_the_form_in_which_they_are_signed() -> None:
    gate = Gate(SECRET)
    data = dict(CALLBACK, rate=1.0)
    body = json.dumps(dict(data, signature=HANDLER.sign_in_form(NaturalForm, data)))
    _outlines._outlines.clear()
    _outlines._seen.clear()
    texts = {gate.handle_callback(body).get_payment_status() for _ in range(4)}
    assert texts == {CALLBACK['payment']['status']}
    assert [traits[0] for traits in _outlines._outlines] == [NaturalForm]


def test_a_stranger_leaves_nothing() -> None:
    gate = Gate(SECRET)
    for _ in range(3):
        with pytest.raises(InvalidSignature):
            gate.handle_callback(json.dumps(dict(CALLBACK, signature='x')))
        assert not HANDLER.check(CALLBACK, 'x')
        assert not gate.explain_callback(json.dumps(dict(CALLBACK, signature='x')))
    assert (_outlines._outlines, _outlines._seen) == ({}, set())


def test_of_values_nothing_is_kept() -> None:
    sign_twice({'name': 'Eve', 'card': ['4111', 73856093], 'is': False})
    (outline,) = _outlines._outlines.values()
    pending = [outline, list(_outlines._outlines), _outlines._seen]
    seen = []  # type: List[Any]
    while pending:
        thing = pending.pop()
        if isinstance(thing, type) or any(thing is other for other in seen):
            continue
        seen.append(thing)
        pending += gc.get_referents(thing)
    found = [thing for thing in seen if isinstance(thing, (str, int))]
    assert ';is:' in found
    for value in ('Eve', '4111', 73856093):
        assert value not in found


def test_values_are_still_judged_one_by_one() -> None:
    for number in (1.5, 2.5, 3.5):
        HANDLER.sign({'rate': number, 'sum': 1})
    assert is_known({'rate': 0.5, 'sum': 2})
    with pytest.raises(ValidationException, match='rate is not a finite number'):
        HANDLER.sign({'rate': float('inf'), 'sum': 1})
    sign_twice({'a': 'x', 'b': 'y'})
    with pytest.raises(ValidationException, match='unpaired surrogate'):
        HANDLER.sign({'a': 'x', 'b': '\ud800'})


def bounds() -> Iterator[Tuple[str, Any, Any]]:
    """Yield the name of each bound, what is just learned, and what is not."""
    # A flat object has two traits for each member, its length, and its form.
    most = [str(number) for number in range(_outlines.MOST_TRAITS_OF_OUTLINE // 2)]
    yield 'traits', dict.fromkeys(most[1:], ''), dict.fromkeys(most, '')
    longest = _outlines.SHORT_PATH * 'x'
    yield 'path', {'a': '', longest: ''}, {'a': '', longest + 'x': ''}
    yield 'traits of two', {'a': [''] * 997}, {'a': [''] * 998}
    yield 'values', {'a': '', 'b': ''}, {'a': ''}


@pytest.mark.parametrize(('name', 'learned', 'refused'), list(bounds()))
def test_a_shape_has_bounds(name: str, learned: Any, refused: Any) -> None:
    for data, known in ((learned, True), (refused, False)):
        sign_twice(data)
        assert is_known(data) is known
        check(data)


def test_what_is_no_plain_dict_is_not_learned() -> None:
    class Sorted(dict):  # type: ignore[type-arg]
        def items(self) -> Any:
            return sorted(super().items())

    data = Sorted(b='1', a='2')
    sign_twice(data)
    assert HANDLER.sign(data) == HANDLER.sign({'a': '2', 'b': '1'})
    assert not is_known({'b': '1', 'a': '2'})


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    traits = 2 + 2 * 2  # of an object with two texts
    monkeypatch.setattr(_outlines, 'MOST_TRAITS', 3 * traits)
    known = []
    for name in 'abcde':
        sign_twice({name: '', 'z': ''})
        known.append(''.join(other for other in 'abcde' if is_known({other: '', 'z': ''})))
    assert known == ['a', 'ab', 'abc', 'd', 'de']
    monkeypatch.setattr(_outlines, 'MOST_TRAITS', 3 * traits - 1)
    sign_twice({'f': '', 'z': ''})
    assert [is_known({name: '', 'z': ''}) for name in 'def'] == [False, False, True]


def test_what_was_seen_is_bounded() -> None:
    for number in range(1001):
        HANDLER.sign({'n%d' % number: '', 'z': ''})
        assert len(_outlines._seen) <= 1000
    HANDLER.sign({'n1000': '', 'z': ''})
    HANDLER.sign({'n0': '', 'z': ''})
    assert [is_known({name: '', 'z': ''}) for name in ('n0', 'n1000')] == [False, True]


def test_keys_that_are_no_plain_str_are_not_learned() -> None:
    class Markup(str):
        def __radd__(self, other: str) -> 'Markup':
            return Markup(other.replace('<', '&lt;') + str(self))

    plain = {'a<': {'k': 'x', 'l': 'y'}}  # type: Dict[str, Any]
    sign_twice({'a<': {Markup('k'): 'x', Markup('l'): 'y'}})
    assert not is_known(plain)
    check(plain)


def test_data_that_changes_meanwhile_is_not_learned() -> None:
    data = {'a': 1, 'b': 'x'}  # type: Dict[str, Any]
    HANDLER.sign(data)
    form = PlainForm(data)
    data['a'] = True
    _outlines.learn(form)
    assert not _outlines._outlines
    check({'a': 2, 'b': 'x'})
    check(data)


def test_a_callback_is_judged_the_same_whatever_was_signed_before() -> None:
    for data in ({'a': '', 'b': '', 'k' * 130: []}, {'a': '', 'k' * 64: {'k' * 65: {}}, 'z': ''}):
        body = json.dumps(dict(data, signature=HANDLER.sign(data)))
        sign_twice(data)
        with pytest.raises(MalformedCallback):
            Gate(SECRET).handle_callback(body)
    sign_twice({'a': '', 'b': '', 'k' * 250: {'x': {}}})  # and nothing else is raised
    data = {'a': '', 'b': '', 'errors': [], 'c': {'d': {}}}
    sign_twice(data)
    assert is_known(data)


@pytest.mark.subprocess
def test_threads_that_learn_at_once_are_right() -> None:
    wrong = []  # type: List[Any]
    bodies = [{'n%d' % (i % 7): str(i), 'z': {'y': i, 'x' * (i % 5): None}} for i in range(50)]
    signatures = [definition.sign(SECRET, definition.message(body)) for body in bodies]

    def work() -> None:
        for _ in range(20):
            for body, signature in zip(bodies, signatures):
                if HANDLER.sign(body) != signature:
                    wrong.append(body)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
