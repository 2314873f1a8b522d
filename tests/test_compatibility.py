"""Merchant code written for ecommpay-sdk 1.0.x: the same on the official package and on ours.

Each snippet runs once against either package, and leaves its `result`.
"""

import os
from typing import Any, Iterator

import oracles
import pytest

import payment_page_sdk

pytestmark = [pytest.mark.subprocess, pytest.mark.oldest_and_newest]

OURS = os.path.dirname(os.path.dirname(os.path.abspath(payment_page_sdk.__file__)))

SIGNED = """
import json
from payment_page_sdk.callback import Callback
from payment_page_sdk.gate import Gate
from payment_page_sdk.process_exception import ProcessException
from payment_page_sdk.signature_handler import SignatureHandler
handler = SignatureHandler('qwerty')
data = {'project_id': 186, 'payment': {'id': 'ORDER-1', 'status': 'success', 'sum': {
    'amount': 1000, 'currency': 'RUB'}, 'description': 'Тестовый платёж'}}
signature = handler.sign(data)
body = json.dumps(dict(data, signature=signature))
"""

VERDICTS = """
def verdict(make):
    try:
        return make().get_payment_id()
    except ProcessException:
        return 'refused'
"""

SNIPPETS = {
    'a link': """
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
gate = Gate('secret')
payment = Payment('186', 'ECT_TEST_1555943554067')
payment.payment_amount = 1001
payment.payment_currency = Gate.CURRENCY_RUB
payment.payment_description = 'Заказ № 443 & более, 100%'
payment.customer_email = 'ada+test@example.com'
result = gate.get_purchase_payment_page_url(payment)
""",
    'a link to a page elsewhere': """
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
result = Gate('secret', 'https://pay.example.com/payment').get_purchase_payment_page_url(
    Payment('186', 'ORDER-1'))
""",
    'a link without a gate': """
from payment_page_sdk.payment import Payment
from payment_page_sdk.payment_page import PaymentPage
from payment_page_sdk.signature_handler import SignatureHandler
result = PaymentPage(SignatureHandler('secret')).get_url(Payment(186))
""",
    'positional and keyword arguments': """
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.payment_page import PaymentPage
from payment_page_sdk.signature_handler import SignatureHandler
payment = Payment(project_id='186', payment_id='ORDER-1')
handler = SignatureHandler(secret_key='secret')
result = [
    Gate(secret='secret', base_url='').get_purchase_payment_page_url(payment=payment),
    PaymentPage(signature_handler=handler, base_url='').get_url(payment=payment),
    handler.sign(params=payment.get_params()),
    handler.check(params=payment.get_params(), signature='x'),
]
""",
    'parameters': """
from payment_page_sdk.payment import Payment
payment = Payment('186', 'ORDER-1')
payment.payment_amount = 1001
payment.redirect = True
payment.anything = {'a': [1]}
params = payment.get_params()
params['added'] = 'in place'
result = [payment.get_params(), list(params), isinstance(params, dict), payment.project_id,
          payment.payment_id, payment.payment_amount, payment.anything,
          hasattr(payment, 'never_set'), hasattr(Payment(186), 'payment_id')]
""",
    'a parameter that was never set': """
from payment_page_sdk.payment import Payment
try:
    Payment('186').customer_email
except AttributeError:
    result = 'AttributeError'
""",
    'best_before': """
from datetime import datetime, timedelta, timezone
from payment_page_sdk.payment import Payment
result = []
for moment in (datetime(2026, 5, 5), datetime(2026, 5, 5, 1, 2, 3, 0, timezone.utc),
               datetime(2026, 5, 5, tzinfo=timezone(timedelta(hours=3)))):
    payment = Payment('186')
    payment.best_before = moment
    result.append(payment.best_before)
""",
    'constants': """
from payment_page_sdk.callback import Callback
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.signature_handler import SignatureHandler
result = {
    name: getattr(Callback, name) for name in (
        'SUCCESS_STATUS', 'DECLINE_STATUS', 'AW_3DS_STATUS', 'AW_RED_STATUS', 'AW_CUS_STATUS',
        'AW_CLA_STATUS', 'AW_CAP_STATUS', 'CANCELLED_STATUS', 'REFUNDED_STATUS',
        'PART_REFUNDED_STATUS', 'PROCESSING_STATUS', 'ERROR_STATUS', 'REVERSED_STATUS')}
result.update(
    currencies=[Gate.CURRENCY_RUB, Gate.CURRENCY_USD, Gate.CURRENCY_EUR],
    types=[Payment.PURCHASE_TYPE, Payment.PAYOUT_TYPE, Payment.RECURRING_TYPE],
    interface=Payment.INTERFACE_TYPE, delimiter=SignatureHandler.ITEMS_DELIMITER,
    ignored=SignatureHandler.IGNORE_KEYS)
""",
    'signing': SIGNED
    + """
result = [
    signature, handler.sign({}), handler.sign({'frame_mode': 'popup', 'a': {'frame_mode': 1}}),
    handler.sign({'t': True, 'f': False, 'n': 5, 'x': 0.5, 'l': ['a', {'b': 'c'}], 'e': []}),
    handler.check(data, signature), handler.check(data, 'x'), handler.check(data, None),
]
""",
    'a callback': SIGNED
    + """
result = []
for callback in (Gate('qwerty').handle_callback(body), Callback(body, handler),
                 Callback(body.encode('utf-8'), handler),
                 Callback(data=body, signature_handler=handler)):
    result.append([
        callback.get_payment(), callback.get_payment_id(), callback.get_payment_status(),
        callback.get_payment_status() == Callback.SUCCESS_STATUS, callback.get_signature(),
        callback.check_signature(), callback.get_value('payment.sum.amount'),
        callback.get_value('payment.sum.nothing'), callback.get_value('payment.nothing.at.all'),
        callback.get_value('project_id'), callback.get_value('signature'),
        callback.decode_response('{"a": [1]}'),
    ])
""",
    'a signature in general': SIGNED
    + """
general = dict(data, general={'project_id': 186, 'payment_id': 'ORDER-1'})
general['general']['signature'] = handler.sign(general)
callback = Callback(json.dumps(general), handler)
result = [callback.get_payment_id(), callback.get_signature(),
          callback.get_value('general.signature'), callback.get_value('general.payment_id')]
""",
    'callbacks that are none': SIGNED
    + """
result = []
for bad in (json.dumps(data), body.replace('1000', '1001'), '', '{', '[]',
            json.dumps(dict(data, signature='x')), body[:-1]):
    try:
        Gate('qwerty').handle_callback(bad)
        result.append('accepted')
    except ProcessException:
        result.append('ProcessException')
try:
    Callback(body, handler).decode_response('{')
except ProcessException:
    result.append('ProcessException')
""",
    'methods of a subclass': SIGNED
    + VERDICTS
    + """
class Trusting(Callback):
    def check_signature(self):
        return True

class Refusing(Callback):
    def check_signature(self):
        return False

class Careful(Callback):
    def check_signature(self):
        return super().check_signature() and self.get_payment_id() != 'ORDER-1'

class Checking(SignatureHandler):
    def check(self, params, signature):
        return signature == 'mine' or super().check(params, signature)

class Signing(SignatureHandler):
    def sign(self, params):
        return 'mine'

mine = json.dumps(dict(data, signature='mine'))
result = []
for text in (body, mine):
    for make in (Trusting, Refusing, Careful):
        result.append(verdict(lambda: make(text, handler)))
    for make in (Checking, Signing):
        result.append(verdict(lambda: Callback(text, make('qwerty'))))
result.append([Signing('qwerty').check(data, 'mine'), Signing('qwerty').check(data, signature)])
""",
    'methods that a test patches': SIGNED
    + VERDICTS
    + """
from unittest.mock import patch
result = []
for owner, method, value in (
        (Callback, 'check_signature', True), (Callback, 'check_signature', False),
        (SignatureHandler, 'check', True), (SignatureHandler, 'check', False),
        (SignatureHandler, 'sign', 'mine'), (handler, 'check', False), (handler, 'sign', 'mine')):
    with patch.object(owner, method, return_value=value):
        for text in (body, json.dumps(dict(data, signature='mine'))):
            result.append(verdict(lambda: Callback(text, handler)))
""",
    'a handler of your own': SIGNED
    + VERDICTS
    + """
class Own:
    def sign(self, params):
        return 'signature of ' + params['payment']['id']

    def check(self, params, signature):
        return 'signature' not in params and self.sign(params) == signature

result = [
    verdict(lambda: Callback(json.dumps(dict(data, signature=text)), Own()))
    for text in ('signature of ORDER-1', 'signature of ORDER-2', signature)
]
""",
    'the types of what a callback says': SIGNED
    + """
import marshal
callback = Callback(body, handler)
values = [callback.get_payment_id(), callback.get_payment_status(), callback.get_payment()]
result = [type(callback.get_payment_status()).__name__, marshal.loads(marshal.dumps(values))]
""",
}


@pytest.fixture(scope='module')
def ours() -> Iterator[Any]:
    with oracles.PythonOracle(OURS) as oracle:
        yield oracle


@pytest.mark.parametrize('name', sorted(SNIPPETS))
def test_merchant_code_runs_unchanged(python_oracle: Any, ours: Any, name: str) -> None:
    expected = python_oracle.run(SNIPPETS[name])
    assert 'result' in expected
    assert ours.run(SNIPPETS[name]) == expected


# What the repository of the official package has, and its newest wheel (1.0.6) has not.
LATER_SNIPPETS = {
    'booking info': (
        """
from payment_page_sdk.payment import Payment
payment = Payment('186')
payment.set_booking_info({'firstname': 'Ada', 'nights': 2})
result = payment.booking_info
""",
        'eyJmaXJzdG5hbWUiOiAiQWRhIiwgIm5pZ2h0cyI6IDJ9',
    ),
    'empty booking info': (
        """
from payment_page_sdk.payment import Payment
from payment_page_sdk.process_exception import ProcessException
try:
    Payment('186').set_booking_info({})
except ProcessException:
    result = 'ProcessException'
""",
        'ProcessException',
    ),
    'card_operation_type': (
        """
import warnings
from payment_page_sdk.payment import Payment
payment = Payment('186')
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    payment.card_operation_type = 'sale'
result = [payment.operation_type, caught[0].category.__name__]
""",
        ['sale', 'DeprecationWarning'],
    ),
    'null and colons': (
        """
from payment_page_sdk.signature_handler import SignatureHandler
handler = SignatureHandler('123')
result = [handler.sign({'a:b': 1}) == handler.sign({'a': {'b': 1}}),
          handler.sign({'a': None}) == handler.sign({'a': ''})]
""",
        [False, True],
    ),
}


@pytest.mark.parametrize('name', sorted(LATER_SNIPPETS))
def test_merchant_code_for_the_repository_runs_too(ours: Any, name: str) -> None:
    source, expected = LATER_SNIPPETS[name]
    assert ours.run(source) == {'result': expected}
