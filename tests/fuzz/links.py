"""Links, forms and configurations, their guard, and the explanation of a link."""

import html
from typing import Any, Callable, Dict, List, Tuple
from urllib.parse import quote, unquote, urlencode

import platform_side

from fuzz import definition, recuts, values
from fuzz.callbacks import SECRET, check_any_explanation
from fuzz.choices import Choices
from payment_page_sdk._query import find_query, is_signed, read_params, read_query
from payment_page_sdk.exceptions import ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import CATALOGUE, Payment

GATE, UNGUARDED = Gate(SECRET), Gate(SECRET, guard=False)

NAMES = sorted(CATALOGUE) + ['_plugin', 'x', 'a:b', 'a-b', 'a::b', ':', 'é', '0', 'frame_mode']

SEEDS = [b'']


def any_payment(choose: Choices) -> Payment:
    payment = Payment('186', 'ORDER-1', payment_amount=1815, payment_currency='EUR')
    for _ in range(choose.randrange(5)):
        name = choose.choice(NAMES) if choose.random() < 0.9 else values.any_name(choose)
        # Past the kinds, which would refuse some.
        value = values.any_json(choose) if choose.random() < 0.4 else values.any_text(choose)
        payment.get_params()[name] = value
    return payment


def entries_of(params: Dict[str, Any]) -> List[Tuple[str, str]]:
    """The entries that the platform signs of what has arrived."""
    return definition.entries(
        {name: value for name, value in params.items() if name != 'signature' and is_signed(name)}
    )


def lines_of(params: Dict[str, Any]) -> List[str]:
    return sorted(map(':'.join, entries_of(params)))


def check_link(payment: Payment, choose: Choices) -> None:
    """Assert that a link is believed, and that no other cut of it tells of another payment."""
    try:
        url = UNGUARDED.get_purchase_payment_page_url(payment)
        config = UNGUARDED.get_payment_widget_config(payment)
    except ValidationException:
        return
    pairs = platform_side.pairs_of(url)
    assert platform_side.accepts(pairs, SECRET)
    assert platform_side.accepts(list(config.items()), SECRET)
    check_explanation(url, is_right=True)
    try:
        assert GATE.get_purchase_payment_page_url(payment) == url
    except ValidationException:
        return  # by the guard
    params = dict(platform_side.read(pairs))
    signature = params.pop('signature')
    for _ in range(3):
        check_recut(params, signature, choose)


def check_recut(params: Dict[str, Any], signature: str, choose: Choices) -> None:
    """Assert that a cut which verifies has the same lines, or is none that could be signed."""
    cut = [
        (recuts.name_of(path, choose), text)
        for path, text in recuts.recut_entries(entries_of(params), choose)
    ]
    url = 'https://pay.example/?' + urlencode(cut + [('signature', signature)])
    if not GATE.explain_url(url):
        return
    read = read_params(read_query(find_query(url)))
    del read['signature']
    payment = Payment('')
    payment.get_params().clear()
    payment.get_params().update(read)
    try:
        GATE.get_purchase_payment_page_url(payment)
    except ValidationException:
        return
    assert lines_of(read) == lines_of(params)


def check_explanation(url: str, is_right: bool = False) -> None:
    """Assert that any link is explained, and only called right if its signature is."""
    explanation = GATE.explain_url(url, show_texts=len(url) % 2 == 0)
    check_any_explanation(explanation)
    assert explanation or not is_right
    if explanation:
        params = read_params(read_query(find_query(url)))
        signature = params.pop('signature')
        covered = {name: value for name, value in params.items() if is_signed(name)}
        assert signature in [
            definition.sign(SECRET, definition.message(data, form))
            for data in (covered, params)
            for form in (definition.PLAIN, definition.NATURAL)
        ]


def broken(url: str, choose: Choices) -> str:
    """Return a link as it may be after something went wrong on its way."""
    changes = [html.escape, quote, unquote, str.lower, str.strip]  # type: List[Callable[[str], str]]
    url = choose.choice(changes)(url)
    for _ in range(choose.randrange(3)):
        start, length = choose.randrange(len(url) + 1), choose.randrange(20)
        url = url[:start] + values.any_text(choose) + url[start + length :]
    return url


def fuzz_one(data: bytes) -> None:
    choose = Choices(data)
    kind = choose.randrange(8)
    if kind == 0:
        check_explanation(data[1:].decode('utf-8', 'surrogateescape'))
        return
    payment = any_payment(choose)
    if kind > 2:
        check_link(payment, choose)
        return
    try:
        url = UNGUARDED.get_purchase_payment_page_url(payment)
    except ValidationException:
        return
    check_explanation(broken(url, choose))
