"""Changes to what a callback says, each by the path of a member."""

from copy import deepcopy

from payment_page_sdk._wire import printable
from payment_page_sdk.exceptions import ValidationException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping


class Absent:
    """The type of ``ABSENT``, which stands for a member that is to be left out."""

    def __repr__(self) -> str:
        return 'ABSENT'


ABSENT = Absent()


def apply_changes(data: 'Dict[str, Any]', changes: 'Mapping[str, Any]') -> 'Dict[str, Any]':
    """Return a copy of ``data`` with another value at each path of ``changes``.

    A path is one that ``callback.get_value`` takes: ``payment.sum.amount``,
    ``operations.0.status``. Objects on its way are made where there are none; the index behind
    the last item of a list adds one. ABSENT as the value takes the member out. Outer members change
    before those within, and what is taken out goes last, from the end of a list.

    Raises ValidationException, with the path as its ``parameter``, for a path that leads into a
    text or number or past a list's end, and for a member to be taken out that is not there.
    """
    data = deepcopy(data)
    paths = sorted(changes, key=_keys_in_order)
    for path in paths:
        if changes[path] is not ABSENT:
            _set(data, path, deepcopy(changes[path]))
    for path in reversed(paths):
        if changes[path] is ABSENT:
            _take_out(data, path)
    return data


def _keys_in_order(path: str) -> 'List[str]':
    return [key.zfill(9) for key in path.split('.')]  # of a list, item 9 comes before item 10


def _set(data: 'Dict[str, Any]', path: str, value: 'Any') -> None:
    keys = path.split('.')
    holder = data  # type: Any
    for key in keys[:-1]:
        place = _place(holder, key, path)
        if not _has(holder, place):
            _put(holder, place, {})
        holder = holder[place]
    _put(holder, _place(holder, keys[-1], path), value)


def _take_out(data: 'Dict[str, Any]', path: str) -> None:
    holder = {'': data}  # type: Any
    place = ''  # type: Any
    for key in path.split('.'):
        holder = holder[place]
        place = _place(holder, key, path)
        if not _has(holder, place):
            raise _invalid(path, 'is not there to be taken out')
    del holder[place]


def _place(holder: 'Any', key: str, path: str) -> 'Any':
    """Return the key or index of ``holder`` that ``key`` says, be there a member yet or not."""
    if isinstance(holder, dict) and key:
        return key
    if not isinstance(holder, list):
        raise _invalid(path, 'leads into what is no object or list, or has an empty key')
    if key not in map(str, range(len(holder) + 1)):
        raise _invalid(path, 'leads past the end of a list')
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
