"""Writes natural_php.json beside this file: nasty inputs with the answers of a real PHP 8.2.

Development tool, not a test: needs `php` (php-cli) in PATH. The natural form is defined by what
PHP does, so no answer is computed here. The seed is fixed: the same PHP gives the same file.
"""

import json
import os
import random
import subprocess
from typing import Any, Callable, Iterable, List

# PHP turns integer-like keys ('7', '-1') into integers; that is what the platform does too, so
# the keys are cast back to strings for the answer only.
PHP = r"""
function leaves(array $node, string $prefix, array &$entries): void {
    foreach ($node as $key => $value) {
        if ($key === 'frame_mode') continue;
        $path = $prefix . str_replace(':', '::', (string) $key);
        if (is_array($value)) {
            leaves($value, $path . ':', $entries);
            continue;
        }
        if (isset($entries[$path])) throw new Exception("two leaves share the path $path");
        $entries[$path] = $path . ':' . ($value === false ? '0' : (string) $value);
    }
}
ini_set('precision', 14);
$flags = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE;
$in = json_decode(stream_get_contents(STDIN), true, 512, $flags);
$out = ['php' => PHP_VERSION, 'paths' => [], 'number_text' => [], 'canonical' => []];
foreach ($in['paths'] as $paths) {
    $paths = array_flip($paths);
    ksort($paths, SORT_NATURAL);
    $out['paths'][] = array_map('strval', array_keys($paths));
}
foreach ($in['numbers'] as $literal) {
    $out['number_text'][] = (string) json_decode($literal, true, 512, $flags);
}
foreach ($in['objects'] as $text) {
    $entries = [];
    leaves(json_decode($text, true, 512, $flags), '', $entries);
    ksort($entries, SORT_NATURAL);
    $out['canonical'][] = implode(';', $entries);
}
echo json_encode($out, $flags);
"""
ABOUT = (
    'Answers of a real PHP, written by make_natural_php.py. paths: natural is the order of '
    'ksort($paths, SORT_NATURAL). number_text: a JSON number literal and (string) json_decode() '
    'of it, precision 14. canonical: the JSON text of an object and its string in the natural form.'
)
LARGE_LISTS = 60
NASTY_LISTS = 400
OBJECTS = 120
NUMBERS = 300

rng = random.Random(20240607)

# Each list draws from one theme: paths built of few atoms differ late, where the rules are subtle.
THEMES = [
    ['0', '1', '9', 'a'],
    ['0', '00', '1', '01', '10', '007', '7'],
    ['0', '1', ':', 'a', '9'],
    ['0', '1', ' ', 'a'],
    ['1', '2', ' ', '\t', 'a', ':'],
    ['a', 'b', ' ', '  ', '\n', '\r', '\v', '\f', '1'],
    ['a', 'A', 'B', 'b', '_', 'Z', 'z', '1'],
    ['-', '+', '.', ',', '/', ';', '<', '@', '[', '`', '{', '~', '1', 'a', '0'],
    ['-', '1', '0', '-1', '-0', '.', '5'],
    ['item', ':', '0:', '1:', '10:', '2:', '02:', '::', 'x'],
    # White space and digits to Unicode or to Latin-1, but not to PHP, which looks at bytes.
    ['\x1c', '\x1f', '\x85', '\xa0', '\u2003', '\u3000', '\u0663', '\xb2', '\uff11', '1', 'a'],
    ['\xe9', 'e', 'z', '\u0451', '\u4e2d', '\U0001f642', '\uffee', '\x7f', '1', ' '],
    ['\0', '\1', ' ', 'a', '1'],  # white space at the end of a path meets a NUL
    ['9223372036854775807', '9223372036854775808', '-', '18446744073709551616', '0', 'n'],
    ['1' * 20, '1' * 21, '2' * 20, '0' * 20, '1' * 19 + '2', 'n', ' '],
]
HAND_MADE = [
    # Naturally equal, so the order of appearance decides: each is taken in both orders.
    ['a 1', 'a1'],
    ['a', ' a'],
    ['007', '7'],
    ['00', '0'],
    ['a ', 'a  '],
    ['a\t', 'a\n'],
    ['1  1', '1 1'],
    ['a b', 'ab', 'a  b', '\ta b'],
    ['0 7', '00 7', '000  7'],
    [' 7', '7', '07'],
    ['a ', 'a\0'],
    [' ', '\0', '  '],
    ['x 10', 'x10', 'x  10', 'x9'],
    # White space directly behind a digit counts, elsewhere not.
    ['1 a', '1a', '1!a', '1\x1fa'],
    ['1\ta', '1 a'],
    ['1 1', '11', '1  1'],
    ['a1 b', 'a1b', 'a 1b'],
    ['1 ', '1', '1  ', '1 b'],
    ['1 :', '1:', '1 : ', '1: '],
    # White space skipped at the end is not nothing, but less than anything except NUL.
    ['a ', 'a', 'ab', 'a\1', 'a1'],
    ['', ' ', '\1', '0', 'a'],
    ['a: ', 'a:', 'a:0', 'a::'],
    # Zeros are dropped at the very start only, and only before a digit.
    ['0a', 'a', '00a', '0:a', '00:a', '0'],
    [' 007', '7', '007', ' 7', '6', '8'],
    ['a00', 'a0', 'a', 'a01', 'a1', 'a010', 'a10', 'a2', 'a09', 'a9'],
    ['a01:', 'a0:', 'a1:', 'a00:', 'a0a', 'a0'],
    ['1.5', '1.10', '1.05', '1.50', '1.500'],
    ['7', '007', '0', '00', '-1', '-0', '10', '-10', '01', '1', '+1', ' 1', '9'],
    ['a', 'a:b', 'a:0', 'a0', 'a:b:c', 'a::b', 'ab', 'a b', 'a-b', 'a_b', 'A', 'a:10', 'a:2'],
    ['3ds', 'acs', '10x', '9x', 'acs2:x', 'acs:y'],
    ['x' + '9' * 40, 'x1' + '0' * 40, 'x0' + '9' * 41],
]
ITEMS = {
    'operations': [
        'id',
        'type',
        'status',
        'date',
        'sum_initial:amount',
        'sum_initial:currency',
        'sum_converted:amount',
        'provider:id',
        'provider:auth_code',
        'code',
        'message',
    ],
    'errors': ['code', 'field', 'message', 'description'],
    'receipt_data:positions': ['amount', 'quantity', 'tax', 'description'],
    'display_data': ['type', 'title', 'data'],
}
SINGLE = [
    'project_id',
    'payment:id',
    'payment:status',
    'payment:sum:amount',
    'payment:sum:currency',
    'customer:id',
    'customer:address1',
    'customer:address2',
    'customer:address10',
    'customer:phone',
    'account:number',
    'account:type',
    'acs:pa_req',
    'acs:md',
    'acs2:url',
    '3ds2:eci',
    '3ds:cavv',
    'sum_request:amount',
    'return_url:success',
    'request_id',
    'transaction:id',
    'general:payment_id',
]

NUMBER_LITERALS = """
0 -0 0.0 -0.0 -0e5 0E0 1 -1 1.0 -1.0 1e0 1E+2 1e-2 1.50 100.10 0.1 0.2 0.3 0.30000000000000004
1e-7 1e-6 1e-5 -1e-5 1e-4 -1e-4 0.0001 0.00001 0.00009999999999999 0.000099999999999999
0.0000999999999999995 0.00009999999999999999 0.00012345678901234567 0.000012345678901234567
1e12 1e13 1e14 1e15 1e16 -1e13 -1e14 -1e15 1.5e14 1.5e15 99999999999999.0 99999999999999.4
99999999999999.5 99999999999999.9 999999999999999.0 99999999999995e-1 99999999999994.9
100000000000000.0 100000000000001.0 100000000000005.0 684191935758405.0 -120000000000005e0
120000000000015.0 120000000000005 12345678901230.5 12345678901231.5 1234567890123.25
1234567890123.75 0.123456789012345 0.1234567890123450 0.12345678901234499 1.00000000000005
1.00000000000004 1.000000000000049 2.00000000000015 9.99999999999995 9.99999999999994
9.99999999999999 0.99999999999999 0.999999999999994 0.999999999999995 123456.789012345678
9007199254740992 9007199254740993 9007199254740993.0 9223372036854775806 9223372036854775807
9223372036854775808 9223372036854775809 -9223372036854775807 -9223372036854775808
-9223372036854775809 9223372036854775807.0 18446744073709551615 18446744073709551616
-18446744073709551616 123456789012345678 123456789012345678.0 1234567890123456789012
10000000000000000000 99999999999999999999 100000000000000000000000 1e22 1e23 1.0E+25 5e24
4.9406564584124654e-324 5e-324 3e-324 2e-324 1e-323 -1e-320 2.2250738585072014e-308
2.2250738585072011e-308 1e-400 1.7976931348623157e308 1.7976931348623158e308 1e308 1e-308
1e-100 1e100 1e-10 1e10 6.02214076e23 3.141592653589793238462643383279 2.718281828459045
""".split()


def nasty_paths() -> List[str]:
    atoms = rng.choice(THEMES)
    paths = []  # type: List[str]
    while len(paths) < 2 or (rng.random() < 0.88 and len(paths) < 14):
        if paths and rng.random() < 0.5:  # a near neighbour of an earlier path
            path = rng.choice(paths)
            cut = rng.randint(0, len(path))
            path = path[:cut] + rng.choice(atoms) + path[cut + rng.randint(0, 1) :]
        else:
            path = ''.join(rng.choice(atoms) for _ in range(rng.randint(1, 5)))
        if path not in paths and len(path) < 70:
            paths.append(path)
    return paths


def large_paths() -> List[str]:
    paths = rng.sample(SINGLE, rng.randint(9, 12))
    root = rng.choice(list(ITEMS))
    fields = rng.sample(ITEMS[root], rng.choice((1, 1, 1, 1, 2, 3)))
    paths += ['%s:%d:%s' % (root, n, f) for n in range(rng.randint(11, 14)) for f in fields]
    if rng.random() < 0.5:
        rng.shuffle(paths)
    return paths


def number() -> str:
    kind = rng.randrange(5)
    if kind == 0:
        places = rng.randint(1, 6)
        return '%d.%0*d' % (rng.randint(0, 999999), places, rng.randrange(10**places))
    if kind == 1:
        return repr(rng.uniform(-1, 1) * 10.0 ** rng.randint(-7, 18))
    if kind == 2:
        digits = str(rng.randint(10**13, 10 ** rng.randint(14, 19)))
        return '%s.%s%s%d' % (digits[0], digits[1:], rng.choice('eE'), rng.randint(-320, 307))
    if kind == 3:  # rounding at the 14th digit
        return '%d.%d' % (rng.randint(1, 999), rng.randint(10**12, 10 ** rng.randint(13, 25)))
    length = rng.choice((5, 18, 19, 20, 22, 40, 300))
    return '%s%d' % (rng.choice(('', '-')), rng.randint(1, 10**length))


KEYS = [
    'id',
    'sum',
    'amount',
    'a',
    'b',
    'a1',
    'a2',
    'a10',
    'a01',
    'a 1',
    'x y',
    '0',
    '1',
    '7',
    '007',
    '10',
    '-1',
    '-0',
    'frame_mode',
    'a:b',
    ':a',
    'rate',
    'Z',
    '_z',
    '\xe9',
    '\u043a\u043b\u044e',
    'Frame_mode',
    '3ds',
    'acs',
    'acs2',
    'list',
    'address1',
    'address2',
    'address10',
    '\u4e2d',
]
TEXTS = [
    '',
    'x',
    'a;b',
    'a:b',
    '1.0',
    '007',
    '1e3',
    ' ',
    '\u041c\u043e\u0441\u043a\u0432\u0430',
    'caf\xe9',
    '\U0001f642',
    'line\nbreak',
    '"quoted\\"',
    'true',
    'null',
    '</b>',
]
MONEY = [
    '1.0',
    '10.50',
    '0.1',
    '74.3291',
    '1e2',
    '0.00001',
    '12345678901234.5',
    '-0.0',
    '9223372036854775808',
    '1',
    '0',
    '10800',
    '-5',
]


def json_text(depth: int) -> str:
    """JSON text is written by hand: a literal such as 1.50 or 1E2 must stay as it is."""
    kind = rng.randrange(10) if depth < 4 else rng.randrange(6)
    if kind < 2:
        return json.dumps(rng.choice(TEXTS), ensure_ascii=False)
    if kind < 4:
        return rng.choice(MONEY)
    if kind < 6:
        return rng.choice(('true', 'false', 'null', '{}', '[]'))
    if kind < 8:
        count = rng.choice((1, 2, 3, 3, 11, 13)) if depth < 3 else 2
        return '[%s]' % ', '.join(json_text(max(depth + 1, 3)) for _ in range(count))
    return object_text(depth + 1)


def object_text(depth: int) -> str:
    keys = rng.sample(KEYS, rng.randint(3, 8) if depth < 1 else rng.randint(1, 4))
    members = ['%s: %s' % (json.dumps(key, ensure_ascii=False), json_text(depth)) for key in keys]
    return '{%s}' % ', '.join(members)


def small_object() -> str:
    while True:
        text = object_text(0)
        if len(text) <= 450:
            return text


def distinct(make: Callable[[], Any], count: int, known: Iterable[Any] = ()) -> List[Any]:
    rows = list(known)
    while len(rows) < count:
        row = make()
        if row not in rows:
            rows.append(row)
    return rows


def lines(name: str, rows: Iterable[Any]) -> str:
    """One row per line, so that a diff can be read."""
    texts = [json.dumps(row, ensure_ascii=False) for row in rows]
    return ' "%s": [\n  %s\n ]' % (name, ',\n  '.join(texts))


def main() -> None:
    hand_made = HAND_MADE + [paths[::-1] for paths in HAND_MADE]
    paths = distinct(nasty_paths, NASTY_LISTS, hand_made)
    paths = distinct(large_paths, NASTY_LISTS + LARGE_LISTS, paths)
    numbers = distinct(number, NUMBERS, NUMBER_LITERALS)
    objects = distinct(small_object, OBJECTS)
    # -n: no php.ini of this machine takes part.
    done = subprocess.run(
        ['php', '-n', '-r', PHP],
        check=True,
        stdout=subprocess.PIPE,
        input=json.dumps({'paths': paths, 'numbers': numbers, 'objects': objects}).encode('utf-8'),
    )
    php = json.loads(done.stdout.decode('utf-8'))
    assert php['php'].startswith('8.2.'), php['php']
    # A number beyond the floats has no text that anyone signs.
    number_text = [row for row in zip(numbers, php['number_text']) if 'INF' not in row[1]]
    parts = [
        ' "about": ' + json.dumps(ABOUT),
        ' "php": ' + json.dumps(php['php']),
        lines('paths', [{'in': a, 'natural': b} for a, b in zip(paths, php['paths'])]),
        lines('number_text', number_text),
        lines('canonical', zip(objects, php['canonical'])),
    ]
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'natural_php.json')
    with open(target, 'w', encoding='utf-8', newline='\n') as file:
        file.write('{\n%s\n}\n' % ',\n'.join(parts))


if __name__ == '__main__':
    main()
