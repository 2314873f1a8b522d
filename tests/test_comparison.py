"""What the README's comparison says of the official SDKs, shown on them."""

import json
import subprocess
from typing import Any, List

import oracles
import platform_side
import pytest
import tools
from test_payment_page import NAME_THAT_HIDES_AN_ORDER, cut_by_the_shopper

from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import NaturalString, SignatureHandler

pytestmark = pytest.mark.subprocess

PYTHON_LINK = """
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
payment = Payment('186', 'ORDER-1')
payment.payment_amount = 100000
payment.payment_currency = 'EUR'
payment.%s = %r
result = Gate('secret').get_purchase_payment_page_url(payment)
"""

JAVASCRIPT_LINK = """
const {Payment} = require(process.argv[1]);
const payment = new Payment('186', 'secret');
Object.assign(payment, JSON.parse(process.argv[2]));
console.log(payment.getUrl());
"""

PYTHON_CALLBACK = """
from payment_page_sdk.gate import Gate
try:
    Gate('secret').handle_callback(%r)
    result = 'accepted'
except Exception as error:
    result = type(error).__name__
"""

JAVASCRIPT_CALLBACK = """
const {Callback} = require(process.argv[1]);
try { new Callback('secret', process.argv[2]); console.log('accepted'); }
catch (error) { console.log(error.constructor.name); }
"""


def javascript(source: str, argument: str) -> str:
    package = oracles.official_node()
    return (
        subprocess.check_output([tools.node(), '-e', source, package, argument])
        .decode('utf-8')
        .strip()
    )


def official_links(name: str, value: Any) -> List[str]:
    params = {
        'payment_id': 'ORDER-1',
        'payment_amount': 100000,
        'payment_currency': 'EUR',
        name: value,
    }
    python = oracles.run_snippet(PYTHON_LINK % (name, value), oracles.official_python())
    return [python['result'], javascript(JAVASCRIPT_LINK, json.dumps(params))]


def test_their_ordinary_links_open() -> None:
    for url in official_links('customer_city', 'London'):
        assert platform_side.accepts(platform_side.pairs_of(url), 'secret')


@pytest.mark.parametrize('value', [True, {'a': 1}, [1, 2]])
def test_their_other_links_never_open(value: Any) -> None:
    for url in official_links('anything', value):
        assert not platform_side.accepts(platform_side.pairs_of(url), 'secret')


def test_their_links_can_be_rewritten() -> None:
    for url in official_links('customer_first_name', NAME_THAT_HIDES_AN_ORDER):
        forged = cut_by_the_shopper(platform_side.pairs_of(url))
        assert platform_side.accepts(forged, 'secret')
        assert dict(forged)['payment_amount'] == '1'


def test_eleven_operations_signed_as_the_documentation_says() -> None:
    data = {'payment': {'id': 'ORDER-1'}, 'operations': [{'id': index} for index in range(11)]}
    # The natural string has nothing that the plain form would write differently, but its order.
    natural = dict(entry for entry in NaturalString(data).entries)
    assert list(natural) != sorted(natural)
    with oracles.NodeOracle() as oracle:
        signature = oracle.sign(data, 'secret')
    assert SignatureHandler('secret').sign(data) != signature
    body = json.dumps(dict(data, signature=signature))

    assert Gate('secret').handle_callback(body).get_payment_id() == 'ORDER-1'
    refused = oracles.run_snippet(PYTHON_CALLBACK % body, oracles.official_python())
    assert refused == {'result': 'ProcessException'}
    assert javascript(JAVASCRIPT_CALLBACK, body) == 'accepted'


@pytest.mark.parametrize(
    'body, python, node',
    [
        ('5', 'TypeError', 'Error'),
        ('null', 'TypeError', 'TypeError'),
        ('{', 'ProcessException', 'SyntaxError'),
    ],
)
def test_malformed_callbacks_raise_this_and_that(body: str, python: str, node: str) -> None:
    answer = oracles.run_snippet(PYTHON_CALLBACK % body, oracles.official_python())
    assert answer == {'result': python}
    assert javascript(JAVASCRIPT_CALLBACK, body) == node
