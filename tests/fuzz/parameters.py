"""Setting parameters of every kind, and their validation, into JSON parameters."""

import copy
import json
import random
from base64 import b64encode
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Callable, Dict, List
from uuid import UUID

from odd_values import Currency, Lazy, LazyList, Plain

from fuzz import values
from fuzz.choices import Choices
from payment_page_sdk.exceptions import Finding, ProcessException, ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.parameters.json_kinds import Base64Json, Json
from payment_page_sdk.parameters.kinds import Parameter
from payment_page_sdk.parameters.schemas import SCHEMAS, Array, Object
from payment_page_sdk.payment import CATALOGUE, Payment

GATE = Gate('fuzz-secret', validate=True)

NAMES = sorted(set(CATALOGUE) - {'card_operation_type'})  # which warns
JSON_NAMES = sorted(SCHEMAS)

# Texts that some rule admits, so that what comes after the first rule is reached.
TEXTS = [
    'purchase',
    'payout',
    'card_verify',
    'card_tokenize',
    'card',
    'GB',
    'US',
    'CA',
    'ON',
    'EUR',
    'XXX',
    'en',
    '01',
    '02',
    'Y',
    'D',
    'R',
    '12:00:05',
    '31-12-1990',
    '31-02-1990',
    '31-12-202609:30',
    '202611241230',
    '+44 20 7946 0958',
    '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
    'https://shop.example/path',
    'app://shop',
    'jane@example.com',
    '1,2,,3',
    '9' * 301,
]
ODD = [
    Decimal('18.15'),
    Decimal('NaN'),
    Decimal('1E+400'),
    date(2026, 5, 5),
    datetime(2026, 5, 5, 12, 30, 5, 7),
    datetime(2026, 5, 5, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    UUID(int=7),
    Currency.EUR,
    Plain('EUR'),
    Lazy(),
    LazyList('a', 5),
    float('nan'),
    float('inf'),
    b'bytes',
    bytearray(b'x'),
    {1, 2},
    ('a', 'b'),
    object(),
    10**400,
    '\ud83d',
    {1: 'x'},
    {'1': 'x', 1: 'y'},
    {None: 'x'},
    {b'x': 1},
    [[[Decimal('0.10'), UUID(int=1), date(2026, 1, 1)]]],
]  # type: List[Any]

SEEDS = [bytes([0, index]) for index in range(len(JSON_NAMES))]


def text(choose: random.Random) -> str:
    return choose.choice(TEXTS) if choose.random() < 0.7 else values.any_text(choose)


def fitting(kind: Parameter, choose: random.Random) -> Any:
    """Return a value of JSON that may be right for a kind; now and then, anything else."""
    if choose.random() < 0.06:
        return values.any_json(choose)
    if isinstance(kind, Object):
        value = {
            name: fitting(member, choose)
            for name, member in kind.members.items()
            if member.required or choose.random() < 0.3
        }
        if choose.random() < 0.1:
            value[values.any_name(choose)] = fitting(kind, choose)
        return value
    if isinstance(kind, Array):
        return [fitting(kind.items, choose) for _ in range(choose.randrange(4))]
    make = {
        str: lambda: text(choose),
        int: lambda: choose.choice([0, 1, 5, 12, 2030, 10**13]),
        float: lambda: choose.choice([0.5, -1.0, 1e22]),
        bool: lambda: choose.random() < 0.5,
    }  # type: Dict[type, Callable[[], Any]]
    return make[choose.choice(kind.json_types)]()


def findings_of(name: str, value: Any) -> List[Finding]:
    """Return what is found in a parameter, if it can be set at all."""
    payment = Payment('186')
    payment.update({name: value})
    return sorted(found for found in check_payment(payment) if found.parameter.startswith(name))


def check_payment(payment: Payment) -> List[Finding]:
    """Assert what is true of any payment; return all that is found in it."""
    errors, warnings = payment.find_errors(), payment.find_warnings()
    for found in errors + warnings:
        assert found.code
        assert found.message.startswith(found.parameter)
        assert json.dumps(found)
    assert _errors_in(payment.validate) == errors
    assert repr(payment)
    try:
        GATE.get_purchase_payment_page_url(payment)
        assert not errors
    except ValidationException:
        pass
    return errors + warnings


def _errors_in(validate: Callable[[], None]) -> List[Finding]:
    try:
        validate()
    except ValidationException as raised:
        return list(raised.findings)
    return []


def check_json(name: str, value: Any, choose: random.Random) -> None:
    """Assert that findings are the same for the object, its JSON text, and another order of it."""
    try:
        found = findings_of(name, value)
    except ValidationException:
        return
    dumped = json.dumps(value)
    if isinstance(CATALOGUE[name], Base64Json):
        dumped = b64encode(dumped.encode()).decode()
    if isinstance(value, (dict, list)):
        assert findings_of(name, dumped) == found
        assert findings_of(name, shuffled(value, choose)) == found


def shuffled(value: Any, choose: random.Random) -> Any:
    if isinstance(value, list):
        return [shuffled(item, choose) for item in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    choose.shuffle(keys)
    return {key: shuffled(value[key], choose) for key in keys}


def any_value(name: str, choose: random.Random) -> Any:
    kind = choose.randrange(8)
    if kind == 0:
        return copy.deepcopy(choose.choice(ODD))
    if kind == 1:
        return [choose.choice(ODD), values.any_json(choose)]
    if kind == 2:
        return {values.any_name(choose): choose.choice(ODD)}
    if kind == 3:
        return values.any_json(choose)
    if isinstance(CATALOGUE.get(name), Json) and kind < 6:
        return json.dumps(values.any_json(choose))[choose.randrange(2) :]
    return text(choose)


def fuzz_one(data: bytes) -> None:
    choose = Choices(data)
    if choose.random() < 0.5:
        name = choose.choice(JSON_NAMES)
        check_json(name, fitting(SCHEMAS[name], choose), choose)
        return
    payment = Payment('186', 'ORDER-1', payment_amount=1815, payment_currency='EUR')
    for _ in range(choose.randrange(6)):
        name = choose.choice(NAMES) if choose.random() < 0.9 else values.any_name(choose)
        value = any_value(name, choose)
        try:
            payment.update({name: value})
        except ProcessException:
            if choose.random() < 0.5:
                payment.get_params()[name] = value  # past the kind, as merchants may
    check_payment(payment)
