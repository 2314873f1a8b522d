"""Asks pyright's language server what editors show of a parameter.

    python tests/checks/hover.py

Hovering over it, as an attribute or as a keyword argument, shows what ``help`` says of it. Where a
choice is set, its values are proposed.
"""

import json
import os
import subprocess
import sys
from typing import Any, Dict, Iterator

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, ROOT)

from payment_page_sdk.parameters.kinds import Choice  # noqa: E402
from payment_page_sdk.payment import CATALOGUE  # noqa: E402

FOLDER = 'file://' + ROOT
DOCUMENT = FOLDER + '/not_there.py'  # the server is sent its text
IMPORT = 'from payment_page_sdk.payment import Payment\n'


class Server:
    """A language server, which this process talks to as an editor does."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.asked = 0
        self.version = 0
        folders = [{'uri': FOLDER, 'name': 'here'}]
        self.ask('initialize', processId=os.getpid(), workspaceFolders=folders, capabilities={})
        self.tell('initialized')
        document = {'uri': DOCUMENT, 'languageId': 'python', 'version': 0, 'text': ''}
        self.tell('textDocument/didOpen', textDocument=document)

    def tell(self, method: str, **params: Any) -> None:
        self._send({'method': method, 'params': params})

    def ask(self, method: str, **params: Any) -> Any:
        self.asked += 1
        self._send({'id': self.asked, 'method': method, 'params': params})
        while True:
            message = self._receive()
            if message.get('id') == self.asked and 'method' not in message:
                return message['result']

    def ask_at(self, method: str, line: str, word: str) -> Any:
        """Ask about the first character of ``word`` in a document with this ``line``."""
        self.version += 1
        document = {'uri': DOCUMENT, 'version': self.version}
        changes = [{'text': IMPORT + line}]
        self.tell('textDocument/didChange', textDocument=document, contentChanges=changes)
        position = {'line': 1, 'character': line.rindex(word) + 1}
        return self.ask(method, textDocument={'uri': DOCUMENT}, position=position)

    def _send(self, message: Dict[str, Any]) -> None:
        body = json.dumps(dict(message, jsonrpc='2.0')).encode()
        assert self.process.stdin
        self.process.stdin.write(b'Content-Length: %d\r\n\r\n%s' % (len(body), body))
        self.process.stdin.flush()

    def _receive(self) -> Any:
        assert self.process.stdout
        headers = list(iter(self.process.stdout.readline, b'\r\n'))
        length = next(line.split()[1] for line in headers if line.startswith(b'Content-Length:'))
        return json.loads(self.process.stdout.read(int(length)).decode())


def differences(server: Server) -> Iterator[str]:
    for name, parameter in CATALOGUE.items():
        description = ' '.join(parameter.describe().split())
        lines = ["Payment('186').%s" % name]
        if name not in ('project_id', 'payment_id'):  # parameters of the function itself
            lines.append("Payment('186', %s='')" % name)
        for line in lines:
            hover = server.ask_at('textDocument/hover', line, name) or {'contents': {'value': ''}}
            shown = ' '.join(hover['contents']['value'].split())
            if not shown.endswith(description):
                yield '%s shows %r, not %r' % (line, shown, description)
        if isinstance(parameter, Choice):
            values = [value for rule in parameter.rules for value in getattr(rule, 'values', ())]
            for line in ("Payment('186').%s = ''" % name, "Payment('186', %s='')" % name):
                completion = server.ask_at('textDocument/completion', line, "''") or {'items': []}
                proposed = [item['label'] for item in completion['items']]
                if proposed != [repr(value) for value in values]:
                    yield '%s proposes %s, not %s' % (line, proposed, values)


def main() -> None:
    server = Server('pyright-langserver', '--stdio')
    wrong = list(differences(server))
    server.ask('shutdown')
    server.tell('exit')
    server.process.communicate()
    sys.exit('\n'.join(wrong) or None)


if __name__ == '__main__':
    main()
