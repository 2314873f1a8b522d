"""Queries: what is written is read again, and read as PHP does."""

from typing import Any, Dict, List
from urllib.parse import unquote

import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from payment_page_sdk._query import (
    find_query,
    join_name,
    read_params,
    read_query,
    split_name,
    write_pairs,
    write_query,
)
from payment_page_sdk._wire import MAX_DEPTH

names = st.text('ab_-:é\U0001f600', min_size=1)
texts = strategies.trees(
    strategies.texts,
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(names, inner),
)


def as_read(texts: Any) -> Any:
    """``texts`` without what a query cannot have: lists, and what is empty."""
    if isinstance(texts, str):
        return texts
    members = texts if isinstance(texts, dict) else {str(i): text for i, text in enumerate(texts)}
    read = {key: as_read(member) for key, member in members.items()}
    return {key: member for key, member in read.items() if member != {}}


@given(st.dictionaries(names, texts))
def test_what_is_written_is_read_again(params: Dict[str, Any]) -> None:
    pairs = [pair for name in params for pair in write_pairs(name, params[name])]
    assert read_query(write_query(pairs)) == pairs
    assert read_params(pairs) == as_read(params)
    assert [join_name(split_name(name)) for name, _ in pairs] == [name for name, _ in pairs]


@pytest.mark.parametrize(
    'url, query',
    [
        ('https://host/payment?a=1&b=2', 'a=1&b=2'),
        (' https://host/payment?a=1#b?c=2\n', 'a=1'),
        ('/payment?a=1?2', 'a=1?2'),
        ('?a=1', 'a=1'),
        ('a=1', 'a=1'),
        ('https://host/payment', ''),
        ('', ''),
    ],
)
def test_the_query_of_a_link(url: str, query: str) -> None:
    assert find_query(url) == query


def test_pairs_are_read_in_their_order() -> None:
    query = '&b=1&a=x+y%2B%D0%96&&b=2=3&c&=d&e=f;g=h&'
    assert read_query(query) == [
        ('b', '1'),
        ('a', 'x y+Ж'),
        ('b', '2=3'),
        ('c', ''),
        ('', 'd'),
        ('e', 'f;g=h'),
    ]
    assert read_query('a+b=x+y%2B', unquote) == [('a+b', 'x+y+')]


@pytest.mark.parametrize(
    'name, keys',
    [
        ('a', ['a']),
        ('a[b][0][]', ['a', 'b', '0', '']),
        ('a[b.c d]', ['a', 'b.c d']),
        (' a.b c\0', ['a_b_c_']),
        ('a[b', ['a_b']),
        ('a]b', ['a]b']),
        ('a[b]c[d]', ['a', 'b']),
        ('[a]', ['_a]']),
        (' ', ['']),
        ('', ['']),
    ],
)
def test_names_are_read_as_php_reads_them(name: str, keys: List[str]) -> None:
    assert split_name(name) == keys


@pytest.mark.parametrize(
    'query, params',
    [
        ('a=1&a=2', {'a': '2'}),
        ('a=1&a[b]=2', {'a': {'b': '2'}}),
        ('a[b]=2&a=1', {'a': '1'}),
        ('l[]=x&l[]=y', {'l': {'0': 'x', '1': 'y'}}),
        ('l[][a]=x&l[][a]=y', {'l': {'0': {'a': 'x'}, '1': {'a': 'y'}}}),
        ('=1&+=2', {}),
    ],
)
def test_parameters_are_read_as_php_reads_them(query: str, params: Dict[str, Any]) -> None:
    assert read_params(read_query(query)) == params


def test_names_that_php_leaves_out() -> None:
    deepest = 'a' + '[b]' * (MAX_DEPTH - 1)
    pairs = [('', 'x'), (' ', 'x'), ('c', '1'), (deepest + '[b]', 'x')]
    assert read_params(pairs) == {'c': '1'}
    held = read_params([(deepest, 'x')])  # type: Any
    for _ in range(MAX_DEPTH):
        (held,) = held.values()
    assert held == 'x'
