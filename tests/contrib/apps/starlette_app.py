from starlette.applications import Starlette

from apps.common import GATE, note
from payment_page_sdk.contrib.starlette import payment_callback

app = Starlette()
app.router.add_route('/callbacks', payment_callback(GATE)(note), methods=['POST'])
