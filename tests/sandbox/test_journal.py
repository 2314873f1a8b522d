"""What the sandbox tells on the terminal."""

from __future__ import annotations

import io
import json
import sys
from typing import Any, Optional

import pytest

from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.sandbox.bodies import callback_body
from payment_page_sdk.sandbox.journal import Journal
from payment_page_sdk.sandbox.platform import Platform
from payment_page_sdk.sandbox.refusals import RefusedLink
from payment_page_sdk.sandbox.store import Delivery, Store
from sandbox.conftest import MEMORY, SECRET, Merchant, eventually, refused
from sandbox.test_payments import NOW, opened, paid


class Screen(io.StringIO):
    """A terminal."""

    encoding = 'utf-8'

    def isatty(self) -> bool:
        return True


def look_at(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Let the output go to a terminal. In a fixture, pytest would take it back."""
    screen = Screen()
    monkeypatch.setattr(sys, 'stdout', screen)
    return screen


def stored_callback() -> Any:
    """Return a callback as the database has it."""
    store = Store(MEMORY)
    platform = Platform(SECRET, 186, store)
    payment = paid()
    store.save(payment)
    number = store.add_callback(
        payment.key, 'http://shop.test/', platform.sign(callback_body(payment)), NOW, NOW
    )
    found = store.callback(number)
    store.close()
    return found


def delivery(status: Optional[int], **changed: Any) -> Delivery:
    return Delivery('scheduled', NOW, status, None, '', '', 12)._replace(**changed)


def tell(journal: Journal) -> None:
    """Tell of all that can happen."""
    journal.started('http://127.0.0.1:8186', ['Sandbox: here', 'Project: 186'], {'project_id': 186})
    journal.opened(opened())
    journal.opened(opened(payment_amount=None, payment_currency=None, mode='card_tokenize'))
    journal.refused(RefusedLink(NOW, 'ORDER-2', 'bad_signature', ['it was cut', 'b'], [], 7))
    callback = stored_callback()
    journal.sent(callback, delivery(200))
    journal.sent(callback, delivery(403, hint='exempt the view'))
    journal.sent(callback, delivery(None, error='ConnectError: no', variant='tampered'))


def test_lines_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    tell(Journal())
    assert capsys.readouterr().out.splitlines() == [
        'Sandbox: here',
        'Project: 186',
        '21:00:00  opened    ORDER-1  18.15 EUR',
        '21:00:00  opened    ORDER-1',
        '21:00:00  refused   ORDER-2  it was cut',
        '          See http://127.0.0.1:8186/refused/7',
        '21:00:00  callback  ORDER-1  success (sale) -> 200 in 12 ms',
        '21:00:00  callback  ORDER-1  success (sale) -> 403 in 12 ms',
        '          exempt the view',
        '21:00:00  callback  ORDER-1  tampered: success (sale) -> ConnectError: no in 12 ms',
    ]


def test_lines_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    tell(Journal(as_json=True))
    started, order, saved, link, delivered, failed, unanswered = map(
        json.loads, capsys.readouterr().out.splitlines()
    )
    assert started == {'event': 'started', 'address': 'http://127.0.0.1:8186', 'project_id': 186}
    at = '2026-11-24T12:00:00.000+00:00'
    assert order == {
        'event': 'opened',
        'payment_id': 'ORDER-1',
        'amount': 1815,
        'currency': 'EUR',
        'at': at,
    }
    assert (saved['amount'], saved['currency']) == (0, '')
    assert link == {
        'event': 'refused',
        'payment_id': 'ORDER-2',
        'code': 'bad_signature',
        'problems': ['it was cut', 'b'],
        'at': at,
    }
    assert delivered == {
        'event': 'callback',
        'payment_id': 'ORDER-1',
        'callback': 1,
        'told': 'success (sale)',
        'url': 'http://shop.test/',
        'variant': 'scheduled',
        'status': 200,
        'error': None,
        'hint': '',
        'milliseconds': 12,
        'at': at,
    }
    assert (failed['status'], failed['hint']) == (403, 'exempt the view')
    assert (unanswered['status'], unanswered['error']) == (None, 'ConnectError: no')


def test_a_quiet_one_tells_only_that_it_has_started(capsys: pytest.CaptureFixture[str]) -> None:
    tell(Journal(is_quiet=True))
    assert capsys.readouterr().out == 'Sandbox: here\nProject: 186\n'


def test_a_terminal_has_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv('NO_COLOR', raising=False)
    screen = look_at(monkeypatch)
    tell(Journal())
    lines = screen.getvalue().splitlines()
    assert [line[:5] for line in lines[2:]] == [
        '21:00',
        '21:00',
        '\x1b[31m',
        '     ',
        '\x1b[32m',
        '\x1b[31m',
        '     ',
        '\x1b[31m',
    ]


def test_colours_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('NO_COLOR', '1')
    screen = look_at(monkeypatch)
    tell(Journal())
    assert screen.getvalue()
    assert '\x1b' not in screen.getvalue()


def test_no_stranger_commands_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = look_at(monkeypatch)
    evil = '\x1b[2J\u202e\n'
    journal = Journal()
    journal.opened(opened(payment_id=evil))
    journal.refused(RefusedLink(NOW, evil, 'bad_signature', [evil], []))
    journal.sent(stored_callback(), delivery(None, error=evil, hint=evil))
    shown = screen.getvalue()
    assert '\x1b[2J' not in shown
    assert '\u202e' not in shown
    assert len(shown.splitlines()) == 5


@pytest.mark.parametrize('closed', [True, False])
def test_it_does_not_matter_whether_anybody_reads(
    closed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(Screen):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    nobody = Gone()
    if closed:
        nobody.close()
    for stream in (nobody, None):
        monkeypatch.setattr(sys, 'stdout', stream)
        tell(Journal())


def test_a_callback_without_an_address_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(MEMORY)
    platform = Platform(SECRET, 186, store, journal=Journal())
    platform.open(link().partition('?')[2])
    platform.play(platform.payment('ORDER-1').key, '4000000000000077', None)
    store.close()
    _, line, hint = capsys.readouterr().out.splitlines()
    assert line.endswith('callback  ORDER-1  success (sale) -> not sent')
    assert '--callback-url' in hint


def link() -> str:
    """Return the link of a purchase of 18.15 EUR."""
    order = Payment('186', 'ORDER-1', payment_amount=1815, payment_currency='EUR')
    return Gate(SECRET).get_purchase_payment_page_url(order)


def test_what_happens_is_told(merchant: Merchant, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(MEMORY)
    platform = Platform(SECRET, 186, store, merchant.url, journal=Journal())
    platform.start()
    merchant.answer = lambda body: 403
    query = link().partition('?')[2]
    platform.open(query)
    platform.open(query)  # it is not opened twice
    refused(lambda: platform.open(query.replace('1815', '1816')))
    platform.play(platform.payment('ORDER-1').key, '4000000000000077', None)
    eventually(lambda: merchant.bodies)
    platform.stop()
    store.close()
    opened_line, refused_line, see, sent, hint = capsys.readouterr().out.splitlines()
    assert opened_line.endswith('opened    ORDER-1  18.15 EUR')
    assert 'refused   ORDER-1  ' in refused_line
    assert see.endswith('/refused/1')
    assert 'callback  ORDER-1  success (sale) -> 403 in ' in sent
    assert 'exempt their view' in hint
