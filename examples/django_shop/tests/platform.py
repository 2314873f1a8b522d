"""The platform's side: an HTTP server that answers as the Gate API does, and counts what it did."""

import json
import time
from contextlib import suppress
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from payment_page_sdk.signature_handler import SignatureHandler

SIGNATURES = SignatureHandler('demo secret')
REFUSALS = {
    'refused': (400, {'status': 'error', 'code': '3124', 'message': 'Too much'}),
    'unknown': (404, {'status': 'error', 'code': 404, 'message': 'Not found'}),
    'denied': (403, {'status': 'error', 'message': 'Forbidden'}),
}


class Platform:
    """The payments at the platform. ``fault`` is what goes wrong with captures and the like.

    ``refused``, ``unknown`` and ``denied``: nothing is done. ``failed``, ``cut off`` and ``slow``:
    it is done, but the answer is lost. Before the answer, ``before_answer`` is called.
    """

    def __init__(self, port):
        self.server = ThreadingHTTPServer(('127.0.0.1', port), self._handler())
        self.lock = Lock()
        self.forget()

    def forget(self):
        self.payments = {}
        self.asked = []  # the path and the body of each request that does something
        self.fault = self.before_answer = None

    def __enter__(self):
        self.thread = Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def pay(self, order, kind='sale'):
        """Let the shopper pay the order; ``auth`` only holds the money."""
        payment = {
            'id': order.payment_id,
            'type': 'purchase',
            'method': 'card',
            'status': 'success' if kind == 'sale' else 'awaiting capture',
            'sum': {'amount': order.amount, 'currency': order.currency},
        }
        self.payments[order.payment_id] = payment, []
        self._operate(order.payment_id, kind, order.amount)

    def operations(self, order, kind='refund'):
        """Return the ids of the requests for all operations of a kind."""
        found = self.payments[order.payment_id][1]
        return [operation['request_id'] for operation in found if operation['type'] == kind]

    def callback(self, order):
        """Return the body of the callback about the last operation of the order's payment."""
        payment, operations = self.payments[order.payment_id]
        return encoded({'project_id': 186, 'payment': payment, 'operation': operations[-1]})

    def answer(self, path, body):
        """Return the HTTP status and the body of an answer; no body, to cut it off."""
        payment_id = body['general']['payment_id']
        assert SIGNATURES.check(body, body['general'].pop('signature'))
        if path == '/v2/payment/status':
            return self._status(payment_id)
        with self.lock:
            self.asked.append((path, body))
            if self.fault in REFUSALS:
                status, refusal = REFUSALS[self.fault]
                return status, json.dumps(refusal).encode()
            kind = path.rpartition('/')[2]
            request_id = self._operate(payment_id, kind, body['payment']['amount'])
        if self.before_answer:
            self.before_answer()
        if self.fault == 'slow':
            time.sleep(1)
        if self.fault == 'failed':
            return 500, b'{"status": "error", "code": "100"}'
        accepted = {
            'status': 'success',
            'request_id': request_id,
            'project_id': 186,
            'payment_id': payment_id,
        }
        return 200, None if self.fault == 'cut off' else json.dumps(accepted).encode()

    def _status(self, payment_id):
        if payment_id not in self.payments:
            error = {'code': '3061', 'message': 'Transaction not found'}
            return 200, json.dumps({'payment': {'status': 'error'}, 'errors': [error]}).encode()
        payment, operations = self.payments[payment_id]
        return 200, encoded({'project_id': 186, 'payment': payment, 'operations': operations})

    def _operate(self, payment_id, kind, amount):
        payment, operations = self.payments[payment_id]
        request_id = f'{payment_id}-{len(operations)}'
        operations.append(
            {
                'id': 5044000120001 + len(operations),
                'type': kind,
                'status': 'success',
                'code': '0',
                'created_date': datetime.now(timezone.utc).strftime('%Y-%m-%dT%H:%M:%S+0000'),
                'request_id': request_id,
                'sum_initial': {'amount': amount, 'currency': payment['sum']['currency']},
            }
        )
        if kind == 'capture':
            payment['status'] = 'success'
        elif kind == 'cancel':
            payment['status'] = 'canceled'
        elif kind == 'refund':
            payment['sum']['amount'] -= amount
            payment['status'] = 'partially refunded' if payment['sum']['amount'] else 'refunded'
        return request_id

    def _handler(platform):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers['Content-Length'])
                status, body = platform.answer(self.path, json.loads(self.rfile.read(length)))
                if body is not None:
                    with suppress(OSError):  # who asked may be gone
                        self.send_response(status)
                        self.send_header('Content-Length', str(len(body)))
                        self.end_headers()
                        self.wfile.write(body)

            def log_message(self, *args):
                pass

        return Handler


def encoded(data):
    return json.dumps({**data, 'signature': SIGNATURES.sign(data)}).encode()
