"""No card number is stored or shown, wherever somebody has typed one."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from payment_page_sdk.callback.shapes import mask
from payment_page_sdk.sandbox.cards import CARDS, card_with
from payment_page_sdk.sandbox.courier import Answer
from payment_page_sdk.sandbox.masking import mask_cards, mask_params
from sandbox.conftest import Merchant, Sandbox, eventually, running, settings

API = '/sandbox/api'

REAL = '5105105105105100'  # in nobody's list of test cards
SUCCESS = '4000000000000077'
GOOD = {'number': SUCCESS, 'expiry': '12/30', 'cvc': '123', 'holder': 'JANE DOE'}

# of 12 to 19 digits
NUMBERS = [
    '630400000000',
    '4222222222222',
    '30569309025904',
    '378282246310005',
    '4111111111111111',
    REAL,
    '67619600003487658',
    '6304000000000000000',
]


@pytest.mark.parametrize('number', NUMBERS)
@pytest.mark.parametrize('text', ['{}', 'card {}, please', 'x{}y', '12/30 {}', '{} 12/30 123'])
def test_a_card_number_is_masked_in_any_text(text: str, number: str) -> None:
    assert mask_cards(text.format(number)) == text.format(mask(number))


@pytest.mark.parametrize(
    'text',
    [
        '5105 1051 0510 5100',
        '5105-1051-0510-5100',
        '5105\u00a01051\u00a00510\u00a05100',
        '5105\u20111051\u20110510\u20115100',
        '51 05 - 10 51\n05 10 51 00',
    ],
)
def test_a_number_is_masked_whatever_is_between_its_digits(text: str) -> None:
    assert mask_cards(f'a {text} b') == 'a 510510******5100 b'
    assert mask_cards(f'1 {text} 1').startswith('1 51')
    assert mask_cards(f'1 {text} 1').endswith('******5100 1')


def test_several_numbers_are_masked() -> None:
    for first in REAL, spaced(REAL):
        assert (
            mask_cards(f'{first} {SUCCESS}/{REAL}')
            == '510510******5100 400000******0077/510510******5100'
        )


@pytest.mark.parametrize(
    'text',
    [
        '',
        '5105105105105101',  # not a card's check digit
        '51051051053',  # 11 digits
        '51051051051051005108',  # 20 digits
        '5105.1051.0510.5100',
        '510510******5100',
        '2026-11-24T12:30:00+0000',
        '18.15',
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert mask_cards(text) == text


def test_numbers_are_masked_whatever_their_digits_look_like() -> None:
    assert mask_cards(' '.join(REAL)) == '510510******5100'
    wide = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in '0123456789'}
    assert mask_cards(REAL.translate(wide)) == '510510******5100'.translate(wide)


def test_a_long_text_is_masked_in_time(sandbox: Sandbox) -> None:
    start = time.process_time()
    for text in ('1' * 500_000, '1' + ' ' * 500_000, '1 ' * 1000, ' ' * 10_000 + '1 ' * 19):
        mask_cards(text)
    sandbox.open()
    page = sandbox.get(API + '/payments/ORDER-1')[1]['page']
    assert submit(sandbox, page, holder='1 ' * 100_000)[0] == 400
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    'value, masked',
    [
        (REAL, '510510******5100'),
        ({'a': {REAL: [REAL, 'b']}}, {'a': {'510510******5100': ['510510******5100', 'b']}}),
        (
            '{"a": [5105105105105100, 1.5, true, null]}',
            '{"a": ["510510******5100", 1.5, true, null]}',
        ),
        ('{"a":"5105\\u00201051 0510 5100"}', '{"a": "510510******5100"}'),
        ('{"ж": "5105105105105100"}', '{"ж": "510510******5100"}'),
        ('{"a":  1}', '{"a":  1}'),
        (f'{{"a": {REAL}', '{"a": 510510******5100'),
        ('[' * 1500 + ']' * 1500, '[' * 1500 + ']' * 1500),
    ],
)
def test_parameters_are_masked_at_any_depth(value: Any, masked: Any) -> None:
    assert mask_params({'merchant_data': value}) == {'merchant_data': masked}


def test_the_base64_of_json_is_looked_into() -> None:
    def encoded(data: Any) -> str:
        return b64encode(json.dumps(data).encode()).decode()

    same = encoded({'a': 1})
    params = mask_params({'booking_info': encoded({'a': REAL}), 'receipt_data': same})
    assert json.loads(b64decode(params['booking_info'])) == {'a': '510510******5100'}
    assert params['receipt_data'] == same


def test_what_the_merchant_needs_back_is_not_masked() -> None:
    kept = {
        'payment_id': '1555943554065',
        'customer_id': REAL,
        'payment_amount': '100000000008',
        'merchant_success_url': f'https://shop.example/?order={REAL}',
        'account_token': REAL + 'a' * 48,
    }
    assert mask_params(kept) == kept


def test_a_card_in_the_place_of_a_token_is_masked() -> None:
    assert mask_params({'account_token': REAL}) == {'account_token': '510510******5100'}


def test_a_masked_number_tells_which_test_card_it_was() -> None:
    for number, card in CARDS.items():
        assert card_with(mask(number)) is card_with(number) is card


def test_no_card_is_stored_shown_or_sent(tmp_path: Path, merchant: Merchant) -> None:
    merchant.answer = lambda body: 500
    with running(settings(database=str(tmp_path / 'sandbox.sqlite3'))) as sandbox:
        shown = [
            sandbox.post(
                API + '/payments',
                {
                    'url': sandbox.link(
                        mode='purchase',
                        merchant_callback_url=merchant.url,
                        payment_description=f'my card: {spaced(REAL)}',
                        merchant_data=json.dumps({'card': int(REAL)}),
                        recipient_pan=REAL,
                        customer_first_name=REAL,
                        customer_phone=REAL,
                        customer_last_name=b64encode(json.dumps({'name': REAL}).encode()).decode(),
                    )
                },
            )
        ]
        assert shown[0][0] == 201, shown
        key = sandbox.get(API + '/payments/ORDER-1')[1]['page']
        shown.append(submit(sandbox, key, holder=f'J {REAL}', cvc='x'))
        shown.append(submit(sandbox, key, expiry=spaced(REAL)))
        shown.append(submit(sandbox, key, number=REAL))
        shown.append(submit(sandbox, key, holder=f'J {spaced(REAL)}'))
        eventually(lambda: sandbox.callbacks('ORDER-1')[0]['deliveries'])
        shown += [
            sandbox.get(path)
            for path in (key, '/', '/payments/ORDER-1', API + '/payments', API + '/callbacks')
        ]
        stored = b''.join(file.read_bytes() for file in tmp_path.iterdir())
    everything = json.dumps(shown) + repr(stored) + repr(merchant.bodies)
    assert 'J 510510******5100' in everything
    for number in (REAL, spaced(REAL), REAL.encode().hex()):
        assert number not in everything
    assert b64encode(REAL.encode()).decode()[1:-4] not in everything
    for number in CARDS:
        assert number not in repr(stored) + repr(merchant.bodies)


def test_what_the_merchant_answers_is_masked(
    sandbox: Sandbox, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Answer(500, f'Error: {REAL}', f'no card {REAL}')
    monkeypatch.setattr(sandbox.platform._courier, 'post', lambda url, body: answer)
    sandbox.open(merchant_callback_url=merchant.url)
    sandbox.play('ORDER-1', SUCCESS)
    eventually(lambda: sandbox.callbacks('ORDER-1')[0]['deliveries'])
    assert sandbox.callbacks('ORDER-1')[0]['deliveries'][0]['error'] == 'Error: 510510******5100'
    page = sandbox.get('/payments/ORDER-1')[1]
    assert 'no card 510510******5100' in page
    assert REAL not in page


def spaced(number: str) -> str:
    return ' '.join(number[start : start + 4] for start in range(0, len(number), 4))


def submit(sandbox: Sandbox, key: str, **changed: str) -> Any:
    return sandbox.post(
        key + '/card',
        urlencode({**GOOD, **changed}).encode(),
        {'Content-Type': 'application/x-www-form-urlencoded'},
    )
