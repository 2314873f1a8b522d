"""The payment: a container of the parameters with which the Payment Page is opened."""

import sys
from base64 import b64encode
from collections import OrderedDict
from json import dumps
from warnings import warn

from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.parameters import DateTime, Parameter, refusal, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping

# Parameters are sent in the order in which they were set, also where dict keeps none.
_ordered_dict = dict if sys.version_info[:2] >= (3, 6) else OrderedDict

_RENAMED = {'card_operation_type': 'operation_type'}


class Payment:
    """A payment to be made on the Payment Page.

    Every attribute that is set on it is a parameter of the page, known to this class or not:

        payment = Payment('186', 'ORDER-1', payment_amount=1001)    # 10.01
        payment.payment_currency = 'EUR'

    ``project_id`` is the merchant's project, ``payment_id`` the payment's id, unique in the
    project. Amounts are in minor units of the currency. Reading a parameter that was not set
    raises UnsetParameter, an AttributeError.

    Parameters keep the order in which they were set. Payments are equal when their parameters are;
    they can be copied and pickled. ``repr`` shows names, and values only where they tell nothing
    about a person.
    """

    PURCHASE_TYPE = 'purchase'
    PAYOUT_TYPE = 'payout'
    RECURRING_TYPE = 'recurring'

    INTERFACE_TYPE = 24

    # identity
    customer_id = Parameter()  # type: Parameter
    interface_type = Parameter(shown=True)  # type: Parameter
    payment_id = Parameter(shown=True)  # type: Parameter
    project_id = Parameter(shown=True)  # type: Parameter
    uuid = Parameter()  # type: Parameter

    # amount
    customer_installment_count = Parameter(shown=True)  # type: Parameter
    payment_amount = Parameter(shown=True)  # type: Parameter
    payment_currency = Parameter(shown=True)  # type: Parameter

    # other
    best_before = DateTime(shown=True)  # type: DateTime
    merchant_callback_url = Parameter()  # type: Parameter
    merchant_decline_callback_url = Parameter()  # type: Parameter
    merchant_success_callback_url = Parameter()  # type: Parameter
    mode = Parameter(shown=True)  # type: Parameter
    operation_type = Parameter(shown=True)  # type: Parameter
    payment_extra_param = Parameter()  # type: Parameter

    # display
    css_modal_wrap = Parameter()  # type: Parameter
    language_code = Parameter(shown=True)  # type: Parameter
    list_payment_block = Parameter()  # type: Parameter
    style_id = Parameter()  # type: Parameter
    terminal_id = Parameter(shown=True)  # type: Parameter

    # method selection
    default_payment_method = Parameter(shown=True)  # type: Parameter
    force_payment_group = Parameter()  # type: Parameter
    force_payment_method = Parameter(shown=True)  # type: Parameter
    force_payment_method_subtype = Parameter()  # type: Parameter
    hide = Parameter()  # type: Parameter
    payment_methods_options = Parameter()  # type: Parameter

    # customer
    account_customer_name = Parameter()  # type: Parameter
    account_number = Parameter()  # type: Parameter
    account_province = Parameter()  # type: Parameter
    customer_account_number = Parameter()  # type: Parameter
    customer_address = Parameter()  # type: Parameter
    customer_birthplace = Parameter()  # type: Parameter
    customer_city = Parameter()  # type: Parameter
    customer_country = Parameter()  # type: Parameter
    customer_day_of_birth = Parameter()  # type: Parameter
    customer_email = Parameter()  # type: Parameter
    customer_first_name = Parameter()  # type: Parameter
    customer_last_name = Parameter()  # type: Parameter
    customer_middle_name = Parameter()  # type: Parameter
    customer_phone = Parameter()  # type: Parameter
    customer_security_code = Parameter()  # type: Parameter
    customer_ssn = Parameter()  # type: Parameter
    customer_state = Parameter()  # type: Parameter
    customer_street = Parameter()  # type: Parameter
    customer_zip = Parameter()  # type: Parameter
    identify_doc_number = Parameter()  # type: Parameter
    identify_doc_type = Parameter()  # type: Parameter
    region_code = Parameter(shown=True)  # type: Parameter

    # billing
    billing_address = Parameter()  # type: Parameter
    billing_city = Parameter()  # type: Parameter
    billing_country = Parameter()  # type: Parameter
    billing_postal = Parameter()  # type: Parameter
    billing_region = Parameter()  # type: Parameter
    billing_region_code = Parameter()  # type: Parameter

    # card
    account_token = Parameter()  # type: Parameter
    card_holder = Parameter()  # type: Parameter
    card_operation_type = Parameter()  # type: Parameter
    checkout_script = Parameter()  # type: Parameter
    moto_type = Parameter()  # type: Parameter

    # avs
    avs_post_code = Parameter()  # type: Parameter
    avs_street_address = Parameter()  # type: Parameter

    # recurring
    recurring = Parameter()  # type: Parameter
    recurring_register = Parameter(shown=True)  # type: Parameter

    # business data
    addendum_data = Parameter()  # type: Parameter
    booking_info = Parameter()  # type: Parameter
    cash_voucher_data = Parameter()  # type: Parameter
    debt_account = Parameter()  # type: Parameter
    descriptor = Parameter()  # type: Parameter
    merchant_data = Parameter()  # type: Parameter
    payment_cryptocurrency_type = Parameter()  # type: Parameter
    payment_description = Parameter()  # type: Parameter
    receipt_data = Parameter()  # type: Parameter

    # customer risk
    customer_account_info = Parameter()  # type: Parameter
    customer_mpi_result = Parameter()  # type: Parameter
    customer_shipping = Parameter()  # type: Parameter
    payment_merchant_risk = Parameter()  # type: Parameter

    # recipient
    recipient_address = Parameter()  # type: Parameter
    recipient_card_holder = Parameter()  # type: Parameter
    recipient_city = Parameter()  # type: Parameter
    recipient_country = Parameter()  # type: Parameter
    recipient_day_of_birth = Parameter()  # type: Parameter
    recipient_first_name = Parameter()  # type: Parameter
    recipient_last_name = Parameter()  # type: Parameter
    recipient_pan = Parameter()  # type: Parameter
    recipient_state = Parameter()  # type: Parameter
    recipient_state_code = Parameter()  # type: Parameter
    recipient_wallet_id = Parameter()  # type: Parameter
    recipient_wallet_owner = Parameter()  # type: Parameter

    # sender
    sender_address = Parameter()  # type: Parameter
    sender_city = Parameter()  # type: Parameter
    sender_country = Parameter()  # type: Parameter
    sender_first_name = Parameter()  # type: Parameter
    sender_last_name = Parameter()  # type: Parameter
    sender_state = Parameter()  # type: Parameter
    sender_wallet_id = Parameter()  # type: Parameter
    sender_zip = Parameter()  # type: Parameter

    # redirect
    redirect_fail_enabled = Parameter()  # type: Parameter
    redirect_fail_mode = Parameter()  # type: Parameter
    redirect_fail_url = Parameter()  # type: Parameter
    redirect_return_url = Parameter()  # type: Parameter
    redirect_success_enabled = Parameter()  # type: Parameter
    redirect_success_mode = Parameter()  # type: Parameter
    redirect_success_url = Parameter()  # type: Parameter
    redirect_tokenize_mode = Parameter()  # type: Parameter
    redirect_tokenize_url = Parameter()  # type: Parameter

    # merchant page
    merchant_fail_enabled = Parameter()  # type: Parameter
    merchant_fail_redirect_mode = Parameter()  # type: Parameter
    merchant_fail_url = Parameter()  # type: Parameter
    merchant_return_enabled = Parameter()  # type: Parameter
    merchant_return_redirect_mode = Parameter()  # type: Parameter
    merchant_return_url = Parameter()  # type: Parameter
    merchant_success_enabled = Parameter()  # type: Parameter
    merchant_success_redirect_mode = Parameter()  # type: Parameter
    merchant_success_url = Parameter()  # type: Parameter

    # widget
    baseUrl = Parameter()  # type: Parameter
    baseurl = Parameter()  # type: Parameter
    close_on_missclick = Parameter()  # type: Parameter
    force_acs_new_window = Parameter()  # type: Parameter
    frame_mode = Parameter()  # type: Parameter
    merchant_domain = Parameter()  # type: Parameter
    redirect = Parameter()  # type: Parameter
    redirect_on_mobile = Parameter()  # type: Parameter
    target_element = Parameter()  # type: Parameter

    # cashier
    cashier_default_mode = Parameter()  # type: Parameter
    cashier_force_mode = Parameter()  # type: Parameter
    cashier_manual_input = Parameter()  # type: Parameter
    cashier_max_value = Parameter()  # type: Parameter
    cashier_min_value = Parameter()  # type: Parameter
    cashier_predefined_amounts = Parameter()  # type: Parameter

    def __init__(self, project_id: 'Any', payment_id: 'Any' = '', **parameters: 'Any') -> None:
        self.__setstate__(self.__dict__)
        self._set('project_id', project_id)
        self._set('interface_type', dumps({'id': self.INTERFACE_TYPE}))
        if payment_id:
            self._set('payment_id', payment_id)
        for name, value in parameters.items():
            self._set(name, value)

    def get_params(self) -> 'Dict[str, Any]':
        """Return the parameters by name, in the order in which they were set.

        This is the payment's own dict, as in ecommpay-sdk 1.0.x: a change to it changes the
        payment.
        """
        return self.__dict__

    def update(self, parameters: 'Mapping[str, Any]') -> None:
        """Set all of ``parameters``, values by name. Raises ValidationException as setting does."""
        for name, value in parameters.items():
            self._set(name, value)

    def set_booking_info(self, booking_info: 'Dict[str, Any]') -> None:
        """Set ``booking_info`` to the Base64 of a dict's JSON text.

        Raises ValidationException when it is no dict, or JSON cannot hold it.
        """
        try:
            text = dumps(booking_info, allow_nan=False)
        except (TypeError, ValueError, RecursionError):
            text = ''
        if not text or not isinstance(booking_info, dict):
            raise refusal('booking_info', 'cannot be written as JSON')
        self._set('booking_info', b64encode(text.encode()).decode())

    def __setattr__(self, name: str, value: 'Any') -> None:
        self._set(name, value)

    if not TYPE_CHECKING:  # a checker shall report the reading of an attribute that is misspelt
        def __getattr__(self, name):
            return value_of(self.get_params(), _RENAMED.get(name, name))

    def __delattr__(self, name: str) -> None:
        name = _RENAMED.get(name, name)
        value_of(self.get_params(), name)
        del self.get_params()[name]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Payment):
            return NotImplemented
        return dict(self.get_params()) == dict(other.get_params())

    def __repr__(self) -> str:
        return '%s(%s)' % (type(self).__name__, ', '.join(
            '%s=%s' % (name, repr(value) if name in SHOWN_PARAMETERS else '***')
            for name, value in self.get_params().items()))

    def __setstate__(self, params: 'Dict[str, Any]') -> None:
        object.__setattr__(self, '__dict__', _ordered_dict(params))

    def _set(self, name: str, value: 'Any') -> None:
        """Hold ``value``; to be called by what the merchant calls, so that the warning fits."""
        if not isinstance(name, str):
            raise ValidationException(
                'the name of a parameter is a text, not of type ' + type(name).__name__)
        if name in _RENAMED:
            warn('%s is deprecated, set %s' % (name, _RENAMED[name]), DeprecationWarning, 3)
            name = _RENAMED[name]
        if name == 'signature':
            raise refusal(name, 'is made by the SDK and cannot be set')
        kind = CATALOGUE.get(name)
        self.get_params()[name] = kind.converted(value) if kind else value


CATALOGUE = {
    name: kind for name, kind in vars(Payment).items() if isinstance(kind, Parameter)
}  # type: Dict[str, Parameter]
for _name, _kind in CATALOGUE.items():  # Python 3.5 has no __set_name__
    _kind.name = _name
SHOWN_PARAMETERS = frozenset(name for name, kind in CATALOGUE.items() if kind.shown)
