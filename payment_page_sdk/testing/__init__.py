"""For a merchant's own tests: signed callbacks, and fixtures for pytest.

    from payment_page_sdk.testing import CallbackFactory

``callback_factory`` makes callbacks without a server; ``sandbox_process`` runs the local sandbox;
``callback_receiver`` takes its callbacks; ``pytest_plugin`` has fixtures for all.
"""

import importlib

from payment_page_sdk.testing.callback_factory import (
    ABSENT,
    DOCS_SAMPLE,
    OPERATIONS_LIST,
    PAYMENT_OPERATION,
    SHAPES,
    CallbackFactory,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    # "as" says that they are public here, too.
    from payment_page_sdk.testing.callback_receiver import CallbackReceiver as CallbackReceiver
    from payment_page_sdk.testing.sandbox_process import Sandbox as Sandbox
    from payment_page_sdk.testing.sandbox_process import SandboxError as SandboxError
    from payment_page_sdk.testing.sandbox_process import run_sandbox as run_sandbox

__all__ = [
    'ABSENT',
    'DOCS_SAMPLE',
    'OPERATIONS_LIST',
    'PAYMENT_OPERATION',
    'SHAPES',
    'CallbackFactory',
]

# For the sandbox, which needs Python 3.9. The plugin for pytest does not load them unless they are
# used: it is part of every test run where this package is installed.
_OF_SANDBOX = {
    'CallbackReceiver': 'callback_receiver',
    'Sandbox': 'sandbox_process',
    'SandboxError': 'sandbox_process',
    'run_sandbox': 'sandbox_process',
}

if not TYPE_CHECKING:  # checkers know the names above, and no others

    def __getattr__(name):
        if name in _OF_SANDBOX:
            return getattr(importlib.import_module(__name__ + '.' + _OF_SANDBOX[name]), name)
        raise AttributeError('module %r has no attribute %r' % (__name__, name))
