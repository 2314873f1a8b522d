"""Signs callbacks, and delivers them until they are accepted, or by hand."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from typing import Optional

from payment_page_sdk._canonical import SIGNATURE, NaturalForm
from payment_page_sdk.callback.shapes import format_moment
from payment_page_sdk.sandbox.bodies import Body, callback_body, event_body
from payment_page_sdk.sandbox.courier import SENDERS, Courier, gap_before
from payment_page_sdk.sandbox.hints import NO_ADDRESS, find_hint_for_forgery
from payment_page_sdk.sandbox.journal import Journal
from payment_page_sdk.sandbox.masking import mask_cards
from payment_page_sdk.sandbox.payments import SandboxOperation, SandboxPayment
from payment_page_sdk.sandbox.refusals import Conflict, Refusal
from payment_page_sdk.sandbox.store import DELIVERED, Delivery, Store, StoredCallback
from payment_page_sdk.signature_handler import SignatureHandler
from payment_page_sdk.statuses import PaymentStatus

# How a callback can be sent by hand.
AGAIN, DUPLICATE, TAMPERED = VARIANTS = ('again', 'duplicate', 'tampered')
SCHEDULED = 'scheduled'  # automatically


class CallbackSender:
    """The part of the platform that signs callbacks and delivers them. See Platform."""

    def __init__(
        self,
        secret: str,
        store: Store,
        callback_url: str,
        speed: float,
        ca_file: Optional[str],
        journal: Optional[Journal],
    ) -> None:
        self._handler = SignatureHandler(secret)
        self._store = store
        self._callback_url = callback_url
        self._speed = speed
        self._courier = Courier(ca_file)
        self._journal = journal or Journal(is_quiet=True)

    def now(self) -> float:
        """Return the sandbox's time, in seconds since 1970."""
        return time.time() + self._store.seconds_ahead

    def _machine_time(self, when: float) -> float:
        """Return the time of the machine's clock when the sandbox's clock shows ``when``."""
        return when - self._store.seconds_ahead

    # to sign

    def is_signed(self, body: Body, signature: str) -> bool:
        """Tell whether the merchant has signed what is parsed from JSON, in either form.

        Raises ValueError, OverflowError or RecursionError if it is nested too deeply.
        """
        return self._handler.match_callback(body, signature) is not None

    def sign(self, body: Body) -> str:
        """Return a body as JSON, with its signature at the root."""
        signature = self._handler.sign_in_form(NaturalForm, body)
        return json.dumps(dict(body, **{SIGNATURE: signature}), ensure_ascii=False)

    def sign_event(self, payment: SandboxPayment) -> Body:
        """Return the event that tells the shop's page the outcome, with its signature."""
        body = event_body(payment)
        body['general'][SIGNATURE] = self._handler.sign_in_form(NaturalForm, body)
        return body

    # to deliver

    def deliveries(self, callback: StoredCallback) -> list[Delivery]:
        """Return the tries to deliver a callback, the oldest first."""
        return self._store.deliveries(callback.id)

    def deliver(self, callback_id: int, variant: str) -> Delivery:
        """Send a callback now, by hand, in one of VARIANTS; return the delivery.

        AGAIN sends it unchanged. DUPLICATE sends it with dates one second later, and signed again.
        TAMPERED changes it, but not its signature: the merchant should answer 400.
        """
        callback = self._store.callback(callback_id)
        if variant not in VARIANTS:
            raise Refusal('wrong_variant', 'variant must be one of ' + ', '.join(VARIANTS))
        if not callback.url:
            raise Conflict('no_address', NO_ADDRESS)
        body = callback.body
        if variant != AGAIN:
            body = self._duplicate(body) if variant == DUPLICATE else _tamper(body)
        delivery = self._post(callback, body, variant)
        with self._store.transaction():
            self._store.add_delivery(callback_id, delivery)
            if variant == AGAIN and delivery.status == 200:
                self._store.set_delivered(callback_id)
        return delivery

    def _try(self, callback_id: int, tries: int) -> None:
        callback = self._store.callback(callback_id)
        if callback.next_at is None or callback.tries != tries:
            return  # delivered by hand, or already tried
        delivery = self._post(callback, callback.body, SCHEDULED)
        tries += 1
        gap = None if delivery.status == 200 else gap_before(tries + 1)
        next_at = None if gap is None else self.now() + gap / self._speed
        with self._store.transaction():
            if self._store.callback(callback_id).state == DELIVERED:
                next_at = None  # by hand, in the meantime
            self._store.add_delivery(callback_id, delivery)
            self._store.set_next(callback_id, tries, next_at)
            if delivery.status == 200:
                self._store.set_delivered(callback_id)
        if next_at is not None:
            self._schedule_try(callback_id, tries, next_at)

    def _post(self, callback: StoredCallback, body: str, variant: str) -> Delivery:
        at = self.now()
        status, error, text, hint, milliseconds = self._courier.post(callback.url, body)
        if variant == TAMPERED:
            hint = find_hint_for_forgery(status, hint)
        delivery = Delivery(
            variant,
            at,
            status,
            error and mask_cards(error),
            text and mask_cards(text),
            mask_cards(hint),
            milliseconds,
        )
        self._journal.sent(callback, delivery)
        return delivery

    def _duplicate(self, body: str) -> str:
        data = json.loads(body)
        del data[SIGNATURE]
        holders = [(data, 'token_created_at')] if 'token' in data else []  # a series has no date
        if 'payment' in data:
            holders = [(data['payment'], 'date'), (data['operation'], 'date')]
        for holder, name in holders:
            when = datetime.strptime(holder[name], '%Y-%m-%dT%H:%M:%S%z')
            holder[name] = format_moment(when + timedelta(seconds=1))
        return self.sign(data)

    # what is sent by itself

    def _store_callback(
        self, payment: SandboxPayment, now: float
    ) -> list[tuple[int, Optional[float]]]:
        """Store the callback about the last change of a payment.

        Return its id and when it is sent, None if it has no address; an empty list if it is not
        wanted.
        """
        # Saving a card is not an operation.
        operation = payment.last_changed or SandboxOperation('', 0, now, now)
        if not operation.has_callback:
            return []
        body = callback_body(payment)
        url = operation.callback_url or self._url_for(payment, body)
        next_at = now + operation.callback_delay / self._speed if url else None
        callback_id = self._store.add_callback(payment.key, url, self.sign(body), now, next_at)
        return [(callback_id, next_at)]

    def _url_for(self, payment: SandboxPayment, body: Body) -> str:
        # A callback about a saved card or a series has no payment in it, and tells of a success.
        status = PaymentStatus(body.get('payment', {}).get('status', PaymentStatus.SUCCESS))
        urls = [payment.params.get('merchant_callback_url'), self._callback_url]
        if status.is_declined():
            urls.insert(0, payment.params.get('merchant_decline_callback_url'))
        elif status == PaymentStatus.SUCCESS:
            urls.insert(0, payment.params.get('merchant_success_callback_url'))
        return next(filter(None, urls), '')

    def _schedule_try(self, callback_id: int, tries: int, next_at: float) -> None:
        self._courier.call_at(
            self._machine_time(next_at),
            f'callback {callback_id} try {tries}',
            self._try,
            callback_id,
            tries,
            pool=SENDERS,
        )


def _tamper(body: str) -> str:
    """Return a callback as a stranger could change it: another sum, token or series."""
    data = json.loads(body)
    if 'payment' in data:
        data['payment']['sum']['amount'] += 1
    elif 'recurring' in data:
        data['recurring']['id'] += 1
    else:
        data['token'] = data['token'][::-1]
    return json.dumps(data, ensure_ascii=False)
