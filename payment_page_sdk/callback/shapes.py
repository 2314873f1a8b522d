"""The shapes of callbacks: facts about a payment, put as the platform puts them. Not signed yet.

For what plays the platform: tests, and a local sandbox. Every function returns a new dict, ready
for JSON, which shares nothing with what it was made of. Sums are dicts of ``amount``, in minor
units, and ``currency``; dates are texts, as ``format_moment`` writes them. Members of further names
are taken as they are; those that are None are left out.

Sources: the platform's documentation of callbacks, its SDKs and plugins.
"""

from copy import deepcopy
from datetime import timezone

from payment_page_sdk.exceptions import ValidationException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any, Dict, Iterable, Optional, Sequence

    Members = Dict[str, Any]

# What a payment has in both families; its type, sum and description have other places in a list.
_LISTED_PAYMENT = (
    'id',
    'date',
    'method',
    'status',
    'is_new_attempts_available',
    'attempts_timeout',
)
_LISTED_OPERATION = ('id', 'type', 'status', 'date', 'request_id', 'code', 'message')


def format_moment(when: 'datetime') -> str:
    """Return an aware datetime as callbacks have it, in UTC: ``2018-08-28T09:11:28+0000``.

    Raises ValidationException for a datetime without a time zone.
    """
    if when.utcoffset() is None:
        raise ValidationException('a moment needs a time zone')
    utc = when.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None)
    return utc.isoformat() + '+0000'


def mask(number: str) -> str:
    """Return the number of a card with nothing but its first six and last four digits."""
    return number[:6] + '*' * (len(number) - 10) + number[-4:]


def payment_operation(
    project_id: int, payment: 'Members', operation: 'Members', **members: 'Any'
) -> 'Members':
    """Return the most frequent callback: a payment, and the operation that has changed it.

    ``payment`` has id, type, status, date, method, sum, description; ``operation`` has id, type,
    status, date, created_date, request_id, sum_initial, sum_converted, code, message, eci and
    provider; each of them where it is known. ``members`` are account, customer, recurring,
    errors, acs, ...
    """
    return _known(members, project_id=project_id, payment=payment, operation=operation)


def operations_list(
    project_id: int, payment: 'Members', operations: 'Sequence[Members]', sum_request: 'Members',
    **members: 'Any'
) -> 'Members':  # fmt: skip
    """Return a payment with all its operations: a callback, and what the form's events bring.

    ``payment`` and ``operations``, the oldest of which comes first, have the members that they
    have in ``payment_operation``. ``sum_request`` is what the link asked for. The result code, its
    message and ``auth_code`` are the last operation's.
    """
    first, last = operations[0], operations[-1]
    return _known(
        members,
        general={'project_id': project_id, 'payment_id': payment['id']},
        transaction=_known(
            {}, id=first['id'], date=first.get('created_date'), type=payment.get('type')
        ),
        payment=_known(
            _picked(payment, _LISTED_PAYMENT),
            result_code=last.get('code'),
            result_message=last.get('message'),
        ),
        description=payment.get('description'),
        sum_request=sum_request,
        sum_real=payment.get('sum'),
        operations=[_listed(operation) for operation in operations],
        auth_code=last.get('provider', {}).get('auth_code'),
    )


def tokenized(
    project_id: int, token: str, status: str, created_at: str, request_id: str,
    customer_id: 'Optional[str]' = None, card: 'Optional[Members]' = None, **members: 'Any'
) -> 'Members':  # fmt: skip
    """Return what tells that the token of a card was made, deleted or has expired.

    ``status`` is the token's: active, revoke or expiry. ``card`` has number, masked, exp_month and
    exp_year, both int, and holder.
    """
    return _known(
        members,
        general={'project_id': project_id},
        request={'id': request_id, 'action': 'tokenize', 'status': 'success'},
        token=token,
        token_status=status,
        token_created_at=created_at,
        customer=None if customer_id is None else {'id': customer_id},
        card=card,
    )


def recurring_registration(project_id: int, recurring: 'Members', **members: 'Any') -> 'Members':
    """Return the state of a series of payments.

    ``recurring`` has id, status, type, currency, exp_year, exp_month, period and time, where known.
    """
    return _known(members, project_id=project_id, recurring=recurring)


def redirect_data(
    payment_id: str, url: str, method: str = 'GET', body: 'Optional[Dict[str, str]]' = None,
    **members: 'Any'
) -> 'Members':  # fmt: skip
    """Return where the customer is to be sent: by GET, or by POST with the fields of ``body``."""
    return _known(
        members,
        payment={'id': payment_id},
        # As the platform writes it: without fields, the body is a list.
        redirectData={'method': method, 'url': url, 'body': body or [], 'encrypted': []},
    )


def payout_registration(uuid: str, **members: 'Any') -> 'Members':
    """Return what registers a payout: ``uuid`` opens the page for it."""
    return _known(members, uuid=uuid)


def simplified_docs_sample(
    project_id: int, payment: 'Members', operation: 'Members', **members: 'Any'
) -> 'Members':
    """Return the shape that one article of the documentation has, and no other source.

    ``payment`` and ``operation`` have the members that they have in ``payment_operation``.
    """
    return _known(
        members,
        project_id=project_id,
        payment_id=payment['id'],
        payment=_known(_picked(payment, ('type', 'status')), **payment['sum']),
        operation=_picked(operation, ('id', 'type', 'status')),
    )


def _listed(operation: 'Members') -> 'Members':
    return _known(
        _picked(operation, _LISTED_OPERATION),
        sum=operation.get('sum_initial'),
        processing_time=operation.get('processing_time'),
        provider=_picked(operation.get('provider', {}), ('id', 'payment_id')) or None,
    )


def _picked(members: 'Members', names: 'Iterable[str]') -> 'Members':
    return {name: members[name] for name in names if name in members}


def _known(others: 'Members', **members: 'Any') -> 'Members':
    """Return a copy of all members that are not None; of two with one name, that of ``others``."""
    members.update(others)
    return {name: deepcopy(value) for name, value in members.items() if value is not None}
