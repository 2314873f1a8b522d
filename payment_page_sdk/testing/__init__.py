"""For a merchant's own tests: signed callbacks, and fixtures for pytest.

    from payment_page_sdk.testing import CallbackFactory

``callback_factory`` makes callbacks without a server; ``sandbox_process`` runs the local sandbox;
``pytest_plugin`` has fixtures for both.
"""

from payment_page_sdk.testing.callback_factory import (
    ABSENT,
    DOCS_SAMPLE,
    OPERATIONS_LIST,
    PAYMENT_OPERATION,
    SHAPES,
    CallbackFactory,
)

__all__ = [
    'ABSENT',
    'DOCS_SAMPLE',
    'OPERATIONS_LIST',
    'PAYMENT_OPERATION',
    'SHAPES',
    'CallbackFactory',
]
