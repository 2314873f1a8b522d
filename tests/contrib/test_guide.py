"""The code blocks of docs/en/callbacks.md, as a reader would run them."""

import json
import re
import subprocess
import sys
from typing import Any, Dict

from documents import blocks_in, section_in, text_of

from payment_page_sdk.signature_handler import SignatureHandler
from payment_page_sdk.statuses import PaymentStatus

DOCUMENT = text_of('docs/en/callbacks.md')

USED = """
state = lambda: connect().execute('SELECT state FROM orders').fetchall()
assert webhook(BODY.replace('1815', '1')) == (400, 'invalid_signature')
assert state() == [('new',)]
assert webhook(BODY) == (200, 'OK')
assert state() == [('paid',)]
assert webhook(BODY) == (200, 'OK')
with closing(connect()) as database, database:
    database.execute("UPDATE orders SET state = 'shipped'")
for body in (BODY, LESS, FROM_BROWSER):
    assert webhook(body) == (200, 'OK')
    assert state() == [('shipped',)]
keys = {gate.handle_callback(body).get_deduplication_key() for body in (BODY, FROM_BROWSER)}
assert len(keys) == 2
with closing(connect()) as database, database:
    database.execute("UPDATE orders SET state = 'new'")
assert webhook(LESS) == (200, 'OK')
assert state() == [('to be reviewed',)]
assert report(gate.handle_callback(BODY))['paid'] == (1815, 'EUR')
assert app.routes and urlpatterns
"""


def test_the_code_runs_from_top_to_bottom(tmp_path: Any) -> None:
    signatures = SignatureHandler('<secret_key>')

    def sign(amount: int) -> str:
        payment = {
            'id': 'ORDER-1',
            'status': 'success',
            'sum': {'amount': amount, 'currency': 'EUR'},
        }
        data = {'payment': payment}  # type: Dict[str, Any]
        return json.dumps(dict(data, signature=signatures.sign(data)))

    browser = dict(json.loads(sign(1815)), general={'payment_id': 'ORDER-1'})
    del browser['signature']
    browser['general']['signature'] = signatures.sign(browser)
    bodies = {'BODY': sign(1815), 'LESS': sign(1), 'FROM_BROWSER': json.dumps(browser)}
    code = blocks_in(DOCUMENT, 'python')
    assert len(code) == 7
    # A process of its own: Django is set up only once in each.
    shown = subprocess.check_output(
        [sys.executable, '-c', '\n'.join(code + ['globals().update(%r)' % bodies, USED])],
        cwd=str(tmp_path),
    )
    assert b'refused: invalid_signature' in shown


def test_the_command_explains(tmp_path: Any) -> None:
    [block] = blocks_in(DOCUMENT, 'sh')
    (tmp_path / 'key.txt').write_text('<secret_key>')
    (tmp_path / 'body.json').write_text('{"payment": {"id": "ORDER-1"}, "signature": "x"}')
    command, *arguments = block.split()
    assert command == 'payment-page'
    process = subprocess.run(
        [sys.executable, '-m', 'payment_page_sdk'] + arguments,
        cwd=str(tmp_path),
        stdout=subprocess.PIPE,
    )
    assert process.returncode == 1
    assert b'refused: invalid_signature' in process.stdout


def test_the_table_has_every_status() -> None:
    table = section_in(DOCUMENT, 'Statuses')
    listed = re.findall('^\\| (`.*?) \\| (.*?) \\|', table, re.MULTILINE)
    verdicts = {
        status: verdict for names, verdict in listed for status in re.findall('`([^`]*)`', names)
    }
    verdicts.pop('get_status()')
    assert set(verdicts) == {
        PaymentStatus(value).canonical
        for name, value in vars(PaymentStatus).items()
        if name.isupper()
    }
    for name, verdict in verdicts.items():
        status = PaymentStatus(name)
        assert ('final' in verdict) is status.is_final()
        assert ('is_declined()' in verdict) is status.is_declined()
        assert ('is_pending()' in verdict) is not status.is_final()
