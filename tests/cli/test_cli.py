import errno
import importlib
import io
import json
import os
import subprocess
import sys
from types import ModuleType
from typing import Any, Dict, List, Tuple

import pytest
from frames import shown_in_frames

import payment_page_sdk
from payment_page_sdk import cli
from payment_page_sdk.cli import trigger
from payment_page_sdk.cli.arguments import create_parser
from payment_page_sdk.exceptions import ConfigurationWarning, ProcessException
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.signature_handler import SignatureHandler

SECRET = 'tOp-SeCrEt'
HANDLER = SignatureHandler(SECRET)
DATA = {'payment': {'id': 'O-1', 'description': 'Тест'}}  # type: Dict[str, Any]
BODY = json.dumps(dict(DATA, signature=HANDLER.sign(DATA)))
URL = Gate(SECRET).get_purchase_payment_page_url(Payment('186', 'O-1'))


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


class FullDisk(io.StringIO):
    encoding = 'utf-8'

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, 'No space left on device')


def test_a_verdict_that_cannot_be_written_does_not_count(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    monkeypatch.setattr(sys, 'stdout', FullDisk())
    assert cli.main(['explain', URL]) == 2  # neither valid, 0, nor invalid, 1
    monkeypatch.undo()
    assert 'cannot write: No space left on device' in capsys.readouterr().err


@pytest.mark.parametrize(
    'data', [{'signature': 'x'}, {'general': {'signature': 'x'}}, {'signature': None}]
)
def test_what_is_signed_has_no_signature_yet(
    data: Any, tmp_path: Any, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    (tmp_path / 'data.json').write_text(json.dumps(data))
    assert cli.main(['sign', str(tmp_path / 'data.json')]) == 1
    assert 'already contain a signature' in capsys.readouterr().err


def test_the_package_can_be_run(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(sys, 'argv', ['payment-page', 'demo'])
    with pytest.raises(SystemExit) as caught:
        # Not by runpy: where the package is installed, pytest imports it in a way of its own.
        importlib.import_module('payment_page_sdk.__main__')
    assert caught.value.code == 0
    assert 'accepted' in capsys.readouterr().out


@pytest.fixture
def here(tmp_path: Any, monkeypatch: Any) -> Any:
    """A directory with files to name, and the secret key in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    for name, content in [
        ('secret', SECRET),
        ('secret-lf', SECRET + '\n'),
        ('secret-crlf', SECRET + '\r\n'),
        ('secret-lflf', SECRET + '\n\n'),
        ('secret-space', SECRET + ' \n'),
        ('secret-bom', '\ufeff' + SECRET + '\r\n'),
        ('secret-quoted', '"%s"' % SECRET),
        ('blank', ' \n'),
        ('other', 'other'),
        ('body', BODY),
        ('forged', BODY.replace('O-1', 'O-2')),
        ('link', URL + '\n'),
        ('link-bom', '\ufeff' + URL + '\n'),
        ('params-bom', '\ufeff' + json.dumps(DATA)),
        ('params', json.dumps(DATA)),
        ('list', '[]'),
        ('text', 'O-1'),
        ('deep', '{"a":' * 100000),
        ('signed', BODY),
        ('surrogate', '{"a":"\\ud83d"}'),
        ('guarded', '{"a":"x;payment_amount:1"}'),
        ('key', '{"a;payment_amount:1":""}'),
        ('last of a key', '{"a;payment_amount":"1"}'),
        ('inner key', '{"a":[{"b; payment_amount ":"1"}]}'),
        ('empty', ''),
        ('long key', json.dumps({'k' * 1000: {'a': ''}})),
        ('long guarded key', json.dumps({'k' * 1000: {'a': ';payment_amount:1'}})),
    ]:
        (tmp_path / name).write_bytes(content.encode())
    (tmp_path / 'latin').write_bytes(b'\xe9')
    (tmp_path / 'utf-16').write_bytes(SECRET.encode('utf-16'))
    return tmp_path


def run(capsys: Any, *arguments: str) -> Any:
    status = cli.main(arguments)
    shown = capsys.readouterr()
    if shown.err:
        assert shown.err.startswith('payment-page: ')
        assert shown.err.count('\n') == 1
    for text in [SECRET, 'O-2', 'Тест']:
        assert text not in shown.out + shown.err
    return status, shown.out.rstrip('\n'), shown.err.rstrip('\n')


def test_verify(here: Any, capsys: Any) -> None:
    assert run(capsys, 'verify', 'body') == (0, 'valid', '')
    status, shown, error = run(capsys, 'verify', 'forged')
    assert (status, error) == (1, '')
    assert shown.startswith('invalid (invalid_signature): ')
    status, shown, _ = run(capsys, 'verify', '--json', 'body')
    assert (status, json.loads(shown)) == (0, {'is_valid': True, 'code': None, 'message': None})
    status, shown, _ = run(capsys, 'verify', '--json', 'empty')
    assert (status, json.loads(shown)['code']) == (1, 'malformed_callback')


def test_what_is_printed_in_exact_words(here: Any, capsys: Any) -> None:
    def printed(*arguments: str) -> Any:
        return run(capsys, *arguments)[1]

    said = 'the signature was not made with the secret key from the data of the callback'
    assert printed('verify', 'forged') == 'invalid (invalid_signature): ' + said
    assert json.loads(printed('verify', 'forged', '--json')) == {
        'is_valid': False,
        'code': 'invalid_signature',
        'message': said,
    }
    explained = Gate(SECRET).explain_callback(BODY)
    assert printed('explain', 'body') == str(explained)
    assert json.loads(printed('explain', 'body', '--json')) == explained.as_dict()
    explained = Gate(SECRET).explain_url(URL, show_texts=True)
    assert printed('explain', 'link', '--show-texts') == str(explained)
    assert json.loads(printed('explain', URL, '--show-texts', '--json')) == explained.as_dict()
    assert printed('url', 'payment_id=O-1', 'new==a=', 'empty=', 'project_id=186') == (
        Gate(SECRET).get_purchase_payment_page_url(
            payment_of(payment_id='O-1', new='=a=', empty='', project_id='186')
        )
    )


@pytest.mark.parametrize(
    'encoding, shown', [('utf-8', 'Тест'), ('ascii', '\\u0422'), (None, '\\u0422')]
)
def test_what_an_output_cannot_show_is_escaped(
    encoding: Any, shown: str, here: Any, monkeypatch: Any
) -> None:
    output = type('Output', (io.StringIO,), {'encoding': encoding})()
    monkeypatch.setattr(sys, 'stdout', output)
    assert cli.main(['explain', 'body', '--show-texts']) == 0
    assert shown in output.getvalue()


def payment_of(**params: str) -> Payment:
    payment = Payment('')
    payment.update(params)
    return payment


@pytest.mark.parametrize(
    'arguments, status, said',
    [
        (['verify', 'missing'], 2, 'the file missing cannot be read: No such file or directory'),
        (['verify', 'a\0b'], 2, 'the file a\\x00b cannot be read: not a valid file name'),
        (['sign', 'list'], 1, 'the file list does not contain a JSON object'),
        (['sign', 'empty'], 1, 'the file empty does not contain a JSON object'),
        (['sign', 'deep'], 1, 'the file deep does not contain a JSON object'),
        (['sign', 'latin'], 1, 'the file latin is not UTF-8'),
        (['sign', 'signed'], 1, 'the parameters already contain a signature'),
        (
            ['sign', 'guarded'],
            1,
            (
                'a key or text contains a ";" followed by what reads as another parameter: whoever '
                'chose it could turn that into a real parameter, and the signature would still be '
                'right'
            ),
        ),
        (
            ['url', 'project_id'],
            2,
            'give each parameter as NAME=VALUE, and each name only once',
        ),
        (
            ['url', 'a=1', 'a=1'],
            2,
            'give each parameter as NAME=VALUE, and each name only once',
        ),
        (['url', 'a=1'], 2, 'a link needs a project_id'),
        (['url', 'project_id=1', 'a b=1'], 1, None),
        (['verify', 'body', '--secret-file', 'latin'], 2, 'the file latin is not UTF-8'),
    ],
)
def test_what_is_refused_in_exact_words(
    here: Any, capsys: Any, arguments: List[str], status: int, said: Any
) -> None:
    found, shown, error = run(capsys, *arguments)
    assert (found, shown) == (status, '')
    assert said is None or error == 'payment-page: ' + said


def test_without_a_secret(here: Any, capsys: Any, monkeypatch: Any) -> None:
    for value in ('', None):
        if value is None:
            monkeypatch.delenv('PAYMENT_PAGE_SECRET')
        else:
            monkeypatch.setenv('PAYMENT_PAGE_SECRET', value)
        assert run(capsys, 'url', 'project_id=1') == (
            2,
            '',
            (
                'payment-page: there is no secret key: name a file that contains it with '
                '--secret-file, or set the environment variable PAYMENT_PAGE_SECRET'
            ),
        )


@pytest.mark.filterwarnings('ignore:a secret key has')
@pytest.mark.parametrize(
    ('options', 'status'),
    [
        (['--secret-file', 'secret'], 0),
        (['--secret-file', 'secret-lf'], 0),
        (['--secret-file', 'secret-crlf'], 0),
        (['--secret-file', 'secret-bom'], 0),
        (['--previous-secret-file', 'secret-bom', '--secret-file', 'other'], 0),
        (['--secret-file', 'secret-quoted'], 1),
        (['--secret-file', 'secret-lflf'], 1),
        (['--secret-file', 'secret-space'], 1),
        (['--secret-file', 'other'], 1),
        (
            [
                '--secret-file',
                'other',
                '--previous-secret-file',
                'other',
                '--previous-secret-file',
                'secret',
            ],
            0,
        ),
        (['--secret-file', 'blank'], 2),
        (['--secret-file', 'empty'], 2),
        (['--secret-file', 'latin'], 2),
        (['--secret-file', 'utf-16'], 2),
        (['--secret-file', 'missing'], 2),
        (['--previous-secret-file', 'missing'], 2),
        (['--secret-file', '.'], 2),
    ],
)
def test_secrets(here: Any, capsys: Any, options: List[str], status: int) -> None:
    for command in ['verify', 'explain']:
        assert run(capsys, command, 'body', *options)[0] == status


def test_what_surrounds_a_secret_is_told(here: Any, capsys: Any, monkeypatch: Any) -> None:
    for secret in ['"%s"' % SECRET, SECRET + '\r', '\xa0' + SECRET]:
        monkeypatch.setenv('PAYMENT_PAGE_SECRET', secret)
        for source in ['body', 'link', URL]:
            with pytest.warns(ConfigurationWarning):
                status, shown, _ = run(capsys, 'explain', source)
            assert status == 1
            assert 'the secret key has white space, quotes or' in shown
            assert 'around it; without them, the signature is right' in shown


@pytest.mark.parametrize(
    'arguments',
    [
        ['verify', 'missing'],
        ['verify', 'body', '--previous-secret-file', 'missing'],
        ['verify', 'body', '--previous-secret-file', 'blank'],
        ['verify', 'body', '--secret-file', 'secret-latin'],
        ['explain', 'missing'],
        ['explain', 'body', '--previous-secret-file', 'secret-latin'],
        ['sign', 'missing'],
        ['sign', 'signed'],
        ['sign', 'params', '--previous-secret-file', 'blank'],
        ['url', 'nothing'],
        ['url', 'project_id=1', '--base-url', 'ftp://host'],
        ['url', 'project_id=1', '--validate'],
    ],
)
def test_no_frame_of_an_error_holds_a_secret(here: Any, arguments: List[str]) -> None:
    (here / 'secret-latin').write_bytes((SECRET + '\xe9').encode('latin-1'))
    options = create_parser().parse_args(arguments)
    with pytest.raises(ProcessException) as caught:
        cli._COMMANDS[options.command](options)
    assert SECRET not in shown_in_frames(caught.value)


@pytest.mark.parametrize('command', ['verify', 'explain', 'sign'])
def test_unusable(here: Any, capsys: Any, command: str, monkeypatch: Any) -> None:
    for name, shown_name in [
        ('missing', 'missing'),
        ('.', '.'),
        ('a\0b', 'a\\x00b'),
        ('a\nb', 'a\\nb'),
        ('\udcff', '\\udcff'),
        ('ключ', 'ключ'),
    ]:
        for arguments in [[name], ['body', '--secret-file', name]]:
            status, shown, error = run(capsys, command, *arguments)
            assert (status, shown) == (2, '')
            assert 'the file %s cannot be read: ' % shown_name in error
    for name in ['latin', 'utf-16']:
        status, shown, error = run(capsys, command, 'body', '--secret-file', name)
        assert (status, shown) == (2, '')
        assert error.endswith('the file %s is not UTF-8' % name)
    monkeypatch.delenv('PAYMENT_PAGE_SECRET')
    status, shown, error = run(capsys, command, 'body')
    assert (status, shown) == (2, '')
    assert 'PAYMENT_PAGE_SECRET' in error


def test_explain(here: Any, capsys: Any) -> None:
    for source in ['body', 'link', 'link-bom', URL, URL.replace('https', 'HTTPS')]:
        status, shown, error = run(capsys, 'explain', source)
        assert (status, error) == (0, '')
        assert shown.startswith('accepted\n')
        assert 'O-1' not in shown
    assert 'payment_id:O-1' in run(capsys, 'explain', '--show-texts', URL)[1]
    for source in ['forged', 'empty', 'latin', 'deep', URL + 'x', 'https://']:
        status, shown, error = run(capsys, 'explain', '--json', source)
        assert (status, error) == (1, '')
        assert json.loads(shown)['is_valid'] is False


GUARDED = ['guarded', 'key', 'last of a key', 'inner key', 'long guarded key']


def test_sign(here: Any, capsys: Any) -> None:
    assert run(capsys, 'sign', 'params') == (0, HANDLER.sign(DATA), '')
    status, shown, _ = run(capsys, 'sign', '--json', 'params')
    assert (status, json.loads(shown)) == (0, {'signature': HANDLER.sign(DATA)})
    assert run(capsys, 'sign', 'params-bom') == (0, HANDLER.sign(DATA), '')
    assert run(capsys, 'sign', 'long key') == (0, HANDLER.sign({'k' * 1000: {'a': ''}}), '')
    for name in GUARDED + ['list', 'text', 'deep', 'signed', 'surrogate', 'empty', 'latin']:
        status, shown, error = run(capsys, 'sign', name)
        assert (status, shown) == (1, '')
        assert error
    assert 'the file latin is not UTF-8' in run(capsys, 'sign', 'latin')[2]
    assert 'the file list does not contain a JSON object' in run(capsys, 'sign', 'list')[2]


def test_url(here: Any, capsys: Any) -> None:
    assert run(capsys, 'url', 'project_id=186', 'payment_id=O-1') == (0, URL, '')
    status, shown, _ = run(
        capsys, 'url', '--json', '--base-url', 'http://localhost:1', 'project_id=186', 'new=a=b'
    )
    assert status == 0
    assert json.loads(shown)['url'].startswith('http://localhost:1/payment?project_id=186&')
    assert 'new=a%3Db' in shown


@pytest.mark.parametrize(
    ('arguments', 'status'),
    [
        (['payment_id=O-1'], 2),
        (['project_id='], 2),
        (['project_id=1', 'payment_id'], 2),
        (['project_id=1', 'project_id=2'], 2),
        (['project_id=1', '--base-url', 'nowhere'], 2),
        (['project_id=1', 'signature=x'], 1),
        (['project_id=1', 'get_params=x'], 1),
        (['project_id=1', 'a=;payment_amount:1'], 1),
        (['project_id=1', 'a\nb=x'], 1),
        (['project_id=1', 'a=\ud800'], 1),
        (['project_id=1', '--validate'], 1),
        (
            [
                'project_id=1',
                'payment_id=1',
                'payment_amount=1',
                'payment_currency=EUR',
                'customer_id=1',
                '--validate',
            ],
            0,
        ),
    ],
)
def test_refused_urls(here: Any, capsys: Any, arguments: List[str], status: int) -> None:
    assert run(capsys, 'url', *arguments)[0] == status


@pytest.mark.parametrize(
    'arguments',
    [
        ['verify'],
        ['explain'],
        ['sign'],
        ['url'],
        ['verify', 'body', '--secret', SECRET],
        ['verify', 'body', '--base-url', 'x'],
        ['verify', 'body', 'more'],
    ],
)
def test_wrong_usage_of_commands(here: Any, capsys: Any, arguments: List[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert 'usage: payment-page' in capsys.readouterr().err


def process(content: bytes, *arguments: str, **environment: str) -> Any:
    child = subprocess.Popen(
        [sys.executable, '-m', 'payment_page_sdk'] + list(arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ, **environment),
    )
    shown, error = child.communicate(content)
    assert b'Traceback' not in error
    return child.returncode, shown.decode('ascii').rstrip(), error.decode().rstrip()


@pytest.mark.subprocess
def test_processes() -> None:
    secret = {'PAYMENT_PAGE_SECRET': SECRET, 'PYTHONIOENCODING': 'ascii'}
    assert process(BODY.encode(), 'verify', '-', **secret) == (0, 'valid', '')
    assert process(b'\xff', 'verify', '-', **secret)[0] == 1
    assert process(URL.encode(), 'explain', '-', **secret)[0] == 0
    assert '\\u0422' in process(BODY.encode(), 'explain', '--show-texts', '-', **secret)[1]
    assert process(json.dumps(DATA).encode(), 'sign', '-', **secret) == (0, HANDLER.sign(DATA), '')
    assert process(b'', 'url', 'project_id=186', 'payment_id=O-1', **secret) == (0, URL, '')
    assert process(b'', 'verify', '-', PAYMENT_PAGE_SECRET='')[0] == 2
    assert process(SECRET.encode(), 'verify', '-', '--secret-file', '-')[0] == 1


@pytest.mark.subprocess
def test_explanations_are_imported_when_needed() -> None:
    assert (
        subprocess.check_output(
            [
                sys.executable,
                '-c',
                (
                    'import sys, payment_page_sdk.cli\n'
                    'print("payment_page_sdk.explanation" in sys.modules)'
                ),
            ]
        ).strip()
        == b'False'
    )


def test_the_sandbox_says_what_it_needs(monkeypatch: Any, capsys: Any) -> None:
    for name in list(sys.modules):
        if name.startswith('payment_page_sdk.sandbox'):
            monkeypatch.delitem(sys.modules, name)
    for name in ('apscheduler', 'flask', 'httpx', 'waitress'):
        monkeypatch.setitem(sys.modules, name, None)  # as if it were not installed
    assert cli.main(['sandbox']) == 2
    said = capsys.readouterr().err
    if sys.version_info < (3, 9):
        assert said == 'payment-page: the sandbox needs Python 3.9 or newer\n'
    else:
        assert "is missing: pip install 'ecommpay-sdk[sandbox]'" in said


def test_the_sandbox_needs_a_newer_python_than_others_do(monkeypatch: Any, capsys: Any) -> None:
    # Wherever the tests run; on an older one, the test above has met the real thing.
    monkeypatch.setattr(sys, 'version_info', (3, 8, 20))
    assert cli.main(['sandbox']) == 2
    assert capsys.readouterr().err == 'payment-page: the sandbox needs Python 3.9 or newer\n'


def forget_the_gate_api(monkeypatch: Any) -> None:
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', 'secret')
    for name in list(sys.modules):
        if name.startswith('payment_page_sdk.gate_api'):
            monkeypatch.delitem(sys.modules, name)


NEEDS_A_NEWER_PYTHON = 'payment-page: payment_page_sdk.gate_api needs Python 3.9 or newer\n'


@pytest.mark.parametrize('missing', ['httpx', 'tenacity'])
def test_asking_the_platform_needs_an_extra(monkeypatch: Any, capsys: Any, missing: str) -> None:
    forget_the_gate_api(monkeypatch)
    monkeypatch.setitem(sys.modules, 'httpx', sys)  # as if it were installed
    monkeypatch.setitem(sys.modules, missing, None)  # as if it were not
    assert cli.main(['status', 'p', '--project-id', '1']) == 2
    said = capsys.readouterr().err
    if sys.version_info < (3, 9):
        assert said == NEEDS_A_NEWER_PYTHON
    else:
        assert said == (
            'payment-page: payment_page_sdk.gate_api needs %s: '
            "pip install 'ecommpay-sdk[gate-api]'\n" % missing
        )


def test_asking_the_platform_needs_a_newer_python(monkeypatch: Any, capsys: Any) -> None:
    forget_the_gate_api(monkeypatch)
    if sys.version_info >= (3, 9):  # an older one is the real thing
        monkeypatch.setattr(sys, 'version_info', (3, 8, 20))
    assert cli.main(['status', 'p', '--project-id', '1']) == 2
    assert capsys.readouterr().err == NEEDS_A_NEWER_PYTHON


@pytest.fixture
def served(monkeypatch: Any) -> List[Any]:
    """What the sandbox was started with, and the exit status 5, since nobody else has that."""
    calls = []  # type: List[Any]

    def serve(*arguments: Any) -> int:
        calls.append(arguments)
        return 5

    monkeypatch.setitem(sys.modules, 'payment_page_sdk.sandbox', ModuleType('sandbox'))
    fakes = [
        ('server', {'serve': serve}),
        ('settings', {'Settings': lambda *settings: settings}),
    ]  # type: List[Tuple[str, Any]]
    for name, members in fakes:
        module = ModuleType('payment_page_sdk.sandbox.' + name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sys, 'version_info', (3, 9, 0))
    return calls


DEFAULTS = ('127.0.0.1', 8186, 186, '', None, 1, False, False, None, [], None, False, False)  # type: Tuple[Any, ...]


@pytest.mark.parametrize(
    'line, variable, expected',
    [
        ('', None, (DEFAULTS, None, '')),
        ('', '', (DEFAULTS, None, '')),
        ('', 'key', (DEFAULTS, 'key', 'in the environment, PAYMENT_PAGE_SECRET')),
        ('--secret-file secret-lf', 'key', (DEFAULTS, SECRET, 'in the file secret-lf')),
        (
            (
                '--host h --port 1 --project-id 2 --callback-url u --database d --speed 3 --shop '
                '--open --ca-file c --gate-allow i --gate-allow j --gate-fault f --quiet'
            ),
            None,
            (('h', 1, 2, 'u', 'd', 3, True, True, 'c', ['i', 'j'], 'f', True, False), None, ''),
        ),
        ('--open', None, (DEFAULTS[:7] + (True,) + DEFAULTS[8:], None, '')),
        ('--json-log', None, (DEFAULTS[:12] + (True,), None, '')),
    ],
)
def test_the_sandbox_is_started(
    line: str, variable: Any, expected: Any, here: Any, monkeypatch: Any, served: List[Any]
) -> None:
    monkeypatch.delenv('PAYMENT_PAGE_SECRET')
    if variable is not None:
        monkeypatch.setenv('PAYMENT_PAGE_SECRET', variable)
    assert cli.main(['sandbox'] + line.split()) == 5
    assert served == [expected]


def test_to_trigger_needs_what_the_sandbox_needs(
    served: List[Any], here: Any, monkeypatch: Any, capsys: Any
) -> None:
    line = ['trigger', 'success', '--to', 'http://127.0.0.1/', '--secret-file', 'secret-lf']
    monkeypatch.setitem(sys.modules, 'payment_page_sdk.sandbox.courier', None)
    assert trigger.EVENTS  # loaded while the version is the true one
    assert cli.main(line) == 2
    monkeypatch.setattr(sys, 'version_info', (3, 8, 0))
    assert cli.main(line) == 2
    missing, too_old = capsys.readouterr().err.splitlines()
    assert "pip install 'ecommpay-sdk[sandbox]'" in missing
    assert too_old == 'payment-page: the sandbox needs Python 3.9 or newer'


def test_the_sandbox_lacks_a_module(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(sys, 'version_info', (3, 9, 0))
    monkeypatch.setitem(sys.modules, 'payment_page_sdk.sandbox.server', None)
    assert cli.main(['sandbox']) == 2
    assert capsys.readouterr().err == (
        'payment-page: the sandbox cannot start, since payment_page_sdk.sandbox.server is '
        "missing: pip install 'ecommpay-sdk[sandbox]'\n"
    )
