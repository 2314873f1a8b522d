"""The wire: from any Python value to the text that is signed and sent.

A parameter is sent as text. ``wire_value`` makes that text, in this one place, and its result is
both signed and sent: so a link always verifies. A value that no text can express (bytes, NaN, a
set, ...) is refused here, with the name of its parameter.
"""

from collections.abc import Mapping
from enum import Enum

from payment_page_sdk.exceptions import ValidationException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Union

    WireValue = Union[str, Dict[str, Any], List[Any]]  # dicts and lists contain no other values

# No parameter or callback is nested this deeply, and the interpreter's recursion limit is far.
MAX_DEPTH = 100

INFINITY = float('inf')

# A float can hold it, and every interpreter can write out its digits.
LARGEST_INTEGER = 10**300


def wire_value(value: 'Any', path: str, depth: int = 0) -> 'WireValue':
    """Return what is signed and sent for ``value``: a str, or a dict or list of such values.

    A str stays as it is. True becomes ``1``, False ``0``, None the empty str, a number its decimal
    digits, a member of an Enum its value, a date or time its ISO 8601 text, any other object what
    its ``__str__`` returns (a UUID, a lazily translated text, ...).

    ``path`` names the value: the parameter's name and the keys below it, joined by ``:``. A value
    that cannot be sent raises a ValidationException with that path.
    """
    if type(value) is str:
        return _encodable(value, path)
    if value is None:
        return ''
    if isinstance(value, Enum):
        return wire_value(value.value, path, depth)
    if isinstance(value, bool):
        return '1' if value else '0'
    if isinstance(value, int):
        return _text(value, path)  # sooner than the others, since it is frequent
    if isinstance(value, (Mapping, list, tuple)):
        if depth == MAX_DEPTH:
            raise invalid(path.partition(':')[0], 'contains itself, or is nested too deeply')
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
    # The true type: a lazy proxy may claim another one in its __class__.
    cls = type(value)  # type: Any
    if issubclass(cls, str):
        return str.__str__(value)
    if issubclass(cls, int):
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise invalid(path, 'is too large a number')
        return int.__repr__(value)
    if issubclass(cls, float) and abs(value) < INFINITY:
        return float.__repr__(value)
    if hasattr(cls, 'isoformat'):
        return str(value.isoformat())
    if hasattr(cls, 'is_finite') and value.is_finite():  # Decimal, without importing decimal
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER or value.as_tuple().exponent < -300:
            raise invalid(path, 'is too large a number, or has too many decimals')
        return format(value, 'f')
    if issubclass(cls, float) or hasattr(cls, 'is_finite'):
        raise invalid(path, 'is not a finite number')
    if not issubclass(cls, (bytes, bytearray)) and cls.__str__ is not object.__str__:
        try:
            return str.__str__(str(value))
        except TypeError:
            pass  # its __str__ returns something else
    raise invalid(path, 'is or contains a value of type %s, which cannot be sent' % cls.__name__)


def _encodable(text: str, path: str) -> str:
    if is_encodable(text):
        return text
    raise invalid(path, 'contains an unpaired surrogate')


def is_encodable(text: str) -> bool:
    """Tell whether ``text`` can be written in UTF-8: it has no unpaired surrogate."""
    try:
        text.encode()
        return True
    except UnicodeEncodeError:
        return False


def _key(key: 'Any', path: str) -> str:
    """Return the text of a ``key`` in the dict at ``path``."""
    if isinstance(key, Enum):
        key = key.value
    if isinstance(key, (str, int)) and not isinstance(key, bool):
        return _encodable(_text(key, path), path)
    raise invalid(path, 'has a key of type %s; a key is a str or an int' % type(key).__name__)


def _join(path: str, key: str) -> str:
    return path + ':' + key if path else key


def invalid(path: str, problem: str) -> ValidationException:
    """Return the error that says what is wrong with the value at ``path``.

    Keys inside a parameter may be people's data, too: the message has only the parameter's name.
    """
    name = printable(path.partition(':')[0])
    return ValidationException('%s %s' % (name or 'the data', problem), path)


def printable(name: str) -> str:
    """Return a parameter's name as a message can show it."""
    return ascii(name)[1:-1]


def escape_unprintable(line: str) -> str:
    """Return ``line`` as a terminal can show it: a stranger's text could command it."""
    return ''.join(
        [character if character.isprintable() else ascii(character)[1:-1] for character in line]
    )
