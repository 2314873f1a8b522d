"""How the sandbox writes things for people to read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Optional

from payment_page_sdk.callback.result_codes import result_of
from payment_page_sdk.money import major_units
from payment_page_sdk.payment import CATALOGUE
from payment_page_sdk.sandbox.payments import (
    EXPIRED_TOKEN,
    PAYMENT_ID_EXISTS,
    UNKNOWN_TOKEN,
    SandboxPayment,
)
from payment_page_sdk.sandbox.russian import translate
from payment_page_sdk.sandbox.words import WORDS

# Of codes that are not the names of their titles.
_TITLES = {
    PAYMENT_ID_EXISTS: 'taken',
    'unknown_payment': 'malformed',
    UNKNOWN_TOKEN: 'refused_parameters',
    EXPIRED_TOKEN: 'refused_parameters',
}


def amount_as_text(payment: SandboxPayment, units: int, lang: str = 'en') -> str:
    """Return an amount for people to read: ``1,018.15 EUR``, in Russian ``1 018,15 EUR``."""
    return sum_as_text(units, payment.currency, lang)


def sum_as_text(units: int, currency: str, lang: str) -> str:
    """Return the same for an amount that is not a payment's."""
    text = f'{major_units(units, currency):,}'
    if lang == 'ru':
        text = text.replace(',', '\u00a0').replace('.', ',')
    return f'{text} {currency}'


def time_as_text(when: float) -> str:
    """Return a time for people and programs to read: ISO 8601 in UTC, with milliseconds."""
    return datetime.fromtimestamp(when, timezone.utc).isoformat(timespec='milliseconds')


def summarize(body: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return in a few words what a callback tells; ``names`` translates the words."""
    data = json.loads(body)
    if 'payment' in data:
        words, form = [data['payment']['status'], data['operation']['type']], '{} ({})'
    elif 'recurring' in data:
        words, form = ['series', data['recurring']['status']], '{} {}'
    else:
        words, form = ['token', data['token_status']], '{} {}'
    return form.format(*(names.get(word, word) for word in words))


def indent_json(body: str) -> str:
    """Return JSON in lines that are easy to read."""
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)


def as_sentence(text: str, lang: str) -> str:
    """Return a message of the sandbox as a sentence in a language.

    The name of a parameter begins it as it is written in links.
    """
    text = translate(text, lang)
    name = re.split('[ :]', text)[0]
    if '_' not in name and name not in CATALOGUE:
        text = text[:1].upper() + text[1:]
    return text if text.endswith(('.', '?', '!')) else text + '.'


def reason_as_text(code: str, lang: str) -> Optional[str]:
    """Return what a result code means; None if it is not documented."""
    return WORDS[lang].get('code_' + code) or result_of(code).message


def refusal_title(code: str, lang: str) -> str:
    """Return in a few words why the page refuses a link."""
    return WORDS[lang]['title_' + _TITLES.get(code, code)]
