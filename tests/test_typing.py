"""What checkers and editors know of a payment.

A comment `type: ignore[...]` below is an expected diagnostic: `tox -e lint` lets mypy and pyright
fail where a line has none to ignore, and mypy also where it is another than the one in brackets.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true

import importlib
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any, Dict, List, Union

import pytest

from payment_page_sdk.exceptions import Finding, UnsetParameter, ValidationException
from payment_page_sdk.parameters.kinds import CARD_TOKENIZE, MODES, Amount, Choice
from payment_page_sdk.payment import CATALOGUE, Payment


def test_reading_has_a_type() -> None:
    payment = Payment(
        186,
        'ORDER-1',
        payment_amount=1001,
        customer_id='585741',
        redirect=True,
        hide=['card'],
        recurring={'register': True},
    )
    amount = payment.payment_amount  # type: Union[int, str]
    customer = payment.customer_id  # type: Union[str, int]
    flag = payment.redirect  # type: Union[int, str]
    methods = payment.hide  # type: str
    recurring = payment.recurring  # type: str
    description = Payment.payment_amount  # type: Amount
    errors = payment.find_errors()  # type: List[Finding]
    assert [amount, customer, flag, methods] == [1001, '585741', True, 'card']
    assert recurring == '{"register": true}'
    assert description is CATALOGUE['payment_amount']
    assert errors[0].code == 'missing'

    number = payment.hide  # type: int  # type: ignore[assignment]
    assert number


def test_writing_has_a_type() -> None:
    payment = Payment('186')
    payment.payment_amount = 1001
    payment.payment_amount = '1001'
    payment.customer_day_of_birth = date(1990, 12, 31)
    payment.best_before = datetime(2026, 5, 5, tzinfo=timezone.utc)
    payment.hide = {'card': 1}.keys()
    payment.receipt_data = {'positions': [{'amount': 1001}]}
    payment.set_amount(Decimal('18.15'), 'EUR')
    with pytest.raises(ValidationException):
        payment.payment_amount = 18.15  # type: ignore[assignment]
    with pytest.raises(ValidationException):
        payment.customer_email = b'jane@example.com'  # type: ignore[assignment]
    with pytest.raises(ValidationException):
        payment.redirect = 0.5  # type: ignore[assignment]
    with pytest.raises(ValidationException):
        payment.best_before = 1777939200  # type: ignore[assignment]
    with pytest.raises(ValidationException):
        payment.recurring = True  # type: ignore[assignment]
    with pytest.raises(ValidationException):
        payment.redirect = 2  # type: ignore[assignment]
    with pytest.raises(ValidationException):
        payment.set_amount(18.15, 'EUR')  # type: ignore[arg-type]


class Mode(Enum):
    VERIFY = 'card_verify'


class Shown(IntEnum):
    NEVER = 0


def test_a_closed_list_takes_its_values() -> None:
    payment = Payment('186', mode=Payment.PAYOUT_TYPE, redirect=Shown.NEVER)
    for mode in MODES:
        payment.mode = mode
    payment.mode = Payment.PURCHASE_TYPE
    payment.mode = CARD_TOKENIZE
    payment.mode = Mode.VERIFY
    payment.moto_type = 1
    payment.moto_type = '2'
    payment.merchant_return_enabled = Shown.NEVER
    payment.redirect = '1'
    payment.redirect = 0
    mode_read = payment.mode  # type: Union[str, int]
    description = Payment.mode  # type: Choice
    assert mode_read == 'card_verify'
    assert description is CATALOGUE['mode']


def test_a_closed_list_takes_nothing_else() -> None:
    payment = Payment('186', mode='purchse')  # type: ignore[arg-type]
    payment.operation_type = 'sales'  # type: ignore[assignment]
    payment.moto_type = 3  # type: ignore[assignment]
    payment.redirect = 'true'  # type: ignore[assignment]
    any_text = str('popup')
    payment.frame_mode = any_text  # type: ignore[assignment]
    assert {error.parameter for error in payment.find_errors() if error.code == 'not_allowed'} == {
        'mode',
        'operation_type',
        'moto_type',
        'redirect',
    }


def test_an_open_list_takes_any_text() -> None:
    any_text = str('en')
    payment = Payment('186', language_code=any_text, customer_country=any_text)
    payment.payment_currency = any_text
    payment.force_payment_method = any_text
    assert payment.language_code == 'en'


def test_a_subclass_has_defaults_and_lists_of_its_own() -> None:
    class MyPayment(Payment):
        mode = 'purchase'  # pyright: ignore[reportAssignmentType]
        operation_type = Choice('What it is.', 'sale', 'new')
        moto_type = 1  # pyright: ignore[reportAssignmentType]

    payment = MyPayment('186')
    payment.mode = 'payout'
    kind = MyPayment.operation_type  # type: Choice
    assert (payment.moto_type, payment.mode) == (1, 'payout')
    assert kind is not CATALOGUE['operation_type']


def test_a_moment_is_not_a_day() -> None:
    payment = Payment('186', best_before=date(2026, 5, 5))  # type: ignore[arg-type]
    assert 'wrong_format' in [error.code for error in payment.find_errors()]
    payment.best_before = date(2026, 5, 5)  # type: ignore[assignment]
    payment.best_before = '2026-05-05T10:00:00+00:00'
    payment.customer_day_of_birth = datetime(1990, 12, 31)


def test_keyword_arguments_have_types() -> None:
    with pytest.raises(ValidationException):
        Payment('186', payment_amount=18.15)  # type: ignore[arg-type]
    with pytest.raises(ValidationException):
        Payment(18.6)  # type: ignore[arg-type]
    Payment('186', paymnt_amount=1001)  # type: ignore[call-arg]


def test_a_misspelt_name_cannot_be_read() -> None:
    payment = Payment('186', payment_amount=1001)
    with pytest.raises(UnsetParameter):
        print(payment.paymnt_amount)  # type: ignore[attr-defined]


COMPLETED = """
from payment_page_sdk.payment import Payment
payment = Payment('186', 'ORDER-1')
payment."""


@pytest.mark.oldest_and_newest
@pytest.mark.subprocess  # not here, but jedi is not among what WebAssembly has
def test_editors_complete_and_explain_all_parameters() -> None:
    jedi = importlib.import_module('jedi')  # type: Any
    environment = importlib.import_module('jedi.api.environment')  # type: Any

    def script(code: str) -> Any:
        return jedi.Script(code, environment=environment.InterpreterEnvironment())

    def completions(code: str) -> Dict[str, str]:
        return {found.name: found.docstring() for found in script(code).complete()}

    completed = completions(COMPLETED)
    for name, parameter in CATALOGUE.items():
        assert completed[name].split() == parameter.describe().split()
    help_shown = script(COMPLETED + 'payment_amount').help()[0].docstring()
    assert 'an int in minor units, such as 1815 for 18.15 EUR' in help_shown
    assert {'set_amount', 'validate', 'find_errors'} <= set(completed)
    assert set(completions(COMPLETED + 'customer_em')) == {'customer_email'}
