"""The platform's side of a link: what it reads from a query, and whether it believes it.

Written from the protocol, with nothing of the package in it but the verifying of a signature.
"""

import re
from typing import Any, Dict, List, Tuple
from urllib.parse import parse_qsl, urlsplit

from payment_page_sdk.signature_handler import SignatureHandler

Pairs = List[Tuple[str, str]]


def pairs_of(url: str) -> Pairs:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)


def read(pairs: Pairs) -> Dict[str, Any]:
    """Return the parameters in ``pairs``, where ``a[b][0]=x`` is {'a': {'b': {'0': 'x'}}}."""
    params = {}  # type: Dict[str, Any]
    for name, text in pairs:
        match = re.match(r'([^\[]+)((?:\[[^]]*\])*)\Z', name, re.DOTALL)
        assert match, name
        keys = [match.group(1)] + re.findall(r'\[([^]]*)\]', match.group(2))
        holder = params
        for key in keys[:-1]:
            holder = holder.setdefault(key, {})
        assert keys[-1] not in holder, name
        holder[keys[-1]] = text
    return params


def accepts(pairs: Pairs, secret: str) -> bool:
    """Tell whether the signature among ``pairs`` is that of the others, as they arrived.

    Names that begin with ``_`` are outside of it.
    """
    params = read(pairs)
    signature = params.pop('signature')
    covered = {name: value for name, value in params.items() if not name.startswith('_')}
    return bool(SignatureHandler(secret).sign(covered) == signature)
