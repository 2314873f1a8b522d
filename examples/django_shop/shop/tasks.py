"""What takes too long for an answer to the platform."""

import logging

from celery import shared_task
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from .models import Email

logger = logging.getLogger(__name__)


@shared_task
def send_waiting_emails():
    """Send what waits in the outbox: after each change of an order, and by schedule."""
    for pk in Email.objects.filter(sent_at=None).order_by('pk').values_list('pk', flat=True):
        _send(pk)


def _send(pk):
    try:
        with transaction.atomic():
            # Another worker may be sending it (locked, so skipped), or have sent it.
            email = (
                Email.objects.select_for_update(skip_locked=True)
                .filter(pk=pk, sent_at=None)
                .first()
            )
            if email is None:
                return
            # Killed after this, before the commit, we shall send it again: the one gap that no
            # transaction closes. By its Message-ID the copy can be told for one.
            EmailMessage(
                email.subject,
                email.body,
                to=[email.order.email],
                headers={'Message-ID': f'<{email.order.payment_id}.{email.pk}@shop.example>'},
            ).send()
            email.sent_at = timezone.now()
            email.save(update_fields=['sent_at'])
    except Exception:  # whatever is wrong with this one, the others are sent
        logger.exception('E-mail %s will be tried again', pk)
