"""How the web pages write times; how they write amounts, test_page.py tells."""

from __future__ import annotations

import pytest

from payment_page_sdk.sandbox.payments import SandboxPayment
from payment_page_sdk.sandbox.web import amount_as_text, time_as_text


@pytest.mark.parametrize(
    'when, text',
    [
        (0, '1970-01-01T00:00:00.000+00:00'),
        (1795521600.25, '2026-11-24T12:00:00.250+00:00'),
    ],
)
def test_a_time_is_of_utc_with_milliseconds(when: float, text: str) -> None:
    assert time_as_text(when) == text


def test_an_amount_is_in_english_unless_another_language_is_asked_for() -> None:
    payment = SandboxPayment.open({'payment_currency': 'EUR'}, '', 'key', 0)
    assert amount_as_text(payment, 101815) == '1,018.15 EUR'
    assert amount_as_text(payment, 101815, 'ru') == '1\u00a0018,15 EUR'
