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
    'gate_allow': [],
    'gate_fault': None,
    'quiet': False,
    'json_log': False,
    'shop': False,
    'open': False,
}  # type: Dict[str, Any]
TRIGGER = {
    'to': 'u',
    'payment_id': None,
    'amount': 1000,
    'currency': 'EUR',
    'project_id': 186,
    'ca_file': None,
    'secret_file': None,
    'json': False,
}  # type: Dict[str, Any]
LOCAL = 'http://127.0.0.1:8186'
ASKED = {'payment_id': 'p', 'project_id': None, 'base_url': None}  # type: Dict[str, Any]
SUMMED = dict(ASKED, amount=None, currency=None, method='card')
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
        ('status p', dict(COMMON, **ASKED)),
        ('capture p', dict(COMMON, **SUMMED)),
        ('cancel p', dict(COMMON, yes=False, **SUMMED)),
        (
            'refund p --description d',
            dict(COMMON, yes=False, description='d', refund_id=None, **SUMMED),
        ),
        (
            (
                'refund p --description d --refund-id r --project-id 5 --base-url u --amount 1 '
                '--currency EUR --method m --yes'
            ),
            dict(
                COMMON,
                payment_id='p',
                description='d',
                refund_id='r',
                project_id='5',
                base_url='u',
                amount='1',
                currency='EUR',
                method='m',
                yes=True,
            ),
        ),
        ('status p --sandbox', dict(COMMON, payment_id='p', project_id=None, base_url=LOCAL)),
        ('status p --sandbox u', dict(COMMON, payment_id='p', project_id=None, base_url='u')),
        ('sandbox', SANDBOX),
        (
            (
                'sandbox --host h --port 0 --project-id 5 --secret-file s --callback-url u '
                '--database d --speed 2.5 --ca-file c --shop --open --gate-allow 1.2.3.4 '
                '--gate-allow ::/0 --gate-fault cut --json-log'
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
                'gate_allow': ['1.2.3.4', '::/0'],
                'gate_fault': 'cut',
                'quiet': False,
                'json_log': True,
                'shop': True,
                'open': True,
            },
        ),
        ('trigger refund --to u', dict(TRIGGER, event='refund')),
        (
            (
                'trigger forged --to u --payment-id p --amount 5 --currency JPY --project-id 6 '
                '--ca-file c --secret-file s --json'
            ),
            {
                'event': 'forged',
                'to': 'u',
                'payment_id': 'p',
                'amount': 5,
                'currency': 'JPY',
                'project_id': 6,
                'ca_file': 'c',
                'secret_file': 's',
                'json': True,
            },
        ),
    ]
)
def test_what_a_command_takes(line: str, options: Any) -> None:
    for _ in range(2):  # and the second parser knows nothing of the first one's secrets
        found = vars(create_parser().parse_args(line.split()))
        assert found == dict(options, command=line.split()[0])


# All that --help shows, but for its line breaks.
HELP = {
    '': (
        '[-h] [--version] COMMAND ... Signs links to the ECommPay Payment Page, verifies '
        'callbacks from it, and asks the platform to capture or refund payments. positional '
        'arguments: COMMAND demo make a link and a callback, verify both, and show how forgeries '
        'are refused verify tell whether a callback is accepted explain tell why a callback or a '
        'link is accepted or refused sign print the signature of parameters url print a signed '
        'link status print the status of a payment capture charge what is held cancel release '
        'what is held refund give money back sandbox run a Payment Page on this machine, which '
        'also sends callbacks trigger send your service a signed callback, without a payment '
        'options: -h, --help show this help message and exit --version show '
        "program's version number and exit Exit status: 0 valid or accepted, 1 invalid or "
        'refused, 2 wrong usage, 3 unknown: there was no answer, but the request may have been '
        'carried out.'
    ),
    'demo': ('demo [-h] options: -h, --help show this help message and exit'),
    'verify': (
        'verify [-h] [--secret-file FILE] [--previous-secret-file FILE] [--json] FILE positional '
        'arguments: FILE the body as it arrived; - means standard input options: -h, --help show '
        'this help message and exit --secret-file FILE contains the secret key; a byte order mark '
        'and a line break at the end are ignored. Without this option, the environment variable '
        'PAYMENT_PAGE_SECRET is used --previous-secret-file FILE contains a secret key that was '
        'used before; may be repeated --json print JSON, for programs'
    ),
    'explain': (
        'explain [-h] [--secret-file FILE] [--previous-secret-file FILE] [--json] [--show-texts] '
        'FILE|URL positional arguments: FILE|URL a link, or a file with the body of a callback or '
        'a link; - means standard input options: -h, --help show this help message and exit '
        '--secret-file FILE contains the secret key; a byte order mark and a line break at the '
        'end are ignored. Without this option, the environment variable PAYMENT_PAGE_SECRET is '
        'used --previous-secret-file FILE contains a secret key that was used before; may be '
        'repeated --json print JSON, for programs --show-texts show the values, which may be '
        'personal data'
    ),
    'sign': (
        'sign [-h] [--secret-file FILE] [--previous-secret-file FILE] [--json] FILE positional '
        'arguments: FILE contains a JSON object; - means standard input options: -h, --help show '
        'this help message and exit --secret-file FILE contains the secret key; a byte order mark '
        'and a line break at the end are ignored. Without this option, the environment variable '
        'PAYMENT_PAGE_SECRET is used --previous-secret-file FILE contains a secret key that was '
        'used before; may be repeated --json print JSON, for programs'
    ),
    'url': (
        'url [-h] [--secret-file FILE] [--previous-secret-file FILE] [--json] [--base-url '
        'BASE_URL] [--validate] NAME=VALUE [NAME=VALUE ...] positional arguments: NAME=VALUE a '
        'parameter of the link options: -h, --help show this help message and exit --secret-file '
        'FILE contains the secret key; a byte order mark and a line break at the end are ignored. '
        'Without this option, the environment variable PAYMENT_PAGE_SECRET is used '
        '--previous-secret-file FILE contains a secret key that was used before; may be repeated '
        '--json print JSON, for programs --base-url BASE_URL the address of the Payment Page '
        '--validate refuse what the page would refuse'
    ),
    'status': (
        'status [-h] [--secret-file FILE] [--previous-secret-file FILE] [--json] [--project-id '
        'ID] [--base-url BASE_URL | --sandbox [URL]] PAYMENT_ID positional arguments: PAYMENT_ID '
        'your id of the payment options: -h, --help show this help message and exit '
        '--secret-file FILE contains the secret key; a byte order mark and a line break at the '
        'end are ignored. Without this option, the environment variable PAYMENT_PAGE_SECRET is '
        'used --previous-secret-file FILE contains a secret key that was used before; may be '
        'repeated --json print JSON, for programs --project-id ID the project of the payment. '
        'Without this option, the environment variable PAYMENT_PAGE_PROJECT_ID is used '
        "--base-url BASE_URL the address of the Gate API, if not the platform's --sandbox [URL] "
        'ask the sandbox on this machine, at port 8186 if there is no URL'
    ),
    'refund': (
        'refund [-h] [--secret-file FILE] [--previous-secret-file FILE] [--json] [--project-id '
        'ID] [--base-url BASE_URL | --sandbox [URL]] [--amount N] [--currency CODE] [--method '
        'METHOD] [--yes] --description TEXT [--refund-id ID] PAYMENT_ID positional arguments: '
        'PAYMENT_ID your id of the payment options: -h, --help show this help message and exit '
        '--secret-file FILE contains the secret key; a byte order mark and a line break at the '
        'end are ignored. Without this option, the environment variable PAYMENT_PAGE_SECRET is '
        'used --previous-secret-file FILE contains a secret key that was used before; may be '
        'repeated --json print JSON, for programs --project-id ID the project of the payment. '
        'Without this option, the environment variable PAYMENT_PAGE_PROJECT_ID is used '
        "--base-url BASE_URL the address of the Gate API, if not the platform's --sandbox [URL] "
        'ask the sandbox on this machine, at port 8186 if there is no URL --amount N minor '
        'units; without it, all there is --currency CODE the currency of the amount --method '
        'METHOD what the payment was made by (default: card) --yes do not ask --description TEXT '
        'why --refund-id ID your id of the refund'
    ),
    'sandbox': (
        'sandbox [-h] [--host HOST] [--port N] [--project-id ID] [--secret-file FILE] '
        '[--callback-url URL] [--database FILE] [--speed X] [--ca-file FILE] [--gate-allow IP] '
        '[--gate-fault FAULT] [--quiet | --json-log] [--shop] [--open] '
        'Runs a Payment Page on this machine. It needs Python 3.9 or newer, and the extra '
        "sandbox: pip install 'ecommpay-sdk[sandbox]' options: -h, --help show this help message "
        'and exit --host HOST the address to listen on (default: 127.0.0.1) --port N the port to '
        'listen on, 0 for any free one (default: 8186) --project-id ID the project of the '
        'payments (default: 186) --secret-file FILE contains the secret key. Without this option, '
        'the environment variable PAYMENT_PAGE_SECRET is used; if that is not set, a key is '
        'generated '
        '--callback-url URL where to send callbacks, unless the payment has a '
        'merchant_callback_url --database FILE where to keep payments and callbacks (default: '
        'they are lost at the end) --speed X repeat callbacks, and carry out requests, X times as '
        'fast (default: 1) '
        '--ca-file FILE contains certificates (PEM) to trust, in addition to the usual ones, when '
        'callbacks are sent by https --gate-allow IP an IP address or network that may call the '
        'Gate API, which refuses all others with 403; may be repeated (default: all may call it) '
        '--gate-fault FAULT what goes wrong with every request to the Gate API: slow, timeout, '
        '500, 403 or cut --quiet say nothing after the start --json-log tell what happens in JSON, '
        'an object in each line --shop add a demo shop at /shop --open open it in the '
        'browser'
    ),
}


@pytest.mark.parametrize('line', sorted(HELP))
def test_help(line: str, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('COLUMNS', '1000')  # so that no line is broken at a hyphen
    with pytest.raises(SystemExit) as caught:
        create_parser().parse_args(line.split() + ['--help'])
    assert caught.value.code == 0
    shown = ' '.join(capsys.readouterr().out.split()).replace('optional arguments:', 'options:')
    assert shown == 'usage: payment-page ' + HELP[line]


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
        'sandbox --quiet --json-log',
        'trigger success',
        'trigger sucess --to u',
        'trigger success --to u --amount 1.5',
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
