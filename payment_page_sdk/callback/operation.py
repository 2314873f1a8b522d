"""An operation of a payment, and how a callback's values are read as the types they should have.

Each ``as_...`` returns the type that it promises, or None for any other value.
"""

import re

from payment_page_sdk._records import NamedTuple
from payment_page_sdk.statuses import OperationStatus, OperationType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any, Callable, Dict, Optional, TypeVar

    T = TypeVar('T')

Sum = NamedTuple('Sum', [('amount', 'int'), ('currency', 'str')])

_is_integer = re.compile(r'-?[0-9]{1,300}\Z').match
_moment_parts = re.compile(
    r'([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?'
    r'(?:Z|([+-][0-9]{2}):?([0-9]{2})?)?\Z'
).match


def as_text(value: 'Any') -> 'Optional[str]':
    """Return a str; an int as a str, since ids come as both."""
    if type(value) is int:
        return str(value)
    return value if type(value) is str else None


def as_integer(value: 'Any') -> 'Optional[int]':
    """Return an int; the int in a str of decimal digits."""
    if type(value) is str and _is_integer(value):
        return int(value)
    if type(value) is float and value.is_integer() and abs(value) < 2**53:
        return int(value)  # in the natural form of the signature, 5.0 is 5
    return value if type(value) is int else None


def as_moment(value: 'Any') -> 'Optional[datetime]':
    """Return the aware datetime in an ISO 8601 str; without an offset, it is in UTC."""
    match = _moment_parts(value) if type(value) is str else None
    if not match:
        return None
    from datetime import datetime

    date, time, hours, minutes = match.groups()
    try:
        return datetime.strptime(
            '%s %s %s%s' % (date, time, hours or '+00', minutes or '00'), '%Y-%m-%d %H:%M:%S %z'
        )
    except ValueError:
        return None


def as_object(value: 'Any') -> 'Optional[Dict[str, Any]]':
    """Return a JSON object."""
    return value if type(value) is dict else None


def as_sum(value: 'Any') -> 'Optional[Sum]':
    """Return the sum in a JSON object with ``amount``, in minor units, and ``currency``."""
    members = as_object(value) or {}
    amount, currency = as_integer(members.get('amount')), as_text(members.get('currency'))
    return None if amount is None or currency is None else Sum(amount, currency)


def as_open_text(cls: 'Callable[[str], T]', value: 'Any') -> 'Optional[T]':
    """Return a str as a value of an open enumeration."""
    return cls(value) if type(value) is str else None


class Operation:
    """An operation of a payment: a sale, a capture, a refund, ..."""

    def __init__(self, data: 'Dict[str, Any]') -> None:
        self._data = data

    def get_id(self) -> 'Optional[int]':
        """Return the platform's id of the operation; more than 32 bits."""
        return as_integer(self._data.get('id'))

    def get_type(self) -> 'Optional[OperationType]':
        """Return what the operation does."""
        return as_open_text(OperationType, self._data.get('type'))

    def get_status(self) -> 'Optional[OperationStatus]':
        """Return the status of this operation alone; the payment has its own."""
        return as_open_text(OperationStatus, self._data.get('status'))

    def get_code(self) -> 'Optional[str]':
        """Return the result code, a str of digits: ``'0'`` is success. See ``get_result``."""
        return as_text(self._data.get('code'))

    def get_message(self) -> 'Optional[str]':
        """Return the message that comes with the result code."""
        return as_text(self._data.get('message'))

    def get_request_id(self) -> 'Optional[str]':
        """Return the platform's id of the request for the operation."""
        return as_text(self._data.get('request_id'))

    def get_sum(self) -> 'Optional[Sum]':
        """Return the sum of the operation: ``sum``, else ``sum_initial``. In minor units."""
        return as_sum(self._data.get('sum')) or self.get_sum_initial()

    def get_sum_initial(self) -> 'Optional[Sum]':
        """Return the sum that was requested, in minor units."""
        return as_sum(self._data.get('sum_initial'))

    def get_sum_converted(self) -> 'Optional[Sum]':
        """Return the sum after its conversion, in minor units."""
        return as_sum(self._data.get('sum_converted'))

    def get_sum_customer(self) -> 'Optional[Sum]':
        """Return the sum in the currency that the customer chose, in minor units."""
        return as_sum(self._data.get('sum_customer'))

    def get_date(self) -> 'Optional[datetime]':
        """Return when the operation changed last, an aware datetime."""
        return as_moment(self._data.get('date'))

    def get_created_date(self) -> 'Optional[datetime]':
        """Return when the operation was made, an aware datetime."""
        return as_moment(self._data.get('created_date'))

    def get_eci(self) -> 'Optional[str]':
        """Return the indicator of 3-D Secure."""
        return as_text(self._data.get('eci'))

    def get_provider_id(self) -> 'Optional[int]':
        """Return the platform's id of the provider."""
        return as_integer(self._provider().get('id'))

    def get_provider_payment_id(self) -> 'Optional[str]':
        """Return the provider's id of the payment."""
        return as_text(self._provider().get('payment_id'))

    def get_provider_auth_code(self) -> 'Optional[str]':
        """Return the authorisation code of the card's issuer."""
        return as_text(self._provider().get('auth_code'))

    def get_provider_date(self) -> 'Optional[datetime]':
        """Return the provider's date of the operation, an aware datetime."""
        return as_moment(self._provider().get('date'))

    def _provider(self) -> 'Dict[str, Any]':
        return as_object(self._data.get('provider')) or {}
