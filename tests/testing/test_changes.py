import copy
from datetime import datetime
from typing import Any, Dict

import pytest

from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.testing.changes import ABSENT, apply_changes

DATA = {
    'payment': {'id': 'ORDER-1', 'sum': {'amount': 1815, 'currency': 'EUR'}},
    'operations': [{'status': 'success'}, {'status': 'decline'}],
    'description': None,
}  # type: Dict[str, Any]


def with_items(count: int) -> Dict[str, Any]:
    return {'items.%d' % index: str(index) for index in range(count)}


@pytest.mark.parametrize(
    'changes, path, value',
    [
        ({'payment.sum.amount': 500}, ['payment', 'sum', 'amount'], 500),
        ({'operations.0.status': 'error'}, ['operations', 0, 'status'], 'error'),
        ({'operations.1': 5}, ['operations'], [{'status': 'success'}, 5]),
        ({'operations.2.status': 'new'}, ['operations', 2], {'status': 'new'}),
        ({'payment': {}}, ['payment'], {}),
        ({'payment.id': None}, ['payment', 'id'], None),
        ({'acs.deep.url': 'x'}, ['acs'], {'deep': {'url': 'x'}}),
        ({'payment.0': 1}, ['payment', '0'], 1),
        ({'payment.id': ABSENT}, ['payment'], {'sum': {'amount': 1815, 'currency': 'EUR'}}),
        ({'operations.0': ABSENT}, ['operations'], [{'status': 'decline'}]),
        ({'operations.0': ABSENT, 'operations.1': ABSENT}, ['operations'], []),
        ({'operations.0': ABSENT, 'operations.1.status': 'x'}, ['operations'], [{'status': 'x'}]),
        (
            {'payment.sum.amount': 1, 'payment.sum': {'currency': 'USD'}},
            ['payment', 'sum'],
            {'currency': 'USD', 'amount': 1},
        ),
        (dict(with_items(12), items=[]), ['items'], [str(index) for index in range(12)]),
        ({'operations.1': ABSENT, 'operations': [1, 2, 3]}, ['operations'], [1, 3]),
    ],
)
def test_each_change_is_made_where_its_path_leads(
    changes: Dict[str, Any], path: Any, value: Any
) -> None:
    before = copy.deepcopy(DATA)
    found = apply_changes(DATA, changes)
    for key in path:
        found = found[key]
    assert found == value
    assert before == DATA


def test_without_changes_it_is_a_copy() -> None:
    copied = apply_changes(DATA, {})
    assert copied == DATA
    assert copied['payment']['sum'] is not DATA['payment']['sum']


def test_a_value_is_not_shared() -> None:
    value = {'amount': 1}
    apply_changes(DATA, {'payment.sum': value})['payment']['sum']['amount'] = 2
    assert value == {'amount': 1}


@pytest.mark.parametrize(
    'path',
    [
        '',
        '.',
        'payment.',
        '.payment',
        'payment..id',
        'payment.id.inner',
        'description.inner',
        'operations.3',
        'operations.-1',
        'operations.x',
        'operations.00',
        'operations.3.status',
        'operations.²',
        'operations.1.status.0',
        'operations.',
        'brand.new.',
    ],
)
@pytest.mark.parametrize('value', ['a value', ABSENT])
def test_an_impossible_path_is_refused(path: str, value: Any) -> None:
    with pytest.raises(ValidationException) as caught:
        apply_changes(DATA, {path: value})
    assert caught.value.parameter == path
    assert 'a value' not in str(caught.value)


@pytest.mark.parametrize('path', ['brand', 'payment.new', 'operations.2', 'brand.new'])
def test_what_is_not_there_cannot_be_removed(path: str) -> None:
    with pytest.raises(ValidationException, match='not there') as caught:
        apply_changes(DATA, {path: ABSENT})
    assert caught.value.parameter == path


def test_absent_says_what_it_is() -> None:
    assert repr(ABSENT) == 'ABSENT'
    assert copy.deepcopy({'payment.id': ABSENT})
    assert datetime(2026, 1, 1) == apply_changes({}, {'date': datetime(2026, 1, 1)})['date']
