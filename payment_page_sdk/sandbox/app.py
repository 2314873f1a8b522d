"""The sandbox as one Flask application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional, Union
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import PathConverter
from werkzeug.wrappers import Response as AnyResponse

from payment_page_sdk.sandbox import gate_api
from payment_page_sdk.sandbox.api import API, answer_http_error, create_api
from payment_page_sdk.sandbox.dashboard import create_dashboard, show_http_error
from payment_page_sdk.sandbox.page import create_page
from payment_page_sdk.sandbox.platform import Platform

# Only the Payment Page may be framed by other sites, which are the merchants'.
_POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors "

OTHER_HOST = (
    'the sandbox does not answer to this host name: open it by the address that it printed when it '
    'started'
)


class PaymentIdConverter(PathConverter):
    """The id of a payment, which may contain slashes, and begin with one."""

    regex = '.+?'
    part_isolating = False

    def to_url(self, value: str) -> str:
        return quote(value, safe='')  # with slashes, browsers would see folders in it


def create_app(
    platform: Platform, hosts: Optional[list[str]] = None, gate_allow: Sequence[str] = ()
) -> Flask:
    """Return the application. It answers only to the host names in ``hosts``; None means to any.

    With None, any web site that the developer visits could let its own host name lead to 127.0.0.1,
    and read the sandbox. ``gate_allow`` are the IP addresses and networks that may call the Gate
    API; without any, everyone may.
    """
    app = Flask(__name__)
    app.url_map.converters['payment'] = PaymentIdConverter
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_blueprint(create_page(platform))
    app.register_blueprint(create_dashboard(platform))
    app.register_blueprint(create_api(platform))
    app.register_blueprint(gate_api.create_gate_api(platform, gate_allow))

    @app.get('/shared/<any("merchant.js", "merchant.css"):name>')
    def shared(name: str) -> Response:
        return app.send_static_file(name)

    @app.before_request
    def refuse_other_sites() -> None:
        """Do not let the pages of other sites read anything, or press buttons.

        Every site may open a payment, since the link is signed.
        """
        host = request.headers.get('Host', '')
        if hosts is not None and _name_in(host) not in hosts:
            abort(400, OTHER_HOST)
        site = request.headers.get('Sec-Fetch-Site', 'none')
        origin = request.headers.get('Origin', '//' + host)
        if (
            request.method == 'POST'
            and request.path != '/payment'
            and (site not in ('none', 'same-origin') or origin.partition('//')[2] != host)
        ):
            abort(403)  # only the host is compared, since a tunnel may serve the sandbox over https

    @app.errorhandler(HTTPException)
    def handle_http_error(error: HTTPException) -> Union[AnyResponse, tuple[Response, int]]:
        if request.path.startswith(gate_api.GATE_API):
            return gate_api.answer_http_error(error)
        if request.path.startswith(API):
            return answer_http_error(error)
        return show_http_error(error)

    @app.after_request
    def protect(response: Response) -> Response:
        frames = '*' if request.blueprint == 'page' else "'self'"
        response.headers.setdefault('Content-Security-Policy', _POLICY + frames)
        response.headers['X-Content-Type-Options'] = 'nosniff'
        response.headers['Referrer-Policy'] = 'same-origin'
        if request.endpoint not in ('static', 'shared'):
            response.headers['Cache-Control'] = 'no-store'
        return response

    return app


def _name_in(host: str) -> Optional[str]:
    """Return the name in a Host header, without the port."""
    try:
        return urlsplit('//' + host).hostname
    except ValueError:
        return None
