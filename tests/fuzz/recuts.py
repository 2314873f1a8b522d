"""One canonical string, cut anew by a stranger, and what must be the same for every cut.

The signature covers the string. How JSON cuts it into members, it does not.
"""

import json
import random
import re
from itertools import repeat
from typing import Any, Dict, List, Tuple

from payment_page_sdk.callback import Callback
from payment_page_sdk.callback.members import CallbackMembers
from payment_page_sdk.callback.operation import Operation

# They hand out JSON's own objects, which a stranger may cut: no decision is made by them.
OBJECTS = (
    'get_payment',
    'get_account',
    'get_customer',
    'get_acs',
    'get_threeds2',
    'get_redirect',
    'get_clarification_fields',
)

Entries = List[Tuple[str, str]]  # paths and texts

_OF_CALLBACK = sorted(
    name
    for name in vars(CallbackMembers)
    if not name.startswith('_')
    and name not in OBJECTS + ('get_value', 'matches', 'get_operation', 'get_operations')
)
_OF_OPERATION = sorted(name for name in vars(Operation) if not name.startswith('_'))


def facts(callback: Callback) -> List[Any]:
    """All that the typed accessors say, and the deduplication key."""
    said = [callback.get_deduplication_key(), callback.matches(1815, 'EUR')]  # type: List[Any]
    said += [getattr(callback, name)() for name in _OF_CALLBACK]
    for operation in callback.get_operations():
        said.append([getattr(operation, name)() for name in _OF_OPERATION])
    return said


def swallowing(entries: Entries) -> List[str]:
    """Return the lines with a text that may have swallowed a member, or be cut into one.

    Nobody can tell "1;x:2" from "1" and a member x. If no accessor reads x, both are accepted, and
    the text is read as it is: cuts say the same if these lines are the same.
    """
    return [line for line in map(':'.join, entries) if re.search(';.*:', line, re.DOTALL)]


def recut(entries: Entries, choose: random.Random) -> Dict[str, Any]:
    """Return an object whose canonical string has these entries, or is cut into others.

    Order aside, the string is the same. The object is empty if none has the entries that were
    chosen.
    """
    root = {}  # type: Dict[str, Any]
    for path, text in recut_entries(entries, choose):
        if not _put(root, _keys_of(path, choose), text):
            return {}
    cut = _retype(root, choose)
    return cut if isinstance(cut, dict) else {}


def recut_entries(entries: Entries, choose: random.Random) -> Entries:
    """Cut the string of these entries at other colons and semicolons, here and there."""
    lines = [(path, text) for path, text in entries]
    for _ in repeat(None, choose.randrange(4) if lines else 0):
        index = choose.randrange(len(lines))
        line = ':'.join(lines[index])
        kind = choose.randrange(3)
        if kind == 0:
            lines[index] = _cut(line, choose)
        elif kind == 1 and index + 1 < len(lines):
            lines[index : index + 2] = [_cut(line + ';' + ':'.join(lines[index + 1]), choose)]
        elif kind == 2 and ';' in line:
            at = choose.choice([match.start() for match in re.finditer(';', line)])
            halves = line[:at], line[at + 1 :]
            if all(':' in half for half in halves):
                lines[index : index + 1] = [_cut(half, choose) for half in halves]
    return lines


def _cut(line: str, choose: random.Random) -> Tuple[str, str]:
    at = choose.choice([match.start() for match in re.finditer(':', line)])
    return line[:at], line[at + 1 :]


def _keys_of(path: str, choose: random.Random) -> List[str]:
    """Return the keys in a path: ``::`` is a colon in a key, or has an empty key in it."""
    parts = re.split('(::?)', path)
    keys = parts[:1]
    for colons, part in zip(parts[1::2], parts[2::2]):
        if colons == ':':
            keys.append(part)
        elif choose.random() < 0.2:
            keys += ['', part]
        else:
            keys[-1] += ':' + part
    return keys


def name_of(path: str, choose: random.Random) -> str:
    """Return a name in a query that has this path."""
    keys = _keys_of(path, choose)
    return keys[0] + ''.join(['[%s]' % key for key in keys[1:]])


def _put(holder: Dict[str, Any], keys: List[str], text: str) -> bool:
    for key in keys[:-1]:
        inner = holder.setdefault(key, {})
        if not isinstance(inner, dict):
            return False
        holder = inner
    is_free = keys[-1] not in holder
    holder[keys[-1]] = text
    return is_free


def _retype(value: Any, choose: random.Random) -> Any:
    """Return a value that leaves the same in the string: with other types, and empty members."""
    if not isinstance(value, dict):
        return choose.choice(_values_of(value)) if choose.random() < 0.3 else value
    members = {key: _retype(member, choose) for key, member in value.items()}
    if list(members) == [str(index) for index in range(len(members))] and choose.random() < 0.5:
        return list(members.values())
    if choose.random() < 0.2:
        members.setdefault(choose.choice(_UNSIGNED_NAMES), choose.choice(_UNSIGNED))
    order = list(members)
    if choose.random() < 0.2:
        choose.shuffle(order)
    return {key: members[key] for key in order}


_UNSIGNED = [{}, [], {'x': []}, [{}, []], {'frame_mode': 'x'}]  # type: List[Any]
_UNSIGNED_NAMES = [
    'sum',
    'operation',
    'operations',
    'errors',
    'token',
    'payment_id',
    'interface_type',
    'frame_mode',
    'x',
    '0',
]


def _values_of(text: str) -> List[Any]:
    """Return the values of JSON that have this text in the canonical string."""
    values = [text]  # type: List[Any]
    if text == '':
        values.append(None)
    if text in ('0', '1'):
        values.append(text == '1')
    try:
        number = json.loads(text)
    except (ValueError, RecursionError):
        return values
    if type(number) in (int, float) and str(number) == text:
        values.append(number)
    return values
