"""``sign`` and ``handle_callback``, asked again and again: they may remember, but no less is right.

Bodies that are alike in turn, each three times, and forged ones between them: each gets what the
definition says, which remembers nothing.
"""

import copy
import json
from typing import Any, Dict, List

from fuzz import definition, recuts, values
from fuzz.choices import Choices
from payment_page_sdk.exceptions import CallbackException, ValidationException
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

SECRET = 'fuzz-secret'
HANDLER = SignatureHandler(SECRET)
GATE = Gate(SECRET)
ROUNDS = 3

SEEDS = [bytes([200, index, 2, 3, 4, 5]) for index in range(len(values.EVENTS))]


def alike(choose: Choices) -> List[Dict[str, Any]]:
    """Return up to four objects, each but the first made of another one with one change."""
    bodies = [values.any_object(choose)]
    for _ in range(choose.randrange(4)):
        body = copy.deepcopy(choose.choice(bodies))
        values.change(body, choose)
        bodies.append(body)
    return bodies


def answer(body: str) -> Any:
    """What there is to know of a callback: all that it says, or why it is refused."""
    try:
        callback = GATE.handle_callback(body)
    except CallbackException as error:
        return error.code
    return recuts.facts(callback), json.dumps(callback.get_data())


def check_signing(bodies: List[Dict[str, Any]]) -> None:
    plain, natural = [
        [definition.sign(SECRET, definition.message(body, form)) for body in bodies]
        for form in (definition.PLAIN, definition.NATURAL)
    ]
    for _ in range(ROUNDS):
        for body, signature, other in zip(bodies, plain, natural):
            try:
                assert HANDLER.sign(body) == signature
            except ValidationException:
                assert values.depth_of(body) > 100
                continue
            assert HANDLER.check(body, signature)
            assert HANDLER.check(body, other) or values.has_long_path(body, 200)


def check_callbacks(bodies: List[Dict[str, Any]], form: str) -> None:
    right, forged = [], []
    for body in bodies:
        body.pop('signature', None)
        if isinstance(body.get('general'), dict):
            body['general'].pop('signature', None)
        message = definition.message(definition.signed_part(body, form), form)
        right.append(json.dumps(dict(body, signature=definition.sign(SECRET, message))))
        forged.append(json.dumps(dict(body, signature=definition.sign('forger', message))))
    first = [answer(text) for text in right]
    assert 'invalid_signature' not in first
    for _ in range(ROUNDS):
        for text, forgery, said in zip(right, forged, first):
            assert answer(forgery) in ('invalid_signature', 'malformed_callback')
            assert answer(text) == said
    for text, said in zip(right, first):
        if not isinstance(said, str):
            message = definition.message(json.loads(said[1]), form)
            assert definition.sign(SECRET, message) == json.loads(text)['signature']


def fuzz_one(data: bytes) -> None:
    choose = Choices(data)
    form = choose.choice(['', '', definition.PLAIN, definition.PLAIN, definition.NATURAL])
    bodies = alike(choose)
    if form:
        check_callbacks(bodies, form)
    else:
        check_signing(bodies)
