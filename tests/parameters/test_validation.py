import itertools
import time
from base64 import b64encode
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Set, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import each_of
from strategies import anything

from payment_page_sdk.exceptions import Finding, ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.parameters.json_kinds import IntegerOrJson, Json
from payment_page_sdk.parameters.kinds import Text
from payment_page_sdk.parameters.rules import MINOR_UNITS, MaxLength
from payment_page_sdk.parameters.validation import find
from payment_page_sdk.payment import CATALOGUE, Payment

PURCHASE = {
    'project_id': 186,
    'payment_id': 'ORDER-1',
    'customer_id': '585741',
    'payment_amount': 1001,
    'payment_currency': 'EUR',
    'customer_email': 'jane@example.com',
}  # type: Dict[str, Any]
PAYOUT = dict(PURCHASE, mode='payout', uuid='Lm3V9lmykig2')
CARD_VERIFY = {
    'project_id': 186,
    'payment_id': 'ORDER-1',
    'payment_amount': 0,
    'payment_currency': 'EUR',
    'mode': 'card_verify',
}
CARD_TOKENIZE = {'project_id': 186, 'customer_id': '585741', 'mode': 'card_tokenize'}
NO_AMOUNT = dict.fromkeys(['payment_id', 'payment_amount', 'payment_currency'], '')


def payment_of(*params: Dict[str, Any], **more: Any) -> Payment:
    payment = Payment(186)
    for mapping in params + (more,):
        payment.get_params().update(mapping)
    return payment


def found(payment: Payment) -> Set[Tuple[str, str]]:
    return {(error.parameter, error.code) for error in payment.find_errors()}


def warned(payment: Payment) -> Set[Tuple[str, str]]:
    return {(warning.parameter, warning.code) for warning in payment.find_warnings()}


@pytest.mark.parametrize('params', [PURCHASE, PAYOUT, CARD_VERIFY, CARD_TOKENIZE])
def test_what_a_mode_requires_is_enough(params: Dict[str, Any]) -> None:
    payment = payment_of(params)
    payment.validate()
    assert payment.find_errors() == []
    assert payment.find_warnings() == []


@pytest.mark.parametrize(
    'mode, required, expected',
    [
        ('', 'project_id payment_id payment_amount payment_currency', 'customer_id'),
        ('purchase', 'project_id payment_id payment_amount payment_currency', 'customer_id'),
        ('payout', 'project_id payment_id payment_amount payment_currency uuid', 'customer_id'),
        ('card_verify', 'project_id payment_id payment_amount payment_currency', ''),
        ('card_tokenize', 'project_id', 'customer_id'),
    ],
)
@pytest.mark.parametrize('nothing', [{}, dict.fromkeys(CATALOGUE, '')])
def test_what_a_mode_requires_is_missed(
    mode: str, required: str, expected: str, nothing: Dict[str, Any]
) -> None:
    payment = payment_of(nothing, mode=mode)
    if not nothing:
        del payment.project_id
    assert found(payment) == {(name, 'missing') for name in required.split()}
    assert warned(payment) - {('customer_email', 'missing')} == {
        (name, 'missing') for name in expected.split()
    }


def test_a_payment_without_a_customer_is_warned_of_and_passes() -> None:
    payment = Payment('186', 'ORDER-1', payment_amount=1001, payment_currency='RUB')
    payment.validate()
    assert ('customer_id', 'missing') in warned(payment)
    assert Gate('secret', validate=True).get_purchase_payment_page_url(payment)


def test_an_unknown_mode_requires_nothing_but_a_project() -> None:
    assert found(payment_of(project_id='', mode='cachier')) == {
        ('mode', 'not_allowed'),
        ('project_id', 'missing'),
    }


@pytest.mark.parametrize(
    'name, value, code',
    [
        ('project_id', 0, 'out_of_range'),
        ('project_id', 2**32, 'out_of_range'),
        ('project_id', '186x', 'wrong_format'),
        ('payment_id', ' ORDER-1', 'wrong_format'),
        ('payment_id', 'ORDER\n1', 'wrong_format'),
        ('payment_id', 'x' * 256, 'too_long'),
        ('payment_amount', 0, 'out_of_range'),
        ('payment_amount', -1, 'out_of_range'),
        ('payment_amount', 10**13 + 1, 'out_of_range'),
        ('payment_amount', '10.01', 'wrong_format'),
        ('payment_amount', '\uff11\uff10', 'wrong_format'),
        ('payment_amount', '9' * 5000, 'wrong_format'),
        ('payment_amount', 10.01, 'unsendable'),
        ('payment_currency', 'EURO', 'wrong_format'),
        ('payment_currency', 'eur', 'wrong_format'),
        ('payment_currency', 'QQQ', 'wrong_format'),
        ('customer_installment_count', 4, 'not_allowed'),
        ('customer_country', 'UK', 'wrong_format'),
        ('customer_country', 'gb', 'wrong_format'),
        ('region_code', 'UK', 'wrong_format'),
        ('billing_region_code', 'GB-DOR', 'wrong_format'),
        ('customer_email', 'ada@lovelace', 'wrong_format'),
        ('customer_email', 'lovelace', 'wrong_format'),
        ('customer_phone', 'call me', 'wrong_format'),
        ('customer_phone', '123', 'wrong_format'),
        ('customer_day_of_birth', '1990-12-31', 'wrong_format'),
        ('customer_day_of_birth', '31-02-1990', 'wrong_format'),
        ('customer_ssn', 12, 'wrong_format'),
        ('customer_ssn', 12345, 'out_of_range'),
        ('customer_zip', '1' * 11, 'too_long'),
        ('redirect', 'true', 'not_allowed'),
        ('redirect_success_url', 'shop.example/ok', 'wrong_format'),
        ('redirect_success_url', 'javascript://shop.example/%0aalert(1)', 'wrong_format'),
        ('redirect_tokenize_mode', 'blank_page', 'not_allowed'),
        ('merchant_domain', 'https://shop.example', 'wrong_format'),
        ('language_code', 'English', 'wrong_format'),
        ('recipient_pan', '4242 4242 4242 4242', 'wrong_format'),
        ('recipient_card_holder', 'Ада', 'wrong_format'),
        ('descriptor', 'Ромашка', 'wrong_format'),
        ('descriptor', 'x' * 14, 'too_long'),
        ('payment_description', 'a;b', 'semicolon'),
        ('customer_first_name', 'a;b', 'semicolon'),
        ('redirect_success_url', 'JavaScript://shop.example', 'wrong_format'),
        ('best_before', '2026-05-05', 'wrong_format'),
        ('recurring', 'true', 'wrong_type'),
        ('recurring', '{"register": true', 'wrong_format'),
        ('booking_info', '{"id": "5"}', 'wrong_format'),
        ('customer_first_name', b'Ada', 'unsendable'),
        ('customer_first_name', {'Ada': 'Lovelace'}, 'unsendable'),
        ('customer_first_name', '\ud800', 'unsendable'),
        ('avs_post_code', '', None),
    ],
)
def test_what_is_wrong_is_found(name: str, value: Any, code: Any) -> None:
    errors = [
        error
        for error in payment_of(PURCHASE, {name: value}).find_errors()
        if error.code != 'missing'
    ]
    assert [(error.parameter, error.code) for error in errors] == ([(name, code)] if code else [])
    for error in errors:
        assert error.message.startswith(name + ' ')
        assert len(error.message) < 200
        assert not isinstance(value, str) or len(value) < 3 or value not in error.message


def test_amounts_of_a_list_are_checked_one_by_one() -> None:
    payment = payment_of(PURCHASE, cashier_predefined_amounts='10,x,20,')
    assert found(payment) == {
        ('cashier_predefined_amounts:1', 'wrong_format'),
        ('cashier_predefined_amounts:3', 'wrong_format'),
    }


def test_codes_of_a_list_are_checked_one_by_one() -> None:
    assert found(payment_of(PURCHASE, hide='card, cup-card,')) == {
        ('hide:1', 'wrong_format'),
        ('hide:2', 'wrong_format'),
    }


def test_a_brand_is_one_of_cards() -> None:
    payment = payment_of(
        PURCHASE, force_payment_method='klarna', force_payment_method_subtype='visa'
    )
    assert found(payment) == {('force_payment_method', 'not_allowed')}


def test_what_verifies_a_card_takes_no_money() -> None:
    assert found(payment_of(CARD_VERIFY, payment_amount=100)) == {
        ('payment_amount', 'out_of_range')
    }


def in_days(days: float, offset: int = 0) -> datetime:
    return (datetime.now(timezone.utc) + timedelta(days=days)).astimezone(
        timezone(timedelta(hours=offset))
    )


@pytest.mark.parametrize(
    'value, code',
    [
        (in_days(1), None),
        (in_days(1, 14), None),
        (in_days(1, -12), None),
        (in_days(29.9), None),
        (in_days(-0.1), 'expired'),
        (in_days(-0.1, 14), 'expired'),
        (in_days(1).replace(tzinfo=None), 'no_offset'),
    ],
)
def test_a_deadline_has_an_offset_and_lies_within_30_days(value: datetime, code: Any) -> None:
    payment = payment_of(PURCHASE)
    payment.best_before = value
    assert found(payment) == ({('best_before', code)} if code else set())


@pytest.mark.parametrize(
    'params, missing',
    [
        ({'billing_region_code': 'DOR'}, 'billing_country'),
        ({'avs_post_code': 'WS13 6LG'}, 'avs_street_address'),
        ({'avs_street_address': '4 Breadmarket Street'}, 'avs_post_code'),
        ({'force_payment_method_subtype': 'visa'}, 'force_payment_method'),
        ({'force_payment_method_subtype': 'visa', 'force_payment_method': 'card'}, None),
        ({'identify_doc_type': 'CC'}, 'identify_doc_number'),
        ({'checkout_script': True}, 'account_token'),
        ({'checkout_script': False}, None),
        ({'sender_country': 'IT'}, 'sender_state'),
        ({'sender_country': 'HK'}, None),  # it has no subdivisions
        ({'recipient_country': 'US'}, None),
        ({'mode': 'payout', 'uuid': 'x', 'recipient_country': 'US'}, 'recipient_state'),
        ({'mode': 'payout', 'uuid': 'x', 'recipient_country': 'IT'}, None),
    ],
)
def test_what_belongs_together_is_missed(params: Dict[str, Any], missing: Any) -> None:
    assert found(payment_of(PURCHASE, params)) == ({(missing, 'missing')} if missing else set())


@pytest.mark.parametrize(
    'country, code, verdict',
    [
        ('GB', 'DOR', 'right'),
        ('IT', '52', 'right'),
        ('HK', 'KLN', 'right'),
        ('', 'DOR', 'right'),
        ('UK', 'DOR', 'right'),
        ('IT', 'DOR', 'warning'),
        ('US', 'AE', 'warning'),
        ('FR', '75', 'warning'),
        ('GB', 'dor', 'error'),
        ('', 'dor', 'error'),
        ('GB', 'GB-D', 'error'),
    ],
)
def test_a_region_is_one_of_its_country(country: str, code: str, verdict: str) -> None:
    payment = payment_of(PURCHASE, billing_country=country, billing_region_code=code)
    complaint = ('billing_region_code', 'wrong_format')
    assert (complaint in found(payment)) is (verdict == 'error')
    assert (complaint in warned(payment)) is (verdict == 'warning')


@pytest.mark.parametrize(
    'params, warning',
    [
        ({'customer_email': ''}, ('customer_email', 'missing')),
        ({'customer_email': '', 'force_payment_method': 'card'}, ('customer_email', 'missing')),
        ({'customer_email': '', 'force_payment_method': 'klarna'}, None),
        ({'customer_email': '', 'customer_phone': '443031237300'}, None),
        ({'customer_email': '', 'force_payment_group': 'openbanking'}, None),
        ({'descriptor': 'MY SHOP'}, ('descriptor', 'wrong_format')),
        ({'redirect_success_url': 'myapp://paid'}, ('redirect_success_url', 'wrong_format')),
        ({'customer_phone': '+44 (303) 123-7300'}, ('customer_phone', 'wrong_format')),
        ({'account_token': 'a' * 64}, None),
        ({'account_token': 'abc'}, ('account_token', 'wrong_format')),
        ({'baseurl': 'https://pay.shop.example'}, ('baseurl', 'deprecated')),
        ({'card_operation_type': 'sale'}, ('card_operation_type', 'deprecated')),
        ({'uuid': 'x'}, ('uuid', 'unused')),
        (
            dict(CARD_TOKENIZE, operation_type='auth', **NO_AMOUNT),
            ('operation_type', 'unused'),
        ),
        ({'mode': 'card_verify', 'payment_amount': 0, 'operation_type': 'auth'}, None),
        (
            {'mode': 'card_verify', 'payment_amount': 0, 'card_operation_type': 'sale'},
            ('card_operation_type', 'deprecated'),
        ),
        ({'customer_id': ''}, ('customer_id', 'missing')),
        ({'best_before': in_days(30.1)}, ('best_before', 'too_late')),
        ({'best_before': in_days(30.1, -12)}, ('best_before', 'too_late')),
        ({'best_before': '2199-09-01T10:00:00+00'}, ('best_before', 'too_late')),
        ({'paymentPageUrl': 'https://pay.shop.example'}, ('paymentPageUrl', 'unknown')),
        ({'_plugin_version': '2.2.1', '_': b'x', '_referrer': ';payment_amount:1'}, None),
        (
            {'booking_info': b64encode(b'{"booking_info": {}}').decode()},
            ('booking_info', 'wrapped'),
        ),
    ],
)
def test_what_the_platform_may_accept_is_a_warning(params: Dict[str, Any], warning: Any) -> None:
    payment = payment_of(PURCHASE, params)
    payment.validate()
    assert payment.find_errors() == []
    assert warned(payment) == ({warning} if warning else set())


# Unknown names


@pytest.mark.parametrize(
    'name, near',
    [
        ('paymnt_amount', 'payment_amount'),
        ('payment_amout', 'payment_amount'),
        ('customer_emial', 'customer_email'),
        ('baseURL', 'baseUrl'),
        ('currency', 'payment_currency'),
        ('success_url', 'redirect_success_url'),
        ('zzz', None),
    ],
)
def test_an_unknown_name_is_reported_with_the_nearest_known_one(name: str, near: Any) -> None:
    payment = payment_of(PURCHASE, {name: 'x'})
    message = name + ' is not a parameter that this SDK knows'
    if near:
        message += ' (did you mean %s?)' % near
    assert payment.find_errors() == [Finding(name, 'unknown', message, False)]
    assert '&%s=x' % name in Gate('secret').get_purchase_payment_page_url(payment)


@pytest.mark.parametrize('name', [5, None, b'x', ('a',), 'x' * 10**6, '\ud800', 'a\nb', ''])
def test_a_name_that_no_parameter_can_have_is_unknown_too(name: Any) -> None:
    errors = payment_of(PURCHASE, {name: b'x'}).find_errors()
    assert [error.code for error in errors] == ['unknown']
    assert len(errors[0].message) < 200
    errors[0].message.encode('ascii')


def test_what_a_subclass_declares_is_known() -> None:
    class Newer(Payment):
        loyalty_level = Text('Level in the loyalty programme.', MaxLength(4), required=['purchase'])

    assert found(Newer(186, **PURCHASE_WITHOUT_PROJECT)) == {('loyalty_level', 'missing')}
    payment = Newer(186, **PURCHASE_WITHOUT_PROJECT)
    payment.loyalty_level = 'golden'
    assert found(payment) == {('loyalty_level', 'too_long')}


def test_json_of_a_subclass_is_json() -> None:
    class Newer(Payment):
        loyalty = Json('The loyalty programme.')

    payment = Newer(186, **PURCHASE_WITHOUT_PROJECT)
    payment.loyalty = {'level': 'gold'}
    assert found(payment) == set()
    payment.loyalty = '{'
    assert found(payment) == {('loyalty', 'wrong_format')}


PURCHASE_WITHOUT_PROJECT = {name: value for name, value in PURCHASE.items() if name != 'project_id'}


# How it is told


def test_one_error_tells_of_all_findings() -> None:
    payment = payment_of(
        PURCHASE, payment_currency='EURO', customer_emal='x', customer_country='UK'
    )
    with pytest.raises(ValidationException) as caught:
        payment.validate()
    error = caught.value
    assert list(error.findings) == payment.find_errors()
    assert error.parameter == error.findings[0].parameter == 'customer_emal'
    assert error.code == 'invalid_parameter'
    assert str(error) == '; '.join(finding.message for finding in error.findings)
    assert str(error) == (
        'customer_emal is not a parameter that this SDK knows (did you mean customer_email?); '
        'customer_country takes a country code of ISO 3166-1 alpha-2 in capitals, such as GB; '
        'payment_currency takes a currency code of ISO 4217 in capitals, such as EUR'
    )


@pytest.mark.parametrize(
    'params, message',
    [
        ({'payment_amount': '10.01'}, 'payment_amount takes ' + MINOR_UNITS.expected),
        (
            {'payment_currency': 'eur'},
            'payment_currency takes a currency code of ISO 4217 in capitals, such as EUR',
        ),
        ({'stored_card_type': 'debit'}, 'stored_card_type takes an integer in decimal digits'),
        ({'interface_type': '33x'}, 'interface_type takes ' + IntegerOrJson.takes),
        ({'interface_type': '[33]'}, 'interface_type takes an object in JSON'),
    ],
)
def test_a_finding_says_what_is_right(params: Dict[str, Any], message: str) -> None:
    [error] = payment_of(PURCHASE, params).find_errors()
    assert error.message == message


# All that is found, in its order: what was set and is not known or cannot be sent, then the
# parameters of the catalogue by name, each with every one of its findings.


@pytest.mark.parametrize(
    'params, findings',
    [
        ({}, []),
        ({'descriptor': 'a;b'}, []),
        (
            {'payment_amount': 10.01, 'customer_id': b'x', 'zzz': b'x'},
            [
                ('customer_id', 'unsendable', False),
                ('payment_amount', 'unsendable', False),
                ('zzz', 'unknown', False),
            ],
        ),
        (
            {'mode': 'payout', 'operation_type': 'a;b', 'baseurl': 'https://a;b'},
            [
                ('baseurl', 'semicolon', False),
                ('baseurl', 'deprecated', True),
                ('operation_type', 'not_allowed', False),
                ('operation_type', 'semicolon', False),
                ('operation_type', 'unused', True),
                ('uuid', 'missing', False),
            ],
        ),
        (
            {'mode': 'cachier', 'uuid': 'x', 'operation_type': 'auth', 'customer_email': ''},
            [('mode', 'not_allowed', False)],
        ),
        (
            {'mode': b'payout', 'uuid': 'x'},
            [('mode', 'unsendable', False), ('uuid', 'unused', True)],
        ),
        (
            {'customer_email': '', 'customer_phone': b'x', 'customer_id': None},
            [
                ('customer_phone', 'unsendable', False),
                ('customer_id', 'missing', True),
                ('customer_email', 'missing', True),
            ],
        ),
        (
            {'customer_email': '', 'mode': '', 'force_payment_method': ''},
            [('customer_email', 'missing', True)],
        ),
        ({'customer_email': '', 'mode': 'payout', 'uuid': 'x'}, []),
        (
            {'paymentPageUrl': 1, 'PaymentPageUrl': 1, '_paymentPageUrl': 1},
            [('paymentPageUrl', 'unknown', True), ('PaymentPageUrl', 'unknown', False)],
        ),
    ],
)
def test_all_that_is_found_in_its_order(params: Dict[str, Any], findings: Any) -> None:
    payment = payment_of(PURCHASE, params)
    assert [found[:2] + found[3:] for found in find(payment.get_params(), CATALOGUE)] == findings


@pytest.mark.parametrize(
    'params, message',
    [
        ({'customer_id': b'x'}, 'customer_id takes a str, not bytes'),
        ({'customer_id': '\ud800'}, 'customer_id contains an unpaired surrogate'),
        ({'payment_id': ''}, 'payment_id is missing'),
        ({'payment_id': 'a;b'}, 'payment_id contains a ";", which the platform does not allow'),
        ({'uuid': 'x'}, 'uuid is not used in mode purchase'),
        ({'baseurl': 'https://a'}, 'baseurl is now called baseUrl'),
        (
            {'customer_email': ''},
            'customer_email or customer_phone is needed for cards, unless the page asks for it',
        ),
        (
            {'x' * 65: 1},
            'x' * 64 + ' is not a parameter that this SDK knows',
        ),
        (
            {'\u00e9' * 17: 1},
            '\\xe9' * 16 + ' is not a parameter that this SDK knows',
        ),
        (
            {'customer_emial': 1},
            'customer_emial is not a parameter that this SDK knows (did you mean customer_email?)',
        ),
    ],
)
def test_a_finding_in_exact_words(params: Dict[str, Any], message: str) -> None:
    payment = payment_of(PURCHASE, params)
    [found] = find(payment.get_params(), CATALOGUE)
    assert found.message == message


def test_validation_changes_nothing() -> None:
    payment = payment_of(PURCHASE, customer_day_of_birth=b'x', hide=['card'])
    before = dict(payment.get_params())
    payment.find_errors()
    assert payment.get_params() == before


@pytest.mark.parametrize(
    'make', ['get_purchase_payment_page_url', 'get_payment_form', 'get_payment_widget_config']
)
def test_a_gate_validates_before_it_signs_if_asked_to(make: str) -> None:
    strict, lenient = Gate('secret', validate=True), Gate('secret')
    wrong, right = payment_of(PURCHASE, payment_currency='EURO'), payment_of(PURCHASE)
    with pytest.raises(ValidationException, match='payment_currency takes a currency code'):
        getattr(strict, make)(wrong)
    assert getattr(lenient, make)(wrong)
    assert getattr(strict, make)(right) == getattr(lenient, make)(right)


@given(st.dictionaries(st.one_of(st.sampled_from(sorted(CATALOGUE)), st.text()), anything))
def test_whatever_is_set_has_findings_and_no_other_error(params: Dict[str, Any]) -> None:
    payment = payment_of(params)
    for finding in list(find(payment.get_params(), CATALOGUE)):
        assert finding.message.startswith(finding.parameter)
        assert isinstance(finding.is_warning, bool)


PERSONAL = 'Lovelace'


VALUES = [
    PERSONAL * 300,
    PERSONAL + ';x',
    PERSONAL.encode(),
    {PERSONAL: PERSONAL},
    [PERSONAL],
    '{"%s": "%s"}' % (PERSONAL, PERSONAL),
    {PERSONAL: {PERSONAL: 1, 'split_banks': PERSONAL}},
    {'customer': PERSONAL, 'lodging': {'room': PERSONAL}, 'positions': [PERSONAL]},
]  # type: List[Any]


@pytest.mark.oldest_and_newest
@each_of(itertools.product(sorted(set(CATALOGUE) - {'card_operation_type'}), VALUES))
def test_no_finding_error_or_repr_holds_what_was_set(name: str, value: Any) -> None:
    payment = Payment('186')
    texts = []  # type: List[str]
    try:
        setattr(payment, name, value)
    except ValidationException as error:
        texts += [str(error), repr(error), repr(error.findings)]
    payment.get_params()[name] = value
    texts += [repr(payment.find_errors()), repr(payment.find_warnings())]
    if not CATALOGUE[name].shown:
        texts.append(repr(payment))
    assert PERSONAL not in ''.join(texts)


@pytest.mark.oldest_and_newest
def test_many_unknown_names_take_time_in_proportion() -> None:
    def seconds(names: int) -> float:
        payment = payment_of({'shoppers_own_name_%d' % number: 1 for number in range(names)})
        started = time.process_time()
        assert len(payment.find_errors()) > names
        return time.process_time() - started

    # 64 times as much would be quadratic. Five tries, since machines are noisy.
    assert any(seconds(160) < 24 * seconds(20) for _ in range(5))
