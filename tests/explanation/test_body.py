"""What keeps a body from being a JSON object, and what it is without that."""

from base64 import b64encode
from typing import Any, Optional

from rows import each_of

from payment_page_sdk.explanation.body import find_object, unwrap

# The words for each, which the table below does not repeat.
SENTENCES = {
    'empty': 'the body is empty: something else has read the stream, or nothing was sent',
    'gzip': 'the body is compressed (gzip)',
    'binary': 'the body is UTF-16, UTF-32 or binary data, not UTF-8',
    'not UTF-8': 'the body is not UTF-8 from byte %d on: it has another encoding, or was cut off',
    'marks': 'the body starts with two byte order marks, or with one that was decoded wrongly',
    'dict': 'the dict cannot be written as JSON: pass the body as it arrived',
    'type': 'a body is bytes or a str, not %s: pass it as it arrived',
    'headers': 'the body begins with HTTP headers',
    'Python': "the body is not JSON, but what Python's str() makes of a dict or bytes",
    'HTML': 'the body is HTML or XML',
    'multipart': 'the body is a multipart form',
    'escaped': 'the body is HTML-escaped (&quot;)',
    'Base64': 'the body is encoded in Base64, as AWS API Gateway does (isBase64Encoded)',
    'form': 'the body is form-encoded, not JSON',
    'form with JSON': 'the body is form-encoded, with the JSON inside',
    'link': 'the body is form-encoded: it may be the parameters of a link',
    'deep': 'the body is nested too deeply',
    'number': 'the body contains NaN, Infinity, or a number that is too long or large',
    'cut off': 'the body ends too early, at character %d: it was cut off',
    'not JSON': 'the body is not JSON from character %d on',
    'twice': 'the body is a JSON string with the JSON inside: it was encoded twice',
    'no object': 'the body is JSON, but %s, not an object',
    'surrogate': 'the body is JSON, but contains an unpaired surrogate',
}

BODY = '{"a":1}'
ENCODED = 'eyJhIjoxfQ=='
assert b64encode(BODY.encode()).decode() == ENCODED


# A body; what is wrong, the key of a sentence; what the sentence says of it; what is inside.
@each_of(
    [
        (b'', 'empty', None, None),
        ('', 'empty', None, None),
        (' \r\n', 'empty', None, None),
        ('\ufeff', 'empty', None, None),
        (b'\x1f\x8b', 'gzip', None, None),
        (b'\x1f\x8b\0\xff' + BODY.encode(), 'gzip', None, None),
        (b'1\x1f\x8b', 'not UTF-8', 2, None),
        (b'\0', 'binary', None, None),
        (b'abc\0', 'binary', None, None),
        (b'abcd\0', 'not JSON', 0, None),
        (b'{\xff', 'not UTF-8', 1, None),
        (bytearray(b'1'), 'no object', 'a number', None),
        (memoryview(b'1'), 'no object', 'a number', None),
        (b'\xef\xbb\xbf1', 'no object', 'a number', None),
        ('\ufeff1', 'no object', 'a number', None),
        ('\ufeff\ufeff' + BODY, 'marks', None, BODY),
        ('ï»¿' + BODY, 'marks', None, BODY),
        ('\ufeffï»¿' + BODY, 'marks', None, BODY),
        ({'a': object()}, 'dict', None, None),
        (None, 'type', 'NoneType', None),
        (5, 'type', 'int', None),
        # Headers of a request
        ('Host: a\n\n' + BODY, 'headers', None, BODY),
        ('Host: a\r\n\r\n' + BODY, 'headers', None, BODY),
        ('Host: a\r\nX_a-b:\r\n\r\n' + BODY, 'headers', None, BODY),
        (':method: POST\n:path: /\n\n' + BODY, 'headers', None, BODY),
        ('POST / HTTP/1.1\n\n' + BODY, 'headers', None, BODY),
        ('POST / HTTP/1.1\r\nHost: a\r\n\r\n' + BODY, 'headers', None, BODY),
        ('Host: a\n\n', 'headers', None, ''),
        ('post / HTTP/1.1\n\n' + BODY, 'not JSON', 0, None),
        ('POST  HTTP/1.1\n\n' + BODY, 'not JSON', 0, None),
        ('POST / HTTP/\n\n' + BODY, 'not JSON', 0, None),
        ('::path: /\n\n' + BODY, 'not JSON', 0, None),
        ('Host: a\n' + BODY, 'not JSON', 0, None),
        ('Host a\n\n' + BODY, 'not JSON', 0, None),
        (': a\n\n' + BODY, 'not JSON', 0, None),
        (' Host: a\n\n' + BODY, 'not JSON', 1, None),
        # Other writings
        (" {'a': 1}", 'Python', None, None),
        ("b'{", 'Python', None, None),
        ('b"{', 'Python', None, None),
        ("b'x", 'not JSON', 0, None),
        (' <a', 'HTML', None, None),
        ('<', 'HTML', None, None),
        (' --x', 'multipart', None, None),
        ('--', 'multipart', None, None),
        (' {&quot;a&quot;:1}', 'escaped', None, ' ' + BODY),
        ('{&#34;a&#34;:1}', 'escaped', None, BODY),
        ('&quot;', 'escaped', None, '"'),
        ('&#34;', 'escaped', None, '"'),
        ('&amp;', 'not JSON', 0, None),
        ('1&quot;', 'not JSON', 1, None),
        (ENCODED, 'Base64', None, BODY),
        (' eyJh\nIjox\r\nfQ==\n', 'Base64', None, BODY),
        ('77u/ew==', 'Base64', None, '{'),
        # Forms
        ('a=b', 'form', None, None),
        ('a=b \n', 'form', None, None),
        ('a=', 'form', None, None),
        ('a.b*+~%[]-c=1', 'form', None, None),
        ('a=b&c d', 'form', None, None),
        ('a%7b', 'form', None, None),
        ('a=b c', 'not JSON', 0, None),
        ('a b=c', 'not JSON', 0, None),
        ('=a', 'not JSON', 0, None),
        ('%7', 'not JSON', 0, None),
        ('%7z', 'not JSON', 0, None),
        ('a=1&signature=x', 'link', None, None),
        ('signature', 'not JSON', 0, None),
        ('signature=&a={', 'link', None, None),
        ('a={x', 'form with JSON', None, '{x'),
        ('a=%7B%7D', 'form with JSON', None, '{}'),
        ('a=1&%7B%7D=', 'form with JSON', None, '{}'),
        ('a=1&b=eyJhIjoxfQ%3D%3D&c={', 'form with JSON', None, BODY),
        ('%7B%22a%22:1%7D', 'form with JSON', None, BODY),
        # JSON, or nearly
        ('[' * 2001, 'deep', None, None),
        ('NaN', 'number', None, None),
        ('[1e999]', 'number', None, None),
        ('9' * 5000, 'number', None, None),
        ('{"a', 'cut off', 3, None),
        ('{"a":"bcd', 'cut off', 9, None),
        (BODY[:-1], 'cut off', 6, None),
        (BODY[:-1] + ' \n', 'cut off', 8, None),
        (BODY[:-1] + ' x', 'not JSON', 7, None),
        ('{"a":x}', 'not JSON', 5, None),
        ('x', 'not JSON', 0, None),
        (BODY + 'x', 'not JSON', 7, None),
        ('1', 'no object', 'a number', None),
        ('1.5', 'no object', 'a number', None),
        ('true', 'no object', 'a boolean', None),
        ('null', 'no object', 'null', None),
        ('"a"', 'no object', 'a string', None),
        ('[]', 'no object', 'a list', None),
        ('[[1],2]', 'no object', 'a list', None),
        ('[%s]' % BODY, 'no object', 'a list', {'a': 1}),
        ('["{"]', 'no object', 'a list', '{'),
        ('"{"', 'twice', None, '{'),
        ('"%s"' % ENCODED, 'twice', None, BODY),
        ('{"a":"\\ud800"}', 'surrogate', None, None),
    ]
)
def test_what_is_wrong_with_a_body(data: Any, key: str, detail: Any, inside: Any) -> None:
    sentence = SENTENCES[key] if detail is None else SENTENCES[key] % detail
    assert unwrap(data) == (sentence, inside)


@each_of(
    [
        ('{', '{'),
        (' \n{x', ' \n{x'),
        ('x{', None),
        ('', None),
        ('eyJhIjoxfQ==', BODY),
        ('eyJh\tIjox fQ==', BODY),
        ('IHs=', ' {'),
        ('eyJhIjoxLCJiIjoyfQ==', '{"a":1,"b":2}'),
        ('eyJhIjoxfQ', None),  # not all of it
        ('eyJhIjoxfQ===', None),
        ('eyJhIjoxfQ==.', None),
        ('MQ==', None),  # 1
        ('/3s=', None),  # not UTF-8
        ('{=', '{='),
        ('=', None),
    ]
)
def test_what_may_be_an_object(text: str, found: Optional[str]) -> None:
    assert find_object(text) == found
