"""The arguments of the command ``payment-page``, and the help for them."""

from argparse import ArgumentParser

from payment_page_sdk import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

SECRET_VARIABLE = 'PAYMENT_PAGE_SECRET'
PROJECT_VARIABLE = 'PAYMENT_PAGE_PROJECT_ID'
SANDBOX_PORT = 8186

# What ``trigger`` sends a callback about.
TRIGGERS = (
    'success',
    'decline',
    'held',
    'canceled',
    'refund',
    'partial-refund',
    'reversal',
    '3ds',
    'token',
    'series',
    'forged',
)


def create_parser() -> ArgumentParser:
    """Return the parser of the command line; ``command`` is the name of the command to run."""
    parser = ArgumentParser(
        prog='payment-page',
        allow_abbrev=False,
        description='Signs links to the ECommPay Payment Page, verifies callbacks from it, and '
        'asks the platform to capture or refund payments.',
        epilog='Exit status: 0 valid or accepted, 1 invalid or refused, 2 wrong usage, 3 unknown: '
        'there was no answer, but the request may have been carried out.',
    )
    parser.add_argument('--version', action='version', version=__version__)
    commands = parser.add_subparsers(dest='command', metavar='COMMAND')
    commands.required = True
    commands.add_parser(
        'demo', help='make a link and a callback, verify both, and show how forgeries are refused'
    )

    # No abbreviations: --secret would ask for the secret key itself.
    secret = ArgumentParser(add_help=False)
    secret.add_argument(
        '--secret-file',
        metavar='FILE',
        help='contains the secret key; a byte order mark and a line break at the end are ignored. '
        'Without this option, the environment variable %s is used' % SECRET_VARIABLE,
    )
    previous = ArgumentParser(add_help=False)
    previous.add_argument(
        '--previous-secret-file',
        metavar='FILE',
        action='append',
        default=[],
        help='contains a secret key that was used before; may be repeated',
    )
    as_json = ArgumentParser(add_help=False)
    as_json.add_argument('--json', action='store_true', help='print JSON, for programs')
    common = ArgumentParser(add_help=False, parents=[secret, previous, as_json])

    verify = commands.add_parser(
        'verify', parents=[common], allow_abbrev=False, help='tell whether a callback is accepted'
    )
    verify.add_argument(
        'file', metavar='FILE', help='the body as it arrived; - means standard input'
    )

    explain = commands.add_parser(
        'explain',
        parents=[common],
        allow_abbrev=False,
        help='tell why a callback or a link is accepted or refused',
    )
    explain.add_argument(
        'source',
        metavar='FILE|URL',
        help='a link, or a file with the body of a callback or a link; - means standard input',
    )
    explain.add_argument(
        '--show-texts', action='store_true', help='show the values, which may be personal data'
    )

    sign = commands.add_parser(
        'sign', parents=[common], allow_abbrev=False, help='print the signature of parameters'
    )
    sign.add_argument('file', metavar='FILE', help='contains a JSON object; - means standard input')

    url = commands.add_parser(
        'url', parents=[common], allow_abbrev=False, help='print a signed link'
    )
    url.add_argument('pairs', metavar='NAME=VALUE', nargs='+', help='a parameter of the link')
    url.add_argument('--base-url', default='', help='the address of the Payment Page')
    url.add_argument('--validate', action='store_true', help='refuse what the page would refuse')

    _add_after_payment(commands, common)

    sandbox = commands.add_parser(
        'sandbox',
        allow_abbrev=False,
        help='run a Payment Page on this machine, which also sends callbacks',
        description='Runs a Payment Page on this machine. It needs Python 3.9 or newer, and the '
        "extra sandbox: pip install 'ecommpay-sdk[sandbox]'",
    )
    sandbox.add_argument(
        '--host', default='127.0.0.1', help='the address to listen on (default: 127.0.0.1)'
    )
    sandbox.add_argument(
        '--port',
        type=int,
        default=SANDBOX_PORT,
        metavar='N',
        help='the port to listen on, 0 for any free one (default: %d)' % SANDBOX_PORT,
    )
    _add_project(sandbox)
    sandbox.add_argument(
        '--secret-file',
        metavar='FILE',
        help='contains the secret key. Without this option, the environment variable %s is used; '
        'if that is not set, a key is generated' % SECRET_VARIABLE,
    )
    sandbox.add_argument(
        '--callback-url',
        default='',
        metavar='URL',
        help='where to send callbacks, unless the payment has a merchant_callback_url',
    )
    sandbox.add_argument(
        '--database',
        metavar='FILE',
        help='where to keep payments and callbacks (default: they are lost at the end)',
    )
    sandbox.add_argument(
        '--speed',
        type=float,
        default=1,
        metavar='X',
        help='repeat callbacks, and carry out requests, X times as fast (default: 1)',
    )
    _add_ca_file(sandbox)
    sandbox.add_argument(
        '--gate-allow',
        metavar='IP',
        action='append',
        default=[],
        help='an IP address or network that may call the Gate API, which refuses all others with '
        '403; may be repeated (default: all may call it)',
    )
    sandbox.add_argument(
        '--gate-fault',
        metavar='FAULT',
        help='what goes wrong with every request to the Gate API: slow, timeout, 500, 403 or cut',
    )
    log = sandbox.add_mutually_exclusive_group()
    log.add_argument('--quiet', action='store_true', help='say nothing after the start')
    log.add_argument(
        '--json-log', action='store_true', help='tell what happens in JSON, an object in each line'
    )
    sandbox.add_argument('--shop', action='store_true', help='add a demo shop at /shop')
    sandbox.add_argument('--open', action='store_true', help='open it in the browser')
    _add_trigger(commands, [secret, as_json])
    return parser


def _add_project(parser: ArgumentParser) -> None:
    parser.add_argument(
        '--project-id',
        type=int,
        default=186,
        metavar='ID',
        help='the project of the payments (default: 186)',
    )


def _add_ca_file(parser: ArgumentParser) -> None:
    parser.add_argument(
        '--ca-file',
        metavar='FILE',
        help='contains certificates (PEM) to trust, in addition to the usual ones, when callbacks '
        'are sent by https',
    )


def _add_trigger(commands: 'Any', parents: 'List[ArgumentParser]') -> None:
    trigger = commands.add_parser(
        'trigger',
        parents=parents,
        allow_abbrev=False,
        help='send your service a signed callback, without a payment',
        description='Sends your service a signed callback, and tells how it answered. It needs '
        "Python 3.9 or newer, and the extra sandbox: pip install 'ecommpay-sdk[sandbox]'",
    )
    trigger.add_argument(
        'event',
        choices=TRIGGERS,
        metavar='EVENT',
        help='what the callback is about: ' + ', '.join(TRIGGERS),
    )
    trigger.add_argument('--to', required=True, metavar='URL', help='where to send it')
    trigger.add_argument(
        '--payment-id', metavar='ID', help='your id of the payment (default: a new one)'
    )
    trigger.add_argument(
        '--amount',
        type=int,
        default=1000,
        metavar='N',
        help='what the payment is for, in minor units (default: 1000)',
    )
    trigger.add_argument(
        '--currency',
        default='EUR',
        metavar='CODE',
        help='the currency of the amount (default: EUR)',
    )
    _add_project(trigger)
    _add_ca_file(trigger)


def _add_after_payment(commands: 'Any', common: ArgumentParser) -> None:
    """Add the commands that ask the platform for something."""
    asking = ArgumentParser(add_help=False, parents=[common])
    asking.add_argument('payment_id', metavar='PAYMENT_ID', help='your id of the payment')
    asking.add_argument(
        '--project-id',
        metavar='ID',
        help='the project of the payment. Without this option, the environment variable %s is used'
        % PROJECT_VARIABLE,
    )
    where = asking.add_mutually_exclusive_group()
    where.add_argument('--base-url', help="the address of the Gate API, if not the platform's")
    where.add_argument(
        '--sandbox',
        dest='base_url',
        nargs='?',
        const='http://127.0.0.1:%d' % SANDBOX_PORT,
        metavar='URL',
        help='ask the sandbox on this machine, at port %d if there is no URL' % SANDBOX_PORT,
    )
    summed = ArgumentParser(add_help=False, parents=[asking])
    summed.add_argument('--amount', metavar='N', help='minor units; without it, all there is')
    summed.add_argument('--currency', metavar='CODE', help='the currency of the amount')
    summed.add_argument(
        '--method', default='card', help='what the payment was made by (default: card)'
    )
    confirmed = ArgumentParser(add_help=False)
    confirmed.add_argument('--yes', action='store_true', help='do not ask')
    commands.add_parser(
        'status', parents=[asking], allow_abbrev=False, help='print the status of a payment'
    )
    commands.add_parser('capture', parents=[summed], allow_abbrev=False, help='charge what is held')
    commands.add_parser(
        'cancel', parents=[summed, confirmed], allow_abbrev=False, help='release what is held'
    )
    refund = commands.add_parser(
        'refund', parents=[summed, confirmed], allow_abbrev=False, help='give money back'
    )
    refund.add_argument('--description', required=True, metavar='TEXT', help='why')
    refund.add_argument('--refund-id', metavar='ID', help='your id of the refund')
