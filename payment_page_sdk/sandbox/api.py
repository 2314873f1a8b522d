"""The sandbox's JSON API, for automated tests. docs/en/sandbox.md describes it, with examples."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Optional

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from payment_page_sdk._json import parse
from payment_page_sdk._query import find_query
from payment_page_sdk.sandbox.bodies import series_body
from payment_page_sdk.sandbox.payments import SandboxPayment
from payment_page_sdk.sandbox.platform import Platform
from payment_page_sdk.sandbox.refusals import Refusal
from payment_page_sdk.sandbox.sender import AGAIN
from payment_page_sdk.sandbox.series import CANCEL, DEBIT, TERMS, UPDATE
from payment_page_sdk.sandbox.store import Delivery, StoredCallback
from payment_page_sdk.sandbox.web import time_as_text

API = '/sandbox/api'

Json = dict[str, Any]

_TYPE_NAMES: dict[Any, str] = {
    str: 'a string',
    int: 'an integer',
    (int, float): 'a number',
    (str, int): 'a string or an integer',
}


def create_api(platform: Platform) -> Blueprint:
    """Return the API of ``platform``."""
    api = Blueprint('api', __name__, url_prefix=API)

    @api.errorhandler(Refusal)
    def answer_refusal(error: Refusal) -> tuple[Response, int]:
        return _error_as_json(error.status, error.code, str(error), error.problems)

    @api.post('/payments')
    def open_payment() -> tuple[Response, int]:
        url = _member(_body(), 'url', str)
        return jsonify(_status_as_json(platform.open(find_query(url or '')))), 201

    @api.get('/payments')
    def payments() -> Response:
        return jsonify([_payment_as_json(payment) for payment in platform.payments()])

    @api.get('/payments/<payment:payment_id>')
    def payment(payment_id: str) -> Response:
        return jsonify(_payment_as_json(platform.payment(payment_id)))

    @api.post('/payments/<payment:payment_id>/outcome')
    def play(payment_id: str) -> Response:
        body = _body()
        number, code = (_text(body, name) for name in ('card', 'code'))
        payment = platform.play(platform.payment(payment_id).key, number, code)
        return jsonify(_status_as_json(payment))

    @api.post('/payments/<payment:payment_id>/<any(capture, cancel, refund):action>')
    def act(payment_id: str, action: str) -> Response:
        amount = _member(_body(), 'amount', int)
        return jsonify(_status_as_json(platform.act(payment_id, action, amount)))

    @api.post('/payments/<payment:payment_id>/deliver-in-reverse')
    def deliver_in_reverse(payment_id: str) -> Response:
        return jsonify(list(map(_delivery_as_json, platform.deliver_in_reverse(payment_id))))

    @api.get('/series/<int(max=9223372036854775807):recurring_id>')
    def series(recurring_id: int) -> Response:
        return jsonify(_series_as_json(platform.series(recurring_id)))

    @api.post(
        '/series/<int(max=9223372036854775807):recurring_id>/<any(debit, update, cancel):action>'
    )
    def act_on_series(recurring_id: int, action: str) -> Response:
        body = _body()
        payment = platform.act_on_series(
            recurring_id,
            {'debit': DEBIT, 'update': UPDATE, 'cancel': CANCEL}[action],
            _text(body, 'payment_id') or '',
            _member(body, 'amount', int),
            {name: body[name] for name in TERMS if name in body},
        )
        return jsonify(_status_as_json(payment))

    @api.get('/callbacks')
    def callbacks() -> Response:
        return jsonify(
            [
                _callback_as_json(callback, deliveries)
                for callback, deliveries in platform.callbacks_and_deliveries(
                    request.args.get('payment_id')
                )
            ]
        )

    @api.post('/callbacks/<int(max=9223372036854775807):callback_id>/deliver')
    def deliver(callback_id: int) -> Response:
        variant = _text(_body(), 'variant') or AGAIN
        return jsonify(_delivery_as_json(platform.deliver(callback_id, variant)))

    @api.get('/refused')
    def refused() -> Response:
        return jsonify(
            [{**link._asdict(), 'at': time_as_text(link.at)} for link in platform.refused()]
        )

    @api.post('/clock')
    def advance_clock() -> Response:
        platform.advance(_member(_body(), 'advance', (int, float)) or 0)
        return jsonify(now=time_as_text(platform.now()))

    @api.post('/gate-fault')
    def choose_gate_fault() -> Response:
        body = _body()
        fault, times = _text(body, 'fault'), _member(body, 'times', int)
        platform.faults.choose(fault, times)
        return jsonify(fault=fault, times=times)

    return api


def answer_http_error(error: HTTPException) -> tuple[Response, int]:
    """Return the API's answer to a request that none of its functions serves."""
    message, code = error.description or error.name, error.name.lower().replace(' ', '_')
    return _error_as_json(error.code or 500, code, message, [message])


def _error_as_json(
    status: int, code: str, message: str, problems: list[str]
) -> tuple[Response, int]:
    return jsonify(error={'code': code, 'message': message, 'problems': problems}), status


def _body() -> Json:
    """Return the JSON object that was sent; an empty body counts as an empty object."""
    data = None
    with suppress(ValueError, RecursionError):
        data = parse(request.get_data().decode('utf-8') or '{}')
    if not isinstance(data, dict):
        raise Refusal('malformed_request', 'the body of the request must be a JSON object')
    return data


def _member(body: Mapping[str, Any], name: str, types: Any) -> Any:
    """Return a member, or None. Raises Refusal if it has another type than ``types``."""
    value = body.get(name)
    if value is not None and (not isinstance(value, types) or isinstance(value, bool)):
        raise Refusal('malformed_request', f'{name} must be {_TYPE_NAMES[types]}')
    return value


def _text(body: Mapping[str, Any], name: str) -> Optional[str]:
    value = _member(body, name, (str, int))
    text = None if value is None else str(value)
    if text and text != text.encode('utf-8', 'replace').decode():
        raise Refusal('malformed_request', f'{name} contains an unpaired surrogate')
    return text


def _status_as_json(payment: SandboxPayment) -> Json:
    return {'payment_id': payment.payment_id, 'status': payment.status}


def _payment_as_json(payment: SandboxPayment) -> Json:
    return {
        **_status_as_json(payment),
        'mode': payment.mode,
        'amount': payment.amount,
        'currency': payment.currency,
        'opened_at': time_as_text(payment.opened),
        'page': f'/payment/{payment.key}',
        'params': payment.params,
        'canonical_string': payment.canonical,
        'operations': [
            {
                'id': operation.id,
                'type': operation.type,
                'status': operation.status,
                'amount': operation.amount,
                'code': operation.code or None,
                'at': time_as_text(operation.changed),
            }
            for operation in payment.operations
        ],
    }


def _series_as_json(payment: SandboxPayment) -> Json:
    state: Json = series_body(payment)['recurring']
    return state


def _callback_as_json(callback: StoredCallback, deliveries: list[Delivery]) -> Json:
    return {
        'id': callback.id,
        'url': callback.url,
        'body': callback.body,
        'deliveries': list(map(_delivery_as_json, deliveries)),
        'next_at': None if callback.next_at is None else time_as_text(callback.next_at),
    }


def _delivery_as_json(delivery: Delivery) -> Json:
    return {
        'variant': delivery.variant,
        'at': time_as_text(delivery.at),
        'status': delivery.status,
        'error': delivery.error,
        'answer': delivery.answer,
        'hint': delivery.hint or None,
        'milliseconds': delivery.milliseconds,
    }
