"""Values of Python that stand for others, nearly all for texts."""

import enum
from typing import Any, Iterator


class Currency(enum.Enum):
    EUR = 'EUR'


class Plain(str):
    """A text with another text for people, such as frameworks have."""

    def __str__(self) -> str:
        return 'for people'


class Lazy:
    """A text that is translated when it is needed; it claims to be a str already, as proxies do."""

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        return str

    def __str__(self) -> str:
        return 'Оплата'


class LazyList:
    """A list that is made when it is needed; it claims to be one already."""

    def __init__(self, *items: Any) -> None:
        self.items = items

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        return list

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)
