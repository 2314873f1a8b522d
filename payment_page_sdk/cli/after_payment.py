"""The commands that ask the platform for something: status, capture, cancel and refund."""

import os
import sys

from payment_page_sdk._wire import escape_unprintable
from payment_page_sdk.cli.arguments import PROJECT_VARIABLE
from payment_page_sdk.exceptions import ConfigurationException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any, Dict, Optional, Tuple

    from payment_page_sdk.callback.facts import Sum
    from payment_page_sdk.gate import Gate
    from payment_page_sdk.gate_api import StatusAnswer

    Report = Tuple[Dict[str, Any], str]


def run(gate: 'Gate', options: 'Namespace') -> 'Report':
    """Carry out the command; return what to print, as facts and as a text."""
    from payment_page_sdk.gate_api.client import GateApi  # needs its extra

    project_id = options.project_id or os.environ.get(PROJECT_VARIABLE)
    if not project_id:
        raise ConfigurationException(
            'there is no project id: give --project-id, or set the environment variable '
            + PROJECT_VARIABLE
        )
    if options.command in ('cancel', 'refund') and not options.yes:
        _ask(options)
    api = GateApi(gate, project_id, options.base_url)
    if options.command == 'status':
        return _status(options.payment_id, api.status(options.payment_id))
    further = {}  # type: Dict[str, Any]
    if options.command == 'refund':
        further = {'description': options.description, 'merchant_refund_id': options.refund_id}
    accepted = getattr(api, options.command)(
        options.payment_id, options.amount, options.currency, method=options.method, **further
    )
    facts = dict(accepted._asdict(), is_accepted=True)
    return facts, 'accepted, not done yet; request %s' % escape_unprintable(accepted.request_id)


def _ask(options: 'Namespace') -> None:
    """Ask the user, and raise ConfigurationException if the answer is not yes."""
    if not sys.stdin.isatty():
        raise ConfigurationException('without a terminal, confirm this with --yes')
    amount = 'all' if options.amount is None else '%s minor units' % options.amount
    question = '%s %s of the payment %s?' % (
        options.command.capitalize(),
        amount,
        escape_unprintable(options.payment_id),
    )
    print(question, '[y/N] ', end='', file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ('y', 'yes'):
        raise ConfigurationException('nothing was done')


def _status(payment_id: str, answer: 'StatusAnswer') -> 'Report':
    status = answer.get_payment_status() if answer.is_started() else 'not started'
    operations = [
        dict(
            _sum(operation.get_sum()),
            id=operation.get_id(),
            type=operation.get_type(),
            status=operation.get_status(),
            code=operation.get_code(),
            request_id=operation.get_request_id(),
        )
        for operation in answer.get_operations()
    ]
    facts = dict(
        _sum(answer.get_payment_sum()),
        payment_id=answer.get_payment_id() or payment_id,
        status=status,
        is_started=answer.is_started(),
        is_final=answer.is_final(),
        is_signed=answer.is_signed,
        operations=operations,
    )
    lines = [_line('payment', payment_id, facts)]
    lines += [_line('  ' + str(facts['type']), str(facts['id']), facts) for facts in operations]
    return facts, '\n'.join(lines)


def _sum(money: 'Optional[Sum]') -> 'Dict[str, Any]':
    return {'amount': money and money.amount, 'currency': money and money.currency}


def _line(what: str, its_id: str, facts: 'Dict[str, Any]') -> str:
    money = '%(amount)s %(currency)s' % facts if facts['currency'] else 'no sum'
    line = '%s %s: %s, %s' % (what, its_id, facts['status'], money)
    return escape_unprintable(line + (', code ' + facts['code'] if facts.get('code') else ''))
