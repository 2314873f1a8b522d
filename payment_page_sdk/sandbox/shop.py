"""A demo shop at /shop, written as the README advises merchants. See orders for what changes them.

Like a real shop, it does not know the sandbox's objects: it has the secret key, and an address for
the Payment Page and the Gate API.
"""

from __future__ import annotations

import secrets
from threading import BoundedSemaphore, Lock
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from payment_page_sdk.exceptions import (
    CallbackException,
    ProcessException,
    ValidationException,
)
from payment_page_sdk.gate import Gate
from payment_page_sdk.money import major_units, minor_units
from payment_page_sdk.payment import Payment
from payment_page_sdk.sandbox.languages import LANGUAGES, chosen_language
from payment_page_sdk.sandbox.orders import (
    ACCEPTED,
    BUSY,
    CANCELED,
    DECLINED,
    HELD,
    NEW,
    PAID,
    PARTLY_REFUNDED,
    REFUNDED,
    REFUSED,
    REVIEW,
    Order,
    OrderPayment,
    PlatformRequest,
)
from payment_page_sdk.sandbox.shop_words import WORDS
from payment_page_sdk.sandbox.web import sum_as_text

CHOICES = {
    'currency': ('EUR', 'USD', 'GBP', 'RUB', 'JPY', 'KWD'),  # JPY has no decimals, KWD has three
    'operation_type': ('sale', 'auth'),
    'lang': LANGUAGES,
}
EXAMPLE = 1815  # minor units: 18.15 EUR
MOST = 10**9  # minor units

ACTIONS = {HELD: ('capture', 'cancel'), PAID: ('refund',), PARTLY_REFUNDED: ('refund',)}
TONES = {
    NEW: 'wait',
    DECLINED: 'bad',
    HELD: 'wait',
    CANCELED: 'bad',
    PAID: 'good',
    PARTLY_REFUNDED: 'good',
    REFUNDED: 'good',
    REVIEW: 'bad',
}

# The Gate API is served by the same threads as the shop. Each request of the shop's takes one to
# wait and one to answer, so there must be far fewer of them than threads.
MOST_REQUESTS = 4


def create_shop(secret: str, project_id: int, base_url: str) -> Blueprint:
    """Return a shop that uses the Payment Page and the Gate API at ``base_url``.

    Raises NotInstalled, a ConfigurationException, if the client of the Gate API cannot be used.
    """
    from payment_page_sdk.gate_api import GateApi  # another room

    shop = Blueprint('shop', __name__, url_prefix='/shop')
    gate = Gate(secret, base_url, validate=True)
    orders: dict[str, Order] = {}  # a real shop has a database
    lock = Lock()  # and there, the order is locked
    places = BoundedSemaphore(MOST_REQUESTS)

    # What the shopper sees

    @shop.get('')
    def shelf() -> str:
        return show_shelf({}, {})

    @shop.post('/orders')
    def buy() -> tuple[str, int] | Response:
        given = request.form.to_dict()
        words, values = WORDS[language()], {**defaults(), **given}
        errors = {
            name: words['not_in_list'] for name in CHOICES if values[name] not in CHOICES[name]
        }
        amount = 0
        if 'currency' not in errors:
            try:
                amount = read_amount(values['amount'], values['currency'], MOST, language())
            except ValueError as error:
                errors['amount'] = str(error)
        if errors:
            return show_shelf(values, errors), 400
        order = Order(secrets.token_hex(4), amount, *[values[name] for name in CHOICES])
        with lock:
            orders[order.id] = order
        return redirect(url_for('shop.show', order_id=order.id), 303)

    @shop.get('/orders/<order_id>')
    def show(order_id: str) -> str:
        return show_order(find_order(order_id))

    @shop.post('/orders/<order_id>/pay')
    def pay(order_id: str) -> Response:
        order = find_order(order_id)
        if not order.is_payable:  # the page was open for a while
            return redirect(url_for('shop.show', order_id=order.id), 303)
        return redirect(gate.get_purchase_payment_page_url(make_payment(order)), 303)

    @shop.get('/orders/<order_id>/state')
    def state(order_id: str) -> dict[str, Any]:
        order = find_order(order_id)
        return {'state': order.state, 'changes': order.changes}

    # What the platform tells

    @shop.post('/callbacks')
    def webhook() -> tuple[str, int]:
        try:
            callback = gate.handle_callback(request.get_data())
        except CallbackException as error:
            return error.code, 400
        with lock:
            for order in orders.values():
                if callback.get_payment_id() in order.payments:
                    order.follow(callback)
        return 'OK', 200

    # What the shop's staff does

    @shop.post('/orders/<order_id>/payments/<payment_id>/<any(capture, cancel, refund):action>')
    def act(order_id: str, payment_id: str, action: str) -> tuple[str, int] | Response:
        order = find_order(order_id)
        payment = order.payments.get(payment_id) or abort(404)
        given, total = request.form.get('amount', '').strip(), payment.sum
        context = {'failed': payment_id, 'given': given}
        if given:
            try:
                units = read_amount(given, total.currency, total.amount, order.lang)
            except ValueError as error:
                return show_order(order, problem=str(error), **context), 400
            total = total._replace(amount=units)
        asked = PlatformRequest(action, total)
        with lock:
            is_new = request.form.get('number') == str(len(payment.requests))
            if is_new:
                payment.requests.append(asked)
        if not is_new:  # the button was pressed twice, or somebody else was faster
            problem = WORDS[order.lang]['sent_meanwhile']
            return show_order(order, problem=problem, **context), 409
        send(payment, asked, WORDS[order.lang]['goods'])
        with lock:
            order.changes += 1
        return redirect(url_for('shop.show', order_id=order.id, _anchor=payment_id), 303)

    def send(payment: OrderPayment, asked: PlatformRequest, description: str) -> None:
        """Send a request to the platform, once, and note what it answers."""
        if not places.acquire(blocking=False):
            asked.outcome = BUSY
            return
        try:
            ask = getattr(GateApi(gate, project_id, base_url), asked.action)
            asked.id = ask(payment.id, *asked.sum, description=description).request_id
            asked.outcome = ACCEPTED
        except ProcessException as error:
            if not getattr(error, 'may_have_been_done', False):
                asked.outcome = REFUSED
            said = getattr(error, 'message', None)  # by the platform
            asked.problem = f'{error}: {said}' if said else str(error)
        finally:
            places.release()

    # Helpers

    def make_payment(order: Order) -> Payment:
        payment = Payment(project_id, order.payment.id, customer_id='shopper')
        payment.payment_amount = order.amount
        payment.payment_currency = order.currency
        payment.payment_description = WORDS[order.lang]['goods']
        payment.update({'operation_type': order.operation_type})
        payment.language_code = order.lang
        payment.merchant_callback_url = url_for('shop.webhook', _external=True)
        payment.merchant_success_url = payment.merchant_fail_url = payment.merchant_return_url = (
            url_for('shop.show', order_id=order.id, _external=True)
        )
        return payment

    def widget_configs(order: Order) -> dict[str, dict[str, str]]:
        """Return what the buttons open; target_element is signed, so each has its own."""
        inline = make_payment(order)
        inline.target_element = 'frame'
        return {
            'modal': gate.get_payment_widget_config(make_payment(order)),
            'inline': gate.get_payment_widget_config(inline),
        }

    def show_shelf(values: dict[str, str], errors: dict[str, str]) -> str:
        lang = language()
        return render_template(
            'shop/shelf.html',
            lang=lang,
            words=WORDS[lang],
            choices=CHOICES,
            values={**defaults(), **values},
            errors=errors,
        )

    def show_order(order: Order, **context: Any) -> str:
        def as_text(units: int, currency: str) -> str:
            return sum_as_text(units, currency, order.lang)

        with lock:  # a callback may change the order while the page is made of its parts
            return render_template(
                'shop/order.html',
                lang=order.lang,
                words=WORDS[order.lang],
                order=order,
                as_text=as_text,
                tones=TONES,
                actions=ACTIONS,
                configs=widget_configs(order) if order.is_payable else None,
                **context,
            )

    def find_order(order_id: str) -> Order:
        return orders.get(order_id) or abort(404)

    return shop


def language() -> str:
    """Return the language that a link of the shop's names, or else the browser's."""
    named = request.args.get('lang', '')
    return named if named in LANGUAGES else chosen_language()


def defaults() -> dict[str, str]:
    """Return what is chosen in the form at first."""
    first = {name: choices[0] for name, choices in CHOICES.items()}
    return {'amount': str(major_units(EXAMPLE, 'EUR')), **first, 'lang': language()}


def read_amount(text: str, currency: str, most: int, lang: str) -> int:
    """Return an amount in minor units. Raises ValueError, which says what to enter."""
    words = WORDS[lang]
    try:
        amount = minor_units(''.join(text.split()).replace(',', '.'), currency)
    except ValidationException:
        example = str(major_units(EXAMPLE, currency))
        if lang == 'ru':
            example = example.replace('.', ',')
        wrong = words['wrong_amount'].format(currency=currency, example=example)
        raise ValueError(wrong) from None
    if amount < 1:
        raise ValueError(words['too_little'].format(least=sum_as_text(1, currency, lang)))
    if amount > most:
        raise ValueError(words['too_much'].format(most=sum_as_text(most, currency, lang)))
    return amount
