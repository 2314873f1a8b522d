"""Runs the tests on CPython 3.14 compiled to WebAssembly: Pyodide, in node.

    python tests/pyodide/run.py [--wheel FILE] [pytest's arguments]

A Python of another kind, and the newest: 32 bits, no threads, no child processes, and no
`_hashlib`, which is OpenSSL's part of hashlib and not in this build, so that here the package
proves that it needs none. Tests that need child processes are marked `subprocess` and left out.

The repository is mounted at its own path, so that a path means the same inside and outside: in
arguments and in tracebacks.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from typing import Any, List, Optional, Sequence, Set, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from tools import ROOT, cached, checksum, node, npm_package, npm_version, pip_install  # noqa: E402

PACKAGE = os.path.join(ROOT, 'payment_page_sdk')
# The whole set, locked for the Python inside: pip would choose by the one that it runs on.
SITE = os.path.join(os.path.dirname(HERE), 'requirements', 'pyodide.txt')
# What the tests read there; nothing else of the host's means anything inside.
ENVIRONMENT = ('HYPOTHESIS_PROFILE', 'TESTS_REQUIRE_ALL')


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
        '-r',
        SITE,
    )


def compile_stdlib(folder: str) -> None:
    """Pyodide's standard library comes as source; compiled, once, it starts 3 times faster."""
    source = os.path.join(npm_package('pyodide', 'pyodide'), 'python_stdlib.zip')
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
        'pyodide': npm_package('pyodide', 'pyodide'),
        'stdlib': stdlib,
        # Sorted, parents come before what lies in them and would be hidden by them.
        'mounts': [(folder, folder) for folder in sorted({ROOT} | folders)] + list(overlays),
        'cwd': ROOT,
        'env': {name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
        'function': function,
        'arguments': arguments,
    }
    return subprocess.call([node(), os.path.join(HERE, 'run.mjs'), json.dumps(task)])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0], allow_abbrev=False)
    parser.add_argument('--wheel', help='test the package in this wheel, not the work tree')
    options, arguments = parser.parse_known_args()
    if not any(
        os.path.exists(os.path.join(ROOT, argument.partition('::')[0])) for argument in arguments
    ):
        arguments.append('tests')

    with open(SITE, encoding='utf-8') as file:
        site = cached('pyodide-site-' + checksum(file.read()), install_site)
    version = npm_version(npm_package('pyodide', 'pyodide'))
    stdlib = cached('pyodide-stdlib-' + version, compile_stdlib)
    path, folders = [ROOT, site], {site}
    overlays = []  # type: List[Tuple[str, str]]
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
            [path, ['-m', 'not subprocess'] + arguments],
            folders,
            overlays,
            os.path.join(stdlib, 'python_stdlib.zip'),
        )


if __name__ == '__main__':
    sys.exit(main())
