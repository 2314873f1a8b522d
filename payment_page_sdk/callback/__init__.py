"""The callback: the platform's word on a payment, verified before anything can be read from it.

A callback is a JSON object with a signature, at its root or in ``general``. It is accepted in
either form of the canonical string (see _canonical), and only data that the signature covers
can be read: not ``frame_mode``, for example, which anybody could add.

The canonical string does not escape ``;``. If a customer chooses a text that contains, say,
``;payment:status:success``, somebody can cut that part out of the text and put it into the body as
a member, or hide members in a text, and the signature stays right. Such a callback is refused as
ambiguous. A signed link that was turned into a callback is refused, too: links and callbacks are
signed with the same key, but the ``interface_type`` of a link is a value, and that of a callback is
an object.
"""

import re
from json import dumps

from payment_page_sdk._canonical import SIGNATURE, PlainForm
from payment_page_sdk._json import parse
from payment_page_sdk.callback.facts import Facts, is_index
from payment_page_sdk.callback.members import ROOTS, CallbackMembers
from payment_page_sdk.exceptions import (
    AmbiguousCallback,
    InvalidSignature,
    MalformedCallback,
    MissingSignature,
)
from payment_page_sdk.signature_handler import checks_as_shipped, runs, signs_as_shipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple, Union

    from payment_page_sdk.signature_handler import SignatureHandler

    CallbackData = Union[str, bytes, bytearray, memoryview, Dict[str, Any]]

# Real callbacks have some thousand at most.
MOST_MEMBERS = 20000

# What may differ between two deliveries of one event, in a piece of the canonical string.
_VOLATILE = rb'(?:\A|:)(?:date|created_date|processing_time):'

# Members that the accessors do not read, but the platform sends. Whoever puts one into a text in
# front of it would change what is read from that text.
_OTHER_ROOTS = (
    'AuthCode',
    'additional_terminal_data',
    'booking_info',
    'cashout_data',
    'company',
    'decision',
    'decision_message',
    'interface_type',
    'mcs',
    'mpi_result',
    'provider_extra_fields',
    'qr_code',
    'recurring_retry',
    'request',
    'request_id',
    'status',
    'sum_request',
    'terminal',
)

_ROOTS = frozenset(ROOTS + _OTHER_ROOTS)


class Callback(CallbackMembers):
    """A verified callback, read by the accessors of CallbackMembers.

    ``data`` is the request's body as it was received, a str or bytes in UTF-8; or the dict parsed
    from it, which is not changed.

    Raises MalformedCallback, MissingSignature, InvalidSignature or AmbiguousCallback, which are
    subclasses of CallbackException, if the callback must not be trusted. Answer 400 then.
    """

    SUCCESS_STATUS = 'success'
    DECLINE_STATUS = 'decline'
    AW_3DS_STATUS = 'awaiting 3ds result'
    AW_RED_STATUS = 'awaiting redirect result'
    AW_CUS_STATUS = 'awaiting customer'
    AW_CLA_STATUS = 'awaiting clarification'
    AW_CAP_STATUS = 'awaiting capture'
    CANCELED_STATUS = 'canceled'  # the platform's spelling
    CANCELLED_STATUS = 'cancelled'  # the spelling of ecommpay-sdk 1.0.x
    REFUNDED_STATUS = 'refunded'
    PART_REFUNDED_STATUS = 'partially refunded'
    PROCESSING_STATUS = 'processing'
    ERROR_STATUS = 'error'
    REVERSED_STATUS = 'reversed'

    def __init__(self, data: 'CallbackData', signature_handler: 'SignatureHandler') -> None:
        self._signature_handler = signature_handler
        self._data = self.decode_response(data)
        path, signature = take_signature(self._data)
        self._signature_path = path  # type: Optional[str]
        self._signature = signature  # type: str
        is_as_shipped = runs(self.check_signature, _CHECK_SIGNATURE) and checks_as_shipped(
            signature_handler
        )
        form = self._matching_form(is_as_shipped or signs_as_shipped(signature_handler))
        if form is None and is_as_shipped:
            raise _invalid_signature()
        form = form or PlainForm.of_callback(self._data)
        self._data = form.signed_data()
        self._message = form.message
        # Where a value has a ";", a member may be hidden in it, or be a part of it.
        self._suspects = _entries_with_semicolons(form)
        super().__init__(Facts(form))
        if not is_as_shipped and not self.check_signature():
            raise _invalid_signature()
        if looks_like_link(form) or any(map(may_hide_member, self._suspects)):
            raise AmbiguousCallback(
                'the callback may be a signed link, or one of its values contains a ";" that could '
                'hide or imitate a member'
            )

    def get_signature(self) -> str:
        """Return the callback's signature."""
        return self._signature

    def get_value(self, pathname: str) -> 'Any':
        """Return the member at a path such as ``payment.sum.amount`` or ``operations.0.status``.

        None if it is absent or null. A dict or list is a copy. The types are those of the JSON,
        which no signature covers: 1 may have been sent as ``"1"`` or true. Accessors such as
        ``get_payment_amount`` return one type, whatever was sent.

        Raises AmbiguousCallback if another value contains what could be the member asked for.
        """
        if pathname == self._signature_path:
            return self._signature
        if self._suspects:
            hidden = ';%s:' % pathname.split('.')[0].replace(':', '::')
            if any(hidden in entry for entry in self._suspects):
                raise AmbiguousCallback(
                    'one of the values contains a ";" that could hide or imitate the member'
                )
        value = self._data  # type: Any
        for key in pathname.split('.'):
            if isinstance(value, dict):
                value = value.get(key)
            elif isinstance(value, list) and is_index(key) and int(key) < len(value):
                value = value[int(key)]
            else:
                return None
        return _copy(value)

    def get_deduplication_key(self) -> str:
        """Return a key of 64 hexadecimal digits: the same for redeliveries of one event.

        Different events of one payment have different keys. The key is made of everything that the
        signature covers, except ``date``, ``created_date`` and ``processing_time`` at every depth:
        they may differ between deliveries of one event.
        """
        from hashlib import sha256

        # Made of the string that was signed, since its bytes are all that nobody can vary: where a
        # path ends in it, and whether a ";" is part of a value, is up to who sends the body.
        is_volatile = re.compile(_VOLATILE).search
        pieces = [piece for piece in self._message.split(b';') if not is_volatile(piece)]
        return sha256(b';'.join(pieces)).hexdigest()

    def get_data(self) -> 'Dict[str, Any]':
        """Return a copy of all that was verified: the callback without its signature."""
        data = _copy(self._data)  # type: Dict[str, Any]
        return data

    def decode_response(self, raw_data: 'CallbackData') -> 'Dict[str, Any]':
        """Return the JSON object in ``raw_data``, not verified. Raises MalformedCallback."""
        return decode_body(raw_data)

    def check_signature(self) -> bool:
        """Tell whether the signature is right, as it is for every Callback that exists.

        A subclass's own decides, and so does a handler's own ``check`` or ``sign``.
        """
        handler = self._signature_handler
        if checks_as_shipped(handler):
            return handler.match_callback(self._data, self._signature) is not None
        return bool(handler.check(PlainForm.signed_part(self._data), self._signature))

    def _matching_form(self, signs_as_shipped: bool) -> 'Optional[PlainForm]':
        """Return the form in which the signature is right; None if the handler's own must tell."""
        try:
            if signs_as_shipped:
                return self._signature_handler.match_callback(self._data, self._signature)
            PlainForm.of_callback(self._data)
            return None
        except (ValueError, OverflowError, RecursionError):
            pass  # these errors would carry the data along
        raise MalformedCallback(
            'the callback is nested too deeply, or has keys or numbers that are too long'
        )


_CHECK_SIGNATURE = Callback.check_signature


def _invalid_signature() -> InvalidSignature:
    return InvalidSignature(
        'the signature was not made with the secret key from the data of the callback'
    )


def _copy(value: 'Any') -> 'Any':
    if isinstance(value, dict):
        return {key: _copy(member) for key, member in value.items()}
    return list(map(_copy, value)) if isinstance(value, list) else value


def decode_body(data: 'CallbackData') -> 'Dict[str, Any]':
    """Return the JSON object in ``data``: a new one, even if ``data`` is a dict."""
    # Errors are raised outside the except blocks: inside, they would carry the body along.
    value = None
    problem = 'is JSON, but not an object'
    try:
        text = body_text(data)
        value = parse(text)
        if isinstance(value, dict) and _has_too_many_members(text, value):
            value = None
            problem = 'has too many members'
        if re.search(r'\\u[dD]', text):  # perhaps an unpaired surrogate
            dumps(value, ensure_ascii=False).encode()
    except UnicodeError:
        value = None  # it may be parsed, and contain an unpaired surrogate
        problem = 'is not valid UTF-8'
    except RecursionError:
        problem = 'is nested too deeply'
    except TypeError:
        problem = 'is not bytes, a str or a dict of JSON values'
    except ValueError as error:
        problem = 'is not JSON: there is an error at character %s' % getattr(error, 'pos', '?')
    if isinstance(value, dict):
        return value
    raise MalformedCallback('the callback ' + problem)


def _has_too_many_members(text: str, value: 'Dict[str, Any]') -> bool:
    """Tell whether there are so many that to verify them would take long."""
    if len(text) < 2 * MOST_MEMBERS:
        return False  # each member takes two characters at least
    count = 0
    pending = [value]  # type: List[Any]
    while pending:
        container = pending.pop()
        members = container.values() if isinstance(container, dict) else container
        count += len(members)
        pending += [member for member in members if isinstance(member, (dict, list))]
    return count > MOST_MEMBERS


def body_text(data: 'CallbackData') -> str:
    """Return the JSON text of ``data``; raise TypeError or ValueError if it has none."""
    if isinstance(data, str):
        data.encode()
        return data[1:] if data.startswith('\ufeff') else data
    if isinstance(data, dict):
        # As text, so that every callback passes the same checks, and the caller's dict is copied.
        return dumps(data, allow_nan=False)
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data).decode('utf-8-sig')
    raise TypeError('not bytes, a str or a dict')


def take_signature(data: 'Dict[str, Any]') -> 'Tuple[str, str]':
    """Take the callback's signature out of ``data``; return the path where it was, and itself."""
    path, holder = SIGNATURE, data
    if data.get(SIGNATURE) is None and isinstance(data.get('general'), dict):
        path, holder = 'general.' + SIGNATURE, data['general']
    signature = holder.get(SIGNATURE)
    if not isinstance(signature, str) or not signature:
        raise MissingSignature('the callback has no signature')
    del holder[SIGNATURE]
    return path, signature


def looks_like_link(form: 'PlainForm') -> bool:
    """Tell whether a callback may be a signed link: its ``interface_type`` is a value."""
    if 'interface_type' not in form.data:
        return False
    # In a link it is a number, or a text of JSON: no name is in front of a colon.
    below = Facts(form).below('interface_type')
    return not all(re.match(r'\w+:', rest) for rest in below)


def may_hide_member(entry: str) -> bool:
    """Tell whether a ``;`` in an entry is followed by the path of what a merchant acts on."""
    for piece in entry.split(';')[1:]:
        root, colon, _ = piece.partition(':')
        if colon and root in _ROOTS:
            return True
    return False


def _entries_with_semicolons(form: 'PlainForm') -> 'List[str]':
    if form.message.count(b';') < form.size:
        return []  # each is between two entries, none in a key or value
    return [entry for entry in map(':'.join, form.entries) if ';' in entry]
