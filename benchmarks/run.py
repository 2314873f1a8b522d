"""Measures what the package promises about its speed, against the official SDKs, in one run.

    python benchmarks/run.py [--quick] [--python /usr/bin/python3.6]

Prints a table; the exit status is 1 when a promise is missed. The package measured is the one that
the interpreter imports, else the one of this tree.

How to get sound figures from a noisy machine that others share:
- Only ratios of this run are judged. Both sides of a ratio take turns in rounds of 5 ms, so that
  they live through the same times.
- Others can only slow a round down. So a side's time is that of its fastest round: among hundreds,
  some were left alone. Beside three busy processes on two cores, this ratio moved half as much
  between runs as the median of the ratios of neighbouring rounds did.
- Others may keep a core busy for seconds. So the rows take turns too, and the rounds of each are
  spread over the whole minute.
- The hash seed and the layout of memory, drawn at each start, make a process as a whole faster or
  slower by some percent. Hence several generations of processes, each measuring every row.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / 'tests'))
oracles: Any = importlib.import_module('oracles')
tools: Any = importlib.import_module('tools')

ROUND = 0.005  # seconds
WARM_UP = 0.1  # seconds; compilers at run time have settled by then

OURS, OFFICIAL, NODE = 'ours', 'official Python', 'npm under node'


class Row(NamedTuple):
    """A promise on `job`, done by ours, against `their_job` (the same, unless given) by `them`."""

    title: str
    job: str
    them: str
    at_least: float = 0  # times as fast as they are
    at_most: float = 0  # times their time
    their_job: str = ''
    their_name: str = ''

    def sides(self) -> list[tuple[str, str]]:
        return [(OURS, self.job), (self.them, self.their_job or self.job)]

    def ratio(self, ours: float, theirs: float) -> float:
        return theirs / ours if self.at_least else ours / theirs

    def promise(self) -> str:
        if self.at_least:
            return f'at least {self.at_least} x as fast'
        return f'at most {self.at_most} x the time' if self.at_most else ''

    def is_kept(self, ratio: float) -> bool:
        return ratio >= self.at_least and (not self.at_most or ratio <= self.at_most)


ROWS = [
    Row('sign, 45 nested leaves', 'sign_nested', OFFICIAL, at_least=2.7),
    Row('sign, 25 flat parameters', 'sign_flat', OFFICIAL, at_least=2.3),
    Row('sign, 45 nested leaves', 'sign_nested', NODE, at_least=1),
    Row('sign, 25 flat parameters', 'sign_flat', NODE, at_least=1.2),
    Row('sign, keys that are new each time', 'sign_new_keys', OFFICIAL, at_least=1.3),
    Row('handle_callback, 45 leaves', 'callback', OFFICIAL, at_least=2.4),
    Row('the same, keys that are new', 'callback_new_keys', OFFICIAL, at_least=1.6),
    Row(
        'handle_callback, 45 leaves',
        'callback',
        OURS,
        at_most=2.8,
        their_job='floor',
        their_name='json.loads + 1 HMAC',
    ),
    Row('get_purchase_payment_page_url, 25 parameters', 'url', OFFICIAL, at_least=2.1),
    Row('the same, with 25 parameters to set', 'set_and_url', OFFICIAL, at_least=1.4),
    Row('import gate', 'import', OFFICIAL, at_most=1),
    Row('import gate and payment', 'import_both', OFFICIAL, at_most=1.15),
    Row('a whole process that imports gate', 'process', OFFICIAL, at_most=1.1),
    Row(
        'handle_callback, 450 leaves',
        'callback_tenfold',
        OURS,
        at_most=10,
        their_job='callback',
        their_name='45 leaves',
    ),
    Row(
        'a forged callback',
        'forged',
        OURS,
        at_most=3,
        their_job='callback',
        their_name='a good one',
    ),
]


Results = dict[Row, list[tuple[float, float]]]


class Worker:
    """A process that times one package: see worker.py."""

    def __init__(self, command: list[str], path: str = '') -> None:
        environment = dict(os.environ)
        if path:
            environment['PYTHONPATH'] = path
        self._process = subprocess.Popen(
            command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.about = json.loads(self._answer())

    def __enter__(self) -> 'Worker':
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()  # the end of its input is the end of its work

    def seconds(self, job: str, loops: int) -> float:
        assert self._process.stdin
        self._process.stdin.write(f'{loops} {job}\n')
        self._process.stdin.flush()
        return float(self._answer()) / loops

    def warmed_up(self, job: str) -> int:
        """Return how many loops of `job` make a round, when it is as fast as it gets."""
        loops, spent = 1, 0.0
        while True:
            elapsed = self.seconds(job, loops) * loops
            spent += elapsed
            if elapsed >= ROUND and spent >= WARM_UP:
                return max(1, round(loops * ROUND / elapsed))
            if elapsed < ROUND:
                loops *= 2

    def _answer(self) -> str:
        assert self._process.stdout
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f'a worker died, exit status {self._process.wait()}')
        return answer


def workers(python: str, stack: ExitStack) -> dict[str, Worker]:
    """Start one generation of processes."""
    python_worker = [python, str(HERE / 'worker.py')]
    npm_package = oracles.official_node()
    generation = {
        OURS: Worker(python_worker),
        OFFICIAL: Worker(python_worker, oracles.official_python()),
        NODE: Worker([tools.node(), str(HERE / 'worker.js'), npm_package]),
    }
    for worker in generation.values():
        stack.enter_context(worker)
    # What is compared must be two packages, and they must do the same.
    if generation[OURS].about['package'] == generation[OFFICIAL].about['package']:
        raise SystemExit('the package that the interpreter imports is the official one')
    if len({str(worker.about['signatures']) for worker in generation.values()}) > 1:
        raise SystemExit('the signatures differ')
    return generation


def measure(generation: dict[str, Worker], rounds: int, results: Results) -> None:
    """Add to `results`, for every row, the seconds of ours and of theirs in so many rounds."""
    turns = {
        row: [(generation[side], job, generation[side].warmed_up(job)) for side, job in row.sides()]
        for row in results
    }
    for _ in range(rounds):
        for row, ((ours, job, loops), (theirs, their_job, their_loops)) in turns.items():
            results[row].append((ours.seconds(job, loops), theirs.seconds(their_job, their_loops)))


def table(results: Results) -> tuple[str, bool]:
    """Return the table to print, and whether all promises are kept."""
    lines = [('job', 'against', 'ours', 'theirs', 'ratio', 'promised', 'ok')]
    all_kept = True
    for row, times in results.items():
        ours, theirs = map(min, zip(*times))
        ratio = row.ratio(ours, theirs)
        kept = row.is_kept(ratio)
        all_kept = all_kept and kept
        lines.append(
            (
                row.title,
                row.their_name or row.them,
                f'{ours * 1e6:.1f} us',
                f'{theirs * 1e6:.1f} us',
                f'{ratio:.2f}',
                row.promise(),
                ('yes' if kept else 'NO') if row.promise() else '',
            )
        )
    widths = [max(map(len, column)) for column in zip(*lines)]
    return '\n'.join(
        '  '.join(
            cell.rjust(width) if column in (2, 3, 4) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths))
        ).rstrip()
        for line in lines
    ), all_kept


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or '').partition('\n')[0])
    parser.add_argument(
        '--quick',
        action='store_true',
        help='a smoke run, too short to be judged: the exit status is 0',
    )
    parser.add_argument(
        '--python',
        default=sys.executable,
        metavar='INTERPRETER',
        help='the one that runs both Python packages; this one by default',
    )
    options = parser.parse_args()
    generations, rounds = (1, 5) if options.quick else (5, 40)
    results: Results = {row: [] for row in ROWS}
    for number in range(generations):
        with ExitStack() as stack:
            generation = workers(options.python, stack)
            if number == 0:
                for side, worker in generation.items():
                    print(f'{side}: {worker.about["package"]} ({worker.about["name"]})')
            measure(generation, rounds, results)
    text, all_kept = table(results)
    print('\n' + text)
    return 0 if all_kept or options.quick else 1


if __name__ == '__main__':
    sys.exit(main())
