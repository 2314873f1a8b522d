"""Payments, callbacks and deliveries in SQLite.

A change of a payment and the callbacks about it are stored in one transaction, before anything is
sent. So even if the process is killed, the next one sends them.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, Optional

from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.sandbox.payments import SandboxPayment
from payment_page_sdk.sandbox.refusals import NotFound, RefusedLink

IN_MEMORY = ':memory:'  # instead of a file: SQLite's name for it

_VERSION = 2
MOST_REFUSED = 200  # links; the oldest one makes way for a new one

# What has become of the callbacks about a payment. The worst comes last, and hides the others.
NOT_SENT, DELIVERED, WAITING, GIVEN_UP, FAILING = DELIVERY_STATES = (
    'not sent',
    'delivered',
    'waiting',
    'given up',
    'failing',
)
_SCHEMA = f"""
    CREATE TABLE payments (
        key TEXT PRIMARY KEY,
        payment_id TEXT NOT NULL UNIQUE COLLATE NOCASE,  -- the platform ignores the case
        status TEXT NOT NULL,
        data TEXT NOT NULL,
        deadline REAL                                    -- when it changes automatically
    );
    CREATE INDEX payments_found ON payments (status, payment_id);
    CREATE TABLE callbacks (
        id INTEGER PRIMARY KEY,
        payment TEXT NOT NULL REFERENCES payments,
        url TEXT NOT NULL,
        body TEXT NOT NULL,
        created REAL NOT NULL,
        next_at REAL,                                    -- when it is tried again
        tries INTEGER NOT NULL DEFAULT 0,
        is_delivered INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX callbacks_of ON callbacks (payment);
    CREATE TABLE deliveries (
        callback INTEGER NOT NULL REFERENCES callbacks,
        variant TEXT NOT NULL,
        at REAL NOT NULL,
        status INTEGER,
        error TEXT,
        answer TEXT,
        hint TEXT NOT NULL,
        milliseconds INTEGER NOT NULL
    );
    CREATE INDEX deliveries_of ON deliveries (callback);
    CREATE TABLE refused (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        payment_id TEXT NOT NULL,
        code TEXT NOT NULL,
        problems TEXT NOT NULL,
        entries TEXT NOT NULL
    );
    CREATE TABLE clock (advanced REAL NOT NULL);
    INSERT INTO clock VALUES (0);
    PRAGMA user_version = {_VERSION};
"""


class Delivery(NamedTuple):
    """One try to deliver a callback.

    ``status`` is that of the answer; None if there was none. ``answer`` is the beginning of its
    text. ``hint`` is what to do about it; empty if nothing is to be done.
    """

    variant: str
    at: float
    status: Optional[int]
    error: Optional[str]
    answer: Optional[str]
    hint: str = ''
    milliseconds: int = 0


class StoredCallback(NamedTuple):
    """A signed callback. ``next_at`` is None if it will not be sent again automatically.

    ``tries`` counts the automatic ones only. ``state`` is one of DELIVERY_STATES.
    """

    id: int
    payment: str
    url: str
    body: str
    created: float
    next_at: Optional[float]
    tries: int
    state: str


class Search(NamedTuple):
    """Which payments to list. An empty str finds all."""

    text: str = ''  # in the id
    status: str = ''
    delivery: str = ''  # one of DELIVERY_STATES


class Found(NamedTuple):
    """A payment, and what has become of the callbacks about it.

    ``delivery`` is the worst of DELIVERY_STATES, None if there are no callbacks; ``next_at`` is the
    next try.
    """

    payment: SandboxPayment
    delivery: Optional[str]
    next_at: Optional[float]


class Store:
    """The database in ``file``, which is created if it does not exist.

    There is one connection for all threads, and one transaction at a time: SQLite has one writer
    anyway. Raises ConfigurationException if the file cannot be used.
    """

    def __init__(self, file: str) -> None:
        self._lock = threading.RLock()
        try:
            self._connection = _connect(file)
        except sqlite3.Error as error:
            raise ConfigurationException(f'the database cannot be used: {error}') from None

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all that the ``with`` block does, or nothing of it."""
        with self._lock:
            self._connection.execute('BEGIN IMMEDIATE')
            try:
                yield
            except BaseException:
                self._connection.execute('ROLLBACK')
                raise
            self._connection.execute('COMMIT')

    def _execute(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    # payments

    def save(self, payment: SandboxPayment) -> None:
        """Store a payment, new or changed."""
        self._execute(
            'INSERT INTO payments VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE '
            'SET status = excluded.status, data = excluded.data, deadline = excluded.deadline',
            payment.key,
            payment.payment_id,
            payment.status,
            json.dumps(payment.as_dict()),
            payment.deadline,
        )

    def payment(self, key: str) -> SandboxPayment:
        """Return the payment with the key in the page's addresses. Raises NotFound."""
        payment = self._find('key', key)
        if payment is None:
            raise NotFound('unknown_payment', 'there is no such payment')
        return payment

    def find_payment(self, payment_id: str) -> Optional[SandboxPayment]:
        """Return the payment with the merchant's id, or None."""
        return self._find('payment_id', payment_id)

    def payments(self, containing: str = '') -> list[SandboxPayment]:
        """Return all payments, or those whose data contain an ASCII text; the newest first."""
        return [
            _payment_from(data)
            for (data,) in self._execute(
                'SELECT data FROM payments WHERE instr(data, ?) ORDER BY rowid DESC', containing
            )
        ]

    def find_payments(self, search: Search, first: int, most: int) -> list[Found]:
        """Return ``most`` of the payments that are searched for, from the ``first`` (0) on."""
        condition, values = _condition(search)
        rows = self._execute(
            # Chosen by the index alone, and only then read.
            'SELECT key, data FROM payments WHERE rowid IN (SELECT rowid FROM payments '
            f'{condition} ORDER BY rowid DESC LIMIT ? OFFSET ?) ORDER BY rowid DESC',
            *values,
            most,
            first,
        )
        return [Found(_payment_from(data), *self.delivery_of(key)) for key, data in rows]

    def count_payments(self, search: Search) -> int:
        """Return how many payments are searched for."""
        condition, values = _condition(search)
        count: int = self._execute(f'SELECT count(*) FROM payments {condition}', *values)[0][0]
        return count

    def delivery_of(self, key: str) -> tuple[Optional[str], Optional[float]]:
        """Return the last two members of Found for a payment."""
        state, next_at = self._execute(
            f'SELECT max({_STATE}), min(next_at) FROM callbacks WHERE payment = ?', key
        )[0]
        return None if state is None else DELIVERY_STATES[state], next_at

    @property
    def changes(self) -> int:
        """Return a number that grows with every change of anything here."""
        return self._connection.total_changes

    def deadlines(self) -> list[tuple[str, float]]:
        """Return the keys and deadlines of the payments that have a deadline."""
        return self._execute('SELECT key, deadline FROM payments WHERE deadline IS NOT NULL')

    def _find(self, column: str, value: str) -> Optional[SandboxPayment]:
        found = self._execute(f'SELECT data FROM payments WHERE {column} = ?', value)
        return _payment_from(found[0][0]) if found else None

    # callbacks

    def add_callback(
        self, key: str, url: str, body: str, created: float, next_at: Optional[float]
    ) -> int:
        """Store a callback about the payment with a key; return the callback's id."""
        with self._lock:
            callback_id = self._connection.execute(
                'INSERT INTO callbacks (payment, url, body, created, next_at) '
                'VALUES (?, ?, ?, ?, ?)',
                (key, url, body, created, next_at),
            ).lastrowid
        assert callback_id is not None  # as after every INSERT
        return callback_id

    def callback(self, callback_id: int) -> StoredCallback:
        """Return a callback. Raises NotFound."""
        found = self._execute(f'SELECT {_CALLBACK} FROM callbacks WHERE id = ?', callback_id)
        if not found:
            raise NotFound('unknown_callback', 'there is no such callback')
        return _callback_from(found[0])

    def callbacks(self, key: Optional[str] = None) -> list[StoredCallback]:
        """Return the callbacks about the payment with a key, or all; the oldest first."""
        if key is None:
            found = self._execute(f'SELECT {_CALLBACK} FROM callbacks ORDER BY id')
        else:
            found = self._execute(
                f'SELECT {_CALLBACK} FROM callbacks WHERE payment = ? ORDER BY id', key
            )
        return list(map(_callback_from, found))

    def undelivered_callbacks(self) -> list[tuple[int, int, float]]:
        """Return the callbacks yet to be delivered: id, tries so far, and time of the next try."""
        return self._execute('SELECT id, tries, next_at FROM callbacks WHERE next_at IS NOT NULL')

    def set_next(self, callback_id: int, tries: int, next_at: Optional[float]) -> None:
        self._execute(
            'UPDATE callbacks SET tries = ?, next_at = ? WHERE id = ?', tries, next_at, callback_id
        )

    def set_delivered(self, callback_id: int) -> None:
        """Note that a callback was accepted, and needs no further try."""
        self._execute(
            'UPDATE callbacks SET is_delivered = 1, next_at = NULL WHERE id = ?', callback_id
        )

    def add_delivery(self, callback_id: int, delivery: Delivery) -> None:
        self._execute(
            'INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?)', callback_id, *delivery
        )

    def deliveries(self, callback_id: int) -> list[Delivery]:
        """Return the tries to deliver a callback, the oldest first."""
        return [
            Delivery(*row)
            for row in self._execute(
                f'SELECT {", ".join(Delivery._fields)} FROM deliveries WHERE callback = ? '
                'ORDER BY rowid',
                callback_id,
            )
        ]

    # refused links

    def add_refused(self, link: RefusedLink) -> int:
        """Keep a refused link, and no more than MOST_REFUSED; return its id."""
        with self._lock:
            link_id = self._connection.execute(
                'INSERT INTO refused (at, payment_id, code, problems, entries) '
                'VALUES (?, ?, ?, ?, ?)',
                (
                    link.at,
                    link.payment_id,
                    link.code,
                    json.dumps(link.problems),
                    json.dumps(link.entries),
                ),
            ).lastrowid
            assert link_id is not None
            self._connection.execute('DELETE FROM refused WHERE id <= ?', (link_id - MOST_REFUSED,))
        return link_id

    def refused(self, most: int = MOST_REFUSED, with_entries: bool = True) -> list[RefusedLink]:
        """Return the refused links, the newest first.

        Without their entries, they take little memory, whatever strangers have sent.
        """
        entries = 'entries' if with_entries else "'[]'"
        found = self._execute(
            f'SELECT id, at, payment_id, code, problems, {entries} FROM refused '
            'ORDER BY id DESC LIMIT ?',
            most,
        )
        return list(map(_link_from, found))

    def refused_link(self, link_id: int) -> RefusedLink:
        """Return a refused link. Raises NotFound."""
        found = self._execute('SELECT * FROM refused WHERE id = ?', link_id)
        if not found:
            raise NotFound(
                'unknown_link', 'there is no such refused link: only the last ones are kept'
            )
        return _link_from(found[0])

    # the clock

    @property
    def seconds_ahead(self) -> float:
        """Return how far the sandbox's clock is ahead of the machine's."""
        seconds: float = self._execute('SELECT advanced FROM clock')[0][0]
        return seconds

    def advance(self, seconds: float) -> None:
        self._execute('UPDATE clock SET advanced = advanced + ?', seconds)


# The place of a callback's state in DELIVERY_STATES.
_STATE = """
    CASE WHEN is_delivered THEN 1
         WHEN url = '' THEN 0
         WHEN next_at IS NULL THEN 3
         WHEN tries = 0 THEN 2
         ELSE 4 END
"""
_CALLBACK = f'id, payment, url, body, created, next_at, tries, {_STATE}'


def _payment_from(data: str) -> SandboxPayment:
    return SandboxPayment.from_dict(json.loads(data))


def _callback_from(row: Sequence[Any]) -> StoredCallback:
    callback = StoredCallback(*row)
    return callback._replace(state=DELIVERY_STATES[row[-1]])


def _link_from(row: Sequence[Any]) -> RefusedLink:
    link_id, at, payment_id, code, problems, entries = row
    return RefusedLink(at, payment_id, code, json.loads(problems), json.loads(entries), link_id)


def _condition(search: Search) -> tuple[str, list[Any]]:
    """Return the condition for payments that are searched for, and the values in it."""
    conditions: list[str] = []
    values: list[Any] = []
    if search.text:
        conditions.append("payment_id LIKE ? ESCAPE '\\'")
        values.append('%' + re.sub(r'([%_\\])', r'\\\1', search.text) + '%')
    if search.status:
        conditions.append('status = ?')
        values.append(search.status)
    if search.delivery:
        conditions.append(
            f'key IN (SELECT payment FROM callbacks GROUP BY payment HAVING max({_STATE}) = ?)'
        )
        values.append(DELIVERY_STATES.index(search.delivery))
    return 'WHERE ' + ' AND '.join(conditions) if conditions else '', values


def _connect(file: str) -> sqlite3.Connection:
    """Return a connection to the database in ``file``, with its tables."""
    if file != IN_MEMORY:
        with suppress(OSError):  # it exists, or SQLite reports what is wrong
            # For the owner alone. The files that SQLite adds get the same permissions.
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(file, timeout=1, isolation_level=None, check_same_thread=False)
    try:
        # All rows of each result are read. Where references are not counted, as on PyPy, a
        # statement with rows left stays open until it is collected, and no commit succeeds before.
        # The database is locked, since two sandboxes would deliver everything twice.
        connection.execute('PRAGMA locking_mode = EXCLUSIVE').fetchall()
        [(version,)] = connection.execute('PRAGMA user_version').fetchall()
        [(tables,)] = connection.execute('SELECT count(*) FROM sqlite_master').fetchall()
        if version != (_VERSION if tables else 0):
            raise ConfigurationException(
                'the database belongs to another version of the sandbox, or to another program: '
                'name another file'
            )
        # A transaction survives if the process is killed, without waiting for the disk.
        connection.execute('PRAGMA journal_mode = WAL').fetchall()
        connection.execute('PRAGMA synchronous = NORMAL')
        if not version:
            connection.executescript('BEGIN IMMEDIATE;' + _SCHEMA + 'COMMIT;')
    except BaseException:
        connection.close()
        raise
    return connection
