"""The tables of docs/*/upgrading.md, row by row: what they say of this package, and of 1.0.x.

Code of a merchant runs on this package, and on the official 1.0.6 where a row speaks of that.
"""

import re
from typing import Any, Dict, List, Tuple

import pytest
from documents import LANGUAGES, text_of

NOTICED, GONE, PHP = range(3)  # the tables


def rows_of(table: int, language: str = 'en') -> List[List[str]]:
    """Return the cells of a table's rows, without its head."""
    text = text_of('docs/%s/upgrading.md' % language)
    rows = re.findall(r'(?:^\|.*\n)+', text, re.MULTILINE)[table].splitlines()[2:]
    return [row.strip('| ').split(' | ') for row in rows]


def codes_in(text: str) -> List[str]:
    return re.findall('`([^`]+)`', text)


SETUP = """
import json
import pickle
import warnings
from datetime import datetime, timezone
from urllib.parse import parse_qsl

import payment_page_sdk
from payment_page_sdk.callback import Callback
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.payment_page import PaymentPage
from payment_page_sdk.process_exception import ProcessException
from payment_page_sdk.signature_handler import SignatureHandler

class EuroPayment(Payment):
    payment_currency = 'EUR'

class OwnCheck(SignatureHandler):
    def check(self, params, signature):
        return params['trusted']

class IgnoringA(SignatureHandler):
    IGNORE_KEYS = ['a']

def new(cls=Payment, **parameters):
    payment = cls('186', 'ORDER-1')
    for name, value in parameters.items():
        setattr(payment, name, value)
    return payment

def set_old_name():
    payment.card_operation_type = 'auth'

def params_in(link):
    return dict(parse_qsl(link.partition('?')[2], keep_blank_values=True))

def send(payment, base_url=''):
    return Gate('secret', base_url).get_purchase_payment_page_url(payment)

def opens(payment, base_url=''):
    params = params_in(send(payment, base_url))
    signature = params.pop('signature')
    return SignatureHandler('secret').check(params, signature)

def body_of(**data):
    return json.dumps(dict(data, signature=SignatureHandler('secret').sign(data)))

def receive(**data):
    return Callback(body_of(**data), SignatureHandler('secret'))

def change(callback):
    callback.get_payment()['id'] = 'changed'
    return callback.get_payment_id()

def refuse(body):
    try:
        gate.handle_callback(body)
    except ProcessException as error:
        return error

def plain(value):
    is_plain = value is None or isinstance(value, (str, int, list))
    return value if is_plain else type(value).__name__

def warned(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        call()
    return [warning.category.__name__ for warning in caught]

secret = 'secret'
base_url = url = 'https://pay.example.com/payment'
path = 'payment.status'
gate = Gate(secret)
handler = signature_handler = SignatureHandler(secret)
page = PaymentPage(handler)
payment = new()
body = body_of(payment={'id': 'ORDER-1', 'status': 'success'})
callback = gate.handle_callback(body)
"""

# By a part of a row's first cell: an expression, what becomes of it here, and what did in 1.0.x.
# Not formatted: where it can, a case is a line.
NOTICEABLE = {
    'as an amount': [
        ('new(payment_amount=18.15)', 'raises ValidationException', 'Payment'),
        ('new(payment_amount=None)', 'raises ValidationException', 'Payment'),
        ('new(payment_amount=b"1815")', 'raises ValidationException', 'Payment'),
        ('new(redirect=None)', 'raises ValidationException', 'Payment'),
        ('new(recurring=None)', 'raises ValidationException', 'Payment'),
        ('new(customer_email={"a": 1})', 'raises ValidationException', 'Payment'),
        ('new(language_code=["en"])', 'raises ValidationException', 'Payment'),
        ('params_in(send(new(payment_amount=18.15)))["payment_amount"]',
         'raises ValidationException', '18.15'),
        ('params_in(send(new(payment_amount=None)))["payment_amount"]',
         'raises ValidationException', 'None'),
        ('new(payment_amount=1815).payment_amount', 1815, 1815),
    ],
    'what reads as a parameter': [
        ('new(customer_city="a;payment_amount:1")', 'Payment', 'Payment'),
        ('opens(new(customer_city="a;payment_amount:1"))', 'raises ValidationException', True),
        ('opens(new(customer_city="a, payment_amount:1"))', True, True),
    ],
    'for a flag': [
        ('opens(new(redirect=True))', True, False),
        ('opens(new(redirect=False))', True, False),
        ('opens(new(recurring={"register": True}))', True, False),
        ('opens(new(hide=["card", "cup-card"]))', True, False),
        ('[found.parameter for found in new(redirect=True, hide=["card"]).find_errors()]',
         ['payment_amount', 'payment_currency'], 'raises AttributeError'),
    ],
    'for a text or a URL': [
        ('params_in(send(new(customer_city=None)))["customer_city"]', '', 'None'),
        ('params_in(send(new(merchant_success_url=None)))["merchant_success_url"]', '', 'None'),
    ],
    '`best_before`': [
        ('new(best_before=datetime(2026, 5, 5, 1, 2, 3, 4)).best_before',
         '2026-05-05T01:02:03', '2026-05-05T01:02:03.000004'),
    ],
    '`payment.card_operation_type': [
        ('warned(set_old_name)', ['DeprecationWarning'], []),
        ('warned(set_old_name) and payment.operation_type', 'auth', []),
    ],
    'the name `signature`': [
        ('new(signature="x")', 'raises ValidationException', 'Payment'),
        ('new(update="x")', 'raises ValidationException', 'Payment'),
        ('new(PURCHASE_TYPE="x")', 'raises ValidationException', 'Payment'),
    ],
    'an attribute such as': [
        ('params_in(send(new(EuroPayment))).get("payment_currency")', 'EUR', None),
    ],
    'in a set': [
        ('len({payment})', 'raises TypeError', 1),
        ('len({payment: 1})', 'raises TypeError', 1),
        ('new() == new()', True, False),
    ],
    '`vars(payment)`': [('vars(payment) is payment.get_params()', True, True)],
    '`except ProcessException`': [
        ('[isinstance(refuse(bad), ProcessException) for bad in ("", "{", "{}", "[]")]',
         [True] * 4, [True] * 4),
    ],
    'what reads as a member': [
        ('receive(payment={"id": "1"}, note="a;payment:status:success").get_payment_id()',
         'raises AmbiguousCallback', '1'),
        ('isinstance(refuse(body_of(note="a;payment:status:success")), ProcessException)',
         True, False),
    ],
    'the text of an exception': [
        ('"FORGED" in str(refuse(json.dumps({"signature": "FORGED"})))', False, True),
        ('refuse(json.dumps({"signature": "FORGED"})).code',
         'invalid_signature', 'raises AttributeError'),
    ],
    '`callback.get_payment_status()`': [
        ('[type(callback.get_payment_status()) is str, callback.get_payment_status()]',
         [True, 'success'], [True, 'success']),
        ('type(Callback.SUCCESS_STATUS) is str', True, True),
    ],
    'a status `canceled`': [
        ('Callback.CANCELLED_STATUS', 'cancelled', 'cancelled'),
        ('Callback.CANCELED_STATUS', 'canceled', 'raises AttributeError'),
        ('receive(payment={"status": "canceled"}).get_status().canonical',
         'canceled', 'raises AttributeError'),
        ('receive(payment={"status": "cancelled"}).get_status().canonical',
         'canceled', 'raises AttributeError'),
    ],
    'the id in another place': [
        ('receive(payment_id="1").get_payment_id()', '1', None),
        ('receive(general={"payment_id": "1"}).get_payment_id()', '1', None),
    ],
    'a number as the id': [('receive(payment={"id": 5}).get_payment_id()', '5', 5)],
    'code that changes': [('change(callback)', 'ORDER-1', 'changed')],
    "`get_value('a.b')`": [('callback.get_value("a.b")', None, None)],
    'a subclass of Callback': [
        ('Callback(body_of(trusted=False), OwnCheck(secret))',
         'raises InvalidSignature', 'raises ProcessException'),
        ('Callback(body_of(trusted=True), OwnCheck("another"))', 'Callback', 'Callback'),
    ],
    'IGNORE_KEYS': [
        ('IgnoringA(secret).sign({"a": 1}) == handler.sign({})', False, True),
        ('IgnoringA(secret).sign({"frame_mode": "popup"}) == handler.sign({})', True, False),
    ],
    'that is pickled': [
        ('pickle.loads(pickle.dumps(gate))', 'raises ConfigurationException', 'Gate'),
        ('pickle.loads(pickle.dumps(handler))',
         'raises ConfigurationException', 'SignatureHandler'),
        ('pickle.loads(pickle.dumps(page))', 'raises ConfigurationException', 'PaymentPage'),
        ('pickle.loads(pickle.dumps(callback))', 'raises ConfigurationException', 'Callback'),
        ('pickle.loads(pickle.dumps(callback.get_data())) == callback.get_data()',
         True, 'raises AttributeError'),
    ],
    'a base URL that does not': [
        ('Gate(secret, "pay.example.com/payment")', 'raises ConfigurationException', 'Gate'),
        ('Gate(secret, "ftp://pay.example.com/payment")', 'raises ConfigurationException', 'Gate'),
        ('Gate(secret, "https://me:pw@pay.example.com/")', 'raises ConfigurationException', 'Gate'),
        ('Gate(secret, "https://pay.example.com/#a")', 'raises ConfigurationException', 'Gate'),
        ('send(payment, "http://pay.example.com/payment").partition("?")[0]',
         'http://pay.example.com/payment', 'http://pay.example.com/payment'),
    ],
    'a base URL without a path': [
        ('send(payment, "https://pay.example.com").partition("?")[0]',
         'https://pay.example.com/payment', 'https://pay.example.com'),
        ('opens(payment, "https://pay.example.com/payment?shop=1")', True, False),
        ('params_in(send(payment, "https://pay.example.com/payment?shop=1"))["shop"][0]', '1', '1'),
    ],
    'an empty secret key': [('Gate("")', 'raises ConfigurationException', 'Gate')],
    'quotes around it': [
        ('warned(lambda: [Gate("secret\\n"), Gate(" secret"), Gate("\'secret\'")])',
         ['ConfigurationWarning'] * 3, []),
    ],
    'no `payment_id`': [
        ('opens(Payment("186"))', True, True),
        ('opens(new(payment_currency="eur"))', True, True),
        ('Gate(secret, validate=True).get_purchase_payment_page_url(Payment("186"))',
         'raises ValidationException', 'raises TypeError'),
        ('[found.parameter for found in new(payment_currency="eur").find_errors()]',
         ['payment_amount', 'payment_currency'], 'raises AttributeError'),
    ],
    'of 1.0.2': [('params_in(send(payment))["interface_type"]', '{"id": 24}', '{"id": 24}')],
}  # type: Dict[str, List[Tuple[str, Any, Any]]]  # fmt: skip


@pytest.mark.parametrize('table', [NOTICED, GONE, PHP])
def test_both_languages_have_the_same_rows(table: int) -> None:
    tables = [
        [[sorted(codes_in(cell)) for cell in row] for row in rows_of(table, language)]
        for language in LANGUAGES
    ]
    assert tables[0] == tables[1]


# the first table


def test_each_row_is_tried() -> None:
    cells = [row[0] for row in rows_of(NOTICED)]
    tried = [[part for part in NOTICEABLE if part in cell] for cell in cells]
    assert tried == [[part] for part in NOTICEABLE]


CASES = [(part, *case) for part, cases in NOTICEABLE.items() for case in cases]


@pytest.mark.parametrize(('part', 'source', 'here'), [case[:3] for case in CASES])
def test_what_happens_now(part: str, source: str, here: Any) -> None:
    assert run_here(source) == here


@pytest.mark.subprocess
@pytest.mark.oldest_and_newest
@pytest.mark.parametrize(('part', 'source', 'then'), [(*case[:2], case[3]) for case in CASES])
def test_what_happened_in_1_0_x(python_oracle: Any, part: str, source: str, then: Any) -> None:
    assert run_there(python_oracle, source) == then


def merchant() -> Dict[str, Any]:
    """Return the names that a merchant's code has, made anew."""
    names = {}  # type: Dict[str, Any]
    exec(SETUP, names)
    return names


def run_here(source: str) -> Any:
    """Return what an expression is in this package, or 'raises ...'."""
    names = merchant()
    try:
        return eval('plain(%s)' % source, names)
    except Exception as error:
        return 'raises ' + type(error).__name__


def run_there(oracle: Any, source: str) -> Any:
    answer = oracle.run('%s\nresult = plain(%s)' % (SETUP, source))
    return answer['result'] if 'result' in answer else 'raises ' + answer['raised'][0]


# the names that are gone, and the PHP SDK


def statements_in(cell: str) -> List[str]:
    """Return the code in a cell, so that it can be run."""
    code = '\n'.join(codes_in(cell))
    for shortened, whole in (
        (r'\{\.\.\.\}', "{'nights': 2}"),
        (r'datetime\(\.\.\.', 'datetime(2026, 5, 5'),
        (r'\(\.\.\.\)', ''),
        (r'^\.', 'payment_page_sdk.'),
        ('^get_', 'callback.get_'),
    ):
        code = re.sub(shortened, whole, code, flags=re.MULTILINE)
    return code.splitlines()


@pytest.mark.parametrize('code', [code for row in rows_of(GONE) for code in statements_in(row[0])])
def test_these_names_are_gone(code: str) -> None:
    names = merchant()
    with pytest.raises((AttributeError, ImportError)):
        exec(code, names)


@pytest.mark.parametrize(
    'code',
    [code for table in (GONE, PHP) for row in rows_of(table) for code in statements_in(row[1])],
)
def test_what_is_there_instead_runs(code: str) -> None:
    exec(code, merchant())


@pytest.mark.subprocess
@pytest.mark.oldest_and_newest
@pytest.mark.parametrize(
    'code',
    [code for row in rows_of(GONE) for code in statements_in(row[0]) if '1.0.2' not in row[0]],
)
def test_these_names_were_there(python_oracle: Any, code: str) -> None:
    assert python_oracle.run('%s\n%s\nresult = 0' % (SETUP, code)) == {'result': 0}


@pytest.mark.subprocess
@pytest.mark.oldest_and_newest
@pytest.mark.parametrize(
    ('params', 'instead'),
    [
        ('payment.get_params()', 'explain_url(send(payment), show_texts=True)'),
        ('{"payment": callback.get_payment()}', 'explain_callback(body, show_texts=True)'),
    ],
)
def test_the_canonical_string_is_the_same(python_oracle: Any, params: str, instead: str) -> None:
    entries = 'handler._SignatureHandler__get_params_to_sign(%s)' % params
    string = '";".join(text for path, text in sorted(%s.items()))' % entries
    assert run_there(python_oracle, string) == run_here('gate.%s.canonical' % instead)
