"""What keeps a body from being a JSON object."""

import re
from base64 import b64decode

from payment_page_sdk._canonical import SIGNATURE
from payment_page_sdk._json import parse
from payment_page_sdk._query import read_query
from payment_page_sdk._wire import printable
from payment_page_sdk.explanation.search import MOST_TRIED, unescape_html

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional, Tuple

_find_headers = re.compile(
    r'(?:[A-Z]+ \S+ HTTP/[0-9.]+\r?\n|:?[\w-]+:.*\n)(?::?[\w-]+:.*\n)*\r?\n'
).match
_is_base64 = re.compile(r'[A-Za-z0-9+/]+={0,2}\Z').match

# A pair, encoded but for a JSON object in it, or the start of a text that is encoded as a whole.
_is_form = re.compile(r'[\w.*+~%[\]-]+=(?:\{|[^\s&]*(?:&|\s*\Z))|[\w.*+~-]*%[0-9A-Fa-f]{2}').match

_TYPES = {str: 'a string', list: 'a list', bool: 'a boolean', type(None): 'null'}


def unwrap(data: 'Any') -> 'Tuple[str, Any]':
    """Return what keeps ``data`` from being a JSON object, and what it is without that, or None."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        data = bytes(data)
        if data.startswith(b'\x1f\x8b'):
            return 'the body is compressed (gzip)', None
        if b'\0' in data[:4]:
            return 'the body is UTF-16, UTF-32 or binary data, not UTF-8', None
        try:
            data = data.decode('utf-8-sig')
        except UnicodeDecodeError as error:
            return (
                'the body is not UTF-8 from byte %d on: it has another encoding, or was cut off'
                % error.start,
                None,
            )
    if isinstance(data, dict):
        return 'the dict cannot be written as JSON: pass the body as it arrived', None
    if not isinstance(data, str):
        return (
            'a body is bytes or a str, not %s: pass it as it arrived'
            % printable(type(data).__name__),
            None,
        )
    return _unwrap_text(data[1:] if data.startswith('\ufeff') else data)


def _unwrap_text(text: str) -> 'Tuple[str, Any]':
    start = text.lstrip()[:5]
    headers = _find_headers(text)
    inside = find_object(text)
    if not start:
        return 'the body is empty: something else has read the stream, or nothing was sent', None
    if text.startswith(('\ufeff', 'ï»¿')):
        return (
            'the body starts with two byte order marks, or with one that was decoded wrongly',
            text.lstrip('\ufeffï»¿'),
        )
    if headers:
        return 'the body begins with HTTP headers', text[headers.end() :]
    if start.startswith(("{'", "b'{", 'b"{')):
        return "the body is not JSON, but what Python's str() makes of a dict or bytes", None
    if start.startswith('<'):
        return 'the body is HTML or XML', None
    if start.startswith('--'):
        return 'the body is a multipart form', None
    if start.startswith(('{&quo', '{&#', '&quot', '&#')):
        return 'the body is HTML-escaped (&quot;)', unescape_html(text)
    if inside not in (None, text):
        return 'the body is encoded in Base64, as AWS API Gateway does (isBase64Encoded)', inside
    if _is_form(text):
        return _unwrap_form(text)
    return _unwrap_json(text)


def _unwrap_form(text: str) -> 'Tuple[str, Any]':
    pairs = read_query('&'.join(list(filter(None, text.split('&')))[:MOST_TRIED]))
    if SIGNATURE in dict(pairs):
        return 'the body is form-encoded: it may be the parameters of a link', None
    for inside in filter(None, [find_object(part) for pair in pairs for part in pair]):
        return 'the body is form-encoded, with the JSON inside', inside
    return 'the body is form-encoded, not JSON', None


def _unwrap_json(text: str) -> 'Tuple[str, Any]':
    try:
        value = parse(text)
    except RecursionError:
        return 'the body is nested too deeply', None
    except ValueError as error:
        position = getattr(error, 'pos', None)
        if position is None:
            return 'the body contains NaN, Infinity, or a number that is too long or large', None
        if position >= len(text.rstrip()) or str(error).startswith('Unterminated'):
            return 'the body ends too early, at character %d: it was cut off' % len(text), None
        return 'the body is not JSON from character %d on' % position, None
    if isinstance(value, dict):
        return 'the body is JSON, but contains an unpaired surrogate', None
    inside = find_object(value) if isinstance(value, str) else None
    if inside is not None:
        return 'the body is a JSON string with the JSON inside: it was encoded twice', inside
    if isinstance(value, list) and len(value) == 1:
        inside = value[0]
    return 'the body is JSON, but %s, not an object' % _TYPES.get(type(value), 'a number'), inside


def find_object(text: str) -> 'Optional[str]':
    """Return what seems to be a JSON object: ``text``, or what it is the Base64 of; or None."""
    if text.lstrip().startswith('{'):
        return text
    encoded = ''.join(text.split())  # a line of Base64 has 76 characters, or 64
    try:
        inside = b64decode(encoded).decode('utf-8-sig') if _is_base64(encoded) else ''
    except ValueError:  # it is no whole number of bytes, or these are not UTF-8
        return None
    return inside if inside.lstrip().startswith('{') else None
