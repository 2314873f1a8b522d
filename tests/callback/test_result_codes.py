import pytest
from facts import read_json

from payment_page_sdk.callback.result_codes import (
    CATEGORIES,
    CONTACT_SUPPORT,
    CORRECT_REQUEST,
    NOTHING,
    RETRY,
    WAIT,
    result_of,
)

FACTS = read_json('callbacks.json')


def test_every_documented_code_has_its_message_and_action() -> None:
    assert len(FACTS['response_codes']) == 378
    for fact in FACTS['response_codes']:
        result = result_of(fact['code'], 'something else')
        assert (result.code, result.message, result.action) == (
            fact['code'],
            fact['message'],
            fact['action_category'],
        )
        assert result.category == CATEGORIES[fact['action_category']]


def test_a_category_is_a_word_that_may_be_stored() -> None:
    assert ('retry wait correct_request contact_support nothing'.split()) == [
        RETRY,
        WAIT,
        CORRECT_REQUEST,
        CONTACT_SUPPORT,
        NOTHING,
    ]


def test_every_action_falls_into_a_category() -> None:
    assert set(CATEGORIES) == set(FACTS['action_categories'])


@pytest.mark.parametrize(
    'code, category',
    [
        ('0', NOTHING),
        ('9999', WAIT),
        ('104', RETRY),
        ('2003', CORRECT_REQUEST),
        ('100', CONTACT_SUPPORT),
        ('10101', CORRECT_REQUEST),
        ('3628', RETRY),
        ('3028', CONTACT_SUPPORT),
    ],
)
def test_a_code_says_what_to_do(code: str, category: str) -> None:
    assert result_of(code).category == category


@pytest.mark.parametrize('code', ['', '1', '00', '99999', 'abc'])
def test_a_code_that_is_not_documented_keeps_its_message(code: str) -> None:
    assert result_of(code, 'As they say') == (code, 'As they say', None, None)
    assert result_of(code) == (code, None, None, None)
