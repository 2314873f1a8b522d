import copy
import hmac
import json
import pickle
from base64 import b64encode
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Any, Callable, Dict, List, Tuple

import pytest
from callback_families import misfits
from facts import read_lines

from payment_page_sdk._canonical import NaturalForm
from payment_page_sdk.callback.facts import Sum
from payment_page_sdk.callback.result_codes import result_of
from payment_page_sdk.exceptions import (
    AmbiguousCallback,
    ConfigurationException,
    InvalidSignature,
    MalformedCallback,
    MissingSignature,
    ValidationException,
)
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler
from payment_page_sdk.statuses import OperationStatus, OperationType, PaymentStatus, PaymentType
from payment_page_sdk.testing._history import Seed
from payment_page_sdk.testing.callback_factory import (
    ABSENT,
    DOCS_SAMPLE,
    OPERATIONS_LIST,
    PAYMENT_OPERATION,
    SHAPES,
    CallbackFactory,
)

SECRET = 'hunter2 is the secret'
GATE = Gate(SECRET)
STATUSES = [value for name, value in vars(PaymentStatus).items() if name.isupper()]


@pytest.fixture
def factory() -> CallbackFactory:
    return CallbackFactory(SECRET)


def operations_of(body: bytes) -> List[Tuple[Any, ...]]:
    return [
        (operation.get_type(), operation.get_status(), operation.get_sum())
        for operation in GATE.handle_callback(body).get_operations()
    ]


# every status in every shape


@pytest.mark.parametrize('shape', SHAPES)
@pytest.mark.parametrize('status', STATUSES + ['brand new'])
def test_every_status_is_reported_in_every_shape(
    factory: CallbackFactory, status: str, shape: str
) -> None:
    body = factory.payment('ORDER-1', 1815, 'EUR', status, shape=shape)
    assert type(body) is bytes
    assert misfits(json.loads(body.decode()), shape) == []
    callback = GATE.handle_callback(body)
    assert callback.get_payment_status() == status
    assert callback.get_payment_id() == 'ORDER-1'
    assert callback.get_project_id() == 186
    assert callback.get_payment_currency() == 'EUR'
    assert PaymentType(callback.get_payment_type() or '').is_known()
    assert OperationType(callback.get_operation_type() or '').is_known()
    assert OperationStatus(callback.get_operation_status() or '').is_known()
    assert callback.get_customer_id()
    if callback.is_success() or callback.is_pending() or callback.is_declined():
        assert callback.matches(1815, 'EUR')
    code = callback.get_operation_code()
    if shape != DOCS_SAMPLE:
        assert callback.get_token()
        assert callback.get_account_number() == factory._account['number']
        assert callback.get_payment_date() == callback.get_operations()[-1].get_date()
        assert callback.get_result() == (None if code is None else result_of(code))
        assert code is None or callback.get_operation_message() == result_of(code).message
        assert (callback.get_operation_status() == 'success') == (code == '0')


@pytest.mark.parametrize(
    'status, payment_type, operations',
    [
        ('success', 'purchase', [('sale', 'success', 1000)]),
        ('decline', 'purchase', [('sale', 'decline', 1000)]),
        ('internal error', 'purchase', [('sale', 'internal error', 1000)]),
        ('awaiting clearing', 'purchase', [('sale', 'processing', 1000)]),
        ('awaiting capture', 'purchase', [('auth', 'success', 1000)]),
        ('cancelled', 'purchase', [('auth', 'success', 1000), ('cancel', 'success', 1000)]),
        ('refunded', 'purchase', [('sale', 'success', 1000), ('refund', 'success', 1000)]),
        ('reversal', 'purchase', [('sale', 'success', 1000), ('reversal', 'success', 1000)]),
        ('partially refunded', 'purchase', [('sale', 'success', 1000), ('refund', 'success', 500)]),
        ('partially_paid_out', 'payout', [('payout', 'success', 1000)]),
        ('decline renewal', 'recurring', [('recurring', 'decline', 1000)]),
        ('invoice cancelled', 'invoice', [('invoice', 'invoice canceled', 1000)]),
        (
            'awaiting finalization',
            'purchase',
            [('contract registration', 'awaiting finalization', 1000)],
        ),
    ],
)
def test_a_status_is_brought_by_an_operation_that_can_bring_it(
    factory: CallbackFactory, status: str, payment_type: str, operations: Any
) -> None:
    body = factory.payment(status=status, shape=OPERATIONS_LIST)
    assert GATE.handle_callback(body).get_payment_type() == payment_type
    assert operations_of(body) == [
        (kind, outcome, Sum(amount, 'EUR')) for kind, outcome, amount in operations
    ]


def test_a_task_of_the_customer_comes_with_its_data(factory: CallbackFactory) -> None:
    callback = GATE.handle_callback(factory.payment(status='awaiting_3ds_result'))
    assert sorted(callback.get_acs() or {}) == ['acs_url', 'md', 'pa_req']
    callback = GATE.handle_callback(factory.payment(status='awaiting clarification'))
    assert callback.get_clarification_fields()
    assert callback.get_acs() is None


@pytest.mark.parametrize(
    'payment_type, operation_type',
    [
        ('purchase', 'sale'),
        ('payout', 'payout'),
        ('recurring', 'recurring'),
        ('invoice', 'sale'),
        ('account verification', 'account verification'),
    ],
)
def test_a_payment_has_the_type_that_it_is_given(
    factory: CallbackFactory, payment_type: str, operation_type: str
) -> None:
    callback = GATE.handle_callback(factory.payment(payment_type=payment_type, amount=0))
    assert callback.get_payment_type() == payment_type
    assert callback.get_operation_type() == operation_type
    assert callback.get_payment_sum() == Sum(0, 'EUR')


# what follows what


def test_an_unfinished_operation_goes_on_and_all_others_are_new(factory: CallbackFactory) -> None:
    first, second, third, other = [
        GATE.handle_callback(body)
        for body in (
            factory.payment('ORDER-1', status='awaiting 3ds result'),
            factory.payment('ORDER-1'),
            factory.refund('ORDER-1', 1),
            factory.payment('ORDER-2'),
        )
    ]
    assert first.get_operation_id() == second.get_operation_id()
    assert first.get_operation_code() is None
    assert second.get_operation_code() == '0'
    numbers = [callback.get_operation_id() or 0 for callback in (second, third, other)]
    assert len(set(numbers)) == 3
    assert min(numbers) > 2**32
    begun = [callback.get_operations()[0].get_created_date() for callback in (first, second)]
    assert begun[0] == begun[1]
    dates = [callback.get_payment_date() for callback in (first, second, third, other)]
    assert dates == sorted(set(dates))  # type: ignore[type-var]


def test_what_is_held_is_captured(factory: CallbackFactory) -> None:
    factory.payment('ORDER-1', 1815, 'EUR', 'awaiting capture')
    body = factory.payment('ORDER-1', 1000, shape=OPERATIONS_LIST)
    assert operations_of(body) == [
        ('auth', 'success', Sum(1815, 'EUR')),
        ('capture', 'success', Sum(1000, 'EUR')),
    ]
    assert GATE.handle_callback(body).get_payment_sum() == Sum(1000, 'EUR')
    assert factory.data(body)['sum_request'] == {'amount': 1815, 'currency': 'EUR'}


@pytest.mark.parametrize(
    'method, operation_type, part, whole',
    [
        ('refund', 'refund', 'partially refunded', 'refunded'),
        ('reverse', 'reversal', 'partially reversed', 'reversed'),
    ],
)
def test_what_was_paid_goes_back_in_parts(
    factory: CallbackFactory, method: str, operation_type: str, part: str, whole: str
) -> None:
    give_back = getattr(factory, method)
    paid = GATE.handle_callback(factory.payment('ORDER-1', 1815, 'USD'))
    callback = GATE.handle_callback(give_back('ORDER-1', 500))
    assert callback.get_payment_status() == part
    assert callback.get_payment_sum() == Sum(1315, 'USD')
    assert callback.get_operations()[0].get_sum() == Sum(500, 'USD')
    assert callback.get_account() == paid.get_account()

    callback = GATE.handle_callback(give_back('ORDER-1', 5, code='903'))
    assert callback.get_payment_status() == part
    assert callback.get_operation_status() == 'decline'
    assert callback.get_payment_sum() == Sum(1315, 'USD')

    body = give_back('ORDER-1', shape=OPERATIONS_LIST)
    assert GATE.handle_callback(body).get_payment_status() == whole
    assert GATE.handle_callback(body).get_payment_sum() == Sum(0, 'USD')
    assert operations_of(body) == [
        ('sale', 'success', Sum(1815, 'USD')),
        (operation_type, 'success', Sum(500, 'USD')),
        (operation_type, 'decline', Sum(5, 'USD')),
        (operation_type, 'success', Sum(1315, 'USD')),
    ]
    assert factory.data(body)['sum_refund'] == {'amount': 1815, 'currency': 'USD'}


def test_a_paid_payment_may_be_reported_as_refunded(factory: CallbackFactory) -> None:
    factory.payment('ORDER-1', 1815)
    with pytest.raises(ValidationException, match='refund') as caught:
        factory.payment('ORDER-1', 500, status='partially refunded')
    assert caught.value.parameter == 'amount'
    callback = GATE.handle_callback(factory.payment('ORDER-1', 1815, status='refunded'))
    assert callback.get_payment_sum() == Sum(0, 'EUR')


@pytest.mark.parametrize('amount', [0, 1001, 10**20])
def test_no_more_goes_back_than_was_paid(factory: CallbackFactory, amount: int) -> None:
    factory.payment('ORDER-1', 1000)
    with pytest.raises(ValidationException, match='paid') as caught:
        factory.refund('ORDER-1', amount)
    assert caught.value.parameter == 'amount'


def test_what_was_not_paid_cannot_go_back(factory: CallbackFactory) -> None:
    factory.decline('ORDER-1')
    for payment_id in ('ORDER-1', 'ORDER-2'):
        with pytest.raises(ValidationException, match='paid'):
            factory.refund(payment_id)


def test_a_decline_has_its_reason(factory: CallbackFactory) -> None:
    callback = GATE.handle_callback(factory.decline('ORDER-1', '10105', 1815, 'EUR'))
    assert callback.is_declined()
    assert callback.get_result() == result_of('10105')
    assert callback.get_operation_message() == result_of('10105').message
    assert callback.matches(1815, 'EUR')
    callback = GATE.handle_callback(factory.decline('ORDER-1', 'brand new'))
    assert (callback.get_operation_code(), callback.get_operation_message()) == ('brand new', None)


@pytest.mark.parametrize('amount', [-1, 1.0, '1000', True])
def test_an_amount_is_an_int(factory: CallbackFactory, amount: Any) -> None:
    methods = [factory.payment, factory.refund]  # type: List[Callable[..., bytes]]
    for method in methods:
        with pytest.raises(ValidationException) as caught:
            method('ORDER-1', amount)
        assert caught.value.parameter == 'amount'


def test_a_shape_is_a_known_one(factory: CallbackFactory) -> None:
    with pytest.raises(ValidationException, match=OPERATIONS_LIST) as caught:
        factory.payment(shape='tokenize')
    assert caught.value.parameter == 'shape'


# what lasts longer than a payment, and what comes before


def test_a_token_is_the_one_of_the_payments(factory: CallbackFactory) -> None:
    payment = GATE.handle_callback(factory.payment())
    token = GATE.handle_callback(factory.token('revoke'))
    assert misfits(factory.data(factory.token()), 'tokenize') == []
    assert token.get_token_status() == 'revoke'
    assert token.get_token_created_at() == datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
    for name in ('get_token', 'get_customer_id', 'get_project_id', 'get_account_number'):
        assert getattr(token, name)() == getattr(payment, name)()


def test_a_series_of_payments(factory: CallbackFactory) -> None:
    body = factory.recurring('cancelled', 'C')
    assert misfits(factory.data(body), 'recurring_registration') == []
    callback = GATE.handle_callback(body)
    assert callback.get_recurring_status() == 'cancelled'
    assert callback.get_recurring_type() == 'C'
    assert (
        callback.get_recurring_id() == GATE.handle_callback(factory.recurring()).get_recurring_id()
    )


def test_a_redirect(factory: CallbackFactory) -> None:
    body = factory.redirect('ORDER-1', 'https://bank.example', 'POST', {'md': '1'})
    assert misfits(factory.data(body), 'redirect_data') == []
    callback = GATE.handle_callback(body)
    assert callback.get_payment_id() == 'ORDER-1'
    assert callback.get_redirect() == {
        'method': 'POST',
        'url': 'https://bank.example',
        'body': {'md': '1'},
        'encrypted': [],
    }


def test_a_registered_payout(factory: CallbackFactory) -> None:
    body = factory.payout_registration()
    assert misfits(factory.data(body), 'payout_registration') == []
    assert len(GATE.handle_callback(body).get_uuid() or '') == 32


# changes


@pytest.mark.parametrize(
    'make',
    [
        lambda factory, changes: factory.payment(changes=changes),
        lambda factory, changes: factory.payment(shape=OPERATIONS_LIST, changes=changes),
        lambda factory, changes: factory.payment(shape=DOCS_SAMPLE, changes=changes),
        lambda factory, changes: factory.decline(changes=changes),
        lambda factory, changes: factory.payment() and factory.refund(changes=changes),
        lambda factory, changes: factory.payment() and factory.reverse(changes=changes),
        lambda factory, changes: factory.token(changes=changes),
        lambda factory, changes: factory.recurring(changes=changes),
        lambda factory, changes: factory.redirect(changes=changes),
        lambda factory, changes: factory.payout_registration(changes=changes),
    ],
)
def test_every_member_can_be_another(factory: CallbackFactory, make: Any) -> None:
    as_it_is = CallbackFactory(SECRET).data(make(CallbackFactory(SECRET), None))
    body = make(factory, {'customer.id': 'Ада', 'merchant.data': None, 'rate': 0.1})
    data = GATE.handle_callback(body).get_data()
    assert data.pop('merchant') == {'data': None}
    assert data.pop('rate') == 0.1
    assert data['customer']['id'] == 'Ада'
    as_it_is['customer'] = dict(as_it_is.get('customer', {}), id='Ада')
    as_it_is.get('general', {}).pop('signature', None)
    assert data == as_it_is
    assert 'Ада'.encode() in body


def test_changes_are_not_remembered(factory: CallbackFactory) -> None:
    factory.payment(changes={'account.token': ABSENT, 'payment.sum.amount': 1})
    callback = GATE.handle_callback(factory.payment())
    assert callback.get_token()
    assert callback.get_payment_amount() == 1000


@pytest.mark.parametrize(
    'changes, error',
    [
        ({'payment.id.inner': 1}, ValidationException),
        ({'account.brand': ABSENT}, ValidationException),
        ({'signature': 'mine'}, ValidationException),
        ({'general.signature': 'mine'}, ValidationException),
        ({'payment.date': datetime(2026, 1, 1)}, MalformedCallback),
        ({'payment.id': '\ud800'}, MalformedCallback),
        ({'rate': float('nan')}, MalformedCallback),
    ],
)
def test_impossible_changes_are_refused(
    factory: CallbackFactory, changes: Dict[str, Any], error: Any
) -> None:
    with pytest.raises(error):
        factory.payment(changes=changes)


def test_a_body_is_as_risky_as_the_text_in_it(factory: CallbackFactory) -> None:
    body = factory.payment(changes={'payment.description': 'x;payment:status:success'})
    with pytest.raises(AmbiguousCallback):
        GATE.handle_callback(body)
    assert GATE.handle_callback(factory.payment('a;b')).get_payment_id() == 'a;b'


# signatures


MAKERS = [
    lambda factory: factory.payment(),
    lambda factory: factory.payment(shape=OPERATIONS_LIST),
    lambda factory: factory.payment(shape=DOCS_SAMPLE),
    lambda factory: factory.token(),
    lambda factory: factory.recurring(),
    lambda factory: factory.redirect(),
    lambda factory: factory.payout_registration(),
    lambda factory: factory.sign({}, in_general=True),
]  # type: List[Callable[[CallbackFactory], bytes]]


@pytest.mark.parametrize('make', MAKERS)
def test_what_must_be_refused_is_refused(
    factory: CallbackFactory, make: Callable[[CallbackFactory], bytes]
) -> None:
    body = make(factory)
    GATE.handle_callback(body)
    with pytest.raises(MissingSignature):
        GATE.handle_callback(factory.unsigned(body))
    with pytest.raises(InvalidSignature):
        GATE.handle_callback(factory.forged(body))
    with pytest.raises(InvalidSignature):
        GATE.handle_callback(factory.tampered(body))
    assert factory.data(factory.forged(body)) == factory.data(body)
    assert json.loads(factory.unsigned(body).decode()) == factory.data(body)


def test_a_callback_is_tampered_with_as_asked(factory: CallbackFactory) -> None:
    body = factory.tampered(factory.payment(), {'payment.sum.amount': 1})
    assert factory.data(body)['payment']['sum']['amount'] == 1
    with pytest.raises(InvalidSignature):
        GATE.handle_callback(body)
    with pytest.raises(MissingSignature):
        GATE.handle_callback(factory.tampered(body, {'signature': ABSENT}))


@pytest.mark.parametrize(
    'changes',
    [{}, {'payment.id': 'ORDER-1'}, {'frame_mode': 'popup'}, {'operation.provider.id': 6.0}],
)
def test_a_change_of_nothing_that_is_signed_is_refused(
    factory: CallbackFactory, changes: Dict[str, Any]
) -> None:
    with pytest.raises(ValidationException, match='signature is still right'):
        factory.tampered(factory.payment(), changes)


@pytest.mark.parametrize('in_general', [False, True])
def test_data_of_your_own_is_signed(factory: CallbackFactory, in_general: bool) -> None:
    data = {
        'payment': {'id': 'ORDER-1', 'signature': 'mine', 'frame_mode': 'popup'},
        'items': [1, 2.5, True, None, {}, (), ''],
    }  # type: Dict[str, Any]
    before = copy.deepcopy(data)
    body = factory.sign(data, in_general)
    assert data == before
    assert (b'"general"' in body) is in_general
    callback = GATE.handle_callback(body)
    assert callback.get_payment_id() == 'ORDER-1'
    assert callback.get_value('items') == [1, 2.5, True, None, {}, [], '']
    moved = factory.sign(factory.data(factory.payment()), in_general)
    assert GATE.handle_callback(moved).is_success()


@pytest.mark.parametrize(
    'data, in_general',
    [
        ({'signature': 'mine'}, False),
        ({'general': {'signature': 'mine'}}, False),
        ({'general': 5}, True),
        ({'general': None}, True),
    ],
)
def test_what_cannot_be_signed_is_refused(
    factory: CallbackFactory, data: Dict[str, Any], in_general: bool
) -> None:
    with pytest.raises(ValidationException):
        factory.sign(data, in_general)


def test_the_data_of_anything_else_is_refused(factory: CallbackFactory) -> None:
    with pytest.raises(MalformedCallback):
        factory.data(b'[]')
    with pytest.raises(MissingSignature):
        factory.data(b'{}')


DIFFERENT = [
    row
    for row in read_lines('signature_vectors.jsonl')
    if len(set(row['sign'].values())) == 2 and 'signature' not in json.dumps(row['params'])
]


@pytest.mark.filterwarnings('ignore:a secret key has')
@pytest.mark.parametrize('row', DIFFERENT, ids=lambda row: row['id'])
def test_callbacks_are_signed_as_the_documentation_says(row: Any) -> None:
    # Natural is the form of the official SDK for PHP, plain that of the one for Python.
    data = row['params']
    for form, signature in row['sign'].items():
        body = CallbackFactory(row['secret'], form=form).sign(data)
        assert Gate(row['secret']).handle_callback(body)
        # PHP leaves paths that compare equal in the order of the callback, which is sorted here.
        if 'whitespace' not in row['kind']:
            assert json.loads(body.decode())['signature'] == signature
    natural = CallbackFactory(row['secret'], form='natural').sign(data)
    assert CallbackFactory(row['secret']).sign(data) == natural


def test_eleven_operations_and_decimal_numbers_are_signed_in_the_natural_form() -> None:
    bodies = []
    for form in ('natural', 'plain'):
        factory = CallbackFactory(SECRET, form=form)
        factory.payment('ORDER-1', 1000)
        for _ in range(9):
            factory.refund('ORDER-1', 10)
        bodies.append(factory.refund('ORDER-1', 10, shape=OPERATIONS_LIST, changes={'rate': 10.0}))
    natural, plain = [json.loads(body.decode()) for body in bodies]
    assert len(natural['operations']) == 11
    signatures = [data['general'].pop('signature') for data in (natural, plain)]
    assert natural == plain
    expected = NaturalForm(natural)
    paths = [path for path, _ in expected.entries]
    assert paths.index('operations:2:id') < paths.index('operations:10:id')
    assert ('rate', '10') in expected.entries
    assert signatures == [
        hmac_of(expected.message),
        SignatureHandler(SECRET).sign(natural),
    ]
    assert signatures[0] != signatures[1]
    for body in bodies:
        assert GATE.handle_callback(body).get_operations()[10].get_type() == 'refund'


def hmac_of(message: bytes) -> str:
    return b64encode(hmac.new(SECRET.encode(), message, 'sha512').digest()).decode()


@pytest.mark.parametrize('form', ['natural', 'plain'])
def test_a_forgery_has_the_form_of_the_original(form: str) -> None:
    factory = CallbackFactory(SECRET, form=form)
    body = factory.payment(changes={'rate': 10.0})
    data = factory.data(body)
    forged = json.loads(factory.forged(body).decode())['signature']
    forger = CallbackFactory(Seed(0).digest('forger'), form=form)
    assert json.loads(forger.sign(data).decode())['signature'] == forged
    for wrong in (factory.forged(body), factory.tampered(body)):
        with pytest.raises(InvalidSignature):
            GATE.handle_callback(wrong)


def test_a_form_is_a_known_one() -> None:
    with pytest.raises(ValidationException, match='natural or plain') as caught:
        CallbackFactory(SECRET, form='php')
    assert caught.value.parameter == 'form'


# the same bytes again, and secrets


def story(factory: CallbackFactory) -> bytes:
    """Return callbacks of every shape, one a line."""
    bodies = [
        factory.payment('ORDER-%d' % number, 1815, 'EUR', status, shape=shape)
        for number, (status, shape) in enumerate(
            (status, shape) for status in sorted(STATUSES) for shape in SHAPES
        )
    ]
    bodies += [
        factory.payment('A', status='awaiting 3ds result'),
        factory.payment('A'),
        factory.refund('A', 500),
        factory.reverse('A', 1, '903', OPERATIONS_LIST),
        factory.token(),
        factory.recurring(),
        factory.redirect(body={'b': '1', 'a': '2'}),
        factory.payout_registration(),
        factory.unsigned(factory.payment('B')),
        factory.forged(factory.payment('B')),
        factory.tampered(factory.payment('B')),
        factory.payment('Заказ', changes={'z': [{'b': 1, 'a': 0.1}], 'a': {'z': None, 'b': True}}),
    ]
    return b'\n'.join(bodies)


@pytest.mark.parametrize(
    'seed, digest',
    [
        (0, 'fc29f177e2eedf974eb6ee8a6af888efbf55783a45b25aa80332fc1722d48ac4'),
        (
            'tests/test_shop.py::test_refund[Ä-1]',
            '9dcdad39e30816adbe20578f9f1a8795635d1165a9be99974ff4d9d871747fca',
        ),
    ],
)
def test_a_seed_makes_the_same_bytes_always_and_everywhere(seed: Any, digest: str) -> None:
    assert sha256(story(CallbackFactory(SECRET, seed))).hexdigest() == digest


SEEDS = [(0, 186), (1, 186), ('a text', 187)]  # type: List[Tuple[Any, int]]


def test_seeds_and_projects_differ() -> None:
    made = [
        GATE.handle_callback(CallbackFactory(SECRET, seed, project_id).payment())
        for seed, project_id in SEEDS
    ]
    for name in ('get_operation_id', 'get_token', 'get_customer_id'):
        assert len({getattr(callback, name)() for callback in made}) == 3
    assert [callback.get_project_id() for callback in made] == [186, 186, 187]


def test_the_clock_starts_at_now() -> None:
    now = datetime(2030, 6, 1, 3, tzinfo=timezone(timedelta(hours=3)))
    callback = GATE.handle_callback(CallbackFactory(SECRET, now=now).payment())
    assert callback.get_operations()[0].get_created_date() == now
    assert callback.get_payment_date() == now + timedelta(seconds=5)
    assert (callback.get_account() or {})['expiry_year'] == '2033'
    with pytest.raises(ValidationException, match='time zone'):
        CallbackFactory(SECRET, now=datetime(2030, 6, 1))


def test_an_empty_secret_is_refused() -> None:
    with pytest.raises(ConfigurationException):
        CallbackFactory('')


def test_a_factory_does_not_show_its_secret_and_is_not_pickled() -> None:
    factory = CallbackFactory(SECRET)
    factory.payment()
    assert 'hunter2' not in repr(factory) + repr(vars(factory)) + str(factory)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(ConfigurationException, match='not pickled'):
            pickle.dumps(factory, protocol)


def test_a_copy_goes_on_from_where_it_was_copied(factory: CallbackFactory) -> None:
    factory.payment('ORDER-1', 1815)
    copied = copy.deepcopy(factory)
    assert copied.refund('ORDER-1', 500) == factory.refund('ORDER-1', 500)
    assert SHAPES[0] == PAYMENT_OPERATION
