"""Runs the code on standard input, and writes what became of it: see run_snippet."""

import json
import sys
from typing import Any, Dict

answers, sys.stdout = sys.stdout, sys.stderr  # what the snippet may print is no answer

# Compiled outside of the `try`: a snippet that does not compile proves nothing about a package.
code = compile(sys.stdin.read(), 'snippet', 'exec', dont_inherit=True)
namespace = {'__name__': '__main__'}  # type: Dict[str, Any]
answer = {}  # type: Dict[str, Any]
try:
    exec(code, namespace)
except BaseException as error:
    answer = {'error': [kind.__name__ for kind in type(error).__mro__ if kind is not object]}
else:
    answer = {'result': namespace['result']}
answers.write(json.dumps(answer))
answers.flush()
