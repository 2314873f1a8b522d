"""Changes the package in small ways, and tells which of the changes no test notices.

    python tests/checks/mutation.py [--sample N] [--seed S] [--near] [PATH ...]

The changes (mutants) are those that mutmut can make: another number, operator or text, a missing
argument, ... By default all of the package is mutated, with ``--sample`` so many mutants, drawn at
random. Each runs in a copy of the project, against the tests of its module, then against those of
its folder, then against all tests of the core, the adapters or the sandbox, until one fails. Exits
with 1 if too few are noticed.

mutmut's own command is not used: it mutates functions only, and calls each of them through another
function, which is not the same to warnings, tracebacks and pickles.
"""

import argparse
import collections
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

# Generated, and compared with its sources by standards.py.
GENERATED = os.path.join('payment_page_sdk', 'parameters', 'iso_codes.py')

# Where the tests of a module are, if they are not in its place.
ELSEWHERE = {
    os.path.join('payment_page_sdk', 'testing', 'sandbox_process.py'): os.path.join(
        'tests', 'sandbox', 'test_fixture.py'
    ),
}

# So much memory may a mutant take, in bytes; and so much longer than the package as it is.
MEMORY = 2 * 2**30
SLOWER, MORE_SECONDS = 5, 10

# Imported once, before the processes fork; whatever imports the package must not be here.
PRELOADED = 'hypothesis.strategies', 'unittest.mock', 'http.server', 'flask', 'httpx', 'waitress'

# Preloaded plugins of pytest are not rewritten, which needs no warning.
OPTIONS = '-x -q -p no:cacheprovider -W ignore::pytest.PytestAssertRewriteWarning'.split()

_is_sentence = re.compile('[a-z,;:] [a-z]').search


class Mutant:
    """A module with one change, made when it is needed: to write out all of them takes long."""

    def __init__(self, path: str, module: libcst.Module, mutation: Mutation) -> None:
        self.path = path
        self._module = module
        self._mutation = mutation

    def code(self) -> str:
        mutation = self._mutation
        return self._module.deep_replace(mutation.original_node, mutation.mutated_node).code

    def diff(self) -> str:
        before, after = self._module.code.splitlines(), self.code().splitlines()
        return '\n'.join(list(difflib.unified_diff(before, after, n=0, lineterm=''))[2:])


class Behaviour(MutationVisitor):
    """Finds what can be mutated, except what is not behaviour.

    That is what only type checkers read, and the wording of messages: strings with two words or
    more. Such strings in a constant are not wording: the platform's statuses, for example.
    """

    def __init__(self) -> None:
        super().__init__(mutation_operators, IgnoredCode(set(), set(), set()))
        self.wordings = 0

    def _skip_node_and_children(self, node: libcst.CSTNode) -> bool:
        if isinstance(node, libcst.Assign):
            name = getattr(node.targets[0].target, 'value', None)
            if name == 'TYPE_CHECKING':
                return True
        if isinstance(node, libcst.If) and getattr(node.test, 'value', None) == 'TYPE_CHECKING':
            return True
        if isinstance(node, libcst.Call) and getattr(node.func, 'value', None) == 'NamedTuple':
            return True
        if isinstance(node, libcst.SimpleString) and _is_sentence(node.value):
            self.wordings += 1
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
            if file != GENERATED:
                yield file


def side_of(path: str) -> str:
    """Return what the module belongs to, which has tests and a bound of its own."""
    return 'sandbox' if path.split(os.sep)[1] == 'sandbox' else 'core'


def tests_of(path: str, only_near: bool) -> 'List[List[str]]':
    """Return the arguments of pytest for a module's tests, the nearest first."""
    rooms, name = path[: -len('.py')].split(os.sep)[1:-1], os.path.basename(path)
    nearest = ELSEWHERE.get(path) or os.path.join('tests', *rooms, 'test_' + name.lstrip('_'))
    steps = [[nearest]] + ([[os.path.join('tests', rooms[0])]] if rooms else [])
    steps = [step for step in steps if os.path.exists(os.path.join(ROOT, step[0]))]
    if steps and (only_near or rooms[:1] in (['contrib'], ['sandbox'])):
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
        self._limits = {}  # type: Dict[str, float]

    def notices(self, mutant: Mutant) -> bool:
        """Tell whether a test fails, or does not end, with a mutant."""
        steps = tests_of(mutant.path, self._only_near)
        limits = [self._limit(step) for step in steps]
        file = os.path.join(self._folder, mutant.path)
        self._write(file, mutant.code())
        try:
            return any(not self._passes(*step) for step in zip(steps, limits))
        finally:
            shutil.copyfile(os.path.join(ROOT, mutant.path), file)
            self._age(file)

    def _write(self, file: str, code: str) -> None:
        with open(file, 'w', encoding='utf-8') as opened:
            opened.write(code)
        self._age(file)

    def _age(self, file: str) -> None:
        """Make a file another for Python, which tells modules by seconds and bytes."""
        self._seconds = getattr(self, '_seconds', 10**9) + 1
        os.utime(file, (self._seconds, self._seconds))

    def _limit(self, step: 'List[str]') -> float:
        key = ' '.join(step)
        if key not in self._limits:
            start = time.monotonic()
            if not self._passes(step, 3600):
                with open(self._output) as output:
                    sys.exit('without a mutant, pytest %s fails:\n%s' % (key, output.read()))
            self._limits[key] = SLOWER * (time.monotonic() - start) + MORE_SECONDS
        return self._limits[key]

    def _passes(self, arguments: 'List[str]', seconds: float) -> bool:
        process = multiprocessing.get_context('fork').Process(target=self._run, args=(arguments,))
        process.start()
        process.join(seconds)
        if process.is_alive():
            os.killpg(process.pid or 0, signal.SIGKILL)
            process.join()
        return process.exitcode == 0

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
    return 100 * count['killed'] / ((count['killed'] + count['survived']) or 1)


if __name__ == '__main__':
    sys.exit(main())
