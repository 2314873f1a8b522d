"""What the official SDKs for PHP, Go and Java do that is neither the plain nor the natural form.

Each of these departures has a name. Here, a canonical string is made in the plain form, but with
some departures: if a signature is that of such a string, these are the reasons why we refuse it.
It is written from what the SDKs answer, and uses nothing of the package.
"""

import hashlib
import hmac
from base64 import b64encode
from decimal import Decimal
from typing import Any, Container, Dict, Iterator, Tuple

AMBIGUOUS = 'ambiguous'
ABOUT = {
    'php': {
        'lost colon': 'at the root, an empty key or "0" that has members loses the ":" behind it',
        'renumbered': 'at the root, integers as keys are sorted by their position',
    },
    'go': {
        'whole entries': 'entries are sorted as a whole, "path:text", not by their paths',
        'colons': 'a ":" in a key is doubled at the root only',
        'lost colon': 'at the root, an empty key that has members loses the ":" behind it',
        'numbers': 'a number is read as a float, and only its integer part is signed, in 64 bits',
        'surrogates': 'an unpaired surrogate becomes U+FFFD; we refuse it as malformed',
    },
    'java': {
        'whole entries': 'entries are sorted as a whole, "path:text", not by their paths',
        'UTF-16': 'entries are sorted by UTF-16 units, so U+E000 to U+FFFF come last',
        'colons': 'a ":" in a key is not doubled',
        'lost colon': 'at the root, an empty key that has members loses the ":" behind it',
        'numbers': 'a number that is not an integer is signed as Java writes it: 1.0E7, 1.0E-4',
        'signatures': 'if an object has a signature, those deeper in it stay, and are signed',
        'surrogates': 'an unpaired surrogate becomes "?"; we refuse it as malformed',
    },
}  # type: Dict[str, Dict[str, str]]

NAMELESS = {'php': ['', '0'], 'go': [''], 'java': ['']}

# Not a departure: the signature is right, but we refuse such callbacks on purpose.
ABOUT_AMBIGUOUS = 'it could be a signed link, or a ";" in a value could hide or imitate a member'


def signature(data: Any, secret: str, language: str, departures: Container[str]) -> str:
    """Return the signature of a callback's ``data``, made with these departures of a language."""
    data = covered(data, 'signatures' in departures)
    in_order = sorted(entries(data, language, departures), key=lambda entry: entry[0])
    if 'whole entries' in departures:
        in_order.sort(key=lambda entry: entry[1])
    if 'UTF-16' in departures:
        in_order.sort(key=lambda entry: entry[1].encode('utf-16-be', 'surrogatepass'))
    message = ';'.join(entry for _, entry in in_order)
    if 'surrogates' in departures:
        instead = '?' if language == 'java' else '\ufffd'
        message = ''.join(instead if '\ud800' <= c <= '\udfff' else c for c in message)
    key, content = secret.encode(), message.encode('utf-8', 'surrogatepass')
    return b64encode(hmac.new(key, content, hashlib.sha512).digest()).decode()


def signature_in(data: Any) -> Any:
    """Return the signature that a callback has, at its root or in ``general``."""
    return data.get('signature') or data['general']['signature']


def covered(data: Dict[str, Any], only_outermost: bool) -> Dict[str, Any]:
    if only_outermost and data.get('signature') is not None:
        return {key: value for key, value in data.items() if key != 'signature'}
    return {
        key: covered(value, only_outermost) if isinstance(value, dict) else value
        for key, value in data.items()
        if key != 'signature' or only_outermost
    }


def entries(
    data: Any, language: str, departures: Container[str], prefix: str = ''
) -> Iterator[Tuple[str, str]]:
    """Yield what each entry is sorted by, and itself."""
    integers = 0
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        key = str(key)
        if key == 'frame_mode':
            continue
        path = prefix + key.replace(':', '::')
        if 'colons' in departures and (prefix or language == 'java'):
            path = prefix + key
        if isinstance(value, (dict, list)):
            loses = 'lost colon' in departures and not prefix
            if not (loses and (not key or (key == '0' and language == 'php'))):
                path += ':'
            else:
                path = ''
            yield from entries(value, language, departures, path)
            continue
        place = path
        if 'renumbered' in departures and not prefix and key == str(abs(int_or_0(key))):
            place = str(integers)
            integers += 1
        yield place, path + ':' + text_of(value, language if 'numbers' in departures else '')


def int_or_0(key: str) -> int:
    return int(key) if key.isdecimal() else 0


def text_of(value: Any, language: str) -> str:
    if value is None:
        return ''
    if isinstance(value, bool):
        return '1' if value else '0'
    if isinstance(value, str):
        return value
    if language == 'go':
        whole = int(float(value))  # beyond 64 bits: on x86-64, the lowest number
        return str(whole if -(2**63) <= whole < 2**63 else -(2**63))
    if language == 'java' and isinstance(value, float):
        return java_text(value)
    return str(value)


def java_text(value: float) -> str:
    """Return what Double.toString returns, for most numbers: some have more digits than needed."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = '{:f}'.format(Decimal(repr(value)))
        return text if '.' in text else text + '.0'
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    first, rest = digits[0], ''.join(map(str, digits[1:])) or '0'
    return '%s%d.%sE%d' % ('-' * sign, first, rest, int(exponent) + len(digits) - 1)
