"""JSON and its bounds: what is just within them, and what is just past them."""

import itertools
import runpy
import sys
from typing import Any, Iterator

import pytest

from payment_page_sdk import _json

LONGEST = '0.' + '7' * 298


@pytest.mark.parametrize(
    'text, value',
    [
        ('{"a": [1, -2.5, null, true, "x"]}', {'a': [1, -2.5, None, True, 'x']}),
        (LONGEST, float(LONGEST)),
        ('-%s' % LONGEST[:-1], -float(LONGEST[:-1])),
        ('1e308', 1e308),
        ('1e-400', 0.0),
        ('"%s"' % ('[' * 5000), '[' * 5000),
        ('["\\\\", "\\"%s"]' % ('{' * 5000), ['\\', '"' + '{' * 5000]),
    ],
)
def test_what_is_within_the_bounds(text: str, value: Any) -> None:
    assert _json.parse(text) == value


@pytest.mark.parametrize(
    'text',
    [LONGEST + '7', '-' + LONGEST, '1e%s' % ('0' * 299), '1e309', '-1e309']
    + ['NaN', 'Infinity', '-Infinity'],
)
def test_a_number_past_the_bounds_is_refused(text: str) -> None:
    for whole in (text, '[%s]' % text, '{"a": %s}' % text):
        with pytest.raises(ValueError, match='not a JSON number, or not within bounds'):
            _json.parse(whole)


def test_an_integer_is_bounded_where_python_does_not_bound_it(monkeypatch: Any) -> None:
    # As before 2022; the module decides by this when it is loaded.
    monkeypatch.delattr(sys, 'get_int_max_str_digits', raising=False)
    module = runpy.run_path(_json.__file__, run_name=_json.__name__)
    parse, longest = module['parse'], module['LONGEST_NUMBER']
    assert longest == 300
    assert parse('[-5, 0, %s]' % ('7' * longest)) == [-5, 0, int('7' * longest)]
    for text in ('7' * (longest + 1), '-' + '7' * longest, '7' * 5000):
        with pytest.raises(ValueError, match='not within bounds'):
            parse(text)


def test_an_integer_is_not_converted_by_this_package_where_python_bounds_it(
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(sys, 'get_int_max_str_digits', lambda: 4300, raising=False)
    parse = runpy.run_path(_json.__file__, run_name=_json.__name__)['parse']
    assert parse('7' * 301) == int('7' * 301)


LISTS, OBJECTS, ODD_KEYS = ('[', ']'), ('{"a": ', '}'), ('{"[]{": ', '}')
KINDS = [[LISTS], [OBJECTS], [ODD_KEYS], [LISTS, OBJECTS]]


def nested(depth: int, *kinds: Any) -> str:
    """Return a list of three; the last two are towers, which together with the list are so deep."""
    floors = list(itertools.islice(itertools.cycle(kinds), depth - 1))
    tower = ''.join(opening for opening, _ in floors) + '""'
    tower += ''.join(closing for _, closing in reversed(floors))
    return '[%s]' % ', '.join(['[]', tower, tower])


@pytest.fixture
def deep_stack() -> 'Iterator[None]':
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10**4)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.parametrize('kinds', KINDS)
def test_depth_is_bounded_whatever_the_interpreters_limit(kinds: Any, deep_stack: None) -> None:
    assert not _json._is_too_deep(nested(2000, *kinds))  # but for CPython 3.12 it is too deep
    for text in (nested(2001, *kinds), nested(2001, *kinds)[:-1500]):
        with pytest.raises(RecursionError):
            _json.parse(text)


@pytest.mark.parametrize('kinds', KINDS)
def test_the_number_of_brackets_is_not_bounded(kinds: Any) -> None:
    text = '[%s]' % ', '.join([nested(40, *kinds)] * 60)
    assert len(_json.parse(text)) == 60


@pytest.mark.parametrize(
    'text', ['"%s', '["\\\n%s"]', '["x", %s', '["\\" %s'], ids=['open', 'line', 'list', 'quote']
)
def test_brackets_in_what_is_not_json(text: str) -> None:
    brackets = '[' * 2001
    with pytest.raises(RecursionError if text == '["x", %s' else ValueError):
        _json.parse(text % brackets)
