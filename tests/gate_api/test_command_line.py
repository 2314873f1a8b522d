"""The commands that ask the platform: status, capture, cancel, refund."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from gate_api.conftest import ACCEPTED, SECRET, Platform
from payment_page_sdk import cli

Run = Callable[..., tuple[int, str, str]]

STATUS = {
    'payment': {'id': 'P-1', 'status': 'success', 'sum': {'amount': 1815, 'currency': 'EUR'}},
    'operations': [
        {'id': 1, 'type': 'sale', 'status': 'decline', 'code': '10105', 'request_id': 'r-1',
         'sum_initial': {'amount': 1815, 'currency': 'EUR'}},
        {'id': 2, 'type': 'sale', 'status': 'success\x1b[31m'},
    ],
}  # fmt: skip


@pytest.fixture
def run(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command against the server; return its exit status, output and error output."""
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    monkeypatch.setenv('PAYMENT_PAGE_PROJECT_ID', '186')

    def run(*arguments: str) -> tuple[int, str, str]:
        status = cli.main([*arguments, '--sandbox', platform.url])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def body_of(platform: Platform) -> dict[str, Any]:
    body = platform.heard[-1].body
    del body['general']['signature']
    return body


def test_status(run: Run, platform: Platform) -> None:
    platform.answers(STATUS)
    assert run('status', 'P-1') == (
        0,
        (
            'payment P-1: success, 1815 EUR\n'
            '  sale 1: decline, 1815 EUR, code 10105\n'
            '  sale 2: success\\x1b[31m, no sum\n'
        ),
        '',
    )
    status, out, _ = run('status', 'P-1', '--json')
    assert status == 0
    assert json.loads(out) == {
        'payment_id': 'P-1',
        'status': 'success',
        'amount': 1815,
        'currency': 'EUR',
        'is_started': True,
        'is_final': True,
        'is_signed': False,
        'operations': [
            {'id': 1, 'type': 'sale', 'status': 'decline', 'code': '10105', 'request_id': 'r-1',
             'amount': 1815, 'currency': 'EUR'},
            {'id': 2, 'type': 'sale', 'status': 'success\x1b[31m', 'code': None,
             'request_id': None, 'amount': None, 'currency': None},
        ],
    }  # fmt: skip


def test_the_status_of_a_payment_not_started(run: Run, platform: Platform) -> None:
    platform.answers({'payment': {'status': 'error'}, 'errors': [{'code': '3061'}]})
    assert run('status', 'P-1') == (0, 'payment P-1: not started, no sum\n', '')


def test_capture(run: Run, platform: Platform) -> None:
    assert run('capture', 'P-1') == (0, 'accepted, not done yet; request r-1\n', '')
    general = {'project_id': 186, 'payment_id': 'P-1'}
    assert body_of(platform) == {'general': general}
    status, out, _ = run(
        'capture', 'P-1', '--amount', '5', '--currency', 'EUR', '--method', 'etoken', '--json'
    )
    assert status == 0
    assert json.loads(out) == {
        'is_accepted': True, 'request_id': 'r-1', 'project_id': 186, 'payment_id': 'P-1'
    }  # fmt: skip
    assert platform.heard[-1].path == '/v2/payment/applepay/capture'
    assert body_of(platform)['payment'] == {'amount': 5, 'currency': 'EUR'}


@pytest.mark.parametrize('command', [['cancel', 'P-1'], ['refund', 'P-1', '--description', 'why']])
def test_cancel_and_refund_ask_first(
    run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    question = command[0].capitalize() + ' %s of the payment P-1? [y/N] '
    for said in ('', '\n', 'n\n', 'yess\n'):
        monkeypatch.setattr(sys, 'stdin', Terminal(said))
        status, out, err = run(*command)
        assert (status, out) == (2, '')
        assert err == question % 'all' + 'payment-page: nothing was done\n'
    monkeypatch.setattr(sys, 'stdin', io.StringIO('y\n'))
    status, _, err = run(*command)
    assert (status, err) == (2, 'payment-page: without a terminal, confirm this with --yes\n')
    assert not platform.heard
    for said in ('y\n', ' YES \n'):
        monkeypatch.setattr(sys, 'stdin', Terminal(said))
        status, _, err = run(*command, '--amount', '5', '--currency', 'EUR')
        assert (status, err) == (0, question % '5 minor units')
    monkeypatch.setattr(sys, 'stdin', io.StringIO())
    assert run(*command, '--yes')[0] == 0
    assert len(platform.heard) == 3


def test_refund(run: Run, platform: Platform) -> None:
    command = ['refund', 'P-1', '--description', 'why', '--refund-id', 'R-1', '--yes']
    assert run(*command)[0] == 0
    assert platform.heard[-1].path == '/v2/payment/card/refund'
    assert body_of(platform)['payment'] == {'description': 'why', 'merchant_refund_id': 'R-1'}


def test_exit_statuses(run: Run, platform: Platform) -> None:
    platform.answers({'status': 'error', 'code': '3060'}, 400)
    status, out, err = run('capture', 'P-1')
    assert (status, out) == (1, '')
    assert err.startswith('payment-page: the platform refused the request (HTTP 400, code 3060)')
    platform.script = lambda connection: None
    assert run('capture', 'P-1') == (
        3, '', 'payment-page: the connection broke off before the end of the answer\n'
    )  # fmt: skip
    platform.answers(ACCEPTED)
    assert run('capture', 'P-1', '--amount', '5')[0] == 1


def test_the_project_is_needed(
    run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run('status', 'P-1', '--project-id', '5')[0] == 0
    assert platform.heard[0].body['general']['project_id'] == 5
    monkeypatch.delenv('PAYMENT_PAGE_PROJECT_ID')
    status, _, err = run('status', 'P-1')
    assert status == 2
    assert err == (
        'payment-page: there is no project id: give --project-id, or set the environment variable '
        'PAYMENT_PAGE_PROJECT_ID\n'
    )


def test_without_an_address_the_platform_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    monkeypatch.setenv('HTTPS_PROXY', 'http://127.0.0.1:1')  # the platform is not really asked
    monkeypatch.delenv('NO_PROXY', raising=False)
    assert cli.main(['status', 'P-1', '--project-id', '186']) == 1
    assert 'cannot be reached' in capsys.readouterr().err
