"""What is done here for interpreters that have no bounds of their own."""

import runpy
import sys
from typing import Any

import pytest

from payment_page_sdk import bounded_json


def test_integers_are_bounded_also_by_interpreters_before_2022(monkeypatch: Any) -> None:
    monkeypatch.delattr(sys, 'get_int_max_str_digits', raising=False)
    module = runpy.run_path(bounded_json.__file__)
    digits = '9' * module['LONGEST_NUMBER']
    assert module['parsed']('[%s]' % digits) == [int(digits)]
    with pytest.raises(ValueError, match='not within bounds'):
        module['parsed']('[9%s]' % digits)
