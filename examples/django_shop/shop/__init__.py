"""A small shop that takes payments through the Payment Page."""

from .celery import app as celery_app  # shared_task finds it through this import
