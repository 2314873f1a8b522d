"""The documents about the Gate API: every code block as a reader would run it, and the tables."""

from __future__ import annotations

import asyncio
import importlib
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from documents import blocks_in, files_in, text_of

from gate_api.guide_server import SECRET, WITHOUT_ANSWER, GuideServer, run_guide_server
from payment_page_sdk import gate_api
from payment_page_sdk.cli.arguments import create_parser
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.gate_api import GateApi, GateApiException
from payment_page_sdk.gate_api.requests import _MEMBERS, _PATHS
from payment_page_sdk.statuses import PaymentStatus
from payment_page_sdk.testing import ABSENT, CallbackFactory

GUIDES = ['docs/en/after-payment.md', 'docs/ru/after-payment.md']

in_both_languages = pytest.mark.parametrize('name', GUIDES)


def section(name: str, number: int) -> str:
    """Return a part of a guide: the headings are translated, so it has a number."""
    return text_of(name).split('\n## ')[number]


def rows(text: str) -> list[list[str]]:
    """Return the cells of the tables in a text, without their headings."""
    found = re.findall(r'^\| (.*) \|$', text, re.MULTILINE)
    return [row.split(' | ') for row in found if row.startswith('`')]


LIFE, MAKING, ERRORS, SERIES, MEMBERS, TRYING = 1, 2, 5, 8, 9, 12


@pytest.fixture
def server() -> Iterator[GuideServer]:
    with run_guide_server() as found:
        yield found


@pytest.fixture
def shop(server: GuideServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module ``shop`` of docs/en/recipes.md, with an order, in the current folder."""
    for document, file in [('docs/en/recipes.md', 'shop.py'), (GUIDES[0], 'reconcile.py')]:
        (tmp_path / file).write_text(files_in(text_of(document))[file], encoding='utf-8')
    monkeypatch.setenv('PAYMENT_PAGE_SECRET', SECRET)
    monkeypatch.setenv('PAYMENT_PAGE_GATE_API_URL', server.url)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    shop = importlib.import_module('shop')
    execute(
        shop,
        "INSERT INTO orders VALUES ('ORDER-1', 1815, 'EUR', 'new', DATETIME('now', '-1 hour'))",
    )
    yield shop
    for module in ('shop', 'reconcile'):
        sys.modules.pop(module, None)


@pytest.fixture
def celery(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the recipe uses of Celery, which would bring ten packages along."""

    class Celery:
        def __init__(self, name: str, broker: str) -> None:
            self.conf = SimpleNamespace(beat_schedule={})
            self.tasks: dict[str, Any] = {}

        def task(self, name: str, ignore_result: bool) -> Callable[[Any], Any]:
            return lambda function: self.tasks.setdefault(name, function)

    module = ModuleType('celery')
    vars(module)['Celery'] = Celery
    monkeypatch.setitem(sys.modules, 'celery', module)
    return module


def lead_to(server: GuideServer, code: str) -> str:
    """Return code whose clients talk to the server of this test, and not to the platform."""
    code = re.sub(r'(GateApi\(.*186)\)', rf"\1, base_url='{server.url}')", code)
    assert code.count('GateApi(') == len(
        re.findall(r"base_url='http://127.0.0.1:|_GATE_API_URL'", code)
    )
    return code.replace('http://127.0.0.1:8186', server.url)


def execute(shop: Any, script: str) -> None:
    with closing(shop.connect()) as database:
        database.executescript(script)


def state_of_the_order(shop: Any) -> str:
    with closing(shop.connect()) as database:
        [[state]] = database.execute('SELECT state FROM orders')
    return str(state)


@in_both_languages
def test_the_code_runs_from_top_to_bottom(
    name: str, server: GuideServer, shop: Any, celery: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    scope: dict[str, Any] = {}
    for code in blocks_in(text_of(name), 'python'):
        exec(compile(lead_to(server, code), name, 'exec'), scope)
    assert capsys.readouterr().out.splitlines() == [
        'success',
        'ORDER-2-2',
        "('success', Sum(amount=500, currency='EUR'))",
        'refunded not started',
        "[('REFUND-2', 'done', 'ORDER-6-1')]",
        'active',
        'ORDER-2-3',
        'refunded',
    ]
    assert {path for path, _ in server.heard} == {
        '/v2/payment/status',
        '/v2/payment/card/capture',
        '/v2/payment/card/cancel',
        '/v2/payment/card/refund',
        '/v2/payment/applepay/refund',
        '/v2/payment/card/recurring',
        '/v2/payment/card/recurring/info',
        '/v2/payment/card/recurring/cancel',
    }
    [refund] = [body for _, body in server.heard if 'receipt_data' in body]
    assert refund['receipt_data'] == {'positions': [{'amount': 500}]}
    assert refund['callback'] == {'delay': 60}


REFUND_2, REFUND_3 = 'REFUND-2', 'REFUND-3'


@pytest.fixture(params=GUIDES)
def refunds(request: pytest.FixtureRequest, shop: Any) -> SimpleNamespace:
    """The module ``refunds`` of a guide."""
    code = files_in(text_of(request.param))['refunds.py']
    scope: dict[str, Any] = {}
    exec(compile(code, request.param, 'exec'), scope)
    scope['found'] = lambda: dict(scope['execute']('SELECT refund_id, state FROM refunds'))
    return SimpleNamespace(**scope)


def test_a_refund_whose_answer_was_lost_is_found(refunds: Any, server: GuideServer) -> None:
    refunds.refund(REFUND_2, WITHOUT_ANSWER, 1, 'EUR', 'Returned')
    assert refunds.found() == {REFUND_2: 'sending'}
    # Nobody knows yet whether this one is done, so there is no other.
    with pytest.raises(sqlite3.IntegrityError):
        refunds.refund(REFUND_3, WITHOUT_ANSWER, 1, 'EUR', 'Returned')
    sent = len(server.heard)
    refunds.look()
    assert refunds.found() == {REFUND_2: 'done'}
    assert [path for path, _ in server.heard[sent:]] == ['/v2/payment/status']
    # What is known is not taken for another one, nor is another sum.
    refunds.refund(REFUND_3, WITHOUT_ANSWER, 2, 'EUR', 'Returned')
    refunds.execute("UPDATE refunds SET amount = 1 WHERE refund_id = 'REFUND-3'")
    refunds.look()
    assert refunds.found() == {REFUND_2: 'done', REFUND_3: 'sending'}


def test_a_callback_about_a_refund_comes_before_its_answer(
    refunds: Any, server: GuideServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = refunds.api.refund

    def refund(payment_id: str, *arguments: Any) -> Any:
        accepted = send(payment_id, *arguments)
        refunds.settle(refunds.api.status(payment_id))
        return accepted

    monkeypatch.setattr(refunds.api, 'refund', refund)
    refunds.refund(REFUND_2, 'ORDER-2', 500, 'EUR', 'Returned')
    assert refunds.found() == {REFUND_2: 'done'}


def test_what_is_refused_is_not_refunded(refunds: Any, server: GuideServer) -> None:
    with pytest.raises(ValidationException):
        refunds.refund(REFUND_2, 'ORDER-2', 0.5, 'EUR', 'Returned')
    server.fault = 400
    with pytest.raises(gate_api.RefusedRequest):
        refunds.refund(REFUND_3, 'ORDER-2', 1, 'EUR', 'Returned')
    assert len(server.heard) == 1
    assert refunds.found() == {REFUND_2: 'refused', REFUND_3: 'refused'}
    refunds.look()


def test_a_refund_is_declined(refunds: Any, server: GuideServer) -> None:
    refunds.refund(REFUND_2, 'ORDER-2', 500, 'EUR', 'Returned')
    assert refunds.found() == {REFUND_2: 'sent'}
    server.fault = 500
    refunds.look()
    assert refunds.found() == {REFUND_2: 'sent'}
    callbacks = CallbackFactory(SECRET)
    callbacks.payment('ORDER-2', 1815, 'EUR')
    for request_id, status, known in (
        (ABSENT, 'decline', 'sent'),
        ('ORDER-2-1', 'processing', 'sent'),
        ('ORDER-2-1', 'decline', 'declined'),
    ):
        changes = {'operation.request_id': request_id, 'operation.status': status}
        body = callbacks.refund('ORDER-2', 500, changes=changes)
        refunds.settle(Gate(SECRET).handle_callback(body))
        assert refunds.found() == {REFUND_2: known}


@in_both_languages
def test_reconciliation_finds_what_was_paid(
    name: str, server: GuideServer, shop: Any, celery: Any
) -> None:
    GateApi(Gate('<secret_key>'), 186, server.url).capture('ORDER-1')
    scope: dict[str, Any] = {}
    found = blocks_in(text_of(name), 'python')
    recipes = [code for code in found if 'reconcile' in code]
    assert len(recipes) == 3
    for code in recipes:
        exec(compile(lead_to(server, code), name, 'exec'), scope)

    async def reconcile() -> None:
        task = asyncio.create_task(scope['keep_reconciling']())
        while state_of_the_order(shop) == 'new':
            assert not task.done()
            await asyncio.sleep(0.01)
        task.cancel()

    [schedule] = scope['app'].conf.beat_schedule.values()
    for run in (
        scope['reconcile'],
        scope['app'].tasks[schedule['task']],
        lambda: asyncio.run(asyncio.wait_for(reconcile(), 30)),
    ):
        assert state_of_the_order(shop) == 'new'
        run()
        assert state_of_the_order(shop) == 'paid'
        execute(shop, "UPDATE orders SET state = 'new'")


@in_both_languages
def test_the_line_for_cron_runs(name: str, server: GuideServer, shop: Any, tmp_path: Path) -> None:
    GateApi(Gate(SECRET), 186, server.url).capture('ORDER-1')
    code = files_in(text_of(name))['reconcile.py']
    (tmp_path / 'reconcile.py').write_text(code, encoding='utf-8')
    (tmp_path / 'settings.sh').touch()  # the shop's environment is that of these tests
    [line] = [block for block in blocks_in(text_of(name), 'text') if 'reconcile' in block]
    times, command = line.split(' cd ')
    assert len(times.split()) == 5
    command = command.replace('/srv/shop', str(tmp_path)).replace('python', sys.executable, 1)
    path = os.pathsep.join(sys.path)
    subprocess.run(
        ['sh', '-euc', 'cd ' + command], env=dict(os.environ, PYTHONPATH=path), check=True
    )
    assert state_of_the_order(shop) == 'paid'


@in_both_languages
def test_no_block_is_forgotten(name: str) -> None:
    languages = re.findall('^```(.*)\n(?:.*\n)*?^```$', text_of(name), re.MULTILINE)
    assert set(languages) == {'sh', 'python', 'text'}
    install, sandbox = blocks_in(text_of(name), 'sh')
    assert install == "pip install 'ecommpay-sdk[gate-api]>=1.3'\n"
    assert "'gate-api': [" in text_of('setup.py')
    assert create_parser().parse_args(sandbox.split()[1:]).command == 'sandbox'


def test_both_languages_have_the_same_code() -> None:
    for language in ('python', 'sh', 'text'):
        english, russian = (
            [re.sub(' *#.*', '', code) for code in blocks_in(text_of(name), language)]
            for name in GUIDES
        )
        assert english == russian
    tables = [[row[:1] for row in rows(text_of(name))] for name in GUIDES]
    assert tables[0] == tables[1]


@in_both_languages
def test_every_link_inside_leads_to_a_heading(name: str) -> None:
    text = text_of(name)
    anchors = {
        re.sub(r'[^\w -]', '', heading.lower()).replace(' ', '-')
        for heading in re.findall('^##+ (.*)$', text, re.MULTILINE)
    }
    linked = set(re.findall(r'\]\(#(.*?)\)', text))
    assert linked == anchors


@in_both_languages
def test_the_picture_has_every_status_after_the_payment(name: str) -> None:
    [picture] = blocks_in(section(name, LIFE), 'text')
    for status in (
        PaymentStatus.AWAITING_CAPTURE,
        PaymentStatus.SUCCESS,
        PaymentStatus.CANCELED,
        PaymentStatus.PARTIALLY_REFUNDED,
        PaymentStatus.REFUNDED,
        PaymentStatus.PARTIALLY_REVERSED,
        PaymentStatus.REVERSED,
    ):
        assert f' {status}' in picture


@in_both_languages
def test_the_table_of_members_is_complete(name: str) -> None:
    listed = [[cell.strip('`') for cell in row[:3]] for row in rows(section(name, MEMBERS))]
    assert listed == [
        [member, type(kind).__name__, '.'.join(path)] for member, (path, kind) in _MEMBERS.items()
    ]


@in_both_languages
def test_the_table_of_methods_is_complete(name: str) -> None:
    listed = {re.findall('`(.*?)`', row[0])[0]: row[1] for row in rows(section(name, MAKING))}
    assert listed == {method: f'`{path}`' for method, path in {'card': 'card', **_PATHS}.items()}


@in_both_languages
def test_the_table_of_errors_is_right(name: str, server: GuideServer) -> None:
    listed = {row[0].strip('`'): row[1:] for row in rows(section(name, ERRORS))}
    assert set(listed) == {error.__name__ for error in GateApiException.__subclasses__()}
    api = GateApi(Gate('<secret_key>'), 186, server.url)
    tried = set()
    for error, (code, http, may_have_been_done, _) in listed.items():
        assert code == f'`{getattr(gate_api, error).code}`'
        for status in re.findall(r'\b[45]\d\d\b', http):
            server.fault = int(status)
            with pytest.raises(GateApiException) as info:
                api.capture('ORDER-1')
            assert type(info.value).__name__ == error
            assert info.value.may_have_been_done is (may_have_been_done in ('yes', 'да'))
            tried.add(status)
    assert tried == {'400', '403', '404', '422', '500'}
