"""The Gate API, for what comes after the payment: status, capture, cancel, refund and series.

It answers at /v2/payment as the platform is documented to. What is requested is accepted at once
and carried out later, with a callback of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, Union

from flask import Blueprint, Response, abort, g, jsonify, request
from waitress.channel import ClientDisconnected
from werkzeug.exceptions import HTTPException

from payment_page_sdk._canonical import SIGNATURE
from payment_page_sdk.callback import decode_body
from payment_page_sdk.callback.result_codes import result_of
from payment_page_sdk.exceptions import MalformedCallback
from payment_page_sdk.sandbox.bodies import Body, request_body, series_body, status_body
from payment_page_sdk.sandbox.faults import CUT, DENIED, ERROR, TIMEOUT
from payment_page_sdk.sandbox.members import Members, WrongMember, WrongMembers
from payment_page_sdk.sandbox.payments import SandboxOperation, SandboxPayment
from payment_page_sdk.sandbox.platform import Platform
from payment_page_sdk.sandbox.refusals import NotFound, Refusal
from payment_page_sdk.sandbox.series import CANCEL, DEBIT, TERMS, UPDATE
from payment_page_sdk.statuses import PaymentStatus

GATE_API = '/v2/payment'
METHOD = 'card'  # all payments of the sandbox are made by card

# The platform's codes for requests that it refuses.
ACCESS_DENIED = '303'
INTERNAL_ERROR = '501'
MALFORMED = '702'
INVALID_JSON = '2003'
MISSING_MEMBER = '2004'
UNKNOWN_PROJECT = '2442'
UNKNOWN_METHOD = '2541'
INVALID_CUSTOMER = '2124'
INVALID_PAYMENT_ID = '3024'
NOT_FOUND = '3061'
INVALID_CURRENCY = '3121'
INVALID_SIGNATURE = '3261'
EMPTY_SIGNATURE = '3262'
WRONG_REFUND_CURRENCY = '3284'

_CODES = {403: ACCESS_DENIED, 500: INTERNAL_ERROR}


def create_networks(texts: Sequence[str]) -> list[Union[IPv4Network, IPv6Network]]:
    """Return IP addresses and networks that are written as texts. Raises ValueError."""
    return [ip_network(text, strict=False) for text in texts]


def create_gate_api(platform: Platform, allowed: Sequence[str] = ()) -> Blueprint:
    """Return the Gate API of ``platform``.

    ``allowed`` are the IP addresses and networks that may call it; if there are none, all may.
    """
    gate_api = Blueprint('gate_api', __name__, url_prefix=GATE_API)
    networks = create_networks(allowed)

    @gate_api.before_request
    def check_access() -> None:
        caller = request.remote_addr or ''
        if networks and not any(ip_address(caller) in network for network in networks):
            abort(int(DENIED), f'the IP address {caller} is not allowed')
        g.fault = platform.faults.take()
        if g.fault in (ERROR, DENIED):
            abort(int(g.fault), 'the sandbox was told to answer so')

    @gate_api.after_request
    def disturb(response: Response) -> Response:
        fault = g.get('fault')
        platform.faults.wait(fault)
        if fault not in (TIMEOUT, CUT):
            return response
        content = response.get_data()
        response.content_length = len(content)
        response.response = _break_off(content[: len(content) // 2] if fault == CUT else b'')
        return response

    @gate_api.errorhandler(Refusal)
    def answer_refusal(error: Refusal) -> tuple[Response, int]:
        wrong = error.wrong if isinstance(error, WrongMembers) else ()
        # The documented statuses have no 409.
        status = error.status if error.status in (404, 422) else 400
        return _answer_error(status, error.code, str(error), wrong)

    @gate_api.post('/status')
    def status() -> Response:
        members = Members(read_request())
        try:
            payment = find_payment(members)
        except NotFound:
            return _answer_not_found({})
        if not payment.operations:
            known = {'project_id': platform.project_id, 'payment': {'id': payment.payment_id}}
            return _answer_not_found(known)
        return answer_signed(status_body(payment))

    @gate_api.post('/status/request')
    def request_status() -> Response:
        body = read_request()
        try:
            payment, operation = platform.find_request(body.get('request_id'))
        except NotFound as error:
            raise NotFound(NOT_FOUND, str(error)) from None
        return answer_signed(request_body(payment, operation))

    @gate_api.post('/<path:method>/<any(capture, cancel, refund):action>')
    def act(method: str, action: str) -> Response:
        body = read_request()
        if method != METHOD:
            raise Refusal(UNKNOWN_METHOD, f'the payment was made by card: use {METHOD} in the path')
        return accept(body, action)

    @gate_api.post('/refund')
    def refund() -> Response:
        return accept(read_request(), 'refund')

    @gate_api.post('/<path:method>/recurring')
    def debit(method: str) -> Response:
        members = Members(read_request())
        amount, currency = members.read('payment.amount', int), members.text('payment.currency')
        if amount is None:
            members.refuse('payment.amount', 'is required', MISSING_MEMBER)
        if not currency:
            members.refuse('payment.currency', 'is required', MISSING_MEMBER)
        first = find_series(method, members)
        if currency != first.currency:
            raise Refusal(INVALID_CURRENCY, f'payment.currency must be {first.currency}')
        if members.text('customer.id') not in ('', first.text('customer_id')):
            raise Refusal(INVALID_CUSTOMER, 'customer.id must be that of the registered series')
        description = members.text('payment.description')
        return accept_on_series(members, DEBIT, amount=amount, description=description)

    @gate_api.post('/<path:method>/recurring/update')
    def update_series(method: str) -> Response:
        body = read_request()
        members = Members(body)
        find_series(method, members)
        terms = {name: value for name, value in body['recurring'].items() if name in TERMS}
        return accept_on_series(members, UPDATE, terms=terms)

    @gate_api.post('/<path:method>/recurring/cancel')
    def cancel_series(method: str) -> Response:
        members = Members(read_request())
        find_series(method, members)
        return accept_on_series(members, CANCEL)

    @gate_api.post('/<path:method>/recurring/info')
    def series_info(method: str) -> Response:
        return answer_signed(series_body(find_series(method, Members(read_request()))))

    def find_series(method: str, members: Members) -> SandboxPayment:
        """Return the payment that registered the series of the request. Raises Refusal."""
        if method != METHOD:
            raise Refusal(UNKNOWN_METHOD, f'the series is of a card: use {METHOD} in the path')
        if members.read('recurring.id', int) is None:
            members.refuse('recurring.id', 'is required', MISSING_MEMBER)
        members.check()
        try:
            return platform.series(members.read('recurring.id', int))
        except NotFound as error:
            raise Refusal(error.code, str(error)) from None

    def accept_on_series(members: Members, action: str, **wanted: Any) -> Response:
        payment_id, wishes = read_payment_id(members), read_wishes(members)
        members.check()
        operation = platform.request_on_series(
            members.read('recurring.id', int), action, payment_id, **wanted, **wishes
        )
        return answer_accepted(operation, payment_id)

    def read_request() -> Body:
        """Return the body of the request, if the merchant has signed it. Raises Refusal."""
        body = _read_json()
        has_general = isinstance(body.get('general'), dict)
        holder = body['general'] if has_general else body
        signature = holder.pop(SIGNATURE, None)
        if not signature:
            place = 'general.' if has_general else ''
            raise Refusal(EMPTY_SIGNATURE, f'the request has no {place}{SIGNATURE}')
        try:
            is_signed = platform.is_signed(body, signature)
        except (ValueError, OverflowError, RecursionError):
            raise Refusal(INVALID_JSON, 'the body of the request is nested too deeply') from None
        if not is_signed:
            raise Refusal(
                INVALID_SIGNATURE,
                'the signature was not made with the secret key from the data of the request',
            )
        if holder.get('project_id') not in (platform.project_id, str(platform.project_id)):
            raise Refusal(UNKNOWN_PROJECT, f'the sandbox only has project {platform.project_id}')
        return body

    def accept(body: Body, action: str) -> Response:
        members = Members(body)
        try:
            payment = find_payment(members)
        except NotFound as error:
            raise Refusal(NOT_FOUND, str(error)) from None
        amount, currency = members.read('payment.amount', int), members.text('payment.currency')
        description = members.text('payment.description')
        wishes = {
            'merchant_refund_id': members.text('payment.merchant_refund_id') or None,
            **read_wishes(members),
        }
        if action == 'refund' and not description:
            members.refuse('payment.description', 'is required', MISSING_MEMBER)
        members.check()
        if currency != payment.currency and (currency or amount is not None):
            raise Refusal(
                WRONG_REFUND_CURRENCY if action == 'refund' else INVALID_CURRENCY,
                f'payment.currency must be {payment.currency}',
            )
        operation = platform.request(payment.payment_id, action, amount, **wishes)
        return answer_accepted(operation, payment.payment_id)

    def answer_accepted(operation: SandboxOperation, payment_id: str) -> Response:
        return jsonify(
            status='success',
            request_id=operation.request_id,
            project_id=platform.project_id,
            payment_id=payment_id,
        )

    def find_payment(members: Members) -> SandboxPayment:
        payment_id = read_payment_id(members)
        members.check()
        return platform.payment(payment_id)

    def read_payment_id(members: Members) -> str:
        payment_id = members.text('general.payment_id')
        if not payment_id:
            members.refuse('general.payment_id', 'is required', INVALID_PAYMENT_ID)
        return payment_id

    def read_wishes(members: Members) -> Body:
        """Return what the merchant wants for the callback of this operation."""
        return {
            'callback_url': members.url('general.merchant_callback_url'),
            'callback_delay': members.delay('callback.delay'),
            'has_callback': not members.read('callback.force_disable', bool),
        }

    def answer_signed(body: Body) -> Response:
        return Response(platform.sign(body), mimetype='application/json')

    return gate_api


def answer_http_error(error: HTTPException) -> tuple[Response, int]:
    """Return the API's answer to a request that none of its functions serves."""
    status = error.code or 500
    return _answer_error(status, _CODES.get(status, MALFORMED), error.description or error.name)


def _read_json() -> Body:
    if request.mimetype != 'application/json':
        raise Refusal(MALFORMED, 'the Content-Type must be application/json')
    try:
        return decode_body(request.get_data())
    except MalformedCallback:
        pass
    raise Refusal(INVALID_JSON, 'the body of the request must be a JSON object of bounded depth')


def _answer_not_found(known: Body) -> Response:
    """Answer about the status of a payment that nobody has confirmed."""
    payment = {**known.get('payment', {}), 'status': PaymentStatus.ERROR}
    errors = [{'code': NOT_FOUND, 'message': result_of(NOT_FOUND).message}]
    return jsonify({**known, 'payment': payment, 'errors': errors})


def _answer_error(
    status: int, code: str, message: str, wrong: Sequence[WrongMember] = ()
) -> tuple[Response, int]:
    details = {'errors': [member._asdict() for member in wrong]} if wrong else {}
    return jsonify(status='error', code=code, message=message, **details), status


def _break_off(part: bytes) -> Iterator[bytes]:
    """Answer with a part, or nothing, and close the connection."""
    yield part
    raise ClientDisconnected  # waitress writes no more
