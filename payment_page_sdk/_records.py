"""NamedTuple as in typing, the import of which would cost half as much as that of this package.

    Sum = NamedTuple('Sum', [('amount', 'int'), ('currency', 'str')])

Checkers see typing's own, so they know the types, which are written as texts: at run time nobody
reads them.
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
