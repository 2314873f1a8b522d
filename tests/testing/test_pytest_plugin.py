"""The plugin, in runs of pytest of its own, as in the tests of a merchant."""

import os
import subprocess
import sys

import pytest

import payment_page_sdk

pytest_plugins = ['pytester']

PLUGIN = 'payment_page_sdk.testing.pytest_plugin'
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(payment_page_sdk.__file__)))

SHOP = """
    import pytest

    orders = {}

    def webhook(gate, body):
        callback = gate.handle_callback(body)
        orders[callback.get_payment_id()] = callback

    def test_an_order_is_paid(payment_gate, callback_factory):
        webhook(payment_gate, callback_factory.payment('ORDER-1', 1815, 'EUR'))
        assert orders['ORDER-1'].is_success()

    @pytest.mark.parametrize('spoil', ['unsigned', 'forged', 'tampered'])
    def test_a_forgery_is_refused(payment_gate, callback_factory, spoil):
        body = getattr(callback_factory, spoil)(callback_factory.payment('ORDER-2'))
        with pytest.raises(Exception, match='signature'):
            webhook(payment_gate, body)
        assert 'ORDER-2' not in orders

    def test_the_settings(payment_page_secret, payment_page_project_id, payment_sandbox_options):
        assert payment_page_secret
        assert (payment_page_project_id, payment_sandbox_options) == (186, [])

    def test_the_project(payment_gate, callback_factory):
        assert payment_gate.handle_callback(callback_factory.payment()).get_project_id() == 186
"""


@pytest.fixture
def merchant(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A merchant's folder of tests, in which the plugin is the only one."""
    # Else it is there twice where the package is installed, and other plugins, too.
    monkeypatch.setenv('PYTEST_DISABLE_PLUGIN_AUTOLOAD', '1')
    monkeypatch.delenv('PYTEST_ADDOPTS', raising=False)
    monkeypatch.setenv('PYTHONPATH', ROOT)
    return pytester


def run(merchant: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return merchant.runpytest_inprocess('-p', PLUGIN, *arguments)


def test_a_merchant_tests_a_webhook(merchant: pytest.Pytester) -> None:
    merchant.makepyfile(SHOP)
    run(merchant).assert_outcomes(passed=6)


def test_the_secret_and_the_project_are_those_of_the_merchant(merchant: pytest.Pytester) -> None:
    merchant.makeconftest("""
        import pytest

        @pytest.fixture(scope='session')
        def payment_page_secret():
            return 'my own'

        @pytest.fixture
        def payment_page_project_id():
            return 187
    """)
    merchant.makepyfile("""
        from payment_page_sdk.gate import Gate

        def test_it(payment_gate, callback_factory):
            for gate in (payment_gate, Gate('my own')):
                callback = gate.handle_callback(callback_factory.payment())
                assert callback.get_project_id() == 187
    """)
    run(merchant).assert_outcomes(passed=1)


def test_each_test_has_ids_of_its_own_and_always_the_same(merchant: pytest.Pytester) -> None:
    merchant.makepyfile("""
        import pytest

        @pytest.mark.parametrize('number', [1, 2])
        def test_it(callback_factory, number):
            data = callback_factory.data(callback_factory.payment())
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
        def payment_sandbox_options():
            return ['--no-such-option']

        def test_it(payment_sandbox):
            pass
    """)
    result = run(merchant)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['the sandbox did not start: *', '*--no-such-option*'])
    assert 'Traceback' not in result.stdout.str()


def test_the_fixtures_explain_themselves(merchant: pytest.Pytester) -> None:
    result = run(merchant, '--fixtures')
    for name in (
        'payment_gate',
        'callback_factory',
        'payment_sandbox',
        'payment_page_secret',
        'payment_page_project_id',
        'payment_sandbox_options',
    ):
        line = next(line for line in result.outlines if line.startswith(name))
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
    """Not by a warning of pytest, either, which marks all that a plugin comes with."""
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
