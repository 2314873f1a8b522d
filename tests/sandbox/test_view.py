"""What the page shows of a payment, and the ways back to the shop: without a page."""

from __future__ import annotations

from typing import Any, Optional

import pytest

from payment_page_sdk.sandbox.payments import SandboxPayment
from payment_page_sdk.sandbox.view import View, Way

SHOP = 'https://shop.example/'


def view_of(status: str = 'new', lang: str = 'en', **params: Any) -> View:
    """Return the view of a payment of 1,018.15 EUR, or of what ``params`` say."""
    given = {
        'payment_id': 'ORDER-1',
        'payment_amount': '101815',
        'payment_currency': 'EUR',
        **params,
    }
    payment = SandboxPayment.open(given, 'canonical', 'key', 0)
    payment.status = status
    return View(payment, lang)


def test_it_has_what_the_link_says() -> None:
    view = view_of(payment_description='Tea', operation_type='auth', recurring_register='1')
    assert (view.payment_id, view.description, view.mode) == ('ORDER-1', 'Tea', 'purchase')
    assert (view.is_auth, view.is_recurring, view.amount) == (True, True, '1,018.15 EUR')
    assert view_of(lang='ru').amount == '1\u00a0018,15 EUR'
    assert view_of(mode='card_tokenize').amount is view_of(payment_currency='').amount is None


def test_what_the_link_does_not_say_is_empty() -> None:
    view = View(SandboxPayment.open({}, '', 'key', 0), 'en')
    assert (view.payment_id, view.description, view.framed, view.amount) == ('', '', '', None)
    assert (view.is_auth, view.is_recurring) == (False, False)


@pytest.mark.parametrize(
    'mode, framed',
    [(None, ''), ('', ''), ('popup', 'popup'), ('iframe', 'iframe'), ('other', 'iframe')],
)
def test_it_may_be_framed(mode: Optional[str], framed: str) -> None:
    assert view_of(**({} if mode is None else {'frame_mode': mode})).framed == framed


@pytest.mark.parametrize(
    'status, outcome, verdict, side, is_final',
    [
        ('new', None, '', 'return', False),
        ('expired', None, '', 'fail', False),
        ('processing', 'processing', '', 'return', False),
        ('awaiting customer', 'declined', 'Fail', 'fail', False),
        ('decline', 'declined', 'Fail', 'fail', True),
        ('success', 'success', 'Success', 'success', True),
        ('awaiting capture', 'held', 'Success', 'success', True),
        ('canceled', 'canceled', '', 'success', False),
        ('refunded', 'refunded', '', 'success', False),
        ('partially refunded', 'partially_refunded', '', 'success', False),
        ('reversed', 'refunded', '', 'success', False),
        ('partially reversed', 'partially_refunded', '', 'success', False),
    ],
)
def test_the_status_decides_what_is_shown_and_where_to_go(
    status: str, outcome: Optional[str], verdict: str, side: str, is_final: bool
) -> None:
    urls = {
        name: SHOP + name
        for kind in ('merchant', 'redirect')
        for way in ('success', 'fail', 'return', 'tokenize')
        for name in [f'{kind}_{way}_url']
    }
    view = view_of(status, **urls)
    assert (view.verdict, view.side) == (verdict, side)
    assert view.button() == Way(f'{SHOP}merchant_{side}_url', 'iframe')
    if outcome is not None:
        assert view.outcome == outcome
        assert view.redirect() == (
            Way(f'{SHOP}redirect_{side}_url', 'iframe') if is_final else None
        )


@pytest.mark.parametrize(
    'mode, status, outcome, way',
    [
        ('card_verify', 'success', 'verified', 'success'),
        ('card_verify', 'decline', 'declined', 'fail'),
        ('card_tokenize', 'success', 'saved', 'tokenize'),
    ],
)
def test_a_card_is_verified_or_saved(mode: str, status: str, outcome: str, way: str) -> None:
    view = view_of(
        status,
        mode=mode,
        redirect_success_url=SHOP + 'success',
        redirect_fail_url=SHOP + 'fail',
        redirect_tokenize_url=SHOP + 'tokenize',
    )
    assert (view.outcome, view.redirect()) == (outcome, Way(SHOP + way, 'iframe'))


@pytest.mark.parametrize(
    'frame, enabled, offered',
    [
        ('', None, True),
        ('', '2', True),
        ('', '1', True),
        ('', '0', False),
        ('popup', None, True),
        ('popup', '2', True),
        ('popup', '1', False),
        ('popup', '0', False),
    ],
)
def test_the_button_may_be_switched_off(frame: str, enabled: Optional[str], offered: bool) -> None:
    params = {} if enabled is None else {'merchant_success_enabled': enabled}
    view = view_of('success', frame_mode=frame, merchant_success_url=SHOP, **params)
    assert (view.button() is not None) is offered


@pytest.mark.parametrize(
    'frame, mode, button, redirect',
    [
        ('popup', None, 'parent_page', 'iframe'),
        ('popup', '', 'parent_page', 'iframe'),
        ('popup', 'iframe', 'iframe', 'iframe'),
        ('iframe', 'parent_page', 'parent_page', 'parent_page'),
        ('iframe', 'blank_page', 'blank_page', 'blank_page'),
        ('', None, 'iframe', 'iframe'),
        ('', 'parent_page', 'iframe', 'iframe'),
        ('', 'blank_page', 'blank_page', 'blank_page'),
    ],
)
def test_a_way_opens_in_a_place(
    frame: str, mode: Optional[str], button: str, redirect: str
) -> None:
    names = 'merchant_success_redirect_mode', 'redirect_success_mode'
    view = view_of(
        'success',
        frame_mode=frame,
        merchant_success_url=SHOP,
        redirect_success_url=SHOP,
        **({} if mode is None else dict.fromkeys(names, mode)),
    )
    assert (view.button(), view.redirect()) == (Way(SHOP, button), Way(SHOP, redirect))


def test_without_an_address_there_is_no_way() -> None:
    view = view_of('success', redirect_success_url='')
    assert view.button() is view.redirect() is None
