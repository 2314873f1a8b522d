"""Signatures against those of the official JavaScript SDK, where the languages can agree."""

import re
from typing import Any, Dict

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import trees

from payment_page_sdk.signature_handler import SignatureHandler

pytestmark = [pytest.mark.subprocess, pytest.mark.oldest_and_newest]

# Left out of keys:
# - ':', which it does not double;
# - what looks like an index: JavaScript puts those first in an object, whatever stands beside;
# - '__proto__', which is no member in JavaScript;
# - the empty key of an object or list at the root: it loses the ':' behind that key;
# - U+E000 to U+FFFF: it sorts by UTF-16, where these come behind the characters beyond them.
_is_index = re.compile(r'(?:0|[1-9][0-9]*)\Z').match
KEYS = st.one_of(
    st.text(
        st.one_of(
            st.characters(max_codepoint=0xD7FF, blacklist_characters=':'),
            st.characters(min_codepoint=0x10000),
        )
    ),
    st.sampled_from(['frame_mode', 'signature', 'a', 'a1', 'a-', 'ab', '01', 'constructor']),
).filter(lambda key: not _is_index(key) and key != '__proto__')

# Left out of numbers: integers that JavaScript cannot hold, and floats that it writes in its own
# way: 1 for 1.0, 0.00001 for 1e-05, 10000000000000000 for 1e+16.
LEAVES = st.one_of(
    st.text(),
    st.booleans(),
    st.none(),
    st.integers(-(2**53), 2**53),
    st.floats(-1e15, 1e15).filter(lambda x: x != int(x) and abs(x) >= 1e-4),
)


def sorts_alike(value: Dict[str, Any]) -> bool:
    """Tell whether an object sorts level by level, as JavaScript does, as it does by whole paths.

    Not with a key of an object or list that another key goes on from, by less than a ':'. (In a
    list it is the eleventh item: the path k:10 comes before k:2.)
    """
    return not any(
        isinstance(value[short], (dict, list)) and key[len(short)] < ':'
        for short in value
        for key in value
        if key.startswith(short) and key != short
    )


def objects(inner: Any) -> Any:
    return st.dictionaries(KEYS, inner, max_size=6).filter(sorts_alike)


VALUES = trees(LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=10), objects(inner)))


@pytest.mark.filterwarnings('ignore:a secret key has')
@settings(max_examples=2 * settings().max_examples)
@given(
    objects(VALUES).filter(lambda params: not isinstance(params.get(''), (dict, list))),
    st.text(min_size=1).filter(str.strip),
)
@example({'k': list(range(10)), 'a': None, 'b': [{}, [], [[]]]}, 'secret')
@example({'a': 1, 'a1': 2, 'ab': {'': {'': 0.1 + 0.2}}, 'a-': -(2**53)}, 'secret')
@example({'\x00': 1, '\U0001f600': 2, '\ud7ff': 3, '': 4}, 'k' * 200)
def test_the_official_signature(node_oracle: Any, params: Dict[str, Any], secret: str) -> None:
    assert SignatureHandler(secret).sign(params) == node_oracle.sign(params, secret)


@pytest.mark.parametrize(
    'params',
    [
        {'a:b': 1},
        {'b': 1, '!': 2, '1': 3},
        {'__proto__': 1},
        {'\ue000': 1, '\U0001f600': 2},
        {'a': 2**53 + 1},
        {'a': 1.0},
        {'a': 1e-5},
        {'a': 1e16},
        {'a': [0], 'a1': 1},
        {'k': list(range(11))},
        {'': [0]},
    ],
    ids=ascii,
)
def test_what_is_left_out_does_differ(node_oracle: Any, params: Dict[str, Any]) -> None:
    assert SignatureHandler('secret').sign(params) != node_oracle.sign(params, 'secret')


@pytest.mark.parametrize(
    'params',
    [
        {'k': list(range(25)), 'a': 1},
        {'10': 1, '9': 2},
        {'a': 1.0, 'b': 100.0},
    ],
    ids=ascii,
)
def test_its_order_and_whole_floats_are_of_the_natural_form(
    node_oracle: Any, params: Dict[str, Any]
) -> None:
    assert SignatureHandler('secret').check(params, node_oracle.sign(params, 'secret'))
