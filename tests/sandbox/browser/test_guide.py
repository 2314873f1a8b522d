"""The pages that include the widget, in docs/en/sandbox.md and links.md, as merchants copy them."""

from __future__ import annotations

import json
from typing import Any

from documents import blocks_in, text_of
from playwright.sync_api import Page

from payment_page_sdk.payment import Payment
from sandbox.browser.conftest import fill, pay, served, shown
from sandbox.conftest import Sandbox


def page_of(snippet: str, sandbox: Sandbox, **parameters: Any) -> str:
    """Return the merchant's page with a snippet of the guide, and the signed set in it."""
    payment = Payment('186', 'ORDER-1', payment_amount=1815, payment_currency='EUR', **parameters)
    config = json.dumps(sandbox.gate.get_payment_widget_config(payment))
    snippet = snippet.replace('http://127.0.0.1:8186', sandbox.address)
    start = '<!doctype html><link rel="icon" href="data:,">'
    return start + snippet.replace('const config = {}', 'const config = ' + config)


def test_the_widget_opens_as_the_guide_says(sandbox: Sandbox, page: Page) -> None:
    snippet, _ = blocks_in(text_of('docs/en/sandbox.md'), 'html')
    html = page_of(snippet, sandbox)
    with served(lambda path: html) as url:
        page.goto(url)
        page.locator('#pay').click()
        frame = page.frame_locator('iframe')
        with page.expect_console_message() as told:
            pay(frame)
            shown(frame, 'Payment complete')
        assert told.value.text == 'success'


def test_an_embedded_form_pays_as_the_guide_says(sandbox: Sandbox, page: Page) -> None:
    widget, snippet = blocks_in(text_of('docs/en/sandbox.md'), 'html')
    libraries = ''.join(widget.splitlines(keepends=True)[:2])
    html = page_of(libraries + snippet, sandbox, target_element='card')
    with served(lambda path: '<h1>Thanks</h1>' if path == '/thanks' else html) as url:
        page.goto(url)
        form = page.frame_locator('iframe')
        with page.expect_event('dialog') as told:
            page.once('dialog', lambda dialog: dialog.accept())
            form.get_by_label('CVC', exact=True).fill('123')
            page.locator('#order').click()
        assert told.value.message.startswith('Enter the card number.')
        fill(form)
        page.locator('#order').click()
        shown(page, 'Thanks')


def test_the_widget_needs_no_more_than_the_policy_of_the_guide(
    sandbox: Sandbox, page: Page
) -> None:
    guide = text_of('docs/en/links.md')
    [snippet], [policy] = blocks_in(guide, 'html'), blocks_in(guide, 'text')
    live = 'https://paymentpage.ecommpay.com'
    assert live in policy
    policy = ' '.join(policy.split()).replace(live, sandbox.address)
    # The sandbox has no https; the bank's page of a test card is its own.
    policy = policy.replace('frame-src https:', 'frame-src ' + sandbox.address)
    html = page_of(snippet.replace(live, sandbox.address), sandbox)
    head, script = html.split('<script>\n')
    script = script.split('</script>')[0]

    def answer(path: str) -> str:
        return script if path == '/pay.js' else head + '<script src="/pay.js"></script>'

    with served(
        answer, {'Content-Security-Policy': "default-src 'none'; img-src data:; " + policy}
    ) as url:
        refused: list[str] = []
        page.on('console', lambda message: refused.append(message.text))
        page.goto(url)
        page.locator('#pay').click()
        frame = page.frame_locator('iframe')
        pay(frame)
        page.wait_for_url('**/thanks')
        assert not [text for text in refused if 'Content Security Policy' in text]
