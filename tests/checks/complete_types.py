"""Asks pyright whether checkers know the type of everything that the package has for its users.

    python tests/checks/complete_types.py

The adapters are left out: the frameworks that they are made of are not all typed. So is the
sandbox, which is a command and nothing to import.
"""

import json
import subprocess
import sys

LEFT_OUT = ('payment_page_sdk.contrib.', 'payment_page_sdk.sandbox.')


def main() -> None:
    process = subprocess.run(
        ['pyright', '--verifytypes', 'payment_page_sdk', '--ignoreexternal', '--outputjson'],
        stdout=subprocess.PIPE,
    )
    report = json.loads(process.stdout.decode())['typeCompleteness']
    unknown = [
        symbol['name']
        for symbol in report['symbols']
        if symbol['isExported']
        and not (symbol['isTypeKnown'] and not symbol['isTypeAmbiguous'])
        and not symbol['name'].startswith(LEFT_OUT)
    ]
    known = report['exportedSymbolCounts']['withKnownType']
    print('the types of %d symbols are known' % known)
    if unknown or known < 600:
        sys.exit('not known: ' + ', '.join(unknown))


if __name__ == '__main__':
    main()
