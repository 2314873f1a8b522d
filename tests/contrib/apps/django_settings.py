"""The settings of the project that the tests of Django and its servers run on."""

from apps.common import SECRET

SECRET_KEY = 'for tests'
ALLOWED_HOSTS = ['*']
ROOT_URLCONF = 'apps.django_urls'
INSTALLED_APPS = ['payment_page_sdk.contrib.django']
MIDDLEWARE = ['django.middleware.csrf.CsrfViewMiddleware']
DATABASES = {
    name: {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}
    for name in ('default', 'other')
}
USE_TZ = True
PAYMENT_PAGE_SECRET = SECRET
