"""Every code block of docs/en/sandbox.md, testing.md and start.md, as readers run them.

The other languages have the same code: tests/test_docs.py compares them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tools
from documents import ROOT, blocks_in, files_in, section_in, text_of
from facts import read_json

from payment_page_sdk import cli
from payment_page_sdk.cli.arguments import SANDBOX_PORT, TRIGGERS
from payment_page_sdk.sandbox.faults import (
    FAULTS,
    MOST_WAITING,
    SECONDS_LATE,
    SECONDS_OF_SILENCE,
)
from sandbox.conftest import SECRET, Merchant, Sandbox, eventually, running, settings

pytestmark = pytest.mark.subprocess

GUIDE = text_of('docs/en/sandbox.md')
TESTING = text_of('docs/en/testing.md')
START = text_of('docs/en/start.md')
PLUGIN = 'payment_page_sdk.testing.pytest_plugin'
ADDRESS = 'http://127.0.0.1:8186'


def section(title: str, guide: str = GUIDE) -> str:
    """Return the part of a guide under a title."""
    return section_in(guide, title)


@pytest.fixture
def shell(tmp_path: Path) -> Any:
    """A function that runs lines in a shell that has the command, and returns what they show."""
    command = tmp_path / 'bin' / 'payment-page'
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m payment_page_sdk "$@"\n')
    command.chmod(0o755)
    (tmp_path / 'key.txt').write_text(SECRET)

    def run(lines: str) -> str:
        if 'curl ' in lines and not shutil.which('curl'):
            tools.missing('curl is missing, which the guide speaks to the API with')
        return subprocess.check_output(
            ['bash', '-euc', lines],
            cwd=tmp_path,
            encoding='utf-8',
            timeout=60,
            env=dict(
                os.environ,
                PATH=f'{command.parent}{os.pathsep}{os.environ["PATH"]}',
                PYTHONPATH=os.pathsep.join(sys.path),
            ),
        )

    return run


def test_no_block_is_forgotten() -> None:
    languages = re.findall('^```(.*)\n(?:.*\n)*?^```$', GUIDE, re.MULTILINE)
    assert {language: languages.count(language) for language in set(languages)} == {
        'sh': 13,
        'python': 1,
        'json': 10,
        'html': 2,
        'text': 2,
        '': 1,
    }


def test_the_first_command_starts_sandbox_and_shop() -> None:
    for name, number in [('docs/en/sandbox.md', 0), ('docs/en/start.md', 0), ('README.md', 1)]:
        block = blocks_in(text_of(name), 'sh')[number]
        assert 'sandbox]' in block, name
        assert block.endswith('payment-page sandbox --shop\n'), name
    command = [sys.executable, '-m', 'payment_page_sdk', 'sandbox', '--shop', '--port', '0']
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        encoding='utf-8',
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)),
    ) as process:
        assert process.stdout
        try:
            shown = [process.stdout.readline() for _ in range(5)]
            address = shown[0][len('Sandbox: ') :].strip()
            with urllib.request.urlopen(address + '/shop') as answer:
                assert b'Buy' in answer.read()
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert 'pay there with the card 4000 0000 0000 0077' in shown[3]


@pytest.fixture
def followed() -> Iterator[Sandbox]:
    """The sandbox of the guide, whose merchant is not at home."""
    with running(settings(callback_url='http://localhost:8000/callbacks')) as sandbox:
        yield sandbox


def test_the_gate_of_ones_own_service_leads_there() -> None:
    [start] = blocks_in(section('Your own service'), 'sh')
    assert '--secret-file key.txt' in start
    [code] = blocks_in(section('Your own service'), 'python')
    scope: dict[str, Any] = {}
    exec(compile(code, 'sandbox.md', 'exec'), scope)
    assert scope['gate']
    assert ADDRESS in code
    assert SANDBOX_PORT == 8186


def test_the_api_answers_as_shown(shell: Any, followed: Sandbox) -> None:
    text = section('The API').replace(ADDRESS, followed.address)
    pairs = re.findall('^```sh\n(.*?)^```\n```json\n(.*?)^```', text, re.DOTALL | re.MULTILINE)
    assert len(pairs) == 8
    setting = ''.join(re.findall(r'^(?:API=.*|LINK=(?:.*\\\n)+.*)\n', pairs[0][0], re.MULTILINE))
    # As a shell that is left open keeps it: what the variables hold, once.
    setting = shell(setting + 'declare -p API LINK')
    pairs[0] = (re.sub(r'^LINK=(?:.*\\\n)+.*\n', '', pairs[0][0], flags=re.MULTILINE), pairs[0][1])
    for lines, shown in pairs:
        expected = list(values(shown))
        until = time.monotonic() + 10
        while True:
            told = list(values(shell(setting + lines)))
            # What happens in the background may take a moment.
            if ' -d ' in lines or matches(told, expected) or time.monotonic() > until:
                break
        assert matches(told, expected), (told, expected)


def test_the_gate_api_answers_as_shown(shell: Any, followed: Sandbox) -> None:
    text = section('The Gate API').replace(ADDRESS, followed.address)
    pairs = re.findall('^```sh\n(.*?)^```\n```json\n(.*?)^```', text, re.DOTALL | re.MULTILINE)
    followed.open()
    followed.play('ORDER-1', '4000000000000077')
    for lines, shown in pairs:
        told = list(values(shell(f'API={followed.address}/sandbox/api\n{lines}')))
        assert matches(told, list(values(shown))), told
    assert len(pairs) == 2


def test_the_guide_knows_all_faults() -> None:
    shown = re.findall(
        '^\\| `(.*?)` ', section('The Gate API').partition('| fault')[2], re.MULTILINE
    )
    assert sorted(shown) == sorted(FAULTS)
    for number in (SECONDS_LATE, SECONDS_OF_SILENCE, MOST_WAITING):
        assert f' {number} ' in section('The Gate API')


def values(text: str) -> Iterator[Any]:
    """Yield the JSON values that stand one after the other."""
    decoder = json.JSONDecoder()
    while text.strip():
        value, end = decoder.raw_decode(text.strip())
        text = text.strip()[end:]
        yield value


def matches(told: Any, shown: Any) -> bool:
    """Tell whether what was told is what is shown, where '...' stands for anything but null.

    At the end of a str, it stands for the rest.
    """
    if shown == '...':
        return told is not None
    if isinstance(shown, str) and shown.endswith('...'):
        return isinstance(told, str) and told.startswith(shown[:-3])
    if isinstance(shown, dict):
        return (
            isinstance(told, dict)
            and told.keys() == shown.keys()
            and all(matches(told[name], value) for name, value in shown.items())
        )
    if isinstance(shown, list):
        return isinstance(told, list) and len(told) == len(shown) and all(map(matches, told, shown))
    return bool(told == shown)


def test_a_callback_without_a_payment_is_answered_as_shown(shell: Any) -> None:
    text = section('When a callback is not accepted')
    [lines] = blocks_in(text, 'sh')
    _, shown = blocks_in(text, 'text')
    told = shell(lines).splitlines()
    assert len(told) == len(shown.splitlines())
    for line, pattern in zip(told, shown.splitlines()):
        assert re.fullmatch(re.escape(pattern).replace(r'\.\.\.', '.+'), line)


def test_what_the_terminal_tells_is_as_shown(
    capsys: pytest.CaptureFixture[str], merchant: Merchant
) -> None:
    shown, _ = blocks_in(section('When a callback is not accepted'), 'text')
    django, status = '<p>CSRF verification failed. Request aborted.</p>', 403
    merchant.page = django
    merchant.answer = lambda body: status
    changed = settings(is_quiet=False, callback_url=merchant.url)
    with running(changed) as sandbox:
        sandbox.open()
        sandbox.play('ORDER-1', '4000000000000077')
        eventually(lambda: sandbox.callbacks('ORDER-1')[0]['deliveries'])
    told = capsys.readouterr().out.splitlines()
    for line, pattern in zip(told, shown.splitlines()):
        pattern = re.escape(pattern).replace(r'\(\.\.\.\)', '.+')
        pattern = re.sub(r'^\d\d:\d\d:\d\d|\d+(?=\\ ms)', r'[\\d:]+', pattern)
        assert re.fullmatch(pattern, line)
    assert len(told) == 3


def test_the_events_of_trigger_are_shown() -> None:
    text = section('When a callback is not accepted')
    assert re.findall('`([a-z0-9-]+)`', text.partition('The events are ')[2].partition('.')[0]) == (
        list(TRIGGERS)
    )


def test_the_recipe_for_continuous_integration_works(shell: Any) -> None:
    [lines] = blocks_in(section('Continuous integration', TESTING), 'sh')
    assert json.loads(shell(lines)) == []


def test_merchants_tests_pass(tmp_path: Path) -> None:
    # tests/contrib/test_recipes.py runs the others, with the frameworks.
    found = [code for code in blocks_in(TESTING, 'python') if 'def test_' in code]
    files = [code for code in found if code not in files_in(TESTING).values()]
    assert len(files) == 2
    shop = ''.join(blocks_in(text_of('README.md'), 'python')).replace(
        '<secret_key>', 'the secret key of these tests'
    )
    (tmp_path / 'shop.py').write_text(shop + 'def move_order(*order): ...\n', encoding='utf-8')
    for number, code in enumerate(files):
        (tmp_path / f'test_{number}.py').write_text(code, encoding='utf-8')
    path = os.pathsep.join([str(tmp_path), *sys.path])
    assert '7 passed' in run_pytest(tmp_path, dict(os.environ, PYTHONPATH=path))


def run_pytest(folder: Path, environment: dict[str, str]) -> str:
    """Run the tests in a folder, which must pass; return what pytest prints."""
    ended = subprocess.run(
        [sys.executable, '-m', 'pytest', '-q', '-p', PLUGIN, '-p', 'no:cacheprovider'],
        cwd=folder,
        stdout=subprocess.PIPE,
        encoding='utf-8',
        env=dict(environment, PYTEST_DISABLE_PLUGIN_AUTOLOAD='1'),
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


@pytest.fixture
def started(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """The folder of a reader of the first page, with its files and the environment that it sets."""
    shop, test = blocks_in(START, 'python')
    (tmp_path / 'shop.py').write_text(shop, encoding='utf-8')
    (tmp_path / 'test_shop.py').write_text(test, encoding='utf-8')
    settings = dict(re.findall(r'(PAYMENT_PAGE_\w+)=(\S+)', ''.join(blocks_in(START, 'sh'))))
    assert sorted(settings) == ['PAYMENT_PAGE_BASE_URL', 'PAYMENT_PAGE_SECRET']
    path = os.pathsep.join([str(tmp_path), *sys.path])
    return tmp_path, dict(os.environ, PYTHONPATH=path, **settings)


def test_the_first_page_leads_to_a_paid_order(started: tuple[Path, dict[str, str]]) -> None:
    folder, environment = started
    _, start, serve = blocks_in(START, 'sh')
    port = free_port()
    [callbacks] = re.findall(r'--callback-url (\S+)', start)
    [command] = re.findall('^flask (.*)$', serve, re.MULTILINE)
    arguments = command.replace('8000', str(port)).split()
    assert environment['PAYMENT_PAGE_BASE_URL'] == ADDRESS
    with running(settings(callback_url=callbacks.replace('8000', str(port)))) as sandbox:
        environment.update(PAYMENT_PAGE_SECRET=SECRET, PAYMENT_PAGE_BASE_URL=sandbox.address)
        with subprocess.Popen(
            [sys.executable, '-m', 'flask', *arguments], cwd=folder, env=environment
        ) as process:
            try:
                shop = f'http://127.0.0.1:{port}/'
                eventually(lambda: is_served(shop))
                with urllib.request.urlopen(shop + 'buy') as page:
                    assert page.url.startswith(sandbox.address)
                [order] = json.load(urllib.request.urlopen(shop))
                assert sandbox.play(order, '4000000000000077') == 'success'
                eventually(lambda: json.load(urllib.request.urlopen(shop)) == {order: 'paid'})
            finally:
                process.terminate()


def is_served(url: str) -> bool:
    try:
        with urllib.request.urlopen(url) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        return int(taken.getsockname()[1])


def test_the_first_test_passes(started: tuple[Path, dict[str, str]]) -> None:
    assert '1 passed' in run_pytest(*started)


def test_every_card_number_in_the_documents_is_that_of_a_test_card() -> None:
    names = list(Path(ROOT).glob('README*'))
    for folder in ('docs', 'examples', 'payment_page_sdk/sandbox/templates'):
        names += [*Path(ROOT, folder).rglob('*.md'), *Path(ROOT, folder).rglob('*.py')]
        names += Path(ROOT, folder).rglob('*.html')
    found = {
        re.sub('[ -]', '', number)
        for name in names
        for number in re.findall(r'(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?!\d)', name.read_text('utf-8'))
    }
    assert found <= {row['number'] for row in read_json('testcards.json')}
    assert len(found) > 10


def test_the_options_are_those_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(['sandbox', '--help'])
    shown = set(re.findall('(?<![a-z-])--[a-z-]+', capsys.readouterr().out)) - {'--help'}
    [usage] = blocks_in(section('The command'), '')
    assert set(re.findall('--[a-z-]+', usage)) == shown
    assert set(re.findall('^\\| `(--[a-z-]+)', section('The command'), re.MULTILINE)) == shown
    with pytest.raises(SystemExit):
        cli.main(['trigger', '--help'])
    shown = set(re.findall('(?<![a-z-])--[a-z-]+', capsys.readouterr().out)) - {'--help'}
    text = section('When a callback is not accepted')
    assert set(re.findall('--[a-z]+[a-z-]*', text)) == shown
