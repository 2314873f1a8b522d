"""The frameworks behind one face, for test_frameworks.py and for what their own tests send."""

import asyncio
import functools
import os
import types
from typing import Any, Callable

import flask
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from django.urls import path
from starlette.applications import Starlette
from starlette.routing import Route
from support import GATE, OTHER_METHODS, SMALL, Reply, asgi, wsgi

from payment_page_sdk.contrib import django as contrib_django
from payment_page_sdk.contrib import flask as contrib_flask
from payment_page_sdk.contrib import starlette as contrib_starlette

os.environ['DJANGO_SETTINGS_MODULE'] = 'apps.django_settings'
DJANGO_APP = get_wsgi_application()  # sets Django up
ANY_METHOD = ['POST'] + OTHER_METHODS


class Framework:
    """What an adapter gives, and how requests reach it.

    ``payment_callback`` is its decorator, ``route`` makes an application of the view, and
    ``request`` sends a request to the application.
    """

    def __init__(self, payment_callback: Any, route: Any, request: Any) -> None:
        self.payment_callback = payment_callback
        self.route = route
        self.request = request

    def serve(self, function: Any, **options: Any) -> 'Callable[..., Reply]':
        """Return what sends a request to the view of ``function``; ``options`` are the route's."""
        return self.send_to(self.payment_callback(GATE, limit=SMALL)(function), **options)

    def send_to(self, view: Any, **options: Any) -> 'Callable[..., Reply]':
        return functools.partial(self.request, self.route(view, **options))


def django_urls(view: Any) -> Any:
    """Return a context, also a decorator, in which Django knows the address of ``view``."""
    urlconf = types.ModuleType('urls')
    urlconf.urlpatterns = [path('callbacks/<shop>', view)]  # type: ignore[attr-defined]
    return override_settings(ROOT_URLCONF=urlconf)


def route_django(view: Any) -> Any:
    return django_urls(view)(DJANGO_APP)


def route_flask(view: Any, methods: Any = ANY_METHOD) -> Any:
    app = flask.Flask(__name__)
    app.testing = True  # raises what reaches Flask
    app.add_url_rule('/callbacks/<shop>', 'paid', view, methods=methods)
    return app


def route_starlette(endpoint: Any, methods: Any = ANY_METHOD) -> Any:
    return Starlette(routes=[Route('/callbacks/{shop}', endpoint, methods=methods)])


def make_async(function: Any) -> Any:
    @functools.wraps(function)
    async def async_function(callback: Any) -> Any:
        await asyncio.sleep(0)
        return function(callback)

    return async_function


def async_payment_callback(gate: Any, **options: Any) -> Any:
    """Do the same as Starlette's payment_callback, for the function made ``async``."""
    decorate = contrib_starlette.payment_callback(gate, **options)
    return lambda function: decorate(make_async(function))


DJANGO = Framework(contrib_django.payment_callback, route_django, wsgi)
FLASK = Framework(contrib_flask.payment_callback, route_flask, wsgi)
STARLETTE = Framework(contrib_starlette.payment_callback, route_starlette, asgi)
ASYNC_STARLETTE = Framework(async_payment_callback, route_starlette, asgi)
FRAMEWORKS = {
    'django': DJANGO,
    'flask': FLASK,
    'starlette': STARLETTE,
    'starlette-async': ASYNC_STARLETTE,
}
