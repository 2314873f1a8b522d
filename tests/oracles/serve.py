"""Serves the payment_page_sdk found on PYTHONPATH: a request a line, an answer a line."""

import json
import sys
from typing import Any, Dict

from payment_page_sdk.signature_handler import SignatureHandler

answers, sys.stdout = sys.stdout, sys.stderr  # what the SDK or a snippet may print is no answer


def result_of(source: str) -> Dict[str, Any]:
    # Compiled outside of the `try`: a snippet that does not compile proves nothing of a package.
    code = compile(source, 'snippet', 'exec', dont_inherit=True)
    namespace = {'__name__': '__main__'}  # type: Dict[str, Any]
    try:
        exec(code, namespace)
    except BaseException as error:
        return {'raised': [kind.__name__ for kind in type(error).__mro__ if kind is not object]}
    return {'result': namespace['result']}


def answer_to(request: Dict[str, Any]) -> Dict[str, Any]:
    if 'source' in request:
        return result_of(request['source'])
    return {'signature': SignatureHandler(request['secret']).sign(request['params'])}


for line in sys.stdin:
    try:
        answer = json.dumps(answer_to(json.loads(line)))
    except Exception as error:
        answer = json.dumps({'error': '%s: %s' % (type(error).__name__, error)})
    answers.write(answer + '\n')
    answers.flush()
