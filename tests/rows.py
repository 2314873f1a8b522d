"""Many rows of one kind are one test: pytest takes longer for a test than such a row takes."""

import traceback
from typing import Any, Callable, Iterable, Tuple

import pytest


def each_of(rows: Iterable[Tuple[Any, ...]]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Make one test of a test that takes a row. It fails with all the rows that fail."""
    table = list(rows)
    assert table

    def decorate(check: Callable[..., None]) -> Callable[[], None]:
        def test() -> None:
            failures = list(filter(None, [_failure(check, row) for row in table]))
            assert not failures, '%d of %d rows fail:\n\n%s' % (
                len(failures),
                len(table),
                '\n'.join(failures),
            )

        # Not by functools.wraps, which tells pytest what the test within takes.
        test.__name__, test.__doc__ = check.__name__, check.__doc__
        test.__module__, test.__qualname__ = check.__module__, check.__qualname__
        return test

    return decorate


def _failure(check: Callable[..., None], row: Tuple[Any, ...]) -> str:
    try:
        check(*row)
    except (Exception, pytest.fail.Exception) as error:
        line = traceback.extract_tb(error.__traceback__)[-1][1]
        what = ''.join(traceback.format_exception_only(type(error), error))
        return '%.300s\nline %d: %s' % (ascii(row), line, what)
    return ''
