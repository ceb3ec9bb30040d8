"""Scripts of packages keep their standard output while apt reports its progress between the other lines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from devtools.packages import choose_manager, install_command
from devtools.progress import read_apt, run_shown

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

APT = f"""#!{sys.executable}
import os, re, subprocess, sys

descriptor = int(re.search(r"APT::Status-Fd=(\\d+)", " ".join(sys.argv))[1])
os.write(descriptor, b"pmstatus:hello:50.0:Configuring hello\\n")
os.set_inheritable(descriptor, False)
sys.exit(subprocess.run(["sh", "-c", "echo from the script"], check=False, close_fds=False).returncode)
"""
"""What matters of apt 3.3: it closes the descriptor of its progress in the programs that it starts."""


def test_a_packages_script_can_print_while_apt_reports_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apt-get").write_text(APT)
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    manager = choose_manager({"apt-get"}, "ID=debian")
    assert manager is not None
    outcome = run_shown(install_command(manager, ("hello",), ()), tmp_path / "log", read_apt)
    log = (tmp_path / "log").read_text()
    assert outcome.code == 0, log
    assert "from the script" in log
    assert "pmstatus:hello" in log
