"""An operation of a payment."""

from payment_page_sdk.callback.facts import Facts
from payment_page_sdk.statuses import OperationStatus, OperationType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Optional

    from payment_page_sdk.callback.facts import Sum


class Operation:
    """An operation of a payment: a sale, a capture, a refund, ..."""

    def __init__(self, facts: Facts, path: str) -> None:
        self._facts = facts
        self._path = path

    def get_id(self) -> 'Optional[int]':
        """Return the platform's id of the operation; more than 32 bits."""
        return self._facts.integer(self._path + ':id')

    def get_type(self) -> 'Optional[OperationType]':
        """Return what the operation does."""
        return self._facts.open_text(OperationType, self._path + ':type')

    def get_status(self) -> 'Optional[OperationStatus]':
        """Return the status of this operation alone; the payment has its own."""
        return self._facts.open_text(OperationStatus, self._path + ':status')

    def get_code(self) -> 'Optional[str]':
        """Return the result code, a str of digits: ``'0'`` is success. See ``get_result``."""
        return self._facts.text(self._path + ':code')

    def get_message(self) -> 'Optional[str]':
        """Return the message that comes with the result code."""
        return self._facts.text(self._path + ':message')

    def get_request_id(self) -> 'Optional[str]':
        """Return the platform's id of the request for the operation."""
        return self._facts.text(self._path + ':request_id')

    def get_sum(self) -> 'Optional[Sum]':
        """Return the sum of the operation: ``sum``, else ``sum_initial``. In minor units."""
        return self._facts.sum(self._path + ':sum', self._path + ':sum_initial')

    def get_sum_initial(self) -> 'Optional[Sum]':
        """Return the sum that was requested, in minor units."""
        return self._facts.sum(self._path + ':sum_initial')

    def get_sum_converted(self) -> 'Optional[Sum]':
        """Return the sum after its conversion, in minor units."""
        return self._facts.sum(self._path + ':sum_converted')

    def get_sum_customer(self) -> 'Optional[Sum]':
        """Return the sum in the currency that the customer chose, in minor units."""
        return self._facts.sum(self._path + ':sum_customer')

    def get_date(self) -> 'Optional[datetime]':
        """Return when the operation changed last, an aware datetime."""
        return self._facts.moment(self._path + ':date')

    def get_created_date(self) -> 'Optional[datetime]':
        """Return when the operation was made, an aware datetime."""
        return self._facts.moment(self._path + ':created_date')

    def get_eci(self) -> 'Optional[str]':
        """Return the indicator of 3-D Secure."""
        return self._facts.text(self._path + ':eci')

    def get_provider_id(self) -> 'Optional[int]':
        """Return the platform's id of the provider."""
        return self._facts.integer(self._path + ':provider:id')

    def get_provider_payment_id(self) -> 'Optional[str]':
        """Return the provider's id of the payment."""
        return self._facts.text(self._path + ':provider:payment_id')

    def get_provider_auth_code(self) -> 'Optional[str]':
        """Return the authorisation code of the card's issuer."""
        return self._facts.text(self._path + ':provider:auth_code')

    def get_provider_date(self) -> 'Optional[datetime]':
        """Return the provider's date of the operation, an aware datetime."""
        return self._facts.moment(self._path + ':provider:date')
