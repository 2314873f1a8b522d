"""Why the Payment Page accepts or refuses a link."""

from collections import OrderedDict
from urllib.parse import unquote, unquote_plus

from payment_page_sdk._canonical import FORMS, SIGNATURE
from payment_page_sdk._query import (
    find_query,
    join_name,
    read_params,
    read_query,
    signed_part,
    split_name,
)
from payment_page_sdk._wire import INFINITY, printable
from payment_page_sdk.exceptions import InvalidSignature, MissingSignature
from payment_page_sdk.explanation.search import (
    MOST_ENTRIES,
    TOO_MANY,
    UNREADABLE,
    causes_of_wrong_signature,
    conclude,
    find,
    forms_of,
    list_paths,
    unescape_html,
)
from payment_page_sdk.payment_page import GUARDED, reads_as_entries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Optional, Type

    from payment_page_sdk._canonical import PlainForm
    from payment_page_sdk._query import Pairs
    from payment_page_sdk.explanation import Explanation
    from payment_page_sdk.explanation.search import Maker
    from payment_page_sdk.signature_handler import SignatureHandler

MALFORMED_LINK = 'malformed_link'


def _maker(form: 'Type[PlainForm]', part: 'Callable[[Dict[str, Any]], Dict[str, Any]]') -> 'Maker':
    # Paths may be of any length: a link has each of them in full.
    return lambda params: form(part(params), INFINITY)


# A link is right with or without the parameters whose names begin with "_": this SDK and the
# plugins for shops do not sign them, ecommpay-sdk 1.0.x did.
LINK_FORMS = [_maker(form, part) for part in (signed_part, dict) for form in FORMS]

# What Python's str() of a dict or list starts with, and JSON does not.
_PYTHON = ("{'", "['", "[{'", "[['")


def explain_url(url: 'Any', handler: 'SignatureHandler', show_texts: bool = False) -> 'Explanation':
    """Return why the Payment Page accepts or refuses a signed link. Never raises.

    ``url`` is the whole link, or its query. It is read as the platform's PHP reads it: if a name is
    repeated, the last one counts.
    """
    try:
        return _explain(url, handler, show_texts)
    except Exception:
        return conclude(handler, MALFORMED_LINK, hints=[UNREADABLE])


def _explain(url: 'Any', handler: 'SignatureHandler', show_texts: bool) -> 'Explanation':
    if not isinstance(url, str):
        wrong_type = 'a link is a str, not %s' % printable(type(url).__name__)
        return conclude(handler, MALFORMED_LINK, [wrong_type])
    query = find_query(url)
    pairs = read_query(query)
    params = read_params(pairs)
    signature = params.pop(SIGNATURE, None)
    path = SIGNATURE  # type: Optional[str]
    if not isinstance(signature, str) or not signature:
        path, signature = None, ''
    forms = forms_of(LINK_FORMS, params)
    causes = list(_causes_in_names(pairs))
    code = None  # type: Optional[str]
    hints = []  # type: List[str]
    found = find(handler, forms, signature)
    if len(forms) < len(LINK_FORMS):
        code, forms = MALFORMED_LINK, []
        causes.append('it contains an unpaired surrogate')
    elif not pairs:
        code = MALFORMED_LINK
        causes.append('it has no query with parameters')
    elif path is None:
        code = MissingSignature.code
        causes.append('it has no signature')
    elif not found:
        code = InvalidSignature.code
        hints.extend(_HINTS)
        if len(forms[0].entries) <= MOST_ENTRIES:
            causes.extend(causes_of_wrong_signature(handler, LINK_FORMS, params, forms, signature))
        else:
            hints.append(TOO_MANY)
    if code and len(pairs) <= MOST_ENTRIES:
        causes.extend(_causes_in_writing(url, query, pairs, handler))
    if forms:
        entries = forms[found[0] if found else 0].entries
        guarded = [name for name, text in entries if reads_as_entries(text)]
        if guarded:
            causes.append(
                'the text of %s %s: whoever chose it could turn the link into one for another '
                'payment' % (list_paths(guarded), GUARDED)
            )
    return conclude(handler, code, causes, hints, path, signature, forms, show_texts)


_HINTS = (
    'is the secret key complete, and does it belong to this project and environment (test, live)?',
    'was anything changed, added or cut off after the link was made? The order does not matter',
)


def _causes_in_names(pairs: 'Pairs') -> 'Iterator[str]':
    names = OrderedDict()  # type: Dict[str, int]
    for name, _ in pairs:
        names[name] = names.get(name, 0) + 1
    repeated = [name for name in names if names[name] > 1 and not name.endswith('[]')]
    if repeated:
        yield 'a name is repeated, and only the last one counts: %s' % list_paths(repeated)
    renamed = [name for name in names if join_name(split_name(name)) != name]
    if renamed:
        yield (
            'a name does not arrive as it was sent ("." and " ", for example, become "_"): %s'
            % list_paths(renamed)
        )


def _causes_in_writing(
    url: str, query: str, pairs: 'Pairs', handler: 'SignatureHandler'
) -> 'Iterator[str]':
    """Yield in which other way of writing or reading it the link would be right."""
    twice = 'it was encoded twice: decoded twice, its signature is right'
    for sentence, other in [
        (
            'it is HTML-escaped (&amp;): unescaped, its signature is right',
            read_query(unescape_html(query)),
        ),
        (
            'a "+" was signed, but a "+" in a link means a space: a real one is sent as %2B',
            read_query(query, unquote),
        ),
        (twice, [(unquote_plus(name), unquote_plus(text)) for name, text in pairs]),
        (twice, read_query(find_query(unquote(url)))),
        ('a name is repeated: the first one was signed, but the last one counts', pairs[::-1]),
    ]:
        if other != pairs and _is_right(read_params(other), handler):
            yield sentence
            break
    if _is_right(dict(pairs), handler):
        yield 'its names were signed as they were sent, not as they arrive'
    python = [name for name, text in pairs if text.startswith(_PYTHON)]
    if python:
        yield (
            "the text of %s is what Python's str() makes of a dict or list, as other SDKs send "
            'it, but the members were signed' % list_paths(python)
        )


def _is_right(params: 'Dict[str, Any]', handler: 'SignatureHandler') -> bool:
    signature = params.pop(SIGNATURE, None)
    return (
        isinstance(signature, str)
        and find(handler, forms_of(LINK_FORMS, params), signature) is not None
    )
