"""The exception family: one root, and a branch for each side that can be at fault.

    ProcessException
    +-- ConfigurationException    your configuration is wrong: a secret key, an address
    +-- ValidationException       a parameter of your payment is wrong
    +-- UnsetParameter            you read a parameter that was never set
    +-- CallbackException         their message is wrong: answer it with 400
        +-- MalformedCallback         it is not a callback
        +-- MissingSignature          it has no signature
        +-- InvalidSignature          it was not signed with any of your secret keys
        +-- AmbiguousCallback         it is signed, but it can be read in two ways

Each class has a stable ``code`` to log or compare. No message contains a secret key, a signature, a
part of a callback's body, or the value of a parameter or a key in it.

A ``ConfigurationWarning`` is not raised, but issued by the module ``warnings``.
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
    """One thing that validation found in a payment.

    - ``parameter``: the name of the parameter; for a member of a JSON parameter, followed by its
      path (``receipt_data:positions:0:amount``);
    - ``code``: what is wrong, to compare (``missing``, ``too_long``, ...);
    - ``message``: the same as a sentence, without the value;
    - ``is_warning``: True if the platform may still accept the payment.
    """

    __slots__ = ()


class ProcessException(Exception):
    """Root of every exception that this package raises on purpose."""

    code = 'process_error'


class ConfigurationException(ProcessException, ValueError):
    """The SDK is configured wrongly: a secret key or an address cannot be used."""

    code = 'configuration_error'


class ConfigurationWarning(UserWarning):
    """The SDK works, but is probably configured wrongly: there is something around a secret key."""


class ValidationException(ProcessException, ValueError):
    """A payment parameter cannot be set or sent, or ``payment.validate()`` found errors.

    ``parameter`` is the name of the first one; for a value inside a dict or list, it is the path,
    keys joined by ``:`` (``receipt_data:positions:0``). The keys may be your customer's data: think
    before you log them. ``findings`` are all errors, each a Finding.
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
    """A callback must not be trusted. Answer it with 400."""

    code = 'callback_error'


class MalformedCallback(CallbackException):
    """The body is not a JSON object that a signature could cover."""

    code = 'malformed_callback'


class MissingSignature(CallbackException):
    """Neither ``signature`` nor ``general.signature`` is a non-empty str."""

    code = 'missing_signature'


class InvalidSignature(CallbackException):
    """The signature was not made with any of the secret keys over this data."""

    code = 'invalid_signature'


class AmbiguousCallback(CallbackException):
    """The signature is right, but a ``;`` in a value could hide or imitate another member."""

    code = 'ambiguous_callback'
