"""JSON from strangers, parsed in time and memory proportional to its size.

Its depth and the length of its numbers are limited. What Python's parser accepts beyond JSON (NaN,
Infinity, numbers that become infinite) is refused.
"""

import re
import sys
from json import JSONDecoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

# In characters, so that no number is slow to convert. Real ones have up to 20.
LONGEST_NUMBER = 300

# Deeper JSON could overflow the stack if the interpreter's own limit was raised or does not exist.
DEEPEST_JSON = 2000

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"?'


def parse(text: str) -> 'Any':
    """Return what is in a JSON text. Raises ValueError, and RecursionError for too deep a text."""
    if _is_too_deep(text):
        raise RecursionError
    return _decode(text)


def _refuse_number(literal: str) -> 'NoReturn':
    raise ValueError('not a JSON number, or not within bounds')


def _integer(literal: str) -> int:
    return int(literal) if len(literal) <= LONGEST_NUMBER else _refuse_number(literal)


def _float(literal: str) -> float:
    value = float(literal) if len(literal) <= LONGEST_NUMBER else _refuse_number(literal)
    return _refuse_number(literal) if abs(value) == float('inf') else value


_decode = JSONDecoder(
    # Interpreters since 2022 bound integers themselves, and to ask here costs 5 % of a callback.
    parse_int=None if hasattr(sys, 'get_int_max_str_digits') else _integer,
    parse_float=_float,
    parse_constant=_refuse_number,
).decode


def _is_too_deep(text: str) -> bool:
    if len(text) <= DEEPEST_JSON or text.count('[') + text.count('{') <= DEEPEST_JSON:
        return False  # and most are that short: the brackets are rarely looked at one by one
    depth = 0
    for bracket in re.findall('[][{}]', re.sub(_STRING, '', text, flags=re.DOTALL)):
        depth += 1 if bracket in '[{' else -1
        if depth > DEEPEST_JSON:
            return True
    return False
