"""The members of the JSON parameters, which have kinds as parameters do.

Members that are not described here pass, since the platform adds some. Where the platform's
documents contradict each other, docs/en/parameters.md says what was decided.
"""

from payment_page_sdk.parameters.kinds import ALWAYS, Amount, Choice, Date, Integer, Parameter, Text
from payment_page_sdk.parameters.rules import (
    CLOCK,
    COUNTRY,
    CURRENCY,
    DATE_AND_CLOCK,
    EMAIL,
    PHONE,
    TIMESTAMP,
    UUID,
    MaxLength,
    MinLength,
    OneOf,
    Range,
    Subdivision,
    finding,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Tuple

    from payment_page_sdk.exceptions import Finding
    from payment_page_sdk.parameters.rules import Texts


class Boolean(Parameter):
    """true or false."""

    json_types = (bool,)  # type: Tuple[type, ...]


class Number(Parameter):
    """A number, with or without decimals."""

    json_types = (int, float)  # type: Tuple[type, ...]


class BooleanOrText(Parameter):
    """A boolean in one document, a string in another."""

    json_types = (bool, str)  # type: Tuple[type, ...]


class IntegerOrText(Integer):
    """An integer in one document, a string of its digits in another."""

    json_types = (int, str)  # type: Tuple[type, ...]


class Array(Parameter):
    """A list of at most ``max_items``, all like ``items``. A ``single`` one may come without it."""

    json_types = (list,)  # type: Tuple[type, ...]

    def __init__(
        self, items: Parameter, max_items: int = 0, single: bool = False, **common: 'Any'
    ) -> None:
        super().__init__(**common)
        self.items = items
        self.max_items = max_items
        self.single = single

    def find_in_json(self, value: 'Any', path: str, siblings: 'Texts') -> 'List[Finding]':
        if self.single and type(value) is not list:
            return self.items.find_in_json(value, path, siblings)
        return super().find_in_json(value, path, siblings)

    def find_inside(self, value: 'Any', path: str, siblings: 'Texts') -> 'List[Finding]':
        if self.max_items and len(value) > self.max_items:
            return [finding(path, 'too_long', 'takes at most %d items' % self.max_items)]
        return [
            found
            for position, item in enumerate(value)
            for found in self.items.find_in_json(item, '%s:%d' % (path, position), siblings)
        ]


class Object(Parameter):
    """An object with these ``members``, all of them optional unless ``required``."""

    json_types = (dict,)  # type: Tuple[type, ...]

    def __init__(self, members: 'Dict[str, Parameter]', **common: 'Any') -> None:
        super().__init__(**common)
        self.members = members

    def find_inside(self, value: 'Any', path: str, siblings: 'Texts') -> 'List[Finding]':
        given = {key: member for key, member in value.items() if member is not None}
        texts = {key: member if type(member) is str else 'given' for key, member in given.items()}
        found = []  # type: List[Finding]
        for key, member in self.members.items():
            if key in given:
                found += member.find_in_json(given[key], path + ':' + key, texts)
            elif member.is_required('', texts):
                found.append(finding(path + ':' + key, 'missing', 'is missing'))
        return found


class Options(Object):
    """An object with ``members``, and with objects for payment methods, each like ``method``."""

    def __init__(self, members: 'Dict[str, Parameter]', method: Object) -> None:
        super().__init__(members)
        self.method = method

    def find_inside(self, value: 'Any', path: str, siblings: 'Texts') -> 'List[Finding]':
        found = super().find_inside(value, path, siblings)
        for key, member in value.items():
            if key not in self.members and type(member) is dict:
                found += self.method.find_inside(member, path + ':*', siblings)
        return found


def _codes(first: int, last: int) -> Choice:
    return Choice('', *['%02d' % code for code in range(first, last + 1)])


_AMOUNT_OF_CARD_SCHEMES = Range(maximum=999999999999)
_charge = Number('', _AMOUNT_OF_CARD_SCHEMES)


def _wallet_button(themes: str, types: str) -> Object:
    return Object(
        {
            'shipping': Object(
                {
                    'shipping_fields': Array(Choice('', 'phone', 'name', 'shipping_address')),
                    'allowed_country_codes': Array(Text('', COUNTRY)),
                    'shipping_methods': Array(
                        Object(
                            {
                                'label': Text(required=ALWAYS),
                                'detail': Text(required=ALWAYS),
                                'amount': Amount(required=ALWAYS),
                                'identifier': Text(required=ALWAYS),
                            }
                        )
                    ),
                }
            ),
            'billing_contact_fields': Array(
                Choice('', 'email', 'name', 'phone', 'postal_code', 'billing_address')
            ),
            'button_height': Integer(),
            'button_theme': Choice('', *themes.split()),
            'button_type': Choice('', *types.split()),
        }
    )


SCHEMAS = {
    'interface_type': Object({'id': Integer(required=ALWAYS)}),
    'recurring': Object(
        {
            'register': Boolean('', OneOf(['true']), required=ALWAYS),
            'type': Choice('', 'C', 'U', 'R', required=ALWAYS),
            'period': Choice(
                '', 'D', 'W', 'M', 'Q', 'Y', required_with={'interval': (), 'time': ()}
            ),
            'interval': Integer('', Range(1, 100)),
            'time': Text('', CLOCK),
            'amount': Amount('', Range(1, 10**13)),
            'start_date': Date(required_with={'scheduled_payment_id': ()}),
            'scheduled_payment_id': Text('', MaxLength(255), required_with={'start_date': ()}),
            'expiry_day': IntegerOrText('', Range(1, 31)),
            'expiry_month': IntegerOrText('', Range(1, 12)),
            'expiry_year': Integer('', Range(2020, 9999)),
        }
    ),
    'payment_methods_options': Options(
        {
            'submethod_code': Choice('', 'paylater'),
            'additional_data': Object({'embedded_mode': Boolean()}),
            'google_pay_host': _wallet_button(
                'black white', 'book buy checkout donate order pay plain subscribe'
            ),
            'apple_pay_core': _wallet_button(
                'black white white-outline',
                'add-money book buy check-out contribute donate order plain reload rent subscribe '
                'support tip top-up',
            ),
        },
        method=Object(
            {
                'split_banks': Boolean(),
                'banks_id': Array(Integer(), single=True),
                'enable_mobile_service': Integer('', OneOf([1])),
                'selected_operator': Text(),
                'selected_country': Text('', COUNTRY),
                'currency_id': Text(),
            }
        ),
    ),
    'booking_info': Object(
        {
            'bookers': Array(
                Object(
                    {
                        'first_name': Text(),
                        'last_name': Text(),
                        'email': Text(),
                    }
                )
            ),
            'items': Array(
                Object(
                    {
                        'description': Text(),
                        'start_date': Date(),
                        'end_date': Date(),
                    }
                )
            ),
            'start_date': Date(),
            'end_date': Date(),
            'description': Text('', MaxLength(255)),
            'total': Amount('', Range(minimum=1)),
            'pax': Integer('', Range(minimum=1)),
            'reference': Text('', MaxLength(255)),
            'id': Text('', MaxLength(255)),
            # The older form, with a single booker:
            'firstname': Text('', MaxLength(255)),
            'surname': Text('', MaxLength(255)),
            'email': Text('', MaxLength(255)),
        }
    ),
    'receipt_data': Object(
        {
            'positions': Array(
                Object(
                    {
                        'amount': Amount(required=ALWAYS),
                        'quantity': Number(),
                        'tax': Number(),
                        'tax_amount': Amount(),
                        'description': Text('', MinLength(1), MaxLength(255)),
                    }
                ),
                max_items=300,
            ),
            'total_tax_amount': Amount(),
            'common_tax': Number(),
        }
    ),
    'cash_voucher_data': Object(
        {
            'email': Text('', MaxLength(255)),
            'inn': Text(),
            'group': Text(),
            'taxation_system': Integer('', Range(0, 5)),
            'payment_address': Text(),
            'order_id': Integer(),
            'send_cash_voucher': Boolean(),
            'positions': Array(
                Object(
                    {
                        'quantity': Number(),
                        'price': Amount(required=ALWAYS),
                        'position_description': Text('', MinLength(1), required=ALWAYS),
                        'tax': Integer('', Range(1, 6), required=ALWAYS),
                        'payment_method_type': Integer('', Range(1, 7)),
                        'payment_subject_type': Integer('', Range(1, 18)),
                        'nomenclature_code': Text(),
                    }
                )
            ),
            'payments': Array(
                Object(
                    {
                        'payment_type': Integer('', OneOf([1, 2, 14, 15, 16]), required=ALWAYS),
                        'amount': Amount('', Range(1, 10**13), required=ALWAYS),
                    }
                )
            ),
        }
    ),
    'addendum_data': Object(
        {
            'lodging': Object(
                {
                    'customer_service_toll_free_number': Text('', MaxLength(17), required=ALWAYS),
                    'hotel_name': Text('', MaxLength(255)),
                    'check_in_date': Date(required=ALWAYS),
                    'check_out_date': Date(required=ALWAYS),
                    'folio_number': Text('', MaxLength(25), required=ALWAYS),
                    'fire_safety_act_indicator': Boolean(required=ALWAYS),
                    'guest_name': Text('', MaxLength(40)),
                    'guest_number': Text('', MaxLength(25)),
                    'billing_adjustment': Text('', MaxLength(12)),
                    'property_phone_number': Text('', MaxLength(17)),
                    'no_show_indicator': BooleanOrText(),
                    'prepaid_expenses': Integer('', _AMOUNT_OF_CARD_SCHEMES),
                    'total_tax': _charge,
                    'room': Object(
                        {
                            'rate': Integer('', _AMOUNT_OF_CARD_SCHEMES, required=ALWAYS),
                            'number_of_nights': IntegerOrText('', Range(1, 99)),
                            'tax': _charge,
                        },
                        required=ALWAYS,
                    ),
                    'charges': Object(
                        dict.fromkeys(
                            (
                                'room_service',
                                'bar_or_lounge',
                                'transportation',
                                'gratuity',
                                'conference_room',
                                'audio_or_visual',
                                'banquet',
                                'internet_access',
                                'early_departure',
                                'phone',
                                'restaurant',
                                'minibar',
                                'gift_shop',
                                'laundry_or_cleaning',
                                'valet',
                                'movie',
                                'business_center',
                                'health_club',
                            ),
                            _charge,
                        )
                    ),
                },
                required=ALWAYS,
            )
        }
    ),
    'customer_account_info': Object(
        {
            'customer': Object(
                {
                    'address_match': Choice('', 'Y', 'N'),
                    'home_phone': Text('', PHONE),
                    'work_phone': Text('', PHONE),
                    'account': Object(
                        {
                            'activity_day': Integer('', Range(maximum=999)),
                            'activity_year': Integer('', Range(maximum=999)),
                            'additional': Text('', MaxLength(64)),
                            'age_indicator': _codes(1, 5),
                            'auth_data': Text('', MaxLength(255)),
                            'auth_method': _codes(1, 4),
                            'auth_time': Text('', DATE_AND_CLOCK),
                            'change_date': Date(),
                            'change_indicator': _codes(1, 4),
                            'date': Date(),
                            'pass_change_date': Date(),
                            'pass_change_indicator': _codes(1, 5),
                            'payment_age': Date(),
                            'payment_age_indicator': _codes(1, 5),
                            'provision_attempts': Integer('', Range(maximum=999)),
                            'purchase_number': Integer('', Range(maximum=9999)),
                            'suspicious_activity': _codes(1, 2),
                        }
                    ),
                },
                required=ALWAYS,
            )
        }
    ),
    'customer_shipping': Object(
        {
            'customer': Object(
                {
                    'shipping': Object(
                        {
                            'address': Text('', MaxLength(150)),
                            'address_usage': Date(),
                            'address_usage_indicator': _codes(1, 4),
                            'city': Text('', MaxLength(50)),
                            'country': Text('', COUNTRY, required_with={'region_code': ()}),
                            'delivery_email': Text('', EMAIL, MaxLength(255)),
                            'delivery_time': _codes(1, 4),
                            'name_indicator': _codes(1, 2),
                            'postal': Text('', MaxLength(16)),
                            'region': Text('', MaxLength(255)),
                            'region_code': Text('', Subdivision('country')),
                            'type': _codes(1, 7),
                        }
                    )
                },
                required=ALWAYS,
            )
        }
    ),
    'customer_mpi_result': Object(
        {
            'customer': Object(
                {
                    'mpi_result': Object(
                        {
                            'acs_operation_id': Text('', UUID, MaxLength(36)),
                            'authentication_flow': _codes(1, 2),
                            'authentication_timestamp': Text('', TIMESTAMP),
                        }
                    )
                },
                required=ALWAYS,
            )
        }
    ),
    'payment_merchant_risk': Object(
        {
            'payment': Object(
                {
                    'challenge_indicator': _codes(1, 9),
                    'challenge_window': _codes(1, 5),
                    'preorder_date': Date(),
                    'preorder_purchase': _codes(1, 2),
                    'reorder': _codes(1, 2),
                    'gift_card': Object(
                        {
                            'amount': Amount(),
                            'currency': Text('', CURRENCY),
                            'count': Integer('', Range(maximum=99)),
                        }
                    ),
                },
                required=ALWAYS,
            )
        }
    ),
}  # type: Dict[str, Parameter]
