import copy
import json
import os
import re
import string
import time
import uuid
import warnings
from collections import OrderedDict
from datetime import datetime, timezone
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any, Dict, Iterator, List, Optional, Tuple
from urllib.parse import quote_plus, urlsplit

import platform_side
import pytest
import strategies
from facts import DATA, read_json
from hypothesis import example, given, settings
from hypothesis import strategies as st

from payment_page_sdk.exceptions import ConfigurationException, ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import CATALOGUE, Payment
from payment_page_sdk.payment_page import PaymentPage
from payment_page_sdk.signature_handler import SignatureHandler

SECRET = 'a secret 密钥'
GATE = Gate(SECRET)
UNGUARDED = Gate(SECRET, guard=False)


# What is sent is what was signed

names = st.one_of(
    st.sampled_from(sorted(CATALOGUE)), st.text(string.ascii_letters + '0123456789_-:é', min_size=1)
)
parameters = st.dictionaries(
    names.filter(lambda name: name not in ('signature', 'best_before', 'card_operation_type')),
    strategies.values,
    max_size=8,
)


@given(parameters)
def test_a_link_carries_the_signature_of_what_arrives(params: Dict[str, Any]) -> None:
    payment = Payment('186', 'ORDER-1')
    payment.get_params().update(params)  # past the kinds, which would refuse some
    before = copy.deepcopy(payment.get_params())

    pairs = platform_side.pairs_of(UNGUARDED.get_purchase_payment_page_url(payment))

    assert platform_side.accepts(pairs, SECRET)
    assert payment.get_params() == before
    assert list(payment.get_params()) == list(before)
    sent = [name.split('[')[0] for name, _ in pairs]
    assert list(OrderedDict.fromkeys(sent)) == [name for name in before if name in sent] + [
        'signature'
    ]
    config = UNGUARDED.get_payment_widget_config(payment)
    assert json.loads(json.dumps(config)) == config
    # The page's script posts it by a form, and in forms, a browser makes every line break CR LF.
    posted = [(name, re.sub('\r\n?|\n', '\r\n', text)) for name, text in config.items()]
    assert posted == list(config.items())
    assert platform_side.accepts(posted, SECRET)
    assert [name for name, _ in posted] == [name for name, _ in pairs]
    if not any(re.search('[\r\n]', text) for _, text in pairs):
        assert posted == pairs


def link(**params: Any) -> str:
    return GATE.get_purchase_payment_page_url(Payment('186', 'ORDER-1', **params))


@pytest.mark.parametrize(
    'value, query',
    [
        ('a b&c=d+é/', 'x=a+b%26c%3Dd%2B%C3%A9%2F'),
        (True, 'x=1'),
        (None, 'x='),
        (18.15, 'x=18.15'),
        (Decimal('1E+2'), 'x=100'),
        ({'a': {'b': [True, None]}}, 'x%5Ba%5D%5Bb%5D%5B0%5D=1&x%5Ba%5D%5Bb%5D%5B1%5D='),
        (datetime(2026, 5, 5, tzinfo=timezone.utc), 'x=2026-05-05T00%3A00%3A00%2B00%3A00'),
    ],
)
def test_the_query_is_form_encoded(value: Any, query: str) -> None:
    assert '&payment_id=ORDER-1&%s&signature=' % query in link(x=value)


@given(strategies.texts)
def test_a_text_is_quoted_as_the_standard_library_does(text: str) -> None:
    payment = Payment('186')
    payment.update({'x': text})
    url = UNGUARDED.get_purchase_payment_page_url(payment)
    assert '&x=%s&signature=' % quote_plus(text) in url


def test_empty_containers_leave_nothing_behind() -> None:
    assert link(a={}, b=[], c={'d': [{}]}) == link()


def test_the_known_link_of_the_seed() -> None:
    # Golden: made by the official package.
    assert Gate('s').get_purchase_payment_page_url(Payment('1', '2')) == (
        'https://paymentpage.ecommpay.com/payment?project_id=1&interface_type=%7B%22id%22%3A+24%7D'
        '&payment_id=2&signature=JLKVuKQYYL3XMmr%2Fx5ToIFTrQ0qw%2BdfSlgtUPgtye7RXLE5%2BLvGuwzXR3MC'
        'U5wVUg2LIWqL4O9k5wcNYSepdnQ%3D%3D'
    )


# What cannot be sent


@pytest.mark.parametrize('name', ['', 'a b', 'a.b', 'a[b]', 'a]', 'a;b', 'a\0', '\ud800', 'a\n'])
def test_a_name_that_would_not_arrive_is_refused(name: str) -> None:
    with pytest.raises(ValidationException) as caught:
        link(**{name: 1})
    assert caught.value.parameter == name
    str(caught.value).encode()  # also when the name is an unpaired surrogate


@pytest.mark.parametrize('name', [1, None, b'a', ('a',)])
def test_a_name_that_is_not_a_str_is_refused(name: Any) -> None:
    payment = Payment('186')
    with pytest.raises(ValidationException):
        payment.update({name: 1})
    payment.get_params()[name] = {'a': b'x'}
    for method in (GATE.get_purchase_payment_page_url, GATE.get_payment_form):
        with pytest.raises(ValidationException):
            method(payment)


def test_a_signature_that_came_in_by_the_back_door_is_refused() -> None:
    payment = Payment('186')
    payment.get_params()['signature'] = 'x'
    with pytest.raises(ValidationException) as caught:
        GATE.get_purchase_payment_page_url(payment)
    assert caught.value.parameter == 'signature'


@pytest.mark.parametrize(
    'key', ['', ' ', '\t\n', '[', 'a]b', 'a;b', 'a\nb', '\x7f', '\0', 'signature']
)
def test_a_key_that_would_not_arrive_is_refused(key: str) -> None:
    with pytest.raises(ValidationException) as caught:
        link(x=[{'a': {key: 1}}])
    assert caught.value.parameter == 'x[0][a]'


def test_keys_that_only_resemble_the_refused_ones_arrive() -> None:
    pairs = platform_side.pairs_of(link(x={'signatures': 1, ' a': 2, 5: 3, 'é:b': 4}))
    assert platform_side.accepts(pairs, SECRET)


@pytest.mark.parametrize(
    'method',
    [GATE.get_purchase_payment_page_url, GATE.get_payment_form, GATE.get_payment_widget_config],
)
@pytest.mark.parametrize('value', [b'x', float('nan'), '\ud800', object(), {'a': {1, 2}}])
def test_a_value_that_cannot_be_sent_is_refused_by_name(method: Any, value: Any) -> None:
    for name in ('customer_first_name', 'frame_mode'):  # signed or not
        with pytest.raises(ValidationException) as caught:
            method(Payment('186', 'ORDER-1', **{name: value}))
        assert caught.value.parameter.split(':')[0] == name


# The guard

NAME_THAT_HIDES_AN_ORDER = (
    'Eve;customer_id:9;payment_amount:1;payment_currency:EUR;payment_id:ORDER-1;project_id:186;'
    'region_code:x'
)


def cut_by_the_shopper(pairs: List[Tuple[str, str]]) -> List[Tuple[str, str]]:
    """Rewrite a link as a shopper can who knows no secret: cut its canonical string elsewhere.

    What stands in front of the true entries becomes the parameters, and the last of these, a text
    nobody looks at, swallows the true ones.
    """
    signature = dict(pairs)['signature']
    entries = ';'.join(
        name + ':' + text for name, text in sorted(pairs) if name != 'signature'
    ).split(';')
    wanted = [entry.split(':', 1) for entry in entries[:7]]
    wanted[-1][1] = ';'.join([wanted[-1][1]] + entries[7:])
    return [(name, text) for name, text in wanted] + [('signature', signature)]


def order_of(name: str) -> Payment:
    return Payment(
        '186', 'ORDER-1', payment_amount=100000, payment_currency='EUR', customer_first_name=name
    )


def test_without_the_guard_a_shopper_pays_what_he_likes() -> None:
    url = UNGUARDED.get_purchase_payment_page_url(order_of(NAME_THAT_HIDES_AN_ORDER))

    forged = cut_by_the_shopper(platform_side.pairs_of(url))

    assert platform_side.accepts(forged, SECRET)
    assert dict(forged)['payment_amount'] == '1'
    assert dict(forged)['payment_id'] == 'ORDER-1'


@pytest.mark.parametrize(
    'method',
    [GATE.get_purchase_payment_page_url, GATE.get_payment_form, GATE.get_payment_widget_config],
)
def test_the_guard_refuses_to_sign_such_a_name(method: Any) -> None:
    with pytest.raises(ValidationException) as caught:
        method(order_of(NAME_THAT_HIDES_AN_ORDER))
    assert caught.value.parameter == 'customer_first_name'
    assert 'Eve' not in str(caught.value)


def recut_by_the_shopper(
    pairs: List[Tuple[str, str]], name: str
) -> Iterator[List[Tuple[str, str]]]:
    """Yield the links that still open an order after the text of ``name`` was cut at a ``;``.

    What stands behind the ``;`` becomes a parameter, whose text swallows some of the true ones.
    """
    signature = pairs[-1]
    entries = sorted(pairs[:-1])
    position = [entry[0] for entry in entries].index(name)
    text = entries[position][1]
    for cut in (match.start() for match in re.finditer(';', text)):
        new, colon, rest = text[cut + 1 :].partition(':')
        if not colon or not new or re.search(r'[ .[\0]', new):
            continue  # PHP reads other names than these
        for kept in range(position + 1, len(entries) + 1):
            swallowed = [':'.join(entry) for entry in entries[position + 1 : kept]]
            forged = (
                entries[:position]
                + [(name, text[:cut]), (new, ';'.join([rest] + swallowed))]
                + entries[kept:]
            )
            if {'project_id', 'payment_id'} <= set(dict(forged)):
                yield forged + [signature]


def forged_links(url: str, name: str) -> List[List[Tuple[str, str]]]:
    pairs = platform_side.pairs_of(url)
    return [
        forged
        for forged in recut_by_the_shopper(pairs, name)
        if platform_side.accepts(forged, SECRET)
    ]


def test_without_the_guard_a_shopper_drops_his_id() -> None:
    payment = order_of('Eve;customer_g-:x')
    payment.customer_id = 'eve'
    url = UNGUARDED.get_purchase_payment_page_url(payment)

    links = map(dict, forged_links(url, 'customer_first_name'))

    assert any('customer_id' not in link and link['payment_amount'] == '100000' for link in links)


pieces = st.sampled_from(
    list(';;;::. \t\n\xa0\u200b-é"$+/[]') + ['Eve', 'customer_g', 'customer_g', 'payment_amount']
)


@settings(max_examples=5 * settings().max_examples)
@given(st.lists(pieces, max_size=8).map(''.join))
@example(';customer_g-:')
@example(';customer_g\n:')
@example(';customer_g;:')
def test_what_the_guard_lets_through_cannot_be_cut(text: str) -> None:
    payment = order_of('Eve')
    payment.update({'customer_first_name': text, 'customer_id': 'eve', 'customer_zip': '1'})
    try:
        url = GATE.get_purchase_payment_page_url(payment)
    except ValidationException:
        assert ';' in text
        assert ':' in text
    else:
        assert not forged_links(url, 'customer_first_name')


@pytest.mark.parametrize(
    'text',
    [
        ';payment_amount:1',
        'x;a:',
        'x;whatever:1',
        'x;WHAT_ever9:1',
        'x;a:b:0:1',
        'x;::1',
        '; payment_amount:1',
        ';\tpayment_amount :1',
        ';\n\u00a0payment_amount\n:1',
        ';;payment_amount:1',
        '; x; payment_amount:1',
        'x' * 1000 + ';y:',
        'Eve;customer_g-:x',
        'Eve;customer_gé:x',
        'Eve;customer_g":x',
        'Eve;customer_g$:x',
        'Eve;customer_g+:x',
        'Eve;customer_g/:x',
        'Eve;customer_g\u200b:x',
        'Eve;customer_g;:x',
        'Eve;customer_g\t:x',
        'Eve;customer_g\u00a0g:x',
        'x;ключ:1',
        'x;a-b:1',
        ';;:',
        'x; a;b:1',
    ],
)
def test_the_guard_refuses_what_reads_as_an_entry(text: str) -> None:
    with pytest.raises(ValidationException):
        link(customer_city=text)
    with pytest.raises(ValidationException) as caught:
        link(extra={'a': ['ok', text]})
    assert caught.value.parameter == 'extra[a][1]'


@pytest.mark.parametrize(
    'text',
    [
        'Order 5; phone: 12',
        'a;b',
        ';',
        ';:',
        'x; whatever:1',
        'x; ключ:1',
        'x;\nwhatever:1',
        'payment_amount:1',
        '{"id": 68, "p": [1, "a:b;c"]}',
        '; payment_amount 1',
    ],
)
def test_the_guard_lets_other_semicolons_through(text: str) -> None:
    assert platform_side.accepts(platform_side.pairs_of(link(customer_city=text)), SECRET)


def test_what_no_sdk_can_prevent_is_as_the_documents_say() -> None:
    payment = order_of('red;large')
    payment.update({'customer_id': 'eve', 'extra': 'x:y'})
    true = dict(platform_side.pairs_of(GATE.get_purchase_payment_page_url(payment)))
    swallowing, nested, hiding = dict(true), dict(true), dict(true)
    swallowing['interface_type'] += ';payment_amount:' + swallowing.pop('payment_amount')
    nested['extra[x]'] = nested.pop('extra')[2:]
    hiding['customer_first_name'] = 'red'
    swallowed = [name + ':' + hiding.pop(name) for name in ('extra', 'interface_type')]
    hiding['large;customer_id'] = ';'.join([hiding.pop('customer_id')] + swallowed)
    for forged in (swallowing, nested, hiding):
        assert forged != true
        assert platform_side.accepts(list(forged.items()), SECRET)
    assert 'semicolon' in {error.code for error in payment.find_errors()}


@pytest.mark.oldest_and_newest
@pytest.mark.parametrize(
    'piece, is_refused',
    [(';a', False), ('; ', False), (';a ', False), (';\n', False), (';a:' + '\0', True)],
)
def test_the_guard_takes_no_time_for_a_long_text(piece: str, is_refused: bool) -> None:
    def seconds() -> float:
        started, refused = time.process_time(), False
        try:
            link(customer_city=piece * 20000)
        except ValidationException:
            refused = True
        took = time.process_time() - started
        assert refused == is_refused
        return took

    # Some milliseconds; seconds if the search went back for each ';'. Machines are noisy.
    assert any(seconds() < 0.1 for _ in range(5))


# Where it goes


@pytest.mark.parametrize(
    'base_url, start',
    [
        ('', 'https://paymentpage.ecommpay.com/payment?project_id='),
        ('https://host', 'https://host/payment?project_id='),
        ('https://host/', 'https://host/payment?project_id='),
        ('https://host/payment', 'https://host/payment?project_id='),
        ('https://host/payment/', 'https://host/payment/?project_id='),
        ('https://host/other/page', 'https://host/other/page?project_id='),
        ('http://127.0.0.1:8080', 'http://127.0.0.1:8080/payment?project_id='),
        ('https://[::1]:8443/', 'https://[::1]:8443/payment?project_id='),
        ('HTTPS://Host', 'https://Host/payment?project_id='),
        ('https://xn--80aaa.example/%D0%9F', 'https://xn--80aaa.example/%D0%9F?project_id='),
        ('https://host/payment?', 'https://host/payment?project_id='),
        ('https://host/p?a=1&b=&c=x+y%26', 'https://host/p?a=1&b=&c=x+y%26&project_id='),
        ('https://host?a=1', 'https://host/payment?a=1&project_id='),
    ],
)
def test_base_url_is_completed(base_url: str, start: str) -> None:
    gate = Gate(SECRET, base_url)
    later = Gate(SECRET, 'https://elsewhere/x?y=1')
    later.set_payment_base_url(base_url)
    for made in (gate, later):
        url = made.get_purchase_payment_page_url(Payment('186', 'ORDER-1'))
        assert url.startswith(start)
        # The platform sees one query, and signs all of it.
        assert platform_side.accepts(platform_side.pairs_of(url), SECRET)


@pytest.mark.parametrize(
    'base_url',
    [
        'host',
        'host/payment',
        '//host',
        '/payment',
        'https://',
        'https:///payment',
        'https:host',
        'ftp://host',
        'javascript:alert(1)',
        'data:text/html,x',
        'file:///etc/passwd',
        'https://user@host',
        'https://user:hunter2@host',
        'https://@host',
        'https://host#top',
        'https://host/payment#?a=1',
        ' https://host',
        'https://host\n',
        'https://ho st',
        'https://h\\x',
        'https://host:99999',
        'https://host:port',
        'https://host:0',
        'https://host:65536',
        'https://[::1',
        'https://host?a.b=1',
        'https://host?signature=x',
        'https://host?a[b]=1',
        'https://\ud800',
        'https://host/\0',
        'https://магазин.example',
        'https://host/п',
        'https://ho<st',
        'https://host"x=',
        'https://h`',
        'https://host?a=1&a=2',
        'https://host?a=1;b=2',
        'https://host?=1',
        'https://host?&',
        0,
        False,
        b'https://host',
        5,
    ],
)
def test_a_base_url_that_leads_nowhere_is_refused(base_url: Any) -> None:
    gate = Gate(SECRET, 'https://host')
    for refusal in (lambda: Gate(SECRET, base_url), lambda: gate.set_payment_base_url(base_url)):
        with pytest.raises(ConfigurationException, match=r'^base_url ') as caught:
            refusal()
        assert isinstance(caught.value, ValueError)
        assert 'hunter2' not in str(caught.value)
        assert caught.value.__context__ is None
    assert gate.get_purchase_payment_page_url(Payment('1')).startswith('https://host/payment?')


def test_a_parameter_goes_before_one_of_the_base_url() -> None:
    gate = Gate(SECRET, 'https://host/p?project_id=5&a=1')
    pairs = platform_side.pairs_of(gate.get_purchase_payment_page_url(Payment('186')))
    assert [text for name, text in pairs if name == 'project_id'] == ['186']
    assert platform_side.accepts(pairs, SECRET)


# The widget and the form


def test_the_widget_configuration_is_the_links_pairs() -> None:
    gate = Gate(SECRET, 'https://host/p?a=1')
    payment = Payment('186', 'ORDER-1', redirect=True)
    payment.extra = {'b': [None]}
    config = gate.get_payment_widget_config(payment)
    assert config == {
        'project_id': '186',
        'interface_type': '{"id": 24}',
        'payment_id': 'ORDER-1',
        'redirect': '1',
        'extra[b][0]': '',
        'signature': config['signature'],
    }
    assert platform_side.accepts(list(config.items()), SECRET)


def test_names_with_an_underscore_are_sent_and_not_signed() -> None:
    gate = Gate(SECRET, 'https://host/p?_page=1')
    plain, payment = Payment('186', 'ORDER-1'), Payment('186', 'ORDER-1')
    payment.update({'_plugin_version': '2.2.1', '_cut': 'x;payment_amount:1', '_x': {'a': [1]}})
    sent = [('_plugin_version', '2.2.1'), ('_cut', 'x;payment_amount:1'), ('_x[a][0]', '1')]
    signature = platform_side.pairs_of(GATE.get_purchase_payment_page_url(plain))[-1]
    for pairs in (
        platform_side.pairs_of(gate.get_purchase_payment_page_url(payment)),
        Form(gate.get_payment_form(payment)).pairs,
    ):
        assert pairs[0] == ('_page', '1')
        assert pairs[-4:] == sent + [signature]
    assert list(gate.get_payment_widget_config(payment).items())[-4:] == sent + [signature]
    assert SignatureHandler(SECRET).sign(payment.get_params()) != signature[1]  # as 1.0.x did
    payment.update({'_bad': b'x'})
    with pytest.raises(ValidationException, match='_bad'):
        gate.get_purchase_payment_page_url(payment)


LINKS = sorted(os.listdir(os.path.join(DATA, 'links')))


@pytest.mark.parametrize('name', LINKS)
def test_what_the_official_plugins_open_the_page_with(name: str) -> None:
    params = read_json(os.path.join('links', name))
    gate = Gate(SECRET, validate=True)
    payment = Payment(params.pop('project_id'), params.pop('payment_id'))
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', DeprecationWarning)  # of card_operation_type
        payment.update(params)

    url = gate.get_purchase_payment_page_url(payment)

    pairs = platform_side.pairs_of(url)
    assert platform_side.accepts(pairs, SECRET)
    assert gate.explain_url(url)
    params['operation_type'] = params.pop('card_operation_type', params.get('operation_type'))
    sent = dict(pairs)
    assert all(sent.get(key, 'None') == str(value) for key, value in params.items())
    assert gate.get_payment_widget_config(payment) == sent


class Form(HTMLParser):
    """What a browser makes of a form."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.form = {}  # type: Dict[str, Optional[str]]
        self.pairs = []  # type: List[Tuple[str, str]]
        self.tags = []  # type: List[str]
        self.label = ''
        self.feed(html)

    def error(self, message: str) -> None:
        raise AssertionError(message)

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        self.tags.append(tag)
        attributes = dict(attrs)
        if tag == 'form':
            self.form = attributes
        elif tag == 'input':
            assert attributes['type'] == 'hidden'
            self.pairs.append((attributes['name'] or '', attributes['value'] or ''))

    def handle_data(self, data: str) -> None:
        self.label += data.strip()


@given(
    st.dictionaries(
        names.filter(
            lambda name: (
                name not in ('_charset_', 'signature', 'best_before', 'card_operation_type')
            )
        ),
        st.one_of(
            strategies.texts,
            st.sampled_from(['"><script>', "'&amp;&#13;", '\r', '\n', 'a\r\n\nb']),
            st.dictionaries(strategies.keys, st.lists(strategies.texts)),
        ),
        max_size=5,
    )
)
def test_a_form_posts_the_signature_of_what_arrives(params: Dict[str, Any]) -> None:
    payment = Payment('186', 'ORDER-1')
    payment.get_params().update(params)  # past the kinds, which would refuse some
    if '\\x00' in repr(params):
        with pytest.raises(ValidationException, match='NUL'):
            UNGUARDED.get_payment_form(payment)
        return
    form = Form(UNGUARDED.get_payment_form(payment, 'Оплатить <3'))
    assert platform_side.accepts(form.pairs, SECRET)
    assert form.form == {
        'action': 'https://paymentpage.ecommpay.com/payment',
        'method': 'post',
        'accept-charset': 'UTF-8',
    }
    assert form.label == 'Оплатить <3'
    assert set(form.tags) == {'form', 'input', 'button'}
    # A browser posts every line break as CR LF, whatever stands in the page.
    assert not [text for _, text in form.pairs if re.search('\r(?!\n)|(?<!\r)\n', text)]


def test_a_form_has_no_value_that_a_browser_would_change() -> None:
    payment = Payment('186')
    payment._charset_ = 'x'
    with pytest.raises(ValidationException) as caught:
        GATE.get_payment_form(payment)
    assert caught.value.parameter == '_charset_'


def test_a_form_keeps_what_the_base_url_has() -> None:
    form = Form(Gate(SECRET, 'https://host/p?a=1').get_payment_form(Payment('186', 'ORDER-1')))
    assert form.form['action'] == 'https://host/p'
    assert form.pairs[0] == ('a', '1')
    assert form.label == 'Pay'
    assert platform_side.accepts(form.pairs, SECRET)


def test_a_form_and_a_link_carry_the_same_pairs() -> None:
    payment = Payment('186', 'ORDER-1', payment_description='a "b" & <c>', uuid=uuid.UUID(int=1))
    url = GATE.get_purchase_payment_page_url(payment)
    assert Form(GATE.get_payment_form(payment)).pairs == platform_side.pairs_of(url)


def test_the_classes_work_without_a_gate() -> None:
    page = PaymentPage(SignatureHandler('s'), 'https://host')
    assert urlsplit(page.get_url(Payment('1'))).path == '/payment'


def test_a_page_relies_on_its_defaults() -> None:
    page = PaymentPage(SignatureHandler('s'))
    assert page.get_url(Payment('1')).startswith('https://paymentpage.ecommpay.com/payment?')
    with pytest.raises(ValidationException, match='reads as another parameter'):  # is guarded
        page.get_url(Payment('1', customer_city=';a:'))
    page.get_url(Payment('', payment_amount='none'))  # and validates nothing
    strict = PaymentPage(SignatureHandler('s'), 'https://host', False, True)
    with pytest.raises(ValidationException, match='payment_id is missing'):
        strict.get_url(Payment('1', customer_city=';a:'))
    unset = ['', None]  # type: List[Any]
    for nothing in unset:
        page.set_base_url('https://host')
        page.set_base_url(nothing)
        assert page.get_url(Payment('1')).startswith('https://paymentpage.ecommpay.com/payment?')


@pytest.mark.parametrize(
    'base_url, address, query',
    [
        ('http://h:1', 'http://h:1/payment', []),
        ('https://h:65535/', 'https://h:65535/payment', []),
        ('https://h.x/a//', 'https://h.x/a//', []),
        ('https://h?a', 'https://h/payment', [('a', '')]),
        ('https://h/p?_=&a:b-c=1+2%2B', 'https://h/p', [('_', ''), ('a:b-c', '1 2+')]),
        ("https://h/!$%&'()*+,-./:;=@[]_~", "https://h/!$%&'()*+,-./:;=@[]_~", []),
    ],
)
def test_what_a_base_url_is_made_of(base_url: str, address: str, query: Any) -> None:
    url = PaymentPage(SignatureHandler('s'), base_url).get_url(Payment('1'))
    assert url.partition('?')[0] == address
    pairs = platform_side.pairs_of(url)
    assert pairs[: len(query) + 1] == query + [('project_id', '1')]


HOST = 'must start with https:// or http:// and a host'
ASCII_ONLY = (
    'contains a character that an address cannot have: encode white space, and all that is not '
    'ASCII'
)
NO_PAIRS = 'has a query that contains a ";", has no names, or repeats a name'
NO_NAME = 'has a query with a name that a parameter cannot have'


@pytest.mark.parametrize(
    'base_url, problem',
    [
        (5, 'is a str, not int'),
        ('https://h x', ASCII_ONLY),
        ('https://h/\u00e9', ASCII_ONLY),
        ('https://h/<', ASCII_ONLY),
        ('https://h/|', ASCII_ONLY),
        ('h', HOST),
        ('ftp://h', HOST),
        ('https://h:65536', HOST),
        ('https://user@h', 'contains a user name or password'),
        ('https://@h', 'contains a user name or password'),
        ('https://h#x', 'ends in a fragment (#...): the parameters would become part of it'),
        ('https://h?a=1;', NO_PAIRS),
        ('https://h?&', NO_PAIRS),
        ('https://h?a=1&b=2&a=1', NO_PAIRS),
        ('https://h?a=1&=1', NO_NAME),
        ('https://h?a%20b', NO_NAME),
        ('https://h?a=1&signature=1', NO_NAME),
    ],
)
def test_a_refused_base_url_in_exact_words(base_url: Any, problem: str) -> None:
    with pytest.raises(ConfigurationException) as caught:
        PaymentPage(SignatureHandler('s'), base_url)
    assert str(caught.value) == 'base_url ' + problem


GUARDED = (
    ' contains a ";" followed by what reads as another parameter: a shopper could turn that into a '
    'real parameter, and the signature would still be right'
)
NOT_A_NAME = (
    ' cannot be the name of a parameter: a name is a str of letters, digits, "_", "-" and ":"'
)
IN_A_FORM = ' contains a NUL character, or is called _charset_, which a browser fills in'


@pytest.mark.parametrize(
    'method, name, value, parameter, problem',
    [
        ('get_url', 'a', 'x;b:', 'a', GUARDED),
        ('get_form', 'a', {'b': ['x;b:']}, 'a[b][0]', GUARDED),
        ('get_widget_config', 'a', 'x;b:', 'a', GUARDED),
        ('get_form', 'a', {'b': '\0'}, 'a', IN_A_FORM),
        ('get_form', '_charset_', 'x', '_charset_', IN_A_FORM),
        ('get_url', 'signature', 'x', 'signature', ' is made by the SDK and cannot be set'),
        ('get_url', 'a b', 'x', 'a b', NOT_A_NAME),
        ('get_url', 5, 'x', '5', NOT_A_NAME),
    ],
)
def test_what_cannot_be_sent_in_exact_words(
    method: str, name: Any, value: Any, parameter: str, problem: str
) -> None:
    payment = Payment('1')
    payment.get_params()[name] = value
    with pytest.raises(ValidationException) as caught:
        getattr(PaymentPage(SignatureHandler('s')), method)(payment)
    assert str(caught.value) == parameter + problem
    assert caught.value.parameter == parameter


def test_a_form_in_exact_letters() -> None:
    payment = Payment('1', interface_type='5')
    payment.update({'a': '"x\ny', 'b': {'c': ['<']}, '_d': "'"})
    page = PaymentPage(SignatureHandler('s'), "https://h/?q='")
    signature = dict(page.get_widget_config(payment))['signature']
    assert page.get_widget_config(payment)['a'] == '"x\r\ny'
    form = page.get_form(payment, '&')
    signed = Form(form).pairs[-1][1]
    assert signed != signature  # of the base URL's query, too
    assert form == (
        '<form action="https://h/payment" method="post" accept-charset="UTF-8">\n'
        '<input type="hidden" name="q" value="&#x27;">\n'
        '<input type="hidden" name="project_id" value="1">\n'
        '<input type="hidden" name="interface_type" value="5">\n'
        '<input type="hidden" name="a" value="&quot;x&#13;&#10;y">\n'
        '<input type="hidden" name="b[c][0]" value="&lt;">\n'
        '<input type="hidden" name="_d" value="&#x27;">\n'
        '<input type="hidden" name="signature" value="%s">\n'
        '<button type="submit">&amp;</button>\n</form>' % signed
    )


def test_the_address_of_the_class_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PaymentPage, 'DEFAULT_BASE_URL', 'http://localhost:8080?lang=en')
    url = PaymentPage(SignatureHandler('secret')).get_url(Payment('1', '2'))
    assert url.startswith('http://localhost:8080/payment?lang=en&project_id=1&')
    monkeypatch.setattr(PaymentPage, 'DEFAULT_BASE_URL', 'javascript:x')
    with pytest.raises(ConfigurationException):
        PaymentPage(SignatureHandler('secret'))


def test_an_unpaired_surrogate_is_found_whatever_is_beside_it() -> None:
    nested = 'x'  # type: Any
    for _ in range(100):
        nested = [nested]
    payment = Payment('1', '2')
    payment.zz = nested
    payment.bad = '\ud800'
    with pytest.raises(ValidationException, match='bad contains an unpaired surrogate'):
        Gate('secret').get_purchase_payment_page_url(payment)
    del payment.get_params()['bad']
    payment._bad = '\ud800'
    with pytest.raises(ValidationException, match='_bad contains an unpaired surrogate'):
        Gate('secret').get_purchase_payment_page_url(payment)
