"""What the Gate API answers.

The platform signs some of its answers, and never a refusal. So what makes an answer trustworthy is
TLS: the client talks to nobody but the platform. A signature that is there must be right as well.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, NamedTuple, Optional

from payment_page_sdk._canonical import PlainForm
from payment_page_sdk._json import parse
from payment_page_sdk._wire import escape_unprintable
from payment_page_sdk.callback import Callback, take_signature
from payment_page_sdk.callback.facts import Facts
from payment_page_sdk.callback.members import NOT_CONFIRMED, CallbackMembers
from payment_page_sdk.callback.result_codes import result_of
from payment_page_sdk.exceptions import MissingSignature
from payment_page_sdk.gate_api.exceptions import (
    AccessDenied,
    GateApiException,
    NoAnswer,
    PlatformError,
    RefusedRequest,
    UnknownPayment,
    UntrustedAnswer,
)
from payment_page_sdk.gate_api.requests import Request
from payment_page_sdk.signature_handler import SignatureHandler

MOST_OF_MESSAGE = 255  # characters

_BUSY = (408, 429)


class AcceptedRequest(NamedTuple):
    """The platform has accepted a request. It is not done yet, and may still be declined.

    A callback about the operation with this ``request_id`` tells the outcome; so does the status.
    """

    request_id: str
    project_id: Optional[int]
    payment_id: Optional[str]


class StatusAnswer(Callback):
    """The status of a payment, read as a callback is: by the accessors of CallbackMembers.

    It has all operations of the payment; ``get_operation`` returns the last one. If the platform
    has signed the answer (``is_signed``), the signature has been verified.
    """

    # Not made as a callback is: that is trusted for its signature alone.
    def __init__(
        self, form: PlainForm, signature_path: Optional[str], signature: str, handler: Any
    ) -> None:
        CallbackMembers.__init__(self, Facts(form))
        self._form = form
        self._signature_handler = handler
        self._signature_path = signature_path
        self._signature = signature
        self._data = form.data
        self._message = form.message
        self._suspects = []

    @property
    def is_signed(self) -> bool:
        """Tell whether the platform has signed the answer."""
        return bool(self._signature)

    def check_signature(self) -> bool:
        """Tell whether the answer has a signature, which is always a right one."""
        return self.is_signed

    def is_started(self) -> bool:
        """Tell whether the customer has confirmed the payment.

        If not, its page was opened at most, and the payment is neither declined nor final.
        """
        return not self._is_unconfirmed()

    def as_callback(self) -> StatusAnswer:
        """Return the answer in the shape of the callback about the payment's last operation.

        That has ``operation`` instead of ``operations``.
        """
        operations = self._data.get('operations')
        if not isinstance(operations, list) or not operations:
            return self
        data = {name: value for name, value in self._data.items() if name != 'operations'}
        data['operation'] = operations[-1]
        form = type(self._form).of_callback(data)
        return StatusAnswer(form, self._signature_path, self._signature, self._signature_handler)

    def get_deduplication_key(self) -> str:
        """Return the key of the callback about the last operation, if that says the same."""
        return super(StatusAnswer, self.as_callback()).get_deduplication_key()


class Answers:
    """Reads the answers to the requests of one project; ``handler`` verifies their signatures.

    Each method takes the request, and the HTTP status and the body of the answer; it raises
    GateApiException if the request was refused, or the answer cannot be read or trusted.
    """

    def __init__(self, handler: SignatureHandler) -> None:
        self._handler = handler

    def acceptance(self, request: Request, status: int, body: bytes) -> AcceptedRequest:
        """Return that a request was accepted."""
        answer = self.status(request, status, body)
        facts = answer._facts
        request_id = facts.text('request_id')
        if request_id is None:
            raise _refusal(status, answer) if answer.get_errors() else _unreadable(status)
        return AcceptedRequest(request_id, answer.get_project_id(), answer.get_payment_id())

    def status(self, request: Request, status: int, body: bytes) -> StatusAnswer:
        """Return the status of a payment."""
        answer = self._read(status, body)
        if status != 200 or (answer and answer._facts.text('status') == 'error'):
            raise _refusal(status, answer)
        if answer is None:
            raise _unreadable(status)
        answered = answer.get_payment_id() or ''
        if answered and request.payment_id and answered.lower() != request.payment_id.lower():
            raise _untrusted('is about another payment', status)
        return answer

    def _read(self, status: int, body: bytes) -> Optional[StatusAnswer]:
        """Return a verified answer, or None if it is not a JSON object."""
        with suppress(ValueError, OverflowError, RecursionError):
            data = parse(body.decode('utf-8-sig'))
            if isinstance(data, dict):
                path: Optional[str] = None
                signature = ''
                with suppress(MissingSignature):  # many answers have none
                    path, signature = take_signature(data)
                form: Optional[PlainForm] = PlainForm.of_callback(data)
                if signature:
                    form = self._handler.match_callback(data, signature)
                if form is not None:
                    return StatusAnswer(form, path, signature, self._handler)
                raise _untrusted('has a signature that was not made with the secret key', status)
        return None


def _refusal(status: int, answer: Optional[StatusAnswer]) -> GateApiException:
    """Return the error that says why a request was not accepted."""
    errors = answer.get_errors() if answer else []
    code = message = None
    if answer:
        code, message = answer._facts.text('code'), answer._facts.text('message')
    if errors and code is None:
        code, message = errors[0].code, message or errors[0].message
    if code and not code.isalnum():
        code = None
    cls: type[GateApiException] = PlatformError
    problem = 'the platform failed'
    if code == NOT_CONFIRMED or status == 404:
        cls, problem = UnknownPayment, 'the platform does not know this payment or request'
    elif status == 403:
        cls = AccessDenied
        problem = (
            'the platform does not accept requests from this server: its IP address is not among '
            'those that your project allows'
        )
    elif status == 200 or (400 <= status < 500 and status not in _BUSY):
        cls, problem = RefusedRequest, 'the platform refused the request'
    documented = result_of(code).message if code else None
    problem += f' (HTTP {status}' + (f', code {code[:20]}' if code else '') + ')'
    if documented:
        problem += ': ' + documented
    if message:
        message = escape_unprintable(message[:MOST_OF_MESSAGE])
    error = cls(problem, status, code, message, may_have_been_done=cls is PlatformError)
    if isinstance(error, RefusedRequest):
        error.errors = errors
    return error


def _unreadable(status: int) -> NoAnswer:
    return NoAnswer('the answer cannot be read', status, may_have_been_done=True)


def _untrusted(problem: str, status: int) -> UntrustedAnswer:
    return UntrustedAnswer('the answer ' + problem, status, may_have_been_done=True)
