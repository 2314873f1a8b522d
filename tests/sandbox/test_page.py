"""The Payment Page over HTTP: what it answers, shows, and where it sends the shopper."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any, Optional

import httpx
import pytest

from payment_page_sdk.money import minor_units
from payment_page_sdk.sandbox.cards import CARDS
from payment_page_sdk.sandbox.words import WORDS
from sandbox.conftest import Sandbox

CARD = {'number': '4000 0000 0000 0077', 'expiry': '12/30', 'cvc': '123', 'holder': 'Ada Lovelace'}
SHOP = 'https://shop.example/'


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client that goes where it is told to by the test only."""
    headers = {'Accept-Language': 'de'}
    with httpx.Client(base_url=sandbox.address, headers=headers, verify=False) as client:
        yield client


class Shopper:
    """Somebody at a payment's page."""

    def __init__(self, browser: httpx.Client, link: str) -> None:
        self._browser = browser
        self.page = browser.get(link)
        self.path = ''

    def submit(self, step: str, fields: Optional[dict[str, str]] = None) -> httpx.Response:
        """Send a form of the page, and return what is shown then, or where the shopper is sent."""
        found = re.search(rf'action="(/payment/[\w-]+)/{step}"', self.page.text)
        self.path = found[1] if found else self.path
        answer = self._browser.post(f'{self.path}/{step}', data=fields or {})
        self.page = answer
        if answer.status_code == 303 and answer.headers['Location'].startswith('/payment/'):
            self.page = self._browser.get(answer.headers['Location'])
        return self.page

    def pay(self, number: str = CARD['number'], **changed: str) -> httpx.Response:
        """Submit a card."""
        return self.submit('card', {**CARD, 'number': number, **changed})

    def events(self) -> list[Any]:
        """Return what the page tells the shop's own page."""
        return events_of(self.page)


def events_of(page: httpx.Response) -> list[Any]:
    found = re.search('data-events="([^"]*)"', page.text)
    assert found
    events: list[Any] = json.loads(html.unescape(found[1]))
    return events


def heading(page: httpx.Response) -> str:
    found = re.search('<h1>(.*?)</h1>', page.text, re.DOTALL)
    assert found, page.text
    return html.unescape(found[1])


@pytest.fixture
def shopper(sandbox: Sandbox, browser: httpx.Client, request: pytest.FixtureRequest) -> Shopper:
    """A shopper at the page of ORDER-1, with the parameters of the test, if any."""
    return Shopper(browser, sandbox.link(**getattr(request, 'param', {})))


def at(**parameters: Any) -> pytest.MarkDecorator:
    """Have the shopper at a page with these parameters."""
    return pytest.mark.parametrize('shopper', [parameters], indirect=True)


def test_a_link_opens_the_page(shopper: Shopper) -> None:
    assert shopper.page.status_code == 200
    assert heading(shopper.page) == 'Pay by card'
    assert 'Sandbox: no money moves' in shopper.page.text
    assert '18.15 EUR' in shopper.page.text
    assert 'ORDER-1' in shopper.page.text
    assert shopper.page.headers['Cache-Control'] == 'no-store'
    assert shopper.page.headers['Content-Security-Policy'] == (
        "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors *"
    )


def test_a_form_opens_the_page(sandbox: Sandbox, browser: httpx.Client) -> None:
    query = sandbox.link().partition('?')[2]
    page = browser.post(
        '/payment',
        content=query,
        headers={
            'Content-Type': 'application/x-www-form-urlencoded',
            'Sec-Fetch-Site': 'cross-site',
        },
    )
    assert page.status_code == 200
    assert heading(page) == 'Pay by card'


@pytest.mark.parametrize(
    ('status', 'title', 'old', 'new'),
    [
        (400, 'The signature is wrong', '1815', '1'),
        (400, 'The link has no project', 'project_id=186', 'project_id='),
        (404, 'The sandbox does not know this project', 'project_id=186', 'project_id=1'),
    ],
)
def test_links_are_refused(
    sandbox: Sandbox, browser: httpx.Client, status: int, title: str, old: str, new: str
) -> None:
    page = browser.get(sandbox.link().replace(old, new))
    assert (page.status_code, heading(page)) == (status, title)
    [[event, data]] = events_of(page)
    assert event == 'onFailLoading'
    assert ' ' in data['message']
    assert 'data-framed=""' in page.text
    assert '<a href="/">Sandbox dashboard</a>' in page.text


def test_refused_parameters_are_listed(sandbox: Sandbox, browser: httpx.Client) -> None:
    page = browser.get(sandbox.link(payment_amount=0, customer_email='<b>'))
    assert (page.status_code, heading(page)) == (400, 'The parameters are wrong')
    assert 'customer_email takes an e-mail address' in page.text
    assert 'payment_amount' in page.text
    assert '<b>' not in page.text


def test_what_is_no_refused_link_has_no_canonical_string(browser: httpx.Client) -> None:
    page = browser.get('/payment/unknown')
    assert page.status_code == 404
    assert 'canonical' not in page.text
    assert '/refused/' not in page.text


def test_payouts_are_refused(sandbox: Sandbox, browser: httpx.Client) -> None:
    page = browser.get(sandbox.link(mode='payout'))
    assert (page.status_code, heading(page)) == (400, 'The sandbox cannot do this')


def test_texts_are_shown_as_they_are(sandbox: Sandbox, browser: httpx.Client) -> None:
    page = browser.get(sandbox.link(payment_description='<script>alert("x")</script>'))
    assert '&lt;script&gt;alert(&#34;x&#34;)' in page.text
    assert '<script>alert' not in page.text


@pytest.mark.parametrize(
    ('code', 'accepted', 'lang'),
    [
        ('ru', 'de', 'ru'),
        ('RU', 'de', 'ru'),
        ('en', 'ru', 'en'),
        ('de', 'ru', 'en'),
        (None, 'ru-RU, en;q=0.5', 'ru'),
        (None, 'de', 'en'),
        (None, '', 'en'),
    ],
)
def test_the_language_is_the_links_or_the_browsers(
    sandbox: Sandbox, browser: httpx.Client, code: Optional[str], accepted: str, lang: str
) -> None:
    parameters = {} if code is None else {'language_code': code}
    page = browser.get(sandbox.link(**parameters), headers={'Accept-Language': accepted})
    assert f'<html lang="{lang}">' in page.text
    assert heading(page) == WORDS[lang]['title_purchase']


def test_the_languages_have_the_same_words() -> None:
    assert WORDS['en'].keys() == WORDS['ru'].keys()
    for name, text in WORDS['en'].items():
        assert re.findall('{.*?}', text) == re.findall('{.*?}', WORDS['ru'][name]), name


@pytest.mark.parametrize(
    ('amount', 'currency', 'lang', 'shown'),
    [
        ('10.01', 'RUB', 'en', '10.01 RUB'),
        ('1234567.5', 'EUR', 'en', '1,234,567.50 EUR'),
        ('1234567.5', 'EUR', 'ru', '1\u00a0234\u00a0567,50 EUR'),
        ('500', 'JPY', 'en', '500 JPY'),
        ('0.005', 'KWD', 'ru', '0,005 KWD'),
    ],
)
def test_the_amount_has_the_decimals_of_its_currency(
    sandbox: Sandbox, browser: httpx.Client, amount: str, currency: str, lang: str, shown: str
) -> None:
    page = browser.get(
        sandbox.link(
            payment_amount=minor_units(amount, currency),
            payment_currency=currency,
            language_code=lang,
        )
    )
    assert shown in html.unescape(page.text)


def test_all_test_cards_are_listed(shopper: Shopper) -> None:
    listed = set(re.findall('data-number="([0-9 ]+)"', shopper.page.text))
    assert len(listed) == 34
    assert {number.replace(' ', '') for number in listed} <= set(CARDS)


@pytest.mark.parametrize(
    ('number', 'shown'),
    [
        ('4000 0000 0000 0077', 'Success'),
        ('5586 2001 0437 7434', '12/30, CVC 641 Success'),
        ('5586 2000 7526 9701', '12/30, CVC 641 3-D Secure with a code, then success code 123456'),
        ('4331 2899 2560 8649', '3-D Secure without a code, then decline'),
    ],
)
def test_a_test_card_is_listed_with_what_it_does(shopper: Shopper, number: str, shown: str) -> None:
    [row] = re.findall(f'<span class="number">{number}</span>(.*?)</tr>', shopper.page.text, re.S)
    texts = re.sub('<button.*?</button>|<.*?>', ' ', row).split()
    assert ' '.join(texts) == shown


def test_a_paid_payment_tells_so(shopper: Shopper) -> None:
    method = {'name': 'card', 'payment_method_type': 1, 'payment_method_code': 'card'}
    assert shopper.events() == [['onLoaded', {}], ['onPaymentMethodSelect', method]]
    page = shopper.pay()
    assert heading(page) == 'Payment complete'
    [(first, request), (second, told)] = shopper.events()
    assert (first, second) == ('onPaymentSubmitResult', 'onPaymentSuccess')
    assert request['request_id'] == told['operations'][0]['request_id']
    assert told['payment']['status'] == 'success'
    assert told['general']['payment_id'] == 'ORDER-1'


def test_events_are_signed(sandbox: Sandbox, shopper: Shopper) -> None:
    shopper.pay()
    assert sandbox.gate.handle_callback(shopper.events()[1][1]).is_success()


def test_a_reload_shows_the_same(sandbox: Sandbox, shopper: Shopper, browser: httpx.Client) -> None:
    shopper.pay()
    assert heading(browser.get(sandbox.link())) == 'Payment complete'
    assert heading(browser.get(shopper.path)) == 'Payment complete'


def test_a_second_press_pays_nothing(sandbox: Sandbox, shopper: Shopper) -> None:
    shopper.pay()
    page = shopper.pay('4111 1111 1111 1111')
    assert heading(page) == 'Payment complete'
    assert len(sandbox.platform.payment('ORDER-1').operations) == 1


def test_a_used_payment_id_is_refused(
    sandbox: Sandbox, shopper: Shopper, browser: httpx.Client
) -> None:
    assert browser.get(sandbox.link(payment_amount=1)).status_code == 200
    browser.get(sandbox.link())
    shopper.pay()
    page = browser.get(sandbox.link(payment_amount=1))
    assert (page.status_code, heading(page)) == (400, 'This payment ID is taken')


@pytest.mark.parametrize(
    ('field', 'text', 'message'),
    [
        ('number', '', 'Enter the card number.'),
        ('number', '4000', 'This is not a card number: check the digits.'),
        ('number', '4012888888881881', 'Only test cards work here. Never enter a real one.'),
        ('number', '4242424242424242', WORDS['en']['error_number_payout']),
        ('expiry', '', 'Enter the expiry date.'),
        ('expiry', '13/30', 'Write the date as on the card: month/year.'),
        ('expiry', '01/20', 'This card has expired.'),
        ('cvc', '', 'Enter the CVC.'),
        ('cvc', '12', 'The CVC has three or four digits.'),
        ('holder', '', 'Enter the name on the card.'),
        ('holder', 'Ада', 'Write the name in Latin letters, as on the card.'),
    ],
)
def test_what_is_wrong_with_a_card_is_told(
    sandbox: Sandbox, shopper: Shopper, field: str, text: str, message: str
) -> None:
    page = shopper.submit('card', {**CARD, field: text})
    assert page.status_code == 400
    assert message in page.text
    assert len(re.findall('aria-invalid', page.text)) == 1
    assert f'id="{field}-error"' in page.text
    assert '4012888888881881' not in page.text
    assert 'value="123"' not in page.text
    assert events_of(page)[0] == ['onLoaded', {}]
    if field != 'holder':
        assert 'value="Ada Lovelace"' in page.text
    if field != 'expiry':
        assert 'value="12/30"' in page.text
    assert sandbox.platform.payment('ORDER-1').status == 'new'


def test_an_empty_form_is_told_all_at_once(shopper: Shopper) -> None:
    assert len(re.findall('aria-invalid', shopper.submit('card', {}).text)) == 4


@at(language_code='ru')
def test_errors_speak_the_language(shopper: Shopper) -> None:
    page = shopper.pay('4012888888881881')
    assert WORDS['ru']['error_number_real'] in html.unescape(page.text)


def test_a_decline_leaves_another_attempt(
    sandbox: Sandbox, shopper: Shopper, browser: httpx.Client
) -> None:
    page = shopper.pay('4111111111111111')
    assert heading(page) == 'Payment declined'
    assert 'General decline' in page.text
    assert '10000' in page.text
    assert [name for name, _ in shopper.events()] == ['onPaymentSubmitResult', 'onPaymentFail']
    assert f'href="{shopper.path}/again">Try another card</a>' in page.text
    shopper.page = browser.get(shopper.path + '/again')
    assert 'The payment was declined. Try again, or use another card.' in shopper.page.text
    assert heading(shopper.pay()) == 'Payment complete'
    assert browser.get(shopper.path + '/again').headers['Location'] == shopper.path


def test_the_reason_is_told_in_russian(sandbox: Sandbox, browser: httpx.Client) -> None:
    shopper = Shopper(browser, sandbox.link(language_code='ru'))
    page = html.unescape(shopper.pay('4000000000000135').text)
    assert WORDS['ru']['code_10105'] in page


@pytest.mark.parametrize(
    ('code', 'title'), [('123456', 'Payment complete'), ('654321', 'Payment declined')]
)
def test_the_bank_asks_for_a_code(shopper: Shopper, code: str, title: str) -> None:
    page = shopper.pay('5586200075269701', cvc='641')
    assert heading(page) == 'Confirm the payment'
    assert 'the right code is 123456' in page.text
    [(submitted, request), redirected] = shopper.events()
    assert (submitted, list(request)) == ('onPaymentSubmitResult', ['request_id'])
    assert redirected == ['onRedirectIframe', {}]
    page = shopper.submit('challenge', {'code': ' '})
    assert (page.status_code, 'Enter the code.' in page.text) == (400, True)
    assert shopper.events() == []
    assert heading(shopper.submit('challenge', {'code': code})) == title
    assert shopper.events()[0] == ['onRedirectIframeComplete', {}]


def test_the_banks_page_can_be_left(sandbox: Sandbox, shopper: Shopper) -> None:
    assert 'any code will do' in shopper.pay('5413330000000019').text
    assert heading(shopper.submit('challenge', {'cancel': '1', 'code': '1'})) == 'Payment declined'
    assert sandbox.platform.payment('ORDER-1').decline_code == '10301'
    assert heading(shopper.submit('challenge', {'code': '1'})) == 'Payment declined'
    assert heading(shopper.submit('challenge', {})) == 'Payment declined'


def test_a_slow_bank_is_waited_for(
    sandbox: Sandbox, shopper: Shopper, browser: httpx.Client
) -> None:
    page = shopper.pay('4539121411168251')
    assert heading(page) == 'Payment in progress'
    assert page.headers['Refresh'] == '2; url=' + shopper.path
    assert f'href="{shopper.path}">Check again</a>' in page.text
    assert shopper.events() == []
    sandbox.platform.advance(10)
    page = browser.get(shopper.path)
    assert (heading(page), 'Refresh' in page.headers) == ('Payment declined', False)


@at(best_before='2020-01-01T00:00:00+00:00')
def test_a_late_shopper_cannot_pay(shopper: Shopper) -> None:
    assert shopper.page.status_code == 200
    assert heading(shopper.page) == 'Too late to pay'
    assert 'data-card-form' not in shopper.page.text


def test_a_shopper_is_told_until_when_to_pay(sandbox: Sandbox, browser: httpx.Client) -> None:
    until = sandbox.platform.now() + 3600
    given = datetime.fromtimestamp(until, timezone.utc)
    shopper = Shopper(browser, sandbox.link(best_before=given))
    assert f'Pay before {given:%Y-%m-%d %H:%M} UTC' in shopper.page.text
    sandbox.platform.advance(3600)
    assert heading(shopper.pay()) == 'Too late to pay'


@at(mode='card_verify', payment_amount=0)
def test_a_card_is_verified(shopper: Shopper) -> None:
    assert heading(shopper.page) == 'Check your card'
    assert heading(shopper.pay()) == 'The card works'
    assert shopper.events()[1][0] == 'onCardVerifySuccess'


@at(mode='card_verify', payment_amount=0)
def test_a_card_fails_verification(shopper: Shopper) -> None:
    shopper.pay('4111111111111111')
    assert shopper.events()[1][0] == 'onCardVerifyFail'


def test_a_card_is_saved(sandbox: Sandbox, browser: httpx.Client) -> None:
    shopper = Shopper(browser, sandbox.link('', mode='card_tokenize'))
    assert heading(shopper.page) == 'Save your card'
    assert heading(shopper.pay()) == 'The card is saved'
    name, told = shopper.events()[1]
    assert name == 'onTokenizeSuccess'
    assert sandbox.gate.handle_callback(told).get_token()


@at(operation_type='auth')
def test_money_is_held(sandbox: Sandbox, shopper: Shopper, browser: httpx.Client) -> None:
    assert 'Hold 18.15 EUR' in shopper.page.text
    assert heading(shopper.pay()) == 'The money is held'
    assert shopper.events()[1][0] == 'onPaymentSuccess'
    key = sandbox.platform.payment('ORDER-1').key
    for action, title in [('capture', 'Payment complete'), ('refund', 'Payment refunded')]:
        sandbox.post(f'/sandbox/api/payments/ORDER-1/{action}', {})
        assert heading(browser.get(f'/payment/{key}')) == title


@at(recurring={'register': True, 'type': 'C'})
def test_later_debits_are_announced(sandbox: Sandbox, shopper: Shopper) -> None:
    assert 'The shop may charge this card again later.' in shopper.page.text
    assert heading(shopper.pay('4000000000000119')) == 'Payment complete'
    [callback] = sandbox.platform.callbacks()
    assert json.loads(callback.body)['recurring']['currency'] == 'EUR'


# The ways back to the shop


@pytest.mark.parametrize(
    ('parameters', 'number', 'sent'),
    [
        ({'redirect_success_url': SHOP}, '4000000000000077', True),
        (
            {'redirect_success_url': SHOP, 'redirect_success_mode': 'parent_page'},
            '4000000000000077',
            True,
        ),
        (
            {'redirect_success_url': SHOP, 'redirect_success_mode': 'blank_page'},
            '4000000000000077',
            False,
        ),
        ({'redirect_fail_url': SHOP}, '4000000000000077', False),
        ({'redirect_fail_url': SHOP}, '4111111111111111', True),
        ({'redirect_success_url': SHOP}, '4111111111111111', False),
        ({'redirect_success_url': SHOP, 'operation_type': 'auth'}, '4000000000000077', True),
        (
            {
                'redirect_success_url': SHOP,
                'redirect_success_mode': 'iframe',
                'frame_mode': 'popup',
            },
            '4000000000000077',
            False,
        ),
        (
            {
                'redirect_success_url': SHOP,
                'redirect_success_mode': 'parent_page',
                'frame_mode': 'popup',
            },
            '4000000000000077',
            False,
        ),
        ({'mode': 'card_tokenize', 'redirect_tokenize_url': SHOP}, '4000000000000077', True),
        ({'mode': 'card_tokenize', 'redirect_success_url': SHOP}, '4000000000000077', False),
    ],
)
def test_shoppers_are_sent_back(
    sandbox: Sandbox, browser: httpx.Client, parameters: dict[str, str], number: str, sent: bool
) -> None:
    shopper = Shopper(browser, sandbox.link(**parameters))
    page = shopper.pay(number)
    if sent:
        assert (page.status_code, page.headers['Location']) == (303, SHOP)
    else:
        assert page.status_code == 200
        assert ('data-go' in page.text) is ('redirect_success_mode' in parameters)


@at(redirect_fail_url=SHOP)
def test_who_is_sent_away_has_no_other_attempt(sandbox: Sandbox, shopper: Shopper) -> None:
    shopper.pay('4111111111111111')
    assert sandbox.platform.payment('ORDER-1').status == 'decline'


@pytest.mark.parametrize(
    ('side', 'number', 'label'),
    [
        ('return', None, 'Back to the shop'),
        ('success', '4000000000000077', 'Continue'),
        ('fail', '4111111111111111', 'Back to the shop'),
    ],
)
@pytest.mark.parametrize(
    ('enabled', 'framed', 'offered'),
    [
        (None, None, True),
        (None, 'popup', True),
        (2, 'iframe', True),
        (1, None, True),
        (1, 'popup', False),
        (0, None, False),
        (0, 'iframe', False),
    ],
)
def test_a_button_leads_back(
    sandbox: Sandbox,
    browser: httpx.Client,
    side: str,
    number: Optional[str],
    label: str,
    enabled: Optional[int],
    framed: Optional[str],
    offered: bool,
) -> None:
    parameters: dict[str, Any] = {f'merchant_{side}_url': SHOP}
    if enabled is not None:
        parameters[f'merchant_{side}_enabled'] = enabled
    if framed is not None:
        parameters['frame_mode'] = framed
    shopper = Shopper(browser, sandbox.link(**parameters))
    if number:
        shopper.pay(number)
    assert (label in shopper.page.text and '/leave"' in shopper.page.text) is offered
    if offered:
        gone = shopper.submit('leave')
        assert (gone.status_code, gone.headers['Location']) == (303, SHOP)


@at(merchant_fail_url=SHOP)
def test_who_leaves_after_a_decline_gives_up(sandbox: Sandbox, shopper: Shopper) -> None:
    shopper.pay('4111111111111111')
    assert sandbox.platform.payment('ORDER-1').status == 'awaiting customer'
    shopper.submit('leave')
    assert sandbox.platform.payment('ORDER-1').status == 'decline'


def test_without_an_address_nobody_leaves(shopper: Shopper) -> None:
    assert '/leave"' not in shopper.page.text
    shopper.pay('4111111111111111')
    assert heading(shopper.submit('leave')) == 'Payment declined'


@pytest.mark.parametrize(
    ('mode', 'framed', 'target'),
    [
        ('blank_page', None, ' target="_blank"'),
        ('blank_page', 'popup', ' target="_blank"'),
        ('parent_page', 'popup', ' target="_top"'),
        ('iframe', 'popup', ''),
        ('parent_page', None, ''),
    ],
)
def test_the_button_opens_where_it_should(
    sandbox: Sandbox, browser: httpx.Client, mode: str, framed: Optional[str], target: str
) -> None:
    parameters = {} if framed is None else {'frame_mode': framed}
    page = browser.get(
        sandbox.link(merchant_return_url=SHOP, merchant_return_redirect_mode=mode, **parameters)
    ).text
    form = re.search('<form [^>]*/leave"[^>]*>', page)
    assert form
    assert (re.findall(' target="[^"]*"', form[0]) or ['']) == [target]
    assert (f'data-leave-to="{SHOP}"' in form[0]) is (target == ' target="_top"')
    assert f'data-framed="{framed or ""}"' in page
    assert ('<a href="/">Sandbox dashboard</a>' in page) is (framed is None)


@pytest.mark.parametrize(
    ('url', 'location'),
    [
        ('https://мир.example/ü?ü=ü#ü', 'https://xn--h1ahn.example/%C3%BC?%C3%BC=%C3%BC#%C3%BC'),
        ('https://shop.example/a%20b?c=d&e=%2F#f', 'https://shop.example/a%20b?c=d&e=%2F#f'),
    ],
)
def test_any_address_may_be_gone_to(
    sandbox: Sandbox, browser: httpx.Client, url: str, location: str
) -> None:
    page = Shopper(browser, sandbox.link(redirect_success_url=url)).pay()
    assert (page.status_code, page.headers['Location']) == (303, location)


@pytest.mark.parametrize('url', ['http://127.0.0.1:99999/', 'https://' + 'x' * 64 + '.example/'])
def test_no_address_breaks_the_page(sandbox: Sandbox, browser: httpx.Client, url: str) -> None:
    shopper = Shopper(browser, sandbox.link(redirect_success_url=url))
    assert heading(shopper.pay()) == 'The sandbox cannot do this'
    shopper = Shopper(browser, sandbox.link('ORDER-2', merchant_return_url=url))
    assert heading(shopper.submit('leave')) == 'The sandbox cannot do this'


def test_unknown_pages_are_not_found(browser: httpx.Client) -> None:
    for path in ('/payment/none', '/payment/none/again'):
        for accepted, lang in [('de', 'en'), ('ru', 'ru')]:
            page = browser.get(path, headers={'Accept-Language': accepted})
            assert (page.status_code, heading(page)) == (404, WORDS[lang]['title_malformed'])
    for step in ('card', 'challenge', 'leave'):
        assert browser.post(f'/payment/none/{step}').status_code == 404


@pytest.mark.parametrize(
    'query',
    [
        '',
        '&&&',
        '%00',
        '%ff=%fe',
        'a[b][c]=1',
        '[]=1',
        'project_id[x]=186',
        'signature[a]=b',
        'project_id=186&signature=' + 'A' * 86 + '%3D%3D',
        'project_id=186&' + 'a[b]' * 2000 + '=1',
    ],
)
def test_whatever_comes_is_answered(browser: httpx.Client, query: str) -> None:
    assert browser.get('/payment?' + query).status_code == 400
    assert browser.post('/payment', content=query).status_code == 400


def test_very_many_parameters_are_refused_at_once(browser: httpx.Client) -> None:
    start = time.monotonic()
    page = browser.post('/payment', content='N[a][b][c]=1&' * 80000)
    assert (page.status_code, heading(page)) == (400, 'The link cannot be read')
    assert time.monotonic() - start < 1


def test_the_widgets_files_are_served(browser: httpx.Client) -> None:
    script = browser.get('/shared/merchant.js')
    assert 'EPayWidget' in script.text
    assert 'javascript' in script.headers['Content-Type']
    assert browser.get('/shared/merchant.css').headers['Content-Type'].startswith('text/css')
    assert browser.get('/shared/page.js').status_code == 404


@pytest.mark.parametrize(
    ('language', 'told'), [('en', 'Compare it line by line'), ('ru', 'Сравните её построчно')]
)
def test_a_wrong_signature_shows_what_is_signed(
    sandbox: Sandbox, browser: httpx.Client, language: str, told: str
) -> None:
    link = sandbox.link(payment_description='<b>').replace('1815', '1816')
    page = browser.get(link, headers={'Accept-Language': language})
    assert page.status_code == 400
    assert told in page.text
    assert re.findall('<li><code>(.*?)</code></li>', page.text) == [
        'customer_id:jane',
        'interface_type:{&#34;id&#34;: 24}',
        'payment_amount:1816',
        'payment_currency:EUR',
        'payment_description:&lt;b&gt;',
        'payment_id:ORDER-1',
        'project_id:186',
    ]


def test_another_refusal_shows_no_canonical_string(sandbox: Sandbox, browser: httpx.Client) -> None:
    page = browser.get(sandbox.link(payment_amount=-1))
    assert page.status_code == 400
    assert '<code>' not in page.text


@pytest.mark.parametrize(
    ('lang', 'told'), [('en', 'Enter the CVC.'), ('ru', WORDS['ru']['error_cvc_missing'])]
)
def test_an_embedded_form_is_checked_before_it_is_sent(
    sandbox: Sandbox, browser: httpx.Client, lang: str, told: str
) -> None:
    page = browser.get(sandbox.link(language_code=lang, frame_mode='embedded'))
    assert 'data-framed="embedded"' in page.text
    [path] = re.findall('data-check="(.*?)"', page.text)
    card = {'number': '4000 0000 0000 0077', 'expiry': '12/30', 'holder': 'JANE DOE'}
    assert browser.post(path, data=card).json() == {'cvc': told}
    assert browser.post(path, data={**card, 'cvc': '123'}).json() == {}
    assert sandbox.platform.payment('ORDER-1').status == 'new'
    assert browser.post('/payment/none/check').status_code == 404


def test_the_page_that_waits_tells_how_long(sandbox: Sandbox, browser: httpx.Client) -> None:
    sandbox.open()
    sandbox.play('ORDER-1', '4539121411168251')
    page = browser.get('/payment/' + sandbox.platform.payment('ORDER-1').key)
    assert 'data-waited="0" data-text="Waiting for {seconds} s">Waiting for 0 s<' in page.text


def test_a_refused_link_is_found_in_the_dashboard(sandbox: Sandbox, browser: httpx.Client) -> None:
    page = browser.get(sandbox.link(payment_amount=-1))
    [path] = re.findall('href="(/refused/[0-9]+)" target="_blank"', page.text)
    assert 'payment_amount:-1' in browser.get(path).text


def test_of_a_huge_refused_link_the_beginning_is_shown(browser: httpx.Client) -> None:
    numbers = '&'.join(f'a[]={number}' for number in range(300))
    page = browser.get(f'/payment?project_id=186&{numbers}')
    for shown in (page, browser.get('/refused/1')):
        assert shown.text.count('<li><code>') == 200
        assert 'And 101 more.' in shown.text
    page = browser.get('/payment?project_id=186&b=' + 'x' * 2000)
    assert f'<code>b:{"x" * 997}…</code>' in page.text
    assert 'more.' not in page.text


# a saved card


@pytest.fixture
def token(sandbox: Sandbox) -> str:
    """The token of a card with documented details, which the customer jane has saved."""
    sandbox.open('SAVED', mode='card_tokenize')
    sandbox.play('SAVED', '5586200075269701')
    found = sandbox.gate.handle_callback(sandbox.callbacks('SAVED')[0]['body']).get_token()
    assert found is not None
    return found


def test_a_saved_card_asks_for_nothing_but_the_cvc(
    sandbox: Sandbox, browser: httpx.Client, token: str
) -> None:
    shopper = Shopper(browser, sandbox.link(account_token=token))
    assert 'Saved card: <span class="number">558620******9701</span>, 12/30' in shopper.page.text
    assert re.findall('<input id="([a-z]+)"', shopper.page.text) == ['cvc']
    assert 'Test cards' not in shopper.page.text
    page = shopper.submit('card', {'cvc': '64'})
    assert page.status_code == 400
    assert 'The CVC has three or four digits.' in page.text
    assert 'Saved card: ' in page.text
    assert shopper.submit('card').status_code == 400

    page = shopper.submit('card', {**CARD, 'cvc': '642'})
    assert heading(page) == 'Payment declined'
    assert 'The CVC is wrong.' in page.text
    assert 'Try again</a>' in page.text
    again = re.search('href="([^"]*/again)"', page.text)
    assert again
    shopper.page = browser.get(again[1])
    assert 'The payment was declined. Try again.<' in shopper.page.text
    shopper.submit('card', {'cvc': '641'})
    assert heading(shopper.submit('challenge', {'code': '123456'})) == 'Payment complete'
    told = sandbox.gate.handle_callback(sandbox.callbacks('ORDER-1')[-1]['body'])
    assert told.get_token() == token


def test_a_wrong_token_is_refused(sandbox: Sandbox, browser: httpx.Client, token: str) -> None:
    for params in ({'account_token': 'x' * 64}, {'account_token': token, 'customer_id': 'joe'}):
        page = browser.get(sandbox.link(**params))
        assert page.status_code == 400
        assert heading(page) == 'The parameters are wrong'
        assert 'account_token' in page.text
