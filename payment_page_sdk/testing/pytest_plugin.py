"""Fixtures for pytest, which finds them automatically where this package is installed.

============================== ===================================================================
payment_page_gate              a Gate
payment_page_callbacks         a CallbackFactory: makes callbacks that payment_page_gate accepts
payment_page_sandbox           a Sandbox: the local sandbox, which runs for the time of the test
payment_page_secret            the secret key of all three
payment_page_project_id        the project of payment_page_callbacks and payment_page_sandbox
payment_page_sandbox_options   further options of the command ``payment-page sandbox``, a list
============================== ===================================================================

To change one of the last three, override it in a conftest.py or a test module, in any scope:

    @pytest.fixture
    def payment_page_sandbox_options(live_server):
        return ['--callback-url', live_server.url + '/callbacks']

The secret key and the project, being constants, can be used by fixtures of every scope. All else is
made anew for each test.
"""

import pytest

from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.testing.callback_factory import CallbackFactory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List

    from payment_page_sdk.testing.sandbox_process import Sandbox


@pytest.fixture(scope='session')
def payment_page_secret() -> str:
    """The secret key of all fixtures of the Payment Page. You can override it."""
    return 'the secret key of these tests'


@pytest.fixture(scope='session')
def payment_page_project_id() -> int:
    """The project of payment_page_callbacks and payment_page_sandbox. You can override it."""
    return 186


@pytest.fixture
def payment_page_sandbox_options() -> 'List[str]':
    """Further options of the command that runs payment_page_sandbox. You can override it."""
    return []


# Not of the session: a test may change it (set_payment_base_url), and pytest would not let it use a
# payment_page_secret that is overridden in a narrower scope.
@pytest.fixture
def payment_page_gate(payment_page_secret: str) -> Gate:
    """A Gate with the secret key payment_page_secret."""
    return Gate(payment_page_secret)


@pytest.fixture
def payment_page_callbacks(
    payment_page_secret: str, payment_page_project_id: int, request: 'pytest.FixtureRequest'
) -> CallbackFactory:
    """A CallbackFactory. Each test has its own ids, which are the same in every run."""
    return CallbackFactory(payment_page_secret, request.node.nodeid, payment_page_project_id)


@pytest.fixture
def payment_page_sandbox(
    payment_page_secret: str,
    payment_page_project_id: int,
    payment_page_sandbox_options: 'List[str]',
) -> 'Iterator[Sandbox]':
    """The local sandbox in its own process. It needs ecommpay-sdk[sandbox] and Python 3.9."""
    from payment_page_sdk.testing.sandbox_process import run_sandbox  # few need it

    try:
        with run_sandbox(
            payment_page_secret, payment_page_project_id, payment_page_sandbox_options
        ) as sandbox:
            yield sandbox
            return
    except ConfigurationException as error:
        complaint = str(error)
    # A failure, not a skip: otherwise nobody would notice that nothing is tested any more.
    pytest.fail(complaint, pytrace=False)
