"""Running the sandbox where it cannot start; that it works is tested in tests/sandbox."""

import io
import json
import pickle
import sys
from subprocess import PIPE, Popen
from typing import Any, Callable, List

import pytest

from payment_page_sdk.exceptions import ConfigurationException, ProcessException
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.testing import sandbox_process
from payment_page_sdk.testing.sandbox_process import (
    Sandbox,
    SandboxError,
    kill_after,
    run_sandbox,
)


@pytest.mark.subprocess
def test_a_sandbox_that_does_not_start_says_why() -> None:
    running = run_sandbox('secret', 186, ['--no-such-option'])
    with pytest.raises(ConfigurationException, match='--no-such-option'):
        running.__enter__()


@pytest.mark.subprocess
@pytest.mark.parametrize('encoding', ['ascii', 'cp1252', 'utf-16'])
def test_what_the_sandbox_says_is_read_whatever_the_console_is(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setenv('PYTHONIOENCODING', encoding)
    running = run_sandbox('secret', 186, ['--no-such-option=Дом'])
    with pytest.raises(ConfigurationException, match='--no-such-option=Дом'):
        running.__enter__()


@pytest.mark.subprocess
def test_a_process_that_takes_too_long_is_killed() -> None:
    process = Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
    with kill_after(0.1, process):
        assert process.wait(60) != 0


@pytest.mark.subprocess
def test_a_process_in_time_is_not_killed() -> None:
    with Popen([sys.executable, '-c', 'input()'], stdin=PIPE) as process:
        with kill_after(600, process):
            pass
        process.communicate(b'go on\n')
    assert process.returncode == 0


def test_an_error_of_the_sandbox_is_one_of_the_family() -> None:
    assert issubclass(SandboxError, ProcessException)
    error = pickle.loads(pickle.dumps(SandboxError('404: not there', 404)))  # type: Any
    assert (str(error), error.status, error.code) == ('404: not there', 404, 'sandbox_error')


GATE = Gate('secret')
PAYMENT = Payment('186', 'ORDER-1')


@pytest.mark.parametrize(
    'ask, path, body',
    [
        (
            lambda sandbox: sandbox.open(PAYMENT),
            'payments',
            {'url': GATE.get_purchase_payment_page_url(PAYMENT)},
        ),
        (lambda sandbox: sandbox.play('Ä/1'), 'payments/%C3%84%2F1/outcome', {}),
        (
            lambda sandbox: sandbox.play('1', '42', '5'),
            'payments/1/outcome',
            {'card': '42', 'code': '5'},
        ),
        (lambda sandbox: sandbox.capture('Ä/1'), 'payments/%C3%84%2F1/capture', {}),
        (lambda sandbox: sandbox.capture('1', 5), 'payments/1/capture', {'amount': 5}),
        (lambda sandbox: sandbox.cancel('Ä/1'), 'payments/%C3%84%2F1/cancel', {}),
        (lambda sandbox: sandbox.refund('Ä/1'), 'payments/%C3%84%2F1/refund', {}),
        (lambda sandbox: sandbox.refund('1', 5), 'payments/1/refund', {'amount': 5}),
        (lambda sandbox: sandbox.payment('Ä/1'), 'payments/%C3%84%2F1', None),
        (lambda sandbox: sandbox.payments(), 'payments', None),
        (lambda sandbox: sandbox.callbacks('Ä/1'), 'callbacks?payment_id=%C3%84%2F1', None),
        (lambda sandbox: sandbox.deliver(7), 'callbacks/7/deliver', {'variant': 'again'}),
        (lambda sandbox: sandbox.deliver(7, 'x'), 'callbacks/7/deliver', {'variant': 'x'}),
        (
            lambda sandbox: sandbox.deliver_in_reverse('Ä/1'),
            'payments/%C3%84%2F1/deliver-in-reverse',
            {},
        ),
        (lambda sandbox: sandbox.advance_clock(0.5), 'clock', {'advance': 0.5}),
    ],
)
def test_each_method_asks_the_api(
    monkeypatch: pytest.MonkeyPatch, ask: Callable[[Sandbox], Any], path: str, body: Any
) -> None:
    asked = []  # type: List[Any]

    def answer(request: Any, timeout: int) -> io.BytesIO:
        assert timeout > 0
        asked.append(request)
        return io.BytesIO('{"Ä": 1}'.encode())

    monkeypatch.setattr(sandbox_process, '_open', answer)
    assert ask(Sandbox('http://host', GATE, 186)) == {'Ä': 1}
    [request] = asked
    assert request.full_url == 'http://host/sandbox/api/' + path
    assert request.get_header('Content-type') == 'application/json'
    sent = None if request.data is None else json.loads(request.data.decode())
    if sent:  # what is null is the default
        sent = {name: value for name, value in sent.items() if value is not None}
    assert sent == body
