"""One signed event, cut anew by a stranger: whatever is accepted says the same, under one key.

The signature covers the canonical string. How JSON cuts it into members, it does not.
"""

import json
import random
import re
from typing import Any, Dict, List

import pytest
from callback_families import FIELDS
from fuzz.recuts import OBJECTS, facts, recut
from hypothesis import given
from hypothesis import strategies as st
from test_members import (
    ACCESSORS,
    GATE,
    HANDLER,
    OPERATIONS,
    PURCHASE,
    RECURRING,
    REDIRECT,
    SIMPLE,
    TOKENIZE,
)

from payment_page_sdk._canonical import PlainForm
from payment_page_sdk.callback import Callback
from payment_page_sdk.exceptions import AmbiguousCallback, CallbackException

EVENTS = [PURCHASE, OPERATIONS, TOKENIZE, RECURRING, REDIRECT, SIMPLE]  # type: List[Dict[str, Any]]


def accept(data: Any, signed: Any) -> Callback:
    """The callback that ``data`` is under the signature of ``signed``."""
    return GATE.handle_callback(json.dumps(dict(data, signature=HANDLER.sign(signed))))


@pytest.mark.parametrize(
    'change',
    [
        {'date': {'2026-01-01T12': '00:05+0000'}},
        {'status': {'success': {}}},
        {'sum': {'amount': True, 'currency': 'EUR'}},
        {'sum': {'amount': '1', 'currency': 'EUR', 'more': {}}},
        {'sum': [{}, []], 'amount': 1},
        {'method': ['card', {}]},
    ],
)
def test_a_payment_cut_anew(change: Dict[str, Any]) -> None:
    payment = {
        'id': 'ORDER-1',
        'status': 'success',
        'date': '2026-01-01T12:00:05+0000',
        'sum': {'amount': 1, 'currency': 'EUR'},
        'method': '0:card',
    }  # type: Dict[str, Any]
    signed = {'payment': payment}
    if 'amount' in change:
        del payment['sum']
        payment.update(amount=1, currency='EUR')
    cut = {'payment': dict(signed['payment'], **change)}
    try:
        callback = accept(cut, signed)
    except CallbackException:
        return  # the string is another then
    assert facts(callback) == facts(accept(signed, signed))
    assert callback.matches(1, 'EUR')


@pytest.mark.parametrize(
    'added',
    [
        {'operations': [{}]},
        {'operations': {}},
        {'operation': {'x': {}}},
        {'operation': [[], {}]},
        {'errors': [{}]},
        {'sum_real': {}},
        {'payment_id': {}},
        {'token': []},
        {'general': {'payment_id': {}}},
        {'interface_type': {}},
        {'frame_mode': 'popup'},
    ],
)
@pytest.mark.parametrize('event', EVENTS)
def test_what_no_signature_covers_decides_nothing(
    event: Dict[str, Any], added: Dict[str, Any]
) -> None:
    varied = dict(event)
    for name, value in added.items():
        varied.setdefault(name, value)
    assert facts(accept(varied, event)) == facts(accept(event, event))


@pytest.mark.parametrize('added', [{'sum': {}}, {'sum': {'x': []}}, {'status': {}}, {'id': []}])
def test_nor_within_the_payment(added: Dict[str, Any]) -> None:
    signed = {
        'payment': {'amount': 1815, 'currency': 'EUR'},
        'general': {'payment_id': 'ORDER-1'},
    }  # type: Dict[str, Any]
    varied = dict(signed, payment=dict(signed['payment'], **added))
    assert facts(accept(varied, signed)) == facts(accept(signed, signed))
    assert accept(varied, signed).matches(1815, 'EUR')


@pytest.mark.parametrize('count', [1, 2, 12])
def test_a_list_may_come_as_an_object(count: int) -> None:
    listed = [{'id': number, 'code': '0', 'status': 'success'} for number in range(count)]
    signed = {'payment': {'id': 'ORDER-1'}, 'operations': listed, 'errors': [{'code': '1'}]}
    cut = {
        'payment': {'id': 'ORDER-1'},
        'operations': {str(number): each for number, each in enumerate(listed)},
        'errors': {'0': {'code': 1}},
    }
    callback = accept(cut, signed)
    assert facts(callback) == facts(accept(signed, signed))
    assert [operation.get_id() for operation in callback.get_operations()] == list(range(count))


@pytest.mark.parametrize(
    ('sent', 'signed'), [(True, 1), ('1', 1), (1, '1'), (None, ''), ('', None)]
)
def test_a_value_may_come_as_another_type(sent: Any, signed: Any) -> None:
    event = {'payment': {'id': signed, 'status': signed}, 'operation': {'code': signed, 'id': 5}}
    varied = {'payment': {'id': sent, 'status': sent}, 'operation': {'code': sent, 'id': '5'}}
    assert facts(accept(varied, event)) == facts(accept(event, event))


def test_a_code_is_not_a_boolean() -> None:
    event = {'operation': {'code': '0', 'status': 'success'}}
    callback = accept({'operation': {'code': False, 'status': 'success'}}, event)
    assert callback.get_operation_code() == '0'
    assert callback.get_result() == accept(event, event).get_result()


@pytest.mark.oldest_and_newest
@given(st.sampled_from(EVENTS), st.integers())
def test_whatever_is_accepted_says_the_same(event: Dict[str, Any], seed: int) -> None:
    varied = recut(PlainForm(event).entries, random.Random(seed))
    try:
        callback = accept(varied, event)
    except CallbackException:
        return  # its string is another, or it could be read in two ways
    assert facts(callback) == facts(accept(event, event))


def is_accepted(data: Any, signed: Any) -> bool:
    try:
        return bool(accept(data, signed))
    except CallbackException:
        return False


def test_most_of_them_are_accepted() -> None:
    varied = [recut(PlainForm(PURCHASE).entries, random.Random(seed)) for seed in range(100)]
    assert sum(is_accepted(data, PURCHASE) for data in varied) > 50


def test_the_objects_are_known() -> None:
    assert {name for name, type_ in ACCESSORS.items() if type_ is dict} == set(OBJECTS)


@pytest.mark.parametrize('name', ['date', 'created_date', 'processing_time'])
def test_only_what_may_differ_between_deliveries_is_left_out_of_the_key(name: str) -> None:
    def key(member: str, value: int) -> str:
        data = {'payment': {'id': 'ORDER-1', member: value}}
        return accept(data, data).get_deduplication_key()

    assert key(name, 1) == key(name, 2)
    assert key('up' + name, 1) != key('up' + name, 2)
    assert key(name + 's', 1) != key(name + 's', 2)


def test_what_is_not_an_object_is_not_an_operation() -> None:
    data = {'operations': ['sale', {'id': 5}, 7]}  # type: Dict[str, Any]
    assert [operation.get_id() for operation in accept(data, data).get_operations()] == [5]
    data = {'operation': {'id': 5}}
    assert [operation.get_id() for operation in accept(data, data).get_operations()] == [5]
    for data in ({'operations': ['sale', 'refund']}, {'operations': 'sale'}, {'operation': 'sale'}):
        assert accept(data, data).get_operations() == []


# A ";" in a text


@pytest.mark.parametrize(
    'root',
    'account acs auth_code avs_result card clarification_fields customer description display_data '
    'errors general merchant operation operations payment payment_id project_id recurring '
    'redirectData redirect_data return_url rrn sum_real sum_refund threeds2 token token_created_at '
    'token_status transaction uuid interface_type sum_request'.split(),
)
def test_a_text_that_could_be_a_member_is_refused(root: str) -> None:
    signed = {'payment': {'id': 'ORDER-1'}, 'name': 'Eve;%s:data:EVIL;%s:z:' % (root, root)}
    with pytest.raises(AmbiguousCallback):
        accept(signed, signed)


def test_a_member_that_could_be_hidden_is_not_read() -> None:
    signed = {'payment': {'id': 'ORDER-1'}, 'name': 'Eve;own:data:EVIL;own:z:', 'a:b': {'c': 1}}
    callback = accept(signed, signed)
    assert callback.get_payment_id() == 'ORDER-1'
    assert callback.get_value('name') == 'Eve;own:data:EVIL;own:z:'
    assert callback.get_value('a:b.c') == 1
    for path in ('own', 'own.data', 'own.data.x'):
        with pytest.raises(AmbiguousCallback, match='could hide or imitate the member'):
            callback.get_value(path)
    signed = {'name': 'Eve;a::b:c:2', 'a:b': {'c': 1}}
    with pytest.raises(AmbiguousCallback):
        accept(signed, signed).get_value('a:b.c')
    harmless = {'name': 'Order 5; own: 12'}
    assert accept(harmless, harmless).get_value('own') is None


def test_every_root_that_an_accessor_reads_is_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    from payment_page_sdk.callback import members
    from payment_page_sdk.callback.facts import Facts

    read = set()

    def below(facts: Facts, path: str) -> List[str]:
        read.add(re.split('[:.]', path)[0])
        return []

    monkeypatch.setattr(Facts, 'below', below)
    callback = accept({'x': 1}, {'x': 1})
    monkeypatch.setattr(callback, 'get_value', lambda path: below(callback._facts, path) or {})
    for name in ACCESSORS:
        getattr(callback, name)()
    callback.matches(1, 'EUR')
    assert read == set(members.ROOTS)


def test_no_text_swallows_a_member_that_the_platform_sends() -> None:
    event = {'customer': {'id': '5'}, 'request': {'id': 'r'}}
    with pytest.raises(AmbiguousCallback):
        accept({'customer': {'id': '5;request:id:r'}}, event)
    roots = {re.split(r'[.[]', path)[0] for fields in FIELDS.values() for path in fields}
    for root in roots - {'signature'}:
        with pytest.raises(AmbiguousCallback):
            accept({'a': 'x;%s:y' % root}, {'a': 'x;%s:y' % root})


# Links that pretend to be callbacks


@pytest.mark.parametrize('interface_type', ['{"id": 24}', 24, '24', {'{"id"': ' 24}'}])
def test_a_link_is_not_a_callback(interface_type: Any) -> None:
    link = {'payment_id': 'ORDER-1', 'interface_type': interface_type}
    with pytest.raises(AmbiguousCallback):
        accept(link, link)


@pytest.mark.parametrize('interface_type', [{'id': 6, 'user': 'm-17'}, {'id': 6}, {}, {'id': '6'}])
def test_a_callback_may_have_an_interface_type(interface_type: Any) -> None:
    body = {'payment': {'id': 'ORDER-1'}, 'interface_type': interface_type}
    assert accept(body, body).get_payment_id() == 'ORDER-1'
