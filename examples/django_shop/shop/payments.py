"""The gate to the Payment Page, the payments that it opens the page for, and the Gate API."""

from django.conf import settings
from django.urls import reverse

from payment_page_sdk.contrib.django import get_gate
from payment_page_sdk.gate_api import GateApi
from payment_page_sdk.payment import Payment

gate = get_gate()
gate_api = GateApi(gate, settings.PAYMENT_PAGE_PROJECT_ID, settings.PAYMENT_PAGE_GATE_API_URL)


def payment_of(order, request):
    """Return the payment for ``order``."""
    back = request.build_absolute_uri(reverse('returned', args=[order.payment_id]))
    return Payment(
        settings.PAYMENT_PAGE_PROJECT_ID,
        order.payment_id,
        payment_amount=order.amount,
        payment_currency=order.currency,
        operation_type='auth' if settings.SHOP_HOLD else 'sale',
        payment_description=order.description,
        customer_id=order.payment_id,  # shoppers have no accounts here
        customer_email=order.email,
        merchant_success_url=back,
        merchant_fail_url=back,
    )
