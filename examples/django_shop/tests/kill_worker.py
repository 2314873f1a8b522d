"""Kill a worker of Celery with kill -9 at the point that SHOP_TESTS_KILL names."""

from shop import payment_requests

from .kill import die


def die_before(name, point):
    function = getattr(payment_requests, name)

    def dying(*args, **kwargs):
        die(point)
        return function(*args, **kwargs)

    setattr(payment_requests, name, dying)


die_before('send', 'marked')  # marked as sent, but not sent
die_before('record', 'answered')  # done, but not recorded
