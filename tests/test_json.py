"""Bounds of JSON that not every Python has by itself; the others are met in test_bad_input."""

import runpy
import sys
from typing import Any

import pytest

from payment_page_sdk import _json


def test_an_integer_is_bounded_where_python_does_not_bound_it(monkeypatch: Any) -> None:
    # As before 2022; the module decides by this when it is loaded.
    monkeypatch.delattr(sys, 'get_int_max_str_digits', raising=False)
    module = runpy.run_path(_json.__file__, run_name=_json.__name__)
    parse, longest = module['parse'], module['LONGEST_NUMBER']
    assert parse('[-5, 0, %s]' % ('7' * longest)) == [-5, 0, int('7' * longest)]
    for text in ('7' * (longest + 1), '-' + '7' * longest, '7' * 5000):
        with pytest.raises(ValueError, match='not within bounds'):
            parse(text)


def nested(opening: str, closing: str, depth: int) -> str:
    return '[%s]' % ', '.join([opening * (depth - 1) + '""' + closing * (depth - 1)] * 2)


@pytest.mark.parametrize('opening, closing', ['[]', ('{"[": ', '}')], ids=['lists', 'objects'])
def test_depth_is_bounded_and_no_number_of_brackets(opening: str, closing: str) -> None:
    deepest = _json.DEEPEST_JSON
    assert _json._is_too_deep(nested(opening, closing, deepest)) is False
    assert _json._is_too_deep(nested(opening, closing, deepest + 1)) is True
    with pytest.raises(RecursionError):
        _json.parse(nested(opening, closing, deepest + 1))
    assert _json.parse(nested(opening, closing, 40).replace('""', '"%s"' % ('[' * deepest)))
