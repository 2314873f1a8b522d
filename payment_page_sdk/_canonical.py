"""The canonical string: what is signed of a set of parameters, in two forms.

Every value has a *path*: its keys from the root, joined by ``:``. The *canonical string* lists
``path:text`` for all values, sorted by path and joined by ``;``.

The official SDKs do not all write the same string. Two forms cover them: *plain* (the official
Python SDK) and *natural* (the official PHP SDK, and the platform's documentation). They differ
rarely: in lists of eleven or more items, and in numbers that are not integers.
"""

import re
from collections.abc import Mapping
from itertools import count
from operator import itemgetter

from payment_page_sdk._outlines import SHORT_PATH, recall
from payment_page_sdk._wire import INFINITY, wire_value
from payment_page_sdk.exceptions import ValidationException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Match, Tuple, Type

# Never signed, at any depth: the page's own script changes it after the merchant has signed.
FRAME_MODE = 'frame_mode'
SIGNATURE = 'signature'
_SIGNATURE = SIGNATURE.encode()

# All values in an object repeat its path in the canonical string, so a stranger's long key or deep
# nesting could make gigabytes of a small body. In real callbacks, a path has 46 characters at most.
LONGEST_CALLBACK_PATH = 128
_MOST_OF_LONG_PATHS = 8  # times the bytes in the body, after the first few thousand
_FIRST_OF_LONG_PATHS = 4096

# With a longer path, a merchant's parameters may contain themselves. Then they become texts first,
# which bounds their depth: some versions of Python may crash where their own limit is met.
_DEEP_PATH = 200

# Other paths have the same order in both forms.
_NATURALLY_SORTED = '[0-9][0-9]|[\t-\r ]'

_path_of = itemgetter(0)


def _plain_float(value: float) -> str:
    return repr(_finite(value))


def _finite(value: float) -> float:
    if not abs(value) < INFINITY:  # it may be no number, which is not less either
        raise ValueError
    return value


def _natural_float(value: float) -> str:
    """Return ``value`` as PHP casts it to a string: 14 significant digits, ``1.0E+22``."""
    # Where the 14 digits of an integer of 15 that ends in 05 end in zeros, PHP keeps these, alone
    # here: 100000000000005.0 is 1.0000000000000E+14.
    style = '%.13E' if 1e14 < abs(value) < 1e15 and abs(value) % 100 == 5 else '%.14G'
    mantissa, exponential, exponent = (style % _finite(value)).partition('E')
    if not exponential:
        return mantissa
    if '.' not in mantissa:
        mantissa += '.0'
    return '%sE%+d' % (mantissa, int(exponent))


def _natural_integer(value: int) -> str:
    return str(value) if -(2**63) <= value < 2**63 else _natural_float(float(value))


def _natural_key(path: str, known: 'Dict[str, bytes]') -> bytes:
    """Return the key that sorts ``path`` as PHP's strnatcmp does.

    Leading zeros of the whole path are skipped. White space is skipped, but for the byte directly
    behind a digit, which counts; skipped at the very end it leaves a NUL. Runs of digits compare
    as numbers; one that starts with 0 digit by digit, below all others. Any other byte compares by
    its value. ``known`` are the keys of objects and lists so far: each is made once.
    """
    path = re.sub('\\A0+(?=[0-9])', '', path)
    end = b'\0' if re.search('(?<![0-9])[\t-\r ]\\Z', path) else b''
    return _natural_path(path, known) + end


def _natural_path(path: str, known: 'Dict[str, bytes]') -> bytes:
    parent, colon, key = path.rpartition(':')
    if not colon or len(parent) > LONGEST_CALLBACK_PATH:
        return _natural_bytes(path)
    if parent not in known:
        known[parent] = _natural_path(parent, known)
    return known[parent] + b':' + _natural_bytes(key)


def _natural_bytes(text: str) -> bytes:
    data = re.sub(rb'(?<![0-9])\s', b'', text.encode())
    return re.sub(rb'[0-9]+', _natural_digits, data)


def _natural_digits(match: 'Match[bytes]') -> bytes:
    """Return bytes that sort by value: all of them start with a 0, as digits are among bytes."""
    digits = match.group()
    length = 0 if digits.startswith(b'0') else len(digits)
    return b'0' + length.to_bytes(4, 'big') + digits + b'\0'


def _collect(
    container: 'Any',
    prefix: str,
    entries: 'List[Tuple[str, str]]',
    texts: 'Dict[Type[Any], Callable[[Any], str]]',
    longest: float,
    counted: 'List[int]',
) -> bool:
    """Append the (path, text) pairs of all values in ``container``; their paths have ``prefix``.

    Return whether a ``frame_mode`` was left out. Raises ValueError if a ``prefix`` that is longer
    than ``longest`` has no room among those that were ``counted`` before.
    """
    if len(prefix) > longest:
        _count_long_paths(container, prefix, counted)
    left_out = False
    if isinstance(container, dict):
        if FRAME_MODE in container:
            left_out = True
            container = {key: container[key] for key in container if key != FRAME_MODE}
        members = container.items()
    else:
        members = zip(map(str, count()), container)
    for key, value in members:
        if ':' in key:
            key = key.replace(':', '::')
        kind = type(value)
        if kind is str:
            entries.append((prefix + key, value))
        elif kind is dict or kind is list:
            if _collect(value, prefix + key + ':', entries, texts, longest, counted):
                left_out = True
        else:
            entries.append((prefix + key, texts[kind](value)))
    return left_out


def _count_long_paths(container: 'Any', prefix: str, counted: 'List[int]') -> None:
    """Count the bytes of the paths of the values in an object or list, all of which are long.

    ``counted`` holds the sum for the callback so far. Raises ValueError if it is too large.
    """
    is_object = isinstance(container, dict)
    members = container.values() if is_object else container
    values = sum(type(value) is not dict and type(value) is not list for value in members)
    # In the body, it has its keys, and two bytes at least for each member.
    in_body = 2 * len(container) + len(''.join(container) if is_object else '')
    counted[0] += values * len(prefix.encode()) - _MOST_OF_LONG_PATHS * in_body
    if len(prefix) > LONGEST_CALLBACK_PATH or counted[0] > _FIRST_OF_LONG_PATHS:
        raise ValueError('nested too deeply, or under keys that are too long')


class PlainForm:
    """The canonical string of ``data`` in the plain form.

    ``message`` is the string in UTF-8. ``is_partial`` tells whether ``data`` has a ``frame_mode``,
    which is left out. ``traits`` tell its shape, ``is_recalled`` whether that was known; see
    _outlines. ``size`` is the number of entries.

    ``data`` contains nothing but JSON's types; otherwise KeyError, TypeError, ValueError or
    RecursionError is raised.
    """

    as_text = {
        int: str,
        float: _plain_float,
        bool: {True: '1', False: '0'}.__getitem__,
        type(None): lambda value: '',
    }  # type: Dict[Type[Any], Callable[[Any], str]]

    def __init__(self, data: 'Dict[str, Any]', longest_path: float = _DEEP_PATH) -> None:
        self.data = data  # type: Dict[str, Any]
        traits, recalled = recall(type(self), data)
        self.traits = traits  # type: Tuple[Any, ...]
        self.is_recalled = recalled is not None  # type: bool
        self.is_partial = False  # type: bool
        self._entries = []  # type: List[Tuple[str, str]]
        if recalled:
            self._paths, self._texts, string = recalled
            self.size = len(self._paths)  # type: int
        else:
            self.is_partial = _collect(data, '', self._entries, self.as_text, longest_path, [0])
            self._sort(self._entries)
            self.size = len(self._entries)
            string = ';'.join(map(':'.join, self._entries))
        self.message = string.encode()  # type: bytes

    @property
    def entries(self) -> 'List[Tuple[str, str]]':
        """The pairs of a path and its text, in the order of the string."""
        if self.is_recalled and not self._entries:  # most callbacks are never asked for them
            self._entries = list(zip(self._paths, self._texts))
        return self._entries

    @classmethod
    def of_callback(cls, data: 'Dict[str, Any]') -> 'PlainForm':
        """Return the canonical string of what is signed in a callback.

        Raises ValueError before it would become much larger than the callback.

        The callback's own signature is no longer in ``data``. Most callbacks have no other member
        to leave out, so the data is copied only if there is one.
        """
        form = cls(data, SHORT_PATH)
        if form.is_partial or _SIGNATURE in form.message:
            form = cls(cls.signed_part(data), SHORT_PATH)
        return form

    def signed_data(self) -> 'Dict[str, Any]':
        """Return what the signature covers of a callback's data, once it is known to be right."""
        return self.data

    @classmethod
    def signed_part(cls, value: 'Any', in_list: bool = False) -> 'Any':
        """Return a copy of a callback's data without the members that no signature covers."""
        if isinstance(value, dict):
            return {
                key: cls.signed_part(member, in_list)
                for key, member in value.items()
                if key != FRAME_MODE and cls._is_signed(key, member, in_list)
            }
        if isinstance(value, list):
            return [cls.signed_part(item, True) for item in value]
        return value

    @classmethod
    def _sort(cls, entries: 'List[Tuple[str, str]]') -> None:
        entries.sort(key=_path_of)

    @staticmethod
    def _is_signed(key: str, value: 'Any', in_list: bool) -> bool:
        return key != SIGNATURE or in_list


class NaturalForm(PlainForm):
    """The canonical string of ``data`` in the natural form."""

    as_text = dict(PlainForm.as_text)  # type: Dict[Type[Any], Callable[[Any], str]]
    as_text[int] = _natural_integer
    as_text[float] = _natural_float

    def signed_data(self) -> 'Dict[str, Any]':
        data = _round(self.data)  # type: Dict[str, Any]
        return data

    @classmethod
    def _sort(cls, entries: 'List[Tuple[str, str]]') -> None:
        if not re.search(_NATURALLY_SORTED, ';'.join(map(_path_of, entries))):
            super()._sort(entries)
            return
        known = {}  # type: Dict[str, bytes]
        entries.sort(key=lambda entry: _natural_key(entry[0], known))

    @staticmethod
    def _is_signed(key: str, value: 'Any', in_list: bool) -> bool:
        return key != SIGNATURE or value is None


def _round(value: 'Any') -> 'Any':
    """Return ``value`` with its numbers as the natural form has them.

    A stranger may have added digits that no signature covers.
    """
    if isinstance(value, dict):
        return {key: _round(member) for key, member in value.items()}
    if isinstance(value, list):
        return list(map(_round, value))
    if type(value) not in (int, float):
        return value
    text = NaturalForm.as_text[type(value)](value)
    if text == str(value):
        return value
    rounded = float(text)
    # One number is not read back from its text, 100000000000005.0, and none but it has that text.
    return rounded if _natural_float(rounded) == text else value


FORMS = (PlainForm, NaturalForm)


def form_of_params(form: 'Type[PlainForm]', params: 'Mapping[str, Any]') -> PlainForm:
    """Return the canonical string of a merchant's ``params``, whatever their values are made of."""
    if isinstance(params, dict):
        try:
            return form(params)
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError):
            pass  # not plain JSON data: it must become texts first, or cannot be sent at all
    elif not isinstance(params, Mapping):
        raise ValidationException(
            'a dict of parameters can be signed, not ' + type(params).__name__
        )
    texts = wire_value(params, '')  # type: Any  # not too deep, or refused
    return form(texts, INFINITY)
