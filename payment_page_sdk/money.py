"""Amounts of money, from major units (18.15 EUR) to minor units (1815), and back.

Parameters and callbacks have minor units. ISO 4217 says how many decimals these make in each
currency: 2 in most, 0 in JPY, 3 in KWD, 4 in CLF.
"""

import re

from payment_page_sdk._wire import LARGEST_INTEGER, invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Any, Union

_TOO_LONG = len(str(LARGEST_INTEGER)) + 1  # in digits


def minor_units(amount: 'Union[Decimal, int, str]', currency: str) -> int:
    """Return an ``amount`` in major units as minor units, exactly: it is never rounded.

        minor_units('18.15', 'EUR')          # 1815
        minor_units(Decimal('0.5'), 'KWD')   # 500
        minor_units(500, 'JPY')              # 500

    ``amount`` is a Decimal, an int or a str of digits (``-18.15``), ``currency`` a code of
    ISO 4217. Raises ValidationException for an amount of another type (a float is not exact), an
    amount that is not finite, exceeds 10**300 or has more decimals than the currency; for a
    currency that is unknown or has no minor unit (XAU, gold).
    """
    from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context

    decimals = _decimals(currency)
    exact = Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX, clamp=0, traps=[])
    units = exact.scaleb(_decimal(amount), decimals)
    if units != exact.to_integral_value(units):
        raise invalid(
            'payment_amount',
            'has more decimals than the %d of %s' % (decimals, str.__str__(currency)),
        )
    return _integer(units)


def major_units(units: 'Union[int, str]', currency: str) -> 'Decimal':
    """Return minor ``units`` as an amount in major units, with all decimals of the currency.

        major_units(1810, 'EUR')    # Decimal('18.10')
        major_units('500', 'JPY')   # Decimal('500')

    ``units`` is an int or a str of digits. Raises ValidationException as ``minor_units`` does.
    """
    from decimal import Decimal

    decimals = _decimals(currency)
    if isinstance(units, bool) or not isinstance(units, (int, str)):
        raise invalid(
            'payment_amount',
            'in minor units is an int or a str of digits, not ' + type(units).__name__,
        )
    number = _decimal(units)
    if isinstance(units, str) and '.' in units:
        raise invalid('payment_amount', 'in minor units has no decimals')
    return Decimal('%dE-%d' % (_integer(number), decimals))  # exact in any context


def _decimals(currency: 'Any') -> int:
    from payment_page_sdk.parameters.iso_codes import CURRENCIES

    if not issubclass(type(currency), str) or str.__str__(currency) not in CURRENCIES:
        raise invalid('payment_currency', 'is not a code of ISO 4217, such as EUR')
    decimals = CURRENCIES[str.__str__(currency)]
    if decimals is None:
        raise invalid('payment_currency', 'has no minor unit in ISO 4217')
    return decimals


def _decimal(amount: 'Any') -> 'Decimal':
    """Return an ``amount`` as a finite Decimal, exactly."""
    from decimal import Decimal

    cls = type(amount)  # type: Any  # the true type: a lazy proxy may claim another one
    if issubclass(cls, str):
        match = re.match(r'(-?)0*([0-9]+)(?:\.([0-9]+))?\Z', amount)
        if not match:
            raise invalid('payment_amount', 'is not a number in digits, such as 18.15')
        sign, whole, fraction = match.groups('')
        # Cut to _TOO_LONG, a part is still refused. PyPy's Decimal does not read a longer one.
        fraction = fraction.rstrip('0')[-_TOO_LONG:]
        return Decimal('%s%s.%s' % (sign, whole[:_TOO_LONG], fraction))
    if issubclass(cls, int) and cls is not bool:
        return Decimal(_integer(amount))
    if not issubclass(cls, Decimal):
        raise invalid(
            'payment_amount', 'takes a Decimal, an int or a str of digits, not ' + cls.__name__
        )
    if not amount.is_finite():
        raise invalid('payment_amount', 'is not a finite number')
    return amount  # type: ignore[no-any-return]


def _integer(number: 'Union[Decimal, int]') -> int:
    if not -LARGEST_INTEGER <= number <= LARGEST_INTEGER:
        raise invalid('payment_amount', 'is too large a number')
    return int(number)
