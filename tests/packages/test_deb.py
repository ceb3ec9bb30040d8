"""The .deb on a bare Debian: installs with apt, works, and leaves nothing."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.packages.bare_root import BareRoot

pytestmark = [pytest.mark.packages, pytest.mark.timeout(1200)]

LEFTOVERS = ("usr/**/*claudometer*", "etc/**/*claudometer*", "var/lib/dpkg/info/claudometer*")


def test_lintian_finds_no_error(deb: Path) -> None:
    done = subprocess.run(
        ["lintian", "--allow-root", deb], text=True, capture_output=True, check=False, timeout=300
    )
    assert not [line for line in done.stdout.splitlines() if line.startswith("E:")], done.stdout


def test_it_installs_on_a_bare_debian_works_there_and_leaves_nothing(
    deb: Path, display: str, make_root: Callable[..., BareRoot]
) -> None:
    root = make_root("bookworm")
    package = root.take_in(deb)
    quietly = {"DEBIAN_FRONTEND": "noninteractive"}
    assert root.run("apt-get", "update", "-qq").returncode == 0
    words = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
    installed = root.run(*words, **quietly)
    assert installed.returncode == 0, installed.stdout[-2000:] + installed.stderr[-2000:]

    tested = root.run("claudometer", "--selftest", display=display)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "window        ok" in tested.stdout

    removed = root.run("apt-get", "purge", "-y", "-qq", "claudometer", **quietly)
    assert removed.returncode == 0, removed.stderr
    assert root.has(*LEFTOVERS) == []
