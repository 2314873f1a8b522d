"""The command ``payment-page``.

The secret key comes from a file or the environment: all users of a machine can see a command line,
and a shell keeps it in its history.
"""

import json
import os
import re
import sys
from contextlib import contextmanager

from payment_page_sdk._canonical import SIGNATURE, PlainForm, form_of_params
from payment_page_sdk._json import parse
from payment_page_sdk._wire import escape_unprintable
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
from payment_page_sdk.signature_handler import SignatureHandler, decode_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any, Callable, Dict, Iterator, Optional, Sequence, Tuple

_is_url = re.compile('https?://', re.IGNORECASE).match


def main(arguments: 'Optional[Sequence[str]]' = None) -> int:
    """Run the command line; return its exit status.

    0: done, valid or accepted. 1: invalid or refused, or the demo went wrong. 2: wrong usage, for
    which argparse raises SystemExit. 3: there is no answer of the platform, but what was asked for
    may have been done.
    """
    options = create_parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except OSError as error:  # the reader has gone, or the disk is full: there is no verdict
        print('payment-page: cannot write: %s' % error.strerror, file=sys.stderr)
        return 2
    except ProcessException as error:
        print('payment-page: %s' % error, file=sys.stderr)
        if getattr(error, 'may_have_been_done', False):
            return 3
        return 2 if isinstance(error, ConfigurationException) else 1


def _verify(options: 'Namespace') -> int:
    gate = _make_gate(options)
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
    gate = _make_gate(options)
    url, body = options.source, b''
    if not _is_url(url):
        body = _read(url)
        url = body.decode('utf-8-sig', 'replace').strip()
    if _is_url(url):
        explanation = gate.explain_url(url, options.show_texts)
    else:
        explanation = gate.explain_callback(body, options.show_texts)
    _print(options, explanation.as_dict(), str(explanation))
    return 0 if explanation else 1


def _sign(options: 'Namespace') -> int:
    handler = SignatureHandler(_secret(options), _previous_secrets(options))
    params = _read_json(options.file)
    if not isinstance(params, dict):
        raise ValidationException(
            'the file %s does not contain a JSON object' % escape_unprintable(options.file)
        )
    general = params.get('general')
    if SIGNATURE in params or (isinstance(general, dict) and SIGNATURE in general):
        raise ValidationException('the parameters already contain a signature')
    signature = handler.sign(params)
    # The guard of links applies: what is signed here may well become one. A key may contain a ";".
    entries = form_of_params(PlainForm, params).entries
    if any(reads_as_entries(':'.join(entry)) for entry in entries):
        raise ValidationException(
            'a key or text %s: whoever chose it could turn that into a real parameter, and the '
            'signature would still be right' % GUARDED
        )
    _print(options, {'signature': signature}, signature)
    return 0


def _url(options: 'Namespace') -> int:
    gate = _make_gate(options, options.base_url, options.validate)
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
    with _needing_sandbox():
        from payment_page_sdk.sandbox.server import serve
        from payment_page_sdk.sandbox.settings import Settings
    settings = Settings(
        options.host,
        options.port,
        options.project_id,
        options.callback_url,
        options.database,
        options.speed,
        options.shop,
        options.open,
        options.ca_file,
        options.gate_allow,
        options.gate_fault,
        options.quiet,
        options.json_log,
    )
    return serve(settings, *_find_secret(options) or (None, ''))


def _trigger(options: 'Namespace') -> int:
    from payment_page_sdk.cli.trigger import run  # few need it

    with _needing_sandbox():
        facts, text, is_right = run(_secret(options), options)
    _print(options, facts, text)
    return 0 if is_right else 1


@contextmanager
def _needing_sandbox() -> 'Iterator[None]':
    """Raise ConfigurationException if what the ``with`` block imports cannot be used here."""
    if sys.version_info < (3, 9):
        raise ConfigurationException('the sandbox needs Python 3.9 or newer')
    try:
        yield
        return
    except ImportError as error:
        missing = error.name
    raise ConfigurationException(
        "the sandbox cannot start, since %s is missing: pip install 'ecommpay-sdk[sandbox]'"
        % missing
    )


def _ask_platform(options: 'Namespace') -> int:
    from payment_page_sdk.cli.after_payment import run  # few need it

    _print(options, *run(_make_gate(options), options))
    return 0


_COMMANDS = {
    'demo': lambda options: run_demo(),
    'verify': _verify,
    'explain': _explain,
    'sign': _sign,
    'url': _url,
    'status': _ask_platform,
    'capture': _ask_platform,
    'cancel': _ask_platform,
    'refund': _ask_platform,
    'sandbox': _sandbox,
    'trigger': _trigger,
}  # type: Dict[str, Callable[[Namespace], int]]


def _make_gate(options: 'Namespace', base_url: str = '', validate: bool = False) -> Gate:
    # No secret key is in a variable: debuggers show those of all functions that an error leaves.
    return Gate(_secret(options), base_url, _previous_secrets(options), validate=validate)


def _secret(options: 'Namespace') -> str:
    found = _find_secret(options)
    if found is None:
        raise ConfigurationException(
            'there is no secret key: name a file that contains it with --secret-file, or set the '
            'environment variable ' + SECRET_VARIABLE
        )
    return found[0]


def _find_secret(options: 'Namespace') -> 'Optional[Tuple[str, str]]':
    """Return the secret key, and where it was found; None if there is none."""
    name = options.secret_file
    if name is not None:
        return _read_secret(name), 'in the file ' + escape_unprintable(name)
    secret = os.environ.get(SECRET_VARIABLE)
    return (secret, 'in the environment, ' + SECRET_VARIABLE) if secret else None


def _previous_secrets(options: 'Namespace') -> 'Iterator[str]':
    return map(_read_secret, options.previous_secret_file)


def _read_secret(name: str) -> str:
    content = _read(name)
    try:
        return decode_secret(content)
    except UnicodeDecodeError:
        del content  # as in that error, the secret key is in it
    raise ConfigurationException(_not_utf_8(name))


def _read_json(name: str) -> 'Any':
    """Return what is in a file of JSON, None if it is not JSON."""
    content = _read(name)
    try:
        return parse(content.decode('utf-8-sig'))
    except UnicodeDecodeError:
        pass
    except (ValueError, RecursionError):
        return None
    raise ValidationException(_not_utf_8(name))


def _not_utf_8(name: str) -> str:
    return 'the file %s is not UTF-8' % escape_unprintable(name)


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
    raise ConfigurationException(
        'the file %s cannot be read: %s' % (escape_unprintable(name), problem)
    )


def _print(options: 'Namespace', facts: 'Dict[str, Any]', text: str) -> None:
    if options.json:
        text = json.dumps(facts)
    # A terminal may know nothing but ASCII.
    encoding = sys.stdout.encoding or 'ascii'
    print(text.encode(encoding, 'backslashreplace').decode(encoding), flush=True)
