"""Callbacks that the official SDKs in PHP, Go and Java have signed: 200 of each, recorded.

They are made by data/make_official_callbacks.py, where these languages are at hand.
"""

import json
from collections import Counter
from typing import Any, List

import pytest
from callback_families import FIELDS, misfits
from departures import ABOUT, AMBIGUOUS, signature, signature_in
from facts import read_json
from rows import each_of

from payment_page_sdk._canonical import FORMS
from payment_page_sdk.exceptions import AmbiguousCallback, InvalidSignature, MalformedCallback
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

SECRET = 'secret'
RECORDED = {language: read_json('official_%s.json' % language) for language in ABOUT}
EVERYDAY = [row for recorded in RECORDED.values() for row in recorded['everyday']]
ODD = [(language, why, body) for language in ABOUT for why, body in RECORDED[language]['odd']]


@each_of(EVERYDAY)
def test_everyday_callbacks_are_accepted(family: str, body: str) -> None:
    assert set(misfits(json.loads(body), family)) <= {'signature'}
    callback = Gate(SECRET).handle_callback(body)
    assert callback.get_signature() == signature_in(json.loads(body))


@each_of(EVERYDAY)
def test_everyday_callbacks_have_the_signature_that_we_make(family: str, body: str) -> None:
    data = Gate(SECRET).handle_callback(body).get_data()
    made = {SignatureHandler(SECRET).sign_in_form(form, data) for form in FORMS}
    assert made == {signature_in(json.loads(body))}


@each_of((body,) for _, why, body in ODD if not why)
def test_odd_callbacks_that_are_accepted(body: str) -> None:
    callback = Gate(SECRET).handle_callback(body)
    assert callback.get_signature() == signature_in(json.loads(body))


@each_of(row for row in ODD if row[1])
def test_odd_callbacks_that_are_refused(language: str, why: List[str], body: str) -> None:
    data = json.loads(body)
    given = signature_in(data)
    error = InvalidSignature  # type: Any
    if why == [AMBIGUOUS]:
        why, error = [], AmbiguousCallback
    elif 'surrogates' in why:
        error = MalformedCallback
    with pytest.raises(error):
        Gate(SECRET).handle_callback(body)

    assert signature(data, SECRET, language, why) == given
    for word in why:  # each of the reasons is one
        assert signature(data, SECRET, language, set(why) - {word}) != given


def test_how_many_there_are() -> None:
    counts = {
        language: Counter(word for why, _ in recorded['odd'] for word in why or ['accepted'])
        for language, recorded in RECORDED.items()
    }
    assert counts == {
        'php': {'accepted': 87, 'ambiguous': 2, 'lost colon': 6, 'renumbered': 5},
        'go': {
            'accepted': 64,
            'ambiguous': 2,
            'colons': 6,
            'lost colon': 2,
            'numbers': 14,
            'surrogates': 6,
            'whole entries': 11,
        },
        'java': {
            'UTF-16': 11,
            'accepted': 46,
            'ambiguous': 5,
            'colons': 6,
            'lost colon': 4,
            'numbers': 9,
            'signatures': 3,
            'surrogates': 6,
            'whole entries': 12,
        },
    }
    for language, recorded in RECORDED.items():
        assert set(counts[language]) - {'accepted'} == set(recorded['reasons'])
        assert {family for family, _ in recorded['everyday']} == set(FIELDS)
        for kind in ('everyday', 'odd'):
            assert len({body for _, body in recorded[kind]}) == 100


@pytest.mark.parametrize('language', sorted(ABOUT))
def test_what_they_accept_of_ours(language: str) -> None:
    accepted = RECORDED[language]['accepts_of_ours']
    assert accepted['links'] == '50 of 50'
    assert accepted['everyday, plain form'] == accepted['everyday, natural form'] == '100 of 100'
