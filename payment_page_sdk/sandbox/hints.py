"""What to do about a callback that was not accepted, as far as the answer tells.

Frameworks answer a callback with their own pages. Only the type of an exception and its place are
taken from them, not its message, which may contain personal data.
"""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator
from html import unescape
from typing import Optional
from urllib.parse import urljoin, urlsplit

from payment_page_sdk._wire import escape_unprintable

LONGEST_QUOTE = 300

NO_ADDRESS = (
    'the callback has no address: set merchant_callback_url, or start the sandbox with '
    '--callback-url'
)
_FORGERY_ACCEPTED = (
    'your service has accepted a forged callback: verify each one with gate.handle_callback, and '
    'answer 400 if it raises'
)
_FORGERY_NOT_REFUSED = (
    'your service should answer 400 to a forged callback, so that its log tells forgeries from '
    'faults'
)

_TOO_SLOW = (
    'let your service answer at once, and do the work afterwards, in a queue. If it has only one '
    'worker, that may be waiting for the sandbox itself'
)

# The answers of this SDK's adapters.
_ADAPTERS = {
    'invalid_signature': 'your service has another secret key than this sandbox: give both the '
    'same one. If the keys are the same, something has changed the body on its way',
    'missing_signature': 'the signature is gone when the callback reaches your service: something '
    'on the way parses the body and writes it anew',
    'malformed_callback': 'the body is not JSON when it reaches your service: something has read '
    'or changed it before',
    'ambiguous_callback': 'a text in the callback contains a ";" and reads like another member: '
    'do not let customers choose such texts',
    'method_not_allowed': 'your service got another method than POST: something on the way has '
    'changed it',
    'callback_too_large': "the callback is larger than your service's limit for a body",
    'length_required': 'your server does not tell the application how long the body is: let the '
    'proxy in front of it send a Content-Length',
    'unsupported_encoding': 'something on the way has compressed the body: let it leave callbacks '
    'as they are',
    'callback_not_handled': 'the function that handles the callback has raised an exception: its '
    'type and place are in the log of your service (logger payment_page_sdk)',
}

_LOGIN = re.compile('/(?:[a-z_-]*login|log-in|signin|sign-in|auth)(?:[/?.]|$)', re.IGNORECASE)

_DJANGO_ERROR = re.compile(r'<title>\s*([A-Za-z_][\w.]{0,200})\s+at /').search
_DJANGO_PLACE, _LONGEST_PLACE = 'Exception Location:', 1000
_WERKZEUG_ERROR = re.compile(r'<title>\s*([A-Za-z_][\w.]{0,200})[^<]{0,5000}// Werkzeug').search
_WERKZEUG_PLACES = re.compile(
    r'<cite class="filename">"?([^<"]{1,1000})"?</cite>,\s*line <em class="line">([0-9]{1,9})</em>'
).findall
_TRACEBACK = 'Traceback (most recent call last)'
_TRACEBACK_PLACES = re.compile(r'File "([^"\n]{1,1000})", line ([0-9]{1,9})').findall
_TRACEBACK_ERROR = re.compile(r'^([A-Za-z_][\w.]{0,200})(?::|$)', re.MULTILINE).search


def find_hint(url: str, status: int, location: str, text: str) -> str:
    """Return what to do about an answer: its status, its Location, and its text. '' for 200."""
    if status == 200:
        return ''
    if status // 100 == 3 and location:
        return _about_redirect(url, location)
    return (
        _ADAPTERS.get(text.strip())
        or _about_django(text)
        or _about_exception(text)
        or _about_csrf(status, text)
        or _about_status(url, status, text)
    )


def find_hint_for_forgery(status: Optional[int], hint: str) -> str:
    """Return what to do about the answer to a forged callback. '' for 400, which is right.

    ``hint`` is what to do if there was no answer.
    """
    if status is None:
        return hint
    if status == 200:
        return _FORGERY_ACCEPTED
    return '' if status == 400 else _FORGERY_NOT_REFUSED


def find_hint_for_error(url: str, error: BaseException) -> str:
    """Return what to do if there was no answer; '' if ``error`` does not tell."""
    try:
        parts = urlsplit(url)
        host = _quote(parts.hostname or '')
        place = f'{host}:{parts.port}' if parts.port else host  # without any password
    except ValueError:
        return ''
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return f'there is no host with the name {host}: correct the address of callbacks'
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f'the certificate of {host} is not trusted ({_quote(cause.verify_message)}): if it '
                'is your own, start the sandbox with --ca-file and the file of the certificate'
            )
        if isinstance(cause, ssl.SSLError):
            return f'{host} does not speak https at this port: write the address with http:'
        if isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED:
            return (
                f'nothing listens at {place}: start your service, or correct the '
                'address of callbacks. Inside a container, localhost is the container itself'
            )
    return ''


def find_hint_for_silence(url: str) -> str:
    """Return what to do if the answer took too long."""
    if url.lower().startswith('https:'):
        return 'is this a port with https? If so, ' + _TOO_SLOW
    return _TOO_SLOW


def _causes(error: Optional[BaseException]) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _about_redirect(url: str, location: str) -> str:
    quoted = _quote(location)
    try:
        target = urljoin(url, location)
        asks_for_login = _LOGIN.search(urlsplit(target).path)
    except ValueError:
        target, asks_for_login = location, None
    if target == url + '/':
        return (
            f'your service redirects to {quoted}, and redirects are not followed: write the '
            'address of callbacks with the slash at its end'
        )
    if target == 'https' + url.removeprefix('http') and target != url:
        return (
            f'your service redirects to {quoted}, and redirects are not followed: write the '
            'address of callbacks with https:, or switch this redirect off on your machine'
        )
    if asks_for_login:
        return (
            f'your service redirects to {quoted}, which asks for a login: callbacks have none, so '
            'exempt their view from it'
        )
    return (
        f'your service redirects to {quoted}, and redirects are not followed: let the address of '
        'callbacks be that of the view itself'
    )


def _about_django(text: str) -> str:
    if '<title>DisallowedHost' in text:
        return 'Django does not know the host name in the address: add it to ALLOWED_HOSTS'
    if '<h1>Bad Request (400)</h1>' in text:
        return (
            'Django has refused it before any view: the host name may be missing in '
            'ALLOWED_HOSTS. The log of your service tells more'
        )
    if 'and you have APPEND_SLASH set' in text:
        return 'write the address of callbacks with the slash at its end, as your route has it'
    return ''


def _about_csrf(status: int, text: str) -> str:
    if 'CSRF verification failed' in text or 'CSRF Failed' in text:
        return (
            "Django's protection against CSRF has refused it: exempt the view with @csrf_exempt "
            "(this SDK's view for Django does that), or remove SessionAuthentication from it"
        )
    if 'The CSRF ' in text:
        return (
            "Flask-WTF's protection against CSRF has refused it: exempt the view with "
            'csrf.exempt(view)'
        )
    if status in (400, 403, 419) and 'csrf' in text.lower():
        return 'a protection against CSRF has refused it: exempt the view of callbacks from it'
    return ''


def _about_exception(text: str) -> str:
    """Tell the type and place of the exception that a framework's debug page shows."""
    kind, place = '', ''
    django, werkzeug = _DJANGO_ERROR(text), _WERKZEUG_ERROR(text)
    if django:
        kind, place = django[1], _find_django_place(text)
    elif werkzeug:
        kind, place = werkzeug[1], _last(_WERKZEUG_PLACES(text))
    elif _TRACEBACK in text:
        trace = text[text.rindex(_TRACEBACK) :]
        error = _TRACEBACK_ERROR(trace)
        kind, place = error[1] if error else '', _last(_TRACEBACK_PLACES(trace))
    if not kind:
        return ''
    kind = kind.rpartition('.')[2]
    place = ' '.join(unescape(place).split())
    return 'your service has raised ' + _quote(f'{kind}: {place}' if place else kind)


def _find_django_place(text: str) -> str:
    start = text.find(_DJANGO_PLACE)
    end = text.find('</td>', start)
    if not 0 <= start < end < start + _LONGEST_PLACE:
        return ''
    return re.sub('<[^>]*>', '', text[start:end].partition('<td>')[2])


def _last(places: list[tuple[str, str]]) -> str:
    return ', line '.join(places[-1]) if places else ''


def _about_status(url: str, status: int, text: str) -> str:
    path = _quote(urlsplit(url).path or '/')
    if status == 404:
        if 'ngrok' in text:
            return 'the tunnel is closed: start it again, and correct the address of callbacks'
        return (
            f'your service has no {path}: correct the address of callbacks, or the routes. A slash '
            'at the end counts'
        )
    if status == 405:
        return f'your service has {path}, but not for POST: let the route accept POST'
    if status in (401, 403, 407):
        return (
            f'your service asks for a login or a permission at {path}: callbacks have none, so '
            'exempt their view from it. The signature proves who has sent them'
        )
    if status == 422:
        return (
            'your framework expects another body: let the view take the request as it is, and '
            'give its raw body to gate.handle_callback'
        )
    if status in (502, 503, 504):
        return 'a proxy or tunnel has answered, but not your service: is that running?'
    if status >= 500:
        return 'your service has failed: its log tells why'
    if status < 300:
        return 'only 200 counts as accepted: after any other status, the callback comes again'
    return 'your service has refused it: its log may tell why. Only 200 counts as accepted'


def _quote(text: str) -> str:
    return escape_unprintable(text[:LONGEST_QUOTE])
