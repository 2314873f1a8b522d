"""What the sandbox answers when it does not do what it was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from payment_page_sdk.exceptions import ProcessException


class Refusal(ProcessException):
    """The sandbox does not do it. ``status`` is the HTTP status of the answer.

    ``code`` names the reason, to be compared; ``problems`` are all of them as sentences.
    """

    status = 400

    def __init__(self, code: str, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.problems = list(problems) or [message]


class NotFound(Refusal):
    """There is no such project, payment or callback."""

    status = 404


class Conflict(Refusal):
    """It exists, and its state does not allow that."""

    status = 409
