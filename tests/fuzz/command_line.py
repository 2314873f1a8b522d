"""What the command ``payment-page`` reads: files of any content, secret keys, pairs, links."""

import contextlib
import io
import json
import os
import tempfile
import warnings
from typing import Any, List, Tuple

from fuzz import definition, values
from fuzz.choices import Choices
from payment_page_sdk import cli

SECRET = 'fuzz-secret'

SEEDS = [b'\0' + values.as_seed(event) for event in values.EVENTS]


def run(*arguments: str) -> Tuple[int, str]:
    """Return the exit status, and what was printed: nothing that is secret, or commands."""
    printed, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(told):
        try:
            status = cli.main(arguments)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else -1
    assert status in (0, 1, 2)
    assert status or not told.getvalue()
    for text in (printed.getvalue(), told.getvalue()):
        assert SECRET not in text
        assert all(line.isprintable() for line in text.split('\n')) or 'usage:' in text
    return status, printed.getvalue()


def file_with(content: bytes, folder: str, name: str) -> str:
    path = os.path.join(folder, name)
    with open(path, 'wb') as file:
        file.write(content)
    return path


def any_content(data: bytes, choose: Choices) -> bytes:
    """Return the bytes themselves; or a body, signed or not; or a link."""
    kind = choose.randrange(4)
    if kind == 0:
        return data[1:]
    value = values.any_object(choose)
    if kind == 1:
        return json.dumps(value, ensure_ascii=choose.random() < 0.5).encode()
    if kind == 2:
        value.pop('signature', None)
        if isinstance(value.get('general'), dict):
            value['general'].pop('signature', None)
        message = definition.message(definition.signed_part(value, definition.PLAIN))
        return json.dumps(dict(value, signature=definition.sign(SECRET, message))).encode()
    return ('https://pay.example/?project_id=186&x=' + values.any_text(choose)).encode()


def any_secret(choose: Choices, data: bytes) -> bytes:
    kind = choose.randrange(12)
    return data[:40] if not kind else (SECRET if kind > 1 else values.any_text(choose)).encode()


def any_arguments(choose: Choices, data: bytes, folder: str) -> List[str]:
    command = choose.choice(['verify', 'explain', 'sign', 'url'])
    given = [command, '--secret-file', file_with(any_secret(choose, data), folder, 'secret')]
    if choose.random() < 0.1:
        old = file_with(any_secret(choose, data), folder, 'old')
        given += ['--previous-secret-file', old]
    if choose.random() < 0.5:
        given.append('--json')
    if command == 'url':
        pairs = [
            '%s=%s' % (values.any_name(choose), values.any_text(choose))
            for _ in range(choose.randrange(4))
        ]
        given += ['--validate'] if choose.random() < 0.3 else []
        return given + ['--'] + ['project_id=186'] * (choose.random() < 0.9) + pairs
    if choose.random() < 0.1:
        return given + ['--', values.any_text(choose)]  # as the name of a file, or a link
    given += ['--show-texts'] if command == 'explain' and choose.random() < 0.5 else []
    return given + [file_with(any_content(data, choose), folder, 'file')]


def fuzz_one(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter('ignore')  # of what is around a secret key, and old names
        arguments = any_arguments(Choices(data), data, folder)
        status, printed = run(*arguments)
    if '--json' in arguments and status < 2 and printed:
        said = json.loads(printed)  # type: Any
        assert (status == 0) is said.get('is_valid', True)
