"""Reads the members of requests to the Gate API, and tells what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from payment_page_sdk.parameters.rules import URL
from payment_page_sdk.sandbox.bodies import Body
from payment_page_sdk.sandbox.refusals import Refusal

LONGEST_TEXT = 255
LONGEST_DELAY = 600  # seconds

VALIDATION_ERROR = '502'  # the platform's code

_TYPE_NAMES = {str: 'a string', int: 'an integer', bool: 'true or false'}


class WrongMember(NamedTuple):
    """A member of a request that breaks a limit."""

    code: str
    message: str
    field: str


class WrongMembers(Refusal):
    """Some members of a request break limits."""

    status = 422

    def __init__(self, wrong: Sequence[WrongMember]) -> None:
        super().__init__(wrong[0].code, wrong[0].message)
        self.wrong = wrong


class Members:
    """Reads the members of a request, by paths such as ``payment.amount``, and collects errors."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._wrong: dict[str, WrongMember] = {}

    def refuse(self, path: str, problem: str, code: str = VALIDATION_ERROR) -> None:
        """Keep in mind what is wrong with a member; only the first problem counts."""
        self._wrong.setdefault(path, WrongMember(code, f'{path} {problem}', path))

    def check(self) -> None:
        """Raise WrongMembers if anything was wrong."""
        if self._wrong:
            raise WrongMembers(list(self._wrong.values()))

    def read(self, path: str, wanted: type) -> Any:
        """Return a member of the type ``wanted``; None if it is absent, null or refused."""
        name, _, member = path.partition('.')
        holder = self._body.get(name)
        if holder is None:
            return None
        if not isinstance(holder, dict):
            self.refuse(name, 'must be an object')
            return None
        value = holder.get(member)
        if value is None or type(value) is wanted:  # true is an int, too
            return value
        self.refuse(path, f'must be {_TYPE_NAMES[wanted]}')
        return None

    def text(self, path: str) -> str:
        text = self.read(path, str) or ''
        if len(text) > LONGEST_TEXT:
            self.refuse(path, f'must have at most {LONGEST_TEXT} characters')
        return text

    def url(self, path: str) -> str:
        url = self.text(path)
        if url and any(URL.find(url, path, {})):
            self.refuse(path, 'must be ' + URL.expected)
        return url

    def delay(self, path: str) -> int:
        seconds: int = self.read(path, int) or 0
        if not 0 <= seconds <= LONGEST_DELAY:
            self.refuse(path, f'must be from 0 to {LONGEST_DELAY}')
        return seconds
