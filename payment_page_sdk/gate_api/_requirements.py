"""What the Gate API needs. This module runs on every Python, to say so."""

import sys

from payment_page_sdk.exceptions import ConfigurationException


class NotInstalled(ConfigurationException, ImportError):
    """The Gate API cannot be used here: Python is too old, or the extra is not installed."""

    code = 'not_installed'


if sys.version_info < (3, 9):
    raise NotInstalled('payment_page_sdk.gate_api needs Python 3.9 or newer')

try:
    import httpx
    import tenacity
except ImportError as error:
    raise NotInstalled(
        "payment_page_sdk.gate_api needs %s: pip install 'ecommpay-sdk[gate-api]'" % error.name
    ) from None

del httpx, tenacity
