"""Client library for the ECommPay Payment Page: signed payment links and verified callbacks.

PYTEST_DONT_REWRITE: pytest would warn whoever has imported this before it starts.
"""

__version__ = '1.3.0.dev0'
