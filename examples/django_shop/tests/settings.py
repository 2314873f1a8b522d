"""The shop's settings with a PostgreSQL for the tests, both for pytest and for the servers.

The servers inherit the environment of pytest, so they use the same directory.
"""

import os
import tempfile

# Not pytest's tmp_path: under root, PostgreSQL runs as another user, who may not read that.
RUN = os.environ.get('SHOP_TESTS_RUN') or tempfile.mkdtemp(prefix='shop-tests-', dir='/tmp')
os.environ.update(
    SHOP_TESTS_RUN=RUN, SHOP_DEBUG='1', SHOP_DATABASE=f'postgresql://shop@/shop?host={RUN}'
)
for name in ('PAYMENT_PAGE_SECRET', 'PAYMENT_PAGE_PREVIOUS_SECRETS', 'PAYMENT_PAGE_BASE_URL'):
    os.environ.pop(name, None)

from shop.settings import *  # noqa: E402, F403

DATABASES['default']['TEST'] = {'NAME': 'shop'}  # noqa: F405  # the servers use it, too
EMAIL_BACKEND = 'tests.kill.EmailBackend'
EMAIL_FILE_PATH = f'{RUN}/mail'
MIDDLEWARE = ['tests.kill.Middleware', *MIDDLEWARE]  # noqa: F405
