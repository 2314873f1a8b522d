"""The options of the sandbox, and what they may be."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import NamedTuple, Optional

from payment_page_sdk.exceptions import ConfigurationException
from payment_page_sdk.parameters.rules import URL
from payment_page_sdk.sandbox.faults import FAULTS
from payment_page_sdk.sandbox.gate_api import create_networks

SLOWEST = 0.001


class Settings(NamedTuple):
    """The options of the command line, except for the secret key."""

    host: str
    port: int
    project_id: int
    callback_url: str
    database: Optional[str]
    speed: float
    with_shop: bool
    open_browser: bool
    ca_file: Optional[str] = None
    gate_allow: Sequence[str] = ()
    gate_fault: Optional[str] = None
    is_quiet: bool = False
    json_log: bool = False


def check(settings: Settings) -> None:
    """Raise ConfigurationException for settings that cannot be used."""
    if not SLOWEST <= settings.speed < float('inf'):
        raise ConfigurationException(f'the speed must be a finite number, at least {SLOWEST}')
    if not 0 <= settings.port < 65536:
        raise ConfigurationException('the port must be from 0 to 65535')
    if settings.project_id < 1:
        raise ConfigurationException('the project id must be at least 1')
    if settings.callback_url:
        check_url(settings.callback_url, 'callback_url')
    if settings.gate_fault not in (None, *FAULTS):
        raise ConfigurationException('the fault must be one of ' + ', '.join(FAULTS))
    try:
        create_networks(settings.gate_allow)
    except ValueError as error:
        raise ConfigurationException(str(error)) from None
    check_ca_file(settings.ca_file)


def check_url(url: str, name: str) -> None:
    """Raise ConfigurationException if callbacks cannot be sent to ``url``, an option."""
    for found in URL.find(url, name, {}):
        raise ConfigurationException(found.message)


def check_ca_file(name: Optional[str]) -> None:
    """Raise ConfigurationException if certificates cannot be read from a file; None is none."""
    if name is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(name)
    except OSError as error:
        raise ConfigurationException(
            f'certificates cannot be read from the file {name}: {error.strerror}'
        ) from None
