"""The .deb: what is in it, and on a bare Debian: installs with apt, works, and leaves nothing."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.packages.bare_root import HOME

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.packages.bare_root import BareRoot

pytestmark = [pytest.mark.packages, pytest.mark.timeout(1200)]

QUIETLY = {"DEBIAN_FRONTEND": "noninteractive"}
NAMED_AFTER_IT = ("sh", "-c", "find / -xdev -iname '*claudometer*' -not -path '/opt/*' -not -path '/tmp/*'")
"""Besides the package itself, and the socket's folder, which no login made and the next start removes."""

AS_FROM_THE_MENU = """
exec=$(sed -n 's/^Exec=//p' /usr/share/applications/claudometer.desktop | head -n 1)
$exec --demo &
tries=0
until claudometer --demo refresh >/dev/null 2>&1 || [ $? -eq 75 ]; do
  tries=$((tries + 1)); [ $tries -lt 100 ] || exit 1; sleep 0.2
done
tr '\\0' '\\n' < /proc/$!/cmdline
claudometer --demo quit && wait $!
"""
"""Starts what the menu's entry names, tells the command line it became, and ends it as a user does.

Waits by `refresh`, which needs the app: `status` would answer by itself."""

SWITCH_ON_AUTOSTART = """
import sys
sys.path[:0] = ["/usr/lib/claudometer/app", "/usr/lib/claudometer/app_packages"]
from claudometer.system.autostart import find_autostart
find_autostart().enable()
"""


@pytest.fixture(scope="module")
def inside(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack it, and return what becomes the root."""
    folder = tmp_path_factory.mktemp("inside")
    subprocess.run(["dpkg-deb", "-x", deb, folder], check=True, timeout=60)
    return folder


def told(*words: str | Path, **variables: str) -> str:
    """Run a tool that must find nothing wrong, and return all it says."""
    done = subprocess.run(
        words, text=True, capture_output=True, check=False, timeout=300, env={"PATH": "/usr/bin", **variables}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_lintian_finds_no_error(deb: Path) -> None:
    done = subprocess.run(
        ["lintian", "--allow-root", deb], text=True, capture_output=True, check=False, timeout=300
    )
    assert not [line for line in done.stdout.splitlines() if line.startswith("E:")], done.stdout


def test_menus_and_software_centres_can_read_it(inside: Path) -> None:
    share = inside / "usr/share"
    assert told("desktop-file-validate", *share.glob("applications/*.desktop")) == ""
    (metainfo,) = share.glob("metainfo/*.xml")
    told("appstreamcli", "validate", "--no-net", metainfo)
    told("appstreamcli", "validate-tree", "--no-net", inside)


def test_the_manual_is_clean(inside: Path) -> None:
    page = inside / "usr/share/man/man1/claudometer.1.gz"
    utf8 = {"LC_ALL": "C.UTF-8", "MANWIDTH": "80"}
    text = told("man", "--warnings", "-E", "UTF-8", "-l", "-P", "cat", page, **utf8)
    assert text.lstrip().startswith("CLAUDOMETER(1)")
    assert "man: " not in text
    assert "troff" not in text


def test_bash_completes_once_the_file_is_read(inside: Path) -> None:
    script = """
    source "$0"
    registered=$(complete -p claudometer) || exit 1
    COMP_WORDS=(claudometer status --j); COMP_CWORD=2
    $(sed "s/.*-F \\([^ ]*\\).*/\\1/" <<< "$registered")
    echo "${COMPREPLY[@]}"
    """
    completion = inside / "usr/share/bash-completion/completions/claudometer"
    assert told("bash", "--norc", "-c", script, completion) == "--json\n"


def test_it_installs_on_a_bare_debian_works_there_and_leaves_nothing(
    deb: Path, display: str, make_root: Callable[..., BareRoot]
) -> None:
    root = make_root("bookworm")
    package = root.take_in(deb)
    assert root.run("apt-get", "update", "-qq").returncode == 0
    words = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
    installed = root.run(*words, **QUIETLY)
    assert installed.returncode == 0, installed.stdout[-2000:] + installed.stderr[-2000:]

    tested = root.run("claudometer", "--selftest", display=display)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "window        ok" in tested.stdout

    started = root.run("sh", "-c", AS_FROM_THE_MENU, display=display)
    assert started.returncode == 0, started.stdout + started.stderr
    python, isolated, option, *_rest = started.stdout.splitlines()
    assert (python, isolated, option) == ("/usr/bin/python3", "-I", "-Xclaudometer=/usr/bin/claudometer")

    switched = root.run(python, isolated, option, "-c", SWITCH_ON_AUTOSTART)
    assert switched.returncode == 0, switched.stderr
    entry = f"{HOME}/.config/autostart/claudometer.desktop"
    assert "\nExec=/usr/bin/claudometer\n" in (root.folder / entry.lstrip("/")).read_text(encoding="utf-8")

    removed = root.run("apt-get", "purge", "-y", "-qq", "claudometer", **QUIETLY)
    assert removed.returncode == 0, removed.stderr
    assert root.run(*NAMED_AFTER_IT).stdout.splitlines() == [entry]
