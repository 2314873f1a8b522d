"""Holds the coverage of all measured environments together against the gate of pyproject.toml.

    COVERAGE_FILE=... python tests/checks/coverage_gate.py ENVIRONMENT, ...

Each of them has left its data beside COVERAGE_FILE. Where one did not run, 100 % cannot be reached:
that is said, and is an error only where all must run, as in CI.
"""

import os
import subprocess
import sys
from typing import List

DATA = os.environ['COVERAGE_FILE']


def coverage(*arguments: str) -> int:
    return subprocess.call([sys.executable, '-m', 'coverage'] + list(arguments))


def main(measured: List[str]) -> int:
    files = {name: '%s.%s' % (DATA, name) for name in measured}
    missing = [name for name, file in files.items() if not os.path.exists(file)]
    if sys.version_info[:2] == (3, 11):
        missing.append('what follows asyncio.run(), where CPython 3.11 stops to trace')
    found = [file for file in files.values() if os.path.exists(file)]
    if found and coverage('combine', '--quiet', *found):
        return 1
    if not missing:
        return coverage('report')
    print('coverage is no gate here; not measured: ' + ', '.join(missing))
    if found:
        coverage('report', '--fail-under=0')
    return 1 if os.environ.get('TESTS_REQUIRE_ALL') else 0


if __name__ == '__main__':
    sys.exit(main(' '.join(sys.argv[1:]).replace(',', ' ').split()))
