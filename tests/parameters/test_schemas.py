import json
from base64 import b64encode
from copy import deepcopy
from functools import lru_cache
from typing import Any, Dict, Iterator, List, Tuple

import pytest
from facts import read_lines
from hypothesis import given
from hypothesis import strategies as st
from rows import each_of
from strategies import trees

from payment_page_sdk.exceptions import Finding
from payment_page_sdk.parameters import rules
from payment_page_sdk.parameters.json_kinds import Base64Json, Json
from payment_page_sdk.parameters.kinds import ALWAYS, Integer
from payment_page_sdk.parameters.rules import MaxLength, MinLength, OneOf, Range, Subdivision
from payment_page_sdk.parameters.schemas import (
    SCHEMAS,
    Array,
    Boolean,
    BooleanOrText,
    IntegerOrText,
    Number,
    Object,
    Options,
)
from payment_page_sdk.payment import CATALOGUE, Payment

Row = Dict[str, Any]

METHOD = '<method code>'
FACTS = {
    fact['name']: fact['schema'] for fact in read_lines('parameters.jsonl') if 'schema' in fact
}

FORMATS = {
    rules.DATE: 'DD-MM-YYYY',
    rules.DATE_AND_CLOCK: 'DD-MM-YYYYhh:mm (no separator)',
    rules.CLOCK: 'hh:mm:ss (UTC per Gate spec)',
    rules.TIMESTAMP: '12 digits, YYYYMMDDhhmm',
    rules.COUNTRY: 'ISO 3166-1 alpha-2',
    rules.CURRENCY: 'ISO 4217 alpha-3',
    rules.PHONE: '4-24 digits',
    rules.UUID: 'UUID (per Gate spec)',
    rules.EMAIL: 'an e-mail address',
}  # type: Dict[Any, str]
SUBDIVISION = 'ISO 3166-2 subdivision'
COMPARED = (
    'type',
    'max_length',
    'min_length',
    'min',
    'max',
    'max_items',
    'values',
    'required',
    'requires',
    'format',
)

# Where the schemas differ on purpose: what ours says, and why.
DIFFERENCES = {
    ('booking_info', 'start_date', 'required'): (
        None,
        'only card purchases of some lines of business need it, which nobody knows here',
    ),
    ('booking_info', 'end_date', 'required'): (None, 'as start_date'),
    ('interface_type', 'id', 'values'): (None, 'ids by arrangement'),
    ('addendum_data', 'lodging.room.number_of_nights', 'type'): (
        'integer or string',
        'two documents, two types',
    ),
    ('addendum_data', 'lodging.no_show_indicator', 'type'): (
        'boolean or string',
        'two documents, two types',
    ),
    ('payment_methods_options', METHOD + '.banks_id', 'type'): (
        'array of integer or integer',
        'one page has a single id',
    ),
    ('customer_shipping', 'customer.shipping.delivery_email', 'format'): (
        'an e-mail address',
        'it is one, as customer_email is',
    ),
}  # type: Dict[Tuple[str, str, str], Tuple[Any, str]]


def type_of(member: Any) -> str:
    if isinstance(member, Array):
        items = type_of(member.items)
        return 'array of %s or %s' % (items, items) if member.single else 'array of ' + items
    for cls, name in [
        (Object, 'object'),
        (Boolean, 'boolean'),
        (BooleanOrText, 'boolean or string'),
        (IntegerOrText, 'integer or string'),
        (Integer, 'integer'),
        (Number, 'number'),
    ]:
        if isinstance(member, cls):
            return name
    return 'string'


def row_of(member: Any) -> Row:
    """Return what a member of ours demands, in the words of the platform's facts."""
    row = row_of(member.items) if isinstance(member, Array) else {}
    row.update(type=type_of(member), required=None)
    if isinstance(member, Array):
        row['max_items'] = member.max_items or None
    if member.required:
        assert member.required == ALWAYS
        row['required'] = True
    for rule in member.rules:
        if isinstance(rule, MaxLength):
            row['max_length'] = rule.length
        elif isinstance(rule, MinLength):
            row['min_length'] = rule.length
        elif isinstance(rule, Range):
            row.update(min=rule.minimum, max=rule.maximum)
        elif isinstance(rule, OneOf):
            row['values'] = {str(value) for value in rule.values}
        elif isinstance(rule, Subdivision):
            row['format'] = SUBDIVISION
        elif rule not in (rules.DIGITS, rules.MINOR_UNITS):
            row['format'] = FORMATS[rule]
    return row


def rows_of_members(members: Dict[str, Any], prefix: str) -> Iterator[Tuple[str, Row]]:
    for name, member in members.items():
        row = row_of(member)
        row['requires'] = [
            prefix + other for other, its in members.items() if name in its.required_with
        ] or None
        row['required_by'] = [prefix + other for other in member.required_with]
        assert not any(member.required_with.values())
        yield prefix + name, row
        yield from rows_inside(member, prefix + name)


def rows_inside(member: Any, path: str) -> Iterator[Tuple[str, Row]]:
    if isinstance(member, Array):
        yield from rows_inside(member.items, path + '[]')
    elif isinstance(member, Object):
        yield from rows_of_members(member.members, path and path + '.')
        if isinstance(member, Options):
            yield METHOD, dict(row_of(member.method), required_by=[])
            yield from rows_of_members(member.method.members, METHOD + '.')


@lru_cache(maxsize=None)
def our_rows(name: str) -> Dict[str, Row]:
    return dict(rows_inside(SCHEMAS[name], ''))


def their_rows(name: str) -> Dict[str, Row]:
    rows = {}  # type: Dict[str, Row]
    for path, field in FACTS[name]['fields'].items():
        row = dict(field)
        if 'values' in row:
            values = [
                value['value'] if isinstance(value, dict) else value for value in row['values']
            ]
            row['values'] = {
                value if isinstance(value, str) else json.dumps(value) for value in values
            }
        if 'requires' in row:
            row['requires'] = [row['requires']]
        # The rest says how many decimals there are, or where something was seen.
        if row.get('format') not in list(FORMATS.values()) + [SUBDIVISION]:
            row.pop('format', None)
        rows[path] = row
        if '.' in path:  # some objects are there by their members only
            rows.setdefault(path[: path.rindex('.')].replace('[]', ''), {'type': 'object'})
    if FACTS[name]['root_wrapper']:
        rows[FACTS[name]['root_wrapper']] = {'type': 'object', 'required': True}
    return rows


def test_every_json_parameter_with_members_has_a_schema() -> None:
    assert set(SCHEMAS) == set(FACTS)
    assert {name for name, parameter in CATALOGUE.items() if isinstance(parameter, Json)} == set(
        SCHEMAS
    )
    for name, facts in FACTS.items():
        assert isinstance(CATALOGUE[name], Base64Json) == facts['encoding'].startswith('base64')


@pytest.mark.parametrize('name', sorted(FACTS))
def test_the_members_are_those_of_the_platform(name: str) -> None:
    assert set(our_rows(name)) == set(their_rows(name))


def test_what_members_must_be_differs_on_purpose_only() -> None:
    differences = {
        (name, path, key): our_rows(name)[path].get(key)
        for name in FACTS
        for path, row in their_rows(name).items()
        for key in COMPARED
        if our_rows(name)[path].get(key) != row.get(key)
    }
    assert differences == {place: ours for place, (ours, _) in DIFFERENCES.items()}


def test_the_patterns_of_the_platform_are_known_by_their_formats() -> None:
    patterns = {
        field['pattern']: (path, name)
        for name in FACTS
        for path, field in FACTS[name]['fields'].items()
        if 'pattern' in field
    }
    assert set(patterns) == {
        '^[RCU]$',
        '^[DWMQY]$',  # their values are compared
        '^%s$' % rules.CLOCK.pattern,
        '^%s$' % Subdivision('country').pattern,
        r'^\d{12}$',
    }
    assert rules.TIMESTAMP.pattern == '[0-9]{12}'  # \d would have digits of all scripts


SHIPPING = {
    'shipping_fields': ['phone', 'name', 'shipping_address'],
    'allowed_country_codes': ['GB', 'FR'],
    'shipping_methods': [
        {'label': 'Post', 'detail': '3 days', 'amount': 350, 'identifier': 'post'},
        {'label': 'Bike', 'detail': 'today', 'amount': 900, 'identifier': 'bike'},
    ],
}
CHARGES = {
    path[len('lodging.charges.') :]: 0.5
    for path in FACTS['addendum_data']['fields']
    if path.startswith('lodging.charges.')
}
CODE = 'online_thailand_banks'  # stands for every method in the example, and for people's data
# With every member that there is.
EXAMPLES = {
    'interface_type': {'id': 24},
    'recurring': {
        'register': True,
        'type': 'R',
        'period': 'M',
        'interval': 3,
        'time': '23:59:59',
        'amount': 1815,
        'start_date': '31-12-2026',
        'scheduled_payment_id': 'ORDER-2',
        'expiry_day': 31,
        'expiry_month': '12',
        'expiry_year': 2027,
    },
    'payment_methods_options': {
        'submethod_code': 'paylater',
        'additional_data': {'embedded_mode': True},
        'google_pay_host': {
            'shipping': SHIPPING,
            'billing_contact_fields': ['email', 'postal_code'],
            'button_height': 40,
            'button_theme': 'white',
            'button_type': 'checkout',
        },
        'apple_pay_core': {
            'shipping': deepcopy(SHIPPING),
            'billing_contact_fields': ['name', 'billing_address'],
            'button_height': 40,
            'button_theme': 'white-outline',
            'button_type': 'check-out',
        },
        CODE: {
            'split_banks': True,
            'banks_id': [1, 2],
            'enable_mobile_service': 1,
            'selected_operator': 'Orange',
            'selected_country': 'FR',
            'currency_id': 'BTC',
        },
    },
    'booking_info': {
        'bookers': [{'first_name': 'Jane', 'last_name': 'Doe', 'email': 'jane@example.com'}],
        'items': [{'description': 'Room', 'start_date': '31-12-2026', 'end_date': '01-01-2027'}],
        'start_date': '31-12-2026',
        'end_date': '01-01-2027',
        'description': 'A night',
        'total': 1815,
        'pax': 2,
        'reference': 'R-1',
        'id': '1',
        'firstname': 'Jane',
        'surname': 'Doe',
        'email': 'jane@example.com',
    },
    'receipt_data': {
        'positions': [
            {'amount': 1815, 'quantity': 1.5, 'tax': 20, 'tax_amount': 302, 'description': 'Tea'}
        ],
        'total_tax_amount': 302,
        'common_tax': 20.0,
    },
    'cash_voucher_data': {
        'email': 'jane@example.com',
        'inn': '7707083893',
        'group': 'main',
        'taxation_system': 0,
        'payment_address': 'shop.example',
        'order_id': 1,
        'send_cash_voucher': False,
        'positions': [
            {
                'quantity': 0.5,
                'price': 1815,
                'position_description': 'Чай',
                'tax': 6,
                'payment_method_type': 7,
                'payment_subject_type': 18,
                'nomenclature_code': '00',
            }
        ],
        'payments': [{'payment_type': 14, 'amount': 1815}],
    },
    'addendum_data': {
        'lodging': {
            'customer_service_toll_free_number': '88001234567',
            'hotel_name': 'Ritz',
            'check_in_date': '31-12-2026',
            'check_out_date': '01-01-2027',
            'folio_number': 'F-1',
            'fire_safety_act_indicator': True,
            'guest_name': 'Jane Doe',
            'guest_number': '1',
            'billing_adjustment': 'none',
            'property_phone_number': '443031237300',
            'no_show_indicator': 'false',
            'prepaid_expenses': 0,
            'total_tax': 1.5,
            'room': {'rate': 999999999999, 'number_of_nights': 99, 'tax': 20},
            'charges': CHARGES,
        }
    },
    'customer_account_info': {
        'customer': {
            'address_match': 'Y',
            'home_phone': '443031237300',
            'work_phone': '4430',
            'account': {
                'activity_day': 999,
                'activity_year': 0,
                'additional': 'x',
                'age_indicator': '05',
                'auth_data': 'x',
                'auth_method': '04',
                'auth_time': '31-12-202609:30',
                'change_date': '31-12-2026',
                'change_indicator': '04',
                'date': '29-02-2024',
                'pass_change_date': '31-12-2026',
                'pass_change_indicator': '05',
                'payment_age': '31-12-2026',
                'payment_age_indicator': '01',
                'provision_attempts': 1,
                'purchase_number': 9999,
                'suspicious_activity': '02',
            },
        }
    },
    'customer_shipping': {
        'customer': {
            'shipping': {
                'address': 'Main Street, 12',
                'address_usage': '31-12-2026',
                'address_usage_indicator': '04',
                'city': 'London',
                'country': 'GB',
                'delivery_email': 'jane@example.com',
                'delivery_time': '04',
                'name_indicator': '02',
                'postal': 'BR1 1AA',
                'region': 'Dorset',
                'region_code': 'DOR',
                'type': '07',
            }
        }
    },
    'customer_mpi_result': {
        'customer': {
            'mpi_result': {
                'acs_operation_id': '00000000-0000-0000-0000-000000000005',
                'authentication_flow': '02',
                'authentication_timestamp': '202612310930',
            }
        }
    },
    'payment_merchant_risk': {
        'payment': {
            'challenge_indicator': '09',
            'challenge_window': '05',
            'preorder_date': '31-12-2026',
            'preorder_purchase': '02',
            'reorder': '01',
            'gift_card': {'amount': 0, 'currency': 'EUR', 'count': 99},
        }
    },
}  # type: Dict[str, Any]


def wire_text(name: str, json_text: str) -> str:
    is_base64 = isinstance(CATALOGUE[name], Base64Json)
    return b64encode(json_text.encode()).decode() if is_base64 else json_text


def errors(name: str, value: Any) -> List[Finding]:
    """Return what a payment with this parameter has against it, and nothing else."""
    payment = Payment(186, 'ORDER-1')
    payment.update({name: value})
    return [found for found in payment.find_errors() if found.parameter.startswith(name)]


def steps(path: str) -> List[Any]:
    """Return how a path of the facts leads through the example: keys, and 0 in lists."""
    found = []  # type: List[Any]
    for key in path.split('.'):
        found.append(CODE if key == METHOD else key.replace('[]', ''))
        if key.endswith('[]'):
            found.append(0)
    return found


def path_found(name: str, path: str) -> str:
    """Return how a Finding writes a path of the facts."""
    return ':'.join([name] + ['*' if step == CODE else str(step) for step in steps(path)])


def holder(example: Any, path: str) -> Any:
    """Return what holds the last step of the path."""
    for step in steps(path)[:-1]:
        example = example[step]
    return example


EXAMPLE_TEXTS = {name: json.dumps(example) for name, example in EXAMPLES.items()}


def example_of(name: str) -> Any:
    """Return a copy of the example; by way of its text, it takes a tenth of what deepcopy takes."""
    return json.loads(EXAMPLE_TEXTS[name])


def changed(name: str, path: str, value: Any) -> Any:
    example = example_of(name)
    holder(example, path)[steps(path)[-1]] = value
    return example


def without(name: str, *paths: str) -> Any:
    example = example_of(name)
    for path in paths:
        del holder(example, path)[steps(path)[-1]]
    return example


MEMBERS = [(name, path) for name in sorted(SCHEMAS) for path in our_rows(name)]
NOT_A_METHOD = [(name, path) for name, path in MEMBERS if path != METHOD]


@pytest.mark.parametrize('name', sorted(SCHEMAS))
def test_the_examples_pass(name: str) -> None:
    example = EXAMPLES[name]
    assert errors(name, example) == []
    assert errors(name, wire_text(name, json.dumps(example))) == []
    assert errors(name, wire_text(name, json.dumps(example, ensure_ascii=False, indent=1))) == []


@each_of(MEMBERS)
def test_the_examples_have_every_member(name: str, path: str) -> None:
    assert steps(path)[-1] in holder(EXAMPLES[name], path)


@each_of(MEMBERS)
def test_only_what_is_required_must_be_there(name: str, path: str) -> None:
    row = our_rows(name)[path]
    codes = ['missing'] if row.get('required') or row['required_by'] else []
    for example in (without(name, path), changed(name, path, None)):
        for value in (example, wire_text(name, json.dumps(example))):
            found = errors(name, value)
            assert [(each.parameter, each.code) for each in found] == [
                (path_found(name, path), code) for code in codes
            ]
            assert [each.message for each in found] == [
                path_found(name, path) + ' is missing' for code in codes
            ]


TYPES = {
    'string': (str,),
    'integer': (int,),
    'number': (int, float),
    'boolean': (bool,),
    'object': (dict,),
}  # type: Dict[str, Tuple[type, ...]]
OF_EACH_TYPE = ['Ada Lovelace', 9876543, 98765.25, True, {}, []]  # type: List[Any]


def of_wrong_types(type_name: str) -> List[Any]:
    right = []  # type: List[type]
    for each in type_name.split(' or '):
        right += TYPES.get(each, (list,))
    return [value for value in OF_EACH_TYPE if type(value) not in right]


def breakages(row: Row) -> Iterator[Tuple[str, Any]]:
    """Yield values that a member of this description must not have; the code of each before it."""
    may_be_text = 'string' in row['type']
    for value in of_wrong_types(row['type']):
        yield 'wrong_type', value
    if row.get('max_length') and row.get('format') is None:
        yield 'too_long', 'Z' * (row['max_length'] + 1)
    if row.get('format') == FORMATS[rules.EMAIL]:
        yield 'too_long', 'Z' * (row['max_length'] + 1 - len('@b.cd')) + '@b.cd'
    if row.get('min_length'):
        yield 'too_short', ''
    if row.get('values'):
        for value in (
            ('', 'Zebra 9', 'true')
            if may_be_text
            else ([False] if row['type'] == 'boolean' else [98765, 0, -1])
        ):
            yield 'not_allowed', value
    if row.get('format'):
        for text in ('', 'Zebra 9', '\0', '9:30'):
            yield 'wrong_format', text
    if row['type'] == 'integer or string':
        for text in ('', 'Zebra 9', '1.5', '\u0661'):
            yield 'wrong_format', text
    beyond = []  # type: List[Any]
    if row.get('min') is not None:
        beyond += [row['min'] - 1, -(10**290)]
    if row.get('max') is not None:
        beyond += [row['max'] + 1, 10**290]
    for value in beyond:
        yield 'out_of_range', value
        if row['type'] == 'number':
            yield 'out_of_range', value + 0.5
        if may_be_text:
            yield 'out_of_range', str(value)


def assert_found(name: str, example: Any, path: str, code: str, value: Any) -> None:
    for given_as in (example, wire_text(name, json.dumps(example))):
        found = errors(name, given_as)
        assert [(each.parameter, each.code) for each in found] == [(path, code)], value
        assert found[0].message.startswith(path + ' ')
        assert len(str(value)) < 5 or str(value) not in found[0].message


@pytest.mark.oldest_and_newest
@each_of(NOT_A_METHOD)
def test_a_broken_member_is_found_where_it_is(name: str, path: str) -> None:
    row = our_rows(name)[path]
    is_of_scalars = row['type'].startswith('array') and 'object' not in row['type']
    cases = [('wrong_type', value) for value in of_wrong_types(row['type'])]
    if not row['type'].startswith('array'):
        cases = list(breakages(row))
    assert cases
    for code, value in cases:
        assert_found(name, changed(name, path, value), path_found(name, path), code, value)
    if row['type'].startswith('array'):
        valid = holder(EXAMPLES[name], path)[steps(path)[-1]][0]
        item = dict(row, type=row['type'].split(' or ')[0][len('array of ') :])
        for code, value in breakages(item) if is_of_scalars else [('wrong_type', 'Ada Lovelace')]:
            assert_found(
                name,
                changed(name, path, [valid, value]),
                path_found(name, path) + ':1',
                code,
                value,
            )


@each_of(NOT_A_METHOD)
def test_what_is_just_within_the_limits(name: str, path: str) -> None:
    row = our_rows(name)[path]
    values = [row[limit] for limit in ('min', 'max') if row.get(limit) is not None]
    if row['type'] == 'integer or string':
        values += [str(value) for value in values]
    if row.get('format') is None and 'string' in row['type'] and not row.get('values'):
        values += ['Z' * row[limit] for limit in ('min_length', 'max_length') if row.get(limit)]
    if row.get('values') and not row['type'].startswith('array'):
        values += [text if 'string' in row['type'] else json.loads(text) for text in row['values']]
    for value in values:
        assert errors(name, changed(name, path, value)) == []


def test_what_is_required_beside_others_is_needless_without_them() -> None:
    for name, paths in [
        ('recurring', ['interval', 'time', 'period']),
        ('recurring', ['start_date', 'scheduled_payment_id']),
        ('customer_shipping', ['customer.shipping.region_code', 'customer.shipping.country']),
    ]:
        assert errors(name, without(name, *paths)) == []
    for name, path, other in [
        ('recurring', 'period', 'interval'),
        ('recurring', 'period', 'time'),
        ('recurring', 'start_date', ''),
        ('recurring', 'scheduled_payment_id', ''),
        ('customer_shipping', 'customer.shipping.country', ''),
    ]:
        found = errors(name, without(name, *filter(None, [path, other])))
        assert [(each.parameter, each.code) for each in found] == [
            (path_found(name, path), 'missing')
        ]


def test_a_subdivision_is_one_of_the_country_beside_it() -> None:
    for country, code, findings in [
        ('GB', 'on', [('customer_shipping:customer:shipping:region_code', 'wrong_format')]),
        ('GB', 'ON', []),  # but for a warning
        ('CA', 'ON', []),
        ('HK', 'ON', []),
        ('ZZ', 'ON', [('customer_shipping:customer:shipping:country', 'wrong_format')]),
    ]:
        found = errors(
            'customer_shipping',
            {'customer': {'shipping': {'country': country, 'region_code': code}}},
        )
        assert [(each.parameter, each.code) for each in found] == findings


def test_lists_have_an_end_where_the_platform_says_so() -> None:
    positions = [{'amount': 1}] * 300
    assert errors('receipt_data', {'positions': positions}) == []
    assert errors('receipt_data', {'positions': positions + [{'amount': 'Ada'}]}) == [
        Finding(
            'receipt_data:positions',
            'too_long',
            'receipt_data:positions takes at most 300 items',
            False,
        )
    ]
    assert errors('cash_voucher_data', {'positions': []}) == []
    assert errors('booking_info', {'items': [{}] * 1000}) == []


def test_each_error_of_many_is_found() -> None:
    positions = [{'amount': 1}, {'amount': 1.5, 'tax': 'x'}, {}, 5]
    found = errors('receipt_data', {'positions': positions, 'common_tax': True})
    assert [(each.parameter, each.code) for each in found] == [
        ('receipt_data:positions:1:amount', 'wrong_type'),
        ('receipt_data:positions:1:tax', 'wrong_type'),
        ('receipt_data:positions:2:amount', 'missing'),
        ('receipt_data:positions:3', 'wrong_type'),
        ('receipt_data:common_tax', 'wrong_type'),
    ]


def test_the_words_for_types() -> None:
    for name, path, words in [
        ('receipt_data', 'positions', 'an array'),
        ('receipt_data', 'positions[].quantity', 'an integer or a number'),
        ('addendum_data', 'lodging', 'an object'),
        ('addendum_data', 'lodging.no_show_indicator', 'true or false or a string'),
        ('recurring', 'expiry_day', 'an integer or a string'),
    ]:
        [found] = errors(name, changed(name, path, True if 'false' not in words else 5))
        assert found.message == '%s takes %s in JSON' % (path_found(name, path), words)


def test_one_bank_or_a_list_of_banks() -> None:
    cases = [
        (5, []),
        ([], []),
        ([5], []),
        ('5', [('payment_methods_options:*:banks_id', 'wrong_type')]),
        ([5, '5'], [('payment_methods_options:*:banks_id:1', 'wrong_type')]),
    ]  # type: List[Tuple[Any, Any]]
    for banks, findings in cases:
        found = errors('payment_methods_options', {'a_bank': {'banks_id': banks}})
        assert [(each.parameter, each.code) for each in found] == findings


@pytest.mark.parametrize('name', sorted(SCHEMAS))
def test_members_that_the_platform_adds_pass(name: str) -> None:
    for path in our_rows(name):
        if our_rows(name)[path]['type'] == 'object':
            example = example_of(name)
            holder(example, path)[steps(path)[-1]]['brand_new'] = {'Ada': [None]}
            assert errors(name, example) == []
    assert errors(name, dict(EXAMPLES[name], brand_new=5)) == []


@pytest.mark.parametrize('name', sorted(SCHEMAS))
def test_an_outer_key_earns_a_warning(name: str) -> None:
    wrapped, bare = Payment(186, 'ORDER-1'), Payment(186, 'ORDER-1')
    wrapped.update({name: {name: {'Ada': 5}}})
    bare.update({name: {'Ada': 5}})
    assert wrapped.find_errors() == bare.find_errors()
    assert [found for found in wrapped.find_warnings() if found.code == 'wrapped'] == [
        Finding(
            name,
            'wrapped',
            name + ' takes its members directly, without an outer key of its own name',
            True,
        )
    ]


def test_the_data_of_the_merchant_may_be_anything() -> None:
    for text in ('a text', '{', '[NaN]', '{"merchant_data": 1}', '[' * 10**5):
        assert errors('merchant_data', text) == []


# Texts that are no object of JSON, whatever the parameter.
DEEP = 3000  # beyond the limit, which is 2000
NO_JSON = [
    ' ',
    '{',
    '{}{}',
    "{'id': 24}",
    '{"id": 24,}',
    '\ufeff{}',
    '\0',
    '{"a": "\0"}',
    'Ada Lovelace',
    'NaN',
    '{"id": NaN}',
    '{"id": Infinity}',
    '[-Infinity]',
    '9' * 5000,
    '{"id": -%s}' % ('9' * 5000),
    '{"id": 24',
    '{"id"}',
    '{1: 2}',
    '[' * DEEP,
    '[' * DEEP + ']' * DEEP,
    '[' * 10**5 + ']' * 10**5,  # the stack of C would not survive it
    '{"a":' * DEEP + '1' + '}' * DEEP,
    '{"id": 0x18}',
    '{"id": 024}',
    '{"id": +1}',
    '{"id": .5}',
    '"\\u12"',
]
NO_OBJECT = ['null', 'true', '[]', '[{}]', '5', '"Ada"', '-0.0', '"\\ud800"', '[[[]]]']
NO_BASE64 = [
    '=',
    '====',
    'e30',
    'e30=e30=',
    'e3 0=',
    '{}',
    '{"id": 24}',
    '-_-_',
    '\u0439',
    'A',
    '/w==',
    '7aCA',
    'AA==',
]


@pytest.mark.parametrize('name', sorted(SCHEMAS))
def test_what_is_no_json(name: str) -> None:
    texts = [wire_text(name, text) for text in NO_JSON]
    if isinstance(CATALOGUE[name], Base64Json):
        texts += NO_BASE64
    for text in texts:
        assert errors(name, text) == [
            Finding(name, 'wrong_format', '%s takes %s' % (name, CATALOGUE[name].takes), False)
        ], text[:20]


@pytest.mark.parametrize('name', sorted(SCHEMAS))
def test_json_that_is_no_object(name: str) -> None:
    for text in NO_OBJECT:
        if (name, text) == ('interface_type', '5'):
            continue  # it may be the id itself
        assert errors(name, wire_text(name, text)) == [
            Finding(name, 'wrong_type', name + ' takes an object in JSON', False)
        ]


@pytest.mark.parametrize(
    'name', [name for name in sorted(SCHEMAS) if isinstance(CATALOGUE[name], Base64Json)]
)
def test_base64_has_no_white_space_and_no_excess(name: str) -> None:
    for text in ('e30=\n', ' e30=', 'e3\n0=', 'e30==', 'e30==='):
        assert [found.code for found in errors(name, text)] == ['wrong_format']


@pytest.mark.oldest_and_newest
@each_of(NOT_A_METHOD)
def test_odd_numbers_in_every_place(name: str, path: str) -> None:
    text = json.dumps(changed(name, path, '@'))
    for literal in ('NaN', 'Infinity', '-Infinity', '9' * 5000, '1e999', '-1e999'):
        [found] = errors(name, wire_text(name, text.replace('"@"', literal)))
        assert (found.parameter, found.code) == (name, 'wrong_format')
    row = our_rows(name)[path]
    code = '' if row['type'] == 'number' else 'wrong_type'
    assert [
        (found.parameter, found.code)
        for found in errors(name, wire_text(name, text.replace('"@"', '1e-999')))
    ] == ([(path_found(name, path), code)] if code else [])
    for found in errors(name, wire_text(name, text.replace('"@"', '9' * 300))):
        assert found.parameter == path_found(name, path)
        assert '999999999999999' not in found.message


def test_of_two_members_with_one_key_the_last_counts() -> None:
    assert errors('interface_type', '{"id": "Ada", "id": 24}') == []
    assert [found.code for found in errors('interface_type', '{"id": 24, "id": "Ada"}')] == [
        'wrong_type'
    ]
    assert [found.code for found in errors('interface_type', '{"id": 24, "id": null}')] == [
        'missing'
    ]


def test_half_a_character_is_no_matter_in_json_and_unsendable_outside() -> None:
    assert errors('booking_info', wire_text('booking_info', '{"id": "\\ud800"}')) == []
    payment = Payment(186, 'ORDER-1')
    payment.get_params()['recurring'] = '{"time": "\ud800"}'
    [found] = [found for found in payment.find_errors() if found.parameter == 'recurring']
    assert found.code == 'unsendable'


ANY_TEXT = st.text(st.characters())  # lone surrogates, too
ANY_JSON = trees(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), ANY_TEXT),
    lambda inner: st.one_of(
        st.lists(inner, max_size=5), st.dictionaries(ANY_TEXT, inner, max_size=5)
    ),
)


# To make such JSON takes longer than to check it: so one is given to all schemas, whole, and in
# each eighth of their places.
@pytest.mark.oldest_and_newest
@given(ANY_JSON, st.integers(0, 7))
def test_no_json_makes_a_schema_raise(anything: Any, first: int) -> None:
    values = [(name, anything) for name in SCHEMAS]
    values += [(name, changed(name, path, anything)) for name, path in MEMBERS[first::8]]
    for name, value in values:
        for found in SCHEMAS[name].find_in_json(value, name, {}):
            assert found.parameter.split(':')[0] == name
            assert found.message.startswith(found.parameter + ' ')


LONGEST_EXAMPLE = max(map(len, EXAMPLE_TEXTS.values()))


@pytest.mark.oldest_and_newest
@given(st.text(), st.integers(0, LONGEST_EXAMPLE), st.integers(0, LONGEST_EXAMPLE))
def test_no_text_makes_validation_raise(damage: str, start: int, length: int) -> None:
    for name in sorted(SCHEMAS) + ['merchant_data']:
        text = EXAMPLE_TEXTS.get(name, 'null')
        cut = start % (len(text) + 1)
        damaged = text[:cut] + damage + text[cut + length :]
        for value in (damage, wire_text(name, damage), wire_text(name, damaged)):
            for found in errors(name, value):
                assert len(value) < 12 or value not in found.message
                assert len(damage) < 12 or damage not in found.message


@given(ANY_TEXT, st.dictionaries(ANY_TEXT, ANY_JSON, max_size=3), ANY_JSON)
def test_keys_that_are_data_are_never_shown(text: str, members: Dict[str, Any], value: Any) -> None:
    key = 'ada@example.com' + text
    inner = dict(
        members,
        **{
            'split_banks': key,
            'banks_id': [key],
            'selected_country': key,
            'currency_id': value,
            key: key,
        },
    )
    for options in (
        {key: inner},
        {key: value},
        {'google_pay_host': inner},
        {'google_pay_host': {key: value}},
        {'additional_data': {key: value, 'embedded_mode': key}},
    ):
        found = SCHEMAS['payment_methods_options'].find_in_json(
            options, 'payment_methods_options', {}
        )
        assert 'ada@example.com' not in str(found)


def test_whose_options_are_wrong_is_not_said() -> None:
    assert errors('payment_methods_options', {'ada@example.com': {'split_banks': 'Ada'}}) == [
        Finding(
            'payment_methods_options:*:split_banks',
            'wrong_type',
            'payment_methods_options:*:split_banks takes true or false in JSON',
            False,
        )
    ]
    assert errors('payment_methods_options', {'ada@example.com': 'Ada'}) == []
