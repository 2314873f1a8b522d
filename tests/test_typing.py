"""What checkers and editors know of a payment.

A comment `type: ignore[...]` below is an expected diagnostic: `tox -e lint` lets mypy and pyright
fail where a line has none to ignore, and mypy also where it is another than the one in brackets.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true

import importlib
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any, List, Set, Union

import pytest

from payment_page_sdk.exceptions import Finding, UnsetParameter, ValidationException
from payment_page_sdk.parameters.kinds import Amount
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
        payment.set_amount(18.15, 'EUR')  # type: ignore[arg-type]


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
def test_editors_complete_all_parameters() -> None:
    jedi = importlib.import_module('jedi')  # type: Any
    environment = importlib.import_module('jedi.api.environment')  # type: Any

    def names(code: str) -> Set[str]:
        script = jedi.Script(code, environment=environment.InterpreterEnvironment())
        return {completion.name for completion in script.complete()}

    completed = names(COMPLETED)
    assert not set(CATALOGUE) - completed
    assert {'set_amount', 'validate', 'find_errors'} <= completed
    assert names(COMPLETED + 'customer_em') == {'customer_email'}
