"""Whatever JSON can hold, near to what the platform sends. ``choose`` decides what is made."""

import copy
import json
import random
from typing import Any, Dict, List

from facts import read_json, read_lines

from payment_page_sdk.callback.members import ROOTS

# Callbacks: some of the platform's, and what is in the vectors, but for the largest.
EVENTS = list(read_json('field_callbacks.json').values())  # type: List[Dict[str, Any]]
EVENTS += [row['params'] for row in read_lines('signature_vectors.jsonl')]
EVENTS = [event for event in EVENTS if len(str(event)) < 1500]

NAMES = [
    'payment',
    'id',
    'status',
    'sum',
    'amount',
    'currency',
    'date',
    'code',
    'signature',
    'general',
    'frame_mode',
    'interface_type',
    '0',
    '1',
    '2',
    '10',
    '007',
    'a',
    'a1',
    'a10',
    '',
    ':',
    'a:b',
    'a::b',
    ' a',
    'a ',
    'a;payment',
    'é',
    '_x',
] + list(ROOTS)

TEXTS = [
    '',
    '0',
    '1',
    '-5',
    '1815',
    '1.0',
    'EUR',
    'success',
    'decline',
    'sale',
    'x:y',
    'a::b:',
    '2026-11-24T09:48:06+0000',
    '12:00:05',
    '31-12-1990',
    'true',
    '{"id": 24}',
    ';',
    '; ',
    'red;large',
    'Order 5; phone: 12',
    ';payment:a',
    ';token:',
    ';payment_amount:1',
    ';\tcustomer_id :1',
    'x;general:signature:y',
    'x;0:',
    'https://shop.example/?a=b&c=d#e',
    'jane@example.com',
    '4242424242424242',
    '<a href="x">&amp;',
    '\x1b[31m',
    '\0',
]
NUMBERS = [0, 1, -1, 24, 1815, 2**53, 2**63, -(2**63), 10**25, 0.0, 1.0, -0.0, 0.1, 1e22, 1e-7]
CHARACTERS = ';:0123456789aZ_ -.[]%+&=\n\t\r\0"\'\\éЖ\u2028\u200b\ufeff\U0001f600'


def any_text(choose: random.Random) -> str:
    if choose.random() < 0.6:
        return choose.choice(TEXTS)
    return ''.join([any_character(choose) for _ in range(choose.randrange(12))])


def any_character(choose: random.Random) -> str:
    if choose.random() < 0.8:
        return choose.choice(CHARACTERS)
    return chr(choose.getrandbits(16)).encode('utf-8', 'ignore').decode() or '?'  # no surrogate


def any_name(choose: random.Random) -> str:
    return choose.choice(NAMES) if choose.random() < 0.9 else any_text(choose)


def any_scalar(choose: random.Random) -> Any:
    kind = choose.randrange(8)
    if kind < 4:
        return any_text(choose)
    if kind == 4:
        return choose.choice([None, True, False])
    if kind == 5:
        return choose.choice(NUMBERS)
    integer = choose.getrandbits(70) - 2**69
    return integer if kind == 6 else integer / 2 ** choose.randrange(90)


def any_json(choose: random.Random, depth: int = 4) -> Any:
    kind = choose.randrange(32) if depth else 0
    if kind < 20:
        return any_scalar(choose)
    if kind < 22:
        return choose.choice([[], {}, [{}], {'x': []}])
    return container(choose, depth) if kind < 31 else large(choose)


def container(choose: random.Random, depth: int = 4) -> Any:
    size = choose.randrange(13 if choose.random() < 0.2 else 4)
    if choose.random() < 0.4:
        return [any_json(choose, depth - 1) for _ in range(size)]
    return {any_name(choose): any_json(choose, depth - 1) for _ in range(size)}


def large(choose: random.Random) -> Any:
    """Much of one thing: what should take long, if anything does."""
    count = choose.getrandbits(8)
    kind = choose.randrange(5)
    value = any_scalar(choose)
    if kind == 0:
        return [value] * count
    if kind == 1:
        return any_text(choose) * count
    if kind == 2:
        return {any_text(choose) * (count // 4): [value] * 20}
    if kind == 3:
        return {'%s%d' % (any_name(choose), index): value for index in range(count)}
    for _ in range(count):
        value = {any_name(choose): value} if choose.random() < 0.5 else [value]
    return value


def any_object(choose: random.Random) -> Dict[str, Any]:
    """An object: one of EVENTS or some members of it, changed here and there; or another one."""
    if choose.random() < 0.3:
        return {any_name(choose): any_json(choose) for _ in range(choose.randrange(6))}
    value = copy.deepcopy(choose.choice(EVENTS))
    if choose.random() < 0.7:
        value = {name: value[name] for name in value if choose.random() < 0.5}
    for _ in range(choose.randrange(4)):
        change(value, choose)
    return value


def change(value: Any, choose: random.Random) -> None:
    """Change one thing in a dict, at any depth: a key more, less or other, a value or the order."""
    holder = choose.choice(list(objects_in(value)))
    key = choose.choice(list(holder)) if holder else any_name(choose)
    member = holder.get(key)
    kind = choose.randrange(9)
    if kind == 0:
        holder.pop(key, None)
    elif kind == 1:
        holder[any_name(choose)] = holder.pop(key, None)
    elif kind == 2:
        members = list(holder.items())
        choose.shuffle(members)
        holder.clear()
        holder.update(members)
    elif kind == 3:
        holder[any_name(choose)] = any_json(choose)
    elif kind == 4:  # two values with one path, a::b
        holder['a:b'], holder['a'] = any_scalar(choose), {'': {'b': member}}
    elif kind == 5:
        holder[key] = choose.choice([str(member), [member], {'0': member}, {}, [], None, True, 1])
    elif kind == 6 and isinstance(member, list):
        member[choose.randrange(len(member) + 1) :] = [any_json(choose)] * choose.randrange(3)
    elif kind == 7 and isinstance(member, str):
        holder[key] = member + any_text(choose)
    else:
        holder[key] = any_json(choose)


def objects_in(value: Any) -> Any:
    """Yield the dicts in a value, from the outside."""
    if isinstance(value, dict):
        yield value
    for member in value.values() if isinstance(value, dict) else value:
        if isinstance(member, (dict, list)):
            yield from objects_in(member)


def depth_of(value: Any) -> int:
    members = value.values() if isinstance(value, dict) else value
    inner = [depth_of(member) for member in members if isinstance(member, (dict, list))]
    return 1 + max(inner, default=0)


def has_long_path(value: Any, room: int) -> bool:
    """Tell whether there is an object or list in it whose path is longer than ``room``."""
    if not isinstance(value, (dict, list)):
        return False
    members = value.items() if isinstance(value, dict) else enumerate(value)
    return room < 0 or any(
        has_long_path(member, room - len(str(key).replace(':', '::')) - 1)
        for key, member in members
    )


def as_seed(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
