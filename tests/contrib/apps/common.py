"""What the served applications do with a callback: note the payment's id, or fail."""

import os
import time
from typing import Any

from payment_page_sdk.gate import Gate

SECRET = 'hunter2-secret'
GATE = Gate(SECRET)


def note(callback: Any) -> None:
    payment_id = callback.get_payment_id()
    if payment_id == 'FAILS':
        raise LookupError('eve@example.com')
    if payment_id == 'SLOW':
        time.sleep(0.3)
    # One write to a file opened to append: whole, also among processes.
    file = os.open(os.environ['RECORD'], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, ('%s\n' % payment_id).encode())
    finally:
        os.close(file)
