"""A real browser, and a merchant's page on an origin of its own."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Optional, Union

import pytest
import tools
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Frame,
    FrameLocator,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from payment_page_sdk.payment import Payment
from payment_page_sdk.sandbox.words import WORDS
from sandbox.conftest import Sandbox, SilentHandler

WIDE, NARROW = {'width': 1280, 'height': 800}, {'width': 360, 'height': 640}

# Both themes too, since each has colors of its own.
EN: list[dict[str, Any]] = [
    {'viewport': WIDE, 'color_scheme': 'light'},
    {'viewport': NARROW, 'color_scheme': 'dark'},
]
RU: list[dict[str, Any]] = [
    {'viewport': WIDE, 'color_scheme': 'dark'},
    {'viewport': NARROW, 'color_scheme': 'light'},
]
IDS = ['wide', 'narrow']

PAYS, DECLINED = '4000 0000 0000 0077', '4111 1111 1111 1111'
ASKS, CODE = '5586 2000 7526 9701', '123456'  # the bank asks for the code

# Where a payment page is: in a tab of its own, or in a frame.
Place = Union[Page, FrameLocator]

expect.set_options(timeout=15_000)


@pytest.fixture(scope='session')
def chromium() -> Iterator[Browser]:
    """The browser: one for all tests, since each has a profile of its own in it."""
    options = tools.chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A function that opens a page in a profile of its own; the test fails if it had troubles."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def opened(**options: Any) -> Page:
        context = chromium.new_context(**{'viewport': WIDE, **options})
        contexts.append(context)
        _watch(context, troubles)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def page(new_page: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    """A page; the parameter of a test, ``{'viewport': NARROW}`` for one, says of what kind."""
    return new_page(**getattr(request, 'param', {}))


@pytest.fixture(scope='session')
def axe() -> str:
    """The source of axe-core."""
    return Path(tools.npm_package('browser', 'axe-core'), 'axe.min.js').read_text(encoding='utf-8')


@pytest.fixture
def check(axe: str) -> Callable[[Union[Page, Frame]], None]:
    """A function that fails when there is something wrong with a page."""

    def checked(page: Union[Page, Frame]) -> None:
        page.wait_for_load_state()  # with its style
        if not page.evaluate('"axe" in window'):
            page.evaluate(axe)
        found: list[Any] = page.evaluate("""async () => {
          const { violations } = await axe.run(document, {
            iframes: false, preload: false, resultTypes: ['violations'] });
          return violations.map(({ id, impact, nodes }) => [
            id, impact, ...nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)]);
        }""")
        assert found == [], page.url
        assert page.evaluate('document.documentElement.scrollWidth - window.innerWidth') <= 0

    return checked


@pytest.fixture
def check_looks(check: Callable[[Union[Page, Frame]], None]) -> Callable[..., None]:
    """A function that fails when there is something wrong with a page, in one of its looks.

    A page changes its look where it is: the way to it is as long as all that axe-core does.
    """

    def checked(page: Page, lang: str = 'en') -> None:
        for look in {'en': EN, 'ru': RU}[lang]:
            page.set_viewport_size(look['viewport'])
            page.emulate_media(color_scheme=look['color_scheme'])
            check(page)

    return checked


def _watch(context: BrowserContext, troubles: list[str]) -> None:
    """Note what a developer would see in red in the browser's tools."""

    def said(message: ConsoleMessage) -> None:
        # What fails to load is noted by what was answered.
        if message.type in ('error', 'warning') and 'Failed to load' not in message.text:
            troubles.append(message.text)

    def failed(request: Request) -> None:
        # What the browser drops, when the shopper goes elsewhere, did not fail.
        if request.failure != 'net::ERR_ABORTED':
            troubles.append(f'{request.failure} {request.url}')

    def answered(response: Response) -> None:
        # A page of status 4xx tells people what is wrong: nothing failed. Scripts send forms, too.
        asked = response.request
        is_page = asked.is_navigation_request() or asked.method == 'POST'
        if response.status >= (500 if is_page else 400):
            troubles.append(f'{response.status} {response.url}')

    context.on('console', said)
    context.on('weberror', lambda error: troubles.append(str(error.error)))
    context.on('response', answered)
    context.on('requestfailed', failed)


# What shoppers do


def pay(place: Place, number: str = PAYS, lang: str = 'en') -> None:
    """Fill in the form and send it."""
    fill(place, number, lang)
    place.locator('[data-card-form] [type=submit]').click()


def fill(place: Place, number: str = PAYS, lang: str = 'en') -> None:
    words = WORDS[lang]
    for field, text in [
        ('number', number),
        ('expiry', '12/30'),
        ('cvc', '641' if number == ASKS else '123'),
        ('holder', 'ADA LOVELACE'),
    ]:
        place.get_by_label(words[field], exact=True).fill(text)


def confirm(place: Place, code: str = CODE) -> None:
    """Give the bank a code."""
    place.get_by_label('Code', exact=True).fill(code)
    place.get_by_role('button', name='Confirm').click()


def shown(place: Place, title: str) -> None:
    """Wait until a payment page has this title."""
    expect(place.get_by_role('heading', level=1)).to_have_text(title)


# A merchant's page

_EVENTS = """
    onLoaded onFailLoading onPaymentMethodSelect onPaymentSent onPaymentSubmitResult
    onRedirectIframe onRedirectIframeComplete onPaymentSuccess onPaymentFail onCardVerifySuccess
    onCardVerifyFail onTokenizeSuccess onTokenizeFail onResize onExit onDestroy
    onEmbeddedModeCheckValidationResponse onEmbeddedModeRedirect3dsParentPage onEnterKeyPressed
    onValidationError onShowLoader onHideLoader""".split()

# What it hears is kept when the shopper leaves the page and comes back.
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A merchant</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="SANDBOX/shared/merchant.css">
<script src="SANDBOX/shared/merchant.js"></script>
<main>
  <h1>A merchant</h1>
  <button id="pay">Pay</button>
  <div id="place"></div>
</main>
<script>
  const heard = () => JSON.parse(sessionStorage.heard ?? '[]');
  const hearing = (config) => ({
    ...config,
    ...Object.fromEntries('EVENTS'.split(' ').map((event) => [event, (data) => {
      sessionStorage.heard = JSON.stringify([...heard(), [event, data]]);
    }])),
  });
</script>
""".replace('EVENTS', ' '.join(_EVENTS))

_BACK = """<!doctype html>
<html lang="en">
<title>Back</title>
<link rel="icon" href="data:,">
<h1>Back</h1>
"""


class Storefront:
    """A merchant's page in the browser, with the widget, and the events it has heard of."""

    def __init__(self, sandbox: Sandbox, page: Page, url: str) -> None:
        self._sandbox = sandbox
        self.page = page
        self.url = url
        self.back_url = url + '/back'
        self.frame = page.frame_locator('iframe.epay-frame')
        page.goto(url)

    def config(self, **parameters: Any) -> dict[str, Any]:
        """Return the signed set of parameters of a purchase, or of what ``parameters`` say."""
        if parameters.get('mode') != 'card_tokenize':
            parameters = {
                'payment_id': 'ORDER-1',
                'payment_amount': 1815,
                'payment_currency': 'EUR',
                **parameters,
            }
        config: dict[str, Any] = self._sandbox.gate.get_payment_widget_config(
            Payment('186', customer_id='jane', **parameters)
        )
        return config

    def open(self, method: str = 'POST', **parameters: Any) -> None:
        """Press the button that opens the page with these parameters."""
        self.bind(self.config(**parameters), method)
        self.page.locator('#pay').click()

    def bind(self, config: dict[str, Any], method: str = 'POST') -> None:
        self.page.evaluate(
            '([config, method]) => EPayWidget.bind("pay", hearing(config), method)',
            [config, method],
        )

    def run(self, config: dict[str, Any], method: str = 'POST') -> None:
        self.page.evaluate(
            '([config, method]) => EPayWidget.run(hearing(config), method)', [config, method]
        )

    def heard(self, event: str = '') -> list[Any]:
        """Return the events and what came with them; of one event, only the latter."""
        heard: list[Any] = self.page.evaluate('heard()')
        return [data for name, data in heard if name == event] if event else heard

    def story(self) -> list[str]:
        """Return the names of the events; sizes change as they will."""
        return [name for name, _ in self.heard() if name != 'onResize']

    def hears(self, event: str, times: int = 1) -> Any:
        """Wait until it has heard of an event; return what came with it the last time."""
        self.page.wait_for_function(
            '([event, times]) => heard().filter(([name]) => name === event).length >= times',
            arg=[event, times],
        )
        return self.heard(event)[-1]


@contextmanager
def served(
    html_at: Callable[[str], str], headers: Optional[dict[str, str]] = None
) -> Iterator[str]:
    """Serve pages of another site than the sandbox is: to the browser, names are sites."""

    class Handler(SilentHandler):
        def do_GET(self) -> None:
            body = html_at(self.path).encode()
            self.send_response(200)
            self.send_header('Content-Type', 'text/html; charset=utf-8')
            self.send_header('Content-Length', str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f'http://localhost:{server.server_port}'
        server.shutdown()
        thread.join()


@pytest.fixture
def storefront(sandbox: Sandbox, page: Page) -> Iterator[Storefront]:
    """A merchant's page."""
    merchants = _PAGE.replace('SANDBOX', sandbox.address)
    with served(lambda path: _BACK if path.startswith('/back') else merchants) as url:
        yield Storefront(sandbox, page, url)
