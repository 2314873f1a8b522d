"""What a callback says: typed accessors for its members, whatever its shape.

Every member of a callback is optional, and the platform sends several shapes: a single
``operation`` or a list of ``operations``; the project, the payment's id and the signature at the
root or in ``general``; tokens, recurring series, registered payouts. Each accessor returns the type
that it promises, or None if the member is absent or has another type.

Sources: the platform's documentation of callbacks, its SDKs and plugins.
"""

from payment_page_sdk._records import NamedTuple
from payment_page_sdk.callback.operation import (
    Operation,
    Sum,
    as_integer,
    as_moment,
    as_object,
    as_open_text,
    as_sum,
    as_text,
)
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.statuses import (
    OperationStatus,
    OperationType,
    PaymentStatus,
    PaymentType,
    RecurringStatus,
    RecurringType,
    TokenStatus,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any, Callable, Dict, List, Optional, TypeVar

    from payment_page_sdk.callback.result_codes import Result

    T = TypeVar('T')

CallbackError = NamedTuple(
    'CallbackError',
    [('code', 'Optional[str]'), ('message', 'Optional[str]'), ('field', 'Optional[str]')],
)


class CallbackMembers:
    """The accessors of a Callback. All of them use its ``get_value``."""

    def get_value(self, pathname: str) -> 'Any':
        """Return the member at a path; None if it is absent."""
        raise NotImplementedError

    # the payment

    def get_project_id(self) -> 'Optional[int]':
        """Return the project that the callback is for."""
        return self._first(as_integer, 'project_id', 'general.project_id')

    def get_payment(self) -> 'Any':
        """Return the member ``payment``, a dict; None if it is absent."""
        return self.get_value('payment')

    def get_payment_id(self) -> 'Optional[str]':
        """Return the id that you gave the payment; None for callbacks without a payment."""
        return self._first(as_text, 'payment.id', 'general.payment_id', 'payment_id')

    def get_payment_status(self) -> 'Optional[str]':
        """Return ``payment.status`` as the callback has it, such as ``'success'``: a plain str."""
        status = self.get_value('payment.status')
        return status if type(status) is str else None

    def get_status(self) -> 'Optional[PaymentStatus]':
        """Return the same as an open enumeration, which knows spellings and what is final."""
        return as_open_text(PaymentStatus, self.get_value('payment.status'))

    def get_payment_type(self) -> 'Optional[PaymentType]':
        """Return what the payment is for."""
        return as_open_text(PaymentType, self._first(as_text, 'payment.type', 'transaction.type'))

    def get_payment_method(self) -> 'Optional[str]':
        """Return the code of the payment method."""
        return as_text(self.get_value('payment.method'))

    def get_payment_date(self) -> 'Optional[datetime]':
        """Return when the payment changed last, an aware datetime."""
        return as_moment(self.get_value('payment.date'))

    def get_payment_description(self) -> 'Optional[str]':
        """Return the description that you gave the payment."""
        return self._first(as_text, 'payment.description', 'description')

    def get_payment_sum(self) -> 'Optional[Sum]':
        """Return what was paid, in minor units; it may differ from what you asked for.

        After refunds it is what is left. See ``matches``.
        """
        for pathname in ('payment.sum', 'sum_real'):
            paid = self.get_value(pathname)
            if paid is not None:
                return as_sum(paid)
        return as_sum(self.get_value('payment'))

    def get_payment_amount(self) -> 'Optional[int]':
        """Return the amount of ``get_payment_sum``, in minor units."""
        paid = self.get_payment_sum()
        return paid.amount if paid else None

    def get_payment_currency(self) -> 'Optional[str]':
        """Return the currency of ``get_payment_sum``."""
        paid = self.get_payment_sum()
        return paid.currency if paid else None

    def matches(self, amount: int, currency: str) -> bool:
        """Tell whether what was paid is ``amount``, in minor units, of ``currency``.

        Ask this before you ship: the platform may report a sum that differs from your order's. If
        you make payouts, too, also check ``get_payment_type()``. False if the callback has no sum.
        Raises ValidationException for an ``amount`` that is not an int.
        """
        if type(amount) is not int:
            raise ValidationException(
                'the amount to match is an int in minor units, not ' + type(amount).__name__,
                'amount',
            )
        return self.get_payment_sum() == Sum(amount, currency)

    # its outcome

    def is_success(self) -> bool:
        """Tell whether the payment is made: its status is success.

        The payment's status counts. A single operation may succeed while the payment is still
        ``processing`` (and becomes a success later), or after its success, such as a refund.
        """
        return self._status() == PaymentStatus.SUCCESS

    def is_declined(self) -> bool:
        """Tell whether the payment ended without money: declined, expired or in error.

        A declined operation alone does not decline the payment: with retries or cascading, another
        operation may follow.
        """
        return self._status().is_declined()

    def is_final(self) -> bool:
        """Tell whether the payment's processing has ended. A refund, for example, may follow."""
        return self._status().is_final()

    def is_pending(self) -> bool:
        """Tell whether the payment goes on: its status is not final, or not known."""
        status = self._status()
        return status != '' and not status.is_final()

    def get_result(self) -> 'Optional[Result]':
        """Return the result of the last operation: code, message, and what to do about it."""
        from payment_page_sdk.callback.result_codes import result_of  # a long table

        operation = self._operation()
        code, message = operation.get_code(), operation.get_message()
        if code is None:
            code = as_text(self.get_value('payment.result_code'))
            message = as_text(self.get_value('payment.result_message'))
        errors = self.get_errors() if code is None else []
        if errors:
            code, message, _ = errors[0]
        return None if code is None else result_of(code, message)

    def _status(self) -> PaymentStatus:
        return (self.get_status() or PaymentStatus()).canonical

    # its operations

    def get_operations(self) -> 'List[Operation]':
        """Return the operations in the callback, in its order; usually there is one."""
        # An empty object is not an operation: the signature does not cover it.
        found = self.get_value('operation') or self.get_value('operations')
        found = found if type(found) is list else [found]
        return [Operation(data) for data in found if type(data) is dict]

    def get_operation(self) -> 'Optional[Operation]':
        """Return the operation that the callback is about: the only one, or the last of a list."""
        operations = self.get_operations()
        return operations[-1] if operations else None

    def get_operation_id(self) -> 'Optional[int]':
        """Return the platform's id of ``get_operation``."""
        return self._operation().get_id()

    def get_operation_type(self) -> 'Optional[OperationType]':
        """Return what ``get_operation`` does."""
        return self._operation().get_type()

    def get_operation_status(self) -> 'Optional[OperationStatus]':
        """Return the status of ``get_operation``."""
        return self._operation().get_status()

    def get_operation_code(self) -> 'Optional[str]':
        """Return the result code of ``get_operation``."""
        return self._operation().get_code()

    def get_operation_message(self) -> 'Optional[str]':
        """Return the message of ``get_operation``."""
        return self._operation().get_message()

    def _operation(self) -> Operation:
        return self.get_operation() or Operation({})

    # who paid, and how

    def get_account(self) -> 'Optional[Dict[str, Any]]':
        """Return the member ``account``: the card or wallet, its number masked."""
        return as_object(self.get_value('account'))

    def get_account_number(self) -> 'Optional[str]':
        """Return the number of the card or wallet, masked."""
        return self._first(as_text, 'account.number', 'card.number')

    def get_account_type(self) -> 'Optional[str]':
        """Return the brand of the card."""
        return as_text(self.get_value('account.type'))

    def get_customer(self) -> 'Optional[Dict[str, Any]]':
        """Return the member ``customer``."""
        return as_object(self.get_value('customer'))

    def get_customer_id(self) -> 'Optional[str]':
        """Return your id of the customer."""
        return self._first(as_text, 'customer.id', 'general.customer_id')

    # tokens, series of payments, registered payouts

    def get_token(self) -> 'Optional[str]':
        """Return the token of the card, for ``payment.account_token``."""
        return self._first(as_text, 'token', 'account.token')

    def get_token_status(self) -> 'Optional[TokenStatus]':
        """Return the status of the token, in callbacks about tokens."""
        return as_open_text(TokenStatus, self.get_value('token_status'))

    def get_token_created_at(self) -> 'Optional[datetime]':
        """Return when the token was made, an aware datetime."""
        return self._first(as_moment, 'token_created_at', 'account.token_created_at')

    def get_recurring_id(self) -> 'Optional[int]':
        """Return the platform's id of the series of payments."""
        return as_integer(self.get_value('recurring.id'))

    def get_recurring_status(self) -> 'Optional[RecurringStatus]':
        """Return the status of the series."""
        return as_open_text(RecurringStatus, self.get_value('recurring.status'))

    def get_recurring_type(self) -> 'Optional[RecurringType]':
        """Return how the series goes on."""
        return as_open_text(RecurringType, self.get_value('recurring.type'))

    def get_uuid(self) -> 'Optional[str]':
        """Return the id of a registered payout; set it as ``payment.uuid`` to open the page."""
        return as_text(self.get_value('uuid'))

    # next steps, and errors

    def get_errors(self) -> 'List[CallbackError]':
        """Return the errors: code, message and field, each None if absent."""
        errors = self.get_value('errors')
        return [
            CallbackError(*[as_text(error.get(name)) for name in ('code', 'message', 'field')])
            for error in (errors if type(errors) is list else [])
            if type(error) is dict
        ]

    def get_acs(self) -> 'Optional[Dict[str, Any]]':
        """Return where 3-D Secure, version 1, sends the customer: acs_url, pa_req, md."""
        return as_object(self.get_value('acs'))

    def get_threeds2(self) -> 'Optional[Dict[str, Any]]':
        """Return the data of 3-D Secure, version 2."""
        return as_object(self.get_value('threeds2'))

    def get_redirect(self) -> 'Optional[Dict[str, Any]]':
        """Return where to send the customer: method, url and body."""
        return self._first(as_object, 'redirectData', 'redirect_data')

    def get_clarification_fields(self) -> 'Optional[Dict[str, Any]]':
        """Return what else the customer must be asked for."""
        return as_object(self.get_value('clarification_fields'))

    def get_merchant_data(self) -> 'Optional[str]':
        """Return what you set as ``payment.merchant_data``."""
        return as_text(self.get_value('merchant.data'))

    def _first(self, typed: 'Callable[[Any], Optional[T]]', *pathnames: str) -> 'Optional[T]':
        for pathname in pathnames:
            found = typed(self.get_value(pathname))
            if found is not None:
                return found
        return None
