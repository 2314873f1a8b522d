"""The exception family: one root, and a branch for each side that can be at fault.

    ProcessException
    +-- ConfigurationException    your set-up is wrong: a secret key, an address
    +-- ValidationException       a parameter of your payment is wrong
    +-- UnsetParameter            you read a parameter that was never set
    +-- CallbackException         their message is wrong: answer it with 400
        +-- MalformedCallback         it is no callback at all
        +-- MissingSignature          nobody signed it
        +-- InvalidSignature          whoever signed it had none of your secret keys
        +-- AmbiguousCallback         it is signed, and can still be read in two ways

Each class has a stable ``code``, to be logged or compared. No message holds a secret key, a
signature, a part of a callback's body, or the value of a parameter or a key in it.
"""

from payment_page_sdk._records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence, Tuple

_Finding = NamedTuple(
    '_Finding',
    [('parameter', 'str'), ('code', 'str'), ('message', 'str'), ('is_warning', 'bool')],
)


class Finding(_Finding):
    """One thing that validation found in a payment, with the fields

    - ``parameter``: the name of the parameter, with the path of a member behind it where JSON is
      meant (``receipt_data:positions:0:amount``);
    - ``code``: what is wrong, to be compared (``missing``, ``too_long``, ...);
    - ``message``: the same as a sentence, without the value;
    - ``is_warning``: True where the platform may well accept the payment.
    """

    __slots__ = ()


class ProcessException(Exception):
    """Root of every exception that this package raises on purpose."""

    code = 'process_error'


class ConfigurationException(ProcessException, ValueError):
    """The SDK was set up wrongly: a secret key or an address that cannot be used."""

    code = 'configuration_error'


class ValidationException(ProcessException, ValueError):
    """A payment parameter cannot be held or sent, or ``payment.validate()`` found errors.

    ``parameter`` is the name of the (first) one; for a value inside a dict or list, its path with
    the keys joined by ``:`` (``receipt_data:positions:0``). Such keys may be your shopper's data:
    mind your logs. ``findings`` are all errors, each a Finding.
    """

    code = 'invalid_parameter'

    def __init__(
        self, message: str, parameter: str = '', findings: 'Sequence[Finding]' = ()
    ) -> None:
        super().__init__(message)
        self.parameter = parameter
        if not findings:
            findings = [Finding(parameter.split(':')[0], self.code, message, False)]
        self.findings = tuple(findings)  # type: Tuple[Finding, ...]


class UnsetParameter(ProcessException, AttributeError):
    """A parameter was read, or deleted, that the payment does not have."""

    code = 'unset_parameter'


class CallbackException(ProcessException):
    """A callback must not be believed. The answer that the platform expects is 400."""

    code = 'callback_error'


class MalformedCallback(CallbackException):
    """The body is not a JSON object that a signature could cover."""

    code = 'malformed_callback'


class MissingSignature(CallbackException):
    """Neither ``signature`` nor ``general.signature`` holds a text."""

    code = 'missing_signature'


class InvalidSignature(CallbackException):
    """The signature was not made with any of the secret keys over this data."""

    code = 'invalid_signature'


class AmbiguousCallback(CallbackException):
    """The signature is right, but a ``;`` in a text could hide other members of the callback."""

    code = 'ambiguous_callback'
