"""The facts that tests compare with: the files in tests/data."""

import json
import os
from typing import Any, List

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data')


def read_json(name: str) -> Any:
    """Return what a JSON file holds."""
    with open(os.path.join(DATA, name), encoding='utf-8') as file:
        return json.load(file)


def read_lines(name: str) -> List[Any]:
    """Return what a file of JSON lines holds."""
    with open(os.path.join(DATA, name), encoding='utf-8') as file:
        return [json.loads(line) for line in file]
