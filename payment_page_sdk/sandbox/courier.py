"""Sends callbacks, and calls functions later, in the background.

The database knows what is due, and when; the scheduler only wakes up for it. If the process dies,
the next start schedules everything again from the database, so the two need not be kept in step.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timezone
from functools import cache
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from threading import Event, Lock
from typing import Any, NamedTuple, Optional

import httpx
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from payment_page_sdk.sandbox.hints import find_hint, find_hint_for_error, find_hint_for_silence

SENDERS, OTHERS = 'senders', 'default'  # the pools
WORKERS = 32  # callbacks sent at once: a slow merchant holds up no more than that
SECONDS_TO_ANSWER = 10
MOST_READ = 128 * 1024  # bytes of an answer: in a debug page, the exception may come late
MOST_KEPT = 1000  # characters of it

_HEADERS = {
    'Content-Type': 'application/json; charset=utf-8',
    'User-Agent': 'payment-page-sandbox',
    'Accept-Encoding': 'identity',
}

# The first tries have one gap; then gaps grow with every try, until they are the longest.
FIRST_TRIES, FIRST_GAP = 6, 10
LAST_GROWING_TRY = 68
LONGEST_GAP = 4 * 60 * 60
MOST_TRIES = 120


def gap_before(n: int) -> Optional[float]:
    """Return the seconds between try ``n`` and the one before; None if there is no such try.

    As documented: 6 tries 10 s apart; then 70 + 10 * 1.12 ** (n - 4) s before try n, until that
    reaches 4 h; then 4 h, up to 120 tries, which is within 11 days.
    """
    if n > MOST_TRIES:
        return None
    if n <= FIRST_TRIES:
        return FIRST_GAP
    return 70 + 10 * 1.12 ** (n - 4) if n <= LAST_GROWING_TRY else LONGEST_GAP


@cache
def _trusted_certificates(is_secure: bool, ca_file: Optional[str]) -> SSLContext:
    """Return the certificates to trust. Reading them takes longer than sending ten callbacks.

    Most services under development have no https: for them, none are read, and none is trusted.
    """
    if not is_secure:
        return SSLContext(PROTOCOL_TLS_CLIENT)
    trusted = httpx.create_ssl_context()  # it honours SSL_CERT_FILE
    if ca_file:
        trusted.load_verify_locations(ca_file)
    return trusted


class Answer(NamedTuple):
    """The merchant's answer: ``status`` is None if there was none.

    ``error`` says what went wrong; ``text`` is the beginning of the answer; ``hint`` says what to
    do about any status but 200, and is empty if there is nothing to say.
    """

    status: Optional[int]
    error: Optional[str]
    text: Optional[str]
    hint: str = ''
    milliseconds: int = 0


class Courier:
    """A scheduler, and two pools of workers to which it gives what is due.

    ``ca_file`` has certificates that are trusted in addition to the usual ones.
    """

    def __init__(self, ca_file: Optional[str] = None) -> None:
        self._ca_file = ca_file
        self._is_stopping = Event()
        self._adding = Lock()
        # Two pools, so that deadlines do not wait for slow merchants.
        self._pools = {SENDERS: ThreadPoolExecutor(WORKERS), OTHERS: ThreadPoolExecutor(1)}
        self._scheduler = BackgroundScheduler(
            timezone=timezone.utc,
            executors=self._pools,
            job_defaults={'misfire_grace_time': None},  # nothing is dropped for being late
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Stop: finish what is running, and leave everything else for the next start."""
        with self._adding:  # from here on, nothing is added
            self._is_stopping.set()
        # This waits until what is due has been given to the workers: a scheduler that is shut down
        # in the middle of that fails, and one that waits for its workers holds a lock they need.
        self._scheduler.remove_all_jobs()
        for pool in self._pools.values():
            pool.shutdown()
        self._scheduler.shutdown()

    def call_at(
        self,
        when: float,
        name: str,
        function: Callable[..., Any],
        *arguments: Any,
        pool: str = OTHERS,
    ) -> None:
        """Call ``function`` at a time, or now if it has passed.

        A call with the same ``name`` replaces one that is not due yet.
        """
        with self._adding:
            if self._is_stopping.is_set():
                return
            self._scheduler.add_job(
                self._run,
                'date',
                args=(function, *arguments),
                id=name,
                replace_existing=True,
                executor=pool,
                run_date=datetime.fromtimestamp(when, timezone.utc),
            )

    def _run(self, function: Callable[..., Any], *arguments: Any) -> None:
        if not self._is_stopping.is_set():
            function(*arguments)

    def post(self, url: str, body: str) -> Answer:
        """Send a callback, and return the answer."""
        return send(url, body, self._ca_file)


def send(url: str, body: str, ca_file: Optional[str] = None) -> Answer:
    """Post a callback to ``url``, and return the answer. Redirects are not followed."""
    start = time.monotonic()
    try:
        answer = asyncio.run(asyncio.wait_for(_exchange(url, body, ca_file), SECONDS_TO_ANSWER))
    except asyncio.TimeoutError:
        hint = find_hint_for_silence(url)
        answer = Answer(None, f'no answer within {SECONDS_TO_ANSWER} seconds', None, hint)
    except Exception as error:  # whatever is wrong with the address, there is a next try
        hint = find_hint_for_error(url, error)
        answer = Answer(None, f'{type(error).__name__}: {error}', None, hint)
    return answer._replace(milliseconds=round((time.monotonic() - start) * 1000))


async def _exchange(url: str, body: str, ca_file: Optional[str]) -> Answer:
    # Asynchronous, since the client's own limits are for each step: a merchant who sends a byte
    # from time to time would never reach them.
    async with httpx.AsyncClient(
        verify=_trusted_certificates(url.lower().startswith('https:'), ca_file),
        timeout=None,
        headers=_HEADERS,
        trust_env=False,  # no proxy on the way to a service on this machine
    ) as client, client.stream('POST', url, content=body.encode()) as response:
        content, error = b'', None
        try:
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) >= MOST_READ:
                    break
        except httpx.HTTPError as broken:
            error = f'{type(broken).__name__}: {broken}'
        text = content[:MOST_READ].decode(errors='replace')
        location = response.headers.get('Location', '')
        hint = find_hint(url, response.status_code, location, text)
        return Answer(response.status_code, error, text[:MOST_KEPT], hint)
