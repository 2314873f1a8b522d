"""Explanations: the verifier's own verdict, true causes, and nothing that is secret."""

import base64
import gzip
import hashlib
import hmac
import json
import time
from typing import Any, Callable, Dict, List, Tuple
from urllib.parse import parse_qsl, quote_plus, unquote_plus, urlencode

import pytest
from callback_vectors import VECTORS, put_signature
from hypothesis import example, given
from hypothesis import strategies as st
from platform_side import accepts
from rows import each_of
from strategies import trees
from test_bad_input import GATE as BAD_INPUT_GATE
from test_bad_input import MARK, TABLE, kinds_of

from payment_page_sdk.exceptions import CallbackException
from payment_page_sdk.explanation import Explanation
from payment_page_sdk.explanation.of_callback import explain_callback
from payment_page_sdk.explanation.of_link import explain_url
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment
from payment_page_sdk.signature_handler import SignatureHandler

SECRET = 'tOp-SeCrEt'
PREVIOUS = 'pReViOuS-SeCrEt'
HANDLER = SignatureHandler(SECRET, [PREVIOUS])
GATE = Gate(SECRET, previous_secrets=[PREVIOUS])
OTHER = SignatureHandler('another project')

Json = Dict[str, Any]

DATA = {
    'project_id': 186,
    'payment': {'id': 'O-1', 'status': 'success'},
    'customer': {'name': 'Ада & "Co"'},
}  # type: Json


def mac(message: str, secret: str = SECRET) -> str:
    digest = hmac.new(secret.encode(), message.encode(), hashlib.sha512).digest()
    return base64.b64encode(digest).decode()


def sign(data: Json = DATA, **changes: Any) -> Json:
    """Return ``data`` with its signature, and with what happened to it after that."""
    return dict(dict(data, signature=HANDLER.sign(data)), **changes)


def body(data: Json = DATA, **changes: Any) -> str:
    return json.dumps(sign(data, **changes))


def code_of(data: Any, gate: Gate = GATE) -> Any:
    try:
        gate.handle_callback(data)
    except CallbackException as error:
        return error.code
    return None


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def link(*pairs: Any, **params: str) -> str:
    """A link that the platform believes, with ``pairs`` in it that are not signed."""
    payment = Payment('186', 'O-1', customer_first_name='Ada+')
    payment.update(params)
    url = GATE.get_purchase_payment_page_url(payment)
    return url + ''.join('&' + urlencode([pair]) for pair in pairs)


def link_with(params: Json, signed_params: Json, **others: str) -> str:
    """A link with ``params``, and the signature of others."""
    pairs = dict(params, signature=HANDLER.sign(signed_params), **others)
    return 'https://example.com/payment?' + urlencode(pairs)


def text_of(explanation: Explanation) -> str:
    assert json.loads(json.dumps(explanation.as_dict()))['code'] == explanation.code
    return str(explanation)


# The verdict


@pytest.mark.filterwarnings('ignore:a secret key has')
@pytest.mark.parametrize('form', ['plain', 'natural'])
@pytest.mark.parametrize('row', VECTORS, ids=lambda row: row['id'])
def test_vectors(row: Json, form: str) -> None:
    path, signature = row['callback']['path'], row['callback'][form]
    gate = Gate('another', previous_secrets=['yet another', row['secret']])
    explained = gate.explain_callback(put_signature(row['params'], path, signature))
    same = row['callback']['plain'] == row['callback']['natural']
    assert explained
    assert explained.is_valid is True
    assert explained.code is None
    assert explained.signature_path == path
    assert explained.form == ('plain' if same else form)
    assert explained.secret == 2
    assert explained.causes == (
        'it was signed with the previous secret key 2, which is still in use',
    )
    assert explained.hints == ()


def test_an_accepted_callback() -> None:
    explained = GATE.explain_callback(body())
    assert tuple(explained) == (
        True,
        None,
        'signature',
        'plain',
        0,
        ('customer:name:***;payment:id:***;payment:status:***;project_id:***'),
        (),
        (),
    )
    assert text_of(explained) == (
        'accepted\nsignature found: signature\n'
        'signature right: in the plain form, with the current secret key\n'
        'canonical string: customer:name:***;payment:id:***;payment:status:***;project_id:***'
    )


def test_a_refused_callback() -> None:
    explained = GATE.explain_callback(body(project_id=187))
    assert not explained
    assert explained[:5] == (False, 'invalid_signature', 'signature', None, None)
    assert explained.causes == ()
    assert 'its project_id is 187: does the secret key belong to that project?' in explained.hints
    assert text_of(explained).startswith(
        'refused: invalid_signature\nsignature found: signature\nsignature right: no\ncanonical'
    )
    assert '\nto look at:\n- its project_id is 187' in str(explained)


@each_of(
    [
        (
            (True, None, 'general.signature', 'natural', 0, 'a:***', (), ('hint',)),
            (
                'accepted\nsignature found: general.signature\n'
                'signature right: in the natural form, with the current secret key\n'
                'canonical string: a:***\nto look at:\n- hint'
            ),
        ),
        (
            (True, None, 'signature', 'plain', 2, '', ('one', 'two\x1b'), ()),
            (
                'accepted\nsignature found: signature\n'
                'signature right: in the plain form, with the previous secret key 2\n'
                'canonical string: \nfound:\n- one\n- two\\x1b'
            ),
        ),
        (
            (False, 'malformed_callback', None, None, None, None, ('one',), ('hint', 'more')),
            (
                'refused: malformed_callback\nsignature found: no\nsignature right: no\n'
                'found:\n- one\nto look at:\n- hint\n- more'
            ),
        ),
    ]
)
def test_an_explanation_to_read(fields: Any, text: str) -> None:
    explained = Explanation(*fields)
    assert str(explained) == text
    assert bool(explained) is fields[0]
    assert list(explained.as_dict().items()) == [
        ('is_valid', fields[0]),
        ('code', fields[1]),
        ('signature_path', fields[2]),
        ('form', fields[3]),
        ('secret', fields[4]),
        ('canonical', fields[5]),
        ('causes', list(fields[6])),
        ('hints', list(fields[7])),
    ]


def test_texts_are_shown_when_asked_for() -> None:
    explained = GATE.explain_callback(body({'a': 'Ада\x1b[2J\n'}), show_texts=True)
    assert explained.canonical == 'a:Ада\x1b[2J\n'
    assert 'canonical string: a:Ада\\x1b[2J\\n' in str(explained)
    assert 'customer_first_name:Ada+' in str(GATE.explain_url(link(), show_texts=True))


def test_with_the_previous_key() -> None:
    data = dict(DATA, signature=SignatureHandler(PREVIOUS).sign(DATA))
    assert 'with the previous secret key 1\n' in text_of(GATE.explain_callback(data))


@pytest.mark.parametrize(
    ('error', 'bad'),
    TABLE,
    ids=['%d-%s' % (index, error.__name__) for index, (error, _) in enumerate(TABLE)],
)
def test_bad_input(error: Any, bad: Any) -> None:
    for kind in kinds_of(bad):
        explained = BAD_INPUT_GATE.explain_callback(kind)
        assert (explained.is_valid, explained.code) == (False, error.code)
        assert explained.causes or explained.hints
        assert MARK not in text_of(explained)
    assert not GATE.explain_url(bad)
    assert not GATE.explain_url('?%s' % (bad if isinstance(bad, str) else ''))


@given(
    st.one_of(
        st.text(),
        st.binary(),
        st.none(),
        st.integers(),
        st.floats(),
        st.lists(st.text()),
        st.dictionaries(st.text(), st.text()),
        st.text().map(lambda text: '{"signature":"' + text),
    )
)
@example('?signature=x&' + '[' * 1000)
@example('?signature=%F0&a[b][][c]d=x&[a]=1&a=1&a[b]=1')
def test_anything(data: Any) -> None:
    assert GATE.explain_callback(data).code == code_of(data)
    text_of(GATE.explain_callback(data))
    text_of(GATE.explain_url(data))
    if isinstance(data, str):
        text_of(GATE.explain_url('https://a?' + data))


json_values = trees(
    st.one_of(
        st.text('ab;:\u0416payment', max_size=9),
        st.integers(),
        st.booleans(),
        st.none(),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    lambda inner: (
        st.lists(inner, max_size=12)
        | st.dictionaries(
            st.sampled_from(['signature', 'general', 'a', 'b:', '10', '9', 'frame_mode']), inner
        )
    ),
)


@given(
    st.dictionaries(st.sampled_from(['general', 'a', 'payment', 'token']), json_values),
    st.sampled_from([HANDLER, SignatureHandler(PREVIOUS), OTHER]),
    json_values,
)
def test_agrees_with_the_verifier(data: Json, signer: SignatureHandler, later: Any) -> None:
    for came in [
        dict(data, signature=signer.sign(data)),
        dict(data, signature=signer.sign(data), later=later),
    ]:
        explained = GATE.explain_callback(json.dumps(came))
        assert explained.code == code_of(json.dumps(came))
        assert (explained.secret is not None) == (explained.code in (None, 'ambiguous_callback'))


@given(st.dictionaries(st.text('ab_-:', min_size=1), st.text(), max_size=5))
def test_agrees_with_the_platform(params: Dict[str, str]) -> None:
    gate = Gate(SECRET, guard=False)
    payment = Payment('186')
    try:
        payment.update(params)
        url = gate.get_purchase_payment_page_url(payment)
    except ValueError:
        return
    assert accepts(parse_qsl(url.split('?')[1], keep_blank_values=True), SECRET)
    explained = gate.explain_url(url)
    assert explained[:5] == (True, None, 'signature', explained.form, 0)
    assert not gate.explain_url(url.replace('project_id=186', 'project_id=187'))


class Hostile(dict):  # type: ignore[type-arg]
    def items(self) -> Any:
        raise SystemError('no')


class HostileText(str):
    def strip(self, *chars: Any) -> Any:
        raise SystemError('no')


def test_objects_that_are_not_what_they_claim_to_be() -> None:
    assert explain_callback(Hostile(a=1), HANDLER).code == 'malformed_callback'
    assert explain_url(HostileText('a'), HANDLER).code == 'malformed_link'
    released = memoryview(b'{}')
    released.release()
    assert explain_callback(released, HANDLER).code == 'malformed_callback'


def test_the_verdict_stands_whatever_comes_after(monkeypatch: Any) -> None:
    def fail(*arguments: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr('payment_page_sdk.explanation.of_callback._explain', fail)
    assert GATE.explain_callback(body()).is_valid


# What is shown

SHOWN = [
    body(),
    body(project_id=187),
    body(later='x'),
    body({'Ada Lovelace': {'ada@example.com': 1}}),
    body({'4111111111111111': 'x', 'k' * 41: 'x'}),
    body({'a': MARK + ';payment:x'}),
    body()[:-9],
    quote_plus(body()),
    json.dumps(body()),
]


@pytest.mark.parametrize('data', SHOWN)
def test_nothing_secret_is_shown(data: str) -> None:
    explained = text_of(GATE.explain_callback(data)) + repr(GATE.explain_callback(data))
    assert not [
        text
        for text in [
            SECRET,
            PREVIOUS,
            'O-1',
            'success',
            'Ада',
            '\\u0410',
            'Ada',
            'Lovelace',
            '41111',
            'k' * 41,
            MARK,
            HANDLER.sign(DATA),
            '==',
        ]
        if text in explained
    ]


@pytest.mark.parametrize('url', [link(), link(('a', 'Eve')), link() + 'x', link()[:-100]])
def test_nothing_secret_is_shown_of_a_link(url: str) -> None:
    explained = text_of(GATE.explain_url(url)) + repr(GATE.explain_url(url))
    assert not [
        text
        for text in [
            SECRET,
            PREVIOUS,
            'O-1',
            'Ada',
            'Eve',
            '186',
            unquote_plus(link().split('signature=')[1]),
        ]
        if text in explained
    ]


# Causes of a callback

NUMBERS = {'rate': 1.5, 'list': list(range(11))}  # type: Json


def natural_numbers(**rate: Any) -> str:
    entries = dict({'list:%d' % index: str(index) for index in range(11)}, **rate)
    return mac(';'.join('%s:%s' % entry for entry in sorted(entries.items())))


BODY_CAUSES = [
    ('the body is empty', ''),
    ('the body is compressed', gzip.compress(body().encode())),
    ('the body is UTF-16', body().encode('utf-16-le')),
    ('the body is not UTF-8 from byte 2 on', b'{"\xff"}'),
    ('the dict cannot be written as JSON', {'a': object()}),
    ('a body is bytes or a str, not list', [body()]),
    (
        'decoded wrongly; without that, it would be accepted',
        '\ufeff\ufeff' + body(),
    ),
    (
        'decoded wrongly; without that, it would be accepted',
        'ï»¿' + body(),
    ),
    ("what Python's str() makes", str(sign())),
    ("what Python's str() makes", str(body().encode())),
    (
        'the body begins with HTTP headers; without that, it would be accepted',
        'POST /callbacks?a=b HTTP/1.1\r\nHost: shop.example\r\nAccept: */*;q=0.8\r\n\r\n' + body(),
    ),
    (
        'the body begins with HTTP headers; without that, it would be accepted',
        'POST / HTTP/1.0\n\n' + body(),
    ),
    (
        'the body begins with HTTP headers; without that, it would be accepted',
        ':method: POST\nContent-Type: application/json\n\n'.encode() + body().encode(),
    ),
    (
        'begins with HTTP headers; without that, it would be refused: invalid_signature',
        'Host: shop.example\n\n' + body(project_id=187),
    ),
    ('the body begins with HTTP headers', 'Host: shop.example\r\n\r\n'),
    ('not JSON from character 0 on', 'Host: shop.example\r\nAccept: a=b\r\n'),
    ('the body is encoded in Base64', base64_of(body()) + '\n'),
    (
        'as AWS API Gateway does (isBase64Encoded); without that, it would be accepted',
        base64_of(body()),
    ),
    ('; without that, it would be accepted', base64_of('\ufeff ' + body()).encode()),
    (
        'without that, it would be refused: invalid_signature',
        base64.encodebytes(body(project_id=187).encode()),
    ),
    (
        'the member body contains a callback in Base64; alone, it would be accepted',
        {'body': base64_of(body()), 'isBase64Encoded': True},
    ),
    (
        'the member body contains a callback; alone, it would be accepted',
        {'body': body(), 'isBase64Encoded': False},
    ),
    ('HTML or XML', '<html>'),
    ('multipart', '--boundary\r\n'),
    ('HTML-escaped (&quot;); without that, it would be accepted', body().replace('"', '&quot;')),
    (
        'form-encoded, with the JSON inside; without that, it would be accepted',
        urlencode({'payload': body()}),
    ),
    ('form-encoded, with the JSON inside; without that, it would be accepted', quote_plus(body())),
    ('form-encoded: it may be the parameters of a link', link().split('?')[1]),
    ('form-encoded, with the JSON inside', 'payload=' + body()),
    (
        'form-encoded, with the JSON inside; without that, it would be accepted',
        urlencode({'payload': base64_of(body())}),
    ),
    ('form-encoded, not JSON', 'a=b'),
    ('form-encoded, not JSON', 'a[b]=&c&d=1\n'),
    ('form-encoded, not JSON', 'abc='),
    ('not JSON from character 0 on', 'Hello = world'),
    ('not JSON from character 0 on', 'A=1\nB=2\n'),
    ('not JSON from character 0 on', link()),
    ('not JSON from character 3 on', '100%'),
    ('not JSON from character 0 on', base64_of('123456')),
    ('not JSON from character 0 on', 'eyJ'),
    ('not JSON from character 0 on', 'data:;base64,' + base64_of(body())),
    ('nested too deeply', '{"a":' * 3000),
    ('the body contains NaN, Infinity, or a number', '{"a":NaN}'),
    ('the body contains NaN, Infinity, or a number', 'NaN'),
    ('or a number that is too long or large', '-Infinity'),
    ('or a number that is too long or large', '1e999'),
    ('ends too early, at character 50: it was cut off', body()[:50]),
    ('ends too early, at character 12: it was cut off', body()[:12]),
    ('not JSON from character 5 on', '{"a":x}'),
    ('encoded twice; without that, it would be accepted', json.dumps(body())),
    ('encoded twice; without that, it would be accepted', json.dumps(base64_of(body()))),
    ('a list, not an object; without that, it would be accepted', '[%s]' % body()),
    ('the body is JSON, but a list, not an object', '[%s, %s]' % (body(), body())),
    ('the body is JSON, but a list, not an object', '[1, 2]'),
    ('the body is JSON, but a list, not an object', '[]'),
    ('the body is JSON, but a number, not an object', '1'),
    ('the body is JSON, but a number, not an object', '-1.5'),
    ('the body is JSON, but null, not an object', 'null'),
    ('the body is JSON, but a boolean, not an object', 'true'),
    ('the body is JSON, but a string, not an object', '"some text"'),
    ('the body is JSON, but a string, not an object', '""'),
    ('an unpaired surrogate', '{"a":"\\ud83d"}'),
    ('nested too deeply, or has a key', json.dumps({'a' * 200: [1], 'signature': 'x'})),
    ('signature is not a str', {'signature': 1}),
    ('general.signature is empty', {'general': {'signature': ''}}),
    ('the member data contains a callback; alone, it would be accepted', {'data': sign()}),
    ('the member data contains a callback; alone, it would be accepted', {'data': body()}),
    (
        'the member data contains a callback; alone, it would be refused: invalid_signature',
        {'data': sign(a=1)},
    ),
    ('*** contains a callback; alone, it would be accepted', {body(): ''}),
    (
        'at the root, which counts, and another one in general, which is right',
        dict(DATA, general={'signature': HANDLER.sign(DATA)}, signature='x'),
    ),
    (
        'at the root, which counts, and another one in general',
        dict(DATA, general={'signature': 1}, signature='x'),
    ),
    ('interface_type is a value, as in a signed link', sign({'interface_type': 24})),
    ('a contains a ";"', sign({'a': ';payment:x'})),
    ('the signature was right, but was changed', sign(signature=' ' + HANDLER.sign(DATA))),
    ('this is not a signature', sign(signature='x')),
    ('sent as a word', {'a': 'True', 'b': 'None', 'c': 'false', 'signature': mac('a:1;b:;c:0')}),
    ('the texts were HTML-escaped', sign(customer={'name': 'Ада &amp; &quot;Co&quot;'})),
    (
        'UTF-8, but were read as Latin-1',
        sign(customer={'name': 'Ада & "Co"'.encode().decode('latin-1')}),
    ),
    ('null or empty members were added', sign(a=None, b='')),
    ('added_by was added after signing', sign(added_by='framework')),
    ('a name is repeated in an object', body()[:-1] + ',"project_id":187}'),
    ('decimal numbers were written differently', '{"a":1.50,"signature":"%s"}' % mac('a:1.50')),
    ('decimal numbers were written differently', {'a': 1.5, 'signature': mac('a:1.50')}),
    (
        'decimal numbers were written differently',
        dict(NUMBERS, rate=1.0, signature=natural_numbers(rate='1')),
    ),
]  # type: List[Any]


@pytest.mark.parametrize(('cause', 'data'), BODY_CAUSES, ids=[cause for cause, _ in BODY_CAUSES])
def test_causes(cause: str, data: Any) -> None:
    explained = GATE.explain_callback(data)
    assert explained.code == code_of(data) is not None
    assert any(cause in found for found in explained.causes), explained
    assert explained.hints == ()
    assert '\nfound:\n- ' in text_of(explained)


def test_causes_are_not_made_up() -> None:
    explained = GATE.explain_callback(
        json.dumps(dict(DATA, rate=1.5, empty=None, signature=OTHER.sign(DATA)))
    )
    assert explained.causes == ()
    assert len(explained.hints) == 4
    explained = GATE.explain_callback({'general': {'project_id': 7, 'signature': mac('x')}})
    assert explained.hints[0].startswith('its project_id is 7')
    assert GATE.explain_callback('{}').hints == (
        'is this a complete callback? One has a signature or a general.signature',
    )


@pytest.mark.filterwarnings('ignore:a secret key has')
@pytest.mark.parametrize(
    'pattern', [' %s', '%s\n', '"%s"', "'%s'", '\ufeff%s', '%s\xa0', '\u201c%s\u201d', '\u200b%s']
)
def test_what_surrounds_the_secret(pattern: str) -> None:
    gate = Gate('other', previous_secrets=['more', pattern % SECRET])
    cause = 'quotes or invisible characters around it; without them, the signature is right'
    general = {'general': {'signature': mac('a:1')}, 'a': 1}
    for explained in [
        gate.explain_callback(body()),
        gate.explain_callback(general),
        gate.explain_url(link()),
        gate.explain_url(link().split('?')[1]),
    ]:
        assert not explained
        assert cause in explained.causes[0]
    for secret in ['"', '"\u2003"']:  # nothing is left of them
        assert Gate(secret).explain_callback(body()).causes == ()


def seconds(text: str, codes: Tuple[str, str]) -> float:
    started = time.process_time()
    explained = GATE.explain_callback(text), GATE.explain_url(text)
    took = time.process_time() - started
    # And not an early end, with which it would take no time: each found something to say.
    assert (explained[0].code, explained[1].code) == codes
    assert all(each.causes for each in explained)
    return took


@pytest.mark.oldest_and_newest
@pytest.mark.parametrize(
    'make, codes',
    [
        (
            lambda size: '{"signature":"x","a":[%s0]}' % ('1.5,' * size),
            ('invalid_signature', 'missing_signature'),
        ),
        (
            lambda size: '{"signature":"x","a":"%s"}' % ('&amp;#9' * size),
            ('invalid_signature', 'missing_signature'),
        ),
        (lambda size: '&'.join(['a=%7B'] * size), ('malformed_callback', 'missing_signature')),
        (lambda size: 'signature=x&' + 'a[b]&' * size, ('malformed_callback', 'invalid_signature')),
        (
            lambda size: 'signature=x&a' + '[b]' * size,
            ('malformed_callback', 'invalid_signature'),
        ),
        (
            lambda size: 'signature=x&a' + '[' * size + '=' + ';a' * size,
            ('malformed_callback', 'invalid_signature'),
        ),
    ],
)
def test_takes_its_time_by_the_size(make: Callable[[int], str], codes: Tuple[str, str]) -> None:
    small, large = make(1000), make(4000)
    # 16 times as much would be quadratic. Five tries, since machines are noisy.
    assert any(seconds(large, codes) < 8 * seconds(small, codes) + 0.01 for _ in range(5))


# Links


def test_an_accepted_link() -> None:
    explained = GATE.explain_url(link())
    assert explained == (
        True,
        None,
        'signature',
        'plain',
        0,
        ('customer_first_name:***;interface_type:***;payment_id:***;project_id:***'),
        (),
        (),
    )
    assert GATE.explain_url(' %s#top\n' % link())
    assert GATE.explain_url(link().split('?')[1])
    address, query = link().split('?')
    assert GATE.explain_url(address + '?' + '&'.join(reversed(query.split('&'))))
    assert GATE.explain_url(link(frame_mode='popup').replace('popup', 'iframe'))


def test_a_link_may_have_a_key_of_any_length() -> None:
    payment = Payment('186', 'O-1')
    payment.update({'x': {'k' * 1000: {'y': ''}}})
    assert GATE.explain_url(GATE.get_purchase_payment_page_url(payment))


def test_names_that_no_signature_covers() -> None:
    unsigned = [('_plugin_version', '2.2.1'), ('_x[a]', ';payment_amount:1')]
    explained = GATE.explain_url(link(*unsigned))
    assert explained == GATE.explain_url(link())
    assert GATE.explain_url(link(*unsigned)[:-1] + '2')
    assert (
        GATE.explain_url(link(_plugin_version='2.2.1', _referrer=';payment_amount:1')) == explained
    )
    # ecommpay-sdk 1.0.x signs them.
    signed = {'project_id': '186', '_plugin_version': '2.2.1'}
    explained = GATE.explain_url(link_with(signed, signed))
    assert (explained.is_valid, explained.form, explained.causes) == (True, 'plain', ())
    assert explained.canonical == '_plugin_version:***;project_id:***'
    assert not GATE.explain_url(link_with(signed, signed).replace('2.2.1', '2.2.2'))
    guarded = dict(signed, _referrer=';payment_amount:1')
    [cause] = GATE.explain_url(link_with(guarded, guarded)).causes
    assert cause.startswith('the text of _referrer contains a ";"')
    unreadable = GATE.explain_url(link() + '&_x=\ud800')
    assert (unreadable.code, unreadable.canonical) == ('malformed_link', None)
    moved = link_with(dict(signed, utm_source='mail'), {'project_id': '186'})
    assert 'utm_source was added after signing' in GATE.explain_url(moved).causes[0]


def test_lists_and_dicts() -> None:
    payment = Payment('186')
    payment.update({'a': {'b': ['x', {'c:d': 'y'}]}, 'l': list(range(12))})
    url = GATE.get_purchase_payment_page_url(payment)
    explained = GATE.explain_url(url)
    assert explained.is_valid
    assert 'a:b:0:***;a:b:1:c::d:***;' in str(explained.canonical)
    by_number = ';'.join('l:%d:x' % index for index in range(11))
    explained = GATE.explain_url(
        '?' + '&'.join(['l[]=x'] * 11) + '&signature=' + quote_plus(mac(by_number))
    )
    assert (explained.is_valid, explained.form, explained.causes) == (True, 'natural', ())


PLUS = next(
    params
    for params in ({'payment_id': str(index)} for index in range(99))
    if '+' in HANDLER.sign(params)
)

LINK_CAUSES = [
    ('a link is a str, not bytes', 'malformed_link', link().encode()),
    ('no query', 'malformed_link', 'https://example.com/payment'),
    ('no query', 'malformed_link', ''),
    ('an unpaired surrogate', 'malformed_link', link() + '&a=\ud800'),
    ('it has no signature', 'missing_signature', 'https://a/?project_id=186'),
    ('it has no signature', 'missing_signature', 'https://a/?signature=&a=1'),
    ('it has no signature', 'missing_signature', 'https://a/?signature[]=1&a=1'),
    (
        'HTML-escaped (&amp;): unescaped, its signature is right',
        'missing_signature',
        link().replace('&', '&amp;'),
    ),
    (
        'encoded twice: decoded twice, its signature is right',
        'missing_signature',
        quote_plus(link()),
    ),
    (
        'encoded twice: decoded twice, its signature is right',
        'invalid_signature',
        link().replace('%', '%25'),
    ),
    (
        'the signature was right, but was changed',
        'invalid_signature',
        link_with(PLUS, PLUS).replace('%2B', '+'),
    ),
    (
        'a "+" was signed',
        'invalid_signature',
        link().replace('+', '%20').replace('%2B', '+'),
    ),
    (
        'sent as a word',
        'invalid_signature',
        link_with({'a': 'True', 'b': 'None'}, {'a': True, 'b': None}),
    ),
    (
        "the text of customer is what Python's str() makes",
        'invalid_signature',
        link_with({'customer': str({'id': 1})}, {'customer': {'id': 1}}),
    ),
    ('utm_source was added after signing', 'invalid_signature', link(('utm_source', 'mail'))),
    (
        'a name is repeated, and only the last one counts: project_id',
        'invalid_signature',
        link(('project_id', '7')),
    ),
    ('the first one was signed', 'invalid_signature', link(('project_id', '7'))),
    (
        'does not arrive as it was sent ("." and " ", for example, become "_"): return.url, a[b',
        'invalid_signature',
        link_with({'return.url': 'x', 'a[b': 'y'}, {'return.url': 'x', 'a[b': 'y'}),
    ),
    (
        'its names were signed as they were sent',
        'invalid_signature',
        link_with({'return.url': 'x'}, {'return.url': 'x'}),
    ),
    (
        'the text of a, b, c, d, e, ... contains a ";"',
        None,
        link_with(
            dict.fromkeys('abcdef', ';payment_amount:1'),
            dict.fromkeys('abcdef', ';payment_amount:1'),
        ),
    ),
    ('previous secret key 1', None, '?a=1&signature=' + quote_plus(mac('a:1', PREVIOUS))),
]  # type: List[Any]


@pytest.mark.parametrize(('cause', 'code', 'url'), LINK_CAUSES)
def test_causes_of_a_link(cause: str, code: Any, url: Any) -> None:
    explained = GATE.explain_url(url)
    assert explained.code == code
    assert explained.is_valid == (code is None)
    assert any(cause in found for found in explained.causes), explained
    text_of(explained)


def test_hints_for_a_link() -> None:
    explained = GATE.explain_url(link().replace('O-1', 'O-2'))
    assert explained.causes == ()
    assert 'The order does not matter' in explained.hints[1]
