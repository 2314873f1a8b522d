import copy
import json
import pickle
import pydoc
import re
import warnings
from base64 import b64decode
from collections import OrderedDict
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Callable, Dict, List
from unittest.mock import ANY

import pytest

from payment_page_sdk.exceptions import UnsetParameter, ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.parameters.kinds import Text
from payment_page_sdk.payment import CATALOGUE, Payment, parameters_of


class Subscription(Payment):
    pass


class Euro:
    payment_currency = 'EUR'


class Purchase(Euro, Payment):  # type: ignore[misc]
    mode = 'purchase'  # pyright: ignore
    redirect = True  # pyright: ignore
    hide = ['card', 'cup-card']  # type: ignore[assignment]


@pytest.fixture
def payment() -> Payment:
    return Payment('186', 'ORDER-1')


def test_a_payment_holds_what_it_is_made_of(payment: Payment) -> None:
    assert payment.get_params() == {
        'project_id': '186',
        'interface_type': '{"id": 24}',
        'payment_id': 'ORDER-1',
    }
    assert payment.project_id == '186'
    assert payment.payment_id == 'ORDER-1'
    assert json.loads(payment.interface_type) == {'id': Payment.INTERFACE_TYPE}


@pytest.mark.parametrize('nothing', ['', None, 0])
def test_a_payment_id_is_optional(nothing: Any) -> None:
    payment = Payment(186, nothing)
    assert payment.get_params() == {'project_id': 186, 'interface_type': '{"id": 24}'}
    assert not hasattr(payment, 'payment_id')


def test_every_attribute_is_a_parameter(payment: Payment) -> None:
    payment.payment_amount = 1001
    payment.brand_new_parameter = [1, {'a': True}]
    assert payment.payment_amount == 1001
    assert payment.get_params()['brand_new_parameter'] == [1, {'a': True}]
    assert payment.brand_new_parameter == [1, {'a': True}]  # type: ignore[attr-defined]


def test_parameters_come_from_keywords_and_mappings_too() -> None:
    payment = Payment('186', 'ORDER-1', payment_amount=1001)
    payment.update({'payment_currency': 'EUR', 'payment_amount': 1002})
    assert payment.get_params()['payment_amount'] == 1002
    assert payment.payment_currency == 'EUR'


def test_parameters_keep_the_order_in_which_they_were_set() -> None:
    names = ['z', 'payment_amount', 'a', 'm', 'customer_id', 'b', 'y', 'x']
    payment = Payment('186', 'ORDER-1')
    for name in names:
        setattr(payment, name, 1)
    payment.z = 2  # a new value keeps its place
    assert list(payment.get_params()) == ['project_id', 'interface_type', 'payment_id'] + names


def test_get_params_is_the_payments_own_dict(payment: Payment) -> None:
    payment.get_params()['payment_amount'] = 1001
    vars(payment)['payment_currency'] = 'EUR'
    assert payment.payment_amount == 1001
    assert list(payment.get_params())[-2:] == ['payment_amount', 'payment_currency']


def test_a_subclass_may_set_parameters_before_the_base_does() -> None:
    class Early(Payment):
        def __init__(self) -> None:
            self.customer_id = '5'
            super().__init__('186')

    assert Early() == Payment('186', customer_id='5')


@pytest.mark.parametrize('name', ['payment_amount', 'payment_amuont', '__len__'])
def test_a_parameter_that_was_never_set_cannot_be_read(payment: Payment, name: str) -> None:
    with pytest.raises(UnsetParameter, match=name):
        getattr(payment, name)
    with pytest.raises(AttributeError):
        delattr(payment, name)
    assert not hasattr(payment, name)


def test_a_parameter_can_be_taken_back(payment: Payment) -> None:
    payment.payment_amount = 1001
    payment.other = 1
    del payment.payment_amount
    del payment.other  # type: ignore[attr-defined]
    assert payment == Payment('186', 'ORDER-1')


@pytest.mark.parametrize(
    'name', ['validate', 'get_params', 'PURCHASE_TYPE', '__class__', '__dict__', '_set']
)
def test_what_payment_has_is_no_parameter(payment: Payment, name: str) -> None:
    with pytest.raises(ValidationException, match=name + ' is not a parameter'):
        setattr(Purchase('186'), name, {})
    with pytest.raises(ValidationException, match=name + ' is not a parameter'):
        setattr(payment, name, 1)
    with pytest.raises(AttributeError):
        delattr(Purchase('186'), name)
    with pytest.raises(ValidationException):
        Payment('186', **{name: True})  # type: ignore[arg-type]
    payment.get_params()


def test_a_signature_is_no_parameter(payment: Payment) -> None:
    refusals = [
        lambda: setattr(payment, 'signature', 'x'),
        lambda: payment.update({'signature': 'x'}),
        lambda: Payment('186', signature='x'),  # type: ignore[call-arg]
    ]  # type: List[Callable[[], Any]]
    for refusal in refusals:
        with pytest.raises(ValidationException) as caught:
            refusal()
        assert caught.value.parameter == 'signature'
    assert 'signature' not in payment.get_params()


@pytest.mark.parametrize(
    'value, text',
    [
        (datetime(2026, 5, 5, 1, 2, 3, 4), '2026-05-05T01:02:03'),
        (datetime(2026, 5, 5, 1, 2, 3, 4, timezone.utc), '2026-05-05T01:02:03+00:00'),
        (datetime(2026, 5, 5, tzinfo=timezone(timedelta(hours=3))), '2026-05-05T00:00:00+03:00'),
        (date(2026, 5, 5), '2026-05-05'),
        ('2026-05-05T00:00:00+03', '2026-05-05T00:00:00+03'),
    ],
)
def test_best_before_holds_whole_seconds_as_text(payment: Payment, value: Any, text: str) -> None:
    payment.best_before = value
    assert payment.best_before == text
    assert Payment('186', best_before=value).best_before == text


@pytest.mark.parametrize('value', [1777939200, None, b'2026-05-05', time(12, 30)])
def test_best_before_is_a_date_and_time(payment: Payment, value: Any) -> None:
    with pytest.raises(ValidationException, match='best_before takes a datetime') as caught:
        payment.best_before = value
    assert caught.value.parameter == 'best_before'


def test_booking_info_is_base64_of_json(payment: Payment) -> None:
    info = {'firstname': 'Ada', 'surname': 'Лавлейс', 'nights': [1, 2]}
    payment.set_booking_info(info)
    assert b64decode(payment.booking_info).decode() == json.dumps(info)


def test_booking_info_is_not_empty(payment: Payment) -> None:
    with pytest.raises(ValidationException, match='booking_info is empty'):
        payment.set_booking_info({})
    assert not hasattr(payment, 'booking_info')


LOOP = {}  # type: Dict[str, Any]
LOOP['again'] = LOOP


@pytest.mark.parametrize('info', [{'a': {1}}, {'a': float('nan')}, LOOP, 'text', None])
def test_booking_info_is_what_json_can_hold(payment: Payment, info: Dict[str, Any]) -> None:
    with pytest.raises(ValidationException) as caught:
        payment.set_booking_info(info)
    assert caught.value.parameter == 'booking_info'
    assert not hasattr(payment, 'booking_info')


def test_card_operation_type_still_works_and_warns_where_it_is_used(payment: Payment) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        payment.card_operation_type = 'sale'
        payment.update({'card_operation_type': 'sale'})
        Payment('186', card_operation_type='sale')
    assert payment.operation_type == 'sale'
    assert payment.card_operation_type == 'sale'
    assert 'card_operation_type' not in payment.get_params()
    assert [warning.category for warning in caught] == [DeprecationWarning] * 3
    assert {warning.filename for warning in caught} == {__file__}
    assert len({warning.lineno for warning in caught}) == 3
    assert 'operation_type' in str(caught[0].message)
    del payment.card_operation_type
    assert not hasattr(payment, 'operation_type')
    assert not hasattr(payment, 'card_operation_type')


def test_payments_are_equal_when_their_parameters_are(payment: Payment) -> None:
    same = Payment('186')
    same.payment_id = 'ORDER-1'
    assert payment == same
    same.payment_amount = 1
    assert payment != same
    assert payment != payment.get_params()
    with pytest.raises(TypeError):
        hash(payment)  # it changes, and equality with it


def pickler(protocol: int) -> Callable[[Payment], Any]:
    return lambda payment: pickle.loads(pickle.dumps(payment, protocol))


@pytest.mark.parametrize(
    'clone',
    [copy.copy, copy.deepcopy]
    + [pickler(protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)],
)
@pytest.mark.parametrize('cls', [Payment, Subscription, Purchase])
def test_a_copy_is_a_payment_of_its_own(cls: Any, clone: Any) -> None:
    payment = cls('186', 'ORDER-1', extra={'a': 1})
    other = clone(payment)
    assert other == payment
    assert type(other) is cls
    other.payment_amount = 1
    assert not hasattr(payment, 'payment_amount')
    assert list(payment.get_params()) == list(other.get_params())[:-1]


def test_repr_shows_names_and_hides_people() -> None:
    payment = Payment('186', 'ORDER-1', payment_amount=1001)
    payment.customer_email = 'ada@example.com'
    payment.recipient_pan = '4242424242424242'
    payment.unknown = 'Lovelace'
    assert repr(payment) == (
        "Payment(project_id='186', interface_type='{\"id\": 24}', payment_id='ORDER-1', "
        'payment_amount=1001, customer_email=***, recipient_pan=***, unknown=***)'
    )
    assert repr(Subscription('186')).startswith("Subscription(project_id='186'")


def test_repr_shows_nothing_that_could_tell_of_a_person() -> None:
    shown = [name for name, parameter in CATALOGUE.items() if parameter.shown]
    assert 'payment_amount' in shown
    assert not [
        name
        for name in shown
        if name != 'customer_installment_count'
        and re.search(
            '^(customer|billing|recipient|sender|account|card)_|_(url|token|description)$', name
        )
    ]


def test_dir_lists_the_catalogue_and_what_was_set(payment: Payment) -> None:
    payment.brand_new_parameter = 1
    listed = dir(payment)
    assert {'payment_amount', 'customer_email', 'brand_new_parameter', 'get_params'} <= set(listed)
    assert listed == sorted(set(listed))


class Newer(Payment):
    loyalty_level = Text('Level in the loyalty programme.', shown=True)
    payment_description = Text('Ours is shown.', shown=True)


def test_a_subclass_declares_what_the_catalogue_lacks() -> None:
    payment = Newer('186', payment_description='Order 1')
    payment.loyalty_level = 'gold'
    assert repr(payment).endswith("payment_description='Order 1', loyalty_level='gold')")
    with pytest.raises(ValidationException, match='loyalty_level takes a str, not list'):
        payment.loyalty_level = ['gold']  # type: ignore[assignment]
    assert 'loyalty_level' not in CATALOGUE


# Attributes of a subclass


class Gold(Purchase, Newer):  # type: ignore[misc]
    loyalty_level = 'gold'  # pyright: ignore
    redirect = False


def test_attributes_of_a_subclass_are_defaults() -> None:
    payment = Purchase('186', 'ORDER-1', payment_amount=1001)  # type: Any
    assert payment.get_params() == {
        'project_id': '186',
        'interface_type': '{"id": 24}',
        'payment_id': 'ORDER-1',
        'payment_currency': 'EUR',
        'mode': 'purchase',
        'redirect': True,
        'hide': 'card,cup-card',
        'payment_amount': 1001,
    }
    assert list(payment.get_params())[:3] == ['project_id', 'interface_type', 'payment_id']
    assert list(payment.get_params())[-1] == 'payment_amount'
    assert payment.hide == 'card,cup-card'
    assert '&payment_currency=EUR&' in Gate('secret').get_purchase_payment_page_url(payment)
    assert not payment.find_errors()


def test_a_default_gives_way() -> None:
    payment = Purchase('186', payment_currency='USD', hide=['ideal'])  # type: Any
    payment.redirect = False
    assert (payment.payment_currency, payment.hide, payment.redirect) == ('USD', 'ideal', False)
    assert payment.get_params()['payment_currency'] == 'USD'
    with pytest.raises(ValidationException, match='redirect takes a bool'):
        payment.redirect = []
    del payment.payment_currency
    assert 'payment_currency' not in payment.get_params()


def test_what_a_base_declares_has_defaults_too() -> None:
    payment = Gold('186')
    assert payment.get_params()['loyalty_level'] == 'gold'
    assert payment.get_params()['redirect'] is False
    assert payment.get_params()['payment_currency'] == 'EUR'
    assert "loyalty_level='gold'" in repr(payment)
    with pytest.raises(ValidationException, match='loyalty_level takes a str, not list'):
        payment.loyalty_level = ['gold']  # type: ignore[assignment]


def test_defaults_of_what_every_payment_has() -> None:
    class Numbered(Payment):
        payment_amount = 5  # pyright: ignore
        payment_id = 'ORDER-1'  # pyright: ignore
        interface_type = {'id': 33}  # pyright: ignore
        card_operation_type = 'auth'  # pyright: ignore

    with pytest.warns(DeprecationWarning, match='operation_type'):
        payment = Numbered('186')
    assert list(payment.get_params().items()) == [
        ('project_id', '186'),
        ('interface_type', '{"id": 33}'),
        ('payment_id', 'ORDER-1'),
        ('payment_amount', 5),
        ('operation_type', 'auth'),
    ]
    with pytest.warns(DeprecationWarning, match='operation_type'):
        assert Numbered('186', 'ORDER-2').payment_id == 'ORDER-2'


def test_what_a_subclass_has_set_already_goes_before_its_defaults() -> None:
    class Early(Purchase):
        def __init__(self) -> None:
            self.payment_currency = 'USD'
            super().__init__('186')

    assert Early().payment_currency == 'USD'


def test_a_default_that_cannot_be_sent_is_refused() -> None:
    class Wrong(Payment):
        payment_amount = 10.01  # type: ignore[assignment]

    with pytest.raises(ValidationException, match='payment_amount takes an int in minor units'):
        Wrong('186')


def test_other_attributes_are_not_sent() -> None:
    class Shop(Payment):
        """A payment of the shop."""

        RATE = 2
        payment_curency = 'EUR'
        customer_email = Text('Ours.')

        class Meta:
            pass

        class OnlySet:
            def __set__(self, payment: Payment, value: Any) -> None:
                payment.get_params()['payment_amount'] = value * 100

        payment_amount = OnlySet()  # type: ignore[assignment]

    payment = Shop('186')  # type: Any
    assert payment == Payment('186')
    payment.RATE = 3
    payment.payment_amount = 5
    assert payment.get_params()['RATE'] == 3
    assert payment.get_params()['payment_amount'] == 500


class Computed(Payment):
    """A payment in euros: the amount is held in cents, and the currency follows from it."""

    @property  # type: ignore[override]
    def payment_amount(self) -> Decimal:  # pyright: ignore
        return Decimal(self.get_params()['payment_amount']) / 100

    @payment_amount.setter
    def payment_amount(self, amount: Decimal) -> None:
        self.get_params()['payment_amount'] = int(amount * 100)

    @payment_amount.deleter
    def payment_amount(self) -> None:  # pyright: ignore
        del self.get_params()['payment_amount']

    @property
    def total(self) -> Decimal:
        return self.payment_amount

    def payment_currency(self) -> str:  # type: ignore[override]
        return 'EUR'


@pytest.mark.parametrize('cls', [Computed, type('Inherited', (Computed,), {})])
def test_a_property_is_called_and_not_sent(cls: Any) -> None:
    payment = cls('186', payment_amount=Decimal('10.01'))
    assert payment.get_params()['payment_amount'] == 1001
    assert payment.payment_amount == payment.total == Decimal('10.01')
    payment.payment_amount = Decimal('18.15')
    assert payment.get_params()['payment_amount'] == 1815
    with pytest.raises(AttributeError):
        payment.total = 5
    assert set(payment.get_params()) == {'project_id', 'interface_type', 'payment_amount'}
    assert repr(payment).endswith('payment_amount=1815)')
    assert ('payment_amount', 'unknown') not in {
        (found.parameter, found.code) for found in payment.find_errors()
    }
    del payment.payment_amount
    assert 'payment_amount' not in payment.get_params()


def test_a_method_is_not_hidden_by_a_parameter() -> None:
    payment = Computed('186')
    with pytest.raises(ValidationException, match='payment_currency is not a parameter'):
        payment.payment_currency = 'EUR'  # type: ignore[assignment, method-assign]
    assert payment.payment_currency() == 'EUR'
    assert 'payment_currency' not in payment.get_params()


def test_a_parameter_need_not_be_told_its_name() -> None:
    """Python 3.5 tells none, and no Python one that comes after its class."""

    class Later(Payment):
        pass

    parameter = Text('Level in the loyalty programme.')
    Later.loyalty_level = parameter  # type: ignore[attr-defined]
    payment = Later('186')  # type: Any
    with pytest.raises(UnsetParameter, match='loyalty_level'):
        print(payment.loyalty_level)
    payment.loyalty_level = 'gold'
    assert payment.loyalty_level == 'gold'
    assert parameter.summary in pydoc.render_doc(parameter)


def test_an_amount_is_set_in_major_units(payment: Payment) -> None:
    payment.set_amount(Decimal('18.15'), 'EUR')
    assert (payment.payment_amount, payment.payment_currency) == (1815, 'EUR')
    payment.set_amount(500, 'JPY')
    assert (payment.payment_amount, payment.payment_currency) == (500, 'JPY')


@pytest.mark.parametrize('amount, currency', [(18.15, 'EUR'), ('18.155', 'EUR'), (1, 'eur')])
def test_an_amount_that_cannot_be_meant_changes_nothing(
    payment: Payment, amount: Any, currency: str
) -> None:
    with pytest.raises(ValidationException):
        payment.set_amount(amount, currency)
    assert payment == Payment('186', 'ORDER-1')


def test_constants_are_those_of_the_official_package() -> None:
    assert (Payment.PURCHASE_TYPE, Payment.PAYOUT_TYPE, Payment.RECURRING_TYPE) == (
        'purchase',
        'payout',
        'recurring',
    )
    assert Payment.INTERFACE_TYPE == 24


def test_the_catalogue_is_in_alphabetical_order() -> None:
    assert list(CATALOGUE) == sorted(CATALOGUE)
    assert list(parameters_of(Newer)) == sorted(list(CATALOGUE) + ['loyalty_level'])


def test_equality_is_left_to_what_knows_more() -> None:
    assert Payment('186') == ANY
    assert Payment('186').__eq__('186') is NotImplemented


A_METHOD = ' is not a parameter: %s has a method or constant of this name'


@pytest.mark.parametrize(
    'refused, parameter, message',
    [
        (
            lambda payment: payment.update({5: 1}),
            '',
            'the name of a parameter is a str, not int',
        ),
        (
            lambda payment: payment.update({'signature': 1}),
            'signature',
            'signature is made by the SDK and cannot be set',
        ),
        (
            lambda payment: setattr(payment, 'validate', 1),
            'validate',
            'validate' + A_METHOD % 'Payment',
        ),
        (
            lambda payment: Computed('186', payment_currency='EUR'),
            'payment_currency',
            'payment_currency' + A_METHOD % 'Computed',
        ),
        (
            lambda payment: payment.set_booking_info([1]),
            'booking_info',
            'booking_info takes a dict, not list',
        ),
        (lambda payment: payment.set_booking_info({}), 'booking_info', 'booking_info is empty'),
    ],
)
def test_what_is_refused_in_exact_words(
    refused: Any, parameter: str, message: str, payment: Payment
) -> None:
    with pytest.raises(ValidationException) as caught:
        refused(payment)
    assert (caught.value.parameter, str(caught.value)) == (parameter, message)
    assert payment == Payment('186', 'ORDER-1')


def test_what_was_never_set_and_what_is_deprecated_in_exact_words(payment: Payment) -> None:
    for name, told in [('nothing', 'nothing'), ('card_operation_type', 'operation_type')]:
        with pytest.raises(UnsetParameter) as caught:
            getattr(payment, name)
        assert str(caught.value) == "the payment has no parameter '%s'" % told
    told = '^card_operation_type is deprecated: set operation_type$'
    with pytest.warns(DeprecationWarning, match=told):
        payment.card_operation_type = 'sale'


def test_of_several_parameters_those_before_the_refused_one_stay(payment: Payment) -> None:
    with pytest.raises(ValidationException, match='payment_amount'):
        payment.update(OrderedDict([('a', 1), ('payment_amount', 1.5), ('b', 2)]))
    assert payment.get_params()['a'] == 1
    assert 'b' not in payment.get_params()
