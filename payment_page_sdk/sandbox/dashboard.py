"""The dashboard: shows what happened, and has buttons for what a merchant's back office does."""

from __future__ import annotations

import re
from typing import Any, Optional

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.money import major_units, minor_units
from payment_page_sdk.sandbox import series
from payment_page_sdk.sandbox.api import API
from payment_page_sdk.sandbox.dashboard_words import OTHER_NAMES, STATUSES, TONES, WORDS
from payment_page_sdk.sandbox.gate_api import GATE_API
from payment_page_sdk.sandbox.languages import COOKIE, LANGUAGES, chosen_language
from payment_page_sdk.sandbox.payments import INVALID_AMOUNT, TOO_MUCH, SandboxPayment
from payment_page_sdk.sandbox.platform import Platform
from payment_page_sdk.sandbox.refusals import NotFound, Refusal, RefusedLink
from payment_page_sdk.sandbox.sender import AGAIN
from payment_page_sdk.sandbox.store import DELIVERY_STATES, Found, Search
from payment_page_sdk.sandbox.timeline import find_alerts, timeline
from payment_page_sdk.sandbox.web import (
    amount_as_text,
    as_sentence,
    indent_json,
    reason_as_text,
    refusal_title,
    summarize,
    time_as_text,
)

# Those that a payment here can have.
PAYMENT_STATUSES = [status for status in STATUSES if status not in DELIVERY_STATES]
ON_A_PAGE = 50
LONGEST_SEARCH = 255  # as long as an id may be
LONGEST_PATH = 300  # that an error shows
SECONDS_IN_A_YEAR = 365 * 24 * 60 * 60

_SERIES_ACTIONS = {'debit': series.DEBIT, 'update': series.UPDATE, 'end': series.CANCEL}

# Not // or /\\, behind which browsers expect the name of a host.
_is_path = re.compile(r'/(?![/\\])[^\s]*').fullmatch


def create_dashboard(platform: Platform) -> Blueprint:
    """Return the dashboard of ``platform``."""
    dashboard = Blueprint('dashboard', __name__)
    for function in (time_as_text, indent_json, summarize, as_sentence):
        dashboard.add_app_template_filter(function)
    dashboard.add_app_template_global(amount_as_text)
    dashboard.add_app_template_global(reason_as_text)
    dashboard.add_app_template_global(refusal_title)

    @dashboard.before_app_request
    def note_changes() -> None:
        g.changes = platform.changes  # before anything is read: what changes later is fetched anew

    @dashboard.app_context_processor
    def common() -> dict[str, Any]:
        """Return what every page needs that is not the payment page."""
        language = chosen_language()
        return {
            'lang': language,
            'languages': LANGUAGES,
            'words': WORDS[language],
            'names': {**STATUSES, **OTHER_NAMES} if language == 'ru' else {},
            'tones': TONES,
            'here': request.full_path if request.method == 'GET' else url_for('dashboard.payments'),
            'has_shop': 'shop' in current_app.blueprints,
            'now': platform.now(),
            'changes': g.changes,
        }

    @dashboard.get('/')
    def payments() -> str:
        search = Search(
            *(request.args.get(name, '').strip()[:LONGEST_SEARCH] for name in Search._fields)
        )
        if search.delivery not in ('', *DELIVERY_STATES):
            search = search._replace(delivery='')
        page = max(1, request.args.get('page', 1, _page_number))
        found, total = platform.find_payments(search, (page - 1) * ON_A_PAGE, ON_A_PAGE)
        return render_template(
            'dashboard/payments.html',
            found=found,
            total=total,
            search=search,
            search_terms={name: term for name, term in search._asdict().items() if term},
            statuses=PAYMENT_STATUSES,
            page=page,
            pages=-(-total // ON_A_PAGE),
            delivery_states=DELIVERY_STATES,
            project_id=platform.project_id,
            refused=find_news(found) if page == 1 and not any(search) else None,
        )

    def find_news(found: list[Found]) -> Optional[RefusedLink]:
        """Return the last refused link, if no payment was opened since."""
        links = platform.refused(1, with_entries=False)
        is_new = links and (not found or links[0].at > found[0].payment.opened)
        return links[0] if is_new else None

    @dashboard.get('/changes')
    def changes() -> Response:
        return jsonify(changes=platform.changes, now=platform.now())

    @dashboard.get('/language/<any(en, ru):language>')
    def choose_language(language: str) -> AnyResponse:
        response = _redirect_back()
        response.set_cookie(COOKIE, language, SECONDS_IN_A_YEAR, samesite='Lax')
        return response

    @dashboard.post('/clock')
    def advance_clock() -> tuple[str, int] | AnyResponse:
        given = request.form.get('advance', '')
        try:
            platform.advance(float(given))
        except ValueError:
            problem = 'enter a number of seconds'
        except Refusal as error:
            problem = str(error)
        else:
            return _redirect_back()
        context = {'here': _back(), 'clock_given': given, 'clock_problem': problem}
        return render_template('dashboard/error.html', message=problem, **context), 400

    @dashboard.get('/payments/<payment:payment_id>')
    def payment(payment_id: str) -> str:
        return show(payment_id)

    @dashboard.post('/payments/<payment:payment_id>/<any(capture, cancel, refund):action>')
    def act(payment_id: str, action: str) -> tuple[str, int] | AnyResponse:
        given = request.form.get('amount', '').strip()
        payment = platform.payment(payment_id)
        try:
            platform.act(payment_id, action, _read_amount(given, payment))
        except (Refusal, ValidationException) as error:
            problem = _problem_with_amount(error, payment)
            return show(payment_id, failed=action, given=given, problem=problem), 400
        return _redirect_to(payment_id, 'actions')

    @dashboard.post('/payments/<payment:payment_id>/series/<any(debit, update, end):action>')
    def act_on_series(payment_id: str, action: str) -> tuple[str, int] | AnyResponse:
        given = request.form.get('amount', '').strip()
        month = request.form.get('month', '').strip()
        payment = platform.payment(payment_id)
        if payment.series is None:
            raise NotFound(series.UNKNOWN_SERIES, 'there is no series with this id')
        terms: dict[str, Any] = {}
        try:
            amount = _read_amount(given, payment)
            if amount is not None:
                terms['amount'] = amount
            if month:
                year, _, number = month.partition('-')
                terms.update(expiry_year=int(year), expiry_month=int(number))
            following = platform.act_on_series(
                payment.series.id,
                _SERIES_ACTIONS[action],
                amount=amount,
                terms=terms,
            )
        except (Refusal, ValidationException) as error:
            problem = _problem_with_amount(error, payment)
        except ValueError:
            problem = WORDS[chosen_language()]['wrong_month']
        else:
            return _redirect_to(following.name_in_links, None)
        return show(payment_id, failed=action, given=given, month=month, problem=problem), 400

    @dashboard.post('/payments/<payment:payment_id>/deliver-in-reverse')
    def deliver_in_reverse(payment_id: str) -> AnyResponse:
        platform.deliver_in_reverse(payment_id)
        return _redirect_to(payment_id, 'timeline')

    @dashboard.post(
        '/payments/<payment:payment_id>/callbacks/<int(max=9223372036854775807):callback_id>'
    )
    def deliver(payment_id: str, callback_id: int) -> AnyResponse:
        if callback_id not in [callback.id for callback in platform.callbacks(payment_id)]:
            raise NotFound('unknown_callback', 'there is no such callback')
        platform.deliver(callback_id, request.form.get('variant', AGAIN))
        return _redirect_to(payment_id, f'callback-{callback_id}')

    @dashboard.get('/refused')
    def refused() -> str:
        return render_template(
            'dashboard/refused_links.html', links=platform.refused(with_entries=False)
        )

    @dashboard.get('/refused/<int(max=9223372036854775807):link_id>')
    def refused_link(link_id: int) -> str:
        return render_template('dashboard/refused_link.html', link=platform.refused_link(link_id))

    @dashboard.errorhandler(Refusal)
    def show_refusal(error: Refusal) -> tuple[str, int]:
        return render_template('dashboard/error.html', message=str(error)), error.status

    def show(payment_id: str, **context: Any) -> str:
        found = platform.payment(payment_id)
        callbacks = platform.callbacks_and_deliveries(payment_id)
        return render_template(
            'dashboard/payment.html',
            here=url_for('dashboard.payment', payment_id=found.name_in_links),
            payment=found,
            entries=timeline(found, callbacks),
            callbacks=callbacks,
            alerts=find_alerts(callbacks),
            delivery=platform.delivery_of(found),
            **context,
        )

    return dashboard


def show_http_error(error: HTTPException) -> AnyResponse:
    """Return a page about a request that nothing serves."""
    response = AnyResponse.force_type(error.get_response())  # with its headers, such as Allow
    page = render_template(
        'dashboard/error.html',
        http_error=error,
        status=error.code,
        path=request.path[:LONGEST_PATH],
        apis=[('sandbox_api', API), ('gate_api', GATE_API)],
    )
    response.set_data(page)
    return response


def _page_number(text: str) -> int:
    return min(int(text[:9]), 10**6)


def _read_amount(given: str, payment: SandboxPayment) -> Optional[int]:
    """Return what was entered in minor units; None means all. Raises ValidationException."""
    if not given or not payment.currency:  # without a currency, there is nothing to pay back
        return None
    return minor_units(given.replace(',', '.'), payment.currency)


def _problem_with_amount(error: Exception, payment: SandboxPayment) -> str:
    """Return what is wrong, in the units of the field."""
    language = chosen_language()
    words = WORDS[language]
    if isinstance(error, ValidationException):
        example = major_units(1815, payment.currency)
        decimals = -int(example.as_tuple().exponent)
        return words['wrong_amount'].format(decimals=decimals, example=example)
    code = error.code if isinstance(error, Refusal) else ''
    if code == TOO_MUCH:
        return words['too_much'].format(most=amount_as_text(payment, payment.left, language))
    if code == INVALID_AMOUNT:
        return words['too_little'].format(least=amount_as_text(payment, 1, language))
    return as_sentence(str(error), language)


def _redirect_to(payment_id: str, anchor: Optional[str]) -> AnyResponse:
    return redirect(url_for('dashboard.payment', payment_id=payment_id, _anchor=anchor), 303)


def _redirect_back() -> AnyResponse:
    return redirect(_back(), 303)


def _back() -> str:
    """Return the page that the form or link was on, which is one of the sandbox's."""
    back = request.values.get('back', '')
    return back if _is_path(back) else url_for('dashboard.payments')
