"""What the sandbox says about a callback that was not accepted.

The pages that it reads are those of real frameworks, served by real servers.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Optional

import django
import httpx
import pytest
from aiohttp import web
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from flask import Flask
from flask_wtf.csrf import CSRFProtect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from werkzeug.debug import DebuggedApplication
from werkzeug.serving import WSGIRequestHandler, make_server

from payment_page_sdk.callback import Callback
from payment_page_sdk.contrib.flask import payment_callback
from payment_page_sdk.exceptions import CallbackException
from payment_page_sdk.gate import Gate
from payment_page_sdk.sandbox import hints
from payment_page_sdk.sandbox.courier import MOST_READ, send
from payment_page_sdk.sandbox.hints import (
    find_hint,
    find_hint_for_error,
    find_hint_for_forgery,
    find_hint_for_silence,
)
from payment_page_sdk.testing import CallbackFactory
from sandbox.conftest import SECRET

URL = 'http://127.0.0.1:8000/callbacks'
LONG = 'x' * 100_000


class OutOfStock(Exception):
    """What a merchant's own code raises. Its message is nobody's business."""


def fail(*_: Any) -> Any:
    raise OutOfStock('Jane Doe <jane@example.com>')


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 -- the base's name
        pass


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve a WSGI application; yield its address."""
    server = make_server('127.0.0.1', 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f'http://127.0.0.1:{server.server_port}'
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# Django


def accept(request: HttpRequest) -> HttpResponse:
    return HttpResponse('OK')


urlpatterns = [
    path('protected', accept),
    path('slash/', csrf_exempt(accept)),
    path('get', csrf_exempt(require_GET(accept))),
    path('login', csrf_exempt(login_required(accept))),
    path('fail', csrf_exempt(fail)),
]


@pytest.fixture(scope='module')
def django_site() -> Iterator[str]:
    """A site as a developer has it."""
    settings.configure(
        DEBUG=True,
        ALLOWED_HOSTS=['127.0.0.1'],
        ROOT_URLCONF=__name__,
        SECRET_KEY='not a secret',
        INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes'],
        MIDDLEWARE=[
            'django.middleware.common.CommonMiddleware',
            'django.contrib.sessions.middleware.SessionMiddleware',
            'django.middleware.csrf.CsrfViewMiddleware',
            'django.contrib.auth.middleware.AuthenticationMiddleware',
        ],
        SESSION_ENGINE='django.contrib.sessions.backends.signed_cookies',
        LOGGING_CONFIG=None,
        TEMPLATES=[{'BACKEND': 'django.template.backends.django.DjangoTemplates'}],
    )
    django.setup()
    with served(get_wsgi_application()) as address:
        yield address


@pytest.mark.parametrize(
    'where, debug, status, hint',
    [
        ('/protected', True, 403, '@csrf_exempt'),
        ('/protected', False, 403, '@csrf_exempt'),
        ('/slash', False, 301, 'with the slash at its end'),
        # Django does not redirect while it debugs, as the body would be lost, but raises.
        ('/slash', True, 500, 'with the slash at its end'),
        ('/get', True, 405, 'but not for POST'),
        ('/login', True, 302, 'which asks for a login'),
        ('/nowhere', True, 404, 'your service has no /nowhere: '),
        ('/nowhere', False, 404, 'your service has no /nowhere: '),
        ('/fail', True, 500, f'your service has raised OutOfStock: {__file__}, line '),
        ('/fail', False, 500, 'its log tells why'),
    ],
)
def test_pages_of_django(django_site: str, where: str, debug: bool, status: int, hint: str) -> None:
    with override_settings(DEBUG=debug):
        answer = send(django_site + where, '{}')
    assert answer.status == status
    assert hint in answer.hint
    assert 'jane' not in answer.hint


@pytest.mark.parametrize('debug', [True, False])
def test_a_host_that_django_does_not_know(django_site: str, debug: bool) -> None:
    with override_settings(DEBUG=debug, ALLOWED_HOSTS=['shop.example']):
        answer = send(django_site + '/protected', '{}')
    assert answer.status == 400
    assert 'ALLOWED_HOSTS' in answer.hint


def test_a_redirect_to_https(django_site: str) -> None:
    middleware = ['django.middleware.security.SecurityMiddleware', *settings.MIDDLEWARE]
    with override_settings(MIDDLEWARE=middleware, SECURE_SSL_REDIRECT=True):
        site = get_wsgi_application()
    with served(site) as address:
        answer = send(address + '/slash/', '{}')
    assert answer.status == 301
    assert 'with https:' in answer.hint


# Flask


def flask_app(**config: Any) -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY='not a secret', **config)
    gate = Gate('another key')

    def handle(callback: Callback) -> None:
        fail()

    app.add_url_rule('/other-key', 'other', payment_callback(gate)(handle), methods=['POST'])
    app.add_url_rule('/raises', 'raises', payment_callback(Gate(SECRET))(handle), methods=['POST'])
    app.add_url_rule('/fail', 'fail', fail, methods=['POST'])
    app.add_url_rule('/get', 'get', fail)
    return app


@pytest.mark.parametrize(
    'where, status, hint',
    [
        ('/other-key', 400, 'your service has another secret key than this sandbox'),
        ('/raises', 500, 'in the log of your service (logger payment_page_sdk)'),
        ('/get', 405, 'but not for POST'),
        ('/nowhere', 404, 'your service has no /nowhere: '),
        ('/fail', 500, 'its log tells why'),
    ],
)
def test_pages_of_flask(where: str, status: int, hint: str) -> None:
    with served(flask_app()) as address:
        answer = send(address + where, CallbackFactory(SECRET).payment().decode())
    assert answer.status == status
    assert hint in answer.hint


def test_the_debugger_of_flask() -> None:
    app = flask_app(PROPAGATE_EXCEPTIONS=True)
    with served(DebuggedApplication(app)) as address:
        answer = send(address + '/fail', '{}')
    assert answer.status == 500
    assert answer.hint.startswith(f'your service has raised OutOfStock: {__file__}, line ')


def test_the_protection_of_flask_wtf() -> None:
    app = flask_app()
    CSRFProtect(app)
    with served(app) as address:
        answer = send(address + '/fail', '{}')
    assert answer.status == 400
    assert 'csrf.exempt(view)' in answer.hint


# Starlette (and FastAPI, which is made of it), aiohttp


def test_pages_of_starlette() -> None:
    async def raises(request: Request) -> Response:
        raise OutOfStock('Jane Doe <jane@example.com>')

    async def post(url: str) -> httpx.Response:
        app = Starlette(debug=True, routes=[Route('/fail', raises, methods=['POST'])])
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.post(url)

    response = asyncio.run(post('http://shop.example/fail'))
    hint = find_hint(URL, response.status_code, '', response.text)
    assert hint.startswith(f'your service has raised OutOfStock: {__file__}, line ')
    response = asyncio.run(post('http://shop.example/nowhere'))
    assert 'has no /callbacks' in find_hint(URL, response.status_code, '', response.text)


def test_pages_of_aiohttp() -> None:
    async def raises(request: web.Request) -> web.Response:
        raise OutOfStock('Jane Doe <jane@example.com>')

    async def post() -> str:
        app = web.Application()
        app.router.add_post('/fail', raises)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, '127.0.0.1', 0)
        await site.start()
        port = runner.addresses[0][1]
        answer = await asyncio.to_thread(send, f'http://127.0.0.1:{port}/fail', '{}')
        await runner.cleanup()
        return answer.hint

    hint = asyncio.run(post(), debug=True)  # as developers run it
    assert hint.startswith(f'your service has raised OutOfStock: {__file__}, line ')


# no answer


@pytest.mark.parametrize(
    'url, hint',
    [
        ('http://127.0.0.1:1/', 'nothing listens at 127.0.0.1:1: '),
        ('http://user:word@127.0.0.1:1/', 'nothing listens at 127.0.0.1:1: '),
        ('http://no-such-host.invalid/', 'there is no host with the name no-such-host.invalid'),
        ('http://[::1', ''),
        ('ftp://127.0.0.1/', ''),
    ],
)
def test_an_address_where_nobody_answers(url: str, hint: str) -> None:
    found = send(url, '{}').hint
    assert found.startswith(hint)
    assert bool(found) == bool(hint)


@contextmanager
def speaking(said: bytes, identity: Optional[ssl.SSLContext] = None) -> Iterator[int]:
    """Listen once, and say something; yield the port."""
    listener = socket.create_server(('127.0.0.1', 0))

    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(said)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        thread.join()
        listener.close()


def test_https_where_there_is_none() -> None:
    with speaking(b'HTTP/1.1 400 Bad Request\r\n\r\n') as port:
        answer = send(f'https://127.0.0.1:{port}/', '{}')
    assert 'write the address with http:' in answer.hint


def test_a_certificate_that_is_not_trusted() -> None:
    error = ssl.SSLCertVerificationError()
    error.verify_message = 'self-signed certificate'
    hint = find_hint_for_error('https://shop.test/', error)
    assert 'shop.test is not trusted (self-signed certificate)' in hint
    assert '--ca-file' in hint


def test_silence() -> None:
    assert find_hint_for_silence(URL).startswith('let your service answer at once')
    assert find_hint_for_silence('HTTPS://shop.test/').startswith('is this a port with https?')


def test_any_other_error_tells_nothing() -> None:
    assert find_hint_for_error(URL, OSError(errno.EPIPE, 'broken')) == ''
    assert find_hint_for_error(URL, ValueError()) == ''


# answers


@pytest.mark.parametrize(
    'status, text, hint',
    [
        (201, '', 'only 200 counts'),
        (204, '', 'only 200 counts'),
        (301, '', 'has refused it'),  # to nowhere
        (400, 'No', 'has refused it'),
        (401, '', 'asks for a login or a permission at /callbacks'),
        (403, 'Forbidden', 'asks for a login or a permission at /callbacks'),
        (403, '{"detail": "CSRF Failed: CSRF token missing."}', 'SessionAuthentication'),
        (419, 'CSRF token mismatch.', 'exempt the view of callbacks'),
        (404, 'Tunnel x.ngrok.app not found', 'the tunnel is closed'),
        (422, '{"detail": []}', 'gate.handle_callback'),
        (429, '', 'has refused it'),
        (500, '', 'its log tells why'),
        (502, '', 'a proxy or tunnel'),
        (503, '', 'a proxy or tunnel'),
        (504, '', 'a proxy or tunnel'),
        (599, '', 'its log tells why'),
        (500, 'Traceback (most recent call last)', 'its log tells why'),
        (500, 'Traceback (most recent call last):\nKeyError', 'your service has raised KeyError'),
        (500, 'our csrf middleware', 'its log tells why'),
        (500, '<title>KeyError at /callbacks</title>', 'your service has raised KeyError'),
        (
            500,
            "<title>KeyError: 'x' // Werkzeug Debugger</title>",
            'your service has raised KeyError',
        ),
    ],
)
def test_an_answer_without_a_known_cause(status: int, text: str, hint: str) -> None:
    assert hint in find_hint(URL, status, '', text)
    assert find_hint(URL, 200, '', text) == ''


@pytest.mark.parametrize(
    'location, hint',
    [
        ('/callbacks/', 'with the slash at its end'),
        (URL + '/', 'with the slash at its end'),
        ('https://127.0.0.1:8000/callbacks', 'with https:'),
        ('/accounts/login/?next=/callbacks', 'asks for a login'),
        ('/de/callbacks', 'that of the view itself'),
        ('http://[', 'that of the view itself'),
        ('/blog-in-winter/', 'that of the view itself'),
        ('/\x1b[31m\u202e', r'/\x1b[31m\u202e'),
        (LONG, 'that of the view itself'),
    ],
)
def test_a_redirect(location: str, hint: str) -> None:
    found = find_hint(URL, 302, location, '')
    assert found.startswith('your service redirects to ')
    assert hint in found
    assert len(found) < 600


def test_each_code_of_the_adapters_has_a_hint() -> None:
    from payment_page_sdk.contrib import answers

    codes = {answer.body for answer in vars(answers).values() if isinstance(answer, answers.Answer)}
    codes |= {refusal.code for refusal in CallbackException.__subclasses__()}
    codes -= {'OK'}
    assert codes == set(hints._ADAPTERS)
    for code in codes:
        assert find_hint(URL, 400, '', code) == hints._ADAPTERS[code]


@pytest.mark.parametrize(
    'status, hint',
    [(200, 'has accepted a forged callback'), (400, ''), (403, 'should answer 400'), (None, 'why')],
)
def test_a_forged_callback_should_be_refused(status: Optional[int], hint: str) -> None:
    found = find_hint_for_forgery(status, 'why')
    assert hint in found
    assert bool(found) == bool(hint)


# what strangers answer


@pytest.mark.parametrize(
    'piece',
    [
        '<title>',
        '<title>a',
        '<title>a at /',
        'Exception Location:</th><td>',
        '<title>a at /Exception Location:</th><td>',
        '<title>a<',
        '<title>a//',
        '<cite class="filename">"',
        '<title>a // Werkzeug<cite class="filename">a</cite>, line <em class="line">1',
        'Traceback (most recent call last)',
        'Traceback (most recent call last)\n',
        'File "',
        'Traceback (most recent call last)File "a", line 1',
        'a\n',
        ' ',
        '\n',
        '&',
        'csrf',
    ],
)
@pytest.mark.parametrize(
    'start', ['', '<title>a at /', '<title>a // Werkzeug', 'Traceback (most recent call last)']
)
def test_no_answer_takes_long_to_read(start: str, piece: str) -> None:
    text = (start + piece * MOST_READ)[:MOST_READ]
    begin = time.perf_counter()
    hint = find_hint(URL, 500, '', text)
    assert time.perf_counter() - begin < 0.5
    assert len(hint) < 600
