"""What hypothesis makes: everything that a merchant may set as a parameter."""

import enum
from datetime import timezone
from decimal import Decimal
from typing import Any, Callable

from hypothesis import strategies as st


class Colour(enum.Enum):
    RED = 'красный'
    NUMBER = 5
    NOTHING = None


class LazyText:
    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LazyText) and self.text == other.text

    def __str__(self) -> str:
        return self.text


def trees(leaves: Any, holders: Callable[[Any], Any]) -> Any:
    """What st.recursive makes, as large and as deep, in half of its time.

    That one throws away what grows beyond its limit, and begins anew; here, nothing is thrown away.
    """
    inner = leaves
    for _ in range(2):
        inner = st.one_of(leaves, holders(leaves), holders(inner))
    return st.one_of(st.builds(_itself, leaves), holders(inner))  # one in three is a leaf


def _itself(value: Any) -> Any:
    return value


def finite(value: Decimal) -> bool:
    return value.is_finite()


texts = st.text(st.characters(blacklist_categories=['Cs']))
scalars = st.one_of(
    texts,
    st.integers(),
    st.booleans(),
    st.none(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals().filter(finite),
    st.uuids(),
    st.sampled_from(Colour),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.just(timezone.utc)),
    st.builds(LazyText, texts),
)
# Brackets, blanks and line breaks do not come through as keys; a ';' is not let through.
key_characters = st.characters(blacklist_categories=['Cs', 'Cc'], blacklist_characters='[];')
keys = st.text(key_characters, min_size=1).filter(
    lambda key: bool(key.strip()) and key != 'signature'
)
values = trees(
    scalars, lambda inner: st.lists(inner, max_size=12) | st.dictionaries(keys, inner, max_size=4)
)
anything = st.one_of(values, texts, st.binary(), st.floats(), st.sets(st.integers()), st.decimals())
