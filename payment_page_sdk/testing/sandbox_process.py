"""The local sandbox, run in its own process for a test, and used through its JSON API.

with run_sandbox(SECRET, 186) as sandbox:
    sandbox.open(payment)                         # {'payment_id': 'ORDER-1', 'status': 'new'}
    sandbox.play('ORDER-1', '4000000000000077')
    callback = sandbox.wait_for_callback('ORDER-1', 'success')
"""

import json
import os
import re
import sys
from contextlib import ExitStack, contextmanager
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory
from threading import Timer
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from payment_page_sdk.exceptions import ConfigurationException, ProcessException
from payment_page_sdk.gate import Gate
from payment_page_sdk.testing.callback_receiver import CallbackReceiver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Sequence, Union

    from payment_page_sdk.callback import Callback
    from payment_page_sdk.gate_api import GateApi
    from payment_page_sdk.payment import Payment

    Json = Dict[str, Any]

# In seconds. Each of the three takes less than one, unless the machine is very busy.
START_LIMIT, ANSWER_LIMIT, STOP_LIMIT = 30, 30, 10
LOOK_EVERY = 0.05

_JSON = {'Content-Type': 'application/json'}

_announced_url = re.compile(r'Sandbox: (http://\S+)\r?\n').match

# Never through a proxy: the sandbox is on this machine.
_open = build_opener(ProxyHandler({})).open


class SandboxError(ProcessException):
    """The sandbox has refused a request: ``status`` is the HTTP status, such as 404."""

    code = 'sandbox_error'

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Sandbox:
    """A running sandbox.

    ``url`` is its address, ``gate`` a Gate whose links open there, ``project_id`` a project that it
    knows. The methods return what its JSON API answers. They raise SandboxError if it refuses a
    request, and OSError if it cannot be reached.

    Callbacks go to ``receiver``, unless the option --callback-url or a parameter of the payment
    names another address. They are sent in the background, at once: when a method returns, they may
    not have arrived. ``wait_for_callback`` waits.
    """

    def __init__(
        self, url: str, gate: Gate, project_id: int, receiver: 'Optional[CallbackReceiver]' = None
    ) -> None:
        self.url = url
        self.gate = gate
        self.project_id = project_id
        self._receiver = receiver

    @property
    def receiver(self) -> CallbackReceiver:
        """Takes callbacks in this process. Raises ConfigurationException with --callback-url."""
        if self._receiver is None:
            raise ConfigurationException('callbacks go to the --callback-url, not to a receiver')
        return self._receiver

    @property
    def gate_api(self) -> 'GateApi':
        """A client of the sandbox's Gate API, as your service has one of the platform's."""
        from payment_page_sdk.gate_api import GateApi  # few tests need it

        return GateApi(self.gate, self.project_id, self.url)

    def open(self, payment: 'Union[Payment, str]') -> 'Json':
        """Open the page as a shopper does; return the payment_id and status.

        ``payment`` is what the page is opened with, or the link that your service has made.
        """
        url = (
            payment
            if isinstance(payment, str)
            else self.gate.get_purchase_payment_page_url(payment)
        )
        return self._object('payments', {'url': url})

    def play(
        self, payment_id: str, card: 'Optional[str]' = None, code: 'Optional[str]' = None
    ) -> 'Json':
        """Pay as a shopper with a test card does: enter its number, and the bank's code.

        ``code`` is for a bank that asks for one. Give it with the card, or alone in a later call.
        The callbacks about it are sent meanwhile: see ``wait_for_callback``.
        """
        entered = {'card': card, 'code': code}
        return self._object(_path('payments', payment_id, 'outcome'), entered)

    def capture(self, payment_id: str, amount: 'Optional[int]' = None) -> 'Json':
        """Capture ``amount`` minor units of the hold, by default all of it."""
        return self._object(_path('payments', payment_id, 'capture'), {'amount': amount})

    def cancel(self, payment_id: str, amount: 'Optional[int]' = None) -> 'Json':
        """Release ``amount`` minor units of the hold, by default all of it."""
        return self._object(_path('payments', payment_id, 'cancel'), {'amount': amount})

    def refund(self, payment_id: str, amount: 'Optional[int]' = None) -> 'Json':
        """Refund ``amount`` minor units, by default all that is left.

        On the day of the payment this is a reversal, as the platform makes it.
        """
        return self._object(_path('payments', payment_id, 'refund'), {'amount': amount})

    def payment(self, payment_id: str) -> 'Json':
        """Return the state of a payment."""
        return self._object(_path('payments', payment_id))

    def payments(self) -> 'List[Json]':
        """Return the state of all payments."""
        return self._list('payments')

    def callbacks(self, payment_id: str) -> 'List[Json]':
        """Return the callbacks about a payment, each with id, url, body, deliveries and next_at."""
        return self._list('callbacks?payment_id=' + quote(payment_id, safe=''))

    def wait_for_callback(
        self, payment_id: str, status: 'Optional[str]' = None, timeout: float = 10
    ) -> 'Callback':
        """Wait until your service has accepted a callback about a payment; return the callback.

        ``status`` is the status of the payment that the callback tells; None means any. ``timeout``
        is in seconds. If none was accepted by then, raises SandboxError, which tells how each try
        was answered.
        """
        until = monotonic() + timeout
        while True:
            found = self.callbacks(payment_id)
            for told in found:
                callback = self.gate.handle_callback(told['body'])
                if status in (None, callback.get_payment_status()) and _is_accepted(told):
                    return callback
            if monotonic() > until:
                break
            sleep(LOOK_EVERY)
        wanted = 'callback' if status is None else 'callback with the status %s' % status
        raise SandboxError(
            'no %s about %s was accepted within %g seconds: %s'
            % (
                wanted,
                payment_id,
                timeout,
                '; '.join(map(self._describe, found)) or 'there is none',
            )
        )

    def _describe(self, told: 'Json') -> str:
        """Return what a callback is about, and how it was answered."""
        status = self.gate.handle_callback(told['body']).get_payment_status() or 'no payment'
        tries = [
            ' '.join(str(part) for part in (sent['status'], sent['error'], sent['hint']) if part)
            for sent in told['deliveries']
        ]
        return '%s (%s)' % (status, ', then '.join(tries) or 'not sent yet')

    def deliver(self, callback_id: int, variant: str = 'again') -> 'Json':
        """Deliver a callback; return the outcome.

        ``again`` delivers it unchanged; ``duplicate`` delivers the same event with a new signature;
        ``tampered`` changes the callback but not its signature.
        """
        return self._object(_path('callbacks', callback_id, 'deliver'), {'variant': variant})

    def deliver_in_reverse(self, payment_id: str) -> 'List[Json]':
        """Deliver all callbacks about a payment again, the last of them first."""
        return self._list(_path('payments', payment_id, 'deliver-in-reverse'), {})

    def set_gate_fault(self, fault: 'Optional[str]', times: 'Optional[int]' = None) -> 'Json':
        """Let the next ``times`` requests to the Gate API fail, or all of them if it is None.

        ``fault`` is ``slow``, ``timeout``, ``cut`` (it is done, and the answer breaks off), ``500``
        or ``403``, both str; None ends it.
        """
        return self._object('gate-fault', {'fault': fault, 'times': times})

    def advance_clock(self, seconds: float) -> 'Json':
        """Put the clock of the sandbox forward; whatever is due by then happens."""
        return self._object('clock', {'advance': seconds})

    def _object(self, path: str, request: 'Optional[Json]' = None) -> 'Json':
        answer = self._answer(path, request)  # type: Json
        return answer

    def _list(self, path: str, request: 'Optional[Json]' = None) -> 'List[Json]':
        answer = self._answer(path, request)  # type: List[Json]
        return answer

    def _answer(self, path: str, request: 'Optional[Json]') -> 'Any':
        """Post ``request`` as JSON, or get where it is None; return the answer."""
        body = None if request is None else json.dumps(request).encode()
        try:
            with _open(
                Request(self.url + '/sandbox/api/' + path, body, _JSON), timeout=ANSWER_LIMIT
            ) as answer:
                return json.loads(answer.read().decode())
        except HTTPError as error:
            with error:
                refusal = error.read().decode('utf-8', 'replace')
            raise SandboxError('%d: %s' % (error.code, refusal), error.code) from None


def _is_accepted(told: 'Json') -> bool:
    return any(
        sent['status'] == 200 and sent['variant'] in ('scheduled', 'again')
        for sent in told['deliveries']
    )


def _path(*parts: 'Any') -> str:
    return '/'.join(quote(str(part), safe='') for part in parts)


@contextmanager
def run_sandbox(secret: str, project_id: int, options: 'Sequence[str]' = ()) -> 'Iterator[Sandbox]':
    """Run ``payment-page sandbox`` with further ``options`` for the time of the ``with`` block.

    Without the option --callback-url, callbacks go to a CallbackReceiver in this process. It needs
    ecommpay-sdk[sandbox] and Python 3.9. Raises ConfigurationException, with the sandbox's
    own error output, if it does not start.
    """
    gate = Gate(secret)
    receiver = None  # type: Optional[CallbackReceiver]
    with ExitStack() as held:
        folder = held.enter_context(TemporaryDirectory())
        if not any(option.split('=')[0] == '--callback-url' for option in options):
            receiver = held.enter_context(CallbackReceiver(gate))
            options = list(options) + ['--callback-url', receiver.url]
        secret_file, printed, complaints = [
            os.path.join(folder, name) for name in ('secret', 'stdout', 'stderr')
        ]
        with open(secret_file, 'wb') as file:
            file.write(secret.encode() + b'\n')
        command = [
            sys.executable,
            '-m',
            'payment_page_sdk',
            'sandbox',
            '--port',
            '0',
            '--project-id',
            str(project_id),
            '--secret-file',
            secret_file,
        ]
        # To files: nobody reads the rest of the output, and a pipe would fill up.
        with open(printed, 'wb') as stdout, open(complaints, 'wb') as stderr:
            process = Popen(
                command + list(options),
                stdin=DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env=dict(os.environ, PYTHONIOENCODING='utf-8'),
            )
        try:
            with kill_after(START_LIMIT, process):
                url = _url_of(process, printed)
            if url is None:
                raise ConfigurationException(
                    'the sandbox did not start: ' + _text_in(complaints).strip()
                )
            gate.set_payment_base_url(url)
            yield Sandbox(url, gate, project_id, receiver)
        finally:
            process.terminate()
            with kill_after(STOP_LIMIT, process):
                process.wait()


@contextmanager
def kill_after(seconds: float, process: 'Popen[bytes]') -> 'Iterator[None]':
    """Kill ``process`` if the ``with`` block, which waits for it, takes longer than ``seconds``."""
    timer = Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _url_of(process: 'Popen[bytes]', printed: str) -> 'Optional[str]':
    """Return the address that ``process`` prints to a file; None if it ends without printing it."""
    has_ended = False
    while True:
        match = _announced_url(_text_in(printed))
        if match or has_ended:
            return match.group(1) if match else None
        has_ended = process.poll() is not None  # it may have printed just before: look once more
        sleep(0.02)


def _text_in(name: str) -> str:
    with open(name, 'rb') as file:
        return file.read().decode('utf-8', 'replace')
