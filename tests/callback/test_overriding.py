"""What a subclass or a test's patch decides, beyond what test_compatibility compares with 1.0.x."""

import json
from typing import Any
from unittest.mock import patch

import pytest
from test_callback import mac

from payment_page_sdk._canonical import NaturalForm
from payment_page_sdk.callback import Callback
from payment_page_sdk.exceptions import AmbiguousCallback, InvalidSignature, MalformedCallback
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

HANDLER = SignatureHandler('secret')
DATA = {'payment': {'id': 'ORDER-1', 'status': 'success'}}
SIGNATURE = HANDLER.sign(DATA)
BODY = json.dumps(dict(DATA, signature=SIGNATURE))


class Own:
    """A handler that has nothing but what 1.0.x has."""

    def sign(self, params: Any) -> str:
        return 'mine'

    def check(self, params: Any, signature: str) -> bool:
        return 'signature' not in params and self.sign(params) == signature


class Wrapping(SignatureHandler):
    def check(self, params: Any, signature: str) -> bool:
        return super().check(params, signature)


def body_of(signature: str, **members: Any) -> str:
    return json.dumps(dict(DATA, signature=signature, **members))


@pytest.mark.parametrize(
    ('members', 'refusal'),
    [
        ({'a': {'b' * 200: [1]}}, MalformedCallback),
        ({'interface_type': '{"id": 1}'}, AmbiguousCallback),
        ({'name': 'Eve;payment:status:decline'}, AmbiguousCallback),
    ],
)
def test_what_else_is_checked_is_checked_whoever_verifies(members: Any, refusal: Any) -> None:
    body = body_of('mine', **members)
    with pytest.raises(refusal):
        Callback(body, Own())  # type: ignore[arg-type]
    with patch.object(Callback, 'check_signature', return_value=True), pytest.raises(refusal):
        Callback(body, HANDLER)


def test_what_no_signature_covers_is_not_read_whoever_verifies() -> None:
    callback = Callback(body_of('mine', frame_mode='x', a={'signature': 1}), Own())  # type: ignore[arg-type]
    assert callback.get_data() == {'payment': DATA['payment'], 'a': {}}
    assert callback.check_signature() is True


def test_a_check_that_asks_the_shipped_one_accepts_the_same() -> None:
    data = {'payment': {'id': 'ORDER-1'}, 'rate': 1.10}
    form = NaturalForm(data)
    signature = mac(form.message.decode())
    body = json.dumps(dict(data, rate=1.1000000000000001, signature=signature, frame_mode=1))
    for handler in (HANDLER, Wrapping('secret')):
        callback = Callback(body, handler)
        assert callback.get_data() == data
        assert callback.check_signature() is True
        with pytest.raises(InvalidSignature):
            Callback(body.replace('ORDER-1', 'ORDER-2'), handler)


def test_a_check_that_asks_the_shipped_one_reads_what_was_signed() -> None:
    data = dict(DATA, rate=10.0)  # in the natural form, 10 is signed
    body = json.dumps(dict(data, signature=mac(NaturalForm(data).message.decode())))
    genuine, wrapped = Callback(body, HANDLER), Callback(body, Wrapping('secret'))
    assert wrapped.get_deduplication_key() == genuine.get_deduplication_key()


def test_a_sign_of_ones_own_decides_alone() -> None:
    gate = Gate('newer', previous_secrets=['secret'])
    assert gate.handle_callback(BODY).get_payment_id() == 'ORDER-1'
    with patch.object(SignatureHandler, 'sign', return_value='mine'):
        assert gate.handle_callback(body_of('mine')).get_payment_id() == 'ORDER-1'
        with pytest.raises(InvalidSignature):
            gate.handle_callback(BODY)
