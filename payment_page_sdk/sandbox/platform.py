"""The platform on a small scale: opens payments, changes them, and sends callbacks about it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, Optional

from payment_page_sdk.sandbox.cards import PURCHASE_CARDS, CardDetails, card_with, digits_of
from payment_page_sdk.sandbox.faults import Faults
from payment_page_sdk.sandbox.journal import Journal
from payment_page_sdk.sandbox.links import LinkVerifier, canonical_string, examine
from payment_page_sdk.sandbox.masking import mask_params
from payment_page_sdk.sandbox.payments import (
    NEW,
    PAYMENT_ID_EXISTS,
    SandboxOperation,
    SandboxPayment,
)
from payment_page_sdk.sandbox.refusals import Conflict, NotFound, Refusal, RefusedLink
from payment_page_sdk.sandbox.sender import AGAIN, CallbackSender
from payment_page_sdk.sandbox.series import RECURRING, UNKNOWN_SERIES
from payment_page_sdk.sandbox.store import (
    MOST_REFUSED,
    Delivery,
    Found,
    Search,
    Store,
    StoredCallback,
)
from payment_page_sdk.statuses import PaymentStatus

# Changes a payment, at a time; returns whether a callback is sent about it.
Transition = Callable[[SandboxPayment, float], bool]

FURTHEST_AHEAD = 366 * 24 * 60 * 60  # seconds
SECONDS_TO_CARRY_OUT = 1  # what a merchant has requested


class Platform(CallbackSender):
    """One project of the platform, on this machine.

    Callbacks go to ``callback_url``, unless a parameter of the payment names another address. The
    gaps between tries are divided by ``speed``, and so are the other times until something is done.
    ``ca_file`` has certificates that are trusted in addition to the usual ones. ``faults`` are what
    goes wrong with its API. ``journal`` is told what happens. Raises ConfigurationException for a
    secret key that cannot be used.
    """

    def __init__(
        self,
        secret: str,
        project_id: int,
        store: Store,
        callback_url: str = '',
        speed: float = 1.0,
        ca_file: Optional[str] = None,
        journal: Optional[Journal] = None,
    ) -> None:
        super().__init__(secret, store, callback_url, speed, ca_file, journal)
        self.project_id = project_id
        self._links = LinkVerifier(secret, project_id)
        self.faults = Faults()

    def start(self) -> None:
        """Continue where the last process stopped, however it ended."""
        self._courier.start()
        self._schedule_all()

    def stop(self) -> None:
        """Stop: finish the callbacks that are being sent; others wait for the next start."""
        self._courier.stop()

    def advance(self, seconds: float) -> None:
        """Put the clock forward. What is due by then happens now; each callback is tried once."""
        if not 0 < seconds <= FURTHEST_AHEAD - self._store.seconds_ahead:
            raise Refusal(
                'wrong_clock', 'the clock can only be put forward, by at most 366 days in total'
            )
        self._store.advance(seconds)
        self._schedule_all()

    # payments

    def open(self, query: str) -> SandboxPayment:
        """Return the payment that a signed query opens. Raises Refusal if the page refuses it."""
        try:
            payment, is_new = self._open(query)
        except Refusal as error:
            self._keep_refused(query, error)
            raise
        if is_new:
            self._journal.opened(payment)
        if payment.deadline is not None:
            self._schedule_deadline(payment.key, payment.deadline)
        return self.payment_by_key(payment.key)

    def _open(self, query: str) -> tuple[SandboxPayment, bool]:
        """Return the payment that a signed query opens, and whether it is new."""
        params = mask_params(self._links.verify(query))
        canonical = canonical_string(params)
        with self._store.transaction():
            payment = SandboxPayment.open(params, canonical, _new_key(), self.now())
            known = self._store.find_payment(payment.payment_id)
            if known is not None:
                payment = _reopen(known, payment)
            if payment.has_saved_card and payment.card is None:
                saved = self._find_saved_card(payment.text('account_token'))
                payment.use_saved_card(saved, self._today())
            self._store.save(payment)
        return payment, payment is not known

    def payment(self, payment_id: str) -> SandboxPayment:
        """Return the payment with the merchant's id, or else with that key. Raises NotFound."""
        payment = self._store.find_payment(payment_id)
        return self.payment_by_key(payment.key if payment else payment_id)

    def payment_by_key(self, key: str) -> SandboxPayment:
        """Return the payment with the key in the page's addresses. Raises NotFound."""
        return self.change(key, lambda payment, now: False)

    def payments(self) -> list[SandboxPayment]:
        """Return all payments, the newest first."""
        self._lapse_all()
        return self._store.payments()

    def find_payments(self, search: Search, first: int, most: int) -> tuple[list[Found], int]:
        """Return ``most`` of the payments that are searched for, from the ``first`` (0) on.

        The newest comes first. The second result is how many there are altogether.
        """
        self._lapse_all()
        return self._store.find_payments(search, first, most), self._store.count_payments(search)

    def delivery_of(self, payment: SandboxPayment) -> Found:
        """Return what has become of the callbacks about a payment."""
        return Found(payment, *self._store.delivery_of(payment.key))

    @property
    def changes(self) -> int:
        """Return a number that grows with whatever changes here."""
        return self._store.changes

    def _lapse_all(self) -> None:
        now = self.now()
        for key, deadline in self._store.deadlines():
            if deadline <= now:
                self.payment_by_key(key)

    def _keep_refused(self, query: str, error: Refusal) -> None:
        payment_id, entries = examine(query)
        link = RefusedLink(self.now(), payment_id, error.code, error.problems, entries)
        error.link = link._replace(id=self._store.add_refused(link))
        self._journal.refused(error.link)

    def refused(self, most: int = MOST_REFUSED, with_entries: bool = True) -> list[RefusedLink]:
        """Return the links that the page has refused, the newest first; only the last ones."""
        return self._store.refused(most, with_entries)

    def refused_link(self, link_id: int) -> RefusedLink:
        """Return one of them by its id. Raises NotFound."""
        return self._store.refused_link(link_id)

    def _find_saved_card(self, token: str) -> Optional[SandboxPayment]:
        """Return the payment that made a token of its card."""
        found = [payment for payment in self._store.payments(token) if payment.token == token]
        return found[-1] if found else None  # later ones have paid with it

    def _today(self) -> datetime:
        return datetime.fromtimestamp(self.now(), timezone.utc)

    def play(self, key: str, number: Optional[str], code: Optional[str]) -> SandboxPayment:
        """Pay with a test card as a shopper does, and enter a code if the bank asks for one.

        Without a ``number``, the card is the saved one that the link names; or else the ``code`` is
        for the card that was submitted before.
        """
        payment = self.payment_by_key(key)
        is_saved = payment.has_saved_card and payment.is_open
        if is_saved and number is not None:
            raise Refusal('saved_card', 'the link names a saved card: leave out the card')
        if number is not None or is_saved:
            card = PURCHASE_CARDS.get(digits_of(number or ''))
            if is_saved:
                card = card_with(payment.card or '')
            elif card is None:
                raise Refusal(
                    'not_a_test_card',
                    'this is not a documented test card for purchases; never use a real card here',
                )
            details = CardDetails.right_for(card, self._today())
            if is_saved:
                details = payment.saved_details(details.cvc)
            payment = self.change(key, lambda payment, now: payment.submit(card, details, now))
            if not code or payment.status != PaymentStatus.AWAITING_3DS_RESULT:
                return payment
        elif code is None:
            raise Refusal('nothing_to_play', 'an outcome needs a card, a code, or both')
        return self.change(key, lambda payment, now: payment.answer(code or '', now))

    def act(self, payment_id: str, action: str, amount: Optional[int]) -> SandboxPayment:
        """Do at once what a merchant's back office does: ``capture``, ``cancel`` or ``refund``."""
        return self.change(
            self.payment(payment_id).key,
            lambda payment, now: payment.request(action, amount, now, now),
        )

    def request(
        self, payment_id: str, action: str, amount: Optional[int], **wishes: Any
    ) -> SandboxOperation:
        """Accept the same for later, as the platform does; return the operation that it becomes."""
        seconds = SECONDS_TO_CARRY_OUT / self._speed
        return self.change(
            self.payment(payment_id).key,
            lambda payment, now: payment.request(action, amount, now, now + seconds, **wishes),
        ).operations[-1]

    # series of payments

    def series(self, recurring_id: int) -> SandboxPayment:
        """Return the payment that has registered a series. Raises NotFound."""
        for payment in self._store.payments(str(recurring_id)):
            if payment.recurring_id == recurring_id and payment.mode != RECURRING:
                return payment
        raise NotFound(UNKNOWN_SERIES, 'there is no series with this id')

    def act_on_series(
        self,
        recurring_id: int,
        action: str,
        payment_id: str = '',
        amount: Optional[int] = None,
        terms: Optional[dict[str, Any]] = None,
    ) -> SandboxPayment:
        """Do at once what a merchant does with a series; return the payment that this makes.

        ``action`` is DEBIT, of an ``amount``, UPDATE, which agrees other ``terms``, or CANCEL.
        ``payment_id`` must be new; the sandbox makes one if it is empty.
        """
        return self._follow_up(0, recurring_id, action, payment_id, amount=amount, terms=terms)

    def request_on_series(
        self, recurring_id: int, action: str, payment_id: str, **wanted: Any
    ) -> SandboxOperation:
        """Accept the same for later, as the platform does; return the operation that it becomes."""
        seconds = SECONDS_TO_CARRY_OUT / self._speed
        return self._follow_up(seconds, recurring_id, action, payment_id, **wanted).operations[-1]

    def _follow_up(
        self, seconds: float, recurring_id: int, action: str, payment_id: str, **wanted: Any
    ) -> SandboxPayment:
        with self._store.transaction():
            first, now = self.series(recurring_id), self.now()
            if payment_id and self._store.find_payment(payment_id):
                raise Conflict(PAYMENT_ID_EXISTS, 'there is already a payment with this payment_id')
            payment = first.follow_up(action, payment_id, _new_key(), now, now + seconds, **wanted)
            self._store.save(first)
            self._store.save(payment)
        self._schedule_deadline(payment.key, now + seconds)
        return self.payment_by_key(payment.key)

    def find_request(self, request_id: Optional[str]) -> tuple[SandboxPayment, SandboxOperation]:
        """Return the operation that a request has become, and its payment. Raises NotFound."""
        for payment in self.payments():
            for operation in payment.operations:
                if operation.request_id == request_id:
                    return payment, operation
        raise NotFound('unknown_request', 'there is no such request')

    def change(self, key: str, transition: Transition) -> SandboxPayment:
        """Change a payment, store and send the callbacks about it, and return the payment.

        Raises NotFound. If ``transition`` raises a Refusal, its changes are not kept.
        """
        refusal: Optional[Refusal] = None
        with self._store.transaction():
            payment = self._store.payment(key)
            before, deadline, now = payment.as_dict(), payment.deadline, self.now()
            callbacks = self._lapse(payment, now)
            try:
                if transition(payment, now):
                    callbacks += self._store_callback(payment, now)
            except Refusal as error:
                refusal = error  # what a deadline changed before is stored nevertheless
            callbacks += self._lapse(payment, now)
            if payment.as_dict() != before:
                self._store.save(payment)
        if payment.deadline not in (None, deadline):
            self._schedule_deadline(key, payment.deadline)
        for callback_id, next_at in callbacks:
            if next_at is None:
                self._journal.not_sent(self._store.callback(callback_id))
            else:
                self._schedule_try(callback_id, 0, next_at)
        if refusal is not None:
            raise refusal
        return payment

    def _lapse(self, payment: SandboxPayment, now: float) -> list[tuple[int, Optional[float]]]:
        """Make all changes that are due; return the callbacks as ``_store_callback`` does."""
        callbacks: list[tuple[int, Optional[float]]] = []
        while payment.lapse(now):
            callbacks += self._store_callback(payment, now)
        return callbacks

    # callbacks

    def callbacks(self, payment_id: Optional[str] = None) -> list[StoredCallback]:
        """Return the callbacks about a payment, or all; the oldest first. Raises NotFound."""
        return self._store.callbacks(self._key_of(payment_id))

    def callbacks_and_deliveries(
        self, payment_id: Optional[str] = None
    ) -> list[tuple[StoredCallback, list[Delivery]]]:
        """Return what ``callbacks`` does, each with its deliveries, as they are at one moment."""
        key = self._key_of(payment_id)
        with self._store.transaction():
            return [(found, self.deliveries(found)) for found in self._store.callbacks(key)]

    def _key_of(self, payment_id: Optional[str]) -> Optional[str]:
        return payment_id and self.payment(payment_id).key

    def deliver_in_reverse(self, payment_id: str) -> list[Delivery]:
        """Send all callbacks about a payment once more, the newest first."""
        return [self.deliver(callback.id, AGAIN) for callback in self.callbacks(payment_id)[::-1]]

    # what is due later

    def _schedule_all(self) -> None:
        for callback_id, tries, next_at in self._store.undelivered_callbacks():
            self._schedule_try(callback_id, tries, next_at)
        for key, deadline in self._store.deadlines():
            self._schedule_deadline(key, deadline)

    def _schedule_deadline(self, key: str, deadline: float) -> None:
        # Each deadline and each try has its own name: the scheduler drops a job with the name of
        # one that still runs.
        self._courier.call_at(
            self._machine_time(deadline), f'payment {key} {deadline}', self.payment_by_key, key
        )


def _new_key() -> str:
    return secrets.token_urlsafe(16)


def _reopen(known: SandboxPayment, payment: SandboxPayment) -> SandboxPayment:
    """Return the payment of a link whose payment_id is already in use.

    That is the ``known`` one if the link is the same. If it is not, ``payment`` replaces the known
    one, unless a card was submitted for that. Then this raises Refusal.
    """
    if known.canonical == payment.canonical:
        known.params = payment.params  # frame_mode is not signed, and may differ
        return known
    if known.operations or known.status not in (NEW, PaymentStatus.EXPIRED):
        raise Refusal(
            PAYMENT_ID_EXISTS,
            'there is already a payment with this payment_id, and its parameters are different',
        )
    payment.key = known.key
    return payment
