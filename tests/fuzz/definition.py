"""The canonical string and the signature as the protocol defines them, word for word.

As simple as can be, and slow. Nothing of the package is in it but the texts of numbers in the
natural form, which test_signature_handler.py holds to PHP's.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from functools import cmp_to_key
from operator import itemgetter
from typing import Any, Callable, Dict, Iterator, List, Pattern, Tuple

from payment_page_sdk._canonical import NaturalForm

PLAIN, NATURAL = 'plain', 'natural'

_path_of = itemgetter(0)
_spaces = re.compile(b'[ \\t-\\r]*')
_digits = re.compile(b'[0-9]*')


def sign(secret: str, message: str) -> str:
    return b64encode(hmac.new(secret.encode(), message.encode(), hashlib.sha512).digest()).decode()


def message(data: Any, form: str = PLAIN) -> str:
    """The canonical string of JSON data."""
    return ';'.join(map(':'.join, entries(data, form)))


def entries(data: Any, form: str = PLAIN) -> List[Tuple[str, str]]:
    """The paths and texts in it."""
    leaves = _leaves(data, (), _plain_text if form == PLAIN else _natural_text)
    return sorted(leaves, key=_path_of if form == PLAIN else _natural_order)


def signed_part(value: Any, form: str, in_list: bool = False) -> Any:
    """What a verifier leaves of a callback's data, from which its own signature was taken out."""
    if isinstance(value, list):
        return [signed_part(item, form, True) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: signed_part(member, form, in_list)
        for key, member in value.items()
        if key != 'signature' or (in_list if form == PLAIN else member is None)
    }


def _leaves(
    value: Any, keys: Tuple[str, ...], text_of: Callable[[Any], str]
) -> Iterator[Tuple[str, str]]:
    if not isinstance(value, (dict, list)):
        yield ':'.join([key.replace(':', '::') for key in keys]), text_of(value)
        return
    members = value if isinstance(value, dict) else dict(enumerate(value))  # type: Dict[Any, Any]
    for key, member in members.items():
        if key != 'frame_mode':
            yield from _leaves(member, keys + (str(key),), text_of)


def _plain_text(value: Any) -> str:
    if value is None:
        return ''
    return str(int(value) if isinstance(value, bool) else value)


def _natural_text(value: Any) -> str:
    kind = type(value)
    return NaturalForm.as_text[kind](value) if kind in (int, float) else _plain_text(value)


@cmp_to_key
def _natural_order(one: Tuple[str, str], other: Tuple[str, str]) -> int:
    """Compare paths as PHP's strnatcmp does, byte by byte; a NUL is behind each."""
    if not (one[0] and other[0]):
        return len(one[0]) - len(other[0])
    a, b = (_without_zeros(path.encode()) + b'\0' for path, _ in (one, other))
    i, j = 0, 0
    while True:
        i, j = i + len(_run(_spaces, a, i)), j + len(_run(_spaces, b, j))
        digits, others = _run(_digits, a, i), _run(_digits, b, j)
        if digits and others:
            if digits[:1] != b'0' != others[:1] and len(digits) != len(others):
                return len(digits) - len(others)
            if digits != others:
                return -1 if digits < others else 1
            i, j = i + len(digits), j + len(digits)
            if _is_end(a, i) or _is_end(b, j):
                return _is_end(b, j) - _is_end(a, i)
        if a[i] != b[j]:
            return a[i] - b[j]
        i, j = i + 1, j + 1
        if i >= len(a) - 1 or j >= len(b) - 1:
            return (j >= len(b) - 1) - (i >= len(a) - 1)


def _run(pattern: Pattern[bytes], path: bytes, start: int) -> bytes:
    found = pattern.match(path, start)
    return found.group() if found else b''


def _is_end(path: bytes, index: int) -> bool:
    return index == len(path) - 1


def _without_zeros(path: bytes) -> bytes:
    return re.sub(b'\\A0+(?=[0-9])', b'', path)
