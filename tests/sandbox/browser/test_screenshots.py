"""The pictures in the documents, drawn anew by

SCREENSHOTS=docs/images pytest tests/sandbox/browser/test_screenshots.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sandbox.browser.conftest import ASKS, CODE, shown
from sandbox.conftest import Merchant, Sandbox, eventually

LARGEST = 100 * 1024  # bytes; fonts differ

pytestmark = [
    pytest.mark.parametrize('sandbox', [{'with_shop': True}], indirect=True, ids=['shop']),
    pytest.mark.parametrize(
        'page', [{'viewport': {'width': 1000, 'height': 672}}], indirect=True, ids=['small']
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the pictures go."""
    return Path(os.environ.get('SCREENSHOTS') or tmp_path)


def picture(page: Page, file: Path) -> None:
    page.screenshot(path=file, animations='disabled')
    assert file.stat().st_size < LARGEST


@pytest.mark.parametrize(
    ('lang', 'name', 'description', 'title'),
    [
        ('en', 'payment-page', 'A cup of coffee', 'Pay by card'),
        ('ru', 'payment-page-ru', 'Чашка кофе', 'Оплата картой'),
    ],
)
def test_pictures_of_the_payment_page(
    sandbox: Sandbox, page: Page, folder: Path, lang: str, name: str, description: str, title: str
) -> None:
    page.goto(sandbox.link('ORDER-1001', language_code=lang, payment_description=description))
    shown(page, title)
    picture(page, folder / f'{name}.png')


def test_pictures_of_the_window(sandbox: Sandbox, page: Page, folder: Path) -> None:
    page.goto(sandbox.address + '/shop')
    page.get_by_role('button', name='Buy').click()
    page.get_by_role('button', name='In a window').click()
    frame = page.frame_locator('iframe')
    shown(frame, 'Pay by card')
    frame.locator('html').evaluate("""() => new Promise((resolve) => {
      new PerformanceObserver(resolve).observe({ type: 'paint', buffered: true });
    })""")
    picture(page, folder / 'modal.png')


def test_pictures_of_the_dashboard(
    sandbox: Sandbox, page: Page, folder: Path, merchant: Merchant
) -> None:
    merchant.page = '<p>CSRF verification failed. Request aborted.</p>'
    merchant.answer = lambda body: 403
    payment_id = sandbox.open('ORDER-1001', merchant_callback_url=merchant.url)
    sandbox.play(payment_id, ASKS, CODE)
    eventually(lambda: all(callback['deliveries'] for callback in sandbox.callbacks(payment_id)))
    page.goto(f'{sandbox.address}/payments/{payment_id}')
    expect(page.get_by_text("Django's protection against CSRF").first).to_be_visible()
    page.set_viewport_size({'width': 1000, 'height': 720})
    picture(page, folder / 'dashboard.png')
