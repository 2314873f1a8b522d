"""What goes wrong with the Gate API on request, so that merchants can test what they do then."""

from __future__ import annotations

from threading import BoundedSemaphore, Event, Lock
from typing import Optional

from payment_page_sdk.sandbox.refusals import Refusal

# The first two do what is requested: one answers late, the other never. ERROR and DENIED are HTTP
# statuses, and nothing is done. CUT does it, and breaks off in the middle of the answer.
SLOW, TIMEOUT, ERROR, DENIED, CUT = FAULTS = ('slow', 'timeout', '500', '403', 'cut')

SECONDS_LATE = 5
SECONDS_OF_SILENCE = 60
MOST_WAITING = 8  # requests at once, half of the server's threads


class Faults:
    """The fault that requests meet, if any: all of them, or the next few."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._fault: Optional[str] = None
        self._times: Optional[int] = None
        self._is_stopping = Event()
        self._places = BoundedSemaphore(MOST_WAITING)

    def choose(self, fault: Optional[str], times: Optional[int] = None) -> None:
        """Let requests meet ``fault``, or none if it is None.

        ``times`` is for how many requests; None means until this is called again.
        """
        if fault not in (None, *FAULTS):
            raise Refusal('wrong_fault', 'fault must be one of ' + ', '.join(FAULTS))
        if times is not None and times < 1:
            raise Refusal('wrong_fault', 'times must be at least 1')
        with self._lock:
            self._fault, self._times = fault, times

    def take(self) -> Optional[str]:
        """Return the fault that the next request meets."""
        with self._lock:
            fault = self._fault
            if self._times is not None:
                self._times -= 1
                if not self._times:
                    self._fault = self._times = None
            return fault

    def wait(self, fault: Optional[str]) -> None:
        """Keep a request waiting as its fault says; not if too many wait, or after ``stop``."""
        seconds = {SLOW: SECONDS_LATE, TIMEOUT: SECONDS_OF_SILENCE}.get(fault or '', 0)
        if seconds and self._places.acquire(blocking=False):
            self._is_stopping.wait(seconds)
            self._places.release()

    def stop(self) -> None:
        """Let no request wait any more."""
        self._is_stopping.set()
