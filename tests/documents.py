"""The project's documents: their code blocks, headings and links."""

import os
import re
from typing import Dict, List

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LANGUAGES = ('en', 'ru')
READMES = ['README.md', 'README.ru.md']


def text_of(name: str) -> str:
    """Return a document, named from the project's root."""
    with open(os.path.join(ROOT, name), encoding='utf-8') as file:
        return file.read()


def pages_of(language: str) -> List[str]:
    """Return the names of the site's pages in a language, without their folder."""
    names = os.listdir(os.path.join(ROOT, 'docs', language))
    return sorted(name for name in names if name.endswith('.md') and not name.endswith('.in.md'))


def blocks_in(text: str, language: str) -> List[str]:
    """Return the code blocks of a language in a text."""
    return re.findall(r'^```%s\n(.*?)^```' % language, text, re.DOTALL | re.MULTILINE)


def files_in(text: str) -> Dict[str, str]:
    """Return the Python blocks that have the name of a file in their first line, by this name."""
    blocks = [block for block in blocks_in(text, 'python') if block.startswith('# ')]
    return {block[2 : block.index('.py') + 3]: block for block in blocks}


def section_in(text: str, title: str) -> str:
    """Return the part of a text under a heading of the second level."""
    pattern = r'^## %s\n(.*?)(?=^## |\Z)' % re.escape(title)
    found = re.findall(pattern, text, re.DOTALL | re.MULTILINE)  # type: List[str]
    [part] = found
    return part


def prose_of(text: str) -> str:
    """Return a text without its code blocks."""
    return re.sub(r'^```.*?^```$', '', text, flags=re.DOTALL | re.MULTILINE)


def headings_in(text: str) -> List[str]:
    """Return the headings of a text, as they are written, with their ``#``."""
    return re.findall('^#+ .*$', prose_of(text), re.MULTILINE)


def anchors_in(text: str) -> List[str]:
    """Return the anchors that GitHub and the site make of the headings of a text."""
    titles = [heading.lstrip('# ').replace('`', '') for heading in headings_in(text)]
    return [re.sub(r'[^\w\- ]', '', title.lower()).replace(' ', '-') for title in titles]


def links_in(text: str) -> List[str]:
    """Return where the links and pictures of a text lead."""
    return re.findall(r'\]\(([^)\s]+)\)', prose_of(text))
