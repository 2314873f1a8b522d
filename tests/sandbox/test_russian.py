# ruff: noqa: RUF001 - Russian letters look like Latin ones
"""Each sentence that people see in the sandbox has a translation, and each translation is used."""

from __future__ import annotations

import ast
import inspect
import json
import re
import time
from base64 import b64encode
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, NoReturn, Optional

import httpx
import pytest

from payment_page_sdk import sandbox as sandbox_package
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.explanation import of_link, search
from payment_page_sdk.money import minor_units
from payment_page_sdk.parameters import (
    MODES,
    Parameter,
    json_kinds,
    kinds,
    rules,
    schemas,
    validation,
)
from payment_page_sdk.parameters.json_kinds import Base64Json
from payment_page_sdk.parameters.schemas import SCHEMAS
from payment_page_sdk.parameters.validation import find
from payment_page_sdk.payment import CATALOGUE
from payment_page_sdk.sandbox import app, courier, dashboard, hints, links
from payment_page_sdk.sandbox.refusals import Refusal
from payment_page_sdk.sandbox.russian import CATALOGUES, LONGEST, translate
from sandbox.conftest import Sandbox
from sandbox.test_links import signed

SENTENCES = CATALOGUES['sentence']

# Where all sentences are for people, where refusals are, and where findings are. No page shows what
# the API and the Gate API refuse.
ALL_FOR_PEOPLE = (links, hints, courier, app, dashboard, of_link, search)
WITH_REFUSALS = [
    import_module(f'{sandbox_package.__name__}.{module.name}')
    for module in iter_modules(sandbox_package.__path__)
    if module.name not in ('api', 'gate_api')
]
WITH_FINDINGS = (rules, kinds, json_kinds, schemas, validation)

# What frameworks write on their pages, as the hints look for it.
OF_FRAMEWORKS = {'Traceback (most recent call last)', 'and you have APPEND_SLASH set'}

PLACEHOLDER = r'\{[a-z_]+\}'


def in_russian(sentence: str) -> str:
    """Return the translation of a sentence, which has one."""
    translation = translate(sentence, 'ru')
    assert re.search('[а-я]', translation), sentence
    return translation


# what the source says


def templates_in(node: Optional[ast.AST], module: ModuleType) -> list[str]:
    """Return the templates of an expression that makes a text, with {} for each value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name) and isinstance(getattr(module, node.id, None), str):
        return [getattr(module, node.id)]
    if isinstance(node, ast.FormattedValue):
        return templates_in(node.value, module)
    if isinstance(node, ast.JoinedStr):
        parts = [templates_in(value, module) for value in node.values]
        return [''.join(chosen) for chosen in product(*parts)]
    if isinstance(node, ast.IfExp):
        return templates_in(node.body, module) + templates_in(node.orelse, module)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        pairs = product(templates_in(node.left, module), templates_in(node.right, module))
        return [left + right for left, right in pairs]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        parts = [templates_in(value, module) for value in values]
        return [
            template.replace('%d', '%s') % chosen
            for template in templates_in(node.left, module)
            for chosen in product(*parts)
        ]
    return ['{}']


def sentences_of(module: ModuleType) -> Iterator[str]:
    """Yield the templates of all texts in a module with three words in a row."""
    waiting: list[ast.AST] = [ast.parse(inspect.getsource(module))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring
        templates = templates_in(node, module)
        if templates == ['{}']:
            waiting.extend(ast.iter_child_nodes(node))
        for template in templates:
            if re.search('[a-z]+ [a-z]+ [a-z]+', template) and template not in OF_FRAMEWORKS:
                yield template


def calls_in(module: ModuleType, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def templates_of_source() -> Iterator[str]:
    for module in ALL_FOR_PEOPLE:
        yield from sentences_of(module)
    for module in WITH_REFUSALS:
        for call in calls_in(module, 'Refusal', 'Conflict', 'NotFound'):
            yield from templates_in(call.args[1], module)
    for module in WITH_FINDINGS:
        for call in calls_in(module, 'finding'):
            for problem in templates_in(call.args[2], module):
                yield '{} ' + problem


def without_names(template: str) -> str:
    """Return a template with {} for each value, or for several in a row."""
    return re.sub('(%s|{})+' % PLACEHOLDER, '{}', template)


PASSED_ON = {'{}', '{} {}'}  # the words of another error

SAID = sorted(
    {without_names(template) for template in templates_of_source()} - PASSED_ON - set(links._SLIPS)
)
TRANSLATED = {without_names(template) for template in SENTENCES}


def test_the_source_is_read() -> None:
    assert len(SAID) > 80
    for template in [
        'the sandbox only has project {}',
        'variant must be one of {}',
        '{} takes at most {} items',
        '{} is not a parameter that this SDK knows (did you mean {}?)',
        'your service has {}, but not for POST: let the route accept POST',
        'it has no signature',
    ]:
        assert template in SAID


@pytest.mark.parametrize('template', SAID)
def test_each_sentence_has_a_translation(template: str) -> None:
    assert template in TRANSLATED


# what validation finds


def kinds_in(parameter: Parameter) -> Iterator[Parameter]:
    """Yield a parameter and all that is in it."""
    yield parameter
    inside = [vars(parameter).get(name) for name in ('of', 'items', 'method')]
    for member in [*inside, *vars(parameter).get('members', {}).values()]:
        if member is not None:
            yield from kinds_in(member)


def wrong_json(parameter: Parameter) -> Iterator[Any]:
    """Yield what is wrong, in JSON, for a parameter or for a member of it."""
    yield from ['', '!;' * 200, -1, 10**20, 1.5, True, [], {}]
    if isinstance(parameter, schemas.Array):
        yield [''] * 301
        for item in wrong_json(parameter.items):
            yield [item]
    if isinstance(parameter, schemas.Object):
        for name, member in parameter.members.items():
            for value in wrong_json(member):
                yield {name: value}
    if isinstance(parameter, schemas.Options):
        for value in wrong_json(parameter.method):
            yield {'card': value}


WRONG_TEXTS = [
    '!;' * 200,
    '-1',
    '0',
    '9' * 400,
    '2030-01-01T00:00:00',
    '2030-01-01T00:00:00Z',
    '2030-01-01T00:00:00+00:00',
    '9999-01-01T00:00:00+00:00',
    '2020-01-01T00:00:00+00:00',
]


def wrong_params() -> Iterator[dict[str, Any]]:
    yield {}
    for mode in MODES:
        yield {'mode': mode}
    for name, parameter in CATALOGUE.items():
        for value in [*WRONG_TEXTS, {'0': 'x'}]:
            yield {name: value, 'payment_amount': '1815'} if name == 'mode' else {name: value}
            yield {name: value, 'mode': 'payout'}
        for value in wrong_json(SCHEMAS[name]) if name in SCHEMAS else ():
            text = json.dumps(value)
            is_base64 = isinstance(parameter, Base64Json)
            yield {name: b64encode(text.encode()).decode() if is_base64 else text}
    yield {'payment_methods_options': '{"payment_methods_options": {}}'}
    yield {'force_payment_method': 'x', 'force_payment_method_subtype': 'visa'}
    yield {'customer_emial': 'x'}
    yield {'something else': 'x'}


def money_errors() -> Iterator[str]:
    for amount, currency in product(['x', '1.2345', '9' * 400], ['EUR', 'XAU', '']):
        with pytest.raises(ValidationException) as info:
            minor_units(amount, currency)
        yield str(info.value)


FOUND = {found.message for params in wrong_params() for found in find(params, CATALOGUE)}
FOUND.update(money_errors())


def test_each_finding_has_a_translation() -> None:
    assert len(FOUND) > 500
    for sentence in FOUND:
        left = re.findall(
            r'(?<![\w-])(?:takes|the|is|of|an|or|with|such|as|at|most|least|one|to|and)(?![\w-])',
            in_russian(sentence),
        )
        assert not left, sentence


def test_the_name_of_a_parameter_stays() -> None:
    for name in CATALOGUE:
        assert in_russian(name + ' is missing').startswith(name + ':')


EXPECTED = {
    rule.expected
    for parameter in [*CATALOGUE.values(), *SCHEMAS.values()]
    for kind in kinds_in(parameter)
    for rule in kind.rules
} | {parameter.takes for parameter in CATALOGUE.values()}


@pytest.mark.parametrize('phrase', sorted(EXPECTED))
def test_each_expectation_has_a_translation(phrase: str) -> None:
    in_russian(f'name takes {phrase}')
    in_russian(f'name takes {phrase}, not dict')


def test_each_type_in_json_has_a_translation() -> None:
    assert set(CATALOGUES['json_type']) == {
        ' or '.join(kinds._JSON_NAMES[each] for each in kind.json_types)
        for parameter in SCHEMAS.values()
        for kind in kinds_in(parameter)
    }


def test_each_slip_has_a_translation() -> None:
    assert list(CATALOGUES['slip']) == list(links._SLIPS)


# the catalogue itself


def fits(template: str, text: str) -> bool:
    texts = re.split(PLACEHOLDER, template)
    return re.fullmatch('.*'.join(map(re.escape, texts)), text) is not None


@pytest.mark.parametrize('template', SENTENCES)
def test_each_translation_is_used(template: str) -> None:
    assert without_names(template) in SAID or any(fits(template, found) for found in FOUND)


@pytest.mark.parametrize('template', CATALOGUES['expected'])
def test_each_translation_of_an_expectation_is_used(template: str) -> None:
    assert any(fits(template, phrase) for phrase in EXPECTED)


def pairs() -> Iterator[tuple[str, str]]:
    for catalogue in CATALOGUES.values():
        yield from catalogue.items()


def test_both_sides_have_the_same_values() -> None:
    for english, russian in pairs():
        assert sorted(re.findall(PLACEHOLDER, english)) == sorted(re.findall(PLACEHOLDER, russian))
        assert '}{' not in english  # nobody could tell where one value ends


def test_no_english_is_left() -> None:
    words = re.compile('[A-Za-z0-9_.@-]*[A-Za-z]')
    for english, russian in pairs():
        new = set(words.findall(russian)) - set(words.findall(english))
        assert new <= {'BOM', 'HTML', 'SDK', 'Unicode'}, russian


@pytest.mark.parametrize('english', SENTENCES)
def test_no_other_template_takes_its_place(english: str) -> None:
    russian = SENTENCES[english]
    for name, catalogue in CATALOGUES.items():
        word, translation = next(iter(catalogue.items()))
        word, translation = word.replace('{name}', 'X'), translation.replace('{name}', 'X')
        english = english.replace('{%s}' % name, word)
        russian = russian.replace('{%s}' % name, translation)
    values = dict.fromkeys(re.findall(r'\{([a-z_]+)\}', english), 'VALUE')
    for name, value in values.items():
        english = english.replace('{%s}' % name, value)
        russian = russian.replace('{%s}' % name, value)
    assert translate(english, 'ru') == russian


def test_no_other_expectation_takes_its_place() -> None:
    for pair in CATALOGUES['expected'].items():
        phrase, russian = (re.sub(PLACEHOLDER, '5', text) for text in pair)
        assert translate('name takes ' + phrase, 'ru').endswith(' — ' + russian)


# values


@pytest.mark.parametrize(
    'sentence, expected',
    [
        ('the link has no project_id', 'в ссылке нет project_id'),
        (
            'the sandbox only has project 186',
            'в песочнице есть только проект 186',
        ),
        (
            'payment_amount takes 1 to 5',
            'payment_amount: допустимое значение — от 1 до 5',
        ),
        (
            (
                'the secret key of your service has a space after it: without that, the signature '
                'is right'
            ),
            'в секретном ключе вашего сервиса есть лишнее: пробел в конце. Без этого подпись верна',
        ),
        (
            (
                'the status of the payment, awaiting capture with an operation in processing, does '
                'not allow this'
            ),
            'статус платежа этого не позволяет: awaiting capture, операция ещё выполняется',
        ),
        ('{path} is missing', '{path}: значение не указано'),
        ('{expected} is missing', '{expected}: значение не указано'),
        (r'%s\1 is missing', r'%s\1: значение не указано'),
        (' is missing', ': значение не указано'),
        (
            'your service has raised X: the link has no project_id',
            'ваш сервис вызвал исключение X: the link has no project_id',
        ),
    ],
)
def test_values_stay_as_they_are(sentence: str, expected: str) -> None:
    assert translate(sentence, 'ru') == expected
    assert translate(sentence, 'en') == sentence


@pytest.mark.parametrize(
    'sentence',
    [
        '',
        'no such sentence',
        'the link has no project_id.',
        'The link has no project_id',
        'name takes a strange thing',
        'name takes true in JSON',
        'the secret key of your service has ears: without that, the signature is right',
        # The text after the value is a part of the text before it.
        'the status of the payment, does not allow this',
    ],
)
def test_what_is_not_known_stays_as_it_is(sentence: str) -> None:
    assert translate(sentence, 'ru') == sentence


def test_a_sentence_may_have_any_length() -> None:
    name = 'x' * (LONGEST - len(' is missing'))
    assert in_russian(name + ' is missing') == name + ': значение не указано'
    assert translate(name + 'x is missing', 'ru') == name + 'x is missing'


def test_no_text_of_a_stranger_takes_long() -> None:
    started = time.perf_counter()
    for template, _ in pairs():
        texts = re.split(PLACEHOLDER, template)
        for text in filter(None, [*texts, ''.join(texts)]):
            middle = text * (LONGEST // len(text) + 1)
            translate((texts[0] + middle)[: LONGEST - len(texts[-1])] + texts[-1], 'ru')
    assert time.perf_counter() - started < 5


# on the page


def problem_on(sandbox: Sandbox, path: str, language: str) -> tuple[str, str]:
    """Return the language of the first problem that the page of a refused link shows, and it."""
    page = httpx.get(sandbox.address + path, headers={'Accept-Language': language}).text
    tags = r'<html lang="(\w+)">.*<ul class="problems"(?: lang="(\w+)")?>\s*<li(?: lang="(\w+)")?>'
    shown = re.search(tags + '(.*?)</li>', page, re.DOTALL)
    assert shown
    of_page, of_list, of_item, problem = shown.groups()
    return of_item or of_list or of_page, (problem[0].lower() + problem[1:]).rstrip('.')


@pytest.mark.parametrize(
    'language, expected',
    [
        ('ru', ('ru', 'в ссылке нет project_id')),
        ('en', ('en', 'the link has no project_id')),
        ('de', ('en', 'the link has no project_id')),
    ],
)
def test_the_page_tells_why_in_its_language(
    sandbox: Sandbox, language: str, expected: tuple[str, str]
) -> None:
    assert problem_on(sandbox, '/payment', language) == expected


def test_what_is_not_known_is_shown_in_english(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(query: str) -> NoReturn:
        raise Refusal('malformed', 'no such sentence')

    monkeypatch.setattr(sandbox.platform, 'open', refuse)
    assert problem_on(sandbox, '/payment', 'ru') == ('en', 'no such sentence')


def test_a_value_is_escaped_on_the_page(sandbox: Sandbox) -> None:
    shown = ('ru', '&lt;b&gt;: этот SDK не знает такого параметра')
    assert problem_on(sandbox, '/payment?' + signed(**{'<b>': 'x'}), 'ru') == shown
