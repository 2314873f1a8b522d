"""Running the sandbox where it cannot start; that it works is tested in tests/sandbox."""

import pickle
import sys
from subprocess import PIPE, Popen
from typing import Any

import pytest

from payment_page_sdk.exceptions import ConfigurationException, ProcessException
from payment_page_sdk.testing.sandbox_process import (
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
