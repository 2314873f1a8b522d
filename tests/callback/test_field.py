"""Bodies as real integrations get them: what the accessors say of each."""

from typing import Any

import pytest
from facts import read_json
from test_members import AT, callback_of

from payment_page_sdk.callback import Callback
from payment_page_sdk.callback.facts import Sum
from payment_page_sdk.callback.members import CallbackError, DisplayData

BODIES = read_json('field_callbacks.json')


def callback_in(name: str) -> Callback:
    body = BODIES[name]
    general = body.get('general')
    if general:
        del general['signature']
    return callback_of(body, in_general=general is not None)


def test_a_callback_with_the_type_of_its_interface() -> None:
    callback = callback_in('callback_interface_type')
    assert callback.is_success()
    assert callback.matches(1815, 'EUR')
    assert callback.get_value('interface_type.user') == 'merchant-17'
    assert callback.get_payment_description() is None


def test_members_that_had_no_accessor() -> None:
    callback = callback_in('callback_members_without_accessor')
    assert callback.get_payment_sum() == Sum(1815, 'EUR')
    assert (
        callback.get_sum_refund(),
        callback.get_remaining_refund(),
        callback.get_merchant_refund_id(),
        callback.get_rrn(),
        callback.get_auth_code(),
        callback.get_avs_result(),
        callback.get_display_data(),
    ) == (
        Sum(815, 'EUR'),
        1000,
        'mr-1',
        '123456789012',
        'A1B2C3',
        'Y',
        [DisplayData('qr_data', 'Scan', 'abc')],
    )


def test_a_redirect_in_the_return_url() -> None:
    callback = callback_in('callback_return_url_redirect')
    assert callback.get_redirect() == {
        'method': 'GET',
        'body': [],
        'encrypted': [],
        'url': 'https://wallet.example/approve?t=1',
    }
    assert callback.is_pending()
    assert callback_of({'return_url': 'https://shop.example'}).get_redirect() is None


def test_an_answer_about_a_payment() -> None:
    callback = callback_in('status_answer_gate')
    assert callback.is_pending()
    assert callback.get_operation_status() == 'awaiting 3ds result'
    assert callback.get_auth_code() is None
    acs = callback.get_acs()
    assert acs
    assert acs['term_url'] == 'https://shop.example/3ds'


@pytest.mark.parametrize('name', ['status_not_registered', 'status_not_registered_no_id'])
def test_a_page_that_was_opened_and_not_confirmed(name: str) -> None:
    callback = callback_in(name)
    assert callback.get_errors() == [CallbackError('3061', 'Transaction not found', None)]
    assert callback.get_payment_status() == 'error'
    assert callback.is_pending()
    assert not any([callback.is_declined(), callback.is_final(), callback.is_success()])


@pytest.mark.parametrize('code', ['3060', '30610', ''])
def test_another_error_is_final(code: Any) -> None:
    callback = callback_of({'payment': {'status': 'error'}, 'errors': [{'code': code}]})
    assert callback.is_declined()
    assert callback.is_final()


@pytest.mark.parametrize('result', ['Y', {'code': 'Y'}, {'code': 'Y', 'message': 'match'}])
def test_the_result_of_an_address_verification(result: Any) -> None:
    assert callback_of({'avs_result': result}).get_avs_result() == 'Y'


def test_an_authorisation_code_may_be_the_providers() -> None:
    data = {'operation': {'provider': {'auth_code': '563253', 'date': AT.isoformat()}}}
    assert callback_of(data).get_auth_code() == '563253'
