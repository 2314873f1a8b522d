"""Why a link is accepted or refused: see explanation."""

import re
from collections import OrderedDict
from urllib.parse import unquote, unquote_plus

from payment_page_sdk._wire import MAX_DEPTH, printable
from payment_page_sdk.exceptions import InvalidSignature, MissingSignature
from payment_page_sdk.explanation import (
    MOST_ENTRIES,
    TOO_MANY,
    common_causes,
    explanation_of,
    find,
    listed,
    messages_of,
    pairs_of,
    strings_of,
    unescape_html,
    unexplained,
)
from payment_page_sdk.payment_page import reads_as_entries
from payment_page_sdk.signature_handler import FORMS, SIGNATURE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional

    from payment_page_sdk.explanation import Explanation, Pairs
    from payment_page_sdk.signature_handler import SignatureHandler

MALFORMED_LINK = 'malformed_link'

# What Python's str() of a dict or list starts with, and no JSON.
_PYTHON = ("{'", "['", "[{'", "[['")

_keys_in = re.compile(r'([^[]+)((?:\[[^]]*\])+)').match


def explain_url(url: 'Any', handler: 'SignatureHandler', show_texts: bool = False) -> 'Explanation':
    """Return why the Payment Page accepts or refuses a signed link. Never raises.

    The link is a text, whole or from the query on. It is read as the platform's PHP reads it: of a
    repeated name the last one counts.
    """
    try:
        return _explained_link(url, handler, show_texts)
    except Exception:
        return unexplained(MALFORMED_LINK)


def _explained_link(url: 'Any', handler: 'SignatureHandler', show_texts: bool) -> 'Explanation':
    if not isinstance(url, str):
        return explanation_of(
            handler,
            MALFORMED_LINK,
            None,
            '',
            [],
            False,
            ['it is of type %s, not a text' % printable(type(url).__name__)],
        )
    query = query_of(url)
    pairs = pairs_of(query)
    params = params_of(pairs)
    signature = params.pop(SIGNATURE, None)
    path = SIGNATURE  # type: Optional[str]
    if not isinstance(signature, str) or not signature:
        path, signature = None, ''
    strings = strings_of(FORMS, params)
    causes = list(_causes_in_names(pairs))
    code = None  # type: Optional[str]
    hints = []  # type: List[str]
    if not pairs or not strings:
        code = MALFORMED_LINK
        causes.append(
            'it has no query with parameters'
            if strings
            else 'it holds half a character (a lone surrogate)'
        )
    elif path is None:
        code = MissingSignature.code
        causes.append('it has no signature')
    elif not find(handler, messages_of(strings), signature):
        code = InvalidSignature.code
        hints.extend(_LINK_HINTS)
        if len(strings[0].entries) <= MOST_ENTRIES:
            causes.extend(common_causes(params, signature, strings, handler, FORMS))
        else:
            hints.append(TOO_MANY)
    if code and len(pairs) <= MOST_ENTRIES:
        causes.extend(_causes_in_writing(url, query, pairs, handler))
    if strings:
        guarded = [name for name, text in strings[0].entries if reads_as_entries(text)]
        if guarded:
            causes.append(
                'the text of %s holds a ";" that starts what reads as another parameter: whoever '
                "chose it could turn the link into another payment's" % listed(guarded)
            )
    return explanation_of(handler, code, path, signature, strings, show_texts, causes, hints)


_LINK_HINTS = (
    'is the secret key that of the project, complete, and of the right environment?',
    'was a value changed, added or cut after the link was made? The order does not matter',
)


def query_of(url: str) -> str:
    """Return the query of a link; of what is no link, all of it."""
    query = url.strip().partition('#')[0]
    return query.partition('?')[2] if '?' in query or '://' in query else query


def params_of(pairs: 'Pairs') -> 'Dict[str, Any]':
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
        yield 'the name %s stands more than once; the last one counts' % listed(repeated)
    renamed = [
        name
        for name in names
        if ''.join(key if not index else '[%s]' % key for index, key in enumerate(_keys(name)))
        != name
    ]
    if renamed:
        yield 'the name %s arrives otherwise than it was sent, with "_" for "." and " "' % (
            listed(renamed)
        )


def _causes_in_writing(
    url: str, query: str, pairs: 'Pairs', handler: 'SignatureHandler'
) -> 'Iterator[str]':
    """Yield in which other way of writing or reading it the link would be right."""
    twice = query_of(unquote(url))
    for sentence, other in [
        ('it is HTML-escaped (&amp;)', pairs_of(unescape_html(query))),
        (
            'a "+" was meant as itself, and not as a space: it is sent as %2B',
            pairs_of(query, unquote),
        ),
        (
            'it was encoded twice',
            [(unquote_plus(name), unquote_plus(text)) for name, text in pairs],
        ),
        ('it was encoded twice', pairs_of(twice)),
        ('of a name that stands more than once, the first one was signed', pairs[::-1]),
    ]:
        if other != pairs and _is_right(params_of(other), handler):
            yield sentence + '; otherwise, the signature is right'
            break
    if _is_right(dict(pairs), handler):
        yield 'its names were signed as they were sent, and not as they arrive'
    python = [name for name, text in pairs if text.startswith(_PYTHON)]
    if python:
        yield (
            "the text of %s is what Python's str() makes of a dict or list, as other SDKs send "
            'it; what was signed is its members' % listed(python)
        )


def _is_right(params: 'Dict[str, Any]', handler: 'SignatureHandler') -> bool:
    signature = params.pop(SIGNATURE, None)
    return (
        isinstance(signature, str)
        and find(handler, messages_of(strings_of(FORMS, params)), signature) is not None
    )
