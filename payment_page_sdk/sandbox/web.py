"""How the sandbox writes things for people to read."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from payment_page_sdk.money import major_units
from payment_page_sdk.sandbox.payments import SandboxPayment


def amount_as_text(payment: SandboxPayment, units: int, lang: str = 'en') -> str:
    """Return an amount for people to read: ``1,018.15 EUR``, in Russian ``1 018,15 EUR``."""
    text = f'{major_units(units, payment.currency):,}'
    if lang == 'ru':
        text = text.replace(',', '\u00a0').replace('.', ',')
    return f'{text} {payment.currency}'


def time_as_text(when: float) -> str:
    """Return a time for people and programs to read: ISO 8601 in UTC, with milliseconds."""
    return datetime.fromtimestamp(when, timezone.utc).isoformat(timespec='milliseconds')


def summarize(body: str) -> str:
    """Return in a few words what a callback tells."""
    data = json.loads(body)
    if 'payment' not in data:
        return f'token {data["token_status"]}'
    return f'{data["payment"]["status"]} ({data["operation"]["type"]})'
