"""``handle_callback``, every accessor, and the explanation of a callback."""

import json
from typing import Any, Dict, List, Optional

from fuzz import definition, recuts, values
from fuzz.choices import Choices
from payment_page_sdk.callback import Callback
from payment_page_sdk.exceptions import CallbackException
from payment_page_sdk.explanation import Explanation
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

SECRET = 'fuzz-secret'
HANDLER = SignatureHandler(SECRET)
GATE = Gate('newer secret', previous_secrets=[SECRET])

SEEDS = [values.as_seed(event) for event in values.EVENTS]


def names(value: Any) -> List[str]:
    """The names of all members in it, at every depth."""
    return [name for holder in values.objects_in([value]) for name in holder]


def check(body: Any) -> Optional[Callback]:
    """Assert what is true of any body at all; return the callback if it is one."""
    try:
        callback = GATE.handle_callback(body)
    except CallbackException:
        return None
    data = callback.get_data()
    assert HANDLER.check(data, callback.get_signature())  # it gives out nothing but signed data
    assert 'frame_mode' not in names(data)
    assert callback.check_signature()
    assert callback.get_payment() == data.get('payment')
    for name in recuts.OBJECTS:
        getattr(callback, name)()
    return callback


def check_explanation(body: Any, show_texts: bool) -> None:
    """Assert that a body is explained, and that the explanation says what the verifier does."""
    code = None  # type: Optional[str]
    try:
        GATE.handle_callback(body)
    except CallbackException as error:
        code = error.code
    explanation = GATE.explain_callback(body, show_texts)
    assert explanation.code == code
    check_any_explanation(explanation)


def check_any_explanation(explanation: Explanation) -> None:
    assert bool(explanation) is explanation.is_valid is (explanation.code is None)
    assert json.loads(json.dumps(explanation.as_dict()))
    assert all(line.isprintable() for line in str(explanation).split('\n'))
    assert SECRET not in str(explanation)


def check_signed(value: Dict[str, Any], natural: bool) -> None:
    """Assert that a correctly signed callback is accepted, unless ambiguous, and is all there."""
    form = definition.NATURAL if natural else definition.PLAIN
    data = signable(value)
    message = definition.message(data, form)
    body = dict(data, signature=definition.sign(SECRET, message))
    callback = check(json.dumps(body))
    if callback is None:
        assert ';' in message or 'interface_type' in data or values.has_long_path(data, 64)
    elif natural:  # numbers are rounded, in what can be read as in what was signed
        assert definition.message(callback.get_data(), form) == message
    else:
        assert callback.get_data() == data
    if callback:
        recuts.facts(callback)
    assert 'added' in data or check(dict(body, added='')) is None


def signable(value: Any) -> Any:
    """A copy without the members that no signature covers, or only one of the forms."""
    if isinstance(value, dict):
        return {
            name: signable(member)
            for name, member in value.items()
            if name not in ('signature', 'frame_mode')
        }
    return [signable(item) for item in value] if isinstance(value, list) else value


def check_recuts(value: Dict[str, Any], natural: bool, choose: Choices) -> None:
    """Assert that all cuts of one string that are accepted say the same, under one key."""
    form = definition.NATURAL if natural else definition.PLAIN
    entries = definition.entries(value, form)
    signature = definition.sign(SECRET, ';'.join(map(':'.join, entries)))
    said = {}  # type: Dict[Any, Any]
    for cut in [value] + [recuts.recut(entries, choose) for _ in range(3)]:
        callback = check(with_signature(cut, signature, choose))
        if callback:
            facts = recuts.facts(callback)
            assert said.setdefault('key', facts[0]) == facts[0]
            lines = recuts.swallowing(definition.entries(callback.get_data(), form))
            assert said.setdefault(tuple(lines), facts) == facts, (value, cut)


def with_signature(data: Dict[str, Any], signature: str, choose: Choices) -> str:
    general = data.get('general')
    if isinstance(general, dict) and 'signature' not in data and choose.random() < 0.3:
        return json.dumps(dict(data, general=dict(general, signature=signature)))
    return json.dumps(dict(data, signature=signature))


def check_broken(value: Dict[str, Any], choose: Choices) -> None:
    """Assert that a signed callback that was changed on its way is explained."""
    message = definition.message(definition.signed_part(value, definition.PLAIN))
    body = json.loads(with_signature(value, definition.sign(SECRET, message), choose))
    values.change(body, choose)
    check_explanation(json.dumps(body), show_texts=True)


def fuzz_one(data: bytes) -> None:
    check(data)
    choose = Choices(data)
    kind = choose.randrange(8)
    value = values.any_object(choose)
    if kind == 0:
        check_explanation(data, show_texts=False)
        check(json.dumps(value))
    elif kind == 1:
        check_broken(value, choose)
    elif kind < 4:
        check_signed(value, natural=kind == 3)
    else:
        check_recuts(signable(value), natural=kind == 7, choose=choose)
