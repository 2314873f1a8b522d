"""Fixtures for pytest, which finds them where this package is installed.

=========================== ======================================================================
payment_gate                a Gate
callback_factory            a CallbackFactory: callbacks that payment_gate accepts
payment_sandbox             a Sandbox: the local sandbox, running as long as the test does
payment_page_secret         the secret key of all three
payment_page_project_id     the project of callback_factory and payment_sandbox
payment_sandbox_options     further options of the command ``payment-page sandbox``, a list
=========================== ======================================================================

The last three are there to be overridden, in a conftest.py or beside the tests:

    @pytest.fixture
    def payment_sandbox_options(live_server):
        return ['--callback-url', live_server.url + '/callbacks']
"""

import pytest

from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.testing.callback_factory import CallbackFactory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List

    from payment_page_sdk.testing.sandbox_process import Sandbox


@pytest.fixture
def payment_page_secret() -> str:
    """The secret key of payment_gate, callback_factory and payment_sandbox. Override it at will."""
    return 'the secret key of these tests'


@pytest.fixture
def payment_page_project_id() -> int:
    """The project of callback_factory and payment_sandbox. Override it at will."""
    return 186


@pytest.fixture
def payment_sandbox_options() -> 'List[str]':
    """Further options of the command that runs payment_sandbox. Override it at will."""
    return []


@pytest.fixture
def payment_gate(payment_page_secret: str) -> Gate:
    """A Gate with the secret key of these tests."""
    return Gate(payment_page_secret)


@pytest.fixture
def callback_factory(
    payment_page_secret: str, payment_page_project_id: int, request: 'pytest.FixtureRequest'
) -> CallbackFactory:
    """A CallbackFactory. Each test has ids of its own, and the same whenever it runs."""
    return CallbackFactory(payment_page_secret, request.node.nodeid, payment_page_project_id)


@pytest.fixture
def payment_sandbox(
    payment_page_secret: str, payment_page_project_id: int, payment_sandbox_options: 'List[str]'
) -> 'Iterator[Sandbox]':
    """The local sandbox in a process of its own. It needs ecommpay-sdk[sandbox], and Python 3.9."""
    from payment_page_sdk.testing.sandbox_process import sandbox_running  # few need it

    try:
        with sandbox_running(
            payment_page_secret, payment_page_project_id, payment_sandbox_options
        ) as sandbox:
            yield sandbox
            return
    except ConfigurationException as error:
        complaint = str(error)
    # It fails, and is not skipped: else nobody would see that nothing is tested any more.
    pytest.fail(complaint, pytrace=False)
