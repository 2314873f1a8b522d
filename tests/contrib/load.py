"""Sends 10,000 callbacks, 1 % of them forged, to each application of apps/; prints figures.

    python tests/contrib/load.py [--callbacks 10000] [--clients 8]

The exit status is 1 unless each genuine callback was answered 200 and reached the merchant's
function exactly once, and each forged one was answered 400 and never did.
"""

import argparse
import collections
import http.client
import os
import sys
import tempfile
import threading
import time
from typing import Any, Dict, List, Tuple

from support import SERVED, post, serve, sign_callback


def forge_callback(number: int) -> bytes:
    """Return one of the kinds of callbacks that must not be believed."""
    body = sign_callback('FORGED-%d' % number)
    return [
        body.replace(b'1001', b'9999'),
        sign_callback('FORGED-%d' % number, secret='a guess'),
        body.replace(b'"signature"', b'"signed"'),
        body[:-1],
        sign_callback('FORGED-%d' % number, note=';payment:status:success'),
    ][number // 100 % 5]


def is_forged(number: int) -> bool:
    return number % 100 == 99


def client(port: int, numbers: range, replies: List[Tuple[int, int, float]]) -> None:
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
    for number in numbers:
        body = forge_callback(number) if is_forged(number) else sign_callback('ORDER-%d' % number)
        start = time.perf_counter()
        status, _ = post(connection, body)
        replies.append((number, status, time.perf_counter() - start))
    connection.close()


def load(port: int, record: str, callbacks: int, clients: int) -> Dict[str, Any]:
    """Return the figures of an application that is served, and has had no such callbacks yet."""
    replies = []  # type: List[Tuple[int, int, float]]
    client(port, range(callbacks, callbacks + 1), [])  # the server is up
    with open(record) as file:
        before = collections.Counter(file.read().split())
    threads = [
        threading.Thread(target=client, args=(port, range(first, callbacks, clients), replies))
        for first in range(clients)
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - start
    with open(record) as file:
        handled = collections.Counter(file.read().split()) - before
    genuine = {'ORDER-%d' % number for number in range(callbacks) if not is_forged(number)}
    times = sorted(seconds for _, _, seconds in replies)
    return {
        'callbacks': callbacks,
        'forged': callbacks - len(genuine),
        'wrong answers': callbacks
        - sum(status == (400 if is_forged(number) else 200) for number, status, _ in replies),
        'lost': sum(handled[name] == 0 for name in genuine),
        'twice': sum(handled[name] > 1 for name in genuine),
        'let in': sum(count for name, count in handled.items() if name not in genuine),
        'per second': round(callbacks / elapsed),
        'median ms': round(times[len(times) // 2] * 1000, 1),
        'p99 ms': round(times[len(times) * 99 // 100] * 1000, 1),
    }


def failures(figures: Dict[str, Any]) -> int:
    return sum(figures[name] for name in ('wrong answers', 'lost', 'twice', 'let in'))


def main() -> None:
    parser = argparse.ArgumentParser(description='Sends callbacks, 1 % of them forged.')
    parser.add_argument('--callbacks', type=int, default=10000)
    parser.add_argument('--clients', type=int, default=8)
    options = parser.parse_args()
    failed = 0
    for server, app in SERVED:
        with tempfile.TemporaryDirectory() as folder:
            record = os.path.join(folder, 'record')
            with serve(server, app, record) as port:
                figures = load(port, record, options.callbacks, options.clients)
        print(
            '%-16s on %s: ' % (app, server) + ', '.join('%s %s' % item for item in figures.items()),
            flush=True,
        )
        failed += failures(figures)
    sys.exit(failed and 1)


if __name__ == '__main__':
    main()
