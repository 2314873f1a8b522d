"""What every adapter promises. What only one of them does is in that one's own module."""

import gzip
from typing import Any, List

import pytest
from frameworks import ASYNC_STARLETTE, FLASK, FRAMEWORKS, STARLETTE, Framework
from support import (
    GATE,
    OTHER_METHODS,
    REFUSED,
    SMALL,
    Broken,
    Chunks,
    assert_not_in,
    assert_nothing_personal,
    fail_with_personal_data,
    pad_callback,
    sign_callback,
)

from payment_page_sdk.contrib.answers import LIMIT
from payment_page_sdk.exceptions import ConfigurationException


@pytest.fixture(params=list(FRAMEWORKS))
def framework(request: Any) -> Framework:
    return FRAMEWORKS[request.param]


@pytest.fixture
def seen() -> 'List[Any]':
    return []


@pytest.fixture
def post(framework: Framework, seen: 'List[Any]') -> Any:
    return framework.serve(lambda callback: seen.append(callback.get_payment_id()))


def test_a_callback_is_accepted(post: Any, seen: 'List[Any]') -> None:
    reply = post(sign_callback())
    assert reply[:2] == (200, b'OK')
    assert reply.headers['content-type'] == 'text/plain; charset=utf-8'
    assert seen == ['ORDER-1']


@pytest.mark.parametrize('code, body', REFUSED)
def test_a_callback_is_refused(code: str, body: bytes, post: Any, seen: 'List[Any]') -> None:
    assert post(body)[:2] == (400, code.encode())
    assert seen == []


@pytest.mark.parametrize('method', OTHER_METHODS)
def test_another_method(method: str, post: Any, seen: 'List[Any]') -> None:
    reply = post(sign_callback(), method)
    assert reply.status == 405
    assert reply.headers['allow'] == 'POST'
    assert seen == []


def test_too_large(post: Any, seen: 'List[Any]') -> None:
    assert post(pad_callback(SMALL)).status == 200
    assert seen.pop() == 'ORDER-1'
    for headers, taken in (
        ({'Content-Length': str(SMALL + 1)}, 0),
        ({}, SMALL + 1),
        ({'Transfer-Encoding': 'chunked'}, SMALL + 1),
    ):
        source = Chunks([b'x'] * 5000)
        assert post(source, headers=headers)[:2] == (413, b'callback_too_large')
        assert source.taken == taken
    assert seen == []


def test_a_view_relies_on_its_defaults(framework: Framework) -> None:
    post = framework.send_to(framework.payment_callback(GATE)(lambda callback: None))
    assert post(pad_callback(LIMIT)).status == 200
    assert post(pad_callback(LIMIT + 1)).status == 413
    post = framework.send_to(framework.payment_callback(GATE)(fail_with_personal_data))
    assert post(sign_callback()).status == 500


def test_in_chunks(post: Any, seen: 'List[Any]') -> None:
    body = sign_callback()
    source = Chunks([body[:100], body[100:], b''])
    assert post(source).status == 200
    assert source.taken == len(body)
    assert seen == ['ORDER-1']


@pytest.mark.parametrize('chunks', [[], [sign_callback()]])
def test_the_body_breaks_off(chunks: 'List[bytes]', post: Any, seen: 'List[Any]') -> None:
    assert post(Broken(chunks))[:2] == (400, b'malformed_callback')
    assert seen == []


def test_the_function_raises(framework: Framework, caplog: Any) -> None:
    reply = framework.serve(fail_with_personal_data)(sign_callback())
    assert reply[:2] == (500, b'callback_not_handled')
    assert_nothing_personal(
        '\n'.join(
            record.getMessage() for record in caplog.records if record.name == 'payment_page_sdk'
        )
    )
    assert_not_in(caplog.text, 'eve@', 'hunter2', 'ORDER-1', '1001')


def test_the_function_is_a_view_by_mistake(framework: Framework, caplog: Any) -> None:
    assert framework.serve(lambda callback: ('down', 503))(sign_callback()).status == 500
    (message,) = [record.getMessage() for record in caplog.records if 'payment' in record.name]
    assert message == (
        'a callback was not handled: the function returned builtins.tuple, but it is not a view: '
        'it must return nothing, since the SDK answers the request; to refuse a callback, raise an '
        'exception'
    )


def test_gzip(post: Any, seen: 'List[Any]') -> None:
    headers = {'Content-Encoding': 'gzip'}
    assert post(gzip.compress(sign_callback()), headers=headers)[:2] == (200, b'OK')
    assert seen.pop() == 'ORDER-1'
    assert post(gzip.compress(b' ' * 10**6), headers=headers).status == 413
    assert seen == []


def test_another_encoding(post: Any, caplog: Any) -> None:
    reply = post(b'\x8b\x03', headers={'Content-Encoding': 'br'})
    assert reply[:2] == (415, b'unsupported_encoding')
    assert reply.headers['accept-encoding'] == 'gzip'
    assert 'decode it' in caplog.text


def test_the_view_is_named_as_the_function(framework: Framework) -> None:
    def paid(callback: Any) -> None:
        """Ship."""

    view = framework.payment_callback(GATE)(paid)
    assert (view.__module__, view.__name__, view.__doc__) == (__name__, 'paid', 'Ship.')


def test_what_is_not_a_gate(framework: Framework) -> None:
    with pytest.raises(ConfigurationException, match='takes a Gate'):
        framework.payment_callback('secret')


@pytest.mark.parametrize('framework', [FLASK, STARLETTE, ASYNC_STARLETTE])
def test_the_gate_is_not_forgotten(framework: Framework) -> None:  # Django's settings have one
    with pytest.raises(ConfigurationException, match='takes a Gate'):
        framework.payment_callback(fail_with_personal_data)
