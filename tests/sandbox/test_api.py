"""The JSON API, as automated tests use it."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import quote, urljoin

import pytest

from payment_page_sdk.exceptions import InvalidSignature
from payment_page_sdk.explanation.of_link import _HINTS
from sandbox.conftest import DAY, Merchant, Sandbox, eventually, skip_to_morning

API = '/sandbox/api'


def test_a_link_becomes_a_payment(sandbox: Sandbox) -> None:
    assert sandbox.post(API + '/payments', {'url': sandbox.link()}) == (
        201,
        {'payment_id': 'ORDER-1', 'status': 'new'},
    )


@pytest.mark.parametrize(
    ('status', 'code', 'link'),
    [
        (400, 'bad_signature', lambda link: link.replace('1815', '1')),
        (400, 'bad_signature', lambda link: link.partition('&signature')[0]),
        (400, 'missing_project', lambda link: link.replace('project_id=186', 'project_id=')),
        (400, 'missing_project', lambda link: ''),
        (404, 'unknown_project', lambda link: link.replace('project_id=186', 'project_id=187')),
    ],
)
def test_what_the_page_refuses_is_refused_alike(
    sandbox: Sandbox, status: int, code: str, link: Any
) -> None:
    url = link(sandbox.link())
    answer, told = sandbox.post(API + '/payments', {'url': url})
    assert (answer, told['error']['code']) == (status, code)
    assert told['error']['message']
    assert told['error']['problems']
    if url:
        assert sandbox.get(url[len(sandbox.address) :])[0] == status


def test_what_the_catalogue_refuses_is_listed(sandbox: Sandbox) -> None:
    url = sandbox.link(payment_currency='EURO', customer_emial='jane@example.com')
    status, told = sandbox.post(API + '/payments', {'url': url})
    assert (status, told['error']['code']) == (400, 'refused_parameters')
    assert told['error']['problems'] == [
        'customer_emial is not a parameter that this SDK knows (did you mean customer_email?)',
        'payment_currency takes a currency code of ISO 4217 in capitals, such as EUR',
    ]


@pytest.mark.parametrize(
    'body',
    [
        b'',
        b'{',
        b'[]',
        b'null',
        b'\xff',
        b'[' * 100000,
        b'{"url": 1}',
        b'{"url": true}',
        b'{"url": ["x"]}',
        b'{"url": "\\ud800"}',
        b'{"url": "?project_id=186&\\ud800=1&signature=x"}',
    ],
)
def test_malformed_requests_are_refused(sandbox: Sandbox, body: bytes) -> None:
    status, told = sandbox.post(API + '/payments', body)
    assert status == 400
    assert set(told['error']) == {'code', 'message', 'problems'}


@pytest.mark.parametrize(
    ('path', 'body', 'message'),
    [
        ('/payments', {'url': 1}, 'url must be a string'),
        ('/clock', {'advance': '1'}, 'advance must be a number'),
        ('/payments/ORDER-1/refund', {'amount': '1'}, 'amount must be an integer'),
        ('/payments/ORDER-1/outcome', {'card': []}, 'card must be a string or an integer'),
    ],
)
def test_the_type_that_was_expected_is_told(
    sandbox: Sandbox, path: str, body: Any, message: str
) -> None:
    assert sandbox.post(API + path, body) == (
        400,
        {'error': {'code': 'malformed_request', 'message': message, 'problems': [message]}},
    )


def test_too_large_requests_are_refused(sandbox: Sandbox) -> None:
    # Told by the headers alone: what is too large is not waited for.
    for path in ('/payment', API + '/payments', API + '/none'):
        client = http.client.HTTPConnection(sandbox.address.partition('//')[2])
        client.putrequest('POST', path)
        client.putheader('Content-Length', str(1024 * 1024 * 2))
        client.endheaders()
        assert client.getresponse().status == 413
        client.close()


def test_a_card_decides_what_happens(sandbox: Sandbox) -> None:
    payment = sandbox.open()
    path = f'{API}/payments/{payment}/outcome'
    assert sandbox.post(path, {'card': '4314 2200 0000 0056'}) == (
        200,
        {'payment_id': payment, 'status': 'awaiting 3ds result'},
    )
    assert sandbox.post(path, {'code': 42}) == (200, {'payment_id': payment, 'status': 'success'})
    status, told = sandbox.post(path, {'card': 4000000000000077})
    assert (status, told['error']['code']) == (409, '3060')


@pytest.mark.parametrize(('code', 'outcome'), [('123456', 'success'), ('1', 'decline')])
def test_card_and_code_may_come_together(sandbox: Sandbox, code: str, outcome: str) -> None:
    assert sandbox.play(sandbox.open(), '5586200075269701', code) == outcome


@pytest.mark.parametrize('card', ['4000000000000002', '4242424242424242', '', 'x'])
def test_other_cards_are_refused(sandbox: Sandbox, card: str) -> None:
    status, told = sandbox.post(f'{API}/payments/{sandbox.open()}/outcome', {'card': card})
    assert (status, told['error']['code']) == (400, 'not_a_test_card')


def test_an_outcome_says_something(sandbox: Sandbox) -> None:
    status, told = sandbox.post(f'{API}/payments/{sandbox.open()}/outcome', {})
    assert (status, told['error']['code']) == (400, 'nothing_to_play')


def test_a_hold_is_captured_and_refunded(sandbox: Sandbox) -> None:
    payment = sandbox.open(operation_type='auth')
    assert sandbox.play(payment, '4000000000000077') == 'awaiting capture'
    path = f'{API}/payments/{payment}/'
    assert sandbox.post(path + 'capture', {'amount': 1000})[1]['status'] == 'success'
    sandbox.platform.advance(DAY)  # on the same day, it would be reversed
    assert sandbox.post(path + 'refund', {'amount': 300})[1]['status'] == 'partially refunded'
    status, told = sandbox.post(path + 'refund', {'amount': 701})
    assert (status, told['error']['code']) == (400, '3283')
    assert sandbox.post(path + 'refund', b'')[1]['status'] == 'refunded'
    status, told = sandbox.get(f'{API}/payments/{payment}')
    assert [
        (operation['type'], operation['amount'], operation['code'])
        for operation in told['operations']
    ] == [('auth', 1815, '0'), ('capture', 1000, '0'), ('refund', 300, '0'), ('refund', 700, '0')]


def test_a_refund_on_the_same_day_is_a_reversal(sandbox: Sandbox) -> None:
    skip_to_morning(sandbox.platform)
    payment = sandbox.open()
    sandbox.play(payment, '4000000000000077')
    path = f'{API}/payments/{payment}/'
    assert sandbox.post(path + 'refund', {'amount': 300})[1]['status'] == 'partially reversed'
    assert sandbox.post(path + 'refund', b'')[1]['status'] == 'reversed'
    _, told = sandbox.get(f'{API}/payments/{payment}')
    assert [operation['type'] for operation in told['operations']] == ['sale'] + 2 * ['reversal']


def test_a_hold_is_lowered(sandbox: Sandbox) -> None:
    payment = sandbox.open(operation_type='auth')
    sandbox.play(payment, '4000000000000077')
    path = f'{API}/payments/{payment}/'
    assert sandbox.post(path + 'cancel', {'amount': 1000})[1]['status'] == 'awaiting capture'
    assert sandbox.post(path + 'capture', {'amount': 816})[0] == 400
    assert sandbox.post(path + 'capture', {'amount': 815})[1]['status'] == 'success'


def test_a_hold_is_cancelled(sandbox: Sandbox) -> None:
    payment = sandbox.open(operation_type='auth')
    sandbox.play(payment, '4000000000000077')
    assert sandbox.post(f'{API}/payments/{payment}/cancel', {})[1]['status'] == 'canceled'
    assert sandbox.post(f'{API}/payments/{payment}/capture', {})[0] == 409


@pytest.mark.parametrize('amount', [0, -1, 10**400, 1.5, '1', True, [], {}])
def test_an_amount_is_checked(sandbox: Sandbox, amount: Any) -> None:
    payment = sandbox.open()
    sandbox.play(payment, '4000000000000077')
    status, told = sandbox.post(f'{API}/payments/{payment}/refund', {'amount': amount})
    assert status == 400
    assert 'amount' in told['error']['message'] or 'JSON' in told['error']['message']


def test_a_payment_tells_all_about_itself(sandbox: Sandbox) -> None:
    payment = sandbox.open('ORDER/1 ü', language_code='ru')
    status, told = sandbox.get(f'{API}/payments/ORDER%2F1%20%C3%BC')
    assert status == 200
    assert told['payment_id'] == payment == 'ORDER/1 ü'
    assert (told['mode'], told['amount'], told['currency']) == ('purchase', 0, 'EUR')
    assert told['params']['language_code'] == 'ru'
    assert 'signature' not in told['params']
    assert 'language_code:ru;payment_amount:1815' in told['canonical_string']
    assert told['operations'] == []
    assert sandbox.get(told['page'])[0] == 200
    assert sandbox.get(f'{API}/payments')[1] == [told]


def test_a_payment_under_way_tells_all_about_itself(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox.platform, 'now', lambda: 1795521600.25)
    link = sandbox.link(operation_type='auth', best_before='2026-11-24T12:30:00+00:00')
    assert sandbox.post(API + '/payments', {'url': link})[0] == 201
    assert sandbox.play('ORDER-1', '4314220000000056') == 'awaiting 3ds result'
    payment = sandbox.platform.payment('ORDER-1')
    [operation] = payment.operations
    told = sandbox.get(API + '/payments/ORDER-1')[1]
    assert told == {
        'payment_id': 'ORDER-1',
        'status': 'awaiting 3ds result',
        'mode': 'purchase',
        'amount': 0,
        'currency': 'EUR',
        'opened_at': '2026-11-24T12:00:00.250+00:00',
        'page': f'/payment/{payment.key}',
        'params': {
            'project_id': '186',
            'payment_id': 'ORDER-1',
            'payment_amount': '1815',
            'payment_currency': 'EUR',
            'customer_id': 'jane',
            'operation_type': 'auth',
            'best_before': '2026-11-24T12:30:00+00:00',
            'interface_type': told['params']['interface_type'],
        },
        'canonical_string': payment.canonical,
        'operations': [
            {
                'id': operation.id,
                'type': 'auth',
                'status': 'awaiting 3ds result',
                'amount': 1815,
                'code': None,
                'at': '2026-11-24T12:00:00.250+00:00',
            }
        ],
    }
    assert list(told)[:3] == ['payment_id', 'status', 'mode']  # not sorted: the first things first


@pytest.mark.parametrize(
    ('method', 'path'),
    [
        ('GET', '/payments/none'),
        ('POST', '/payments/none/outcome'),
        ('POST', '/payments/none/refund'),
        ('POST', '/payments/none/deliver-in-reverse'),
        ('GET', '/callbacks?payment_id=none'),
        ('POST', '/callbacks/1/deliver'),
        ('POST', f'/callbacks/{10**30}/deliver'),
        ('GET', '/none'),
    ],
)
def test_what_is_not_there_is_not_found(sandbox: Sandbox, method: str, path: str) -> None:
    assert (
        sandbox.request(
            method, API + path, b'{"card": "4000000000000077", "variant": "again"}', None
        )[0]
        == 404
    )


def test_callbacks_tell_how_their_delivery_went(sandbox: Sandbox, merchant: Merchant) -> None:
    payment = sandbox.open(merchant_callback_url=merchant.url)
    merchant.answer = lambda body: 500
    sandbox.play(payment, '4000000000000077')
    [callback] = eventually(
        lambda: [callback for callback in sandbox.callbacks(payment) if callback['deliveries']]
    )
    assert callback['url'] == merchant.url
    assert sandbox.gate.handle_callback(callback['body']).is_success()
    [delivery] = callback['deliveries']
    assert (delivery['status'], delivery['error'], delivery['variant']) == (500, None, 'scheduled')
    assert callback['next_at'] > delivery['at']
    assert set(callback) == {'id', 'url', 'body', 'deliveries', 'next_at'}
    assert set(delivery) == {
        'variant',
        'at',
        'status',
        'error',
        'answer',
        'hint',
        'milliseconds',
    }
    assert delivery['answer'] == ''
    assert delivery['hint'] == 'your service has failed: its log tells why'
    assert 0 <= delivery['milliseconds'] < 10_000
    assert sandbox.get(API + '/callbacks')[1] == [callback]

    merchant.answer = lambda body: 200
    assert sandbox.post(API + '/clock', {'advance': 10})[0] == 200
    eventually(lambda: sandbox.callbacks(payment)[0]['next_at'] is None)
    assert merchant.bodies == [callback['body'].encode()] * 2
    assert sandbox.callbacks(payment)[0]['deliveries'][1]['hint'] is None


def test_a_forged_callback_that_is_accepted_is_told(sandbox: Sandbox, merchant: Merchant) -> None:
    payment = sandbox.open(merchant_callback_url=merchant.url)
    sandbox.play(payment, '4000000000000077')
    [callback] = sandbox.callbacks(payment)
    path, tampered = f'{API}/callbacks/{callback["id"]}/deliver', {'variant': 'tampered'}
    assert 'accepted a forged callback' in sandbox.post(path, tampered)[1]['hint']
    merchant.answer = lambda body: 400
    assert sandbox.post(path, tampered)[1]['hint'] is None


def test_refused_links_are_kept(sandbox: Sandbox) -> None:
    good = sandbox.link('ORDER-1', payment_description='4242424242424242')
    for link in (good.replace('1815', '1816'), good.replace('project_id=186', 'project_id=187')):
        sandbox.post(API + '/payments', {'url': link})
    sandbox.get('/payment?' + '&' * 1000)
    malformed, other, forged = sandbox.get(API + '/refused')[1]
    assert forged.pop('at').startswith('20')
    entries = forged.pop('entries')
    assert entries[2] == 'payment_amount:1816'
    assert 'payment_description:424242******4242' in entries
    assert forged == {
        'id': 1,
        'payment_id': 'ORDER-1',
        'code': 'bad_signature',
        'problems': list(_HINTS),
    }
    assert (other['id'], other['code']) == (2, 'unknown_project')
    assert (malformed['code'], malformed['payment_id'], malformed['entries']) == (
        'malformed',
        '',
        [],
    )


def test_any_link_can_be_refused(sandbox: Sandbox) -> None:
    for query in ('payment_id=\ud800', 'payment_id=%00&signature=x', '\ud800'):
        url = f'{sandbox.address}/payment?project_id=186&{query}'
        assert sandbox.post(API + '/payments', {'url': url})[0] == 400
    assert len(sandbox.get(API + '/refused')[1]) == 3


def test_what_is_refused_for_its_id_is_kept_too(sandbox: Sandbox) -> None:
    sandbox.open()
    sandbox.play('ORDER-1', '4000000000000077')
    status, told = sandbox.post(API + '/payments', {'url': sandbox.link(payment_amount=1)})
    assert (status, told['error']['code']) == (400, '3041')
    assert [link['code'] for link in sandbox.get(API + '/refused')[1]] == ['3041']


def test_a_callback_is_delivered_by_hand(sandbox: Sandbox, merchant: Merchant) -> None:
    payment = sandbox.open(merchant_callback_url=merchant.url)
    sandbox.play(payment, '4000000000000077')
    eventually(lambda: merchant.bodies)
    eventually(lambda: sandbox.callbacks(payment)[0]['next_at'] is None)
    path = f'{API}/callbacks/{sandbox.callbacks(payment)[0]["id"]}/deliver'
    for variant in ('again', 'duplicate', 'tampered'):
        status, told = sandbox.post(path, {'variant': variant})
        assert (status, told['status'], told['variant']) == (200, 200, variant)
    first, again, duplicate, tampered = merchant.bodies
    assert first == again
    keys = [
        sandbox.gate.handle_callback(body).get_deduplication_key() for body in (first, duplicate)
    ]
    assert keys[0] == keys[1]
    assert first != duplicate
    with pytest.raises(InvalidSignature):
        sandbox.gate.handle_callback(tampered)
    status, told = sandbox.post(path, {'variant': 'odd'})
    assert (status, told['error']['code']) == (400, 'wrong_variant')
    status, told = sandbox.post(path, {})
    assert (status, told['status'], told['variant']) == (200, 200, 'again')


def test_callbacks_are_delivered_out_of_order(sandbox: Sandbox, merchant: Merchant) -> None:
    payment = sandbox.open(merchant_callback_url=merchant.url)
    sandbox.play(payment, '4314220000000056', '1')
    eventually(lambda: len(merchant.bodies) == 2)
    first, second = sorted(merchant.bodies, key=lambda body: b'"success"' in body)
    _, told = sandbox.post(f'{API}/payments/{payment}/deliver-in-reverse')
    assert [sent['status'] for sent in told] == [200, 200]
    assert merchant.bodies[2:] == [second, first]


def test_a_callback_without_an_address_is_kept(sandbox: Sandbox) -> None:
    payment = sandbox.open()
    sandbox.play(payment, '4000000000000077')
    [callback] = sandbox.callbacks(payment)
    assert (callback['url'], callback['deliveries'], callback['next_at']) == ('', [], None)
    status, told = sandbox.post(f'{API}/callbacks/{callback["id"]}/deliver', {'variant': 'again'})
    assert (status, told['error']['code']) == (409, 'no_address')


@pytest.mark.parametrize(
    'seconds', [b'0', b'-1', b'1e400', b'NaN', b'1e9', b'"1"', b'null', b'true', b'1' * 400]
)
def test_a_clock_goes_forward_by_seconds(sandbox: Sandbox, seconds: bytes) -> None:
    assert sandbox.post(API + '/clock', b'{"advance": %s}' % seconds)[0] == 400
    status, told = sandbox.post(API + '/clock', {'advance': 0.5})
    assert status == 200
    assert json.dumps(told).startswith('{"now": "20')


@pytest.mark.parametrize(
    ('method', 'path', 'status', 'code'),
    [
        ('GET', '/none', 404, 'not_found'),
        ('DELETE', '/payments', 405, 'method_not_allowed'),
        ('GET', '/clock', 405, 'method_not_allowed'),
    ],
)
def test_errors_are_told_in_json(
    sandbox: Sandbox, method: str, path: str, status: int, code: str
) -> None:
    answer, told = sandbox.request(method, API + path, None, None)
    assert (answer, told['error']['code']) == (status, code)
    assert ' ' in told['error']['message']
    assert told['error']['problems'] == [told['error']['message']]


@pytest.mark.parametrize('payment_id', ['.', '..', '../clock', 'a/../b', 'a/b', '%2e%2e'])
def test_every_id_can_be_in_a_path(sandbox: Sandbox, payment_id: str) -> None:
    sandbox.open(payment_id)
    key = sandbox.get(API + '/payments')[1][0]['page'].rpartition('/')[2]
    escaped = quote(payment_id, safe='')
    for name in (key, escaped):
        path = urljoin(API + '/', f'payments/{name}')  # many clients resolve dots in paths
        if name not in ('.', '..'):
            assert sandbox.get(path)[1]['payment_id'] == payment_id
            assert sandbox.post(path + '/outcome', {'code': 'x'})[1]['error']['code'] == '3060'
    assert sandbox.get(f'{API}/callbacks?payment_id={escaped}') == (200, [])
    assert sandbox.get(f'{API}/payments/{escaped}')[1]['page'].endswith(key)  # others do not


def test_an_id_goes_before_a_key(sandbox: Sandbox) -> None:
    sandbox.open('ORDER-1')
    key = sandbox.get(API + '/payments')[1][0]['page'].rpartition('/')[2]
    assert sandbox.get(f'{API}/payments/{key}')[1]['payment_id'] == 'ORDER-1'
    sandbox.open(key)
    assert sandbox.get(f'{API}/payments/{key}')[1]['payment_id'] == key


def test_ids_may_differ_in_a_slash(sandbox: Sandbox) -> None:
    for payment_id in ('x', '/x', 'x/', 'x/refund'):
        sandbox.open(payment_id)
        told = sandbox.get(f'{API}/payments/{quote(payment_id, safe="")}')[1]
        assert told['payment_id'] == payment_id


def test_the_clock_is_a_year_ahead_at_most(sandbox: Sandbox) -> None:
    assert sandbox.post(API + '/clock', {'advance': 366 * 24 * 60 * 60})[0] == 200
    assert sandbox.post(API + '/clock', {'advance': 1})[0] == 400


def test_other_sites_cannot_press_buttons(sandbox: Sandbox) -> None:
    for site in ('cross-site', 'same-site'):
        assert sandbox.post(API + '/clock', {'advance': 1}, {'Sec-Fetch-Site': site})[0] == 403
    host = sandbox.address.partition('//')[2]
    for origin in ('https://evil.example', 'null', f'https://evil.example//{host}'):
        assert sandbox.post(API + '/clock', {'advance': 1}, {'Origin': origin})[0] == 403
    for origin in (sandbox.address, sandbox.address.replace('http:', 'https:')):
        assert sandbox.post(API + '/clock', {'advance': 1}, {'Origin': origin})[0] == 200
    for site in ('same-origin', 'none'):
        assert sandbox.post(API + '/clock', {'advance': 1}, {'Sec-Fetch-Site': site})[0] == 200


def test_the_sandbox_answers_to_its_own_names_only(sandbox: Sandbox) -> None:
    port = sandbox.address.rpartition(':')[2]
    for name, status in [
        ('evil.example', 400),
        (f'evil.example:{port}', 400),
        (f'LOCALHOST:{port}', 200),
        ('127.0.0.1', 200),
        (f'[::1]:{port}', 200),
        ('[', 400),
        ('', 400),
    ]:
        assert sandbox.get(API + '/payments', {'Host': name})[0] == status, name
    client = http.client.HTTPConnection('127.0.0.1', int(port))
    client.putrequest('GET', API + '/payments', skip_host=True)
    client.endheaders()
    assert client.getresponse().status == 400
    client.close()


# series of payments


def registered(sandbox: Sandbox) -> int:
    """Return the id of the series that ORDER-1 registers."""
    sandbox.open(recurring='{"register": true, "type": "U"}')
    sandbox.play('ORDER-1', '4000000000000077')
    body = json.loads(sandbox.callbacks('ORDER-1')[0]['body'])
    found: int = body['recurring']['id']
    return found


def test_a_series_is_debited_changed_and_ended_at_once(sandbox: Sandbox) -> None:
    series = f'{API}/series/{registered(sandbox)}'
    told = sandbox.post(series + '/debit', {'payment_id': 'ORDER-2', 'amount': 500})
    assert told == (200, {'payment_id': 'ORDER-2', 'status': 'success'})
    [debit] = sandbox.callbacks('ORDER-2')
    assert sandbox.gate.handle_callback(debit['body']).matches(500, 'EUR')
    status, told = sandbox.post(series + '/update', {'amount': 400, 'expiry_year': 2030})
    assert (status, told['status']) == (200, 'success')
    assert sandbox.get(f'{API}/payments/{told["payment_id"]}')[1]['amount'] == 0
    status, state = sandbox.get(series)
    assert status == 200
    assert (state['type'], state['status'], state['amount']) == ('U', 'active', '400')
    assert state['valid_thru'].startswith('2030-')
    assert sandbox.post(series + '/cancel', {})[1]['status'] == 'success'
    assert sandbox.get(series)[1]['status'] == 'canceled'
    assert sandbox.post(series + '/debit', {'amount': 500})[1]['status'] == 'decline'


@pytest.mark.parametrize(
    ('action', 'body', 'status', 'code'),
    [
        ('debit', {}, 400, '502'),
        ('debit', {'amount': 'much'}, 400, 'malformed_request'),
        ('debit', {'amount': 1, 'payment_id': 'ORDER-1'}, 409, '3041'),
        ('debit', {'amount': 1, 'payment_id': '\ud800'}, 400, 'malformed_request'),
        ('update', {'amount': 1, 'period': 'X'}, 400, '502'),
        ('capture', {}, 404, 'not_found'),
    ],
)
def test_wrong_requests_about_series_are_refused(
    sandbox: Sandbox, action: str, body: Any, status: int, code: str
) -> None:
    answer, told = sandbox.post(f'{API}/series/{registered(sandbox)}/{action}', body)
    assert (answer, told['error']['code']) == (status, code)


def test_an_unknown_series_is_not_found(sandbox: Sandbox) -> None:
    for status, told in (
        sandbox.get(API + '/series/1'),
        sandbox.post(API + '/series/1/debit', {'amount': 1}),
    ):
        assert (status, told['error']['code']) == (404, '3181')


# saved cards


def test_a_saved_card_is_played_without_its_number(sandbox: Sandbox) -> None:
    sandbox.open()
    sandbox.play('ORDER-1', '4314220000000056', '1')
    body = sandbox.callbacks('ORDER-1')[-1]['body']
    token = sandbox.gate.handle_callback(body).get_token()
    sandbox.open('ORDER-2', account_token=token)
    status, told = sandbox.post(API + '/payments/ORDER-2/outcome', {'card': '4000000000000077'})
    assert (status, told['error']['code']) == (400, 'saved_card')
    assert sandbox.play('ORDER-2') == 'awaiting 3ds result'
    assert sandbox.play('ORDER-2', code='1') == 'success'
    sandbox.open('ORDER-3', account_token=token)
    assert sandbox.play('ORDER-3', code='1') == 'success'
