"""The catalogue against the facts that it was made from: tests/data/parameters.jsonl."""

import io
import os
import re
import runpy
from typing import Any, Dict, Iterator, Set

import pytest
from documents import ROOT
from facts import read_lines
from rows import each_of

import payment_page_sdk
from payment_page_sdk.parameters.json_kinds import Base64Json, IntegerOrJson, Json, TextOrJson
from payment_page_sdk.parameters.kinds import (
    ALWAYS,
    MODES,
    Amount,
    Choice,
    CommaSeparated,
    Date,
    DateTime,
    Flag,
    Integer,
    Parameter,
    Text,
    Url,
)
from payment_page_sdk.parameters.rules import Format, MaxLength, OneOf, Range
from payment_page_sdk.payment import CATALOGUE, Payment

pytestmark = pytest.mark.oldest_and_newest

PACKAGE = os.path.dirname(payment_page_sdk.__file__)

REFERENCE = {fact['name']: fact for fact in read_lines('parameters.jsonl')}

# signature is made, never set. _plugin_version stands for keys of plugins, which nobody documents.
PARAMETERS = sorted(set(REFERENCE) - {'signature', '_plugin_version'})

KINDS = {
    'string': (Text,),
    'integer': (Integer,),
    'boolean-as-integer': (Flag,),
    'datetime': (DateTime,),
    'url': (Url,),
    'json': (Json,),
    'base64-json': (Base64Json,),
    'csv': (CommaSeparated,),
}


def expected_kind(fact: Dict[str, Any]) -> type:
    if fact['name'] == 'merchant_data':
        return TextOrJson  # a text by type, "free text or JSON text" by format
    if fact['name'] == 'interface_type':
        return IntegerOrJson  # one plugin sends a bare integer
    if fact.get('format') == 'DD-MM-YYYY':
        return Date
    if fact['type'] == 'string' and 'values' in fact:
        return Choice
    if fact['type'] == 'integer' and re.search('amount|value', fact['name']):
        return Amount
    return KINDS[fact['type']][0]


def rules(parameter: Parameter, cls: type) -> Iterator[Any]:
    return (rule for rule in parameter.rules if isinstance(rule, cls))


def test_the_catalogue_has_every_parameter() -> None:
    assert sorted(CATALOGUE) == PARAMETERS
    assert len(CATALOGUE) == 130
    assert Payment.payment_amount is CATALOGUE['payment_amount']
    for name, parameter in CATALOGUE.items():
        assert getattr(Payment, name) is parameter
        assert parameter.__name__ == name


@each_of((name,) for name in PARAMETERS)
def test_a_parameter_is_what_the_reference_says(name: str) -> None:
    fact, parameter = REFERENCE[name], CATALOGUE[name]
    assert type(parameter) is expected_kind(fact)
    assert re.match(r'[A-Z].*\.\Z', parameter.summary)
    assert tuple(parameter.modes) == tuple(fact.get('modes', MODES))
    assert parameter.replaced_by == fact.get('deprecated', {}).get('use', '')
    if type(parameter) is not Date:  # a date has as many characters as its format says
        assert [rule.length for rule in rules(parameter, MaxLength)] == [
            fact[key] for key in ['max_length'] if key in fact
        ]
    if 'min' in fact or 'max' in fact:
        assert [(rule.minimum, rule.maximum) for rule in rules(parameter, Range)] == [
            (fact.get('min'), fact.get('max'))
        ]
    else:
        assert not list(rules(parameter, Range))
    assert [sorted(map(str, rule.values)) for rule in rules(parameter, OneOf)] == [
        sorted(str(value['value']) for value in values) for values in [fact.get('values')] if values
    ]
    if 'pattern' in fact:
        patterns = [rule.pattern for rule in rules(parameter, Format)]
        assert fact['pattern'].replace('\\d', '[0-9]').strip('^$') in patterns or (
            name == 'billing_region_code' and fact['pattern'] == '^[0-9A-Z]{1,3}$'
        )


# The reference says in words when a parameter is required. These are the words that only the
# platform can check: by the method, the project, the trade or the kind of widget.
UNCHECKED = {
    'some payment methods',
    'AVS-enabled projects',
    'non-default domain',
    'card purchases of listed MCCs from 2026-01-15',
    'purchase under 54-FZ',
    'card purchases without customer_phone, unless the form collects it',
    'card purchases without customer_email, unless the form collects it',
    'debt repayment by UK (Mastercard) or EU (Visa) lenders',
    'embedded buttons, unless force_payment_method',
    'embedded buttons, unless force_payment_group',
    'embedded Apple Pay/Google Pay buttons',
    'Visa crypto payments via Visa Direct',
    'Visa card as destination',
    'recipient_country is CA or US in those services',
    'iframe and embedded buttons',
    'card_verify, card_tokenize, payout',  # of mode itself, which is purchase when absent
}


@each_of((name,) for name in PARAMETERS)
def test_a_parameter_is_required_when_the_reference_says_so(name: str) -> None:
    words, parameter = REFERENCE[name].get('required', ''), CATALOGUE[name]
    if words == 'always':
        assert parameter.required == ALWAYS
    elif words == 'always, except card_tokenize':
        assert set(parameter.required) == set(MODES) - {'card_tokenize'}
    elif words == 'recipient_country is CA or US':
        assert parameter.required_with == {'recipient_country': ('CA', 'US')}
    elif words.startswith('with '):
        assert parameter.required_with == {words[len('with ') :]: ()}
    elif words and words not in UNCHECKED:
        assert set(parameter.required) == set(words.split(', '))
    else:
        assert not parameter.required


def test_the_catalogue_is_grouped_as_the_reference_is() -> None:
    groups = {
        heading.lower().replace(' ', '_'): names for heading, _, names in GENERATOR['groups']()
    }
    assert groups == {
        group: sorted(name for name in PARAMETERS if REFERENCE[name]['group'] == group)
        for group in {REFERENCE[name]['group'] for name in PARAMETERS}
    }


@each_of(
    (name,)
    for name in PARAMETERS
    if not re.search(r'\.\.\.', REFERENCE[name]['example'])  # abridged
    and name not in ('best_before', 'card_operation_type')
)
def test_the_examples_of_the_reference_are_valid(name: str) -> None:
    payment = Payment('186')
    setattr(payment, name, REFERENCE[name]['example'])
    assert not [found for found in payment.find_errors() if found.parameter == name]


GENERATOR = runpy.run_path(os.path.join(ROOT, 'docs', 'generate.py'))


@pytest.mark.parametrize('path', sorted(GENERATOR['GENERATED']))
def test_what_is_generated_is_up_to_date(path: str) -> None:
    folder = ROOT if path.startswith('docs') else os.path.join(PACKAGE, '..')
    with io.open(os.path.join(folder, path), encoding='utf-8') as file:
        assert file.read() == GENERATOR['GENERATED'][path](), 'run: python docs/generate.py'


@pytest.mark.parametrize('language', ['en', 'ru'])
def test_the_reference_has_every_parameter_and_member(language: str) -> None:
    document = GENERATOR['GENERATED'][os.path.join('docs', language, 'parameters.md')]()
    for name in PARAMETERS:
        assert '| `%s` |' % name in document
    for path in ('lodging.room.rate', 'positions[].tax', '*.split_banks'):
        assert '| `%s` |' % path in document


def test_each_text_has_one_translation_and_each_translation_a_text() -> None:
    texts = set()  # type: Set[str]

    def translate(text: str) -> str:
        texts.add(text)
        return text

    GENERATOR['reference']('en', translate)
    translations = [english for english, _ in GENERATOR['RUSSIAN']]
    fitting = {
        text: [each for each in translations if GENERATOR['values_in'](text, each) is not None]
        for text in texts
    }
    assert [text for text, found in fitting.items() if len(found) != 1] == []
    assert set(translations) == {each for found in fitting.values() for each in found}
