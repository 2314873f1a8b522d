import copy
import json
import pickle
from typing import List, Type

import pytest
from facts import read_json

from payment_page_sdk.callback import Callback
from payment_page_sdk.statuses import (
    OpenText,
    OperationStatus,
    OperationType,
    PaymentStatus,
    PaymentType,
    RecurringStatus,
    RecurringType,
    Status,
    TokenStatus,
)

FACTS = read_json('callbacks.json')

ENUMERATIONS = [
    (PaymentStatus, 'payment_statuses'),
    (OperationStatus, 'operation_statuses'),
    (OperationType, 'operation_types'),
    (PaymentType, 'payment_types'),
    (TokenStatus, 'token_statuses'),
    (RecurringStatus, 'recurring_statuses'),
    (RecurringType, 'recurring_types'),
]

UNDOCUMENTED = 'Y'  # a type of series that only test data of an SDK has


def members(enumeration: Type[OpenText]) -> List[str]:
    return [value for name, value in vars(enumeration).items() if name.isupper()]


@pytest.mark.parametrize('enumeration, facts', ENUMERATIONS)
def test_every_documented_value_has_a_name(enumeration: Type[OpenText], facts: str) -> None:
    documented = [fact['value'] for fact in FACTS[facts] if fact['value'] != UNDOCUMENTED]
    spellings = [other for fact in FACTS[facts] for other in fact['spelling_variants']]
    assert set(documented) <= set(members(enumeration)) <= set(documented + spellings)
    assert len(set(members(enumeration))) == len(members(enumeration))


@pytest.mark.parametrize('enumeration, facts', ENUMERATIONS)
def test_spellings_of_a_value_have_one_canonical_form(
    enumeration: Type[OpenText], facts: str
) -> None:
    for fact in FACTS[facts]:
        for spelling in [fact['value']] + fact['spelling_variants']:
            value = enumeration(spelling)
            assert value == spelling
            assert value.canonical == fact['value']
            assert type(value.canonical) is enumeration
            assert value.is_known() is (spelling != UNDOCUMENTED)


@pytest.mark.parametrize('enumeration, facts', ENUMERATIONS[:2])
def test_a_status_is_final_where_the_platform_says_so(
    enumeration: Type[Status], facts: str
) -> None:
    for fact in FACTS[facts]:
        for spelling in [fact['value']] + fact['spelling_variants']:
            assert enumeration(spelling).is_final() is (fact['final'] is True)


@pytest.mark.parametrize('enumeration', [enumeration for enumeration, _ in ENUMERATIONS])
@pytest.mark.parametrize('text', ['', 'brand new', 'SUCCESS', 'оплачен', '\ud800'])
def test_an_unknown_value_stays_its_own_text(enumeration: Type[OpenText], text: str) -> None:
    value = enumeration(text)
    assert value == text
    assert value.canonical == text
    assert not value.is_known()
    assert hash(value) == hash(text)
    if isinstance(value, Status):
        assert not value.is_final()


def test_a_status_is_a_text_in_every_way() -> None:
    status = PaymentStatus('cancelled')
    assert {'cancelled': 1}[status] == 1
    assert json.dumps([status]) == '["cancelled"]'
    assert status == Callback.CANCELLED_STATUS
    assert status != Callback.CANCELED_STATUS
    for clone in (copy.copy(status), copy.deepcopy(status), pickle.loads(pickle.dumps(status))):
        assert clone == status
        assert type(clone) is PaymentStatus


@pytest.mark.parametrize(
    'text, declined',
    [
        ('decline', True),
        ('error', True),
        ('expired', True),
        ('external error', True),
        ('internal error', True),
        ('success', False),
        ('processing', False),
        ('canceled', False),
        ('refunded', False),
        ('awaiting customer', False),
        ('brand new', False),
        ('', False),
    ],
)
def test_a_payment_is_declined_when_it_ended_without_money(text: str, declined: bool) -> None:
    assert PaymentStatus(text).is_declined() is declined


def test_the_constants_of_a_callback_are_statuses() -> None:
    for name, value in vars(Callback).items():
        if name.endswith('_STATUS'):
            assert PaymentStatus(value).is_known()
