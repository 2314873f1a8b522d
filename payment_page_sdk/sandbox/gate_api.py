"""The Gate API, for what comes after the payment: status, capture, cancel and refund.

It answers at /v2/payment as the platform is documented to. What is requested is accepted at once
and carried out later, with a callback of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, NamedTuple, Union

from flask import Blueprint, Response, abort, g, jsonify, request
from waitress.channel import ClientDisconnected
from werkzeug.exceptions import HTTPException

from payment_page_sdk._canonical import SIGNATURE
from payment_page_sdk.callback import decode_body
from payment_page_sdk.callback.result_codes import result_of
from payment_page_sdk.exceptions import MalformedCallback
from payment_page_sdk.parameters.rules import URL
from payment_page_sdk.sandbox.bodies import Body, request_body, status_body
from payment_page_sdk.sandbox.faults import CUT, DENIED, ERROR, TIMEOUT
from payment_page_sdk.sandbox.payments import SandboxPayment
from payment_page_sdk.sandbox.platform import Platform
from payment_page_sdk.sandbox.refusals import NotFound, Refusal
from payment_page_sdk.statuses import PaymentStatus

GATE_API = '/v2/payment'
METHOD = 'card'  # all payments of the sandbox are made by card

LONGEST_TEXT = 255
LONGEST_DELAY = 600  # seconds

# The platform's codes for requests that it refuses.
ACCESS_DENIED = '303'
INTERNAL_ERROR = '501'
VALIDATION_ERROR = '502'
MALFORMED = '702'
INVALID_JSON = '2003'
MISSING_MEMBER = '2004'
UNKNOWN_PROJECT = '2442'
UNKNOWN_METHOD = '2541'
INVALID_PAYMENT_ID = '3024'
NOT_FOUND = '3061'
INVALID_CURRENCY = '3121'
INVALID_SIGNATURE = '3261'
EMPTY_SIGNATURE = '3262'
WRONG_REFUND_CURRENCY = '3284'

_TYPE_NAMES = {str: 'a string', int: 'an integer', bool: 'true or false'}
_CODES = {403: ACCESS_DENIED, 500: INTERNAL_ERROR}


class WrongMember(NamedTuple):
    """A member of a request that breaks a limit."""

    code: str
    message: str
    field: str


class WrongMembers(Refusal):
    """Some members of a request break limits."""

    status = 422

    def __init__(self, wrong: Sequence[WrongMember]) -> None:
        super().__init__(wrong[0].code, wrong[0].message)
        self.wrong = wrong


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
            'callback_url': members.url('general.merchant_callback_url'),
            'callback_delay': members.delay('callback.delay'),
            'has_callback': not members.read('callback.force_disable', bool),
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
        return jsonify(
            status='success',
            request_id=operation.request_id,
            project_id=platform.project_id,
            payment_id=payment.payment_id,
        )

    def find_payment(members: Members) -> SandboxPayment:
        payment_id = members.text('general.payment_id')
        if not payment_id:
            members.refuse('general.payment_id', 'is required', INVALID_PAYMENT_ID)
        members.check()
        return platform.payment(payment_id)

    def answer_signed(body: Body) -> Response:
        return Response(platform.sign(body), mimetype='application/json')

    return gate_api


def answer_http_error(error: HTTPException) -> tuple[Response, int]:
    """Return the API's answer to a request that none of its functions serves."""
    status = error.code or 500
    return _answer_error(status, _CODES.get(status, MALFORMED), error.description or error.name)


class Members:
    """Reads the members of a request, by paths such as ``payment.amount``, and collects errors."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._wrong: dict[str, WrongMember] = {}

    def refuse(self, path: str, problem: str, code: str = VALIDATION_ERROR) -> None:
        """Keep in mind what is wrong with a member; only the first problem counts."""
        self._wrong.setdefault(path, WrongMember(code, f'{path} {problem}', path))

    def check(self) -> None:
        """Raise WrongMembers if anything was wrong."""
        if self._wrong:
            raise WrongMembers(list(self._wrong.values()))

    def read(self, path: str, wanted: type) -> Any:
        """Return a member of the type ``wanted``; None if it is absent, null or refused."""
        name, _, member = path.partition('.')
        holder = self._body.get(name)
        if holder is None:
            return None
        if not isinstance(holder, dict):
            self.refuse(name, 'must be an object')
            return None
        value = holder.get(member)
        if value is None or type(value) is wanted:  # true is an int, too
            return value
        self.refuse(path, f'must be {_TYPE_NAMES[wanted]}')
        return None

    def text(self, path: str) -> str:
        text = self.read(path, str) or ''
        if len(text) > LONGEST_TEXT:
            self.refuse(path, f'must have at most {LONGEST_TEXT} characters')
        return text

    def url(self, path: str) -> str:
        url = self.text(path)
        if url and any(URL.find(url, path, {})):
            self.refuse(path, 'must be ' + URL.expected)
        return url

    def delay(self, path: str) -> int:
        seconds: int = self.read(path, int) or 0
        if not 0 <= seconds <= LONGEST_DELAY:
            self.refuse(path, f'must be from 0 to {LONGEST_DELAY}')
        return seconds


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
