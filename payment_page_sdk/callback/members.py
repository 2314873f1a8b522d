"""What a callback says: typed accessors for its members, whatever its shape.

Every member of a callback is optional, and the platform sends several shapes: a single
``operation`` or a list of ``operations``; the project, the payment's id and the signature at the
root or in ``general``; tokens, recurring series, registered payouts. Each accessor returns the type
that it promises, or None if the member is absent or has another type.

Sources: the platform's documentation of callbacks, its SDKs and plugins.
"""

from payment_page_sdk._records import NamedTuple
from payment_page_sdk.callback.operation import Operation
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
    from typing import Any, Dict, List, Optional, Sequence

    from payment_page_sdk.callback.facts import Facts, Sum
    from payment_page_sdk.callback.result_codes import Result
    from payment_page_sdk.parameters.kinds import IntegerInput, TextInput


CallbackError = NamedTuple(
    'CallbackError',
    [('code', 'Optional[str]'), ('message', 'Optional[str]'), ('field', 'Optional[str]')],
)
CallbackError.__doc__ = 'An error: ``code``, ``message``, and the ``field`` that is wrong.'

DisplayData = NamedTuple(
    'DisplayData',
    [('type', 'Optional[str]'), ('title', 'Optional[str]'), ('data', 'Optional[str]')],
)
DisplayData.__doc__ = 'What to show: its ``type`` (``qr_data``, say), its ``title``, and ``data``.'

# The members that the accessors read. They must not be hidden or imitated by a text.
ROOTS = (
    'account',
    'acs',
    'auth_code',
    'avs_result',
    'card',
    'clarification_fields',
    'customer',
    'description',
    'display_data',
    'errors',
    'general',
    'merchant',
    'operation',
    'operations',
    'payment',
    'payment_id',
    'project_id',
    'recurring',
    'redirectData',
    'redirect_data',
    'return_url',
    'rrn',
    'sum_real',
    'sum_refund',
    'threeds2',
    'token',
    'token_created_at',
    'token_status',
    'transaction',
    'uuid',
)

# An answer about a payment whose page was opened and not confirmed has the status error.
NOT_CONFIRMED = '3061'


class CallbackMembers:
    """The accessors of a Callback: single values by its facts, objects by its ``get_value``."""

    def __init__(self, facts: 'Facts') -> None:
        self._facts = facts

    def get_value(self, pathname: str) -> 'Any':
        """Return the member at a path; None if it is absent."""
        raise NotImplementedError

    # the payment

    def get_project_id(self) -> 'Optional[int]':
        """Return the project that the callback is for."""
        return self._facts.integer('project_id', 'general:project_id')

    def get_payment(self) -> 'Any':
        """Return the member ``payment``, a dict; None if it is absent."""
        return self.get_value('payment')

    def get_payment_id(self) -> 'Optional[str]':
        """Return the id that you gave the payment; None for callbacks without a payment."""
        return self._facts.text('payment:id', 'general:payment_id', 'payment_id')

    def get_payment_status(self) -> 'Optional[str]':
        """Return ``payment.status`` as the callback has it, such as ``'success'``: a plain str."""
        return self._facts.text('payment:status')

    def get_status(self) -> 'Optional[PaymentStatus]':
        """Return the same as an open enumeration, which knows spellings and what is final."""
        return self._facts.open_text(PaymentStatus, 'payment:status')

    def get_payment_type(self) -> 'Optional[PaymentType]':
        """Return what the payment is for."""
        return self._facts.open_text(PaymentType, 'payment:type', 'transaction:type')

    def get_payment_method(self) -> 'Optional[str]':
        """Return the code of the payment method."""
        return self._facts.text('payment:method')

    def get_payment_date(self) -> 'Optional[datetime]':
        """Return when the payment changed last, an aware datetime."""
        return self._facts.moment('payment:date')

    def get_payment_description(self) -> 'Optional[str]':
        """Return the description that you gave the payment."""
        return self._facts.text('payment:description', 'description')

    def get_payment_sum(self) -> 'Optional[Sum]':
        """Return what was paid, in minor units; it may differ from what you asked for.

        After refunds it is what is left. See ``matches``.
        """
        return self._facts.sum('payment:sum', 'sum_real', 'payment')

    def get_payment_amount(self) -> 'Optional[int]':
        """Return the amount of ``get_payment_sum``, in minor units."""
        paid = self.get_payment_sum()
        return paid.amount if paid else None

    def get_payment_currency(self) -> 'Optional[str]':
        """Return the currency of ``get_payment_sum``."""
        paid = self.get_payment_sum()
        return paid.currency if paid else None

    def matches(self, amount: 'IntegerInput', currency: 'TextInput') -> bool:
        """Tell whether what was paid is ``amount``, in minor units, of ``currency``.

        Ask this before you ship: the platform may report a sum that differs from your order's. If
        you make payouts, too, also check ``get_payment_type()``. False if the callback has no sum.

        Takes what ``payment_amount`` and ``payment_currency`` take: also digits in a str, and a
        member of an Enum. Raises ValidationException for what can be no amount or currency.
        """
        from payment_page_sdk.callback.comparison import sum_of  # links and forms need none of it

        return self.get_payment_sum() == sum_of(amount, currency)

    def get_sum_refund(self) -> 'Optional[Sum]':
        """Return what has been refunded, in minor units."""
        return self._facts.sum('sum_refund')

    def get_remaining_refund(self) -> 'Optional[int]':
        """Return what can still be refunded, in minor units of the payment's currency."""
        return self._facts.integer('payment:remaining_refund')

    def get_merchant_refund_id(self) -> 'Optional[str]':
        """Return the id that you gave the refund."""
        return self._facts.text('payment:merchant_refund_id')

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
        return self._status().is_declined() and not self._is_unconfirmed()

    def is_final(self) -> bool:
        """Tell whether the payment's processing has ended. A refund, for example, may follow."""
        return self._status().is_final() and not self._is_unconfirmed()

    def is_pending(self) -> bool:
        """Tell whether the payment goes on: its status is not final, or not known."""
        return self._status() != '' and not self.is_final()

    def get_result(self) -> 'Optional[Result]':
        """Return the result of the last operation: code, message, and what to do about it."""
        from payment_page_sdk.callback.result_codes import result_of  # a long table

        operation = self._operation()
        code, message = operation.get_code(), operation.get_message()
        if code is None:
            code = self._facts.text('payment:result_code')
            message = self._facts.text('payment:result_message')
        errors = self.get_errors() if code is None else []
        if errors:
            code, message, _ = errors[0]
        return None if code is None else result_of(code, message)

    def _is_unconfirmed(self) -> bool:
        return self._status() == PaymentStatus.ERROR and any(
            error.code == NOT_CONFIRMED for error in self.get_errors()
        )

    def _status(self) -> PaymentStatus:
        return (self.get_status() or PaymentStatus()).canonical

    # its operations

    def get_operations(self) -> 'List[Operation]':
        """Return the operations in the callback, in its order; usually there is one."""
        paths = self._facts.objects('operation') or self._facts.objects('operations')
        return [Operation(self._facts, path) for path in paths]

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

    def get_rrn(self) -> 'Optional[str]':
        """Return the retrieval reference number, by which banks find the operation."""
        return self._facts.text('rrn')

    def get_auth_code(self) -> 'Optional[str]':
        """Return the authorisation code of the card's issuer."""
        return self._facts.text('auth_code') or self._operation().get_provider_auth_code()

    def get_avs_result(self) -> 'Optional[str]':
        """Return the code of the address verification."""
        return self._facts.text('avs_result:code', 'avs_result')

    def _operation(self) -> Operation:
        return self.get_operation() or Operation(self._facts, 'operation')

    # who paid, and how

    def get_account(self) -> 'Optional[Dict[str, Any]]':
        """Return the member ``account``: the card or wallet, its number masked."""
        return self._object('account')

    def get_account_number(self) -> 'Optional[str]':
        """Return the number of the card or wallet, masked."""
        return self._facts.text('account:number', 'card:number')

    def get_account_type(self) -> 'Optional[str]':
        """Return the brand of the card."""
        return self._facts.text('account:type')

    def get_customer(self) -> 'Optional[Dict[str, Any]]':
        """Return the member ``customer``."""
        return self._object('customer')

    def get_customer_id(self) -> 'Optional[str]':
        """Return your id of the customer."""
        return self._facts.text('customer:id', 'general:customer_id')

    # tokens, series of payments, registered payouts

    def get_token(self) -> 'Optional[str]':
        """Return the token of the card, for ``payment.account_token``."""
        return self._facts.text('token', 'account:token')

    def get_token_status(self) -> 'Optional[TokenStatus]':
        """Return the status of the token, in callbacks about tokens."""
        return self._facts.open_text(TokenStatus, 'token_status')

    def get_token_created_at(self) -> 'Optional[datetime]':
        """Return when the token was made, an aware datetime."""
        return self._facts.moment('token_created_at', 'account:token_created_at')

    def get_recurring_id(self) -> 'Optional[int]':
        """Return the platform's id of the series of payments."""
        return self._facts.integer('recurring:id')

    def get_recurring_status(self) -> 'Optional[RecurringStatus]':
        """Return the status of the series."""
        return self._facts.open_text(RecurringStatus, 'recurring:status')

    def get_recurring_type(self) -> 'Optional[RecurringType]':
        """Return how the series goes on."""
        return self._facts.open_text(RecurringType, 'recurring:type')

    def get_uuid(self) -> 'Optional[str]':
        """Return the id of a registered payout; set it as ``payment.uuid`` to open the page."""
        return self._facts.text('uuid')

    # next steps, and errors

    def get_errors(self) -> 'List[CallbackError]':
        """Return the errors: code, message and field, each None if absent."""
        return [CallbackError(*texts) for texts in self._table('errors', CallbackError._fields)]

    def get_acs(self) -> 'Optional[Dict[str, Any]]':
        """Return where 3-D Secure, version 1, sends the customer: acs_url, pa_req, md."""
        return self._object('acs')

    def get_threeds2(self) -> 'Optional[Dict[str, Any]]':
        """Return the data of 3-D Secure, version 2."""
        return self._object('threeds2')

    def get_redirect(self) -> 'Optional[Dict[str, Any]]':
        """Return where to send the customer: method, url and body."""
        return self._object('redirectData', 'redirect_data', 'return_url')

    def get_clarification_fields(self) -> 'Optional[Dict[str, Any]]':
        """Return what else the customer must be asked for."""
        return self._object('clarification_fields')

    def get_display_data(self) -> 'List[DisplayData]':
        """Return what to show the customer: a QR code, say. Each with type, title and data."""
        return [DisplayData(*texts) for texts in self._table('display_data', DisplayData._fields)]

    def get_merchant_data(self) -> 'Optional[str]':
        """Return what you set as ``payment.merchant_data``."""
        return self._facts.text('merchant:data')

    def _object(self, *names: str) -> 'Optional[Dict[str, Any]]':
        """Return the first of these members that is an object which the signature covers."""
        for name in names:
            found = self.get_value(name)
            if type(found) is dict and self._facts.below(name):
                return found
        return None

    def _table(self, name: str, fields: 'Sequence[str]') -> 'List[List[Optional[str]]]':
        """Return the texts of these fields for each object in a list."""
        return [
            [self._facts.text('%s:%s' % (path, field)) for field in fields]
            for path in self._facts.objects(name)
        ]
