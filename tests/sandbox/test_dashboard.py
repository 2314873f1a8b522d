"""The dashboard over HTTP: what it shows, and what its buttons do."""

from __future__ import annotations

import html
import re
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from payment_page_sdk.sandbox import dashboard
from payment_page_sdk.sandbox.dashboard import PAYMENT_STATUSES
from payment_page_sdk.sandbox.dashboard_words import STATUSES, TONES, WORDS
from payment_page_sdk.sandbox.sender import VARIANTS
from payment_page_sdk.sandbox.store import DELIVERY_STATES
from payment_page_sdk.sandbox.web import as_sentence, indent_json, summarize
from sandbox.conftest import DAY, Merchant, Sandbox, eventually

SUCCESS = '4000000000000077'


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client that follows redirects, as a browser does."""
    with httpx.Client(base_url=sandbox.address, verify=False, follow_redirects=True) as client:
        yield client


def text_of(page: httpx.Response) -> str:
    return html.unescape(page.text)


AMOUNT = 'Write the amount in digits, with at most 2 decimals, such as 18.15.'


def problems_in(page: httpx.Response) -> list[str]:
    """Return the problems that the page tells, each beside its field."""
    return re.findall('<p class="problem"[^>]*>(.*?)</p>', text_of(page))


def chips_in(page: httpx.Response) -> list[str]:
    """Return the statuses on the page, each with its look."""
    return [f'{text} {look}' for look, text in re.findall('class="chip (.*?)">(.*?)<', page.text)]


def rows_in(page: httpx.Response) -> list[list[str]]:
    """Return the texts in the rows of the list."""
    body = text_of(page).partition('<tbody')[2].partition('</tbody>')[0]
    return [
        [
            ' '.join(re.sub('<.*?>', ' ', cell).split())
            for cell in re.findall('<td.*?>(.*?)</td>', row, re.DOTALL)
        ]
        for row in body.split('</tr>')[:-1]
    ]


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
    assert page.text.index('success') > page.text.index('new')
    saved, bought = rows_in(page)
    assert saved[1:5] == ['new', '', 'jane', 'none yet']
    assert bought[:5] == ['ORDER/1', 'success', '18.15 EUR', 'jane', 'not sent']
    assert re.fullmatch('20[-0-9]{8} [:0-9]{8} UTC', bought[5])
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
        clock, *buttons = re.findall('<form method="post" action="([^"]*)"', text_of(page))
        assert clock == '/clock'
        assert len(buttons) == 1
        refunded = browser.post(buttons[0], data={'amount': '1'})
        for shown in (page, refunded):
            assert f'<h1>{payment_id}</h1>' in text_of(shown), payment_id
        assert 'partially refunded good' in chips_in(refunded)


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
        'Callback 1: success (sale)',
        merchant.url,
        'automatically: <strong class="good">200</strong>',
        '>jane<',
        'A card was entered: 400000******0077',
        'sale <span class="amount">18.15 EUR</span>',
        'code 0 Success',
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
    assert 'automatically: <strong class="bad">500</strong>' in page.text
    assert '<p class="hint">Your service has failed: its log tells why.</p>' in page.text
    assert page.text.count('<p>next try <time datetime="20') == 2  # at the top, and where it is
    assert page.text.index('A callback is not accepted') < page.text.index('What happened')
    assert 'failing bad' in chips_in(page)


def test_a_hold_is_captured_then_refunded(sandbox: Sandbox, browser: httpx.Client) -> None:
    sandbox.open(operation_type='auth')
    sandbox.play('ORDER-1', SUCCESS)
    page = browser.get('/payments/ORDER-1')
    assert re.findall('<button>(.*?)</button>', page.text) == ['OK', 'Capture', 'Cancel']
    page = browser.post('/payments/ORDER-1/capture', data={'amount': '10.00'})
    assert re.findall('<button>(.*?)</button>', page.text) == ['OK', 'Refund']
    assert '10.00 EUR of 18.15 EUR' in text_of(page)
    sandbox.platform.advance(DAY)
    page = browser.post('/payments/ORDER-1/refund', data={'amount': '2.5'})
    assert '7.50 EUR of 18.15 EUR' in text_of(page)
    page = browser.post('/payments/ORDER-1/refund', data={'amount': ' '})
    assert 'refunded good' in chips_in(page)
    assert problems_in(browser.post('/payments/ORDER-1/refund')) == [
        'The status of the payment, refunded, does not allow this.'
    ]


@pytest.mark.parametrize(
    ('action', 'amount', 'told'),
    [
        ('refund', '20', 'At most 18.15 EUR.'),
        ('refund', '0', 'At least 0.01 EUR.'),
        ('refund', '1.234', AMOUNT),
        ('refund', 'x"', AMOUNT),
        ('capture', '', 'The status of the payment, success, does not allow this.'),
    ],
)
def test_what_is_not_done_is_told_beside_its_field(
    sandbox: Sandbox, browser: httpx.Client, action: str, amount: str, told: str
) -> None:
    sandbox.open()
    sandbox.play('ORDER-1', SUCCESS)
    page = browser.post(f'/payments/ORDER-1/{action}', data={'amount': amount})
    assert page.status_code == 400
    assert problems_in(page) == [told]
    form = text_of(page).partition(f'id="act-{action}">')[2].partition('</form>')[0]
    assert f'value="{amount}" aria-invalid="true" aria-describedby="{action}-problem"' in form
    assert f'id="{action}-problem"' in form


def test_a_saved_card_has_no_amount_to_refund(sandbox: Sandbox, browser: httpx.Client) -> None:
    saved = sandbox.open('', mode='card_tokenize')
    sandbox.play(saved, SUCCESS)
    page = browser.post(f'/payments/{saved}/refund', data={'amount': '1'})
    assert problems_in(page) == ['The status of the payment, success, does not allow this.']


def test_an_amount_may_have_a_comma(sandbox: Sandbox, browser: httpx.Client) -> None:
    sandbox.open()
    sandbox.play('ORDER-1', SUCCESS)
    page = browser.post('/payments/ORDER-1/refund', data={'amount': '1,15'})
    assert '17.00 EUR of 18.15 EUR' in page.text


def test_callbacks_are_delivered_by_buttons(
    sandbox: Sandbox, browser: httpx.Client, merchant: Merchant
) -> None:
    merchant.answer = lambda body: 200 if len(merchant.bodies) < 3 else 400
    sandbox.open(merchant_callback_url=merchant.url)
    sandbox.play('ORDER-1', '4314220000000056', '1')
    eventually(lambda: len(merchant.bodies) == 2)
    path = '/payments/ORDER-1'

    def tries_after(pressed: str, **data: str) -> list[tuple[str, str]]:
        answer = browser.post(pressed, data=data)
        assert answer.status_code == 200
        first = text_of(answer).partition('id="callback-1"')[2].partition('id="callback-2"')[0]
        found: list[tuple[str, str]] = re.findall('time> (.*?): <strong class=".*?">(.*?)<', first)
        return found[1:]

    [first, _] = re.findall(f'action="({path}/callbacks/[0-9]+)"', browser.get(path).text)
    expected = [('a duplicate', '200')]
    assert tries_after(first, variant='duplicate') == expected
    expected.append(('tampered', '400'))
    assert tries_after(first, variant='tampered') == expected
    expected.append(('by hand', '400'))
    assert tries_after(path + '/deliver-in-reverse') == expected
    expected.append(('by hand', '400'))
    assert tries_after(first) == expected
    assert len(merchant.bodies) == 7
    pressed = browser.post(first, follow_redirects=False)
    assert (pressed.status_code, pressed.headers['Location']) == (303, path + '#callback-1')
    odd = browser.post(first, data={'variant': 'odd'})
    assert odd.status_code == 400
    assert 'Variant must be one of again, duplicate, tampered.' in odd.text


def alerts_in(page: httpx.Response) -> list[str]:
    """Return what the page tells first, without the tags."""
    found = re.findall('<div class="alert">(.*?)</div>', text_of(page), re.DOTALL)
    return [' '.join(re.sub('<.*?>', '', alert).split()) for alert in found]


def test_what_needs_attention_comes_first(
    sandbox: Sandbox, browser: httpx.Client, merchant: Merchant
) -> None:
    merchant.answer = lambda body: 200
    sandbox.open(merchant_callback_url=merchant.url, merchant_success_callback_url=merchant.url)
    sandbox.play('ORDER-1', '4314220000000056', '1')
    eventually(lambda: len(merchant.bodies) == 2)
    path = '/payments/ORDER-1'
    assert alerts_in(browser.get(path)) == []
    merchant.answer = lambda body: 400
    page = browser.post(f'{path}/callbacks/1', data={'variant': 'tampered'})
    assert alerts_in(page) == []  # as it should be
    merchant.answer = lambda body: 200
    page = browser.post(f'{path}/callbacks/1', data={'variant': 'tampered'})
    [alert] = alerts_in(page)
    assert alert.startswith('A forged callback is not refused: Callback 1, awaiting 3ds result')
    assert 'verify each one' in alert


def test_two_callbacks_with_one_hint_are_one_alert(
    sandbox: Sandbox, browser: httpx.Client, merchant: Merchant
) -> None:
    merchant.answer = lambda body: 500
    sandbox.open(merchant_callback_url=merchant.url)
    sandbox.play('ORDER-1', '4314220000000056', '1')
    eventually(lambda: all(each['deliveries'] for each in sandbox.callbacks('ORDER-1')))
    page = browser.get('/payments/ORDER-1')
    [alert] = alerts_in(page)
    assert alert.startswith('A callback is not accepted: Callback 2, success (sale), 500 Your')


def test_earlier_tries_are_folded(
    sandbox: Sandbox, browser: httpx.Client, merchant: Merchant
) -> None:
    merchant.answer = lambda body: 500
    sandbox.open(merchant_callback_url=merchant.url)
    sandbox.play('ORDER-1', SUCCESS)
    eventually(lambda: sandbox.callbacks('ORDER-1')[0]['deliveries'])
    pages = [browser.post('/payments/ORDER-1/callbacks/1') for _ in range(3)]
    assert 'Earlier tries' not in pages[1].text
    page = pages[2]
    folded, _, shown = page.text.partition('Earlier tries: 1')[2].partition('</details>')
    assert (folded.count('<li>'), shown.count('<li><time')) == (1, 3)
    assert 'start="2"' in shown


def test_a_merchant_who_is_away_is_told_of(sandbox: Sandbox, browser: httpx.Client) -> None:
    sandbox.open(merchant_callback_url='http://127.0.0.1:1/')
    sandbox.play('ORDER-1', SUCCESS)
    path = '/payments/ORDER-1'
    [button] = re.findall(f'action="({path}/callbacks/[0-9]+)"', browser.get(path).text)
    page = browser.post(button)
    assert 'by hand: <strong class="bad">ConnectError: ' in page.text
    assert 'Nothing listens at 127.0.0.1:1: start your service' in page.text


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
        (
            '{"recurring": {"status": "canceled"}}',
            ['{', '  "recurring": {', '    "status": "canceled"', '  }', '}'],
            'series canceled',
        ),
    ],
)
def test_a_callback_is_shown_in_lines_and_in_short(
    body: str, lines: list[str], summary: str
) -> None:
    assert indent_json(body).split('\n') == lines
    assert summarize(body) == summary


@pytest.mark.parametrize(
    ('text', 'sentence'),
    [
        ('why? look', 'Why? look.'),
        ('was it changed?', 'Was it changed?'),
        ('mode is wrong', 'mode is wrong.'),
        ('my_own is unknown', 'my_own is unknown.'),
        ('booking_info:a is wrong.', 'booking_info:a is wrong.'),
        ('mode:a is wrong', 'mode:a is wrong.'),
    ],
)
def test_a_message_is_a_sentence_that_may_begin_with_the_name_of_a_parameter(
    text: str, sentence: str
) -> None:
    assert as_sentence(text, 'en') == sentence


def test_what_cannot_be_delivered_is_told(sandbox: Sandbox, browser: httpx.Client) -> None:
    sandbox.open()
    sandbox.play('ORDER-1', SUCCESS)
    page = browser.get('/payments/ORDER-1')
    assert 'Not sent: set merchant_callback_url' in page.text
    assert 'Deliver' not in page.text
    for path in ('callbacks/1', 'deliver-in-reverse'):
        page = browser.post('/payments/ORDER-1/' + path)
        assert page.status_code == 409
        assert 'The callback has no address' in page.text


def test_a_saved_card_is_told_of(
    sandbox: Sandbox, browser: httpx.Client, merchant: Merchant
) -> None:
    saved = sandbox.open('', mode='card_tokenize', merchant_callback_url=merchant.url)
    sandbox.play(saved, SUCCESS)
    page = browser.get('/payments/' + saved)
    assert 'Callback 1: token active' in page.text
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
    sandbox.open()
    page = browser.post('/clock', data={'back': '/payments/ORDER-1?a=b', **fields})
    assert problems_in(page) == told
    assert (sandbox.platform.now() - time.time() > 50) is ('60' in fields.values())
    if told:
        assert page.status_code == 400
        assert f'value="{fields.get("advance") or 60}"' in page.text
        assert 'name="back" value="/payments/ORDER-1?a=b"' in page.text
    else:
        assert page.url.path == '/payments/ORDER-1'
        assert page.url.query == b'a=b'


@pytest.mark.parametrize(
    'back', ['//evil.example', '/\\evil.example', 'https://e.example', ' /', '']
)
def test_a_form_leads_to_no_other_site(browser: httpx.Client, back: str) -> None:
    for answer in (
        browser.post('/clock', data={'advance': '1', 'back': back}, follow_redirects=False),
        browser.get('/language/ru', params={'back': back}, follow_redirects=False),
    ):
        assert (answer.status_code, answer.headers['Location']) == (303, '/')


# series


@pytest.fixture
def registered(sandbox: Sandbox) -> str:
    """The path of a payment that has registered a series."""
    sandbox.open(recurring={'register': True, 'type': 'C'})
    sandbox.play('ORDER-1', SUCCESS)
    return '/payments/ORDER-1'


def test_a_series_is_debited_changed_and_ended(browser: httpx.Client, registered: str) -> None:
    page = browser.get(registered)
    assert page.text.count(registered + '/series/') == 3
    assert 'active' in page.text
    debited = browser.post(registered + '/series/debit', data={'amount': '5'})
    assert debited.status_code == 200
    assert debited.url.path != registered
    assert '5.00 EUR of 5.00 EUR' in debited.text
    assert registered + '/series/' not in debited.text
    changed = browser.post(registered + '/series/update', data={'amount': '7', 'month': '2031-02'})
    assert changed.status_code == 200
    page = browser.get(registered)
    for shown in ('<dt>amount</dt><dd>700</dd>', '<dt>expiry_year</dt><dd>2031</dd>', '2031-02-28'):
        assert shown in page.text
    assert browser.post(registered + '/series/end').status_code == 200
    page = browser.get(registered)
    assert 'canceled bad' in chips_in(page)
    assert '/series/' not in page.text
    again = browser.post(registered + '/series/end')
    assert (again.status_code, problems_in(again)) == (
        400,
        ['The series has already been canceled.'],
    )


@pytest.mark.parametrize(
    ('action', 'fields', 'told'),
    [
        ('debit', {}, 'At least 0.01 EUR.'),
        ('debit', {'amount': 'x'}, 'Write the amount in digits'),
        ('update', {'month': '12/30'}, 'Write the month as year and month'),
        ('update', {'month': '2030-13'}, ''),
    ],
)
def test_what_cannot_be_done_with_a_series_is_told_beside_its_field(
    browser: httpx.Client, registered: str, action: str, fields: dict[str, str], told: str
) -> None:
    page = browser.post(f'{registered}/series/{action}', data=fields)
    assert page.status_code == 400
    [problem] = problems_in(page)
    assert told in problem
    for text in fields.values():
        assert f'value="{text}"' in page.text


def test_a_payment_without_a_series_has_no_such_forms(
    sandbox: Sandbox, browser: httpx.Client
) -> None:
    sandbox.open()
    sandbox.play('ORDER-1', SUCCESS)
    assert '/series/' not in browser.get('/payments/ORDER-1').text
    page = browser.post('/payments/ORDER-1/series/end')
    assert page.status_code == 404
    assert 'There is no series with this id.' in page.text


# to find payments


@pytest.fixture
def three(sandbox: Sandbox, merchant: Merchant) -> None:
    """A payment that is new, one that is paid and delivered, and one that fails to be delivered."""
    merchant.answer = lambda body: 500 if b'FAILING' in body else 200
    for payment_id in ('NEW-1', 'PAID-1', 'FAILING-1'):
        sandbox.open(payment_id, merchant_callback_url=merchant.url)
    for payment_id in ('PAID-1', 'FAILING-1'):
        sandbox.play(payment_id, SUCCESS)
    eventually(lambda: len(sandbox.callbacks('PAID-1')[0]['deliveries']) == 1)
    eventually(lambda: len(sandbox.callbacks('FAILING-1')[0]['deliveries']) == 1)


@pytest.mark.usefixtures('three')
@pytest.mark.parametrize(
    ('query', 'found'),
    [
        ('', ['FAILING-1', 'PAID-1', 'NEW-1']),
        ('?text=paid', ['PAID-1']),
        ('?text=+PAID-1+', ['PAID-1']),
        ('?status=success', ['FAILING-1', 'PAID-1']),
        ('?status=success&delivery=delivered', ['PAID-1']),
        ('?delivery=failing', ['FAILING-1']),
        ('?delivery=nonsense', ['FAILING-1', 'PAID-1', 'NEW-1']),
        ('?status=nonsense', []),
        ('?text=' + 'x' * 60_000, []),
        ('?page=0', ['FAILING-1', 'PAID-1', 'NEW-1']),
        ('?page=x', ['FAILING-1', 'PAID-1', 'NEW-1']),
        ('?page=2', []),
        ('?page=' + '9' * 5000, []),
    ],
)
def test_payments_are_found(browser: httpx.Client, query: str, found: list[str]) -> None:
    page = browser.get('/' + query)
    assert page.status_code == 200
    assert [row[0] for row in rows_in(page)] == found
    assert ('Nothing is found.' in page.text) == (not found)
    if 'text=paid' in query:
        assert 'value="paid"' in page.text


@pytest.mark.usefixtures('three')
def test_what_became_of_callbacks_is_listed(browser: httpx.Client) -> None:
    failing, paid, new = rows_in(browser.get('/'))
    assert re.fullmatch('failing next try 20.* UTC', failing[4])
    assert (paid[4], new[4]) == ('delivered', 'none yet')


def test_a_page_has_fifty_payments(sandbox: Sandbox, browser: httpx.Client) -> None:
    for number in range(101):
        sandbox.open(f'ORDER-{number:03}')
    first = browser.get('/')
    assert [row[0] for row in rows_in(first)] == [f'ORDER-{100 - n:03}' for n in range(50)]
    assert 'Page 1 of 3, 101 payments' in first.text
    assert 'Newer' not in first.text
    middle = browser.get(next_of(first))
    assert [row[0] for row in rows_in(middle)] == [f'ORDER-{50 - n:03}' for n in range(50)]
    last = browser.get(next_of(middle))
    assert [row[0] for row in rows_in(last)] == ['ORDER-000']
    assert 'Older' not in last.text
    searched = browser.get('/?text=ORDER-0')
    assert 'text=ORDER-0' in next_of(searched)


def next_of(page: httpx.Response) -> str:
    found = re.search('href="([^"]*)" rel="next"', text_of(page))
    assert found
    return found[1]


def test_changes_are_told(sandbox: Sandbox, browser: httpx.Client) -> None:
    before = browser.get('/changes').json()
    assert abs(before['now'] - time.time()) < 60
    assert browser.get('/changes').json()['changes'] == before['changes']
    sandbox.open()
    after = browser.get('/changes').json()
    assert after['changes'] > before['changes']
    assert f'data-changes="{after["changes"]}"' in browser.get('/').text


def test_what_changes_while_a_page_is_made_is_not_missed(
    sandbox: Sandbox, browser: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.open()
    find_payments = sandbox.platform.find_payments

    def find_and_open(*arguments: Any) -> Any:
        found = find_payments(*arguments)
        sandbox.platform.open(sandbox.link('ORDER-2').partition('?')[2])
        return found

    monkeypatch.setattr(sandbox.platform, 'find_payments', find_and_open)
    page = browser.get('/')
    assert 'ORDER-2' not in page.text
    told = browser.get('/changes').json()
    assert f'data-changes="{told["changes"]}"' not in page.text


# refused links


def test_refused_links_are_listed(sandbox: Sandbox, browser: httpx.Client) -> None:
    assert 'The page has refused no link.' in browser.get('/refused').text
    refused = browser.get(sandbox.link('<ORDER>').replace('1815', '1816'))
    assert refused.status_code == 400
    page = browser.get('/refused')
    assert '&lt;ORDER&gt;' in page.text
    assert 'bad_signature' in page.text
    [path] = re.findall('href="(/refused/[0-9]+)"', page.text)
    link = browser.get(path)
    entries = re.findall('<li><code>(.*?)</code></li>', text_of(link))
    assert 'payment_amount:1816' in entries
    assert entries == sorted(entries)
    assert 'Was anything changed, added or cut off after the link was made?' in link.text
    assert browser.get('/refused/99').status_code == 404


def test_a_link_that_was_refused_just_now_is_told_first(
    sandbox: Sandbox, browser: httpx.Client
) -> None:
    sandbox.open()
    assert 'has refused' not in browser.get('/').text
    sandbox.get(sandbox.link('ORDER-2')[len(sandbox.address) :].replace('1815', '1816'))
    page = browser.get('/')
    assert 'The page has refused a link: <a href="/refused/1">ORDER-2</a>' in page.text
    assert 'The signature is wrong.' in page.text
    for path in ('/?text=x', '/?page=2'):
        assert 'has refused' not in browser.get(path).text
    sandbox.open('ORDER-3')
    assert 'has refused' not in browser.get('/').text


def test_a_link_that_was_refused_before_any_payment_is_told(
    sandbox: Sandbox, browser: httpx.Client
) -> None:
    sandbox.get('/payment?project_id=186')
    assert '<a href="/refused/1">without an id</a>' in browser.get('/').text


def test_huge_links_are_listed_in_little_memory(sandbox: Sandbox, browser: httpx.Client) -> None:
    for _ in range(20):
        sandbox.post('/payment', b'project_id=186&payment_id=' + b'x' * 500_000)
    tracemalloc.start()
    pages = [browser.get('/refused'), browser.get('/')]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000  # bytes: half of what was sent
    assert all('x' * 255 + '<' in page.text for page in pages)


def test_a_link_without_an_id_is_listed(sandbox: Sandbox, browser: httpx.Client) -> None:
    sandbox.get('/payment?project_id=186')
    assert 'without an id' in browser.get('/refused').text
    sandbox.get('/payment?' + '&'.join(f'{n}=' for n in range(2000)))
    link = browser.get('/refused/2')
    assert 'has more than 1000 parameters' in link.text
    assert '<code>' not in link.text


# languages


@pytest.mark.usefixtures('three')
def test_all_pages_are_in_russian(sandbox: Sandbox, browser: httpx.Client) -> None:
    sandbox.get('/payment?project_id=186')
    browser.headers['Accept-Language'] = 'ru-RU,ru;q=0.9,en;q=0.8'
    for path, words in [
        ('/', ['Платежи проекта 186', 'не принимается', 'следующая попытка', '18,15 EUR']),
        ('/?text=x', ['Ничего не найдено']),
        (
            '/payments/FAILING-1',
            [
                'Что произошло',
                'Оповещение не принято',
                'Введена карта',
                'код 0 Успешно',
                'успешно (оплата)',
            ],
        ),
        ('/refused', ['Отклонённые ссылки', 'без id']),
        ('/refused/1', ['Строка для подписи, как песочница']),
        ('/none', ['Ошибка 404', 'По этому адресу ничего нет.']),
    ]:
        page = browser.get(path)
        assert '<html lang="ru">' in page.text
        for word in words:
            assert word in text_of(page), path


def test_a_language_can_be_chosen(browser: httpx.Client) -> None:
    page = browser.get('/refused')
    [link] = re.findall('href="(/language/ru[^"]*)"', text_of(page))
    chosen = browser.get(link)
    assert chosen.url.path == '/refused'
    assert '<html lang="ru">' in chosen.text
    assert '<html lang="en">' in browser.get('/language/en').text
    assert browser.get('/language/de').status_code == 404


def test_both_languages_have_the_same_words() -> None:
    english, russian = WORDS['en'], WORDS['ru']
    assert english.keys() == russian.keys()
    for name, text in english.items():
        assert re.findall('{.*?}', text) == re.findall('{.*?}', russian[name]), name
    assert set(STATUSES) == {*DELIVERY_STATES, *PAYMENT_STATUSES}
    assert set(TONES) < set(STATUSES)
    folder = Path(dashboard.__file__).parent
    sources = ''.join(
        file.read_text('utf-8')
        for file in [
            *folder.glob('templates/dashboard/*'),
            folder / 'templates/entries.html',
            folder / 'templates/page/refused.html',
            folder / 'dashboard.py',
        ]
    )
    used = set(
        re.findall(r"words\.(\w+)|(?:words|WORDS\[chosen_language\(\)\])\['(\w+)'\]", sources)
    )
    names = {name for pair in used for name in pair}
    prefixes = ('step_', 'deliver_', 'series_')
    others = {'en', 'ru', 'capture', 'cancel', 'refund', 'minute', 'hour', 'day', *VARIANTS}
    others |= {'scheduled', 'sandbox_api', 'gate_api'}
    assert {name for name in english if not name.startswith(prefixes)} <= names | others


# what is not there


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


@pytest.mark.parametrize(
    ('method', 'path', 'status', 'told'),
    [
        ('GET', '/none', 404, 'There is nothing at this address.'),
        ('POST', '/none', 404, 'There is nothing at this address.'),
        ('POST', '/none', 404, '<code>POST /none</code>'),
        ('GET', '/' + 'x' * 5000, 404, f'<code>GET /{"x" * 299}</code>'),
        ('GET', '/<b>', 404, '<code>GET /<b></code>'),
        ('DELETE', '/', 405, 'This address does not take DELETE requests.'),
        ('DELETE', '/', 405, 'It takes GET, HEAD, OPTIONS. <code>/</code>'),
    ],
)
def test_a_wrong_address_gets_a_page_of_the_sandbox(
    browser: httpx.Client, method: str, path: str, status: int, told: str
) -> None:
    page = browser.request(method, path)
    assert page.status_code == status
    assert told in text_of(page)
    assert '<b>' not in page.text
    for there in ('/payment?', '/sandbox/api/', '/v2/payment/'):
        assert f'{browser.base_url}'.rstrip('/') + there in page.text
    assert 'href="/"' in page.text
    assert page.headers['Content-Type'] == 'text/html; charset=utf-8'
    assert ('Allow' in page.headers) == (status == 405)


def test_requests_that_are_not_for_it_get_a_page(browser: httpx.Client) -> None:
    page = browser.post('/clock', headers={'Origin': 'https://evil.example'})
    assert 'The page of another site has sent this.' in page.text
    page = browser.get('/', headers={'Host': 'evil.example'})
    assert page.status_code == 400
    assert 'does not answer to this host name' in page.text


def test_the_cookie_is_kept_apart_from_those_of_other_services(browser: httpx.Client) -> None:
    # Cookies do not see ports.
    chosen = browser.get('/language/ru', follow_redirects=False)
    assert chosen.headers['Set-Cookie'].startswith('payment-page-sandbox-language=ru;')
    assert 'SameSite=Lax' in chosen.headers['Set-Cookie']
    assert 'Set-Cookie' not in browser.get('/').headers


# ten thousand payments


def test_ten_thousand_payments_are_listed_at_once(sandbox: Sandbox, browser: httpx.Client) -> None:
    payment = sandbox.platform.payment(sandbox.open())
    with sandbox.platform._store.transaction():
        for number in range(10_000):
            payment.key, payment.payment_id = f'key-{number}', f'MANY-{number}'
            sandbox.platform._store.save(payment)
            sandbox.platform._store.add_callback(payment.key, 'url', '{}', 0.0, 4e9)
    for path in ('/', '/?text=99', '/?status=new', '/?delivery=waiting', '/?page=200'):
        browser.get(path)
        start = time.perf_counter()
        page = browser.get(path)
        took = time.perf_counter() - start
        assert len(rows_in(page)) >= 1
        assert took < 1, path  # it takes 0.01 to 0.06 s; other tests may run at the same time
        tracemalloc.start()
        browser.get(path)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 5_000_000, path  # bytes; it takes 600,000
