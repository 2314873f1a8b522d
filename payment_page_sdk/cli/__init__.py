"""The command ``payment-page``.

The secret key comes from a file or the environment: a command line is seen by all users of a
machine, and kept in a shell's history.
"""

import json
import os
import re
import sys
from argparse import ArgumentParser

from payment_page_sdk import __version__
from payment_page_sdk._json import parse
from payment_page_sdk.cli.demo import run_demo
from payment_page_sdk.exceptions import (
    CallbackException,
    ConfigurationException,
    ProcessException,
    ValidationException,
)
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.payment_page import reads_as_entries
from payment_page_sdk.signature_handler import SIGNATURE, PlainForm, SignatureHandler

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any, Dict, List, Optional, Sequence, Tuple

SECRET_VARIABLE = 'PAYMENT_PAGE_SECRET'
SANDBOX_PORT = 8186

_is_url = re.compile('https?://', re.IGNORECASE).match


def main(arguments: 'Optional[Sequence[str]]' = None) -> int:
    """Run the command line; return its exit status.

    0: done, or valid. 1: invalid; or the demo went wrong. 2: wrong usage, which may also end it by
    SystemExit.
    """
    options = _parser().parse_args(arguments)
    try:
        status = options.run(options)  # type: int
        return status
    except OSError as error:  # the reader has gone, or the disk is full: no verdict
        print('payment-page: cannot write: %s' % error.strerror, file=sys.stderr)
        return 2
    except ProcessException as error:
        print('payment-page: %s' % error, file=sys.stderr)
        return 2 if isinstance(error, ConfigurationException) else 1


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog='payment-page',
        allow_abbrev=False,
        description='Signed links to the ECommPay Payment Page, and verified callbacks from it.',
        epilog='Exit status: 0 valid, 1 invalid, 2 wrong usage.',
    )
    parser.add_argument('--version', action='version', version=__version__)
    commands = parser.add_subparsers(dest='command', metavar='COMMAND')
    commands.required = True
    demo = commands.add_parser(
        'demo', help='make a link and a callback, verify both, and show how forgeries are refused'
    )
    demo.set_defaults(run=lambda options: run_demo())

    # No abbreviations: --secret would ask for the secret key itself.
    common = ArgumentParser(add_help=False)
    common.add_argument(
        '--secret-file',
        metavar='FILE',
        help='holds the secret key; a line break at its end does '
        'not count. Without it, the environment variable %s counts' % SECRET_VARIABLE,
    )
    common.add_argument(
        '--previous-secret-file',
        metavar='FILE',
        action='append',
        default=[],
        help='holds a secret key that was in use before; may be repeated',
    )
    common.add_argument('--json', action='store_true', help='write JSON, for machines')

    verify = commands.add_parser(
        'verify', parents=[common], allow_abbrev=False, help='tell whether a callback is accepted'
    )
    verify.add_argument('file', metavar='FILE', help='the body as it came in; - is standard input')
    verify.set_defaults(run=_verify)

    explain = commands.add_parser(
        'explain',
        parents=[common],
        allow_abbrev=False,
        help='tell why a callback or a link is accepted or refused',
    )
    explain.add_argument(
        'source',
        metavar='FILE|URL',
        help='a link; or a file (- is standard input) with the body of a callback or a link',
    )
    explain.add_argument(
        '--show-texts', action='store_true', help='show the values, which may be personal data'
    )
    explain.set_defaults(run=_explain)

    sign = commands.add_parser(
        'sign', parents=[common], allow_abbrev=False, help='print the signature of parameters'
    )
    sign.add_argument('file', metavar='FILE', help='a JSON object; - is standard input')
    sign.set_defaults(run=_sign)

    url = commands.add_parser(
        'url', parents=[common], allow_abbrev=False, help='print a signed link'
    )
    url.add_argument('pairs', metavar='NAME=VALUE', nargs='+', help='a parameter of the page')
    url.add_argument('--base-url', default='', help='the address of the page')
    url.add_argument('--validate', action='store_true', help='refuse what the page would refuse')
    url.set_defaults(run=_url)

    sandbox = commands.add_parser(
        'sandbox',
        allow_abbrev=False,
        help='run a Payment Page on this machine, with callbacks',
        description='Runs a Payment Page on this machine. It needs Python 3.9 and the extra '
        "sandbox: pip install 'ecommpay-sdk[sandbox]'",
    )
    sandbox.add_argument('--host', default='127.0.0.1', help='to listen at (127.0.0.1)')
    sandbox.add_argument(
        '--port',
        type=int,
        default=SANDBOX_PORT,
        metavar='N',
        help='0 means any free one (%d)' % SANDBOX_PORT,
    )
    sandbox.add_argument('--project-id', type=int, default=186, metavar='ID', help='(186)')
    sandbox.add_argument(
        '--secret-file',
        metavar='FILE',
        help='holds the secret key. Without it, the environment '
        'variable %s counts; without that, one is made' % SECRET_VARIABLE,
    )
    sandbox.add_argument(
        '--callback-url',
        default='',
        metavar='URL',
        help='where callbacks go, unless the payment has a merchant_callback_url',
    )
    sandbox.add_argument(
        '--database', metavar='FILE', help='keeps payments and callbacks (none are kept)'
    )
    sandbox.add_argument(
        '--speed', type=float, default=1, metavar='X', help='divides the gaps between tries (1)'
    )
    sandbox.add_argument('--shop', action='store_true', help='add a demo shop at /shop')
    sandbox.add_argument('--open', action='store_true', help='open it in the browser')
    sandbox.set_defaults(run=_sandbox)
    return parser


def _verify(options: 'Namespace') -> int:
    secret, previous = _secrets(options)
    gate = Gate(secret, previous_secrets=previous)
    body = _content(options.file)
    refusal = None  # type: Optional[CallbackException]
    try:
        gate.handle_callback(body)
    except CallbackException as error:
        refusal = error
    code, message = (refusal.code, str(refusal)) if refusal else (None, None)
    _show(
        options,
        {'is_valid': not refusal, 'code': code, 'message': message},
        'invalid (%s): %s' % (code, message) if refusal else 'valid',
    )
    return 1 if refusal else 0


def _explain(options: 'Namespace') -> int:
    secret, previous = _secrets(options)
    gate = Gate(secret, previous_secrets=previous)
    url, body = options.source, b''
    if not _is_url(url):
        body = _content(url)
        url = body.decode('utf-8', 'replace').strip()
    if _is_url(url):
        explanation = gate.explain_url(url, options.show_texts)
    else:
        explanation = gate.explain_callback(body, options.show_texts)
    _show(options, explanation.as_dict(), str(explanation))
    return 0 if explanation else 1


def _sign(options: 'Namespace') -> int:
    secret, previous = _secrets(options)
    handler = SignatureHandler(secret, previous)
    params = _parsed(_content(options.file))
    if not isinstance(params, dict):
        raise ValidationException('the parameters are no JSON object')
    general = params.get('general')
    if SIGNATURE in params or (isinstance(general, dict) and SIGNATURE in general):
        raise ValidationException('the parameters hold a signature already')
    signature = handler.sign(params)
    # As in a link: what is signed here may well become one.
    if any(reads_as_entries(text) for _, text in PlainForm(params).entries):
        raise ValidationException(
            'a text holds a ";" that starts what reads as another parameter: under the same '
            'signature, whoever chose it could turn it into one'
        )
    _show(options, {'signature': signature}, signature)
    return 0


def _url(options: 'Namespace') -> int:
    secret, previous = _secrets(options)
    gate = Gate(secret, options.base_url, previous, validate=options.validate)
    params = {}  # type: Dict[str, str]
    payment = Payment('')
    for pair in options.pairs:
        name, equals, text = pair.partition('=')
        if not equals or name in params:
            raise ConfigurationException('a parameter is NAME=VALUE, each name once')
        params[name] = text
        payment.update({name: text})
    if not params.get('project_id'):
        raise ConfigurationException('a link has a project_id')
    url = gate.get_purchase_payment_page_url(payment)
    _show(options, {'url': url}, url)
    return 0


def _sandbox(options: 'Namespace') -> int:
    if sys.version_info < (3, 9):
        raise ConfigurationException('the sandbox needs Python 3.9')
    try:
        from payment_page_sdk.sandbox.server import Settings, serve
    except ImportError as error:
        missing = error.name
    else:
        settings = Settings(
            options.host,
            options.port,
            options.project_id,
            options.callback_url,
            options.database,
            options.speed,
            options.shop,
            options.open,
        )
        return serve(settings, *_secret(options) or (None, ''))
    raise ConfigurationException(
        "the sandbox needs its extra, since %s is missing: pip install 'ecommpay-sdk[sandbox]'"
        % missing
    )


def _secrets(options: 'Namespace') -> 'Tuple[str, List[str]]':
    found = _secret(options)
    if found is None:
        raise ConfigurationException(
            'no secret key: give a file that holds it with --secret-file, or set the environment '
            'variable ' + SECRET_VARIABLE
        )
    return found[0], [_secret_in(name) for name in options.previous_secret_file]


def _secret(options: 'Namespace') -> 'Optional[Tuple[str, str]]':
    """Return the secret key, and where it was found; None where there is none."""
    if options.secret_file is not None:
        return _secret_in(options.secret_file), 'in the file ' + options.secret_file
    secret = os.environ.get(SECRET_VARIABLE)
    return (secret, 'in the environment, ' + SECRET_VARIABLE) if secret else None


def _secret_in(name: str) -> str:
    content = _content(name)
    try:
        return re.sub('\r?\n\\Z', '', content.decode())
    except UnicodeDecodeError:
        pass  # that error would carry the secret along
    raise ConfigurationException('the file with a secret key is not UTF-8')


def _parsed(content: bytes) -> 'Any':
    try:
        return parse(content.decode('utf-8-sig'))
    except (ValueError, RecursionError):
        return None


def _content(name: str) -> bytes:
    """Return what a file holds, or standard input for ``-``."""
    problem = 'its name is none'  # NUL, or half a character
    try:
        with open(0 if name == '-' else name, 'rb', closefd=name != '-') as file:
            return file.read()
    except OSError as error:
        problem = str(error.strerror)
    except ValueError:
        pass
    raise ConfigurationException('a file cannot be read: ' + problem)


def _show(options: 'Namespace', facts: 'Dict[str, Any]', text: str) -> None:
    if options.json:
        text = json.dumps(facts)
    # A terminal may know nothing but ASCII.
    encoding = sys.stdout.encoding or 'ascii'
    print(text.encode(encoding, 'backslashreplace').decode(encoding), flush=True)
