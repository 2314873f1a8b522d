"""The Payment Page: a payment becomes a signed link, form or widget configuration.

What is signed is what is sent: each parameter becomes a text once, and both the signature and the
query are made of these texts. In a query a dict or list goes out in brackets, ``a[b][0]=x``, which
is what the path ``a:b:0`` of the canonical string stands for.

The guard. Parameters are signed as one text, joined by ``;`` without escaping, and the shopper
sees the signed link. Whoever may choose the text of one parameter could put ``;payment_amount:1``
into it, cut the link differently afterwards, and pay less under the same signature. Hence a text in
which a ``;`` starts what reads as another parameter is refused before anything is signed.
"""

import re
from collections import OrderedDict
from string import ascii_letters, digits
from urllib.parse import parse_qsl, quote_plus, urlsplit

from payment_page_sdk._wire import invalid, wire_value
from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.payment import CATALOGUE
from payment_page_sdk.signature_handler import SIGNATURE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Mapping, Tuple

    from payment_page_sdk._wire import WireValue
    from payment_page_sdk.payment import Payment
    from payment_page_sdk.signature_handler import SignatureHandler

    Pairs = List[Tuple[str, str]]

# Other names do not arrive as they were sent: a dot or a space becomes ``_``, a bracket a list.
_are_names = re.compile(r'[\w:-]+\Z').match
_breaks_key = re.compile(r'[][;\0-\x1f\x7f]|\A(?:\s*|signature)\Z').search
_find_entries = re.compile(r';(?:[A-Za-z0-9_:]+(:)|\s*([A-Za-z0-9_]+)\s*:)').finditer
_is_address = re.compile(r'[!#-;=?-[\]_a-z~]+\Z').match


class PaymentPage:
    """Builds what opens the Payment Page for a payment.

    ``base_url`` is the page's address where it is not the platform's own; see ``set_base_url``.
    ``guard=False`` switches the guard off: only for payments without any text that a shopper or
    another stranger could choose. Such a text can turn the signed link into another payment's.
    With ``validate``, each payment is validated first.
    """

    DEFAULT_BASE_URL = 'https://paymentpage.ecommpay.com/payment'

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

        Without a path, ``/payment`` is meant. The query is kept, and signed with each link. The
        empty text stands for the platform's own address. Raises ConfigurationException.
        """
        if base_url in ('', None):
            base_url = self.DEFAULT_BASE_URL
        self._address, self._query = _parse_base_url(base_url)

    def get_url(self, payment: 'Payment') -> str:
        """Return the signed link that opens the page with ``payment``.

        Raises ValidationException for a parameter that cannot be sent or that the guard refuses.
        """
        pairs = self._signed_pairs(self._with_query(self._params(payment)))
        return (
            self._address
            + '?'
            + '&'.join(
                [
                    (name if name in CATALOGUE else _quoted(name)) + '=' + _quoted(text)
                    for name, text in pairs
                ]
            )
        )

    def get_form(self, payment: 'Payment', button: str = 'Pay') -> str:
        """Return an HTML form that opens the page by POST, for what is too long for a link.

        ``button`` is the label of its submit button. A browser sends every line break as CR LF, so
        that is what is signed. Raises ValidationException as ``get_url`` does.
        """
        from html import escape  # costs more to import than this package, and few need it

        pairs = self._signed_pairs(self._with_query(self._params(payment)), posted=True)
        for name, text in pairs:
            if '\0' in text or name == '_charset_':
                raise invalid(
                    name.partition('[')[0],
                    'holds a NUL, or has a name whose value a browser fills in itself',
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

        The query of the base URL is no part of it: the page's own script knows its address. Line
        breaks are CR LF, since that script posts a form. Raises ValidationException as ``get_url``
        does.
        """
        return dict(self._signed_pairs(self._params(payment), posted=True))

    def _params(self, payment: 'Payment') -> 'Mapping[str, Any]':
        if self._validate:
            payment.validate()
        return payment.get_params()

    def _with_query(self, params: 'Mapping[str, Any]') -> 'Mapping[str, Any]':
        if not self._query:
            return params
        together = OrderedDict(self._query)  # type: Dict[str, Any]
        together.update(params)
        return together

    def _signed_pairs(self, params: 'Mapping[str, Any]', posted: bool = False) -> 'Pairs':
        """Return the names and texts to send, in the order of ``params``, the signature last.

        ``posted`` texts go by a browser's form, which changes their line breaks.
        """
        _check_names(params)
        wire = {}  # type: Dict[str, WireValue]
        pairs = []  # type: Pairs
        for name, value in params.items():
            texts = wire_value(value, name)
            if posted:
                texts = _as_posted(texts)
            wire[name] = texts
            if isinstance(texts, str):
                pairs.append((name, texts))
            else:
                pairs.extend(_bracketed(name, texts))
        if self._guard:
            for name, text in pairs:
                if ';' in text and reads_as_entries(text):
                    raise invalid(
                        name,
                        'holds a ";" that starts what reads as another parameter: '
                        'under the same signature, a shopper could turn it into one',
                    )
        pairs.append((SIGNATURE, self._signature_handler.sign(wire)))
        return pairs


class _FormEncoding(dict):  # type: ignore[type-arg]  # dict[int, str] is a TypeError in old Pythons
    """What a query has for each byte: the standard library's word on it, asked once a byte."""

    def __missing__(self, byte: int) -> str:
        self[byte] = encoded = quote_plus(bytes([byte]))
        return encoded


_FORM_ENCODING = _FormEncoding()
_UNRESERVED = (ascii_letters + digits + '_.-').encode()


def _quoted(text: str) -> str:
    """Return ``quote_plus(text)``, in a quarter of the time."""
    data = text.encode()
    if not data.rstrip(_UNRESERVED):
        return text
    return ''.join(map(_FORM_ENCODING.__getitem__, data))


def _check_names(params: 'Mapping[str, Any]') -> None:
    if SIGNATURE in params:
        raise invalid(SIGNATURE, 'is made by the SDK and cannot be set')
    try:
        right = '' not in params and _are_names(''.join(params))
    except TypeError:
        right = None
    if not right:
        name = next(name for name in params if not isinstance(name, str) or not _are_names(name))
        raise invalid(
            str(name),
            'cannot be the name of a parameter, which is a text of letters, '
            'digits, "_", "-" and ":"',
        )


def _bracketed(name: str, texts: 'WireValue') -> 'Iterator[Tuple[str, str]]':
    """Yield the pairs that the platform reads back as the dict or list ``texts``."""
    if isinstance(texts, str):
        yield name, texts
        return
    for key, member in texts.items() if isinstance(texts, dict) else enumerate(texts):
        if _breaks_key(str(key)):
            raise invalid(
                name,
                'has a key that cannot be sent: a key is not blank, is not '
                '"signature", and has no control character and none of [ ] ;',
            )
        yield from _bracketed('%s[%s]' % (name, key), member)


def reads_as_entries(text: str) -> bool:
    """Tell whether the guard refuses a text: a ``;`` in it starts what reads as a parameter."""
    return any(match.group(1) or match.group(2) in CATALOGUE for match in _find_entries(text))


def _as_posted(texts: 'WireValue') -> 'WireValue':
    """Return ``texts`` with line breaks as a browser posts them."""
    if isinstance(texts, dict):
        return {key: _as_posted(member) for key, member in texts.items()}
    if isinstance(texts, list):
        return [_as_posted(member) for member in texts]
    return re.sub('\r\n?|\n', '\r\n', texts)


def _parse_base_url(base_url: str) -> 'Tuple[str, Pairs]':
    """Return the address to open, and the query that it already has."""

    def wrong(problem: str) -> ConfigurationException:
        return ConfigurationException('base_url ' + problem)  # not the URL: it may hold a password

    if not isinstance(base_url, str):
        raise wrong('is a text, not a value of type ' + type(base_url).__name__)
    if base_url and not _is_address(base_url):
        raise wrong(
            'holds a character that no address has: others than ASCII are encoded, white space too'
        )
    try:
        parts = urlsplit(base_url)
        has_host = bool(parts.hostname) and parts.port != 0  # a bad port raises ValueError
    except ValueError:
        parts, has_host = urlsplit(''), False
    if not has_host or parts.scheme not in ('http', 'https'):
        raise wrong('starts with https:// or http:// and a host')
    if '@' in parts.netloc:
        raise wrong('holds a user name or password')
    if parts.fragment:
        raise wrong('ends in a fragment (#...), which would swallow the parameters')
    # A raw ";" separates pairs for some Pythons only.
    query = parse_qsl(parts.query, keep_blank_values=True) if ';' not in parts.query else []
    names = [name for name, _ in query]
    if parts.query and (not query or len(set(names)) < len(names)):
        raise wrong('has a query with a ";", without a name, or with a name twice')
    if {SIGNATURE, ''}.intersection(names) or not _are_names(''.join(names) or '_'):
        raise wrong('has a query with a name that no parameter can have')
    path = '/payment' if parts.path in ('', '/') else parts.path
    return '%s://%s%s' % (parts.scheme, parts.netloc, path), query
