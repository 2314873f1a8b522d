"""The shop, started as in the README: with SQLite and runserver."""

import os
import re
import shutil
import signal
import subprocess
import sys
from http.cookiejar import CookieJar
from queue import Queue
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, build_opener

import pytest
from shop.models import Order

from .conftest import SHOP, free_port, wait_until


@pytest.fixture
def manage(tmp_path):
    """A function that starts manage.py in a copy of the shop, without our environment variables."""
    shop = shutil.copytree(
        SHOP, tmp_path / 'shop', ignore=shutil.ignore_patterns('tests', '*.sqlite3')
    )

    def start(*arguments, **environment):
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(('SHOP_', 'PAYMENT_PAGE_', 'DJANGO_'))
        }
        return subprocess.Popen(
            [sys.executable, 'manage.py', *arguments],
            cwd=shop,
            env={**inherited, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


def output_of(process):
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


def test_sqlite_serves_runserver(manage):
    assert output_of(manage('migrate', SHOP_DEBUG='1'))[0] == 0
    shop = f'http://127.0.0.1:{free_port()}'
    server = manage('runserver', '--noreload', shop[7:], SHOP_DEBUG='1')
    try:
        shopper = Shopper(shop)
        wait_until(lambda: shopper.get('/'), server)
        order = shopper.post('/', '/', product=1, email='jane@example.com')
        assert 'not paid yet' in shopper.get(order)
        link = shopper.post(order, order + 'pay/')
        assert link.startswith('https://paymentpage.ecommpay.com/payment?project_id=186&')

        payment_id = order.split('/')[-2]
        for status, state in [
            ('processing', 'being paid'),
            ('success', 'paid'),
            ('success', 'paid'),
        ]:
            assert output_of(
                manage(
                    'deliver_callback',
                    payment_id,
                    status,
                    '--shop',
                    shop,
                    SHOP_DEBUG='1',
                )
            ) == (0, 'The shop answered 200.\n')
            assert f'<strong>{state}</strong>' in shopper.get(order)
    finally:
        server.terminate()
        _, log = output_of(server)
    assert log.count('Subject: We have received your payment') == 1


def test_sqlite_refunds_once_though_it_is_killed_before_the_record(manage, platform):
    environment = {
        'SHOP_DEBUG': '1',
        'PAYMENT_PAGE_GATE_API_URL': os.environ['PAYMENT_PAGE_GATE_API_URL'],
    }
    shell = """
from datetime import timedelta
from django.core.management import call_command
from shop.models import Order
from shop.payment_requests import *
"""
    place_refund = """
order = Order.objects.create(
    amount=10800, currency='EUR', description='Keyboard', state='paid', payment_id='ORDER-1'
)
place(order, Action.REFUND)
"""
    run_schedule = """
PaymentRequest.objects.update(sent_at=timezone.now() - timedelta(minutes=6))
for _ in range(3):
    call_command('run_schedule')
print(PaymentRequest.objects.get().state, Order.objects.get().state)
"""
    assert output_of(manage('migrate', SHOP_DEBUG='1'))[0] == 0
    order = Order(amount=10800, currency='EUR', payment_id='ORDER-1')
    platform.pay(order)
    started = Queue()
    platform.before_answer = lambda: started.get(timeout=30).kill()
    killed = manage('shell', '-c', shell + place_refund, **environment)
    started.put(killed)
    assert output_of(killed)[0] == -signal.SIGKILL
    for _ in range(2):
        code, output = output_of(manage('shell', '-c', shell + run_schedule, **environment))
        assert (code, output.splitlines()[-1]) == (0, 'done refunded')
    assert len(platform.asked) == len(platform.operations(order)) == 1


def test_without_secrets_it_says_which_to_set(manage):
    code, output = output_of(manage('check'))
    assert code == 1
    assert output.splitlines()[-1].endswith(
        'Set the environment variable SHOP_SECRET_KEY; or SHOP_DEBUG=1, to try the shop locally.'
    )


def test_production_passes_the_checks_of_django_and_of_the_sdk(manage):
    production = {
        'SHOP_SECRET_KEY': 'k' * 60,
        'SHOP_HOSTS': 'shop.example',
        'PAYMENT_PAGE_PROJECT_ID': '186',
        'PAYMENT_PAGE_SECRET': 'secret',
    }
    assert output_of(manage('check', '--fail-level', 'WARNING', **production))[0] == 0
    code, output = output_of(manage('deliver_callback', 'an order', **production))
    assert code == 1
    assert 'Only the platform' in output


class Shopper:
    """A browser: it keeps cookies, fills in forms, and returns where it is redirected."""

    class Stay(HTTPRedirectHandler):
        def http_error_302(self, request, answer, code, message, headers):
            return answer

    def __init__(self, shop):
        self.shop = shop
        self.open = build_opener(HTTPCookieProcessor(CookieJar()), self.Stay).open

    def get(self, path):
        with self.open(self.shop + path) as answer:
            return answer.read().decode()

    def post(self, page, path, **fields):
        (token,) = re.findall('name="csrfmiddlewaretoken" value="([^"]+)"', self.get(page))
        fields['csrfmiddlewaretoken'] = token
        with self.open(self.shop + path, urlencode(fields).encode()) as answer:
            return answer.headers['Location']
