"""The dashboard in a real browser: live, in place, in two languages, and on a phone."""

from __future__ import annotations

import re
from functools import partial
from typing import Callable

import pytest
from playwright.sync_api import Page, expect

from sandbox.browser.conftest import ASKS, CODE, DECLINED, PAYS
from sandbox.conftest import DAY, Merchant, Sandbox, eventually, skip_to_morning

LONG = 'L' * 255  # as long as ids may be, and no place to break them


def bring_about(sandbox: Sandbox, merchant: Merchant) -> list[str]:
    """Bring about all that the dashboard can show; return the paths of its pages."""
    merchant.page = '<p>CSRF verification failed.</p>' + 'x' * 2000
    merchant.answer = lambda body: 403 if b'FAILS' in body else 200
    told = {'merchant_callback_url': merchant.url}
    far = 'http://127.0.0.1:1/' + 'x' * 200
    sandbox.open(
        LONG,
        customer_id='c' * 200,
        payment_description='d' * 255,
        payment_amount=10**13,
        merchant_callback_url='https://example.com/' + 'u' * 200,
    )
    sandbox.open('FAILS', **told)
    sandbox.play('FAILS', ASKS, CODE)
    sandbox.play(sandbox.open('HELD', operation_type='auth', **told), PAYS)
    sandbox.play(sandbox.open('DECLINED', merchant_callback_url=far), DECLINED)
    sandbox.play(sandbox.open('NOWHERE'), PAYS)
    sandbox.get(sandbox.link(LONG)[len(sandbox.address) :].replace('1815', '1816'))
    sandbox.get('/payment?project_id=186')
    for payment_id in ('FAILS', 'HELD', 'DECLINED'):
        eventually(partial(are_tried, sandbox, payment_id))
    payments = [f'/payments/{name}' for name in (LONG, 'FAILS', 'HELD', 'DECLINED', 'NOWHERE')]
    return ['/', '/?text=nothing', *payments, '/refused', '/refused/1', '/refused/2', '/none']


def are_tried(sandbox: Sandbox, payment_id: str) -> bool:
    return all(callback['deliveries'] for callback in sandbox.callbacks(payment_id))


@pytest.mark.parametrize('page', [{}, {'locale': 'ru-RU'}], indirect=True, ids=['en', 'ru'])
def test_every_page_fits_and_is_accessible(
    sandbox: Sandbox, page: Page, check_looks: Callable[..., None], merchant: Merchant
) -> None:
    lang = page.evaluate('navigator.language').partition('-')[0][:2]
    for path in bring_about(sandbox, merchant):
        page.goto(sandbox.address + path)
        assert page.evaluate('document.documentElement.lang') == lang
        for summary in page.locator('summary').all():
            summary.click()
        check_looks(page, lang)
        fits(page)


@pytest.mark.parametrize('page', [{}, {'locale': 'ru-RU'}], indirect=True, ids=['en', 'ru'])
def test_what_is_told_of_wrong_entries_fits_and_is_accessible(
    sandbox: Sandbox, page: Page, check_looks: Callable[..., None]
) -> None:
    lang = page.evaluate('navigator.language').partition('-')[0][:2]
    sandbox.play(sandbox.open('PAID', merchant_callback_url='http://127.0.0.1:1/'), PAYS)
    for number in range(60):
        sandbox.open(f'{number}{LONG[:200]}')
    page.goto(sandbox.address + '/?page=2')
    check_looks(page, lang)
    fits(page)
    page.goto(sandbox.address + '/payments/PAID')
    page.locator('#act-refund input').fill('1' * 200)
    page.locator('#act-refund button').click()
    expect(page.get_by_role('alert')).to_be_visible()
    page.locator('#clock input[name=advance]').fill('x' * 200)
    page.locator('#clock button').first.click()
    expect(page.locator('#clock-problem')).to_be_visible()
    check_looks(page, lang)
    fits(page)


def fits(page: Page) -> None:
    """Fail if something on the page is too wide for any window, or too narrow."""
    for width in (320, 360, 600, 720, 1000, 1280):
        page.set_viewport_size({'width': width, 'height': 640})
        assert page.evaluate(_TOO_WIDE) == [], (width, page.url)
        assert page.evaluate(_LETTER_BY_LETTER) == [], (width, page.url)
        assert page.evaluate(_SCROLLS) == 0, (width, page.url)


# How far the page can be scrolled sideways.
_SCROLLS = 'document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth'


# Elements that reach out of the window.
_TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter((element) => {
  const { right, width } = element.getBoundingClientRect();
  return width > 1 && right > window.innerWidth + 1;
}).map((element) => element.outerHTML.slice(0, 200))"""

# Texts that are broken where there is no space, although they are short.
_LETTER_BY_LETTER = """() => [...document.querySelectorAll('th, td, dt, p, a, button, label, time')]
  .filter((element) => element.textContent.trim().length < 30)
  .filter((element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && width < 40 && height > 70;
  }).map((element) => element.outerHTML.slice(0, 200))"""


def test_what_happens_appears_without_a_reload(
    sandbox: Sandbox, page: Page, merchant: Merchant
) -> None:
    page.goto(sandbox.address)
    expect(page.get_by_text('None yet.')).to_be_visible()
    page.evaluate('window.isTheSame = true')
    merchant.answer = lambda body: 500
    sandbox.open('ORDER-1', merchant_callback_url=merchant.url)
    row = page.get_by_role('row').nth(1)
    expect(row).to_contain_text('ORDER-1')
    expect(row).to_contain_text('new')
    sandbox.play('ORDER-1', PAYS)
    expect(row).to_contain_text('success')
    expect(row).to_contain_text('failing')
    expect(row).to_contain_text(re.compile(r'next try in \d+ sec\.'))
    expect(row).to_contain_text(re.compile(r'\d+ sec\. ago|now'))
    merchant.answer = lambda body: 200
    sandbox.platform.advance(60)
    expect(row).to_contain_text('delivered')
    assert page.evaluate('window.isTheSame')


def test_a_refused_link_appears_without_a_reload(sandbox: Sandbox, page: Page) -> None:
    page.goto(sandbox.address + '/refused')
    expect(page.get_by_text('The page has refused no link.')).to_be_visible()
    sandbox.get(sandbox.link()[len(sandbox.address) :].replace('1815', '1816'))
    page.get_by_role('link', name='ORDER-1').click()
    expect(page.get_by_role('listitem').filter(has_text='payment_amount:1816')).to_be_visible()


def test_a_page_that_nobody_sees_asks_for_nothing(sandbox: Sandbox, page: Page) -> None:
    page.goto(sandbox.address)
    page.wait_for_event('request', lambda request: request.url.endswith('/changes'))
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.wait_for_timeout(100)  # one may be on its way
    asked: list[str] = []
    page.on('request', lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)
    assert asked == []
    page.evaluate('delete document.hidden')
    sandbox.open('ORDER-1')
    expect(page.get_by_role('link', name='ORDER-1')).to_be_visible()


def test_times_are_those_of_the_browser(sandbox: Sandbox, new_page: Callable[..., Page]) -> None:
    page = new_page(timezone_id='Asia/Tokyo', locale='en-GB')
    sandbox.open()
    page.goto(sandbox.address)
    opened = page.locator('td time')
    expect(opened).to_have_attribute('title', re.compile(r'20\d\d'))
    shown = page.evaluate(
        "new Date(document.querySelector('td time').dateTime).toLocaleTimeString('en-GB')"
    )
    assert shown in (opened.get_attribute('title') or '')
    clock = page.locator('#clock time')
    first = clock.text_content() or ''
    expect(clock).not_to_have_text(first)  # it ticks
    sandbox.platform.advance(DAY * 3)
    expect(opened).to_have_text('3 days ago')


def test_a_language_without_a_valid_name_does_no_harm(
    sandbox: Sandbox, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.add_init_script(
        "Object.defineProperty(navigator, 'language', { get: () => 'en-US@posix' })"
    )
    sandbox.open()
    page.goto(sandbox.address)
    expect(page.locator('td time')).to_have_text(re.compile('ago|now'))


def test_actions_leave_the_page_where_it_is(
    sandbox: Sandbox, page: Page, merchant: Merchant
) -> None:
    sandbox.open('ORDER-1', merchant_callback_url=merchant.url)
    sandbox.play('ORDER-1', PAYS)
    eventually(lambda: merchant.bodies)
    skip_to_morning(sandbox.platform)
    page.set_viewport_size({'width': 800, 'height': 300})
    page.goto(sandbox.address + '/payments/ORDER-1')
    page.evaluate('window.isTheSame = true')
    page.locator('summary', has_text='Body').click()
    amount = page.get_by_label('Amount')
    amount.fill('20')
    page.get_by_role('button', name='Refund').click()
    expect(page.get_by_role('alert')).to_have_text('At most 18.15 EUR.')
    expect(amount).to_have_value('20')
    expect(amount).to_be_focused()
    amount.fill('5')
    page.get_by_role('button', name='Refund').click()
    expect(page.locator('#summary .chip').first).to_have_text('partially refunded')
    expect(page.get_by_role('alert')).to_have_count(0)
    again = page.get_by_role('button', name='Deliver again').first
    again.scroll_into_view_if_needed()
    before = page.evaluate('window.scrollY')
    again.click()
    expect(page.get_by_text('by hand:')).to_be_visible()
    assert abs(page.evaluate('window.scrollY') - before) < 100
    assert page.locator('details[open]').count() == 1
    page.get_by_label('Put it forward by').fill('x')
    page.get_by_role('button', name='OK').click()
    expect(page.get_by_text('Enter a number of seconds.')).to_be_visible()
    expect(page.get_by_role('heading', level=1)).to_have_text('ORDER-1')
    page.get_by_role('button', name='+ 1 h').click()
    expect(page.get_by_text('Enter a number of seconds.')).to_have_count(0)
    assert page.evaluate('window.isTheSame')


def test_an_action_that_came_too_late_is_told(sandbox: Sandbox, page: Page) -> None:
    sandbox.open('ORDER-1', merchant_callback_url='http://127.0.0.1:1/')
    sandbox.play('ORDER-1', PAYS)
    page.goto(sandbox.address + '/payments/ORDER-1')
    page.locator('button[value=again]').evaluate('(button) => { button.value = "odd"; }')
    page.get_by_role('button', name='Deliver again').click()
    expect(page.get_by_text('Variant must be one of')).to_be_visible()


def test_what_is_being_entered_stays(sandbox: Sandbox, page: Page) -> None:
    sandbox.open('ORDER-1')
    sandbox.play('ORDER-1', PAYS)
    page.goto(sandbox.address + '/payments/ORDER-1')
    page.get_by_label('Amount').fill('1.50')
    sandbox.post('/sandbox/api/payments/ORDER-1/refund', {'amount': 100})
    expect(page.locator('#summary .chip').first).to_have_text('partially reversed')
    expect(page.get_by_label('Amount')).to_have_value('1.50')


def test_what_has_the_focus_keeps_it(sandbox: Sandbox, page: Page) -> None:
    sandbox.open('ORDER-1')
    page.goto(sandbox.address)
    link = page.get_by_role('link', name='ORDER-1')
    link.focus()
    sandbox.open('ORDER-2')
    expect(page.get_by_role('row')).to_have_count(3)
    expect(link).to_be_focused()


def test_a_problem_is_told_until_the_form_is_sent_again(sandbox: Sandbox, page: Page) -> None:
    sandbox.open('ORDER-1')
    sandbox.play('ORDER-1', PAYS)
    page.goto(sandbox.address + '/payments/ORDER-1')
    amount = page.get_by_label('Amount')
    amount.fill('20')
    amount.press('Enter')
    problem = page.get_by_role('alert')
    expect(problem).to_have_text('At most 18.15 EUR.')
    page.get_by_role('link', name='Payments').focus()
    sandbox.post('/sandbox/api/payments/ORDER-1/refund', {'amount': 100})
    expect(page.locator('#summary .chip').first).to_have_text('partially reversed')
    expect(problem).to_be_visible()
    expect(amount).to_have_value('20')
    amount.fill('1')
    amount.press('Enter')
    expect(problem).to_have_count(0)
    expect(amount).to_have_value('')


def test_texts_can_be_copied(sandbox: Sandbox, new_page: Callable[..., Page]) -> None:
    page = new_page(permissions=['clipboard-read', 'clipboard-write'])
    sandbox.open('ORDER-1', merchant_callback_url='http://127.0.0.1:1/')
    sandbox.play('ORDER-1', PAYS)
    page.goto(sandbox.address + '/payments/ORDER-1')
    page.locator('summary', has_text='Body').click()
    for name, start in [
        ('Body', '{\n  "project_id"'),
        ('Canonical string', 'customer_id:jane;'),
        ('Payment page', sandbox.address + '/payment/'),
    ]:
        button = page.locator('.copyable', has_text=name).get_by_role('button')
        button.click()
        expect(button).to_have_text('Copied')
        assert page.evaluate('navigator.clipboard.readText()').startswith(start)
    expect(button).to_have_text('Copy')


def test_it_works_without_javascript(
    sandbox: Sandbox, new_page: Callable[..., Page], merchant: Merchant
) -> None:
    page = new_page(java_script_enabled=False)
    sandbox.open('ORDER-1', merchant_callback_url=merchant.url)
    sandbox.open('ORDER-2')
    sandbox.play('ORDER-1', PAYS)
    page.goto(sandbox.address)
    page.get_by_label('Search by id').fill('order-1')
    page.get_by_role('button', name='Find').click()
    expect(page.get_by_role('row')).to_have_count(2)
    page.get_by_role('link', name='ORDER-1').click()
    expect(page.get_by_role('button', name='Copy')).to_have_count(0)
    page.get_by_label('Amount').fill('20')
    page.get_by_role('button', name='Refund').click()
    expect(page.get_by_text('At most 18.15 EUR.')).to_be_visible()
    page.get_by_role('link', name='Русский').click()
    expect(page).to_have_url(sandbox.address + '/payments/ORDER-1')
    page.get_by_label('Сумма').fill('5')
    page.get_by_role('button', name='Вернуть').click()
    expect(page.get_by_text('аннулирован частично').first).to_be_visible()
    page.get_by_role('button', name='+ 1 день').click()
    expect(page).to_have_url(sandbox.address + '/payments/ORDER-1')


def test_it_goes_on_after_the_sandbox_was_away(sandbox: Sandbox, page: Page) -> None:
    page.goto(sandbox.address)
    page.route('**/changes', lambda route: route.abort('aborted'))
    page.wait_for_timeout(1500)
    page.unroute('**/changes')
    sandbox.open('ORDER-1')
    expect(page.get_by_role('link', name='ORDER-1')).to_be_visible()
