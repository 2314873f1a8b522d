"""What the sandbox takes for a signed link, and what it says of any other."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, Optional
from urllib.parse import urlencode

import oracles
import pytest
import tools
from facts import DATA, read_json
from hypothesis import example, given, settings
from hypothesis import strategies as st

from payment_page_sdk._query import find_query, read_params, read_query
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.sandbox.links import (
    MOST_PARAMETERS,
    LinkVerifier,
    canonical_string,
    examine,
)
from payment_page_sdk.sandbox.payments import SandboxPayment
from payment_page_sdk.sandbox.refusals import NotFound, Refusal
from payment_page_sdk.signature_handler import SignatureHandler
from sandbox import conftest

SECRET = 'the secret key of the sandbox'
GATE = Gate(SECRET)
LINKS = LinkVerifier(SECRET, 186)
HANDLER = SignatureHandler(SECRET)
ORDER = {
    'project_id': '186',
    'payment_id': 'ORDER-1',
    'payment_amount': '1815',
    'payment_currency': 'EUR',
    'customer_id': 'jane',
}
ORDER_ALONE: dict[str, Any] = {name: ORDER[name] for name in list(ORDER)[1:]}
AT = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


def signed(**params: Optional[str]) -> str:
    """Return the query that a merchant without any SDK signs: of an order, or of ``params``."""
    given = {**ORDER, **params}
    return signed_pairs([(name, text) for name, text in given.items() if text is not None])


def signed_pairs(pairs: list[tuple[str, str]]) -> str:
    query = urlencode(pairs)
    return query + '&' + urlencode({'signature': HANDLER.sign(read_params(read_query(query)))})


def verified(query: str) -> dict[str, Any]:
    return LINKS.verify(query)


def refused(query: str) -> Refusal:
    error = conftest.refused(lambda: verified(query))
    assert error.problems
    assert SECRET not in repr(error) + str(error.problems)
    return error


def test_what_was_signed_becomes_the_parameters() -> None:
    assert verified(signed()) == ORDER


def test_what_was_signed_is_told() -> None:
    assert canonical_string(verified(signed(frame_mode='popup'))) == (
        'customer_id:jane;payment_amount:1815;payment_currency:EUR;payment_id:ORDER-1;'
        'project_id:186'
    )


def test_a_key_may_have_any_length() -> None:
    key = 'k' * 1000
    query = signed_pairs([*ORDER.items(), (f'x[{key}][y]', '')])
    with pytest.raises(Refusal) as info:
        verified(query)
    assert info.value.code == 'refused_parameters'  # the page knows no x; the signature is right
    params = {**ORDER, '_x': {key: {'y': ''}}}
    assert verified(signed(**{f'_x[{key}][y]': ''})) == params
    assert canonical_string({**ORDER, 'x': {key: {'y': ''}}}).endswith(f'x:{key}:y:')


@pytest.mark.parametrize(
    'text', ['a b+c%20&=?#/', 'Заказ № 1', '\U0001f600', 'a\0b', '\'"<script>', '\u2028', '\t\n']
)
def test_a_text_arrives_as_it_was_sent(text: str) -> None:
    assert verified(signed(payment_description=text))['payment_description'] == text


def test_links_of_this_sdk_open() -> None:
    payment = Payment(
        '186',
        'ORDER-1',
        payment_amount=1815,
        payment_currency='EUR',
        customer_id='jane',
        best_before=AT,
        recurring_register=True,
        recurring={'register': True, 'type': 'U'},
        customer_first_name='Ада',
    )
    url = Gate(SECRET).get_purchase_payment_page_url(payment)
    params = verified(find_query(url))
    assert params['recurring_register'] == '1'
    assert json.loads(params['recurring']) == {'register': True, 'type': 'U'}
    assert params['customer_first_name'] == 'Ада'


@pytest.mark.parametrize('name', sorted(os.listdir(os.path.join(DATA, 'links'))))
@pytest.mark.filterwarnings('ignore:card_operation_type:DeprecationWarning')
def test_what_the_official_plugins_send_opens(name: str) -> None:
    sent = read_json(os.path.join('links', name))
    payment = Payment(186)
    payment.update(sent)
    params = verified(find_query(GATE.get_purchase_payment_page_url(payment)))
    sent['operation_type'] = sent.pop('card_operation_type', sent.get('operation_type'))
    assert {key: params.get(key, 'None') for key in sent} == {
        key: str(value) for key, value in sent.items()
    }
    opened = SandboxPayment.open(params, canonical_string(params), 'key', AT.timestamp())
    assert opened.requested_amount == 3500
    # As the plugins sign it: by hand, and without what they add for their own script.
    signed_set = {key: text for key, text in params.items() if not key.startswith('_')}
    query = urlencode({**params, 'signature': HANDLER.sign(signed_set)})
    assert verified(query) == params


# names that no signature covers


def test_a_name_with_an_underscore_may_be_signed_or_not() -> None:
    unsigned = signed() + '&_plugin_version=2.2.1&_x[a]=1&.y=2'
    expected = {**ORDER, '_plugin_version': '2.2.1', '_x': {'a': '1'}, '_y': '2'}
    assert (
        verified(unsigned)
        == verified(
            signed_pairs(
                list({**ORDER, '_plugin_version': '2.2.1', '_x[a]': '1', '_y': '2'}.items())
            )
        )
        == expected
    )
    assert canonical_string(expected) == canonical_string(ORDER)


def test_no_other_name_may_be_added() -> None:
    assert refused(signed() + '&_plugin_version=2.2.1&customer_city=x').code == 'bad_signature'


# nested parameters


@pytest.mark.parametrize(
    'pairs, expected',
    [
        (
            [('recurring[register]', 'true'), ('recurring[type]', 'U')],
            {'recurring': {'register': 'true', 'type': 'U'}},
        ),
        (
            [
                ('booking_info[bookers][0][first_name]', 'A'),
                ('booking_info[bookers][1][first_name]', 'B'),
            ],
            {'booking_info': {'bookers': {'0': {'first_name': 'A'}, '1': {'first_name': 'B'}}}},
        ),
        ([('merchant_data[a][b]', 'x')], {'merchant_data': {'a': {'b': 'x'}}}),
    ],
)
def test_objects_may_come_in_brackets(
    pairs: list[tuple[str, str]], expected: dict[str, Any]
) -> None:
    assert verified(signed_pairs([*ORDER.items(), *pairs])) == {**ORDER, **expected}


@pytest.mark.parametrize(
    'pairs',
    [
        [('recurring[register]', 'true')],
        [('recurring[register]', 'true'), ('recurring[type]', 'X')],
        [('payment_amount[0]', '1815')],
        [('customer_id[]', 'jane')],
        [('mode[]', 'payout')],
        [('best_before[a]', 'x')],
    ],
)
def test_objects_in_brackets_are_what_they_should_be(pairs: list[tuple[str, str]]) -> None:
    assert refused(signed_pairs([*ORDER.items(), *pairs])).code == 'refused_parameters'


def test_the_last_of_a_repeated_name_counts() -> None:
    query = signed_pairs([('payment_amount', '1'), *ORDER.items()])
    assert verified(query)['payment_amount'] == '1815'


# the frame


@pytest.mark.parametrize('frame', ['iframe', 'popup'])
def test_the_frame_is_not_signed(frame: str) -> None:
    assert verified(signed() + '&frame_mode=' + frame)['frame_mode'] == frame


# refusals


@pytest.mark.parametrize(
    'query',
    [
        '',
        '&',
        '=',
        '?',
        'payment_id=ORDER-1',
        'project_id=',
        'project_id=%20',
        'project_id[]=186',
        'project_id[a]=186',
        '[project_id]=186',
        '&&&=&=&',
        '%',
        '\ud800',
        '\0',
    ],
)
def test_without_a_project_there_is_nothing_to_check(query: str) -> None:
    error = refused(query)
    assert (error.code, error.status) == ('missing_project', 400)


@pytest.mark.parametrize('project', ['187', '0186', '186 ', '1860', 'x', '١٨٦', '-186'])
def test_another_project_is_not_found(project: str) -> None:
    error = refused(signed(project_id=project))
    assert isinstance(error, NotFound)
    assert (error.code, error.status) == ('unknown_project', 404)


@pytest.mark.parametrize(
    'query',
    [
        urlencode(ORDER),
        urlencode(ORDER) + '&signature=',
        urlencode(ORDER) + '&signature=x',
        urlencode(ORDER) + '&signature=%C3%A9',
        urlencode(ORDER) + '&signature[]=x',
        signed() + 'x',
        signed() + '&customer_city=London',
        signed().replace('1815', '1816'),
        signed().replace('&signature=', '&Signature='),
        signed() + '&signature=',
    ],
)
def test_what_is_not_signed_is_refused(query: str) -> None:
    error = refused(query)
    assert (error.code, error.status) == ('bad_signature', 400)


def test_another_secret_key_signs_nothing() -> None:
    query = signed()
    with pytest.raises(Refusal, match='signature'):
        LinkVerifier('another', 186).verify(query)


def test_why_the_signature_is_wrong_is_told() -> None:
    query = urlencode({**ORDER, 'payment_description': 'a+b'})
    signature = HANDLER.sign({**ORDER, 'payment_description': 'a+b'})
    sent = query.replace('%2B', '+') + '&' + urlencode({'signature': signature})
    assert any('a "+" was signed' in problem for problem in refused(sent).problems)


@pytest.mark.filterwarnings('ignore:a secret key has')
@pytest.mark.parametrize('pattern', ['"%s"', '%s\n', '\ufeff%s', '\xa0%s'])
def test_what_surrounds_the_secret_key_of_the_sandbox_is_told(pattern: str) -> None:
    with pytest.raises(Refusal) as caught:
        LinkVerifier(pattern % SECRET, 186).verify(signed())
    assert 'around it; without them, the signature is right' in str(caught.value.problems)


@pytest.mark.filterwarnings('ignore:a secret key has')
@pytest.mark.parametrize(
    'pattern, slip',
    [
        ('%s\n', 'a line break after it'),
        ('%s\r\n', 'a Windows line break after it'),
        ('%s ', 'a space after it'),
        (' %s', 'a space before it'),
        ('\ufeff%s', 'a byte order mark before it'),
        ('\ufeff%s\n', 'a byte order mark before it and a line break after it'),
        ('"%s"', 'double quotes around it'),
        ("'%s'", 'single quotes around it'),
    ],
)
def test_what_surrounds_the_secret_key_of_a_service_is_told(pattern: str, slip: str) -> None:
    service = Gate(pattern % SECRET, 'http://127.0.0.1:8186')
    url = service.get_purchase_payment_page_url(Payment('186', **ORDER_ALONE))
    error = refused(find_query(url))
    assert error.code == 'bad_signature'
    assert error.problems == [
        f'the secret key of your service has {slip}: without that, the signature is right'
    ]


@pytest.mark.parametrize(
    'query, payment_id, entries',
    [
        ('', '', []),
        ('payment_id=A&b=2&a=1&signature=x', 'A', ['a:1', 'b:2', 'payment_id:A']),
        ('payment_id[x]=A&_a=1', '', ['payment_id:x:A']),
        ('payment_id=A' + '&' * MOST_PARAMETERS, '', []),
        ('payment_id=A&b=%ED%A0%80', 'A', ['b:\ufffd\ufffd\ufffd', 'payment_id:A']),
        ('payment_id=A&b=\ud800', '', []),
        ('a=4242 4242 4242 4242', '', ['a:424242******4242']),
    ],
)
def test_what_is_kept_of_a_refused_link(query: str, payment_id: str, entries: list[str]) -> None:
    assert examine(query) == (payment_id, entries)


@given(st.text())
def test_every_refused_link_can_be_kept(query: str) -> None:
    payment_id, entries = examine(query)
    assert isinstance(payment_id, str)
    assert all(isinstance(entry, str) for entry in entries)


def test_a_refusal_shows_no_right_signature() -> None:
    query = signed().replace('1815', '1816')
    right = HANDLER.sign({**ORDER, 'payment_amount': '1816'})
    assert right not in str(refused(query).problems)


@pytest.mark.parametrize(
    'params, code',
    [
        ({'mode': 'payout'}, 'unsupported'),
        ({'mode': 'gibberish'}, 'refused_parameters'),
        ({'foo': 'bar'}, 'refused_parameters'),
        ({'payment_amount': '0'}, 'refused_parameters'),
        ({'payment_amount': '18.15'}, 'refused_parameters'),
        ({'payment_amount': '-1'}, 'refused_parameters'),
        ({'payment_amount': '9' * 5000}, 'refused_parameters'),
        ({'payment_amount': None}, 'refused_parameters'),
        ({'payment_currency': None}, 'refused_parameters'),
        ({'payment_currency': 'EURO'}, 'refused_parameters'),
        ({'payment_currency': 'XXX'}, 'refused_parameters'),  # listed, but not a currency
        ({'payment_id': None}, 'refused_parameters'),
        ({'payment_id': ''}, 'refused_parameters'),
        ({'best_before': 'tomorrow'}, 'refused_parameters'),
        ({'best_before': '2026-11-24T12:00:00'}, 'refused_parameters'),
        ({'recurring': '{'}, 'refused_parameters'),
        ({'recurring': '[' * 100000}, 'refused_parameters'),
        ({'payment_description': 'x' * 100000}, 'refused_parameters'),
        ({'payment_description': 'a;b'}, 'refused_parameters'),
        ({'mode': 'card_verify'}, 'refused_parameters'),  # of an amount other than 0
        ({'a' + 99 * '[b]': 'x'}, 'refused_parameters'),
    ],
)
def test_what_the_page_refuses_is_refused(params: dict[str, Optional[str]], code: str) -> None:
    error = refused(signed(**params))
    assert (error.code, error.status) == (code, 400)


def test_all_problems_are_told_at_once() -> None:
    error = refused(signed(payment_amount='x', foo='1', payment_currency=''))
    assert len(error.problems) == 3
    assert all(
        any(name in problem for problem in error.problems)
        for name in ('payment_amount', 'foo', 'payment_currency')
    )


@pytest.mark.parametrize(
    'params',
    [
        {'customer_id': None},
        {'best_before': '2020-01-01T00:00:00+00:00'},
        {'best_before': '2126-01-01T00:00:00+00:00'},
        {'close_on_missclick': '1'},
        {'mode': 'card_verify', 'payment_amount': '0'},
        {
            'mode': 'card_tokenize',
            'payment_id': None,
            'payment_amount': None,
            'payment_currency': None,
        },
        {'mode': ''},
    ],
)
def test_what_the_page_opens_with_is_accepted(params: dict[str, Optional[str]]) -> None:
    assert verified(signed(**params))


def test_a_link_that_a_shopper_cut_differently_is_refused() -> None:
    hidden = 'Eve;customer_id:9;payment_amount:1;payment_currency:EUR;payment_id:ORDER-1'
    query = urlencode({**ORDER, 'customer_first_name': hidden})
    signature = urlencode({'signature': HANDLER.sign({**ORDER, 'customer_first_name': hidden})})
    assert refused(query + '&' + signature).code == 'refused_parameters'


@pytest.mark.parametrize('count, code', [(1000, 'bad_signature'), (1001, 'malformed')])
def test_a_link_has_a_thousand_parameters_at_most(count: int, code: str) -> None:
    error = refused('project_id=186' + '&a=1' * (count - 1))
    assert (error.code, error.status) == (code, 400)


# hostile input

UNSIGNED = 'project_id=186&signature=x&'


@pytest.mark.parametrize(
    'query',
    [
        UNSIGNED + 'a=\ud800',
        UNSIGNED + '\udfff=1',
        UNSIGNED + 'a[\ud800]=1',
        'project_id=186&signature=\ud800',
        UNSIGNED + 'a%00=%00&%00=%00',
        UNSIGNED + 'a=%ff%fe%80&%ff=%ff',
        UNSIGNED + 'a=' + 'x' * 3_000_000,
        UNSIGNED + 'a' * 1_000_000 + '=1',
        UNSIGNED + 'a' + '[b]' * 200_000 + '=1',
        UNSIGNED + 'a' + '[' * 300_000,
        UNSIGNED + 'a' + '][' * 300_000,
        UNSIGNED + 'a' + '[b]' * 99 + '=1',
        UNSIGNED + '&'.join(f'p{number}=1' for number in range(10_000)),
        UNSIGNED + '&'.join(f'p{number}[b][c][d]=1' for number in range(5_000)),
        UNSIGNED + 'a[]=1&' * 10_000,
        UNSIGNED + 'a=1&' * 20_000,
        UNSIGNED + '&amp;a=1' * 20_000,
        UNSIGNED + 'a=' + ';payment_id:1' * 50_000,
        UNSIGNED + 'a=' + '%25' * 200_000,
        UNSIGNED + 'a[' + 'x' * 1_000_000 + ']=1',
        UNSIGNED + 'a=1&a[b]=1&a=1&a[b][c]=1',
        '&' * 1_000_000,
        '[' * 1_000_000,
    ],
    ids=range(23),
)
def test_hostile_links_are_refused_and_quickly(query: str) -> None:
    start = time.perf_counter()
    assert refused(query).status == 400
    assert time.perf_counter() - start < 10


PIECES = st.sampled_from(
    [
        'project_id',
        '=',
        '186',
        '&',
        'signature',
        '[',
        ']',
        '[]',
        '%',
        '%00',
        '%5B',
        ';',
        ':',
        '+',
        '#',
        '?',
        'payment_id',
        'frame_mode',
        'a',
        '.',
        '\ud800',
        '\0',
        'é',
        'project_id=186&',
        'mode=payout',
        '://',
    ]
)


@settings(max_examples=3 * settings().max_examples)
@given(st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=20).map(''.join))
@example('project_id=186&#signature=x')
def test_any_text_is_refused(query: str) -> None:
    refused(query)
    refused(UNSIGNED + query)


@settings(max_examples=2 * settings().max_examples)
@given(
    st.dictionaries(
        st.sampled_from(
            [
                *ORDER,
                'mode',
                'recurring',
                'recurring[type]',
                'merchant_data[a]',
                'foo',
                'best_before',
                'payment_description',
                'signature[a]',
                'frame_mode',
            ]
        ),
        st.one_of(
            st.text(st.characters(blacklist_categories=['Cs'])),
            st.sampled_from(
                [
                    '186',
                    'payout',
                    'card_verify',
                    '0',
                    '1',
                    '{}',
                    '[]',
                    'null',
                    '{"a":{}}',
                    'EUR',
                    '1e9',
                ]
            ),
        ),
        max_size=6,
    )
)
def test_whatever_is_signed_opens_a_payment_or_is_refused(params: dict[str, str]) -> None:
    try:
        found = verified(signed_pairs([('project_id', '186'), *params.items()]))
    except Refusal:
        return
    payment = SandboxPayment.open(found, canonical_string(found), 'key', AT.timestamp())
    json.dumps(payment.as_dict())
    assert payment.requested_amount >= 0
    assert payment.mode in ('purchase', 'card_verify', 'card_tokenize')


# the official SDKs

PYTHON_LINKS = """
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
result = []
for params in %r:
    payment = Payment('186', 'ORDER-1')
    for name, value in params.items():
        setattr(payment, name, value)
    result.append(Gate(%r).get_purchase_payment_page_url(payment))
"""

NODE_LINKS = """
const {Payment} = require(process.argv[1]);
const [secret, orders] = JSON.parse(process.argv[2]);
console.log(JSON.stringify(orders.map((params) => {
  const payment = new Payment('186', secret);
  Object.assign(payment, params);
  return payment.getUrl();
})));
"""


def python_links(orders: list[dict[str, Any]]) -> list[str]:
    source = PYTHON_LINKS % (orders, SECRET)
    urls: list[str] = oracles.run_snippet(source, oracles.official_python())['result']
    return urls


def node_links(orders: list[dict[str, Any]]) -> list[str]:
    package = oracles.official_node()
    argument = json.dumps([SECRET, [{'payment_id': 'ORDER-1', **params} for params in orders]])
    urls: list[str] = json.loads(
        subprocess.check_output([tools.node(), '-e', NODE_LINKS, package, argument])
    )
    return urls


@pytest.mark.subprocess
@pytest.mark.parametrize('links_of', [python_links, node_links])
def test_links_of_the_official_sdks_open(
    links_of: Callable[[list[dict[str, Any]]], list[str]],
) -> None:
    rows: list[dict[str, Any]] = [
        {},
        {'payment_description': 'Заказ № 1, + & = ?', 'customer_first_name': 'Ада'},
        {
            'recurring': '{"register": true, "type": "U"}',
            'merchant_callback_url': 'https://shop.example/?a=1&b=2',
        },
        {'mode': 'card_verify', 'payment_amount': 0},
        {'customer_phone': '+442071838750', 'language_code': 'ru', 'force_payment_method': 'card'},
    ]
    usual = {'payment_amount': 1815, 'payment_currency': 'EUR', 'customer_id': 'jane'}
    orders = [{**usual, **params} for params in rows]
    found = [verified(find_query(link)) for link in links_of(orders)]
    assert [{name: params[name] for name in sent} for params, sent in zip(found, orders)] == [
        {name: str(value) for name, value in sent.items()} for sent in orders
    ]
    assert len(found) == len(orders)
