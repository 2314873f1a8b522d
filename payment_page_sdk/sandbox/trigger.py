"""Sends one signed callback without a payment; ``payment-page trigger`` runs this."""

from __future__ import annotations

import secrets
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from payment_page_sdk._wire import escape_unprintable
from payment_page_sdk.sandbox.courier import send
from payment_page_sdk.sandbox.hints import find_hint_for_forgery
from payment_page_sdk.sandbox.settings import check_ca_file, check_url
from payment_page_sdk.statuses import PaymentStatus
from payment_page_sdk.testing.callback_factory import CallbackFactory

FORGED = 'forged'

Maker = Callable[[CallbackFactory, str, int, str], bytes]


def _of_status(status: str) -> Maker:
    return lambda factory, payment_id, amount, currency: factory.payment(
        payment_id, amount, currency, status
    )


EVENTS: dict[str, Maker] = {
    'success': _of_status(PaymentStatus.SUCCESS),
    'decline': _of_status(PaymentStatus.DECLINE),
    'held': _of_status(PaymentStatus.AWAITING_CAPTURE),
    'canceled': _of_status(PaymentStatus.CANCELED),
    'refund': _of_status(PaymentStatus.REFUNDED),
    'partial-refund': _of_status(PaymentStatus.PARTIALLY_REFUNDED),
    'reversal': _of_status(PaymentStatus.REVERSED),
    '3ds': _of_status(PaymentStatus.AWAITING_3DS_RESULT),
    'token': lambda factory, *_: factory.token(),
    'series': lambda factory, *_: factory.recurring(),
    FORGED: lambda factory, *wanted: factory.forged(EVENTS['success'](factory, *wanted)),
}


def trigger(secret: str, options: Namespace) -> tuple[dict[str, Any], str, bool]:
    """Send the callback that ``options`` describe.

    Return what to print, as facts and as a text, and whether the answer was right. Raises
    ConfigurationException or ValidationException for options that cannot be used.
    """
    try:
        check_url(options.to, '--to')
        check_ca_file(options.ca_file)
        factory = CallbackFactory(
            secret, secrets.token_hex(8), options.project_id, datetime.now(timezone.utc)
        )
    finally:
        del secret  # debuggers would show it with any error here
    payment_id = options.payment_id or 'TEST-' + secrets.token_hex(4)
    body = EVENTS[options.event](factory, payment_id, options.amount, options.currency).decode()
    answer = send(options.to, body, options.ca_file)
    hint, right = answer.hint, 200
    if options.event == FORGED:
        hint, right = find_hint_for_forgery(answer.status, hint), 400
    is_right = answer.status == right
    facts = {
        'event': options.event,
        'payment_id': payment_id,
        'url': options.to,
        'body': body,
        'is_right': is_right,
        'status': answer.status,
        'error': answer.error,
        'answer': answer.text,
        'hint': hint or None,
        'milliseconds': answer.milliseconds,
    }
    outcome = answer.status or answer.error
    lines = [f'{options.event} ({payment_id}): {outcome} in {answer.milliseconds} ms', hint]
    return facts, '\n'.join(escape_unprintable(line) for line in lines if line), is_right
