"""What may go wrong with a request to the Gate API, a branch of the family.

    ProcessException
    +-- GateApiException
        +-- RefusedRequest    the request is wrong, or the payment does not allow it (HTTP 400, 422)
        +-- AccessDenied      your IP address may not call the Gate API (403)
        +-- UnknownPayment    there is no such payment or request (404, or the code 3061)
        +-- PlatformError     the platform failed, or is busy (500, 429)
        +-- NoAnswer          the answer did not come, broke off, or cannot be read
        +-- UntrustedAnswer   the answer is signed with another key, or about another payment
        +-- Unreconciled      reconcile could not learn the status of every payment

No message contains a secret key, a signature or any part of the request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Optional

from payment_page_sdk.callback.members import CallbackError
from payment_page_sdk.exceptions import ProcessException


class GateApiException(ProcessException):
    """A request to the Gate API has not been accepted, as far as we know.

    - ``code``: the platform's code, such as ``'3283'``, if it gave one; else that of the class;
    - ``message``: what the platform says about it, in its words; None if it says nothing. It may
      repeat something of the request: think before you log it;
    - ``http_status``: that of the answer; None if there was no answer;
    - ``may_have_been_done``: True if the platform may have carried the request out nevertheless.
      Then ask for the status before you send it again.
    """

    code: str = 'gate_api_error'

    def __init__(
        self,
        problem: str,
        http_status: Optional[int] = None,
        code: Optional[str] = None,
        message: Optional[str] = None,
        may_have_been_done: bool = False,
    ) -> None:
        super().__init__(problem)
        self.http_status = http_status
        self.code = code or type(self).code
        self.message = message
        self.may_have_been_done = may_have_been_done


class RefusedRequest(GateApiException):
    """The platform refused the request; nothing was done.

    ``errors`` are what it found in single members, each with code, message and field.
    """

    code = 'refused_request'
    errors: Sequence[CallbackError] = ()


class AccessDenied(GateApiException):
    """The platform does not accept requests from this IP address; nothing was done."""

    code = 'access_denied'


class UnknownPayment(GateApiException):
    """The platform does not know the payment or the request; nothing was done."""

    code = 'unknown_payment'


class PlatformError(GateApiException):
    """The platform failed, or had too much to do. The request may have been carried out."""

    code = 'platform_error'


class NoAnswer(GateApiException):
    """There is no answer that can be read. Unless the connection failed, it may have been done."""

    code = 'no_answer'


class UntrustedAnswer(GateApiException):
    """The answer has a wrong signature, or is about another payment. It may have been done."""

    code = 'untrusted_answer'


class Unreconciled(GateApiException):
    """The status of some payments could not be learned; that of all others has been yielded.

    ``failures`` has the error for each of these payment ids.
    """

    code = 'unreconciled'
    failures: Mapping[str, ProcessException] = {}
