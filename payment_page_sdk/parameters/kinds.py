"""The kinds of parameters: what each takes, how it is sent, and what makes it invalid.

A kind is a class, a parameter its instance. When a parameter is set, it turns Python's own values
(an int, a bool, a date, a list, a dict) into what the payment holds, and refuses at once what
cannot be meant at all, such as a float for an amount. A str is held as it is: it may be the
finished text of any kind. When a payment is validated, the parameter's rules find what is wrong
with the text that would be sent.

The members of JSON parameters have these kinds, too: see schemas. JSON parameters themselves have
those in json_kinds.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from json import dumps
from operator import index

from payment_page_sdk._wire import invalid, wire_value
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.parameters.rules import (
    DATE,
    DEADLINE,
    DIGITS,
    MINOR_UNITS,
    URL,
    OneOf,
    finding,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date, datetime
    from typing import Any, Generic, List, Optional, Sequence, Tuple, TypeVar, Union, overload
    from uuid import UUID

    from typing_extensions import Final, Literal, Protocol

    from payment_page_sdk.exceptions import Finding
    from payment_page_sdk.parameters.rules import Rule, Texts

    # What each kind takes, for checkers. At run time it takes some more, such as None and proxies.
    TextInput = Union[str, int, Enum, UUID]
    IntegerInput = Union[int, str, Enum]
    FlagInput = Union[bool, Literal[0, 1, '0', '1'], Enum]
    DateInput = Union[date, str]
    DateTimeInput = Union[datetime, str]
    UrlInput = str
    ListInput = Union[str, Iterable[Union[str, int, Enum]]]

    Held = TypeVar('Held')
    Input = TypeVar('Input')
    Self = TypeVar('Self')

    class Attribute(Generic[Held, Input]):
        @overload
        def __get__(self: Self, payment: None, owner: type) -> Self: ...

        @overload
        def __get__(self, payment: object, owner: type) -> Held: ...

        def __get__(self, payment: Any, owner: type) -> Any: ...

        def __set__(self, payment: object, value: Input) -> None: ...

    Kind = TypeVar('Kind', covariant=True)
    Listed = TypeVar('Listed', contravariant=True)

    class ClosedList(Protocol[Kind, Listed]):
        """An attribute of this ``Kind`` that takes only what is ``Listed``, as the stub says.

        It is a protocol: a subclass of Payment that declares the parameter anew may take more.
        """

        @overload
        def __get__(self, payment: None, owner: type) -> Kind: ...

        @overload
        def __get__(self, payment: object, owner: type) -> Union[str, int]: ...

        def __set__(self, payment: object, value: Listed) -> None: ...

    _TextAttribute = Attribute[Union[str, int], TextInput]
    _IntegerAttribute = Attribute[Union[int, str], IntegerInput]
    _FlagAttribute = Attribute[Union[int, str], FlagInput]
    _DateAttribute = Attribute[str, DateInput]
    _DateTimeAttribute = Attribute[str, DateTimeInput]
    _UrlAttribute = Attribute[str, UrlInput]
    _ListAttribute = Attribute[str, ListInput]
else:
    _TextAttribute = _IntegerAttribute = _FlagAttribute = _DateAttribute = object
    _DateTimeAttribute = _UrlAttribute = _ListAttribute = object

PURCHASE = 'purchase'  # type: Final
PAYOUT = 'payout'  # type: Final
CARD_VERIFY = 'card_verify'  # type: Final
CARD_TOKENIZE = 'card_tokenize'  # type: Final
MODES = (PURCHASE, PAYOUT, CARD_VERIFY, CARD_TOKENIZE)  # type: Final
ALWAYS = MODES + ('',)  # also in a mode that is not known

_JSON_NAMES = {
    str: 'a string',
    int: 'an integer',
    float: 'a number',
    bool: 'true or false',
    dict: 'an object',
    list: 'an array',
}


class Parameter:
    """A parameter of any kind: an attribute of the class Payment.

    ``summary`` says what it is, ``rules`` what its text must be. ``required`` are the modes of the
    page that require it. ``required_with`` are other parameters that require it: each name with
    the values that do, or with none if any value does. ``modes`` are those that use it.
    ``replaced_by`` names its successor. With ``shown``, ``repr(payment)`` shows its value, which
    must tell nothing about a person.

    What has one of the ``held_types`` of its class, ``convert`` returns as it is.
    """

    __name__ = ''  # type: str
    takes = ''  # type: str
    own_rules = ()  # type: Tuple[Rule, ...]
    json_types = (str,)  # type: Tuple[type, ...]
    held_types = (str,)  # type: Tuple[type, ...]

    def __init__(
        self, summary: str = '', *rules: 'Rule', required: 'Sequence[str]' = (),
        required_with: 'Optional[Mapping[str, Sequence[str]]]' = None,
        modes: 'Sequence[str]' = MODES, replaced_by: str = '', shown: bool = False
    ) -> None:  # fmt: skip
        self.summary = summary
        self.rules = self.own_rules + rules  # type: Tuple[Rule, ...]
        self.required = required
        self.required_with = required_with or {}  # type: Mapping[str, Sequence[str]]
        self.modes = modes
        self.replaced_by = replaced_by
        self.shown = shown
        self.__doc__ = self.describe()  # what help() shows

    def __set_name__(self, owner: type, name: str) -> None:
        self.__name__ = name  # also for help(); Python 3.5 does without

    if not TYPE_CHECKING:
        # Python comes here only for a parameter that the payment's own dict does not have.
        def __get__(self, payment, owner):
            if payment is None:
                return self
            raise AttributeError  # so Python asks Payment.__getattr__, which knows the name

    def convert(self, value: 'Any', name: str) -> 'Any':
        """Return what the payment holds once ``value`` is set as its parameter ``name``.

        Raises ValidationException for a value that a parameter of this kind cannot hold.
        """
        if type(value) is str:
            return value
        if isinstance(value, Enum):
            return self.convert(value.value, name)
        if isinstance(value, str):
            return wire_value(value, name)  # of a subclass, or of a proxy that claims to be one
        return self.from_python(value, name)

    def from_python(self, value: 'Any', name: str) -> 'Any':
        """Return what is held for a ``value`` that is not a str. Some kinds take none."""
        raise self._invalid(value, name)

    def find(self, text: str, path: str, siblings: 'Texts') -> 'List[Finding]':
        """Return what the first broken rule says of the ``text`` at ``path``; see Rule.find."""
        for rule in self.rules:
            found = list(rule.find(text, path, siblings))
            if found:
                return found
        return []

    def find_in_json(self, value: 'Any', path: str, siblings: 'Texts') -> 'List[Finding]':
        """Return what is wrong with a ``value`` in JSON."""
        if type(value) not in self.json_types:
            names = ' or '.join([_JSON_NAMES[json_type] for json_type in self.json_types])
            return [finding(path, 'wrong_type', 'takes %s in JSON' % names)]
        return self.find_inside(value, path, siblings)

    def find_inside(self, value: 'Any', path: str, siblings: 'Texts') -> 'List[Finding]':
        """Return what is wrong with a ``value`` in JSON that has the right type."""
        return self.find(value if type(value) is str else dumps(value), path, siblings)

    def is_required(self, mode: str, siblings: 'Texts') -> bool:
        """Tell whether ``mode`` or one of ``siblings`` requires it.

        The mode is empty if it is not known, and for members of JSON.
        """
        if mode in self.required:
            return True
        if not self.required_with or (mode and mode not in self.modes):
            return False
        return all(rule.can_be_met(siblings) for rule in self.rules) and any(
            siblings.get(other) in values if values else siblings.get(other)
            for other, values in self.required_with.items()
        )

    def when_required(self) -> str:
        """Return when it is required, in words; an empty str if it never is."""
        phrases = []
        if self.required:
            phrases.append(
                'always' if self.required == ALWAYS else 'in ' + ', '.join(self.required)
            )
        for other, values in self.required_with.items():
            phrases.append(' '.join(['with', other, ' or '.join(values)]).rstrip())
        return ', '.join(phrases)

    def describe(self) -> str:
        """Return everything about it, as ``help(Payment.payment_amount)`` shows it."""
        lines = [self.summary, '', 'Kind: %s. Takes %s.' % (type(self).__name__, self.takes)]
        if self.rules:
            lines.append('Its text: ' + '; '.join([rule.expected for rule in self.rules]) + '.')
        if self.when_required():
            lines.append('Required ' + self.when_required() + '.')
        if self.modes != MODES:
            lines.append('Used in %s only.' % ', '.join(self.modes))
        if self.replaced_by:
            lines.append('Deprecated: set %s.' % self.replaced_by)
        return '\n'.join(lines)

    def _text_of(self, value: 'Any', name: str) -> str:
        try:
            text = wire_value(value, name)
            if isinstance(text, str):
                return text
        except ValidationException:
            pass  # that error does not say what would be right
        raise self._invalid(value, name)

    def _invalid(self, value: 'Any', name: str) -> 'ValidationException':
        return invalid(name, 'takes %s, not %s' % (self.takes, type(value).__name__))


class Textual(Parameter):
    """What the kinds of texts have in common."""

    takes = 'a str'
    # A number stays one, as in ecommpay-sdk 1.0.x; it becomes text in the link.
    held_types = (str, int, bool, type(None))  # type: Tuple[type, ...]

    def from_python(self, value: 'Any', name: str) -> 'Any':
        return value if type(value) in self.held_types else self._text_of(value, name)


class Text(Textual, _TextAttribute):
    """A text: a str, or an int, a UUID or a member of an Enum."""


class Choice(Text):
    """One of a few texts: a str or a member of an Enum."""

    def __init__(self, summary: str, *values: str, **common: 'Any') -> None:
        super().__init__(summary, OneOf(values), **common)


class Url(Parameter, _UrlAttribute):
    """An absolute URL: a str, or the URL object of a library."""

    takes = 'a URL as a str'
    own_rules = (URL,)  # type: Tuple[Rule, ...]
    held_types = (str, type(None))  # type: Tuple[type, ...]

    def from_python(self, value: 'Any', name: str) -> 'Any':
        if isinstance(value, (int, float)):
            raise self._invalid(value, name)
        return value if value is None else self._text_of(value, name)


class Integer(Parameter, _IntegerAttribute):
    """An integer: an int or its decimal digits, held as it was set."""

    takes = 'an int'
    own_rules = (DIGITS,)  # type: Tuple[Rule, ...]
    json_types = (int,)  # type: Tuple[type, ...]
    held_types = (str, int)  # type: Tuple[type, ...]

    def from_python(self, value: 'Any', name: str) -> 'Any':
        if hasattr(type(value), '__index__') and not isinstance(value, bool):
            return index(value)
        # ecommpay-sdk 1.0.x took a Decimal. Decimal('18.00') is refused: it may be in major units.
        text = '' if isinstance(value, (bool, float)) else self._text_of(value, name)
        if not DIGITS.admits(text, {}):
            raise self._invalid(value, name)
        return int(text)


class Amount(Integer):
    """An amount of money in minor units of the currency."""

    takes = 'an int in minor units, such as 1815 for 18.15 EUR'
    own_rules = (MINOR_UNITS,)  # type: Tuple[Rule, ...]


class Flag(Parameter, _FlagAttribute):
    """A switch: a bool, sent as 1 or 0."""

    takes = 'a bool, or 1 or 0'
    own_rules = (OneOf((0, 1)),)  # type: Tuple[Rule, ...]
    held_types = (str, bool)  # type: Tuple[type, ...]

    def from_python(self, value: 'Any', name: str) -> 'Any':
        if not isinstance(value, int) or value not in (0, 1):
            raise self._invalid(value, name)
        return value


class DateTime(Parameter, _DateTimeAttribute):
    """A date and time: a datetime or its ISO 8601 text, held as that text.

    The platform reads whole seconds, so microseconds are dropped. The offset of an aware datetime
    is kept; a naive one stays without.
    """

    takes = 'a datetime or its ISO 8601 text'
    own_rules = (DEADLINE,)  # type: Tuple[Rule, ...]

    def from_python(self, value: 'Any', name: str) -> 'Any':
        if not hasattr(value, 'isoformat') or not hasattr(value, 'year') or isinstance(value, type):
            raise self._invalid(value, name)
        text = (value.replace(microsecond=0) if hasattr(value, 'hour') else value).isoformat()
        if type(text) is not str:
            raise self._invalid(value, name)
        return text


class Date(Parameter, _DateAttribute):
    """A day: a date, held as DD-MM-YYYY."""

    takes = 'a date or its text, DD-MM-YYYY'
    own_rules = (DATE,)  # type: Tuple[Rule, ...]

    def from_python(self, value: 'Any', name: str) -> 'Any':
        from datetime import date

        if not isinstance(value, date):
            raise self._invalid(value, name)
        return date_text(value)


class CommaSeparated(Parameter, _ListAttribute):
    """A list of texts, held as one str with commas between them.

    ``of`` describes each of its items.
    """

    takes = 'a list of items, or one str with commas between them'

    def __init__(self, summary: str, of: Parameter, **common: 'Any') -> None:
        super().__init__(summary, **common)
        self.of = of

    def from_python(self, value: 'Any', name: str) -> 'Any':
        if not isinstance(value, Iterable) or isinstance(value, (Mapping, bytes, bytearray)):
            raise self._invalid(value, name)
        texts = [str(wire_value(self.of.convert(item, name), name)) for item in value]
        if ',' in ''.join(texts):
            raise invalid(name, 'has an item that contains a comma')
        return ','.join(texts)

    def find(self, text: str, path: str, siblings: 'Texts') -> 'List[Finding]':
        return [
            found
            for position, item in enumerate(text.split(','))
            for found in self.of.find(item, '%s:%d' % (path, position), siblings)
        ]


def date_text(value: 'date') -> str:
    """Return a day as the platform writes it."""
    return '%02d-%02d-%04d' % (value.day, value.month, value.year)
