"""The Payment Page itself, which the shopper sees."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any, Optional

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as AnyResponse

from payment_page_sdk.parameters.kinds import CARD_TOKENIZE, CARD_VERIFY
from payment_page_sdk.sandbox import cards, dashboard_words
from payment_page_sdk.sandbox.cards import CARDS, LONGEST_HOLDER, PURCHASE_CARDS, CardDetails
from payment_page_sdk.sandbox.languages import browser_language
from payment_page_sdk.sandbox.masking import mask_cards
from payment_page_sdk.sandbox.payments import NEW, SandboxPayment
from payment_page_sdk.sandbox.platform import Platform, Transition
from payment_page_sdk.sandbox.refusals import Conflict, Refusal
from payment_page_sdk.sandbox.view import IN_PLACE, View
from payment_page_sdk.sandbox.web import reason_as_text, refusal_title
from payment_page_sdk.sandbox.words import WORDS
from payment_page_sdk.statuses import PaymentStatus

_SECONDS_TO_LOOK_AGAIN = 2

_TEST_CARDS = [
    {
        'number': ' '.join(number[start : start + 4] for start in range(0, len(number), 4)),
        'outcome_key': card.outcome,
        'code': card.code,
        'expiry': card.expiry,
        'cvc': card.cvc,
    }
    for number, card in PURCHASE_CARDS.items()
]


def create_page(platform: Platform) -> Blueprint:
    """Return the pages of ``platform`` for shoppers."""
    page = Blueprint('page', __name__)

    @page.route('/payment', methods=['GET', 'POST'])
    def open_payment() -> AnyResponse:
        query = request.get_data() if request.method == 'POST' else request.query_string
        return _show(platform, platform.open(query.decode('utf-8', 'replace')))

    @page.get('/payment/<key>')
    def payment(key: str) -> AnyResponse:
        return _show(platform, platform.payment_by_key(key))

    @page.get('/payment/<key>/again')
    def try_again(key: str) -> AnyResponse:
        payment = platform.payment_by_key(key)
        return _show_form(payment) if payment.is_open else _redirect_to(key)

    def read_card(payment: SandboxPayment) -> tuple[str, CardDetails, dict[str, str]]:
        """Return the number and the details that were entered, and the errors in them."""
        number, details = _entered(payment)
        today = datetime.fromtimestamp(platform.now(), timezone.utc)
        errors = cards.errors_in(number, details, today)
        if payment.has_saved_card:
            errors = {name: error for name, error in errors.items() if name == 'cvc'}
        return number, details, errors

    @page.post('/payment/<key>/check')
    def check_card(key: str) -> Response:
        """Tell what is wrong in an embedded form, before it is submitted."""
        payment = platform.payment_by_key(key)
        return jsonify(_error_texts(payment, read_card(payment)[-1]))

    @page.post('/payment/<key>/card')
    def submit_card(key: str) -> AnyResponse:
        payment = platform.payment_by_key(key)
        number, details, errors = read_card(payment)
        if errors and payment.is_open:
            return _show_form(payment, errors, details)
        # A shopper who is sent to the shop at once has no page on which to try again.
        return change(
            key,
            lambda payment, now: payment.submit(
                CARDS[number], details, now, may_retry=not payment.params.get('redirect_fail_url')
            ),
        )

    @page.post('/payment/<key>/challenge')
    def answer_challenge(key: str) -> AnyResponse:
        code = request.form.get('code', '').strip()
        is_cancelled = 'cancel' in request.form
        payment = platform.payment_by_key(key)
        if payment.status == PaymentStatus.AWAITING_3DS_RESULT and not (code or is_cancelled):
            return _show_challenge(payment, is_empty=True)
        return change(key, lambda payment, now: payment.answer('' if is_cancelled else code, now))

    @page.post('/payment/<key>/leave')
    def leave(key: str) -> AnyResponse:
        payment = platform.change(key, lambda payment, now: payment.give_up(now))
        way = View(payment, _language(payment)).button()
        return _leave_for(way.url) if way else _redirect_to(key)

    @page.errorhandler(Refusal)
    def show_refusal(error: Refusal) -> tuple[str, int]:
        common = _common_context(None)
        context = {
            **common,
            'dashboard_words': dashboard_words.WORDS[common['lang']],
            'title': refusal_title(error.code, common['lang']),
            'problems': error.problems,
            'link': error.link,
            'events': [['onFailLoading', {'message': str(error)}]],
        }
        return render_template('page/refused.html', **context), error.status

    def change(key: str, transition: Transition) -> AnyResponse:
        # After a button is pressed twice, or in an old tab, the page shows the result of the first.
        with suppress(Conflict):
            platform.change(key, transition)
        return _redirect_to(key)

    return page


def _redirect_to(key: str) -> AnyResponse:
    return redirect(url_for('page.payment', key=key), 303)


def _leave_for(url: str) -> AnyResponse:
    try:
        iri_to_uri(url)  # as ``redirect`` does
    except ValueError:
        raise Refusal('unsupported', 'the address to go to is not a valid URL') from None
    return redirect(url, 303)


def _show(platform: Platform, payment: SandboxPayment) -> AnyResponse:
    """Return the page for the status of a payment, or a redirect to the shop."""
    if payment.status == NEW:
        return _show_form(payment)
    if payment.status == PaymentStatus.AWAITING_3DS_RESULT:
        return _show_challenge(payment)
    if payment.status == PaymentStatus.EXPIRED:
        return _render('page/expired.html', payment)
    view = View(payment, _language(payment))
    way = view.redirect()
    if way is not None and way.mode == IN_PLACE and not view.framed:
        return _leave_for(way.url)  # in a frame, the page first tells the shop's page the outcome
    response = _render(
        'page/result.html',
        payment,
        events=_events(platform, view),
        go=way,
        outcome=view.outcome,
        code=payment.decline_code,
        message=payment.decline_code and reason_as_text(payment.decline_code, view.lang),
        waited=int(platform.now() - payment.changed),
        again_url=url_for('page.try_again', key=payment.key) if payment.is_open else None,
    )
    if payment.status == PaymentStatus.PROCESSING:
        here = url_for('page.payment', key=payment.key)
        response.headers['Refresh'] = f'{_SECONDS_TO_LOOK_AGAIN}; url={here}'
    return response


def _show_form(
    payment: SandboxPayment,
    errors: Optional[Mapping[str, str]] = None,
    details: Optional[CardDetails] = None,
) -> AnyResponse:
    details = details or CardDetails()
    words = WORDS[_language(payment)]
    return _render(
        'page/form.html',
        payment,
        400 if errors else 200,
        events=[
            ['onLoaded', {}],
            [
                'onPaymentMethodSelect',
                {'name': 'card', 'payment_method_type': 1, 'payment_method_code': 'card'},
            ],
        ],
        card_url=url_for('page.submit_card', key=payment.key),
        values={name: _as_shown(getattr(details, name)) for name in ('holder', 'expiry')},
        check_url=url_for('page.check_card', key=payment.key),
        errors=_error_texts(payment, errors or {}),
        saved=payment.account if payment.has_saved_card else None,
        notice=words[_notice_of(payment)] if payment.operations else None,
        deadline=_deadline(payment),
        cards=_TEST_CARDS,
    )


def _error_texts(payment: SandboxPayment, errors: Mapping[str, str]) -> dict[str, str]:
    words = WORDS[_language(payment)]
    return {name: words[f'error_{name}_{error}'] for name, error in errors.items()}


def _notice_of(payment: SandboxPayment) -> str:
    return 'notice_declined_saved' if payment.has_saved_card else 'notice_declined'


def _entered(payment: SandboxPayment) -> tuple[str, CardDetails]:
    """Return the number and the details of the card that the shopper pays with."""
    holder, expiry, cvc = (
        request.form.get(name, '').strip() for name in ('holder', 'expiry', 'cvc')
    )
    if payment.has_saved_card:
        return cards.card_with(payment.card or '').number, payment.saved_details(cvc)
    return cards.digits_of(request.form.get('number', '')), CardDetails(holder, expiry, cvc)


def _as_shown(entered: str) -> str:
    """Return the beginning of what the shopper entered, without a card number."""
    return mask_cards(entered[:LONGEST_HOLDER])


def _show_challenge(payment: SandboxPayment, is_empty: bool = False) -> AnyResponse:
    words = WORDS[_language(payment)]
    return _render(
        'page/challenge.html',
        payment,
        400 if is_empty else 200,
        events=[] if is_empty else [_submit_event(payment), ['onRedirectIframe', {}]],
        challenge_url=url_for('page.answer_challenge', key=payment.key),
        bank_url=url_for('page.payment', key=payment.key, _external=True),
        hint=cards.card_with(payment.card or '').code,
        errors={'code': words['error_code_missing']} if is_empty else {},
    )


def _render(template: str, payment: SandboxPayment, status: int = 200, **context: Any) -> Response:
    return Response(render_template(template, **{**_common_context(payment), **context}), status)


def _common_context(payment: Optional[SandboxPayment]) -> dict[str, Any]:
    """Return the context that all pages need; ``payment`` is None if there is none to show.

    What a template is not given counts as empty there.
    """
    lang = _language(payment)
    context: dict[str, Any] = {
        'lang': lang,
        'words': WORDS[lang],
        'events': [],
        'sandbox_url': url_for('dashboard.payments'),
    }
    if payment is not None:
        view = View(payment, lang)
        button = view.button()
        context.update(
            payment=view,
            framed=view.framed,
            here=url_for('page.payment', key=payment.key),
            leave=button and {**button._asdict(), 'label_key': 'leave_' + view.side},
            leave_url=url_for('page.leave', key=payment.key),
        )
    return context


def _language(payment: Optional[SandboxPayment]) -> str:
    """Return the language of the link, or else of the browser; English instead of any other."""
    asked = str(payment.params.get('language_code', '')).lower() if payment else ''
    if asked:
        return asked if asked in WORDS else 'en'
    return browser_language()


def _deadline(payment: SandboxPayment) -> Optional[str]:
    until = payment.best_before
    if until is None:
        return None
    return f'{datetime.fromtimestamp(until, timezone.utc):%Y-%m-%d %H:%M} UTC'


def _submit_event(payment: SandboxPayment) -> list[Any]:
    return ['onPaymentSubmitResult', {'request_id': payment.request_id}]


def _events(platform: Platform, view: View) -> list[list[Any]]:
    """Return the events for the shop's page when the outcome is shown."""
    payment = view.payment
    if payment.status == PaymentStatus.PROCESSING:
        return []  # this page reloads until there is an outcome
    challenged = payment.card and cards.card_with(payment.card).flow == cards.CHALLENGE
    events = [['onRedirectIframeComplete', {}] if challenged else _submit_event(payment)]
    if view.verdict:
        action = {CARD_TOKENIZE: 'Tokenize', CARD_VERIFY: 'CardVerify'}.get(view.mode, 'Payment')
        events.append([f'on{action}{view.verdict}', platform.sign_event(payment)])
    return events
