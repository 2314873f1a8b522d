"""The page of docs/sandbox.md that includes the widget, as a merchant would copy it."""

from __future__ import annotations

import json

from documents import blocks_in, text_of
from playwright.sync_api import Page

from payment_page_sdk.payment import Payment
from sandbox.browser.conftest import pay, served, shown
from sandbox.conftest import Sandbox


def test_the_widget_opens_as_the_guide_says(sandbox: Sandbox, page: Page) -> None:
    [snippet] = blocks_in(text_of('docs/sandbox.md'), 'html')
    config = sandbox.gate.get_payment_widget_config(
        Payment('186', 'ORDER-1', payment_amount=1815, payment_currency='EUR')
    )
    html = '<!doctype html><link rel="icon" href="data:,">' + snippet.replace(
        'http://127.0.0.1:8186', sandbox.address
    ).replace('{}', json.dumps(config))
    with served(lambda path: html) as url:
        page.goto(url)
        page.locator('#pay').click()
        frame = page.frame_locator('iframe')
        with page.expect_console_message() as told:
            pay(frame)
            shown(frame, 'Payment complete')
        assert told.value.text == 'success'
