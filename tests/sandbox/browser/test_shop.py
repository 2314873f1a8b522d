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
from payment_page_sdk.sandbox.shop_words import WORDS as SHOP
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

REDIRECT, WINDOW, INLINE = WAYS = ['on_page', 'in_window', 'right_here']
each_way = pytest.mark.parametrize('way', WAYS)


def begin(
    page: Page, shop: str, way: str = REDIRECT, lang: str = 'en', operation_type: str = 'sale'
) -> Place:
    """Order something, and go to pay for it."""
    page.goto(shop + '/shop?lang=en')
    page.get_by_label('Language').select_option(lang)
    page.get_by_label('What happens to the money').select_option(operation_type)
    page.get_by_role('button', name='Buy').click()
    state_is(page, 'new', lang)
    return go_to_pay(page, way, lang)


def go_to_pay(page: Page, way: str = REDIRECT, lang: str = 'en') -> Place:
    page.get_by_role('button', name=SHOP[lang][way]).click()
    return page if way == REDIRECT else page.frame_locator('iframe.epay-frame')


def state_is(page: Page, state: str, lang: str = 'en') -> None:
    """Wait until the page of the order tells that it is in this state."""
    expect(page.locator('#state')).to_have_text(SHOP[lang]['state_' + state])


def is_back(page: Page) -> None:
    """Wait until the page of the order is there once more, without a payment page."""
    page.wait_for_url('**/shop/orders/*')
    expect(page.locator('iframe')).to_have_count(0)


def payment_id(sandbox: Sandbox) -> str:
    eventually(sandbox.platform.payments)
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
    state_is(page, 'paid', lang)


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
    go_to_pay(page)
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
    order.goto(f'{sandbox.address}/shop/orders/{payment_id(sandbox).rpartition("-")[2]}')
    state_is(order, 'paid')


def request_is(page: Page, text: str) -> None:
    """Wait until the page of the order tells this of a request to the platform."""
    expect(page.get_by_role('listitem').filter(has_text=text)).to_be_visible()


@each_way
def test_after_a_decline_another_payment_pays(sandbox: Sandbox, page: Page, way: str) -> None:
    place = begin(page, sandbox.address, way)
    pay(place, DECLINED)
    shown(place, 'Payment declined')
    place.get_by_role('button', name='Back to the shop').click()
    is_back(page)
    state_is(page, 'declined')
    expect(page.get_by_role('heading', name='Try again: pay 18.15 EUR')).to_be_visible()
    place = go_to_pay(page, way)
    shown(place, 'Pay by card')
    pay(place)
    shown(place, 'Payment complete')
    place.get_by_role('button', name='Continue').click()
    is_back(page)
    state_is(page, 'paid')
    page.get_by_role('link', name='-2 in the dashboard').click()
    expect(page.get_by_role('heading', level=1)).to_contain_text('-2')


def test_a_part_is_refunded(sandbox: Sandbox, page: Page) -> None:
    pay(begin(page, sandbox.address))
    page.get_by_role('button', name='Continue').click()
    state_is(page, 'paid')
    amount = page.get_by_label('Amount in EUR')
    amount.fill('18.16')
    page.get_by_role('button', name='Refund').click()
    expect(page.get_by_text('Enter at most 18.15 EUR.')).to_be_visible()
    expect(amount).to_be_focused()
    expect(amount).to_have_value('18.16')
    amount.fill('5')
    page.get_by_role('button', name='Refund').click()
    request_is(page, 'Refund of 5.00 EUR: accepted.')
    page.evaluate('window.isTheSame = true')
    state_is(page, 'partly_refunded')  # about a second later
    request_is(page, 'Refund of 5.00 EUR: done.')
    expect(page.get_by_text('Not refunded: 13.15 EUR')).to_be_visible()
    assert page.evaluate('window.isTheSame')


def test_a_hold_is_captured(sandbox: Sandbox, page: Page) -> None:
    pay(begin(page, sandbox.address, operation_type='auth'))
    page.get_by_role('button', name='Continue').click()
    state_is(page, 'held')
    page.get_by_label('Amount in EUR').fill('10')
    page.get_by_role('button', name='Capture').click()
    state_is(page, 'paid')
    request_is(page, 'Capture of 10.00 EUR: done.')


def test_what_is_being_entered_and_paid_stays(
    sandbox: Sandbox, page: Page, new_page: Callable[..., Page]
) -> None:
    place = begin(page, sandbox.address, INLINE)
    other = new_page()
    other.goto(page.url)
    pay(place)
    shown(place, 'Payment complete')
    state_is(other, 'paid')
    state_is(page, 'paid')
    shown(place, 'Payment complete')  # not taken away
    amount = other.get_by_label('Amount in EUR')
    amount.fill('1')
    sandbox.platform.act(payment_id(sandbox), 'refund', 500)
    state_is(other, 'partly_refunded')
    expect(amount).to_have_value('1')
    expect(other.get_by_text('Paid: 18.15 EUR')).to_be_visible()
    amount.fill('')
    expect(other.get_by_text('Not refunded: 13.15 EUR')).to_be_visible()


def test_it_goes_on_after_the_shop_was_away(sandbox: Sandbox, page: Page) -> None:
    begin(page, sandbox.address, WINDOW)
    page.keyboard.press('Escape')
    page.route('**/state', lambda route: route.abort('aborted'))
    page.wait_for_timeout(1500)
    page.unroute('**/state')
    sandbox.play(payment_id(sandbox), PAYS)
    state_is(page, 'paid')
    expect(page.get_by_role('button', name='Right here')).to_have_count(0)


def test_the_widget_opens_after_a_decline_that_another_tab_has_shown(
    sandbox: Sandbox, page: Page
) -> None:
    begin(page, sandbox.address, WINDOW)
    page.keyboard.press('Escape')
    sandbox.play(payment_id(sandbox), DECLINED)
    state_is(page, 'declined')
    place = go_to_pay(page, WINDOW)
    pay(place)
    shown(place, 'Payment complete')


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
    enter(page, page.get_by_role('button', name=SHOP['en'][way]))
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
    expect(page.get_by_role('button')).to_have_text([SHOP['en'][REDIRECT]])  # others need one
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
    state_is(page, 'paid', lang)


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


@pytest.mark.parametrize('page', [{'java_script_enabled': False}], indirect=True)
def test_the_shop_does_without_scripts(sandbox: Sandbox, page: Page) -> None:
    begin(page, sandbox.address)
    order = sandbox.address + '/shop/orders/' + payment_id(sandbox).rpartition('-')[2]
    pay(page, DECLINED)
    page.get_by_role('button', name='Back to the shop').click()
    eventually(lambda: sandbox.callbacks(payment_id(sandbox))[-1]['next_at'] is None)
    page.get_by_role('link', name='Check again').click()
    expect(page).to_have_url(order)
    state_is(page, 'declined')
    go_to_pay(page)
    pay(page)
    shown(page, 'Payment complete')
    second = sandbox.platform.payments()[0].payment_id
    eventually(lambda: sandbox.callbacks(second)[-1]['next_at'] is None)
    page.goto(order)
    page.get_by_role('button', name='Refund').click()
    request_is(page, 'Refund of 18.15 EUR: accepted.')
    eventually(lambda: sandbox.platform.payment(second).amount == 0)
    eventually(lambda: sandbox.callbacks(second)[-1]['next_at'] is None)
    page.get_by_role('link', name='Check again').click()
    state_is(page, 'refunded')


LONGEST = '10000000'


@pytest.mark.parametrize('lang', ['en', 'ru'])
def test_every_state_fits_and_is_accessible(
    sandbox: Sandbox, page: Page, check_looks: Callable[..., None], lang: str
) -> None:
    def seen(state: str) -> None:
        state_is(page, state, lang)
        check_looks(page, lang)

    def order(operation_type: str = 'sale', card: str = PAYS) -> str:
        begin(page, sandbox.address, lang=lang, operation_type=operation_type)
        pay(page, card, lang)
        page.locator('main form button').click()
        return sandbox.platform.payments()[0].payment_id

    words = SHOP[lang]
    page.goto(f'{sandbox.address}/shop?lang={lang}')
    check_looks(page, lang)
    page.get_by_label(words['amount']).fill('x')
    page.get_by_role('button', name=words['buy']).click()
    expect(page.get_by_label(words['amount'])).to_be_focused()
    check_looks(page, lang)
    page.get_by_label(words['amount']).fill(LONGEST)
    page.get_by_role('button', name=words['buy']).click()
    seen('new')
    order(card=DECLINED)
    seen('declined')
    held = order('auth')
    seen('held')
    sandbox.platform.act(held, 'cancel', None)
    seen('canceled')
    paid = order()
    seen('paid')
    sandbox.platform.faults.choose('500', 1)
    page.get_by_role('button', name=words['refund']).click()
    expect(page.get_by_role('listitem')).to_contain_text('500')
    check_looks(page, lang)
    sandbox.platform.act(paid, 'refund', 1)
    seen('partly_refunded')
    sandbox.platform.act(paid, 'refund', None)
    seen('refunded')
    page.goto(f'{sandbox.address}/shop?lang={lang}')
    page.get_by_label(words['amount']).fill('121')
    page.get_by_role('button', name=words['buy']).click()
    pay(go_to_pay(page, lang=lang), '4010 5716 7622 3548', lang)  # approves 120.00 EUR
    page.locator('main form button').click()
    seen('review')
