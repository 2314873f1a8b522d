"""The documents: their code, as a reader would run it, their links, and both languages alike.

Code that needs a framework, the sandbox or a server is run by the tests in contrib, sandbox and
gate_api; `RUN_ELSEWHERE` says which.
"""

import importlib
import inspect
import json
import os
import re
from typing import Any, Dict, Iterator, List, Optional, Set

import pytest
from documents import (
    LANGUAGES,
    READMES,
    ROOT,
    anchors_in,
    blocks_in,
    headings_in,
    links_in,
    pages_of,
    text_of,
)

import payment_page_sdk
from payment_page_sdk.callback import Callback
from payment_page_sdk.callback.operation import Operation
from payment_page_sdk.signature_handler import SignatureHandler

REPOSITORY = 'https://github.com/ITECOMMPAY/paymentpage-sdk-python/'
FILES = (
    REPOSITORY + 'blob/main/',
    'https://raw.githubusercontent.com/ITECOMMPAY/paymentpage-sdk-python/main/',
)
SITE = 'https://itecommpay.github.io/paymentpage-sdk-python/'

PAGES = ['docs/%s/%s' % (language, name) for language in LANGUAGES for name in pages_of(language)]
ALL = READMES + PAGES + ['CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md']

RUN_ELSEWHERE = {
    'after-payment.md': 'tests/gate_api/test_guide.py',
    'callbacks.md': 'tests/contrib/test_guide.py',
    'recipes.md': 'tests/contrib/test_recipes.py',
    'sandbox.md': 'tests/sandbox/test_guide.py',
    'start.md': 'tests/sandbox/test_guide.py',
    'testing.md': 'tests/sandbox/test_guide.py',
}
RUN_HERE = [name for name in PAGES if os.path.basename(name) not in RUN_ELSEWHERE]


def without_comments(code: str) -> str:
    return re.sub(r' *(#|(?<!:)//|<!--).*', '', code)


# what the code does


@pytest.mark.parametrize('name', READMES)
def test_the_readme_runs_from_top_to_bottom(name: str) -> None:
    states = {'ORDER-1': 'new', 'ORDER-2': 'new'}

    def move_order(order: str, before: str, after: str) -> None:
        if states[order] == before:
            states[order] = after

    scope = {'move_order': move_order}  # type: Dict[str, Any]
    [code] = blocks_in(text_of(name), 'python')
    exec(compile(code.replace('<secret_key>', 'secret key'), name, 'exec'), scope)
    assert scope['url'].startswith('https://paymentpage.ecommpay.com/payment?project_id=186&')

    signatures = SignatureHandler('secret key')

    def sign(order: str, amount: int) -> str:
        payment = {'id': order, 'status': 'success', 'sum': {'amount': amount, 'currency': 'RUB'}}
        data = {'payment': payment}  # type: Dict[str, Any]
        return json.dumps(dict(data, signature=signatures.sign(data)))

    assert scope['webhook'](sign('ORDER-1', 1001).encode()) == (200, 'OK')
    assert states == {'ORDER-1': 'paid', 'ORDER-2': 'new'}
    states['ORDER-1'] = 'shipped'
    browser = dict(json.loads(sign('ORDER-1', 1001)), general={'payment_id': 'ORDER-1'})
    del browser['signature']
    browser['general']['signature'] = signatures.sign(browser)
    for body in (sign('ORDER-1', 1001), sign('ORDER-1', 1), json.dumps(browser)):
        assert scope['webhook'](body.encode()) == (200, 'OK')
    assert states == {'ORDER-1': 'shipped', 'ORDER-2': 'new'}
    assert scope['webhook'](sign('ORDER-2', 1)) == (200, 'OK')
    assert states['ORDER-2'] == 'to be reviewed'
    forged = sign('ORDER-2', 1001).replace('1001', '1')
    assert scope['webhook'](forged) == (400, 'invalid_signature')


@pytest.mark.parametrize('name', RUN_HERE)
def test_the_pages_run_from_top_to_bottom(name: str) -> None:
    scope = {}  # type: Dict[str, Any]
    for code in blocks_in(text_of(name), 'python'):
        exec(compile(code, name, 'exec'), scope)


def test_each_page_is_run_somewhere() -> None:
    for name, where in RUN_ELSEWHERE.items():
        assert name in text_of(where), where


@pytest.mark.parametrize('script', ['run', 'fresh'])
def test_the_last_command_is_what_ci_runs(script: str) -> None:
    assert "$(grep 'tox -p auto' README.md)" in text_of(os.path.join('.ci', script))
    found = [line for line in text_of('README.md').splitlines() if 'tox -p auto' in line]
    assert found == blocks_in(text_of('README.md'), 'sh')[-1].splitlines()


@pytest.mark.parametrize('name', READMES + PAGES)
def test_pip_is_told_which_version(name: str) -> None:
    """The extras are not in the official 1.0.6, which pip would take, with a mere warning."""
    for line in text_of(name).splitlines():
        if re.search('pip3? install .*ecommpay-sdk', line):
            assert re.search(r'ecommpay-sdk(\[[a-z,-]+\])?>=1\.3[\'"]', line), line


# both languages


def test_both_languages_have_the_same_pages() -> None:
    assert pages_of('en') == pages_of('ru')


@pytest.mark.parametrize('name', pages_of('en') + ['README'])
def test_both_languages_say_the_same(name: str) -> None:
    names = READMES if name == 'README' else ['docs/%s/%s' % (code, name) for code in LANGUAGES]
    english, russian = [text_of(name) for name in names]
    for pattern in ('^```.*', r'^\|', '^ *(?:-|[0-9]+\\.) ', '!\\['):
        found = [re.findall(pattern, text, re.MULTILINE) for text in (english, russian)]
        assert found[0] == found[1], pattern
    levels = [[heading.split()[0] for heading in headings_in(text)] for text in (english, russian)]
    assert levels[0] == levels[1]
    for language in ('python', 'pycon', 'sh', 'html', 'json', 'powershell', r'\{eval-rst\}'):
        codes = [
            [without_comments(code) for code in blocks_in(text, language)]
            for text in (english, russian)
        ]
        assert codes[0] == codes[1]


@pytest.mark.parametrize('name', [name for name in PAGES if '/ru/' in name])
def test_russian_pages_are_in_russian(name: str) -> None:
    for heading in headings_in(text_of(name)):
        title = heading.lstrip('# ')
        is_name = re.match('`[^`]+`$', title) or title in PROPER_NAMES
        assert is_name or re.search('[\u0430-\u044f]', title), heading


PROPER_NAMES = {
    'ecommpay-sdk',
    'AWS Lambda',
    'Celery',
    'Django',
    'FastAPI',
    'Flask',
    'aiohttp',
    'asyncio',
    'Gate',
    'Payment',
    'Callback',
    'Operation',
    'PaymentPage',
    'SignatureHandler',
    'Explanation',
    'Gate API',
    'Windows PowerShell',
    'AVS',
}


# where the links lead


@pytest.mark.parametrize('name', ALL)
def test_links_and_anchors_exist(name: str) -> None:
    for link in links_in(text_of(name)):
        target, _, anchor = link.partition('#')
        path = in_the_tree(name, target)
        if path is None:
            continue
        assert os.path.exists(os.path.join(ROOT, path)), link
        if anchor:
            assert anchor in anchors_in(text_of(path)), link


def in_the_tree(name: str, target: str) -> Optional[str]:
    """Return the path of what a link in a document leads to; None if that is elsewhere."""
    if not target:
        return name
    for start in FILES:
        if target.startswith(start):
            return target[len(start) :]
    if target.startswith(SITE):
        return 'docs/' + target[len(SITE) :].replace('.html', '.md')
    assert not target.startswith(REPOSITORY + 'blob'), target
    if re.match('[a-z]+:', target):
        return None
    return os.path.normpath(os.path.join(os.path.dirname(name), target))


@pytest.mark.parametrize('name', READMES)
def test_the_readme_looks_the_same_on_pypi(name: str) -> None:
    for link in links_in(text_of(name)):
        assert link.startswith('https://'), link


@pytest.mark.parametrize('name', PAGES)
def test_pages_link_to_pages_of_their_language(name: str) -> None:
    for link in links_in(text_of(name)):
        assert re.match(r'https://|mailto:|[a-z-]+\.md|#|\.\./images/', link), link


@pytest.mark.parametrize('language', LANGUAGES)
def test_each_page_is_in_the_contents(language: str) -> None:
    index = text_of('docs/%s/index.md' % language)
    listed = re.findall(r'^([a-z-]+)$', ''.join(blocks_in(index, '{toctree}')), re.MULTILINE)
    assert sorted(listed + ['index']) == [name[:-3] for name in pages_of(language)]


# what is documented


def names_of(module: Any) -> List[str]:
    """Return the public names that a module defines: those in ``__all__``, if it has one."""
    own = [
        name
        for name, value in vars(module).items()
        if getattr(value, '__module__', None) == module.__name__ and not name.startswith('_')
    ]
    return list(getattr(module, '__all__', own))


def parts_of(value: Any) -> List[str]:
    """Return the public members that a class, or a base of it in this package, defines."""
    if not inspect.isclass(value):
        return []
    bases = [base for base in value.__mro__ if base.__module__.startswith('payment_page_sdk')]
    return sorted({name for base in bases for name in vars(base) if not name.startswith('_')})


IMPORTED = re.compile(
    r'^ *from (payment_page_sdk[\w.]*) import (?:\(([^)]*)\)|([^#\n]*))', re.MULTILINE
)


@pytest.mark.parametrize('name', READMES + PAGES)
def test_documents_use_public_names_only(name: str) -> None:
    """What a document imports is in the reference, so it is public, and stays."""
    public = set(documented())
    for module, several, one in IMPORTED.findall(text_of(name)):
        for imported in re.split('[,\\s]+', (several or one).strip(' ,\n')):
            assert '%s.%s' % (module, imported) in public, (module, imported)


def documented() -> Iterator[str]:
    """Yield what the reference lists, by its full name. Nothing that needs an extra is imported."""
    for block in blocks_in(text_of('docs/en/api.md'), r'\{eval-rst\}'):
        for kind, name, options in re.findall(
            r'^\.\. auto(\w+):: ([\w.]+).*\n((?:   .*\n)*)', block, re.MULTILINE
        ):
            listed = re.search(':members: (.*)', options)
            if kind != 'module':
                yield name
            elif listed:
                yield from ('%s.%s' % (name, member) for member in listed.group(1).split(', '))
            else:
                module = importlib.import_module(name)
                yield from ('%s.%s' % (name, member) for member in names_of(module))


CORE = (
    'gate payment payment_page callback signature_handler exceptions money statuses parameters '
    'explanation'
).split()


def test_the_reference_lists_what_exists_and_is_explained() -> None:
    names = [name for name in documented() if name.split('.')[1] in CORE]
    assert len(names) > 60
    for name in names:
        value = find(name)
        if not callable(value):
            continue  # a constant
        if value.__module__ != 'payment_page_sdk.statuses':
            assert value.__doc__, name
        for part in parts_of(value):
            member = inspect.getattr_static(value, part)
            if inspect.isfunction(member):
                assert inspect.getdoc(getattr(value, part)), '%s.%s' % (name, part)


def find(name: str) -> Any:
    """Return what has this full name."""
    module, _, attribute = name.rpartition('.')
    return getattr(importlib.import_module(module), attribute)


@pytest.mark.parametrize('cls', [Callback, Operation])
def test_every_accessor_has_a_row(cls: Any) -> None:
    page = text_of('docs/en/callbacks.md')
    rows = [line for line in page.splitlines() if line.startswith('| `')]
    named = set(re.findall(r'`(\w+)\(', ' '.join(row.split(' | ')[0] for row in rows)))
    accessors = {name for name in parts_of(cls) if re.match('get_|is_|matches', name)}
    assert accessors <= named
    for name in named:
        assert hasattr(Callback, name) or hasattr(Operation, name), name


def test_every_code_is_explained() -> None:
    page = text_of('docs/en/errors.md')
    anchors = anchors_in(page)
    sources = []
    for folder, _, names in os.walk(os.path.dirname(payment_page_sdk.__file__)):
        sources += [os.path.join(folder, name) for name in names if name.endswith('.py')]
    codes = set()  # type: Set[str]
    for source in sources:
        with open(source, encoding='utf-8') as file:
            text = file.read()
        if re.search('class .*(Exception|Error)\\)|class NotInstalled', text):
            codes |= set(re.findall("^    code(?:: str)? = '(\\w+)'", text, re.MULTILINE))
    assert {'untrusted_answer', 'not_installed', 'sandbox_error', 'invalid_signature'} <= codes
    assert codes <= set(anchors)


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall('^## (.*)$', text_of('CHANGELOG.md'), re.MULTILINE)
    version = payment_page_sdk.__version__
    assert versions[0] == ('Unreleased' if '.dev' in version else version)
