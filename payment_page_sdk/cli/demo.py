"""The demo: the SDK's main job, from a payment to its verified result, without a network."""

import json
from urllib.parse import parse_qsl, urlsplit

from payment_page_sdk.exceptions import CallbackException, ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.signature_handler import SignatureHandler

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

SECRET = 'the secret key of project 186'

CALLBACK = {
    'project_id': 186,
    'payment': {
        'id': 'ECT_TEST_1555943554067',
        'type': 'purchase',
        'status': 'success',
        'date': '2018-08-28T09:11:28+0000',
        'method': 'card',
        'sum': {'amount': 1000, 'currency': 'RUB'},
        'description': 'Тестовый платёж',
    },
    'account': {
        'number': '431422******0056',
        'token': '9cb38282187b7a5b5b91b5814c6b814162741b29c0c486fbbc500cd451abb8b2',
        'type': 'visa',
        'card_holder': 'ADA LOVELACE',
        'id': 778804,
        'expiry_month': '11',
        'expiry_year': '2021',
    },
    'operation': {
        'id': 17839000001150,
        'type': 'sale',
        'status': 'success',
        'date': '2018-08-28T09:11:28+0000',
        'created_date': '2018-08-28T09:11:23+0000',
        'request_id': '2a9f8dd4ba8a6c8e0c2a9a8b2cf12f7e1f4d6c4b-00017840',
        'sum_initial': {'amount': 1000, 'currency': 'RUB'},
        'sum_converted': {'amount': 1000, 'currency': 'RUB'},
        'provider': {
            'id': 6,
            'payment_id': '15354474886323',
            'date': '2018-08-28T09:11:27+0000',
            'auth_code': '563253',
            'endpoint_id': 6,
        },
        'code': '0',
        'message': 'Success',
        'eci': '05',
    },
}  # type: Dict[str, Any]


def run_demo() -> int:
    """Print the way of one payment; return 0 if the SDK did all that is printed."""
    gate = Gate(SECRET)
    platform = SignatureHandler(SECRET)

    print('1. The link. You fill in a payment, and send the customer to its signed link.\n')
    payment = Payment('186', 'ECT_TEST_1555943554067')
    payment.payment_amount = 1001
    payment.payment_currency = 'RUB'
    print('   ' + repr(payment))
    url = gate.get_purchase_payment_page_url(payment)
    print('   ' + url + '\n')

    print('   The platform signs what arrives, and compares:')
    arrived = dict(parse_qsl(urlsplit(url).query))
    signature = arrived.pop('signature')
    genuine = platform.check(arrived, signature)
    print('   as sent                     -> ' + _verdict(genuine))
    cheap = platform.check(dict(arrived, payment_amount='1'), signature)
    print('   a shopper made it 0.01      -> ' + _verdict(cheap))
    payment.customer_first_name = 'Eve;payment_amount:1'
    guarded = False
    try:
        gate.get_purchase_payment_page_url(payment)
    except ValidationException as error:
        guarded = True
        print('   a name that hides an amount -> refused, and not signed (%s)' % error.parameter)

    print('\n2. The callback. The platform posts the result, signed, to your server.\n')
    body = json.dumps(dict(CALLBACK, signature=platform.sign(CALLBACK)))
    callback = gate.handle_callback(body)
    print('   %s... (%d bytes)' % (body[:60], len(body)))
    for name, value in [
        ('get_payment_id()', callback.get_payment_id()),
        ('get_payment_status()', callback.get_payment_status()),
        ("get_value('payment.sum.amount')", callback.get_value('payment.sum.amount')),
        ("get_value('account.number')", callback.get_value('account.number')),
    ]:
        print('   callback.%-32s -> %r' % (name, value))
    forged = ''
    try:
        gate.handle_callback(body.replace('"amount": 1000', '"amount": 999999'))
    except CallbackException as error:
        forged = error.code
    print('   with another amount                       -> refused (%s)' % forged)
    print('\nNothing left this machine. README.md continues from here.')
    done = genuine and not cheap and guarded and forged == 'invalid_signature'
    return 0 if done else 1


def _verdict(accepted: bool) -> str:
    return 'accepted' if accepted else 'refused'
