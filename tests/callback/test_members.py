import copy
import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any, Dict, List, Optional

import pytest
from callback_vectors import VECTORS, put_signature
from facts import read_json
from hypothesis import given
from hypothesis import strategies as st
from strategies import trees

from payment_page_sdk._canonical import PlainForm
from payment_page_sdk.callback import Callback
from payment_page_sdk.callback.facts import Facts, Sum
from payment_page_sdk.callback.members import CallbackError, CallbackMembers
from payment_page_sdk.callback.operation import Operation
from payment_page_sdk.callback.result_codes import CONTACT_SUPPORT, Result
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler
from payment_page_sdk.statuses import (
    OperationStatus,
    OperationType,
    PaymentStatus,
    PaymentType,
    RecurringStatus,
    RecurringType,
    TokenStatus,
)

FAMILIES = {family['name']: family for family in read_json('callbacks.json')['families']}


class Currency(Enum):
    EUR = 'EUR'
    USD = 'USD'


GATE, HANDLER = Gate('secret'), SignatureHandler('secret')
AT = datetime(2026, 11, 24, 9, 48, 6, tzinfo=timezone.utc)


def callback_of(data: Dict[str, Any], in_general: bool = False) -> Callback:
    data = copy.deepcopy(data)
    signature = HANDLER.sign(data)
    if in_general:
        data.setdefault('general', {})['signature'] = signature
    else:
        data['signature'] = signature
    return GATE.handle_callback(json.dumps(data))


# One body of each shape, as the platform's documents and the SDKs' tests show them.

PURCHASE = {
    'project_id': 186,
    'payment': {
        'id': 'ORDER-1',
        'type': 'purchase',
        'status': 'success',
        'method': 'card',
        'date': '2026-11-24T09:48:06+0000',
        'description': 'Заказ 1',
        'sum': {'amount': 1815, 'currency': 'EUR'},
    },
    'account': {'number': '424242******4242', 'token': 'a' * 64, 'type': 'visa'},
    'customer': {'id': '585741', 'phone': '443031237300'},
    'operation': {
        'id': 19540001038001,
        'type': 'sale',
        'status': 'success',
        'code': '0',
        'message': 'Success',
        'request_id': 'b3ab',
        'date': '2026-11-24T09:48:06+0000',
        'created_date': '2026-11-24T12:48:05.250+03:00',
        'eci': '05',
        'sum_initial': {'amount': 1815, 'currency': 'EUR'},
        'sum_converted': {'amount': 1990, 'currency': 'USD'},
        'sum_customer': {'amount': 1600, 'currency': 'GBP'},
        'provider': {
            'id': 6,
            'payment_id': '15',
            'auth_code': '563253',
            'date': '2026-11-24T09:48:06Z',
        },
    },
    'recurring': {'id': 321, 'status': 'active', 'type': 'U', 'currency': 'EUR'},
    'merchant': {'data': 'my own'},
}  # type: Dict[str, Any]

OPERATIONS = {
    'general': {'project_id': 186, 'payment_id': 'ORDER-1'},
    'transaction': {'id': 12, 'type': 'purchase'},
    'payment': {'method': 'card', 'status': 'decline', 'date': '2026-11-24 09:48:06'},
    'description': 'Order 1',
    'sum_request': {'amount': 2000, 'currency': 'EUR'},
    'sum_real': {'amount': 1815, 'currency': 'EUR'},
    'operations': [
        {
            'id': 1,
            'type': 'auth',
            'status': 'success',
            'code': '0',
            'sum': {'amount': 1815, 'currency': 'EUR'},
        },
        {
            'id': 2,
            'type': 'capture',
            'status': 'decline',
            'code': '100',
            'message': 'no',
            'sum': {'amount': 1815, 'currency': 'EUR'},
        },
    ],
    'errors': [{'code': 3061, 'message': 'Try later', 'field': 'x'}, {'message': 'alone'}, 'odd'],
}  # type: Dict[str, Any]

TOKENIZE = {
    'general': {'project_id': '186', 'customer_id': '585741'},
    'request': {'id': 'r-1', 'action': 'tokenize', 'status': 'success'},
    'token': 'b' * 64,
    'token_status': 'active',
    'token_created_at': '2026-11-24T09:48:06+00:00',
    'card': {'number': '424242******4242'},
}  # type: Dict[str, Any]

RECURRING = {'project_id': 123, 'recurring': {'id': 321, 'status': 'cancelled', 'type': 'R'}}  # type: Dict[str, Any]

REDIRECT = {
    'payment': {'id': 'ORDER-1'},
    'redirectData': {'method': 'GET', 'url': 'https://bank.example', 'body': []},
}  # type: Dict[str, Any]

PAYOUT = {'project_id': 186, 'uuid': 'Lm3V9lmykig2=='}  # type: Dict[str, Any]

SIMPLE = {
    'project_id': 186,
    'payment_id': 'ORDER-1',
    'payment': {'type': 'purchase', 'status': 'success', 'amount': 1815, 'currency': 'EUR'},
    'operation': {'id': 5, 'type': 'sale', 'status': 'success'},
}  # type: Dict[str, Any]

SHAPES = [PURCHASE, OPERATIONS, TOKENIZE, RECURRING, REDIRECT, PAYOUT, SIMPLE]


@pytest.mark.parametrize('in_general', [False, True])
@pytest.mark.parametrize(
    'data, expected',
    [
        (
            PURCHASE,
            {
                'get_project_id': 186,
                'get_payment_id': 'ORDER-1',
                'get_payment_type': 'purchase',
                'get_payment_status': 'success',
                'get_status': 'success',
                'get_payment_method': 'card',
                'get_payment_date': AT,
                'get_payment_description': 'Заказ 1',
                'get_payment_sum': Sum(1815, 'EUR'),
                'get_payment_amount': 1815,
                'get_payment_currency': 'EUR',
                'get_operation_id': 19540001038001,
                'get_operation_type': 'sale',
                'get_operation_status': 'success',
                'get_operation_code': '0',
                'get_operation_message': 'Success',
                'get_account': PURCHASE['account'],
                'get_account_number': '424242******4242',
                'get_account_type': 'visa',
                'get_customer': PURCHASE['customer'],
                'get_auth_code': '563253',
                'get_customer_id': '585741',
                'get_token': 'a' * 64,
                'get_recurring_id': 321,
                'get_recurring_status': 'active',
                'get_recurring_type': 'U',
                'get_merchant_data': 'my own',
                'get_errors': [],
                'is_success': True,
                'is_final': True,
                'get_result': Result('0', 'Success', 'nothing', 'none'),
            },
        ),
        (
            OPERATIONS,
            {
                'get_project_id': 186,
                'get_payment_id': 'ORDER-1',
                'get_payment_type': 'purchase',
                'get_payment_status': 'decline',
                'get_status': 'decline',
                'get_payment_method': 'card',
                'get_payment_date': AT,
                'get_payment_description': 'Order 1',
                'get_payment_sum': Sum(1815, 'EUR'),
                'get_payment_amount': 1815,
                'get_payment_currency': 'EUR',
                'get_operation_id': 2,
                'get_operation_type': 'capture',
                'get_operation_status': 'decline',
                'get_operation_code': '100',
                'get_operation_message': 'no',
                'is_declined': True,
                'is_final': True,
                'get_errors': [
                    CallbackError('3061', 'Try later', 'x'),
                    CallbackError(None, 'alone', None),
                ],
                'get_result': Result('100', 'General decline', CONTACT_SUPPORT, 'contact_support'),
            },
        ),
        (
            TOKENIZE,
            {
                'get_project_id': 186,
                'get_customer_id': '585741',
                'get_token': 'b' * 64,
                'get_token_status': 'active',
                'get_token_created_at': AT,
                'get_errors': [],
                'get_account_number': '424242******4242',
            },
        ),
        (
            RECURRING,
            {
                'get_project_id': 123,
                'get_recurring_id': 321,
                'get_recurring_status': 'cancelled',
                'get_recurring_type': 'R',
                'get_errors': [],
            },
        ),
        (
            REDIRECT,
            {
                'get_payment_id': 'ORDER-1',
                'get_redirect': REDIRECT['redirectData'],
                'get_errors': [],
            },
        ),
        (PAYOUT, {'get_project_id': 186, 'get_uuid': 'Lm3V9lmykig2==', 'get_errors': []}),
        (
            SIMPLE,
            {
                'get_project_id': 186,
                'get_payment_id': 'ORDER-1',
                'get_payment_type': 'purchase',
                'get_payment_status': 'success',
                'get_status': 'success',
                'get_payment_sum': Sum(1815, 'EUR'),
                'get_payment_amount': 1815,
                'get_payment_currency': 'EUR',
                'get_operation_id': 5,
                'get_operation_type': 'sale',
                'get_operation_status': 'success',
                'is_success': True,
                'is_final': True,
                'get_errors': [],
            },
        ),
    ],
    ids=['purchase', 'operations', 'tokenize', 'recurring', 'redirect', 'payout', 'simple'],
)
def test_every_shape_is_read_through_the_same_accessors(
    data: Dict[str, Any], expected: Dict[str, Any], in_general: bool
) -> None:
    callback = callback_of(data, in_general)
    found = {name: getattr(callback, name)() for name in ACCESSORS}
    assert {
        name: value
        for name, value in found.items()
        if value is not None
        and value is not False
        and name not in ('get_payment', 'get_operations', 'get_operation', 'get_display_data')
    } == expected
    assert callback.get_payment() == data.get('payment')


# What each accessor promises, beside None.
ACCESSORS = {
    'get_project_id': int,
    'get_payment': dict,
    'get_payment_id': str,
    'get_payment_status': str,
    'get_status': PaymentStatus,
    'get_payment_type': PaymentType,
    'get_payment_method': str,
    'get_payment_date': datetime,
    'get_payment_description': str,
    'get_payment_sum': Sum,
    'get_payment_amount': int,
    'get_payment_currency': str,
    'get_operations': list,
    'get_operation': Operation,
    'get_operation_id': int,
    'get_operation_type': OperationType,
    'get_operation_status': OperationStatus,
    'get_operation_code': str,
    'get_operation_message': str,
    'get_account': dict,
    'get_account_number': str,
    'get_account_type': str,
    'get_customer': dict,
    'get_customer_id': str,
    'get_token': str,
    'get_token_status': TokenStatus,
    'get_token_created_at': datetime,
    'get_recurring_id': int,
    'get_recurring_status': RecurringStatus,
    'get_recurring_type': RecurringType,
    'get_uuid': str,
    'get_errors': list,
    'get_acs': dict,
    'get_threeds2': dict,
    'get_redirect': dict,
    'get_clarification_fields': dict,
    'get_merchant_data': str,
    'get_sum_refund': Sum,
    'get_remaining_refund': int,
    'get_merchant_refund_id': str,
    'get_rrn': str,
    'get_auth_code': str,
    'get_avs_result': str,
    'get_display_data': list,
    'get_result': Result,
    'is_success': bool,
    'is_declined': bool,
    'is_final': bool,
    'is_pending': bool,
}  # type: Dict[str, Any]

OF_OPERATION = {
    'get_id': int,
    'get_type': OperationType,
    'get_status': OperationStatus,
    'get_code': str,
    'get_message': str,
    'get_request_id': str,
    'get_sum': Sum,
    'get_sum_initial': Sum,
    'get_sum_converted': Sum,
    'get_sum_customer': Sum,
    'get_date': datetime,
    'get_created_date': datetime,
    'get_eci': str,
    'get_provider_id': int,
    'get_provider_payment_id': str,
    'get_provider_auth_code': str,
    'get_provider_date': datetime,
}  # type: Dict[str, Any]


def test_the_tables_have_every_accessor() -> None:
    public = [name for name in vars(CallbackMembers) if not name.startswith('_')]
    assert set(public) == set(ACCESSORS) | {'get_value', 'matches'}
    assert {name for name in vars(Operation) if not name.startswith('_')} == set(OF_OPERATION)


def facts_of(data: Any) -> Facts:
    return Facts(PlainForm(data))


class Members(CallbackMembers):
    """The accessors over any data, without the signature."""

    def __init__(self, data: Any) -> None:
        super().__init__(facts_of(data))
        self._data = data

    def get_value(self, pathname: str) -> Any:
        value = self._data
        for key in pathname.split('.'):
            value = value.get(key) if isinstance(value, dict) else None
        return value


PATHS = sorted(
    {field['path'].replace('[]', '') for family in FAMILIES.values() for field in family['fields']}
)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.sampled_from(
        [
            'success',
            '15',
            '2026-11-24T09:48:06+0000',
            '2026-13-45T99:99:99+0000',
            '9' * 400,
            '٣',
            '2026-11-24T09:48:06+99:99',
            '0001-01-01T00:00:00+14:00',
        ]
    ),
)
values = trees(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ['id', 'amount', 'currency', 'status', 'code', 'date', 'provider', 'sum']
            ),
            inner,
            max_size=4,
        )
    ),
)


@given(st.dictionaries(st.sampled_from(PATHS), values, max_size=12))
def test_whatever_the_members_are_the_types_are_those_promised(members: Dict[str, Any]) -> None:
    data = {}  # type: Dict[str, Any]
    for path, value in members.items():
        holder = data
        for key in path.split('.')[:-1]:
            if not isinstance(holder.get(key), dict):
                holder[key] = {}
            holder = holder[key]
        holder[path.split('.')[-1]] = value
    callback = Members(data)
    for name, promised in ACCESSORS.items():
        value = getattr(callback, name)()
        # get_payment is the one of ecommpay-sdk 1.0.x: whatever is there.
        assert value is None or type(value) is promised or name == 'get_payment'
    for operation in callback.get_operations():
        for name, promised in OF_OPERATION.items():
            value = getattr(operation, name)()
            assert value is None or type(value) is promised
    assert callback.get_payment_date() is None or callback.get_payment_date().tzinfo  # type: ignore[union-attr]
    json.dumps([callback.get_payment_status(), callback.get_payment_sum()])


def test_an_operation_tells_all_of_itself() -> None:
    operation = callback_of(PURCHASE).get_operation()
    assert operation
    assert {name: getattr(operation, name)() for name in OF_OPERATION} == {
        'get_id': 19540001038001,
        'get_type': 'sale',
        'get_status': 'success',
        'get_code': '0',
        'get_message': 'Success',
        'get_request_id': 'b3ab',
        'get_sum': Sum(1815, 'EUR'),
        'get_sum_initial': Sum(1815, 'EUR'),
        'get_sum_converted': Sum(1990, 'USD'),
        'get_sum_customer': Sum(1600, 'GBP'),
        'get_date': AT,
        'get_created_date': AT - timedelta(seconds=1),
        'get_eci': '05',
        'get_provider_id': 6,
        'get_provider_payment_id': '15',
        'get_provider_auth_code': '563253',
        'get_provider_date': AT,
    }
    assert [each.get_id() for each in callback_of(OPERATIONS).get_operations()] == [1, 2]
    assert '4242' not in repr(operation)


@pytest.mark.parametrize(
    'value, integer, text',
    [
        (5, 5, '5'),
        ('5', 5, '5'),
        ('-5', -5, '-5'),
        (True, 1, '1'),
        (False, 0, '0'),
        (5.0, 5, '5.0'),
        ('5.0', 5, '5.0'),
        (5.5, None, '5.5'),
        (2.0**53, None, '9007199254740992.0'),
        (-(2.0**53), None, '-9007199254740992.0'),
        (2.0**53 - 1, 2**53 - 1, '9007199254740991.0'),
        (1 - 2.0**53, 1 - 2**53, '-9007199254740991.0'),
        (2**53 + 1, 2**53 + 1, '9007199254740993'),
        (0.0, 0, '0.0'),
        ('-0', 0, '-0'),
        ('05', 5, '05'),
        ('5.00', None, '5.00'),
        ('5.', None, '5.'),
        ('+5', None, '+5'),
        (' 5', None, ' 5'),
        ('5e3', None, '5e3'),
        ('-', None, '-'),
        ('9' * 300, int('9' * 300), '9' * 300),
        ('-' + '9' * 300, -int('9' * 300), '-' + '9' * 300),
        ('-' + '9' * 301, None, '-' + '9' * 301),
        (1e300, None, '1e+300'),
        ('٣', None, '٣'),
        ('', None, None),
        (None, None, None),
        ([5], None, '0:5'),
        ([5, 6], None, None),
        ('9' * 301, None, '9' * 301),
        ('5\n', None, '5\n'),
    ],
)
def test_integers_and_texts(value: Any, integer: Optional[int], text: Optional[str]) -> None:
    facts = facts_of({'x': value})
    assert facts.integer('x') == facts.integer('absent', 'x') == integer
    assert facts.text('x') == facts.text('absent', 'x') == text


@pytest.mark.parametrize(
    'text, moment',
    [
        ('2026-11-24T09:48:06+0000', AT),
        ('2026-11-24T12:48:06+03:00', AT),
        ('2026-11-24T12:48:06+03', AT),
        ('2026-11-24T09:48:06Z', AT),
        ('2026-11-24 09:48:06', AT),
        ('2026-11-24T09:48:06.999Z', AT),
        ('2026-11-24T15:18:06+05:30', AT),
        ('2026-11-24T15:33:06+0545', AT),
        ('2026-11-24T06:18:06-0330', AT),
        ('2026-11-24T09:18:06-00:30', AT),
        ('2026-11-25T09:47:06+23:59', AT),
        ('2026-11-24T21:48:06+12', AT),
        ('2026-11-24T09:48:06.1Z', AT),
        ('2026-11-24T09:48:06.123456789+00', AT),
        ('2026-11-24T09:48:06.1234567891Z', None),
        ('2026-11-24T09:48:06.Z', None),
        ('2026-11-24T09:48:06,5Z', None),
        ('2026-11-24T09:48:60Z', None),
        ('2026-11-24T24:00:00Z', None),
        ('2026-11-24T09:48', None),
        ('2026-11-24t09:48:06Z', None),
        ('2026-11-24T09:48:06z', None),
        ('2026-11-24T09:48:06 Z', None),
        ('2026-11-24T09:48:06+5', None),
        ('2026-11-24T09:48:06+053', None),
        ('2026-11-24T09:48:06+24:00', None),
        (' 2026-11-24T09:48:06Z', None),
        ('12026-11-24T09:48:06Z', None),
        ('2026-11-24', None),
        ('2026-02-30T09:48:06Z', None),
        ('2026-11-24T09:48:06+99:00', None),
        ('', None),
        (1764000000, None),
        (None, None),
        ('2026-11-24T09:48:06Z\n', None),
    ],
)
def test_dates_are_aware(text: Any, moment: Optional[datetime]) -> None:
    found = facts_of({'x': text}).moment('absent', 'x')
    assert found == moment
    assert found is None or found.tzinfo is not None


def test_an_offset_is_kept() -> None:
    moment = facts_of({'x': '2026-11-24T06:18:06-0330'}).moment('x')
    assert moment
    assert moment.isoformat() == '2026-11-24T06:18:06-03:30'


@pytest.mark.parametrize(
    'value, expected',
    [
        ({'amount': 1815, 'currency': 'EUR'}, Sum(1815, 'EUR')),
        ({'amount': '1815', 'currency': 'EUR'}, Sum(1815, 'EUR')),
        ({'amount': 0, 'currency': 'EUR'}, Sum(0, 'EUR')),
        ({'amount': 18.0, 'currency': 'EUR'}, Sum(18, 'EUR')),
        ({'amount': 18.15, 'currency': 'EUR'}, None),
        ({'amount': 1815}, None),
        ({'currency': 'EUR'}, None),
        ([1815, 'EUR'], None),
        (None, None),
    ],
)
def test_a_sum_is_whole(value: Any, expected: Optional[Sum]) -> None:
    assert facts_of({'x': value}).sum('x') == expected


@pytest.mark.parametrize('unreadable', [{'amount': 'x', 'currency': 'EUR'}, {'x': 1}, 5, [1]])
def test_a_sum_that_cannot_be_read_is_no_other_sum(unreadable: Any) -> None:
    payment = {'sum': unreadable, 'amount': 1815, 'currency': 'EUR'}
    callback = callback_of({'payment': payment, 'sum_real': {'amount': 1815, 'currency': 'EUR'}})
    assert callback.get_payment_sum() is None
    assert not callback.matches(1815, 'EUR')


# What has become of it


@pytest.mark.parametrize(
    'status, verdicts',
    [
        ('success', ['success', 'final']),
        ('decline', ['declined', 'final']),
        ('expired', ['declined', 'final']),
        ('processing', ['pending']),
        ('awaiting_3ds_result', ['pending']),
        ('awaiting customer', ['pending']),
        ('brand new', ['pending']),
        ('canceled', ['final']),
        ('cancelled', ['final']),
        ('refunded', ['final']),
        ('partially refunded', ['final']),
        (None, []),
        (5, ['pending']),
        ('', []),
    ],
)
def test_the_payments_status_says_what_has_become_of_it(status: Any, verdicts: List[str]) -> None:
    # An operation alone does not: it may be final while the payment goes on.
    callback = callback_of({'payment': {'status': status}, 'operation': {'status': 'decline'}})
    assert [
        verdict
        for verdict in ('success', 'declined', 'final', 'pending')
        if getattr(callback, 'is_' + verdict)()
    ] == verdicts


@pytest.mark.parametrize(
    'amount, currency, right',
    [
        (1815, 'EUR', True),
        (1816, 'EUR', False),
        (1815, 'USD', False),
        (2000, 'EUR', False),
        ('1815', 'EUR', True),
        (Decimal(1815), Currency.EUR, True),
        (1815, Currency.USD, False),
    ],
)
def test_what_was_paid_matches_or_not(amount: Any, currency: Any, right: bool) -> None:
    assert callback_of(PURCHASE).matches(amount, currency) is right
    assert callback_of(OPERATIONS).matches(amount, currency) is right  # not what was requested
    assert not callback_of(TOKENIZE).matches(amount, currency)


@pytest.mark.parametrize('amount', [18.15, '18.15', Decimal('18.00'), True, None, b'1815'])
def test_what_can_be_no_amount_is_not_compared(amount: Any) -> None:
    with pytest.raises(ValidationException, match='amount takes an int') as caught:
        callback_of(PURCHASE).matches(amount, 'EUR')
    assert caught.value.parameter == 'amount'


@pytest.mark.parametrize('currency', ['eur', 978, '978', None, '', 'EURO', Currency, b'EUR'])
def test_what_can_be_no_currency_is_not_compared(currency: Any) -> None:
    with pytest.raises(ValidationException, match='currency takes a') as caught:
        callback_of(PURCHASE).matches(1815, currency)
    assert caught.value.parameter == 'currency'


@pytest.mark.parametrize(
    'data, code',
    [
        ({'operation': {'code': '104', 'message': 'x'}}, '104'),
        ({'payment': {'result_code': '104'}, 'operation': {}}, '104'),
        ({'errors': [{'code': 104, 'message': 'x'}]}, '104'),
    ],
)
def test_a_result_is_found_where_it_is(data: Dict[str, Any], code: str) -> None:
    result = callback_of(data).get_result()
    assert result
    assert (result.code, result.message, result.category) == (
        code,
        'Declined by 3DS check',
        'retry',
    )


RESULT = {'result_code': '13', 'result_message': 'Of the payment'}
ERRORS = [{'code': '14', 'message': 'First'}, {'code': '15', 'message': 'Second'}]


@pytest.mark.parametrize(
    'data, code, message',
    [
        ({'operation': {'code': '12', 'message': 'As they say'}}, '12', 'As they say'),
        ({'operation': {'code': '12'}, 'payment': RESULT, 'errors': ERRORS}, '12', None),
        ({'operation': {'message': 'x'}, 'payment': RESULT}, '13', 'Of the payment'),
        ({'payment': RESULT, 'errors': ERRORS}, '13', 'Of the payment'),
        ({'payment': {'result_code': 13}}, '13', None),
        ({'operation': {'message': 'x'}, 'errors': ERRORS}, '14', 'First'),
        ({'payment': {'result_message': 'x'}, 'errors': ERRORS}, '14', 'First'),
        ({'errors': [{'code': 15, 'field': 'x'}]}, '15', None),
        ({'operations': [{'code': 1, 'message': 'x'}, {'code': 2, 'message': 'y'}]}, '2', 'y'),
    ],
)
def test_the_first_code_counts_and_its_own_message(
    data: Dict[str, Any], code: str, message: Optional[str]
) -> None:
    assert callback_of(data).get_result() == Result(code, message, None, None)


@pytest.mark.parametrize('data', [PAYOUT, {'errors': [{'message': 'x'}, {'code': 104}]}])
def test_without_a_code_there_is_no_result(data: Dict[str, Any]) -> None:
    assert callback_of(data).get_result() is None


# Whether it is new


def without_seconds(value: Any, key: str = '') -> Any:
    """Return the same event as it may be delivered again: its dates differ."""
    if isinstance(value, dict):
        return {name: without_seconds(member, name) for name, member in value.items()}
    if isinstance(value, list):
        return [without_seconds(member) for member in value]
    return '2026-11-24T09:48:59+0000' if key in ('date', 'created_date') else value


@pytest.mark.parametrize('data', SHAPES)
def test_redeliveries_of_an_event_have_one_key(data: Dict[str, Any]) -> None:
    key = callback_of(data).get_deduplication_key()
    assert callback_of(without_seconds(data)).get_deduplication_key() == key
    assert callback_of(dict(reversed(list(data.items()))), True).get_deduplication_key() == key
    assert len(key) == 64
    assert set(key) <= set('0123456789abcdef')


# Merchants store them, so they may never change. One callback has more than ten operations: its two
# forms have them in another order, and so another key.
KEYS = {
    'cb_root-102 plain': '3d0d9fc4d80c15d0c855818befbbf0684011aa210f3ea209f43c63a793cbca49',
    'cb_general-132 natural': '75b03a9824bbd07c84d7c147edad9443a6195f3fddd12b61d0693689b8e9ae8b',
    'cb_tokenize-204 plain': '46480c1ea788e1d566fc6128b05a785dc843508fb51429c371c7d762e74ded33',
    'cb_recurring-193 natural': '1811e09b97d74aff143ea5e8be6eef7e0160c971c5db7e9cdedd51e519f3736d',
    'cb_operations_ge11-164 plain': (
        '7da1c76d829572e0e25e436c02ec6aa8b8d1c63ea52af047736ca4deca1b9890'
    ),
    'cb_operations_ge11-164 natural': (
        '95c88ac81ffd951ed4f907e8ee05f24ac6df3e930fa0201a5226fbbf4be0744e'
    ),
}


@pytest.mark.filterwarnings('ignore:a secret key has')
@pytest.mark.parametrize('delivery', sorted(KEYS))
def test_a_key_stays_what_it_is(delivery: str) -> None:
    name, form = delivery.split()
    [row] = [row for row in VECTORS if row['id'] == name]
    body = put_signature(row['params'], row['callback']['path'], row['callback'][form])
    callback = Gate(row['secret']).handle_callback(body)
    assert callback.get_deduplication_key() == KEYS[delivery]


def test_a_key_is_the_digest_of_what_was_signed_without_the_dates() -> None:
    published = {'payment': {'id': 'test-payment', 'status': 'success', 'date': '2026-11-24'}}
    digest = sha256(b'payment:id:test-payment;payment:status:success').hexdigest()
    assert callback_of(published).get_deduplication_key() == digest


def test_a_redelivery_may_be_signed_with_another_key() -> None:
    body = json.dumps(dict(SIMPLE, signature=SignatureHandler('old').sign(SIMPLE)))
    rotated = Gate('new', previous_secrets=['old']).handle_callback(body)
    assert rotated.get_deduplication_key() == callback_of(SIMPLE).get_deduplication_key()


@pytest.mark.parametrize(
    'same',
    [
        {'operation': {}},
        {'empty': {'list': []}},
        {'frame_mode': 'popup'},
        {'payment': dict(SIMPLE['payment'], amount='1815')},
        {'operation': {'id': '5', 'type': 'sale', 'status': 'success'}},
        {'project_id': '186'},
    ],
)
def test_nobody_else_can_vary_the_key(same: Dict[str, Any]) -> None:
    # What the signature does not tell apart: types, empty containers, frame_mode.
    data = SIMPLE if 'operation' not in same or same['operation'] else OPERATIONS
    body = json.dumps(dict(data, signature=HANDLER.sign(data), **same))
    body = json.dumps(dict(json.loads(body), **same))
    varied, genuine = GATE.handle_callback(body), callback_of(data)
    assert varied.get_deduplication_key() == genuine.get_deduplication_key()
    assert varied.get_operation_id() == genuine.get_operation_id()
    assert varied.get_payment_sum() == genuine.get_payment_sum()


def changed(data: Dict[str, Any], path: str, value: Any) -> Dict[str, Any]:
    data = copy.deepcopy(data)
    holder = data  # type: Any
    keys = [int(key) if key.isdigit() else key for key in path.split('.')]  # type: List[Any]
    for key in keys[:-1]:
        holder = holder[key] if isinstance(holder, list) else holder.setdefault(key, {})
    holder[keys[-1]] = value
    return data


@pytest.mark.parametrize(
    'data, path, value',
    [
        (PURCHASE, 'payment.id', 'ORDER-2'),
        (PURCHASE, 'project_id', 187),
        (PURCHASE, 'payment.status', 'partially refunded'),
        (PURCHASE, 'payment.sum.amount', 1000),
        (PURCHASE, 'payment.merchant_refund_id', 'r-2'),
        (PURCHASE, 'operation.id', 'a-2'),
        (PURCHASE, 'operation.type', 'refund'),
        (PURCHASE, 'operation.status', 'processing'),
        (PURCHASE, 'operation.code', '104'),
        (PURCHASE, 'operation.request_id', 'c4bc'),
        (PURCHASE, 'operation.sum_initial.amount', 5),
        (PURCHASE, 'payment.remaining_refund', 80),
        (PURCHASE, 'payment.is_new_attempts_available', True),
        (PURCHASE, 'threeds2.redirect.url', 'x'),
        (PURCHASE, 'recurring_retry.retry_count', 2),
        (PURCHASE, 'recurring.status', 'canceled'),
        (PURCHASE, 'redirect_data.url', 'https://bank.example'),
        (PURCHASE, 'acs.pa_req', 'x'),
        (PURCHASE, 'clarification_fields', ['avs_data']),
        (PURCHASE, 'display_data', [{'data': 'qr'}]),
        (OPERATIONS, 'operations.1.status', 'success'),
        (OPERATIONS, 'operations.0.id', 3),
        (OPERATIONS, 'sum_real.amount', 5),
        (OPERATIONS, 'sum_refund.amount', 20),
        (TOKENIZE, 'token_status', 'revoke'),
        (TOKENIZE, 'token', 'c' * 64),
        (TOKENIZE, 'token_created_at', '2026-11-24T09:48:07+00:00'),
        (TOKENIZE, 'request.id', 'r-2'),
        (RECURRING, 'recurring.status', 'active'),
        (RECURRING, 'recurring.period', 'M'),
        (REDIRECT, 'redirectData.url', 'https://other.example'),
        (PAYOUT, 'uuid', 'other'),
        (SIMPLE, 'payment_id', 'ORDER-2'),
        (SIMPLE, 'payment.amount', 5),
    ],
)
def test_events_of_one_payment_have_different_keys(
    data: Dict[str, Any], path: str, value: Any
) -> None:
    key = callback_of(data).get_deduplication_key()
    assert callback_of(changed(data, path, value)).get_deduplication_key() != key


def test_accessors_read_only_what_the_signature_covers() -> None:
    callback = callback_of(dict(PURCHASE, frame_mode='popup'))
    assert callback.get_value('frame_mode') is None
    assert callback.get_payment_status() == 'success'


def test_the_accessors_alone_have_no_objects() -> None:
    with pytest.raises(NotImplementedError):
        CallbackMembers(Facts(PlainForm({}))).get_value('x')
