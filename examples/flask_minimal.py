"""The smallest shop on Flask: a link that opens the Payment Page, and the callback.

pip install 'ecommpay-sdk[flask]>=1.3' && PAYMENT_PAGE_SECRET=... flask --app flask_minimal run
"""

import os
import uuid

from flask import Flask, redirect

from payment_page_sdk.contrib.flask import payment_callback
from payment_page_sdk.gate import Gate
from payment_page_sdk.payment import Payment

app = Flask(__name__)
# With the address of the sandbox, http://127.0.0.1:8186, its page opens, and not the real one.
gate = Gate(os.environ['PAYMENT_PAGE_SECRET'], os.environ.get('PAYMENT_PAGE_BASE_URL', ''))
paid_orders, orders_to_review = set(), set()  # a real shop uses a database


@app.route('/pay')
def pay():
    payment = Payment('186', 'ORDER-%s' % uuid.uuid4())
    payment.payment_amount = 1001  # minor units: 10.01
    payment.payment_currency = 'EUR'
    return redirect(gate.get_purchase_payment_page_url(payment))


@app.route('/callbacks', methods=['POST'])
@payment_callback(gate)
def paid(callback):
    # Callbacks may come twice, and in any order. If this raises, the callback comes again.
    if callback.is_success():
        orders = paid_orders if callback.matches(1001, 'EUR') else orders_to_review
        orders.add(callback.get_payment_id())
