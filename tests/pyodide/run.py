"""Runs the tests on CPython 3.14 compiled to WebAssembly: Pyodide, in node.

    python tests/pyodide/run.py [--wheel FILE] [--coverage FILE] [pytest's arguments]

A Python of another kind, and the newest: 32 bits, no threads, no child processes, and no
`_hashlib`, which is OpenSSL's part of hashlib and not in this build, so that here the package
proves that it needs none. Tests that need child processes are marked `subprocess` and left out.

The repository is mounted at its own path, so that a path means the same inside and outside: in
arguments, in tracebacks, and in coverage data, which combines with that of other Pythons.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from typing import Any, List, Optional, Sequence, Set, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from oracles import ROOT, cached, node, npm_package, pip_install  # noqa: E402

PACKAGE = os.path.join(ROOT, 'payment_page_sdk')
PYODIDE = '314.0.7'  # CPython 3.14.2

# The whole set, by hand: pip would choose by the Python that it runs on, not by the one inside.
# All are pure Python, which Hypothesis is up to this version and no further.
SITE = [
    'coverage==7.17.3',
    'hypothesis==6.155.7',
    'iniconfig==2.3.1',
    'packaging==26.3',
    'pluggy==1.7.0',
    'pygments==2.21.0',
    'pytest==9.2.0',
    'sortedcontainers==2.4.0',
]


def install_site(folder: str) -> None:
    pip_install(
        folder,
        '--only-binary',
        ':all:',
        '--platform',
        'any',
        '--implementation',
        'py',
        '--abi',
        'none',
        '--python-version',
        '3.14',
        '--ignore-requires-python',
        '--no-compile',
        *SITE,
    )


def compile_stdlib(folder: str) -> None:
    """Pyodide's standard library comes as source; compiled, once, it starts 3 times faster."""
    source = os.path.join(npm_package('pyodide', PYODIDE), 'python_stdlib.zip')
    target = os.path.join(folder, 'python_stdlib.zip')
    if call('compile_zip', [source, target], {os.path.dirname(source), folder}):
        raise SystemExit('the standard library did not compile')


def call(
    function: str,
    arguments: List[Any],
    folders: Set[str],
    overlays: Sequence[Tuple[str, str]] = (),
    stdlib: Optional[str] = None,
) -> int:
    """Call a function of inside.py in Pyodide; what it returns is the exit code.

    `folders` of the host appear inside under their own paths, the repository always; `overlays`
    are pairs, a folder and the path that it appears under.
    """
    task = {
        'pyodide': npm_package('pyodide', PYODIDE),
        'stdlib': stdlib,
        # Sorted, parents come before what lies in them and would be hidden by them.
        'mounts': [(folder, folder) for folder in sorted({ROOT} | folders)] + list(overlays),
        'cwd': ROOT,
        'function': function,
        'arguments': arguments,
    }
    return subprocess.call([node(), os.path.join(HERE, 'run.mjs'), json.dumps(task)])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0], allow_abbrev=False)
    parser.add_argument('--wheel', help='test the package in this wheel, not the work tree')
    parser.add_argument('--coverage', help='measure, and leave the data in this file')
    options, arguments = parser.parse_known_args()
    if not any(
        os.path.exists(os.path.join(ROOT, argument.partition('::')[0])) for argument in arguments
    ):
        arguments.append('tests')

    site = cached('pyodide-site-%08x' % zlib.crc32(' '.join(SITE).encode('ascii')), install_site)
    stdlib = cached('pyodide-stdlib-' + PYODIDE, compile_stdlib)
    path, folders = [ROOT, site], {site}
    overlays = []  # type: List[Tuple[str, str]]
    if options.coverage:
        options.coverage = os.path.abspath(options.coverage)
        folders.add(os.path.dirname(options.coverage))
    with tempfile.TemporaryDirectory() as unpacked:
        if options.wheel:
            with zipfile.ZipFile(options.wheel) as wheel:
                wheel.extractall(unpacked)
            # Laid over the work tree's package, so that nothing can import that by mistake; on
            # the path too, for the metadata beside it.
            overlays.append((os.path.join(unpacked, os.path.basename(PACKAGE)), PACKAGE))
            folders.add(unpacked)
            path.append(unpacked)
        return call(
            'run_pytest',
            [path, ['-m', 'not subprocess'] + arguments, options.coverage],
            folders,
            overlays,
            os.path.join(stdlib, 'python_stdlib.zip'),
        )


if __name__ == '__main__':
    sys.exit(main())
