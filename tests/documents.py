"""The project's documents, and the code blocks in them."""

import os
import re
from typing import List

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def text_of(name: str) -> str:
    """Return a document, named from the project's root."""
    with open(os.path.join(ROOT, name), encoding='utf-8') as file:
        return file.read()


def blocks_in(text: str, language: str) -> List[str]:
    """Return the code blocks of a language in a text."""
    return re.findall(r'^```%s\n(.*?)^```' % language, text, re.DOTALL | re.MULTILINE)
