"""What axe-core has to say about every kind of page: nothing. And everything fits a phone."""

from __future__ import annotations

from typing import Any, Callable, Union

import pytest
from playwright.sync_api import Frame, Page, expect

from payment_page_sdk.sandbox.words import WORDS
from sandbox.browser.conftest import (
    ASKS,
    DECLINED,
    EN,
    IDS,
    PAYS,
    Storefront,
    pay,
    shown,
)
from sandbox.conftest import Merchant, Sandbox, eventually

each_look = pytest.mark.parametrize('page', EN, indirect=True, ids=IDS)
each_language = pytest.mark.parametrize(
    ('lang', 'page'), [('en', {}), ('ru', {'locale': 'ru-RU'})], indirect=['page'], ids=['en', 'ru']
)


@each_language
def test_the_payment_page(
    sandbox: Sandbox, page: Page, check_looks: Callable[..., None], lang: str
) -> None:
    words = WORDS[lang]
    orders = iter(range(100))

    def opened(**parameters: Any) -> None:
        page.goto(
            sandbox.link(
                f'ORDER-{next(orders)}',
                language_code=lang,
                **{
                    'payment_description': 'Roses',
                    'merchant_success_url': sandbox.address,
                    'merchant_return_url': sandbox.address,
                    **parameters,
                },
            )
        )

    def seen(title: str) -> None:
        shown(page, words[title])
        check_looks(page, lang)

    opened(recurring={'register': True, 'type': 'C'})
    page.get_by_text(words['test_cards'], exact=True).click()
    seen('title_purchase')
    page.locator('form').first.evaluate('form => { form.noValidate = true; }')
    page.locator('[data-card-form] [type=submit]').click()
    expect(page.get_by_role('alert')).to_be_visible()
    seen('title_purchase')
    pay(page, DECLINED, lang)
    seen('title_declined')
    page.get_by_role('link', name=words['try_again']).click()
    seen('title_purchase')
    pay(page, ASKS, lang)
    seen('challenge_title')
    page.get_by_label(words['challenge_code'], exact=True).fill(' ')
    page.get_by_role('button', name=words['challenge_button']).click()
    expect(page.get_by_role('alert')).to_be_visible()
    seen('challenge_title')
    page.get_by_label(words['challenge_code'], exact=True).fill('123456')
    page.get_by_role('button', name=words['challenge_button']).click()
    seen('title_success')

    modes: list[tuple[dict[str, Any], str, str]] = [
        ({'operation_type': 'auth'}, 'title_hold', 'title_held'),
        ({'mode': 'card_verify', 'payment_amount': 0}, 'title_card_verify', 'title_verified'),
        ({'mode': 'card_tokenize'}, 'title_card_tokenize', 'title_saved'),
    ]
    for parameters, form, result in modes:
        opened(**parameters)
        seen(form)
        pay(page, PAYS, lang)
        seen(result)

    opened(account_token=sandbox.platform.payment('ORDER-1').token)
    seen('title_purchase')

    opened(
        redirect_success_url=sandbox.address,
        redirect_success_mode='blank_page',
        frame_mode='iframe',
    )
    pay(page, PAYS, lang)
    expect(page.get_by_text(words['going'])).to_be_visible()
    seen('title_success')


@each_language
def test_what_came_of_it_later(
    sandbox: Sandbox, page: Page, check_looks: Callable[..., None], lang: str
) -> None:
    words = WORDS[lang]
    for action, asked, title, operation in [
        ('cancel', {}, 'title_canceled', 'auth'),
        ('refund', {'amount': 1}, 'title_partially_refunded', 'sale'),
        ('refund', {}, 'title_refunded', 'sale'),
    ]:
        payment_id = sandbox.open(title, language_code=lang, operation_type=operation)
        sandbox.play(payment_id, PAYS)
        sandbox.post(f'/sandbox/api/payments/{payment_id}/{action}', asked)
        page.goto(f'{sandbox.address}/payment/{sandbox.platform.payment(payment_id).key}')
        shown(page, words[title])
        check_looks(page, lang)
    page.goto(sandbox.link('LATE', language_code=lang, best_before='2020-01-01T00:00:00+00:00'))
    shown(page, words['title_expired'])
    check_looks(page, lang)
    page.goto(sandbox.link('SLOW', language_code=lang))
    page.clock.install()  # so that it does not look again while it is looked at
    pay(page, '4539 1214 1116 8251', lang)
    shown(page, words['title_processing'])
    check_looks(page, lang)


@each_language
def test_pages_that_are_refused(
    sandbox: Sandbox, page: Page, check_looks: Callable[..., None], lang: str
) -> None:
    words = WORDS[lang]
    for link, title in [
        (sandbox.link().replace('1815', '1816'), 'title_bad_signature'),
        (sandbox.link(payment_amount=-1, customer_email='x'), 'title_refused_parameters'),
        (sandbox.link().replace('project_id=186', 'project_id=1'), 'title_unknown_project'),
    ]:
        page.goto(link)
        shown(page, words[title])
        for summary in page.locator('summary').all():
            summary.click()
        check_looks(page, lang)


@pytest.mark.parametrize('sandbox', [{'with_shop': True}], indirect=True, ids=['shop'])
def test_the_dashboard_and_the_shop(
    sandbox: Sandbox, page: Page, check_looks: Callable[..., None], merchant: Merchant
) -> None:
    page.goto(sandbox.address)
    check_looks(page)  # nothing is there yet
    sandbox.play(
        sandbox.open('HELD', operation_type='auth', merchant_callback_url=merchant.url), PAYS
    )
    sandbox.play(sandbox.open('DECLINED', payment_description='x' * 200), DECLINED)
    merchant.answer = lambda body: 500
    sandbox.play(sandbox.open('PAID', merchant_callback_url=merchant.url), PAYS)
    sandbox.post('/sandbox/api/payments/PAID/refund', {'amount': 1})
    eventually(lambda: len(merchant.bodies) >= 3)
    page.reload()
    check_looks(page)
    for payment_id in ('HELD', 'DECLINED', 'PAID'):
        page.goto(f'{sandbox.address}/payments/{payment_id}')
        shown(page, payment_id)
        for summary in page.locator('summary').all():
            summary.click()
        check_looks(page)
    page.get_by_role('button', name='Deliver tampered').first.click()
    expect(page.get_by_text('tampered:')).to_be_visible()
    check_looks(page)
    page.goto(sandbox.address + '/shop')
    check_looks(page)
    page.get_by_role('button', name='Buy').click()
    expect(page.locator('#state')).to_have_text('new')
    check_looks(page)
    page.get_by_role('button', name='On the payment page').click()
    pay(page)
    page.get_by_role('button', name='Continue').click()
    expect(page.locator('#state')).to_have_text('paid')
    check_looks(page)


@each_look
@pytest.mark.parametrize('place', [{}, {'target_element': 'place'}], ids=['window', 'inline'])
def test_the_widget(
    storefront: Storefront, check: Callable[[Union[Page, Frame]], None], place: dict[str, Any]
) -> None:
    page = storefront.page
    storefront.open(**place)
    shown(storefront.frame, 'Pay by card')
    page.evaluate('Promise.all(document.getAnimations().map(one => one.finished))')
    check(page)
    check(page.frames[-1])
    pay(storefront.frame, DECLINED)
    shown(storefront.frame, 'Payment declined')
    check(page.frames[-1])
