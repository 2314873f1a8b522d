import copy
import json
import pickle
from datetime import datetime
from typing import Any, Callable, Iterator

import platform_side
import pytest
from frames import shown_in_frames

from payment_page_sdk.callback import Callback
from payment_page_sdk.exceptions import (
    ConfigurationException,
    ConfigurationWarning,
    InvalidSignature,
    ProcessException,
    ValidationException,
)
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.signature_handler import SignatureHandler
from payment_page_sdk.testing import CallbackFactory

SECRET = 'hunter2-secret'


def callback_signed_with(secret: str) -> str:
    data = {'payment': {'id': 'ORDER-1', 'status': 'success'}}
    return json.dumps(dict(data, signature=SignatureHandler(secret).sign(data)))


def test_the_main_job() -> None:
    gate = Gate(SECRET)
    payment = Payment('186', 'ECT_TEST_1555943554067')
    payment.payment_amount = 1001
    payment.payment_currency = Gate.CURRENCY_RUB
    url = gate.get_purchase_payment_page_url(payment)
    assert platform_side.accepts(platform_side.pairs_of(url), SECRET)

    callback = gate.handle_callback(callback_signed_with(SECRET))
    assert isinstance(callback, Callback)
    assert callback.get_payment_id() == 'ORDER-1'
    assert callback.get_payment_status() == Callback.SUCCESS_STATUS


def test_what_a_gate_does_by_default() -> None:
    assert (Gate.CURRENCY_RUB, Gate.CURRENCY_USD, Gate.CURRENCY_EUR) == ('RUB', 'USD', 'EUR')
    gate = Gate(SECRET)
    payment = Payment('186', 'ORDER-1')  # incomplete: not validated
    url = gate.get_purchase_payment_page_url(payment)
    assert url.startswith('https://paymentpage.ecommpay.com/payment?')
    assert '>Pay</button>' in gate.get_payment_form(payment)
    assert '>Go</button>' in gate.get_payment_form(payment, 'Go')
    payment.payment_description = 'x;payment_id:1'  # guarded
    with pytest.raises(ValidationException):
        gate.get_purchase_payment_page_url(payment)
    for explanation in (
        gate.explain_callback(callback_signed_with(SECRET)),
        gate.explain_url(url),
    ):
        assert 'ORDER-1' not in str(explanation)


def test_a_key_can_be_changed_while_callbacks_are_under_way() -> None:
    gate = Gate('new', previous_secrets=['old', 'older'])
    url = gate.get_purchase_payment_page_url(Payment('186'))
    assert platform_side.accepts(platform_side.pairs_of(url), 'new')
    for secret in ('new', 'old', 'older'):
        assert gate.handle_callback(callback_signed_with(secret)).get_payment_id() == 'ORDER-1'
    with pytest.raises(InvalidSignature):
        gate.handle_callback(callback_signed_with('oldest'))


def test_a_gate_can_be_copied_but_not_pickled() -> None:
    gate = Gate(SECRET, 'https://host')
    url = gate.get_purchase_payment_page_url(Payment('186'))
    for clone in (copy.copy(gate), copy.deepcopy(gate)):
        assert clone.get_purchase_payment_page_url(Payment('186')) == url
    copied = copy.deepcopy(gate)
    copied.set_payment_base_url('https://other')
    assert gate.get_purchase_payment_page_url(Payment('186')) == url


def holders() -> Any:
    gate = Gate(SECRET, previous_secrets=['hunter2-previous'])
    return [
        gate,
        gate._payment_page,
        gate._signature_handler,
        gate.handle_callback(callback_signed_with(SECRET)),
    ]


@pytest.mark.parametrize('holder', holders(), ids=lambda holder: type(holder).__name__)
def test_what_holds_a_secret_does_not_show_it(holder: Any) -> None:
    shown = repr(holder) + str(holder) + repr(vars(holder))
    for value in vars(holder).values():
        shown += repr(getattr(value, '__dict__', ''))
    assert 'hunter2' not in shown
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(ConfigurationException, match='not pickled'):
            pickle.dumps(holder, protocol)


def raise_while_iterated() -> 'Iterator[str]':
    yield SECRET
    raise KeyError('a vault that does not answer')


FAILURES = [
    lambda: Gate(SECRET, 'ftp://host'),
    lambda: Gate(SECRET, 5),  # type: ignore[arg-type]
    lambda: Gate(SECRET, 'https://host', ['hunter2-previous', '']),
    lambda: CallbackFactory(SECRET.encode()),  # type: ignore[arg-type]
    lambda: CallbackFactory(SECRET, now=datetime(2026, 1, 1)),
    lambda: Gate(SECRET).set_payment_base_url('ftp://host'),
    lambda: Gate(SECRET).get_purchase_payment_page_url(
        Payment('186', payment_description=';payment_id:1')
    ),
    lambda: Gate(SECRET).handle_callback(callback_signed_with('another')),
    lambda: Gate(SECRET)._signature_handler.sign({'a': b''}),
    lambda: pickle.dumps(Gate(SECRET)),
]  # type: Any
MAKERS = [Gate, SignatureHandler]  # type: Any
for make in MAKERS:
    FAILURES += [
        lambda make=make: make(SECRET.encode()),
        lambda make=make: make([SECRET]),
        lambda make=make: make(SECRET + '\ud800'),
        lambda make=make: make(' ', previous_secrets=[SECRET]),
        lambda make=make: make(SECRET, previous_secrets='hunter2-previous'),
        lambda make=make: make(SECRET, previous_secrets=b'hunter2-previous'),
        lambda make=make: make(SECRET, previous_secrets=None),
        lambda make=make: make(SECRET, previous_secrets=['hunter2-previous', None]),
        lambda make=make: make(SECRET, previous_secrets=raise_while_iterated()),
        lambda make=make: make(SECRET + '\n'),  # a warning, which these tests turn into an error
    ]


@pytest.mark.parametrize('fail', FAILURES)
def test_no_frame_of_an_error_holds_a_secret(fail: 'Callable[[], object]') -> None:
    with pytest.raises((ProcessException, KeyError, ConfigurationWarning)) as caught:
        fail()
    assert 'hunter2' not in shown_in_frames(caught.value)
