"""The local sandbox, run as a process of its own for a test, and asked by its JSON API.

with sandbox_running(SECRET, 186) as sandbox:
    sandbox.open(payment)                         # {'payment_id': 'ORDER-1', 'status': 'new'}
    sandbox.play('ORDER-1', '4000000000000077')
    sandbox.callbacks('ORDER-1')
"""

import json
import os
import re
import sys
from contextlib import contextmanager
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory
from threading import Timer
from time import sleep
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from payment_page_sdk.exceptions import ConfigurationException, ProcessException
from payment_page_sdk.gate import Gate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Sequence

    from payment_page_sdk.payment import Payment

    Json = Dict[str, Any]

# In seconds; all of it takes less than one, unless the machine has much else to do.
START_LIMIT, ANSWER_LIMIT, STOP_LIMIT = 30, 30, 10

_JSON = {'Content-Type': 'application/json'}

_announced_url = re.compile(r'Sandbox: (http://\S+)\r?\n').match

# Never by way of a proxy: the sandbox is on this machine.
_open = build_opener(ProxyHandler({})).open


class SandboxError(ProcessException):
    """The sandbox has refused a request: ``status`` is that of its answer, such as 404."""

    code = 'sandbox_error'

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Sandbox:
    """A running sandbox.

    ``url`` is its address, ``gate`` a Gate whose links open there, ``project_id`` a project that it
    knows. The methods return what its JSON API answers. They raise SandboxError for what it
    refuses, and OSError where it cannot be reached.
    """

    def __init__(self, url: str, gate: Gate, project_id: int) -> None:
        self.url = url
        self.gate = gate
        self.project_id = project_id

    def open(self, payment: 'Payment') -> 'Json':
        """Open the page with ``payment``, as a shopper does; return its payment_id and status."""
        return self._object('payments', {'url': self.gate.get_purchase_payment_page_url(payment)})

    def play(
        self, payment_id: str, card: 'Optional[str]' = None, code: 'Optional[str]' = None
    ) -> 'Json':
        """Do what a shopper does who has a test card: give its number, and the bank's code.

        The ``code`` is for a bank that asks for one. It may come with the card, or later alone.
        """
        told = {'card': card, 'code': code}
        return self._object(_path('payments', payment_id, 'outcome'), told)

    def capture(self, payment_id: str, amount: 'Optional[int]' = None) -> 'Json':
        """Capture ``amount`` minor units of what is held, or all of it."""
        return self._object(_path('payments', payment_id, 'capture'), {'amount': amount})

    def cancel(self, payment_id: str) -> 'Json':
        """Release what is held, all of it."""
        return self._object(_path('payments', payment_id, 'cancel'), {})

    def refund(self, payment_id: str, amount: 'Optional[int]' = None) -> 'Json':
        """Refund ``amount`` minor units, or all that is left."""
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

    def deliver(self, callback_id: int, variant: str = 'again') -> 'Json':
        """Deliver a callback; return how that went.

        ``again`` is as it is; a ``duplicate`` is of the same event, signed anew; ``tampered``
        changes it and not its signature.
        """
        return self._object(_path('callbacks', callback_id, 'deliver'), {'variant': variant})

    def deliver_in_reverse(self, payment_id: str) -> 'List[Json]':
        """Deliver all callbacks about a payment again, the last of them first."""
        return self._list(_path('payments', payment_id, 'deliver-in-reverse'), {})

    def advance_clock(self, seconds: float) -> 'Json':
        """Let time pass in the sandbox, and all that falls due in it happen."""
        return self._object('clock', {'advance': seconds})

    def _object(self, path: str, request: 'Optional[Json]' = None) -> 'Json':
        answer = self._answer(path, request)  # type: Json
        return answer

    def _list(self, path: str, request: 'Optional[Json]' = None) -> 'List[Json]':
        answer = self._answer(path, request)  # type: List[Json]
        return answer

    def _answer(self, path: str, request: 'Optional[Json]') -> 'Any':
        """Return the answer to what is posted as JSON, or got where there is nothing to post."""
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


def _path(*parts: 'Any') -> str:
    return '/'.join(quote(str(part), safe='') for part in parts)


@contextmanager
def sandbox_running(
    secret: str, project_id: int, options: 'Sequence[str]' = ()
) -> 'Iterator[Sandbox]':
    """Run ``payment-page sandbox`` with further ``options`` as long as the ``with`` block does.

    Raises ConfigurationException where it does not start, with what it complains of: it needs
    Python 3.9 and its extra.
    """
    gate = Gate(secret)
    with TemporaryDirectory() as folder:
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
        # Into files: nobody reads on, and a pipe would fill up.
        with open(printed, 'wb') as stdout, open(complaints, 'wb') as stderr:
            process = Popen(command + list(options), stdin=DEVNULL, stdout=stdout, stderr=stderr)
        try:
            with killed_after(START_LIMIT, process):
                url = _url_of(process, printed)
            if url is None:
                raise ConfigurationException(
                    'the sandbox did not start: ' + _text_in(complaints).strip()
                )
            gate.set_payment_base_url(url)
            yield Sandbox(url, gate, project_id)
        finally:
            process.terminate()
            with killed_after(STOP_LIMIT, process):
                process.wait()


@contextmanager
def killed_after(seconds: float, process: 'Popen[bytes]') -> 'Iterator[None]':
    """Kill ``process`` where the ``with`` block, which waits for it, takes longer."""
    timer = Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _url_of(process: 'Popen[bytes]', printed: str) -> 'Optional[str]':
    """Return the address that ``process`` prints into a file; None where it ends without one."""
    has_ended = False
    while True:
        match = _announced_url(_text_in(printed))
        if match or has_ended:
            return match.group(1) if match else None
        has_ended = process.poll() is not None  # it may have printed before: look once more
        sleep(0.02)


def _text_in(name: str) -> str:
    with open(name, 'rb') as file:
        return file.read().decode('utf-8', 'replace')
