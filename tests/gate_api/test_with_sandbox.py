"""The client and the sandbox: a payment from its hold to its refund, as merchants try it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from payment_page_sdk.callback import Callback
from payment_page_sdk.gate_api import (
    AsyncGateApi,
    GateApi,
    NoAnswer,
    PlatformError,
    RefusedRequest,
    StatusAnswer,
)
from payment_page_sdk.payment import Payment
from payment_page_sdk.testing.sandbox_process import Sandbox, run_sandbox

CARD = '4000000000000077'


@pytest.fixture(scope='module')
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox('the secret key', 186, ['--speed', '100']) as running:
        yield running


def pay(
    sandbox: Sandbox,
    payment_id: str,
    card: str = CARD,
    operation_type: Literal['sale', 'auth'] = 'sale',
    **params: Any,
) -> None:
    payment = Payment('186', payment_id, **params)
    payment.payment_amount = 1815
    payment.payment_currency = 'EUR'
    payment.customer_id = 'c'
    payment.customer_email = 'ann@shop.example'
    payment.operation_type = operation_type
    sandbox.open(payment)
    if card:
        sandbox.play(payment_id, card)


def wait_for(sandbox: Sandbox, payment_id: str, status: str) -> StatusAnswer:
    deadline = time.monotonic() + 20
    while True:
        answer = sandbox.gate_api.status(payment_id)
        if answer.get_payment_status() == status:
            return answer
        assert time.monotonic() < deadline, answer.get_payment_status()
        time.sleep(0.05)


def callbacks(sandbox: Sandbox, payment_id: str) -> list[Callback]:
    found: Any = sandbox.callbacks(payment_id)
    return [sandbox.gate.handle_callback(callback['body']) for callback in found]


def test_from_a_hold_to_a_refund(sandbox: Sandbox) -> None:
    api = sandbox.gate_api
    pay(sandbox, 'held', operation_type='auth')
    held = wait_for(sandbox, 'held', 'awaiting capture')
    assert held.is_signed
    captured = api.capture('held', 1800, 'EUR', method=held)
    assert captured.payment_id == 'held'
    paid = wait_for(sandbox, 'held', 'success')
    assert paid.matches(1800, 'EUR')
    operation = paid.get_operation()
    assert operation is not None
    assert (operation.get_type(), operation.get_request_id()) == ('capture', captured.request_id)
    sandbox.advance_clock(24 * 60 * 60)  # until then, it would be a reversal
    refunded = api.refund('held', 800, 'EUR', 'half of it', 'R-1')
    wait_for(sandbox, 'held', 'partially refunded')
    api.refund('held', description='the rest', method=None)
    wait_for(sandbox, 'held', 'refunded')
    told = callbacks(sandbox, 'held')
    assert [callback.get_operation_type() for callback in told] == [
        'auth', 'capture', 'refund', 'refund'
    ]  # fmt: skip
    found = told[2].get_operation()
    assert found is not None
    assert found.get_request_id() == refunded.request_id
    assert found.get_sum() == (800, 'EUR')
    assert told[2].get_merchant_refund_id() == 'R-1'


def test_a_hold_is_released(sandbox: Sandbox) -> None:
    pay(sandbox, 'released', operation_type='auth')
    sandbox.gate_api.cancel('released')
    assert wait_for(sandbox, 'released', 'canceled').get_operation_type() == 'cancel'


def test_a_refund_on_the_same_day_is_a_reversal(sandbox: Sandbox) -> None:
    pay(sandbox, 'reversed')
    sandbox.gate_api.refund('reversed', description='why')
    assert wait_for(sandbox, 'reversed', 'reversed').get_operation_type() == 'reversal'


def test_what_the_sandbox_refuses(sandbox: Sandbox) -> None:
    api = sandbox.gate_api
    pay(sandbox, 'paid')
    with pytest.raises(RefusedRequest) as caught:
        api.refund('paid', 1816, 'EUR', 'too much')
    assert caught.value.code == '3283'
    with pytest.raises(RefusedRequest) as caught:
        api.capture('paid')
    assert caught.value.code == '3060'
    stranger = GateApi('another key', sandbox.project_id, sandbox.url)
    with pytest.raises(RefusedRequest) as caught:
        stranger.capture('paid')
    assert caught.value.code == '3261'


def test_what_was_not_confirmed_is_not_started(sandbox: Sandbox) -> None:
    pay(sandbox, 'opened', card='')
    for payment_id in ('opened', 'never heard of'):
        answer = sandbox.gate_api.status(payment_id)
        assert not answer.is_started()
        assert not answer.is_declined()
        assert not answer.is_final()


def test_reconciliation_says_what_the_callbacks_said(sandbox: Sandbox) -> None:
    pay(sandbox, 'r-1')
    pay(sandbox, 'r-2', '4111111111111111')
    pay(sandbox, 'r-3', operation_type='auth')
    pay(sandbox, 'r-4', card='')
    ids = ['r-1', 'r-2', 'r-3', 'r-4']
    keys = [callbacks(sandbox, name)[-1].get_deduplication_key() for name in ids[:3]]
    said = list(sandbox.gate_api.reconcile(ids, per_second=100))
    assert [answer.get_deduplication_key() for answer in said] == keys
    assert [answer.get_payment_id() for answer in said] == ids[:3]

    async def run() -> list[str]:
        api = AsyncGateApi(sandbox.gate, sandbox.project_id, sandbox.url)
        return [
            answer.get_deduplication_key() async for answer in api.reconcile(ids, per_second=100)
        ]

    assert asyncio.run(run()) == keys


def set_fault(sandbox: Sandbox, fault: str) -> None:
    sandbox._object('gate-fault', {'fault': fault, 'times': 1})


@pytest.mark.parametrize(
    ('fault', 'cls', 'is_done'),
    [('cut', NoAnswer, True), ('timeout', NoAnswer, True), ('500', PlatformError, False)],
)
def test_faults_on_request(sandbox: Sandbox, fault: str, cls: Any, is_done: bool) -> None:
    name = 'fault-' + fault
    pay(sandbox, name, operation_type='auth')
    set_fault(sandbox, fault)
    api = GateApi(sandbox.gate, sandbox.project_id, sandbox.url, timeout=1)
    with pytest.raises(cls) as caught:
        api.capture(name)
    assert caught.value.may_have_been_done
    wait_for(sandbox, name, 'success' if is_done else 'awaiting capture')


def test_a_series_from_its_registration_to_its_end(sandbox: Sandbox) -> None:
    api = sandbox.gate_api
    pay(sandbox, 'first', recurring={'register': True, 'type': 'U'})
    recurring_id = callbacks(sandbox, 'first')[0].get_recurring_id()
    assert recurring_id is not None
    for payment_id in ('second', 'third'):
        accepted = api.debit_recurring(
            payment_id,
            500,
            'EUR',
            recurring_id,
            customer_id='c',
            customer_ip_address='198.51.100.7',
            description='The next month',
        )
        assert accepted.payment_id == payment_id
        wait_for(sandbox, payment_id, 'success')
        [told] = callbacks(sandbox, payment_id)
        assert told.matches(500, 'EUR')
        assert (told.get_payment_type(), told.get_operation_type()) == ('recurring',) * 2
        assert told.get_recurring_id() == recurring_id
        operation = told.get_operation()
        assert operation is not None
        assert operation.get_request_id() == accepted.request_id
    state = api.recurring_info('fourth', recurring_id)
    assert state.is_signed
    assert (state.get_recurring_status(), state.get_recurring_type()) == ('active', 'U')
    assert api.cancel_recurring('fifth', recurring_id).payment_id == 'fifth'
    wait_for(sandbox, 'fifth', 'success')
    [told] = callbacks(sandbox, 'fifth')
    assert (told.get_recurring_id(), told.get_recurring_status()) == (recurring_id, 'canceled')
    assert api.recurring_info('sixth', recurring_id).get_recurring_status() == 'canceled'
    with pytest.raises(RefusedRequest) as caught:
        api.cancel_recurring('seventh', recurring_id)
    assert caught.value.code == '3184'
    api.debit_recurring('eighth', 500, 'EUR', recurring_id)
    assert wait_for(sandbox, 'eighth', 'decline').get_operation_code() == '3184'
    assert [told.is_declined() for told in callbacks(sandbox, 'eighth')] == [True]
    with pytest.raises(RefusedRequest) as caught:
        api.debit_recurring('ninth', 500, 'EUR', 1)
    assert caught.value.code == '3181'


def test_a_saved_card_pays_by_its_token(sandbox: Sandbox) -> None:
    pay(sandbox, 'saves')
    token = callbacks(sandbox, 'saves')[0].get_token()
    pay(sandbox, 'by token', card='', account_token=token)
    sandbox.play('by token')
    assert callbacks(sandbox, 'by token')[0].get_token() == token
    wait_for(sandbox, 'by token', 'success')
