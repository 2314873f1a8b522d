import sys
from typing import Any, List

import flask
import pytest
from frameworks import FLASK, make_async, route_flask
from support import (
    GATE,
    OTHER_METHODS,
    SMALL,
    Broken,
    Chunks,
    fail_with_personal_data,
    pad_callback,
    report_errors,
    sign_callback,
    wsgi,
)

from payment_page_sdk.contrib.flask import payment_callback
from payment_page_sdk.exceptions import ConfigurationException

has_async_views = pytest.mark.skipif(
    not hasattr(flask.Flask, 'ensure_sync'), reason='Flask had no async views before 2.0'
)


@pytest.mark.parametrize('method', [name for name in OTHER_METHODS if name != 'OPTIONS'])
def test_flask_refuses_another_method_by_itself(method: str) -> None:
    seen = []  # type: List[Any]
    reply = FLASK.serve(seen.append, methods=['POST'])(sign_callback(), method)
    assert reply.status == 405
    assert 'POST' in reply.headers['allow']
    assert seen == []


def test_a_body_that_a_hook_has_read_already() -> None:
    seen = []  # type: List[Any]

    def read() -> None:
        assert flask.request.get_data() != b''

    app = route_flask(payment_callback(GATE, limit=SMALL)(seen.append))
    app.before_request(read)
    assert wsgi(app, sign_callback()).status == 200
    assert wsgi(app, pad_callback(SMALL + 1)).status == 413
    assert [callback.get_payment_id() for callback in seen] == ['ORDER-1']


@pytest.mark.parametrize(
    'body, status, length',
    [
        (sign_callback(), 200, len(sign_callback())),
        (b'{}', 400, 2),
        (Chunks([b'x' * SMALL, b'x', b'never']), 413, SMALL + 1),
        (Broken([b'x']), 400, 0),
    ],
)
def test_a_hook_reads_the_body_afterwards(body: Any, status: int, length: int) -> None:
    lengths = []  # type: List[Any]

    def read(response: Any) -> Any:
        lengths.append(len(flask.request.get_data()))
        return response

    app = route_flask(payment_callback(GATE, limit=SMALL)(lambda callback: None))
    app.after_request(read)
    assert wsgi(app, body).status == status
    assert lengths == [length]


def test_what_reports_an_error_does_not_find_the_body() -> None:
    lengths = []  # type: List[int]

    def measure(response: Any) -> Any:
        lengths.append(len(flask.request.get_data()))
        return response

    app = route_flask(payment_callback(GATE)(fail_with_personal_data))
    app.after_request(measure)
    with report_errors(lambda: flask.request.get_data()) as found:
        assert wsgi(app, sign_callback()).status == 500
    assert found == [b'']
    assert lengths == [len(sign_callback())]


def test_in_chunks_whose_end_the_server_does_not_know() -> None:
    source = Chunks([sign_callback(), b''])
    reply = wsgi(
        route_flask(payment_callback(GATE)(lambda callback: None)),
        source,
        headers={'Transfer-Encoding': 'chunked'},
        without='wsgi.input_terminated',
    )
    assert reply[:2] == (411, b'length_required')
    assert source.taken == 0


def test_flask_can_have_the_error() -> None:
    view = payment_callback(GATE, reraise=True)(fail_with_personal_data)
    app = route_flask(view)
    with pytest.raises(KeyError):
        wsgi(app, sign_callback())
    app.testing = False
    assert wsgi(app, sign_callback()).status == 500


def test_abort_is_a_failure() -> None:
    assert FLASK.serve(lambda callback: flask.abort(404))(sign_callback()).status == 500
    with pytest.raises(KeyboardInterrupt):
        FLASK.serve(lambda callback: (_ for _ in ()).throw(KeyboardInterrupt))(sign_callback())


@has_async_views
def test_an_async_function() -> None:
    seen = []  # type: List[Any]

    def paid(callback: Any) -> None:
        assert flask.request.method == 'POST'
        seen.append(callback.get_payment_id())

    async def failing(callback: Any) -> None:
        raise ValueError

    assert FLASK.serve(make_async(paid))(sign_callback()).status == 200
    assert seen == ['ORDER-1']
    assert FLASK.serve(failing)(sign_callback()).status == 500


def test_async_functions_need_flask_2(monkeypatch: Any) -> None:
    monkeypatch.delattr(flask.Flask, 'ensure_sync', raising=False)  # Flask 1 has none

    async def paid(callback: Any) -> None:
        raise AssertionError

    with pytest.raises(ConfigurationException, match='Flask 2 with asgiref'):
        payment_callback(GATE)(paid)


def test_an_async_function_without_asgiref(monkeypatch: Any) -> None:
    async def paid(callback: Any) -> None:
        raise AssertionError

    monkeypatch.setitem(sys.modules, 'asgiref.sync', None)
    with pytest.raises(ConfigurationException, match='Flask 2 with asgiref'):
        payment_callback(GATE)(paid)


def test_the_endpoint_is_named_as_the_function() -> None:
    app = flask.Flask(__name__)

    @app.route('/callbacks', methods=['POST'])
    @payment_callback(GATE)
    def paid(callback: Any) -> None:
        raise AssertionError

    assert list(app.view_functions) == ['static', 'paid']
