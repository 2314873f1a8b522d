"""What a verified callback says, read from the canonical string that was signed.

A signature covers that string, and not how JSON cuts it: ``{"a": "b:c"}`` and ``{"a": {"b": "c"}}``
have the same string. So have 1, ``"1"`` and true; null and ``""``; a list and the object with its
indexes. An empty object leaves nothing in it. Whoever has a signed body can cut it anew, and what
is read here is the same for every cut.

A path is the keys from the root, joined by ``:``, such as ``payment:sum:amount``. Each reader takes
several, and returns what it finds at the first that has a value of its type; None if none has.
"""

import re

from payment_page_sdk._records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Callable, Dict, List, Optional, Tuple, TypeVar

    from payment_page_sdk._canonical import PlainForm

    T = TypeVar('T')

Sum = NamedTuple('Sum', [('amount', 'int'), ('currency', 'str')])
Sum.__doc__ = 'A sum of money: ``amount`` in minor units, and ``currency``, its code of ISO 4217.'

_MOMENT = (
    r'([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?'
    r'(?:Z|([+-][0-9]{2}):?([0-9]{2})?)?\Z'
)


class Facts:
    """What is at the paths of a callback, whose canonical string is ``form``."""

    # Made when they are needed: most callbacks are asked for little.
    _texts = {}  # type: Dict[str, str]
    _lines = []  # type: List[str]

    def __init__(self, form: 'PlainForm') -> None:
        self._form = form

    def text(self, *paths: str) -> 'Optional[str]':
        """Return a text that is not empty; a number in decimal, true as ``1``."""
        return self._first(str, paths)

    def integer(self, *paths: str) -> 'Optional[int]':
        """Return an integer, also if it came as a str or as 5.0."""
        return self._first(as_integer, paths)

    def moment(self, *paths: str) -> 'Optional[datetime]':
        """Return the aware datetime in an ISO 8601 str; without an offset, it is in UTC."""
        return self._first(as_moment, paths)

    def sum(self, *paths: str) -> 'Optional[Sum]':
        """Return the sum whose ``amount``, in minor units, and ``currency`` are below a path.

        The first path that has anything below it decides: a sum that cannot be read is no other.
        """
        for path in paths:
            amount, currency = self.integer(path + ':amount'), self.text(path + ':currency')
            if amount is not None and currency is not None:
                return Sum(amount, currency)
            if any(self.below(path)):
                return None
        return None

    def open_text(self, cls: 'Callable[[str], T]', *paths: str) -> 'Optional[T]':
        """Return a text as a value of an open enumeration."""
        return self._first(cls, paths)

    def objects(self, path: str) -> 'List[str]':
        """Return the paths of the objects in a list at ``path``, in order; its own if it is one."""
        below = [rest.split(':') for rest in self.below(path)]
        if not all(is_index(keys[0]) for keys in below):
            return [path] if any(len(keys) > 1 for keys in below) else []
        indexes = {keys[0] for keys in below if len(keys) > 2}
        return ['%s:%s' % (path, index) for index in sorted(indexes, key=int)]

    def below(self, path: str) -> 'List[str]':
        """Return what follows ``path`` in the entries that begin with it."""
        if not self._lines:
            self._lines = [':'.join(entry) for entry in self._form.entries]
        prefix = path + ':'
        return [line[len(prefix) :] for line in self._lines if line.startswith(prefix)]

    def _first(
        self, typed: 'Callable[[str], Optional[T]]', paths: 'Tuple[str, ...]'
    ) -> 'Optional[T]':
        if not self._texts:
            self._texts = dict(self._form.entries)
        for path in paths:
            text = self._texts.get(path)
            if text is None:
                below = self.below(path)
                text = below[0] if len(below) == 1 else ''
            found = typed(text) if text else None
            if found is not None:
                return found
        return None


def is_index(key: str) -> bool:
    """Tell whether ``key`` is written as the index of an item in a list is."""
    return re.match(r'(?:0|[1-9][0-9]{0,9})\Z', key) is not None


def as_integer(text: str) -> 'Optional[int]':
    """Return the integer that a text in decimal is, if it is one."""
    match = re.match(r'(-?[0-9]{1,300})(\.0)?\Z', text)
    if not match:
        return None
    integer = int(match.group(1))
    # A float is exact up to here.
    return integer if not match.group(2) or abs(integer) < 2**53 else None


def as_moment(text: str) -> 'Optional[datetime]':
    """Return the aware datetime in an ISO 8601 text, if it is one."""
    match = re.match(_MOMENT, text)
    if not match:
        return None
    from datetime import datetime

    date, time, hours, minutes = match.groups()
    try:
        return datetime.strptime(
            '%s %s %s%s' % (date, time, hours or '+00', minutes or '00'), '%Y-%m-%d %H:%M:%S %z'
        )
    except ValueError:
        return None
