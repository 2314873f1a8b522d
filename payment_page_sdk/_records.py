"""NamedTuple without the import of typing, which would take a third of this package's own time.

    Sum = NamedTuple('Sum', [('amount', 'int'), ('currency', 'str')])

Checkers see typing's NamedTuple. The types are strings, since only checkers read them.
"""

import sys
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:

    def NamedTuple(name, fields):
        record = namedtuple(name, [field for field, _ in fields])
        record.__module__ = sys._getframe(1).f_globals['__name__']  # where pickle finds it
        return record
