"""Writes official_php.json, official_go.json or official_java.json: callbacks of the official SDK.

Development tool, not a test. From the root of the repository:

    PYTHONPATH=.:tests python tests/data/make_official_callbacks.py php CHECKOUT

CHECKOUT is a clone of ITECOMMPAY/paymentpage-sdk-php, -go or -java. It needs php (8.2), or go, or a
JDK and Jackson (on CLASSPATH, or Debian's libjackson2-databind-java). The seed is fixed: the same
SDK makes the same file.

Each body has the signature that the SDK expects of it. Half of them are everyday callbacks, of the
shapes in callbacks.json; the other half are odd ones. Where we refuse one, the file has the
reasons: the fewest departures in departures.py that make its signature. The file also says how many
of the bodies and links that we sign the SDK accepts.
"""

import argparse
import glob
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from functools import partial
from itertools import chain, combinations, cycle
from typing import Any, Callable, Dict, Iterable, List, Tuple, Type

import platform_side
from callback_families import FIELDS
from departures import ABOUT, ABOUT_AMBIGUOUS, AMBIGUOUS, signature, signature_in
from facts import DATA, read_json, read_lines
from oracles import HERE as SERVERS
from oracles import OracleError, _Oracle

from payment_page_sdk._canonical import NaturalForm, PlainForm
from payment_page_sdk.exceptions import CallbackException, ProcessException
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.signature_handler import SignatureHandler

SECRET = 'secret'
EVERYDAY = ODD = 100
LINKS = 50
LONGEST = 400  # characters of an everyday body without its signature: the files stay small
PLACE = 'the signature comes here'

Json = Dict[str, Any]
Oddity = Callable[[random.Random], Json]

ABOUT_FILE = (
    'Callbacks signed by the official SDK for %s, written by make_official_callbacks.py. everyday: '
    'the family in callbacks.json, and the body. odd: why we refuse it, in the words of `reasons`, '
    'and the body. accepts_of_ours: what the SDK accepts of what we sign.'
)


class OfficialSdk(_Oracle):
    """An official SDK. What it is compiled to is removed in the end."""

    def __init__(self, checkout: str) -> None:
        self.checkout = os.path.abspath(checkout)
        self.folder = tempfile.mkdtemp()

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        shutil.rmtree(self.folder)

    def ask(self, body: str) -> Json:
        """Return whether it accepts a body, and which signature it expects of it."""
        return self._answer(body=body, secret=SECRET)


class Php(OfficialSdk):
    def command(self) -> List[str]:
        # -n: no php.ini of this machine takes part.
        return ['php', '-n', os.path.join(SERVERS, 'serve.php'), self.checkout]


class Go(OfficialSdk):
    def command(self) -> List[str]:
        # In one package with the server, so that it can read what the SDK has verified; without the
        # SDK's go.mod, which asks for a newer Go than the code needs.
        program = os.path.join(self.folder, 'serve')
        for name in ('callback.go', 'signature-handler.go', 'helper.go'):
            with open(os.path.join(self.checkout, name), encoding='utf-8') as file:
                source = file.read().replace('package paymentpage', 'package main', 1)
            with open(os.path.join(self.folder, name), 'w', encoding='utf-8') as file:
                file.write(source)
        shutil.copy(os.path.join(SERVERS, 'serve.go'), self.folder)
        subprocess.check_call(['go', 'mod', 'init', 'serve'], cwd=self.folder)
        subprocess.check_call(['go', 'build', '-o', program], cwd=self.folder)
        return [program]


class Java(OfficialSdk):
    def command(self) -> List[str]:
        jars = os.environ.get('CLASSPATH') or ':'.join(glob.glob('/usr/share/java/jackson-*.jar'))
        source = os.path.join(self.checkout, 'src', 'main', 'java')
        subprocess.check_call(
            ['javac', '-nowarn', '-cp', jars, '-sourcepath', source, '-d', self.folder]
            + [os.path.join(SERVERS, 'Serve.java')]
        )
        # The SDK signs in the encoding of the machine; the platform, in UTF-8.
        return ['java', '-Dfile.encoding=UTF-8', '-cp', self.folder + ':' + jars, 'Serve']


LANGUAGES = {'php': Php, 'go': Go, 'java': Java}  # type: Dict[str, Callable[[str], OfficialSdk]]


# Everyday callbacks

STATUSES = [row['value'] for row in read_json('callbacks.json')['payment_statuses']]
SAMPLES = {
    'status': STATUSES,
    'date': ['2026-03-01T10:00:05+0000', '2025-12-31T23:59:59+0000'],
    'currency': ['EUR', 'USD', 'GBP', 'JPY', 'RUB'],
    'type': ['purchase', 'refund', 'visa', 'sale', 'authorization', 'recurring'],
    'method': ['card', 'sepa', 'apple_pay_core'],
    'code': ['0', '10000', '20105'],
    'message': ['Success', 'Insufficient funds', 'Declined: do not retry', 'Отказ банка'],
    'description': ['', 'Order 5; two items', 'Größe "M", 100 %', 'Заказ №7'],
    'number': ['424242******4242', '5555******4444'],
    'card_holder': ['JANE DOE', "ZOË O'NEILL", ''],
    'first_name': ['Jane', 'Zoë', 'Иван', '太郎'],
    'country': ['DE', 'GB', 'RU'],
    'ip_address': ['198.51.100.47', '2001:db8::1'],
    'phone': ['+44 20 7946 0958', '4420794609'],
    'expiry_month': ['01', '12'],
    'url': ['https://acs.example/3ds?a=1&b=2', 'https://pay.example/back'],
    'acs_url': ['https://acs.example/3ds'],
    'processing_time': [None, '2026-03-01T10:00:05+0000'],
}  # type: Dict[str, List[Any]]
WORDS = ['', '7', '05', 'A1B2C3', 'r-2000000004', 'order_443', 'Y', 'ok']


def everyday(rng: random.Random, family: str) -> Json:
    """Return the data of a callback that has some of a family's fields, in some order."""
    types = FIELDS[family]
    paths = [
        path
        for path in types
        if path.split('.')[-1] != 'signature'
        and not any(other.startswith((path + '.', path + '[')) for other in types)
    ]
    # Those of one object mostly together, since callbacks have whole ones.
    places = {path.split('.')[0]: rng.random() for path in paths}
    paths.sort(key=lambda path: places[path.split('.')[0]] + rng.random() / 4)
    data = {}  # type: Json
    for path in paths:
        longer = json.loads(json.dumps(data))
        put(longer, path, partial(sample, rng, path, types[path]), rng.choice((1, 1, 2, 3)))
        if len(json.dumps(longer)) < LONGEST:
            data = longer
    return data


def put(data: Json, path: str, make: Callable[[], Any], items: int) -> None:
    """Put values at a path. A list in it, ``[]``, is made with so many items, if there is none."""
    key, dot, rest = path.partition('.')
    if key.endswith('[]'):
        holders = data.setdefault(key[:-2], [{} for _ in range(items)])
        for item in holders:
            put(item, rest, make, items)
    elif dot:
        put(data.setdefault(key, {}), rest, make, items)
    else:
        data[key] = make()


def sample(rng: random.Random, path: str, kind: str) -> Any:
    name = path.split('.')[-1]
    if name == 'uuid':
        return '%08x-5a36-4b5e-9b1c-%012x' % (rng.getrandbits(32), rng.getrandbits(48))
    if kind in ('string', 'string or null'):
        return rng.choice(SAMPLES.get(name, WORDS))
    if kind == 'boolean':
        return rng.random() < 0.5
    if kind == 'array':
        return rng.choice(([], ['a', 'b'], [{'code': '1', 'message': 'm'}]))
    if kind in ('object', 'array or object', 'unknown'):
        return rng.choice(({}, {'code': 'Y'}, {'pa_req': 'eJxVUtt', 'md': '1'}))
    # All of them integers; a rate with a point is odd enough: see `number`.
    return rng.choice((0, 1, 100, 1815, 57123, 2000000004, rng.randint(1, 10**9)))


# Odd ones

NUMBERS = """
0.0 -0.0 1.0 10.50 74.3291 0.1 0.30000000000000004 1e2 1E+2 5e-1 1e-4 -1e-5 0.00012 12345678.5 1e7
9999999.5 1e14 1e15 123456789012345.6 1e16 1.5e22 1E-10 -2.5E+3 100000000000005.0 1e300
""".split()
INTEGERS = """
9007199254740992 9007199254740993 123456789012345678 9223372036854775807 9223372036854775808
-9223372036854775808 -9223372036854775809 18446744073709551616 1000000000000000000000000 -5 -0
""".split()


def literal(text: str) -> str:
    """Return a str that becomes a number in the JSON, in this spelling."""
    return '<%s>' % text


def json_text(rng: random.Random, data: Json) -> str:
    separators = rng.choice([(', ', ': '), (',', ':')])
    text = json.dumps(data, ensure_ascii=rng.random() < 0.5, separators=separators)
    if any('\ud800' <= character <= '\udfff' for character in text):
        text = json.dumps(data, separators=separators)  # unpaired surrogates exist as escapes only
    text = re.sub('"<([-+.0-9eE]+)>"', r'\1', text)
    return rng.choice((text, text.replace('/', '\\/')))


def some(rng: random.Random, choices: Iterable[Any], least: int = 2, most: int = 5) -> List[Any]:
    choices = list(choices)
    return rng.sample(choices, rng.randint(least, min(most, len(choices))))


def scalar(rng: random.Random) -> Any:
    return rng.choice(('x', '', 'b', 'Z', 1, 20, 0, True, False, None))


def siblings(rng: random.Random) -> Json:
    name = rng.choice(('address', 'acs', 'sum', '3ds'))
    keys = [name + end for end in some(rng, ('1', '2', '10', '01', '-1', ' 1', 'a', '_x', '.5'))]
    members = {key: scalar(rng) for key in keys}
    members[name] = rng.choice(('x', {'x': 1, 'y1': 2, 'y10': 3}, [1, 2], [{'id': 1}]))
    return members


def long_list(rng: random.Random) -> Json:
    items = rng.choice(([1], ['x', 'y', None], [{'id': 7}], [{'id': 1, 'code': '0'}, {'id': 2}]))
    return {rng.choice(('operations', 'errors')): (items * 13)[: rng.randint(11, 13)]}


def number(rng: random.Random) -> Json:
    names = some(rng, ('rate', 'mcs_rate', 'fee', 'sum', 'total'), 1, 3)
    return {name: literal(rng.choice(NUMBERS)) for name in names}


def integer(rng: random.Random) -> Json:
    return {'id': literal(rng.choice(INTEGERS)), 'retry': literal(rng.choice(INTEGERS))}


def script(rng: random.Random) -> Json:
    keys = ('é', 'e', 'ключ', '中', '🙂', '\uffee', '\x7f', 'Z', 'ﬁ', '\u2028')
    return {key: 'ж' + key for key in some(rng, keys)}


def beyond(rng: random.Random) -> Json:
    return {
        '🙂' + rng.choice('ab'): 1,
        rng.choice('\uffee\ue000'): 2,
        'x': {'🙂': [], '\ufb01': '🙂'},
    }


def colon(rng: random.Random) -> Json:
    keys = some(rng, ('a:b', ':', '::', 'x:', ':x', 'a::b', 'id:1'), 1, 2)
    members = {key: scalar(rng) for key in keys}
    return rng.choice((members, {'provider': members}, {'list': [members]}, {keys[0]: members}))


def semicolon(rng: random.Random) -> Json:
    texts = ('a;b', 'Order 5; phone: 12', ';', 'x;note:1', '; payment: 1', 'a;b;c:d')
    hiding = ('x;payment:status:success', 'x;operations:0:id:1', ';customer:id:5;', 'a;token:1')
    return {'note': rng.choice(texts + hiding)}


def frame_mode(rng: random.Random) -> Json:
    value = rng.choice(('popup', {'a': 1}, None, ['x']))
    return rng.choice(
        (
            {'frame_mode': value},
            {'view': {'frame_mode': value, 'z': 1}},
            {'views': [{'frame_mode': value}, {'Frame_mode': 1, 'frame_mode ': 2}]},
        )
    )


def signatures(rng: random.Random) -> Json:
    value = rng.choice(('abc', None, 5, {'a': 1}))
    return rng.choice(
        (
            {'provider': {'signature': value, 'id': 1}},
            {'rows': [{'signature': value, 'id': 1}]},
            {'provider': {'auth': {'signature': value}, 'signature': 'x'}},
            {'signatures': value, 'provider': {'signature ': value}},
        )
    )


def nothing(rng: random.Random) -> Json:
    holders = ([], [[]], [None, {}, True], {}, {'a': {}}, {'b': [False]})  # type: Tuple[Any, ...]
    values = some(rng, holders + (None, True, False, ''))
    return dict(zip(('ka', 'kb', 'kc', 'kd', 'ke'), values))


def blank(rng: random.Random) -> Json:
    keys = ('a 1', 'a1', ' a', 'a ', 'a\t', '007', '07', 'a01', 'a001', 'a10', '1 a', 'x  y', '\n')
    return {rng.choice(('g', 'provider')): {key: scalar(rng) for key in some(rng, keys, 3, 6)}}


def text_of_json(rng: random.Random) -> Json:
    text = rng.choice(('{"id": 24}', '{"a":{"b":[1,2]}}', '[1, "x:y"]', '"', 'null', '\\'))
    return {rng.choice(('interface_type', 'receipt_data', 'provider_extra_fields')): text}


def unnamed(rng: random.Random) -> Json:
    inner = rng.choice(({'q': 1, 'r': 'x'}, [1, 2], {'': {'q': 2}}, {'0': {'w': 1}}))
    return rng.choice(({'': inner}, {'0': inner}, {'g': {'': inner}}, {'': 'x'}))


def numbered(rng: random.Random) -> Json:
    return {'7': scalar(rng), '3': scalar(rng), '5': 'x', 'z': {'a': 1}}


def half(rng: random.Random) -> Json:
    return {'note': rng.choice(('\ud83d', 'a\ud83db', '\ude42'))}


def deep(rng: random.Random) -> Json:
    value = {'id': 1}  # type: Any
    for _ in range(rng.randint(5, 25)):
        value = {'k': value} if rng.random() < 0.5 else [value]
    return {'deep': value}


ODDITIES = [
    siblings,
    siblings,
    long_list,
    number,
    number,
    integer,
    script,
    beyond,
    colon,
    semicolon,
    frame_mode,
    signatures,
    signatures,
    nothing,
    blank,
    text_of_json,
    unnamed,
    unnamed,
    numbered,
    half,
    deep,
]  # type: List[Oddity]


def odd(rng: random.Random, oddity: Oddity) -> Json:
    """Return the data of a callback with this oddity; one in three has another as well.

    Keys that are empty or integers come alone: what PHP does with them is explained (departures.py)
    in the plain order, with integers as values.
    """
    payment = {'id': 'order_443', 'status': rng.choice(STATUSES)}
    data = {'payment': payment, 'project_id': 57123}  # type: Json
    data.update(oddity(rng))
    alone = (unnamed, numbered)
    if oddity not in alone and rng.random() < 0.3:
        members = rng.choice([other for other in ODDITIES if other not in alone])(rng)
        if not set(members) & set(data):
            data.update(members)
    return data


# The rows


def make_body(rng: random.Random, sdk: OfficialSdk, data: Json, path: str) -> str:
    """Return a body with the signature at a path: that which the SDK expects, and accepts."""
    holder = data.setdefault('general', {}) if path == 'general.signature' else data
    holder['signature'] = PLACE
    text = json_text(rng, data)
    body = text.replace(PLACE, sdk.ask(text)['expected'])
    assert sdk.ask(body)['accepted'], body
    return body


def everyday_rows(rng: random.Random, sdk: OfficialSdk) -> List[Tuple[str, str]]:
    """Return everyday callbacks, from one family after another: the family, and the body."""
    rows = []  # type: List[Tuple[str, str]]
    families = sorted(FIELDS)
    while len(rows) < EVERYDAY:
        family = families[len(rows) % len(families)]
        paths = [path for path in FIELDS[family] if path.split('.')[-1] == 'signature']
        body = make_body(rng, sdk, everyday(rng, family), rng.choice(paths or ['signature']))
        rows.append((family, body))
    return rows


def odd_rows(rng: random.Random, sdk: OfficialSdk, language: str) -> List[Tuple[List[str], str]]:
    """Return odd callbacks, with one oddity after another: why we refuse it, and the body."""
    bodies = []  # type: List[str]
    for oddity in cycle(ODDITIES):
        path = rng.choice(('signature', 'signature', 'general.signature'))
        try:
            body = make_body(rng, sdk, odd(rng, oddity), path)
        except OracleError:
            continue  # PHP reads no unpaired surrogates
        if body not in bodies:
            bodies.append(body)
        if len(bodies) == ODD:
            break
    return [(reasons(language, body), body) for body in bodies]


def reasons(language: str, body: str) -> List[str]:
    """Return why we refuse a body: the fewest departures that give its signature."""
    try:
        Gate(SECRET).handle_callback(body)
        return []
    except CallbackException as refusal:
        data = json.loads(body)
        words = list(ABOUT[language])
        for tried in chain.from_iterable(combinations(words, n) for n in range(len(words) + 1)):
            if signature(data, SECRET, language, tried) == signature_in(data):
                return list(tried) or [AMBIGUOUS]
        raise AssertionError('nobody knows why this is refused: ' + body) from refusal


# The other direction


def accepted_bodies(sdk: OfficialSdk, form: Type[PlainForm], bodies: List[str]) -> str:
    """Return how many of the bodies the SDK accepts when we sign them in a form."""
    accepted = 0
    for body in bodies:
        data = json.loads(body)
        try:
            ours = SignatureHandler(SECRET).sign_in_form(form, form.signed_part(data))
        except (UnicodeError, ProcessException):
            continue  # unpaired surrogates
        accepted += sdk.ask(body.replace(signature_in(data), ours))['accepted']
    return '%d of %d' % (accepted, len(bodies))


def accepted_links(rng: random.Random, sdk: OfficialSdk) -> str:
    """Return how many of our links the SDK accepts, each as a callback with the link's texts."""
    names = [row['name'] for row in read_lines('parameters.jsonl') if row['type'] == 'string']
    names = sorted(set(names) - {'signature', 'card_operation_type'})  # made by us; deprecated
    accepted = 0
    for _ in range(LINKS):
        payment = Payment('57123', 'order_443')
        payment.payment_amount = rng.randint(0, 10**6)
        for name in rng.sample(names, 12):
            setattr(payment, name, rng.choice((*WORDS, 'Zoë & Søn: 100 %', 'a; b')))
        payment.extra = rng.choice(({'a': {'b': [1, 'x']}}, [True, None], 'x', 1.5))
        url = Gate(SECRET).get_purchase_payment_page_url(payment)
        texts = platform_side.read(platform_side.pairs_of(url))
        covered = {name: text for name, text in texts.items() if not name.startswith('_')}
        accepted += sdk.ask(json.dumps(covered))['accepted']
    return '%d of %d' % (accepted, LINKS)


def lines(name: str, rows: List[Any]) -> str:
    """One row per line, so that a diff can be read."""
    texts = [json.dumps(row, ensure_ascii=False) for row in rows]
    return ' "%s": [\n  %s\n ]' % (name, ',\n  '.join(texts))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('language', choices=sorted(LANGUAGES))
    parser.add_argument('checkout')
    arguments = parser.parse_args()
    language = arguments.language
    rng = random.Random(language)
    sdk = LANGUAGES[language](arguments.checkout)
    with sdk:
        everyday_ones = everyday_rows(rng, sdk)
        odd_ones = odd_rows(rng, sdk, language)
        accepted = {'links': accepted_links(rng, sdk)}
        for name, form in (('plain', PlainForm), ('natural', NaturalForm)):
            for kind, rows in (('everyday', everyday_ones), ('odd', odd_ones)):
                bodies = [row[1] for row in rows]
                accepted['%s, %s form' % (kind, name)] = accepted_bodies(sdk, form, bodies)
    counts = Counter(word for why, _ in odd_ones for word in why)
    for word, count in sorted(counts.items()):
        print('%3d %s' % (count, word))
    parts = [
        ' "about": ' + json.dumps(ABOUT_FILE % language),
        ' "secret": ' + json.dumps(SECRET),
        ' "reasons": '
        + json.dumps(dict(ABOUT[language], **{AMBIGUOUS: ABOUT_AMBIGUOUS}), indent=2),
        ' "accepts_of_ours": ' + json.dumps(accepted),
        lines('everyday', everyday_ones),
        lines('odd', odd_ones),
    ]
    print(parts[3])
    target = os.path.join(DATA, 'official_%s.json' % language)
    with open(target, 'w', encoding='utf-8', newline='\n') as file:
        file.write('{\n%s\n}\n' % ',\n'.join(parts))


if __name__ == '__main__':
    main()
