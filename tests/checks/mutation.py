"""Changes the package in small ways, and tells which of the changes no test notices.

    python tests/checks/mutation.py [--sample N] [--seed S] [--near] [PATH ...]

The changes (mutants) are those that mutmut can make: another number, operator or text, a missing
argument, ... By default all of the package is mutated, with ``--sample`` so many mutants, drawn at
random. Each is made in a copy of the project. There run the tests of its module, then those of its
folder, then (not with ``--near``) all those of the core that are quick, until one fails. It prints
those that survived, and a table: killed, survived, listed as equivalent, and how many texts of the
module are wording, and were not mutated. Exits with 1 if too few were killed.

mutmut's own command is not used: it mutates functions only, and calls each of them through another
function, which is not the same to warnings, tracebacks and pickles.
"""

import argparse
import collections
import contextlib
import difflib
import importlib
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from typing import Dict, Iterable, Iterator, List, Optional, Set, Tuple

import libcst
import pytest
from mutmut.mutation.file_mutation import Mutation, MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EQUIVALENTS = os.path.join(ROOT, 'tests', 'checks', 'equivalent_mutants.txt')

# In per cent of the mutants that are neither wording nor listed as equivalent.
BOUNDS = {'core': 97, 'sandbox': 93}

NOT_MUTATED = {
    'payment_page_sdk/parameters/iso_codes.py',  # generated, and compared by standards.py
    'payment_page_sdk/sandbox/words.py',  # wording
}

# Where more tests of a module are, in an environment of their own.
ELSEWHERE = {'payment_page_sdk/testing/sandbox_process.py': 'tests/sandbox/test_fixture.py'}

# What a mutant may take: bytes of memory; times the seconds that tests take without it, and more.
MEMORY = 2 * 2**30
TIMES, MORE_SECONDS = 5, 10

# Imported once, before the processes fork. Nothing that imports the package may be here.
PRELOADED = 'hypothesis.strategies', 'unittest.mock', 'http.server', 'flask', 'httpx', 'waitress'

# What is preloaded, pytest cannot rewrite. That needs no warning.
OPTIONS = '-x -q -p no:cacheprovider -W ignore::pytest.PytestAssertRewriteWarning'.split()

_is_wording = re.compile('[^<]*[a-z,;:] [a-z]').match


class Mutant:
    """A module with one change, made when it is needed: to write out all of them takes long."""

    def __init__(self, path: str, module: libcst.Module, mutation: Mutation) -> None:
        self.path = path
        self._module = module
        self._mutation = mutation

    def original(self) -> str:
        return self._module.code

    def code(self) -> str:
        before, after = self._mutation.original_node, self._mutation.mutated_node
        return libcst.ensure_type(self._module.deep_replace(before, after), libcst.Module).code

    def diff(self) -> str:
        before, after = self.original().splitlines(), self.code().splitlines()
        return '\n'.join(list(difflib.unified_diff(before, after, n=0, lineterm=''))[2:])


class Behaviour(MutationVisitor):
    """Finds what can be mutated, except what only type checkers read, and except wording.

    Wording is a string in which one word follows another, unless it is the value of a constant, as
    the platform's statuses are, or contains a tag of HTML.
    """

    def __init__(self) -> None:
        super().__init__(mutation_operators, IgnoredCode(set(), set(), set()))
        self.wordings = 0
        self._constants = []  # type: List[libcst.CSTNode]

    def _skip_node_and_children(self, node: libcst.CSTNode) -> bool:
        name = ''
        if isinstance(node, libcst.SimpleString):
            if _is_wording(node.value) and node not in self._constants:
                self.wordings += 1
                return True
        elif isinstance(node, libcst.Assign):
            name = getattr(node.targets[0].target, 'value', '')
            if str(name).isupper():
                self._constants.append(node.value)
        elif isinstance(node, libcst.If):
            name = getattr(node.test, 'value', '')
        elif isinstance(node, libcst.Call):
            name = getattr(node.func, 'value', '')
        if name in ('TYPE_CHECKING', 'NamedTuple'):
            return True
        return bool(super()._skip_node_and_children(node))


def mutants_of(path: str) -> 'Tuple[List[Mutant], int]':
    """Return the mutants of a module, and how many texts are only wording."""
    with open(os.path.join(ROOT, path), encoding='utf-8') as file:
        wrapper = libcst.MetadataWrapper(libcst.parse_module(file.read()))
    visitor = Behaviour()
    wrapper.visit(visitor)
    mutants = [Mutant(path, wrapper.module, mutation) for mutation in visitor.mutations]
    return mutants, visitor.wordings


def key_of(path: str, diff: str) -> 'Tuple[str, ...]':
    """Return what makes two mutants the same, wherever their lines are in the module."""
    lines = [line for line in diff.splitlines() if line[0] in '-+']
    return (path, *(line[0] + line[1:].strip() for line in lines))


def listed_equivalents() -> 'Set[Tuple[str, ...]]':
    """Return the keys of the file's blocks: comments with the reason, the path and the diff."""
    with open(EQUIVALENTS, encoding='utf-8') as file:
        text = re.sub('^#.*\n', '', file.read(), flags=re.MULTILINE)
    keys = {key_of(*block.split('\n', 1)) for block in text.strip().split('\n\n') if block}
    for path, *lines in keys:
        with open(os.path.join(ROOT, path), encoding='utf-8') as file:
            code = {'-' + line.strip() for line in file}
        if not code.issuperset(line for line in lines if line[0] == '-'):
            sys.exit('listed as equivalent, but no longer there: %s %s' % (path, lines[0]))
    return keys


def modules_in(paths: 'Iterable[str]') -> 'Iterator[str]':
    for path in paths:
        folders = os.walk(path) if os.path.isdir(path) else [('', [], [path])]
        files = [os.path.join(folder, name) for folder, _, names in folders for name in names]
        for file in sorted(os.path.relpath(file, ROOT) for file in files if file.endswith('.py')):
            if file not in NOT_MUTATED:
                yield file


def side_of(path: str) -> str:
    """Return what the module belongs to, which has tests and a bound of its own."""
    return 'sandbox' if path.split('/')[1] == 'sandbox' else 'core'


def tests_of(path: str, only_near: bool) -> 'List[List[str]]':
    """Return the arguments of pytest for a module's tests, the nearest first."""
    _, *rooms, name = path.split('/')
    steps = [[os.path.join('tests', *rooms, 'test_' + name.lstrip('_'))]]
    steps += [[os.path.join('tests', room)] for room in rooms[:1]]
    steps += [[ELSEWHERE[path]]] if path in ELSEWHERE else []
    steps = [step for step in steps if os.path.exists(os.path.join(ROOT, step[0]))]
    if steps and (only_near or rooms[:1] in (['contrib'], ['gate_api'], ['sandbox'])):
        return steps
    return steps + [['-m', 'not oldest_and_newest', 'tests']]


class Project:
    """A copy of the project, in which one module at a time is another."""

    def __init__(self, folder: str, only_near: bool) -> None:
        self._only_near = only_near
        self._folder = os.path.join(folder, 'project')
        ignored = shutil.ignore_patterns('.git', '.tox', '.venv', '.*cache*', '__pycache__')
        shutil.copytree(ROOT, self._folder, ignore=ignored)
        self._output = os.path.join(folder, 'output')
        self._seconds = 0
        self._limits = {}  # type: Dict[str, float]

    def notices(self, mutant: Mutant) -> bool:
        """Tell whether a test fails, or does not end, with a mutant."""
        steps = tests_of(mutant.path, self._only_near)
        limits = [self._limit(step) for step in steps]
        self._write(mutant.path, mutant.code())
        try:
            return any(not self._passes(*step) for step in zip(steps, limits))
        finally:
            self._write(mutant.path, mutant.original())

    def _write(self, path: str, code: str) -> None:
        file = os.path.join(self._folder, path)
        with open(file, 'w', encoding='utf-8') as opened:
            opened.write(code)
        self._seconds += 1  # Python tells modules apart by seconds and bytes
        os.utime(file, (self._seconds, self._seconds))

    def _limit(self, step: 'List[str]') -> float:
        key = ' '.join(step)
        if key not in self._limits:
            start = time.monotonic()
            if not self._passes(step, 3600):
                with open(self._output) as output:
                    sys.exit('without a mutant, pytest %s fails:\n%s' % (key, output.read()))
            self._limits[key] = TIMES * (time.monotonic() - start) + MORE_SECONDS
        return self._limits[key]

    def _passes(self, arguments: 'List[str]', seconds: float) -> bool:
        process = multiprocessing.get_context('fork').Process(target=self._run, args=(arguments,))
        process.start()
        process.join(seconds)
        in_time = not process.is_alive()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid or 0, signal.SIGKILL)  # with all that it may have started
        process.join()
        return in_time and process.exitcode == 0

    def _run(self, arguments: 'List[str]') -> None:
        os.setsid()
        os.chdir(self._folder)
        os.environ['PYTHONPATH'] = self._folder
        sys.path.insert(0, self._folder)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        with open(self._output, 'w') as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        os._exit(pytest.main(OPTIONS + arguments))


def main() -> 'Optional[str]':
    parser = argparse.ArgumentParser(description=(__doc__ or '').split('\n', 1)[0])
    parser.add_argument('--sample', type=int, metavar='N', help='only N mutants, drawn at random')
    parser.add_argument('--seed', default='0', help='what the sample is drawn by')
    parser.add_argument('--near', action='store_true', help='only the tests of its folder')
    parser.add_argument('paths', nargs='*', default=[os.path.join(ROOT, 'payment_page_sdk')])
    options = parser.parse_args()
    for name in PRELOADED:
        importlib.import_module(name)
    counts = collections.defaultdict(collections.Counter)  # type: Dict[str, collections.Counter[str]]
    mutants = []  # type: List[Mutant]
    for path in modules_in(options.paths):
        of_module, counts[path]['wording'] = mutants_of(path)
        mutants += of_module
    if options.sample and options.sample < len(mutants):
        mutants = random.Random(options.seed).sample(mutants, options.sample)
    equivalents = listed_equivalents()
    with tempfile.TemporaryDirectory() as folder:
        project = Project(folder, options.near)
        for mutant in sorted(mutants, key=lambda mutant: mutant.path):
            outcome = 'equivalent'
            if key_of(mutant.path, mutant.diff()) not in equivalents:
                outcome = 'killed' if project.notices(mutant) else 'survived'
            if outcome == 'survived':
                print('%s\n%s\n' % (mutant.path, mutant.diff()), flush=True)
            counts[mutant.path][outcome] += 1
    return report(counts)


def report(counts: 'Dict[str, collections.Counter[str]]') -> 'Optional[str]':
    columns = 'killed', 'survived', 'equivalent', 'wording'
    totals = collections.defaultdict(collections.Counter)  # type: Dict[str, collections.Counter[str]]
    for path, count in counts.items():
        totals[side_of(path)].update(count)
    print(('%-50s' + '%11s' * 5) % (('module',) + columns + ('per cent',)))
    for name, count in list(counts.items()) + list(totals.items()):
        if any(count[column] for column in columns[:3]):
            numbers = tuple(count[column] for column in columns) + (rate(count),)
            print(('%-50s' + '%11d' * 4 + '%11.1f') % ((name,) + numbers))
    below = [name for name, count in totals.items() if rate(count) < BOUNDS[name]]
    return 'below the bound: ' + ', '.join(below) if below else None


def rate(count: 'collections.Counter[str]') -> float:
    return 100 * (1 - count['survived'] / ((count['killed'] + count['survived']) or 1))


if __name__ == '__main__':
    sys.exit(main())
