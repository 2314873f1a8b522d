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
from payment_page_sdk.signature_handler import SignatureHandler

LONGEST_ID = 255  # the beginning of a longer one, which is refused, is enough to recognize it
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


class LinkVerifier:
    """Verifies the links of a project.

    Raises ConfigurationException for a secret key that cannot be used.
    """

    def __init__(self, secret: str, project_id: int) -> None:
        try:
            self._project_id = project_id
            self._gate = Gate(secret)
            with warnings.catch_warnings():
                warnings.simplefilter('ignore', ConfigurationWarning)
                keys = [slip.format(secret) for slip in _SLIPS.values()]
                self._slips = SignatureHandler(keys.pop(0), keys)
                keys.clear()
        finally:
            del secret  # debuggers would show it with any error here

    def verify(self, query: str) -> dict[str, Any]:
        """Return the parameters in the query of a link, or the body of a form.

        The signature is left out. They are read as the platform's PHP reads them. Parameters whose
        names begin with ``_`` are among them, whether they are signed or not. Raises Refusal if the
        page refuses the link, and NotFound for another project.
        """
        if query.count('&') >= MOST_PARAMETERS:
            raise Refusal('malformed', f'the link has more than {MOST_PARAMETERS} parameters')
        params = read_params(read_query(query))
        signature = params.pop(SIGNATURE, None)
        given = params.get('project_id')
        if not isinstance(given, str) or not given.strip():
            raise Refusal('missing_project', 'the link has no project_id')
        if given != str(self._project_id):
            raise NotFound('unknown_project', f'the sandbox only has project {self._project_id}')
        explanation = self._gate.explain_url('?' + query)
        if not explanation.is_valid:
            raise Refusal(
                'bad_signature',
                'the signature does not match the parameters',
                self._find_slip(params, signature) or [*explanation.causes, *explanation.hints],
            )
        if params.get('mode') == PAYOUT:
            raise Refusal('unsupported', 'the sandbox does not support payouts')
        problems = _find_problems(params)
        if problems:
            raise Refusal('refused_parameters', 'some parameters are wrong', problems)
        return params

    def _find_slip(self, params: dict[str, Any], signature: Any) -> list[str]:
        """Return what is around the secret key of the service, if the key is right without it."""
        from payment_page_sdk.explanation.of_link import LINK_FORMS
        from payment_page_sdk.explanation.search import find as find_key
        from payment_page_sdk.explanation.search import forms_of

        if not isinstance(signature, str):
            return []
        found = find_key(self._slips, forms_of(LINK_FORMS, params), signature)
        if found is None:
            return []
        slip = list(_SLIPS)[found[1]]
        return [f'the secret key of your service has {slip}: without that, the signature is right']


def _find_problems(params: dict[str, Any]) -> list[str]:
    problems = [
        found.message
        for found in find(params, CATALOGUE)
        if not found.is_warning and not _is_tolerated(found, params)
    ]
    if not problems and params.get('payment_currency'):
        try:
            major_units(0, params['payment_currency'])
        except ValidationException as error:
            return [str(error)]  # a code of ISO 4217 that is not a currency, such as XXX
    return problems


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
    known_id = payment_id[:LONGEST_ID] if isinstance(payment_id, str) else ''
    return known_id, [':'.join(each) for each in entries]


def canonical_string(params: dict[str, Any]) -> str:
    """Return the canonical string of the parameters, without those that are not signed."""
    return form_of_params(PlainForm, signed_part(params)).message.decode()


def _is_tolerated(found: Finding, params: dict[str, Any]) -> bool:
    # A deadline that has passed is the page's matter. In an object that arrives in brackets, every
    # member is a str.
    return (found.parameter, found.code) == ('best_before', 'expired') or (
        found.code == 'wrong_type' and isinstance(params[found.parameter.split(':')[0]], dict)
    )
