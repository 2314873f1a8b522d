"""Parses files with the grammar of an old Python, for machines that do not have it.

    python tests/checks/grammar.py VERSION FILES_AND_FOLDERS...

vermin knows when each feature came, but not the small freedoms of syntax, such as a comma behind
`*arguments`. Folders named sandbox or gate_api are left out: they are for newer versions.
"""

import glob
import os
import sys
from typing import Any, Iterator, List

from parso.grammar import load_grammar

NEWER = {'sandbox', 'gate_api'}


def modules(place: str) -> List[str]:
    everything = glob.glob(os.path.join(place, '**', '*.py'), recursive=True)
    old = [path for path in everything if not NEWER & set(path.split(os.sep))]
    return [place] if os.path.isfile(place) else old


def complaints(version: str, *places: str) -> Iterator[str]:
    grammar = load_grammar(version=version)  # type: Any
    for path in sorted(path for place in places for path in modules(place)):
        with open(path, encoding='utf-8') as file:
            tree = grammar.parse(file.read())
        for error in grammar.iter_errors(tree):
            yield '%s:%d: %s' % (path, error.start_pos[0], error.message)


if __name__ == '__main__':
    sys.exit('\n'.join(complaints(*sys.argv[1:])) or None)
