"""Whatever opens the page can be shown on every page, before and after it was paid."""

from __future__ import annotations

import json
import re
from typing import Any, Optional
from urllib.parse import quote

import pytest
from facts import read_lines
from werkzeug.test import TestResponse

from payment_page_sdk.payment import Payment
from payment_page_sdk.payment_page import PaymentPage
from payment_page_sdk.sandbox.app import create_app
from payment_page_sdk.sandbox.platform import Platform
from payment_page_sdk.signature_handler import SignatureHandler
from sandbox.conftest import SECRET, Sandbox, running, settings

PARAMETERS = [
    parameter for parameter in read_lines('parameters.jsonl') if parameter['name'] != 'signature'
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


class Client:
    """Asks the application itself: a server and a connection take longer than all that it does."""

    def __init__(self, platform: Platform) -> None:
        self._client = create_app(platform).test_client()

    def get(self, path: str) -> tuple[int, str]:
        return self._answer(self._client.get(path))

    def post(self, path: str, body: str) -> tuple[int, str]:
        return self._answer(self._client.post(path, data=body))

    def _answer(self, response: TestResponse) -> tuple[int, str]:
        str(response.headers).encode('latin-1')  # as a server sends them
        return response.status_code, response.text


def test_whatever_opens_can_be_shown(sandbox: Sandbox) -> None:
    page = PaymentPage(SignatureHandler(SECRET), guard=False)
    platform = sandbox.platform
    client = Client(platform)
    opened = 0
    for number, parameter in enumerate(PARAMETERS):
        for position, value in enumerate(values_of(parameter)):
            payment = Payment('186', f'ORDER-{number}-{position}')
            payment.get_params().update(
                {'payment_amount': '1815', 'payment_currency': 'EUR', parameter['name']: value}
            )
            query = page.get_url(payment).partition('?')[2]
            status, shown = client.post('/payment', query)
            assert status in (200, 400, 404), (parameter['name'], value)
            if status == 200:
                opened += 1
                follow(client, key_in(shown) or platform.payments()[0].key, platform)
    assert client.get('/')[0] == 200
    assert opened > 300


def key_in(page: str) -> Optional[str]:
    found = re.search(r'action="/payment/([\w-]+)/', page)
    return found and found[1]


def follow(client: Client, key: str, platform: Platform) -> None:
    """Visit all that there is about a payment whose page is shown; pay it; visit all again."""
    path = quote(platform.payment_by_key(key).payment_id, safe='')
    status, told = client.get(f'/sandbox/api/payments/{path}')
    assert (status, json.loads(told)['page']) == (200, f'/payment/{key}')
    for card in (None, '4000000000000077'):
        if card is not None:
            status, told = client.post(
                f'/sandbox/api/payments/{path}/outcome', json.dumps({'card': card})
            )
            assert status in (200, 409), told
        for place in (
            *([] if card is None else [f'/payment/{key}']),
            f'/payments/{path}',
            f'/sandbox/api/callbacks?payment_id={path}',
        ):
            status, shown = client.get(place)
            assert status < 400 or 'not a valid URL' in shown, (place, shown)


@pytest.mark.parametrize('name', ['merchant_callback_url', 'merchant_success_callback_url'])
def test_no_address_of_callbacks_breaks_their_delivery(name: str) -> None:
    with running(settings()) as sandbox:
        payment = sandbox.open(**{name: 'http://[::1]:99999/'})
        sandbox.play(payment, '4000000000000077')
        [callback] = sandbox.callbacks(payment)
        assert callback['url'] == 'http://[::1]:99999/'
