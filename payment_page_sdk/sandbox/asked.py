"""What a link asks for."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Optional

from payment_page_sdk.callback.facts import as_moment
from payment_page_sdk.parameters.kinds import PURCHASE
from payment_page_sdk.parameters.rules import Deadline


class Asked:
    """Reads the verified parameters of a link, which was ``opened`` at a time."""

    params: dict[str, Any]
    opened: float

    @property
    def project_id(self) -> int:
        return int(self.params['project_id'])

    @property
    def mode(self) -> str:
        return self.text('mode') or PURCHASE

    @property
    def requested_amount(self) -> int:
        return int(self.text('payment_amount') or 0)

    @property
    def currency(self) -> str:
        return self.text('payment_currency')

    @property
    def is_auth(self) -> bool:
        return self.mode == PURCHASE and self.text('operation_type') == 'auth'

    @property
    def is_recurring(self) -> bool:
        # merchant.js sends objects in brackets, and true as 1.
        registers = self.recurring.get('register') in (True, 'true', '1')
        return registers or self.text('recurring_register') == '1'

    @property
    def recurring(self) -> dict[str, Any]:
        """Return the members of the parameter."""
        given = self.params.get('recurring') or '{}'
        members: dict[str, Any] = given if isinstance(given, dict) else json.loads(given)
        return members

    @property
    def has_saved_card(self) -> bool:
        """Tell whether the link names the token of a card, so that the shopper enters the CVC only.

        The card is here from the beginning, then.
        """
        return bool(self.text('account_token'))

    @property
    def best_before(self) -> Optional[float]:
        """Return the deadline of the link; None if it has none, or one that is too far ahead."""
        given = as_moment(self.text('best_before'))
        latest = self.opened + timedelta(Deadline.DAYS).total_seconds()
        return given.timestamp() if given and given.timestamp() <= latest else None

    def text(self, name: str) -> str:
        """Return a parameter as a str, which is empty if the link does not have it."""
        value = self.params.get(name, '')
        return value if isinstance(value, str) else json.dumps(value)
