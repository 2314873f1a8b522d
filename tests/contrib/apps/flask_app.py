from flask import Flask

from apps.common import GATE, note
from payment_page_sdk.contrib.flask import payment_callback

app = Flask(__name__)
app.add_url_rule('/callbacks', 'paid', payment_callback(GATE)(note), methods=['POST'])
