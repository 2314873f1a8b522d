"""Why a callback is accepted or refused."""

import re
from json import JSONDecoder

from payment_page_sdk._canonical import FORMS, SIGNATURE, NaturalForm, PlainForm
from payment_page_sdk.callback import (  # one reading of a body, here and where it is verified
    Callback,
    body_text,
    decode_body,
    looks_like_link,
    may_hide_member,
    take_signature,
)
from payment_page_sdk.exceptions import (
    AmbiguousCallback,
    CallbackException,
    InvalidSignature,
    MalformedCallback,
    MissingSignature,
)
from payment_page_sdk.explanation.body import find_object, unwrap
from payment_page_sdk.explanation.search import (
    MOST_ENTRIES,
    MOST_TRIED,
    TOO_MANY,
    UNREADABLE,
    causes_of_wrong_signature,
    conclude,
    find,
    forms_of,
    list_paths,
    mask_path,
)

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
        return _explain(data, handler, show_texts, code)
    except Exception:  # of an object that is not what it claims to be, or because the stack is full
        return conclude(handler, code, hints=[UNREADABLE])


def _code_of(data: 'Any', handler: 'SignatureHandler') -> 'Optional[str]':
    try:
        Callback(data, handler)
    except CallbackException as error:
        return error.code
    return None


def _explain(
    data: 'Any', handler: 'SignatureHandler', show_texts: bool, code: 'Optional[str]'
) -> 'Explanation':
    try:
        members = decode_body(data)
    except MalformedCallback:
        return conclude(handler, code, [_cause_in_body(data, handler)])
    path = None  # type: Optional[str]
    signature = ''
    causes = []  # type: List[str]
    hints = []  # type: List[str]
    try:
        path, signature = take_signature(members)
    except MissingSignature:
        causes.extend(_causes_of_no_signature(members, handler))
        hints.append('is this a complete callback? One has a signature or a general.signature')
    forms = forms_of(_MAKERS, members)
    if code == MalformedCallback.code:
        causes.append('it is nested too deeply, or has a key or number that is too long')
    elif code == InvalidSignature.code:
        hints.extend(_hints_for(members))
        if len(forms[0].entries) <= MOST_ENTRIES:
            causes.extend(_causes_of_wrong_signature(data, members, forms, signature, handler))
        else:
            hints.append(TOO_MANY)
    elif code == AmbiguousCallback.code:
        causes.extend(_causes_of_ambiguity(forms[0]))
    if forms and looks_like_link(forms[0]):
        causes.append(
            'its interface_type is a value, as in a signed link; in a callback, it is an object'
        )
    return conclude(handler, code, causes, hints, path, signature, forms, show_texts)


def _cause_in_body(data: 'Any', handler: 'SignatureHandler') -> str:
    sentence, inside = unwrap(data)
    code = _code_of(inside, handler)
    if code != MalformedCallback.code:
        sentence += '; without that, it would be ' + _verdict(code)
    return sentence


def _verdict(code: 'Optional[str]') -> str:
    return 'refused: ' + code if code else 'accepted'


def _causes_of_no_signature(
    members: 'Dict[str, Any]', handler: 'SignatureHandler'
) -> 'Iterator[str]':
    general = members.get('general')
    for path, holder in [(SIGNATURE, members), ('general.' + SIGNATURE, general)]:
        found = holder.get(SIGNATURE) if isinstance(holder, dict) else None
        if found is not None:
            yield '%s is %s' % (path, 'not a str' if found != '' else 'empty')
    for name in list(members)[:MOST_TRIED]:
        inside = members[name] if members[name] else name  # a form's only name may be the JSON
        found = find_object(inside) if isinstance(inside, str) else inside
        code = _code_of(found, handler)
        if code not in (MissingSignature.code, MalformedCallback.code):
            yield 'the member %s contains a callback%s; alone, it would be %s' % (
                mask_path(name),
                ' in Base64' if found != inside else '',
                _verdict(code),
            )


def _causes_of_wrong_signature(
    data: 'Any',
    members: 'Dict[str, Any]',
    forms: 'List[PlainForm]',
    signature: str,
    handler: 'SignatureHandler',
) -> 'Iterator[str]':
    general = members.get('general')
    other = general.get(SIGNATURE) if isinstance(general, dict) else None
    if other is not None:
        right = isinstance(other, str) and find(handler, forms, other)
        yield 'there is a signature at the root, which counts, and another one in general%s' % (
            ', which is right' if right else ''
        )
    yield from causes_of_wrong_signature(handler, _MAKERS, members, forms, signature)
    otherwise = forms_of(_MAKERS_OF_OTHER_NUMBERS, members)
    if not isinstance(data, dict):
        as_written, is_repeated = _parse_as_written(body_text(data))
        if is_repeated:
            yield 'a name is repeated in an object, and only the last one counts'
        take_signature(as_written)
        otherwise += forms_of(_MAKERS, as_written)
    if find(handler, otherwise, signature):
        yield (
            'its decimal numbers were written differently when it was signed: something has '
            'parsed it and written it again'
        )


def _parse_as_written(text: str) -> 'Tuple[Dict[str, Any], bool]':
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


def _causes_of_ambiguity(form: PlainForm) -> 'Iterator[str]':
    paths = [entry[0] for entry in form.entries if may_hide_member(':'.join(entry))]
    if paths:
        yield (
            '%s contains a ";" followed by what reads as another member: the signature would also '
            'be right for a callback with that member' % list_paths(paths)
        )


def _hints_for(members: 'Dict[str, Any]') -> 'Iterator[str]':
    general = members.get('general')
    for holder in [members, general if isinstance(general, dict) else {}]:
        project_id = str(holder.get('project_id'))
        if _is_project_id(project_id):
            yield 'its project_id is %s: does the secret key belong to that project?' % project_id
    yield (
        'is the secret key complete, and does it belong to the environment (test, live) that sent '
        'this?'
    )
    yield 'is this the body as it arrived, or has a framework or proxy parsed and rewritten it?'
    yield 'was a member removed, added or changed? A wrong signature cannot tell which one'


class _NaturallySorted(NaturalForm):
    """Sorted in the natural form, numbers in the plain one."""

    as_text = PlainForm.as_text


class _NaturalNumbers(PlainForm):
    """Sorted in the plain form, numbers in the natural one."""

    as_text = NaturalForm.as_text


class _TwoDecimals(PlainForm):
    """Decimal numbers with two decimals, as sums are written."""

    as_text = dict(PlainForm.as_text)  # type: Dict[Type[Any], Callable[[Any], str]]
    as_text[float] = '%.2f'.__mod__


class _NaturalTwoDecimals(NaturalForm):
    """The same in natural order."""

    as_text = _TwoDecimals.as_text


_MAKERS = tuple(form.of_callback for form in FORMS)
_MAKERS_OF_OTHER_NUMBERS = tuple(
    form.of_callback
    for form in (_NaturallySorted, _NaturalNumbers, _TwoDecimals, _NaturalTwoDecimals)
)
