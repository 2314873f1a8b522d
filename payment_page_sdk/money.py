"""Amounts of money, from major units (18.15 EUR) to minor units (1815), and back.

Parameters and callbacks have minor units. How many decimals these make is what ISO 4217 says of the
currency: 2 for most, 0 for JPY, 3 for KWD, 4 for CLF.
"""

import re

from payment_page_sdk._wire import LARGEST_INTEGER, invalid

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time, only the calls that need decimal import it
    from decimal import Decimal
    from typing import Any, Tuple, Union


def minor_units(amount: 'Union[Decimal, int, str]', currency: str) -> int:
    """Return an ``amount`` in major units as minor units: exactly, for it is never rounded.

        minor_units('18.15', 'EUR')          # 1815
        minor_units(Decimal('0.5'), 'KWD')   # 500
        minor_units(500, 'JPY')              # 500

    ``amount`` is a Decimal, an int or a text of digits (``-18.15``), ``currency`` a code that
    ISO 4217 has. Raises ValidationException for an amount of another type (a float is not exact),
    not finite, beyond 10**300 or with more decimals than the currency has; for a currency that is
    unknown, or has no minor unit (XAU, gold).
    """
    decimals = _decimals(currency)
    sign, digits, exponent = _parts(amount)
    zeros = exponent + decimals
    if zeros < 0:
        if digits[zeros:].strip('0'):
            raise invalid(
                'payment_amount',
                'has more decimals than the %d of %s' % (decimals, str.__str__(currency)),
            )
        digits, zeros = digits[:zeros], 0
    return _integer(sign, digits, zeros)


def major_units(units: 'Union[int, str]', currency: str) -> 'Decimal':
    """Return minor ``units`` as an amount in major units, with all decimals of the currency.

        major_units(1810, 'EUR')    # Decimal('18.10')
        major_units('500', 'JPY')   # Decimal('500')

    ``units`` is an int or its digits. Raises ValidationException as ``minor_units`` does.
    """
    decimals = _decimals(currency)
    if isinstance(units, bool) or not isinstance(units, (int, str)):
        raise invalid(
            'payment_amount',
            'in minor units is an int or its digits, not of type ' + type(units).__name__,
        )
    sign, digits, exponent = _parts(units)
    if exponent:
        raise invalid('payment_amount', 'in minor units has no decimals')
    from decimal import Decimal

    return Decimal('%dE-%d' % (_integer(sign, digits, 0), decimals))  # exact in any context


def _decimals(currency: 'Any') -> int:
    from payment_page_sdk.parameters.iso_codes import CURRENCIES

    if not issubclass(type(currency), str) or str.__str__(currency) not in CURRENCIES:
        raise invalid('payment_currency', 'is not a code of ISO 4217, such as EUR')
    decimals = CURRENCIES[str.__str__(currency)]
    if decimals is None:
        raise invalid('payment_currency', 'has no minor unit in ISO 4217')
    return decimals


def _parts(amount: 'Any') -> 'Tuple[str, str, int]':
    """Return the sign, the digits, and the power of ten by which these are multiplied."""
    kind = type(amount)  # type: Any  # the true type: a lazy proxy may claim another
    if issubclass(kind, int) and kind is not bool:
        if not -LARGEST_INTEGER <= amount <= LARGEST_INTEGER:
            raise invalid('payment_amount', 'is too large a number')
        kind, amount = str, int.__repr__(amount)
    if issubclass(kind, str):
        match = re.match(r'(-?)([0-9]+)(?:\.([0-9]+))?\Z', amount)
        if not match:
            raise invalid('payment_amount', 'is no number in digits, such as 18.15')
        sign, whole, fraction = match.groups('')
        return sign, whole + fraction, -len(fraction)
    from decimal import Decimal

    if issubclass(kind, Decimal):
        if not amount.is_finite():
            raise invalid('payment_amount', 'is not a finite number')
        negative, figures, exponent = amount.as_tuple()
        return '-' * negative, ''.join(map(str, figures)), exponent
    raise invalid(
        'payment_amount',
        'is of type ' + kind.__name__ + '; to be exact, pass a Decimal, an int or a text of digits',
    )


def _integer(sign: str, digits: str, zeros: int) -> int:
    # So many digits are too large; all of them would fill the memory: Decimal('1E+999999999').
    longest = len(str(LARGEST_INTEGER)) + 1
    integer = int((digits.lstrip('0') + '0' * min(zeros, longest))[:longest] or '0')
    if integer > LARGEST_INTEGER:
        raise invalid('payment_amount', 'is too large a number')
    return -integer if sign else integer
