"""``python -m payment_page_sdk`` is the command ``payment-page``."""

import sys

from payment_page_sdk.cli import main

sys.exit(main())
