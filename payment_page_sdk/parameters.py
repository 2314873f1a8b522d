"""The kinds of payment parameters: from a Python value to the text that is signed and sent.

A parameter travels as text. ``wire_value`` makes that text, in this one place, and its result is
both signed and sent: so a link always verifies. A value that has no honest text (bytes, NaN, a
set, ...) is refused here, with the name of its parameter.
"""

from collections.abc import Mapping
from enum import Enum
from math import isfinite

from payment_page_sdk.exceptions import UnsetParameter, ValidationException

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time, importing typing would cost more than the rest of the package
    from typing import Any, Dict, List, Optional, Type, Union, overload

    from payment_page_sdk.payment import Payment

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
            raise refusal(path.split(':', 1)[0], 'contains itself, or is nested too deep')
        if isinstance(value, Mapping):
            members = {_key(key, path): item for key, item in value.items()}
            if len(members) < len(value):
                raise refusal(path, 'has two keys with the same text')
            return {
                key: wire_value(item, _join(path, key), depth + 1) for key, item in members.items()
            }
        return [
            wire_value(item, _join(path, str(index)), depth + 1)
            for index, item in enumerate(value)
        ]
    return _encodable(_text(value, path), path)


def _text(value: 'Any', path: str) -> str:
    # The true type: a lazy proxy may claim another by its __class__.
    kind = type(value)  # type: Any
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise refusal(path, 'is too large a number')
        return int.__repr__(value)
    if issubclass(kind, float) and isfinite(value):
        return float.__repr__(value)
    if hasattr(kind, 'isoformat'):
        return str(value.isoformat())
    if hasattr(kind, 'is_finite') and value.is_finite():  # Decimal, without importing decimal
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER or value.as_tuple().exponent < -300:
            raise refusal(path, 'is too large a number, or has too many decimals')
        return format(value, 'f')
    if issubclass(kind, float) or hasattr(kind, 'is_finite'):
        raise refusal(path, 'is not a finite number')
    if not issubclass(kind, (bytes, bytearray)) and kind.__str__ is not object.__str__:
        try:
            return str.__str__(str(value))
        except TypeError:
            pass  # its __str__ returns something else
    raise refusal(path, 'is or holds a %s, which has no text to send' % kind.__name__)


def _encodable(text: str, path: str) -> str:
    try:
        text.encode()
        return text
    except UnicodeEncodeError:
        pass  # that error would carry the text along
    raise refusal(path, 'holds half a character (a lone surrogate)')


def _key(key: 'Any', path: str) -> str:
    """Return the text of a key in a dict at ``path``: a text, or an integer in decimal."""
    if isinstance(key, Enum):
        key = key.value
    if isinstance(key, (str, int)) and not isinstance(key, bool):
        return _encodable(_text(key, path), path)
    raise refusal(path, 'has a key of type %s; keys are texts' % type(key).__name__)


def _join(path: str, key: str) -> str:
    return path + ':' + key if path else key


def refusal(path: str, problem: str) -> ValidationException:
    """Return the error that says what is wrong with the value at ``path``.

    Keys inside of a parameter may be people's data, too: the message has the parameter's name only.
    """
    name = ascii(path.split(':', 1)[0])[1:-1]
    return ValidationException('%s %s' % (name or 'the data', problem), path)


def value_of(params: 'Dict[str, Any]', name: str) -> 'Any':
    """Return a payment's parameter; raise UnsetParameter, an AttributeError, without it."""
    if name not in params:
        raise UnsetParameter("the payment has no parameter '%s'" % name)
    return params[name]


class Parameter:
    """A parameter of any kind: it keeps the value that is set, until a link needs its text.

    An attribute of the class Payment; Payment gives it its ``name``. With ``shown``, the value
    may stand in ``repr(payment)``, since it tells nothing about a person.
    """

    name = ''

    def __init__(self, shown: bool = False) -> None:
        self.shown = shown

    def converted(self, value: 'Any') -> 'Any':
        """Return what the payment holds once ``value`` is set."""
        return value

    if TYPE_CHECKING:
        @overload
        def __get__(self, payment: None, owner: 'Type[Payment]') -> 'Parameter': ...

        @overload
        def __get__(self, payment: 'Payment', owner: 'Type[Payment]') -> 'Any': ...

        def __get__(self, payment: 'Optional[Payment]', owner: 'Type[Payment]') -> 'Any': ...

        def __set__(self, payment: 'Payment', value: 'Any') -> None: ...
    else:
        def __get__(self, payment, owner):
            return self if payment is None else value_of(payment.get_params(), self.name)


class DateTime(Parameter):
    """A date and time: set as a datetime or as its ISO 8601 text, held as that text.

    The platform reads whole seconds, so microseconds are dropped. The offset of an aware datetime
    is kept; a naive one stays without.
    """

    def converted(self, value: 'Any') -> 'Any':
        if isinstance(value, str):
            return value
        if not hasattr(value, 'isoformat') or not hasattr(value, 'year'):
            raise refusal(self.name, 'takes a datetime or its ISO 8601 text, not a value of type '
                          + type(value).__name__)
        return (value.replace(microsecond=0) if hasattr(value, 'hour') else value).isoformat()
