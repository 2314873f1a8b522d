"""Queries: what is written is read again, and read as PHP does."""

from typing import Any, Dict, List
from urllib.parse import unquote

import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from payment_page_sdk._query import (
    find_query,
    is_signed,
    join_name,
    read_params,
    read_query,
    signed_part,
    split_name,
    write_pairs,
    write_query,
)
from payment_page_sdk._wire import MAX_DEPTH
from payment_page_sdk.exceptions import ValidationException

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
        ('a=1#b', 'a=1'),
        ('https://host/payment?a=1#b#c', 'a=1'),
        ('#a=1', ''),
        ('a=?b=1', 'b=1'),
        ('a://b', ''),
        ('\u2003?a=1\t', 'a=1'),
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
        (' a.b c\0d', ['a_b_c']),
        ('a[b', ['a_b']),
        ('a]b', ['a]b']),
        ('a[b]c[d]', ['a', 'b']),
        ('[a]', ['']),
        ('a[b\0c]', ['a_b']),
        ('a[ ]', ['a', '']),
        ('a[\n]', ['a', '']),
        ('a[  ]', ['a', '  ']),
        ('a[ x]', ['a', ' x']),
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
        # As PHP 8.2 answered:
        ('a[5]=1&a[]=2', {'a': {'5': '1', '6': '2'}}),
        ('a[1]=1&a[]=2&a[]=3', {'a': {'1': '1', '2': '2', '3': '3'}}),
        ('a[9]=1&a[2]=2&a[]=3', {'a': {'9': '1', '2': '2', '10': '3'}}),
        ('a[x]=1&a[05]=2&a[]=3', {'a': {'x': '1', '05': '2', '0': '3'}}),
        ('a[0]=1&a[]=2&b[]=3', {'a': {'0': '1', '1': '2'}, 'b': {'0': '3'}}),
        ('a[7][]=1&a[][]=2', {'a': {'7': {'0': '1'}, '8': {'0': '2'}}}),
        ('a[]=1&a=2&a[]=3', {'a': {'0': '3'}}),
        ('a[9999999999]=1&a[]=2', {'a': {'9999999999': '1', '10000000000': '2'}}),
        ('a[99999999999999999999]=1&a[]=2', {'a': {'99999999999999999999': '1', '0': '2'}}),
        ('[]=1&[a][b]=1&[=1&+[a=1&%00a=1', {}),
        ('a%00b=1&c[+]=2', {'a': '1', 'c': {'0': '2'}}),
        ('a[b][c]=1&a[b][d]=2', {'a': {'b': {'c': '1', 'd': '2'}}}),
        ('a[b]=1&a[b][c]=2', {'a': {'b': {'c': '2'}}}),
        ('a[b][c]=1&a[b]=2', {'a': {'b': '2'}}),
        ('a[b][]=1&a[b][]=2', {'a': {'b': {'0': '1', '1': '2'}}}),
        ('a[][]=1&a[][]=2', {'a': {'0': {'0': '1'}, '1': {'0': '2'}}}),
        ('a[=1&.=2&+.+=3', {'a_': '1', '_': '2', '__': '3'}),
        ('a=1&A=2&a[b&b]=3', {'a': '1', 'A': '2', 'a_b': '', 'b]': '3'}),
        ('a[b]=&a[c]', {'a': {'b': '', 'c': ''}}),
        ('_[a]=1&a.b=1&a_b=2', {'_': {'a': '1'}, 'a_b': '2'}),
        ('a+[b]=1&a.b[c.d]=2', {'a_': {'b': '1'}, 'a_b': {'c.d': '2'}}),
        ('a[[b]]=1&c[d]]=2&e[f][g=3', {'a': {'[b': '1'}, 'c': {'d': '2'}, 'e': {'f': '3'}}),
        ('a[b%0A]=1&c[+d+]=2&%09=3', {'a': {'b\n': '1'}, 'c': {' d ': '2'}, '\t': '3'}),
        ('a%0Ab[c]=1&a]]=2', {'a\nb': {'c': '1'}, 'a]]': '2'}),
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


@pytest.mark.parametrize(
    'texts, pairs',
    [
        ('x', [('a', 'x')]),
        ('', [('a', '')]),
        (['x', ['y']], [('a[0]', 'x'), ('a[1][0]', 'y')]),
        ({'c': 'x', 'b': {'1': 'y'}}, [('a[c]', 'x'), ('a[b][1]', 'y')]),
        ([], []),
        ({'b': {}, 'c': [[]]}, []),
        (
            {'\x80': 'x', ' b': 'y', 'Signature': 'z'},
            [('a[\x80]', 'x'), ('a[ b]', 'y'), ('a[Signature]', 'z')],
        ),
        ({'signature ': 'x', '~': 'y'}, [('a[signature ]', 'x'), ('a[~]', 'y')]),
    ],
)
def test_what_is_written(texts: Any, pairs: Any) -> None:
    assert list(write_pairs('a', texts)) == pairs


@pytest.mark.parametrize(
    'key', ['', ' ', '\u2003\n', '[', ']', ';', '\0', '\x1f', '\x7f', 'a\nb', 'signature']
)
def test_a_key_that_would_not_arrive(key: str) -> None:
    holders = [{key: 'x'}, {'b': {key: 'x'}}, [{'c': 'y', key: []}]]  # type: List[Any]
    for texts in holders:
        with pytest.raises(ValidationException) as caught:
            list(write_pairs('a', texts))
        assert str(caught.value).startswith('a')
        assert 'has a key that cannot be sent' in str(caught.value)


def test_a_query_in_exact_letters() -> None:
    assert write_query([]) == ''
    assert write_query([('a', ''), ('b_.-9Z', 'x_.-9Z')]) == 'a=&b_.-9Z=x_.-9Z'
    assert write_query([('a[b]', 'x y'), ('é', '&=+%;/\n')]) == (
        'a%5Bb%5D=x+y&%C3%A9=%26%3D%2B%25%3B%2F%0A'
    )


@pytest.mark.parametrize(
    'params, signed',
    [
        ({}, {}),
        ({'a': 1, 'b_': 2, 'c_d': 3}, {'a': 1, 'b_': 2, 'c_d': 3}),
        ({'_a': 1, 'b': 2}, {'b': 2}),
        ({'a': 1, '_': 2, '__': 3, 'b': 4}, {'a': 1, 'b': 4}),
    ],
)
def test_names_with_an_underscore_are_not_signed(params: Any, signed: Any) -> None:
    assert signed_part(params) == signed
    assert [name for name in params if is_signed(name)] == list(signed)
