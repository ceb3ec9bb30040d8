"""Tests that `.ci/try-package` prints the logs of a program that fails: the CI machine is gone afterwards."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "try-package"
FAILING = f"""\
#!{sys.executable}
import sys
from claudometer.system.paths import find_places

folder = find_places(demo=True).log_folder
folder.mkdir(parents=True)
(folder / "terminal.log").write_text(f"written in {{folder}}\\n")
sys.exit(3)
"""
FAKE_PROGRAMS = {
    "xvfb-run": '#!/bin/sh\nwhile [ "$1" != dbus-run-session ]; do shift; done\nexec "$@"\n',
    "dbus-run-session": '#!/bin/sh\nshift\nexec "$@"\n',
    "claudometer": FAILING,
}


@pytest.mark.skipif(sys.platform != "linux", reason="tries packages for Linux")
def test_a_failed_selftest_prints_the_programs_logs_and_leaves_no_files(tmp_path: Path) -> None:
    for name, text in FAKE_PROGRAMS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    command: list[Path | str] = [SCRIPT, "claudometer", tmp_path / "picture.png"]
    env = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 3
    folder = Path(done.stderr.split("written in ")[1].strip())
    assert folder.name == "log"
    assert not any(path.exists() for path in (folder, *folder.parents[:4]))
