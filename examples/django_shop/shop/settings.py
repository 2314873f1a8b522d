"""Settings. Whatever differs between a laptop and production comes from the environment."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get('SHOP_DEBUG') == '1'


def from_environment(name, demo):
    """Return a variable that production must set; with SHOP_DEBUG=1, ``demo`` is its default."""
    value = os.environ.get(name) or (demo if DEBUG else '')
    if not value:
        raise ImproperlyConfigured(
            f'Set the environment variable {name}; or SHOP_DEBUG=1, to try the shop locally.'
        )
    return value


SECRET_KEY = from_environment('SHOP_SECRET_KEY', demo='for demonstrations only')
ALLOWED_HOSTS = from_environment('SHOP_HOSTS', demo='localhost 127.0.0.1 [::1]').split()

# The Payment Page. payment_page_sdk.contrib.django reads these settings and checks them.
PAYMENT_PAGE_PROJECT_ID = from_environment('PAYMENT_PAGE_PROJECT_ID', demo='186')
PAYMENT_PAGE_SECRET = from_environment('PAYMENT_PAGE_SECRET', demo='demo secret')
# While the secret key is being changed: the old keys, which some callbacks are still signed with.
PAYMENT_PAGE_PREVIOUS_SECRETS = os.environ.get('PAYMENT_PAGE_PREVIOUS_SECRETS', '').split()
# What the page would refuse is refused here, before a shopper sees a blank page.
PAYMENT_PAGE_VALIDATE = True
PAYMENT_PAGE_BASE_URL = os.environ.get('PAYMENT_PAGE_BASE_URL', 'https://paymentpage.ecommpay.com')
PAYMENT_PAGE_GATE_API_URL = os.environ.get('PAYMENT_PAGE_GATE_API_URL', '')  # the platform's own
# With SHOP_HOLD=1, a payment only holds the money. The staff charges it when it ships the order.
SHOP_HOLD = os.environ.get('SHOP_HOLD') == '1'

INSTALLED_APPS = [
    'django.contrib.admin',
    'django.contrib.auth',
    'django.contrib.contenttypes',
    'django.contrib.messages',
    'django.contrib.sessions',
    'django.contrib.staticfiles',
    'payment_page_sdk.contrib.django',
    'shop',
]
MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.common.CommonMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
    'django.contrib.messages.middleware.MessageMiddleware',
    'django.middleware.clickjacking.XFrameOptionsMiddleware',
]
TEMPLATES = [
    {
        'BACKEND': 'django.template.backends.django.DjangoTemplates',
        'APP_DIRS': True,
        'OPTIONS': {
            'context_processors': [
                'django.template.context_processors.request',
                'django.contrib.auth.context_processors.auth',
                'django.contrib.messages.context_processors.messages',
            ]
        },
    }
]
ROOT_URLCONF = 'shop.urls'
WSGI_APPLICATION = 'shop.wsgi.application'
STATIC_URL = 'static/'
USE_TZ = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG

# PostgreSQL in production: SHOP_DATABASE=postgresql://user:password@host/name. Otherwise, SQLite.
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
if os.environ.get('SHOP_DATABASE'):
    from psycopg.conninfo import conninfo_to_dict

    address = conninfo_to_dict(os.environ['SHOP_DATABASE'])
    DATABASES = {
        'default': {
            'ENGINE': 'django.db.backends.postgresql',
            'NAME': address.pop('dbname'),
            'OPTIONS': address,
        }
    }
else:
    DATABASES = {
        'default': {
            'ENGINE': 'django.db.backends.sqlite3',
            'NAME': BASE_DIR / 'db.sqlite3',
            # SQLite has no row locks: SELECT ... FOR UPDATE is a plain SELECT there. So each
            # transaction takes the write lock when it begins: as safe, but only one at a time.
            'OPTIONS': {'transaction_mode': 'IMMEDIATE'},
        }
    }

# Celery on Redis: SHOP_REDIS=redis://host/0. Without it, tasks run at once, in the same process.
CELERY_BROKER_URL = os.environ.get('SHOP_REDIS')
CELERY_TASK_ALWAYS_EAGER = not CELERY_BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
# The platform waits for the answer: if Redis is down, leave the e-mail to the schedule below.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    'socket_connect_timeout': 2,
    'socket_timeout': 2,
    'max_retries': 1,
}
CELERY_BEAT_SCHEDULE = {
    'send what was left': {'task': 'shop.tasks.send_waiting_emails', 'schedule': 60},
    'send requests': {'task': 'shop.payment_requests.send_waiting_requests', 'schedule': 60},
    'clear up requests': {'task': 'shop.payment_requests.clear_up_requests', 'schedule': 300},
    'reconcile': {'task': 'shop.payment_requests.reconcile_orders', 'schedule': 900},
}

EMAIL_BACKEND = 'django.core.mail.backends.%s.EmailBackend' % ('console' if DEBUG else 'smtp')
EMAIL_HOST = os.environ.get('SHOP_EMAIL_HOST', 'localhost')
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = 'shop@shop.example'

LOGGING = {
    'version': 1,
    'disable_existing_loggers': False,
    'handlers': {'console': {'class': 'logging.StreamHandler'}},
    'root': {'handlers': ['console'], 'level': 'INFO'},
}
