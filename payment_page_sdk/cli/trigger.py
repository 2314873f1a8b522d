"""The command ``trigger``: sends one signed callback without a payment."""

import binascii
import os
from datetime import datetime, timezone
from functools import partial

from payment_page_sdk._wire import escape_unprintable
from payment_page_sdk.statuses import PaymentStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any, Callable, Dict, Tuple

    from payment_page_sdk.testing.callback_factory import CallbackFactory

    Maker = Callable[[CallbackFactory, str, int, str], bytes]

FORGED = 'forged'


def _of_status(
    status: str, factory: 'CallbackFactory', payment_id: str, amount: int, currency: str
) -> bytes:
    return factory.payment(payment_id, amount, currency, status)


EVENTS = {
    'success': partial(_of_status, PaymentStatus.SUCCESS),
    'decline': partial(_of_status, PaymentStatus.DECLINE),
    'held': partial(_of_status, PaymentStatus.AWAITING_CAPTURE),
    'canceled': partial(_of_status, PaymentStatus.CANCELED),
    'refund': partial(_of_status, PaymentStatus.REFUNDED),
    'partial-refund': partial(_of_status, PaymentStatus.PARTIALLY_REFUNDED),
    'reversal': partial(_of_status, PaymentStatus.REVERSED),
    '3ds': partial(_of_status, PaymentStatus.AWAITING_3DS_RESULT),
    'token': lambda factory, *_: factory.token(),
    'series': lambda factory, *_: factory.recurring(),
    FORGED: lambda factory, *wanted: factory.forged(EVENTS['success'](factory, *wanted)),
}  # type: Dict[str, Maker]


def run(secret: str, options: 'Namespace') -> 'Tuple[Dict[str, Any], str, bool]':
    """Send the callback that ``options`` describe.

    Return what to print, as facts and as a text, and whether the answer was right. Raises
    ConfigurationException or ValidationException for options that cannot be used, and ImportError
    if the extra ``sandbox`` is not installed.
    """
    try:
        from payment_page_sdk.sandbox.courier import send
        from payment_page_sdk.sandbox.hints import find_hint_for_forgery
        from payment_page_sdk.sandbox.settings import check_ca_file, check_url
        from payment_page_sdk.testing.callback_factory import CallbackFactory

        check_url(options.to, '--to')
        check_ca_file(options.ca_file)
        now = datetime.now(timezone.utc)
        factory = CallbackFactory(secret, _random(), options.project_id, now)
    finally:
        del secret  # debuggers would show it with any error here
    payment_id = options.payment_id or 'TEST-' + _random()
    body = EVENTS[options.event](factory, payment_id, options.amount, options.currency).decode()
    answer = send(options.to, body, options.ca_file)
    hint, right = answer.hint, 200
    if options.event == FORGED:
        hint, right = find_hint_for_forgery(answer.status, hint), 400
    facts = {
        'event': options.event,
        'payment_id': payment_id,
        'url': options.to,
        'body': body,
        'is_right': answer.status == right,
        'status': answer.status,
        'error': answer.error,
        'answer': answer.text,
        'hint': hint or None,
        'milliseconds': answer.milliseconds,
    }
    outcome = answer.status or answer.error
    told = '%s (%s): %s in %d ms' % (options.event, payment_id, outcome, answer.milliseconds)
    lines = [escape_unprintable(line) for line in (told, hint) if line]
    return facts, '\n'.join(lines), answer.status == right


def _random() -> str:
    return binascii.hexlify(os.urandom(4)).decode()
