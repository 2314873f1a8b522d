"""The sandbox's ``/payment``, and the page that it opens."""

import re
from typing import Any, List

from fuzz import values
from fuzz.choices import Choices
from fuzz.links import broken
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import CATALOGUE, Payment
from payment_page_sdk.sandbox.app import create_app
from payment_page_sdk.sandbox.cards import CARDS
from payment_page_sdk.sandbox.platform import Platform
from payment_page_sdk.sandbox.store import IN_MEMORY, Store

SECRET = 'fuzz-secret'
ADDRESS = 'http://localhost'
GATE = Gate(SECRET, ADDRESS, guard=False)
NAMES = sorted(set(CATALOGUE) - {'card_operation_type'}) + ['_x']
NUMBERS = sorted(CARDS) + ['4242424242424243', '']

# So many payments are in one sandbox before it is replaced.
MOST_INPUTS = 500

SEEDS = [b'\0', b'']


class Sandbox:
    """A sandbox that sends nothing, since it has been stopped."""

    def __init__(self) -> None:
        self.store = Store(IN_MEMORY)
        platform = Platform(SECRET, 186, self.store)
        platform.start()
        platform.stop()
        app = create_app(platform, ['localhost'])
        app.testing = True  # what is raised gets here, and is no 500
        self.client = app.test_client()
        self.inputs = 0


_current = [Sandbox()]  # type: List[Sandbox]


def client() -> Any:
    sandbox = _current[0]
    sandbox.inputs += 1
    if sandbox.inputs > MOST_INPUTS:
        sandbox.store.close()
        _current[0] = Sandbox()
    return _current[0].client


def any_link(choose: Choices) -> str:
    payment = Payment(
        '186',
        'ORDER-%d' % choose.randrange(9),
        payment_amount=1815,
        payment_currency='EUR',
        customer_id='jane',
    )
    for _ in range(choose.randrange(5)):
        # Past the kinds: what merchants sign by other means may be anything.
        name = choose.choice(NAMES) if choose.random() < 0.9 else values.any_name(choose)
        value = values.any_json(choose) if choose.random() < 0.2 else values.any_text(choose)
        payment.get_params()[name] = value
    try:
        return GATE.get_purchase_payment_page_url(payment)
    except ValidationException:
        return ADDRESS


def check(answer: Any) -> str:
    """Assert that the sandbox has not failed; return its page."""
    page = str(answer.get_data(as_text=True))
    assert answer.status_code < 500
    assert SECRET not in page
    return page


def fuzz_one(data: bytes) -> None:
    choose = Choices(data)
    asked = client()
    kind = choose.randrange(8)
    if kind == 0:
        check(asked.get('/payment?' + data[1:].decode('latin-1')))
        check(asked.post('/payment', data=data[1:]))
        return
    link = any_link(choose)
    if kind == 1:
        link = broken(link, choose)
    query = link.partition('?')[2]
    page = check(asked.post('/payment', data=query.encode('utf-8', 'surrogateescape')))
    found = re.search('action="/payment/([^/]+)/card"', page)
    if found and kind > 3:
        pay(asked, found.group(1), choose)


def pay(asked: Any, key: str, choose: Choices) -> None:
    """Pay on the page, with anything in its form, and look at the payment everywhere."""
    card = {
        'number': choose.choice(NUMBERS),
        'holder': values.any_text(choose) if choose.random() < 0.5 else 'JANE DOE',
        'expiry': values.any_text(choose) if choose.random() < 0.2 else '12/30',
        'cvc': values.any_text(choose) if choose.random() < 0.2 else '123',
    }
    check(asked.post('/payment/%s/card' % key, data=card))
    check(asked.get('/payment/' + key))
    code = {choose.choice(['code', 'cancel']): values.any_text(choose)}
    check(asked.post('/payment/%s/challenge' % key, data=code))
    check(asked.get('/payment/' + key))
    check(asked.get('/payment/%s/again' % key))
    check(asked.post('/payment/%s/leave' % key))
    check(asked.get('/sandbox/api/payments/' + key))
    check(asked.get('/payments/' + key))
