"""Serves the official Python SDK found on PYTHONPATH: a request a line, an answer a line."""

import json
import sys

from payment_page_sdk.signature_handler import SignatureHandler

answers, sys.stdout = sys.stdout, sys.stderr  # what the SDK may print is no answer

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {'signature': SignatureHandler(request['secret']).sign(request['params'])}
    except Exception as error:
        answer = {'error': '%s: %s' % (type(error).__name__, error)}
    answers.write(json.dumps(answer) + '\n')
    answers.flush()
