"""What the shopper is shown of a payment, and the ways back to the shop."""

from __future__ import annotations

from typing import NamedTuple, Optional

from payment_page_sdk.parameters.kinds import CARD_TOKENIZE, CARD_VERIFY
from payment_page_sdk.sandbox.payments import NEW, SandboxPayment
from payment_page_sdk.sandbox.web import amount_text
from payment_page_sdk.statuses import PaymentStatus

# The ways back to the shop, as the names of their parameters have them.
SUCCESS, FAIL, RETURN, TOKENIZE = 'success', 'fail', 'return', 'tokenize'
IN_PLACE, PARENT_PAGE, BLANK_PAGE = 'iframe', 'parent_page', 'blank_page'

_OUTCOMES = {
    PaymentStatus.SUCCESS: 'success',
    PaymentStatus.AWAITING_CAPTURE: 'held',
    PaymentStatus.DECLINE: 'declined',
    PaymentStatus.AWAITING_CUSTOMER: 'declined',
    PaymentStatus.PROCESSING: 'processing',
    PaymentStatus.CANCELED: 'canceled',
    PaymentStatus.REFUNDED: 'refunded',
    PaymentStatus.PARTIALLY_REFUNDED: 'partially_refunded',
}
_PAID = (PaymentStatus.SUCCESS, PaymentStatus.AWAITING_CAPTURE)
_DECLINED = (PaymentStatus.DECLINE, PaymentStatus.AWAITING_CUSTOMER)


class Way(NamedTuple):
    """A way back to the shop: the address, and where it opens."""

    url: str
    mode: str


class View:
    """What there is to show of a payment."""

    def __init__(self, payment: SandboxPayment, lang: str) -> None:
        self.state = payment
        self.lang = lang
        self.payment_id = payment.params.get('payment_id', '')
        self.description = payment.params.get('payment_description', '')
        self.mode = payment.mode
        self.is_auth = payment.is_auth
        self.is_recurring = payment.is_recurring
        self.amount = None
        if payment.currency and self.mode != CARD_TOKENIZE:
            self.amount = amount_text(payment, payment.requested, lang)

    @property
    def framed(self) -> str:
        """Return how the widget shows the page; empty in a tab of its own."""
        mode = self.state.params.get('frame_mode', '')
        return mode if mode in ('popup', 'iframe') else 'iframe' if mode else ''

    @property
    def outcome(self) -> str:
        status = self.state.status
        if status == PaymentStatus.SUCCESS and self.mode in (CARD_TOKENIZE, CARD_VERIFY):
            return 'saved' if self.mode == CARD_TOKENIZE else 'verified'
        return _OUTCOMES[PaymentStatus(status)]

    @property
    def verdict(self) -> str:
        """Return how the events call the outcome; empty where there is none yet."""
        if self.state.status in _PAID:
            return 'Success'
        return 'Fail' if self.state.status in _DECLINED else ''

    @property
    def side(self) -> str:
        """Return which of the ways back there is now."""
        if self.state.status in _DECLINED or self.state.status == PaymentStatus.EXPIRED:
            return FAIL
        return RETURN if self.state.status in (NEW, PaymentStatus.PROCESSING) else SUCCESS

    def button(self) -> Optional[Way]:
        """Return where the button to the shop leads, where there is one."""
        name = 'merchant_' + self.side
        enabled = self.state.params.get(name + '_enabled', '2')
        if enabled == '0' or (enabled == '1' and self.framed):
            return None
        return self._way(name + '_url', name + '_redirect_mode', PARENT_PAGE)

    def redirect(self) -> Optional[Way]:
        """Return where the shopper goes without being asked, where the outcome is known."""
        final = self.state.status in _PAID or self.state.status == PaymentStatus.DECLINE
        name = 'redirect_' + (TOKENIZE if self.outcome == 'saved' else self.side)
        return self._way(name + '_url', name + '_mode', IN_PLACE) if final else None

    def _way(self, url: str, mode: str, default: str) -> Optional[Way]:
        params = self.state.params
        if not params.get(url):
            return None
        chosen = params.get(mode) or default
        # In a tab of its own, the page is the only frame.
        return Way(params[url], chosen if self.framed or chosen == BLANK_PAGE else IN_PLACE)
