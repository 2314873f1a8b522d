"""Every code block of the documents, as a reader would run it."""

import doctest
import json
import os
import re
from typing import Any, Dict, List

import pytest
from documents import ROOT, blocks_in, text_of

import payment_page_sdk
from payment_page_sdk.payment import Payment
from payment_page_sdk.signature_handler import SignatureHandler

READMES = ['README.md', 'README.ru.md']
GUIDES = ['docs/en/parameters.in.md', 'docs/en/parameters.md']  # the others need more


def blocks(name: str, language: str) -> List[str]:
    return blocks_in(text_of(name), language)


def without_comments(code: str) -> str:
    return re.sub(r' *#.*', '', code)


@pytest.mark.parametrize('name', READMES)
def test_the_code_runs_from_top_to_bottom(name: str) -> None:
    states = {'ORDER-1': 'new', 'ORDER-2': 'new'}

    def move_order(order: str, before: str, after: str) -> None:
        if states[order] == before:
            states[order] = after

    scope = {'move_order': move_order}  # type: Dict[str, Any]
    # tests/gate_api runs the other one, which needs an extra.
    found = [code for code in blocks(name, 'python') if 'gate_api' not in code]
    assert len(found) == 5
    for code in found:
        exec(compile(code, name, 'exec'), scope)
    assert scope['url'].startswith('https://paymentpage.ecommpay.com/payment?project_id=186&')
    assert 'brand_new_parameter%5Brate%5D=1.50' in scope['url']

    assert states == {'ORDER-1': 'paid', 'ORDER-2': 'new'}  # by the README itself
    states['ORDER-1'] = 'shipped'

    signatures = SignatureHandler('old secret key')

    def sign(order: str, amount: int) -> str:
        payment = {'id': order, 'status': 'success', 'sum': {'amount': amount, 'currency': 'RUB'}}
        data = {'payment': payment}  # type: Dict[str, Any]
        return json.dumps(dict(data, signature=signatures.sign(data)))

    browser = dict(json.loads(sign('ORDER-1', 1001)), general={'payment_id': 'ORDER-1'})
    del browser['signature']
    browser['general']['signature'] = signatures.sign(browser)
    for body in (sign('ORDER-1', 1001), sign('ORDER-1', 1), json.dumps(browser)):
        assert scope['webhook'](body.encode()) == (200, 'OK')
    assert states == {'ORDER-1': 'shipped', 'ORDER-2': 'new'}
    assert scope['webhook'](sign('ORDER-2', 1)) == (200, 'OK')
    assert states['ORDER-2'] == 'to be reviewed'
    assert scope['webhook'](sign('ORDER-2', 1001).replace('1001', '1')) == (
        400,
        'invalid_signature',
    )


@pytest.mark.parametrize('name', READMES)
def test_the_sessions_go_as_shown(name: str) -> None:
    found = blocks(name, 'pycon')
    assert len(found) == 1
    for session in found:
        test = doctest.DocTestParser().get_doctest(session, {'Payment': Payment}, name, name, 0)
        assert doctest.DocTestRunner().run(test).failed == 0
        assert len(test.examples) == 5


@pytest.mark.parametrize('name', GUIDES)
def test_the_guides_run_from_top_to_bottom(name: str) -> None:
    scope = {}  # type: Dict[str, Any]
    assert blocks(name, 'python')
    assert text_of(name).count('```') == 2 * len(blocks(name, 'python'))
    for code in blocks(name, 'python'):
        exec(compile(code, name, 'exec'), scope)


@pytest.mark.parametrize('script', ['run', 'fresh'])
def test_the_second_command_is_what_ci_runs(script: str) -> None:
    assert "$(grep 'tox -p auto' README.md)" in text_of(os.path.join('.ci', script))
    found = [line for line in text_of('README.md').splitlines() if 'tox -p auto' in line]
    assert found == blocks('README.md', 'sh')[1].splitlines()


def test_both_languages_have_the_same_code() -> None:
    for language in ('python', 'pycon', 'sh'):
        english, russian = [
            [without_comments(code) for code in blocks(name, language)] for name in READMES
        ]
        assert english == russian


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall('^## (.*)$', text_of('CHANGELOG.md'), re.MULTILINE)
    version = payment_page_sdk.__version__
    assert versions[0] == ('Unreleased' if '.dev' in version else version)
