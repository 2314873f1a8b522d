import os

from django.core.asgi import get_asgi_application

os.environ['DJANGO_SETTINGS_MODULE'] = 'apps.django_settings'
app = get_asgi_application()
