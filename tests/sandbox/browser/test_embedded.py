"""An embedded form: the shop's own button pays, as in the official plugins for shops."""

from __future__ import annotations

from typing import Any, Callable, Union

import pytest
from playwright.sync_api import Frame, FrameLocator, Page, expect

from payment_page_sdk.sandbox.words import WORDS
from sandbox.browser.conftest import (
    ASKS,
    CODE,
    DECLINED,
    EN,
    IDS,
    PAYS,
    Storefront,
    confirm,
    fill,
    shown,
)
from sandbox.conftest import Merchant, Sandbox, eventually

PLACE = {'target_element': 'place'}
NOTHING_ENTERED = {
    'number': 'Enter the card number.',
    'expiry': 'Enter the expiry date.',
    'cvc': 'Enter the CVC.',
    'holder': 'Enter the name on the card.',
}
CHECK = {'message': 'epframe.embedded_mode.check_validation', 'from_another_domain': True}
SUBMIT = {'message': 'epframe.embedded_mode.submit', 'fields': {}, 'from_another_domain': True}


class Checkout:
    """A shop's checkout, with an embedded form and a button of its own."""

    def __init__(self, storefront: Storefront) -> None:
        self.storefront = storefront
        self.page = storefront.page
        self.form = storefront.frame
        self.hears = storefront.hears

    def start(self, more: str = '{}', start: str = 'runEmbedded', **parameters: Any) -> None:
        """Show the form; ``more`` is JavaScript: handlers in addition to those that note events."""
        self.page.evaluate(
            f"""(config) => {{
              window.instance = EPayWidget.{start}({{ ...hearing(config), ...{more} }});
              document.getElementById('pay').addEventListener('click', () => instance.trySubmit());
            }}""",
            self.storefront.config(**{**PLACE, **parameters}),
        )
        self.hears('onLoaded')

    def pay(self) -> None:
        self.page.locator('#pay').click()

    def story(self) -> list[str]:
        return self.storefront.story()


@pytest.fixture
def checkout(storefront: Storefront) -> Checkout:
    return Checkout(storefront)


def status_of(sandbox: Sandbox) -> str:
    status: str = sandbox.platform.payment('ORDER-1').status
    return status


def test_the_button_of_the_shop_pays(
    checkout: Checkout, sandbox: Sandbox, merchant: Merchant
) -> None:
    checkout.start(merchant_callback_url=merchant.url)
    expect(checkout.form.locator('[data-card-form] [type=submit]')).to_be_hidden()
    fill(checkout.form)
    checkout.pay()
    assert checkout.hears('onPaymentSuccess')['payment']['status'] == 'success'
    told = [name for name in checkout.story() if name != 'onPaymentMethodSelect']
    assert told[:1] == ['onHideLoader']
    assert told[1:] == [
        'onLoaded',
        'onPaymentSent',
        'onShowLoader',
        'onHideLoader',
        'onPaymentSubmitResult',
        'onPaymentSuccess',
    ]
    eventually(lambda: merchant.bodies)


def test_what_is_wrong_is_told_to_the_shop(checkout: Checkout, sandbox: Sandbox) -> None:
    checkout.start()
    checkout.pay()
    assert checkout.hears('onValidationError') == NOTHING_ENTERED
    expect(checkout.form.get_by_text('Enter the CVC.')).to_be_visible()
    expect(checkout.form.get_by_label('CVC', exact=True)).to_have_attribute('aria-invalid', 'true')
    fill(checkout.form, '4276 8000 1234 5678')
    checkout.pay()
    checkout.hears('onValidationError', 2)
    assert checkout.hears('onValidationError', 2) == {
        'number': 'Only test cards work here. Never enter a real one.'
    }
    expect(checkout.form.get_by_text('Enter the CVC.')).to_have_count(0)
    assert status_of(sandbox) == 'new'
    fill(checkout.form)
    checkout.pay()
    checkout.hears('onPaymentSuccess')


def test_a_declined_card_is_told(checkout: Checkout) -> None:
    checkout.start()
    fill(checkout.form, DECLINED)
    checkout.pay()
    assert checkout.hears('onPaymentFail')['payment']['status'] == 'awaiting customer'
    shown(checkout.form, 'Payment declined')
    checkout.form.get_by_role('link', name=WORDS['en']['try_again']).click()
    fill(checkout.form)
    checkout.pay()
    checkout.hears('onPaymentSuccess')


def test_the_shop_makes_its_order_first(checkout: Checkout, sandbox: Sandbox) -> None:
    checkout.start(
        """{ onCheckSubmit: (data, resolve, reject) => {
             window.settle = { resolve, reject };
           } }"""
    )
    fill(checkout.form)
    checkout.pay()
    checkout.page.wait_for_function('window.settle')
    hidden = len(checkout.storefront.heard('onHideLoader'))
    checkout.page.evaluate('settle.reject()')
    checkout.hears('onHideLoader', hidden + 1)
    assert status_of(sandbox) == 'new'
    checkout.page.evaluate('window.settle = null')
    checkout.pay()
    checkout.page.wait_for_function('window.settle')
    checkout.page.evaluate("settle.resolve({ customer_email: 'jane@example.com' })")
    checkout.hears('onPaymentSuccess')


@pytest.mark.parametrize('started', ['run', 'runEmbedded'])
@pytest.mark.parametrize(
    'send',
    [
        '(message) => window.postMessage(JSON.stringify(message))',
        '(message) => instance.sendPostMessage(message)',
        '(message) => instance.sendPostMessage(JSON.stringify(message))',
    ],
    ids=['page', 'object', 'json'],
)
def test_older_plugins_send_messages(
    checkout: Checkout, sandbox: Sandbox, started: str, send: str
) -> None:
    checkout.start("{ frame_mode: 'embedded' }", started)
    page = checkout.page
    page.evaluate(send, CHECK)
    event = 'onEmbeddedModeCheckValidationResponse'
    assert checkout.hears(event) == NOTHING_ENTERED
    fill(checkout.form)
    page.evaluate(send, CHECK)
    assert checkout.hears(event, 2) == {}
    assert status_of(sandbox) == 'new'
    page.evaluate(send, SUBMIT)
    checkout.hears('onPaymentSuccess')


def test_the_bank_takes_the_page_of_the_shop(checkout: Checkout, sandbox: Sandbox) -> None:
    page = checkout.page
    checkout.start(
        '{ onEmbeddedModeRedirect3dsParentPage: undefined }',
        redirect_success_url=checkout.storefront.back_url,
        redirect_success_mode='parent_page',
        redirect_success_enabled=2,
    )
    fill(checkout.form, ASKS)
    checkout.pay()
    shown(page, 'Confirm the payment')
    confirm(page)
    shown(page, 'Back')
    assert status_of(sandbox) == 'success'


def test_the_shop_itself_goes_to_the_bank(checkout: Checkout, sandbox: Sandbox) -> None:
    page = checkout.page
    checkout.start()
    fill(checkout.form, ASKS)
    checkout.pay()
    told = checkout.hears('onEmbeddedModeRedirect3dsParentPage')
    assert told == {
        'method': 'GET',
        'url': f'{sandbox.address}/payment/{sandbox.platform.payment("ORDER-1").key}',
        'body': {},
    }
    page.goto(told['url'])
    confirm(page, CODE)
    shown(page, 'Payment complete')


def test_the_enter_key_is_told(checkout: Checkout, sandbox: Sandbox) -> None:
    checkout.start("{ onEnterKeyPressed: () => document.getElementById('pay').click() }")
    fill(checkout.form)
    checkout.form.get_by_label('CVC', exact=True).press('Enter')
    checkout.hears('onPaymentSuccess')


def test_nobody_else_submits_the_form(checkout: Checkout, sandbox: Sandbox) -> None:
    checkout.start()
    fill(checkout.form)
    page = checkout.page
    page.evaluate(
        """() => {
          const frame = document.querySelector('iframe').contentWindow;
          frame.postMessage({ order: 'submit' }, '*');
          frame.postMessage({ paymentPage: 1, order: 'constructor' }, '*');
          frame.postMessage(null, '*');
          window.postMessage('not JSON', '*');
          window.postMessage('null', '*');
          window.postMessage(JSON.stringify({ message: 'epframe.loaded' }), '*');
          const other = document.createElement('iframe');
          other.srcdoc = `<script>parent.postMessage(
            '{"message": "epframe.embedded_mode.submit"}', '*')</` + 'script>';
          document.body.append(other);
        }"""
    )
    page.wait_for_timeout(500)
    assert status_of(sandbox) == 'new'


def test_an_unknown_message_is_told(storefront: Storefront) -> None:
    checkout = Checkout(storefront)
    checkout.start()
    with checkout.page.expect_console_message() as told:
        checkout.page.evaluate(
            """() => {
              const warn = console.warn;
              console.warn = (text) => console.info(text);
              instance.sendPostMessage({ message: 'epframe.unknown' });
              console.warn = warn;
            }"""
        )
    assert "does not know the message 'epframe.unknown'" in told.value.text


def test_an_embedded_form_needs_a_place(storefront: Storefront) -> None:
    storefront.page.evaluate(
        'EPayWidget.runEmbedded(hearing({}))',
    )
    assert 'target_element' in storefront.hears('onFailLoading')['message']


def test_a_widget_may_be_made_first_and_run_later(storefront: Storefront) -> None:
    page = storefront.page
    url = page.evaluate(
        """(config) => {
          window.widget = EPayWidget.create(hearing(config), 'get');
          return widget.buildUrl();
        }""",
        storefront.config(**PLACE),
    )
    assert '/payment?' in url
    assert 'signature=' in url
    page.evaluate('widget.run()')
    storefront.hears('onLoaded')
    with pytest.raises(Exception, match='takes no encrypted parameters'):
        page.evaluate("widget.setEncryptedURL('/186/x').run()")


@pytest.mark.parametrize('page', EN, indirect=True, ids=IDS)
def test_the_form_is_accessible(
    checkout: Checkout, check: Callable[[Union[Page, Frame]], None]
) -> None:
    checkout.start()
    check(checkout.page)
    check(checkout.page.frames[-1])
    checkout.pay()
    checkout.hears('onValidationError')
    check(checkout.page.frames[-1])


# to type


def typed(form: FrameLocator, label: str, keys: list[str]) -> str:
    field = form.get_by_label(label, exact=True)
    field.focus()
    for key in keys:
        field.press(key)
    return field.input_value()


@pytest.mark.parametrize(
    ('label', 'keys', 'text', 'caret'),
    [
        ('Card number', list('40000'), '4000 0', 6),
        ('Card number', list('4000000000000077'), '4000 0000 0000 0077', 19),
        ('Card number', [*'40000', 'Backspace', 'Backspace'], '400', 3),
        ('Card number', [*'12345678', *['ArrowLeft'] * 4, '9'], '1234 9567 8', 6),
        ('Card number', [*'12345678', *['ArrowLeft'] * 4, 'Backspace', 'Backspace'], '1235 678', 3),
        ('Card number', list('4a0b0-0 0'), '4000 0', 6),
        ('Expiry date', list('1230'), '12/30', 5),
        ('Expiry date', [*'123', 'Backspace', 'Backspace', 'Backspace', '1'], '11/', 3),
        ('Expiry date', list('12/30'), '12/30', 5),
    ],
)
def test_digits_are_grouped_while_typing(
    checkout: Checkout, label: str, keys: list[str], text: str, caret: int
) -> None:
    checkout.start()
    value = typed(checkout.form, label, keys)
    field = checkout.form.get_by_label(label, exact=True)
    assert (value, field.evaluate('(field) => field.selectionStart')) == (text, caret)


def test_a_pasted_number_is_grouped(checkout: Checkout) -> None:
    checkout.start()
    field = checkout.form.get_by_label('Card number', exact=True)
    field.fill(PAYS.replace(' ', ''))
    expect(field).to_have_value(PAYS)


def test_the_waiting_page_counts(sandbox: Sandbox, page: Page) -> None:
    page.goto(sandbox.link())
    fill(page, '4539 1214 1116 8251')
    page.locator('[data-card-form] [type=submit]').click()
    shown(page, 'Payment in progress')
    expect(page.get_by_text('Waiting for 1 s')).to_be_visible()
    expect(page.get_by_text('Waiting for 3 s')).to_be_visible()
    shown(page, 'Payment declined')
