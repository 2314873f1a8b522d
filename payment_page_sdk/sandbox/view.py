"""What the page shows of a payment, and the ways back to the shop."""

from __future__ import annotations

from typing import NamedTuple, Optional

from payment_page_sdk.parameters.kinds import CARD_TOKENIZE, CARD_VERIFY
from payment_page_sdk.sandbox.payments import NEW, SandboxPayment
from payment_page_sdk.sandbox.web import amount_as_text
from payment_page_sdk.statuses import PaymentStatus

# The ways back to the shop, as they appear in the names of parameters.
SUCCESS, FAIL, RETURN, TOKENIZE = 'success', 'fail', 'return', 'tokenize'
IN_PLACE, PARENT_PAGE, BLANK_PAGE = 'iframe', 'parent_page', 'blank_page'
EMBEDDED = 'embedded'  # a form without a button, in the page of the shop

_OUTCOMES = {
    PaymentStatus.SUCCESS: 'success',
    PaymentStatus.AWAITING_CAPTURE: 'held',
    PaymentStatus.DECLINE: 'declined',
    PaymentStatus.AWAITING_CUSTOMER: 'declined',
    PaymentStatus.PROCESSING: 'processing',
    PaymentStatus.CANCELED: 'canceled',
    PaymentStatus.REFUNDED: 'refunded',
    PaymentStatus.PARTIALLY_REFUNDED: 'partially_refunded',
    PaymentStatus.REVERSED: 'refunded',
    PaymentStatus.PARTIALLY_REVERSED: 'partially_refunded',
}
_PAID = (PaymentStatus.SUCCESS, PaymentStatus.AWAITING_CAPTURE)
_DECLINED = (PaymentStatus.DECLINE, PaymentStatus.AWAITING_CUSTOMER)


class Way(NamedTuple):
    """A way back to the shop: the URL, and where it opens."""

    url: str
    mode: str


class View:
    """What the page shows of a payment, in one language."""

    def __init__(self, payment: SandboxPayment, lang: str) -> None:
        self.payment = payment
        self.lang = lang
        self.payment_id = payment.params.get('payment_id', '')
        self.description = payment.params.get('payment_description', '')
        self.mode = payment.mode
        self.is_auth = payment.is_auth
        self.is_recurring = payment.is_recurring
        self.has_saved_card = payment.has_saved_card
        self.amount = None
        if payment.currency and self.mode != CARD_TOKENIZE:
            self.amount = amount_as_text(payment, payment.requested_amount, lang)

    @property
    def framed(self) -> str:
        """Return how the widget shows the page; an empty str if the page has its own tab."""
        mode = self.payment.params.get('frame_mode', '')
        return mode if mode in ('popup', 'iframe', EMBEDDED) else 'iframe' if mode else ''

    @property
    def outcome(self) -> str:
        status = self.payment.status
        if status == PaymentStatus.SUCCESS and self.mode in (CARD_TOKENIZE, CARD_VERIFY):
            return 'saved' if self.mode == CARD_TOKENIZE else 'verified'
        return _OUTCOMES[PaymentStatus(status)]

    @property
    def verdict(self) -> str:
        """Return the outcome as the names of events have it; an empty str if there is none yet."""
        if self.payment.status in _PAID:
            return 'Success'
        return 'Fail' if self.payment.status in _DECLINED else ''

    @property
    def side(self) -> str:
        """Return which of the ways back applies now."""
        if self.payment.status in _DECLINED or self.payment.status == PaymentStatus.EXPIRED:
            return FAIL
        return RETURN if self.payment.status in (NEW, PaymentStatus.PROCESSING) else SUCCESS

    def button(self) -> Optional[Way]:
        """Return where the button to the shop leads, or None if there is no button."""
        name = 'merchant_' + self.side
        enabled = self.payment.params.get(name + '_enabled')
        if enabled == '0' or (enabled == '1' and self.framed):
            return None
        return self._way(name + '_url', name + '_redirect_mode', PARENT_PAGE)

    def redirect(self) -> Optional[Way]:
        """Return where the shopper is sent once the outcome is final, or None."""
        final = self.payment.status in _PAID or self.payment.status == PaymentStatus.DECLINE
        name = 'redirect_' + (TOKENIZE if self.outcome == 'saved' else self.side)
        return self._way(name + '_url', name + '_mode', IN_PLACE) if final else None

    def _way(self, url: str, mode: str, default: str) -> Optional[Way]:
        params = self.payment.params
        if not params.get(url):
            return None
        chosen = params.get(mode) or default
        # If the page has its own tab, that tab is its only frame.
        return Way(params[url], chosen if self.framed or chosen == BLANK_PAGE else IN_PLACE)
