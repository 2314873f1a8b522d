"""The sandbox in a merchant's tests: run by a fixture, and used through its JSON API."""

import os
import sys
import time
from typing import Any, Callable, Dict, Iterator, List

import pytest

import payment_page_sdk
from payment_page_sdk.callback import Callback
from payment_page_sdk.exceptions import CallbackException, ConfigurationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.gate_api import AccessDenied, NoAnswer
from payment_page_sdk.payment import Payment
from payment_page_sdk.testing import CallbackFactory, Sandbox, SandboxError, run_sandbox
from sandbox.conftest import DAY, Merchant

pytest_plugins = ['pytester']

pytestmark = pytest.mark.subprocess

PLUGIN = 'payment_page_sdk.testing.pytest_plugin'
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(payment_page_sdk.__file__)))

SECRET = 'the secret key of a merchant'
APPROVED, DECLINED, CHALLENGED = '4000000000000077', '4111111111111111', '4314220000000056'


class Shop:
    """A merchant's shop: its webhook accepts genuine callbacks, and refuses the rest."""

    def __init__(self, merchant: Merchant) -> None:
        merchant.answer = self.answer
        self.callbacks = []  # type: List[Callback]
        self.refused = 0

    def answer(self, body: bytes) -> int:
        try:
            self.callbacks.append(Gate(SECRET).handle_callback(body))
        except CallbackException:
            self.refused += 1
            return 400
        return 200


@pytest.fixture(scope='module')
def server() -> Iterator[Merchant]:
    """The merchant's server: one for all tests, on which each test has its own shop."""
    found = Merchant()
    yield found
    found.stop()


@pytest.fixture(scope='module')
def process(server: Merchant) -> Iterator[Sandbox]:
    """A sandbox in its own process, not the one in this process."""
    with run_sandbox(SECRET, 187, ['--callback-url', server.url]) as running:
        yield running


@pytest.fixture
def shop(server: Merchant) -> Shop:
    return Shop(server)


@pytest.fixture
def sandbox(process: Sandbox, shop: Shop) -> Iterator[Sandbox]:
    """The sandbox; the next test receives no callbacks about payments of this one."""
    yield process
    until(
        lambda: all(
            callback['next_at'] is None
            for payment in process.payments()
            for callback in process.callbacks(payment['payment_id'])
        )
    )


def order(payment_id: str, **params: Any) -> Payment:
    payment = Payment('187', payment_id)
    payment.payment_amount = 1815
    payment.payment_currency = 'EUR'
    payment.update(params)
    return payment


def until(condition: Callable[[], Any]) -> None:
    """Wait for what another process does."""
    deadline = time.time() + 30
    while not condition():
        assert time.time() < deadline
        time.sleep(0.01)


def test_a_payment_is_made_and_refunded(sandbox: Sandbox, shop: Shop) -> None:
    assert sandbox.project_id == 187
    payment_id = 'ORDER/1 Ä'
    opened = sandbox.open(order(payment_id))
    assert opened['payment_id'] == payment_id
    assert sandbox.payment(payment_id)['status'] == opened['status']

    assert sandbox.play(payment_id, APPROVED)['status'] == 'success'
    until(lambda: len(shop.callbacks) == 1)
    assert shop.callbacks[0].is_success()
    assert shop.callbacks[0].matches(1815, 'EUR')

    sandbox.advance_clock(DAY)  # on the same day, it would be reversed
    assert sandbox.refund(payment_id, 500)['status'] == 'partially refunded'
    assert sandbox.refund(payment_id)['status'] == 'refunded'
    until(lambda: len(shop.callbacks) == 3)
    assert {callback.get_payment_amount() for callback in shop.callbacks} == {1815, 1315, 0}
    assert sandbox.payments()[0] == sandbox.payment(payment_id)


def test_a_payment_is_declined(sandbox: Sandbox, shop: Shop) -> None:
    link = sandbox.gate.get_purchase_payment_page_url(order('DECLINED-1'))
    assert sandbox.open(link)['payment_id'] == 'DECLINED-1'
    assert sandbox.play('DECLINED-1', DECLINED)['status'] == 'decline'
    until(lambda: shop.callbacks)
    assert shop.callbacks[0].is_declined()


def test_the_code_for_the_bank_comes_with_the_card_or_later(sandbox: Sandbox) -> None:
    sandbox.open(order('CODE-1'))
    assert sandbox.play('CODE-1', CHALLENGED, '123456')['status'] == 'success'
    sandbox.open(order('CODE-2'))
    assert sandbox.play('CODE-2', CHALLENGED)['status'] == 'awaiting 3ds result'
    assert sandbox.play('CODE-2', code='123456')['status'] == 'success'


def test_what_is_held_is_captured_or_released(sandbox: Sandbox, shop: Shop) -> None:
    for payment_id in ('HELD-1', 'HELD-2'):
        sandbox.open(order(payment_id, operation_type='auth'))
        assert sandbox.play(payment_id, APPROVED)['status'] == 'awaiting capture'
    assert sandbox.capture('HELD-1', 1000)['status'] == 'success'
    assert sandbox.cancel('HELD-2')['status'] == 'canceled'
    until(lambda: len(shop.callbacks) == 4)


def test_callbacks_come_again_in_each_variant(sandbox: Sandbox, shop: Shop) -> None:
    sandbox.open(order('AGAIN-1'))
    sandbox.play('AGAIN-1', APPROVED)
    sandbox.advance_clock(DAY)
    sandbox.refund('AGAIN-1')
    until(lambda: len(shop.callbacks) == 2)
    first, second = sandbox.callbacks('AGAIN-1')
    assert sandbox.gate.handle_callback(first['body']).is_success()

    assert sandbox.deliver(first['id'])['status'] == 200
    until(lambda: len(shop.callbacks) == 3)
    sandbox.deliver(first['id'], 'duplicate')
    until(lambda: len(shop.callbacks) >= 4)
    assert shop.refused == 0
    assert sandbox.deliver(second['id'], 'tampered')['status'] == 400
    assert shop.refused == 1

    before = len(shop.callbacks)
    sandbox.deliver_in_reverse('AGAIN-1')
    until(lambda: len(shop.callbacks) == before + 2)
    statuses = [callback.get_payment_status() for callback in shop.callbacks[before:]]
    assert statuses == ['refunded', 'success']


def test_the_clock_can_be_advanced(sandbox: Sandbox) -> None:
    now = sandbox.advance_clock(0.5)['now']
    assert sandbox.advance_clock(3600)['now'] > now


def test_requests_to_the_gate_api_fail_as_wanted(sandbox: Sandbox) -> None:
    payment_id = 'FAULT-1'
    sandbox.open(order(payment_id))
    sandbox.play(payment_id, APPROVED)
    assert sandbox.set_gate_fault('403', 1) == {'fault': '403', 'times': 1}
    with pytest.raises(AccessDenied):
        sandbox.gate_api.status(payment_id)
    assert sandbox.gate_api.status(payment_id).is_success()
    sandbox.set_gate_fault('cut')
    for _ in range(2):
        with pytest.raises(NoAnswer):
            sandbox.gate_api.refund(payment_id, 500, 'EUR', 'Returned')
    sandbox.set_gate_fault(None)
    assert sandbox.gate_api.status(payment_id).is_started()


def test_what_is_refused_is_an_error(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match='404') as caught:
        sandbox.payment('NONE')
    assert caught.value.status == 404
    stranger = order('REFUSED-1')
    stranger.project_id = '1'
    with pytest.raises(SandboxError):
        sandbox.open(stranger)


def has_ended(url: str) -> bool:
    try:
        Sandbox(url, Gate(SECRET), 187).payments()
    except OSError:
        return True
    return False


def test_it_has_ended_after_the_block_even_if_that_fails() -> None:
    urls = []

    def fail() -> None:
        with run_sandbox(SECRET, 187) as running:
            urls.append(running.url)
            assert not has_ended(running.url)
            raise KeyError('a test that fails')

    with pytest.raises(KeyError):
        fail()
    assert has_ended(urls[0])


TESTS = """
    import pytest
    from payment_page_sdk.payment import Payment

    @pytest.fixture
    def payment_page_sandbox_options(tmp_path):
        return ['--database', str(tmp_path / 'sandbox.sqlite3')]

    def test_it(payment_page_sandbox, payment_page_gate):
        assert payment_page_sandbox.payments() == []
        payment = Payment(str(payment_page_sandbox.project_id), 'ORDER-1')
        payment.payment_amount = 1815
        payment.payment_currency = 'EUR'
        payment_page_sandbox.open(payment)
        payment_page_sandbox.play('ORDER-1', '4000000000000077')
        body = payment_page_sandbox.callbacks('ORDER-1')[0]['body']
        assert payment_page_gate.handle_callback(body).is_success()
        print('URL:', payment_page_sandbox.url)

    def test_that_fails(payment_page_sandbox):
        assert payment_page_sandbox.payments() == []
        print('URL:', payment_page_sandbox.url)
        assert False
"""


def test_the_fixture_runs_a_sandbox_for_each_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {'PYTEST_DISABLE_PLUGIN_AUTOLOAD': '1', 'PYTHONPATH': ROOT}  # type: Dict[str, str]
    for name, text in settings.items():
        monkeypatch.setenv(name, text)
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_inprocess('-p', PLUGIN, '-s')
    result.assert_outcomes(passed=1, failed=1)
    urls = [line.split('URL: ')[1].split()[0] for line in result.outlines if 'URL: ' in line]
    assert len(set(urls)) == 2
    assert all(map(has_ended, urls))


# callbacks into the test's own process


@pytest.fixture(scope='module')
def receiving() -> Iterator[Sandbox]:
    """A sandbox whose callbacks come here."""
    with run_sandbox(SECRET, 187, ['--speed', '100']) as running:
        yield running


@pytest.fixture
def here(receiving: Sandbox) -> Sandbox:
    receiver = receiving.receiver
    receiver.handle = None
    del receiver.callbacks[:], receiver.errors[:]
    return receiving


def test_a_callback_is_waited_for(here: Sandbox) -> None:
    here.open(order('WAIT-1'))
    here.play('WAIT-1', CHALLENGED, '123456')
    callback = here.wait_for_callback('WAIT-1', 'success')
    assert callback.is_success()
    assert callback.matches(1815, 'EUR')
    assert here.wait_for_callback('WAIT-1').get_payment_status() == 'awaiting 3ds result'
    until(lambda: len(here.receiver.callbacks) == 2)
    assert {told.get_payment_id() for told in here.receiver.callbacks} == {'WAIT-1'}


def test_a_function_handles_each_callback(here: Sandbox) -> None:
    shipped = []  # type: List[Any]
    here.receiver.handle = lambda callback: shipped.append(callback.get_payment_id())
    here.open(order('HANDLE-1'))
    here.play('HANDLE-1', APPROVED)
    here.wait_for_callback('HANDLE-1')
    assert shipped == ['HANDLE-1']


def test_a_function_that_fails_gets_it_again(here: Sandbox) -> None:
    def handle(callback: Callback) -> None:
        if not here.receiver.errors:
            raise KeyError('no such order')

    here.receiver.handle = handle
    here.open(order('AGAIN-2'))
    here.play('AGAIN-2', APPROVED)
    here.wait_for_callback('AGAIN-2')
    assert list(map(repr, here.receiver.errors)) == [repr(KeyError('no such order'))]
    answers = [sent['answer'] for sent in here.callbacks('AGAIN-2')[0]['deliveries']]
    assert answers == ['callback_not_handled', 'OK']


def test_the_next_ones_can_fail(here: Sandbox) -> None:
    here.receiver.fail()
    here.receiver.fail(2, status=503)
    here.open(order('FAIL-1'))
    here.play('FAIL-1', APPROVED)
    here.wait_for_callback('FAIL-1')
    statuses = [sent['status'] for sent in here.callbacks('FAIL-1')[0]['deliveries']]
    assert statuses == [500, 503, 503, 200]
    assert len(here.receiver.callbacks) == 1


def test_forgeries_are_refused(here: Sandbox) -> None:
    here.open(order('FORGED-1'))
    here.play('FORGED-1', APPROVED)
    here.wait_for_callback('FORGED-1')
    told = here.callbacks('FORGED-1')[0]
    assert here.deliver(told['id'], 'tampered')['answer'] == 'invalid_signature'
    assert len(here.receiver.callbacks) == 1


def test_it_is_told_why_no_callback_was_accepted(here: Sandbox) -> None:
    here.open(order('LATE-1'))
    with pytest.raises(SandboxError) as caught:
        here.wait_for_callback('LATE-1', timeout=0.1)
    assert str(caught.value) == (
        'no callback about LATE-1 was accepted within 0.1 seconds: there is none'
    )
    here.receiver.fail(100, status=405)
    here.play('LATE-1', APPROVED)
    until(lambda: here.callbacks('LATE-1')[0]['deliveries'])
    with pytest.raises(SandboxError) as caught:
        here.wait_for_callback('LATE-1', 'refunded', timeout=0)
    assert 'no callback with the status refunded about LATE-1 was accepted within 0 ' in str(
        caught.value
    )
    assert ': success (405 ' in str(caught.value)
    assert 'let the route accept POST' in str(caught.value)
    here.receiver._failures.clear()
    here.wait_for_callback('LATE-1')


def test_without_an_address_it_is_told_that_it_was_not_sent(process: Sandbox) -> None:
    assert process._describe({'body': told_body(), 'deliveries': []}) == (
        'no payment (not sent yet)'
    )
    with pytest.raises(ConfigurationException, match='--callback-url'):
        process.receiver.fail()


def told_body() -> str:
    return CallbackFactory(SECRET).token().decode()


ASYNC = """
    import asyncio
    import pytest
    from payment_page_sdk.payment import Payment

    def pay(sandbox, payment_id):
        payment = Payment('186', payment_id, payment_amount=1815, payment_currency='EUR')
        sandbox.open(payment)
        sandbox.play(payment_id, '4000000000000077')

    @pytest.mark.asyncio
    async def test_async(payment_page_sandbox):
        pay(payment_page_sandbox, 'ORDER-1')
        await asyncio.to_thread(payment_page_sandbox.wait_for_callback, 'ORDER-1', 'success')

    @pytest.mark.parametrize('number', range(3))
    def test_one_of_several(payment_page_sandbox, number):
        assert payment_page_sandbox.payments() == []
        pay(payment_page_sandbox, 'ORDER-1')
        payment_page_sandbox.wait_for_callback('ORDER-1')
        assert len(payment_page_sandbox.receiver.callbacks) == 1
"""


def test_it_works_with_other_plugins(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('PYTEST_DISABLE_PLUGIN_AUTOLOAD', '1')
    monkeypatch.setenv('PYTHONPATH', os.pathsep.join([ROOT, *sys.path]))
    monkeypatch.delenv('PYTEST_ADDOPTS', raising=False)
    pytester.makepyfile(ASYNC)
    plugins = ['xdist', 'randomly', 'asyncio', PLUGIN]  # the first three by their entry points
    options = [option for name in plugins for option in ('-p', name)]
    options += ['-o', 'asyncio_default_fixture_loop_scope=function']
    result = pytester.runpytest_subprocess(*options, '-n', '2', '-v')
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(['Using --randomly-seed=*'])
