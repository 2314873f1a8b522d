"""The shop's settings with a PostgreSQL for the tests, both for pytest and for the servers.

The servers inherit the environment of pytest, so they use the same directory.
"""

import os
import socket
import tempfile

# Not pytest's tmp_path: under root, PostgreSQL runs as another user, who may not read that.
RUN = os.environ.get('SHOP_TESTS_RUN') or tempfile.mkdtemp(prefix='shop-tests-', dir='/tmp')
os.environ.update(
    SHOP_TESTS_RUN=RUN, SHOP_DEBUG='1', SHOP_DATABASE=f'postgresql://shop@/shop?host={RUN}'
)
for name in ('PAYMENT_PAGE_SECRET', 'PAYMENT_PAGE_PREVIOUS_SECRETS', 'PAYMENT_PAGE_BASE_URL'):
    os.environ.pop(name, None)

# Where the tests' own platform listens: known before it does, as the shop's settings need it.
if 'SHOP_TESTS_PLATFORM' not in os.environ:
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        os.environ['SHOP_TESTS_PLATFORM'] = str(probe.getsockname()[1])
os.environ['PAYMENT_PAGE_GATE_API_URL'] = 'http://127.0.0.1:' + os.environ['SHOP_TESTS_PLATFORM']

from shop.settings import *  # noqa: E402, F403

DATABASES['default']['TEST'] = {'NAME': 'shop'}  # noqa: F405  # the servers use it, too
EMAIL_BACKEND = 'tests.kill.EmailBackend'
EMAIL_FILE_PATH = f'{RUN}/mail'
MIDDLEWARE = ['tests.kill.Middleware', *MIDDLEWARE]  # noqa: F405
