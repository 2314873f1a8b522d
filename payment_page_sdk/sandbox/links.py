"""What is signed becomes the parameters of a payment, or is refused as the page refuses it."""

from __future__ import annotations

from typing import Any

from payment_page_sdk.exceptions import Finding, ValidationException
from payment_page_sdk.explanation import pairs_of
from payment_page_sdk.explanation.of_link import explain_url, params_of
from payment_page_sdk.money import major_units
from payment_page_sdk.parameters.kinds import PAYOUT
from payment_page_sdk.parameters.validation import find
from payment_page_sdk.payment import CATALOGUE
from payment_page_sdk.sandbox.refusals import NotFound, Refusal
from payment_page_sdk.signature_handler import SIGNATURE, PlainForm, SignatureHandler

# What validation reports, and the page may still open with: whether customers must have an id is a
# setting of the project; what is past, or too far ahead to count, the page itself deals with.
_TOLERATED = {
    ('customer_id', 'missing'),
    ('best_before', 'expired'),
    ('best_before', 'too_late'),
}


MOST_PARAMETERS = 1000  # as PHP reads, where it is not told otherwise


def verified_params(query: str, handler: SignatureHandler, project_id: int) -> dict[str, Any]:
    """Return the parameters in a link's query, or in a form's body, without the signature.

    They are read as the platform's PHP reads them. Raises Refusal for what the page refuses, and
    NotFound for another project.
    """
    if query.count('&') >= MOST_PARAMETERS:
        raise Refusal('malformed', f'the link has more than {MOST_PARAMETERS} parameters')
    params = params_of(pairs_of(query))
    signature = params.pop(SIGNATURE, None)
    given = params.get('project_id')
    if not isinstance(given, str) or not given.strip():
        raise Refusal('missing_project', 'the link has no project_id')
    if given != str(project_id):
        raise NotFound('unknown_project', f'the sandbox has the project {project_id} only')
    if not isinstance(signature, str) or not _is_signed(params, signature, handler):
        explanation = explain_url('?' + query, handler)
        raise Refusal(
            'bad_signature',
            'the signature is not that of the parameters',
            [*explanation.causes, *explanation.hints],
        )
    if params.get('mode') == PAYOUT:
        raise Refusal('unsupported', 'the sandbox has no payouts')
    problems = [
        found.message
        for found in find(params, CATALOGUE)
        if not found.is_warning and not _is_tolerated(found, params)
    ]
    if not problems and params.get('payment_currency'):
        try:
            major_units(0, params['payment_currency'])
        except ValidationException as error:
            problems = [str(error)]  # a code of ISO 4217 that is no money, such as XXX
    if problems:
        raise Refusal('refused_parameters', 'parameters are refused', problems)
    return params


def canonical_string(params: dict[str, Any]) -> str:
    """Return what was signed."""
    return PlainForm(params).message.decode()


def _is_tolerated(found: Finding, params: dict[str, Any]) -> bool:
    # Of an object that arrives in brackets, all members are texts.
    return (found.parameter, found.code) in _TOLERATED or (
        found.code == 'wrong_type' and isinstance(params[found.parameter.split(':')[0]], dict)
    )


def _is_signed(params: dict[str, Any], signature: str, handler: SignatureHandler) -> bool:
    try:
        return handler.check(params, signature)
    except ValidationException:  # half a character, which no link has
        return False
