"""Measures signing and verifying side by side: in two processes, and in eight threads.

    python benchmarks/concurrency.py [--operations 1000000]

Every answer is compared with the one of a single thread. The exit status is 1 if one differs, if
two processes do less than 1.8 times the work of one, or if eight threads do less than nine tenths
of the work of one (with the GIL they cannot do more). Two free cores are needed.
"""

import argparse
import json
import os
import sys
import threading
from multiprocessing import get_context
from time import perf_counter
from typing import Any, Callable, Dict, List

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(ROOT)  # last, so that an installed package goes before the one of the tree

from payment_page_sdk.gate import Gate  # noqa: E402
from payment_page_sdk.signature_handler import SignatureHandler  # noqa: E402

PROCESSES, THREADS, TURNS = 2, 8, 7

with open(os.path.join(ROOT, 'tests', 'data', 'bench_cases.json'), encoding='utf-8') as file:
    CASE = json.load(file)['callback_45']
HANDLER, GATE = SignatureHandler(CASE['secret']), Gate(CASE['secret'])


def like(case: Dict[str, Any], number: int) -> Dict[str, Any]:
    """Return the parameters with another value, and, of every eight, with another key."""
    return dict(case, **{'key %d' % (number % 8): 'value %d' % number})


DATA = [like(CASE['params'], number) for number in range(64)]
SIGNATURES = list(map(HANDLER.sign, DATA))
BODIES = [json.dumps(dict(data, signature=signed)) for data, signed in zip(DATA, SIGNATURES)]
KEYS = [GATE.handle_callback(body).get_deduplication_key() for body in BODIES]


def sign(index: int) -> bool:
    return HANDLER.sign(DATA[index]) == SIGNATURES[index]


def verify(index: int) -> bool:
    return GATE.handle_callback(BODIES[index]).get_signature() == SIGNATURES[index]


def verify_and_read(index: int) -> bool:
    return GATE.handle_callback(BODIES[index]).get_deduplication_key() == KEYS[index]


JOBS = sign, verify, verify_and_read


def work(job: Callable[[int], bool], operations: int) -> int:
    """Do the job so many times; return how many answers were wrong."""
    return sum(not job(number % len(DATA)) for number in range(operations))


def per_second(run: Callable[[], None], operations: int) -> float:
    started = perf_counter()
    run()
    return operations / (perf_counter() - started)


def in_threads(job: Callable[[int], bool], operations: int, wrong: List[int]) -> None:
    def one() -> None:
        wrong.append(work(job, operations // THREADS))

    threads = [threading.Thread(target=one) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def compare(job: Callable[[int], bool], operations: int) -> bool:
    """Print how much two processes and eight threads do, in multiples of what one does."""
    wrong = []  # type: List[int]

    def in_processes(count: int) -> None:
        wrong.extend(pool.starmap(work, [(job, operations)] * count, 1))

    def fastest(run: Callable[[], None], operations: int) -> float:
        """Return operations a second: others on this machine can only slow a turn down."""
        return max(per_second(run, operations) for _ in range(TURNS))

    with get_context('fork').Pool(PROCESSES) as pool:
        alone = fastest(lambda: in_processes(1), operations)
        together = fastest(lambda: in_processes(PROCESSES), operations * PROCESSES)
    single = fastest(lambda: wrong.append(work(job, operations)), operations)
    threaded = fastest(lambda: in_threads(job, operations, wrong), operations)
    print(
        f'{job.__name__}: {single:.0f} a second; {PROCESSES} processes {together / alone:.2f} x, '
        f'{THREADS} threads {threaded / single:.2f} x; '
        f'{sum(wrong)} wrong of {operations * TURNS * (PROCESSES + 3)}'
    )
    return not sum(wrong) and together / alone >= 1.8 and threaded / single >= 0.9


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or '').partition('\n')[0])
    parser.add_argument('--operations', type=int, default=1000000, help='in threads, in all')
    operations = parser.parse_args().operations // (TURNS * len(JOBS))
    return 0 if min([compare(job, operations) for job in JOBS]) else 1


if __name__ == '__main__':
    sys.exit(main())
