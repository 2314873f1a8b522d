"""The floors of the house: an import goes down, never up, and not sideways between top rooms."""

import ast
import importlib
import os
import re
import subprocess
import sys
from typing import Dict, Iterator, List, Set, Tuple

import pytest

import payment_page_sdk

FOLDER = os.path.dirname(os.path.abspath(payment_page_sdk.__file__))

# From the ground up. A module or room may import those of a lower floor; a room, its own modules.
FLOORS = [
    ['', '_records'],
    ['exceptions', 'statuses'],
    ['process_exception', '_json', '_wire', '_outlines'],
    ['_query', '_canonical'],
    ['parameters', 'signature_handler'],
    ['money'],
    ['payment', 'callback'],
    ['payment_page'],
    ['gate'],
    ['explanation', 'gate_api', 'contrib', 'testing', 'sandbox', 'cli'],
    ['__main__'],
]

# What a lower floor asks of a higher one, while it runs and only if it is asked itself.
LAZY = {
    ('gate', 'explanation'),  # gate.explain_callback, gate.explain_url
    ('cli', 'sandbox'),  # the command starts it
    ('cli', 'testing'),  # payment-page trigger makes a callback
    ('cli', 'gate_api'),  # commands that ask the platform
    ('sandbox', 'explanation'),  # why a link is refused
    ('sandbox', 'gate_api'),  # the demo shop asks the sandbox with it
    ('testing', 'contrib'),  # the receiver answers as the adapters do
    ('testing', 'gate_api'),  # the client of the sandbox's own
}

LAZY_ROOMS = ['gate_api', 'contrib', 'sandbox', 'testing', 'explanation', 'callback.shapes']

FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def modules() -> Dict[str, str]:
    """The package's modules by their names below the package's, each with its source."""
    found = {}
    for folder, _, names in os.walk(FOLDER):
        for name in names:
            if name.endswith('.py'):
                path = os.path.relpath(os.path.join(folder, name), FOLDER)[:-3]
                with open(os.path.join(folder, name), encoding='utf-8') as file:
                    found[path.replace(os.sep, '.').replace('.__init__', '')] = file.read()
    found[''] = found.pop('__init__')
    return found


MODULES = modules()


def imports_in(module: str) -> Iterator[Tuple[str, bool]]:
    """Yield what a module imports of the package, and whether it does so as it is imported itself.

    What only checkers import does not count.
    """
    pending = [(node, True) for node in ast.parse(MODULES[module]).body]  # type: List[Tuple[ast.AST, bool]]
    while pending:
        node, is_early = pending.pop()
        if isinstance(node, ast.If) and 'TYPE_CHECKING' in ast.dump(node.test):
            continue
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            is_early = False
        if isinstance(node, ast.ImportFrom) and (node.module or '').startswith('payment_page_sdk'):
            base = str(node.module)[len('payment_page_sdk') + 1 :]
            for alias in node.names:
                inner = '.'.join(filter(None, [base, alias.name]))
                yield (inner if inner in MODULES else base), is_early
        assert not isinstance(node, ast.ImportFrom) or not node.level, 'imports are absolute'
        pending.extend((child, is_early) for child in ast.iter_child_nodes(node))


def room_of(module: str) -> str:
    return module.split('.')[0]


def test_every_room_has_a_floor() -> None:
    assert {room_of(module) for module in MODULES} == set(FLOOR_OF)


def test_an_import_goes_down() -> None:
    lazy = set()  # type: Set[Tuple[str, str]]
    for module in MODULES:
        for imported, is_early in imports_in(module):
            here, there = room_of(module), room_of(imported)
            if here == there or FLOOR_OF[there] < FLOOR_OF[here]:
                continue
            assert not is_early, '%s imports %s' % (module, imported)
            lazy.add((here, there))
    assert lazy == LAZY


def test_what_is_private_is_imported_by_the_package_only() -> None:
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder in ('docs', 'examples', 'benchmarks'):
        for path, _, names in os.walk(os.path.join(root, folder)):
            for name in names:
                if name.endswith(('.py', '.md')):
                    with open(os.path.join(path, name), encoding='utf-8') as file:
                        assert not re.search('payment_page_sdk[.]_[a-z]', file.read()), name


@pytest.mark.subprocess
@pytest.mark.parametrize(
    ('entered', 'lazy'),
    [('gate', LAZY_ROOMS + ['cli', 'money', 'parameters']), ('cli', LAZY_ROOMS)],
)
def test_no_lazy_room_is_loaded(entered: str, lazy: List[str]) -> None:
    source = 'import sys, payment_page_sdk.%s; print(*sys.modules)' % entered
    loaded = subprocess.check_output([sys.executable, '-c', source]).decode().split()
    assert 'payment_page_sdk.' + entered in loaded
    for room in lazy:
        assert not [name for name in loaded if name.startswith('payment_page_sdk.' + room)]


@pytest.mark.parametrize('name', ['process_exception', 'parameters', 'testing'])
def test_a_star_imports_all_that_a_module_offers(name: str) -> None:
    module = importlib.import_module('payment_page_sdk.' + name)
    scope = {}  # type: Dict[str, object]
    exec('from %s import *' % module.__name__, scope)
    offered = {
        name
        for name, value in vars(module).items()
        if not name.startswith('_') and not isinstance(value, type(module))
    } - {'TYPE_CHECKING'}
    assert set(scope) - {'__builtins__'} == offered
