"""Whatever opens the page can be shown on every page, before and after it was paid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from payment_page_sdk.payment import Payment
from payment_page_sdk.payment_page import PaymentPage
from payment_page_sdk.signature_handler import SignatureHandler
from sandbox.conftest import SECRET, running, settings

DATA = Path(__file__).resolve().parents[1] / 'data'
PARAMETERS = [
    parameter
    for parameter in map(
        json.loads, (DATA / 'parameters.jsonl').read_text(encoding='utf-8').splitlines()
    )
    if parameter['name'] != 'signature'
]

ODD = [
    '0',
    '/x/refund',
    '\0',
    '\u202e<b>"\'&%2F' + 'я' * 300,
    'http://[::1]:99999/',
    'https://' + 'x' * 64,
    'XXX',
    {'a': {'b': ['x']}},
]


def values_of(parameter: dict[str, Any]) -> list[Any]:
    listed = [str(value) for value in parameter.get('values') or ()]
    return [parameter.get('example', 'x'), *listed, *ODD]


def test_whatever_opens_can_be_shown() -> None:
    page = PaymentPage(SignatureHandler(SECRET), guard=False)
    opened = 0
    with running(settings()) as sandbox, httpx.Client(base_url=sandbox.address) as client:
        for number, parameter in enumerate(PARAMETERS):
            for position, value in enumerate(values_of(parameter)):
                payment = Payment('186', f'ORDER-{number}-{position}')
                payment.get_params().update(
                    {'payment_amount': '1815', 'payment_currency': 'EUR', parameter['name']: value}
                )
                query = page.get_url(payment).partition('?')[2]
                answer = client.post('/payment', content=query)
                assert answer.status_code in (200, 400, 404), (parameter['name'], value)
                if answer.status_code == 200:
                    opened += 1
                    follow(client, sandbox.platform.payments()[0].payment_id)
        assert client.get('/').status_code == 200
    assert opened > 300


def follow(client: httpx.Client, payment_id: str) -> None:
    """Visit all that there is about a payment; pay it; visit all again."""
    path = quote(payment_id, safe='')
    key = client.get(f'/sandbox/api/payments/{path}').json()['page']
    for card in (None, '4000000000000077'):
        if card is not None:
            played = client.post(f'/sandbox/api/payments/{path}/outcome', json={'card': card})
            assert played.status_code in (200, 409), played.text
        for place in (key, f'/payments/{path}', f'/sandbox/api/callbacks?payment_id={path}'):
            shown = client.get(place)
            assert shown.status_code < 400 or 'no such address' in shown.text, (place, shown.text)


@pytest.mark.parametrize('name', ['merchant_callback_url', 'merchant_success_callback_url'])
def test_no_address_of_callbacks_breaks_their_delivery(name: str) -> None:
    with running(settings()) as sandbox:
        payment = sandbox.open(**{name: 'http://[::1]:99999/'})
        sandbox.play(payment, '4000000000000077')
        [callback] = sandbox.callbacks(payment)
        assert callback['url'] == 'http://[::1]:99999/'
