"""Payments, callbacks and deliveries in SQLite.

A change of a payment and the callbacks about it are stored in one transaction, before anything is
sent: whenever the process is killed, what happened is told when it runs again.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Optional

from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.sandbox.payments import SandboxPayment
from payment_page_sdk.sandbox.refusals import NotFound

_VERSION = 1
_SCHEMA = f"""
    CREATE TABLE payments (
        key TEXT PRIMARY KEY,
        payment_id TEXT NOT NULL UNIQUE COLLATE NOCASE,  -- to the platform, order_1 is Order_1
        data TEXT NOT NULL,
        deadline REAL                                    -- when time changes the payment
    );
    CREATE TABLE callbacks (
        id INTEGER PRIMARY KEY,
        payment TEXT NOT NULL REFERENCES payments,
        url TEXT NOT NULL,
        body TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        next_at REAL                                     -- when it is tried again
    );
    CREATE INDEX callbacks_of ON callbacks (payment);
    CREATE TABLE deliveries (
        callback INTEGER NOT NULL REFERENCES callbacks,
        variant TEXT NOT NULL,
        at REAL NOT NULL,
        status INTEGER,
        error TEXT,
        answer TEXT
    );
    CREATE INDEX deliveries_of ON deliveries (callback);
    CREATE TABLE clock (advanced REAL NOT NULL);
    INSERT INTO clock VALUES (0);
    PRAGMA user_version = {_VERSION};
"""


class Delivery(NamedTuple):
    """One try to deliver a callback: ``status`` is the answer's, None where there was none."""

    variant: str
    at: float
    status: Optional[int]
    error: Optional[str]
    answer: Optional[str]


class StoredCallback(NamedTuple):
    """A signed callback. ``next_at`` is None when nothing more will be sent by itself."""

    id: int
    payment: str
    url: str
    body: str
    tries: int
    next_at: Optional[float]


class Store:
    """The database in ``file``, which is made where there is none.

    One connection for all threads, one transaction at a time: SQLite has one writer anyway.
    Raises ConfigurationException for a file that cannot be it.
    """

    def __init__(self, file: str) -> None:
        self._lock = threading.RLock()
        try:
            self._connection = _connected(file)
        except sqlite3.Error as error:
            raise ConfigurationException(f'the database cannot be used: {error}') from None

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of what is inside, or nothing of it."""
        with self._lock:
            self._connection.execute('BEGIN IMMEDIATE')
            try:
                yield
            except BaseException:
                self._connection.execute('ROLLBACK')
                raise
            self._connection.execute('COMMIT')

    def _all(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    # payments

    def save(self, payment: SandboxPayment) -> None:
        """Store a payment, new or changed."""
        self._all(
            'INSERT INTO payments VALUES (?, ?, ?, ?) '
            'ON CONFLICT (key) DO UPDATE SET data = excluded.data, deadline = excluded.deadline',
            payment.key,
            payment.payment_id,
            json.dumps(payment.saved()),
            payment.deadline,
        )

    def payment(self, key: str) -> SandboxPayment:
        """Return the payment with the key that is in the page's addresses. Raises NotFound."""
        payment = self._found('key', key)
        if payment is None:
            raise NotFound('unknown_payment', 'there is no such payment')
        return payment

    def find_payment(self, payment_id: str) -> Optional[SandboxPayment]:
        """Return the payment with the id that the merchant gave it, if any."""
        return self._found('payment_id', payment_id)

    def payments(self) -> list[SandboxPayment]:
        """Return all payments, the newest first."""
        return [
            SandboxPayment.restored(json.loads(data))
            for (data,) in self._all('SELECT data FROM payments ORDER BY rowid DESC')
        ]

    def deadlines(self) -> list[tuple[str, float]]:
        """Return the keys of the payments that time will change, and when."""
        return self._all('SELECT key, deadline FROM payments WHERE deadline IS NOT NULL')

    def _found(self, column: str, value: str) -> Optional[SandboxPayment]:
        found = self._all(f'SELECT data FROM payments WHERE {column} = ?', value)
        return SandboxPayment.restored(json.loads(found[0][0])) if found else None

    # callbacks

    def add_callback(self, payment: str, url: str, body: str, next_at: Optional[float]) -> int:
        """Store a callback; return its id."""
        with self._lock:
            number = self._connection.execute(
                'INSERT INTO callbacks (payment, url, body, next_at) VALUES (?, ?, ?, ?)',
                (payment, url, body, next_at),
            ).lastrowid
        assert number is not None  # as after every INSERT
        return number

    def callback(self, number: int) -> StoredCallback:
        """Return a callback. Raises NotFound."""
        found = self._all('SELECT * FROM callbacks WHERE id = ?', number)
        if not found:
            raise NotFound('unknown_callback', 'there is no such callback')
        return StoredCallback(*found[0])

    def callbacks(self, payment: Optional[str] = None) -> list[StoredCallback]:
        """Return the callbacks about a payment, by its key; or all. The oldest come first."""
        if payment is None:
            found = self._all('SELECT * FROM callbacks ORDER BY id')
        else:
            found = self._all('SELECT * FROM callbacks WHERE payment = ? ORDER BY id', payment)
        return [StoredCallback(*row) for row in found]

    def undelivered(self) -> list[tuple[int, int, float]]:
        """Return the ids of the callbacks that are to be sent, how often they were, and when."""
        return self._all('SELECT id, tries, next_at FROM callbacks WHERE next_at IS NOT NULL')

    def set_next(self, number: int, tries: int, next_at: Optional[float]) -> None:
        self._all(
            'UPDATE callbacks SET tries = ?, next_at = ? WHERE id = ?', tries, next_at, number
        )

    def add_delivery(self, callback: int, delivery: Delivery) -> None:
        self._all('INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?)', callback, *delivery)

    def deliveries(self, callback: int) -> list[Delivery]:
        """Return the tries to deliver a callback, the oldest first."""
        return [
            Delivery(*row)
            for row in self._all(
                'SELECT variant, at, status, error, answer FROM deliveries WHERE callback = ? '
                'ORDER BY rowid',
                callback,
            )
        ]

    # the clock

    @property
    def advanced(self) -> float:
        """Return by how many seconds the sandbox's clock is ahead."""
        seconds: float = self._all('SELECT advanced FROM clock')[0][0]
        return seconds

    def advance(self, seconds: float) -> None:
        self._all('UPDATE clock SET advanced = advanced + ?', seconds)


def _connected(file: str) -> sqlite3.Connection:
    """Return a connection to the database in ``file``, with its tables."""
    connection = sqlite3.connect(file, timeout=1, isolation_level=None, check_same_thread=False)
    try:
        # All rows of each answer are read: where nothing counts references, as on PyPy, a statement
        # with rows left is under way until the collector finds it, and nothing can be committed.
        # Two sandboxes would deliver everything twice.
        connection.execute('PRAGMA locking_mode = EXCLUSIVE').fetchall()
        [(version,)] = connection.execute('PRAGMA user_version').fetchall()
        [(tables,)] = connection.execute('SELECT count(*) FROM sqlite_master').fetchall()
        if version != (_VERSION if tables else 0):
            raise ConfigurationException(
                'the database is that of another version of the sandbox, or of something else'
            )
        # A transaction survives the death of the process without waiting for the disk.
        connection.execute('PRAGMA journal_mode = WAL').fetchall()
        connection.execute('PRAGMA synchronous = NORMAL')
        if not version:
            connection.executescript('BEGIN IMMEDIATE;' + _SCHEMA + 'COMMIT;')
    except BaseException:
        connection.close()
        raise
    return connection
