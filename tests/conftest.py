"""What all tests share: how Hypothesis searches, and the oracles.

By default the same examples every time, so that a red test is a change of the code. The search for
new ones is `HYPOTHESIS_PROFILE=search pytest`.
"""

import os
from typing import Any, Iterator

import oracles
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    'steady',
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    'search', settings.get_profile('steady'), derandomize=False, max_examples=2000
)
settings.register_profile('brief', settings.get_profile('steady'), max_examples=10)
settings.load_profile(os.environ.get('HYPOTHESIS_PROFILE', 'steady'))


@pytest.fixture(scope='session')
def python_oracle() -> Iterator[Any]:
    with oracles.PythonOracle() as oracle:
        yield oracle


@pytest.fixture(scope='session')
def node_oracle() -> Iterator[Any]:
    with oracles.NodeOracle() as oracle:
        yield oracle
