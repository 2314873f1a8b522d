"""A platform for the code blocks of the documents: it accepts whatever is signed, and does it."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from payment_page_sdk.signature_handler import SignatureHandler

Json = dict[str, Any]

SECRET = '<secret_key>'
PROJECT = 186
PRICE = 1815
NOT_STARTED = 'NOT-PAID'
WITHOUT_ANSWER = 'ORDER-6'  # a refund of it is done, and answered 500

ACTIONS = {'capture', 'cancel', 'refund', 'recurring', 'recurring/cancel'}
METHODS = {'card', 'applepay'}


class GuideServer:
    """Every payment is a hold of 18.15 EUR, except for those that requests have changed.

    ``heard`` are the requests: paths and bodies. If ``fault`` is an HTTP status, all are refused.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.heard: list[tuple[str, Json]] = []
        self.fault = 0
        self._operations: dict[str, list[Json]] = {}
        self._handler = SignatureHandler(SECRET)

    def answer(self, path: str, body: Json) -> tuple[int, Json]:
        """Return the HTTP status and the body of the answer to a request."""
        self.heard.append((path, json.loads(json.dumps(body))))
        assert self._handler.check(body, body.get('general', body).pop('signature')), path
        if self.fault:
            return self.fault, {'status': 'error', 'code': '2000', 'message': 'as the test wants'}
        assert body['general']['project_id'] == PROJECT
        payment_id = body['general']['payment_id']
        if path == '/v2/payment/status':
            return 200, self._status(payment_id)
        if path == '/v2/payment/card/recurring/info':
            recurring = {'id': body['recurring']['id'], 'status': 'active'}
            return 200, self._sign({'project_id': PROJECT, 'recurring': recurring})
        method, _, action = path[len('/v2/payment/') :].partition('/')
        assert method in METHODS, path
        assert action in ACTIONS, path
        request_id = self._operate(payment_id, action, body.get('payment', {}))
        if (action, payment_id) == ('refund', WITHOUT_ANSWER):
            return 500, {}
        accepted = {'status': 'success', 'request_id': request_id, 'project_id': PROJECT}
        return 200, dict(accepted, payment_id=payment_id)

    def _operate(self, payment_id: str, action: str, asked: Json) -> str:
        operations = self._operations_of(payment_id)
        request_id = f'{payment_id}-{len(operations)}'
        amount = asked.get('amount') or self._left(operations)
        operations.append(_operation(action, amount, request_id))
        return request_id

    def _status(self, payment_id: str) -> Json:
        if payment_id == NOT_STARTED:
            errors = [{'code': '3061', 'message': 'Transaction not found'}]
            return {'project_id': PROJECT, 'payment': {'status': 'error'}, 'errors': errors}
        operations = self._operations_of(payment_id)
        left = self._left(operations)
        payment = {
            'id': payment_id,
            'type': 'purchase',
            'status': {
                'auth': 'awaiting capture',
                'capture': 'success',
                'cancel': 'canceled',
                'refund': 'partially refunded' if left else 'refunded',
            }[operations[-1]['type']],
            'method': 'etoken' if payment_id == 'ORDER-5' else 'card',
            'sum': {'amount': left, 'currency': 'EUR'},
        }
        return self._sign({'project_id': PROJECT, 'payment': payment, 'operations': operations})

    def _operations_of(self, payment_id: str) -> list[Json]:
        hold = _operation('auth', PRICE, 'by the page')
        return self._operations.setdefault(payment_id, [hold])

    def _left(self, operations: list[Json]) -> int:
        refunds = [each['sum_initial'] for each in operations if each['type'] == 'refund']
        return PRICE - sum(int(refund['amount']) for refund in refunds)

    def _sign(self, answer: Json) -> Json:
        return dict(answer, signature=self._handler.sign(answer))


def _operation(action: str, amount: int, request_id: str) -> Json:
    return {
        'id': 1,
        'type': action,
        'status': 'success',
        'request_id': request_id,
        'sum_initial': {'amount': amount, 'currency': 'EUR'},
    }


@contextmanager
def run_guide_server() -> Iterator[GuideServer]:
    """Run the platform in threads."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
            with lock:
                status, answer = server.answer(self.path, body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 -- the base's name
            pass

    lock = threading.Lock()
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler) as listener:
        server = GuideServer(f'http://127.0.0.1:{listener.server_port}')
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
