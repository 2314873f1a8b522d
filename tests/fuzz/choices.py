"""Bytes as a source of random numbers."""

import random
from itertools import islice


class Choices(random.Random):
    """Random numbers that are read from ``data``; once all of it is read, they are 0.

    So whoever chooses the bytes guides everything that a random.Random decides, and the same bytes
    decide the same.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._data = iter(data)

    def getrandbits(self, k: int) -> int:
        read = bytes(islice(self._data, (k + 7) // 8))
        return int.from_bytes(read, 'big') & ((1 << k) - 1)

    def random(self) -> float:
        return self.getrandbits(8) / 256
