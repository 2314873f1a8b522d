"""Masks card numbers in what people and programs send: the sandbox stores and shows none."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from contextlib import suppress
from typing import Any

from payment_page_sdk._json import parse
from payment_page_sdk.callback.shapes import mask
from payment_page_sdk.parameters.kinds import Url
from payment_page_sdk.payment import CATALOGUE

# Every group of digits may be the beginning of a number, which ends where a group ends.
_find_groups = re.compile(r'\d+').finditer
_candidates_at = [
    re.compile(r'\d(?:[\s\-\u2010-\u2015]*\d){%d}(?!\d)' % (length - 1)).match
    for length in range(19, 11, -1)
]

# A token as the sandbox makes it.
_is_token = re.compile('[0-9a-f]{64}').fullmatch


def mask_cards(text: str) -> str:
    """Return ``text`` with a mask for each number in it that could be a card's.

    That is one of 12 to 19 digits with the right check digit, spaces and hyphens aside.
    """
    pieces, done = [], 0
    for group in _find_groups(text):
        if group.start() < done:
            continue
        for candidate_at in _candidates_at:
            candidate = candidate_at(text, group.start())
            digits = re.sub(r'\D', '', candidate[0]) if candidate else ''
            if candidate and _is_right(digits):
                pieces += [text[done : group.start()], mask(digits)]
                done = candidate.end()
                break
    return ''.join([*pieces, text[done:]])


def mask_params(params: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a link with masks for the card numbers in them."""
    return {
        name: value if _is_kept(name, value) else _mask(value) for name, value in params.items()
    }


def _is_kept(name: str, value: Any) -> bool:
    """Tell whether the merchant needs a parameter back as it is, or it tells nothing of a person.

    A long order number has the check digit of a card in one case out of ten. So have the digits in
    some tokens.
    """
    if name == 'account_token':
        return isinstance(value, str) and _is_token(value) is not None
    parameter = CATALOGUE.get(name)
    return name == 'customer_id' or (
        parameter is not None and (parameter.shown or isinstance(parameter, Url))
    )


def _mask(value: Any) -> Any:
    """Return a value with masks, also inside JSON, which stays JSON."""
    if isinstance(value, dict):
        return {mask_cards(key): _mask(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_mask(item) for item in value]
    if isinstance(value, str):
        return _mask_text(value)
    text = str(value)
    masked = mask_cards(text)
    return value if masked == text else masked


def _mask_text(text: str) -> str:
    for decode, encode in ((str, str), (_from_base64, _to_base64)):
        with suppress(ValueError, RecursionError):
            data = parse(decode(text))
            if isinstance(data, (dict, list)):
                masked = _mask(data)
                return text if masked == data else encode(json.dumps(masked, ensure_ascii=False))
    return mask_cards(text)


def _from_base64(text: str) -> str:
    return b64decode(text, validate=True).decode()


def _to_base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _is_right(digits: str) -> bool:
    """Tell whether the last digit is the check digit of the others, by Luhn's formula."""
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2]]
    return sum(doubled) % 10 == -sum(map(int, digits[::-2])) % 10
