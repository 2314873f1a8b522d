"""The queue: `celery -A shop worker -B` sends what is in the outboxes, and reconciles."""

import os

from celery import Celery

os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')

app = Celery('shop', include=['shop.payment_requests'])
app.config_from_object('django.conf:settings', namespace='CELERY')
app.autodiscover_tasks()
