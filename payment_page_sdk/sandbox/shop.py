"""A demo shop at /shop, written as the README advises merchants. It keeps its orders in memory."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from payment_page_sdk.exceptions import CallbackException
from payment_page_sdk.gate import Gate
from payment_page_sdk.money import major_units
from payment_page_sdk.payment import Payment

PRICE, CURRENCY = 1815, 'EUR'  # minor units: 18.15


@dataclass
class Order:
    """An order. The shop sells only one thing."""

    id: str
    lang: str
    state: str = 'new'


def create_shop(secret: str, project_id: int, base_url: str) -> Blueprint:
    """Return a shop that sends its shoppers to the Payment Page at ``base_url``."""
    shop = Blueprint('shop', __name__, url_prefix='/shop')
    gate = Gate(secret, base_url, validate=True)
    orders: dict[str, Order] = {}  # a real shop has a database

    @shop.context_processor
    def add_price() -> dict[str, str]:
        return {'price': f'{major_units(PRICE, CURRENCY)} {CURRENCY}'}

    @shop.get('')
    def shelf() -> str:
        return render_template('shop/shelf.html')

    @shop.post('/orders')
    def buy() -> Response:
        lang = 'ru' if request.form.get('lang') == 'ru' else 'en'
        order = Order('ORDER-' + secrets.token_hex(6), lang)
        orders[order.id] = order
        return redirect(url_for('shop.show', order_id=order.id), 303)

    @shop.get('/orders/<order_id>')
    def show(order_id: str) -> str:
        order = find_order(order_id)
        inline = make_payment(order)
        inline.target_element = 'frame'
        return render_template(
            'shop/order.html',
            order=order,
            config=gate.get_payment_widget_config(make_payment(order)),
            inline=gate.get_payment_widget_config(inline),
        )

    @shop.post('/orders/<order_id>/pay')
    def pay(order_id: str) -> Response:
        return redirect(gate.get_purchase_payment_page_url(make_payment(find_order(order_id))), 303)

    @shop.get('/orders/<order_id>/state')
    def state(order_id: str) -> dict[str, str]:
        return {'state': find_order(order_id).state}

    @shop.post('/callbacks')
    def webhook() -> tuple[str, int]:
        try:
            callback = gate.handle_callback(request.get_data())
        except CallbackException as error:
            return error.code, 400
        order = orders.get(callback.get_payment_id() or '')
        # Only a full payment counts. There may be several callbacks about it, and one about an
        # earlier attempt may come later.
        if order and order.state == 'new' and callback.is_success():
            order.state = 'paid' if callback.matches(PRICE, CURRENCY) else 'to be reviewed'
        return 'OK', 200

    def make_payment(order: Order) -> Payment:
        payment = Payment(project_id, order.id, customer_id='shopper')
        payment.payment_amount = PRICE
        payment.payment_currency = CURRENCY
        payment.payment_description = 'A cup of coffee' if order.lang == 'en' else 'Чашка кофе'
        payment.language_code = order.lang
        payment.merchant_callback_url = url_for('shop.webhook', _external=True)
        payment.merchant_success_url = payment.merchant_fail_url = payment.merchant_return_url = (
            url_for('shop.show', order_id=order.id, _external=True)
        )
        return payment

    def find_order(order_id: str) -> Order:
        return orders.get(order_id) or abort(404)

    return shop
