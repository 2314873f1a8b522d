"""The gate: the one object that a merchant's service holds."""

from payment_page_sdk.callback import Callback
from payment_page_sdk.payment_page import PaymentPage
from payment_page_sdk.signature_handler import SignatureHandler

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable

    from payment_page_sdk.callback import CallbackData
    from payment_page_sdk.explanation import Explanation
    from payment_page_sdk.payment import Payment


class Gate:
    """Makes signed links to the Payment Page, and verifies the platform's callbacks.

    ``secret`` is the project's secret key. ``base_url`` is the address of the Payment Page if it
    is not the platform's own. ``previous_secrets`` are keys that were in use before ``secret``:
    callbacks signed with them are still accepted, so never list a key that has leaked.
    ``guard=False`` signs links that a shopper may be able to rewrite; see payment_page. With
    ``validate``, each payment is validated before its link, form or configuration is made: errors
    are raised, warnings are not; see Payment.validate.

    One Gate serves all threads, and may be made before a server forks its workers.

    Raises ConfigurationException for a secret key or address that cannot be used. Issues a
    ConfigurationWarning for a secret key with white space, quotes or invisible characters around
    it.
    """

    CURRENCY_RUB = 'RUB'
    CURRENCY_USD = 'USD'
    CURRENCY_EUR = 'EUR'

    def __init__(
        self,
        secret: str,
        base_url: str = '',
        previous_secrets: 'Iterable[str]' = (),
        guard: bool = True,
        validate: bool = False,
    ) -> None:
        try:
            self._signature_handler = SignatureHandler(secret, previous_secrets)
        finally:
            # Debug pages would show them with any error here.
            del secret
            del previous_secrets
        self._payment_page = PaymentPage(self._signature_handler, base_url, guard, validate)

    def get_purchase_payment_page_url(self, payment: 'Payment') -> str:
        """Return the signed link that opens the page with ``payment``.

        Raises ValidationException for a parameter that cannot be sent, or is not valid.
        """
        return self._payment_page.get_url(payment)

    def get_payment_form(self, payment: 'Payment', button: str = 'Pay') -> str:
        """Return an HTML form that posts ``payment`` to the page: for what is too long for a link.

        ``button`` is the label of its button. Raises ValidationException for a parameter that
        cannot be sent, or is not valid.
        """
        return self._payment_page.get_form(payment, button)

    def get_payment_widget_config(self, payment: 'Payment') -> 'Dict[str, str]':
        """Return the dict, ready for JSON, that ``EPayWidget.run(config, 'POST')`` takes.

        Raises ValidationException for a parameter that cannot be sent, or is not valid.
        """
        return self._payment_page.get_widget_config(payment)

    def set_payment_base_url(self, base_url: str) -> None:
        """Set the address of the Payment Page; the empty text means the platform's own.

        Raises ConfigurationException.
        """
        self._payment_page.set_base_url(base_url)

    def handle_callback(self, data: 'CallbackData') -> Callback:
        """Return the verified callback.

        ``data`` is the request's body as it was received, bytes or str, or the dict parsed from it.
        Raises a subclass of CallbackException if the callback must not be trusted: answer 400.
        """
        return Callback(data, self._signature_handler)

    def explain_callback(self, data: 'Any', show_texts: bool = False) -> 'Explanation':
        """Return why ``handle_callback`` accepts or refuses ``data``. Never raises.

        It is slower: use it to find a fault, not to accept callbacks. ``show_texts`` shows the
        callback's values, which are personal data, in the canonical string.
        """
        from payment_page_sdk.explanation.of_callback import explain_callback  # rarely needed

        return explain_callback(data, self._signature_handler, show_texts)

    def explain_url(self, url: 'Any', show_texts: bool = False) -> 'Explanation':
        """Return why the Payment Page accepts or refuses a signed link. Never raises.

        ``show_texts`` shows the parameters' values, which may be personal data.
        """
        from payment_page_sdk.explanation.of_link import explain_url

        return explain_url(url, self._signature_handler, show_texts)
