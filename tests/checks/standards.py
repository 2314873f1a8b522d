"""Compares the codes in iso_codes.py with the PyPI packages that carry the ISO standards.

    python tests/checks/standards.py            # exits with 1 and names every difference
    python tests/checks/standards.py --write    # makes the module anew

iso4217 holds the table that the maintenance agency of ISO 4217 publishes, pycountry the iso-codes
of Debian. Both list the currencies, and must list the same.
"""

import datetime
import os
import runpy
import sys
import textwrap
from typing import Any, Dict, Iterable, Iterator, Set

import iso4217
import pycountry

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODULE = os.path.join(ROOT, 'payment_page_sdk', 'parameters', 'iso_codes.py')

TEMPLATE = '''"""The codes of ISO 4217 (currencies), 3166-1 (countries) and 3166-2 (subdivisions).

Generated on {date} by ``python tests/checks/standards.py --write``; not to be edited.
Sources: for ISO 4217 its table of {published}, in the PyPI package iso4217 {iso4217}; for
ISO 3166 the PyPI package pycountry {pycountry}.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, FrozenSet, Optional

# The number of decimals that the minor unit of a currency makes; None where it has no minor unit.
CURRENCIES = {{code: decimals for decimals, codes in {{
{currencies}
}}.items() for code in codes.split()}}  # type: Dict[str, Optional[int]]

COUNTRIES = frozenset((
{countries}
).split())  # type: FrozenSet[str]

# By country, the second parts of its codes: ON for CA-ON. A country that is not here has none.
SUBDIVISIONS = {{
{subdivisions}
}}  # type: Dict[str, str]
'''


def standards() -> Dict[str, Any]:
    """Return what the module should hold, by name."""
    subdivisions = {}  # type: Dict[str, str]
    for code in sorted(subdivision.code for subdivision in pycountry.subdivisions):
        country, part = code.split('-')
        subdivisions[country] = (subdivisions.get(country, '') + ' ' + part).lstrip()
    return {
        'CURRENCIES': {currency.code: currency.exponent for currency in iso4217.Currency},
        'COUNTRIES': {country.alpha_2 for country in pycountry.countries},
        'SUBDIVISIONS': subdivisions,
    }


def facts(tables: Dict[str, Any]) -> Set[str]:
    return (
        {'currency %s with %s decimals' % item for item in tables['CURRENCIES'].items()}
        | {'country ' + country for country in tables['COUNTRIES']}
        | {
            'subdivision %s-%s' % (country, part)
            for country, parts in tables['SUBDIVISIONS'].items()
            for part in parts.split()
        }
    )


def differences() -> Iterator[str]:
    expected = standards()
    both = set(expected['CURRENCIES']), {currency.alpha_3 for currency in pycountry.currencies}
    for code in sorted(both[0] ^ both[1]):
        yield 'only %s has the currency %s' % ('iso4217' if code in both[0] else 'pycountry', code)
    wanted, found = facts(expected), facts(runpy.run_path(MODULE))
    for fact in sorted(wanted ^ found):
        yield '%s the module: %s' % ('missing in' if fact in wanted else 'only in', fact)


def quoted(codes: Iterable[str], head: str = '    ') -> str:
    """Return a text of ``codes`` as source code behind ``head``, with lines of 100 characters."""
    lines = textwrap.wrap(' '.join(codes), 97 - len(head))
    return "%s'%s'" % (head, (" '\n%s'" % (' ' * len(head))).join(lines))


def source() -> str:
    tables = standards()
    by_decimals = {}  # type: Dict[str, Set[str]]
    for code, decimals in tables['CURRENCIES'].items():
        by_decimals.setdefault(str(decimals), set()).add(code)
    return TEMPLATE.format(
        date=datetime.date.today(),
        published=iso4217.__published__,
        iso4217=iso4217.__version__,
        pycountry=pycountry.__version__,
        currencies='\n'.join(
            quoted(sorted(codes), '    %s: ' % decimals) + ','
            for decimals, codes in sorted(by_decimals.items())
        ),
        countries=quoted(sorted(tables['COUNTRIES'])),
        subdivisions='\n'.join(
            quoted(parts.split(), "    '%s': " % country) + ','
            for country, parts in sorted(tables['SUBDIVISIONS'].items())
        ),
    )


if __name__ == '__main__':
    if '--write' in sys.argv[1:]:
        with open(MODULE, 'w', encoding='utf-8') as file:
            file.write(source())
    sys.exit('\n'.join(differences()) or None)
