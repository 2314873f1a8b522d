"""After the payment: status, capture, cancel and refund, by the platform's Gate API.

    from payment_page_sdk.gate_api import GateApi

    api = GateApi(gate, 186)
    api.capture('ORDER-1', 1815, 'EUR')
    api.status('ORDER-1').get_payment_status()

It needs Python 3.9 and the extra ``gate-api``. From the ground up: ``exceptions``; ``requests``,
what is said to the platform; ``answers``, what it says; ``reconciliation``, the status of many
payments; ``client``, which sends it all by HTTP.

Sources: the platform's specification of its Gate API, and its official plugins for shops.
"""

from payment_page_sdk.gate_api._requirements import NotInstalled
from payment_page_sdk.gate_api.answers import AcceptedRequest, StatusAnswer
from payment_page_sdk.gate_api.client import AsyncGateApi, GateApi
from payment_page_sdk.gate_api.exceptions import (
    AccessDenied,
    GateApiException,
    NoAnswer,
    PlatformError,
    RefusedRequest,
    UnknownPayment,
    Unreconciled,
    UntrustedAnswer,
)

__all__ = [
    'AcceptedRequest',
    'AccessDenied',
    'AsyncGateApi',
    'GateApi',
    'GateApiException',
    'NoAnswer',
    'NotInstalled',
    'PlatformError',
    'RefusedRequest',
    'StatusAnswer',
    'UnknownPayment',
    'Unreconciled',
    'UntrustedAnswer',
]
