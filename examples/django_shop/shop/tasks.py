"""Work that takes too long to be done before the answer to the platform."""

import logging

from celery import shared_task
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from .models import Email

logger = logging.getLogger(__name__)


@shared_task
def send_waiting_emails():
    """Send the e-mails that wait in the outbox. Runs when an order changes, and by schedule."""
    for pk in Email.objects.filter(sent_at=None).order_by('pk').values_list('pk', flat=True):
        _send(pk)


def _send(pk):
    try:
        with transaction.atomic():
            # Another worker may be sending it (then it is locked, so skipped), or may have sent it.
            email = (
                Email.objects.select_for_update(skip_locked=True)
                .filter(pk=pk, sent_at=None)
                .first()
            )
            if email is None:
                return
            # If we are killed after this and before the commit, we send it again: no transaction
            # can prevent that. The copy has the same Message-ID, so it can be recognized.
            EmailMessage(
                email.subject,
                email.body,
                to=[email.order.email],
                headers={'Message-ID': f'<{email.order.payment_id}.{email.pk}@shop.example>'},
            ).send()
            email.sent_at = timezone.now()
            email.save(update_fields=['sent_at'])
    except Exception:  # if this one fails, the others are still sent
        logger.exception('E-mail %s will be tried again', pk)
