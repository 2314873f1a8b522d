"""The dashboard: what has happened, and buttons for what a merchant's back office would do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.money import minor_units
from payment_page_sdk.sandbox.platform import AGAIN, Platform
from payment_page_sdk.sandbox.refusals import NotFound, Refusal
from payment_page_sdk.sandbox.web import amount_text, time_text


def create_dashboard(platform: Platform) -> Blueprint:
    """Return the dashboard of ``platform``."""
    dashboard = Blueprint('dashboard', __name__)
    dashboard.add_app_template_filter(time_text)
    dashboard.add_app_template_filter(indented)
    dashboard.add_app_template_filter(event)
    dashboard.add_app_template_global(amount_text)

    @dashboard.context_processor
    def shop() -> dict[str, bool]:
        return {'has_shop': 'shop' in current_app.blueprints}

    @dashboard.get('/')
    def payments() -> str:
        return render_template(
            'dashboard/payments.html',
            payments=platform.payments(),
            project_id=platform.project_id,
            now=platform.now(),
        )

    @dashboard.post('/clock')
    def clock() -> Response:
        with _refusals_told():
            try:
                seconds = float(request.form.get('advance', ''))
            except ValueError:
                raise Refusal('wrong_clock', 'a number of seconds is wanted') from None
            platform.advance(seconds)
        return redirect(url_for('dashboard.payments'), 303)

    @dashboard.get('/payments/<payment:payment_id>')
    def payment(payment_id: str) -> str:
        return render_template(
            'dashboard/payment.html',
            payment=platform.payment(payment_id),
            callbacks=[
                (callback, platform.deliveries(callback))
                for callback in platform.callbacks(payment_id)
            ],
        )

    @dashboard.post('/payments/<payment:payment_id>/<any(capture, cancel, refund):action>')
    def act(payment_id: str, action: str) -> Response:
        found = platform.payment(payment_id)
        given = request.form.get('amount', '').strip()
        with _refusals_told():
            amount = minor_units(given, found.currency) if given else None
            platform.change(found.key, lambda payment, now: getattr(payment, action)(amount, now))
        return _back_to(payment_id)

    @dashboard.post('/payments/<payment:payment_id>/deliver-in-reverse')
    def deliver_in_reverse(payment_id: str) -> Response:
        with _refusals_told():
            flash(
                'Sent: '
                + ', '.join(
                    str(sent.status or sent.error)
                    for sent in platform.deliver_in_reverse(payment_id)
                )
            )
        return _back_to(payment_id)

    @dashboard.post(
        '/payments/<payment:payment_id>/callbacks/<int(max=9223372036854775807):number>'
    )
    def deliver(payment_id: str, number: int) -> Response:
        if number not in [callback.id for callback in platform.callbacks(payment_id)]:
            raise NotFound('unknown_callback', 'there is no such callback')
        with _refusals_told():
            sent = platform.deliver(number, request.form.get('variant', AGAIN))
            flash(f'Sent ({sent.variant}): {sent.status or sent.error}')
        return _back_to(payment_id)

    @dashboard.errorhandler(Refusal)
    def refused(error: Refusal) -> tuple[str, int]:
        return render_template('dashboard/refused.html', message=_sentence(error)), error.status

    return dashboard


def indented(body: str) -> str:
    """Return a JSON text, easier to read."""
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)


def event(body: str) -> str:
    """Return in a word what a callback tells."""
    data = json.loads(body)
    if 'payment' not in data:
        return f'token {data["token_status"]}'
    return f'{data["payment"]["status"]} ({data["operation"]["type"]})'


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Tell on the next page why a button did nothing."""
    try:
        yield
    except (Refusal, ValidationException) as error:
        flash(_sentence(error))


def _back_to(payment_id: str) -> Response:
    return redirect(url_for('dashboard.payment', payment_id=payment_id), 303)


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] + '.'
