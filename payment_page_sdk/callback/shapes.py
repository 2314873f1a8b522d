"""The shapes of callbacks: facts about a payment, arranged as the platform does. Not signed yet.

For code that acts as the platform: tests, and the local sandbox. Every function returns a new dict,
ready for JSON, which shares nothing with its arguments. Sums are dicts of ``amount``, in minor
units, and ``currency``; dates are of type str, as ``format_moment`` writes them. Members with other
names are added unchanged; members that are None are left out.

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

# What a payment has in both families. A list has its type, sum and description in other places.
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
    """Return an aware datetime in UTC, as callbacks have it: ``2018-08-28T09:11:28+0000``.

    Raises ValidationException for a datetime without a time zone.
    """
    if when.utcoffset() is None:
        raise ValidationException('the datetime needs a time zone')
    utc = when.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None)
    return utc.isoformat() + '+0000'


def mask(number: str) -> str:
    """Return a card's number, all but its first six and last four digits replaced by ``*``."""
    return number[:6] + '*' * (len(number) - 10) + number[-4:]


def payment_operation(
    project_id: int, payment: 'Members', operation: 'Members', **members: 'Any'
) -> 'Members':
    """Return the most frequent callback: a payment, and the operation that has changed it.

    ``payment`` may have id, type, status, date, method, sum and description; ``operation`` may have
    id, type, status, date, created_date, request_id, sum_initial, sum_converted, code, message, eci
    and provider. ``members`` are account, customer, recurring, errors, acs, ...
    """
    return _merge(members, project_id=project_id, payment=payment, operation=operation)


def operations_list(
    project_id: int, payment: 'Members', operations: 'Sequence[Members]', sum_request: 'Members',
    **members: 'Any'
) -> 'Members':  # fmt: skip
    """Return a payment with all its operations: a callback, and the data of the form's events.

    ``payment`` and each of ``operations``, the oldest first, have the same members as for
    ``payment_operation``. ``sum_request`` is the sum that the link asked for. The result code, its
    message and ``auth_code`` are those of the last operation.
    """
    first, last = operations[0], operations[-1]
    return _merge(
        members,
        general={'project_id': project_id, 'payment_id': payment['id']},
        transaction=_merge(
            {}, id=first['id'], date=first.get('created_date'), type=payment.get('type')
        ),
        payment=_merge(
            _pick(payment, _LISTED_PAYMENT),
            result_code=last.get('code'),
            result_message=last.get('message'),
        ),
        description=payment.get('description'),
        sum_request=sum_request,
        sum_real=payment.get('sum'),
        operations=[_as_list_item(operation) for operation in operations],
        auth_code=last.get('provider', {}).get('auth_code'),
    )


def tokenized(
    project_id: int, token: str, status: str, created_at: str, request_id: str,
    customer_id: 'Optional[str]' = None, card: 'Optional[Members]' = None, **members: 'Any'
) -> 'Members':  # fmt: skip
    """Return a callback which says that the token of a card was made or deleted, or has expired.

    ``status`` is that of the token: active, revoke or expiry. ``card`` has the masked number,
    exp_month and exp_year, both int, and holder.
    """
    return _merge(
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

    ``recurring`` may have id, status, type, currency, exp_year, exp_month, period and time.
    """
    return _merge(members, project_id=project_id, recurring=recurring)


def redirect_data(
    payment_id: str, url: str, method: str = 'GET', body: 'Optional[Dict[str, str]]' = None,
    **members: 'Any'
) -> 'Members':  # fmt: skip
    """Return where to send the customer: by GET, or by POST with the fields of ``body``."""
    return _merge(
        members,
        payment={'id': payment_id},
        # As the platform writes it: if there are no fields, the body is a list.
        redirectData={'method': method, 'url': url, 'body': body or [], 'encrypted': []},
    )


def payout_registration(uuid: str, **members: 'Any') -> 'Members':
    """Return a callback that registers a payout: ``uuid`` opens the page for it."""
    return _merge(members, uuid=uuid)


def simplified_docs_sample(
    project_id: int, payment: 'Members', operation: 'Members', **members: 'Any'
) -> 'Members':
    """Return the shape that is found in one article of the documentation only.

    ``payment`` and ``operation`` have the same members as for ``payment_operation``.
    """
    return _merge(
        members,
        project_id=project_id,
        payment_id=payment['id'],
        payment=_merge(_pick(payment, ('type', 'status')), **payment['sum']),
        operation=_pick(operation, ('id', 'type', 'status')),
    )


def _as_list_item(operation: 'Members') -> 'Members':
    return _merge(
        _pick(operation, _LISTED_OPERATION),
        sum=operation.get('sum_initial'),
        processing_time=operation.get('processing_time'),
        provider=_pick(operation.get('provider', {}), ('id', 'payment_id')) or None,
    )


def _pick(members: 'Members', names: 'Iterable[str]') -> 'Members':
    return {name: members[name] for name in names if name in members}


def _merge(others: 'Members', **members: 'Any') -> 'Members':
    """Return a copy of all members that are not None; ``others`` take precedence."""
    members.update(others)
    return {name: deepcopy(value) for name, value in members.items() if value is not None}
