"""The payment: a container of the parameters with which the Payment Page is opened."""

from collections.abc import Mapping
from json import dumps
from warnings import warn

from payment_page_sdk._wire import invalid
from payment_page_sdk.exceptions import UnsetParameter, ValidationException
from payment_page_sdk.parameters.catalogue import Catalogue
from payment_page_sdk.parameters.kinds import Parameter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Any, Dict, Iterable, List, Optional, Union

    from typing_extensions import Final, Unpack

    from payment_page_sdk.exceptions import Finding

    # A stub, for checkers only: the catalogue as keyword arguments.
    from payment_page_sdk.parameters.arguments import Arguments  # pyright: ignore[reportMissingModuleSource]
    from payment_page_sdk.parameters.kinds import IntegerInput, TextInput

_RENAMED = {'card_operation_type': 'operation_type'}


class Payment(Catalogue):
    """A payment on the Payment Page.

    Every attribute that is set on it is a parameter of the page:

        payment = Payment('186', 'ORDER-1', payment_amount=1001)    # 10.01
        payment.payment_currency = 'EUR'

    ``project_id`` is the merchant's project, ``payment_id`` the payment's id, unique in the
    project. Amounts are in minor units of the currency. ``help(Payment.payment_amount)`` explains
    a parameter. Python's own values are set as they are: a bool, a date, a list, a dict. A value
    that the parameter cannot hold raises ValidationException.

    Parameters that this SDK does not know can be set, too. A subclass may declare them:

        class MyPayment(Payment):
            new_parameter = Text('What it is.', MaxLength(255))
            payment_currency = 'EUR'

    An attribute of a subclass that has the name of a parameter, such as this ``payment_currency``,
    is a default: each payment begins with it. A property is called, and is not sent.

    Reading a parameter that was not set raises UnsetParameter, an AttributeError.

    From Python 3.6 on, parameters keep the order in which they were set. Payments are equal when
    their parameters are; they can be copied and pickled. ``repr`` shows all names, but only those
    values that tell nothing about a person.
    """

    PURCHASE_TYPE = 'purchase'  # type: Final
    PAYOUT_TYPE = 'payout'  # type: Final
    RECURRING_TYPE = 'recurring'

    INTERFACE_TYPE = 24

    def __init__(
        self, project_id: 'IntegerInput', payment_id: 'TextInput' = '',
        **parameters: 'Unpack[Arguments]'
    ) -> None:  # fmt: skip
        defaults = _defaults_of(type(self))
        self._set('project_id', project_id)
        # A variable named interface_type is what editors would explain, not the keyword argument.
        default = dumps({'id': self.INTERFACE_TYPE})
        self._set('interface_type', defaults.get('interface_type', default))
        payment_id = payment_id or defaults.get('payment_id', '')
        if payment_id:
            self._set('payment_id', payment_id)
        for name, value in defaults.items():
            if name not in self.__dict__:
                self._set(name, value)
        for name, value in parameters.items():
            self._set(name, value)

    def get_params(self) -> 'Dict[str, Any]':
        """Return the values of the parameters by name.

        This is the payment's own dict, as in ecommpay-sdk 1.0.x: a change to it changes the
        payment.
        """
        return self.__dict__

    def update(self, parameters: 'Mapping[str, Any]') -> None:
        """Set all of ``parameters``, which are values by name.

        Raises ValidationException as setting does; those before the refused one stay set.
        """
        for name, value in parameters.items():
            self._set(name, value)

    def set_amount(self, amount: 'Union[Decimal, int, str]', currency: str) -> None:
        """Set ``payment_amount`` and ``payment_currency`` to an ``amount`` in major units.

            payment.set_amount(Decimal('18.15'), 'EUR')     # 1815
            payment.set_amount(500, 'JPY')                  # 500

        Raises ValidationException for a float, for an unknown currency, and for an amount that
        the currency cannot express. See money.minor_units.
        """
        from payment_page_sdk.money import minor_units

        self._set('payment_amount', minor_units(amount, currency))
        self._set('payment_currency', currency)

    def set_booking_info(self, booking_info: 'Mapping[str, Any]') -> None:
        """Set ``booking_info`` to the Base64 of a dict's JSON text.

        Raises ValidationException for what is not a dict, is empty, or cannot be written as JSON.
        """
        if not isinstance(booking_info, Mapping):
            raise invalid('booking_info', 'takes a dict, not ' + type(booking_info).__name__)
        if not booking_info:
            raise invalid('booking_info', 'is empty')
        self._set('booking_info', booking_info)

    def validate(self) -> None:
        """Check everything that can be known offline; raise one ValidationException for all errors.

        Its ``findings`` are those that ``find_errors`` returns.
        """
        errors = self.find_errors()
        if errors:
            raise ValidationException(
                '; '.join([error.message for error in errors]), errors[0].parameter, errors
            )

    def find_errors(self) -> 'List[Finding]':
        """Return what the Payment Page would refuse or ignore, without raising."""
        return [found for found in self._findings() if not found.is_warning]

    def find_warnings(self) -> 'List[Finding]':
        """Return what may be wrong; the page may accept it, and ``validate`` lets it pass."""
        return [found for found in self._findings() if found.is_warning]

    def _findings(self) -> 'Iterable[Finding]':
        from payment_page_sdk.parameters.validation import find

        return find(self.get_params(), self._parameters())

    def _parameters(self) -> 'Dict[str, Parameter]':
        cls = type(self)
        return CATALOGUE if cls is Payment else parameters_of(cls)

    def __setattr__(self, name: str, value: 'Any') -> None:
        if type(self) is Payment and type(value) in _HELD_TYPES.get(name, ()):
            self.__dict__[name] = value  # as _set would do, in a third of the time
        else:
            self._set(name, value)

    if not TYPE_CHECKING:  # so that checkers report a misspelt name that is read

        def __getattr__(self, name):
            return self.get_params()[self._held_name(name)]

    def __delattr__(self, name: str) -> None:
        if _is_property(_attributes_of(type(self)).get(name)):
            object.__delattr__(self, name)
            return
        del self.get_params()[self._held_name(name)]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Payment):
            return NotImplemented
        return self.get_params() == other.get_params()

    def __repr__(self) -> str:
        known = self._parameters()
        return '%s(%s)' % (
            type(self).__name__,
            ', '.join(
                '%s=%s' % (name, repr(value) if name in known and known[name].shown else '***')
                for name, value in self.get_params().items()
            ),
        )

    def _held_name(self, name: str) -> str:
        """Return the name under which a parameter is held; raise UnsetParameter without one."""
        name = _RENAMED.get(name, name)
        if name not in self.get_params():
            raise UnsetParameter("the payment has no parameter '%s'" % name)
        return name

    def _set(self, name: str, value: 'Any') -> None:
        """Hold ``value``. A warning names the line that called the caller of this method."""
        if not isinstance(name, str):
            raise ValidationException(
                'the name of a parameter is a str, not ' + type(name).__name__
            )
        if name in _RENAMED:
            warn('%s is deprecated: set %s' % (name, _RENAMED[name]), DeprecationWarning, 3)
            name = _RENAMED[name]
        parameter = getattr(type(self), name, None)
        if not isinstance(parameter, Parameter):
            if name == 'signature':
                raise invalid(name, 'is made by the SDK and cannot be set')
            attribute = _attributes_of(type(self)).get(name)
            if _is_property(attribute):
                object.__setattr__(self, name, value)
                return
            parameter = _parameter_of(type(self), name)
            if hasattr(type(attribute), '__get__') or (hasattr(Payment, name) and not parameter):
                raise invalid(
                    name,
                    'is not a parameter: %s has a method or constant of this name'
                    % type(self).__name__,
                )
        self.__dict__[name] = parameter.convert(value, name) if parameter else value


def parameters_of(cls: type) -> 'Dict[str, Parameter]':
    """Return the parameters that a class declares or inherits, by name, in alphabetical order."""
    found = [(name, _parameter_of(cls, name)) for name in dir(cls)]
    return {name: parameter for name, parameter in found if parameter}


def _parameter_of(cls: type, name: str) -> 'Optional[Parameter]':
    """Return how the nearest class declares a parameter, be it below a default or a property."""
    declared = (vars(base).get(name) for base in cls.__mro__)
    return next((value for value in declared if isinstance(value, Parameter)), None)


def _attributes_of(cls: type) -> 'Dict[str, Any]':
    """Return by name what a subclass adds to Payment, or has in the place of a parameter."""
    attributes = {}  # type: Dict[str, Any]
    for base in reversed(cls.__mro__[: cls.__mro__.index(Payment)]):
        attributes.update(vars(base))
    return {
        name: value
        for name, value in attributes.items()
        if name in CATALOGUE or not hasattr(Payment, name)
    }


def _defaults_of(cls: type) -> 'Dict[str, Any]':
    """Return the attributes of a subclass that are values of parameters, by name."""
    if cls is Payment:
        return {}
    return {
        name: value
        for name, value in _attributes_of(cls).items()
        if not (hasattr(type(value), '__get__') or _is_property(value)) and _parameter_of(cls, name)
    }


def _is_property(attribute: 'Any') -> bool:
    """Tell whether Python calls an attribute of a class when it is set, as it does a property."""
    return hasattr(type(attribute), '__set__')


CATALOGUE = parameters_of(Payment)
_HELD_TYPES = {
    name: parameter.held_types for name, parameter in CATALOGUE.items() if name not in _RENAMED
}
