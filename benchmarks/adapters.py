"""Measures what payment_page_sdk.contrib adds to each framework's own time for an empty view.

    python benchmarks/adapters.py [--seconds 20]

Four views take turns, in one process and without a server, called as a server would call them:

- empty: reads the body, and answers 200;
- by hand: the same, with gate.handle_callback between the two, and 400 where that raises;
- adapter alone: @payment_callback with a gate that believes everything;
- adapter: @payment_callback as merchants use it.

The promise is on `adapter alone` against `empty`, and on `adapter` against `by hand`: at most
+15 %. Verifying itself, which no adapter can spare, is shown as `by hand` against `empty`. Judged
is the fastest of many short rounds, for the reasons that run.py gives. The exit status is 1 when a
promise is missed.
"""

# ruff: noqa: E402
import argparse
import asyncio
import json
import logging
import sys
import time
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, cast

sys.path.append(str(Path(__file__).resolve().parent.parent))

import django
import flask
from django.conf import settings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

settings.configure(ALLOWED_HOSTS=['*'], SECRET_KEY='x', MIDDLEWARE=[], PAYMENT_PAGE_SECRET='secret')
django.setup()

from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

from payment_page_sdk.contrib import django as contrib_django
from payment_page_sdk.contrib import flask as contrib_flask
from payment_page_sdk.contrib import starlette as contrib_starlette
from payment_page_sdk.exceptions import CallbackException
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

AT_MOST = 1.15
ROUND = 0.01  # seconds
KINDS = 'empty', 'by hand', 'adapter alone', 'adapter'
PROMISES = ('adapter alone', 'empty'), ('adapter', 'by hand')

gate = Gate('secret')
data = {
    'project_id': 186,
    'payment': {
        'id': 'ORDER-1',
        'type': 'purchase',
        'status': 'success',
        'method': 'card',
        'date': '2026-01-01T12:00:00+0000',
        'sum': {'amount': 1001, 'currency': 'EUR'},
    },
    'account': {'number': '400000******0002', 'type': 'visa', 'expiry_month': '11'},
    'operation': {
        'id': 42,
        'type': 'sale',
        'status': 'success',
        'code': '0',
        'message': 'Success',
        'sum_initial': {'amount': 1001, 'currency': 'EUR'},
        'created_date': '2026-01-01T12:00:00',
    },
}
BODY = json.dumps(dict(data, signature=SignatureHandler('secret').sign(data))).encode()
CALLBACK = gate.handle_callback(BODY)


class Credulous:
    """A gate that costs nothing."""

    def handle_callback(self, body: Any) -> Any:
        assert len(body) == len(BODY)
        return CALLBACK


credulous = cast(Gate, Credulous())


def nothing(callback: Any) -> None:
    pass


async def async_nothing(callback: Any) -> None:
    pass


def verify(body: bytes) -> tuple[str, int]:
    try:
        nothing(gate.handle_callback(body))
    except CallbackException as error:
        return error.code, 400
    return 'OK', 200


# Django


def django_empty(request: Any) -> Any:
    assert request.body
    return HttpResponse('OK')


def django_by_hand(request: Any) -> Any:
    body, status = verify(request.body)
    return HttpResponse(body, status=status)


async def django_async_empty(request: Any) -> Any:
    return django_empty(request)


async def django_async_by_hand(request: Any) -> Any:
    return django_by_hand(request)


django_empty.csrf_exempt = django_by_hand.csrf_exempt = True  # type: ignore[attr-defined]
VIEWS: dict[str, list[Any]] = {
    'django': [
        django_empty,
        django_by_hand,
        contrib_django.payment_callback(credulous)(nothing),
        contrib_django.payment_callback(gate)(nothing),
    ],
    'django_async': [
        django_async_empty,
        django_async_by_hand,
        contrib_django.payment_callback(credulous)(async_nothing),
        contrib_django.payment_callback(gate)(async_nothing),
    ],
}


def django_calls(app: Any, view: Any, calls: Any, *arguments: Any) -> Callable[[int], None]:
    # Each view has its own routes, since to be the second of some costs time.
    urlconf: Any = ModuleType('urls')
    urlconf.urlpatterns = [path('callbacks', view)]
    call = calls(app, *arguments)

    def routed(times: int) -> None:
        settings.ROOT_URLCONF = urlconf
        call(times)

    return routed


# Flask


def flask_empty() -> Any:
    flask.request.get_data()
    return 'OK'


def flask_by_hand() -> Any:
    return verify(flask.request.get_data())


VIEWS['flask'] = [
    flask_empty,
    flask_by_hand,
    contrib_flask.payment_callback(credulous)(nothing),
    contrib_flask.payment_callback(gate)(nothing),
]


def flask_app(view: Any) -> Any:
    app = flask.Flask(__name__)
    app.add_url_rule('/callbacks', 'paid', view, methods=['POST'])
    return app


# Starlette


async def starlette_empty(request: Request) -> Any:
    await request.body()
    return PlainTextResponse('OK')


async def starlette_by_hand(request: Request) -> Any:
    return PlainTextResponse(*verify(await request.body()))


VIEWS['starlette'] = [
    starlette_empty,
    starlette_by_hand,
    contrib_starlette.payment_callback(credulous)(async_nothing),
    contrib_starlette.payment_callback(gate)(async_nothing),
]


def starlette_app(endpoint: Any) -> Any:
    return Starlette(routes=[Route('/callbacks', endpoint, methods=['POST'])])


# Calls, as servers make them


def wsgi_calls(app: Any) -> Callable[[int], None]:
    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        assert status == '200 OK', status

    def call(times: int) -> None:
        for _ in range(times):
            reply = app(
                {
                    'REQUEST_METHOD': 'POST',
                    'PATH_INFO': '/callbacks',
                    'SCRIPT_NAME': '',
                    'QUERY_STRING': '',
                    'CONTENT_TYPE': 'application/json',
                    'CONTENT_LENGTH': str(len(BODY)),
                    'SERVER_NAME': 'shop',
                    'SERVER_PORT': '80',
                    'SERVER_PROTOCOL': 'HTTP/1.1',
                    'HTTP_HOST': 'shop',
                    'HTTP_USER_AGENT': 'platform',
                    'REMOTE_ADDR': '127.0.0.1',
                    'wsgi.url_scheme': 'http',
                    'wsgi.version': (1, 0),
                    'wsgi.input': BytesIO(BODY),
                    'wsgi.errors': sys.stderr,
                    'wsgi.multithread': True,
                    'wsgi.multiprocess': True,
                    'wsgi.run_once': False,
                },
                start_response,
            )
            b''.join(reply)
            reply.close()

    return call


def asgi_calls(app: Any, loop: Any) -> Callable[[int], None]:
    headers = [
        (b'host', b'shop'),
        (b'user-agent', b'platform'),
        (b'content-type', b'application/json'),
        (b'content-length', b'%d' % len(BODY)),
    ]

    async def send(message: Any) -> None:
        assert message.get('status', 200) == 200, message

    async def calls(times: int) -> None:
        for _ in range(times):
            messages = [{'type': 'http.request', 'body': BODY, 'more_body': False}]

            async def receive(messages: Any = messages) -> Any:
                if not messages:
                    await asyncio.sleep(60)
                return messages.pop()

            await app(
                {
                    'type': 'http',
                    'asgi': {'version': '3.0'},
                    'http_version': '1.1',
                    'method': 'POST',
                    'scheme': 'http',
                    'path': '/callbacks',
                    'raw_path': b'/callbacks',
                    'root_path': '',
                    'query_string': b'',
                    'headers': headers,
                    'server': ('shop', 80),
                    'client': ('127.0.0.1', 50000),
                },
                receive,
                send,
            )

    return lambda times: loop.run_until_complete(calls(times))


def seconds(call: Callable[[int], None], times: int) -> float:
    start = time.perf_counter()
    call(times)
    return (time.perf_counter() - start) / times


def main() -> int:
    parser = argparse.ArgumentParser(description='Measures what the adapters add.')
    parser.add_argument('--seconds', type=float, default=20, help='in all')
    options = parser.parse_args()
    logging.disable()
    loop = asyncio.new_event_loop()
    wsgi, asgi = get_wsgi_application(), get_asgi_application()
    makers: dict[str, Callable[[int], Callable[[int], None]]] = {
        'Django': lambda number: django_calls(wsgi, VIEWS['django'][number], wsgi_calls),
        'Django, async': lambda number: django_calls(
            asgi, VIEWS['django_async'][number], asgi_calls, loop
        ),
        'Flask': lambda number: wsgi_calls(flask_app(VIEWS['flask'][number])),
        'Starlette': lambda number: asgi_calls(starlette_app(VIEWS['starlette'][number]), loop),
    }
    calls = {
        (framework, kind): make(number)
        for framework, make in makers.items()
        for number, kind in enumerate(KINDS)
    }
    times = {}
    for key, call in calls.items():
        seconds(call, 20)
        times[key] = max(1, round(ROUND / seconds(call, 20)))
    best = dict.fromkeys(calls, float('inf'))
    end = time.perf_counter() + options.seconds
    while time.perf_counter() < end:
        for key, call in calls.items():
            best[key] = min(best[key], seconds(call, times[key]))

    print('microseconds    ' + ''.join(f'{kind:>15}' for kind in KINDS))
    missed = 0
    for framework in makers:
        row = {kind: best[framework, kind] for kind in KINDS}
        print(f'{framework:16}' + ''.join(f'{row[kind] * 1e6:15.1f}' for kind in KINDS))
        for ours, theirs in PROMISES:
            ratio = row[ours] / row[theirs]
            missed += ratio > AT_MOST
            print(f'    {ours} / {theirs}: {ratio - 1:+.1%}' + '  MISSED' * (ratio > AT_MOST))
        print(f'    by hand / empty: {row["by hand"] / row["empty"] - 1:+.1%} (verifying)')
        print(f'    adapter / empty: {row["adapter"] / row["empty"] - 1:+.1%} (in all)')
    return missed and 1


if __name__ == '__main__':
    sys.exit(main())
