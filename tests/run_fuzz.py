"""Throws bytes at the targets in fuzz/, guided by coverage (atheris), and counts them.

    python tests/run_fuzz.py [SECONDS] [TARGET ...]
    python tests/run_fuzz.py --repeat TARGET FILE

The targets share the time. What has failed can be repeated on any Python.
"""

import argparse
import importlib
import os
import re
import subprocess
import sys
from typing import Any, List, Optional

from tools import CACHE, cached

TARGETS = ['callbacks', 'canonical', 'links', 'parameters', 'command_line', 'sandbox']
SECONDS = 30

# Whatever takes longer, or more memory, fails.
LIMITS = ['-timeout=10', '-rss_limit_mb=1024']

_find_count = re.compile(r'number_of_executed_units: (\d+)').search
_find_failure = re.compile(r'Test unit written to (\S+)').search


def main(arguments: Optional[List[str]] = None) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument('seconds', nargs='?', type=int, default=SECONDS)
    parser.add_argument('targets', nargs='*', default=TARGETS, help=', '.join(TARGETS))
    parser.add_argument('--repeat', nargs=2, metavar=('TARGET', 'FILE'))
    parser.add_argument('--alone', action='store_true', help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.repeat:
        target, name = options.repeat
        with open(name, 'rb') as file:
            importlib.import_module('fuzz.' + target).fuzz_one(file.read())
        return 0
    try:
        atheris = importlib.import_module('atheris')
    except ImportError:
        print('nothing is fuzzed: atheris has no wheel for this Python or system')
        return 1 if os.environ.get('TESTS_REQUIRE_ALL') else 0
    seconds = max(1, options.seconds // len(options.targets))
    if options.alone:
        fuzz(atheris, options.targets[0], seconds)  # the end of the process
    return max([run(target, seconds) for target in options.targets])


def run(target: str, seconds: int) -> int:
    """Fuzz a target in a process of its own, and say how many inputs it has run."""
    process = subprocess.run(
        [sys.executable, os.path.abspath(__file__), '--alone', str(seconds), target],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    told = process.stdout.decode('utf-8', 'replace')
    count = _find_count(told)
    failure = _find_failure(told)
    print('%-13s %s inputs in %d s' % (target, count.group(1) if count else 'no', seconds))
    if process.returncode:
        print(told[-8000:])
    if failure:
        print('To repeat it: python tests/run_fuzz.py --repeat %s %s' % (target, failure.group(1)))
    sys.stdout.flush()
    return int(process.returncode != 0)


def fuzz(atheris: Any, target: str, seconds: int) -> None:
    # Only what is imported under its eyes is watched.
    with atheris.instrument_imports(include=['payment_page_sdk']):
        module = importlib.import_module('fuzz.' + target)

    def fill(folder: str) -> None:
        for index, seed in enumerate(module.SEEDS):
            with open(os.path.join(folder, 'seed-%d' % index), 'wb') as file:
                file.write(seed)

    # What was found to lead further is kept there, and the next run goes on from it.
    corpus = cached('fuzz-' + target, fill)
    failures = '-artifact_prefix=' + os.path.join(CACHE, 'fuzz-%s-' % target)
    limits = LIMITS + ['-max_total_time=%d' % seconds, '-print_final_stats=1', failures]
    atheris.Setup([sys.argv[0]] + limits + [corpus], module.fuzz_one)
    atheris.Fuzz()


if __name__ == '__main__':
    sys.exit(main())
