"""The demo shows what the SDK does, and notices if it does not."""

from typing import Any, List

import pytest

from payment_page_sdk import cli
from payment_page_sdk.cli import demo
from payment_page_sdk.gate import Gate
from payment_page_sdk.signature_handler import SignatureHandler

SHOWN = """\
1. The link. You fill in a payment, and send the customer to its signed link.

   Payment(project_id='186', interface_type='{"id": 24}', payment_id='ECT_TEST_1555943554067', \
payment_amount=1001, payment_currency='RUB')
   https://paymentpage.ecommpay.com/payment?project_id=186&interface_type=%7B%22id%22%3A+24%7D\
&payment_id=ECT_TEST_1555943554067&payment_amount=1001&payment_currency=RUB&signature=euVQSj7C0hv9\
IRFAJlmWPQKjnU%2FeVxB1xWus56lqd6lptuyiQpaK8AMNhGJoA9wsWzKvYynS9kJbZIeJcZ4m8Q%3D%3D

   The platform signs what arrives, and compares:
   as sent                     -> accepted
   a shopper made it 0.01      -> refused
   a name that hides an amount -> refused, and not signed (customer_first_name)

2. The callback. The platform posts the result, signed, to your server.

   {"project_id": 186, "payment": {"id": "ECT_TEST_155594355406... (1145 bytes)
   callback.get_payment_id()                 -> 'ECT_TEST_1555943554067'
   callback.get_payment_status()             -> 'success'
   callback.get_value('payment.sum.amount')  -> 1000
   callback.get_value('account.number')      -> '431422******0056'
   with another amount                       -> refused (invalid_signature)

Nothing left this machine. README.md continues from here.
"""

SIGNATURE_OF_CALLBACK = (
    'iCBQg7APTADyBjyhHrqq5vZ56DI8tJJHS7Q4UjszuTodVinzo/42K41Exzzi991U9zlZ5/yXIXuTWnK0aQv6IQ=='
)


def test_all_that_the_demo_shows(capsys: Any) -> None:
    assert demo.run_demo() == 0
    assert capsys.readouterr().out == SHOWN
    # And all of the callback, of which only a part is shown.
    assert SignatureHandler(demo.SECRET).sign(demo.CALLBACK) == SIGNATURE_OF_CALLBACK


def test_only_the_amount_is_made_cheaper(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []  # type: List[Any]

    class Recording(SignatureHandler):
        def check(self, params: Any, signature: str) -> bool:
            asked.append(params)
            return super().check(params, signature)

    monkeypatch.setattr(demo, 'SignatureHandler', Recording)
    assert cli.main(['demo']) == 0
    true, cheap = asked
    assert true['payment_amount'] == '1001'
    assert cheap == dict(true, payment_amount='1')


class Credulous(SignatureHandler):
    def check(self, params: Any, signature: str) -> bool:
        return True


class Suspicious(SignatureHandler):
    def check(self, params: Any, signature: str) -> bool:
        return False


class Unguarded(Gate):
    def __init__(self, secret: str) -> None:
        super().__init__(secret, guard=False)


class Correcting(Gate):
    """Undoes the forgery, and so accepts it."""

    def handle_callback(self, data: Any) -> Any:
        return super().handle_callback(data.replace('999999', '1000'))


class Confused(Gate):
    """Refuses the forgery for another reason than its signature."""

    def handle_callback(self, data: Any) -> Any:
        return super().handle_callback(data.replace('999999', ''))


@pytest.mark.parametrize('cls', [Credulous, Suspicious, Unguarded, Correcting, Confused])
def test_a_demo_that_goes_wrong_is_told_by_its_exit_status(
    cls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, cls.__base__.__name__, cls)
    assert cli.main(['demo']) == 1
