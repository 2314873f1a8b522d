"""The shapes of callbacks that are known: what may be where, and of which type."""

from typing import Any, Dict, Iterator, List, Tuple

from facts import read_json

FIELDS = {
    family['name']: {field['path']: field['type'] for field in family['fields']}
    for family in read_json('callbacks.json')['families']
}  # type: Dict[str, Dict[str, str]]

TYPES = {
    'integer': int,
    'number': (int, float),
    'string': str,
    'boolean': bool,
    'object': dict,
    'array': list,
    'string or null': (str, type(None)),
    'array or object': (list, dict),
    'unknown': object,
}  # type: Dict[str, Any]


def members(value: Any, path: str = '') -> Iterator[Tuple[str, Any]]:
    """Yield the path, such as ``operations[].sum.amount``, and the value of each member."""
    if isinstance(value, dict):
        for key, member in value.items():
            inner = path + '.' + key if path else key
            yield inner, member
            yield from members(member, inner)
    elif isinstance(value, list):
        for item in value:
            yield from members(item, path + '[]')


def misfits(data: Dict[str, Any], family: str) -> List[str]:
    """Return the paths in ``data`` that the family does not have, or has with another type."""
    fields = FIELDS[family]

    def fits(path: str, value: Any) -> bool:
        if path in fields:
            return isinstance(value, TYPES[fields[path]]) and not (
                fields[path] == 'integer' and isinstance(value, bool)
            )
        # What is in an object whose members nobody has documented may be anything.
        holders = [known for known in fields if path.startswith((known + '.', known + '[]'))]
        return any(
            not any(other.startswith((holder + '.', holder + '[]')) for other in fields)
            for holder in holders
        )

    return [path for path, value in members(data) if not fits(path, value)]
