import copy
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Dict

import pytest
from callback_families import misfits

from payment_page_sdk.callback import shapes
from payment_page_sdk.callback.facts import Sum
from payment_page_sdk.callback.shapes import format_moment, mask
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

AT = datetime(2026, 11, 24, 9, 48, 6, tzinfo=timezone.utc)

PAYMENT = {
    'id': 'ORDER-1',
    'type': 'purchase',
    'status': 'partially refunded',
    'method': 'card',
    'date': format_moment(AT),
    'sum': {'amount': 1315, 'currency': 'EUR'},
    'description': 'Заказ 1',
    'is_new_attempts_available': False,
    'attempts_timeout': 0,
    'region': 'EU',
}  # type: Dict[str, Any]

SALE = {
    'id': 19540001038001,
    'type': 'sale',
    'status': 'success',
    'code': '0',
    'message': 'Success',
    'request_id': 'r-1',
    'date': format_moment(AT),
    'created_date': format_moment(AT - timedelta(seconds=5)),
    'sum_initial': {'amount': 1815, 'currency': 'EUR'},
    'sum_converted': {'amount': 1990, 'currency': 'USD'},
    'eci': '05',
    'provider': {'id': 6, 'payment_id': '15', 'auth_code': '563253', 'endpoint_id': '6'},
}  # type: Dict[str, Any]

REFUND = dict(
    SALE,
    id=19540001038002,
    type='refund',
    request_id='r-2',
    processing_time='1',
    sum_initial={'amount': 500, 'currency': 'EUR'},
    provider={'id': 6, 'payment_id': '16', 'auth_code': '111111'},
)  # type: Dict[str, Any]

PENDING = {'id': 1, 'type': 'sale', 'status': 'processing'}  # type: Dict[str, Any]

MEMBERS = {
    'account': {'number': '424242******4242', 'token': 'a' * 64},
    'customer': {'id': '585741'},
}  # type: Dict[str, Any]

CARD = {'number': '424242******4242', 'exp_month': 8, 'exp_year': 2029, 'holder': 'ADA LOVELACE'}
SERIES = {'id': 321, 'status': 'active', 'type': 'R', 'currency': 'EUR', 'period': 'D'}
REQUESTED = {'amount': 1815, 'currency': 'EUR'}


def payment_operation(**members: Any) -> Dict[str, Any]:
    return shapes.payment_operation(186, PAYMENT, SALE, **members)


def operations_list(**members: Any) -> Dict[str, Any]:
    return shapes.operations_list(186, PAYMENT, [SALE, REFUND], REQUESTED, **members)


def tokenized(**members: Any) -> Dict[str, Any]:
    return shapes.tokenized(
        186, 'b' * 64, 'active', format_moment(AT), 'r-1', '585741', CARD, **members
    )


def recurring_registration(**members: Any) -> Dict[str, Any]:
    return shapes.recurring_registration(186, SERIES, **members)


def redirect_data(**members: Any) -> Dict[str, Any]:
    return shapes.redirect_data('ORDER-1', 'https://bank.example', 'POST', {'md': '1'}, **members)


def payout_registration(**members: Any) -> Dict[str, Any]:
    return shapes.payout_registration('Lm3V9lmykig2==', **members)


def simplified_docs_sample(**members: Any) -> Dict[str, Any]:
    return shapes.simplified_docs_sample(186, PAYMENT, SALE, **members)


SHAPES = [
    (
        payment_operation,
        'payment_operation',
        {
            'get_project_id': 186,
            'get_payment_id': 'ORDER-1',
            'get_payment_type': 'purchase',
            'get_payment_status': 'partially refunded',
            'get_status': 'partially refunded',
            'get_payment_method': 'card',
            'get_payment_date': AT,
            'get_payment_sum': Sum(1315, 'EUR'),
            'get_payment_description': 'Заказ 1',
            'get_operation_id': 19540001038001,
            'get_operation_type': 'sale',
            'get_operation_code': '0',
            'get_token': 'a' * 64,
            'get_customer_id': '585741',
        },
    ),
    (
        operations_list,
        'payment_operations_list',
        {
            'get_project_id': 186,
            'get_payment_id': 'ORDER-1',
            'get_payment_type': 'purchase',
            'get_payment_status': 'partially refunded',
            'get_status': 'partially refunded',
            'get_payment_method': 'card',
            'get_payment_date': AT,
            'get_payment_sum': Sum(1315, 'EUR'),
            'get_payment_description': 'Заказ 1',
            'get_operation_id': 19540001038002,
            'get_operation_type': 'refund',
            'get_operation_code': '0',
            'get_token': 'a' * 64,
            'get_customer_id': '585741',
        },
    ),
    (
        tokenized,
        'tokenize',
        {
            'get_project_id': 186,
            'get_customer_id': '585741',
            'get_token': 'b' * 64,
            'get_token_status': 'active',
            'get_token_created_at': AT,
            'get_account_number': '424242******4242',
            'get_payment_id': None,
        },
    ),
    (
        recurring_registration,
        'recurring_registration',
        {
            'get_project_id': 186,
            'get_recurring_id': 321,
            'get_recurring_status': 'active',
            'get_recurring_type': 'R',
            'get_payment_id': None,
        },
    ),
    (
        redirect_data,
        'redirect_data',
        {
            'get_payment_id': 'ORDER-1',
            'get_redirect': {
                'method': 'POST',
                'url': 'https://bank.example',
                'body': {'md': '1'},
                'encrypted': [],
            },
        },
    ),
    (payout_registration, 'payout_registration', {'get_uuid': 'Lm3V9lmykig2=='}),
    (
        simplified_docs_sample,
        'simplified_docs_sample',
        {
            'get_project_id': 186,
            'get_payment_id': 'ORDER-1',
            'get_payment_type': 'purchase',
            'get_payment_status': 'partially refunded',
            'get_status': 'partially refunded',
            'get_payment_sum': Sum(1315, 'EUR'),
            'get_operation_id': 19540001038001,
            'get_operation_type': 'sale',
            'get_operation_status': 'success',
        },
    ),
]  # type: Any

MADE = [(shape, family) for shape, family, _ in SHAPES]


@pytest.mark.parametrize('shape, expected', [(shape, expected) for shape, _, expected in SHAPES])
def test_the_accessors_read_what_a_shape_was_made_of(
    shape: Callable[..., Dict[str, Any]], expected: Dict[str, Any]
) -> None:
    data = shape(**MEMBERS if shape in (payment_operation, operations_list) else {})
    signed = dict(data, signature=SignatureHandler('secret').sign(data))
    callback = Gate('secret').handle_callback(signed)
    assert {name: getattr(callback, name)() for name in expected} == expected


@pytest.mark.parametrize('shape, family', MADE)
def test_each_member_is_known_for_its_family(
    shape: Callable[..., Dict[str, Any]], family: str
) -> None:
    assert misfits(shape(), family) == []
    assert misfits({'brand': {'new': 1}, 'signature': 5}, family)


@pytest.mark.parametrize('shape, family', MADE)
def test_other_members_are_added_unless_they_are_none(
    shape: Callable[..., Dict[str, Any]], family: str
) -> None:
    acs = {'acs_url': 'https://acs.example'}
    assert shape(acs=acs, errors=None) == dict(shape(), acs=acs)


@pytest.mark.parametrize('shape, family', MADE)
def test_a_shape_shares_nothing_with_what_it_was_made_of(
    shape: Callable[..., Dict[str, Any]], family: str
) -> None:
    made_of = [PAYMENT, SALE, REFUND, MEMBERS, CARD, SERIES, REQUESTED]
    before = copy.deepcopy(made_of)
    spoil(shape(**MEMBERS))
    assert made_of == before


def spoil(value: Any) -> None:
    """Empty all dicts and lists within ``value``."""
    if isinstance(value, (dict, list)):
        for member in list(value.values() if isinstance(value, dict) else value):
            spoil(member)
        value.clear()


def test_a_list_has_each_fact_in_its_place() -> None:
    assert operations_list(rrn='123456789012') == {
        'general': {'project_id': 186, 'payment_id': 'ORDER-1'},
        'transaction': {
            'id': 19540001038001,
            'date': '2026-11-24T09:48:01+0000',
            'type': 'purchase',
        },
        'payment': {
            'id': 'ORDER-1',
            'method': 'card',
            'date': '2026-11-24T09:48:06+0000',
            'status': 'partially refunded',
            'result_code': '0',
            'result_message': 'Success',
            'is_new_attempts_available': False,
            'attempts_timeout': 0,
        },
        'description': 'Заказ 1',
        'sum_request': {'amount': 1815, 'currency': 'EUR'},
        'sum_real': {'amount': 1315, 'currency': 'EUR'},
        'operations': [
            {
                'id': 19540001038001,
                'type': 'sale',
                'status': 'success',
                'code': '0',
                'message': 'Success',
                'request_id': 'r-1',
                'date': '2026-11-24T09:48:06+0000',
                'sum': {'amount': 1815, 'currency': 'EUR'},
                'provider': {'id': 6, 'payment_id': '15'},
            },
            {
                'id': 19540001038002,
                'type': 'refund',
                'status': 'success',
                'code': '0',
                'message': 'Success',
                'request_id': 'r-2',
                'date': '2026-11-24T09:48:06+0000',
                'sum': {'amount': 500, 'currency': 'EUR'},
                'provider': {'id': 6, 'payment_id': '16'},
                'processing_time': '1',
            },
        ],
        'auth_code': '111111',
        'rrn': '123456789012',
    }


def test_what_is_not_known_is_left_out() -> None:
    assert shapes.operations_list(186, {'id': 'ORDER-1'}, [PENDING], REQUESTED) == {
        'general': {'project_id': 186, 'payment_id': 'ORDER-1'},
        'transaction': {'id': 1},
        'payment': {'id': 'ORDER-1'},
        'sum_request': REQUESTED,
        'operations': [PENDING],
    }
    assert shapes.tokenized(186, 'b', 'revoke', format_moment(AT), 'r-1') == {
        'general': {'project_id': 186},
        'request': {'id': 'r-1', 'action': 'tokenize', 'status': 'success'},
        'token': 'b',
        'token_status': 'revoke',
        'token_created_at': '2026-11-24T09:48:06+0000',
    }


def test_a_redirect_without_fields_has_an_empty_list_of_them() -> None:
    assert shapes.redirect_data('ORDER-1', 'https://bank.example')['redirectData'] == {
        'method': 'GET',
        'url': 'https://bank.example',
        'body': [],
        'encrypted': [],
    }


@pytest.mark.parametrize(
    'when, text',
    [
        (AT, '2026-11-24T09:48:06+0000'),
        (AT.replace(microsecond=999999), '2026-11-24T09:48:06+0000'),
        (AT.astimezone(timezone(timedelta(hours=5, minutes=45))), '2026-11-24T09:48:06+0000'),
        (datetime(985, 1, 2, 3, 4, 5, tzinfo=timezone.utc), '0985-01-02T03:04:05+0000'),
    ],
)
def test_a_moment_is_written_in_utc_and_whole_seconds(when: datetime, text: str) -> None:
    assert format_moment(when) == text


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValidationException, match='time zone'):
        format_moment(datetime(2026, 11, 24))


@pytest.mark.parametrize(
    'number, shown',
    [
        ('4242424242424242', '424242******4242'),
        ('378282246310005', '378282*****0005'),
        ('6304000000000000001', '630400*********0001'),
    ],
)
def test_a_masked_number_shows_its_first_six_and_last_four_digits(number: str, shown: str) -> None:
    assert mask(number) == shown
