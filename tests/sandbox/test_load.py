"""The load test, in small: the figures of the large one are for notes."""

from __future__ import annotations

import pytest

from sandbox.load import load


@pytest.mark.subprocess
def test_all_callbacks_arrive_at_a_merchant_who_fails() -> None:
    figures = load(shoppers=20, payments=5, patience=1)
    assert figures['arrived'] == figures['payments'] == 100
    assert figures['tries'] > 150
    assert figures['memory at most, MB'] < figures['memory at the start, MB'] + 30
