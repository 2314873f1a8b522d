"""The dashboard: shows what happened, and has buttons for what a merchant's back office does."""

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
from payment_page_sdk.sandbox.web import amount_as_text, summarize, time_as_text


def create_dashboard(platform: Platform) -> Blueprint:
    """Return the dashboard of ``platform``."""
    dashboard = Blueprint('dashboard', __name__)
    dashboard.add_app_template_filter(time_as_text)
    dashboard.add_app_template_filter(indent_json)
    dashboard.add_app_template_filter(summarize)
    dashboard.add_app_template_global(amount_as_text)

    @dashboard.context_processor
    def add_has_shop() -> dict[str, bool]:
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
    def advance_clock() -> Response:
        with _flash_refusals():
            try:
                seconds = float(request.form.get('advance', ''))
            except ValueError:
                raise Refusal('wrong_clock', 'enter a number of seconds') from None
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
        currency = platform.payment(payment_id).currency
        given = request.form.get('amount', '').strip()
        with _flash_refusals():
            amount = minor_units(given, currency) if given else None
            platform.act(payment_id, action, amount)
        return _redirect_to(payment_id)

    @dashboard.post('/payments/<payment:payment_id>/deliver-in-reverse')
    def deliver_in_reverse(payment_id: str) -> Response:
        with _flash_refusals():
            flash(
                'Sent: '
                + ', '.join(
                    str(sent.status or sent.error)
                    for sent in platform.deliver_in_reverse(payment_id)
                )
            )
        return _redirect_to(payment_id)

    @dashboard.post(
        '/payments/<payment:payment_id>/callbacks/<int(max=9223372036854775807):callback_id>'
    )
    def deliver(payment_id: str, callback_id: int) -> Response:
        if callback_id not in [callback.id for callback in platform.callbacks(payment_id)]:
            raise NotFound('unknown_callback', 'there is no such callback')
        with _flash_refusals():
            sent = platform.deliver(callback_id, request.form.get('variant', AGAIN))
            flash(f'Sent ({sent.variant}): {sent.status or sent.error}')
        return _redirect_to(payment_id)

    @dashboard.errorhandler(Refusal)
    def show_refusal(error: Refusal) -> tuple[str, int]:
        return render_template('dashboard/refused.html', message=_as_sentence(error)), error.status

    return dashboard


def indent_json(body: str) -> str:
    """Return JSON in lines that are easy to read."""
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)


@contextmanager
def _flash_refusals() -> Iterator[None]:
    """Show a refusal on the next page, instead of raising it."""
    try:
        yield
    except (Refusal, ValidationException) as error:
        flash(_as_sentence(error))


def _redirect_to(payment_id: str) -> Response:
    return redirect(url_for('dashboard.payment', payment_id=payment_id), 303)


def _as_sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] + '.'
