import runpy
import sys
from typing import Any

import pytest

import payment_page_sdk
from payment_page_sdk import cli


def test_the_demo_shows_a_link_a_callback_and_refusals(capsys: Any) -> None:
    assert cli.main(['demo']) == 0
    shown = capsys.readouterr().out
    assert 'https://paymentpage.ecommpay.com/payment?project_id=186&' in shown
    assert 'as sent                     -> accepted' in shown
    assert 'a shopper made it 0.01      -> refused' in shown
    assert 'refused, and not signed (customer_first_name)' in shown
    assert "get_payment_id()                 -> 'ECT_TEST_1555943554067'" in shown
    assert "get_payment_status()             -> 'success'" in shown
    assert 'refused (invalid_signature)' in shown
    shown.encode('ascii')  # a terminal may know nothing else


def test_the_version_is_shown(capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(['--version'])
    assert caught.value.code == 0
    assert capsys.readouterr().out.strip() == payment_page_sdk.__version__


@pytest.mark.parametrize('arguments', [[], ['unheard-of'], ['demo', 'more']])
def test_wrong_usage_is_told(arguments: Any, capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert 'usage: payment-page' in capsys.readouterr().err


def test_the_package_can_be_run(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(sys, 'argv', ['payment-page', 'demo'])
    with pytest.raises(SystemExit) as caught:
        runpy.run_module('payment_page_sdk', run_name='__main__')
    assert caught.value.code == 0
    assert 'accepted' in capsys.readouterr().out
