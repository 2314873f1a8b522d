"""What is locked in tests/requirements is what the environments of tox install."""

import os
import re
from glob import glob
from typing import Set

import pytest
from documents import ROOT, text_of

LISTS = sorted(
    os.path.relpath(path, ROOT)
    for path in glob(os.path.join(ROOT, 'tests', 'requirements', '*.in'))
)


def names_in(name: str) -> 'Set[str]':
    """Return the packages that a list names, and those of the lists that it includes."""
    names = set()
    for line in re.findall('^[^#\n]+', text_of(name), re.MULTILINE):
        if line.startswith('-r '):
            names |= names_in(os.path.join(os.path.dirname(name), line[3:].strip()))
        else:
            names.add(re.sub('[_.]', '-', re.findall(r'^[\w.-]+', line)[0].lower()))
    return names


@pytest.mark.parametrize('name', LISTS)
def test_whatever_is_listed_is_locked(name: str) -> None:
    locked = set(re.findall('^([a-z0-9-]+)==', text_of(name[:-2] + 'txt'), re.MULTILINE))
    assert names_in(name) <= locked


def test_all_lists_are_found() -> None:
    assert len(LISTS) == text_of('tox.ini').count('uv pip compile')
