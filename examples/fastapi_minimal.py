"""The smallest shop on FastAPI: a link that opens the Payment Page, and the callback.

pip install 'ecommpay-sdk[starlette]>=1.3' fastapi uvicorn
PAYMENT_PAGE_SECRET=... uvicorn fastapi_minimal:app
"""

import os
import uuid

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from payment_page_sdk.contrib.starlette import payment_callback
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment

app = FastAPI()
# With the address of the sandbox, http://127.0.0.1:8186, its page opens, and not the real one.
gate = Gate(os.environ['PAYMENT_PAGE_SECRET'], os.environ.get('PAYMENT_PAGE_BASE_URL', ''))
paid_orders, orders_to_review = set(), set()  # a real shop uses a database


@app.get('/pay')
async def pay():
    payment = Payment('186', 'ORDER-%s' % uuid.uuid4())
    payment.payment_amount = 1001  # minor units: 10.01
    payment.payment_currency = 'EUR'
    return RedirectResponse(gate.get_purchase_payment_page_url(payment), 302)


@app.post('/callbacks')
@payment_callback(gate)
async def paid(callback):
    # Callbacks may come twice, and in any order. If this raises, the callback comes again.
    if callback.is_success():
        orders = paid_orders if callback.matches(1001, 'EUR') else orders_to_review
        orders.add(callback.get_payment_id())
