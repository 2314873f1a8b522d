"""The application for INSTALLED_APPS: checks the settings that ``get_gate`` reads."""

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from payment_page_sdk.contrib.answers import LIMIT
from payment_page_sdk.contrib.django import get_gate
from payment_page_sdk.exceptions import ConfigurationException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, List


class PaymentPageConfig(AppConfig):
    """The configuration of the application."""

    name = 'payment_page_sdk.contrib.django'
    label = 'payment_page_sdk'
    verbose_name = 'Payment Page'

    def ready(self) -> None:
        """Register the system checks."""
        checks.register(check_settings)


def check_settings(app_configs: 'Any', **kwargs: 'Any') -> 'List[checks.CheckMessage]':
    """Return what is wrong with the settings; no message holds a secret key.

    - payment_page_sdk.E001: PAYMENT_PAGE_SECRET is missing;
    - payment_page_sdk.E002: a setting cannot be used;
    - payment_page_sdk.W001: white space around a secret key;
    - payment_page_sdk.W002: DATA_UPLOAD_MAX_MEMORY_SIZE is smaller than a callback may be.
    """
    return list(_findings())


def _findings() -> 'Iterator[checks.CheckMessage]':
    if not hasattr(settings, 'PAYMENT_PAGE_SECRET'):
        yield checks.Error(
            'The setting PAYMENT_PAGE_SECRET is missing.',
            hint='It is the secret key of your project.',
            id='payment_page_sdk.E001',
        )
    else:
        try:
            get_gate()
        except ConfigurationException as error:
            yield checks.Error(
                'The settings PAYMENT_PAGE_* cannot be used: %s.' % error,
                id='payment_page_sdk.E002',
            )
        else:
            secrets = [settings.PAYMENT_PAGE_SECRET]
            secrets.extend(getattr(settings, 'PAYMENT_PAGE_PREVIOUS_SECRETS', ()))
            if any(secret != secret.strip() for secret in secrets):
                yield checks.Warning(
                    'A secret key has white space around it: it was hardly issued so, and no '
                    'signature will match.',
                    id='payment_page_sdk.W001',
                )
    largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if largest is not None and largest < LIMIT:
        yield checks.Warning(
            'DATA_UPLOAD_MAX_MEMORY_SIZE is less than the %d bytes that a callback may have: where '
            'a middleware reads request.body, larger callbacks are refused.' % LIMIT,
            id='payment_page_sdk.W002',
        )
