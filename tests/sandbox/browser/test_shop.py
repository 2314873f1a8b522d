"""The demo shop in a browser: shoppers pay, and the callback alone makes their orders paid."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Callable

import pytest
from flask import abort, request
from playwright.sync_api import Locator, Page, expect
from werkzeug.serving import make_server

from payment_page_sdk.sandbox.app import create_app
from payment_page_sdk.sandbox.shop import create_shop
from payment_page_sdk.sandbox.words import WORDS
from sandbox.browser.conftest import (
    ASKS,
    CODE,
    DECLINED,
    NARROW,
    PAYS,
    WIDE,
    Place,
    confirm,
    fill,
    pay,
    shown,
)
from sandbox.conftest import SECRET, Sandbox, eventually

pytestmark = pytest.mark.parametrize('sandbox', [{'with_shop': True}], indirect=True)

REDIRECT, WINDOW, INLINE = WAYS = ['On the payment page', 'In a window', 'Right here']
each_way = pytest.mark.parametrize('way', WAYS)


def begin(page: Page, shop: str, way: str = REDIRECT, lang: str = 'en') -> Place:
    """Order something, and go to pay for it."""
    page.goto(shop + '/shop')
    page.get_by_label('Language').select_option(lang)
    page.get_by_role('button', name='Buy').click()
    state_is(page, 'new')
    page.get_by_role('button', name=way).click()
    return page if way == REDIRECT else page.frame_locator('iframe.epay-frame')


def state_is(page: Page, state: str) -> None:
    """Wait until the page of the order tells that it is in this state."""
    expect(page.locator('#state')).to_have_text(state)


def is_back(page: Page) -> None:
    """Wait until the page of the order is there once more, without a payment page."""
    page.wait_for_url('**/shop/orders/*')
    expect(page.locator('iframe')).to_have_count(0)


def payment_id(sandbox: Sandbox) -> str:
    [payment] = sandbox.platform.payments()
    return payment.payment_id


# The payment


@pytest.mark.parametrize(
    ('way', 'lang', 'page'),
    [
        (REDIRECT, 'en', {'viewport': WIDE}),
        (REDIRECT, 'ru', {'viewport': NARROW}),
        (WINDOW, 'ru', {'viewport': WIDE}),
        (WINDOW, 'en', {'viewport': NARROW}),
        (INLINE, 'ru', {'viewport': NARROW}),
    ],
    indirect=['page'],
)
def test_a_shopper_pays(sandbox: Sandbox, page: Page, way: str, lang: str) -> None:
    place = begin(page, sandbox.address, way, lang)
    words = WORDS[lang]
    shown(place, words['title_purchase'])
    pay(place, PAYS, lang)
    shown(place, words['title_success'])
    place.get_by_role('button', name=words['leave_success']).click()
    is_back(page)
    state_is(page, 'paid')


@each_way
def test_a_declined_shopper_takes_another_card(sandbox: Sandbox, page: Page, way: str) -> None:
    place = begin(page, sandbox.address, way)
    pay(place, DECLINED)
    shown(place, 'Payment declined')
    place.get_by_role('link', name='Try another card').click()
    expect(place.get_by_role('status').filter(has_text='declined')).to_be_visible()
    pay(place)
    shown(place, 'Payment complete')
    place.get_by_role('button', name='Continue').click()
    state_is(page, 'paid')


@each_way
def test_the_bank_asks_for_a_code(sandbox: Sandbox, page: Page, way: str) -> None:
    place = begin(page, sandbox.address, way)
    pay(place, ASKS)
    shown(place, 'Confirm the payment')
    confirm(place, '654321')
    shown(place, 'Payment declined')
    expect(place.get_by_text('The 3-D Secure code is wrong.')).to_be_visible()
    place.get_by_role('link', name='Try another card').click()
    pay(place, ASKS)
    confirm(place)
    shown(place, 'Payment complete')
    place.get_by_role('button', name='Continue').click()
    state_is(page, 'paid')


def test_who_comes_back_without_paying_may_still_pay(sandbox: Sandbox, page: Page) -> None:
    place = begin(page, sandbox.address, WINDOW)
    shown(place, 'Pay by card')
    place.get_by_role('button', name='Back to the shop').click()
    is_back(page)
    state_is(page, 'new')
    page.get_by_role('button', name=REDIRECT).click()
    pay(page)
    shown(page, 'Payment complete')


def test_a_late_shopper_cannot_pay(sandbox: Sandbox, page: Page) -> None:
    until = datetime.fromtimestamp(sandbox.platform.now() + 3600, timezone.utc)
    page.goto(sandbox.link(best_before=until))
    expect(page.get_by_text(f'Pay before {until:%Y-%m-%d %H:%M} UTC')).to_be_visible()
    sandbox.platform.advance(3601)
    pay(page)
    shown(page, 'Too late to pay')
    page.reload()
    shown(page, 'Too late to pay')
    assert sandbox.platform.payment('ORDER-1').status == 'expired'


def test_the_bank_waits_for_half_an_hour(sandbox: Sandbox, page: Page) -> None:
    begin(page, sandbox.address)
    pay(page, ASKS)
    shown(page, 'Confirm the payment')
    sandbox.platform.advance(1801)
    confirm(page)
    shown(page, 'Payment declined')


def test_a_slow_bank_is_waited_for(sandbox: Sandbox, page: Page) -> None:
    begin(page, sandbox.address)
    pay(page, '4539 1214 1116 8251')
    shown(page, 'Payment in progress')
    sandbox.platform.advance(10)
    shown(page, 'Payment declined')  # the page looks again by itself


# The order


class DownAtFirst:
    """The shop on a server of its own, which answers 500 to callbacks until it is ``up``."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.up = threading.Event()
        app = create_app(sandbox.platform)
        app.register_blueprint(create_shop(SECRET, 186, sandbox.address))

        @app.before_request
        def refuse_callbacks() -> None:
            if request.path == '/shop/callbacks' and not self.up.is_set():
                abort(500)

        self.server = make_server('127.0.0.1', 0, app, threaded=True)
        self.url = f'http://127.0.0.1:{self.server.server_port}'


@pytest.fixture
def down_at_first(sandbox: Sandbox) -> Iterator[DownAtFirst]:
    shop = DownAtFirst(sandbox)
    thread = threading.Thread(target=shop.server.serve_forever, args=(0.02,))
    thread.start()
    yield shop
    shop.server.shutdown()
    thread.join()
    shop.server.server_close()


@pytest.mark.parametrize('way', [REDIRECT, WINDOW])
def test_the_way_back_pays_nothing(
    sandbox: Sandbox, down_at_first: DownAtFirst, page: Page, way: str
) -> None:
    place = begin(page, down_at_first.url, way)
    pay(place)
    shown(place, 'Payment complete')
    place.get_by_role('button', name='Continue').click()
    is_back(page)
    [callback] = sandbox.platform.callbacks()
    eventually(lambda: sandbox.platform.deliveries(callback))
    assert sandbox.platform.deliveries(callback)[0].status == 500
    with page.expect_response('**/state'):
        page.reload()
    state_is(page, 'new')
    down_at_first.up.set()
    sandbox.platform.advance(10)
    state_is(page, 'paid')


@pytest.mark.parametrize('way', [REDIRECT, INLINE])
def test_nobody_has_to_come_back(sandbox: Sandbox, page: Page, way: str) -> None:
    place = begin(page, sandbox.address, way)
    pay(place)
    shown(place, 'Payment complete')
    browser = page.context
    page.close()
    order = browser.new_page()
    order.goto(f'{sandbox.address}/shop/orders/{payment_id(sandbox)}')
    state_is(order, 'paid')


# However they come


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until ``target`` has the focus."""
    target.wait_for()
    for _ in range(60):
        if target.evaluate('element => element.matches(":focus")'):
            return
        page.keyboard.press('Tab')
    raise AssertionError(f'Tab does not reach {target}')


def enter(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press('Enter')


def type_into(page: Page, target: Locator, text: str) -> None:
    tab_to(page, target)
    page.keyboard.type(text)


@pytest.mark.parametrize('way', [REDIRECT, WINDOW])
def test_a_keyboard_is_enough(sandbox: Sandbox, page: Page, way: str) -> None:
    page.goto(sandbox.address + '/shop')
    enter(page, page.get_by_role('button', name='Buy'))
    enter(page, page.get_by_role('button', name=way))
    place: Place = page if way == REDIRECT else page.frame_locator('iframe.epay-frame')
    for label, text in [
        ('Card number', ASKS),
        ('Expiry date', '1230'),
        ('CVC', '641'),
        ('Name on the card', 'ADA LOVELACE'),
    ]:
        type_into(page, place.get_by_label(label, exact=True), text)
    page.keyboard.press('Enter')
    type_into(page, place.get_by_label('Code', exact=True), '1')
    enter(page, place.get_by_role('button', name='Confirm'))
    enter(page, place.get_by_role('link', name='Try another card'))
    enter(page, place.get_by_text('Test cards'))
    enter(page, place.get_by_role('button', name='Fill in the card ' + PAYS))
    expect(place.get_by_role('button', name='Pay 18.15 EUR')).to_be_focused()
    page.keyboard.press('Enter')
    shown(place, 'Payment complete')
    enter(page, place.get_by_role('button', name='Continue'))
    state_is(page, 'paid')


@pytest.mark.parametrize('page', [{'java_script_enabled': False}], indirect=True)
@pytest.mark.parametrize('lang', ['en', 'ru'])
def test_the_payment_page_does_without_scripts(sandbox: Sandbox, page: Page, lang: str) -> None:
    words = WORDS[lang]
    page.goto(sandbox.address + '/shop')
    page.get_by_role('button', name='Buy').click()
    expect(page.get_by_role('button')).to_have_text([REDIRECT])  # the others need one
    begin(page, sandbox.address, lang=lang)
    expect(page.get_by_role('button', name=words['fill'])).to_have_count(0)
    pay(page, '4012 8888 8888 1881', lang)
    expect(page.get_by_role('alert')).to_contain_text(words['error_number_real'])
    pay(page, DECLINED, lang)
    shown(page, words['title_declined'])
    page.get_by_role('link', name=words['try_again']).click()
    pay(page, ASKS, lang)
    page.get_by_label(words['challenge_code'], exact=True).fill(CODE)
    page.get_by_role('button', name=words['challenge_button']).click()
    shown(page, words['title_success'])
    eventually(lambda: sandbox.callbacks(payment_id(sandbox))[-1]['next_at'] is None)
    page.get_by_role('button', name=words['leave_success']).click()
    state_is(page, 'paid')


def test_what_is_wrong_has_the_focus(sandbox: Sandbox, page: Page) -> None:
    begin(page, sandbox.address)
    fill(page, '4012 8888 8888 1881')
    page.get_by_label('CVC', exact=True).fill('12')
    page.keyboard.press('Enter')
    expect(page.get_by_label('Card number', exact=True)).to_be_focused()
    expect(page.get_by_label('Card number', exact=True)).to_have_value('')
    expect(page.get_by_label('Name on the card')).to_have_value('ADA LOVELACE')
    page.get_by_role('link', name='The CVC has').click()
    expect(page.get_by_label('CVC', exact=True)).to_be_focused()


def test_a_form_is_sent_once(sandbox: Sandbox, page: Page) -> None:
    begin(page, sandbox.address)
    fill(page)
    methods: list[str] = []
    page.on('request', lambda request: methods.append(request.method))
    button = page.get_by_role('button', name='Pay 18.15 EUR')
    button.evaluate('button => { button.click(); button.click(); }')
    shown(page, 'Payment complete')
    assert methods.count('POST') == 1
    page.go_back()
    shown(page, 'Payment complete')
    assert len(sandbox.platform.payment(payment_id(sandbox)).operations) == 1


def test_two_tabs_show_one_payment(
    sandbox: Sandbox, page: Page, new_page: Callable[..., Page]
) -> None:
    begin(page, sandbox.address)
    other = new_page()
    other.goto(page.url)
    pay(other)
    shown(other, 'Payment complete')
    pay(page, DECLINED)
    shown(page, 'Payment complete')
