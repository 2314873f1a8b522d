"""The application for INSTALLED_APPS: checks the settings that ``get_gate`` reads."""

from ipaddress import ip_address
from itertools import chain
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from payment_page_sdk.contrib.answers import LIMIT
from payment_page_sdk.contrib.django import get_gate
from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.signature_handler import AROUND_SECRETS, trim_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, List

_LOCAL_DOMAINS = ('localhost', 'local', 'lan', 'home', 'internal', 'test', 'invalid')


class PaymentPageConfig(AppConfig):
    """Registers the checks."""

    name = 'payment_page_sdk.contrib.django'
    label = 'payment_page_sdk'
    verbose_name = 'Payment Page'

    def ready(self) -> None:
        """Register the system checks."""
        checks.register(check_settings)
        checks.register(check_deployment, deploy=True)


def check_settings(app_configs: 'Any', **kwargs: 'Any') -> 'List[checks.CheckMessage]':
    """Return what is wrong with the settings; no message contains a secret key.

    - payment_page_sdk.E001: PAYMENT_PAGE_SECRET is missing;
    - payment_page_sdk.E002: a setting cannot be used;
    - payment_page_sdk.W001: a secret key has white space, quotes or the like around it;
    - payment_page_sdk.W002: DATA_UPLOAD_MAX_MEMORY_SIZE is less than a callback may have.
    """
    return list(chain(_check_gate(), _check_upload_limit()))


def check_deployment(app_configs: 'Any', **kwargs: 'Any') -> 'List[checks.CheckMessage]':
    """Return what is wrong with the settings of a site for customers: ``check --deploy``.

    - payment_page_sdk.W003: PAYMENT_PAGE_BASE_URL is local, or without https.
    """
    base_url = getattr(settings, 'PAYMENT_PAGE_BASE_URL', '')
    if not (isinstance(base_url, str) and _is_local(base_url)):
        return []
    return [
        checks.Warning(
            'PAYMENT_PAGE_BASE_URL is an address for development: your customers cannot pay there.',
            hint='Remove the setting, or leave it empty, and links lead to the platform.',
            id='payment_page_sdk.W003',
        )
    ]


def _is_local(url: str) -> bool:
    """Tell whether ``url`` is without https, or of a machine here or in a network of one's own."""
    if not url:
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ''
    except ValueError:
        return False  # payment_page_sdk.E002 reports it
    if parts.scheme != 'https':
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        # A name without a dot is one of a local network, or of a container.
        return '.' not in host or host.rpartition('.')[2] in _LOCAL_DOMAINS


def _check_gate() -> 'Iterator[checks.CheckMessage]':
    if not hasattr(settings, 'PAYMENT_PAGE_SECRET'):
        yield checks.Error(
            'The setting PAYMENT_PAGE_SECRET is missing.',
            hint='It is the secret key of your project.',
            id='payment_page_sdk.E001',
        )
        return
    try:
        get_gate()
    except ConfigurationException as error:
        yield checks.Error(
            'The settings PAYMENT_PAGE_* cannot be used: %s.' % error,
            id='payment_page_sdk.E002',
        )
        return
    secrets = [settings.PAYMENT_PAGE_SECRET]
    secrets.extend(getattr(settings, 'PAYMENT_PAGE_PREVIOUS_SECRETS', ()))
    if any(secret != trim_secret(secret) for secret in secrets):
        yield checks.Warning(
            'A secret key has %s around it, probably by mistake: no signature will match.'
            % AROUND_SECRETS,
            id='payment_page_sdk.W001',
        )


def _check_upload_limit() -> 'Iterator[checks.CheckMessage]':
    largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if largest is not None and largest < LIMIT:
        yield checks.Warning(
            'DATA_UPLOAD_MAX_MEMORY_SIZE is less than the %d bytes that a callback may have: if a '
            'middleware reads request.body, Django refuses larger callbacks.' % LIMIT,
            id='payment_page_sdk.W002',
        )
