"""Many shoppers at once, and a merchant who is slow, fails and hangs; prints figures.

    python tests/sandbox/load.py [--shoppers 200] [--payments 10]

Each shopper pays by the JSON API, one payment after the other. The merchant answers the first try
of every second callback 500, does not answer that of every fiftieth, and takes its time for all.
The exit status is 1 unless the callback of each payment was answered 200.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.sandbox.courier import SECONDS_TO_ANSWER

SECRET = 'the secret key of the load test'
SECONDS_TO_THINK, SECONDS_TO_HANG = 0.02, 30
SPEED = 10


class Merchant(ThreadingHTTPServer):
    """A merchant's server that fails in all ways but for good."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(('127.0.0.1', 0), Handler)
        self.gate = Gate(SECRET)
        self.tries: Counter[str] = Counter()
        self.accepted: set[str] = set()
        self.lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        merchant = self.server
        assert isinstance(merchant, Merchant)
        body = self.rfile.read(int(self.headers['Content-Length']))
        payment_id = merchant.gate.handle_callback(body).get_payment_id() or ''
        number = int(payment_id.rpartition('-')[2])
        with merchant.lock:
            merchant.tries[payment_id] += 1
            is_first = merchant.tries[payment_id] == 1
        hangs = is_first and number % 50 == 0
        time.sleep(SECONDS_TO_HANG if hangs else SECONDS_TO_THINK)
        status = 500 if is_first and number % 2 else 200
        if status == 200 and not hangs:
            with merchant.lock:
                merchant.accepted.add(payment_id)
        try:
            self.send_response(status)
            self.end_headers()
        except OSError:
            pass  # the sandbox has not waited for it

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 -- the base's name
        """Be silent."""


# The command, for whose sandbox a merchant hangs after other than the 10 seconds it has.
COMMAND = """
import sys
from payment_page_sdk.cli import main
from payment_page_sdk.sandbox import courier
courier.SECONDS_TO_ANSWER = float(sys.argv[1])
sys.exit(main(sys.argv[2:]))
"""


def load(shoppers: int, payments: int, patience: float = SECONDS_TO_ANSWER) -> dict[str, Any]:
    """Return the figures of one run; after ``patience`` seconds, a merchant hangs."""
    merchant = Merchant()
    threading.Thread(target=merchant.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder, 'key')
        key.write_text(SECRET)
        process = subprocess.Popen(
            [
                sys.executable,
                '-c',
                COMMAND,
                str(patience),
                'sandbox',
                '--quiet',  # nobody reads on: the pipe would fill up, and the sandbox wait for ever
                '--port',
                '0',
                '--secret-file',
                str(key),
                '--speed',
                str(SPEED),
            ],
            stdout=subprocess.PIPE,
        )
        assert process.stdout
        address = process.stdout.readline().decode()[len('Sandbox: ') :].strip()
        try:
            return _figures(address, merchant, shoppers, payments, process.pid)
        finally:
            process.terminate()
            process.communicate()
            merchant.shutdown()
            merchant.server_close()


def _figures(
    address: str, merchant: Merchant, shoppers: int, payments: int, pid: int
) -> dict[str, Any]:
    url = f'http://127.0.0.1:{merchant.server_port}/callbacks'
    gate = Gate(SECRET)

    def post(path: str, body: Any) -> Any:
        asked = urllib.request.Request(f'{address}/sandbox/api{path}', json.dumps(body).encode())
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)

    def shop(shopper: int) -> None:
        for number in range(shopper * payments, (shopper + 1) * payments):
            link = gate.get_purchase_payment_page_url(
                Payment(
                    '186',
                    f'ORDER-{number}',
                    payment_amount=1815,
                    payment_currency='EUR',
                    merchant_callback_url=url,
                )
            )
            post('/payments', {'url': link})
            told = post(f'/payments/ORDER-{number}/outcome', {'card': '4000000000000077'})
            assert told['status'] == 'success'

    before = _memory(pid)
    start = time.monotonic()
    with ThreadPoolExecutor(shoppers) as crowd:
        list(crowd.map(shop, range(shoppers)))
    paid = time.monotonic() - start
    total = shoppers * payments
    while len(merchant.accepted) < total and time.monotonic() - start < 300:
        time.sleep(0.1)
    return {
        'payments': total,
        'arrived': len(merchant.accepted),
        'tries': sum(merchant.tries.values()),
        'payments per s': round(total / paid),
        'all arrived after s': round(time.monotonic() - start, 1),
        'memory at the start, MB': before,
        'memory at most, MB': _memory(pid),
    }


def _memory(pid: int) -> int:
    """Return how much memory a process has had at most, in MB."""
    for line in Path(f'/proc/{pid}/status').read_text().splitlines():
        if line.startswith('VmHWM:'):
            return int(line.split()[1]) // 1024
    raise ValueError('there is no such figure')


def main() -> None:
    parser = argparse.ArgumentParser(description='Many shoppers, and a merchant who fails.')
    parser.add_argument('--shoppers', type=int, default=200)
    parser.add_argument('--payments', type=int, default=10)
    options = parser.parse_args()
    figures = load(options.shoppers, options.payments)
    print(', '.join('%s %s' % item for item in figures.items()), flush=True)
    sys.exit(figures['arrived'] != figures['payments'])


if __name__ == '__main__':
    main()
