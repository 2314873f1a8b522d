"""The kinds of parameters that hold data: as JSON text, or as the Base64 of it."""

import re
from binascii import a2b_base64, b2a_base64
from collections import OrderedDict
from collections.abc import Mapping
from enum import Enum
from json import dumps
from operator import index

from payment_page_sdk._json import parse
from payment_page_sdk._wire import MAX_DEPTH, invalid, wire_value
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.parameters.kinds import Parameter, Textual, date_text
from payment_page_sdk.parameters.rules import DIGITS, finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Tuple, Union

    from payment_page_sdk.exceptions import Finding
    from payment_page_sdk.parameters.kinds import Attribute, IntegerInput, TextInput
    from payment_page_sdk.parameters.rules import Texts

    JsonInput = Union[str, Mapping[str, Any], List[Any], Tuple[Any, ...]]

    _JsonAttribute = Attribute[str, JsonInput]
    _TextOrJsonAttribute = Attribute[Union[str, int], Union[TextInput, JsonInput]]
else:
    _JsonAttribute = _TextOrJsonAttribute = object


class Json(Parameter, _JsonAttribute):
    """Data as JSON text: a dict or list, whose JSON text is held."""

    takes = 'a dict or a list, or its JSON text'

    def from_python(self, value: 'Any', name: str) -> 'Any':
        if not isinstance(value, (Mapping, list, tuple)):
            raise self._invalid(value, name)
        return self._encoded(json_text(value, name))

    def find(self, text: str, path: str, siblings: 'Texts') -> 'List[Finding]':
        from payment_page_sdk.parameters.schemas import SCHEMAS

        try:
            value = parse(self.decode(text))
        except (ValueError, RecursionError):
            return [finding(path, 'wrong_format', 'takes ' + self.takes)]
        if path not in SCHEMAS:
            return []
        if isinstance(value, dict) and list(value) == [path]:
            # The samples that the platform prints do this, those that it encodes do not.
            return [
                finding(
                    path,
                    'wrapped',
                    'takes its members directly, without an outer key of its own name',
                    is_warning=True,
                )
            ] + SCHEMAS[path].find_in_json(value[path], path, {})
        return SCHEMAS[path].find_in_json(value, path, {})

    def _encoded(self, text: str) -> str:
        return text

    def decode(self, text: str) -> str:
        """Return the JSON text that is held as ``text``. Raises ValueError if there is none."""
        return text


class Base64Json(Json):
    """Data as the Base64 of JSON text: a dict or list, whose Base64 text is held."""

    takes = 'a dict or a list, or the Base64 of its JSON text'

    def _encoded(self, text: str) -> str:
        return b2a_base64(text.encode())[:-1].decode()  # without its line break

    def decode(self, text: str) -> str:
        # What the codec accepts depends on the version of Python.
        if len(text) % 4 or not re.match('[A-Za-z0-9+/]*={0,2}\\Z', text):
            raise ValueError
        return a2b_base64(text).decode()


class IntegerOrJson(Json):
    """An integer, or data as JSON text: an int, or a dict or list, whose JSON text is held."""

    takes = 'an int, a dict or a list, or its JSON text'
    held_types = (str, int)  # type: Tuple[type, ...]

    if TYPE_CHECKING:

        def __get__(self, payment: object, owner: type) -> Any: ...

        def __set__(self, payment: object, value: Union[IntegerInput, JsonInput]) -> None: ...

    def from_python(self, value: 'Any', name: str) -> 'Any':
        if hasattr(type(value), '__index__') and not isinstance(value, bool):
            return index(value)
        return super().from_python(value, name)

    def find(self, text: str, path: str, siblings: 'Texts') -> 'List[Finding]':
        return [] if DIGITS.admits(text, siblings) else super().find(text, path, siblings)


class TextOrJson(Textual, _TextOrJsonAttribute):
    """A free text; a dict or list is held as its JSON text."""

    takes = 'a str, a dict or a list'

    def from_python(self, value: 'Any', name: str) -> 'Any':
        if isinstance(value, (Mapping, list, tuple)):
            return json_text(value, name)
        return super().from_python(value, name)


def json_text(value: 'Any', name: str) -> str:
    """Return the JSON text of ``value``, byte for byte that of ``json.dumps``.

    In addition, a date becomes DD-MM-YYYY, a Decimal a number, a member of an Enum its value, a
    UUID or a translated text its text. Raises ValidationException, naming the parameter ``name``,
    for what JSON cannot express.
    """
    problem = 'cannot be written as JSON'
    try:
        data = _plain(value, MAX_DEPTH)
        text = dumps(data, allow_nan=False)
        if '\\ud' in text:  # a surrogate, which may be unpaired
            dumps(data, ensure_ascii=False).encode()
        return text
    except _NoJson as error:
        problem += ': it contains a value of type %s' % error
    except (TypeError, ValueError, RecursionError):
        pass  # these errors would carry the value along
    raise invalid(name, problem)


class _NoJson(TypeError):
    """JSON cannot express a value of the type that this error names."""


def _plain(value: 'Any', depth: int) -> 'Any':
    """Return ``value`` in types that every encoder writes alike.

    Encoders that are not in C, such as PyPy's, believe a proxy's claim about its class, and not
    every interpreter survives the encoding of what is nested too deeply.
    """
    if value is None or issubclass(type(value), (str, int, float)):
        return value
    if isinstance(value, Enum):
        return _plain(value.value, depth)
    if not isinstance(value, (Mapping, list, tuple)):
        return _scalar(value)
    if not depth:
        raise RecursionError
    if isinstance(value, Mapping):
        return OrderedDict([(key, _plain(member, depth - 1)) for key, member in value.items()])
    return [_plain(member, depth - 1) for member in value]


def _scalar(value: 'Any') -> 'Any':
    from datetime import date, datetime

    if isinstance(value, date) and not isinstance(value, datetime):
        return date_text(value)
    try:
        text = wire_value(value, '')  # type: Any
    except ValidationException:
        text = None
    if text and hasattr(value, 'is_finite'):
        from decimal import Decimal

        number = int(text) if DIGITS.admits(text, {}) else float(text)
        if Decimal(repr(number)) == Decimal(text):
            return number
    elif text is not None and not hasattr(value, 'isoformat'):
        return text
    raise _NoJson(type(value).__name__)
