"""Tests what the setup tells a person to type, with package lists of the test's own."""

import os
import sys
from pathlib import Path

import pytest
from devtools.catalog import NEEDS, Need, Program
from devtools.machine import find_manager
from devtools.packages import PackageManager, Root, choose_manager
from devtools.provision import ask_for

from tests.plugins.machine_needs import describe_remedy

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the package lists' program is a shell script"
)


def need(program: str) -> Need:
    return next(each for each in NEEDS if each.probe == Program((program,)))


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackageManager:
    """Return apt, whose program for its lists answers as Debian sid's does, which has lost trayer."""
    program = tmp_path / "apt-cache"
    program.write_text("#!/bin/sh\n[ $1 = madison ] && echo '  xvfb | 2:21.1.25-2 | a source'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    manager = choose_manager(["apt-get"], "ID=debian\n")
    assert manager is not None
    return manager


def test_the_line_to_type_leaves_out_a_package_that_the_distribution_lacks(
    apt: PackageManager, capfd: pytest.CaptureFixture[str]
) -> None:
    ask_for((need("Xvfb"), need("trayer")), apt, Root.SELF)
    said = "".join(capfd.readouterr())
    assert "package lists do not have trayer. What needs that cannot run here." in said
    assert said.splitlines()[-2].endswith("install -y --no-install-recommends xvfb")


def test_no_line_to_type_is_printed_if_the_distribution_lacks_all(
    apt: PackageManager, capfd: pytest.CaptureFixture[str]
) -> None:
    ask_for((need("trayer"),), apt, Root.SELF)
    assert "Install" not in "".join(capfd.readouterr())


@pytest.mark.skipif(getattr(find_manager(), "program", "") != "apt-get", reason="reads the lists of apt")
@pytest.mark.usefixtures("apt")
def test_the_count_of_skipped_tests_advises_no_package_that_the_distribution_lacks() -> None:
    remedy = describe_remedy([need("Xvfb"), need("trayer")])
    assert "xvfb" in remedy
    assert "trayer" not in remedy
    assert describe_remedy([need("trayer")]) == "nothing: this system's package lists do not have trayer"
