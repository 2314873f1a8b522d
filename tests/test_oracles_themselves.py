"""The oracles answer at all, and nothing on the way to them bends the question."""

import os
from typing import Any

import oracles
import pytest

import payment_page_sdk

pytestmark = [pytest.mark.subprocess, pytest.mark.oldest_and_newest]

OURS = os.path.dirname(os.path.dirname(os.path.abspath(payment_page_sdk.__file__)))

PARAMS = {'payment': {'id': 'test-payment', 'status': 'success'}}
SIGNATURE = (
    'UGzKT0NC26f4u0niyJSQPx5q3kFFIndwLXeJVXahfCFwbY+Svg1WoXIxzrIyyjWUSLFhT8wAQ5SfBDRHnwm6Yg=='
)


@pytest.fixture(params=['python_oracle', 'node_oracle'])
def oracle(request: Any) -> Any:
    return request.getfixturevalue(request.param)


def test_signs(oracle: Any) -> None:
    assert oracle.sign(PARAMS, 'qwerty') == SIGNATURE


# U+2028 ends a line for some readers of lines.
@pytest.mark.parametrize('text', ['Zoë', 'Привет', '日本', '\U0001f600', 'a\nb\r\u2028\x85c'])
def test_unicode_survives(python_oracle: Any, node_oracle: Any, text: str) -> None:
    params = {'customer': {'name': text}, text: 'x'}
    signature = python_oracle.sign(params, text)
    assert signature == node_oracle.sign(params, text)
    assert signature != python_oracle.sign({'customer': {'name': '?'}, '?': 'x'}, text)


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


def test_a_snippet_runs_against_the_folder_given(python_oracle: Any) -> None:
    source = 'import payment_page_sdk; result = payment_page_sdk.__file__'
    place = python_oracle.run(source)['result']
    assert os.path.dirname(os.path.dirname(place)) == oracles.official_python()
    assert oracles.run_snippet(source, OURS) == {'result': payment_page_sdk.__file__}


def test_a_snippet_answers(python_oracle: Any, node_oracle: Any) -> None:
    assert python_oracle.run('print("noise"); result = ["Привет", None, 1.0]') == {
        'result': ['Привет', None, 1.0]
    }
    assert node_oracle.run('console.log("noise"); return ["Привет", null, typeof sdk.Payment]') == {
        'result': ['Привет', None, 'function']
    }


def test_a_snippet_raises(python_oracle: Any, node_oracle: Any) -> None:
    assert python_oracle.run('{}["key"]') == {
        'raised': ['KeyError', 'LookupError', 'Exception', 'BaseException']
    }
    assert python_oracle.run('raise SystemExit')['raised'][0] == 'SystemExit'
    assert node_oracle.run('null.x') == {'raised': ['TypeError']}


def test_snippets_do_not_see_each_other(python_oracle: Any, node_oracle: Any) -> None:
    assert python_oracle.run('mine = result = 1') == {'result': 1}
    assert python_oracle.run('result = "mine" in globals()') == {'result': False}
    assert node_oracle.run('const mine = 1; return mine') == {'result': 1}
    assert node_oracle.run('return typeof mine') == {'result': 'undefined'}


@pytest.mark.parametrize('source', ['result =', 'answer = 1', 'result = object()'])
def test_a_snippet_that_proves_nothing(python_oracle: Any, source: str) -> None:
    with pytest.raises(oracles.OracleError):
        python_oracle.run(source)


@pytest.mark.parametrize('source', ['return =', 'const answer = 1', 'return sdk.Payment'])
def test_a_snippet_of_javascript_that_proves_nothing(node_oracle: Any, source: str) -> None:
    with pytest.raises(oracles.OracleError):
        node_oracle.run(source)
