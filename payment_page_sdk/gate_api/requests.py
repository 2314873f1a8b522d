"""What is said to the Gate API: the address and the signed body of each request."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union

from payment_page_sdk._canonical import SIGNATURE
from payment_page_sdk._json import parse
from payment_page_sdk._wire import invalid, wire_value
from payment_page_sdk.callback import Callback
from payment_page_sdk.callback.comparison import sum_of
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.money import minor_units
from payment_page_sdk.parameters.json_kinds import Base64Json
from payment_page_sdk.parameters.kinds import Amount, Flag, Integer, Parameter, Text, Url
from payment_page_sdk.parameters.rules import MaxLength, Range
from payment_page_sdk.payment import CATALOGUE
from payment_page_sdk.signature_handler import SignatureHandler

if TYPE_CHECKING:
    from typing_extensions import TypedDict

    from payment_page_sdk.parameters.json_kinds import JsonInput
    from payment_page_sdk.parameters.kinds import FlagInput, IntegerInput, TextInput, UrlInput

    AmountInput = Union[IntegerInput, Decimal]

    class RefundMembers(TypedDict, total=False):
        """The further members of a refund."""

        extra_param: TextInput
        merchant_callback_url: UrlInput
        terminal_callback_url: UrlInput
        referrer_url: UrlInput
        callback_delay: IntegerInput
        callback_disabled: FlagInput
        customer_id: TextInput
        customer_ip_address: TextInput
        merchant_descriptor: TextInput
        merchant_data: TextInput
        receipt_data: JsonInput
        booking_info: JsonInput
        addendum: JsonInput
        cash_voucher_data: JsonInput
        interface_type: IntegerInput

    class Members(RefundMembers, total=False):
        """The further members of all other requests."""

        description: TextInput


Json = dict[str, Any]

# The part of a request's path that stands for the method of the payment.
CARD = 'card'
_PATHS = {
    'etoken': 'applepay',
    'etoken-google': 'googlepay',
    'paypal': 'wallet/paypal',
    'ideal': 'online-banking/ideal',
    'giropay': 'online-banking/giropay',
    'klarna': 'bank-transfer/klarna',
}

_PATH = r'[\w-]+(?:/[\w-]+)*\Z'

# Where each member is in the body, and its kind.
_MEMBERS: dict[str, tuple[tuple[str, ...], Parameter]] = {
    'description': (('payment', 'description'), CATALOGUE['payment_description']),
    'extra_param': (('payment', 'extra_param'), CATALOGUE['payment_extra_param']),
    'merchant_refund_id': (('payment', 'merchant_refund_id'), Text('', MaxLength(255))),
    'merchant_callback_url': (('general', 'merchant_callback_url'), Url('', MaxLength(255))),
    'terminal_callback_url': (('general', 'terminal_callback_url'), Url('', MaxLength(255))),
    'referrer_url': (('general', 'referrer_url'), Url('', MaxLength(255))),
    'callback_delay': (('callback', 'delay'), Integer('', Range(0, 600))),
    'callback_disabled': (('callback', 'force_disable'), Flag()),
    'recurring_id': (('recurring', 'id'), Integer()),
    'customer_id': (('customer', 'id'), CATALOGUE['customer_id']),
    'customer_ip_address': (('customer', 'ip_address'), Text()),
    'merchant_descriptor': (('merchant', 'descriptor'), CATALOGUE['descriptor']),
    'merchant_data': (('merchant', 'data'), Text()),
    'receipt_data': (('receipt_data',), CATALOGUE['receipt_data']),
    'booking_info': (('booking_info',), CATALOGUE['booking_info']),
    'addendum': (('addendum',), CATALOGUE['addendum_data']),
    'cash_voucher_data': (('cash_voucher_data',), CATALOGUE['cash_voucher_data']),
    'interface_type': (('interface_type', 'id'), Integer()),
}


class Request(NamedTuple):
    """A request: the path of its address, and its signed body as JSON in UTF-8.

    ``payment_id`` is that of the payment which the answer must be about, if that is known.
    """

    path: str
    content: bytes
    payment_id: Optional[str]


class Requests:
    """Makes the requests of one project. Everything raises ValidationException for wrong input."""

    def __init__(self, handler: SignatureHandler, project_id: Any) -> None:
        self._handler = handler
        self._project_id = int(_checked(CATALOGUE['project_id'], project_id, 'project_id'))

    def of_payment(
        self,
        path: str,
        payment_id: Any,
        amount: Any = None,
        currency: Any = None,
        members: Optional[Mapping[str, Any]] = None,
    ) -> Request:
        """Return a request about a payment, without an amount if that is None."""
        text = _checked(CATALOGUE['payment_id'], payment_id, 'payment_id')
        body: Json = {'general': {'project_id': self._project_id, 'payment_id': text}}
        if amount is not None or currency is not None:
            body['payment'] = _sum(amount, currency)
        for name, value in (members or {}).items():
            _add(body, name, value)
        body['general'][SIGNATURE] = self._handler.sign(body)
        return Request('/v2/payment/' + path, _encoded(body), text)

    def of_request(self, request_id: Any) -> Request:
        """Return the request for the state of another request."""
        kind = Text('', MaxLength(100))
        text = _checked(kind, request_id, 'request_id')
        body: Json = {'project_id': self._project_id, 'request_id': text}
        body[SIGNATURE] = self._handler.sign(body)
        return Request('/v2/payment/status/request', _encoded(body), None)


def path_of(method: Union[str, Callback], action: str) -> str:
    """Return the path of an action on a payment made by ``method``.

    That is a method as callbacks have it (``card``, ``etoken``), the callback or status answer
    itself, or a path of the Gate API (``wallet/paypal``).
    """
    name = method.get_payment_method() if isinstance(method, Callback) else method
    if not isinstance(name, str) or not re.match(_PATH, name, re.ASCII):
        raise invalid(
            'method', 'takes the name of a payment method such as card, or a callback that has one'
        )
    return f'{_PATHS.get(name.lower(), name)}/{action}'


def _sum(amount: Any, currency: Any) -> Json:
    if amount is None or currency is None:
        raise invalid('amount', 'and currency are given together, or neither of them')
    if isinstance(amount, Decimal):
        try:
            amount = minor_units(amount, currency)
        except ValidationException as error:  # it names the parameters of the Payment Page
            name, _, problem = str(error).partition(' ')
            raise invalid(name.replace('payment_', ''), problem) from None
    found = sum_of(amount, currency)
    _checked(Amount(), found.amount, 'amount')
    if found.amount < 1:
        raise invalid('amount', 'must be at least 1, in minor units')
    return {'amount': found.amount, 'currency': found.currency}


def _add(body: Json, name: str, value: Any) -> None:
    """Put a further member into the body; None leaves it out."""
    if name not in _MEMBERS:
        raise invalid(name, 'is not a member that this SDK knows')
    if value is None:
        return
    path, kind = _MEMBERS[name]
    text = _checked(kind, value, name)
    held: Any = text
    if isinstance(kind, Base64Json):  # the Payment Page takes Base64, the Gate API the object
        held = parse(kind.decode(text))
    elif isinstance(kind, Integer):
        held = int(text)
    elif isinstance(kind, Flag):
        held = text == '1'
    holder = body
    for key in path[:-1]:
        holder = holder.setdefault(key, {})
    holder[path[-1]] = held


def _checked(kind: Parameter, value: Any, name: str) -> str:
    """Return the text of a value that its kind takes, and finds nothing wrong with."""
    text = str(wire_value(kind.convert(value, name), name))
    if not text:
        raise invalid(name, 'is missing')
    found = [error for error in kind.find(text, name, {}) if not error.is_warning]
    if found:
        raise ValidationException(found[0].message, found[0].parameter, found)
    return text


def _encoded(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
