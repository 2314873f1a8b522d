"""Payments, callbacks and deliveries in SQLite."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import pytest

from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.sandbox.cards import CARDS, CardDetails
from payment_page_sdk.sandbox.payments import SandboxPayment
from payment_page_sdk.sandbox.refusals import RefusedLink
from payment_page_sdk.sandbox.store import (
    MOST_REFUSED,
    Delivery,
    Search,
    Store,
    StoredCallback,
)
from sandbox.conftest import posix_only, refused

NOW = 1795521600.0


def payment(key: str = 'key-1', payment_id: str = 'ORDER-1') -> SandboxPayment:
    params = {
        'project_id': '186',
        'payment_id': payment_id,
        'payment_amount': '1815',
        'payment_currency': 'EUR',
        'payment_description': 'Заказ \ud800\0',
    }
    return SandboxPayment.open(params, 'canonical', key, NOW)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    found = Store(database)
    yield found
    found.close()


# payments


def test_a_payment_is_found_as_it_was_saved(store: Store) -> None:
    saved = payment()
    store.save(saved)
    assert store.payment('key-1') == saved
    assert store.find_payment('ORDER-1') == saved
    assert store.payments() == [saved]


def test_a_changed_payment_takes_the_place_of_what_it_was(store: Store) -> None:
    changed = payment()
    store.save(changed)
    changed.submit(CARDS['4314220000000056'], CardDetails('J D', '12/30', '123'), NOW)
    store.save(changed)
    assert store.payments() == [changed]
    assert store.deadlines() == [('key-1', changed.deadline)]
    changed.answer('1', NOW)
    store.save(changed)
    assert store.deadlines() == []


@pytest.mark.parametrize('payment_id', ['Order-1', 'order-1', 'ORDER-1'])
def test_the_case_of_a_payment_id_does_not_matter(store: Store, payment_id: str) -> None:
    saved = payment(payment_id='oRdEr-1')
    store.save(saved)
    assert store.find_payment(payment_id) == saved
    with pytest.raises(sqlite3.IntegrityError):
        store.save(payment('key-2', payment_id))


def test_what_is_not_there_is_not_found(store: Store) -> None:
    assert store.find_payment('ORDER-1') is None
    for error, code in [
        (refused(lambda: store.payment('key-1')), 'unknown_payment'),
        (refused(lambda: store.callback(1)), 'unknown_callback'),
    ]:
        assert (error.code, error.status) == (code, 404)
    assert not store.payments()
    assert not store.callbacks()
    assert not store.callbacks('key-1')
    assert not store.deliveries(1)
    assert not store.undelivered_callbacks()
    assert not store.deadlines()


def test_the_newest_payment_comes_first(store: Store) -> None:
    ones = [payment(f'key-{number}', f'ORDER-{number}') for number in (2, 3, 1)]
    for one in ones:
        store.save(one)
    store.save(ones[0])  # a change makes no payment new
    assert store.payments() == ones[::-1]


def test_payments_are_found_by_what_is_in_them(store: Store) -> None:
    ones = [payment(f'key-{number}', f'ORDER-{number}') for number in (1, 2, 1000)]
    for one in ones:
        store.save(one)
    assert store.payments('ORDER-1') == [ones[2], ones[0]]
    for nowhere in ('ORDER-3', 'order-1', '%', "'"):
        assert store.payments(nowhere) == []


# callbacks


def test_a_callback_is_found_as_it_was_stored(store: Store) -> None:
    store.save(payment())
    number = store.add_callback(
        'key-1', 'https://shop.example/', '{"a": "Заказ \\u0000"}', NOW, NOW + 1
    )
    expected = StoredCallback(
        number,
        'key-1',
        'https://shop.example/',
        '{"a": "Заказ \\u0000"}',
        created=NOW,
        next_at=NOW + 1,
        tries=0,
        state='waiting',
    )
    assert store.callback(number) == expected
    assert store.callbacks() == store.callbacks('key-1') == [expected]
    assert store.undelivered_callbacks() == [(number, 0, NOW + 1)]


def test_the_oldest_callback_comes_first(store: Store) -> None:
    store.save(payment())
    store.save(payment('key-2', 'ORDER-2'))
    numbers = [store.add_callback(key, '', '', NOW, None) for key in ('key-1', 'key-2', 'key-1')]
    assert numbers == sorted(numbers)
    assert [callback.id for callback in store.callbacks()] == numbers
    assert [callback.id for callback in store.callbacks('key-1')] == [numbers[0], numbers[2]]
    assert [callback.id for callback in store.callbacks('key-2')] == [numbers[1]]


def test_a_callback_is_tried_until_it_has_no_next_try(store: Store) -> None:
    number = store.add_callback('key-1', 'url', '', NOW, NOW)
    store.set_next(number, 1, NOW + 10)
    assert store.undelivered_callbacks() == [(number, 1, NOW + 10)]
    store.set_next(number, 2, None)
    assert store.undelivered_callbacks() == []
    assert store.callback(number).tries == 2


def test_the_oldest_delivery_comes_first(store: Store) -> None:
    number, other = (store.add_callback('key-1', 'url', '', NOW, NOW) for _ in range(2))
    first = Delivery('scheduled', NOW, None, 'ConnectError: refused', None, 'start it', 3)
    second = Delivery('again', NOW - 5, 200, None, 'Заказ', '', 12)
    store.add_delivery(number, first)
    store.add_delivery(other, second)
    store.add_delivery(number, second)
    assert store.deliveries(number) == [first, second]
    assert store.deliveries(other) == [second]


def test_what_was_delivered_needs_no_further_try(store: Store) -> None:
    number = store.add_callback('key-1', 'url', '', NOW, NOW)
    store.set_delivered(number)
    assert store.undelivered_callbacks() == []
    assert store.callback(number).state == 'delivered'
    assert store.callback(number).next_at is None


# to find payments


def find(store: Store, **search: str) -> list[str]:
    """Return the ids of the payments that are found; they are as many as are counted."""
    wanted = Search(**search)
    found = [found.payment.payment_id for found in store.find_payments(wanted, 0, 100)]
    assert store.count_payments(wanted) == len(found)
    return found


def test_payments_are_found_by_a_part_of_their_id(store: Store) -> None:
    for payment_id in ('ORDER-1', 'order-12', 'A_1', 'A%1', 'A\\1', 'Заказ'):
        store.save(payment('key of ' + payment_id, payment_id))
    assert find(store, text='oRDER-1') == ['order-12', 'ORDER-1']
    assert find(store, text='_') == ['A_1']
    assert find(store, text='%') == ['A%1']
    assert find(store, text='\\') == ['A\\1']
    assert find(store, text='аказ') == ['Заказ']
    assert find(store, text="'") == []
    assert len(find(store)) == 6


def test_payments_are_found_by_their_present_status(store: Store) -> None:
    paid, new = payment(), payment('key-2', 'ORDER-2')
    store.save(paid)
    store.save(new)
    paid.submit(CARDS['4000000000000077'], CardDetails('J D', '12/30', '123'), NOW)
    store.save(paid)
    assert find(store, status='success') == ['ORDER-1']
    assert find(store, status='new') == ['ORDER-2']
    assert find(store, status='new', text='ORDER-1') == []


def test_payments_are_found_by_what_became_of_their_callbacks(store: Store) -> None:
    def add(name: str, url: str = 'url', tries: int = 0, next_at: Optional[float] = None) -> int:
        number = store.add_callback(name, url, '', NOW, None)
        store.set_next(number, tries, next_at)
        return number

    states = ['not sent', 'delivered', 'waiting', 'given up', 'failing']
    for name in ['none', *states]:
        store.save(payment(name, 'ORDER-' + name))
    add('not sent', url='')
    store.set_delivered(add('delivered', tries=1, next_at=NOW))
    add('waiting', next_at=NOW + 2)
    add('given up', tries=120)
    add('failing', tries=3, next_at=NOW + 5)
    for state in states:
        assert find(store, delivery=state) == ['ORDER-' + state]
    assert store.delivery_of('none') == (None, None)
    assert store.delivery_of('waiting') == ('waiting', NOW + 2)
    # The worst of several is what one sees.
    for state in states[:-1]:
        if state == 'delivered':
            store.set_delivered(add('failing'))
        else:
            add('failing', url='' if state == 'not sent' else 'url')
    assert store.delivery_of('failing') == ('failing', NOW + 5)


def test_payments_are_found_page_by_page(store: Store) -> None:
    for number in range(5):
        store.save(payment(f'key-{number}', f'ORDER-{number}'))
    pages = [store.find_payments(Search(), first, 2) for first in (0, 2, 4, 6)]
    assert [[found.payment.payment_id[-1] for found in page] for page in pages] == [
        ['4', '3'],
        ['2', '1'],
        ['0'],
        [],
    ]


def test_each_change_changes_the_number_of_changes(store: Store) -> None:
    seen = {store.changes}
    for change in (
        lambda: store.save(payment()),
        lambda: store.add_callback('key-1', 'url', '', NOW, NOW),
        lambda: store.add_delivery(1, Delivery('again', NOW, 200, None, None)),
        lambda: store.set_delivered(1),
        lambda: store.add_refused(RefusedLink(NOW, '', 'malformed', [], [])),
        lambda: store.advance(1),
    ):
        change()
        assert store.changes not in seen
        seen.add(store.changes)


# refused links


def test_the_newest_refused_links_are_kept(store: Store) -> None:
    links = [
        RefusedLink(NOW, f'ORDER-{n}', 'bad_signature', ['Заказ', 'b'], ['a:b'])
        for n in range(MOST_REFUSED + 2)
    ]
    ids = [store.add_refused(link) for link in links]
    kept = [link._replace(id=n) for link, n in zip(links, ids)][::-1][:MOST_REFUSED]
    assert store.refused() == kept
    assert store.refused(2, with_entries=False) == [link._replace(entries=[]) for link in kept[:2]]
    assert store.refused_link(kept[-1].id) == kept[-1]
    gone = refused(lambda: store.refused_link(ids[0]))
    assert (gone.code, gone.status) == ('unknown_link', 404)


# the clock


def test_the_clock_only_adds_up(store: Store, database: str) -> None:
    assert store.seconds_ahead == 0
    store.advance(60)
    store.advance(0.5)
    assert store.seconds_ahead == 60.5
    store.close()
    again = Store(database)
    assert again.seconds_ahead == 60.5
    again.close()


# transactions


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    class Crash(BaseException):
        pass

    def change_and_crash() -> None:
        with store.transaction():
            store.save(payment())
            store.add_delivery(
                store.add_callback('key-1', 'url', '', NOW, NOW),
                Delivery('again', NOW, 200, None, None),
            )
            store.advance(60)
            assert len(store.payments()) == 1
            raise Crash

    with pytest.raises(Crash):
        change_and_crash()
    assert not store.payments()
    assert not store.callbacks()
    assert not store.deliveries(1)
    assert store.seconds_ahead == 0
    with store.transaction():
        store.save(payment())
    assert len(store.payments()) == 1


def test_a_database_is_of_one_sandbox_at_a_time(store: Store, database: str) -> None:
    store.save(payment())
    with pytest.raises(ConfigurationException, match='database is locked'):
        Store(database)
    store.close()
    other = Store(database)
    assert len(other.payments()) == 1
    other.close()


def test_transactions_of_threads_come_one_after_the_other(store: Store) -> None:
    def count() -> None:
        for _ in range(20):
            with store.transaction():
                tries = store.callback(number).tries
                store.set_next(number, tries + 1, None)

    number = store.add_callback('key-1', 'url', '', NOW, None)
    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.callback(number).tries == 160


# the file


def test_what_was_stored_is_there_after_a_restart(store: Store, database: str) -> None:
    store.save(payment())
    number = store.add_callback('key-1', 'url', 'body', NOW, NOW)
    store.close()
    again = Store(database)
    assert again.payments() == [payment()]
    assert again.undelivered_callbacks() == [(number, 0, NOW)]
    again.close()


KILLED = """
import os, sys
from payment_page_sdk.sandbox.payments import SandboxPayment
from payment_page_sdk.sandbox.store import Store
store = Store(sys.argv[1])
for key in 'first', 'second':
    with store.transaction():
        store.save(SandboxPayment(key, key, {}, '', 0.0))
        if key == 'second':
            os._exit(9)  # as abruptly as by a signal
"""


@pytest.mark.subprocess
def test_a_killed_process_leaves_whole_transactions(database: str) -> None:
    killed = subprocess.run([sys.executable, '-c', KILLED, database], check=False)
    assert killed.returncode == 9
    store = Store(database)
    assert [found.key for found in store.payments()] == ['first']
    store.close()


@pytest.mark.parametrize('version', [1, 99, -1])
def test_the_database_of_another_version_is_left_alone(database: str, version: int) -> None:
    connection = sqlite3.connect(database)
    connection.execute(f'PRAGMA user_version = {version}')
    connection.execute('CREATE TABLE orders (id TEXT)')
    connection.close()
    before = Path(database).read_bytes()
    with pytest.raises(ConfigurationException, match='another version'):
        Store(database)
    assert Path(database).read_bytes() == before


@pytest.mark.parametrize('content', [b'no database, but rather a text of a certain length' * 99])
def test_another_file_is_left_alone(database: str, content: bytes) -> None:
    Path(database).write_bytes(content)
    with pytest.raises(ConfigurationException, match='cannot be used'):
        Store(database)
    assert Path(database).read_bytes() == content


def mode_of(file: str) -> int:
    return stat.S_IMODE(os.stat(file).st_mode)


@pytest.fixture
def careless_umask() -> Iterator[None]:
    """All may do everything with new files."""
    usual = os.umask(0)
    yield
    os.umask(usual)


@posix_only
def test_the_files_are_for_their_owner_alone_from_the_start(
    careless_umask: None, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect: Any = sqlite3.connect

    def connect_later(file: str, **options: Any) -> Any:
        assert (mode_of(database), options['timeout']) == (0o600, 1)
        return connect(file, **options)

    monkeypatch.setattr(sqlite3, 'connect', connect_later)
    store = Store(database)
    store.save(payment())
    modes = {file.name: mode_of(str(file)) for file in Path(database).parent.iterdir()}
    assert modes == {'sandbox.sqlite3': 0o600, 'sandbox.sqlite3-wal': 0o600}
    store.close()


@posix_only
def test_the_permissions_of_a_file_that_exists_are_its_owners_choice(database: str) -> None:
    Path(database).touch(mode=0o640)
    Store(database).close()
    assert mode_of(database) == 0o640


@pytest.mark.parametrize('suffix', ['-journal', '-wal', '-shm'])
@posix_only
def test_the_side_files_have_the_permissions_of_the_database(
    careless_umask: None, database: str, suffix: str
) -> None:
    # Not all of them are there all the time: other programs may open the database, too.
    Store(database).close()
    connection = sqlite3.connect(database, isolation_level=None)
    mode = 'DELETE' if suffix == '-journal' else 'WAL'
    connection.execute(f'PRAGMA journal_mode = {mode}').fetchall()
    connection.execute('BEGIN IMMEDIATE')
    connection.execute('UPDATE clock SET advanced = 1')
    assert mode_of(database + suffix) == 0o600
    connection.close()


def test_a_file_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    for name in (tmp_path, tmp_path / 'no' / 'such' / 'folder'):
        with pytest.raises(ConfigurationException, match='cannot be used'):
            Store(str(name))


def test_a_database_in_memory_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Store(':memory:').close()
    assert list(tmp_path.iterdir()) == []


def test_the_file_says_which_version_it_is(store: Store, database: str) -> None:
    store.close()
    connection = sqlite3.connect(database)
    assert connection.execute('PRAGMA user_version').fetchall() == [(2,)]
    connection.close()


def test_the_tables_of_others_are_reported(database: str) -> None:
    connection = sqlite3.connect(database)
    connection.execute('CREATE TABLE orders (id TEXT)')
    connection.close()
    with pytest.raises(ConfigurationException, match='or to another program'):
        Store(database)
