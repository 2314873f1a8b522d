"""The metadata of the distribution. What builds and checks it is set up in pyproject.toml."""

import io
import os
import re

from setuptools import find_packages, setup

HERE = os.path.dirname(os.path.abspath(__file__))
HOME = 'https://github.com/ITECOMMPAY/paymentpage-sdk-python'


def read(*path):
    with io.open(os.path.join(HERE, *path), encoding='utf-8') as file:
        return file.read()


setup(
    name='ecommpay-sdk',
    # Read, not imported: what is about to be installed may not run yet.
    version=re.findall("__version__ = '(.+)'", read('payment_page_sdk', '__init__.py'))[0],
    description='SDK of the ECommPay Payment Page: signed payment links and verified callbacks',
    long_description=read('README.md'),
    long_description_content_type='text/markdown',
    author='ECommPay',
    author_email='support@ecommpay.com',
    url=HOME,
    project_urls={
        'Documentation': 'https://itecommpay.github.io/paymentpage-sdk-python/',
        'Changelog': HOME + '/blob/main/CHANGELOG.md',
        'Issues': HOME + '/issues',
        'Security': HOME + '/security/policy',
    },
    license='MIT',
    keywords='ecommpay payment payment-page signature callback webhook',
    classifiers=[
        'Development Status :: 5 - Production/Stable',
        'Intended Audience :: Developers',
        'Operating System :: OS Independent',
        'Programming Language :: Python :: 3',
        'Programming Language :: Python :: 3 :: Only',
    ]
    + ['Programming Language :: Python :: 3.%d' % minor for minor in range(5, 15)]
    + [
        'Programming Language :: Python :: Implementation :: CPython',
        'Programming Language :: Python :: Implementation :: PyPy',
        'Topic :: Office/Business :: Financial',
        'Topic :: Security :: Cryptography',
        'Typing :: Typed',
    ],
    python_requires='>=3.5',
    packages=find_packages(include=['payment_page_sdk', 'payment_page_sdk.*']),
    package_data={
        'payment_page_sdk': ['py.typed'],
        'payment_page_sdk.parameters': ['*.pyi'],
        'payment_page_sdk.sandbox': ['static/*', 'templates/*.html', 'templates/*/*'],
    },
    extras_require={
        'django': ['Django>=2.2'],
        'flask': ['Flask>=1.1'],
        'starlette': ['starlette>=0.13'],
        'gate-api': ['httpx>=0.27', 'tenacity>=8.2.3'],
        'sandbox': [
            'APScheduler>=3.10.4,<4',
            'Flask>=3.1',
            'click>=8.1.3',
            'httpx>=0.27',
            'tenacity>=8.2.3',
            'waitress>=3',
        ],
    },
    entry_points={
        'console_scripts': ['payment-page = payment_page_sdk.cli:main'],
        'pytest11': ['payment_page = payment_page_sdk.testing.pytest_plugin'],
    },
)
