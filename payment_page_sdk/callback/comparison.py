"""The sum that a merchant compares with the one in a callback; see CallbackMembers.matches."""

import re

from payment_page_sdk._wire import invalid
from payment_page_sdk.callback.facts import Sum
from payment_page_sdk.parameters.kinds import Amount, Text
from payment_page_sdk.parameters.rules import DIGITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from payment_page_sdk.parameters.kinds import IntegerInput, TextInput

_AMOUNT, _CURRENCY = Amount(), Text()


def sum_of(amount: 'IntegerInput', currency: 'TextInput') -> Sum:
    """Return the sum of what ``payment_amount`` and ``payment_currency`` take.

    Raises ValidationException for what can be no amount or currency.
    """
    units, code = _AMOUNT.convert(amount, 'amount'), _CURRENCY.convert(currency, 'currency')
    if type(units) is str and not DIGITS.admits(units, {}):
        raise invalid('amount', 'takes ' + _AMOUNT.takes)
    if type(code) is not str or not re.match('[A-Z]{3}\\Z', code):
        raise invalid('currency', 'takes a currency code in capitals, such as EUR')
    return Sum(int(units), code)
