"""A series of payments, as one of them has registered it, and as the merchant changes it.

There is no clock, network or database here, either.
"""

from __future__ import annotations

import secrets
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from payment_page_sdk.exceptions import Finding
from payment_page_sdk.parameters.schemas import SCHEMAS
from payment_page_sdk.sandbox.refusals import Conflict, Refusal
from payment_page_sdk.statuses import OperationType, RecurringStatus

RECURRING = 'recurring'  # the mode of the payments that follow in a series

# What the merchant does with a series: the types of the operations.
DEBIT, UPDATE, CANCEL = ACTIONS = (
    str(OperationType.RECURRING),
    str(OperationType.RECURRING_UPDATE),
    str(OperationType.RECURRING_CANCEL),
)

# The platform's codes.
UNKNOWN_SERIES = '3181'
CANCELLED_SERIES = '3184'
EXPIRED_SERIES = '3301'
WRONG_TERMS = '502'

# What the merchant can agree, and change later.
_EXPIRY = ('expiry_year', 'expiry_month', 'expiry_day')
_NUMBERS = ('interval', 'amount', *_EXPIRY)
TERMS = (*_NUMBERS, 'period', 'time', 'start_date', 'scheduled_payment_id')


@dataclass
class Series:
    """A series of payments. Its ``terms`` are those of TERMS that were agreed."""

    id: int
    currency: str
    valid_until: float  # seconds since 1970
    type: str = ''
    status: str = RecurringStatus.ACTIVE
    terms: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def register(
        cls, recurring: Mapping[str, Any], currency: str, account: Mapping[str, Any]
    ) -> Series:
        """Return the series that a link registers, for the card of ``account``.

        If the link agrees no other date, the series ends with the card.
        """
        year, month = int(account['expiry_year']), int(account['expiry_month'])
        series = cls(10**9 + secrets.randbelow(10**9), currency, _end_of(year, month))
        series.type = str(recurring.get('type', ''))
        given = {name: _as_number(recurring[name]) for name in TERMS if name in recurring}
        # What arrives in brackets has been verified less strictly.
        wrong = {problem.parameter.rpartition(':')[2] for problem in _find(given)}
        series._agree({name: value for name, value in given.items() if name not in wrong})
        return series

    def objection(self, now: float) -> str:
        """Return the result code of a debit that the series does not allow, else an empty str."""
        if self.status != RecurringStatus.ACTIVE:
            return CANCELLED_SERIES
        return EXPIRED_SERIES if self.valid_until < now else ''

    def update(self, terms: Mapping[str, Any]) -> None:
        """Agree other ``terms``; those that are not given stay. Raises Refusal."""
        self._require_active()
        problems = [problem.message for problem in _find({**self.terms, **terms})]
        if problems:
            raise Refusal(WRONG_TERMS, problems[0], problems)
        self._agree(terms)

    def cancel(self) -> None:
        """End the series. Raises Conflict if it has already been ended."""
        self._require_active()
        self.status = str(RecurringStatus.CANCELED)

    def _require_active(self) -> None:
        if self.status != RecurringStatus.ACTIVE:
            raise Conflict(CANCELLED_SERIES, 'the series has already been canceled')

    def _agree(self, terms: Mapping[str, Any]) -> None:
        self.terms = {**self.terms, **terms}
        if any(name in terms for name in _EXPIRY):
            until = datetime.fromtimestamp(self.valid_until, timezone.utc)
            year, month, day = (
                int(self.terms.get(name, now))
                for name, now in zip(_EXPIRY, (until.year, until.month, 31))
            )
            self.valid_until = _end_of(year, month, day)


def _end_of(year: int, month: int, day: int = 31) -> float:
    """Return the last second of a day; of the last of the month if that has no such day."""
    day = min(day, monthrange(year, month)[1])
    return datetime(year, month, day, 23, 59, 59, tzinfo=timezone.utc).timestamp()


def _as_number(value: Any) -> Any:
    """Return an int for its digits, and anything else as it is."""
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit()
    return int(value) if is_digits and len(value) < 20 else value


def _find(terms: Mapping[str, Any]) -> list[Finding]:
    """Return what is wrong with terms."""
    required = {'register': True, 'type': 'R'}
    return SCHEMAS['recurring'].find_in_json({**required, **terms}, 'recurring', {})
