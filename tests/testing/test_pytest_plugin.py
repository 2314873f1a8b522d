"""The plugin, in separate runs of pytest, as in a merchant's tests."""

import os
import subprocess
import sys
from typing import Tuple

import pytest

import payment_page_sdk
from payment_page_sdk import testing
from payment_page_sdk.testing import callback_receiver, sandbox_process

pytest_plugins = ['pytester']

PLUGIN = 'payment_page_sdk.testing.pytest_plugin'
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(payment_page_sdk.__file__)))

SHOP = """
    import pytest

    orders = {}

    def webhook(gate, body):
        callback = gate.handle_callback(body)
        orders[callback.get_payment_id()] = callback

    def test_an_order_is_paid(payment_page_gate, payment_page_callbacks):
        webhook(payment_page_gate, payment_page_callbacks.payment('ORDER-1', 1815, 'EUR'))
        assert orders['ORDER-1'].is_success()

    @pytest.mark.parametrize('spoil', ['unsigned', 'forged', 'tampered'])
    def test_a_forgery_is_refused(payment_page_gate, payment_page_callbacks, spoil):
        body = getattr(payment_page_callbacks, spoil)(payment_page_callbacks.payment('ORDER-2'))
        with pytest.raises(Exception, match='signature'):
            webhook(payment_page_gate, body)
        assert 'ORDER-2' not in orders

    def test_the_settings(
        payment_page_secret, payment_page_project_id, payment_page_sandbox_options
    ):
        assert payment_page_secret
        assert (payment_page_project_id, payment_page_sandbox_options) == (186, [])

    def test_the_project(payment_page_gate, payment_page_callbacks):
        callback = payment_page_gate.handle_callback(payment_page_callbacks.payment())
        assert callback.get_project_id() == 186
"""


@pytest.fixture
def merchant(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A merchant's folder of tests, with no other plugin than this one."""
    # Otherwise pytest loads what is installed: other plugins, and this one a second time.
    monkeypatch.setenv('PYTEST_DISABLE_PLUGIN_AUTOLOAD', '1')
    monkeypatch.delenv('PYTEST_ADDOPTS', raising=False)
    monkeypatch.setenv('PYTHONPATH', ROOT)
    return pytester


def run(merchant: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return merchant.runpytest_inprocess('-p', PLUGIN, *arguments)


def test_a_merchant_tests_a_webhook(merchant: pytest.Pytester) -> None:
    merchant.makepyfile(SHOP)
    run(merchant).assert_outcomes(passed=6)


@pytest.mark.parametrize('scopes', [('session', 'function'), ('function', 'session')])
def test_the_secret_and_the_project_are_those_of_the_merchant(
    merchant: pytest.Pytester, scopes: Tuple[str, str]
) -> None:
    merchant.makeconftest(
        """
        import pytest

        @pytest.fixture(scope=%r)
        def payment_page_secret():
            return 'my own'

        @pytest.fixture(scope=%r)
        def payment_page_project_id():
            return 187
    """
        % scopes
    )
    merchant.makepyfile("""
        from payment_page_sdk.gate import Gate

        def test_it(payment_page_gate, payment_page_callbacks):
            for gate in (payment_page_gate, Gate('my own')):
                callback = gate.handle_callback(payment_page_callbacks.payment())
                assert callback.get_project_id() == 187
    """)
    run(merchant).assert_outcomes(passed=1)


def test_the_secret_and_the_project_can_be_used_in_every_scope(merchant: pytest.Pytester) -> None:
    merchant.makepyfile("""
        import pytest

        @pytest.fixture(scope='session')
        def settings(payment_page_secret, payment_page_project_id):
            return payment_page_secret, payment_page_project_id

        def test_it(settings, payment_page_secret, payment_page_project_id):
            assert settings == (payment_page_secret, payment_page_project_id)
    """)
    run(merchant).assert_outcomes(passed=1)


def test_each_test_has_a_gate_of_its_own(merchant: pytest.Pytester) -> None:
    merchant.makepyfile("""
        import pytest
        from payment_page_sdk.payment import Payment

        @pytest.mark.parametrize('number', [1, 2])
        def test_it(payment_page_gate, number):
            url = payment_page_gate.get_purchase_payment_page_url(Payment('186', 'ORDER-1'))
            assert 'shop.example' not in url
            payment_page_gate.set_payment_base_url('https://shop.example')
    """)
    run(merchant).assert_outcomes(passed=2)


def test_each_test_has_ids_of_its_own_and_always_the_same(merchant: pytest.Pytester) -> None:
    merchant.makepyfile("""
        import pytest

        @pytest.mark.parametrize('number', [1, 2])
        def test_it(payment_page_callbacks, number):
            data = payment_page_callbacks.data(payment_page_callbacks.payment())
            print('ID:', data['operation']['id'])
    """)
    runs = []
    for _ in range(2):
        result = run(merchant, '-s')
        result.assert_outcomes(passed=2)
        runs.append([line for line in result.outlines if 'ID:' in line])
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 2


@pytest.mark.subprocess
def test_a_sandbox_that_does_not_start_says_why(merchant: pytest.Pytester) -> None:
    merchant.makepyfile("""
        import pytest

        @pytest.fixture
        def payment_page_sandbox_options():
            return ['--no-such-option']

        def test_it(payment_page_sandbox):
            pass
    """)
    result = run(merchant)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['the sandbox did not start: *', '*--no-such-option*'])
    assert 'Traceback' not in result.stdout.str()


def test_the_fixtures_explain_themselves(merchant: pytest.Pytester) -> None:
    result = run(merchant, '--fixtures')
    for name in (
        'payment_page_gate',
        'payment_page_callbacks',
        'payment_page_sandbox',
        'payment_page_secret',
        'payment_page_project_id',
        'payment_page_sandbox_options',
    ):
        line = next(line for line in result.outlines if line.split(' ')[0] == name)
        assert 'pytest_plugin.py' in line
        assert 'no docstring' not in result.outlines[result.outlines.index(line) + 1]


@pytest.mark.subprocess
def test_the_plugin_loads_nothing_that_it_does_not_need() -> None:
    loaded = subprocess.check_output(
        [sys.executable, '-c', ('import sys, %s; print(sorted(sys.modules))' % PLUGIN)], cwd=ROOT
    ).decode()
    assert 'payment_page_sdk.testing.callback_factory' in loaded
    for heavy in (
        'payment_page_sdk.testing.sandbox_process',
        'payment_page_sdk.sandbox',
        'urllib.request',
        'flask',
    ):
        assert repr(heavy) not in loaded


@pytest.mark.subprocess
def test_a_merchant_runs_pytest(merchant: pytest.Pytester) -> None:
    merchant.makepyfile(SHOP)
    merchant.runpytest_subprocess('-p', PLUGIN).assert_outcomes(passed=6)


@pytest.mark.subprocess
def test_no_run_is_disturbed_by_an_early_import(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor by pytest's warning that a plugin's module was imported too early to be rewritten."""
    # What pytest reads of an installed distribution: an editable one does not list the package.
    installed = pytester.mkdir('ecommpay_sdk-0.dist-info')
    for name, text in [
        ('METADATA', 'Metadata-Version: 2.1\nName: ecommpay-sdk\nVersion: 0\n'),
        ('RECORD', 'payment_page_sdk/__init__.py,,\n'),
        ('entry_points.txt', '[pytest11]\npayment_page = %s\n' % PLUGIN),
    ]:
        (installed / name).write_text(text)
    monkeypatch.delenv('PYTEST_ADDOPTS', raising=False)
    monkeypatch.setenv('PYTHONPATH', ROOT)
    pytester.makepyfile(SHOP)
    early = 'import sys, payment_page_sdk.gate, pytest; sys.exit(pytest.main(["-W", "error"]))'
    pytester.run(sys.executable, '-c', early).assert_outcomes(passed=6)


def test_the_types_of_the_sandbox_are_exported() -> None:
    exported = vars(testing)['__getattr__']  # Python 3.7 and newer ask it
    assert exported('Sandbox') is sandbox_process.Sandbox
    assert exported('SandboxError') is sandbox_process.SandboxError
    assert exported('run_sandbox') is sandbox_process.run_sandbox
    assert exported('CallbackReceiver') is callback_receiver.CallbackReceiver
    with pytest.raises(AttributeError, match=r"^module '[a-z_.]+' has no attribute 'Shop'$"):
        exported('Shop')
