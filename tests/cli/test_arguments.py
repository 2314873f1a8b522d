"""The command line: what each command takes, and what it has without it."""

from typing import Any, Dict

import pytest
from rows import each_of

from payment_page_sdk.cli.arguments import create_parser

COMMON = {'secret_file': None, 'previous_secret_file': [], 'json': False}  # type: Dict[str, Any]
SANDBOX = {
    'host': '127.0.0.1',
    'port': 8186,
    'project_id': 186,
    'secret_file': None,
    'callback_url': '',
    'database': None,
    'speed': 1,
    'ca_file': None,
    'shop': False,
    'open': False,
}  # type: Dict[str, Any]
SECRETS = '--secret-file a --previous-secret-file b --previous-secret-file c'


@each_of(
    [
        ('demo', {}),
        ('verify x', dict(COMMON, file='x')),
        ('explain x', dict(COMMON, source='x', show_texts=False)),
        ('explain x --show-texts', dict(COMMON, source='x', show_texts=True)),
        ('sign x', dict(COMMON, file='x')),
        ('url a=1', dict(COMMON, pairs=['a=1'], base_url='', validate=False)),
        (
            'url a=1 b=2 --base-url x --validate',
            dict(COMMON, pairs=['a=1', 'b=2'], base_url='x', validate=True),
        ),
        (
            'verify x --json ' + SECRETS,
            {'file': 'x', 'secret_file': 'a', 'previous_secret_file': ['b', 'c'], 'json': True},
        ),
        ('sandbox', SANDBOX),
        (
            (
                'sandbox --host h --port 0 --project-id 5 --secret-file s --callback-url u '
                '--database d --speed 2.5 --ca-file c --shop --open'
            ),
            {
                'host': 'h',
                'port': 0,
                'project_id': 5,
                'secret_file': 's',
                'callback_url': 'u',
                'database': 'd',
                'speed': 2.5,
                'ca_file': 'c',
                'shop': True,
                'open': True,
            },
        ),
    ]
)
def test_what_a_command_takes(line: str, options: Any) -> None:
    for _ in range(2):  # and the second parser knows nothing of the first one's secrets
        found = vars(create_parser().parse_args(line.split()))
        assert found == dict(options, command=line.split()[0])


@pytest.mark.parametrize(
    'line, usage',
    [
        ('', '[-h] [--version] COMMAND ...'),
        ('demo', 'demo [-h]'),
        (
            'verify',
            'verify [-h] [--secret-file FILE] [--previous-secret-file FILE] [--json] FILE',
        ),
        (
            'explain',
            (
                'explain [-h] [--secret-file FILE] [--previous-secret-file FILE] [--json] '
                '[--show-texts] FILE|URL'
            ),
        ),
        ('sign', 'sign [-h] [--secret-file FILE] [--previous-secret-file FILE] [--json] FILE'),
        (
            'url',
            (
                'url [-h] [--secret-file FILE] [--previous-secret-file FILE] [--json] '
                '[--base-url BASE_URL] [--validate] NAME=VALUE [NAME=VALUE ...]'
            ),
        ),
        (
            'sandbox',
            (
                'sandbox [-h] [--host HOST] [--port N] [--project-id ID] [--secret-file FILE] '
                '[--callback-url URL] [--database FILE] [--speed X] [--ca-file FILE] '
                '[--shop] [--open]'
            ),
        ),
    ],
)
def test_help(line: str, usage: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        create_parser().parse_args(line.split() + ['--help'])
    assert caught.value.code == 0
    shown = ' '.join(capsys.readouterr().out.split())
    assert shown.startswith('usage: payment-page ' + usage)
    if line == 'sandbox':
        assert '(default: 127.0.0.1)' in shown
        assert '(default: 8186)' in shown
        assert 'the environment variable PAYMENT_PAGE_SECRET is used; if' in shown
    elif line not in ('', 'demo'):
        assert 'the environment variable PAYMENT_PAGE_SECRET is used ' in shown


@pytest.mark.parametrize(
    'line',
    [
        '--vers',
        'verify x --js',
        'explain x --show',
        'sign x --js',
        'url a=1 --valid',
        'sandbox --sh',
        'sandbox --port x',
        'sandbox --project-id 1.5',
        'sandbox --speed fast',
        'sandbox x',
        'sandbox --json',
        'explain',
        'url',
    ],
)
def test_what_a_command_does_not_take(line: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        create_parser().parse_args(line.split())
    assert caught.value.code == 2
    assert 'usage: payment-page' in capsys.readouterr().err
