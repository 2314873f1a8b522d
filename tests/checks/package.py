"""Checks what would be published, as its users have it: installed far from the work tree.

    python tests/checks/package.py DIST

DIST holds the wheel and the source archive. The archive must have all of the tests, which other
environments run on the wheel; here it is imported and used, without any extra and with one.
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import venv
import zipfile
from typing import List, Set

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LOCK = os.path.join(ROOT, 'tests', 'requirements', 'sandbox-current.txt')

# A module may lack what its extra brings, but no other module of ours.
IMPORT_ALL = """
import pkgutil, payment_page_sdk
for module in pkgutil.walk_packages(payment_page_sdk.__path__, 'payment_page_sdk.'):
    if not module.name.endswith('__main__'):
        try:
            __import__(module.name)
        except ImportError as error:
            if str(error.name).startswith('payment_page_sdk'):
                raise
            print(module.name, 'cannot be imported:', error)
"""


def only(*pattern: str) -> str:
    (path,) = glob.glob(os.path.join(*pattern))
    return path


def contents(folder: str) -> Set[str]:
    return {
        os.path.relpath(os.path.join(place, name), folder)
        for place, _, names in os.walk(folder)
        if '__pycache__' not in place
        for name in names
    }


def requirements(wheel: str) -> List[str]:
    """Return what is installed with the wheel where no extra is asked for."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith('.dist-info/METADATA')]
        lines = archive.read(name).decode().splitlines()
    return [line for line in lines if line.startswith('Requires-Dist:') and 'extra ==' not in line]


def main(dist: str) -> None:
    wheel = os.path.abspath(only(dist, '*.whl'))
    with tempfile.TemporaryDirectory() as folder:
        shutil.unpack_archive(only(dist, '*.tar.gz'), folder)
        source = only(folder, '*')
        missing = contents(os.path.join(ROOT, 'tests')) - contents(os.path.join(source, 'tests'))
        if missing:
            sys.exit('not in the source archive: ' + ', '.join(sorted(missing)))
        needed = requirements(wheel)
        if needed:
            sys.exit('without an extra, nothing is needed: ' + ', '.join(needed))

        environment = os.path.join(folder, 'venv')
        venv.create(environment, with_pip=True)
        path = os.path.join(environment, 'bin') + os.pathsep + os.environ['PATH']
        for command in (
            ['pip', '--quiet', 'install', wheel],
            ['python', '-c', IMPORT_ALL],
            ['payment-page', 'demo'],
            ['python', '-m', 'payment_page_sdk', 'demo'],
            ['pip', '--quiet', 'install', '--constraint', LOCK, wheel + '[sandbox]'],
            ['python', '-c', IMPORT_ALL],
        ):
            print('$', *command, flush=True)
            subprocess.check_call(command, cwd=folder, env=dict(os.environ, PATH=path))
        visit_sandbox(environment)


def visit_sandbox(environment: str) -> None:
    """See that the sandbox finds its pages where they are installed."""
    command = ['payment-page', 'sandbox', '--port', '0', '--shop']
    print('$', *command, flush=True)
    command[0] = os.path.join(environment, 'bin', command[0])
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        address = process.stdout.readline().decode().split()[-1]
        try:
            for place in ('/', '/shop', '/shared/merchant.js', '/static/page.css'):
                urllib.request.urlopen(address + place).close()
        finally:
            process.terminate()
    if process.returncode:
        sys.exit('the sandbox did not end well')


if __name__ == '__main__':
    main(*sys.argv[1:])
