"""The command ``payment-page``.

The secret key comes from a file or the environment: all users of a machine can see a command line,
and a shell keeps it in its history.
"""

import json
import os
import re
import sys

from payment_page_sdk._json import parse
from payment_page_sdk.cli.arguments import SECRET_VARIABLE, create_parser
from payment_page_sdk.cli.demo import run_demo
from payment_page_sdk.exceptions import (
    CallbackException,
    ConfigurationException,
    ProcessException,
    ValidationException,
)
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.payment_page import GUARDED, reads_as_entries
from payment_page_sdk.signature_handler import SIGNATURE, PlainForm, SignatureHandler

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

_is_url = re.compile('https?://', re.IGNORECASE).match


def main(arguments: 'Optional[Sequence[str]]' = None) -> int:
    """Run the command line; return its exit status.

    0: done, or valid. 1: invalid, or the demo went wrong. 2: wrong usage, for which argparse raises
    SystemExit.
    """
    options = create_parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except OSError as error:  # the reader has gone, or the disk is full: there is no verdict
        print('payment-page: cannot write: %s' % error.strerror, file=sys.stderr)
        return 2
    except ProcessException as error:
        print('payment-page: %s' % error, file=sys.stderr)
        return 2 if isinstance(error, ConfigurationException) else 1


def _verify(options: 'Namespace') -> int:
    secret, previous = _secrets(options)
    gate = Gate(secret, previous_secrets=previous)
    body = _read(options.file)
    refusal = None  # type: Optional[CallbackException]
    try:
        gate.handle_callback(body)
    except CallbackException as error:
        refusal = error
    code, message = (refusal.code, str(refusal)) if refusal else (None, None)
    _print(
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
        body = _read(url)
        url = body.decode('utf-8', 'replace').strip()
    if _is_url(url):
        explanation = gate.explain_url(url, options.show_texts)
    else:
        explanation = gate.explain_callback(body, options.show_texts)
    _print(options, explanation.as_dict(), str(explanation))
    return 0 if explanation else 1


def _sign(options: 'Namespace') -> int:
    secret, previous = _secrets(options)
    handler = SignatureHandler(secret, previous)
    params = _parse(_read(options.file))
    if not isinstance(params, dict):
        raise ValidationException('the file does not contain a JSON object')
    general = params.get('general')
    if SIGNATURE in params or (isinstance(general, dict) and SIGNATURE in general):
        raise ValidationException('the parameters already contain a signature')
    signature = handler.sign(params)
    # The guard of links applies: what is signed here may well become one.
    if any(reads_as_entries(text) for _, text in PlainForm(params).entries):
        raise ValidationException(
            'a text %s: whoever chose it could turn that into a real parameter, and the signature '
            'would still be right' % GUARDED
        )
    _print(options, {'signature': signature}, signature)
    return 0


def _url(options: 'Namespace') -> int:
    secret, previous = _secrets(options)
    gate = Gate(secret, options.base_url, previous, validate=options.validate)
    params = {}  # type: Dict[str, str]
    payment = Payment('')
    for pair in options.pairs:
        name, equals, text = pair.partition('=')
        if not equals or name in params:
            raise ConfigurationException(
                'give each parameter as NAME=VALUE, and each name only once'
            )
        params[name] = text
        payment.update({name: text})
    if not params.get('project_id'):
        raise ConfigurationException('a link needs a project_id')
    url = gate.get_purchase_payment_page_url(payment)
    _print(options, {'url': url}, url)
    return 0


def _sandbox(options: 'Namespace') -> int:
    if sys.version_info < (3, 9):
        raise ConfigurationException('the sandbox needs Python 3.9 or newer')
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
        "the sandbox cannot start, since %s is missing: pip install 'ecommpay-sdk[sandbox]'"
        % missing
    )


_COMMANDS = {
    'demo': lambda options: run_demo(),
    'verify': _verify,
    'explain': _explain,
    'sign': _sign,
    'url': _url,
    'sandbox': _sandbox,
}  # type: Dict[str, Callable[[Namespace], int]]


def _secrets(options: 'Namespace') -> 'Tuple[str, List[str]]':
    found = _secret(options)
    if found is None:
        raise ConfigurationException(
            'there is no secret key: name a file that contains it with --secret-file, or set the '
            'environment variable ' + SECRET_VARIABLE
        )
    return found[0], [_read_secret(name) for name in options.previous_secret_file]


def _secret(options: 'Namespace') -> 'Optional[Tuple[str, str]]':
    """Return the secret key, and where it was found; None if there is none."""
    if options.secret_file is not None:
        return _read_secret(options.secret_file), 'in the file ' + options.secret_file
    secret = os.environ.get(SECRET_VARIABLE)
    return (secret, 'in the environment, ' + SECRET_VARIABLE) if secret else None


def _read_secret(name: str) -> str:
    content = _read(name)
    try:
        return re.sub('\r?\n\\Z', '', content.decode())
    except UnicodeDecodeError:
        pass  # that error contains the secret
    raise ConfigurationException('a file with a secret key is not UTF-8')


def _parse(content: bytes) -> 'Any':
    try:
        return parse(content.decode('utf-8-sig'))
    except (ValueError, RecursionError):
        return None


def _read(name: str) -> bytes:
    """Return the content of a file, or of standard input for ``-``."""
    problem = 'not a valid file name'  # it contains NUL, or an unpaired surrogate
    try:
        with open(0 if name == '-' else name, 'rb', closefd=name != '-') as file:
            return file.read()
    except OSError as error:
        problem = str(error.strerror)
    except ValueError:
        pass
    raise ConfigurationException('a file cannot be read: ' + problem)


def _print(options: 'Namespace', facts: 'Dict[str, Any]', text: str) -> None:
    if options.json:
        text = json.dumps(facts)
    # A terminal may know nothing but ASCII.
    encoding = sys.stdout.encoding or 'ascii'
    print(text.encode(encoding, 'backslashreplace').decode(encoding), flush=True)
