"""The wire: from any Python value to the text that is signed and sent.

A parameter travels as text. ``wire_value`` makes that text, in this one place, and its result is
both signed and sent: so a link always verifies. A value that has no honest text (bytes, NaN, a
set, ...) is refused here, with the name of its parameter.
"""

from collections.abc import Mapping
from enum import Enum
from math import isfinite

from payment_page_sdk.exceptions import ValidationException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Union

    WireValue = Union[str, Dict[str, Any], List[Any]]  # texts all the way down

# Deeper than any parameter or callback goes, and far from the interpreter's recursion limit.
MAX_DEPTH = 100

# A float can still hold it, and every interpreter can write it out.
LARGEST_INTEGER = 10**300


def wire_value(value: 'Any', path: str, depth: int = 0) -> 'WireValue':
    """Return what is signed and sent for ``value``: a text, or a dict or list of such values.

    A text stays as it is; True is ``1``, False ``0``, None the empty text; a number is decimal; a
    member of an Enum counts as its value, a date or time as its ISO 8601 text. Any other object is
    what its own ``__str__`` says (UUID, a lazily translated text, ...).

    ``path`` names the value: its keys from the parameter's name on, joined by ``:``. A
    ValidationException with that path is raised for a value that cannot be sent.
    """
    if type(value) is str:
        return _encodable(value, path)
    if value is None:
        return ''
    if isinstance(value, Enum):
        return wire_value(value.value, path, depth)
    if isinstance(value, bool):
        return '1' if value else '0'
    if isinstance(value, (Mapping, list, tuple)):
        if depth == MAX_DEPTH:
            raise invalid(path.split(':', 1)[0], 'contains itself, or is nested too deep')
        if isinstance(value, Mapping):
            members = {_key(key, path): item for key, item in value.items()}
            if len(members) < len(value):
                raise invalid(path, 'has two keys with the same text')
            return {
                key: wire_value(item, _join(path, key), depth + 1) for key, item in members.items()
            }
        return [
            wire_value(item, _join(path, str(index)), depth + 1) for index, item in enumerate(value)
        ]
    return _encodable(_text(value, path), path)


def _text(value: 'Any', path: str) -> str:
    # The true type: a lazy proxy may claim another by its __class__.
    kind = type(value)  # type: Any
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise invalid(path, 'is too large a number')
        return int.__repr__(value)
    if issubclass(kind, float) and isfinite(value):
        return float.__repr__(value)
    if hasattr(kind, 'isoformat'):
        return str(value.isoformat())
    if hasattr(kind, 'is_finite') and value.is_finite():  # Decimal, without importing decimal
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER or value.as_tuple().exponent < -300:
            raise invalid(path, 'is too large a number, or has too many decimals')
        return format(value, 'f')
    if issubclass(kind, float) or hasattr(kind, 'is_finite'):
        raise invalid(path, 'is not a finite number')
    if not issubclass(kind, (bytes, bytearray)) and kind.__str__ is not object.__str__:
        try:
            return str.__str__(str(value))
        except TypeError:
            pass  # its __str__ returns something else
    raise invalid(path, 'is or holds a %s, which has no text to send' % kind.__name__)


def _encodable(text: str, path: str) -> str:
    try:
        text.encode()
        return text
    except UnicodeEncodeError:
        pass  # that error would carry the text along
    raise invalid(path, 'holds half a character (a lone surrogate)')


def _key(key: 'Any', path: str) -> str:
    """Return the text of a key in a dict at ``path``: a text, or an integer in decimal."""
    if isinstance(key, Enum):
        key = key.value
    if isinstance(key, (str, int)) and not isinstance(key, bool):
        return _encodable(_text(key, path), path)
    raise invalid(path, 'has a key of type %s; keys are texts' % type(key).__name__)


def _join(path: str, key: str) -> str:
    return path + ':' + key if path else key


def invalid(path: str, problem: str) -> ValidationException:
    """Return the error that says what is wrong with the value at ``path``.

    Keys inside of a parameter may be people's data, too: the message has the parameter's name only.
    """
    name = printable(path.split(':', 1)[0])
    return ValidationException('%s %s' % (name or 'the data', problem), path)


def printable(name: str) -> str:
    """Return a parameter's name as a message can show it."""
    return ascii(name)[1:-1]
