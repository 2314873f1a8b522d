"""Checks a signed link as the real page does, and returns its parameters."""

from __future__ import annotations

import warnings
from typing import Any

from payment_page_sdk._canonical import SIGNATURE, PlainForm, form_of_params
from payment_page_sdk._query import read_params, read_query, signed_part
from payment_page_sdk.exceptions import ConfigurationWarning, Finding, ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.money import major_units
from payment_page_sdk.parameters.kinds import PAYOUT
from payment_page_sdk.parameters.validation import find
from payment_page_sdk.payment import CATALOGUE
from payment_page_sdk.sandbox.masking import mask_params
from payment_page_sdk.sandbox.refusals import NotFound, Refusal

MOST_PARAMETERS = 1000  # PHP reads no more, unless it is configured otherwise


# What services leave around their secret key when they read it from a file or the environment.
_SLIPS = {
    'a line break after it': '{}\n',
    'a Windows line break after it': '{}\r\n',
    'a space after it': '{} ',
    'a space before it': ' {}',
    'a byte order mark before it': '\ufeff{}',
    'a byte order mark before it and a line break after it': '\ufeff{}\n',
    'double quotes around it': '"{}"',
    'single quotes around it': "'{}'",
}


def create_gate(secret: str) -> Gate:
    """Return a gate for ``verify_link``: it knows how the key looks with _SLIPS.

    Raises ConfigurationException for a secret key that cannot be used.
    """
    try:
        Gate(secret)
        with warnings.catch_warnings():
            warnings.simplefilter('ignore', ConfigurationWarning)
            return Gate(secret, previous_secrets=[slip.format(secret) for slip in _SLIPS.values()])
    finally:
        del secret


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
    problems = [*explanation.causes, *explanation.hints]
    if explanation.secret:
        slip = list(_SLIPS)[explanation.secret - 1]
        problems = [
            f'the secret key of your service has {slip}: without that, the signature is right'
        ]
    if explanation.secret or not explanation.is_valid:
        raise Refusal('bad_signature', 'the signature does not match the parameters', problems)
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


def examine(query: str) -> tuple[str, list[str]]:
    """Return the payment_id of a refused link, and the entries of its canonical string."""
    if query.count('&') >= MOST_PARAMETERS:
        return '', []
    params = read_params(read_query(query))
    params.pop(SIGNATURE, None)
    params = mask_params(params)
    payment_id = params.get('payment_id')
    try:
        entries = form_of_params(PlainForm, signed_part(params)).entries
    except (ValidationException, ValueError, RecursionError):
        return '', []  # it contains an unpaired surrogate, for example
    return payment_id if isinstance(payment_id, str) else '', [':'.join(each) for each in entries]


def canonical_string(params: dict[str, Any]) -> str:
    """Return the canonical string of the parameters, without those that are not signed."""
    return form_of_params(PlainForm, signed_part(params)).message.decode()


def _is_tolerated(found: Finding, params: dict[str, Any]) -> bool:
    # A deadline that has passed is the page's matter. In an object that arrives in brackets, every
    # member is a str.
    return (found.parameter, found.code) == ('best_before', 'expired') or (
        found.code == 'wrong_type' and isinstance(params[found.parameter.split(':')[0]], dict)
    )
