"""What is said to the platform: addresses, bodies, signatures, and what is refused before."""

from __future__ import annotations

import json
import pickle
import socket
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest

from gate_api.conftest import ACCEPTED, HANDLER, PROJECT, SECRET, Platform
from payment_page_sdk.callback import Callback
from payment_page_sdk.exceptions import ConfigurationException, ValidationException
from payment_page_sdk.gate_api import GateApi, NoAnswer
from payment_page_sdk.testing import CallbackFactory

GENERAL = {'project_id': PROJECT, 'payment_id': 'P-1'}
SUM = {'amount': 1815, 'currency': 'EUR'}


def said(platform: Platform) -> tuple[str, dict[str, Any]]:
    """The path and the body of the last request, without its signature, which is right."""
    heard = platform.heard[-1]
    assert heard.headers['content-type'] == 'application/json'
    assert heard.headers['connection'] == 'close'
    body = json.loads(json.dumps(heard.body))
    holder = body.get('general', body)
    signature = holder.pop('signature')
    assert HANDLER.check(body, signature)
    return heard.path, body


# The recorded shapes: what the platform's specification and its official plugins say of each.
@pytest.mark.parametrize(
    ('call', 'path', 'body'),
    [
        (lambda api: api.capture('P-1'), 'card/capture', {'general': GENERAL}),
        (
            lambda api: api.capture('P-1', 1815, 'EUR'),
            'card/capture',
            {'general': GENERAL, 'payment': SUM},
        ),
        (
            lambda api: api.capture('P-1', '1815', 'EUR', method='etoken'),
            'applepay/capture',
            {'general': GENERAL, 'payment': SUM},
        ),
        (lambda api: api.cancel('P-1'), 'card/cancel', {'general': GENERAL}),
        (
            lambda api: api.cancel('P-1', 1815, 'EUR', 'PayPal', description='why'),
            'wallet/paypal/cancel',
            {'general': GENERAL, 'payment': dict(SUM, description='why')},
        ),
        (
            lambda api: api.refund('P-1', description='why'),
            'card/refund',
            {'general': GENERAL, 'payment': {'description': 'why'}},
        ),
        (
            lambda api: api.refund('P-1', Decimal('18.15'), 'EUR', 'why', 'R-1', None),
            'refund',
            {
                'general': GENERAL,
                'payment': dict(SUM, description='why', merchant_refund_id='R-1'),
            },
        ),
        (
            lambda api: api.debit_recurring(
                'P-1', 1815, 'EUR', 7, customer_id='c', customer_ip_address='192.0.2.1'
            ),
            'card/recurring',
            {
                'general': GENERAL,
                'payment': SUM,
                'customer': {'id': 'c', 'ip_address': '192.0.2.1'},
                'recurring': {'id': 7},
            },
        ),
        (
            lambda api: api.cancel_recurring('P-1', '7', 'etoken-google'),
            'googlepay/recurring/cancel',
            {'general': GENERAL, 'recurring': {'id': 7}},
        ),
        (
            lambda api: api.recurring_info('P-1', 7),
            'card/recurring/info',
            {'general': GENERAL, 'recurring': {'id': 7}},
        ),
        (lambda api: api.status('P-1'), 'status', {'general': GENERAL}),
        (
            lambda api: api.request_status('r-1'),
            'status/request',
            {'project_id': PROJECT, 'request_id': 'r-1'},
        ),
    ],
)
def test_what_is_said(api: GateApi, platform: Platform, call: Any, path: str, body: Any) -> None:
    call(api)
    assert said(platform) == ('/v2/payment/' + path, body)


def test_further_members(api: GateApi, platform: Platform) -> None:
    receipt = {'positions': [{'quantity': 1, 'amount': 1815, 'description': 'Клавиатура'}]}
    api.refund(
        'P-1',
        description='why',
        extra_param='e',
        merchant_callback_url='https://shop.example/callback',
        terminal_callback_url='https://shop.example/terminal',
        referrer_url='https://shop.example/',
        callback_delay=600,
        callback_disabled=True,
        customer_ip_address='192.0.2.1',
        merchant_descriptor='Shop',
        merchant_data='data',
        receipt_data=receipt,
        booking_info={'firstname': 'Ann'},
        addendum={'lodging': {}},
        cash_voucher_data={'a': 1},
        interface_type=24,
    )
    assert said(platform)[1] == {
        'general': dict(
            GENERAL,
            merchant_callback_url='https://shop.example/callback',
            terminal_callback_url='https://shop.example/terminal',
            referrer_url='https://shop.example/',
        ),
        'payment': {'description': 'why', 'extra_param': 'e'},
        'callback': {'delay': 600, 'force_disable': True},
        'customer': {'ip_address': '192.0.2.1'},
        'merchant': {'descriptor': 'Shop', 'data': 'data'},
        'receipt_data': receipt,
        'booking_info': {'firstname': 'Ann'},
        'addendum': {'lodging': {}},
        'cash_voucher_data': {'a': 1},
        'interface_type': {'id': 24},
    }


def test_values_of_many_types(api: GateApi, platform: Platform) -> None:
    class Currency(Enum):
        EURO = 'EUR'

    payment_id = UUID(int=5)
    platform.answers(dict(ACCEPTED, payment_id=str(payment_id)))
    nothing: Any = None
    api.capture(payment_id, '5', Currency.EURO, merchant_data=nothing)
    assert said(platform)[1] == {
        'general': {'project_id': PROJECT, 'payment_id': str(payment_id)},
        'payment': {'amount': 5, 'currency': 'EUR'},
    }


def callback_by(method: str) -> Callback:
    factory = CallbackFactory(SECRET, 1, PROJECT)
    return Callback(factory.payment(changes={'payment.method': method}), HANDLER)


@pytest.mark.parametrize(
    ('method', 'path'),
    [
        ('card', 'card'),
        ('etoken', 'applepay'),
        ('etoken-google', 'googlepay'),
        ('PayPal', 'wallet/paypal'),
        ('iDEAL', 'online-banking/ideal'),
        ('giropay', 'online-banking/giropay'),
        ('Klarna', 'bank-transfer/klarna'),
        ('blik', 'blik'),
        ('bancontact', 'bancontact'),
        ('online-banking/new', 'online-banking/new'),
    ],
)
def test_methods(api: GateApi, platform: Platform, method: str, path: str) -> None:
    for given in (method, callback_by(method)):
        api.capture('P-1', method=given)
        assert said(platform)[0] == '/v2/payment/%s/capture' % path


@pytest.mark.parametrize(
    ('call', 'parameter'),
    [
        (lambda api: api.status(''), 'payment_id'),
        (lambda api: api.status('x' * 256), 'payment_id'),
        (lambda api: api.status('a\nb'), 'payment_id'),
        (lambda api: api.request_status(''), 'request_id'),
        (lambda api: api.request_status('x' * 101), 'request_id'),
        (lambda api: api.capture('P-1', 5), 'amount'),
        (lambda api: api.capture('P-1', None, 'EUR'), 'amount'),
        (lambda api: api.capture('P-1', 0, 'EUR'), 'amount'),
        (lambda api: api.capture('P-1', -5, 'EUR'), 'amount'),
        (lambda api: api.capture('P-1', 5.0, 'EUR'), 'amount'),
        (lambda api: api.capture('P-1', Decimal('0.001'), 'EUR'), 'amount'),
        (lambda api: api.capture('P-1', Decimal(1), 'euro'), 'currency'),
        (lambda api: api.capture('P-1', 5, 'euro'), 'currency'),
        (lambda api: api.capture('P-1', method=''), 'method'),
        (lambda api: api.capture('P-1', method='../x'), 'method'),
        (lambda api: api.capture('P-1', method='card/'), 'method'),
        (lambda api: api.capture('P-1', method='c\u0430rd'), 'method'),  # not a Latin letter
        (lambda api: api.capture('P-1', method=5), 'method'),
        (lambda api: api.capture('P-1', method=callback_by('')), 'method'),
        (lambda api: api.refund('P-1', 5, 'EUR'), 'description'),
        (lambda api: api.refund('P-1', description='x' * 256), 'description'),
        (lambda api: api.refund('P-1', description='x', merchant_refund_id='x' * 256),
         'merchant_refund_id'),
        (lambda api: api.capture('P-1', merchant_callback_url='shop'), 'merchant_callback_url'),
        (lambda api: api.capture('P-1', callback_delay=601), 'callback_delay'),
        (lambda api: api.capture('P-1', callback_disabled='yes'), 'callback_disabled'),
        (lambda api: api.capture('P-1', receipt_data='not Base64'), 'receipt_data'),
        (lambda api: api.capture('P-1', receipt_data={'positions': 5}), 'receipt_data:positions'),
        (lambda api: api.capture('P-1', receipt='x'), 'receipt'),
        (lambda api: api.debit_recurring('P-1', 5, 'EUR', 'x'), 'recurring_id'),
    ],
)  # fmt: skip
def test_what_is_refused_is_not_sent(
    api: GateApi, platform: Platform, call: Any, parameter: str
) -> None:
    with pytest.raises(ValidationException) as caught:
        call(api)
    assert caught.value.parameter == parameter
    assert not platform.heard


@pytest.mark.parametrize('project_id', ['', 0, 2**32, 'x', None])
def test_a_project_id_that_cannot_be_one(project_id: Any) -> None:
    with pytest.raises(ValidationException):
        GateApi(SECRET, project_id)


@pytest.mark.parametrize(
    'url',
    [
        b'',
        0,
        'api.ecommpay.com',
        'http://api.ecommpay.com',
        'http://127.0.0.1.evil.example',
        'http://localhost@evil.example',
        'https://',
        'https://api.example/?a=b',
        'https://api.example/#a',
        'https://api.example\n',
        'ftp://127.0.0.1',
        'https://[',
    ],
)
def test_addresses_that_are_refused(url: Any) -> None:
    with pytest.raises(ConfigurationException) as caught:
        GateApi(SECRET, PROJECT, url)
    assert str(caught.value) == 'base_url is an address by https, or by http on this machine'


@pytest.mark.parametrize(
    'url',
    ['https://api.example', 'https://api.example:8443/gate/', 'http://localhost:5', 'http://[::1]'],
)
def test_addresses_that_are_taken(url: str) -> None:
    GateApi(SECRET, str(PROJECT), url)


@pytest.mark.parametrize('url', [(), ('',), (None,)])
def test_without_an_address_the_platform_is_asked(
    url: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv('NO_PROXY', raising=False)
    with ThreadPoolExecutor() as pool:
        with socket.create_server(('127.0.0.1', 0)) as proxy:
            monkeypatch.setenv('HTTPS_PROXY', f'http://127.0.0.1:{proxy.getsockname()[1]}')
            asked = pool.submit(GateApi(SECRET, PROJECT, *url).status, 'P-1')
            with proxy.accept()[0] as connection:
                assert connection.recv(1024).startswith(b'CONNECT api.ecommpay.com:443 ')
        with pytest.raises(NoAnswer):
            asked.result()


@pytest.mark.parametrize('timeout', [0, -1, float('inf'), float('nan')])
def test_timeouts_that_are_refused(timeout: float) -> None:
    with pytest.raises(ConfigurationException, match='timeout'):
        GateApi(SECRET, PROJECT, timeout=timeout)


def test_a_secret_key_that_cannot_be_used() -> None:
    with pytest.raises(ConfigurationException, match='empty'):
        GateApi(' ', PROJECT)


def test_nothing_shows_the_secret_key(api: GateApi) -> None:
    assert SECRET not in repr(api) + repr(vars(api))
    with pytest.raises(ConfigurationException, match='is not pickled'):
        pickle.dumps(api)


def test_the_acceptance(api: GateApi, platform: Platform) -> None:
    platform.answers(ACCEPTED)
    assert api.capture('P-1') == ('r-1', PROJECT, 'P-1')
