"""Why a callback is accepted or refused: see explanation."""

import re
from json import JSONDecoder

from payment_page_sdk._json import parse
from payment_page_sdk._wire import printable
from payment_page_sdk.callback import (  # one reading of a body, here and where it is verified
    Callback,
    body_text,
    decode_body,
    find_hidden_member,
    take_signature,
)
from payment_page_sdk.exceptions import (
    AmbiguousCallback,
    CallbackException,
    InvalidSignature,
    MalformedCallback,
    MissingSignature,
)
from payment_page_sdk.explanation import (
    MOST_ENTRIES,
    MOST_TRIED,
    TOO_MANY,
    common_causes,
    explanation_of,
    find,
    listed,
    messages_of,
    pairs_of,
    shown,
    strings_of,
    unescape_html,
    unexplained,
)
from payment_page_sdk.signature_handler import FORMS, SIGNATURE, NaturalForm, PlainForm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Type

    from payment_page_sdk.explanation import Explanation
    from payment_page_sdk.signature_handler import SignatureHandler

_is_project_id = re.compile(r'[0-9]{1,9}\Z').match


def explain_callback(
    data: 'Any', handler: 'SignatureHandler', show_texts: bool = False
) -> 'Explanation':
    """Return why ``Callback(data, handler)`` is accepted or refused. Never raises."""
    code = MalformedCallback.code  # type: Optional[str]
    try:
        code = _code_of(data, handler)
        return _explained_callback(data, handler, show_texts, code)
    except Exception:  # of an object that is not what it claims to be, or where the stack is full
        return unexplained(code)


def _code_of(data: 'Any', handler: 'SignatureHandler') -> 'Optional[str]':
    try:
        Callback(data, handler)
    except CallbackException as error:
        return error.code
    return None


def _explained_callback(
    data: 'Any', handler: 'SignatureHandler', show_texts: bool, code: 'Optional[str]'
) -> 'Explanation':
    path = None  # type: Optional[str]
    signature = ''
    members = {}  # type: Dict[str, Any]
    strings = []  # type: List[PlainForm]
    causes = []  # type: List[str]
    hints = []  # type: List[str]
    try:
        members = decode_body(data)
        path, signature = take_signature(members)
    except MalformedCallback:
        causes.extend(_causes_in_body(data, handler))
    except MissingSignature:
        strings = strings_of(_CALLBACK_FORMS, members)
        causes.extend(_causes_of_no_signature(members, handler))
        hints.append('is it a callback, and all of it? One has a signature, or a general.signature')
    else:
        strings = strings_of(_CALLBACK_FORMS, members)
        if code == MalformedCallback.code:
            causes.append('it is nested too deep, or has keys or numbers that are too long')
        elif code == InvalidSignature.code:
            hints.extend(_callback_hints(members))
            if len(strings[0].entries) <= MOST_ENTRIES:
                causes.extend(_causes_in_callback(data, members, signature, strings, handler))
            else:
                hints.append(TOO_MANY)
        elif code == AmbiguousCallback.code:
            causes.extend(_causes_of_ambiguity(members, strings))
    if 'interface_type' in members:
        causes.append('it has an interface_type, as the parameters of a link have, and no callback')
    return explanation_of(handler, code, path, signature, strings, show_texts, causes, hints)


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
            yield (
                (
                    'the body is not UTF-8, from byte %d on: it has another encoding, or was cut'
                    % error.start
                ),
                None,
            )
            return
    if isinstance(data, dict):
        yield 'it is a dict that holds what JSON cannot: pass the body as it came in', None
    elif not isinstance(data, str):
        yield (
            (
                'it is of type %s: pass the body as it came in, as bytes or str'
                % printable(type(data).__name__)
            ),
            None,
        )
    else:
        yield from _unwrapped_text(data[1:] if data.startswith('\ufeff') else data)


def _unwrapped_text(text: str) -> 'Iterator[Tuple[str, Any]]':
    start = text.lstrip()[:5]
    if not start:
        yield 'the body is empty: something has read the stream before, or nothing was sent', None
    elif text.startswith(('\ufeff', 'ï»¿')):
        yield (
            'the body starts with a byte order mark, twice or wrongly decoded',
            text.lstrip('\ufeffï»¿'),
        )
    elif start.startswith(("{'", "b'{", 'b"{')):
        yield "it is what Python's str() makes of a dict or bytes, and no JSON", None
    elif start.startswith('<'):
        yield 'the body is HTML or XML', None
    elif start.startswith('--'):
        yield 'the body is a multipart form', None
    elif start.startswith(('{&quo', '{&#', '&quot', '&#')):
        yield 'the body is HTML-escaped (&quot;)', unescape_html(text)
    elif start[0] not in '{["' and ('=' in text or '%' in start):
        yield from _unwrapped_form(text)
    else:
        yield from _unwrapped_json(text)


def _unwrapped_form(text: str) -> 'Iterator[Tuple[str, Any]]':
    pairs = pairs_of('&'.join(text.split('&', MOST_TRIED)[:MOST_TRIED]))
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
        value = parse(text)
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
    members: 'Dict[str, Any]', handler: 'SignatureHandler'
) -> 'Iterator[str]':
    general = members.get('general')
    for path, holder in [(SIGNATURE, members), ('general.' + SIGNATURE, general)]:
        found = holder.get(SIGNATURE) if isinstance(holder, dict) else None
        if found is not None:
            yield '%s is %s' % (path, 'no text' if found != '' else 'empty')
    for name in list(members)[:MOST_TRIED]:
        if name == 'general':
            continue
        inside = members[name] if members[name] else name  # a form's only name may be the JSON
        if isinstance(inside, dict) or str(inside).lstrip().startswith('{'):
            code = _code_of(inside, handler)
            if code not in (MissingSignature.code, MalformedCallback.code):
                yield 'a callback stands inside the member %s; alone, it is %s' % (
                    shown(name),
                    'refused: ' + code if code else 'accepted',
                )


def _causes_in_callback(
    data: 'Any',
    members: 'Dict[str, Any]',
    signature: str,
    strings: 'List[PlainForm]',
    handler: 'SignatureHandler',
) -> 'Iterator[str]':
    general = members.get('general')
    other = general.get(SIGNATURE) if isinstance(general, dict) else None
    if other is not None:
        right = isinstance(other, str) and find(handler, messages_of(strings), other)
        yield 'a signature stands at the root, which counts, and also in general%s' % (
            ', where it is right' if right else ''
        )
    yield from common_causes(members, signature, strings, handler, _CALLBACK_FORMS)
    numbers = strings_of(_NUMBER_FORMS, members)
    if not isinstance(data, dict):
        as_written, is_repeated = _parsed_as_written(body_text(data))
        if is_repeated:
            yield 'a name stands twice in one object, where the last one counts'
        take_signature(as_written)
        numbers += strings_of(_CALLBACK_FORMS, as_written)
    if find(handler, messages_of(numbers), signature):
        yield (
            'its decimal numbers were written otherwise when it was signed: something has '
            'parsed it, and written it again'
        )


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


def _causes_of_ambiguity(members: 'Dict[str, Any]', strings: 'List[PlainForm]') -> 'Iterator[str]':
    paths = [entry[0] for entry in strings[0].entries if find_hidden_member(':'.join(entry))]
    if paths:
        yield (
            'what stands at %s holds a ";" that starts what reads as another member: the '
            'signature would be right for that, too' % listed(paths)
        )


def _callback_hints(members: 'Dict[str, Any]') -> 'Iterator[str]':
    general = members.get('general')
    for holder in [members, general if isinstance(general, dict) else {}]:
        project_id = str(holder.get('project_id'))
        if _is_project_id(project_id):
            yield "it names the project %s: is the secret key that project's?" % project_id
    yield 'is the secret key complete, and that of the environment (test, live) that sent it?'
    yield 'is it the body as it came in, or has a framework or proxy parsed and written it again?'
    yield 'a member that is missing, added or changed makes any signature wrong; which, none tells'


class _NaturallySorted(NaturalForm):
    """Sorted in the natural form, numbers in the plain one."""

    texts = PlainForm.texts


class _NaturalNumbers(PlainForm):
    """Sorted in the plain form, numbers in the natural one."""

    texts = NaturalForm.texts


class _TwoDecimals(PlainForm):
    """Decimal numbers with two decimals, as sums are written."""

    texts = dict(PlainForm.texts)  # type: Dict[Type[Any], Callable[[Any], str]]
    texts[float] = '%.2f'.__mod__


class _NaturalTwoDecimals(NaturalForm):
    """The same in natural order."""

    texts = _TwoDecimals.texts


_CALLBACK_FORMS = tuple(form.of_callback for form in FORMS)
_NUMBER_FORMS = tuple(
    form.of_callback
    for form in (_NaturallySorted, _NaturalNumbers, _TwoDecimals, _NaturalTwoDecimals)
)
