"""Callbacks that the official SDKs have signed."""

import copy
from typing import Any, Dict

from facts import read_lines

VECTORS = [row for row in read_lines('signature_vectors.jsonl') if 'callback' in row]


def put_signature(data: Dict[str, Any], path: str, signature: Any) -> Dict[str, Any]:
    """Return a copy of a callback's data with a signature at its root, or in ``general``."""
    data = copy.deepcopy(data)
    holder = data['general'] if path == 'general.signature' else data
    holder['signature'] = signature
    return data
