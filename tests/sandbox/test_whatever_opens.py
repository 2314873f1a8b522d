"""Whatever opens the page can be shown on every page, before and after it was paid."""

from __future__ import annotations

import http.client
import json
import re
from typing import Any, Optional
from urllib.parse import quote

import pytest
from facts import read_lines

from payment_page_sdk.payment import Payment
from payment_page_sdk.payment_page import PaymentPage
from payment_page_sdk.signature_handler import SignatureHandler
from sandbox.conftest import MEMORY, SECRET, Sandbox, running, settings

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
    """A client of one connection. httpx is for tests that have less to ask: it takes as long as
    the sandbox does to answer.
    """

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address.partition('//')[2])

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def get(self, path: str) -> tuple[int, str]:
        return self._ask('GET', path)

    def post(self, path: str, body: str) -> tuple[int, str]:
        return self._ask('POST', path, body)

    def _ask(self, method: str, path: str, body: Optional[str] = None) -> tuple[int, str]:
        self._connection.request(method, path, body)
        answer = self._connection.getresponse()
        return answer.status, answer.read().decode()


def test_whatever_opens_can_be_shown() -> None:
    page = PaymentPage(SignatureHandler(SECRET), guard=False)
    opened = 0
    with running(settings(database=MEMORY)) as sandbox, Client(sandbox.address) as client:
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
                    follow(client, key_in(shown) or sandbox.platform.payments()[0].key, sandbox)
        assert client.get('/')[0] == 200
    assert opened > 300


def key_in(page: str) -> Optional[str]:
    found = re.search(r'action="/payment/([\w-]+)/', page)
    return found and found[1]


def follow(client: Client, key: str, sandbox: Sandbox) -> None:
    """Visit all that there is about a payment whose page is shown; pay it; visit all again."""
    path = quote(sandbox.platform.payment_by_key(key).payment_id, safe='')
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
