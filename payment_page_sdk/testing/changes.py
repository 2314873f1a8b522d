"""Changes to the members of a callback, each by its path."""

from copy import deepcopy

from payment_page_sdk._wire import printable
from payment_page_sdk.exceptions import ValidationException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping


class Absent:
    """The type of ``ABSENT``, the value of a member that is to be left out."""

    def __repr__(self) -> str:
        return 'ABSENT'


ABSENT = Absent()


def apply_changes(data: 'Dict[str, Any]', changes: 'Mapping[str, Any]') -> 'Dict[str, Any]':
    """Return a copy of ``data`` with another value at each path of ``changes``.

    A path is one that ``callback.get_value`` takes, such as ``payment.sum.amount`` or
    ``operations.0.status``. Objects that are missing along the path are created, and the index
    after the last item of a list adds an item. ABSENT as the value removes the member. An object or
    list is replaced before its members are; members are removed last, the later items of a list
    before the earlier ones.

    Raises ValidationException, with the path as its ``parameter``, for a path that leads into a
    str or number or past the end of a list, and for a member to be removed that is not there.
    """
    data = deepcopy(data)
    paths = sorted(changes, key=_keys_in_order)
    for path in paths:
        if changes[path] is not ABSENT:
            _set(data, path, deepcopy(changes[path]))
    for path in reversed(paths):
        if changes[path] is ABSENT:
            _remove(data, path)
    return data


def _keys_in_order(path: str) -> 'List[str]':
    return [key.zfill(9) for key in path.split('.')]  # item 9 of a list comes before item 10


def _set(data: 'Dict[str, Any]', path: str, value: 'Any') -> None:
    keys = path.split('.')
    holder = data  # type: Any
    for key in keys[:-1]:
        place = _place(holder, key, path)
        if not _has(holder, place):
            _put(holder, place, {})
        holder = holder[place]
    _put(holder, _place(holder, keys[-1], path), value)


def _remove(data: 'Dict[str, Any]', path: str) -> None:
    holder = {'': data}  # type: Any
    place = ''  # type: Any
    for key in path.split('.'):
        holder = holder[place]
        place = _place(holder, key, path)
        if not _has(holder, place):
            raise _invalid(path, 'is not there, so it cannot be removed')
    del holder[place]


def _place(holder: 'Any', key: str, path: str) -> 'Any':
    """Return ``key`` as a key or index of ``holder``, which may not have that member yet."""
    if isinstance(holder, dict) and key:
        return key
    if not isinstance(holder, list):
        raise _invalid(path, 'leads into what is neither object nor list, or has an empty key')
    if key not in map(str, range(len(holder) + 1)):
        raise _invalid(path, 'has a key that is not an index of the list, nor the next one')
    return int(key)


def _has(holder: 'Any', place: 'Any') -> bool:
    return place in holder if isinstance(holder, dict) else place < len(holder)


def _put(holder: 'Any', place: 'Any', value: 'Any') -> None:
    if isinstance(holder, list):
        holder[place : place + 1] = [value]  # at the end, it adds one
    else:
        holder[place] = value


def _invalid(path: str, problem: str) -> ValidationException:
    return ValidationException('%s %s' % (printable(path), problem), path)
