"""What run.py has done within Pyodide."""

import importlib.util
import marshal
import os
import sys
import zipfile
from typing import List


def run_pytest(path: List[str], arguments: List[str]) -> int:
    print(
        'CPython %s on %s, %s _hashlib'
        % (
            sys.version.partition(' ')[0],
            sys.platform,
            'with' if importlib.util.find_spec('_hashlib') else 'without',
        ),
        flush=True,
    )
    sys.path[:0] = path
    # Pyodide keeps no bytecode by default. Kept in the mounted folders, it saves the next run
    # the seconds that compiling pytest and Hypothesis takes.
    sys.dont_write_bytecode = False
    import pytest

    return int(pytest.main(arguments))


def compile_zip(source: str, target: str) -> None:
    """Copy a zip of modules, and put beside each its bytecode, which zipimport takes first."""
    place = os.path.dirname(os.__file__)  # the path of the zip in here
    # Of the kind that is never checked against its source (PEP 552).
    head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, 'little') + bytes(8)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, 'w') as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text)
            if name.endswith('.py'):
                code = compile(text, os.path.join(place, name), 'exec', dont_inherit=True)
                new.writestr(name + 'c', head + marshal.dumps(code))
