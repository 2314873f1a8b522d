"""The import path of ``ProcessException`` in ecommpay-sdk 1.0.x, kept for code written for it."""

from payment_page_sdk.exceptions import ProcessException

__all__ = ['ProcessException']
