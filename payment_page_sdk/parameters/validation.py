"""Validation: what the Payment Page would refuse or ignore, found before there is a link.

The platform is not asked, so what only it knows, such as which payment methods a project has, is
not checked. An empty text counts as absent.
"""

from difflib import get_close_matches

from payment_page_sdk._query import is_signed
from payment_page_sdk._wire import printable, wire_value
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.parameters.kinds import MODES, PURCHASE
from payment_page_sdk.parameters.rules import DESCRIPTOR, finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, Mapping

    from payment_page_sdk.exceptions import Finding
    from payment_page_sdk.parameters.kinds import Parameter

    Parameters = Mapping[str, Parameter]


# Guests have no id: whether the page takes them is a setting of the project.
_MAY_BE_MISSING = ('customer_id',)

# A plugin for shops sends this to its own script, which opens the page at that address.
_READ_BY_SCRIPTS = ('paymentPageUrl',)


def find(values: 'Mapping[str, Any]', parameters: 'Parameters') -> 'Iterator[Finding]':
    """Yield what is wrong with a payment's ``values``; ``parameters`` are those that are known."""
    texts = {}  # type: Dict[str, str]
    for name, value in values.items():
        if name not in parameters:
            if is_signed(str(name)):
                yield _unknown(name, parameters)
            continue
        try:
            # Once more: the value may have come into the payment's dict without being set.
            text = wire_value(parameters[name].convert(value, name), name)
        except ValidationException as refused:
            yield finding(name, 'unsendable', str(refused)[len(name) + 1 :])
        else:
            texts[name] = str(text)  # known parameters hold texts and numbers only
    mode = texts.get('mode') or PURCHASE
    for name, parameter in parameters.items():
        text = texts.get(name, '')
        if text:
            yield from _in_text(name, parameter, text, texts, mode)
        elif parameter.is_required(mode if mode in MODES else '', texts) and (
            name not in values or name in texts
        ):  # else it was reported already
            yield finding(name, 'missing', 'is missing', name in _MAY_BE_MISSING)
    if (
        mode == PURCHASE
        and texts.get('force_payment_method') in (None, '', 'card')
        and not any(
            texts.get(name) for name in ('customer_email', 'customer_phone', 'force_payment_group')
        )
    ):
        yield finding(
            'customer_email',
            'missing',
            'or customer_phone is needed for cards, unless the page asks for it',
            is_warning=True,
        )


def _in_text(
    name: str, parameter: 'Parameter', text: str, texts: 'Dict[str, str]', mode: str
) -> 'Iterator[Finding]':
    yield from parameter.find(text, name, texts)
    if ';' in text and DESCRIPTOR not in parameter.rules:
        yield finding(name, 'semicolon', 'contains a ";", which the platform does not allow')
    if mode in MODES and mode not in parameter.modes:
        yield finding(name, 'unused', 'is not used in mode ' + mode, is_warning=True)
    if parameter.replaced_by:
        yield finding(name, 'deprecated', 'is now called ' + parameter.replaced_by, is_warning=True)


def _unknown(name: 'Any', parameters: 'Parameters') -> 'Finding':
    # A name may be of any length, and the search takes quadratic time.
    shown = printable(str(name))[:64]
    near = get_close_matches(shown, parameters, n=1)
    return finding(
        shown,
        'unknown',
        'is not a parameter that this SDK knows'
        + (' (did you mean %s?)' % near[0] if near else ''),
        is_warning=name in _READ_BY_SCRIPTS,
    )
