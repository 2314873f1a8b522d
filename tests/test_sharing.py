"""One Gate for all threads and all forked processes, as docs/*/upgrading.md says."""

import json
import multiprocessing
import sys
import threading
from typing import Any, Callable, Iterable, List

import pytest

from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.testing import CallbackFactory

pytestmark = pytest.mark.subprocess

SECRET = 'secret key'
ROUNDS = 40


def work(gate: Gate, number: int) -> List[str]:
    """Return what goes wrong when a gate is used as one of many does."""
    factory = CallbackFactory(SECRET, number)
    wrong = []
    for round_ in range(ROUNDS):
        order = 'ORDER-%d-%d' % (number, round_)
        # Other parameters in each round, so that what is remembered of earlier ones changes, too.
        payment = Payment('186', order, payment_amount=round_ + 1, payment_currency='EUR')
        payment.update({'extra_%d' % (round_ % 7): {'list': list(range(round_ % 13))}})
        if not gate.explain_url(gate.get_purchase_payment_page_url(payment)):
            wrong.append(order)
        callback = gate.handle_callback(factory.payment(order, round_ + 1, 'EUR'))
        if callback.get_payment_id() != order or not callback.matches(round_ + 1, 'EUR'):
            wrong.append(order)
    return wrong


def run_in_threads(function: Callable[[Any], None], arguments: Iterable[Any]) -> None:
    """Call ``function`` with each of ``arguments``, all at the same time."""
    threads = [threading.Thread(target=function, args=[argument]) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_share_a_gate() -> None:
    gate = Gate(SECRET)
    found = []  # type: List[List[str]]

    def note_work(number: int) -> None:
        found.append(work(gate, number))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that they interrupt each other nearly everywhere
    try:
        run_in_threads(note_work, range(8))
    finally:
        sys.setswitchinterval(interval)
    assert found == [[]] * 8


def test_threads_read_one_callback() -> None:
    gate = Gate(SECRET)
    read = []  # type: List[str]

    def note_facts_of(callback: Any) -> None:
        read.append(json.dumps(facts_of(callback)))

    for seed in range(20):
        body = CallbackFactory(SECRET, seed).payment('ORDER-1', 1, 'EUR')
        run_in_threads(note_facts_of, [gate.handle_callback(body)] * 4)
        assert read == [json.dumps(facts_of(gate.handle_callback(body)))] * 4
        read.clear()


def facts_of(callback: Any) -> List[Any]:
    return [
        callback.get_payment_id(),
        callback.get_status(),
        callback.get_payment_sum(),
        callback.get_operation_code(),
        callback.get_deduplication_key(),
    ]


@pytest.mark.skipif(
    'fork' not in multiprocessing.get_all_start_methods(), reason='this system has no fork'
)
@pytest.mark.filterwarnings('ignore:This process .* is multi-threaded:DeprecationWarning')
def test_a_gate_may_be_made_before_a_server_forks() -> None:
    """While another thread uses it, too: no lock can be held by a thread that the child has not."""
    gate, goes_on = Gate(SECRET), threading.Event()
    goes_on.set()

    def sign() -> None:
        while goes_on.is_set():
            gate.get_purchase_payment_page_url(Payment('186', 'ORDER-1'))

    thread = threading.Thread(target=sign)
    thread.start()
    try:
        fork = multiprocessing.get_context('fork')
        for number in range(4):
            process = fork.Process(target=leave, args=(gate, number))
            process.start()
            process.join(30)
            assert process.exitcode == 0
    finally:
        goes_on.clear()
        thread.join()


def leave(gate: Gate, number: int) -> None:
    sys.exit(len(work(gate, number)))
