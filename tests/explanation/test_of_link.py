"""All that is said of a link, in exact words."""

from typing import Any, Optional
from urllib.parse import quote, quote_plus, urlencode

from rows import each_of

from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

HANDLER = SignatureHandler('secret')
GATE = Gate('secret', previous_secrets=['old'])
WRONG = 'signature=' + 'x' * 86 + '=='
ADDRESS = 'https://host/payment?'

REPEATED = 'a name is repeated, and only the last one counts: '
RENAMED = 'a name does not arrive as it was sent ("." and " ", for example, become "_"): '
NO_QUERY = 'it has no query with parameters'
NO_SIGNATURE = 'it has no signature'
SURROGATE = 'it contains an unpaired surrogate'
NOT_A_SIGNATURE = (
    'this is not a signature: a signature has 88 characters, is Base64 and ends in "=="'
)
CHANGED = (
    'the signature was right, but was changed on the way: a "+" became a space, a "/" or "=" was '
    'replaced or lost, or white space was added around it'
)
ESCAPED = 'it is HTML-escaped (&amp;): unescaped, its signature is right'
PLUS = 'a "+" was signed, but a "+" in a link means a space: a real one is sent as %2B'
TWICE = 'it was encoded twice: decoded twice, its signature is right'
FIRST = 'a name is repeated: the first one was signed, but the last one counts'
AS_SENT = 'its names were signed as they were sent, not as they arrive'
PYTHON = (
    "the text of %s is what Python's str() makes of a dict or list, as other SDKs send it, but "
    'the members were signed'
)
GUARDED = (
    'the text of %s contains a ";" followed by what reads as another parameter: whoever chose it '
    'could turn the link into one for another payment'
)
ADDED = '%s was added after signing: without it, the signature is right'
PREVIOUS = 'it was signed with the previous secret key 1, which is still in use'


def query(handler: SignatureHandler = HANDLER, **params: str) -> str:
    return urlencode(params) + '&signature=' + quote_plus(handler.sign(params))


def signed(**params: Any) -> str:
    """Return the signature that stands at the end of a query."""
    return '&signature=' + quote_plus(HANDLER.sign(params))


@each_of(
    [
        (None, 'malformed_link', ['a link is a str, not NoneType']),
        (b'a=1', 'malformed_link', ['a link is a str, not bytes']),
        ('', 'malformed_link', [NO_QUERY]),
        ('https://host', 'malformed_link', [NO_QUERY]),
        (ADDRESS, 'malformed_link', [NO_QUERY]),
        (ADDRESS + '&&#a=1', 'malformed_link', [NO_QUERY]),
        ('a=\ud800&' + WRONG, 'malformed_link', [SURROGATE]),
        ('a', 'missing_signature', [NO_SIGNATURE]),
        ('a=1&signature', 'missing_signature', [NO_SIGNATURE]),
        ('a=1&signature[]=x', 'missing_signature', [NO_SIGNATURE]),
        ('a=1&signature=x', 'invalid_signature', [NOT_A_SIGNATURE]),
        # Names
        ('a=1&a=2&' + WRONG, 'invalid_signature', [REPEATED + 'a']),
        ('a=1&b=&a=1&b=1&a=3&c=4&' + WRONG, 'invalid_signature', [REPEATED + 'a, b']),
        ('a[b]=1&a[b]=2&c[]=1&c[]=2&' + WRONG, 'invalid_signature', [REPEATED + 'a[b]']),
        ('a=0&' + query(a='1'), None, [REPEATED + 'a']),
        (
            'a.b=1&a+b=1&a[b=2&[c]=1&d[e]f=1&' + WRONG,
            'invalid_signature',
            [RENAMED + 'a.b, ***, a[b, [c], d[e]f'],
        ),
        ('a.b=1' + signed(a_b='1'), None, [RENAMED + 'a.b']),
        ('a.b=1' + signed(**{'a.b': '1'}), 'invalid_signature', [RENAMED + 'a.b', AS_SENT]),
        # Other ways of writing or reading it
        (query(a='1').replace('&', '&amp;'), 'missing_signature', [NO_SIGNATURE, ESCAPED]),
        (quote(ADDRESS + query(a='1')), 'missing_signature', [NO_SIGNATURE, TWICE]),
        (quote_plus(ADDRESS + query(a='x y')), 'missing_signature', [NO_SIGNATURE, TWICE]),
        (query(a='%').replace('%', '%25'), 'invalid_signature', [TWICE]),
        ('a=x+y' + signed(a='x+y'), 'invalid_signature', [PLUS]),
        ('a=1&a=2' + signed(a='1'), 'invalid_signature', [REPEATED + 'a', FIRST]),
        ('a=1' + signed(a='1').replace('%2B', '+'), 'invalid_signature', [CHANGED, PLUS]),
        ('a=1' + signed(a='1').replace('%2B', '-'), 'invalid_signature', [CHANGED]),
        ('a=1' + signed(a='1').replace('%2F', '_'), 'invalid_signature', [CHANGED]),
        ('a=1' + signed(a='1').replace('%3D', ''), 'invalid_signature', [CHANGED]),
        ('a=1' + signed(a='1') + '%0A', 'invalid_signature', [CHANGED]),
        ('a=1&b=2' + signed(a='1'), 'invalid_signature', [ADDED % 'b']),
        (
            urlencode({'a': "{'b'", 'c': "['b'", 'd': "[{'b'", 'e': "[['b'", 'f': '["b"'})
            + '&'
            + WRONG,
            'invalid_signature',
            [PYTHON % 'a, c, d, e'],
        ),
        (query(a="{'b': 1}"), None, []),
        # Accepted or not, it is told
        (query(a=';payment_amount:1', b='x', c=';b:'), None, [GUARDED % 'a, c']),
        (
            urlencode({'a': ';payment_amount:1'}) + signed(),
            'invalid_signature',
            [ADDED % 'a', GUARDED % 'a'],
        ),
        (query(SignatureHandler('old'), a='1'), None, [PREVIOUS]),
        (query(SignatureHandler('old'), a=';b:'), None, [GUARDED % 'a', PREVIOUS]),
    ]
)
def test_what_is_found(url: Any, code: Optional[str], causes: Any) -> None:
    explained = GATE.explain_url(url)
    assert explained.code == code
    assert explained.is_valid is (code is None)
    assert list(explained.causes) == causes
    assert explained.hints == ()


@each_of(
    [
        (WRONG, ''),
        ('a=1&' + WRONG, 'a:***'),
        ('a=%FF&b[]=1&b[]=2&' + WRONG, 'a:***;b:0:***;b:1:***'),
        ("a=x{'b'&_c=1&" + WRONG, 'a:***'),
    ]
)
def test_what_to_look_at(url: str, canonical: str) -> None:
    hints = (
        (
            'is the secret key complete, and does it belong to this project and environment (test, '
            'live)?'
        ),
        'was anything changed, added or cut off after the link was made? The order does not matter',
    )
    assert GATE.explain_url(url) == (
        (False, 'invalid_signature', 'signature', None, None, canonical, (), hints)
    )


@each_of(
    [
        (query(a='1'), (True, None, 'signature', 'plain', 0, 'a:***')),
        (signed(), (True, None, 'signature', 'plain', 0, '')),
        ('_a=1&b=2' + signed(b='2'), (True, None, 'signature', 'plain', 0, 'b:***')),
        ('_a=1&b=2' + signed(_a='1', b='2'), (True, None, 'signature', 'plain', 0, '_a:***;b:***')),
        (query(SignatureHandler('old'), a='1'), (True, None, 'signature', 'plain', 1, 'a:***')),
        ('a=1', (False, 'missing_signature', None, None, None, 'a:***')),
        ('', (False, 'malformed_link', None, None, None, '')),
        ('a=\ud800&' + WRONG, (False, 'malformed_link', 'signature', None, None, None)),
        (5, (False, 'malformed_link', None, None, None, None)),
    ]
)
def test_the_fields(url: Any, fields: Any) -> None:
    assert GATE.explain_url(url)[:6] == fields


def test_texts_are_shown_only_when_asked_for() -> None:
    assert GATE.explain_url('b=x&a=1&' + WRONG, show_texts=True).canonical == 'a:1;b:x'
    assert GATE.explain_url('b=x&a=1&' + WRONG, False).canonical == 'a:***;b:***'
    assert GATE.explain_url('b=x&a=1&' + WRONG).canonical == 'a:***;b:***'
