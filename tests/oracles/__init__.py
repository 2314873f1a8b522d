"""The official SDKs as oracles: what they answer is what the platform expects.

Black boxes only. The official Python package has the import name of ours, so it never enters
this process: it lies in a folder of its own and speaks from child processes whose PYTHONPATH is
that folder. Their versions are pinned: an oracle that changes overnight is none.
"""

import json
import os
import subprocess
import sys
from typing import Any, Dict, List, Mapping

from tools import cached, node, npm_package, pip_install

HERE = os.path.dirname(os.path.abspath(__file__))

OFFICIAL_PYTHON = 'ecommpay-sdk==1.0.6'  # on PyPI; the one on npm is locked in tests/npm/oracles


class OracleError(Exception):
    """The oracle refused, or broke."""


def official_python() -> str:
    """Folder that holds the official Python SDK; pure Python, so every interpreter shares it."""
    return cached(OFFICIAL_PYTHON, lambda folder: pip_install(folder, OFFICIAL_PYTHON))


def official_node() -> str:
    """Folder of the official JavaScript SDK."""
    return npm_package('oracles', 'ecommpay')


class _Oracle:
    """A child process that answers one line of JSON with one line of JSON, as long as it lives.

    Tests share those of conftest.py: to start one takes longer than most of what it is asked.
    """

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
        signature = self._answer(params=params, secret=secret)['signature']  # type: str
        return signature

    def run(self, source: str) -> Dict[str, Any]:
        """Run merchant code, and return what became of it.

        The snippet has names of its own, and leaves its answer, anything JSON can hold: in Python
        in a variable `result`; in JavaScript, where the package is `sdk`, it returns it. Returns
        {'result': ...}, or {'raised': [name of the exception's class, its bases' names...]}, in
        JavaScript without the bases. A snippet that does not compile, or leaves no such answer, is
        a mistake of the test: OracleError.
        """
        answer = self._answer(source=source)
        if not answer:
            raise OracleError('the snippet leaves no answer')
        return answer

    def _answer(self, **request: Any) -> Dict[str, Any]:
        # json.dumps escapes all but ASCII: no line separator of Unicode can cut the line in two,
        # and a lone surrogate gets through.
        line = json.dumps(request)
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
        said = json.loads(answer.decode('utf-8'))  # type: Dict[str, Any]
        if 'error' in said:
            raise OracleError(said['error'])
        return said


class PythonOracle(_Oracle):
    """The official Python SDK, or the payment_page_sdk in another folder.

    Floats and integers of any size get to it as they are.
    """

    def __init__(self, package_folder: str = '') -> None:
        self._package_folder = package_folder or official_python()

    def command(self) -> List[str]:
        return [sys.executable, os.path.join(HERE, 'serve.py')]

    def environment(self) -> Mapping[str, str]:
        # UTF-8 whatever the locale: LANG=C makes old interpreters speak ASCII.
        return dict(os.environ, PYTHONPATH=self._package_folder, PYTHONIOENCODING='utf-8')


class NodeOracle(_Oracle):
    """The official JavaScript SDK.

    Numbers are JavaScript's: 1.0 gets to it as 1, and integers beyond 2**53 lose digits. Compare
    signatures of numbers only where both languages hold the same.
    """

    def command(self) -> List[str]:
        return [node(), os.path.join(HERE, 'serve.js'), official_node()]


def run_snippet(source: str, package_folder: str) -> Dict[str, Any]:
    """Run merchant code against the payment_page_sdk in that folder, in a fresh interpreter."""
    with PythonOracle(package_folder) as oracle:
        return oracle.run(source)
