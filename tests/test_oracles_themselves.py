"""The oracles answer at all, and nothing on the way to them bends the question."""

import os
from typing import Any, Dict, Iterator

import oracles
import pytest

pytestmark = pytest.mark.subprocess

PARAMS = {'payment': {'id': 'test-payment', 'status': 'success'}}
SIGNATURE = (
    'UGzKT0NC26f4u0niyJSQPx5q3kFFIndwLXeJVXahfCFwbY+Svg1WoXIxzrIyyjWUSLFhT8wAQ5SfBDRHnwm6Yg=='
)


@pytest.fixture(scope='module')
def python() -> Iterator[Any]:
    with oracles.PythonOracle() as oracle:
        yield oracle


@pytest.fixture(scope='module')
def javascript() -> Iterator[Any]:
    with oracles.NodeOracle() as oracle:
        yield oracle


@pytest.fixture(params=['python', 'javascript'])
def oracle(request: Any) -> Any:
    return request.getfixturevalue(request.param)


def test_signs(oracle: Any) -> None:
    assert oracle.sign(PARAMS, 'qwerty') == SIGNATURE


# U+2028 ends a line for some readers of lines.
@pytest.mark.parametrize('text', ['Zoë', 'Привет', '日本', '\U0001f600', 'a\nb\r\u2028\x85c'])
def test_unicode_survives(python: Any, javascript: Any, text: str) -> None:
    params = {'customer': {'name': text}, text: 'x'}
    assert python.sign(params, text) == javascript.sign(params, text)
    assert python.sign(params, text) != python.sign({'customer': {'name': '?'}, '?': 'x'}, text)


def test_an_error_surfaces_and_the_oracle_goes_on(oracle: Any) -> None:
    with pytest.raises(oracles.OracleError):
        oracle.sign(PARAMS, None)
    assert oracle.sign(PARAMS, 'qwerty') == SIGNATURE


def test_a_dead_oracle_is_an_error() -> None:
    with oracles.PythonOracle() as oracle:
        oracle._process.kill()
        oracle._process.wait()
        with pytest.raises(oracles.OracleError):
            oracle.sign(PARAMS, 'qwerty')


def official(source: str) -> Dict[str, Any]:
    return oracles.run_snippet(source, oracles.official_python())


def test_a_snippet_runs_against_the_folder_given() -> None:
    place = official('import payment_page_sdk; result = payment_page_sdk.__file__')['result']
    assert os.path.dirname(os.path.dirname(place)) == oracles.official_python()


def test_a_snippet_answers() -> None:
    assert official('print("noise"); result = ["Привет", None, 1.0]') == {
        'result': ['Привет', None, 1.0]
    }


def test_a_snippet_raises() -> None:
    assert official('{}["key"]') == {
        'error': ['KeyError', 'LookupError', 'Exception', 'BaseException']
    }
    assert official('raise SystemExit')['error'][0] == 'SystemExit'


@pytest.mark.parametrize('source', ['result =', 'answer = 1', 'result = object()'])
def test_a_snippet_that_proves_nothing(source: str) -> None:
    with pytest.raises(oracles.OracleError):
        official(source)
