"""The demo shop over HTTP: callbacks change orders, and nothing else does."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from flask import Flask

from payment_page_sdk.sandbox import shop as shop_module
from payment_page_sdk.sandbox.server import THREADS
from payment_page_sdk.sandbox.shop import CHOICES, create_shop
from payment_page_sdk.sandbox.shop_words import WORDS
from sandbox.conftest import SECRET, Sandbox, eventually, skip_to_morning

pytestmark = pytest.mark.parametrize('sandbox', [{'with_shop': True, 'speed': 10}], indirect=True)

PAYS, DECLINED = '4000000000000077', '4111111111111111'
MASTERCARD = '5252000000000004'


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client that goes where it is told to by the test only."""
    with httpx.Client(base_url=sandbox.address, verify=False, timeout=30) as client:
        yield client


class Order:
    """An order in the shop, seen from outside."""

    def __init__(self, sandbox: Sandbox, browser: httpx.Client, **choices: str) -> None:
        self.sandbox = sandbox
        self.browser = browser
        bought = browser.post('/shop/orders', data=choices)
        assert bought.status_code == 303
        self.path: str = bought.headers['Location']
        assert re.fullmatch('/shop/orders/[0-9a-f]{8}', self.path)
        self.payment_id = 'ORDER-' + self.path.rpartition('/')[2]

    @property
    def state(self) -> str:
        state: str = self.browser.get(self.path + '/state').json()['state']
        return state

    @property
    def page(self) -> str:
        return html.unescape(self.browser.get(self.path).text)

    def link(self) -> str:
        gone = self.browser.post(self.path + '/pay')
        assert gone.status_code == 303
        link: str = gone.headers['Location']
        return link

    def pay(self, card: str = PAYS) -> None:
        """Open the payment page for the next payment, and pay with a card."""
        link = self.link()
        assert self.browser.get(link).status_code == 200
        payment_id = dict(parse_qsl(urlsplit(link).query))['payment_id']
        self.sandbox.play(payment_id, card)

    def becomes(self, state: str) -> None:
        eventually(lambda: self.state == state)

    def act(self, action: str, amount: str = '', payment_id: str = '') -> httpx.Response:
        payment_id = payment_id or self.payment_id
        [number] = re.findall('name="number" value="([0-9]+)"', self.page) or ['0']
        return self.browser.post(
            f'{self.path}/payments/{payment_id}/{action}',
            data={'amount': amount, 'number': number},
        )

    def delivered(self) -> None:
        """Wait until no callback is under way."""
        eventually(
            lambda: all(
                callback['next_at'] is None for callback in self.sandbox.callbacks(self.payment_id)
            )
        )


@pytest.fixture
def order(sandbox: Sandbox, browser: httpx.Client) -> Order:
    """An order as the form suggests it."""
    return Order(sandbox, browser)


@pytest.fixture
def held(sandbox: Sandbox, browser: httpx.Client) -> Order:
    """An order whose money is held."""
    order = Order(sandbox, browser, operation_type='auth')
    order.pay()
    order.becomes('held')
    return order


# Before the order


def test_the_form_suggests_something(browser: httpx.Client) -> None:
    page = browser.get('/shop')
    assert page.status_code == 200
    assert 'value="18.15"' in page.text
    for choices in CHOICES.values():
        for choice in choices:
            assert f'<option value="{choice}"' in page.text


@pytest.mark.parametrize(
    ('choices', 'units', 'shown'),
    [
        ({}, '1815', '18.15 EUR'),
        ({'amount': '1 018,5', 'currency': 'USD'}, '101850', '1,018.50 USD'),
        ({'amount': '1018.15', 'lang': 'ru'}, '101815', '1\u00a0018,15 EUR'),
        ({'amount': '1815', 'currency': 'JPY'}, '1815', '1,815 JPY'),
        ({'amount': '1.815', 'currency': 'KWD', 'operation_type': 'auth'}, '1815', '1.815 KWD'),
        ({'amount': '10000000.00'}, '1000000000', '10,000,000.00 EUR'),
    ],
)
def test_what_is_chosen_is_paid(
    sandbox: Sandbox, browser: httpx.Client, choices: dict[str, str], units: str, shown: str
) -> None:
    order = Order(sandbox, browser, **choices)
    assert shown in order.page
    link = order.link()
    assert link.startswith(sandbox.address + '/payment?')
    params = dict(parse_qsl(urlsplit(link).query))
    del params['signature'], params['interface_type']
    lang = choices.get('lang', 'en')
    assert params == {
        'project_id': '186',
        'payment_id': order.payment_id,
        'payment_amount': units,
        'payment_currency': choices.get('currency', 'EUR'),
        'payment_description': {'en': 'A cup of coffee', 'ru': 'Чашка кофе'}[lang],
        'operation_type': choices.get('operation_type', 'sale'),
        'customer_id': 'shopper',
        'language_code': lang,
        'merchant_callback_url': sandbox.address + '/shop/callbacks',
        'merchant_success_url': sandbox.address + order.path,
        'merchant_fail_url': sandbox.address + order.path,
        'merchant_return_url': sandbox.address + order.path,
    }
    order.pay()
    order.becomes('held' if 'operation_type' in choices else 'paid')


@pytest.mark.parametrize(
    ('choices', 'field', 'error'),
    [
        ({'amount': ''}, 'amount', 'Enter an amount in EUR, such as 18.15.'),
        ({'amount': '<b>'}, 'amount', 'Enter an amount in EUR, such as 18.15.'),
        ({'amount': '1.001'}, 'amount', 'Enter an amount in EUR, such as 18.15.'),
        (
            {'amount': '1.5', 'currency': 'JPY'},
            'amount',
            'Enter an amount in JPY, such as 1815.',
        ),
        (
            {'amount': '1.0001', 'currency': 'KWD'},
            'amount',
            'Enter an amount in KWD, such as 1.815.',
        ),
        ({'amount': '0', 'currency': 'KWD'}, 'amount', 'Enter at least 0.001 KWD.'),
        ({'amount': '-5'}, 'amount', 'Enter at least 0.01 EUR.'),
        ({'amount': '10000000.01'}, 'amount', 'Enter at most 10,000,000.00 EUR.'),
        ({'currency': 'XXX'}, 'currency', 'Choose one from the list.'),
        ({'operation_type': 'x'}, 'operation_type', 'Choose one from the list.'),
        ({'lang': 'zz'}, 'lang', 'Choose one from the list.'),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    browser: httpx.Client, choices: dict[str, str], field: str, error: str
) -> None:
    given = {'amount': '7', 'currency': 'EUR', 'operation_type': 'auth', 'lang': 'ru', **choices}
    answer = browser.post('/shop/orders', data=given)
    assert answer.status_code == 400
    assert f'<p class="error" id="{field}-error">{error}</p>' in answer.text
    assert f'aria-describedby="{field}-error" autofocus' in answer.text
    assert answer.text.count('autofocus') == 1
    assert f'value="{html.escape(given["amount"])}"' in answer.text
    for name in set(CHOICES) - {field}:
        assert f'<option value="{given[name]}" selected>' in answer.text
    assert '<title>Error: ' in answer.text


@pytest.mark.parametrize(('lang', 'before'), [('en', 'such as'), ('ru', 'например')])
def test_the_example_of_an_amount_is_one(browser: httpx.Client, lang: str, before: str) -> None:
    for currency in CHOICES['currency']:
        choices = {'amount': 'x', 'currency': currency}
        page = browser.post(f'/shop/orders?lang={lang}', data=choices).text
        [choices['amount']] = re.findall(f'{before} (.+)\\.</p>', page)
        assert browser.post('/shop/orders', data=choices).status_code == 303


# The languages


@pytest.mark.parametrize(
    ('path', 'accepted', 'lang'),
    [
        ('/shop', 'ru-RU, en;q=0.5', 'ru'),
        ('/shop', 'fr, ru;q=0.5, en;q=0.1', 'ru'),
        ('/shop', 'fr', 'en'),
        ('/shop?lang=ru', 'en', 'ru'),
        ('/shop?lang=en', 'ru', 'en'),
        ('/shop?lang=zz', 'ru', 'ru'),
    ],
)
def test_the_shop_speaks_the_language(
    browser: httpx.Client, path: str, accepted: str, lang: str
) -> None:
    page = browser.get(path, headers={'Accept-Language': accepted}).text
    assert f'<html lang="{lang}">' in page
    assert WORDS[lang]['about_goods'] in page
    assert WORDS[lang]['banner'] in page
    assert f'<option value="{lang}" selected>' in page


def test_an_order_speaks_its_own_language(
    sandbox: Sandbox, browser: httpx.Client, order: Order
) -> None:
    browser.headers['Accept-Language'] = 'ru'
    assert '<html lang="en">' in order.page
    russian = Order(sandbox, browser)
    browser.headers['Accept-Language'] = 'en'
    assert '<html lang="ru">' in russian.page
    russian.pay(MASTERCARD)
    russian.becomes('paid')
    answer = russian.act('refund', '20')
    assert 'Введите не больше 18,15 EUR.' in answer.text
    russian.act('refund', '5,1')
    assert 'Возврат 5,10 EUR: ' in russian.page
    eventually(lambda: 'возвращена часть денег' in russian.page)


# What the platform tells


def test_a_success_makes_it_paid(browser: httpx.Client, sandbox: Sandbox, order: Order) -> None:
    assert 'Right here' in order.page
    order.pay()
    order.becomes('paid')
    [callback] = sandbox.callbacks(order.payment_id)
    answer = browser.post('/shop/callbacks', content=callback['body'])
    assert (answer.status_code, answer.text) == (200, 'OK')
    assert order.state == 'paid'
    assert 'Right here' not in order.page
    assert 'Thank you!' in order.page
    gone = browser.post(order.path + '/pay')
    assert (gone.status_code, gone.headers['Location']) == (303, order.path)


def test_after_a_decline_another_payment_pays(sandbox: Sandbox, order: Order) -> None:
    assert f'{order.payment_id} in the dashboard, once its page was opened' in order.page
    order.pay(DECLINED)
    order.delivered()
    assert f'{order.payment_id} in the dashboard</a>' in order.page
    assert order.state == 'declined'
    assert 'Try again: pay 18.15 EUR' in order.page
    order.pay(DECLINED)
    eventually(lambda: order.payment_id + '-3' in order.page)
    order.pay()
    order.becomes('paid')
    paid = [payment.payment_id for payment in sandbox.platform.payments()]
    assert paid == [order.payment_id + end for end in ('-3', '-2', '')]
    for payment_id in paid:
        assert f'href="/payments/{payment_id}"' in order.page


def test_another_sum_is_to_be_reviewed(sandbox: Sandbox, order: Order) -> None:
    # Who holds the secret key may sign another link; a shopper may not.
    sandbox.open(
        order.payment_id,
        payment_amount=1,
        merchant_callback_url=sandbox.address + '/shop/callbacks',
    )
    sandbox.play(order.payment_id, PAYS)
    order.becomes('review')
    assert 'to be reviewed' in order.page
    assert 'Paid: 0.01 EUR' in order.page


def test_tampered_callbacks_are_refused(
    sandbox: Sandbox, browser: httpx.Client, order: Order
) -> None:
    order.link()
    sandbox.open(order.payment_id)
    sandbox.play(order.payment_id, DECLINED)
    [callback] = sandbox.callbacks(order.payment_id)
    forged = callback['body'].replace('decline', 'success')
    answer = browser.post('/shop/callbacks', content=forged)
    assert (answer.status_code, answer.text) == (400, 'invalid_signature')
    assert order.state == 'new'


def test_callbacks_about_others_are_accepted(
    sandbox: Sandbox, browser: httpx.Client, order: Order
) -> None:
    sandbox.play(sandbox.open('ANOTHER'), PAYS)
    [callback] = sandbox.callbacks('ANOTHER')
    answer = browser.post('/shop/callbacks', content=callback['body'])
    assert (answer.status_code, answer.text) == (200, 'OK')
    assert order.state == 'new'


# What the shop's staff does


def test_a_hold_is_captured(held: Order) -> None:
    assert 'Held: 18.15 EUR' in held.page
    answer = held.act('capture')
    assert (answer.status_code, answer.headers['Location']) == (
        303,
        f'{held.path}#{held.payment_id}',
    )
    held.becomes('paid')
    assert 'Capture of 18.15 EUR: done.' in held.page


def test_parts_of_a_hold_are_released_and_captured(held: Order) -> None:
    held.act('cancel', '8.15')
    eventually(lambda: 'Held: 10.00 EUR' in held.page)
    assert held.state == 'held'
    held.act('capture', '6,00')
    held.becomes('paid')
    assert 'Paid: 6.00 EUR' in held.page
    assert 'Release of 8.15 EUR: done.' in held.page


def test_a_hold_is_released(held: Order) -> None:
    held.act('cancel')
    held.becomes('canceled')
    assert 'Held: ' not in held.page


@pytest.mark.parametrize('card', [PAYS, MASTERCARD])
@pytest.mark.parametrize('is_later', [False, True])
def test_parts_and_the_rest_are_refunded(
    sandbox: Sandbox, order: Order, card: str, is_later: bool
) -> None:
    order.pay(card)
    order.becomes('paid')
    if is_later:  # else it may be a reversal
        skip_to_morning(sandbox.platform)
    order.act('refund', '5')
    order.becomes('partly_refunded')
    assert 'Not refunded: 13.15 EUR' in order.page
    order.act('refund')
    order.becomes('refunded')
    assert 'Refund of 13.15 EUR: done.' in order.page
    assert '<form' not in order.page


@pytest.mark.parametrize(
    ('amount', 'error'),
    [
        ('x', 'Enter an amount in EUR, such as 18.15.'),
        ('0', 'Enter at least 0.01 EUR.'),
        ('18.16', 'Enter at most 18.15 EUR.'),
    ],
)
def test_wrong_amounts_are_not_sent(held: Order, amount: str, error: str) -> None:
    answer = held.act('capture', amount)
    assert answer.status_code == 400
    assert error in answer.text
    assert f'value="{amount}"' in answer.text
    assert f'aria-describedby="problem-{held.payment_id}"' in answer.text
    assert 'Requests' not in held.page


def test_what_the_platform_refuses_is_told(held: Order) -> None:
    held.act('refund')  # too early
    page = held.page
    assert 'Refund of 18.15 EUR: not accepted. Nothing was done. ' in page
    assert '(the platform refused the request (HTTP 400, code 3060)' in page
    assert held.state == 'held'


def test_a_payment_without_money_is_not_refunded(order: Order) -> None:
    order.act('refund')
    assert 'Refund of 0.00 EUR: not accepted. Nothing was done. ' in order.page
    assert '(amount must be at least 1' in order.page


@pytest.mark.parametrize(
    ('fault', 'outcome'),
    [('403', 'not accepted. Nothing was done.'), ('500', 'it is not known whether it was done.')],
)
def test_failures_are_told(sandbox: Sandbox, held: Order, fault: str, outcome: str) -> None:
    sandbox.platform.faults.choose(fault, 1)
    assert held.act('capture').status_code == 303
    assert f'Capture of 18.15 EUR: {outcome}' in held.page
    assert held.state == 'held'


def test_what_became_of_a_request_without_an_answer_is_told_by_the_callback(
    sandbox: Sandbox, held: Order
) -> None:
    sandbox.platform.faults.choose('cut', 1)
    held.act('capture')
    held.becomes('paid')
    assert 'Capture of 18.15 EUR: done. <span lang="en">(the connection broke off' in held.page


def test_a_button_that_is_pressed_twice_refunds_once(order: Order) -> None:
    order.pay()
    order.becomes('paid')
    path = f'{order.path}/payments/{order.payment_id}/refund'
    data = {'amount': '5', 'number': '0'}
    assert order.browser.post(path, data=data).status_code == 303
    answer = order.browser.post(path, data=data)
    assert answer.status_code == 409
    assert 'Another request was sent in the meantime' in answer.text
    assert 'value="5"' in answer.text
    eventually(lambda: 'Not refunded: 13.15 EUR' in order.page)
    order.delivered()
    assert order.page.count('Refund of 5.00 EUR') == 1
    data['number'] = '1'
    assert order.browser.post(path, data=data).status_code == 303


def test_many_requests_at_once_cannot_block_the_server(
    sandbox: Sandbox, browser: httpx.Client
) -> None:
    orders = [Order(sandbox, browser) for _ in range(THREADS + 1)]
    for order in orders:
        order.pay()
    for order in orders:
        order.becomes('paid')
    sandbox.platform.faults.choose('slow')
    with ThreadPoolExecutor(len(orders)) as pool:
        answers = list(pool.map(lambda order: order.act('refund').status_code, orders))
    assert answers == [303] * len(orders)
    pages = [order.page for order in orders]
    assert sum('not known' in page for page in pages) == 0
    assert sum('Refund of 18.15 EUR: not sent' in page for page in pages) >= THREADS // 2
    eventually(lambda: 'refunded' in [order.state for order in orders])


def test_the_gate_api_may_not_be_usable(sandbox: Sandbox) -> None:
    # By http, the client only calls this machine. The shop does not fail to start.
    app = Flask(shop_module.__name__)
    app.register_blueprint(create_shop(SECRET, 186, 'http://192.0.2.1'))
    client = app.test_client()
    path = client.post('/shop/orders').headers['Location']
    payment_id = 'ORDER-' + path.rpartition('/')[2]
    path += f'/payments/{payment_id}/refund'
    assert client.post(path, data={'number': '0'}).status_code == 303


# The addresses


def test_the_page_has_what_the_widget_needs(order: Order) -> None:
    page = order.browser.get(order.path).text
    assert '/shared/merchant.js' in page
    assert '/shared/merchant.css' in page
    [configs] = re.findall('data-configs="(.*?)"', page)
    told: dict[str, Any] = json.loads(html.unescape(configs))
    assert set(told) == {'modal', 'inline'}
    assert told['inline']['target_element'] == 'frame'
    assert told['inline']['signature'] != told['modal']['signature']


def test_it_tells_what_changes(order: Order) -> None:
    def changes() -> int:
        count: int = order.browser.get(order.path + '/state').json()['changes']
        return count

    assert changes() == 0
    assert 'data-changes="0"' in order.page
    order.pay()
    order.becomes('paid')
    assert changes() == 1
    order.act('refund')
    order.becomes('refunded')
    assert changes() == 3


@pytest.mark.parametrize(
    'path', ['none', 'none/state', 'none/pay', 'none/payments/x/refund', '{}/payments/x/refund']
)
def test_unknown_orders_and_payments_are_not_found(
    browser: httpx.Client, order: Order, path: str
) -> None:
    path = '/shop/orders/' + path.format(order.path.rpartition('/')[2])
    method = 'POST' if path.endswith(('pay', 'refund')) else 'GET'
    assert browser.request(method, path).status_code == 404
