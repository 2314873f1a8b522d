"""The widget on a merchant's page of another site: how it opens, tells, closes and returns."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from playwright.sync_api import Error, Locator, expect

from payment_page_sdk.signature_handler import SignatureHandler
from sandbox.browser.conftest import (
    ASKS,
    DECLINED,
    NARROW,
    PAYS,
    Storefront,
    confirm,
    fill,
    pay,
    shown,
)
from sandbox.conftest import SECRET, Merchant, Sandbox, eventually

OPENED = ['onLoaded', 'onPaymentMethodSelect']
PAID = ['onPaymentSent', 'onPaymentSubmitResult', 'onPaymentSuccess']

WINDOW: dict[str, Any] = {}
INLINE = {'target_element': 'place'}

either_method = pytest.mark.parametrize('method', ['POST', 'GET'])
either_place = pytest.mark.parametrize('place', [WINDOW, INLINE], ids=['window', 'inline'])
either_way = pytest.mark.parametrize(
    ('method', 'place'), [('POST', WINDOW), ('GET', INLINE)], ids=['window', 'inline']
)


# How it opens


@either_way
def test_the_page_opens_at_once(storefront: Storefront, method: str, place: dict[str, Any]) -> None:
    storefront.run(storefront.config(**place), method)
    shown(storefront.frame, 'Pay by card')
    size = storefront.hears('onLoaded')
    assert min(size['width'], size['height']) > 300
    inside = storefront.page.locator('#place iframe' if place else 'dialog[open] iframe')
    expect(inside).to_have_count(1)
    expect(storefront.page.locator('iframe')).to_have_count(1)


@pytest.mark.parametrize(('method', 'place'), [('GET', WINDOW), ('POST', INLINE)])
def test_a_button_opens_the_page(
    storefront: Storefront, method: str, place: dict[str, Any]
) -> None:
    storefront.bind(storefront.config(**place), method)
    expect(storefront.page.locator('iframe')).to_have_count(0)
    storefront.page.locator('#pay').click()
    shown(storefront.frame, 'Pay by card')


@either_method
def test_a_redirect_opens_the_page_in_the_tab(
    sandbox: Sandbox, storefront: Storefront, method: str
) -> None:
    storefront.open(method, redirect=True)
    shown(storefront.page, 'Pay by card')
    assert storefront.page.url.startswith(sandbox.address + '/payment')
    pay(storefront.page)
    shown(storefront.page, 'Payment complete')


@pytest.mark.parametrize(
    ('page', 'redirects'),
    [
        ({}, False),
        ({'viewport': NARROW}, False),
        ({'viewport': NARROW, 'is_mobile': True, 'has_touch': True}, True),
    ],
    indirect=['page'],
)
def test_only_phones_are_redirected(
    sandbox: Sandbox, storefront: Storefront, redirects: bool
) -> None:
    storefront.open(redirect_on_mobile=1)
    if redirects:
        storefront.page.wait_for_url(sandbox.address + '/**')
    shown(storefront.page if redirects else storefront.frame, 'Pay by card')


def test_the_window_speaks_the_language(storefront: Storefront) -> None:
    storefront.open(language_code='ru')
    shown(storefront.frame, 'Оплата картой')
    expect(storefront.page.get_by_role('dialog', name='Оплата')).to_be_visible()
    expect(storefront.page.get_by_role('button', name='Закрыть')).to_be_visible()


def opened_window(storefront: Storefront) -> Locator:
    """Open the page in a window; return the window, once it has stopped moving."""
    storefront.open()
    shown(storefront.frame, 'Pay by card')
    dialog = storefront.page.locator('dialog')
    dialog.evaluate('dialog => Promise.all(dialog.getAnimations().map(one => one.finished))')
    return dialog


@pytest.mark.parametrize('page', [{'viewport': {'width': 1280, 'height': 1200}}], indirect=True)
def test_a_window_stays_in_place_when_its_page_changes(storefront: Storefront) -> None:
    # Else a click misses the button that was there a moment ago.
    dialog = opened_window(storefront)
    top, height = 'dialog => dialog.offsetTop', 'dialog => dialog.offsetHeight'
    place, highest = dialog.evaluate(top), dialog.evaluate(height)
    pay(storefront.frame)
    eventually(lambda: dialog.evaluate(height) < highest)
    assert dialog.evaluate(top) == place


@pytest.mark.parametrize('page', [{'viewport': NARROW}], indirect=True)
def test_a_narrow_window_is_filled(storefront: Storefront) -> None:
    assert opened_window(storefront).bounding_box() == {'x': 0, 'y': 0, **NARROW}
    pay(storefront.frame)
    shown(storefront.frame, 'Payment complete')


@either_method
def test_values_arrive_as_they_were_signed(
    sandbox: Sandbox, storefront: Storefront, method: str
) -> None:
    config = storefront.config(payment_description="é & <'>\r\n")
    del config['signature']
    config.update(
        payment_amount=1815,
        close_on_missclick=False,
        merchant_data={'a': {'b': [True, False, 7, None]}},
    )
    config['signature'] = SignatureHandler(SECRET).sign(config)
    storefront.run(config, method)
    shown(storefront.frame, 'Pay by card')
    params = sandbox.platform.payment('ORDER-1').params
    assert params['payment_description'] == "é & <'>\r\n"
    assert params['close_on_missclick'] == '0'
    assert params['merchant_data'] == {'a': {'b': {'0': '1', '1': '0', '2': '7', '3': ''}}}


# What the merchant's page hears


@either_way
def test_a_success_is_told(
    sandbox: Sandbox, storefront: Storefront, method: str, place: dict[str, Any]
) -> None:
    storefront.open(method, **place)
    pay(storefront.frame)
    told = storefront.hears('onPaymentSuccess')
    assert storefront.story() == OPENED + PAID
    assert sandbox.gate.handle_callback(told).is_success()
    assert told['general']['payment_id'] == 'ORDER-1'
    assert storefront.heard('onPaymentSent') == [None]
    [operation] = told['operations']
    assert storefront.heard('onPaymentSubmitResult') == [{'request_id': operation['request_id']}]
    [method_told] = storefront.heard('onPaymentMethodSelect')
    assert method_told['payment_method_code'] == 'card'


@either_place
def test_a_decline_is_told_and_then_a_success(
    sandbox: Sandbox, storefront: Storefront, place: dict[str, Any]
) -> None:
    storefront.open(**place)
    pay(storefront.frame, DECLINED)
    told = storefront.hears('onPaymentFail')
    assert not sandbox.gate.handle_callback(told).is_success()
    storefront.frame.get_by_role('link', name='Try another card').click()
    pay(storefront.frame)
    storefront.hears('onPaymentSuccess')
    failed = ['onPaymentSent', 'onPaymentSubmitResult', 'onPaymentFail']
    assert storefront.story() == OPENED + failed + OPENED + PAID


@pytest.mark.parametrize(
    ('code', 'event'), [('123456', 'onPaymentSuccess'), ('1', 'onPaymentFail')]
)
def test_the_banks_step_is_told(storefront: Storefront, code: str, event: str) -> None:
    storefront.open()
    pay(storefront.frame, ASKS)
    confirm(storefront.frame, code)
    storefront.hears(event)
    assert storefront.story() == [
        *OPENED,
        'onPaymentSent',
        'onPaymentSubmitResult',
        'onRedirectIframe',
        'onRedirectIframeComplete',
        event,
    ]


@pytest.mark.parametrize(
    ('parameters', 'number', 'event'),
    [
        ({'mode': 'card_verify', 'payment_amount': 0}, PAYS, 'onCardVerifySuccess'),
        ({'mode': 'card_verify', 'payment_amount': 0}, DECLINED, 'onCardVerifyFail'),
        ({'mode': 'card_tokenize'}, PAYS, 'onTokenizeSuccess'),
    ],
)
def test_the_other_modes_tell_their_own(
    sandbox: Sandbox, storefront: Storefront, parameters: dict[str, Any], number: str, event: str
) -> None:
    storefront.open(**parameters)
    pay(storefront.frame, number)
    told = storefront.hears(event)
    assert storefront.story() == [*OPENED, 'onPaymentSent', 'onPaymentSubmitResult', event]
    sandbox.gate.handle_callback(told)


def test_a_saved_card_pays_with_its_cvc(sandbox: Sandbox, storefront: Storefront) -> None:
    sandbox.open('SAVES')
    sandbox.play('SAVES', PAYS)
    token = sandbox.platform.payment('SAVES').token
    storefront.open(account_token=token)
    storefront.hears('onLoaded')
    storefront.frame.get_by_label('CVC', exact=True).fill('123')
    storefront.frame.locator('[data-card-form] [type=submit]').click()
    storefront.hears('onPaymentSuccess')
    assert storefront.story() == [*OPENED, *PAID]


@either_way
def test_a_page_that_is_refused_says_why(
    sandbox: Sandbox, storefront: Storefront, method: str, place: dict[str, Any]
) -> None:
    config = {**storefront.config(**place), 'payment_amount': '1'}
    storefront.run(config, method)
    told = storefront.hears('onFailLoading')
    assert 'signature' in told['message']
    assert told['config'] == config
    assert storefront.story() == ['onFailLoading']
    assert sandbox.platform.payments() == []


def test_mistakes_are_told_to_whoever_made_them(storefront: Storefront) -> None:
    for call, message in [
        ('run({target_element: "none"})', "no element has the id 'none'"),
        ('run({}, "PUT")', "The method must be 'POST' or 'GET', not 'PUT'."),
        ('run()', 'config must be an object'),
        ('bind("none", {})', "no element has the id 'none'"),
    ]:
        with pytest.raises(Error, match=message):
            storefront.page.evaluate(f'() => EPayWidget.{call}')


def test_there_is_one_page_at_a_time(storefront: Storefront) -> None:
    storefront.run(storefront.config())
    storefront.hears('onLoaded')
    storefront.run(storefront.config())
    assert storefront.hears('onFailLoading')['message'] == 'A payment page is already open.'
    storefront.page.locator('dialog').evaluate('dialog => dialog.remove()')  # not by its button
    storefront.run(storefront.config())
    shown(storefront.frame, 'Pay by card')
    expect(storefront.page.locator('dialog')).to_have_count(1)


def test_silence_is_told(storefront: Storefront) -> None:
    page = storefront.page
    page.clock.install()
    page.goto(storefront.url)
    page.route('**/payment', lambda route: None)  # it is never answered
    storefront.run(storefront.config())
    assert storefront.story() == []
    page.clock.fast_forward(15_000)
    assert storefront.heard('onFailLoading')[0]['message'].endswith('does not answer.')


def test_the_frame_grows_with_the_page(storefront: Storefront) -> None:
    storefront.open(target_element='place')
    loaded = storefront.hears('onLoaded')
    frame = storefront.page.locator('iframe')
    expect(frame).to_have_css('height', f'{loaded["height"]}px')
    storefront.frame.get_by_text('Test cards').click()
    grown = storefront.hears('onResize')
    assert grown['height'] > loaded['height']
    expect(frame).to_have_css('height', f'{grown["height"]}px')
    assert storefront.frame.locator('html').evaluate(
        'page => page.scrollHeight <= window.innerHeight'
    )


def test_a_mistake_of_the_merchant_stops_nothing(storefront: Storefront) -> None:
    storefront.page.evaluate(
        """config => {
      window.addEventListener('error', (event) => {
        window.mistake = event.message;
        event.preventDefault();
      });
      EPayWidget.run({ ...hearing(config), onPaymentSent() { throw Error('mine'); } });
    }""",
        storefront.config(),
    )
    pay(storefront.frame)
    storefront.hears('onPaymentSuccess')
    assert storefront.page.evaluate('mistake') == 'Uncaught Error: mine'


# How it closes


def press_escape(storefront: Storefront) -> None:
    storefront.page.keyboard.press('Escape')


def press_escape_in_the_frame(storefront: Storefront) -> None:
    storefront.frame.get_by_label('Card number', exact=True).focus()
    storefront.page.keyboard.press('Escape')  # not by the frame, which goes away under it


def press_the_cross(storefront: Storefront) -> None:
    storefront.page.get_by_role('button', name='Close').click()


def press_outside(storefront: Storefront) -> None:
    storefront.page.mouse.click(5, 5)


@pytest.mark.parametrize(
    'close', [press_escape, press_escape_in_the_frame, press_the_cross, press_outside]
)
def test_the_window_closes(storefront: Storefront, close: Callable[[Storefront], None]) -> None:
    storefront.open(close_on_missclick=1)
    shown(storefront.frame, 'Pay by card')
    storefront.hears('onLoaded')
    close(storefront)
    expect(storefront.page.locator('dialog')).to_have_count(0)
    assert storefront.story() == [*OPENED, 'onDestroy']
    expect(storefront.page.locator('#pay')).to_be_focused()
    expect(storefront.page.locator('html')).not_to_have_css('overflow', 'hidden')


def test_a_click_outside_closes_only_where_it_may(storefront: Storefront) -> None:
    storefront.open()
    storefront.hears('onLoaded')
    press_outside(storefront)
    expect(storefront.page.locator('dialog[open]')).to_be_visible()
    storefront.page.mouse.click(640, 100)
    expect(storefront.page.locator('dialog[open]')).to_be_visible()
    assert 'onDestroy' not in storefront.story()


def test_closed_after_the_result_it_tells_of_an_exit(storefront: Storefront) -> None:
    storefront.open()
    pay(storefront.frame)
    storefront.hears('onPaymentSuccess')
    storefront.frame.get_by_role('button', name='Close').click()
    storefront.hears('onExit')
    assert storefront.story() == [*OPENED, *PAID, 'onExit']
    expect(storefront.page.locator('#pay')).to_be_focused()
    storefront.page.keyboard.press('Enter')
    shown(storefront.frame, 'Payment complete')


def test_the_page_behind_a_window_is_out_of_reach(storefront: Storefront) -> None:
    storefront.open()
    shown(storefront.frame, 'Pay by card')
    expect(storefront.page.locator('html')).to_have_css('overflow', 'hidden')
    for _ in range(60):
        storefront.page.keyboard.press('Tab')
        assert storefront.page.evaluate('document.activeElement.id') != 'pay'


# The ways back

either_redirect = pytest.mark.parametrize(
    ('side', 'number', 'event', 'place'),
    [('success', PAYS, 'onPaymentSuccess', WINDOW), ('fail', DECLINED, 'onPaymentFail', INLINE)],
)


def redirects(storefront: Storefront, side: str, mode: str) -> dict[str, Any]:
    return {f'redirect_{side}_url': storefront.back_url, f'redirect_{side}_mode': mode}


@either_redirect
def test_the_shopper_returns_in_the_frame(
    storefront: Storefront, side: str, number: str, event: str, place: dict[str, Any]
) -> None:
    storefront.open(**redirects(storefront, side, 'iframe'), **place)
    shown(storefront.frame, 'Pay by card')
    # The merchant's page is busy: it has not heard of the outcome when the frame could be gone.
    storefront.page.evaluate("""() => addEventListener('message', ({ data }) => {
      const until = performance.now() + 3000;
      while (data.event === 'onPaymentSent' && performance.now() < until);
    })""")
    pay(storefront.frame, number)
    shown(storefront.frame, 'Back')
    assert storefront.story() == [*OPENED, *PAID[:2], event]
    assert storefront.page.url.rstrip('/') == storefront.url


@either_redirect
def test_the_shopper_returns_in_the_parent_page(
    storefront: Storefront, side: str, number: str, event: str, place: dict[str, Any]
) -> None:
    storefront.open(**redirects(storefront, side, 'parent_page'), **place)
    pay(storefront.frame, number)
    storefront.page.wait_for_url(storefront.back_url)
    storefront.page.goto(storefront.url)
    assert storefront.story() == [*OPENED, *PAID[:2], event]


@either_redirect
def test_the_shopper_returns_in_a_blank_page(
    storefront: Storefront, side: str, number: str, event: str, place: dict[str, Any]
) -> None:
    storefront.open(**redirects(storefront, side, 'blank_page'), **place)
    with storefront.page.context.expect_page() as opened:
        pay(storefront.frame, number)
    opened.value.wait_for_url(storefront.back_url)
    assert opened.value.evaluate('window.opener') is None
    storefront.hears(event)
    expect(storefront.frame.get_by_role('link', name='Go to the shop')).to_be_visible()


def test_in_a_tab_of_its_own_all_ways_lead_back(storefront: Storefront) -> None:
    storefront.open(redirect=1, **redirects(storefront, 'success', 'parent_page'))
    pay(storefront.page)
    storefront.page.wait_for_url(storefront.back_url)


@pytest.mark.parametrize(
    ('side', 'label', 'mode'),
    [
        ('success', 'Continue', 'iframe'),
        ('success', 'Continue', 'parent_page'),
        ('success', 'Continue', 'blank_page'),
        ('fail', 'Back to the shop', 'iframe'),
        ('fail', 'Back to the shop', 'parent_page'),
        ('return', 'Back to the shop', 'parent_page'),
    ],
)
def test_a_button_leads_back(
    sandbox: Sandbox, storefront: Storefront, side: str, label: str, mode: str
) -> None:
    storefront.open(
        **{f'merchant_{side}_url': storefront.back_url, f'merchant_{side}_redirect_mode': mode}
    )
    if side != 'return':
        pay(storefront.frame, PAYS if side == 'success' else DECLINED)
    button = storefront.frame.get_by_role('button', name=label)
    if mode == 'blank_page':
        with storefront.page.context.expect_page() as opened:
            button.click()
        opened.value.wait_for_url(storefront.back_url)
    else:
        button.click()
        shown(storefront.frame if mode == 'iframe' else storefront.page, 'Back')
    # Who leaves after a decline has given up: the sandbox has heard of it by then.
    statuses = {'success': 'success', 'fail': 'decline', 'return': 'new'}
    assert sandbox.platform.payment('ORDER-1').status == statuses[side]


# Strangers

FORGED = {'paymentPage': 1, 'event': 'onPaymentSuccess', 'data': {}}


def test_strangers_are_not_believed(sandbox: Sandbox, storefront: Storefront) -> None:
    page = storefront.page
    storefront.open(target_element='place')
    storefront.hears('onLoaded')
    page.evaluate('message => window.postMessage(message, "*")', FORGED)
    for source in (sandbox.link('ORDER-2'), storefront.back_url):
        page.evaluate(
            """source => new Promise((resolve) => {
          const frame = document.createElement('iframe');
          Object.assign(frame, { src: source, onload: resolve });
          document.body.append(frame);
        })""",
            source,
        )
        page.frames[-1].evaluate('message => window.parent.postMessage(message, "*")', FORGED)
    pay(storefront.frame, DECLINED)
    storefront.hears('onPaymentFail')
    assert 'onPaymentSuccess' not in storefront.story()


def test_a_frame_that_has_gone_elsewhere_is_not_believed(storefront: Storefront) -> None:
    storefront.open(target_element='place', **redirects(storefront, 'success', 'iframe'))
    pay(storefront.frame)
    shown(storefront.frame, 'Back')
    storefront.frame.locator('html').evaluate(
        '(_, message) => window.parent.postMessage(message, "*")', FORGED
    )
    storefront.page.evaluate('() => new Promise(resolve => setTimeout(resolve))')
    assert storefront.story().count('onPaymentSuccess') == 1  # the page's own, before it went


@pytest.mark.parametrize('name', ['', 'payment-page|*|1'])
def test_only_the_widget_is_told(sandbox: Sandbox, storefront: Storefront, name: str) -> None:
    page = storefront.page
    page.evaluate(
        """([name, link]) => {
      window.told = [];
      window.addEventListener('message', ({ data }) => told.push(data));
      const frame = Object.assign(document.createElement('iframe'), { name, src: link });
      frame.id = 'plain';
      document.body.append(frame);
    }""",
        [name, sandbox.link()],
    )
    frame = page.frame_locator('#plain')
    pay(frame)
    shown(frame, 'Payment complete')
    assert page.evaluate('told') == []


# The merchant's server hears for itself


def test_the_event_and_the_callback_tell_the_same(
    sandbox: Sandbox, storefront: Storefront, merchant: Merchant
) -> None:
    storefront.open(merchant_callback_url=merchant.url)
    fill(storefront.frame)
    storefront.frame.get_by_label('CVC', exact=True).press('Enter')
    told = storefront.hears('onPaymentSuccess')
    eventually(lambda: merchant.bodies)
    callback = sandbox.gate.handle_callback(merchant.bodies[-1])
    event = sandbox.gate.handle_callback(told)
    assert callback.get_payment_id() == told['general']['payment_id']
    assert callback.is_success()
    assert event.is_success()


def test_who_closes_the_page_has_paid(
    sandbox: Sandbox, storefront: Storefront, merchant: Merchant
) -> None:
    storefront.open(merchant_callback_url=merchant.url)
    with storefront.page.expect_response('**/card'):
        pay(storefront.frame)
    storefront.page.close()
    eventually(lambda: merchant.bodies)
    assert sandbox.gate.handle_callback(merchant.bodies[-1]).is_success()
