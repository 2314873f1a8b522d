"""What explanations of callbacks and of links have in common.

An explanation is for people who look for a fault. It says what the verifier says, and then undoes,
one after the other, what servers and frameworks are known to do to a body or a link, to see whether
the signature is right then. Nothing is accepted that way: only said. A sentence in ``causes`` was
found so; where nothing was found, ``hints`` say what to look at, and claim no more.

The secret keys stay in the signature handler, and no signature is shown: a right one least of all.
"""

import re
from collections import OrderedDict
from urllib.parse import unquote, unquote_plus

from payment_page_sdk._records import NamedTuple
from payment_page_sdk.signature_handler import NaturalForm, PlainForm

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

    from payment_page_sdk.signature_handler import SignatureHandler

    Maker = Callable[[Dict[str, Any]], PlainForm]
    Pairs = List[Tuple[str, str]]

_Explanation = NamedTuple(
    '_Explanation',
    [
        ('is_valid', 'bool'),
        ('code', 'Optional[str]'),
        ('signature_path', 'Optional[str]'),
        ('form', 'Optional[str]'),
        ('secret', 'Optional[int]'),
        ('canonical', 'Optional[str]'),
        ('causes', 'Sequence[str]'),
        ('hints', 'Sequence[str]'),
    ],
)

MASK = '***'

# Changes are tried, members left out one by one, and names listed as far as that stays quick and
# readable. Real callbacks and links have some hundred entries.
MOST_ENTRIES = 10000
MOST_TRIED = 32
_MOST_ENTRIES_TO_LEAVE_OUT = 1000
_MOST_NAMED = 5
_LONGEST_NAME = 200
TOO_MANY = 'it has too many members to try what may have happened to it'

_FORM_NAMES = {PlainForm: 'plain', NaturalForm: 'natural'}  # type: Dict[Type[PlainForm], str]

_is_signature = re.compile(r'[A-Za-z0-9+/]{86}==\Z').match
_is_plain_key = re.compile(r'[A-Za-z0-9_-]{0,40}\Z').match


class Explanation(_Explanation):
    """Why a callback or a link is accepted or refused. It is true where that is accepted.

    - ``is_valid``: what ``handle_callback``, or for a link the Payment Page, decides;
    - ``code``: the error's code where it is refused (``invalid_signature``, ...), else None;
    - ``signature_path``: where the signature was found, ``signature`` or ``general.signature``;
    - ``form``: in which form of the canonical string it is right, ``plain`` or ``natural``;
    - ``secret``: with which secret key it is right: 0 the current one, 1 the first previous one;
    - ``canonical``: the canonical string (the plain one where the signature is wrong), each text as
      ``***`` unless it was asked for the texts;
    - ``causes``: what was found, as sentences; of an accepted one, what is worth knowing;
    - ``hints``: what to look at, where nothing was found.

    None stands for what does not exist. ``str`` is a text of several lines to read.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        return self.is_valid

    def __str__(self) -> str:
        lines = [
            'accepted' if self.is_valid else 'refused: %s' % self.code,
            'signature found: %s' % (self.signature_path or 'no'),
        ]
        if self.secret is not None:
            key = 'previous secret key %d' % self.secret if self.secret else 'current secret key'
            lines.append('signature right: in the %s form, with the %s' % (self.form, key))
        else:
            lines.append('signature right: no')
        if self.canonical is not None:
            lines.append('canonical string: ' + self.canonical)
        for title, sentences in [('found:', self.causes), ('to look at:', self.hints)]:
            if sentences:
                lines.append(title)
                lines.extend('- ' + sentence for sentence in sentences)
        # A stranger's text could command the terminal.
        return '\n'.join(map(_on_one_line, lines))

    def as_dict(self) -> 'Dict[str, Any]':
        """Return all of it as a dict that JSON can hold."""
        fields = OrderedDict(zip(self._fields, self))
        fields.update(causes=list(self.causes), hints=list(self.hints))
        return fields


def unexplained(code: 'Optional[str]') -> Explanation:
    """Return the verdict alone: looking for its causes has failed."""
    return Explanation(
        code is None,
        code,
        None,
        None,
        None,
        None,
        (),
        ('what was given could not be examined: give the text or bytes as they came in',),
    )


def pairs_of(query: str, decoded: 'Callable[[str], str]' = unquote_plus) -> 'Pairs':
    """Return the names and texts of a query, in its order."""
    # Not parse_qsl: what that makes of a ";", or of very many pairs, differs between Pythons.
    parts = [pair.partition('=') for pair in query.split('&') if pair]
    return [(decoded(name), decoded(text)) for name, _, text in parts]


def strings_of(makers: 'Iterable[Maker]', data: 'Dict[str, Any]') -> 'List[PlainForm]':
    """Return the canonical strings of ``data``, up to the first that it cannot have."""
    strings = []  # type: List[PlainForm]
    try:
        for make in makers:
            strings.append(make(data))  # noqa: PERF401  # those before an error count
    except (ValueError, OverflowError, RecursionError):
        pass
    return strings


def messages_of(strings: 'Iterable[PlainForm]') -> 'Iterator[bytes]':
    """Yield what is signed for each of the strings."""
    return (string.message for string in strings)


def find(
    handler: 'SignatureHandler', messages: 'Iterable[bytes]', signature: str, trimmed: bool = False
) -> 'Optional[Tuple[int, int]]':
    """Return which of ``messages`` has the signature, and with which secret key, if any."""
    for index, message in enumerate(messages):
        position = handler.find_secret(message, signature, trimmed)
        if position is not None:
            return index, position
    return None


def common_causes(
    data: 'Dict[str, Any]',
    signature: str,
    strings: 'List[PlainForm]',
    handler: 'SignatureHandler',
    makers: 'Sequence[Maker]',
) -> 'Iterator[str]':
    """Yield what may have happened to a callback and a link alike, each found by undoing it."""
    if find(handler, messages_of(strings), signature, trimmed=True):
        yield (
            'the secret key has white space or quotes around it; without them, the signature is '
            'right'
        )
    mended = _mended(signature)
    if mended != signature and find(handler, messages_of(strings), mended):
        yield (
            'the signature itself was changed on the way: its "+" (a space now), "/" or "=", or '
            'white space around it; before, it was right'
        )
    elif not _is_signature(mended):
        yield 'what stands as the signature is none: one has 88 characters, Base64 that ends in =='
    for sentence, change in _CHANGES:
        changed = (change(string.entries) for string in strings)
        messages = (';'.join(map(':'.join, entries)).encode() for entries in changed)
        if find(handler, messages, signature):
            yield sentence
    if len(strings[0].entries) <= _MOST_ENTRIES_TO_LEAVE_OUT:
        for name in list(data)[:MOST_TRIED]:
            others = {key: data[key] for key in data if key != name}
            if find(handler, messages_of(strings_of(makers, others)), signature):
                yield (
                    '%s was not signed, and was added on the way: without it, the signature is '
                    'right' % shown(name)
                )


def _mended(signature: str) -> str:
    mended = unquote(signature).strip().replace(' ', '+').replace('-', '+').replace('_', '/')
    return mended.rstrip('=') + '=='


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

_WORDS = {'True': '1', 'true': '1', 'False': '0', 'false': '0', 'None': '', 'null': ''}


def _meant(word: str) -> str:
    return _WORDS.get(word, word)


def _from_latin_1(text: str) -> str:
    try:
        return text.encode('latin-1').decode()
    except UnicodeError:
        return text


def _each(change: 'Callable[[str], str]') -> 'Callable[[Pairs], Pairs]':
    return lambda entries: [(path, change(text)) for path, text in entries]


def _without_empty(entries: 'Pairs') -> 'Pairs':
    return [entry for entry in entries if entry[1]]


_CHANGES = [
    (
        'a boolean or null is sent as a word (True, None, null); 1, 0 or nothing was signed',
        _each(_meant),
    ),
    ('its texts were HTML-escaped (&amp;, &quot;) after it was signed', _each(unescape_html)),
    ('its texts are UTF-8 that was read as Latin-1', _each(_from_latin_1)),
    ('members that are null or empty were added after it was signed', _without_empty),
]


def explanation_of(
    handler: 'SignatureHandler',
    code: 'Optional[str]',
    path: 'Optional[str]',
    signature: str,
    strings: 'List[PlainForm]',
    show_texts: bool,
    causes: 'List[str]',
    hints: 'Sequence[str]' = (),
) -> Explanation:
    """Return what was found as an Explanation: it finds out about form and secret key."""
    found = find(handler, messages_of(strings), signature) if path else None
    form = canonical = secret = None
    string = strings[found[0] if found else 0] if strings else None
    if string:
        canonical = (
            string.message.decode()
            if show_texts
            else ';'.join([shown(entry[0]) + ':' + MASK for entry in string.entries])
        )
    if found and string:
        form, secret = _FORM_NAMES[type(string)], found[1]
        if secret:
            causes = causes + [
                'it was signed with the previous secret key %d, which is still in use' % secret
            ]
    return Explanation(
        code is None,
        code,
        path,
        form,
        secret,
        canonical,
        tuple(causes),
        () if causes else tuple(hints),
    )


def shown(path: str) -> str:
    """Return a path or name with its words; other keys may be people's data, or a token."""
    return ''.join(
        [
            part if index % 2 or _is_shown(part) else MASK
            for index, part in enumerate(re.split('([][:.]+)', path))
        ]
    )


def _is_shown(key: str) -> bool:
    return _is_plain_key(key) is not None and sum(map(str.isdigit, key)) <= 4


def listed(paths: 'List[str]') -> str:
    """Return some paths, to be read in a sentence."""
    first = ', '.join([shown(path[:_LONGEST_NAME]) for path in paths[:_MOST_NAMED]])
    return first + (', ...' if len(paths) > _MOST_NAMED else '')


def _on_one_line(text: str) -> str:
    return ''.join(
        [character if character.isprintable() else ascii(character)[1:-1] for character in text]
    )
