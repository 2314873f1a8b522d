"""The Gate API: what a merchant's server calls after the payment, and what it is told."""

from __future__ import annotations

import base64
import hmac
import http.client
import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import tools
from callback_families import misfits
from facts import read_json
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import (
    SearchStrategy,
    binary,
    booleans,
    dictionaries,
    floats,
    integers,
    lists,
    none,
    sampled_from,
    text,
)

from payment_page_sdk._canonical import NaturalForm, PlainForm
from payment_page_sdk.callback import Callback
from payment_page_sdk.callback.result_codes import result_of
from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.sandbox import faults
from payment_page_sdk.sandbox import server as server_module
from payment_page_sdk.sandbox.app import create_app
from payment_page_sdk.sandbox.faults import Faults
from payment_page_sdk.sandbox.platform import Platform
from payment_page_sdk.sandbox.store import Store
from payment_page_sdk.signature_handler import SignatureHandler
from payment_page_sdk.testing.sandbox_process import run_sandbox
from sandbox import conftest
from sandbox.conftest import (
    MEMORY,
    SECRET,
    Merchant,
    Sandbox,
    eventually,
    refused,
    running,
    skip_to_morning,
)

GATE_API = '/v2/payment'
JSON = {'Content-Type': 'application/json'}
APPROVED, DECLINED, CHALLENGED = '4000000000000077', '4111111111111111', '4314220000000056'
REFUND = {'description': 'it was broken'}


def signed(body: dict[str, Any], form: type[PlainForm] = NaturalForm) -> dict[str, Any]:
    """Return a request with its signature where it belongs."""
    message = form.of_callback(body).message  # as the sandbox does, to any depth
    signature = base64.b64encode(hmac.digest(SECRET.encode(), message, 'sha512')).decode()
    if isinstance(body.get('general'), dict):
        return {**body, 'general': {**body['general'], 'signature': signature}}
    return {**body, 'signature': signature}


def about(payment_id: str = 'ORDER-1', **members: Any) -> dict[str, Any]:
    """Return a request about a payment, without a signature."""
    return {'general': {'project_id': 186, 'payment_id': payment_id}, **members}


def refund_of(amount: Any = None, **payment: Any) -> dict[str, Any]:
    """Return the request for a refund."""
    if amount is not None:
        payment = {'amount': amount, 'currency': 'EUR', **payment}
    return about(payment={**REFUND, **payment})


class Shop:
    """A merchant's server that calls the Gate API, without a network."""

    def __init__(self, client: FlaskClient, platform: Platform) -> None:
        self.client = client
        self.platform = platform

    def call(self, path: str, body: Any) -> tuple[int, Any]:
        """Return the HTTP status and the answer to a request as it is."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.client.post(GATE_API + path, data=data, headers=JSON)
        assert answer.mimetype == 'application/json'
        return answer.status_code, answer.get_json()

    def ask(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Return the same for a request that is signed here."""
        return self.call(path, signed(body))

    def accepted(self, path: str, body: dict[str, Any]) -> str:
        """Return the id of a request that is accepted."""
        status, told = self.ask(path, body)
        assert status == 200, told
        request_id = told.pop('request_id')
        assert told == {'status': 'success', 'project_id': 186, 'payment_id': 'ORDER-1'}
        assert 0 < len(request_id) <= 100
        return str(request_id)

    def refused(self, path: str, body: dict[str, Any]) -> tuple[int, str]:
        """Return the HTTP status and the code of a request that is refused."""
        status, told = self.ask(path, body)
        assert_refusal(told)
        return status, told['code']

    def status(self, payment_id: str = 'ORDER-1') -> Any:
        status, told = self.ask('/status', about(payment_id))
        assert status == 200, told
        return told

    def pay(self, card: str = APPROVED, **params: Any) -> None:
        """Open a payment, and pay it."""
        self.open(**params)
        self.platform.play(self.platform.payment('ORDER-1').key, card, None)

    def open(self, **params: Any) -> None:
        given = {'payment_amount': 1815, 'payment_currency': 'EUR', 'customer_id': 'jane', **params}
        link = Gate(SECRET).get_purchase_payment_page_url(Payment('186', 'ORDER-1', **given))
        self.platform.open(urlsplit(link).query)

    def callbacks(self) -> list[Any]:
        return [json.loads(callback.body) for callback in self.platform.callbacks()]


def assert_refusal(told: Any) -> None:
    assert told['status'] == 'error'
    assert result_of(told['code']).message  # a documented one
    assert ' ' in told['message']


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A shop whose callbacks stay in the sandbox: they have no address."""
    store = Store(MEMORY)
    platform = Platform(SECRET, 186, store)
    platform.start()
    skip_to_morning(platform)
    yield Shop(create_app(platform).test_client(), platform)
    platform.stop()
    store.close()


# accepted, and carried out later


@pytest.mark.parametrize('form', [PlainForm, NaturalForm])
@pytest.mark.parametrize('path', ['/card/refund', '/refund'])
def test_a_refund_is_accepted_and_then_carried_out(
    shop: Shop, form: type[PlainForm], path: str
) -> None:
    shop.pay()
    items = list(range(11))  # which the two forms sort differently
    body = signed({**refund_of(500, merchant_refund_id='R-1'), 'receipt_data': items}, form)
    status, told = shop.call(path, body)
    assert status == 200, told
    [_, operation] = shop.platform.payment('ORDER-1').operations
    assert (operation.status, operation.request_id) == ('processing', told['request_id'])
    assert len(shop.callbacks()) == 1

    shop.platform.advance(1)
    eventually(lambda: len(shop.callbacks()) == 2)
    callback = Callback(shop.callbacks()[-1], SignatureHandler(SECRET))
    [operation_told] = callback.get_operations()
    assert operation_told.get_request_id() == told['request_id']
    assert operation_told.get_sum_initial() == (500, 'EUR')
    assert operation_told.get_type() == 'reversal'
    assert callback.get_status() == 'partially reversed'
    assert callback.get_payment_sum() == (1315, 'EUR')
    assert callback.get_merchant_refund_id() == 'R-1'


@pytest.mark.parametrize(
    'action, payment, amount, operation_type, status',
    [
        ('capture', None, 1815, 'capture', 'success'),
        ('capture', {}, 1815, 'capture', 'success'),
        ('capture', {'amount': 1000, 'currency': 'EUR'}, 1000, 'capture', 'success'),
        ('cancel', None, 1815, 'cancel', 'canceled'),
        ('cancel', {'currency': 'EUR'}, 1815, 'cancel', 'canceled'),
        ('cancel', {'amount': 1000, 'currency': 'EUR'}, 1000, 'cancel', 'awaiting capture'),
    ],
)
def test_a_hold_is_captured_or_cancelled(
    shop: Shop, action: str, payment: Any, amount: int, operation_type: str, status: str
) -> None:
    shop.pay(operation_type='auth')
    request_id = shop.accepted('/card/' + action, about(payment=payment))
    assert shop.status()['payment']['status'] == 'awaiting capture'
    if amount == 1815 or action == 'capture':  # nothing is left to ask for
        _, error = shop.ask('/card/cancel', about())
        assert error['code'] == '3060'
        assert 'awaiting capture with an operation in processing' in error['message']
    shop.platform.advance(1)
    told = eventually(lambda: shop.callbacks()[1:])[0]
    assert told['operation']['request_id'] == request_id
    assert told['operation']['sum_initial'] == {'amount': amount, 'currency': 'EUR'}
    assert told['operation']['type'] == operation_type
    assert told['payment']['status'] == status


def test_refunds_come_one_after_the_other(shop: Shop) -> None:
    shop.pay()
    shop.platform.advance(conftest.DAY)
    ids = [shop.accepted('/card/refund', refund_of(600)) for _ in range(2)]
    assert shop.refused('/card/refund', refund_of(616)) == (400, '3283')
    ids.append(shop.accepted('/card/refund', refund_of()))  # the rest
    assert shop.refused('/card/refund', refund_of()) == (400, '3283')
    shop.platform.advance(2)
    told = eventually(lambda: len(shop.callbacks()) == 4 and shop.callbacks()[1:])
    assert [body['operation']['request_id'] for body in told] == ids
    assert [body['operation']['sum_initial']['amount'] for body in told] == [600, 600, 615]
    assert [body['payment']['sum']['amount'] for body in told] == [1215, 615, 0]
    assert [body['payment']['status'] for body in told] == ['partially refunded'] * 2 + ['refunded']
    assert shop.refused('/card/refund', refund_of()) == (400, '3060')


def test_a_refund_id_is_used_once(shop: Shop) -> None:
    shop.pay()
    body = refund_of(1, merchant_refund_id='R-1')
    shop.accepted('/card/refund', body)
    assert shop.refused('/card/refund', body) == (400, '3230')
    shop.accepted('/card/refund', refund_of(1, merchant_refund_id=''))
    shop.accepted('/card/refund', refund_of(1, merchant_refund_id=''))


@pytest.mark.parametrize('sandbox', [{'speed': 100}], indirect=True)
def test_it_happens_by_itself(sandbox: Sandbox, merchant: Merchant) -> None:
    sandbox.open(merchant_callback_url=merchant.url)
    sandbox.play('ORDER-1', APPROVED)
    status, told = sandbox.post(GATE_API + '/card/refund', signed(refund_of(5)), JSON)
    assert status == 200
    bodies = eventually(
        lambda: len(merchant.bodies) == 2 and list(map(json.loads, merchant.bodies))
    )
    assert told['request_id'] in [body['operation']['request_id'] for body in bodies]


@pytest.mark.subprocess
def test_a_client_in_another_language_is_understood(sandbox: Sandbox) -> None:
    sandbox.open(payment_description='Заказ № 1')
    sandbox.play('ORDER-1', APPROVED)
    # What the plugins for shops send, and enough positions for their order to matter.
    request = {
        'general': {'project_id': 186, 'payment_id': 'ORDER-1'},
        'interface_type': {'id': 18},
        'payment': {
            'amount': 500,
            'currency': 'EUR',
            'description': 'Возврат: "2 x 2,50"; a:b',
            'merchant_refund_id': 'R-1',
        },
        'customer': {'ip_address': '198.51.100.47'},
        'receipt_data': {
            'positions': [
                {'amount': 10 * number, 'description': f'Item {number}', 'is_gift': number % 2 == 0}
                for number in range(12)
            ]
        },
    }
    script = Path(__file__).with_name('gate_client.js')
    argument = json.dumps([sandbox.address, SECRET, request])
    told = json.loads(subprocess.check_output([tools.node(), script, argument], timeout=60))
    code, answer = told['refund']
    assert (code, answer['status']) == (200, 'success')
    assert told['is_signed'] is True
    assert told['status']['operations'][-1]['request_id'] == answer['request_id']
    assert told['status']['payment']['description'] == 'Заказ № 1'


# what the merchant wants for one operation


def test_a_callback_goes_where_the_request_says(shop: Shop) -> None:
    shop.pay(merchant_callback_url='http://127.0.0.1:9/link')
    body = refund_of(5)
    body['general']['merchant_callback_url'] = 'http://127.0.0.1:9/request'
    shop.accepted('/card/refund', body)
    shop.accepted('/card/refund', refund_of(6))
    shop.platform.advance(1)
    eventually(lambda: len(shop.callbacks()) == 3)
    urls = [callback.url.rpartition('/')[2] for callback in shop.platform.callbacks()]
    assert urls == ['link', 'request', 'link']


def test_a_callback_can_be_left_out(shop: Shop) -> None:
    shop.pay()
    shop.accepted('/card/refund', {**refund_of(5), 'callback': {'force_disable': True}})
    shop.accepted('/card/refund', {**refund_of(6), 'callback': {'force_disable': False}})
    shop.platform.advance(1)
    [_, told] = eventually(lambda: len(shop.callbacks()) == 2 and shop.callbacks())
    assert told['operation']['sum_initial']['amount'] == 6
    assert told['payment']['sum']['amount'] == 1815 - 11


def test_a_callback_can_be_delayed(shop: Shop, merchant: Merchant) -> None:
    shop.pay(merchant_callback_url=merchant.url)
    shop.accepted('/card/refund', {**refund_of(5), 'callback': {'delay': 600}})
    shop.platform.advance(1)
    eventually(lambda: len(shop.callbacks()) == 2)
    callback = shop.platform.callbacks()[-1]
    assert callback.next_at is not None
    assert 590 < callback.next_at - shop.platform.now() <= 600
    assert shop.platform.deliveries(callback) == []
    shop.platform.advance(600)
    eventually(lambda: shop.platform.deliveries(callback))


# series of payments

SERIES = '{"register": true, "type": "R", "period": "M"}'


def on(recurring_id: Any, payment_id: str = 'ORDER-2', **members: Any) -> dict[str, Any]:
    """Return a request about a series, without a signature."""
    recurring = {'id': recurring_id, **members.pop('recurring', {})}
    return about(payment_id, recurring=recurring, **members)


def debit_of(recurring_id: Any, payment_id: str = 'ORDER-2', **changed: Any) -> dict[str, Any]:
    """Return the request for a debit of 5 EUR."""
    payment = {'amount': 500, 'currency': 'EUR', **changed.pop('payment', {})}
    return on(recurring_id, payment_id, payment=payment, customer={'id': 'jane'}, **changed)


@pytest.fixture
def recurring_id(shop: Shop) -> int:
    """The id of a series that ORDER-1 has registered."""
    shop.pay(recurring=SERIES)
    found = shop.platform.payment('ORDER-1').recurring_id
    assert found is not None
    return found


def test_a_series_is_debited(shop: Shop, recurring_id: int) -> None:
    status, told = shop.ask('/card/recurring', debit_of(recurring_id))
    assert status == 200, told
    assert told == {
        'status': 'success',
        'request_id': told['request_id'],
        'project_id': 186,
        'payment_id': 'ORDER-2',
    }
    assert shop.status('ORDER-2')['payment']['status'] == 'processing'
    shop.platform.advance(1)
    body = eventually(lambda: shop.callbacks()[1:])[0]
    assert body['operation']['request_id'] == told['request_id']
    assert body['operation']['type'] == body['payment']['type'] == 'recurring'
    assert body['payment']['id'] == 'ORDER-2'
    assert body['payment']['sum'] == {'amount': 500, 'currency': 'EUR'}
    assert body['recurring']['id'] == recurring_id
    assert shop.status('ORDER-2')['payment']['status'] == 'success'
    asked = signed({'project_id': 186, 'request_id': told['request_id']})
    assert shop.call('/status/request', asked)[1]['payment']['id'] == 'ORDER-2'
    status, told = shop.ask('/card/refund', {**refund_of(100), **about('ORDER-2')})
    assert (status, told['payment_id']) == (200, 'ORDER-2')


def test_a_series_is_changed_and_ended(shop: Shop, recurring_id: int) -> None:
    status, told = shop.ask('/card/recurring/info', on(recurring_id, 'ORDER-9'))
    assert status == 200
    assert Callback(told, SignatureHandler(SECRET)).get_recurring_status() == 'active'
    assert told['recurring']['period'] == 'M'

    new_terms = {'period': 'W', 'interval': 3, 'nonsense': 1}
    status, told = shop.ask('/card/recurring/update', on(recurring_id, recurring=new_terms))
    assert (status, told['payment_id']) == (200, 'ORDER-2')
    status, told = shop.ask('/card/recurring/cancel', on(recurring_id, 'ORDER-3'))
    assert (status, told['payment_id']) == (200, 'ORDER-3')
    shop.platform.advance(1)
    bodies = eventually(lambda: len(shop.callbacks()) == 3 and shop.callbacks()[1:])
    for body in bodies:
        assert misfits(body, 'recurring_registration') == []
        assert body['recurring']['period'] == 'W'
    assert {body['recurring']['status'] for body in bodies} == {'active', 'canceled'}
    _, told = shop.ask(
        '/card/recurring/info', {'general': {'project_id': 186}, 'recurring': {'id': recurring_id}}
    )
    assert (told['recurring']['status'], told['recurring']['period_interval']) == ('canceled', '3')
    assert shop.status('ORDER-3')['operations'][0]['type'] == 'recurring cancel'

    assert shop.refused('/card/recurring/cancel', on(recurring_id, 'ORDER-4')) == (400, '3184')
    assert shop.refused('/card/recurring/update', on(recurring_id, 'ORDER-4')) == (400, '3184')
    assert shop.ask('/card/recurring', debit_of(recurring_id, 'ORDER-4'))[0] == 200
    shop.platform.advance(1)
    declined = eventually(lambda: shop.callbacks()[3:])[0]
    assert declined['payment']['status'] == 'decline'
    assert declined['operation']['code'] == '3184'


def test_a_debit_is_told_as_the_request_wants(shop: Shop, recurring_id: int) -> None:
    body = debit_of(recurring_id, payment={'description': f'for {APPROVED}'})
    body['general']['merchant_callback_url'] = 'http://127.0.0.1:9/request'
    shop.ask('/card/recurring', body)
    quiet = {'callback': {'force_disable': True}}
    shop.ask('/card/recurring', {**debit_of(recurring_id, 'ORDER-3'), **quiet})
    shop.platform.advance(1)
    callback = eventually(lambda: shop.platform.callbacks()[1:])[0]
    assert callback.url == 'http://127.0.0.1:9/request'
    assert json.loads(callback.body)['payment']['description'] == 'for 400000******0077'
    eventually(lambda: shop.platform.payment('ORDER-3').status == 'success')
    assert len(shop.platform.callbacks()) == 2


def test_a_debit_is_not_told_where_the_link_says(shop: Shop) -> None:
    shop.pay(recurring=SERIES, merchant_callback_url='http://127.0.0.1:9/link')
    shop.ask('/card/recurring', debit_of(shop.platform.payment('ORDER-1').recurring_id))
    shop.platform.advance(1)
    eventually(lambda: len(shop.callbacks()) == 2)
    assert [callback.url for callback in shop.platform.callbacks()][1:] == ['']


@pytest.mark.parametrize(
    ('path', 'changed', 'status', 'code'),
    [
        ('/wallet/paypal/recurring', {}, 400, '2541'),
        ('/wallet/recurring/info', {}, 400, '2541'),
        ('/card/recurring', {'payment': None}, 422, '2004'),
        ('/card/recurring', {'payment': {'currency': 'EUR'}}, 422, '2004'),
        ('/card/recurring', {'payment': {'amount': 500}}, 422, '2004'),
        ('/card/recurring', {'payment': {'amount': '500', 'currency': 'EUR'}}, 422, '502'),
        ('/card/recurring', {'payment': {'amount': 0, 'currency': 'EUR'}}, 400, '502'),
        ('/card/recurring', {'payment': {'amount': 500, 'currency': 'USD'}}, 400, '3121'),
        ('/card/recurring', {'customer': {'id': 'joe'}}, 400, '2124'),
        ('/card/recurring', {'customer': {'id': 5}}, 422, '502'),
        ('/card/recurring', {'recurring': None}, 422, '2004'),
        ('/card/recurring', {'recurring': []}, 422, '502'),
        ('/card/recurring', {'recurring': {'id': '1'}}, 422, '502'),
        ('/card/recurring', {'recurring': {'id': 1}}, 400, '3181'),
        ('/card/recurring', {'callback': {'delay': 601}}, 422, '502'),
        ('/card/recurring/info', {'recurring': {'id': 1}}, 400, '3181'),
        ('/card/recurring/cancel', {'recurring': {'id': 10**30}}, 400, '3181'),
        ('/card/recurring/update', {'recurring': {}}, 422, '2004'),
        ('/card/recurring', {'general': {'project_id': 186}}, 422, '3024'),
        ('/card/recurring/cancel', {'general': {'project_id': 186}}, 422, '3024'),
    ],
)
def test_wrong_requests_about_series_are_refused(
    shop: Shop, recurring_id: int, path: str, changed: dict[str, Any], status: int, code: str
) -> None:
    body = {**debit_of(recurring_id), **changed}
    assert shop.refused(path, body) == (status, code)
    assert len(shop.platform.payments()) == 1


def test_wrong_terms_of_a_series_are_refused(shop: Shop, recurring_id: int) -> None:
    body = on(recurring_id, recurring={'interval': 101, 'amount': 5})
    assert shop.refused('/card/recurring/update', body) == (400, '502')
    _, told = shop.ask('/card/recurring/info', on(recurring_id))
    assert 'amount' not in told['recurring']


@pytest.mark.parametrize('payment_id', ['ORDER-1', 'order-1'])
@pytest.mark.parametrize('action', ['', '/update', '/cancel'])
def test_a_request_about_a_series_needs_a_new_id(
    shop: Shop, recurring_id: int, payment_id: str, action: str
) -> None:
    body = debit_of(recurring_id, payment_id)
    assert shop.refused('/card/recurring' + action, body) == (400, '3041')
    series = shop.platform.series(recurring_id).series
    assert series is not None
    assert series.status == 'active'


def test_a_debit_does_not_pass_for_the_series(shop: Shop, recurring_id: int) -> None:
    shop.ask('/card/recurring', debit_of(recurring_id))
    assert shop.platform.series(recurring_id).payment_id == 'ORDER-1'


# status


def facts_of(status: dict[str, Any]) -> dict[str, Any]:
    """Return what a status answer says as the callback about its last operation would."""
    told = {name: value for name, value in status.items() if name != 'signature'}
    told['operation'] = told.pop('operations')[-1]
    return told


@pytest.mark.parametrize(
    'card, params',
    [
        (APPROVED, {}),
        (DECLINED, {}),
        (CHALLENGED, {'payment_description': 'test'}),
        (APPROVED, {'operation_type': 'auth'}),
        (APPROVED, {'recurring': {'register': True, 'type': 'C'}, 'merchant_data': 'x'}),
    ],
)
def test_the_status_is_that_of_the_last_callback(
    shop: Shop, card: str, params: dict[str, Any]
) -> None:
    shop.pay(card, **params)
    told = shop.status()
    assert Callback(told, SignatureHandler(SECRET)).get_payment_id() == 'ORDER-1'
    [callback] = shop.callbacks()
    callback.pop('signature')
    assert facts_of(told) == callback
    assert misfits(facts_of(told), 'payment_operation') == []


def test_the_status_has_all_operations(shop: Shop) -> None:
    shop.pay(operation_type='auth')
    shop.accepted('/card/capture', about())
    shop.platform.advance(1)
    shop.accepted('/card/refund', refund_of(5, merchant_refund_id='R-1'))
    told = shop.status()
    kinds = [(item['type'], item['status']) for item in told['operations']]
    assert kinds == [('auth', 'success'), ('capture', 'success'), ('reversal', 'processing')]
    assert told['payment']['status'] == 'success'
    shop.platform.advance(1)
    told = shop.status()
    assert told['operations'][-1]['code'] == '0'
    callback = shop.callbacks()[-1]
    callback.pop('signature')
    assert facts_of(told) == callback
    assert told['payment']['merchant_refund_id'] == 'R-1'
    # The same members as an answer that was seen, but for what it says of 3-D Secure.
    seen = read_json('field_callbacks.json')['status_answer_gate']
    assert set(seen) - {'acs'} <= set(told)
    assert set(seen['payment']) - {'description'} <= set(told['payment'])
    assert set(seen['operations'][0]) - {'eci'} <= set(told['operations'][0])


def test_what_was_not_confirmed_is_not_registered(shop: Shop) -> None:
    errors = [{'code': '3061', 'message': 'Transaction not found'}]
    assert shop.status('UNKNOWN') == {'payment': {'status': 'error'}, 'errors': errors}
    shop.open()
    assert shop.status('order-1') == {
        'project_id': 186,
        'payment': {'id': 'ORDER-1', 'status': 'error'},
        'errors': errors,
    }


def test_the_status_of_a_request(shop: Shop) -> None:
    shop.pay()
    request_id = shop.accepted('/card/refund', refund_of(5))
    body = {'project_id': 186, 'request_id': request_id}
    for status in ('processing', 'success'):
        code, told = shop.ask('/status/request', body)
        assert code == 200
        assert told['request'] == {'id': request_id, 'action': 'reversal', 'status': status}
        assert told['sum_request'] == {'amount': 5, 'currency': 'EUR'}
        [operation] = told['operations']
        assert (operation['request_id'], operation['status']) == (request_id, status)
        assert operation['sum'] == {'amount': 5, 'currency': 'EUR'}
        assert Callback(told, SignatureHandler(SECRET)).get_payment_id() == 'ORDER-1'
        shop.platform.advance(1)
    for unknown in ({}, {'request_id': 'x'}, {'request_id': [1]}):
        assert shop.refused('/status/request', {'project_id': 186, **unknown}) == (404, '3061')


# refusals


DEEP: Any = 'x'
for _ in range(20):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    'path, body, status, code',
    [
        ('/card/refund', about('UNKNOWN', payment=REFUND), 400, '3061'),
        ('/card/capture', about(), 400, '3060'),
        ('/card/cancel', about(), 400, '3060'),
        ('/card/refund', refund_of(1816), 400, '3283'),
        ('/card/refund', refund_of(10**30), 400, '3283'),
        ('/card/refund', refund_of(0), 400, '502'),
        ('/card/refund', refund_of(-1), 400, '502'),
        ('/card/refund', refund_of(5, currency='USD'), 400, '3284'),
        ('/card/refund', refund_of(5, currency=''), 400, '3284'),
        ('/card/refund', refund_of(5, currency=None), 400, '3284'),
        ('/card/refund', refund_of(currency='USD'), 400, '3284'),
        ('/card/capture', about(payment={'amount': 5}), 400, '3121'),
        ('/card/cancel', about(payment={'currency': 'USD'}), 400, '3121'),
        ('/blik/refund', refund_of(5), 400, '2541'),
        ('/applepay/capture', about(), 400, '2541'),
        ('/wallet/paypal/refund', refund_of(5), 400, '2541'),
        ('/card/refund', {'general': {'project_id': 187, 'payment_id': 'ORDER-1'}}, 400, '2442'),
        ('/status', {'general': {'payment_id': 'ORDER-1'}}, 400, '2442'),
        ('/status/request', {'request_id': 'x'}, 400, '2442'),
        ('/status/request', {'project_id': DEEP}, 400, '2442'),
        ('/status/request', {'project_id': 186, 'request_id': DEEP}, 404, '3061'),
        ('/card/refund', refund_of(5, merchant_refund_id=DEEP), 422, '502'),
    ],
)
def test_what_is_refused_changes_nothing(
    shop: Shop, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    shop.pay()
    before = shop.platform.payment('ORDER-1')
    assert shop.refused(path, body) == (status, code)
    assert shop.platform.payment('ORDER-1') == before


LONG = 256 * 'x'


@pytest.mark.parametrize(
    'body, fields',
    [
        (about(), {'payment.description': '2004'}),
        (about(payment={'description': ''}), {'payment.description': '2004'}),
        (about(payment={'description': LONG}), {'payment.description': '502'}),
        (about(payment={'description': 5}), {'payment.description': '502'}),
        (about(payment='x'), {'payment': '502', 'payment.description': '2004'}),
        (refund_of(merchant_refund_id=LONG), {'payment.merchant_refund_id': '502'}),
        (refund_of(amount='5', currency=5), {'payment.amount': '502', 'payment.currency': '502'}),
        (refund_of(amount=True), {'payment.amount': '502'}),
        (refund_of(amount=5.0), {'payment.amount': '502'}),
        ({**refund_of(), 'callback': {'delay': 601}}, {'callback.delay': '502'}),
        ({**refund_of(), 'callback': {'delay': -1}}, {'callback.delay': '502'}),
        ({**refund_of(), 'callback': {'delay': 'x'}}, {'callback.delay': '502'}),
        ({**refund_of(), 'callback': {'force_disable': 1}}, {'callback.force_disable': '502'}),
        ({**refund_of(), 'callback': [5]}, {'callback': '502'}),
        (about(LONG, payment=REFUND), {'general.payment_id': '502'}),
        (about('', payment=REFUND), {'general.payment_id': '3024'}),
        ({'general': {'project_id': 186}}, {'general.payment_id': '3024'}),
        ({'project_id': 186}, {'general.payment_id': '3024'}),
        ({'project_id': 186, 'general': 'x'}, {'general': '502', 'general.payment_id': '3024'}),
    ],
)
def test_members_that_break_a_limit_are_named(
    shop: Shop, body: dict[str, Any], fields: dict[str, str]
) -> None:
    shop.pay()
    status, told = shop.ask('/card/refund', body)
    assert_refusal(told)
    assert (status, told['code']) == (422, next(iter(fields.values())))
    assert {error['field']: error['code'] for error in told['errors']} == fields
    assert all(error['message'].startswith(error['field'] + ' ') for error in told['errors'])


def test_a_callback_url_must_be_one(shop: Shop) -> None:
    shop.pay()
    body = refund_of(5)
    body['general']['merchant_callback_url'] = 'app://x'
    status, told = shop.ask('/card/refund', body)
    assert (status, told['errors'][0]['field']) == (422, 'general.merchant_callback_url')


@pytest.mark.parametrize(
    'change, code',
    [
        (lambda body: body['general'].pop('signature'), '3262'),
        (lambda body: body['general'].update(signature=None), '3262'),
        (lambda body: body['general'].update(signature=''), '3262'),
        (lambda body: body.update(signature=body['general'].pop('signature')), '3262'),
        (lambda body: body['general'].update(signature='x'), '3261'),
        (lambda body: body['general'].update(signature=['x']), '3261'),
        (lambda body: body['general'].update(signature='ü'), '3261'),
        (lambda body: body['payment'].update(amount=6), '3261'),
        (lambda body: body.update(more=1), '3261'),
    ],
)
def test_a_request_is_signed(shop: Shop, change: Callable[[Any], Any], code: str) -> None:
    shop.pay()
    body = signed(refund_of(5))
    change(body)
    status, told = shop.call('/card/refund', body)
    assert_refusal(told)
    assert (status, told['code']) == (400, code)
    assert len(shop.platform.payment('ORDER-1').operations) == 1


def test_where_there_is_no_general_the_signature_is_at_the_root(shop: Shop) -> None:
    status, told = shop.call('/status/request', {'project_id': 186, 'request_id': 'x'})
    assert (status, told['code']) == (400, '3262')
    assert told['message'] == 'the request has no signature'


@pytest.mark.parametrize(
    'body',
    [
        b'',
        b'{',
        b'[]',
        b'1',
        b'null',
        b'\xff',
        b'{"a": NaN}',
        b'{"a": "\\ud800"}',
        b'[' * 100000,
        b'{"general":' * 5000 + b'1' + b'}' * 5000,
        b'{"signature": "x", "a":' + b'[' * 900 + b']' * 900 + b'}',
        b'{"signature": "x", "a":' + b'{"aaaaaaaaaaaaaaaaaaaa":' * 900 + b'1' + b'}' * 901,
    ],
    ids=lambda body: repr(body[:30]),
)
def test_a_malformed_body_is_refused(shop: Shop, body: bytes) -> None:
    status, told = shop.call('/card/refund', body)
    assert_refusal(told)
    assert (status, told['code']) == (400, '2003')


def test_only_json_is_read(shop: Shop) -> None:
    shop.pay()
    for kind in ('application/x-www-form-urlencoded', ''):
        answer = shop.client.post(
            GATE_API + '/card/refund', data=json.dumps(signed(refund_of())), content_type=kind
        )
        assert answer.status_code == 400
        assert answer.get_json()['code'] == '702'


@pytest.mark.parametrize(
    'method, path, status',
    [('GET', '/status', 405), ('POST', '', 404), ('POST', '/card', 404), ('POST', '//refund', 404)],
)
def test_other_requests_are_answered_in_json(
    shop: Shop, method: str, path: str, status: int
) -> None:
    answer = shop.client.open(GATE_API + path, method=method)
    assert answer.status_code == status
    assert_refusal(answer.get_json())
    assert answer.get_json()['code'] == '702'


SCALARS = none() | booleans() | integers() | floats() | text(max_size=5)
VALUES: SearchStrategy[Any] = (
    SCALARS | lists(SCALARS, max_size=2) | dictionaries(text(max_size=3), SCALARS, max_size=2)
)
MEMBERS = ['amount', 'currency', 'description', 'merchant_refund_id', 'delay', 'force_disable']
MEMBERS += ['payment_id', 'merchant_callback_url', 'project_id']
BODIES = dictionaries(
    sampled_from(['general', 'payment', 'callback', 'project_id', 'request_id']),
    VALUES | dictionaries(sampled_from(MEMBERS), VALUES | sampled_from(['EUR', 5, 'ORDER-1', 186])),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    path=sampled_from(['/status', '/status/request', '/refund', '/card/capture', '/card/cancel']),
    body=BODIES | binary(),
)
def test_whatever_is_sent_is_answered(shop: Shop, path: str, body: Any) -> None:
    if isinstance(body, dict):
        body = {**body, 'project_id': 186}
        if isinstance(body.get('general'), dict):
            body['general'] = {'project_id': 186, **body['general']}
        try:
            body = json.dumps(signed(body), ensure_ascii=False).encode()
        except ValueError:  # it cannot be signed
            return
    status, told = shop.call(path, body)
    assert status in (200, 400, 404, 422)
    if status != 200:
        assert_refusal(told)


# who may call


@pytest.mark.parametrize(
    'allowed, is_allowed',
    [
        ([], True),
        (['127.0.0.1'], True),
        (['10.0.0.0/8', '127.0.0.5/8'], True),
        (['10.0.0.0/8'], False),
        (['::1'], False),
    ],
)
def test_only_what_is_allowed_may_call(shop: Shop, allowed: list[str], is_allowed: bool) -> None:
    shop.pay()
    shop.client = create_app(shop.platform, gate_allow=allowed).test_client()
    status, told = shop.ask('/status', about())
    assert status == (200 if is_allowed else 403)
    if not is_allowed:
        assert (told['code'], '127.0.0.1' in told['message']) == ('303', True)
    assert shop.client.get('/').status_code == 200  # the rest of the sandbox is open


@pytest.mark.parametrize(
    'changed',
    [{'gate_allow': ['x']}, {'gate_allow': ['127.0.0.1', '1.2.3.4/33']}, {'gate_fault': 'x'}],
)
def test_settings_are_checked(changed: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationException) as info:
        server_module.Server(conftest.settings(**changed), SECRET)
    assert ' ' in str(info.value)


# faults


def set_fault(shop: Shop, **body: Any) -> tuple[int, Any]:
    answer = shop.client.post('/sandbox/api/gate-fault', json=body)
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize('fault, code', [('500', '501'), ('403', '303')])
def test_an_error_comes_before_it_is_done(shop: Shop, fault: str, code: str) -> None:
    shop.pay()
    assert set_fault(shop, fault=fault) == (200, {'fault': fault, 'times': None})
    for _ in range(2):
        assert shop.refused('/card/refund', refund_of(5)) == (int(fault), code)
    assert set_fault(shop, fault=None) == (200, {'fault': None, 'times': None})
    assert len(shop.platform.payment('ORDER-1').operations) == 1
    shop.accepted('/card/refund', refund_of(5))


def test_a_fault_can_be_for_the_next_requests_only(shop: Shop) -> None:
    shop.pay()
    assert set_fault(shop, fault=500, times=2) == (200, {'fault': '500', 'times': 2})
    answers = [shop.ask('/card/refund', refund_of(5))[0] for _ in range(4)]
    assert answers == [500, 500, 200, 200]


@pytest.mark.parametrize(
    'body', [{'fault': 'x'}, {'fault': ''}, {'fault': '500', 'times': 0}, {'fault': []}]
)
def test_a_fault_must_be_one(shop: Shop, body: dict[str, Any]) -> None:
    status, told = set_fault(shop, **body)
    assert status == 400
    assert 'must be' in told['error']['message']


def exchange(sandbox: Sandbox, body: dict[str, Any], seconds: float = 10) -> bytes:
    """Send a request for a refund, and return the answer; raise HTTPException without one."""
    host = urlsplit(sandbox.address).netloc
    connection = http.client.HTTPConnection(host, timeout=seconds)
    try:
        connection.request('POST', GATE_API + '/card/refund', json.dumps(signed(body)), JSON)
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read()
    finally:
        connection.close()


def refunds(sandbox: Sandbox) -> int:
    return len(sandbox.platform.payment('ORDER-1').operations) - 1


def test_a_slow_answer_comes_late(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, 'SECONDS_LATE', 0.3)
    sandbox.open()
    sandbox.play('ORDER-1', APPROVED)
    sandbox.platform.faults.choose('slow')
    start = time.monotonic()
    assert json.loads(exchange(sandbox, refund_of(5)))['status'] == 'success'
    assert time.monotonic() - start > 0.25


def test_an_answer_that_never_comes(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, 'SECONDS_OF_SILENCE', 0.5)
    sandbox.open()
    sandbox.play('ORDER-1', APPROVED)
    sandbox.platform.faults.choose('timeout')
    with pytest.raises(socket.timeout):
        exchange(sandbox, refund_of(5), 0.1)
    assert refunds(sandbox) == 1  # it was done
    with pytest.raises(http.client.RemoteDisconnected):
        exchange(sandbox, refund_of(5))
    assert refunds(sandbox) == 2


def test_an_answer_that_breaks_off(sandbox: Sandbox) -> None:
    sandbox.open()
    sandbox.play('ORDER-1', APPROVED)
    sandbox.platform.faults.choose('cut', 1)
    with pytest.raises(http.client.IncompleteRead) as info:
        exchange(sandbox, refund_of(5))
    assert info.value.partial.startswith(b'{')
    assert refunds(sandbox) == 1
    exchange(sandbox, refund_of(5))


def test_silence_does_not_hold_up_others_or_the_end() -> None:
    with running(conftest.settings(gate_fault='timeout')) as sandbox:
        sandbox.open()
        sandbox.play('ORDER-1', APPROVED)
        ended: list[BaseException] = []

        def call() -> None:
            try:
                exchange(sandbox, refund_of(1))
            except (http.client.HTTPException, OSError) as error:
                ended.append(error)

        callers = [threading.Thread(target=call) for _ in range(faults.MOST_WAITING + 3)]
        for caller in callers:
            caller.start()
        eventually(lambda: len(ended) == 3)  # for which there is no place
        assert sandbox.get('/')[0] == 200
        assert refunds(sandbox) == len(callers)
        start = time.monotonic()
    assert time.monotonic() - start < 4
    for caller in callers:
        caller.join(5)
    assert len(ended) == len(callers)


@pytest.mark.subprocess
def test_a_signal_ends_the_silence() -> None:
    with run_sandbox(SECRET, 186, ['--gate-fault', 'timeout']) as sandbox:
        waiting = http.client.HTTPConnection(urlsplit(sandbox.url).netloc)
        waiting.request('POST', GATE_API + '/status', json.dumps(signed(about())), JSON)
        time.sleep(0.5)
        start = time.monotonic()
    assert time.monotonic() - start < 4
    waiting.close()


@pytest.mark.subprocess
def test_the_command_takes_addresses_that_may_call() -> None:
    options = ['--gate-allow', '192.0.2.1', '--gate-allow', '198.51.100.0/24']
    with run_sandbox(SECRET, 186, options) as sandbox:
        calling = http.client.HTTPConnection(urlsplit(sandbox.url).netloc)
        calling.request('POST', GATE_API + '/status', json.dumps(signed(about())), JSON)
        assert calling.getresponse().status == 403
        calling.close()


def test_what_was_accepted_is_carried_out_after_a_restart(database: str) -> None:
    settings = conftest.settings(database=database)
    with running(settings) as sandbox:
        sandbox.open()
        sandbox.play('ORDER-1', APPROVED)
        sandbox.platform.request('ORDER-1', 'refund', 5)
    with running(settings) as sandbox:
        eventually(lambda: len(sandbox.callbacks('ORDER-1')) == 2)


def test_nothing_waits_after_the_end() -> None:
    found = Faults()
    found.stop()
    start = time.monotonic()
    found.wait('timeout')
    assert time.monotonic() - start < 5
    assert refused(lambda: found.choose('x')).code == 'wrong_fault'
