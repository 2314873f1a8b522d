import datetime as datetime_module
import re
import time
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Optional

import pytest
from facts import read_lines
from hypothesis import given
from hypothesis import strategies as st
from rows import each_of

from payment_page_sdk.exceptions import Finding
from payment_page_sdk.parameters import rules
from payment_page_sdk.parameters.iso_codes import COUNTRIES, CURRENCIES, SUBDIVISIONS
from payment_page_sdk.parameters.rules import (
    ACCOUNT,
    CARD_NUMBER,
    DEADLINE,
    DESCRIPTOR,
    PERSON,
    PHONE,
    TOKEN,
    URL,
    WALLET,
    CalendarDate,
    Format,
    ListedCode,
    MaxLength,
    MinLength,
    OneOf,
    PaymentAmount,
    Range,
    Rule,
    Subdivision,
)
from payment_page_sdk.payment import CATALOGUE

RULES = {name: rule for name, rule in vars(rules).items() if isinstance(rule, Rule)}
FORMATS = {name: rule for name, rule in RULES.items() if isinstance(rule, Format)}


def findings(rule: Rule, text: str, **siblings: str) -> List[Finding]:
    return list(rule.find(text, 'name', siblings))


# What is accepted, and what is refused; a row for each rule that has a name.
EXAMPLES = {
    'DIGITS': (
        ['0', '-0', '007', '-5', '1' * 300, '-' + '1' * 300],
        [
            '',
            '-',
            '--5',
            '+5',
            ' 5',
            '5 ',
            '5\n',
            '5.0',
            '1e3',
            '1_000',
            '\u0665',
            '\uff15',
            '\u00b2',
            '5\0',
            '1' * 301,
        ],
    ),
    'MINOR_UNITS': (['0', '-5', '1815'], ['', '18.15', '18,15', '1815 EUR', '1e3', '\u0665']),
    'COUNTRY': (
        ['GB', 'AX', 'ZW'],
        ['', 'gb', 'Gb', 'ZZ', 'UK', 'GBR', '826', 'G', 'GB\n', ' GB', 'G\0', '\uff27\uff22'],
    ),
    'COUNTRY_IN_ANY_CASE': (
        ['GB', 'gb', 'gB'],
        # The last ones become codes of two letters where they are made upper case.
        ['', 'zz', 'gbr', 'g', 'gb\n', 'g\0', '\u00df', '\ufb01', '\ufb06', '\u0131t', 'u\u017f'],
    ),
    'CURRENCY': (
        ['EUR', 'JPY', 'XAU'],
        ['', 'eur', 'QQQ', 'EU', 'EURO', '978', 'EUR\n', ' EUR', 'EU\0'],
    ),
    'LANGUAGE': (
        ['en', 'EN', 'fil', 'zh-hant', 'pt_BR', 'sr-Latn-RS', 'en-12345678'],
        [
            '',
            'e',
            'engl',
            'en-',
            'en-x',
            'en--gb',
            '-en',
            'en-123456789',
            'en\n',
            'en gb',
            'e\0',
            'e\u00f1',
            '12',
        ],
    ),
    'DATE': (
        ['31-12-1990', '29-02-2024', '29-02-2000', '01-01-0001', '31-12-9999'],
        [
            '',
            '31-12-90',
            '1990-12-31',
            '12-31-1990',
            '30-02-2024',
            '29-02-2023',
            '29-02-1900',
            '00-01-1990',
            '01-00-1990',
            '32-01-1990',
            '01-13-1990',
            '01-01-0000',
            '1-1-1990',
            '31/12/1990',
            '31-12-1990\n',
            ' 31-12-1990',
            '31-12-199\u0660',
            '31-12-199\0',
        ],
    ),
    'URL': (
        [
            'https://shop.example',
            'http://a',
            'HTTPS://shop.example/?a=b#c',
            'http://a:',
            'http://a:1',
            'http://a:65535/',
            'http://[::1]',
            'https://[2001:db8::1]:443/a',
            'http://user@a',
            'http://user:p%40ss@a:80/',
            'https://\u043c\u043e\u0441\u043a\u0432\u0430.\u0440\u0444/',
            'https://a/\u044f?q=[1]',
            'https://a/@:0',
        ],
        [
            '',
            'shop.example',
            '//shop.example',
            '/path',
            'ftp://a',
            'javascript:alert(1)',
            'http:/a',
            'https:a',
            'https://',
            'https:///path',
            'https://?q',
            'https://#f',
            'https://:80',
            'https://@',
            'https://user:pass@',
            'https://user@:80',
            'http://a:655360',
            'http://a:http',
            'http://a:-1',
            'http://a:8.0',
            'http://a:80:80',
            'http://[::1',
            'http://::1]',
            'http://a]',
            'http://[::1]x',
            'http://[abc',
            'https://a\n',
            'https://a\\b',
            '\nhttps://a',
            ' https://a',
            'https://a b',
            'https://a/\t',
            'https://a/\0',
            'https://a/\x1f',
            'https://a/\u00a0',
            # Ports that int() takes.
            'http://a:+80',
            'http://a:8_0',
            'http://a:\u0668\u0660',
        ],
    ),
    'HOST': (
        [
            'shop.example',
            'localhost',
            'a',
            'a-b.c_d.example',
            '127.0.0.1',
            'xn--80ak6aa92e.com',
            '\u043c\u043e\u0441\u043a\u0432\u0430.\u0440\u0444',
            'a' * 63 + '.example',
        ],
        [
            '',
            '.',
            'a.',
            '.a',
            'a..b',
            'https://shop.example',
            'shop.example/',
            'shop.example:443',
            'a b',
            'a\n',
            'a\0',
            '*.example',
            'a' * 64,
            'a' * 64 + '.example',
        ],
    ),
    'EMAIL': (
        [
            'jane@example.com',
            'j@e.c',
            'j.d+tag@mail.example.co.uk',
            '\u044f\u043d@\u043f\u043e\u0447\u0442\u0430.\u0440\u0444',
            "o'hara@example.com",
            '.@a.b',
        ],
        [
            '',
            'jane',
            'jane@',
            '@example.com',
            'jane@example',
            'jane@.com',
            'jane@example.',
            'jane@example..com',
            'ja@ne@example.com',
            'jane @example.com',
            'jane@example.com\n',
            'jane@exam\0ple.com',
            'jane\u00a0@example.com',
            'jane@exa\tmple.com',
        ],
    ),
    'PHONE': (
        ['4430', '443031237300', '0' * 24],
        ['', '443', 'phone', '4430\n', '\u0664\u0664\u0663\u0660', '443\0', '44x30'],
    ),
    'PAYMENT_ID': (
        ['1', 'ORDER-1', 'a b', '\u0437\u0430\u043a\u0430\u0437 \u2116 1', '#/;?', '\U0001f9fe'],
        [
            '',
            ' ',
            ' a',
            'a ',
            'a\n',
            '\na',
            'a\nb',
            '\ta',
            'a\0',
            '\0',
            'a\x7fb',
            'a\x85b',
            '\u00a0a',
            'a\u2003',
            'a\x1f',
        ],
    ),
    'PERSON': (
        [
            "Jane O'Hara-Smith Jr. 2",
            '\u0490\u0491\u0407\u0457\u0406\u0456\u0404\u0454',
            '-',
            ' ',
            'a\n',
        ],  # their pattern has all white space
        ['', 'Jos\u00e9', '\u042f\u043d', 'a_b', 'a,b', 'a\0', '\u0661', 'a@b', 'a"b'],
    ),
    'WALLET': (
        ['', 'WID20071304', 'a;b', '\u044f\0\n'],  # their pattern excludes these characters only
        list('!@&~\u2116{}|<>[]') + ['WID!', '\n@'],
    ),
    'CARD_NUMBER': (
        ['4' * 15, '4314220000000056', '4' * 19],
        [
            '',
            '4' * 14,
            '4' * 20,
            '4314 2200 0000 0056',
            '431422******0056',
            '4' * 15 + '\n',
            '\uff14' * 16,
            '4' * 15 + '\0',
        ],
    ),
    'ACCOUNT': (
        ['a', 'an9876170i', 'A' * 10],
        ['', 'a' * 11, 'a-b', 'a b', 'a\n', '\u00e4', 'a\0', '\u0661'],
    ),
    'TOKEN': (
        ['4' * 64, '!~' * 32],
        ['', ' ' * 64, 'a b', '4' * 63 + ' ', '4' * 64 + '\n', '4' * 63 + '\0', '\u00e4' * 64],
    ),
    'METHOD': (
        ['card', 'cup-card', 'apple_pay_core', 'p24'],
        ['', 'cup card', ' card', 'card\n', 'card,', 'k\u00e4rtchen', 'card\0'],
    ),
    'FOUR_DIGITS': (
        ['0000', '1984'],
        ['', '198', '19844', '1984\n', '-198', '\u0661\u0669\u0668\u0664', '198\0'],
    ),
    'DESCRIPTOR': (
        ['', 'Merchant_1', '#$*()-_=+";:?\\/,.`\'^'],
        ['a\n', 'a\0', 'caf\u00e9', '\u0661'] + list('!@%&[]{}<>|~'),
    ),
    'CLOCK': (
        ['00:00:00', '23:59:59', '19:00:00'],
        [
            '',
            '24:00:00',
            '23:60:00',
            '23:59:60',
            '9:00:00',
            '23:59',
            '23:59:59\n',
            '23:59:59Z',
            '\u0662\u0663:59:59',
            '23-59-59',
            '23:59:5\0',
        ],
    ),
    'DATE_AND_CLOCK': (
        ['31-12-202609:30'],
        [
            '',
            '30-02-202609:30',
            '31-12-202624:00',
            '31-12-2026 09:30',
            '31-12-2026T09:30',
            '31-12-202609:30:00',
            '2026-12-3109:30',
            '31-12-202609:30\n',
            '31-12-202609:3\u0660',
            '31-12-202609:3\0',
        ],
    ),
    'TIMESTAMP': (
        ['202612310930'],
        [
            '',
            '20261231093',
            '2026123109300',
            '202612310930\n',
            '20261231093\u0660',
            '20261231093\0',
        ],
    ),
    'UUID': (
        ['00000000-0000-0000-0000-000000000005', 'ABCDEFab-cdef-ABCD-EFab-cdefABCDEFab'],
        [
            '',
            '0' * 32,
            '00000000-0000-0000-0000-00000000000',
            '00000000-0000-0000-0000-00000000000g',
            '{00000000-0000-0000-0000-000000000005}',
            '00000000-0000-0000-0000-000000000005\n',
            '00000000-0000-0000-0000-00000000000\0',
            '00000000-0000-0000-0000-00000000000\u0665',
        ],
    ),
}  # type: Dict[str, Any]


def test_each_rule_has_examples() -> None:
    assert set(EXAMPLES) == set(FORMATS)
    assert set(RULES) - set(FORMATS) == {'DEADLINE'}


@each_of((name, text) for name, (accepted, _) in EXAMPLES.items() for text in accepted)
def test_accepted(name: str, text: str) -> None:
    assert findings(RULES[name], text) == []


@each_of((name, text) for name, (_, refused) in EXAMPLES.items() for text in refused)
def test_refused_in_words_without_the_text(name: str, text: str) -> None:
    expected = 'name takes ' + RULES[name].expected
    assert findings(RULES[name], text) == [Finding('name', 'wrong_format', expected, False)]


@pytest.mark.parametrize(
    'rule, text',
    [
        (PHONE, '+44 (30) 312.373/00'),
        (PHONE, '1' * 24 + '-' * 4),
        (TOKEN, '42ab6314...3021'),
        (DESCRIPTOR, 'MY SHOP'),
        (URL, 'myapp://paid'),
        (URL, 'intent+x.y-z://a?b'),
        (TOKEN, 'a'),
        (TOKEN, 'a' * 65),
    ],
)
def test_tolerated(rule: Format, text: str) -> None:
    expected = 'name takes ' + rule.expected
    assert findings(rule, text) == [Finding('name', 'wrong_format', expected, True)]


@pytest.mark.parametrize(
    'rule, text',
    [
        (PHONE, '+44'),
        (PHONE, '+' * 33),
        (PHONE, '+4430\n'),
        (PHONE, '+\u0664\u0664\u0663\u0660'),
        (PHONE, '1' * 24 + '-' * 5),
        (PHONE, '0' * 25),
        (PHONE, '+' + '0' * 25),
        (PHONE, '....'),  # punctuation is no digit
        (TOKEN, 'a\n'),
        (TOKEN, 'a b'),
        (URL, 'shop.example'),
        (MaxLength(1), 'ab'),
    ],
)
def test_not_even_tolerated(rule: Rule, text: str) -> None:
    assert [found.is_warning for found in findings(rule, text)] == [False]


LIMITS = [
    (
        MaxLength(3),
        'too_long',
        'at most 3 characters',
        ['', 'abc', '\U0001f9fe' * 3],
        ['abcd', 'abc\n'],
    ),
    (MinLength(1), 'too_short', 'at least 1 character', ['a', ' ', '\0'], ['']),
    (MinLength(2), 'too_short', 'at least 2 characters', ['ab'], ['', 'a']),
    (
        Range(1, 100),
        'out_of_range',
        '1 to 100',
        ['1', '100', '001', '1.0', '99.99', '1e2'],
        [
            '0',
            '-1',
            '101',
            '100.01',
            '0.999',
            '-0',
            '1' * 300,
            '-' + '1' * 300,
            'NaN',
            'Infinity',
            '-Infinity',
        ],
    ),
    (
        Range(minimum=0),
        'out_of_range',
        'at least 0',
        ['0', '-0', '1' * 300, 'Infinity'],
        ['-1', '-0.5', '-Infinity', 'NaN'],
    ),
    (
        Range(maximum=9),
        'out_of_range',
        'at most 9',
        ['9', '-1', '-' + '9' * 300, '9.0'],
        ['10', '9.1', 'Infinity', 'NaN'],
    ),
    (
        Range(0, 2**53),
        'out_of_range',
        '0 to 9007199254740992',
        ['9007199254740992'],
        ['9007199254740993'],
    ),  # as floats, these are equal
    (
        OneOf(['sale', 'auth']),
        'not_allowed',
        'one of sale, auth',
        ['sale', 'auth'],
        ['', 'Sale', 'sale ', 'sale\n', 'sale, auth', 's', 'sale\0'],
    ),
    (
        OneOf((0, 1)),
        'not_allowed',
        'one of 0, 1',
        ['0', '1'],
        ['', '2', '-1', '01', '1.0', 'True', 'true', '\u0661'],
    ),
    (OneOf([2]), 'not_allowed', '2', ['2'], ['', '1', '22']),
]  # type: Any


@pytest.mark.parametrize(
    'rule, text', [(rule, text) for rule, _, _, accepted, _ in LIMITS for text in accepted]
)
def test_within_the_limits(rule: Rule, text: str) -> None:
    assert findings(rule, text) == []


@pytest.mark.parametrize(
    'rule, text, code, expected',
    [
        (rule, text, code, expected)
        for rule, code, expected, _, refused in LIMITS
        for text in refused
    ],
)
def test_beyond_the_limits(rule: Rule, text: str, code: str, expected: str) -> None:
    assert findings(rule, text) == [Finding('name', code, 'name takes ' + expected, False)]


@pytest.mark.parametrize('text', ['', '-', '--5', '5-', 'abc', '1,5', '\u00b2', '5\0'])
def test_what_is_no_number_is_in_no_range(text: str) -> None:
    assert [found.code for found in findings(Range(1, 100), text)] == ['out_of_range']


AMOUNT = PaymentAmount(1, 10**13)


@pytest.mark.parametrize(
    'mode, text, is_right',
    [
        ('', '1', True),
        ('purchase', '1', True),
        ('purchase', str(10**13), True),
        ('purchase', '0', False),
        ('purchase', str(10**13 + 1), False),
        ('payout', '-1', False),
        ('unknown', '0', False),
        ('card_verify', '0', True),
        ('card_verify', '000', True),
        ('card_verify', '0.0', False),
        ('card_tokenize', '0', False),
        ('card_verify', '1', False),
        ('card_verify', '-1', False),
    ],
)
def test_the_amount_is_0_where_a_card_is_verified(mode: str, text: str, is_right: bool) -> None:
    expected = 'name takes 1 to 10000000000000, and exactly 0 in card_verify'
    assert findings(AMOUNT, text, mode=mode) == (
        [] if is_right else [Finding('name', 'out_of_range', expected, False)]
    )


def test_the_amount_without_a_mode() -> None:
    assert findings(AMOUNT, '1') == []
    assert [found.code for found in findings(AMOUNT, '0')] == ['out_of_range']


SUBDIVISION = Subdivision('country')


@pytest.mark.parametrize(
    'country, text, is_right',
    [
        ('CA', 'ON', True),
        ('CA', 'on', False),
        ('CA', 'CA-ON', False),
        ('CA', '', False),
        ('CA', ' ', False),
        ('CA', 'ON QC', False),
        ('CA', 'ON\n', False),
        ('FR', '75C', True),
        ('IT', '52', True),
        ('IT', '\u0665\u0662', False),
        (None, 'ON', True),  # nobody knows of what country
        (None, 'Z9', True),
        (None, 'on', False),
        (None, 'ABCD', False),
        (None, '', False),
        (None, 'O\0', False),
        ('', 'ON', True),
        ('ZZ', 'ON', True),  # the country is wrong already
        ('ca', 'TX', True),
        ('ZZ', 'on', False),
        ('HK', 'ON', True),  # has none
        ('HK', 'on', False),
    ],
)
def test_a_subdivision_of_its_country(country: Optional[str], text: str, is_right: bool) -> None:
    expected = (
        'name takes the second part of an ISO 3166-2 code, such as ON in CA-ON, of the '
        'country in country'
    )
    siblings = {} if country is None else {'country': country}
    assert findings(SUBDIVISION, text, **siblings) == (
        [] if is_right else [Finding('name', 'wrong_format', expected, False)]
    )


@pytest.mark.parametrize('country, text', [('CA', 'TX'), ('US', 'AE'), ('FR', '75')])
def test_a_code_that_is_not_listed_may_be_right(country: str, text: str) -> None:
    [found] = findings(SUBDIVISION, text, country=country)
    assert (found.code, found.is_warning) == ('wrong_format', True)


def test_where_there_are_no_subdivisions_none_can_be_demanded() -> None:
    assert SUBDIVISION.can_be_met({})
    assert SUBDIVISION.can_be_met({'country': 'CA'})
    assert SUBDIVISION.can_be_met({'country': 'ZZ'})
    assert not SUBDIVISION.can_be_met({'country': 'HK'})
    assert all(rule.can_be_met({'country': 'HK'}) for rule in RULES.values())


def test_all_codes_pass() -> None:
    for country in COUNTRIES:
        assert not findings(rules.COUNTRY, country)
        assert not findings(rules.COUNTRY_IN_ANY_CASE, country.lower())
    for currency in CURRENCIES:
        assert not findings(rules.CURRENCY, currency)
    for country, codes in SUBDIVISIONS.items():
        for code in codes.split():
            assert not findings(SUBDIVISION, code, country=country)


class Stopped(datetime):
    """A clock that shows the same time for ever."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        # One of its own: where the module is written in Python, its name is now for these only.
        return cls(2026, 4, 12, 10, 15, 30, tzinfo=timezone.utc)


@pytest.fixture
def _clock_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datetime_module, 'datetime', Stopped)


DEADLINES = {
    '': [
        '2026-04-12T10:15:31+00',
        '2026-04-12T10:15:31+00:00',
        '2026-04-12T10:15:31-00:00',
        '2026-04-12T13:15:31+03',
        '2026-04-12T13:15:31+03:00',
        '2026-04-12T06:45:31-03:30',
        '2026-04-13T10:14:31+23:59',
        '2026-04-11T10:16:31-23:59',
        '2026-05-12T10:15:30+00:00',
        '2026-05-12T13:15:30+03',
    ],
    'expired': [
        '2026-04-12T10:15:30+00:00',
        '2026-04-12T13:15:30+03:00',
        '2026-04-12T10:15:31+00:01',
        '2000-02-29T00:00:00+00:00',
        '0001-01-01T00:00:00+00',
        '0001-01-01T00:00:00+23:59',
        '0001-01-01T00:00:00-23:59',
    ],
    'too_late': [
        '2026-05-12T10:15:31+00:00',
        '2026-05-12T10:15:30-00:01',
        '9999-12-31T23:59:59+00',
        '9999-12-31T23:59:59+23:59',
        '9999-12-31T23:59:59-23:59',
    ],
    'no_offset': ['2026-04-12T10:15:31', '2000-01-01T00:00:00', '9999-12-31T23:59:59'],
    'wrong_format': [
        '',
        'tomorrow',
        '\0',
        '2026-04-20',
        '10:15:30',
        '1776000000',
        '20-04-2026',
        '2026-02-30T10:15:30+03:00',
        '2026-02-29T10:15:30+03:00',
        '2026-13-01T10:15:30+03:00',
        '2026-00-01T10:15:30+03:00',
        '2026-04-00T10:15:30+03:00',
        '0000-01-01T00:00:00+00',
        '2026-04-20T24:00:00+03:00',
        '2026-04-20T23:60:00+03:00',
        '2026-04-20T23:59:60+03:00',
        '2026-04-20T23:59:61+03:00',
        '2026-04-20T10:15:30+24',
        '2026-04-20T10:15:30+24:00',
        '2026-04-20T10:15:30-24:00',
        '2026-04-20T10:15:30+99',
        '2026-04-20T10:15:30-99:99',
        '2026-04-20T10:15:30+03:60',
        '2026-04-20T10:15:30+3',
        '2026-04-20T10:15:30+0300',
        '2026-04-20T10:15:30+03:',
        '2026-04-20T10:15:30+03:0',
        '2026-04-20T10:15:30+',
        '2026-04-20T10:15:30:00',
        '2026-04-20T10:15:30Z',
        '2026-04-20T10:15:30 +03:00',
        '2026-04-20 10:15:30+03:00',
        '2026-04-20t10:15:30+03:00',
        '2026-04-20T10:15:30.5+03:00',
        '2026-04-20T10:15+03:00',
        '2026-04-20T10:15:30+03:00\n',
        ' 2026-04-20T10:15:30+03:00',
        '2026-04-20T10:15:30+03:00:00',
        '2026-4-20-T10:15:30+03:00',
        '2026-04-20T1:15:300+03:00',
        '20-04-2026T10:15:30+03:00',
        '2026-04-20T10:15:3\u0660+03:00',
        '2026-04-20T10:15:30+0\u0663:00',
        '202604-200T10:15:30+03:00',
        '----------T::::::::+03',
    ],
}
PROBLEMS = {
    'expired': 'is in the past',
    'too_late': 'is more than 30 days ahead and would be ignored',
    'no_offset': 'has no offset from UTC, such as +03:00',
    'wrong_format': 'takes a date and time with an offset from UTC, such as '
    '2026-04-12T10:15:30+03:00, within 30 days',
}


@pytest.mark.usefixtures('_clock_is_stopped')
@pytest.mark.parametrize(
    'code, text', [(code, text) for code, texts in DEADLINES.items() for text in texts]
)
def test_a_deadline(code: str, text: str) -> None:
    assert findings(DEADLINE, text) == (
        [Finding('name', code, 'name ' + PROBLEMS[code], code == 'too_late')] if code else []
    )


def test_a_deadline_by_the_clock_of_today() -> None:
    now = datetime.now(timezone.utc).replace(microsecond=0)
    for ahead, codes in [
        (timedelta(0), ['expired']),
        (timedelta(minutes=1), []),
        (timedelta(days=30), []),
        (timedelta(days=30, minutes=1), ['too_late']),
    ]:
        assert [found.code for found in findings(DEADLINE, (now + ahead).isoformat())] == codes


@given(
    st.one_of(
        st.text(),
        st.text('0123456789-+:T'),
        st.from_regex(r'\A[0-9-]{10}T[0-9:]{8}([+-][0-9]{2}(:[0-9]{2})?)?\Z'),
        st.from_regex(r'\A(0001|9999)-(01-01|12-31)T(00:00|23:59):[0-9]{2}[+-][0-9]{2}:[0-9]{2}\Z'),
    )
)
def test_no_deadline_raises(text: str) -> None:
    assert {found.code for found in findings(DEADLINE, text)} <= set(PROBLEMS)


# Each makes a text: a head, much of what repeats, and an end that makes the whole wrong. To look at
# so many characters takes a millisecond or two; at so many for each of them, some seconds.
MUCH = 25000
HEADS = ['', 'a@b.', 'en-', 'https://a:']
UNITS = [
    'a',
    '1',
    ' ',
    '-',
    '-1',
    '.',
    '@',
    'a.',
    '-a',
    'aa-',
    'a' * 63 + '.',
    '\u0456',
    ' a',
    '\n',
    '/',
]
ENDS = ['', '!\0']


def seconds(rule: Rule, text: str) -> float:
    started = time.process_time()
    findings(rule, text)
    return time.process_time() - started


@pytest.mark.oldest_and_newest
@pytest.mark.parametrize('name', sorted(RULES))
def test_a_long_text_takes_linear_time(name: str) -> None:
    for head in HEADS:
        for unit in UNITS:
            for end in ENDS:
                text = head + unit * (MUCH // len(unit)) + end
                # Three tries, since machines are noisy.
                assert any(seconds(RULES[name], text) < 0.1 for _ in range(3)), (head, unit, end)


class Even(Rule):
    """A rule of one's own."""

    def admits(self, text: str, siblings: Any) -> bool:
        return text[-1:] in '02468'


def test_a_rule_of_ones_own() -> None:
    even = Even('an even number')
    assert findings(even, '8') == []
    assert [found.message for found in findings(even, '7')] == ['name takes an even number']
    with pytest.raises(NotImplementedError):
        findings(Rule('a text'), '8')


# The patterns of the platform, by parameter.
PATTERNS = {
    fact['name']: fact['pattern'][1:-1]
    for fact in read_lines('parameters.jsonl')
    if 'pattern' in fact
}
JUST_THE_PATTERN = [ACCOUNT, CARD_NUMBER, PERSON, PHONE, WALLET]


def format_of(name: str) -> Format:
    [rule] = [rule for rule in CATALOGUE[name].rules if isinstance(rule, Format)]
    return rule


def texts_about(pattern: str) -> Any:
    return st.one_of(
        st.text(),
        st.text("\u2116\u0456\u0407\u0661\uff21aA0 \n\x1c\x85-.'!@&~{}|<>[]"),
        st.from_regex(r'\A(?:%s)\Z' % pattern),
        st.from_regex(r'\A(?:%s)\n?\Z' % pattern),
    )


# Made once, since a strategy of a regular expression takes longer to make than its texts.
TEXTS = {pattern: texts_about(pattern) for pattern in sorted(set(PATTERNS.values()))}


@pytest.mark.parametrize('pattern', sorted(TEXTS))
@given(data=st.data())
def test_the_patterns_of_the_platform(pattern: str, data: Any) -> None:
    text = data.draw(TEXTS[pattern])
    fits = re.match(r'(?:%s)\Z' % pattern, text) is not None
    for rule in {format_of(name) for name in PATTERNS if PATTERNS[name] == pattern}:
        passes = rule.admits(text, {})
        if rule in JUST_THE_PATTERN:
            assert passes == fits
        else:
            assert passes <= fits


def test_which_patterns_are_narrowed() -> None:
    used = [format_of(name) for name in PATTERNS]
    assert all(rule in used for rule in JUST_THE_PATTERN)
    assert {type(rule) for rule in used if rule not in JUST_THE_PATTERN} == {
        CalendarDate,
        ListedCode,
        Subdivision,
    }


@pytest.mark.parametrize(
    'name', sorted(name for name in PATTERNS if type(format_of(name)) in (ListedCode, Subdivision))
)
def test_every_code_fits_the_pattern_of_the_platform(name: str) -> None:
    if isinstance(format_of(name), Subdivision):
        codes = ' '.join(SUBDIVISIONS.values()).split()
    else:
        codes = [
            code for code in list(COUNTRIES) + list(CURRENCIES) if format_of(name).admits(code, {})
        ]
    assert codes
    assert all(re.match(PATTERNS[name] + r'\Z', code) for code in codes)
