"""Why a callback or a link is accepted or refused, found by trying what usually goes wrong.

An explanation is for people who look for a fault. It says what the verifier says, and then undoes,
one after the other, what servers and frameworks are known to do to a body or a link, to see whether
the signature is right then. Nothing is accepted that way: only said. A sentence in ``causes`` was
found so; where nothing was found, ``hints`` say what to look at, and claim no more.

The secret keys stay in the signature handler, and no signature is shown: a right one least of all.
"""

import re
from collections import OrderedDict, namedtuple
from json import JSONDecoder
from urllib.parse import unquote, unquote_plus

from payment_page_sdk.bounded_json import parsed
from payment_page_sdk.callback import (  # one reading of a body, here and where it is verified
    Callback,
    _decoded,
    _find_hidden_member,
    _take_signature,
    _text,
)
from payment_page_sdk.exceptions import (
    AmbiguousCallback,
    CallbackException,
    InvalidSignature,
    MalformedCallback,
    MissingSignature,
)
from payment_page_sdk.payment_page import reads_as_entries
from payment_page_sdk.signature_handler import FORMS, SIGNATURE, NaturalString, PlainString
from payment_page_sdk.wire import MAX_DEPTH, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import (
        Any,
        Callable,
        Dict,
        Iterable,
        Iterator,
        List,
        NamedTuple,
        Optional,
        Sequence,
        Tuple,
        Type,
    )

    from payment_page_sdk.signature_handler import SignatureHandler

    Maker = Callable[[Dict[str, Any]], PlainString]
    Pairs = List[Tuple[str, str]]

    _Explanation = NamedTuple('_Explanation', [
        ('is_valid', bool), ('code', Optional[str]), ('signature_path', Optional[str]),
        ('form', Optional[str]), ('secret', Optional[int]), ('canonical', Optional[str]),
        ('causes', Sequence[str]), ('hints', Sequence[str])])
else:
    _Explanation = namedtuple(
        '_Explanation', 'is_valid code signature_path form secret canonical causes hints')

MALFORMED_LINK = 'malformed_link'

MASK = '***'

_FORM_NAMES = {PlainString: 'plain', NaturalString: 'natural'}  # type: Dict[Type[PlainString], str]

# Changes are tried, members left out one by one, and names listed as far as that stays quick and
# readable. Real callbacks and links have some hundred entries.
_MOST_ENTRIES = 10000
_MOST_TRIED = 32
_MOST_ENTRIES_TO_LEAVE_OUT = 1000
_MOST_NAMED = 5
_LONGEST_NAME = 200
_TOO_MANY = 'it has too many members to try what may have happened to it'

# What Python's str() of a dict or list starts with, and no JSON.
_PYTHON = ("{'", "['", "[{'", "[['")

_is_signature = re.compile(r'[A-Za-z0-9+/]{86}==\Z').match
_is_plain_key = re.compile(r'[A-Za-z0-9_-]{0,40}\Z').match
_is_project_id = re.compile(r'[0-9]{1,9}\Z').match
_keys_in = re.compile(r'([^[]+)((?:\[[^]]*\])+)').match


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


def explain_callback(
        data: 'Any', handler: 'SignatureHandler', show_texts: bool = False) -> Explanation:
    """Return why ``Callback(data, handler)`` is accepted or refused. Never raises."""
    code = MalformedCallback.code  # type: Optional[str]
    try:
        code = _code_of(data, handler)
        return _explained_callback(data, handler, show_texts, code)
    except Exception:  # of an object that is not what it claims to be, or where the stack is full
        return _unexplained(code)


def explain_url(url: 'Any', handler: 'SignatureHandler', show_texts: bool = False) -> Explanation:
    """Return why the Payment Page accepts or refuses a signed link. Never raises.

    The link is a text, whole or from the query on. It is read as the platform's PHP reads it: of a
    repeated name the last one counts.
    """
    try:
        return _explained_link(url, handler, show_texts)
    except Exception:
        return _unexplained(MALFORMED_LINK)


def _unexplained(code: 'Optional[str]') -> Explanation:
    return Explanation(code is None, code, None, None, None, None, (), (
        'what was given could not be examined: give the text or bytes as they came in',))


def _code_of(data: 'Any', handler: 'SignatureHandler') -> 'Optional[str]':
    try:
        Callback(data, handler)
    except CallbackException as error:
        return error.code
    return None


# Callbacks

def _explained_callback(data: 'Any', handler: 'SignatureHandler', show_texts: bool,
                        code: 'Optional[str]') -> Explanation:
    path = None  # type: Optional[str]
    signature = ''
    members = {}  # type: Dict[str, Any]
    strings = []  # type: List[PlainString]
    causes = []  # type: List[str]
    hints = []  # type: List[str]
    try:
        members = _decoded(data)
        path, signature = _take_signature(members)
    except MalformedCallback:
        causes.extend(_causes_in_body(data, handler))
    except MissingSignature:
        strings = _strings(_CALLBACK_FORMS, members)
        causes.extend(_causes_of_no_signature(members, handler))
        hints.append('is it a callback, and all of it? One has a signature, or a general.signature')
    else:
        strings = _strings(_CALLBACK_FORMS, members)
        if code == MalformedCallback.code:
            causes.append('it is nested too deep, or has keys or numbers that are too long')
        elif code == InvalidSignature.code:
            hints.extend(_callback_hints(members))
            if len(strings[0].entries) <= _MOST_ENTRIES:
                causes.extend(_causes_in_callback(data, members, signature, strings, handler))
            else:
                hints.append(_TOO_MANY)
        elif code == AmbiguousCallback.code:
            causes.extend(_causes_of_ambiguity(members, strings))
    if 'interface_type' in members:
        causes.append('it has an interface_type, as the parameters of a link have, and no callback')
    return _explanation(handler, code, path, signature, strings, show_texts, causes, hints)


def _causes_in_body(data: 'Any', handler: 'SignatureHandler') -> 'Iterator[str]':
    for sentence, inside in _unwrapped(data):
        if inside is not None and _code_of(inside, handler) is None:
            sentence += '; without that, it is accepted'
        yield sentence


def _unwrapped(data: 'Any') -> 'Iterator[Tuple[str, Any]]':
    """Yield what keeps ``data`` from being a JSON object, and what it is without that, or None."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        data = bytes(data)
        if data.startswith(b'\x1f\x8b'):
            yield 'the body is compressed (gzip)', None
            return
        if b'\0' in data[:4]:
            yield 'the body is in UTF-16 or UTF-32, or binary, and not in UTF-8', None
            return
        try:
            data = data.decode('utf-8-sig')
        except UnicodeDecodeError as error:
            yield ('the body is not UTF-8, from byte %d on: it has another encoding, or was cut'
                   % error.start), None
            return
    if isinstance(data, dict):
        yield 'it is a dict that holds what JSON cannot: pass the body as it came in', None
    elif not isinstance(data, str):
        yield ('it is of type %s: pass the body as it came in, as bytes or str'
               % printable(type(data).__name__)), None
    else:
        yield from _unwrapped_text(data[1:] if data.startswith('\ufeff') else data)


def _unwrapped_text(text: str) -> 'Iterator[Tuple[str, Any]]':
    start = text.lstrip()[:5]
    if not start:
        yield 'the body is empty: something has read the stream before, or nothing was sent', None
    elif text.startswith(('\ufeff', 'ï»¿')):
        yield ('the body starts with a byte order mark, twice or wrongly decoded',
               text.lstrip('\ufeffï»¿'))
    elif start.startswith(("{'", "b'{", 'b"{')):
        yield "it is what Python's str() makes of a dict or bytes, and no JSON", None
    elif start.startswith('<'):
        yield 'the body is HTML or XML', None
    elif start.startswith('--'):
        yield 'the body is a multipart form', None
    elif start.startswith(('{&quo', '{&#', '&quot', '&#')):
        yield 'the body is HTML-escaped (&quot;)', _html_unescaped(text)
    elif start[0] not in '{["' and ('=' in text or '%' in start):
        yield from _unwrapped_form(text)
    else:
        yield from _unwrapped_json(text)


def _unwrapped_form(text: str) -> 'Iterator[Tuple[str, Any]]':
    pairs = _pairs('&'.join(text.split('&', _MOST_TRIED)[:_MOST_TRIED]))
    inside = [part for pair in pairs for part in pair if part.lstrip().startswith('{')]
    if SIGNATURE in dict(pairs):
        yield 'the body is form-encoded: it may be the parameters of a link', None
    elif inside:
        yield 'the body is form-encoded, with the JSON in it', inside[0]
    else:
        yield 'the body is form-encoded, and no JSON', None


def _unwrapped_json(text: str) -> 'Iterator[Tuple[str, Any]]':
    value = None
    sentence = 'the body is JSON, but holds half a character (a lone surrogate)'
    try:
        value = parsed(text)
    except RecursionError:
        sentence = 'the body is nested too deep'
    except ValueError as error:
        position = getattr(error, 'pos', None)
        if position is None:
            sentence = 'the body holds NaN, Infinity, or a number that is too long or too large'
        elif position >= len(text.rstrip()) or str(error).startswith('Unterminated'):
            sentence = 'the body ends at character %d in the middle: it was cut' % len(text)
        else:
            sentence = 'the body is not JSON, from character %d on' % position
    if isinstance(value, str):
        yield 'the body is a JSON text with the JSON in it: it was encoded twice', value
    elif isinstance(value, list):
        yield 'the body is a JSON list', value[0] if len(value) == 1 else None
    elif value is None or isinstance(value, dict):
        yield sentence, None
    else:
        yield 'the body is a JSON number or the like', None


def _causes_of_no_signature(
        members: 'Dict[str, Any]', handler: 'SignatureHandler') -> 'Iterator[str]':
    general = members.get('general')
    for path, holder in [(SIGNATURE, members), ('general.' + SIGNATURE, general)]:
        found = holder.get(SIGNATURE) if isinstance(holder, dict) else None
        if found is not None:
            yield '%s is %s' % (path, 'no text' if found != '' else 'empty')
    for name in list(members)[:_MOST_TRIED]:
        if name == 'general':
            continue
        inside = members[name] if members[name] else name  # a form's only name may be the JSON
        if isinstance(inside, dict) or str(inside).lstrip().startswith('{'):
            code = _code_of(inside, handler)
            if code not in (MissingSignature.code, MalformedCallback.code):
                yield 'a callback stands inside the member %s; alone, it is %s' % (
                    _shown(name), 'refused: ' + code if code else 'accepted')


def _causes_in_callback(
        data: 'Any', members: 'Dict[str, Any]', signature: str, strings: 'List[PlainString]',
        handler: 'SignatureHandler') -> 'Iterator[str]':
    general = members.get('general')
    other = general.get(SIGNATURE) if isinstance(general, dict) else None
    if other is not None:
        right = isinstance(other, str) and _find(handler, _messages(strings), other)
        yield 'a signature stands at the root, which counts, and also in general%s' % (
            ', where it is right' if right else '')
    yield from _causes_in_both(members, signature, strings, handler, _CALLBACK_FORMS)
    numbers = _strings(_NUMBER_FORMS, members)
    if not isinstance(data, dict):
        as_written, is_repeated = _parsed_as_written(_text(data))
        if is_repeated:
            yield 'a name stands twice in one object, where the last one counts'
        _take_signature(as_written)
        numbers += _strings(_CALLBACK_FORMS, as_written)
    if _find(handler, _messages(numbers), signature):
        yield ('its decimal numbers were written otherwise when it was signed: something has '
               'parsed it, and written it again')


def _parsed_as_written(text: str) -> 'Tuple[Dict[str, Any], bool]':
    """Return a JSON object with its numbers as their texts, and whether a name is repeated in it.

    ``text`` was parsed before: its depth is within bounds.
    """
    repeated = []  # type: List[bool]

    def members_of(pairs: 'List[Tuple[str, Any]]') -> 'Dict[str, Any]':
        members = dict(pairs)
        repeated.extend([True] * (len(members) < len(pairs)))
        return members

    value = JSONDecoder(parse_int=str, parse_float=str, object_pairs_hook=members_of).decode(text)
    return value, bool(repeated)


def _causes_of_ambiguity(
        members: 'Dict[str, Any]', strings: 'List[PlainString]') -> 'Iterator[str]':
    paths = [entry[0] for entry in strings[0].entries if _find_hidden_member(':'.join(entry))]
    if paths:
        yield ('what stands at %s holds a ";" that starts what reads as another member: the '
               'signature would be right for that, too' % _listed(paths))


def _callback_hints(members: 'Dict[str, Any]') -> 'Iterator[str]':
    general = members.get('general')
    for holder in [members, general if isinstance(general, dict) else {}]:
        project_id = str(holder.get('project_id'))
        if _is_project_id(project_id):
            yield "it names the project %s: is the secret key that project's?" % project_id
    yield 'is the secret key complete, and that of the environment (test, live) that sent it?'
    yield 'is it the body as it came in, or has a framework or proxy parsed and written it again?'
    yield 'a member that is missing, added or changed makes any signature wrong; which, none tells'


# Links

def _explained_link(url: 'Any', handler: 'SignatureHandler', show_texts: bool) -> Explanation:
    if not isinstance(url, str):
        return _explanation(handler, MALFORMED_LINK, None, '', [], False, [
            'it is of type %s, not a text' % printable(type(url).__name__)])
    query = _query(url)
    pairs = _pairs(query)
    params = _params(pairs)
    signature = params.pop(SIGNATURE, None)
    path = SIGNATURE  # type: Optional[str]
    if not isinstance(signature, str) or not signature:
        path, signature = None, ''
    strings = _strings(FORMS, params)
    causes = list(_causes_in_names(pairs))
    code = None  # type: Optional[str]
    hints = []  # type: List[str]
    if not pairs or not strings:
        code = MALFORMED_LINK
        causes.append('it has no query with parameters' if strings else
                      'it holds half a character (a lone surrogate)')
    elif path is None:
        code = MissingSignature.code
        causes.append('it has no signature')
    elif not _find(handler, _messages(strings), signature):
        code = InvalidSignature.code
        hints.extend(_LINK_HINTS)
        if len(strings[0].entries) <= _MOST_ENTRIES:
            causes.extend(_causes_in_both(params, signature, strings, handler, FORMS))
        else:
            hints.append(_TOO_MANY)
    if code and len(pairs) <= _MOST_ENTRIES:
        causes.extend(_causes_in_writing(url, query, pairs, handler))
    if strings:
        guarded = [name for name, text in strings[0].entries if reads_as_entries(text)]
        if guarded:
            causes.append(
                'the text of %s holds a ";" that starts what reads as another parameter: whoever '
                "chose it could turn the link into another payment's" % _listed(guarded))
    return _explanation(handler, code, path, signature, strings, show_texts, causes, hints)


_LINK_HINTS = (
    'is the secret key that of the project, complete, and of the right environment?',
    'was a value changed, added or cut after the link was made? The order does not matter',
)


def _query(url: str) -> str:
    query = url.strip().partition('#')[0]
    return query.partition('?')[2] if '?' in query or '://' in query else query


def _pairs(query: str, decoded: 'Callable[[str], str]' = unquote_plus) -> 'Pairs':
    # Not parse_qsl: what that makes of a ";", or of very many pairs, differs between Pythons.
    parts = [pair.partition('=') for pair in query.split('&') if pair]
    return [(decoded(name), decoded(text)) for name, _, text in parts]


def _params(pairs: 'Pairs') -> 'Dict[str, Any]':
    """Return the parameters as PHP reads them: ``a[b][0]=x`` is {'a': {'b': {'0': 'x'}}}."""
    params = {}  # type: Dict[str, Any]
    for name, text in pairs:
        keys = _keys(name)
        if not keys[0] or len(keys) > MAX_DEPTH:
            continue
        holder = params
        for key in keys[:-1]:
            key = key or str(len(holder))
            if not isinstance(holder.get(key), dict):
                holder[key] = {}
            holder = holder[key]
        holder[keys[-1] or str(len(holder))] = text
    return params


def _keys(name: str) -> 'List[str]':
    match = _keys_in(name)
    first = match.group(1) if match else name
    first = re.sub('[. [\\0]', '_', first.lstrip(' '))
    return [first] + (re.findall(r'\[([^]]*)\]', match.group(2)) if match else [])


def _causes_in_names(pairs: 'Pairs') -> 'Iterator[str]':
    names = OrderedDict()  # type: Dict[str, int]
    for name, _ in pairs:
        names[name] = names.get(name, 0) + 1
    repeated = [name for name in names if names[name] > 1 and not name.endswith('[]')]
    if repeated:
        yield 'the name %s stands more than once; the last one counts' % _listed(repeated)
    renamed = [
        name for name in names if ''.join(
            key if not index else '[%s]' % key for index, key in enumerate(_keys(name))) != name]
    if renamed:
        yield 'the name %s arrives otherwise than it was sent, with "_" for "." and " "' % (
            _listed(renamed))


def _causes_in_writing(
        url: str, query: str, pairs: 'Pairs', handler: 'SignatureHandler') -> 'Iterator[str]':
    """Yield in which other way of writing or reading it the link would be right."""
    twice = _query(unquote(url))
    for sentence, other in [
            ('it is HTML-escaped (&amp;)', _pairs(_html_unescaped(query))),
            ('a "+" was meant as itself, and not as a space: it is sent as %2B', _pairs(
                query, unquote)),
            ('it was encoded twice', [
                (unquote_plus(name), unquote_plus(text)) for name, text in pairs]),
            ('it was encoded twice', _pairs(twice)),
            ('of a name that stands more than once, the first one was signed', pairs[::-1])]:
        if other != pairs and _is_right(_params(other), handler):
            yield sentence + '; otherwise, the signature is right'
            break
    if _is_right(dict(pairs), handler):
        yield 'its names were signed as they were sent, and not as they arrive'
    python = [name for name, text in pairs if text.startswith(_PYTHON)]
    if python:
        yield ("the text of %s is what Python's str() makes of a dict or list, as other SDKs send "
               'it; what was signed is its members' % _listed(python))


def _is_right(params: 'Dict[str, Any]', handler: 'SignatureHandler') -> bool:
    signature = params.pop(SIGNATURE, None)
    return isinstance(signature, str) and _find(
        handler, _messages(_strings(FORMS, params)), signature) is not None


# Both

class _NaturallySorted(NaturalString):
    """Sorted in the natural form, numbers in the plain one."""

    texts = PlainString.texts


class _NaturalNumbers(PlainString):
    """Sorted in the plain form, numbers in the natural one."""

    texts = NaturalString.texts


class _TwoDecimals(PlainString):
    """Decimal numbers with two decimals, as sums are written."""

    texts = dict(PlainString.texts)  # type: Dict[Type[Any], Callable[[Any], str]]
    texts[float] = '%.2f'.__mod__


class _NaturalTwoDecimals(NaturalString):
    """The same in natural order."""

    texts = _TwoDecimals.texts


_CALLBACK_FORMS = tuple(form.of_callback for form in FORMS)
_NUMBER_FORMS = tuple(form.of_callback for form in (
    _NaturallySorted, _NaturalNumbers, _TwoDecimals, _NaturalTwoDecimals))


def _strings(makers: 'Iterable[Maker]', data: 'Dict[str, Any]') -> 'List[PlainString]':
    """Return the canonical strings of ``data``, up to the first that it cannot have."""
    strings = []  # type: List[PlainString]
    try:
        for make in makers:
            strings.append(make(data))  # noqa: PERF401  # those before an error count
    except (ValueError, OverflowError, RecursionError):
        pass
    return strings


def _messages(strings: 'Iterable[PlainString]') -> 'Iterator[bytes]':
    return (string.message for string in strings)


def _find(handler: 'SignatureHandler', messages: 'Iterable[bytes]', signature: str,
          trimmed: bool = False) -> 'Optional[Tuple[int, int]]':
    """Return which of ``messages`` has the signature, and with which secret key, if any."""
    for index, message in enumerate(messages):
        position = handler.find_secret(message, signature, trimmed)
        if position is not None:
            return index, position
    return None


def _causes_in_both(
        data: 'Dict[str, Any]', signature: str, strings: 'List[PlainString]',
        handler: 'SignatureHandler', makers: 'Sequence[Maker]') -> 'Iterator[str]':
    if _find(handler, _messages(strings), signature, trimmed=True):
        yield ('the secret key has white space or quotes around it; without them, the signature is '
               'right')
    mended = _mended(signature)
    if mended != signature and _find(handler, _messages(strings), mended):
        yield ('the signature itself was changed on the way: its "+" (a space now), "/" or "=", or '
               'white space around it; before, it was right')
    elif not _is_signature(mended):
        yield 'what stands as the signature is none: one has 88 characters, Base64 that ends in =='
    for sentence, change in _CHANGES:
        changed = (change(string.entries) for string in strings)
        messages = (';'.join(map(':'.join, entries)).encode() for entries in changed)
        if _find(handler, messages, signature):
            yield sentence
    if len(strings[0].entries) <= _MOST_ENTRIES_TO_LEAVE_OUT:
        for name in list(data)[:_MOST_TRIED]:
            others = {key: data[key] for key in data if key != name}
            if _find(handler, _messages(_strings(makers, others)), signature):
                yield ('%s was not signed, and was added on the way: without it, the signature is '
                       'right' % _shown(name))


def _mended(signature: str) -> str:
    mended = unquote(signature).strip().replace(' ', '+').replace('-', '+').replace('_', '/')
    return mended.rstrip('=') + '=='


def _html_unescaped(text: str) -> str:
    # Not html.unescape, which takes quadratic time for a long number in some Pythons.
    for escaped, character in _HTML:
        text = text.replace(escaped, character)
    return text


_HTML = [
    ('&quot;', '"'), ('&#34;', '"'), ('&#39;', "'"), ('&#x27;', "'"), ('&#039;', "'"),
    ('&lt;', '<'), ('&gt;', '>'), ('&amp;', '&'),  # the last one: it may have escaped another
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
    ('a boolean or null is sent as a word (True, None, null); 1, 0 or nothing was signed',
     _each(_meant)),
    ('its texts were HTML-escaped (&amp;, &quot;) after it was signed', _each(_html_unescaped)),
    ('its texts are UTF-8 that was read as Latin-1', _each(_from_latin_1)),
    ('members that are null or empty were added after it was signed', _without_empty),
]


def _explanation(handler: 'SignatureHandler', code: 'Optional[str]', path: 'Optional[str]',
                 signature: str, strings: 'List[PlainString]', show_texts: bool,
                 causes: 'List[str]', hints: 'Sequence[str]' = ()) -> Explanation:
    found = _find(handler, _messages(strings), signature) if path else None
    form = canonical = secret = None
    string = strings[found[0] if found else 0] if strings else None
    if string:
        canonical = string.message.decode() if show_texts else ';'.join(
            [_shown(entry[0]) + ':' + MASK for entry in string.entries])
    if found and string:
        form, secret = _FORM_NAMES[type(string)], found[1]
        if secret:
            causes = causes + [
                'it was signed with the previous secret key %d, which is still in use' % secret]
    return Explanation(
        code is None, code, path, form, secret, canonical, tuple(causes),
        () if causes else tuple(hints))


def _shown(path: str) -> str:
    """Return a path or name with its words; other keys may be people's data, or a token."""
    return ''.join([
        part if index % 2 or _is_shown(part) else MASK
        for index, part in enumerate(re.split('([][:.]+)', path))])


def _is_shown(key: str) -> bool:
    return _is_plain_key(key) is not None and sum(map(str.isdigit, key)) <= 4


def _listed(paths: 'List[str]') -> str:
    shown = ', '.join([_shown(path[:_LONGEST_NAME]) for path in paths[:_MOST_NAMED]])
    return shown + (', ...' if len(paths) > _MOST_NAMED else '')


def _on_one_line(text: str) -> str:
    return ''.join([
        character if character.isprintable() else ascii(character)[1:-1] for character in text])
