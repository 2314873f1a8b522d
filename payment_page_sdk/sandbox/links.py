"""Checks a signed link as the real page does, and returns its parameters."""

from __future__ import annotations

from typing import Any

from payment_page_sdk._canonical import SIGNATURE, PlainForm, form_of_params
from payment_page_sdk._query import read_params, read_query, signed_part
from payment_page_sdk.exceptions import Finding, ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.money import major_units
from payment_page_sdk.parameters.kinds import PAYOUT
from payment_page_sdk.parameters.validation import find
from payment_page_sdk.payment import CATALOGUE
from payment_page_sdk.sandbox.refusals import NotFound, Refusal

MOST_PARAMETERS = 1000  # PHP reads no more, unless it is configured otherwise


def verify_link(query: str, gate: Gate, project_id: int) -> dict[str, Any]:
    """Return the parameters in the query of a link, or the body of a form, without the signature.

    They are read as the platform's PHP reads them. Parameters whose names begin with ``_`` are
    among them, whether they are signed or not. Raises Refusal if the page refuses the link, and
    NotFound for another project.
    """
    if query.count('&') >= MOST_PARAMETERS:
        raise Refusal('malformed', f'the link has more than {MOST_PARAMETERS} parameters')
    params = read_params(read_query(query))
    params.pop(SIGNATURE, None)
    given = params.get('project_id')
    if not isinstance(given, str) or not given.strip():
        raise Refusal('missing_project', 'the link has no project_id')
    if given != str(project_id):
        raise NotFound('unknown_project', f'the sandbox only has project {project_id}')
    explanation = gate.explain_url('?' + query)
    if not explanation.is_valid:
        raise Refusal(
            'bad_signature',
            'the signature does not match the parameters',
            [*explanation.causes, *explanation.hints],
        )
    if params.get('mode') == PAYOUT:
        raise Refusal('unsupported', 'the sandbox does not support payouts')
    problems = [
        found.message
        for found in find(params, CATALOGUE)
        if not found.is_warning and not _is_tolerated(found, params)
    ]
    if not problems and params.get('payment_currency'):
        try:
            major_units(0, params['payment_currency'])
        except ValidationException as error:
            problems = [str(error)]  # a code of ISO 4217 that is not a currency, such as XXX
    if problems:
        raise Refusal('refused_parameters', 'some parameters are wrong', problems)
    return params


def canonical_string(params: dict[str, Any]) -> str:
    """Return the canonical string of the parameters, without those that are not signed."""
    return form_of_params(PlainForm, signed_part(params)).message.decode()


def _is_tolerated(found: Finding, params: dict[str, Any]) -> bool:
    # A deadline that has passed is the page's matter. In an object that arrives in brackets, every
    # member is a str.
    return (found.parameter, found.code) == ('best_before', 'expired') or (
        found.code == 'wrong_type' and isinstance(params[found.parameter.split(':')[0]], dict)
    )
