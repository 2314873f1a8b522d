"""The documented test cards, and the outcome of each.

The card number alone decides what happens; the amount, the holder and, for most cards, the expiry
and the CVC may be anything. All other numbers are refused: real cards do not belong here. Source:
the platform's list of test cards. It gives the result code of a decline for a few cards only; see
``Card.result``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from payment_page_sdk.callback.shapes import mask

# How the bank authenticates the shopper.
CHALLENGE = 'challenge'
FRICTIONLESS = 'frictionless'

# What is special about a card.
RECURRING = 'recurring'  # is approved only if the payment registers it for later debits
PARTIAL = 'partial'  # is approved for MOST_APPROVED at most
SLOW = 'slow'  # keeps the shopper waiting
FOR_PAYOUTS = 'payout'  # receives money, but cannot pay

SUCCESS = '0'
GENERAL_DECLINE = '10000'
INCORRECT_DATA = '10102'
INCORRECT_CVC = '10103'
INCORRECT_3DS_CODE = '10104'
INSUFFICIENT_FUNDS = '10105'
CANCELLED = '10301'
TIME_OUT = '10602'
NOT_RETURNED = '108'

MOST_APPROVED = (12000, 'EUR')


@dataclass(frozen=True)
class Card:
    """A test card.

    ``result`` is the result code that it leads to: SUCCESS, or the code of a decline, which is
    GENERAL_DECLINE where none is documented. ``code`` is the one that the bank's page accepts; if
    it is empty, any code will do. If ``expiry`` (MM/YY) and ``cvc`` are documented, the shopper
    must enter them exactly.
    """

    scheme: str
    number: str
    result: str = SUCCESS
    flow: str = ''
    code: str = ''
    expiry: str = ''
    cvc: str = ''
    special: str = ''

    @property
    def outcome(self) -> str:
        """Return the key of the words that say what happens."""
        result = 'success' if self.result == SUCCESS else 'decline'
        if self.special:
            return 'timeout' if self.special == SLOW else self.special
        return f'{self.flow}_{result}' if self.flow else result


_visa = partial(Card, 'visa')
_mastercard = partial(Card, 'mastercard')
_mir = partial(Card, 'mir')

_CARDS = (
    # without 3-D Secure
    _visa('4000000000000077'),
    _visa('4111111111111111', GENERAL_DECLINE),
    _visa('4000000000000119', INCORRECT_DATA, special=RECURRING),
    _visa('4000000000000135', INSUFFICIENT_FUNDS, special=RECURRING),
    _visa('4539121411168251', TIME_OUT, special=SLOW),
    _mastercard('5126160000356675', special=PARTIAL),
    _visa('4010571676223548', special=PARTIAL),
    _mastercard('5586200104377434', expiry='12/30', cvc='641'),
    _visa('4058703211698859', expiry='12/30', cvc='769'),
    _mir('2201382000000013', expiry='12/30', cvc='590'),
    _mir('2201382000000021', GENERAL_DECLINE, expiry='12/30', cvc='487'),
    # a code to enter on the bank's page
    _visa('4314220000000056', flow=CHALLENGE),
    _visa('4006260000000014', flow=CHALLENGE),
    _visa('4344693136092508', flow=CHALLENGE),
    _mastercard('5413330000000019', flow=CHALLENGE),
    _mastercard('5426257498841734', flow=CHALLENGE),
    _visa('4314220000000072', GENERAL_DECLINE, CHALLENGE),
    _visa('4314220000000098', GENERAL_DECLINE, CHALLENGE),
    _visa('4012000000020089', GENERAL_DECLINE, CHALLENGE),
    _visa('4165519761269614', GENERAL_DECLINE, CHALLENGE),
    _visa('4383604346807330', GENERAL_DECLINE, CHALLENGE),
    _mastercard('5413330000000035', GENERAL_DECLINE, CHALLENGE),
    _mastercard('5413330000000092', GENERAL_DECLINE, CHALLENGE),
    _mastercard('5544330000000045', GENERAL_DECLINE, CHALLENGE),
    Card('maestro', '5722753235016359', GENERAL_DECLINE, CHALLENGE),
    _mastercard('5586200075269701', flow=CHALLENGE, code='123456', expiry='12/30', cvc='641'),
    _visa('4058703211698263', flow=CHALLENGE, code='123456', expiry='12/30', cvc='769'),
    _mir('2201382000000039', flow=CHALLENGE, code='1qwezxc', expiry='12/30', cvc='324'),
    _mir('2201382000000047', flow=CHALLENGE, code='1qwezxc', expiry='12/30', cvc='584'),
    # 3-D Secure without a code
    _visa('4477000000000006', flow=FRICTIONLESS),
    _visa('4012000000020063', flow=FRICTIONLESS),
    _mastercard('5252000000000004', flow=FRICTIONLESS),
    _mastercard('5544330000000029', flow=FRICTIONLESS),
    _visa('4331289925608649', GENERAL_DECLINE, FRICTIONLESS),
    # for payouts only
    _visa('4242424242424242', special=FOR_PAYOUTS),
    _mir('2200510417770601', special=FOR_PAYOUTS),
    _mir('2201412000000000', GENERAL_DECLINE, special=FOR_PAYOUTS),
)

CARDS = {card.number: card for card in _CARDS}
PURCHASE_CARDS = {card.number: card for card in _CARDS if card.special != FOR_PAYOUTS}
_BY_MASK = {mask(card.number): card for card in _CARDS}


@dataclass(frozen=True)
class CardDetails:
    """What the shopper entered in addition to the number. The CVC is compared, but not stored."""

    holder: str = ''
    expiry: str = ''
    cvc: str = field(default='', repr=False)

    @classmethod
    def right_for(cls, card: Card, now: datetime) -> CardDetails:
        """Return details with which ``card`` leads to its documented outcome."""
        return cls(
            'TEST CARDHOLDER', card.expiry or f'12/{now.year % 100 + 2:02d}', card.cvc or '123'
        )


def errors_in(number: str, details: CardDetails, now: datetime) -> dict[str, str]:
    """Return the names of the fields that are wrong, each with a word for the reason."""
    digits = digits_of(number)
    wrong = {
        'number': _error_in_number(digits),
        'expiry': _error_in_expiry(details.expiry, now),
        'cvc': not _is_cvc(details.cvc) and 'wrong',
        'holder': not _is_holder(details.holder) and 'wrong',
    }
    given = {'number': digits, **vars(details)}
    return {name: error if given[name] else 'missing' for name, error in wrong.items() if error}


_is_cvc = re.compile('[0-9]{3,4}').fullmatch
LONGEST_HOLDER = 255
_is_holder = re.compile(r"[A-Za-z][A-Za-z0-9 .'-]{1,%d}" % (LONGEST_HOLDER - 1)).fullmatch


def _error_in_number(digits: str) -> str:
    if not re.fullmatch('[0-9]{12,19}', digits):
        return 'wrong'
    if digits not in CARDS:
        return 'real'
    return '' if digits in PURCHASE_CARDS else 'payout'


def _error_in_expiry(expiry: str, now: datetime) -> str:
    match = re.fullmatch('(0[1-9]|1[0-2]) ?/? ?(?:20)?([0-9]{2})', expiry)
    if not match:
        return 'wrong'
    return 'past' if (2000 + int(match[2]), int(match[1])) < (now.year, now.month) else ''


def card_with(number: str) -> Card:
    """Return the test card with a number, which may be masked."""
    return _BY_MASK[mask(number)]


def digits_of(number: str) -> str:
    """Return a card number without the spaces and hyphens that people type."""
    return re.sub('[ \u00a0-]', '', number)


def normal_expiry(expiry: str) -> str:
    """Return an expiry in which ``errors_in`` found no error as MM/YY."""
    return f'{expiry[:2]}/{expiry[-2:]}'


def mismatch(card: Card, details: CardDetails) -> str:
    """Return the result code for details that differ from the documented ones; empty if none do."""
    if card.expiry and normal_expiry(details.expiry) != card.expiry:
        return INCORRECT_DATA
    if card.cvc and details.cvc != card.cvc:
        return INCORRECT_CVC
    return ''
