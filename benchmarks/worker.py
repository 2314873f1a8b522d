"""Times the payment_page_sdk that it can import: ours or the official one, by PYTHONPATH.

Both have the same import name, so each is timed in a process of its own, by the same lines. The
first line written tells what is timed; from then on a line `loops job` is answered with the
seconds that it took. Runs on Python 3.6 and up.
"""

import hashlib
import hmac
import json
import os
import subprocess
import sys
from datetime import datetime, timezone
from itertools import count, cycle, repeat
from time import perf_counter

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.append(ROOT)  # last, so that an installed package goes before the one of the tree

import payment_page_sdk  # noqa: E402
from payment_page_sdk.gate import Gate  # noqa: E402
from payment_page_sdk.payment import Payment  # noqa: E402
from payment_page_sdk.process_exception import ProcessException  # noqa: E402
from payment_page_sdk.signature_handler import SignatureHandler  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict

FOLDER = os.path.dirname(next(iter(payment_page_sdk.__path__)))

# What the import adds to an empty interpreter, timed from inside, where the noise of starting a
# process is not in it. With -I and -S, since .pth files of site-packages may have imported, at the
# start of the interpreter, much of what the package needs.
TIMED_IMPORT = """
import sys
from time import perf_counter
sys.path.append(sys.argv[1])
started = perf_counter()
import {}
print(perf_counter() - started)
"""


def timer(job: 'Callable[[], Any]') -> 'Callable[[int], float]':
    """Return what tells the seconds of so many calls of `job`."""

    def seconds(loops: int) -> float:
        started = perf_counter()
        for _ in repeat(None, loops):
            job()
        return perf_counter() - started

    return seconds


def import_timer(modules: str) -> 'Callable[[int], float]':
    """Return what tells the seconds of so many imports, each in a process of its own."""
    command = [sys.executable, '-I', '-S', '-c', TIMED_IMPORT.format(modules), FOLDER]
    return lambda loops: sum(float(subprocess.check_output(command)) for _ in range(loops))


def import_in_process() -> None:
    # In this folder, since the working directory goes before PYTHONPATH: it may be the tree.
    subprocess.check_call(
        [sys.executable, '-c', 'import payment_page_sdk.gate'],
        cwd=HERE,
        env=dict(os.environ, PYTHONPATH=FOLDER),
    )


def refuse(forgery: str) -> None:
    try:
        gate.handle_callback(forgery)
    except ProcessException:
        return
    raise AssertionError('a forged callback was accepted')


def payment_of(params: 'Dict[str, Any]') -> Payment:
    payment = Payment(params['project_id'], params['payment_id'])
    for name, value in params.items():
        setattr(payment, name, value)
    return payment


def body_of(params: 'Dict[str, Any]', handler: SignatureHandler) -> str:
    return json.dumps(dict(params, signature=handler.sign(params)))


with open(os.path.join(ROOT, 'tests', 'data', 'bench_cases.json'), encoding='utf-8') as file:
    cases = json.load(file)
secret = cases['callback_45']['secret']
nested, flat = cases['callback_45']['params'], cases['flat_25']['params']
handler, gate = SignatureHandler(secret), Gate(secret)
body = body_of(nested, handler)
tenfold = body_of({'items': [nested] * 10}, handler)
to_set = dict(
    flat,
    best_before=datetime.strptime(  # the official SDK takes no text
        flat['best_before'][:19], '%Y-%m-%dT%H:%M:%S'
    ).replace(tzinfo=timezone.utc),
)
payment = payment_of(to_set)
key, body_bytes = secret.encode(), body.encode()
forged = json.dumps(dict(nested, signature=handler.sign(flat)))
number = count()
# So many that all are forgotten when their turn comes again.
new_bodies = cycle([body_of(dict(nested, **{'key %d' % n: ''}), handler) for n in range(3000)])

TIMERS = {
    'sign_nested': timer(lambda: handler.sign(nested)),
    'sign_flat': timer(lambda: handler.sign(flat)),
    'callback': timer(lambda: gate.handle_callback(body)),
    'callback_tenfold': timer(lambda: gate.handle_callback(tenfold)),
    'floor': timer(lambda: (json.loads(body), hmac.new(key, body_bytes, hashlib.sha512).digest())),
    'url': timer(lambda: gate.get_purchase_payment_page_url(payment)),
    'set_and_url': timer(lambda: gate.get_purchase_payment_page_url(payment_of(to_set))),
    # Whatever is remembered of keys is of no use for these two.
    'sign_new_keys': timer(lambda: handler.sign(dict(nested, **{'key %d' % next(number): ''}))),
    'callback_new_keys': timer(lambda: gate.handle_callback(next(new_bodies))),
    'forged': timer(lambda: refuse(forged)),
    'import': import_timer('payment_page_sdk.gate'),
    'import_both': import_timer('payment_page_sdk.gate, payment_page_sdk.payment'),
    'process': timer(import_in_process),
}

print(
    json.dumps(
        {
            'name': 'Python %d.%d.%d' % sys.version_info[:3],
            'package': os.path.realpath(FOLDER),
            'signatures': [handler.sign(nested), handler.sign(flat)],
        }
    ),
    flush=True,
)
for line in sys.stdin:
    loops, job = line.split()
    print(TIMERS[job](int(loops)), flush=True)
