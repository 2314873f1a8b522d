"""Queries: how parameters become the query of a link, and what the platform reads in one.

A query is a list of pairs of a name and a text. The members of a dict or list have pairs of their
own, with their keys in brackets: ``a[b][0]=x`` is the text at the path ``a:b:0`` of the canonical
string. The platform reads queries as PHP does, and so does this module.
"""

import re

from payment_page_sdk._wire import MAX_DEPTH, invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Tuple

    from payment_page_sdk._wire import WireValue

    Pairs = List[Tuple[str, str]]

_BREAKS_KEY = r'[][;\0-\x1f\x7f]|\A(?:\s*|signature)\Z'


def is_signed(name: str) -> bool:
    """Tell whether the signature of a link covers a parameter: not if its name begins with ``_``.

    Shops send such names (``_plugin_version``) to tell what they run on. Since no signature covers
    them, a shopper can add, change and remove them: decide nothing by them.
    """
    return not name.startswith('_')


def signed_part(params: 'Dict[str, Any]') -> 'Dict[str, Any]':
    """Return those of the parameters that the signature of a link covers."""
    if '\0_' not in '\0' + '\0'.join(params):
        return params  # quicker than to look at each of them
    return {name: value for name, value in params.items() if is_signed(name)}


def write_pairs(name: str, texts: 'WireValue') -> 'Pairs':
    """Return the pairs that the platform reads as the parameter ``name`` with the value ``texts``.

    Raises ValidationException for a key that would not arrive as it is.
    """
    if isinstance(texts, str):
        return [(name, texts)]
    pairs = []  # type: Pairs
    for key, member in texts.items() if isinstance(texts, dict) else enumerate(texts):
        if re.search(_BREAKS_KEY, str(key)):
            raise invalid(
                name,
                'has a key that cannot be sent: a key must not be blank or "signature", '
                'and must not contain control characters or any of [ ] ;',
            )
        pairs += write_pairs('%s[%s]' % (name, key), member)
    return pairs


def write_query(pairs: 'Pairs') -> str:
    """Return the query with these pairs, whose texts have no unpaired surrogate."""
    data = b'\xfd'.join([name.encode() + b'\xfe' + text.encode() for name, text in pairs])
    quoted = bytearray(3 * len(data))
    quoted[::3], quoted[1::3], quoted[2::3] = map(data.translate, _QUOTED)
    return quoted.translate(None, b'\xff').decode()


def _quote_byte(byte: int) -> bytes:
    if byte in b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~':
        return bytes([byte])
    return {0x20: b'+', 0xFD: b'&', 0xFE: b'='}.get(byte, b'%%%02X' % byte)


# What a query has for each byte, filled up to three bytes: the first ones, the second, the third.
# UTF-8 has no bytes above 0xF4: 0xFD separates pairs, 0xFE a name from its text, 0xFF fills up.
_QUOTED = list(map(bytes, zip(*[_quote_byte(byte).ljust(3, b'\xff') for byte in range(256)])))


def find_query(url: str) -> str:
    """Return the query of a link. A text that is not a link is taken for a query."""
    query = url.strip().partition('#')[0]
    return query.partition('?')[2] if '?' in query or '://' in query else query


def read_query(query: str, decode: 'Optional[Callable[[str], str]]' = None) -> 'Pairs':
    """Return the pairs of a query, in its order.

    ``decode`` reads a name or a text; it is urllib's unquote_plus unless it is given.
    """
    if not decode:
        from urllib.parse import unquote_plus  # takes long to import, and links are made without it

        decode = unquote_plus
    # Not parse_qsl: what that makes of a ";", or of very many pairs, differs between Pythons.
    parts = [pair.partition('=') for pair in query.split('&') if pair]
    return [(decode(name), decode(text)) for name, _, text in parts]


def read_params(pairs: 'Pairs') -> 'Dict[str, Any]':
    """Return the parameters in ``pairs``: ``a[b][0]=x`` is {'a': {'b': {'0': 'x'}}}.

    If a name is repeated, its last text counts.
    """
    params = {}  # type: Dict[str, Any]
    next_index = {id(params): 0}
    for name, text in pairs:
        keys = split_name(name)
        if not keys[0] or len(keys) > MAX_DEPTH:
            continue
        holder = params
        for depth, key in enumerate(keys, 1):
            key = key or str(next_index[id(holder)])
            if re.match(r'(?:0|[1-9][0-9]{0,17})\Z', key):
                next_index[id(holder)] = max(next_index[id(holder)], int(key) + 1)
            if depth == len(keys):
                holder[key] = text
            elif not isinstance(holder.get(key), dict):
                holder[key] = {}
                next_index[id(holder[key])] = 0
            holder = holder[key]
    return params


def split_name(name: str) -> 'List[str]':
    """Return the keys that the platform reads in the name of a pair: ``a[b][]`` has a, b, ''.

    The first of them is '' if it reads none.
    """
    name = name.partition('\0')[0].lstrip(' ')
    if name.startswith('['):
        return ['']
    match = re.match(r'([^[]+)((?:\[[^]]*\])+)', name)
    first, brackets = match.groups() if match else (name, '')
    return [re.sub('[. []', '_', first)] + re.findall(r'\[(?:[\t-\r ](?=\]))?([^]]*)\]', brackets)


def join_name(keys: 'List[str]') -> str:
    """Return the name of a pair in which ``keys`` are read."""
    return keys[0] + ''.join(['[%s]' % key for key in keys[1:]])
