"""The errors for requests that the sandbox refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

from payment_page_sdk.exceptions import ProcessException


class RefusedLink(NamedTuple):
    """A link that the page has refused.

    ``entries`` are those of its canonical string; none if the parameters could not be read.
    """

    at: float
    payment_id: str
    code: str
    problems: list[str]
    entries: list[str]
    id: int = 0


class Refusal(ProcessException):
    """The sandbox refuses a request; ``status`` is the HTTP status of the answer.

    ``code`` names the reason, for programs to compare; ``problems`` are sentences, one for each.
    ``link`` is the refused link, as it is kept, if it was one.
    """

    status = 400
    link: Optional[RefusedLink] = None

    def __init__(self, code: str, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.problems = list(problems) or [message]


class NotFound(Refusal):
    """There is no such project, payment or callback."""

    status = 404


class Conflict(Refusal):
    """It exists, but its state does not allow the request."""

    status = 409
