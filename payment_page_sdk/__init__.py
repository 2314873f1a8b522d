"""Client library for the ECommPay Payment Page: signed payment links and verified callbacks."""

__version__ = '1.2.0.dev0'
