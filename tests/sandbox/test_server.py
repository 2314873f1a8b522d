"""The command ``payment-page sandbox``, as users start, end and kill it."""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import pytest
from frames import shown_in_frames

import payment_page_sdk
from payment_page_sdk.cli import main
from payment_page_sdk.exceptions import (
    CallbackException,
    ConfigurationException,
    ConfigurationWarning,
)
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.sandbox import server as module
from payment_page_sdk.sandbox.server import (
    Server,
    _introduce,
    _listen,
    _read_or_make_secret,
    serve,
)
from payment_page_sdk.sandbox.settings import check
from sandbox.conftest import SECRET, Merchant, eventually, posix_only, running, settings
from sandbox.test_courier import CERTIFICATE, merchant_with_https

API = '/sandbox/api'


@pytest.fixture
def ended_by(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that sends this process a signal as soon as the server is up."""
    # A process that a script runs in the background ignores it from its start.
    given = signal.signal(signal.SIGINT, signal.default_int_handler)

    def end(number: int, look: Any = lambda: None) -> None:
        run = Server.run

        def run_and_end(server: Server) -> None:
            def look_and_end() -> None:
                urllib.request.urlopen(server.address).close()
                look()
                os.kill(os.getpid(), number)

            threading.Thread(target=look_and_end).start()
            run(server)

        monkeypatch.setattr(Server, 'run', run_and_end)

    yield end
    signal.signal(signal.SIGINT, given)


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_it_introduces_itself_and_ends_cleanly(
    ended_by: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    key = tmp_path / 'key.txt'
    key.write_text(SECRET + '\n')
    ended_by(number)
    assert main(['sandbox', '--port', '0', '--secret-file', str(key), '--project-id', '42']) == 0
    shown = capsys.readouterr().out
    first, project, secret, last = shown.splitlines()
    assert first.startswith('Sandbox: http://127.0.0.1:')
    assert project == 'Project: 42'
    assert secret == f'Secret key: in the file {key}'
    assert last == 'No money moves. Press Ctrl-C to stop.'
    assert SECRET not in shown
    # More requests at once than threads are nothing to warn of.
    assert logging.getLogger('waitress.queue').level == logging.ERROR


def test_the_dashboard_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr('webbrowser.open', opened.append)
    with running(settings(open_browser=True)) as sandbox:
        _introduce(sandbox.server)
    assert opened == [sandbox.address]


def test_the_shop_is_introduced_and_opened(
    ended_by: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    monkeypatch.setattr('webbrowser.open', opened.append)
    ended_by(signal.SIGINT)
    assert main(['sandbox', '--port', '0', '--shop', '--open']) == 0
    first, _, secret, shop, _ = capsys.readouterr().out.splitlines()
    assert secret == 'Secret key: in the environment, PAYMENT_PAGE_SECRET'
    address = first[len('Sandbox: ') :]
    assert shop.startswith(f'Shop: {address}/shop - pay there with the card 4000 0000 0000 0077')
    assert opened == [address + '/shop']


def test_a_secret_key_is_made_and_kept(
    ended_by: Any,
    database: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv('PAYMENT_PAGE_SECRET', raising=False)
    keys = []
    ended_by(signal.SIGINT, lambda: keys.append(Path(database + '.secret').read_text()))
    for _ in range(2):
        assert main(['sandbox', '--port', '0', '--database', database]) == 0
        assert f'Secret key: in the file {database}.secret' in capsys.readouterr().out
    assert keys[0] == keys[1]
    assert len(keys[0]) > 40
    assert Path(database + '.secret').stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ('arguments', 'said'),
    [
        (['--speed', '0'], 'the speed must be a finite number, at least 0.001'),
        (['--speed', '1e-12'], 'the speed must be a finite number, at least 0.001'),
        (['--speed', 'inf'], 'the speed must be a finite number, at least 0.001'),
        (['--speed', 'nan'], 'the speed must be a finite number, at least 0.001'),
        (['--project-id', '0'], 'the project id must be at least 1'),
        (['--port', '65536'], 'the port must be from 0 to 65535'),
        (['--port', '-1'], 'the port must be from 0 to 65535'),
        (['--callback-url', 'shop.example'], 'callback_url takes an absolute URL'),
        (['--callback-url', 'http://'], 'callback_url takes an absolute URL'),
        (['--database', '/none/there'], 'the database cannot be used'),
        (['--host', '192.0.2.1', '--port', '0'], 'the sandbox cannot listen'),
        (['--host', 'no such host', '--port', '0'], 'the sandbox cannot listen'),
        (['--host', 'x' * 64, '--port', '0'], "'idna' codec"),
        (['--secret-file', '/none/there'], 'the file /none/there cannot be read'),
    ],
)
def test_wrong_usage_is_told(
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    assert main(['sandbox', *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    'least',
    [{'speed': 0.001}, {'project_id': 1}, {'port': 0}, {'port': 65535}, {'callback_url': ''}],
)
def test_what_is_just_right_is_not_refused(least: dict[str, Any]) -> None:
    check(settings(**least))


def test_what_one_server_takes_is_bounded() -> None:
    with running(settings()) as sandbox:
        limits = sandbox.server._server.adj
    assert (limits.threads, limits.connection_limit) == (16, 1000)
    assert (limits.max_request_body_size, limits.ident) == (1024 * 1024, None)


def test_without_a_database_there_is_a_folder_until_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('tempfile.tempdir', str(tmp_path))
    with running(settings()) as sandbox:
        assert sandbox.server.where_secret_is == ''
        [folder] = tmp_path.iterdir()
        assert folder.name.startswith('payment-page-sandbox-')
        assert (folder / 'sandbox.sqlite3').exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ('secret', 'changes'),
    [
        (SECRET.encode(), {}),
        (SECRET + '\ud800', {}),
        (SECRET, {'speed': 0}),
        (SECRET, {'database': '/none/there'}),
        (SECRET, {'host': 'no such host'}),
        (SECRET + '\n', {}),  # a warning, which these tests turn into an error
        (None, {'host': 'no such host'}),
    ],
)
def test_no_frame_of_an_error_holds_a_secret(
    secret: Any, changes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('payment_page_sdk.sandbox.server.secrets.token_urlsafe', lambda _: SECRET)
    monkeypatch.setattr('signal.signal', lambda *arguments: None)
    with pytest.raises((ConfigurationException, ConfigurationWarning)) as caught:
        serve(settings(**changes), secret, '')
    assert SECRET not in shown_in_frames(caught.value)


@pytest.mark.parametrize('pattern', ['\ufeff%s', '%s\n', '\ufeff%s\r\n'])
def test_a_kept_secret_may_have_been_edited(pattern: str, tmp_path: Path) -> None:
    file = tmp_path / 'sandbox.sqlite3.secret'
    file.write_bytes((pattern % SECRET).encode())
    assert _read_or_make_secret(file) == SECRET


def test_a_secret_that_cannot_be_kept_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv('PAYMENT_PAGE_SECRET', raising=False)
    assert main(['sandbox', '--database', '/none/there']) == 2
    assert 'cannot keep its secret key in the file /none/there.secret' in capsys.readouterr().err


@posix_only
def test_a_new_secret_key_is_for_its_owner_alone_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, modes = tmp_path / 'key', []

    def make_key(size: int) -> str:
        modes.append(stat.S_IMODE(os.stat(f'{file}.new').st_mode))
        return 'x' * size

    monkeypatch.setattr('secrets.token_urlsafe', make_key)
    Path(f'{file}.new').write_text('of a process that was killed')
    usual = os.umask(0)
    try:
        secret = _read_or_make_secret(file)
    finally:
        os.umask(usual)
    assert (modes, secret) == ([0o600], 'x' * 32)
    assert [found.name for found in tmp_path.iterdir()] == ['key']
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert _read_or_make_secret(file) == secret


@posix_only
@pytest.mark.parametrize('mode', [0o620, 0o602, 0o666])
def test_a_key_that_others_can_write_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / 'key'
    file.write_text('secret')
    file.chmod(mode)
    with pytest.raises(ConfigurationException, match='others can write to it') as caught:
        _read_or_make_secret(file)
    assert str(file) in str(caught.value)
    file.chmod(0o644)
    assert _read_or_make_secret(file) == 'secret'


@posix_only
def test_a_key_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / 'key'
    file.write_text('secret')
    found = list(file.lstat())
    found[stat.ST_UID] = os.geteuid() + 1
    monkeypatch.setattr(Path, 'lstat', lambda path: os.stat_result(found))
    with pytest.raises(ConfigurationException, match='others can write to it'):
        _read_or_make_secret(file)
    found[stat.ST_UID] = 0  # root may write everywhere
    assert _read_or_make_secret(file) == 'secret'


@posix_only
@pytest.mark.parametrize('target', ['another', 'not there', 'key'])
def test_a_key_that_is_a_symbolic_link_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / 'another').write_text('secret')
    file = tmp_path / 'key'
    file.symlink_to(target)
    with pytest.raises(ConfigurationException, match='it is a symbolic link'):
        _read_or_make_secret(file)
    assert file.is_symlink()


def test_a_link_in_the_way_of_a_new_key_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / 'other'
    other.write_text('as it was')
    (tmp_path / 'key.new').symlink_to(other)
    assert _read_or_make_secret(tmp_path / 'key') != other.read_text() == 'as it was'


@pytest.mark.parametrize(
    ('encoding', 'shown'),
    [
        ('ascii', r'\u0431\u0430\u0437\u0430 \u5bb6 \udcff'),
        ('cp1252', r'\u0431\u0430\u0437\u0430 \u5bb6 \udcff'),
        ('cp866', r'база \u5bb6 \udcff'),
        ('utf-8', r'база 家 \udcff'),
    ],
)
def test_it_introduces_itself_on_any_console(
    monkeypatch: pytest.MonkeyPatch, encoding: str, shown: str
) -> None:
    written = io.BytesIO()
    console = io.TextIOWrapper(written, encoding, 'strict', newline='\n')
    with running(settings()) as sandbox:
        sandbox.server.where_secret_is = 'in the file база 家 \udcff'
        monkeypatch.setattr(sys, 'stdout', console)
        _introduce(sandbox.server)
    assert written.getvalue().decode(encoding).splitlines()[2] == f'Secret key: in the file {shown}'


@pytest.mark.subprocess
def test_it_runs_in_any_folder(tmp_path: Path) -> None:
    home = tmp_path / 'Дом Алёны 家'
    home.mkdir()
    package = Path(payment_page_sdk.__file__).parent
    (home / package.name).symlink_to(package)
    environment = {**os.environ, 'PYTHONIOENCODING': 'ascii', 'HOME': str(home)}
    environment['PYTHONPATH'] = os.pathsep.join([str(home), *sys.path])
    environment.pop('PAYMENT_PAGE_SECRET', None)
    command = [sys.executable, '-m', package.name, 'sandbox', '--port', '0', '--shop']
    command += ['--database', str(home / 'база.sqlite3')]
    with subprocess.Popen(
        command, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        shown: list[bytes] = []
        try:
            while not shown or b'No money moves' not in shown[-1]:
                shown.append(process.stdout.readline())
                assert shown[-1], process.stderr.read().decode()
            address = shown[0].decode()[len('Sandbox: ') :].strip()
            for path in ('/', '/shop', '/static/page.css'):
                with urllib.request.urlopen(address + path) as answer:
                    assert answer.status == 200
        finally:
            process.send_signal(signal.SIGTERM)
    assert shown[2].startswith(b'Secret key: in the file ')
    assert b'.sqlite3.secret' in shown[2]


@pytest.mark.parametrize('stream', [None, io.StringIO()])
def test_it_does_not_need_a_console(
    ended_by: Any, monkeypatch: pytest.MonkeyPatch, stream: Any
) -> None:
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    monkeypatch.setattr(sys, 'stdout', stream)
    ended_by(signal.SIGINT)
    assert main(['sandbox', '--port', '0']) == 0


@posix_only
def test_it_needs_no_other_folder_than_that_of_the_database(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **options: Any) -> None:
        raise OSError('read-only')

    monkeypatch.setattr('tempfile.mkdtemp', refuse)
    with running(settings(database=database)) as sandbox:
        sandbox.open()


def test_the_authorities_in_a_file_are_trusted() -> None:
    with merchant_with_https() as url, running(settings(ca_file=str(CERTIFICATE))) as sandbox:
        sandbox.open(merchant_callback_url=url)
        sandbox.play('ORDER-1', '4000000000000077')
        eventually(lambda: sandbox.callbacks('ORDER-1')[0]['deliveries'])
        assert sandbox.callbacks('ORDER-1')[0]['deliveries'][0]['status'] == 200


@pytest.mark.parametrize(
    'content', [None, b'', b'no certificate', b'-----BEGIN CERTIFICATE-----\nx']
)
def test_a_file_without_certificates_is_told(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    content: Optional[bytes],
) -> None:
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    file = tmp_path / 'ca.pem'
    if content is not None:
        file.write_bytes(content)
    assert main(['sandbox', '--ca-file', str(file)]) == 2
    assert f'certificates cannot be read from the file {file}: ' in capsys.readouterr().err


def test_a_taken_port_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    with socket.create_server(('127.0.0.1', 0)) as taken:
        assert main(['sandbox', '--port', str(taken.getsockname()[1])]) == 2
    assert 'the sandbox cannot listen: Address already in use' in capsys.readouterr().err


@pytest.mark.parametrize(
    ('host', 'shown', 'answers'),
    [
        ('0.0.0.0', '127.0.0.1', True),
        ('::', '127.0.0.1', True),
        ('', '127.0.0.1', True),
        ('::1', '[::1]', False),
        ('Shop.example', 'Shop.example', False),
        ('My-Machine.example', 'My-Machine.example', True),
    ],
)
def test_any_host_may_be_served(
    monkeypatch: pytest.MonkeyPatch, host: str, shown: str, answers: bool
) -> None:
    # A machine may have no other address, and none of these names.
    monkeypatch.setattr(module, '_listen', lambda host, port: _listen('127.0.0.1', port))
    with running(settings(host=host)) as sandbox:
        address, _, port = sandbox.address.rpartition(':')
        assert address == 'http://' + shown
        sandbox.address = f'http://127.0.0.1:{port}'
        status = sandbox.get('/', {'Host': 'my-machine.example'})[0]
        assert status == (200 if answers else 400)


def test_it_listens_at_addresses_of_ipv6() -> None:
    try:
        socket.create_server(('::1', 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip('this machine has no IPv6')
    with _listen('::1', 0) as listener:
        assert listener.getsockname()[0] == '::1'


# What takes long to start is imported once, and each process is a copy of that.
FORKS = """
import json, os, sys
import payment_page_sdk.sandbox.server
from payment_page_sdk.cli import main
from payment_page_sdk.sandbox.courier import Courier
Courier().post('http://127.0.0.1:1/', '')
for arguments in sys.stdin:
    if not os.fork():
        print(os.getpid(), flush=True)
        sys.exit(main(json.loads(arguments)))
    os.wait()
    print('ended', flush=True)
"""


class Process:
    """The sandbox in a process of its own, which can be started, killed, and started again."""

    def __init__(self, database: str, key: str) -> None:
        arguments = ['sandbox', '--port', '0', '--database', database, '--secret-file', key]
        self._arguments = json.dumps([*arguments, '--speed', '100'])
        self._pid = 0
        self._forks = subprocess.Popen(
            [sys.executable, '-c', FORKS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding='utf-8',
        )

    def start(self) -> None:
        assert self._forks.stdin
        assert self._forks.stdout
        self._forks.stdin.write(self._arguments + '\n')
        self._forks.stdin.flush()
        self._pid = int(self._forks.stdout.readline())
        line = self._forks.stdout.readline()
        assert line.startswith('Sandbox: ')
        self.address = line[len('Sandbox: ') :].strip() + API

    def kill(self) -> None:
        assert self._forks.stdout
        os.kill(self._pid, signal.SIGKILL)
        self._pid = 0
        while self._forks.stdout.readline() not in ('ended\n', ''):
            pass

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *error: object) -> None:
        if self._pid:
            self.kill()
        self._forks.communicate(timeout=10)


def post(url: str, body: bytes) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, body)) as answer:
        assert answer.status in (200, 201)


@pytest.mark.subprocess
def test_every_callback_arrives_although_the_process_is_killed(
    database: str, tmp_path: Path, merchant: Merchant
) -> None:
    key = tmp_path / 'key.txt'
    key.write_text(SECRET)
    gate = Gate(SECRET)
    paid: list[str] = []
    told: set[Optional[str]] = set()

    def answer(body: bytes) -> int:
        try:
            callback = gate.handle_callback(body)
        except CallbackException:
            return 400  # the sandbox was killed while it sent
        if len(merchant.bodies) % 3 == 0:
            return 500
        told.add(callback.get_payment_id())
        return 200

    merchant.answer = answer
    with Process(database, str(key)) as process:
        for round_ in range(20):
            process.start()
            shopping = threading.Event()

            def shop(
                address: str = process.address,
                round_: int = round_,
                shopping: threading.Event = shopping,
            ) -> None:
                number = 0
                while True:
                    payment_id = f'ORDER-{round_}-{number}'
                    url = gate.get_purchase_payment_page_url(
                        Payment(
                            '186',
                            payment_id,
                            payment_amount=1815,
                            payment_currency='EUR',
                            merchant_callback_url=merchant.url,
                        )
                    )
                    try:
                        post(address + '/payments', b'{"url": "%s"}' % url.encode())
                        post(
                            f'{address}/payments/{payment_id}/outcome',
                            b'{"card": "4000000000000077"}',
                        )
                    except OSError:
                        return
                    paid.append(payment_id)
                    number += 1
                    shopping.set()

            shopper = threading.Thread(target=shop)
            shopper.start()
            shopping.wait(10)
            time.sleep(round_ * 0.007)  # now here, now there
            process.kill()
            shopper.join()
        assert len(paid) >= 20
        process.start()
        eventually(lambda: set(paid) <= told, 30)


@pytest.mark.parametrize(
    ('missing', 'options', 'told'),
    [
        ('flask', [], "since flask is missing: pip install 'ecommpay-sdk[sandbox]'"),
        ('httpx', [], "since httpx is missing: pip install 'ecommpay-sdk[sandbox]'"),
        ('tenacity', ['--shop'], 'payment_page_sdk.gate_api needs tenacity: pip install '),
    ],
)
def test_it_says_which_package_is_missing(missing: str, options: list[str], told: str) -> None:
    code = f"""if True:
        import sys
        sys.modules['{missing}'] = None  # as if it were not installed
        from payment_page_sdk.cli import main
        main(['sandbox', '--port', '0'] + {options})"""
    said = subprocess.run(
        [sys.executable, '-c', code], stderr=subprocess.PIPE, check=True, timeout=60
    ).stderr
    assert told in said.decode()
