"""``payment-page trigger``: a signed callback without a payment."""

from __future__ import annotations

import json
from typing import Optional

import pytest

from payment_page_sdk import cli
from payment_page_sdk.cli.arguments import TRIGGERS
from payment_page_sdk.cli.trigger import EVENTS
from payment_page_sdk.exceptions import CallbackException
from payment_page_sdk.gate import Gate
from sandbox.conftest import SECRET, Merchant

GATE = Gate(SECRET)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)


def test_the_command_knows_what_can_be_triggered() -> None:
    assert list(EVENTS) == list(TRIGGERS)


@pytest.mark.parametrize(
    'event, status',
    [
        ('success', 'success'),
        ('decline', 'decline'),
        ('held', 'awaiting capture'),
        ('canceled', 'canceled'),
        ('refund', 'refunded'),
        ('partial-refund', 'partially refunded'),
        ('reversal', 'reversed'),
        ('3ds', 'awaiting 3ds result'),
        ('token', None),
        ('series', None),
    ],
)
def test_each_event_is_a_callback_that_verifies(
    event: str, status: Optional[str], merchant: Merchant, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ['trigger', event, '--to', merchant.url, '--payment-id', 'ORDER-5', '--amount', '1815']
    assert cli.main([*line, '--currency', 'JPY', '--project-id', '7']) == 0
    (body,) = merchant.bodies
    callback = GATE.handle_callback(body)
    assert callback.get_payment_status() == status
    project = 'general.project_id' if event == 'token' else 'project_id'
    assert callback.get_value(project) == 7
    if status:
        assert callback.get_payment_id() == 'ORDER-5'
        assert json.loads(body)['operation']['sum_initial']['currency'] == 'JPY'
    assert capsys.readouterr().out.startswith(f'{event} (ORDER-5): 200 in ')


def test_a_forged_callback_should_be_refused(
    merchant: Merchant, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(body: bytes) -> int:
        with pytest.raises(CallbackException):
            GATE.handle_callback(body)
        return 400

    merchant.answer = answer
    assert cli.main(['trigger', 'forged', '--to', merchant.url]) == 0
    merchant.answer = lambda body: 200
    assert cli.main(['trigger', 'forged', '--to', merchant.url]) == 1
    right, wrong, hint = capsys.readouterr().out.splitlines()
    assert ': 400 in ' in right
    assert ': 200 in ' in wrong
    assert 'has accepted a forged callback' in hint


def test_each_call_is_about_something_new(merchant: Merchant) -> None:
    for _ in range(2):
        assert cli.main(['trigger', 'success', '--to', merchant.url]) == 0
    first, second = (GATE.handle_callback(body) for body in merchant.bodies)
    assert first.get_payment_id() != second.get_payment_id()
    assert first.get_deduplication_key() != second.get_deduplication_key()


def test_an_answer_for_programs(merchant: Merchant, capsys: pytest.CaptureFixture[str]) -> None:
    merchant.answer = lambda body: 405
    assert cli.main(['trigger', 'success', '--to', merchant.url, '--json']) == 1
    told = json.loads(capsys.readouterr().out)
    assert told['body'].encode() == merchant.bodies[0]
    assert 'let the route accept POST' in told['hint']
    assert isinstance(told['milliseconds'], int)
    assert {name: told[name] for name in ('event', 'url', 'is_right', 'status', 'error')} == {
        'event': 'success',
        'url': merchant.url,
        'is_right': False,
        'status': 405,
        'error': None,
    }


@pytest.mark.parametrize(
    'further, problem',
    [
        (['--to', 'localhost:8000'], '--to'),
        (['--to', 'http://127.0.0.1:1/', '--ca-file', '/no/such/file'], 'certificates'),
        (['--to', 'http://127.0.0.1:1/', '--amount', '-1'], 'amount'),
    ],
)
def test_what_cannot_be_triggered(
    further: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(['trigger', 'success', *further]) in (1, 2)
    assert problem in capsys.readouterr().err


def test_nobody_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(['trigger', 'forged', '--to', 'http://127.0.0.1:1/']) == 1
    _, hint = capsys.readouterr().out.splitlines()
    assert hint.startswith('nothing listens at 127.0.0.1:1')
