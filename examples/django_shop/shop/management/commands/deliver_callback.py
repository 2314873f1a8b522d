"""Deliver a callback on a laptop, which the platform cannot reach; signed with the demo secret."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from payment_page_sdk.signature_handler import SignatureHandler

from ...models import Order


class Command(BaseCommand):
    help = 'Deliver a signed callback about an order to the running shop (with SHOP_DEBUG=1).'

    def add_arguments(self, parser):
        parser.add_argument('payment_id')
        parser.add_argument('status', nargs='?', default='success')
        parser.add_argument('--amount', type=int, help='minor units, if not those of the order')
        parser.add_argument('--shop', default='http://127.0.0.1:8000')

    def handle(self, payment_id, status, amount, shop, **options):
        if not settings.DEBUG:
            raise CommandError('Only the platform says what is paid. This is for SHOP_DEBUG=1.')
        order = Order.objects.get(payment_id=payment_id)
        body = {
            'project_id': int(settings.PAYMENT_PAGE_PROJECT_ID),
            'payment': {
                'id': payment_id,
                'status': status,
                'sum': {
                    'amount': order.amount if amount is None else amount,
                    'currency': order.currency,
                },
            },
        }
        body['signature'] = SignatureHandler(settings.PAYMENT_PAGE_SECRET).sign(body)
        try:
            with urlopen(Request(shop + reverse('callback'), json.dumps(body).encode())) as answer:
                self.stdout.write(f'The shop answered {answer.status}.')
        except HTTPError as answer:
            raise CommandError(f'The shop answered {answer.code}.') from answer
