"""What the sandbox tells on the terminal: a line for each thing that happens."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from datetime import datetime
from typing import Any, Optional

import click

from payment_page_sdk._wire import escape_unprintable
from payment_page_sdk.sandbox.hints import NO_ADDRESS
from payment_page_sdk.sandbox.payments import SandboxPayment
from payment_page_sdk.sandbox.refusals import RefusedLink
from payment_page_sdk.sandbox.store import Delivery, StoredCallback
from payment_page_sdk.sandbox.web import amount_as_text, summarize, time_as_text

_GOOD, _BAD = 'green', 'red'
_INDENT = ' ' * 10  # so that it begins where the events do


class Journal:
    """Tells what happens, in coloured lines or, ``as_json``, in one JSON object for each event.

    After the start, an ``is_quiet`` one says nothing.
    """

    def __init__(self, as_json: bool = False, is_quiet: bool = False) -> None:
        self._as_json = as_json
        self._is_quiet = is_quiet
        self._address = ''

    def started(self, address: str, lines: list[str], facts: dict[str, Any]) -> None:
        """Tell that the sandbox has started: in lines to read, or with facts for programs."""
        self._address = address
        self._print({'event': 'started', 'address': address, **facts}, '\n'.join(lines))

    def opened(self, payment: SandboxPayment) -> None:
        """Tell that a link has opened a payment."""
        amount = amount_as_text(payment, payment.requested_amount) if payment.currency else ''
        facts = {'amount': payment.requested_amount, 'currency': payment.currency}
        self._tell('opened', payment.opened, payment.payment_id, facts, amount)

    def refused(self, link: RefusedLink) -> None:
        """Tell that the page has refused a link."""
        facts = {'code': link.code, 'problems': link.problems}
        advice = f'See {self._address}/refused/{link.id}'
        self._tell('refused', link.at, link.payment_id, facts, link.problems[0], advice, _BAD)

    def not_sent(self, callback: StoredCallback) -> None:
        """Tell that a callback has no address."""
        facts = {'hint': NO_ADDRESS}
        self._tell_of(callback, callback.created, facts, 'not sent', NO_ADDRESS, _BAD)

    def sent(self, callback: StoredCallback, delivery: Delivery) -> None:
        """Tell how a callback was answered."""
        facts = delivery._asdict()
        facts.pop('answer')
        outcome = f'{delivery.status or delivery.error} in {delivery.milliseconds} ms'
        colour = _BAD if delivery.hint or delivery.status is None else _GOOD
        self._tell_of(callback, delivery.at, facts, outcome, delivery.hint, colour)

    def _tell_of(
        self,
        callback: StoredCallback,
        at: float,
        facts: dict[str, Any],
        outcome: str,
        advice: str,
        colour: str,
    ) -> None:
        if self._is_quiet:
            return  # to read the body takes time
        told = summarize(callback.body)
        payment_id = json.loads(callback.body).get('payment', {}).get('id', callback.payment)
        facts = {'callback': callback.id, 'told': told, 'url': callback.url, **facts}
        text = f'{told} -> {outcome}'
        if facts.get('variant') in ('duplicate', 'tampered'):
            text = f'{facts["variant"]}: {text}'
        self._tell('callback', at, payment_id, facts, text, advice, colour)

    def _tell(
        self,
        event: str,
        at: float,
        payment_id: str,
        facts: dict[str, Any],
        text: str,
        advice: str = '',
        colour: Optional[str] = None,
    ) -> None:
        if self._is_quiet:
            return
        line = f'{datetime.fromtimestamp(at):%H:%M:%S}  {event:8}  {payment_id}  {text}'.rstrip()
        line = click.style(escape_unprintable(line), fg=colour)
        if advice:
            line += '\n' + _INDENT + escape_unprintable(advice)
        self._print(
            {'event': event, 'payment_id': payment_id, **facts, 'at': time_as_text(at)}, line
        )

    def _print(self, facts: dict[str, Any], text: str) -> None:
        if self._as_json:
            text = json.dumps(facts)
        if sys.stdout is None:
            return
        # A console may know nothing but ASCII.
        encoding = getattr(sys.stdout, 'encoding', None) or 'ascii'
        shown = text.encode(encoding, 'backslashreplace').decode(encoding)
        with suppress(OSError, ValueError):  # nobody reads it any more
            # Without colours, unless it is a terminal whose user wants them.
            click.echo(shown, color=False if os.environ.get('NO_COLOR') else None)
