"""What the platform says, and what the client makes of it."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from gate_api.conftest import ACCEPTED, HANDLER, PROJECT, SECRET, Platform, sign
from payment_page_sdk._canonical import NaturalForm
from payment_page_sdk.callback import Callback
from payment_page_sdk.gate import Gate
from payment_page_sdk.gate_api import (
    AcceptedRequest,
    AccessDenied,
    GateApi,
    GateApiException,
    NoAnswer,
    PlatformError,
    RefusedRequest,
    UnknownPayment,
    UntrustedAnswer,
)
from payment_page_sdk.process_exception import ProcessException

DATA = Path(__file__).parent.parent / 'data'


def sample(name: str) -> dict[str, Any]:
    return json.loads((DATA / (name + '.json')).read_text())  # type: ignore[no-any-return]


STATUS = sample('status_answer_gate')


def callback_of(answer: dict[str, Any], **changes: Any) -> Callback:
    """The callback about the last operation in an answer."""
    data = copy.deepcopy(answer)
    data['operation'] = data.pop('operations')[-1]
    data.update(changes)
    return Gate(SECRET).handle_callback(sign(data))


def test_an_acceptance_is_not_an_outcome(api: GateApi, platform: Platform) -> None:
    accepted = api.refund('P-1', description='why')
    assert type(accepted) is AcceptedRequest
    assert accepted == AcceptedRequest('r-1', PROJECT, 'P-1')
    assert not hasattr(accepted, 'is_success')


@pytest.mark.parametrize('holder', ['', 'payment'])
def test_a_status_is_read_as_a_callback_is(api: GateApi, platform: Platform, holder: str) -> None:
    platform.answers(sign(STATUS) if holder else STATUS)
    answer = api.status('order_443')
    assert isinstance(answer, Callback)
    assert answer.is_signed is answer.check_signature() is bool(holder)
    assert answer.get_signature() == (sign(STATUS)['signature'] if holder else '')
    assert answer.get_value('signature') == (answer.get_signature() or None)
    assert answer.get_project_id() == 57123
    assert answer.get_payment_status() == 'awaiting 3ds result'
    assert answer.matches(1815, 'EUR')
    assert answer.get_operation_id() == 5001855000032182
    assert answer.get_operation().get_request_id() == 'r-1'  # type: ignore[union-attr]
    assert answer.get_account_number() == '541333******0019'
    assert answer.get_acs() == STATUS['acs']
    assert answer.get_value('operations.0.type') == 'sale'
    assert answer.get_data() == STATUS
    assert answer.is_started()
    assert answer.is_pending()


def test_a_signature_in_general_is_verified_too(api: GateApi, platform: Platform) -> None:
    body = {'general': {'payment_id': 'P-1'}, 'payment': {'status': 'success'}}
    platform.answers(sign(body, 'general'))
    answer = api.status('P-1')
    assert answer.is_signed
    assert answer.get_value('general.signature') == answer.get_signature()
    platform.answers({'general': {'payment_id': 'P-1', 'signature': 'x'}})
    with pytest.raises(UntrustedAnswer):
        api.status('P-1')


def test_both_forms_of_a_signature_are_right(api: GateApi, platform: Platform) -> None:
    operations = [dict(STATUS['operations'][0], id=number) for number in range(12)]
    body = dict(STATUS, operations=operations, rate=0.1 + 0.2)
    natural = HANDLER.sign_in_form(NaturalForm, body)
    assert natural != HANDLER.sign(body)
    platform.answers(dict(body, signature=natural))
    answer = api.status('order_443')
    assert answer.is_signed
    assert answer.get_operation_id() == 11
    assert answer.get_value('rate') == 0.1 + 0.2
    # And the callback, which has the number, too, is signed in the same form.
    data = {name: value for name, value in body.items() if name != 'operations'}
    data['operation'] = operations[-1]
    signature = HANDLER.sign_in_form(NaturalForm, data)
    callback = Callback(dict(data, signature=signature), HANDLER)
    assert answer.get_deduplication_key() == callback.get_deduplication_key()


def test_its_key_is_that_of_the_callback_which_says_the_same(
    api: GateApi, platform: Platform
) -> None:
    platform.answers(sign(STATUS))
    answer = api.status('order_443')
    key = callback_of(STATUS).get_deduplication_key()
    assert answer.get_deduplication_key() == key
    said = answer.as_callback()
    assert said.get_deduplication_key() == key
    assert said.get_value('operation.id') == 5001855000032182
    assert said.get_value('operations') is None
    assert said.is_signed
    assert said.as_callback() is said
    assert answer.get_value('operation') is None
    other = callback_of(STATUS, payment=dict(STATUS['payment'], status='success'))
    assert other.get_deduplication_key() != key


def test_the_last_of_several_operations(api: GateApi, platform: Platform) -> None:
    sale = dict(STATUS['operations'][0], status='success')
    refund = dict(sale, id=2, type='refund', sum_initial={'amount': 15, 'currency': 'EUR'})
    platform.answers(dict(STATUS, operations=[sale, refund]))
    answer = api.status('order_443')
    assert [operation.get_type() for operation in answer.get_operations()] == ['sale', 'refund']
    assert answer.as_callback().get_operation_type() == 'refund'
    assert answer.as_callback().get_value('operation') == refund


@pytest.mark.parametrize('operations', [None, [], {}, 'x'])
def test_a_status_without_operations(api: GateApi, platform: Platform, operations: Any) -> None:
    platform.answers(dict(STATUS, operations=operations))
    answer = api.status('order_443')
    assert answer.as_callback() is answer
    assert len(answer.get_deduplication_key()) == 64


@pytest.mark.parametrize('name', ['status_not_registered', 'status_not_registered_no_id'])
def test_a_payment_that_nobody_confirmed(api: GateApi, platform: Platform, name: str) -> None:
    platform.answers(sample(name))
    answer = api.status('order_443')
    assert not answer.is_started()
    assert not answer.is_declined()
    assert not answer.is_final()
    assert answer.is_pending()
    assert not answer.is_signed


@pytest.mark.parametrize('given', ['ORDER_443', 'order_443'])
def test_the_platform_ignores_the_case_of_ids(api: GateApi, platform: Platform, given: str) -> None:
    platform.answers(STATUS)
    assert api.status(given).get_payment_id() == 'order_443'


def test_an_answer_about_another_payment(api: GateApi, platform: Platform) -> None:
    platform.answers(sign(STATUS))
    with pytest.raises(UntrustedAnswer, match='another payment') as caught:
        api.status('order_444')
    assert caught.value.may_have_been_done
    assert caught.value.http_status == 200


@pytest.mark.parametrize('body', [STATUS, ACCEPTED, {'status': 'error', 'code': '3060'}])
@pytest.mark.parametrize('status', [200, 400])
def test_a_wrong_signature(api: GateApi, platform: Platform, body: Any, status: int) -> None:
    platform.answers(dict(body, signature=HANDLER.sign({'a': 1})), status)
    with pytest.raises(UntrustedAnswer, match='secret key'):
        api.status('order_443')
    with pytest.raises(UntrustedAnswer) as caught:
        api.capture('P-1')
    assert caught.value.may_have_been_done
    assert caught.value.code == 'untrusted_answer'


# HTTP status, answer, error, its code, and its message without "the platform ".
REFUSALS: list[Any] = [
    (400, {'status': 'error', 'code': '3283', 'message': 'Too much'}, RefusedRequest, '3283',
     'refused the request (HTTP 400, code 3283): Refund amount more than init amount'),
    (422, {'status': 'error', 'code': 501, 'message': 'Wrong'}, RefusedRequest, '501',
     'refused the request (HTTP 422, code 501): Internal error'),
    (200, {'status': 'error', 'code': '77777', 'message': 'New'}, RefusedRequest, '77777',
     'refused the request (HTTP 200, code 77777)'),
    (200, {'errors': [{'code': '3060', 'message': 'No'}]}, RefusedRequest, '3060',
     ('refused the request (HTTP 200, code 3060): Current payment or operation status does not '
     'allow this action')),
    (409, b'', RefusedRequest, 'refused_request', 'refused the request (HTTP 409)'),
    (429, b'<html>', PlatformError, 'platform_error', 'failed (HTTP 429)'),
    (408, b'', PlatformError, 'platform_error', 'failed (HTTP 408)'),
    (403, b'<html>', AccessDenied, 'access_denied',
     ('does not accept requests from this server: its IP address is not among those that your '
     'project allows (HTTP 403)')),
    (403, {'status': 'error', 'code': '3160', 'message': 'IP'}, AccessDenied, '3160', None),
    (404, {'status': 'error', 'code': '404', 'message': 'x'}, UnknownPayment, '404', None),
    (404, b'', UnknownPayment, 'unknown_payment',
     'does not know this payment or request (HTTP 404)'),
    (400, {'status': 'error', 'code': '3061', 'message': 'x'}, UnknownPayment, '3061',
     'does not know this payment or request (HTTP 400, code 3061): Transaction not found'),
    (500, {'status': 'error', 'code': '500', 'message': 'x'}, PlatformError, '500', None),
    (502, b'<html>', PlatformError, 'platform_error', 'failed (HTTP 502)'),
    (302, b'', PlatformError, 'platform_error', 'failed (HTTP 302)'),
    (201, ACCEPTED, PlatformError, 'platform_error', 'failed (HTTP 201)'),
]  # fmt: skip


@pytest.mark.parametrize(('status', 'body', 'cls', 'code', 'said'), REFUSALS)
def test_refusals(
    api: GateApi, platform: Platform, status: int, body: Any, cls: Any, code: str, said: Any
) -> None:
    platform.answers(body, status)
    with pytest.raises(cls) as caught:
        api.capture('P-1')
    error: Any = caught.value
    assert issubclass(cls, ProcessException)
    assert (type(error), error.code, error.http_status) == (cls, code, status)
    assert error.may_have_been_done is (cls is PlatformError)
    assert said is None or str(error) == 'the platform ' + said
    if isinstance(body, dict):
        assert error.message == (body.get('message') or body.get('errors', [{}])[0].get('message'))
    else:
        assert error.message is None
    assert len(platform.heard) == 1
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), vars(again)) == (str(error), vars(error))


def test_the_fields_that_are_wrong(api: GateApi, platform: Platform) -> None:
    errors = [
        {'code': '200', 'message': 'is required', 'field': 'payment.description'},
        {'code': '201', 'field': 'payment.amount'},
    ]
    platform.answers({'status': 'error', 'code': '422', 'message': 'x', 'errors': errors}, 422)
    with pytest.raises(RefusedRequest) as caught:
        api.capture('P-1')
    assert caught.value.errors == [
        ('200', 'is required', 'payment.description'),
        ('201', None, 'payment.amount'),
    ]
    assert caught.value.code == '422'


def test_what_the_platform_says_is_safe_to_print(api: GateApi, platform: Platform) -> None:
    said = 'a\x1b[31m' + 'b' * 1000
    platform.answers({'status': 'error', 'code': 'x' * 1000, 'message': said}, 400)
    with pytest.raises(RefusedRequest) as caught:
        api.capture('P-1')
    assert str(caught.value.message).startswith('a\\x1b[31mb')
    assert len(str(caught.value.message)) < 300
    assert len(str(caught.value)) < 100
    platform.answers({'status': 'error', 'code': 'a\x1b[31m', 'message': ''}, 400)
    with pytest.raises(RefusedRequest) as caught:
        api.capture('P-1')
    assert (caught.value.code, caught.value.message) == ('refused_request', None)


@pytest.mark.parametrize(
    'body',
    [
        b'',
        b'<html>',
        b'[]',
        b'"x"',
        b'\xff',
        b'{"status": "succ',
        b'[' * 5000,
        b'{"a":' * 1500 + b'1' + b'}' * 1500,
        b'{"a": 1e999}',
        {'status': 'success'},
        {'status': 'success', 'request_id': None},
        {'status': 'success', 'request_id': {}},
    ],
)
def test_what_cannot_be_read(api: GateApi, platform: Platform, body: Any) -> None:
    platform.answers(body)
    with pytest.raises(NoAnswer) as caught:
        api.capture('P-1')
    assert str(caught.value) == 'the answer cannot be read'
    assert caught.value.may_have_been_done
    assert caught.value.http_status == 200
    assert caught.value.__context__ is None or not caught.value.__context__.args


def test_nothing_personal_is_in_an_error(api: GateApi, platform: Platform) -> None:
    platform.answers(b'<html>Jane Doe', 500)
    with pytest.raises(GateApiException) as caught:
        api.refund('P-1', description='for Jane Doe')
    shown = repr(caught.value) + str(caught.value.__dict__)
    signature = platform.heard[0].body['general']['signature']
    assert 'Jane' not in shown
    assert signature not in shown
    assert SECRET not in shown


def test_a_series_may_belong_to_another_payment(api: GateApi, platform: Platform) -> None:
    platform.answers(sign(dict(STATUS, recurring={'id': 7, 'status': 'active'})))
    answer = api.recurring_info('P-1', 7)
    assert (answer.get_recurring_id(), answer.get_recurring_status()) == (7, 'active')
