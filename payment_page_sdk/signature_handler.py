"""Signing and verifying: the HMAC-SHA512 of a canonical string, with a merchant's secret keys.

A *signature* is the Base64 of the HMAC-SHA512, under the secret key, of the canonical string (see
_canonical). This SDK signs in the plain form of that string, and accepts a callback in either form,
but never in a mixture.
"""

import hmac
import re
from binascii import b2a_base64
from collections.abc import Iterable
from hashlib import sha512
from hmac import compare_digest
from warnings import warn

from payment_page_sdk._canonical import FORMS, FRAME_MODE, PlainForm, form_of_params
from payment_page_sdk._outlines import learn
from payment_page_sdk.exceptions import ConfigurationException, ConfigurationWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hmac import HMAC
    from typing import Any, Callable, Dict, Mapping, NoReturn, Optional, Type

# What may surround a secret key that was copied from a page, a letter or a settings file. Invisible
# are a byte order mark, for example, and a space of no width.
AROUND_SECRETS = 'white space, quotes or invisible characters'
_AROUND_SECRETS = '[\\s\'"`\xab\xbb\u2018-\u201f\u200b-\u200f\u2060\ufeff]+'


class SignatureHandler:
    """Signs parameters and checks signatures with a merchant's secret keys.

    ``secret_key`` signs. ``previous_secrets`` are keys that were in use before: they verify, as
    ``secret_key`` does, so that a key can be changed while callbacks are on their way. Never list
    a key that has leaked: whoever has it can sign callbacks.

    Raises ConfigurationException for a key that is empty, blank or not a str. A key with white
    space, quotes or invisible characters around it is used as it is, with a ConfigurationWarning.
    """

    # For code that reads them, as in ecommpay-sdk 1.0.x. Changing them has no effect.
    ITEMS_DELIMITER = ';'
    IGNORE_KEYS = [FRAME_MODE]

    def __init__(self, secret_key: str, previous_secrets: 'Iterable[str]' = ()) -> None:
        # The keys themselves are not kept: repr and vars have none to show. Nor have debug pages,
        # which show the variables of all functions that an error passes through.
        secrets = [secret_key]
        try:
            if isinstance(previous_secrets, str) or not isinstance(previous_secrets, Iterable):
                raise ConfigurationException(
                    'previous_secrets is a list of secret keys, not '
                    + type(previous_secrets).__name__
                )
            secrets.extend(previous_secrets)
            for problem in filter(None, map(_find_problem, secrets)):
                raise ConfigurationException(problem)
            self._keys = list(map(_keyed_hmac, secrets))
            self._trimmed_keys = list(map(_trimmed_hmac, secrets))
            is_surrounded = secrets != list(map(trim_secret, secrets))
        finally:
            del secret_key
            del previous_secrets
            del secrets
        if is_surrounded:
            warn(
                'a secret key has %s around it: unless these are part of the key, no signature '
                'will match' % AROUND_SECRETS,
                ConfigurationWarning,
                stacklevel=1,  # Python prints the line: the key may be in the caller's
            )

    def sign(self, params: 'Mapping[str, Any]') -> str:
        """Return the signature of ``params``, in the plain form, with the current secret key.

        Values are signed as links send them; ``frame_mode`` is left out. There is no guard here:
        for links, forms and widgets use Gate. Raises ValidationException for a value that cannot
        be sent.
        """
        return self.sign_in_form(PlainForm, params)

    def sign_in_form(self, form: 'Type[PlainForm]', params: 'Mapping[str, Any]') -> str:
        """Return the signature of ``params`` in PlainForm or NaturalForm, as ``sign`` does."""
        canonical = form_of_params(form, params)
        signature = _signature(self._keys[0], canonical.message).decode()
        learn(canonical)
        return signature

    def check(self, params: 'Mapping[str, Any]', signature: str) -> bool:
        """Tell whether ``signature`` is one of ``params``, in either form, with any secret key.

        If a subclass has its own ``sign``, that alone decides, as in ecommpay-sdk 1.0.x. Raises
        ValidationException for a value that cannot be signed.
        """
        if not signs_as_shipped(self):
            return compare_digest(_as_bytes(self.sign(params)), _as_bytes(signature))
        return self._match(lambda form: form_of_params(form, params), signature) is not None

    def match_callback(self, data: 'Dict[str, Any]', signature: str) -> 'Optional[PlainForm]':
        """Return the canonical string of a callback's ``data`` that ``signature`` signs, if any.

        ``data`` is parsed JSON without the callback's own signature. Raises ValueError or
        RecursionError when it is nested too deeply, or under keys that are too long.
        """
        return self._match(lambda form: form.of_callback(data), signature)

    def find_secret(self, message: bytes, signature: str, trimmed: bool = False) -> 'Optional[int]':
        """Return the position of the secret key with which ``signature`` signs ``message``, if any.

        0 is the current key, 1 the first of the previous ones. ``trimmed`` asks about the keys
        without what surrounds them; see trim_secret. This is for explanations, not for accepting.
        """
        given = _as_bytes(signature)
        for position, key in enumerate(self._trimmed_keys if trimmed else self._keys):
            if key and compare_digest(_signature(key, message), given):
                return position
        return None

    def _match(
        self, make: 'Callable[[Type[PlainForm]], PlainForm]', signature: str
    ) -> 'Optional[PlainForm]':
        if not isinstance(signature, str):
            return None
        given = _as_bytes(signature)
        tried = None
        for cls in FORMS:
            form = make(cls)
            if form.message != tried:
                tried = form.message
                for key in self._keys:
                    if compare_digest(_signature(key, tried), given):
                        learn(form)
                        return form
            del form  # before the next one is made: a stranger's may be large
        return None

    def __copy__(self) -> 'SignatureHandler':
        return self

    def __deepcopy__(self, memo: 'Dict[int, Any]') -> 'SignatureHandler':
        return self

    def __reduce__(self) -> 'NoReturn':
        raise ConfigurationException(
            'an object with a secret key (Gate, SignatureHandler, PaymentPage, Callback) is not '
            'pickled: create it where it is used'
        )


_SIGN, _CHECK = SignatureHandler.sign, SignatureHandler.check


def runs(method: 'Any', function: 'Any') -> bool:
    """Tell whether ``method`` runs ``function``: no subclass or test has replaced it."""
    return getattr(method, '__func__', None) is function


def signs_as_shipped(handler: 'SignatureHandler') -> bool:
    """Tell whether ``handler.sign`` is this module's own."""
    return runs(handler.sign, _SIGN)


def checks_as_shipped(handler: 'SignatureHandler') -> bool:
    """Tell whether ``handler.check`` is this module's own, and so is ``sign``, which it asks."""
    return runs(handler.check, _CHECK) and signs_as_shipped(handler)


def trim_secret(secret_key: str) -> str:
    """Return a secret key without the white space, quotes or invisible characters around it."""
    return re.sub('\\A%s|%s\\Z' % (_AROUND_SECRETS, _AROUND_SECRETS), '', secret_key)


def decode_secret(content: bytes) -> str:
    """Return the secret key in the content of a file, without what editors add to files.

    That is a byte order mark, and a line break at the end. Raises UnicodeDecodeError.
    """
    return re.sub('\r?\n\\Z', '', content.decode('utf-8-sig'))


def _find_problem(secret_key: str) -> 'Optional[str]':
    """Return why a secret key cannot be used, without the key; None if it can."""
    if not isinstance(secret_key, str):
        return 'a secret key is a str, not ' + type(secret_key).__name__
    if not secret_key.strip():
        return 'a secret key is empty'
    if secret_key.encode('utf-8', 'replace').decode() != secret_key:
        return 'a secret key has an unpaired surrogate'
    return None


def _keyed_hmac(secret_key: str) -> 'HMAC':
    """Return the HMAC of nothing yet. To copy it is faster than to make one for each message."""
    return hmac.new(secret_key.encode(), digestmod=sha512)


def _trimmed_hmac(secret_key: str) -> 'Optional[HMAC]':
    """Return the HMAC under the trimmed key; None if nothing surrounds it, or nothing is left."""
    trimmed = trim_secret(secret_key)
    return _keyed_hmac(trimmed) if trimmed not in ('', secret_key) else None


def _signature(key: 'HMAC', message: bytes) -> bytes:
    mac = key.copy()
    mac.update(message)
    return b2a_base64(mac.digest())[:-1]  # without its line break


def _as_bytes(signature: str) -> bytes:
    # compare_digest raises TypeError for a str that is not ASCII.
    return signature.encode('utf-8', 'replace')
