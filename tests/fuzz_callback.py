"""Throws bytes at handle_callback, guided by coverage (atheris), and checks what comes back.

    python tests/fuzz_callback.py [-runs=N] [-max_total_time=SECONDS] [other libFuzzer options]

`check` and `check_signed` serve the tests with Hypothesis too.
"""

import hashlib
import hmac
import importlib
import io
import json
import os
import sys
from base64 import b64encode
from typing import Any, Dict, List, Optional

if __name__ == '__main__':
    try:
        atheris = importlib.import_module('atheris')
    except ImportError:
        print('nothing is fuzzed: atheris has no wheel for this Python or system')
        sys.exit(1 if os.environ.get('TESTS_REQUIRE_ALL') else 0)
    # First of all, since atheris watches only what is imported under its eyes.
    with atheris.instrument_imports(include=['payment_page_sdk']):
        importlib.import_module('payment_page_sdk.gate')

from tools import cached

from payment_page_sdk._canonical import NaturalForm, PlainForm
from payment_page_sdk.callback import Callback
from payment_page_sdk.exceptions import CallbackException
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

SECRET = 'fuzz-secret'
HANDLER = SignatureHandler(SECRET)
GATE = Gate('newer secret', previous_secrets=[SECRET])
VECTORS = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), 'data', 'signature_vectors.jsonl'
)
NAMES = [
    'payment',
    'id',
    'status',
    'signature',
    'general',
    'frame_mode',
    'operations',
    '0',
    '10',
    '',
    'a:b',
    ' a',
    'a;payment',
    '007',
]


def names(value: Any) -> List[str]:
    """The names of all members in it, at every depth."""
    if isinstance(value, dict):
        return list(value) + [name for member in value.values() for name in names(member)]
    if isinstance(value, list):
        return [name for item in value for name in names(item)]
    return []


def check(body: Any) -> Optional[Callback]:
    """Assert what is true of any body at all; return the callback if it is one."""
    try:
        callback = GATE.handle_callback(body)
    except CallbackException:
        return None
    data = callback.get_data()
    assert HANDLER.check(data, callback.get_signature())  # it gives out nothing but signed data
    assert 'frame_mode' not in names(data)
    assert callback.check_signature()
    assert callback.get_payment() == data.get('payment')
    return callback


def signable(value: Any) -> Any:
    """A copy without the members that no signature covers, or only one of the forms."""
    if isinstance(value, dict):
        return {
            name: signable(member)
            for name, member in value.items()
            if name not in ('signature', 'frame_mode')
        }
    return [signable(item) for item in value] if isinstance(value, list) else value


def check_signed(value: Dict[str, Any], natural: bool) -> None:
    """Assert that a correctly signed callback is accepted, unless ambiguous, and is all there."""
    data = signable(value)
    message = NaturalForm(data).message if natural else PlainForm(data).message
    digest = hmac.new(SECRET.encode(), message, hashlib.sha512).digest()
    body = dict(data, signature=b64encode(digest).decode())
    callback = check(json.dumps(body))
    if callback is None:
        assert b';' in message or 'interface_type' in data
    elif natural:  # numbers are rounded, in what can be read as in what was signed
        assert NaturalForm(callback.get_data()).message == message
    else:
        assert callback.get_data() == data
    assert 'added' in data or check(dict(body, added='')) is None


def any_json(source: Any, depth: int = 0) -> Any:
    """A value made of the bytes in an atheris.FuzzedDataProvider."""
    kind = source.ConsumeIntInRange(0, 8 if depth < 4 else 6)
    if kind < 3:
        return source.ConsumeUnicodeNoSurrogates(source.ConsumeIntInRange(0, 12))
    if kind == 3:
        return source.ConsumeInt(9)  # bytes: one more than what PHP takes for an integer
    if kind == 4:
        return source.ConsumeRegularFloat()
    if kind == 5:
        return source.PickValueInList([None, True, False, {}, [], 0, 1.0])
    if kind == 6:
        return source.PickValueInList([';', ';payment:a', ';token:', 'x;general:signature:y'])
    size = source.ConsumeIntInRange(0, 12)
    if kind == 7:
        return [any_json(source, depth + 1) for _ in range(size)]
    return {
        source.PickValueInList(NAMES)
        + source.ConsumeUnicodeNoSurrogates(2 * (index % 2)): any_json(source, depth + 1)
        for index in range(size)
    }


def fuzz_one(data: bytes) -> None:
    check(data)
    source = atheris.FuzzedDataProvider(data)
    value = {name: any_json(source) for name in NAMES[: source.ConsumeIntInRange(0, len(NAMES))]}
    check(json.dumps(value))
    check_signed(value, source.ConsumeBool())


def fill_corpus(folder: str) -> None:
    with io.open(VECTORS, encoding='utf-8') as vectors:
        for row in map(json.loads, vectors):
            with io.open(os.path.join(folder, row['id']), 'w', encoding='utf-8') as seed:
                seed.write(json.dumps(row['params'], ensure_ascii=False))


def main() -> None:
    # What was found to lead further is kept there, and the next run goes on from it.
    atheris.Setup([*sys.argv, cached('fuzz-callback', fill_corpus)], fuzz_one)
    atheris.Fuzz()


if __name__ == '__main__':
    main()
