"""The dashboard over HTTP: what it shows, and what its buttons do."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from payment_page_sdk.sandbox.dashboard import indent_json
from payment_page_sdk.sandbox.web import summarize
from sandbox.conftest import DAY, Merchant, Sandbox, eventually

SUCCESS = '4000000000000077'


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client that follows redirects, as a browser does."""
    with httpx.Client(base_url=sandbox.address, verify=False, follow_redirects=True) as client:
        yield client


def text_of(page: httpx.Response) -> str:
    return html.unescape(page.text)


def told_by(page: httpx.Response) -> list[str]:
    """Return what the page tells about the button that was pressed."""
    found = re.search('<div role="status" class="told">(.*?)</div>', text_of(page), re.DOTALL)
    return re.findall('<p>(.*?)</p>', found[1]) if found else []


def test_it_says_how_to_begin(sandbox: Sandbox, browser: httpx.Client) -> None:
    page = browser.get('/')
    assert 'Payments of project 186' in page.text
    assert f"Gate(secret, base_url='{sandbox.address}/')" in text_of(page)
    assert '/shop' not in page.text
    assert 'Set-Cookie' not in page.headers


@pytest.mark.parametrize('sandbox', [{'with_shop': True}], indirect=True)
def test_the_shop_is_found_from_there(browser: httpx.Client) -> None:
    assert 'href="/shop"' in browser.get('/').text


def test_it_lists_payments(sandbox: Sandbox, browser: httpx.Client) -> None:
    sandbox.open('ORDER/1')
    sandbox.open('', mode='card_tokenize')
    sandbox.play('ORDER/1', SUCCESS)
    page = browser.get('/')
    assert re.findall('class="status [a-z]+">([a-z]+)<', page.text) == ['new', 'success']
    assert '18.15 EUR' in page.text
    [link] = re.findall('href="(/payments/ORDER[^"]*)"', page.text)
    assert browser.get(link).status_code == 200


# Browsers, HTTPX, curl and others resolve dots in a path before they ask for it.
ODD_IDS = [
    '.',
    '..',
    '../clock',
    './',
    'a/../b',
    'a/b',
    '/a',
    '//a',
    'a/',
    'a/refund',
    '%2e%2e',
    '.%2e',
]
ODD_IDS += [
    'a/capture/refund',
    'a/callbacks/1',
    '%2F',
    '%',
    '\\',
    '..\\clock',
    '?a',
    '#',
    'a b',
    'ü',
]


def test_all_links_and_buttons_lead_to_their_payment(
    sandbox: Sandbox, browser: httpx.Client
) -> None:
    for payment_id in ODD_IDS:
        sandbox.open(payment_id)
        sandbox.play(quote(payment_id, safe=''), SUCCESS)
    sandbox.platform.advance(DAY)  # on the same day, they would be reversed
    links = dict(re.findall('href="(/payments/[^"]*)">(.*?)</a>', text_of(browser.get('/'))))
    assert sorted(links.values()) == sorted(ODD_IDS)
    for link, payment_id in links.items():
        page = browser.get(link)
        buttons = re.findall('<form method="post" action="([^"]*)"', text_of(page))
        assert len(buttons) == 1
        refunded = browser.post(buttons[0], data={'amount': '1'})
        for shown in (page, refunded):
            assert f'<h1>{payment_id}</h1>' in text_of(shown), payment_id
        assert 'class="status partially-refunded"' in refunded.text


def test_it_shows_all_of_a_payment(
    sandbox: Sandbox, browser: httpx.Client, merchant: Merchant
) -> None:
    sandbox.open(merchant_callback_url=merchant.url, customer_first_name='<b>Eve</b>')
    sandbox.play('ORDER-1', SUCCESS)
    eventually(lambda: merchant.bodies)
    eventually(lambda: sandbox.callbacks('ORDER-1')[0]['next_at'] is None)
    page = browser.get('/payments/ORDER-1')
    text = text_of(page)
    for shown in (
        '18.15 EUR of 18.15 EUR',
        'visa 400000******0077',
        'customer_first_name',
        'customer_first_name:<b>Eve</b>;',
        '1. success (sale)',
        merchant.url,
        'scheduled: <strong>200</strong>',
        '"status": "success"',
    ):
        assert shown in text
    assert '<b>Eve' not in page.text


def test_it_shows_what_is_still_to_come(
    sandbox: Sandbox, browser: httpx.Client, merchant: Merchant
) -> None:
    merchant.answer = lambda body: 500
    sandbox.open(merchant_callback_url=merchant.url)
    sandbox.play('ORDER-1', SUCCESS)
    eventually(lambda: sandbox.callbacks('ORDER-1')[0]['deliveries'])
    page = browser.get('/payments/ORDER-1')
    assert 'scheduled: <strong>500</strong>' in page.text
    assert 'Next try: <time>20' in page.text


def test_a_hold_is_captured_then_refunded(sandbox: Sandbox, browser: httpx.Client) -> None:
    sandbox.open(operation_type='auth')
    sandbox.play('ORDER-1', SUCCESS)
    page = browser.get('/payments/ORDER-1')
    assert re.findall('<button>(.*?)</button>', page.text) == ['Capture', 'Cancel']
    page = browser.post('/payments/ORDER-1/capture', data={'amount': '10.00'})
    assert re.findall('<button>(.*?)</button>', page.text)[:1] == ['Refund']
    assert '10.00 EUR of 18.15 EUR' in text_of(page)
    sandbox.platform.advance(DAY)
    page = browser.post('/payments/ORDER-1/refund', data={'amount': '2.5'})
    assert '7.50 EUR of 18.15 EUR' in text_of(page)
    page = browser.post('/payments/ORDER-1/refund', data={'amount': ' '})
    [sentence] = told_by(browser.post('/payments/ORDER-1/refund'))
    assert sentence == 'The status of the payment, refunded, does not allow this.'
    assert 'class="status refunded"' in page.text


@pytest.mark.parametrize(
    ('action', 'amount', 'told'),
    [
        ('refund', '20', 'Amount must be at most 1815, in minor units.'),
        ('refund', '1.234', 'Payment_amount has more decimals than the 2 of EUR.'),
        ('refund', 'x', 'Payment_amount'),
        ('capture', '', 'The status of the payment, success, does not allow this.'),
    ],
)
def test_what_is_not_done_is_told(
    sandbox: Sandbox, browser: httpx.Client, action: str, amount: str, told: str
) -> None:
    sandbox.open()
    sandbox.play('ORDER-1', SUCCESS)
    [sentence] = told_by(browser.post(f'/payments/ORDER-1/{action}', data={'amount': amount}))
    assert sentence.startswith(told)


def test_callbacks_are_delivered_by_buttons(
    sandbox: Sandbox, browser: httpx.Client, merchant: Merchant
) -> None:
    merchant.answer = lambda body: 200 if len(merchant.bodies) < 3 else 400
    sandbox.open(merchant_callback_url=merchant.url)
    sandbox.play('ORDER-1', '4314220000000056', '1')
    eventually(lambda: len(merchant.bodies) == 2)
    path = '/payments/ORDER-1'
    [first, _] = re.findall(f'action="({path}/callbacks/[0-9]+)"', browser.get(path).text)
    assert told_by(browser.post(first, data={'variant': 'duplicate'})) == ['Sent (duplicate): 200']
    assert told_by(browser.post(first, data={'variant': 'tampered'})) == ['Sent (tampered): 400']
    assert told_by(browser.post(first, data={'variant': 'odd'})) == [
        'Variant must be one of again, duplicate, tampered.'
    ]
    assert told_by(browser.post(path + '/deliver-in-reverse')) == ['Sent: 400, 400']
    assert told_by(browser.post(first)) == ['Sent (again): 400']
    assert len(merchant.bodies) == 7
    assert browser.post(first, follow_redirects=False).status_code == 303


def test_a_merchant_who_is_away_is_told_of(sandbox: Sandbox, browser: httpx.Client) -> None:
    sandbox.open(merchant_callback_url='http://127.0.0.1:1/')
    sandbox.play('ORDER-1', SUCCESS)
    path = '/payments/ORDER-1'
    [button] = re.findall(f'action="({path}/callbacks/[0-9]+)"', browser.get(path).text)
    for pressed, told in [(button, 'Sent (again)'), (path + '/deliver-in-reverse', 'Sent')]:
        [sentence] = told_by(browser.post(pressed))
        assert sentence.startswith(told + ': ConnectError: ')


@pytest.mark.parametrize(
    ('body', 'lines', 'summary'),
    [
        (
            '{"payment": {"status": "ж"}, "operation": {"type": "sale"}}',
            [
                '{',
                '  "payment": {',
                '    "status": "ж"',
                '  },',
                '  "operation": {',
                '    "type": "sale"',
                '  }',
                '}',
            ],
            'ж (sale)',
        ),
        ('{"token_status": "active"}', ['{', '  "token_status": "active"', '}'], 'token active'),
    ],
)
def test_a_callback_is_shown_in_lines_and_in_short(
    body: str, lines: list[str], summary: str
) -> None:
    assert indent_json(body).split('\n') == lines
    assert summarize(body) == summary


def test_what_cannot_be_delivered_is_told(sandbox: Sandbox, browser: httpx.Client) -> None:
    sandbox.open()
    sandbox.play('ORDER-1', SUCCESS)
    page = browser.get('/payments/ORDER-1')
    assert 'Not sent: set merchant_callback_url' in page.text
    for path in ('callbacks/1', 'deliver-in-reverse'):
        [sentence] = told_by(browser.post('/payments/ORDER-1/' + path))
        assert sentence.startswith('The callback has no address')


def test_a_saved_card_is_told_of(
    sandbox: Sandbox, browser: httpx.Client, merchant: Merchant
) -> None:
    saved = sandbox.open('', mode='card_tokenize', merchant_callback_url=merchant.url)
    sandbox.play(saved, SUCCESS)
    page = browser.get('/payments/' + saved)
    assert '1. token active' in page.text
    number = sandbox.callbacks(saved)[0]['id']
    browser.post(f'/payments/{saved}/callbacks/{number}', data={'variant': 'tampered'})
    eventually(lambda: len(merchant.bodies) == 2)


@pytest.mark.parametrize(
    ('fields', 'told'),
    [
        ({'advance': '60'}, []),
        ({'advance': 'x'}, ['Enter a number of seconds.']),
        ({}, ['Enter a number of seconds.']),
        ({'advance': '-1'}, ['The clock can only be put forward, by at most 366 days in total.']),
    ],
)
def test_the_clock_is_put_forward(
    sandbox: Sandbox, browser: httpx.Client, fields: dict[str, str], told: list[str]
) -> None:
    assert told_by(browser.post('/clock', data=fields)) == told
    assert (sandbox.platform.now() - time.time() > 50) is ('60' in fields.values())


def test_what_is_not_there_is_not_found(browser: httpx.Client) -> None:
    page = browser.get('/payments/none')
    assert page.status_code == 404
    assert 'There is no such payment.' in page.text
    assert browser.get('/none').status_code == 404


def test_a_callback_is_found_under_its_payment_only(
    sandbox: Sandbox, browser: httpx.Client
) -> None:
    for number in (1, 2):
        sandbox.open(f'ORDER-{number}')
        sandbox.play(f'ORDER-{number}', SUCCESS)
    assert browser.post('/payments/ORDER-1/callbacks/2').status_code == 404


@pytest.mark.parametrize('path', ['/', '/payments/ORDER-1', '/none'])
def test_other_sites_cannot_frame_it(sandbox: Sandbox, browser: httpx.Client, path: str) -> None:
    sandbox.open()
    headers = browser.get(path).headers
    assert headers['Content-Security-Policy'] == (
        "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'self'"
    )
    assert headers['X-Content-Type-Options'] == 'nosniff'
    assert headers['Referrer-Policy'] == 'same-origin'
    assert headers['Cache-Control'] == 'no-store'


@pytest.mark.parametrize('path', ['/static/page.css', '/shared/merchant.js'])
def test_files_may_be_stored_by_browsers(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).headers['Cache-Control'] == 'no-cache'


@pytest.mark.parametrize(
    'headers',
    [{'Sec-Fetch-Site': 'cross-site'}, {'Origin': 'https://evil.example'}, {'Origin': 'null'}],
)
def test_other_sites_cannot_press_buttons(
    sandbox: Sandbox, browser: httpx.Client, headers: dict[str, str]
) -> None:
    sandbox.open()
    assert browser.post('/payments/ORDER-1/refund', headers=headers).status_code == 403


def test_notes_are_kept_apart_from_those_of_other_services(browser: httpx.Client) -> None:
    # Cookies do not see ports: that of a developer's own service is often called session.
    told = browser.post('/clock', data={'advance': 'x'}, follow_redirects=False)
    assert (told.status_code, told.headers['Location']) == (303, '/')
    assert told.headers['Set-Cookie'].startswith('payment-page-sandbox=')
    assert 'SameSite=Lax' in told.headers['Set-Cookie']
