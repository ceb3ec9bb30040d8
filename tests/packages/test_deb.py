"""Tests the .deb: its content, and that it can be installed, used and purged on a minimal Debian."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.packages.bare_root import HOME

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.packages.bare_root import BareRoot

pytestmark = [pytest.mark.packages, pytest.mark.timeout(1200)]  # building packages takes minutes

NONINTERACTIVE = {"DEBIAN_FRONTEND": "noninteractive"}
FIND_REMAINS = ("sh", "-c", "find / -xdev -iname '*claudometer*' -not -path '/opt/*' -not -path '/tmp/*'")
"""Lists the program's files, except the package in /opt and the socket's folder in /tmp.

That folder is in /tmp because there is no login session; the next start of the program removes it."""

START_FROM_MENU = """
exec=$(sed -n 's/^Exec=//p' /usr/share/applications/claudometer.desktop | head -n 1)
$exec --demo &
tries=0
until claudometer --demo refresh >/dev/null 2>&1 || [ $? -eq 75 ]; do
  tries=$((tries + 1)); [ $tries -lt 100 ] || exit 1; sleep 0.2
done
tr '\\0' '\\n' < /proc/$!/cmdline
claudometer --demo quit && wait $!
"""
"""Starts the command of the menu entry, prints the command line of the process, and quits the app.

It waits with `refresh`, which needs a running app; `status` would also work without one."""

SWITCH_ON_AUTOSTART = """
import sys
sys.path[:0] = ["/usr/lib/claudometer/app", "/usr/lib/claudometer/app_packages"]
from claudometer.system.autostart import find_autostart
find_autostart().enable()
"""


@pytest.fixture(scope="module")
def inside(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the .deb, and return the folder."""
    folder = tmp_path_factory.mktemp("inside")
    subprocess.run(["dpkg-deb", "-x", deb, folder], check=True, timeout=60)
    return folder


def output_of(*words: str | Path, **variables: str) -> str:
    """Run a tool that must succeed, and return its output and errors."""
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


def test_menu_entry_and_metainfo_are_valid(inside: Path) -> None:
    share = inside / "usr/share"
    assert output_of("desktop-file-validate", *share.glob("applications/*.desktop")) == ""
    (metainfo,) = share.glob("metainfo/*.xml")
    output_of("appstreamcli", "validate", "--no-net", metainfo)
    output_of("appstreamcli", "validate-tree", "--no-net", inside)


def test_the_manual_has_no_warnings(inside: Path) -> None:
    page = inside / "usr/share/man/man1/claudometer.1.gz"
    utf8 = {"LC_ALL": "C.UTF-8", "MANWIDTH": "80"}
    text = output_of("man", "--warnings", "-E", "UTF-8", "-l", "-P", "cat", page, **utf8)
    assert text.lstrip().startswith("CLAUDOMETER(1)")
    assert "man: " not in text
    assert "troff" not in text


def test_the_bash_completion_works(inside: Path) -> None:
    script = """
    source "$0"
    registered=$(complete -p claudometer) || exit 1
    COMP_WORDS=(claudometer status --j); COMP_CWORD=2
    $(sed "s/.*-F \\([^ ]*\\).*/\\1/" <<< "$registered")
    echo "${COMPREPLY[@]}"
    """
    completion = inside / "usr/share/bash-completion/completions/claudometer"
    assert output_of("bash", "--norc", "-c", script, completion) == "--json\n"


def test_the_deb_installs_on_a_minimal_debian_works_and_leaves_only_the_users_own_files(
    deb: Path, display: str, make_root: Callable[..., BareRoot]
) -> None:
    root = make_root("bookworm")
    package = root.take_in(deb)
    assert root.run("apt-get", "update", "-qq").returncode == 0
    command = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
    installed = root.run(*command, **NONINTERACTIVE)
    assert installed.returncode == 0, installed.stdout[-2000:] + installed.stderr[-2000:]

    tested = root.run("claudometer", "--selftest", display=display)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "window        ok" in tested.stdout

    started = root.run("sh", "-c", START_FROM_MENU, display=display)
    assert started.returncode == 0, started.stdout + started.stderr
    python, isolated, option, *_rest = started.stdout.splitlines()
    assert (python, isolated, option) == ("/usr/bin/python3", "-I", "-Xclaudometer=/usr/bin/claudometer")

    switched = root.run(python, isolated, option, "-c", SWITCH_ON_AUTOSTART)
    assert switched.returncode == 0, switched.stderr
    entry = f"{HOME}/.config/autostart/claudometer.desktop"
    assert "\nExec=/usr/bin/claudometer\n" in (root.folder / entry.lstrip("/")).read_text(encoding="utf-8")

    removed = root.run("apt-get", "purge", "-y", "-qq", "claudometer", **NONINTERACTIVE)
    assert removed.returncode == 0, removed.stderr
    # The user's own: the start at login, and the list of requests, which has the one of the check.
    state = f"{HOME}/.local/state/claudometer"
    assert sorted(root.run(*FIND_REMAINS).stdout.splitlines()) == [entry, state]
