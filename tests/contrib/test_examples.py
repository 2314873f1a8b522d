"""The small shops of examples/: the link that they make, and what their callbacks come to."""

import os
import runpy
from typing import Any, Dict
from urllib.parse import parse_qs, urlsplit

import pytest
from support import ROOT, SECRET, Chunks, asgi_scope, run, signed

EXAMPLES = os.path.join(ROOT, 'examples')


def flask_client(app: Any, method: str, path: str, body: bytes) -> Any:
    reply = app.test_client().open(path, method=method, data=body)
    return reply.status_code, reply.headers.get('Location')


def asgi_client(app: Any, method: str, path: str, body: bytes) -> Any:
    sent = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = dict(asgi_scope(method, {}), path=path, raw_path=path.encode())
    run(app(scope, Chunks([body, b''][not body :]).receive, send))
    headers = dict(sent[0]['headers'])
    return sent[0]['status'], headers.get(b'location', b'').decode()


@pytest.mark.parametrize(
    'name, client', [('flask_minimal', flask_client), ('fastapi_minimal', asgi_client)]
)
def test_a_small_shop(name: str, client: Any, monkeypatch: Any) -> None:
    path = os.path.join(EXAMPLES, name + '.py')
    with open(path) as file:
        assert len(file.readlines()) < 40
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    shop = runpy.run_path(path)  # type: Dict[str, Any]

    status, link = client(shop['app'], 'GET', '/pay', b'')
    assert status == 302
    query = parse_qs(urlsplit(link).query)
    assert query['payment_amount'] == ['1001']
    (order,) = query['payment_id']

    def deliver(body: bytes) -> int:
        return client(shop['app'], 'POST', '/callbacks', body)[0]  # type: ignore[no-any-return]

    def payment(status: str, amount: int) -> bytes:
        return signed(
            payment={'id': order, 'status': status, 'sum': {'amount': amount, 'currency': 'EUR'}}
        )

    assert deliver(payment('success', 1001).replace(b'EUR', b'USD')) == 400
    assert deliver(payment('processing', 1001)) == 200
    assert deliver(payment('success', 1)) == 200
    assert shop['paid_orders'] == set()
    assert [deliver(payment('success', 1001)) for _ in range(2)] == [200, 200]
    assert shop['paid_orders'] == {order}
