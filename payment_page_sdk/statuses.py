"""The platform's statuses and types: open enumerations, which a new value does not break.

A status is a str, exactly as the callback has it. Every documented value has a name here, in each
spelling that the platform and its SDKs use:

    status = callback.get_status()
    status == 'canceled'                                # exactly what the callback says
    status.canonical == PaymentStatus.CANCELED          # 'cancelled' as well
    PaymentStatus('brand new').is_known()               # False, and no error

Sources: the platform's documentation of callbacks, its SDKs and plugins.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, FrozenSet, TypeVar

    Self = TypeVar('Self', bound='OpenText')


class OpenText(str):
    """A str from a set of values that the platform may extend at any time."""

    __slots__ = ()

    _spellings = {}  # type: Dict[str, str]

    @property
    def canonical(self: 'Self') -> 'Self':
        """The documented spelling of the value; an unknown value stays as it is."""
        return type(self)(self._spellings.get(self, self))

    def is_known(self) -> bool:
        """Tell whether the value is documented."""
        return (
            self in [value for name, value in vars(type(self)).items() if name.isupper()]
            or self in self._spellings
        )


class Status(OpenText):
    """A status, which may be final. An unknown status counts as unfinished."""

    __slots__ = ()

    _final = frozenset()  # type: FrozenSet[str]

    def is_final(self) -> bool:
        """Tell whether processing ends with this status. A later refund is still possible."""
        return self.canonical in self._final


class PaymentStatus(Status):
    """The status of a payment: the result of all its operations."""

    __slots__ = ()

    SUCCESS = 'success'
    DECLINE = 'decline'
    ERROR = 'error'
    PROCESSING = 'processing'
    AWAITING_3DS_RESULT = 'awaiting 3ds result'
    AWAITING_REDIRECT_RESULT = 'awaiting redirect result'
    AWAITING_CUSTOMER_ACTION = 'awaiting customer action'
    AWAITING_CUSTOMER = 'awaiting customer'
    AWAITING_CLARIFICATION = 'awaiting clarification'
    AWAITING_CLARIFY_DATA = 'awaiting clarify data'
    AWAITING_MERCHANT_AUTH = 'awaiting merchant auth'
    AWAITING_CAPTURE = 'awaiting capture'
    AWAITING_CONFIRMATION = 'awaiting confirmation'
    AWAITING_FINALIZATION = 'awaiting finalization'
    AWAITING_APPROVAL = 'awaiting approval'
    AWAITING_RETRY = 'awaiting retry'
    AWAITING_PAYMENT = 'awaiting payment'
    AWAITING_CLEARING = 'awaiting clearing'
    AWAITING_PARTIALLY_CLEARING = 'awaiting partially clearing'
    CLEARING_PROCESSING = 'clearing processing'
    EXTERNAL_PROCESSING = 'external processing'
    SCHEDULED_RECURRING_PROCESSING = 'scheduled recurring processing'
    INVOICE_SENT = 'invoice sent'
    INVOICE_CANCELED = 'invoice canceled'
    INVOICE_CANCELLED = 'invoice cancelled'
    EXPIRED = 'expired'
    CANCELED = 'canceled'
    CANCELLED = 'cancelled'
    PARTIALLY_PAID = 'partially paid'
    PARTIALLY_PAID_OUT = 'partially paid out'
    PARTIALLY_REFUNDED = 'partially refunded'
    REFUNDED = 'refunded'
    PARTIALLY_REVERSED = 'partially reversed'
    REVERSED = 'reversed'
    REVERSAL = 'reversal'
    EXTERNAL_ERROR = 'external error'
    INTERNAL_ERROR = 'internal error'
    DECLINE_RENEWAL = 'decline renewal'

    _spellings = {
        'awaiting_3ds_result': AWAITING_3DS_RESULT,
        'awaiting_redirect_result': AWAITING_REDIRECT_RESULT,
        'partially_paid_out': PARTIALLY_PAID_OUT,
        INVOICE_CANCELLED: INVOICE_CANCELED,
        CANCELLED: CANCELED,
        REVERSAL: REVERSED,
    }
    _final = frozenset(
        [
            SUCCESS,
            DECLINE,
            ERROR,
            EXTERNAL_ERROR,
            INTERNAL_ERROR,
            EXPIRED,
            CANCELED,
            INVOICE_CANCELED,
            PARTIALLY_PAID,
            PARTIALLY_PAID_OUT,
            PARTIALLY_REFUNDED,
            REFUNDED,
            PARTIALLY_REVERSED,
            REVERSED,
        ]
    )
    _declined = frozenset([DECLINE, ERROR, EXTERNAL_ERROR, INTERNAL_ERROR, EXPIRED])

    def is_declined(self) -> bool:
        """Tell whether the payment has failed: no money moved, and not because you canceled it."""
        return self.canonical in self._declined


class OperationStatus(Status):
    """The status of a single operation: a sale, a refund, ..."""

    __slots__ = ()

    SUCCESS = 'success'
    DECLINE = 'decline'
    ERROR = 'error'
    PROCESSING = 'processing'
    AWAITING_3DS_RESULT = 'awaiting 3ds result'
    AWAITING_MERCHANT_AUTH = 'awaiting merchant auth'
    AWAITING_REDIRECT_RESULT = 'awaiting redirect result'
    AWAITING_CUSTOMER_ACTION = 'awaiting customer action'
    AWAITING_CLARIFICATION = 'awaiting clarification'
    AWAITING_CUSTOMER = 'awaiting customer'
    AWAITING_APPROVAL = 'awaiting approval'
    AWAITING_FINALIZATION = 'awaiting finalization'
    AWAITING_CONFIRMATION = 'awaiting confirmation'
    AWAITING_PAYMENT = 'awaiting payment'
    EXTERNAL_PROCESSING = 'external processing'
    EXTERNAL_ERROR = 'external error'
    INTERNAL_ERROR = 'internal error'
    INVOICE_SENT = 'invoice sent'
    INVOICE_CANCELED = 'invoice canceled'
    INVOICE_CANCELLED = 'invoice cancelled'
    EXPIRED = 'expired'
    UNKNOWN = 'unknown'

    _spellings = {INVOICE_CANCELLED: INVOICE_CANCELED}
    _final = frozenset(
        [
            SUCCESS,
            DECLINE,
            ERROR,
            EXTERNAL_ERROR,
            INTERNAL_ERROR,
            INVOICE_SENT,
            INVOICE_CANCELED,
            EXPIRED,
        ]
    )


class OperationType(OpenText):
    """What an operation does."""

    __slots__ = ()

    SALE = 'sale'
    AUTH = 'auth'
    CAPTURE = 'capture'
    CANCEL = 'cancel'
    INCREMENTAL = 'incremental'
    REFUND = 'refund'
    REVERSAL = 'reversal'
    REFUND_REVERSE = 'refund reverse'
    RECURRING = 'recurring'
    RECURRING_UPDATE = 'recurring update'
    RECURRING_CANCEL = 'recurring cancel'
    ACCOUNT_VERIFICATION = 'account verification'
    PAYOUT = 'payout'
    INVOICE = 'invoice'
    PAYMENT_CONFIRMATION = 'payment confirmation'
    CONTRACT_REGISTRATION = 'contract registration'
    CUSTOMER_ACTION = 'customer action'
    CAPTURE_SETTLEMENT = 'capture settlement'
    COMMISSION = 'commission'
    CREATE_CASH_VOUCHER = 'create_cash_voucher'
    MANUAL_CHANGE = 'manual change'

    _spellings = {
        'recurring_update': RECURRING_UPDATE,
        'recurring_cancel': RECURRING_CANCEL,
    }


class PaymentType(OpenText):
    """What a payment is for."""

    __slots__ = ()

    PURCHASE = 'purchase'
    PAYOUT = 'payout'
    RECURRING = 'recurring'
    INVOICE = 'invoice'
    ACCOUNT_VERIFICATION = 'account_verification'

    _spellings = {'account verification': ACCOUNT_VERIFICATION}


class TokenStatus(OpenText):
    """The status of a card's token."""

    __slots__ = ()

    ACTIVE = 'active'
    REVOKE = 'revoke'
    EXPIRY = 'expiry'


class RecurringStatus(OpenText):
    """The status of a series of payments."""

    __slots__ = ()

    ACTIVE = 'active'
    CANCELED = 'canceled'
    CANCELLED = 'cancelled'

    _spellings = {CANCELLED: CANCELED}


class RecurringType(OpenText):
    """How the payments of a series start: regularly, by the customer's click, or as needed."""

    __slots__ = ()

    REGULAR = 'R'
    ONE_CLICK = 'C'
    AUTOPAYMENT = 'U'
