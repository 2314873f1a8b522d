"""Outlines: an abbreviation of what _canonical defines, for data that is like earlier data.

Payments and callbacks have the same keys, and values of the same types, again and again. These
alone are the *traits* of the data: they tell the path of each value, and the order of the paths. So
for data with the same traits, both are found out once, and kept as an *outline*: the canonical
string with gaps, and which value fills which gap. Of the values, nothing is kept.

An outline is learned when data with its traits was signed here, or was verified, for the second
time: a callback with a wrong signature leaves nothing. Memory is bounded: once it is full, all is
forgotten, and learned again. An outline never changes, and what threads share is changed by single
operations of a dict or a set: there is no lock. Keys that are equal count as the same.

Only the speed depends on this module.
"""

from itertools import count
from operator import itemgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Sequence, Set, Tuple, Type

    from payment_page_sdk._canonical import PlainForm

    Traits = Tuple[Any, ...]
    Filled = Tuple[Sequence[str], List[str], str]

# Of all outlines together, and of one. A callback with 45 values has 113: there is room for 170 of
# that size, which take 2.7 MB.
MOST_TRAITS = 20000
MOST_TRAITS_OF_OUTLINE = 2000
MOST_SEEN = 1000

# Longer paths are not learned: in a callback, they must be counted each time.
SHORT_PATH = 64

_outlines = {}  # type: Dict[Traits, Outline]
_seen = set()  # type: Set[int]  # hashes of traits


class Outline:
    """A canonical string with a gap for each value.

    ``places`` has, in the order of the string, each path, the position of its value among all, and
    what makes a text of it; None for a str.
    """

    def __init__(self, places: 'List[Tuple[str, int, Optional[Callable[[Any], str]]]]') -> None:
        self._paths, positions, as_texts = zip(*places)
        self._pick = itemgetter(*positions)
        self._not_texts = [(gap, as_text) for gap, as_text in enumerate(as_texts) if as_text]
        # Every second piece is a gap.
        self._pieces = [';%s:' % path for path in self._paths for _ in range(2)]
        self._pieces[0] = self._paths[0] + ':'

    def fill(self, values: 'List[Any]') -> 'Filled':
        """Return the paths, the texts of the values at them, and the canonical string."""
        texts = list(self._pick(values))
        for gap, as_text in self._not_texts:
            texts[gap] = as_text(texts[gap])
        pieces = self._pieces[:]
        pieces[1::2] = texts
        return self._paths, texts, ''.join(pieces)


def recall(form: 'Type[PlainForm]', data: 'Dict[str, Any]') -> 'Tuple[Traits, Optional[Filled]]':
    """Return the traits of ``data``; and what Outline.fill returns, if its outline is known."""
    traits, values = _describe(form, data)
    outline = _outlines.get(traits)
    return traits, outline.fill(values) if outline else None


def learn(form: 'PlainForm') -> None:
    """Remember the outline of data that was signed, or verified, when it is seen a second time."""
    traits = form.traits
    if not traits or form.is_recalled or form.is_partial or form.size < 2:
        return  # not of one value: itemgetter would return it, and no tuple
    sight = hash(traits)
    if sight not in _seen:
        if len(_seen) >= MOST_SEEN:
            _seen.clear()
        _seen.add(sight)
        return
    # What cannot be learned comes here each time: it is left before anything is copied.
    if _has_long_path(form.entries) or not set(map(type, traits)) <= {str, int, type}:
        return
    cls = type(form)
    data = _replace_values(form.data, lambda value: value)  # a copy, since the data may change
    described, values = _describe(cls, data)
    if described != traits:
        return
    # The form itself tells the paths and their order, of data whose values are numbers. An empty
    # container is a value here, so that its path is looked at, too.
    numbers = map(str, count())
    numbered = _replace_values(data, lambda value: next(numbers))
    positions = {
        number: position
        for position, number in enumerate(_describe(cls, numbered)[1])
        if type(number) is str
    }
    entries = cls(numbered, float('inf')).entries
    if _has_long_path(entries):
        return
    places = [
        (path, positions[number], cls.as_text.get(type(values[positions[number]])))
        for path, number in entries
        if type(values[positions[number]]) not in (dict, list)
    ]
    if len(traits) + sum(map(len, list(_outlines))) > MOST_TRAITS:
        _outlines.clear()
    _outlines[traits] = Outline(places)


def _has_long_path(entries: 'List[Tuple[str, str]]') -> bool:
    return max([len(path) for path, _ in entries]) > SHORT_PATH


def _replace_values(value: 'Any', replace: 'Callable[[Any], Any]') -> 'Any':
    """Return a copy of a dict or list with other values, also for empty containers."""
    if type(value) is dict and value:
        return {key: _replace_values(member, replace) for key, member in value.items()}
    if type(value) is list and value:
        return [_replace_values(item, replace) for item in value]
    return replace(value)


def _describe(form: 'Type[PlainForm]', data: 'Dict[str, Any]') -> 'Tuple[Traits, List[Any]]':
    """Return the traits of ``data``, and the members of its containers.

    The traits are, container by container, the number, the keys and the types of its members.
    These tell which containers follow. Data that cannot be learned has none.
    """
    if type(data) is not dict:
        return (), []
    traits = [form]  # type: List[Any]
    values = []  # type: List[Any]
    containers = [data]  # type: List[Any]
    for container in containers:  # and those in it, which are appended
        if len(traits) + 2 * len(container) >= MOST_TRAITS_OF_OUTLINE:
            return (), []
        traits.append(len(container))
        if type(container) is dict:
            traits += container
            container = container.values()
        values += container
        for value in container:
            cls = type(value)
            traits.append(cls)
            if cls is dict or cls is list:
                containers.append(value)
    return tuple(traits), values
