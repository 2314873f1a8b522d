"""The sandbox as a target of fuzzing takes any bytes."""

from __future__ import annotations

from fuzz import sandbox
from hypothesis import example, given, settings
from hypothesis import strategies as st


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.binary(min_size=8, max_size=300))
@example(b'')
def test_a_target_takes_any_bytes(data: bytes) -> None:
    sandbox.fuzz_one(data)
