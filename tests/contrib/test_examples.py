"""The small shops of examples/: the link that they make, and what their callbacks come to."""

import os
import runpy
from typing import Any, Dict
from urllib.parse import parse_qs, urlsplit

import pytest
from support import ROOT, SECRET, asgi, sign_callback, wsgi

EXAMPLES = os.path.join(ROOT, 'examples')


@pytest.mark.parametrize('name, send', [('flask_minimal', wsgi), ('fastapi_minimal', asgi)])
def test_a_small_shop(name: str, send: Any, monkeypatch: Any) -> None:
    path = os.path.join(EXAMPLES, name + '.py')
    with open(path) as file:
        assert len(file.readlines()) < 40
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    shop = runpy.run_path(path)  # type: Dict[str, Any]

    reply = send(shop['app'], b'', 'GET', path='/pay')
    assert reply.status == 302
    query = parse_qs(urlsplit(reply.headers['location']).query)
    assert query['payment_amount'] == ['1001']
    (order,) = query['payment_id']

    def deliver(body: bytes) -> int:
        return send(shop['app'], body, path='/callbacks').status  # type: ignore[no-any-return]

    def payment(status: str, amount: int) -> bytes:
        return sign_callback(
            payment={'id': order, 'status': status, 'sum': {'amount': amount, 'currency': 'EUR'}}
        )

    assert deliver(payment('success', 1001).replace(b'EUR', b'USD')) == 400
    assert deliver(payment('processing', 1001)) == 200
    assert deliver(payment('success', 1)) == 200
    assert shop['paid_orders'] == set()
    assert [deliver(payment('success', 1001)) for _ in range(2)] == [200, 200]
    assert shop['paid_orders'] == {order}
