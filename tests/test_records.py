"""NamedTuple without typing."""

import pickle
from typing import Any

import pytest

from payment_page_sdk.callback.facts import Sum
from payment_page_sdk.callback.members import CallbackError
from payment_page_sdk.exceptions import Finding

RECORDS = [
    (Sum(1815, 'EUR'), "Sum(amount=1815, currency='EUR')"),
    (CallbackError('1', None, 'a'), "CallbackError(code='1', message=None, field='a')"),
    (
        Finding('a', 'b', 'c', True),
        "Finding(parameter='a', code='b', message='c', is_warning=True)",
    ),
]


@pytest.mark.parametrize(('record', 'shown'), RECORDS)
def test_records_are_tuples_with_names(record: Any, shown: str) -> None:
    assert repr(record) == shown
    assert type(record)._make(tuple(record)) == record


@pytest.mark.parametrize('record', [record for record, _ in RECORDS])
def test_records_can_be_pickled(record: Any) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        restored = pickle.loads(pickle.dumps(record, protocol))
        assert (type(restored), restored) == (type(record), record)
