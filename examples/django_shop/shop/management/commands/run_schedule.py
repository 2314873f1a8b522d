"""What cron runs where there is no Celery."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = 'Run once, one after another, all tasks that Celery runs by schedule.'

    def handle(self, **options):
        for entry in settings.CELERY_BEAT_SCHEDULE.values():
            import_string(entry['task'])()
