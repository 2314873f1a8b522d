"""Django: a view that receives callbacks, for your function. Django 2.2 and up.

    # settings.py
    PAYMENT_PAGE_SECRET = os.environ['PAYMENT_PAGE_SECRET']
    INSTALLED_APPS = [..., 'payment_page_sdk.contrib.django']  # for its system checks

    # views.py
    from payment_page_sdk.contrib.django import payment_callback

    @payment_callback
    def paid(callback):
        if callback.is_success() and callback.matches(1815, 'EUR'):
            move_order(callback.get_payment_id(), 'new', 'paid')

    # urls.py
    urlpatterns = [path('callbacks', paid)]

The settings ``PAYMENT_PAGE_SECRET``, ``PAYMENT_PAGE_PREVIOUS_SECRETS`` (a list),
``PAYMENT_PAGE_BASE_URL`` and ``PAYMENT_PAGE_VALIDATE`` are the arguments of the Gate. For links,
``get_gate()`` returns the same Gate. To use another one, write ``@payment_callback(gate)``.

The view is exempt from the protection against cross-site requests. The function may be ``async
def`` from Django 3.1 on. How requests are answered, and what is logged:
``payment_page_sdk.contrib.answers``.

With ``ATOMIC_REQUESTS``, only the function runs in the transaction, which is rolled back unless
the answer is 200: a forged callback never reaches the database.
``transaction.non_atomic_requests`` belongs below ``payment_callback``, on the function; above, it
has no effect on the function.

    @payment_callback
    @transaction.non_atomic_requests
    def paid(callback):
        ...

Django refuses ``ATOMIC_REQUESTS`` for an ``async def`` that is not exempt in this way.
"""

from asyncio import get_event_loop
from contextlib import contextmanager
from functools import lru_cache

import django
from django.conf import settings
from django.core.signals import setting_changed
from django.db import connections, transaction
from django.http import HttpResponse

from payment_page_sdk.contrib.answers import (
    CONTENT_TYPE,
    LIMIT,
    Receiver,
    check_result,
    is_async,
    make_get_gate,
    name_after,
)
from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.gate import Gate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable, Iterator, Optional, Set, overload

    from django.http import HttpRequest

    from payment_page_sdk.callback import Callback
    from payment_page_sdk.contrib.answers import Answer, Handler

    View = Callable[..., Any]

if django.VERSION[:2] < (3, 2):
    default_app_config = 'payment_page_sdk.contrib.django.apps.PaymentPageConfig'


@lru_cache(maxsize=None)
def get_gate() -> Gate:
    """Return the Gate that the settings describe: the same one each time.

    Raises ConfigurationException for settings that cannot be used.
    """
    return Gate(
        getattr(settings, 'PAYMENT_PAGE_SECRET', ''),
        getattr(settings, 'PAYMENT_PAGE_BASE_URL', ''),
        getattr(settings, 'PAYMENT_PAGE_PREVIOUS_SECRETS', ()),
        validate=getattr(settings, 'PAYMENT_PAGE_VALIDATE', False),
    )


if TYPE_CHECKING:

    @overload
    def payment_callback(gate: Handler) -> View: ...

    @overload
    def payment_callback(
        gate: Optional[Gate] = None, limit: int = LIMIT, reraise: bool = False
    ) -> Callable[[Handler], View]: ...


def payment_callback(gate: 'Any' = None, limit: int = LIMIT, reraise: bool = False) -> 'Any':
    """Decorate a function that takes a Callback: return the Django view that receives callbacks.

    Without ``gate``, the settings describe the Gate. ``limit`` is the number of bytes that a
    callback may have. The function's result is ignored; when it raises, the platform delivers the
    callback again. With ``reraise``, Django gets what the function raises. Raises
    ConfigurationException for arguments that cannot be used.
    """
    if callable(gate) and not hasattr(gate, 'handle_callback'):
        return payment_callback(None, limit, reraise)(gate)
    find_gate = get_gate if gate is None else make_get_gate(gate)

    def decorate(function: 'Handler') -> 'View':
        make_view = _make_async_view if is_async(function) else _make_sync_view
        view = make_view(function, find_gate, limit, reraise)
        name_after(view, function)
        view.csrf_exempt = True  # type: ignore[attr-defined]
        return view

    return decorate


def _make_sync_view(
    function: 'Handler', find_gate: 'Callable[[], Gate]', limit: int, reraise: bool
) -> 'View':
    exempt = _find_exempt(function)

    def handle(callback: 'Callback') -> None:
        check_result(function(callback))  # inside the transaction, so that it is rolled back

    def transact(callback: 'Callback') -> None:
        run = handle
        for alias in connections:
            if connections[alias].settings_dict['ATOMIC_REQUESTS'] and alias not in exempt:
                run = transaction.atomic(using=alias)(run)
        run(callback)

    receiver = Receiver(find_gate, limit, transact, reraise)

    def view(request: 'HttpRequest', *args: 'Any', **kwargs: 'Any') -> HttpResponse:
        answer = _refuse(receiver, request)
        if answer is None:
            with _reading(receiver, request) as body:
                answer = receiver.answer(body, request)
        return _make_response(answer)

    # Django starts no transaction for the aliases in this: for none at all, since `transact` does.
    # A set of them would lack the databases that are configured after the view is decorated.
    view._non_atomic_requests = connections  # type: ignore[attr-defined]
    return view


def _make_async_view(
    function: 'Handler', find_gate: 'Callable[[], Gate]', limit: int, reraise: bool
) -> 'View':
    if django.VERSION[:2] < (3, 1):
        raise ConfigurationException('an async function needs Django 3.1 or newer')
    receiver = Receiver(find_gate, limit, function, reraise)

    async def view(request: 'HttpRequest', *args: 'Any', **kwargs: 'Any') -> HttpResponse:
        answer = _refuse(receiver, request)
        if answer is None:
            with _reading(receiver, request) as body:
                answer = await receiver.answer_async(body, request, _run_in_thread)
        return _make_response(answer)

    # Django itself refuses ATOMIC_REQUESTS for async views that are not exempt.
    view._non_atomic_requests = _find_exempt(function)  # type: ignore[attr-defined]
    return view


def _find_exempt(function: 'Handler') -> 'Set[str]':
    """Return the aliases for which ``transaction.non_atomic_requests`` decorates ``function``."""
    return getattr(function, '_non_atomic_requests', set())


def _refuse(receiver: Receiver, request: 'HttpRequest') -> 'Optional[Answer]':
    return receiver.refuse(request.method, request.META.get('CONTENT_LENGTH'))


@contextmanager
def _reading(receiver: Receiver, request: 'HttpRequest') -> 'Iterator[Optional[bytes]]':
    """Yield the body; leave it in the request, where Django would raise if a middleware reads it.

    Only afterwards, since an error reporter may send a body that it can read with what is logged.
    """
    read = request.read
    environ = getattr(request, 'environ', {})
    if environ.get('wsgi.input_terminated') and not environ.get('CONTENT_LENGTH'):
        # The body comes in chunks: Django takes it for empty, but the server knows where it ends.
        read = environ['wsgi.input'].read
    body = receiver.read(read)
    try:
        yield body
    finally:
        request._body = body or b''


def _run_in_thread(function: 'Callable[..., Any]', *args: 'Any') -> 'Awaitable[Any]':
    return get_event_loop().run_in_executor(None, function, *args)


def _make_response(answer: 'Answer') -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type=CONTENT_TYPE)
    for name, value in answer.headers.items():
        response[name] = value
    return response


def _forget_gate(setting: str, **kwargs: 'Any') -> None:
    if setting.startswith('PAYMENT_PAGE_'):
        get_gate.cache_clear()


setting_changed.connect(_forget_gate)  # in tests
