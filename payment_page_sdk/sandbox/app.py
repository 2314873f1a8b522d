"""The sandbox as one Flask application."""

from __future__ import annotations

import secrets
from typing import Optional

from flask import Flask, Response, abort, request

from payment_page_sdk.sandbox.api import api_of
from payment_page_sdk.sandbox.dashboard import dashboard_of
from payment_page_sdk.sandbox.page import page_of
from payment_page_sdk.sandbox.platform import Platform

LARGEST_REQUEST = 1024 * 1024  # bytes

# A merchant's pages show the Payment Page in frames; nobody shows the rest.
_POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors "


def app_of(platform: Platform, hosts: Optional[list[str]] = None) -> Flask:
    """Return the application; ``hosts`` are the names by which it may be called, None means any.

    Without that, any web site that the developer visits could name its own host 127.0.0.1, and
    read the sandbox.
    """
    app = Flask(__name__)
    app.secret_key = secrets.token_bytes()  # of the notes that the dashboard shows once
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_REQUEST, TRUSTED_HOSTS=hosts)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_blueprint(page_of(platform))
    app.register_blueprint(dashboard_of(platform))
    app.register_blueprint(api_of(platform))

    @app.get('/shared/<any("merchant.js", "merchant.css"):name>')
    def shared(name: str) -> Response:
        return app.send_static_file(name)

    @app.before_request
    def refuse_other_sites() -> None:
        """Let no other site's page press the buttons; to open a payment is open to all."""
        site = request.headers.get('Sec-Fetch-Site', 'none')
        if request.method == 'POST' and request.path != '/payment' and site not in (
                'none', 'same-origin'):
            abort(403)

    @app.after_request
    def protect(response: Response) -> Response:
        frames = '*' if request.path.startswith('/payment') else "'self'"
        response.headers.setdefault('Content-Security-Policy', _POLICY + frames)
        response.headers['X-Content-Type-Options'] = 'nosniff'
        response.headers['Referrer-Policy'] = 'same-origin'
        if request.endpoint not in ('static', 'shared'):
            response.headers['Cache-Control'] = 'no-store'
        return response

    return app
