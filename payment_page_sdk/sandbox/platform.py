"""The platform in small: opens payments, plays what happens to them, tells the merchant."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Optional

from payment_page_sdk.callback.shapes import format_moment
from payment_page_sdk.sandbox.bodies import Body, callback_body, event_body
from payment_page_sdk.sandbox.cards import PURCHASE_CARDS, CardDetails, digits_of
from payment_page_sdk.sandbox.courier import SENDERS, Courier, gap_before
from payment_page_sdk.sandbox.links import canonical_string, verified_params
from payment_page_sdk.sandbox.payments import NEW, PAYMENT_ID_EXISTS, SandboxPayment
from payment_page_sdk.sandbox.refusals import Conflict, NotFound, Refusal
from payment_page_sdk.sandbox.store import Delivery, Store, StoredCallback
from payment_page_sdk.signature_handler import SIGNATURE, SignatureHandler
from payment_page_sdk.statuses import PaymentStatus

Transition = Callable[[SandboxPayment, float], bool]  # whether there is something to tell

# How a callback is sent by hand.
AGAIN, DUPLICATE, TAMPERED = VARIANTS = ('again', 'duplicate', 'tampered')
BY_ITSELF = 'scheduled'

FURTHEST_AHEAD = 366 * 24 * 60 * 60


class Platform:
    """One project of the platform, on this machine.

    ``callback_url`` is where callbacks go that no parameter of the payment sends elsewhere. The
    gaps between tries are divided by ``speed``. Raises ConfigurationException for a secret key that
    cannot be one.
    """

    def __init__(
        self, secret: str, project_id: int, store: Store, callback_url: str = '', speed: float = 1.0
    ) -> None:
        self.project_id = project_id
        self._handler = SignatureHandler(secret)
        self._store = store
        self._callback_url = callback_url
        self._speed = speed
        self._courier = Courier()

    def start(self) -> None:
        """Go on where the last process stopped, however it ended."""
        self._courier.start()
        self._schedule_all()

    def stop(self) -> None:
        """End it: callbacks under way are finished first, others wait for the next start."""
        self._courier.stop()

    def now(self) -> float:
        """Return the sandbox's time, in seconds since 1970."""
        return time.time() + self._store.advanced

    def advance(self, seconds: float) -> None:
        """Put the clock forward: what is due by then is done now, each callback tried once."""
        if not 0 < seconds <= FURTHEST_AHEAD - self._store.advanced:
            raise Refusal(
                'wrong_clock',
                'the clock is advanced by seconds, more than none; '
                'in all, it is a year ahead at most',
            )
        self._store.advance(seconds)
        self._schedule_all()

    # payments

    def open(self, query: str) -> SandboxPayment:
        """Return the payment that a signed query opens. Raises Refusal as the page refuses it."""
        params = verified_params(query, self._handler, self.project_id)
        canonical = canonical_string(params)
        with self._store.transaction():
            payment = SandboxPayment.opened_by(
                params, canonical, secrets.token_urlsafe(16), self.now()
            )
            known = self._store.find_payment(payment.payment_id)
            if known is not None:
                payment = _reopened(known, payment)
            self._store.save(payment)
        if payment.deadline is not None:
            self._schedule_deadline(payment.key, payment.deadline)
        return self.payment_by_key(payment.key)

    def payment(self, payment_id: str) -> SandboxPayment:
        """Return the payment with the merchant's id. Raises NotFound."""
        payment = self._store.find_payment(payment_id)
        if payment is None:
            raise NotFound('unknown_payment', 'there is no such payment')
        return self.payment_by_key(payment.key)

    def payment_by_key(self, key: str) -> SandboxPayment:
        """Return the payment with the key in the page's addresses. Raises NotFound."""
        return self.change(key, lambda payment, now: False)

    def payments(self) -> list[SandboxPayment]:
        """Return all payments, the newest first."""
        now = self.now()
        for key, deadline in self._store.deadlines():
            if deadline <= now:
                self.payment_by_key(key)
        return self._store.payments()

    def play(self, key: str, number: Optional[str], code: Optional[str]) -> SandboxPayment:
        """Do what a shopper does who has a test card: give it, and the bank's code if asked.

        Without a ``number``, the ``code`` is for the card that was given before.
        """
        if number is not None:
            card = PURCHASE_CARDS.get(digits_of(number))
            if card is None:
                raise Refusal(
                    'not_a_test_card',
                    'the card is none of the documented test cards '
                    'for purchases; real ones do not belong here',
                )
            details = CardDetails.right_for(card, datetime.fromtimestamp(self.now(), timezone.utc))
            payment = self.change(key, lambda payment, now: payment.submit(card, details, now))
            if not code or payment.status != PaymentStatus.AWAITING_3DS_RESULT:
                return payment
        elif code is None:
            raise Refusal('nothing_to_play', 'an outcome has a card, a code, or both')
        return self.change(key, lambda payment, now: payment.answer(code or '', now))

    def change(self, key: str, transition: Transition) -> SandboxPayment:
        """Change a payment, and return it; store and send the callbacks about that.

        Raises NotFound, and what the ``transition`` raises: then nothing of it is stored.
        """
        refusal: Optional[Refusal] = None
        numbers = []
        with self._store.transaction():
            payment = self._store.payment(key)
            before, deadline = payment.saved(), payment.deadline
            if payment.lapse(self.now()):
                numbers.append(self._tell(payment))
            try:
                if transition(payment, self.now()):
                    numbers.append(self._tell(payment))
            except Refusal as error:
                refusal = error  # what time did before has happened nevertheless
            if payment.saved() != before:
                self._store.save(payment)
        if payment.deadline not in (None, deadline):
            self._schedule_deadline(key, payment.deadline)
        for number in numbers:
            self._schedule_try(number, 0, self.now())
        if refusal is not None:
            raise refusal
        return payment

    def _tell(self, payment: SandboxPayment) -> int:
        """Store the callback about what happened last; return its id."""
        body = callback_body(payment)
        url = self._address(payment, body)
        return self._store.add_callback(
            payment.key, url, self.signed(body), self.now() if url else None
        )

    def _address(self, payment: SandboxPayment, body: Body) -> str:
        # To save a card has no payment, and no way to fail.
        status = PaymentStatus(body.get('payment', {}).get('status', PaymentStatus.SUCCESS))
        urls = [payment.params.get('merchant_callback_url'), self._callback_url]
        if status.is_declined():
            urls.insert(0, payment.params.get('merchant_decline_callback_url'))
        elif status == PaymentStatus.SUCCESS:
            urls.insert(0, payment.params.get('merchant_success_callback_url'))
        return next(filter(None, urls), '')

    def signed(self, body: Body) -> str:
        """Return the JSON text of a body, with its signature at the root."""
        return json.dumps(dict(body, **{SIGNATURE: self._handler.sign(body)}), ensure_ascii=False)

    def signed_event(self, payment: SandboxPayment) -> Body:
        """Return what the page tells the shop's page about the outcome, signed in ``general``."""
        body = event_body(payment)
        body['general'][SIGNATURE] = self._handler.sign(body)
        return body

    # callbacks

    def callbacks(self, payment_id: Optional[str] = None) -> list[StoredCallback]:
        """Return the callbacks about a payment, or all; the oldest first. Raises NotFound."""
        return self._store.callbacks(payment_id and self.payment(payment_id).key)

    def deliveries(self, callback: StoredCallback) -> list[Delivery]:
        """Return the tries to deliver a callback, the oldest first."""
        return self._store.deliveries(callback.id)

    def deliver(self, number: int, variant: str) -> Delivery:
        """Send a callback now, by hand, in one of VARIANTS; return how that went.

        AGAIN sends it as it is; DUPLICATE tells of the same event a second later, signed anew;
        TAMPERED changes it, and not its signature: the merchant should answer 400.
        """
        callback = self._store.callback(number)
        if variant not in VARIANTS:
            raise Refusal('wrong_variant', 'a variant is one of ' + ', '.join(VARIANTS))
        if not callback.url:
            raise Conflict(
                'no_address',
                'the callback has no address: set merchant_callback_url, '
                'or start the sandbox with --callback-url',
            )
        body = callback.body
        if variant != AGAIN:
            body = self._duplicate(body) if variant == DUPLICATE else _tampered(body)
        delivery = self._post(callback, body, variant)
        with self._store.transaction():
            self._store.add_delivery(number, delivery)
            if variant == AGAIN and delivery.status == 200:
                self._store.set_next(number, self._store.callback(number).tries, None)
        return delivery

    def deliver_in_reverse(self, payment_id: str) -> list[Delivery]:
        """Send all callbacks about a payment once more, the newest first."""
        return [self.deliver(callback.id, AGAIN) for callback in self.callbacks(payment_id)[::-1]]

    def _try(self, number: int, tries: int) -> None:
        callback = self._store.callback(number)
        if callback.next_at is None or callback.tries != tries:
            return  # delivered by hand, or tried already
        delivery = self._post(callback, callback.body, BY_ITSELF)
        tries += 1
        gap = None if delivery.status == 200 else gap_before(tries + 1)
        next_at = None if gap is None else self.now() + gap / self._speed
        with self._store.transaction():
            if self._store.callback(number).next_at is None:
                next_at = None  # meanwhile, it was delivered by hand
            self._store.add_delivery(number, delivery)
            self._store.set_next(number, tries, next_at)
        if next_at is not None:
            self._schedule_try(number, tries, next_at)

    def _post(self, callback: StoredCallback, body: str, variant: str) -> Delivery:
        at = self.now()
        status, error, text = self._courier.post(callback.url, body)
        return Delivery(variant, at, status, error, text)

    def _duplicate(self, body: str) -> str:
        data = json.loads(body)
        del data[SIGNATURE]
        holders = [(data, 'token_created_at')]
        if 'payment' in data:
            holders = [(data['payment'], 'date'), (data['operation'], 'date')]
        for holder, name in holders:
            when = datetime.strptime(holder[name], '%Y-%m-%dT%H:%M:%S%z')
            holder[name] = format_moment(when + timedelta(seconds=1))
        return self.signed(data)

    # what is due later

    def _schedule_all(self) -> None:
        for number, tries, next_at in self._store.undelivered():
            self._schedule_try(number, tries, next_at)
        for key, deadline in self._store.deadlines():
            self._schedule_deadline(key, deadline)

    def _schedule_deadline(self, key: str, deadline: float) -> None:
        self._courier.at(self._real(deadline), f'payment {key}', self.payment_by_key, key)

    def _schedule_try(self, number: int, tries: int, next_at: float) -> None:
        # Each try has a name of its own: the scheduler drops what has the name of what still runs.
        self._courier.at(
            self._real(next_at),
            f'callback {number} try {tries}',
            self._try,
            number,
            tries,
            pool=SENDERS,
        )

    def _real(self, when: float) -> float:
        """Return when it is ``when`` by the sandbox's clock, by the machine's."""
        return when - self._store.advanced


def _reopened(known: SandboxPayment, payment: SandboxPayment) -> SandboxPayment:
    """Return ``known``, opened once more; or ``payment``, if nothing came of the other."""
    if known.canonical == payment.canonical:
        known.params = payment.params  # the frame is not signed
        return known
    if known.operations or known.status not in (NEW, PaymentStatus.EXPIRED):
        raise Refusal(
            PAYMENT_ID_EXISTS,
            'there is a payment with this payment_id, and it has other parameters',
        )
    payment.key = known.key
    return payment


def _tampered(body: str) -> str:
    """Return a callback that a stranger has changed: another sum, or another token."""
    data = json.loads(body)
    if 'payment' in data:
        data['payment']['sum']['amount'] += 1
    else:
        data['token'] = data['token'][::-1]
    return json.dumps(data, ensure_ascii=False)
