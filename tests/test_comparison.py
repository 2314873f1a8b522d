"""What the README's comparison says of the official SDKs, shown on them."""

import json
from typing import Any, Callable, List

import platform_side
import pytest
from test_payment_page import NAME_THAT_HIDES_AN_ORDER, cut_by_the_shopper

from payment_page_sdk._canonical import NaturalForm
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

pytestmark = [pytest.mark.subprocess, pytest.mark.oldest_and_newest]

Links = Callable[[str, Any], List[str]]

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
const payment = new sdk.Payment('186', 'secret');
Object.assign(payment, %s);
return payment.getUrl();
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
try { new sdk.Callback('secret', %s); return 'accepted'; }
catch (error) { return error.constructor.name; }
"""


@pytest.fixture
def official_links(python_oracle: Any, node_oracle: Any) -> Links:
    def links(name: str, value: Any) -> List[str]:
        params = {
            'payment_id': 'ORDER-1',
            'payment_amount': 100000,
            'payment_currency': 'EUR',
            name: value,
        }
        python = python_oracle.run(PYTHON_LINK % (name, value))
        return [python['result'], node_oracle.run(JAVASCRIPT_LINK % json.dumps(params))['result']]

    return links


def test_their_ordinary_links_open(official_links: Links) -> None:
    for url in official_links('customer_city', 'London'):
        assert platform_side.accepts(platform_side.pairs_of(url), 'secret')


@pytest.mark.parametrize('value', [True, {'a': 1}, [1, 2]])
def test_their_other_links_never_open(official_links: Links, value: Any) -> None:
    for url in official_links('anything', value):
        assert not platform_side.accepts(platform_side.pairs_of(url), 'secret')


def test_their_links_can_be_rewritten(official_links: Links) -> None:
    for url in official_links('customer_first_name', NAME_THAT_HIDES_AN_ORDER):
        forged = cut_by_the_shopper(platform_side.pairs_of(url))
        assert platform_side.accepts(forged, 'secret')
        assert dict(forged)['payment_amount'] == '1'


def test_eleven_operations_signed_as_the_documentation_says(
    python_oracle: Any, node_oracle: Any
) -> None:
    data = {'payment': {'id': 'ORDER-1'}, 'operations': [{'id': index} for index in range(11)]}
    # The natural string has nothing that the plain form would write differently, but its order.
    natural = dict(entry for entry in NaturalForm(data).entries)
    assert list(natural) != sorted(natural)
    signature = node_oracle.sign(data, 'secret')
    assert SignatureHandler('secret').sign(data) != signature
    body = json.dumps(dict(data, signature=signature))

    assert Gate('secret').handle_callback(body).get_payment_id() == 'ORDER-1'
    refused = python_oracle.run(PYTHON_CALLBACK % body)
    assert refused == {'result': 'ProcessException'}
    assert node_oracle.run(JAVASCRIPT_CALLBACK % json.dumps(body)) == {'result': 'accepted'}


@pytest.mark.parametrize(
    'body, python, node',
    [
        ('5', 'TypeError', 'Error'),
        ('null', 'TypeError', 'TypeError'),
        ('{', 'ProcessException', 'SyntaxError'),
    ],
)
def test_malformed_callbacks_raise_this_and_that(
    python_oracle: Any, node_oracle: Any, body: str, python: str, node: str
) -> None:
    assert python_oracle.run(PYTHON_CALLBACK % body) == {'result': python}
    assert node_oracle.run(JAVASCRIPT_CALLBACK % json.dumps(body)) == {'result': node}
