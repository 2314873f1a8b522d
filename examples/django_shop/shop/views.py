"""The pages of the shop, and the view that receives the platform's callbacks."""

import logging

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from payment_page_sdk.contrib.django import payment_callback
from payment_page_sdk.exceptions import ValidationException

from .forms import OrderForm
from .fulfilment import apply_callback
from .models import Order
from .payments import gate, payment_of

logger = logging.getLogger(__name__)


@require_http_methods(['GET', 'HEAD', 'POST'])
def catalogue(request):
    """Show the products, and take an order."""
    form = OrderForm(request.POST or None)
    if form.is_valid():
        return redirect(form.save())
    return render(request, 'shop/catalogue.html', {'form': form})


@require_GET
def order(request, payment_id):
    """Show an order, its state, and the ways to pay for it."""
    return render(
        request, 'shop/order.html', {'order': get_object_or_404(Order, payment_id=payment_id)}
    )


@require_POST
def pay(request, payment_id):
    """Send the shopper to the Payment Page."""
    order = get_object_or_404(Order, payment_id=payment_id)
    if not order.is_payable:
        return redirect(order)
    try:
        return redirect(gate.get_purchase_payment_page_url(payment_of(order, request)))
    except ValidationException as error:
        return refused(request, order, error)


@require_GET
def widget(request, payment_id):
    """Open the Payment Page in a widget on our own page."""
    order = get_object_or_404(Order, payment_id=payment_id)
    if not order.is_payable:
        return redirect(order)
    try:
        config = gate.get_payment_widget_config(payment_of(order, request))
    except ValidationException as error:
        return refused(request, order, error)
    return render(
        request,
        'shop/widget.html',
        {'order': order, 'config': config, 'base_url': settings.PAYMENT_PAGE_BASE_URL},
    )


@require_GET
def returned(request, payment_id):
    """Show the order's state to a shopper who comes back from the page. Change nothing.

    Anybody can open this address, whether they have paid or not. Believe only the callback.
    """
    return render(
        request, 'shop/returned.html', {'order': get_object_or_404(Order, payment_id=payment_id)}
    )


@payment_callback
def callback(callback):
    """Apply a verified callback. The answer is 200 once the change is in the database."""
    apply_callback(callback)


def refused(request, order, error):
    """Tell the shopper that the SDK refused to sign, say because the address would forge a link."""
    logger.warning('Order %s cannot be paid: %s', order.payment_id, error)
    messages.error(request, 'This order cannot be paid. Please order with another e-mail address.')
    return redirect(order)
