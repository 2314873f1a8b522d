"""The site: the pages of one language, and the reference that the docstrings make.

    sphinx-build -c docs -D language=en docs/en build/site/en
    sphinx-build -c docs -D language=ru docs/ru build/site/ru

Each language has a folder of pages with the same names, which are read in the repository, too;
tests/test_docs.py holds the two alike. Links between pages are links between files, so both
readers can follow them.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPOSITORY = 'https://github.com/ITECOMMPAY/paymentpage-sdk-python/'
SITE = 'https://itecommpay.github.io/paymentpage-sdk-python/'

sys.path.insert(0, ROOT)

import payment_page_sdk  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

    from sphinx.application import Sphinx

project = 'ecommpay-sdk'
author = 'ECommPay'
project_copyright = '2026, ECommPay'
release = payment_page_sdk.__version__
html_title = 'ecommpay-sdk ' + release

extensions = ['myst_parser', 'sphinx.ext.autodoc']
exclude_patterns = ['*.in.md']  # docs/generate.py makes pages of them
templates_path = ['templates']

# As GitHub makes them.
myst_heading_anchors = 4

autodoc_default_options = {
    'members': True,
    # But not those that every str, tuple or exception has, nor the parameters: they have a page.
    'inherited-members': 'str, tuple, AttributeError, BaseException, Catalogue',
}
autodoc_member_order = 'bysource'
autodoc_typehints_format = 'short'
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80
# What annotations name without being in this reference: the standard library, and types that only
# checkers know.
nitpick_ignore_regex = [('py:.*', r'(?!payment_page_sdk).*|.*\.(Acceptance_|Status_)')]

html_theme = 'furo'
html_static_path = ['static']
html_css_files = ['site.css']
html_show_sphinx = False
html_sidebars = {
    '**': [
        'sidebar/brand.html',
        'sidebar/language.html',
        'sidebar/search.html',
        'sidebar/scroll-start.html',
        'sidebar/navigation.html',
        'sidebar/scroll-end.html',
    ]
}
html_theme_options = {
    'source_repository': REPOSITORY,
    'source_branch': 'main',
}


def setup(app: 'Sphinx') -> None:
    app.connect('config-inited', _use_language)
    app.connect('autodoc-process-docstring', _as_restructured_text)
    app.connect('autodoc-skip-member', _skip_fields)


def _use_language(app: 'Sphinx', config: 'Any') -> None:
    """Set what depends on the language, which is known only now."""
    config.html_baseurl = SITE + config.language + '/'
    config.html_theme_options['source_directory'] = 'docs/%s/' % config.language


def _as_restructured_text(
    app: 'Sphinx', what: str, name: str, obj: 'Any', options: 'Any', lines: 'List[str]'
) -> None:
    """Mark indented code in a docstring as such; docstrings are written for ``help()``."""
    for index in range(len(lines) - 1, 0, -1):
        is_first = lines[index].startswith('    ') and not lines[index - 1].strip()
        if is_first and not _is_indented(lines[:index]):
            lines[index:index] = ['.. code-block:: python', '']


def _is_indented(before: 'List[str]') -> bool:
    """Tell whether the last line that is not empty is indented, so code goes on."""
    last = next((line for line in reversed(before) if line.strip()), '')
    return last.startswith('    ')


def _skip_fields(
    app: 'Sphinx', what: str, name: str, obj: 'Any', skip: bool, options: 'Any'
) -> bool:
    """Leave out the fields of a NamedTuple: the docstring of its class explains them."""
    return skip or str(getattr(obj, '__doc__', '')).startswith('Alias for field number')
