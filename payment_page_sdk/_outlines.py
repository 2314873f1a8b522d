"""Outlines: an abbreviation of what _canonical defines, for data that is like earlier data.

Payments and callbacks have the same keys, and values of the same types, again and again. These
alone are the *traits* of the data: they tell the path of each value, and the order of the paths. So
for data with the same traits, both are found out once, and kept as an *outline*: the canonical
string with gaps, and which value fills which gap. Of the values, nothing is kept.

An outline is learned when data with its traits was signed, or was verified, for the second time: a
stranger's body leaves nothing. Memory is bounded: once it is full, no more is learned. An outline
never changes, and what threads share is changed by single operations of a dict or a set: there is
no lock.

Nothing depends on this module: without it, everything is the same and takes longer.
"""

from itertools import count
from operator import itemgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Set, Tuple, Type

    from payment_page_sdk._canonical import PlainForm

    Traits = Tuple[Any, ...]
    Filled = Tuple[Sequence[str], List[str], str]

# Of all outlines together, and of one. A callback with 45 values has 113: there is room for 170 of
# that size, which take 2.7 MB.
MOST_TRAITS = 20000
MOST_TRAITS_OF_OUTLINE = 2000
MOST_SEEN_ONCE = 1000

# In a callback, longer paths must be counted each time; see _canonical.
LONGEST_PATH = 64

_outlines = {}  # type: Dict[Traits, Outline]
_seen_once = set()  # type: Set[int]  # hashes of traits


class Outline:
    """A canonical string with a gap for each value.

    ``places`` has, in the order of the string, each path, the position of its value among all, and
    what makes a text of it; None for a str.
    """

    def __init__(self, places: 'List[Tuple[str, int, Optional[Callable[[Any], str]]]]') -> None:
        self._paths, positions, as_texts = zip(*places)
        self._pick = itemgetter(*positions)
        self._not_texts = [(gap, as_text) for gap, as_text in enumerate(as_texts) if as_text]
        self._pieces = [';%s:' % path for path in self._paths for _ in range(2)]  # one is a gap
        self._pieces[0] = self._pieces[0][1:]

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
    """Remember the outline of data that was signed, or was verified, at its second sight."""
    traits = form.traits
    if not traits or form.is_recalled or form.is_partial:
        return
    sight = hash(traits)
    if sight not in _seen_once:
        if len(_seen_once) == MOST_SEEN_ONCE:
            _seen_once.clear()
        _seen_once.add(sight)
        return
    paths = [path for path, _ in form.entries]
    if (
        type(form.data) is dict
        and len(paths) > 1
        and max(map(len, paths)) <= LONGEST_PATH
        and len(traits) + sum(map(len, list(_outlines))) <= MOST_TRAITS
    ):
        # The form itself tells the paths and their order, of data whose values have other names.
        cls = type(form)
        names = _rename_values(form.data, map(str, count()))
        values, renamed = _describe(cls, form.data)[1], _describe(cls, names)[1]
        places = {
            name: (position, cls.as_text.get(type(values[position])))
            for position, name in enumerate(renamed)
            if type(name) is str
        }
        _outlines[traits] = Outline([(path,) + places[name] for path, name in cls(names).entries])


def _rename_values(data: 'Any', names: 'Iterator[str]') -> 'Any':
    """Return a copy of ``data`` whose values are ``names``."""
    if isinstance(data, dict):
        return {key: _rename_values(member, names) for key, member in data.items()}
    if isinstance(data, list):
        return [_rename_values(item, names) for item in data]
    return next(names)


def _describe(form: 'Type[PlainForm]', data: 'Dict[str, Any]') -> 'Tuple[Traits, List[Any]]':
    """Return the traits of ``data``, which tell its outline, and what its containers hold.

    The traits are, container by container, the number, the keys and the types of its members.
    These tell which containers follow. Data that is too large to be learned has none.
    """
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
