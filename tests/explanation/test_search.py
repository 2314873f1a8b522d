"""What the search shows of names, and where it ends."""

import json
from typing import Any, Dict, List
from urllib.parse import quote_plus, urlencode

import pytest
from rows import each_of

from payment_page_sdk.explanation import Explanation
from payment_page_sdk.explanation.search import (
    TOO_MANY,
    list_paths,
    mask_path,
    unescape_html,
)
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

HANDLER = SignatureHandler('secret')
GATE = Gate('secret', previous_secrets=['old'])


@each_of(
    [
        ('', ''),
        ('payment', 'payment'),
        ('payment:sum:amount', 'payment:sum:amount'),
        ('a_B-9', 'a_B-9'),
        ('a[b][0][]', 'a[b][0][]'),
        ('return.url', 'return.url'),
        ('a::b', 'a::b'),
        ('k' * 40, 'k' * 40),
        ('k' * 41, '***'),
        ('expires_2026', 'expires_2026'),
        ('order12345', '***'),
        ('1a2b3c4d5', '***'),
        ('payment:ada@example:id', 'payment:***:id'),
        ('a[Ada Lovelace][b]', 'a[***][b]'),
        ('имя', '***'),
        ('a\n', '***'),
        ('customer:4111111111111111', 'customer:***'),
    ]
)
def test_of_a_path_only_words_are_shown(path: str, shown: str) -> None:
    assert mask_path(path) == shown


@each_of(
    [
        ([], ''),
        (['a'], 'a'),
        (['a', 'ada@example', 'b:c', 'd', 'e'], 'a, ***, b:c, d, e'),
        (['a', 'b', 'c', 'd', 'e', 'f'], 'a, b, c, d, e, ...'),
        (['a:' * 100 + 'b'], 'a:' * 100),
        (['a:' * 99 + 'bc:d'], 'a:' * 99 + 'bc'),
    ]
)
def test_five_paths_are_listed_and_of_each_200_characters(paths: List[str], shown: str) -> None:
    assert list_paths(paths) == shown


@each_of(
    [
        ('&quot;&#34;', '""'),
        ('&#39;&#x27;&#039;', "'''"),
        ('&lt;&gt;&amp;', '<>&'),
        ('&amp;lt;&amp;amp;', '&lt;&amp;'),
        ('&copy; & &', '&copy; & &'),
    ]
)
def test_html_is_unescaped_once(escaped: str, text: str) -> None:
    assert unescape_html(escaped) == text


# Where the search ends: the last size that is searched, and the first that is not.


def members_with(size: int, **later: str) -> Dict[str, Any]:
    """Return a callback of so many entries, of which some were added after it was signed."""
    signed = {'k%d' % number: 1 for number in range(size - len(later))}
    return dict(signed, signature=HANDLER.sign(signed), **later)


def explained(members: Dict[str, Any]) -> List[Explanation]:
    """Explain a callback and a link with these members."""
    return [GATE.explain_callback(members), GATE.explain_url('?' + urlencode(members))]


def test_ten_thousand_entries_are_searched() -> None:
    for found in explained(members_with(10000, a='')):
        assert found.causes == ('null or empty members were added after signing',)
    for found in explained(members_with(10001, a='')):
        assert found.causes == ()
        assert found.hints[-1] == TOO_MANY


@pytest.mark.parametrize('size, causes', [(1000, 1), (1001, 0)])
def test_of_a_thousand_entries_each_may_have_been_added(size: int, causes: int) -> None:
    members = members_with(size, a='x')
    for found in explained(dict([('a', members.pop('a'))], **members)):
        assert len(found.causes) == causes


@pytest.mark.parametrize('before, causes', [(31, 1), (32, 0)])
def test_the_first_32_members_may_have_been_added(before: int, causes: int) -> None:
    members = members_with(before + 1, z='x')
    signature = members.pop('signature')
    for found in explained(dict(members, signature=signature)):
        assert len(found.causes) == causes


@pytest.mark.parametrize('before, causes', [(31, 1), (32, 0)])
def test_the_first_32_members_are_looked_into(before: int, causes: int) -> None:
    members = {'k%d' % number: 1 for number in range(before)}  # type: Dict[str, Any]
    members['data'] = members_with(1)
    assert len(GATE.explain_callback(members).causes) == causes


@pytest.mark.parametrize('before, cause', [(31, 'with the JSON inside'), (32, 'not JSON')])
def test_the_first_32_pairs_of_a_form_are_looked_into(before: int, cause: str) -> None:
    form = 'a=1&' * before + urlencode({'data': json.dumps(members_with(1))})
    assert cause in GATE.explain_callback(form).causes[0]


# What happened to a signature, or to what was signed

SIGNATURE = HANDLER.sign({'a': 1})  # has a "+" and a "/"
CHANGED = (
    'the signature was right, but was changed on the way: a "+" became a space, a "/" or "=" was '
    'replaced or lost, or white space was added around it'
)
NOT_A_SIGNATURE = (
    'this is not a signature: a signature has 88 characters, is Base64 and ends in "=="'
)


@each_of(
    [
        (SIGNATURE.replace('+', ' '), [CHANGED]),
        (SIGNATURE.replace('+', '-').replace('/', '_'), [CHANGED]),
        (quote_plus(SIGNATURE), [CHANGED]),
        (quote_plus(SIGNATURE).lower().replace('%', '%25'), [NOT_A_SIGNATURE]),
        (' %s\n' % SIGNATURE, [CHANGED]),
        (SIGNATURE.rstrip('='), [CHANGED]),
        (SIGNATURE[:-1], [CHANGED]),
        (SIGNATURE + '=', [CHANGED]),
        (SIGNATURE[:-3], [NOT_A_SIGNATURE]),
        (SIGNATURE[:-3] + '===', [NOT_A_SIGNATURE]),
        ('x' + SIGNATURE, [NOT_A_SIGNATURE]),
        (SIGNATURE[:-3] + '!==', [NOT_A_SIGNATURE]),
        (SIGNATURE[:-3] + '\n==', [NOT_A_SIGNATURE]),
        (SIGNATURE.swapcase(), []),
        (SIGNATURE.swapcase()[:-2], []),
    ]
)
def test_what_happened_to_a_signature(signature: str, causes: Any) -> None:
    assert list(GATE.explain_callback({'a': 1, 'signature': signature}).causes) == causes


WORDS = 'a boolean or null was sent as a word (True, None, null), but signed as 1, 0 or nothing'
ESCAPED = 'the texts were HTML-escaped (&amp;, &quot;) after signing'
LATIN = 'the texts are UTF-8, but were read as Latin-1'
EMPTY = 'null or empty members were added after signing'


@each_of(
    [
        ({'a': 'True', 'b': 'true', 'c': 'x'}, {'a': '1', 'b': '1', 'c': 'x'}, WORDS),
        ({'a': 'False', 'b': 'false'}, {'a': '0', 'b': '0'}, WORDS),
        ({'a': 'None', 'b': 'null'}, {'a': '', 'b': ''}, WORDS),
        ({'a': '&lt;b&gt;', 'c': '&'}, {'a': '<b>', 'c': '&'}, ESCAPED),
        ({'a': 'Ã©', 'b': 'Ж', 'c': 'é'}, {'a': 'é', 'b': 'Ж', 'c': 'é'}, LATIN),
        ({'a': '', 'b': '0', 'c': ''}, {'b': '0'}, EMPTY),
        ({'a': 'true'}, {'a': 'TRUE'}, None),
    ]
)
def test_what_happened_to_the_texts(came: Any, signed: Any, cause: Any) -> None:
    for handler in (HANDLER, SignatureHandler('old')):
        for found in explained(dict(came, signature=handler.sign(signed))):
            assert found.causes == ((cause,) if cause else ())
