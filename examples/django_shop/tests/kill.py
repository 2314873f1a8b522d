"""Kill the server with kill -9 at the point that the environment variable SHOP_TESTS_KILL names."""

import os
import signal

from django.core.mail.backends import filebased
from django.db import transaction
from django.db.models.signals import post_save, pre_save
from shop.models import Email, ReceivedCallback

POINTS = [
    'verified',  # nothing is written yet
    'written',  # all is written, nothing committed
    'committed',  # the e-mail is not queued yet
    'sent',  # the e-mail is sent, but not marked as sent
    'answering',  # all is done, but the platform does not know
]


def die(point):
    """Kill the server, the master process and all of its workers, if this is the point."""
    if os.environ.get('SHOP_TESTS_KILL') == point:
        os.killpg(os.getpgrp(), signal.SIGKILL)


def on_email(created, **kwargs):
    if created:
        die('written')
        # This runs before the shop's own on_commit, which is registered after the e-mail.
        transaction.on_commit(lambda: die('committed'))


def on_callback(**kwargs):
    die('verified')


class Middleware:
    """The outermost middleware, so it sees the finished answer."""

    def __init__(self, get_response):
        self.get_response = get_response
        pre_save.connect(on_callback, ReceivedCallback)
        post_save.connect(on_email, Email)

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == 'POST':
            die('answering')
        return response


class EmailBackend(filebased.EmailBackend):
    """Writes e-mails to files, which all processes can read."""

    def send_messages(self, email_messages):
        sent = super().send_messages(email_messages)
        die('sent')
        return sent
