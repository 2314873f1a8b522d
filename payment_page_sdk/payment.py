"""The payment: a container of the parameters with which the Payment Page is opened."""

import sys
from base64 import b64encode
from collections import OrderedDict
from json import dumps
from warnings import warn

from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.parameters import DateTime, Parameter, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping

# Parameters are sent in the order in which they were set, also where dict keeps none.
_ordered_dict = dict if sys.version_info >= (3, 6) else OrderedDict

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
    customer_id = Parameter()
    interface_type = Parameter(shown=True)
    payment_id = Parameter(shown=True)
    project_id = Parameter(shown=True)
    uuid = Parameter()

    # amount
    customer_installment_count = Parameter(shown=True)
    payment_amount = Parameter(shown=True)
    payment_currency = Parameter(shown=True)

    # other
    best_before = DateTime(shown=True)
    merchant_callback_url = Parameter()
    merchant_decline_callback_url = Parameter()
    merchant_success_callback_url = Parameter()
    mode = Parameter(shown=True)
    operation_type = Parameter(shown=True)
    payment_extra_param = Parameter()

    # display
    css_modal_wrap = Parameter()
    language_code = Parameter(shown=True)
    list_payment_block = Parameter()
    style_id = Parameter()
    terminal_id = Parameter(shown=True)

    # method selection
    default_payment_method = Parameter(shown=True)
    force_payment_group = Parameter()
    force_payment_method = Parameter(shown=True)
    force_payment_method_subtype = Parameter()
    hide = Parameter()
    payment_methods_options = Parameter()

    # customer
    account_customer_name = Parameter()
    account_number = Parameter()
    account_province = Parameter()
    customer_account_number = Parameter()
    customer_address = Parameter()
    customer_birthplace = Parameter()
    customer_city = Parameter()
    customer_country = Parameter()
    customer_day_of_birth = Parameter()
    customer_email = Parameter()
    customer_first_name = Parameter()
    customer_last_name = Parameter()
    customer_middle_name = Parameter()
    customer_phone = Parameter()
    customer_security_code = Parameter()
    customer_ssn = Parameter()
    customer_state = Parameter()
    customer_street = Parameter()
    customer_zip = Parameter()
    identify_doc_number = Parameter()
    identify_doc_type = Parameter()
    region_code = Parameter(shown=True)

    # billing
    billing_address = Parameter()
    billing_city = Parameter()
    billing_country = Parameter()
    billing_postal = Parameter()
    billing_region = Parameter()
    billing_region_code = Parameter()

    # card
    account_token = Parameter()
    card_holder = Parameter()
    card_operation_type = Parameter()
    checkout_script = Parameter()
    moto_type = Parameter()

    # avs
    avs_post_code = Parameter()
    avs_street_address = Parameter()

    # recurring
    recurring = Parameter()
    recurring_register = Parameter(shown=True)

    # business data
    addendum_data = Parameter()
    booking_info = Parameter()
    cash_voucher_data = Parameter()
    debt_account = Parameter()
    descriptor = Parameter()
    merchant_data = Parameter()
    payment_cryptocurrency_type = Parameter()
    payment_description = Parameter()
    receipt_data = Parameter()

    # customer risk
    customer_account_info = Parameter()
    customer_mpi_result = Parameter()
    customer_shipping = Parameter()
    payment_merchant_risk = Parameter()

    # recipient
    recipient_address = Parameter()
    recipient_card_holder = Parameter()
    recipient_city = Parameter()
    recipient_country = Parameter()
    recipient_day_of_birth = Parameter()
    recipient_first_name = Parameter()
    recipient_last_name = Parameter()
    recipient_pan = Parameter()
    recipient_state = Parameter()
    recipient_state_code = Parameter()
    recipient_wallet_id = Parameter()
    recipient_wallet_owner = Parameter()

    # sender
    sender_address = Parameter()
    sender_city = Parameter()
    sender_country = Parameter()
    sender_first_name = Parameter()
    sender_last_name = Parameter()
    sender_state = Parameter()
    sender_wallet_id = Parameter()
    sender_zip = Parameter()

    # redirect
    redirect_fail_enabled = Parameter()
    redirect_fail_mode = Parameter()
    redirect_fail_url = Parameter()
    redirect_return_url = Parameter()
    redirect_success_enabled = Parameter()
    redirect_success_mode = Parameter()
    redirect_success_url = Parameter()
    redirect_tokenize_mode = Parameter()
    redirect_tokenize_url = Parameter()

    # merchant page
    merchant_fail_enabled = Parameter()
    merchant_fail_redirect_mode = Parameter()
    merchant_fail_url = Parameter()
    merchant_return_enabled = Parameter()
    merchant_return_redirect_mode = Parameter()
    merchant_return_url = Parameter()
    merchant_success_enabled = Parameter()
    merchant_success_redirect_mode = Parameter()
    merchant_success_url = Parameter()

    # widget
    baseUrl = Parameter()
    baseurl = Parameter()
    close_on_missclick = Parameter()
    force_acs_new_window = Parameter()
    frame_mode = Parameter()
    merchant_domain = Parameter()
    redirect = Parameter()
    redirect_on_mobile = Parameter()
    target_element = Parameter()

    # cashier
    cashier_default_mode = Parameter()
    cashier_force_mode = Parameter()
    cashier_manual_input = Parameter()
    cashier_max_value = Parameter()
    cashier_min_value = Parameter()
    cashier_predefined_amounts = Parameter()

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
            raise ValidationException('booking_info cannot be written as JSON', 'booking_info')
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
            raise ValidationException('signature is made by the SDK and cannot be set', name)
        kind = CATALOGUE.get(name)
        self.get_params()[name] = kind.converted(value) if kind else value


CATALOGUE = {
    name: kind for name, kind in vars(Payment).items() if isinstance(kind, Parameter)
}  # type: Dict[str, Parameter]
for _name, _kind in CATALOGUE.items():  # Python 3.5 has no __set_name__
    _kind.name = _name
SHOWN_PARAMETERS = frozenset(name for name, kind in CATALOGUE.items() if kind.shown)
