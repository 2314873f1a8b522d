"""What the text of a parameter must be: each rule in words and as a check.

Sources: the Payment Page's tables of parameters and the Gate API's specification; for codes
ISO 3166-1, ISO 3166-2, ISO 4217 and ISO 639-1.
"""

import re

from payment_page_sdk.exceptions import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, Mapping, Optional, Tuple, Union

    Texts = Mapping[str, str]


class Rule:
    """What a text must be: ``expected`` says it, behind "the parameter takes"."""

    code = 'wrong_format'

    def __init__(self, expected: str) -> None:
        self.expected = expected

    def find(self, text: str, path: str, siblings: 'Texts') -> 'Iterator[Finding]':
        """Yield what is wrong with the ``text`` at ``path``.

        ``siblings`` are the texts of all parameters, or of all members of the same JSON object.
        """
        if not self.admits(text, siblings):
            yield finding(path, self.code, 'takes ' + self.expected, self.tolerates(text))

    def admits(self, text: str, siblings: 'Texts') -> bool:
        """Tell whether ``text`` is as expected."""
        raise NotImplementedError

    def tolerates(self, text: str) -> bool:
        """Tell whether ``text``, which is not as expected, may have been agreed upon."""
        return False

    def can_be_met(self, siblings: 'Texts') -> bool:
        """Tell whether there is any text that is as expected."""
        return True


class MaxLength(Rule):
    """At most ``length`` characters."""

    code = 'too_long'

    def __init__(self, length: int) -> None:
        super().__init__('at most %d characters' % length)
        self.length = length

    def admits(self, text: str, siblings: 'Texts') -> bool:
        return len(text) <= self.length


class MinLength(Rule):
    """At least ``length`` characters."""

    code = 'too_short'

    def __init__(self, length: int) -> None:
        super().__init__('at least %d character%s' % (length, 's' * (length > 1)))
        self.length = length

    def admits(self, text: str, siblings: 'Texts') -> bool:
        return len(text) >= self.length


class Range(Rule):
    """A number from ``minimum`` to ``maximum``, both included."""

    code = 'out_of_range'

    def __init__(self, minimum: 'Optional[int]' = None, maximum: 'Optional[int]' = None) -> None:
        super().__init__(
            'at least %s' % minimum
            if maximum is None
            else 'at most %s' % maximum
            if minimum is None
            else '%s to %s' % (minimum, maximum)
        )
        self.minimum = minimum
        self.maximum = maximum

    def admits(self, text: str, siblings: 'Texts') -> bool:
        try:
            number = int(text) if _matches(DIGITS.pattern, text) else float(text)
        except ValueError:
            return False
        return (self.minimum is None or number >= self.minimum) and (
            self.maximum is None or number <= self.maximum
        )


class PaymentAmount(Range):
    """The amount of a payment: 0 if only a card is verified."""

    def __init__(self, minimum: int, maximum: int) -> None:
        super().__init__(minimum, maximum)
        self.expected += ', and exactly 0 in card_verify'

    def admits(self, text: str, siblings: 'Texts') -> bool:
        if siblings.get('mode') == 'card_verify':
            return text.strip('0') == ''
        return super().admits(text, siblings)


class OneOf(Rule):
    """One of a few texts."""

    code = 'not_allowed'

    def __init__(self, values: 'Iterable[Union[str, int]]') -> None:
        self.values = tuple(values)  # type: Tuple[Union[str, int], ...]
        super().__init__(
            ('one of ' if len(self.values) > 1 else '')
            + ', '.join([str(value) for value in self.values])
        )

    def admits(self, text: str, siblings: 'Texts') -> bool:
        return text in [str(value) for value in self.values]


class OnlyBeside(Rule):
    """Only ``value``, if the parameter ``other`` is set."""

    code = 'not_allowed'

    def __init__(self, value: str, other: str) -> None:
        super().__init__('only %s if %s is set' % (value, other))
        self.value = value
        self.other = other

    def admits(self, text: str, siblings: 'Texts') -> bool:
        return text == self.value or not siblings.get(self.other)


class Format(Rule):
    """A text that matches ``pattern`` as a whole; one that matches ``tolerated`` gets a warning."""

    def __init__(self, expected: str, pattern: str, tolerated: str = '') -> None:
        super().__init__(expected)
        self.pattern = pattern
        self.tolerated = tolerated

    def admits(self, text: str, siblings: 'Texts') -> bool:
        return _matches(self.pattern, text)

    def tolerates(self, text: str) -> bool:
        return bool(self.tolerated) and _matches(self.tolerated, text)


class ListedCode(Format):
    """A code in a ``collection`` of iso_codes; with ``any_case``, also in lower case."""

    def __init__(
        self, expected: str, pattern: str, collection: str, any_case: bool = False
    ) -> None:
        super().__init__(expected, pattern)
        self.collection = collection
        self.any_case = any_case

    def admits(self, text: str, siblings: 'Texts') -> bool:
        from payment_page_sdk.parameters import iso_codes  # large, and only validation needs it

        code = text.upper() if self.any_case else text
        return super().admits(text, siblings) and code in getattr(iso_codes, self.collection)


class Subdivision(Format):
    """The second part of an ISO 3166-2 code; the first is the text of the sibling ``country``."""

    def __init__(self, country: str) -> None:
        super().__init__(
            'the second part of an ISO 3166-2 code, such as ON in CA-ON, of the country in '
            + country,
            '[0-9A-Z]{1,3}',
        )
        self.country = country

    def admits(self, text: str, siblings: 'Texts') -> bool:
        codes = self._codes(siblings)
        return super().admits(text, siblings) and (not codes or text in codes.split())

    def tolerates(self, text: str) -> bool:
        # The list changes; addresses may have its former codes, or those of the post office.
        return _matches(self.pattern, text)

    def can_be_met(self, siblings: 'Texts') -> bool:
        return self._codes(siblings) != ''

    def _codes(self, siblings: 'Texts') -> 'Optional[str]':
        """Return the codes that the sibling country has; None if there is no such country."""
        from payment_page_sdk.parameters import iso_codes

        country = siblings.get(self.country)
        return iso_codes.SUBDIVISIONS.get(country, '') if country in iso_codes.COUNTRIES else None


class CalendarDate(Format):
    """A text that begins with a day of the calendar, DD-MM-YYYY."""

    def admits(self, text: str, siblings: 'Texts') -> bool:
        return super().admits(text, siblings) and _is_day(text[6:10], text[3:5], text[:2])


class Deadline(Rule):
    """A moment within the next days; the platform ignores a later one."""

    DAYS = 30

    def __init__(self) -> None:
        super().__init__(
            'a date and time with an offset from UTC, such as 2026-04-12T10:15:30+03:00, '
            'within %d days' % self.DAYS
        )

    def find(self, text: str, path: str, siblings: 'Texts') -> 'Iterator[Finding]':
        from datetime import datetime, timedelta, timezone

        match = re.match(r'([0-9-]{10}T[0-9:]{8})(?:([+-][0-9]{2})(?::([0-9]{2}))?)?\Z', text)
        local, hours, minutes = match.groups('') if match else ('', '', '')
        try:
            offset = (hours or '+00') + (minutes or '00')
            moment = datetime.strptime(local + offset, '%Y-%m-%dT%H:%M:%S%z')
        except ValueError:
            yield finding(path, self.code, 'takes ' + self.expected)
            return
        ahead = moment - datetime.now(timezone.utc)
        if not hours:
            yield finding(path, 'no_offset', 'has no offset from UTC, such as +03:00')
        elif ahead <= timedelta(0):
            yield finding(path, 'expired', 'is in the past')
        elif ahead > timedelta(days=self.DAYS):
            yield finding(
                path,
                'too_late',
                'is more than %d days ahead and would be ignored' % self.DAYS,
                is_warning=True,
            )


def finding(path: str, code: str, problem: str, is_warning: bool = False) -> Finding:
    """Return what is wrong at ``path``: a parameter's name, and the known names of a member."""
    return Finding(path, code, '%s %s' % (path, problem), is_warning)


def _matches(pattern: str, text: str) -> bool:
    return re.match('(?:%s)\\Z' % pattern, text) is not None


def _is_day(year: str, month: str, day: str) -> bool:
    from datetime import date

    try:
        return bool(date(int(year), int(month), int(day)))
    except ValueError:
        return False


DIGITS = Format('an integer in decimal digits', '-?[0-9]{1,300}')
MINOR_UNITS = Format(
    'an integer in minor units of the currency, such as 1815 for 18.15 EUR', DIGITS.pattern
)
COUNTRY = ListedCode(
    'a country code of ISO 3166-1 alpha-2 in capitals, such as GB', '[A-Z]{2}', 'COUNTRIES'
)
COUNTRY_IN_ANY_CASE = ListedCode(
    'a country code of ISO 3166-1 alpha-2, such as FR or fr', '[A-Za-z]{2}', 'COUNTRIES', True
)
CURRENCY = ListedCode(
    'a currency code of ISO 4217 in capitals, such as EUR', '[A-Z]{3}', 'CURRENCIES'
)
LANGUAGE = Format(
    'a language code of ISO 639-1, such as en, or a longer one, such as zh-hant',
    '[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*',
)
DATE = CalendarDate('a date as DD-MM-YYYY, such as 31-12-1990', '[0-9]{2}-[0-9]{2}-[0-9]{4}')
URL = Format(
    'an absolute URL, such as https://shop.example/path',
    r'[Hh][Tt][Tt][Pp][Ss]?://'
    r'([^\s\0-\x1f/?#@\\]+@)?'  # user
    r'(\[[0-9A-Fa-f:.]+\]|[^\s\0-\x1f/?#@\\:\[\]]+)(:[0-9]{0,5})?'  # host and port
    r'([/?#][^\s\0-\x1f]*)?',
    tolerated=r'(?!https?:|ftp:|file:|data:|javascript:)'
    r'[a-z][a-z0-9+.-]*://[^\s\0-\x1f]+',
)  # of an app
HOST = Format('a host name, such as shop.example', r'(?:[\w-]{1,63}\.)*[\w-]{1,63}')
EMAIL = Format(
    'an e-mail address, such as jane@example.com',
    r'[^@\s\0-\x1f]+@[^@\s\0-\x1f.]+(?:\.[^@\s\0-\x1f.]+)+',
)
PHONE = Format(
    '4 to 24 digits, including the country code',
    '[0-9]{4,24}',
    '([-+(). /]{0,4}[0-9]){4,24}[-+(). /]{0,4}',
)
PAYMENT_ID = Format(
    'a text without control characters, and without white space at its ends',
    r'[^\s\0-\x1f\x7f-\x9f](?:[^\0-\x1f\x7f-\x9f]*[^\s\0-\x1f\x7f-\x9f])?',
)
PERSON = Format(
    "Latin letters and ҐЇІЄ, digits, white space and - . '",
    "[a-zA-ZҐґЇїІіЄє0-9\\s\\-.']+",  # noqa: RUF001
)
WALLET = Format('a text without ! @ & ~ № { } | < > [ ]', r'[^!@&~№{}|<>\[\]]*')
CARD_NUMBER = Format('15 to 19 digits', '[0-9]{15,19}')
ACCOUNT = Format('1 to 10 Latin letters and digits', '[A-Za-z0-9]{1,10}')
TOKEN = Format('64 characters', '[!-~]{64}', tolerated='[!-~]+')
FOUR_DIGITS = Format('4 digits, as a str if they start with 0', '[0-9]{4}')
DESCRIPTOR = Format(
    'Latin letters, digits and # $ * ( ) - _ = + " ; : ? \\ / , . ` \' ^',
    r"""[A-Za-z0-9#$*()\-_=+";:?\\/,.`'^]*""",
    tolerated=r"""[A-Za-z0-9#$*()\-_=+";:?\\/,.`'^ ]*""",
)
METHOD = Format('the code of a payment method, such as card', '[A-Za-z0-9_-]+')
CLOCK = Format('a time as hh:mm:ss, in UTC', '([0-1][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]')
DATE_AND_CLOCK = CalendarDate(
    'a date and time as DD-MM-YYYYhh:mm, such as 31-12-202609:30',
    '[0-9]{2}-[0-9]{2}-[0-9]{4}([0-1][0-9]|2[0-3]):[0-5][0-9]',
)
TIMESTAMP = Format('12 digits, YYYYMMDDhhmm', '[0-9]{12}')
UUID = Format('a UUID', '[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}')
DEADLINE = Deadline()
