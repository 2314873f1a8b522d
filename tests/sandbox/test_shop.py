"""The demo shop over HTTP: an order becomes paid by the callback, and by nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from sandbox.conftest import Sandbox, eventually

pytestmark = pytest.mark.parametrize('sandbox', [{'with_shop': True}], indirect=True)


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client that goes where it is told to by the test only."""
    with httpx.Client(base_url=sandbox.address, verify=False) as client:
        yield client


@pytest.fixture
def order(browser: httpx.Client) -> str:
    """The address of an order."""
    assert browser.get('/shop').status_code == 200
    bought = browser.post('/shop/orders', data={'lang': 'ru'})
    assert bought.status_code == 303
    where: str = bought.headers['Location']
    assert re.fullmatch('/shop/orders/ORDER-[0-9a-f]{12}', where)
    return where


def state(browser: httpx.Client, order: str) -> str:
    told: str = browser.get(order + '/state').json()['state']
    return told


def payment_of(order: str) -> str:
    return order.rpartition('/')[2]


def test_an_order_is_paid_by_the_callback(
    sandbox: Sandbox, browser: httpx.Client, order: str
) -> None:
    link = browser.post(order + '/pay').headers['Location']
    assert 'language_code=ru' in link
    assert browser.get(link).status_code == 200
    assert state(browser, order) == 'new'
    assert sandbox.play(payment_of(order), '4111111111111111') == 'decline'
    eventually(lambda: sandbox.callbacks(payment_of(order))[0]['next_at'] is None)
    assert state(browser, order) == 'new'


def test_a_success_makes_it_paid(sandbox: Sandbox, browser: httpx.Client, order: str) -> None:
    browser.get(browser.post(order + '/pay').headers['Location'])
    sandbox.play(payment_of(order), '4000000000000077')
    eventually(lambda: state(browser, order) == 'paid')
    [callback] = sandbox.callbacks(payment_of(order))
    answer = browser.post('/shop/callbacks', content=callback['body'])
    assert (answer.status_code, answer.text) == (200, 'OK')
    page = browser.get(order)
    assert '<strong id="state"' in page.text
    assert 'Right here' not in page.text


def test_a_refund_later_changes_nothing(
    sandbox: Sandbox, browser: httpx.Client, order: str
) -> None:
    browser.get(browser.post(order + '/pay').headers['Location'])
    sandbox.play(payment_of(order), '4000000000000077')
    sandbox.post(f'/sandbox/api/payments/{payment_of(order)}/refund', {'amount': 1})
    eventually(
        lambda: all(
            callback['next_at'] is None for callback in sandbox.callbacks(payment_of(order))
        )
    )
    assert state(browser, order) == 'paid'


def test_another_sum_is_to_be_reviewed(sandbox: Sandbox, browser: httpx.Client, order: str) -> None:
    # Who holds the secret key may sign another link; a shopper may not.
    sandbox.open(
        payment_of(order),
        payment_amount=1,
        merchant_callback_url=sandbox.address + '/shop/callbacks',
    )
    sandbox.play(payment_of(order), '4000000000000077')
    eventually(lambda: state(browser, order) == 'to be reviewed')


def test_tampered_callbacks_are_refused(
    sandbox: Sandbox, browser: httpx.Client, order: str
) -> None:
    browser.get(browser.post(order + '/pay').headers['Location'])
    sandbox.play(payment_of(order), '4111111111111111')
    [callback] = sandbox.callbacks(payment_of(order))
    forged = callback['body'].replace('decline', 'success')
    answer = browser.post('/shop/callbacks', content=forged)
    assert (answer.status_code, answer.text) == (400, 'invalid_signature')
    assert state(browser, order) == 'new'


def test_the_page_has_what_the_widget_needs(browser: httpx.Client, order: str) -> None:
    page = browser.get(order).text
    for found in (
        '/shared/merchant.js',
        '/shared/merchant.css',
        'data-config="{&#34;',
        'target_element&#34;: &#34;frame',
    ):
        assert found in page
    assert len(re.findall('signature', page)) == 2


@pytest.mark.parametrize(('lang', 'description'), [('en', 'A cup of coffee'), ('ru', 'Чашка кофе')])
def test_the_link_says_what_is_paid(
    sandbox: Sandbox, browser: httpx.Client, lang: str, description: str
) -> None:
    assert '18.15 EUR' in browser.get('/shop').text
    order = browser.post('/shop/orders', data={'lang': lang}).headers['Location']
    gone = browser.post(order + '/pay')
    assert gone.status_code == 303
    assert gone.headers['Location'].startswith(sandbox.address + '/payment?')
    params = dict(parse_qsl(urlsplit(gone.headers['Location']).query))
    del params['signature'], params['interface_type']
    assert params == {
        'project_id': '186',
        'payment_id': payment_of(order),
        'payment_amount': '1815',
        'payment_currency': 'EUR',
        'payment_description': description,
        'customer_id': 'shopper',
        'language_code': lang,
        'merchant_callback_url': sandbox.address + '/shop/callbacks',
        'merchant_success_url': sandbox.address + order,
        'merchant_fail_url': sandbox.address + order,
        'merchant_return_url': sandbox.address + order,
    }


@pytest.mark.parametrize('lang', ['zz', 'EN', '', 'ru;payment_amount:1'])
def test_other_languages_are_english(browser: httpx.Client, lang: str) -> None:
    order = browser.post('/shop/orders', data={'lang': lang}).headers['Location']
    assert 'language_code=en' in browser.post(order + '/pay').headers['Location']


def test_unknown_orders_are_not_found(browser: httpx.Client) -> None:
    assert browser.get('/shop/orders/none').status_code == 404
    assert browser.post('/shop/orders/none/pay').status_code == 404
