"""The command ``payment-page``."""

from argparse import ArgumentParser

from payment_page_sdk import __version__
from payment_page_sdk.demo import run_demo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Sequence


def main(arguments: 'Optional[Sequence[str]]' = None) -> int:
    """Run the command line; return its exit status: 0, or 1 when the demo went wrong.

    Wrong usage ends it with 2.
    """
    parser = ArgumentParser(
        prog='payment-page', description='Signed links to the ECommPay Payment Page, and verified '
        'callbacks from it.')
    parser.add_argument('--version', action='version', version=__version__)
    commands = parser.add_subparsers(dest='command', metavar='COMMAND')
    commands.required = True
    commands.add_parser(
        'demo', help='make a link and a callback, verify both, and show how forgeries are refused')
    parser.parse_args(arguments)
    return run_demo()
