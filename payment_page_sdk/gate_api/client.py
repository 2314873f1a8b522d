"""The clients of the Gate API, which send requests by HTTPX: GateApi, and for asyncio AsyncGateApi.

Each request has a connection of its own. A connection that was kept may have been closed by the
other side, and whoever sends a refund into it cannot know whether it was done.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextvars import copy_context
from functools import cached_property
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from time import sleep
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Union

import httpx
from tenacity import (
    AsyncRetrying,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_exponential,
    wait_random,
)

from payment_page_sdk import __version__
from payment_page_sdk.callback import Callback
from payment_page_sdk.exceptions import ConfigurationException, ProcessException
from payment_page_sdk.gate import Gate
from payment_page_sdk.gate_api.answers import AcceptedRequest, Answers, StatusAnswer
from payment_page_sdk.gate_api.exceptions import NoAnswer
from payment_page_sdk.gate_api.reconciliation import Reconciliation
from payment_page_sdk.gate_api.requests import CARD, Request, Requests, path_of
from payment_page_sdk.signature_handler import SignatureHandler

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from payment_page_sdk.gate_api.requests import AmountInput, Members, RefundMembers
    from payment_page_sdk.parameters.kinds import IntegerInput, TextInput

PLATFORM = 'https://api.ecommpay.com'

LARGEST_ANSWER = 1024 * 1024  # bytes
MOST_TRIES = 3  # to read a status

_HEADERS = {
    'Accept-Encoding': 'identity',  # nothing that unpacks to more than it is
    'Connection': 'close',
    'Content-Type': 'application/json',
    'User-Agent': f'ecommpay-sdk-python/{__version__}',
}

# With these, nothing has been sent.
_NOT_CONNECTED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)

_ADDRESS = (
    r'(https://([\w.-]+|\[[0-9a-fA-F:]+\])|http://(localhost|127(\.[0-9]{1,3}){3}|\[::1\]))'
    r'(:[0-9]{1,5})?(/[\w./~-]*)?\Z'
)

Acceptance_ = TypeVar('Acceptance_')
Status_ = TypeVar('Status_')
Read = Callable[[Request, int, bytes], Any]


class _Calls(Generic[Acceptance_, Status_]):
    """The requests of both clients.

    ``gate_or_secret`` is the Gate, or the secret key of the project. ``base_url`` is the address of
    the Gate API if it is not the platform's own, https://api.ecommpay.com: by https, or by http on
    this machine. ``timeout`` is the most seconds that an answer may take. Raises
    ConfigurationException for what cannot be used, and ValidationException for a ``project_id``
    that cannot be one.

    Amounts are in minor units; a Decimal is in major units. ``method`` is what the payment was
    made by: a method as callbacks have it, a callback or status answer about the payment, or a path
    of the Gate API (``wallet/paypal``). Further members are described in docs/en/after-payment.md.

    Every request raises ValidationException for input that cannot be sent, and GateApiException
    if it was not accepted. None is sent twice, but for those that only read.
    """

    def __init__(
        self,
        gate_or_secret: Union[Gate, str],
        project_id: IntegerInput,
        base_url: str = '',
        timeout: float = 10.0,
    ) -> None:
        try:
            gate = gate_or_secret if isinstance(gate_or_secret, Gate) else Gate(gate_or_secret)
        finally:
            del gate_or_secret  # debug pages would show it with any error here
        handler: SignatureHandler = gate._signature_handler
        self._requests = Requests(handler, project_id)
        self._answers = Answers(handler)
        self._base_url = _checked(base_url)
        if not 0 < timeout < float('inf'):
            raise ConfigurationException('timeout is a positive number of seconds')
        self._timeout = timeout

    # reading

    def status(self, payment_id: TextInput) -> Status_:
        """Return the status of a payment."""
        return self._read(self._requests.of_payment('status', payment_id))

    def request_status(self, request_id: str) -> Status_:
        """Return the state of the request with the ``request_id`` of its acceptance.

        Not sooner than 10 seconds after it. The answer has an older shape: see
        docs/en/after-payment.md.
        """
        return self._read(self._requests.of_request(request_id))

    def recurring_info(
        self,
        payment_id: TextInput,
        recurring_id: IntegerInput,
        method: Union[str, Callback] = CARD,
    ) -> Status_:
        """Return the state of a series of payments: ``get_recurring_status`` and others read it.

        ``payment_id`` is a new one.
        """
        path = path_of(method, 'recurring/info')
        request = self._requests.of_payment(
            path, payment_id, members={'recurring_id': recurring_id}
        )
        # The answer may be about the payment that registered the series.
        return self._read(request._replace(payment_id=None))

    # doing

    def capture(
        self,
        payment_id: TextInput,
        amount: Union[AmountInput, None] = None,
        currency: Union[TextInput, None] = None,
        method: Union[str, Callback] = CARD,
        **members: Unpack[Members],
    ) -> Acceptance_:
        """Charge what is held, by default all of it."""
        return self._do(path_of(method, 'capture'), payment_id, amount, currency, members)

    def cancel(
        self,
        payment_id: TextInput,
        amount: Union[AmountInput, None] = None,
        currency: Union[TextInput, None] = None,
        method: Union[str, Callback] = CARD,
        **members: Unpack[Members],
    ) -> Acceptance_:
        """Release what is held, by default all of it."""
        return self._do(path_of(method, 'cancel'), payment_id, amount, currency, members)

    def refund(
        self,
        payment_id: TextInput,
        amount: Union[AmountInput, None] = None,
        currency: Union[TextInput, None] = None,
        description: TextInput = '',
        merchant_refund_id: Union[TextInput, None] = None,
        method: Union[str, Callback, None] = CARD,
        **members: Unpack[RefundMembers],
    ) -> Acceptance_:
        """Give money back, by default all that is left.

        ``description`` is required. ``merchant_refund_id`` is your id of the refund. It is not
        documented whether the platform recognises an identical refund that is sent again. Where
        ``method`` is None, the request does not name it.
        """
        path = 'refund' if method is None else path_of(method, 'refund')
        named = dict(members, description=description, merchant_refund_id=merchant_refund_id)
        return self._do(path, payment_id, amount, currency, named)

    def debit_recurring(
        self,
        payment_id: TextInput,
        amount: AmountInput,
        currency: TextInput,
        recurring_id: IntegerInput,
        method: Union[str, Callback] = CARD,
        **members: Unpack[Members],
    ) -> Acceptance_:
        """Make the next payment of a series, which a payment with ``recurring`` has registered.

        ``payment_id`` is a new one; ``recurring_id`` is what ``get_recurring_id`` of the callback
        returned. The platform may ask for the member ``customer_ip_address``.
        """
        named = dict(members, recurring_id=recurring_id)
        return self._do(path_of(method, 'recurring'), payment_id, amount, currency, named)

    def cancel_recurring(
        self,
        payment_id: TextInput,
        recurring_id: IntegerInput,
        method: Union[str, Callback] = CARD,
        **members: Unpack[Members],
    ) -> Acceptance_:
        """End a series of payments. ``payment_id`` is a new one."""
        named = dict(members, recurring_id=recurring_id)
        return self._do(path_of(method, 'recurring/cancel'), payment_id, None, None, named)

    def _do(
        self, path: str, payment_id: Any, amount: Any, currency: Any, members: Any
    ) -> Acceptance_:
        request = self._requests.of_payment(path, payment_id, amount, currency, members)
        acceptance: Acceptance_ = self._exchange(request, self._answers.acceptance)
        return acceptance

    if TYPE_CHECKING:  # how it is sent, each client knows itself

        def _read(self, request: Request) -> Status_:
            """Send a request that changes nothing; again if there is no answer."""
            ...

        def _exchange(self, request: Request, read: Read) -> Any:
            """Send a request once, and return what ``read`` returns of the answer."""
            ...

    @property
    def _retries(self) -> dict[str, Any]:
        return {
            'retry': retry_if_exception_type(NoAnswer),
            'stop': stop_after_attempt(MOST_TRIES) | stop_after_delay(self._timeout / 2),
            'wait': wait_exponential(multiplier=0.25) + wait_random(0, 0.25),
            'reraise': True,
        }

    @property
    def _is_https(self) -> bool:
        return self._base_url.startswith('https:')

    @property
    def _client_options(self) -> dict[str, Any]:
        return {
            'base_url': self._base_url,
            'headers': _HEADERS,
            'verify': self._trusted,
            # A little less than for the whole, so that it is known what has taken so long.
            'timeout': httpx.Timeout(self._timeout * 0.9, connect=self._timeout / 2),
            'trust_env': self._is_https,  # it names proxies: none is on the way to this machine
            'follow_redirects': False,
        }

    @cached_property
    def _trusted(self) -> SSLContext:
        """The certificates to trust: without https none, since to read them takes long."""
        if self._is_https:
            return httpx.create_ssl_context()
        return SSLContext(PROTOCOL_TLS_CLIENT)


class GateApi(_Calls[AcceptedRequest, StatusAnswer]):
    __doc__ = _Calls.__doc__

    def reconcile(
        self, payment_ids: Iterable[TextInput], at_once: int = 4, per_second: float = 5.0
    ) -> Generator[StatusAnswer, None, None]:
        """Yield what callbacks about these payments would have said, in the same order.

        Pass each to the function that handles your callbacks. It asks for the status of
        ``at_once`` payments at the same time, and ``per_second`` payments a second. Payments that
        no customer has confirmed are skipped. Raises Unreconciled at the end if it could not learn
        about some; after five in a row, it asks for no more.
        """
        run = Reconciliation(payment_ids, at_once, per_second)
        asked: deque[tuple[Any, Future[StatusAnswer]]] = deque()

        def take() -> list[StatusAnswer]:
            payment_id, call = asked.popleft()
            try:
                return run.learned(call.result())
            except ProcessException as error:
                return run.failed(payment_id, error)

        with ThreadPoolExecutor(at_once) as pool:
            for payment_id in run.payment_ids():
                if len(asked) == at_once:
                    yield from take()
                sleep(run.seconds_to_wait())
                asked.append((payment_id, pool.submit(self.status, payment_id)))
            while asked:
                yield from take()
        run.finish()

    def _read(self, request: Request) -> StatusAnswer:
        retrying = Retrying(**self._retries)
        answer: StatusAnswer = retrying(self._exchange, request, self._answers.status)
        return answer

    def _exchange(self, request: Request, read: Read) -> Any:
        # In a thread, since the client's own limits are for each step: a server that sends a byte
        # from time to time would never reach them.
        client = httpx.Client(**self._client_options)
        pool = ThreadPoolExecutor(1)
        try:
            call = pool.submit(copy_context().run, _post, client, request)
            return read(request, *call.result(self._timeout))
        except (httpx.HTTPError, FutureTimeoutError) as error:
            failure = _no_answer(error)
        finally:
            client.close()  # the thread ends, too, if it was still reading
            pool.shutdown(wait=False)
        raise failure


class AsyncGateApi(_Calls[Coroutine[Any, Any, AcceptedRequest], Coroutine[Any, Any, StatusAnswer]]):
    __doc__ = _Calls.__doc__

    async def reconcile(
        self, payment_ids: Iterable[TextInput], at_once: int = 4, per_second: float = 5.0
    ) -> AsyncGenerator[StatusAnswer, None]:
        """Yield what callbacks about these payments would have said, in the same order.

        As GateApi.reconcile does.
        """
        run = Reconciliation(payment_ids, at_once, per_second)
        asked: deque[tuple[Any, asyncio.Task[StatusAnswer]]] = deque()

        async def take() -> list[StatusAnswer]:
            payment_id, call = asked.popleft()
            try:
                return run.learned(await call)
            except ProcessException as error:
                return run.failed(payment_id, error)

        async def ask(payment_id: Any) -> StatusAnswer:
            return await self.status(payment_id)

        try:
            for payment_id in run.payment_ids():
                if len(asked) == at_once:
                    for said in await take():
                        yield said
                await asyncio.sleep(run.seconds_to_wait())
                asked.append((payment_id, asyncio.create_task(ask(payment_id))))
            while asked:
                for said in await take():
                    yield said
        finally:
            calls = [call for _, call in asked]
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
        run.finish()

    async def _read(self, request: Request) -> StatusAnswer:
        retrying = AsyncRetrying(**self._retries)
        answer: StatusAnswer = await retrying(self._exchange, request, self._answers.status)
        return answer

    async def _exchange(self, request: Request, read: Read) -> Any:
        try:
            async with httpx.AsyncClient(**self._client_options) as client:
                answer = await asyncio.wait_for(_post_async(client, request), self._timeout)
            return read(request, *answer)
        except (httpx.HTTPError, asyncio.TimeoutError) as error:
            failure = _no_answer(error)
        raise failure


def _post(client: httpx.Client, request: Request) -> tuple[int, bytes]:
    """Send a request; return the HTTP status and the body of the answer."""
    with client.stream('POST', request.path, content=request.content) as response:
        body = b''
        for chunk in response.iter_raw(LARGEST_ANSWER):
            body += chunk
            _refuse_large(body)
        return response.status_code, body


async def _post_async(client: httpx.AsyncClient, request: Request) -> tuple[int, bytes]:
    async with client.stream('POST', request.path, content=request.content) as response:
        body = b''
        async for chunk in response.aiter_raw(LARGEST_ANSWER):
            body += chunk
            _refuse_large(body)
        return response.status_code, body


def _refuse_large(body: bytes) -> None:
    if len(body) > LARGEST_ANSWER:
        raise httpx.DecodingError('too large')


def _no_answer(error: Exception) -> NoAnswer:
    """Return the error for an exchange that failed. That one would carry the request along."""
    if isinstance(error, _NOT_CONNECTED):
        return NoAnswer('the platform cannot be reached, so nothing was done')
    if isinstance(error, httpx.DecodingError):
        problem = 'the answer is too large'
    elif isinstance(error, (httpx.TimeoutException, FutureTimeoutError, asyncio.TimeoutError)):
        problem = 'the platform did not answer in time'
    else:
        problem = 'the connection broke off before the end of the answer'
    return NoAnswer(problem, may_have_been_done=True)


def _checked(base_url: str) -> str:
    """Return the address of a Gate API. Raises ConfigurationException."""
    if base_url in ('', None):
        return PLATFORM
    if not isinstance(base_url, str) or not re.match(_ADDRESS, base_url, re.ASCII):
        raise ConfigurationException('base_url is an address by https, or by http on this machine')
    return base_url
