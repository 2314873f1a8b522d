"""What the frames of an error hold: debug pages and error trackers show these to whoever looks."""

from typing import Any, Dict, Iterator


def shown_in_frames(error: BaseException) -> str:
    """Return the variables of all frames of the package in the traceback of ``error``, as text."""
    found = list(_variables(error))
    assert found, 'the error was raised outside the package'
    return repr(found) + repr(
        [vars(value) for each in found for value in each.values() if hasattr(value, '__dict__')]
    )


def _variables(error: BaseException) -> Iterator[Dict[str, Any]]:
    for inner in (error.__cause__, error.__context__):
        if inner is not None:
            yield from _variables(inner)
    entry = error.__traceback__
    while entry is not None:
        if entry.tb_frame.f_globals['__name__'].startswith('payment_page_sdk'):
            yield dict(entry.tb_frame.f_locals)
        entry = entry.tb_next
