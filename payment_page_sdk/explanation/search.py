"""The search for causes, as far as it is the same for callbacks and links."""

import re
from urllib.parse import unquote

from payment_page_sdk._canonical import NaturalForm, PlainForm
from payment_page_sdk.explanation import Explanation
from payment_page_sdk.signature_handler import AROUND_SECRETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import (
        Any,
        Callable,
        Dict,
        Iterable,
        Iterator,
        List,
        Optional,
        Sequence,
        Tuple,
        Type,
    )

    from payment_page_sdk._query import Pairs
    from payment_page_sdk.signature_handler import SignatureHandler

    Maker = Callable[[Dict[str, Any]], PlainForm]

# More than that is not searched or shown, so that it stays quick and readable. Real callbacks and
# links have some hundred entries.
MOST_ENTRIES = 10000
MOST_TRIED = 32
_MOST_ENTRIES_TO_LEAVE_OUT = 1000
_MOST_NAMED = 5
_LONGEST_NAME = 200

TOO_MANY = 'it has too many members to search for a cause'
UNREADABLE = 'this could not be examined: pass the text or the bytes as they arrived'

_MASK = '***'
_FORM_NAMES = {PlainForm: 'plain', NaturalForm: 'natural'}  # type: Dict[Type[PlainForm], str]

_is_signature = re.compile(r'[A-Za-z0-9+/]{86}==\Z').match
_is_plain_key = re.compile(r'[A-Za-z0-9_-]{0,40}\Z').match


def forms_of(makers: 'Iterable[Maker]', data: 'Dict[str, Any]') -> 'List[PlainForm]':
    """Return the forms of ``data``, up to the first that it cannot have."""
    forms = []  # type: List[PlainForm]
    try:
        for make in makers:
            forms.append(make(data))  # noqa: PERF401  # those before an error count
    except (ValueError, OverflowError, RecursionError):
        pass
    return forms


def find(
    handler: 'SignatureHandler', forms: 'Iterable[PlainForm]', signature: str, trimmed: bool = False
) -> 'Optional[Tuple[int, int]]':
    """Return which of ``forms`` has the signature, and with which secret key, if any.

    ``trimmed`` asks whether a key would give it without what surrounds the key.
    """
    return _find(handler, (form.message for form in forms), signature, trimmed)


def _find(
    handler: 'SignatureHandler', messages: 'Iterable[bytes]', signature: str, trimmed: bool = False
) -> 'Optional[Tuple[int, int]]':
    for index, message in enumerate(messages):
        position = handler.find_secret(message, signature, trimmed)
        if position is not None:
            return index, position
    return None


def causes_of_wrong_signature(
    handler: 'SignatureHandler',
    makers: 'Sequence[Maker]',
    data: 'Dict[str, Any]',
    forms: 'List[PlainForm]',
    signature: str,
) -> 'Iterator[str]':
    """Yield what may have happened to ``data``, each found by undoing it.

    ``forms`` are those that ``makers`` make of ``data``.
    """
    if find(handler, forms, signature, trimmed=True):
        yield (
            'the secret key has %s around it; without them, the signature is right' % AROUND_SECRETS
        )
    repaired = _repair(signature)
    if repaired != signature and find(handler, forms, repaired):
        yield (
            'the signature was right, but was changed on the way: a "+" became a space, a "/" or '
            '"=" was replaced or lost, or white space was added around it'
        )
    elif not _is_signature(repaired):
        yield ('this is not a signature: a signature has 88 characters, is Base64 and ends in "=="')
    for sentence, undo in _CHANGES:
        changed = (undo(form.entries) for form in forms)
        messages = (';'.join(map(':'.join, entries)).encode() for entries in changed)
        if _find(handler, messages, signature):
            yield sentence
    if len(forms[0].entries) <= _MOST_ENTRIES_TO_LEAVE_OUT:
        for name in list(data)[:MOST_TRIED]:
            others = {key: data[key] for key in data if key != name}
            if find(handler, forms_of(makers, others), signature):
                yield (
                    '%s was added after signing: without it, the signature is right'
                    % mask_path(name)
                )


def _repair(signature: str) -> str:
    repaired = unquote(signature).strip().replace(' ', '+').replace('-', '+').replace('_', '/')
    return repaired.rstrip('=') + '=='


def unescape_html(text: str) -> str:
    """Return ``text`` as it was before its HTML was escaped."""
    # Not html.unescape, which takes quadratic time for a long number in some Pythons.
    for escaped, character in _HTML:
        text = text.replace(escaped, character)
    return text


_HTML = [
    ('&quot;', '"'),
    ('&#34;', '"'),
    ('&#39;', "'"),
    ('&#x27;', "'"),
    ('&#039;', "'"),
    ('&lt;', '<'),
    ('&gt;', '>'),
    ('&amp;', '&'),  # the last one: it may have escaped another
]


def _replace_word(text: str) -> str:
    return _WORDS.get(text, text)


_WORDS = {'True': '1', 'true': '1', 'False': '0', 'false': '0', 'None': '', 'null': ''}


def _decode_again(text: str) -> str:
    try:
        return text.encode('latin-1').decode()
    except UnicodeError:
        return text


def _in_each_text(undo: 'Callable[[str], str]') -> 'Callable[[Pairs], Pairs]':
    return lambda entries: [(path, undo(text)) for path, text in entries]


def _drop_empty(entries: 'Pairs') -> 'Pairs':
    return [entry for entry in entries if entry[1]]


_CHANGES = [
    (
        'a boolean or null was sent as a word (True, None, null), but signed as 1, 0 or nothing',
        _in_each_text(_replace_word),
    ),
    (
        'the texts were HTML-escaped (&amp;, &quot;) after signing',
        _in_each_text(unescape_html),
    ),
    ('the texts are UTF-8, but were read as Latin-1', _in_each_text(_decode_again)),
    ('null or empty members were added after signing', _drop_empty),
]


def conclude(
    handler: 'SignatureHandler',
    code: 'Optional[str]',
    causes: 'Iterable[str]' = (),
    hints: 'Iterable[str]' = (),
    path: 'Optional[str]' = None,
    signature: str = '',
    forms: 'Sequence[PlainForm]' = (),
    show_texts: bool = False,
) -> Explanation:
    """Return what was found as an Explanation. Form and secret key are found here.

    ``code`` is None if it was accepted; ``path`` is None if it has no ``signature``.
    """
    causes = list(causes)
    found = find(handler, forms, signature) if path else None
    form_name = canonical = secret = None
    if forms:
        form = forms[found[0] if found else 0]
        canonical = (
            form.message.decode()
            if show_texts
            else ';'.join([mask_path(entry[0]) + ':' + _MASK for entry in form.entries])
        )
        if found:
            form_name, secret = _FORM_NAMES[type(form)], found[1]
            if secret:
                causes.append(
                    'it was signed with the previous secret key %d, which is still in use' % secret
                )
    return Explanation(
        code is None,
        code,
        path,
        form_name,
        secret,
        canonical,
        tuple(causes),
        () if causes else tuple(hints),
    )


def mask_path(path: str) -> str:
    """Return a path or name with its words; other keys may be people's data, or a token."""
    return ''.join(
        [
            part if index % 2 or _is_word(part) else _MASK
            for index, part in enumerate(re.split('([][:.]+)', path))
        ]
    )


def _is_word(key: str) -> bool:
    return _is_plain_key(key) is not None and sum(map(str.isdigit, key)) <= 4


def list_paths(paths: 'List[str]') -> str:
    """Return some paths or names, to be read in a sentence."""
    first = ', '.join([mask_path(path[:_LONGEST_NAME]) for path in paths[:_MOST_NAMED]])
    return first + (', ...' if len(paths) > _MOST_NAMED else '')
