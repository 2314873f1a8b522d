"""All that is said of a callback, in exact words."""

import json
from typing import Any, Dict, List

from rows import each_of

from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

HANDLER = SignatureHandler('secret')
OLD = SignatureHandler('old')
GATE = Gate('secret', previous_secrets=['old'])
WRONG = 'x' * 86 + '=='

NO_SIGNATURE = ['is this a complete callback? One has a signature or a general.signature']
WRONG_SIGNATURE = [
    (
        'is the secret key complete, and does it belong to the environment (test, live) that sent '
        'this?'
    ),
    'is this the body as it arrived, or has a framework or proxy parsed and rewritten it?',
    'was a member removed, added or changed? A wrong signature cannot tell which one',
]
NOT_A_SIGNATURE = (
    'this is not a signature: a signature has 88 characters, is Base64 and ends in "=="'
)
TWO = 'there is a signature at the root, which counts, and another one in general'
REPEATED = 'a name is repeated in an object, and only the last one counts'
NUMBERS = (
    'its decimal numbers were written differently when it was signed: something has parsed it and '
    'written it again'
)
LIKE_A_LINK = 'its interface_type is a value, as in a signed link; in a callback, it is an object'
HIDES = (
    'a contains a ";" followed by what reads as another member: the signature would also be right '
    'for a callback with that member'
)


def sign(handler: SignatureHandler = HANDLER, **members: Any) -> Dict[str, Any]:
    return dict(members, signature=handler.sign(members))


def wrong(**members: Any) -> Dict[str, Any]:
    return dict(members, signature=WRONG)


def hints_of(*projects: str) -> List[str]:
    sentence = 'its project_id is %s: does the secret key belong to that project?'
    return [sentence % project for project in projects] + WRONG_SIGNATURE


@each_of(
    [
        # Nothing is found: what to look at
        (wrong(a=1), hints_of()),
        (wrong(project_id=186), hints_of('186')),
        (wrong(project_id='123456789', general={'project_id': 7}), hints_of('123456789', '7')),
        (wrong(project_id='1234567890'), hints_of()),
        (wrong(project_id=-1, general={'project_id': '\u0661'}), hints_of()),
        (wrong(project_id='186\n', general=5), hints_of()),
        (wrong(project_id='', general=[]), hints_of()),
        (wrong(project_id='x1'), hints_of()),
        ({'general': {'signature': WRONG, 'project_id': 5}}, hints_of('5')),
        ({}, NO_SIGNATURE),
        ({'signature': None, 'general': []}, NO_SIGNATURE),
        ({'general': {'a': 1, 'signature': None}}, NO_SIGNATURE),
        ({'a': '{"b": 1}', 'b': 'x', 'c': {'d': 1}, 'e': None, 'f': ''}, NO_SIGNATURE),
    ]
)
def test_what_to_look_at(data: Any, hints: Any) -> None:
    explained = GATE.explain_callback(data)
    assert not explained
    assert explained.causes == ()
    assert list(explained.hints) == hints


INNER = json.dumps(sign(a=1))


@each_of(
    [
        # No signature
        ({'signature': ''}, ['signature is empty']),
        (
            {'signature': 1, 'general': {'signature': ''}},
            ['signature is not a str', 'general.signature is empty'],
        ),
        ({'general': {'signature': [1]}}, ['general.signature is not a str']),
        ({'a': sign(a=1)}, ['the member a contains a callback; alone, it would be accepted']),
        (
            {'general': INNER},
            ['the member general contains a callback; alone, it would be accepted'],
        ),
        ({'a': INNER}, ['the member a contains a callback; alone, it would be accepted']),
        (
            {INNER: ''},
            ['the member ***:***:*** contains a callback; alone, it would be accepted'],
        ),
        (
            {'b': '', INNER: None},
            ['the member ***:***:*** contains a callback; alone, it would be accepted'],
        ),
        (
            {'a': dict(sign(a=1), a=2), 'b': 5, 'c': sign(OLD)},
            [
                'the member a contains a callback; alone, it would be refused: invalid_signature',
                'the member c contains a callback; alone, it would be accepted',
            ],
        ),
        ({'general': {'a': sign(a=1)}, 'signature': ''}, ['signature is empty']),
        # A wrong one
        ({'a': 1, 'signature': 'x'}, [NOT_A_SIGNATURE]),
        (
            {'a': 1, 'signature': 'x', 'general': {'signature': 5}},
            [TWO, NOT_A_SIGNATURE],
        ),
        (wrong(a=1, general={'signature': WRONG}), [TWO]),
        (
            wrong(a=1, general={'signature': HANDLER.sign({'a': 1})}),
            [TWO + ', which is right'],
        ),
        ('{"a":1,"a":1,"signature":"%s"}' % WRONG, [REPEATED]),
        ('{"a":[{"b":1,"b":1}],"signature":"%s"}' % WRONG, [REPEATED]),
        ('{"signature":"","signature":"%s"}' % WRONG, [REPEATED]),
        ('{"a":1.50,"signature":"%s"}' % HANDLER.sign({'a': '1.50'}), [NUMBERS]),
        ('{"a":[1e2],"signature":"%s"}' % HANDLER.sign({'a': ['1e2']}), [NUMBERS]),
        ('{"a":-0,"signature":"%s"}' % HANDLER.sign({'a': '-0'}), [NUMBERS]),
        (b'{"a":1.50,"signature":"%s"}' % OLD.sign({'a': '1.50'}).encode(), [NUMBERS]),
        (
            '{"a":1.50,"b":1,"b":2,"signature":"%s"}' % HANDLER.sign({'a': '1.50', 'b': 2}),
            [REPEATED, NUMBERS],
        ),
        ({'a': 1.5, 'signature': HANDLER.sign({'a': '1.50'})}, [NUMBERS]),
        ({'a': 1.0, 'signature': HANDLER.sign({'a': '1.00'})}, [NUMBERS]),
        (wrong(interface_type=24), [LIKE_A_LINK]),
        # A right one
        (sign(interface_type=24), [LIKE_A_LINK]),
        (sign(a=';payment:x'), [HIDES]),
        (sign(a=';payment:x', b=';x', c='payment:'), [HIDES]),
        (
            sign(OLD, a=';payment:x'),
            [HIDES, 'it was signed with the previous secret key 1, which is still in use'],
        ),
        (
            {'k' * 2000: [1], 'signature': WRONG},
            ['it is nested too deeply, or has a key or number that is too long'],
        ),
    ]
)
def test_what_is_found(data: Any, causes: Any) -> None:
    explained = GATE.explain_callback(data)
    assert not explained
    assert list(explained.causes) == causes
    assert explained.hints == ()


@each_of(
    [
        ('a=b', 'the body is form-encoded, not JSON'),
        (
            '[%s]' % INNER,
            'the body is JSON, but a list, not an object; without that, it would be accepted',
        ),
        (
            json.dumps('{}'),
            (
                'the body is a JSON string with the JSON inside: it was encoded twice; without '
                'that, it would be refused: missing_signature'
            ),
        ),
        (
            json.dumps(INNER[:-1]),
            'the body is a JSON string with the JSON inside: it was encoded twice',
        ),
    ]
)
def test_what_is_said_of_a_body_that_is_not_an_object(data: Any, cause: str) -> None:
    assert GATE.explain_callback(data) == (
        (False, 'malformed_callback') + (None,) * 4 + ((cause,), ())
    )


@each_of(
    [
        (sign(a=1), (True, None, 'signature', 'plain', 0, 'a:***')),
        (sign(OLD, a=1), (True, None, 'signature', 'plain', 1, 'a:***')),
        (
            {'general': sign(a=1), 'b': 2},
            (False, 'invalid_signature', 'general.signature', None, None, 'b:***;general:a:***'),
        ),
        (
            {'b': {'c': [True]}, 'general': {'signature': HANDLER.sign({'b': {'c': [True]}})}},
            (True, None, 'general.signature', 'plain', 0, 'b:c:0:***'),
        ),
        (wrong(a=1, b='x'), (False, 'invalid_signature', 'signature', None, None, 'a:***;b:***')),
        ({'a': 1}, (False, 'missing_signature', None, None, None, 'a:***')),
        ({}, (False, 'missing_signature', None, None, None, '')),
        (
            sign(interface_type=24),
            (False, 'ambiguous_callback', 'signature', 'plain', 0, 'interface_type:***'),
        ),
    ]
)
def test_the_fields(data: Any, fields: Any) -> None:
    assert GATE.explain_callback(data)[:6] == fields


def test_texts_are_shown_only_when_asked_for() -> None:
    explain = GATE.explain_callback
    assert explain(wrong(a='x', b=1), show_texts=True).canonical == 'a:x;b:1'
    assert explain(wrong(a='x', b=1), False).canonical == explain(wrong(a='', b='')).canonical
