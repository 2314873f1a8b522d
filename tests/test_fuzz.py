"""The targets of fuzzing: each takes any bytes. And what they are made of, for itself."""

import importlib
import json
import random
from typing import Any, Dict

import pytest
from facts import read_json, read_lines
from fuzz import definition
from fuzz.choices import Choices
from fuzz.recuts import recut
from hypothesis import example, given, settings
from hypothesis import strategies as st
from run_fuzz import TARGETS

pytestmark = pytest.mark.oldest_and_newest

OF_CORE = [target for target in TARGETS if target != 'sandbox']


@pytest.mark.parametrize('target', OF_CORE)
def test_a_target_takes_any_bytes(target: str) -> None:
    module = importlib.import_module('fuzz.' + target)

    @settings(max_examples=30)
    @given(st.binary(min_size=8, max_size=300))
    @example(module.SEEDS[0])
    def throw(data: bytes) -> None:
        module.fuzz_one(data)

    throw()


def test_the_bytes_decide() -> None:
    choose = Choices(b'\1\2\x80')
    assert [choose.randrange(200), choose.getrandbits(8), choose.random()] == [1, 2, 0.5]
    assert [choose.random(), choose.randrange(7), choose.choice('ab')] == [0, 0, 'a']
    assert Choices(b'').sample(range(5), 3) == Choices(b'').sample(range(5), 3)


def test_the_definition_is_that_of_the_official_sdks() -> None:
    for row in read_lines('signature_vectors.jsonl'):
        for form in (definition.PLAIN, definition.NATURAL):
            message = definition.message(row['params'], form)
            assert definition.sign(row['secret'], message) == row['sign'][form]


@pytest.mark.parametrize('name', ['natural_form.json', 'natural_php.json'])
def test_the_definition_sorts_as_php_does(name: str) -> None:
    told = read_json(name)  # type: Dict[str, Any]
    for row in told['paths']:
        data = dict.fromkeys(row['in'], '')
        paths = [path for path, _ in definition.entries(data, definition.NATURAL)]
        assert paths == [path.replace(':', '::') for path in row['natural']]
    for text, message in told.get('canonical', []):
        assert definition.message(json.loads(text), definition.NATURAL) == message


def test_a_cut_has_the_same_string() -> None:
    entries = [('a', 'x;b:1'), ('a::b:0', ''), ('c:0', '1')]
    message = ';'.join(map(':'.join, entries))
    cuts = [recut(entries, random.Random(seed)) for seed in range(200)]
    same = [json.dumps(cut) for cut in cuts if definition.message(cut) == message]
    assert len(set(same)) > 20
