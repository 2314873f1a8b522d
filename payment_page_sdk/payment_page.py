"""The Payment Page: a payment becomes a signed link, form or widget configuration.

What is signed is what is sent: each parameter becomes a text once, and both the signature and the
query are made of these texts. Parameters whose names begin with ``_`` are sent and not signed.

The guard. Parameters are signed as one text, joined by ``;`` without escaping, and the shopper
sees the signed link. Whoever may choose the text of one parameter could put ``;payment_amount:1``
into it, cut the link differently afterwards, and pay less under the same signature. So the guard
refuses to sign a text with a ``;`` and behind it what reads as another parameter.
"""

import re
from collections import OrderedDict

from payment_page_sdk._canonical import SIGNATURE
from payment_page_sdk._query import is_signed, read_query, signed_part, write_pairs, write_query
from payment_page_sdk._wire import invalid, is_encodable, wire_value
from payment_page_sdk.exceptions import ConfigurationException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping, Tuple

    from payment_page_sdk._query import Pairs
    from payment_page_sdk._wire import WireValue
    from payment_page_sdk.payment import Payment
    from payment_page_sdk.signature_handler import SignatureHandler

_PLATFORM = 'https://paymentpage.ecommpay.com/payment'

# What is wrong with a text that the guard refuses, behind the words for that text.
GUARDED = 'contains a ";" followed by what reads as another parameter'

# Other names do not arrive as they were sent: a dot or a space becomes ``_``, a bracket a list.
_NAMES = r'(?:[A-Za-z0-9_:-]+|[\w:-]+)\Z'  # the first is quicker, and nearly always enough


class PaymentPage:
    """Makes the links, forms and widget configurations that open the Payment Page.

    ``base_url`` is the page's address if it is not the platform's own; see ``set_base_url``.
    ``guard=False`` switches the guard off. That is safe only if no shopper or other stranger can
    choose any text in a payment: such a text can turn the signed link into one for another payment.
    With ``validate``, each payment is validated first.
    """

    DEFAULT_BASE_URL = _PLATFORM

    def __init__(
        self,
        signature_handler: 'SignatureHandler',
        base_url: str = '',
        guard: bool = True,
        validate: bool = False,
    ) -> None:
        self._signature_handler = signature_handler
        self._guard = guard
        self._validate = validate
        self.set_base_url(base_url)

    def set_base_url(self, base_url: str) -> None:
        """Set the page's address: http or https, a host, and optionally a port, path and query.

        An address without a path gets ``/payment``. The query is kept and signed with each link.
        An empty str stands for the platform's own address. Raises ConfigurationException.
        """
        if base_url in ('', None):
            base_url = self.DEFAULT_BASE_URL
        self._address, self._query = _parse_base_url(base_url)

    def get_url(self, payment: 'Payment') -> str:
        """Return the signed link that opens the page with ``payment``.

        Raises ValidationException for a parameter that cannot be sent, or that the guard refuses.
        """
        pairs = self._sign_pairs(self._add_query(self._params(payment)))
        return self._address + '?' + write_query(pairs)

    def get_form(self, payment: 'Payment', button: str = 'Pay') -> str:
        """Return an HTML form that opens the page by POST, for payments too long for a link.

        ``button`` is the label of its submit button. A browser sends every line break as CR LF, so
        CR LF is signed. Raises ValidationException as ``get_url`` does.
        """
        from html import escape  # costs more to import than this package, and few need it

        pairs = self._sign_pairs(self._add_query(self._params(payment)), posted=True)
        for name, text in pairs:
            if '\0' in text or name == '_charset_':
                raise invalid(
                    name.partition('[')[0],
                    'contains a NUL character, or is called _charset_, which a browser fills in',
                )
        inputs = ''.join(
            [
                '<input type="hidden" name="%s" value="%s">\n'
                % (escape(name), escape(text).replace('\r\n', '&#13;&#10;'))
                for name, text in pairs
            ]
        )
        return (
            '<form action="%s" method="post" accept-charset="UTF-8">\n'
            '%s<button type="submit">%s</button>\n</form>'
            % (escape(self._address), inputs, escape(button))
        )

    def get_widget_config(self, payment: 'Payment') -> 'Dict[str, str]':
        """Return the configuration for ``EPayWidget.run(config, 'POST')``, signature included.

        It does not contain the query of the base URL: the page's own script knows its address. Line
        breaks are CR LF, since that script posts a form. Raises ValidationException as ``get_url``
        does.
        """
        return dict(self._sign_pairs(self._params(payment), posted=True))

    def _params(self, payment: 'Payment') -> 'Mapping[str, Any]':
        if self._validate:
            payment.validate()
        return payment.get_params()

    def _add_query(self, params: 'Mapping[str, Any]') -> 'Mapping[str, Any]':
        if not self._query:
            return params
        together = OrderedDict(self._query)  # type: Dict[str, Any]
        together.update(params)
        return together

    def _sign_pairs(self, params: 'Mapping[str, Any]', posted: bool = False) -> 'Pairs':
        """Return the names and texts to send, in the order of ``params``, the signature last.

        With ``posted``, a browser's form sends them, and changes their line breaks.
        """
        _check_names(params)
        wire = {
            name: value if type(value) is str else wire_value(value, name)
            for name, value in params.items()
        }  # type: Dict[str, WireValue]
        if posted:
            wire = {name: _as_posted(texts) for name, texts in wire.items()}
        pairs = [pair for name, texts in wire.items() for pair in write_pairs(name, texts)]
        # All texts are looked at together, which is quicker; few have anything to look for.
        together = ''.join([text for _, text in pairs])
        if not is_encodable(together):
            list(map(wire_value, wire.values(), wire))  # raises, and names the parameter
        if self._guard and ';' in together:
            for name, text in pairs:
                if ';' in text and is_signed(name) and reads_as_entries(text):
                    raise invalid(
                        name,
                        GUARDED + ': a shopper could turn that into a real parameter, '
                        'and the signature would still be right',
                    )
        pairs.append((SIGNATURE, self._signature_handler.sign(signed_part(wire))))
        return pairs


def _check_names(params: 'Mapping[str, Any]') -> None:
    if SIGNATURE in params:
        raise invalid(SIGNATURE, 'is made by the SDK and cannot be set')
    try:
        right = '' not in params and re.match(_NAMES, ''.join(params))
    except TypeError:
        right = None
    if not right:
        name = next(
            name for name in params if not isinstance(name, str) or not re.match(_NAMES, name)
        )
        raise invalid(
            str(name),
            'cannot be the name of a parameter: a name is a str of letters, digits, "_", "-" '
            'and ":"',
        )


def reads_as_entries(text: str) -> bool:
    """Tell whether the guard refuses a text: behind a ``;``, it reads as another parameter.

    That is anything directly behind the ``;`` up to a ``:``, unless there is a space in it, since
    PHP changes a name that has a space; and, with white space around it, a name of the catalogue.
    """
    for part in text.split(' '):
        run = re.search(r';\S', part)
        if run and ':' in part[run.end() :]:
            return True
    from payment_page_sdk.payment import CATALOGUE

    return any(name in CATALOGUE for name in re.findall(r';\s*([A-Za-z0-9_]+)\s*:', text))


def _as_posted(texts: 'WireValue') -> 'WireValue':
    """Return ``texts`` with line breaks as a browser posts them."""
    if isinstance(texts, dict):
        return {key: _as_posted(member) for key, member in texts.items()}
    if isinstance(texts, list):
        return [_as_posted(member) for member in texts]
    return re.sub('\r\n?|\n', '\r\n', texts)


def _parse_base_url(base_url: str) -> 'Tuple[str, Pairs]':
    """Return the address to open, and the query that it already has."""
    if base_url == _PLATFORM:
        return base_url, []

    from urllib.parse import urlsplit  # takes long to import, and few need it

    def wrong(problem: str) -> ConfigurationException:
        return ConfigurationException('base_url ' + problem)  # not the URL: it may have a password

    if not isinstance(base_url, str):
        raise wrong('is a str, not ' + type(base_url).__name__)
    if base_url and not re.match(r'[!#-;=?-[\]_a-z~]+\Z', base_url):
        raise wrong(
            'contains a character that an address cannot have: encode white space, and all that '
            'is not ASCII'
        )
    try:
        parts = urlsplit(base_url)
        has_host = bool(parts.hostname) and parts.port != 0  # a bad port raises ValueError
    except ValueError:
        parts, has_host = urlsplit(''), False
    if not has_host or parts.scheme not in ('http', 'https'):
        raise wrong('must start with https:// or http:// and a host')
    if '@' in parts.netloc:
        raise wrong('contains a user name or password')
    if parts.fragment:
        raise wrong('ends in a fragment (#...): the parameters would become part of it')
    query = read_query(parts.query)
    names = [name for name, _ in query]
    # A raw ";" separates pairs for some readers.
    if parts.query and (';' in parts.query or not query or len(set(names)) < len(names)):
        raise wrong('has a query that contains a ";", has no names, or repeats a name')
    if {SIGNATURE, ''}.intersection(names) or not re.match(_NAMES, ''.join(names) or '_'):
        raise wrong('has a query with a name that a parameter cannot have')
    path = '/payment' if parts.path in ('', '/') else parts.path
    return '%s://%s%s' % (parts.scheme, parts.netloc, path), query
