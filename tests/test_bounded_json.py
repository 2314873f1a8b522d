"""Bounds of JSON that not every Python has by itself; the others are met in test_bad_input."""

import runpy
import sys
from typing import Any

import pytest

from payment_page_sdk import bounded_json


def test_an_integer_is_bounded_where_python_does_not_bound_it(monkeypatch: Any) -> None:
    # As before 2022; the module decides by this when it is loaded.
    monkeypatch.delattr(sys, 'get_int_max_str_digits', raising=False)
    module = runpy.run_path(bounded_json.__file__, run_name=bounded_json.__name__)
    parsed, longest = module['parsed'], module['LONGEST_NUMBER']
    assert parsed('[-5, 0, %s]' % ('7' * longest)) == [-5, 0, int('7' * longest)]
    for text in ('7' * (longest + 1), '-' + '7' * longest, '7' * 5000):
        with pytest.raises(ValueError, match='not within bounds'):
            parsed(text)
