"""For a merchant's own tests: signed callbacks, and fixtures for pytest.

    from payment_page_sdk.testing import CallbackFactory

``callback_factory`` makes callbacks without a server; ``sandbox_process`` runs the local sandbox;
``callback_receiver`` takes its callbacks; ``pytest_plugin`` has fixtures for all.
"""

from payment_page_sdk.testing.callback_factory import (
    ABSENT,
    DOCS_SAMPLE,
    OPERATIONS_LIST,
    PAYMENT_OPERATION,
    SHAPES,
    CallbackFactory,
)
from payment_page_sdk.testing.callback_receiver import CallbackReceiver
from payment_page_sdk.testing.sandbox_process import Sandbox, SandboxError, run_sandbox

__all__ = [
    'ABSENT',
    'DOCS_SAMPLE',
    'OPERATIONS_LIST',
    'PAYMENT_OPERATION',
    'SHAPES',
    'CallbackFactory',
    'CallbackReceiver',
    'Sandbox',
    'SandboxError',
    'run_sandbox',
]
