"""The lines of the selftest, and the selftest without a desktop."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import message_for_code
from claudometer.present.messages.selftest import line_for
from claudometer.processes.doctor.selftest import Trial, TrialResult

PROGRAM = str(Path(sys.executable).with_name("claudometer"))


def test_every_part_has_a_line_for_being_ok() -> None:
    for part in Trial:
        line = line_for(part, TrialResult.OK, None, None)
        assert line.startswith(part)
        assert " ok " in line


def test_a_failure_says_what_helps() -> None:
    line = line_for(Trial.TRAY, TrialResult.FAILED, ErrorCode.NO_DISPLAY, None)
    assert "FAILED" in line
    assert message_for_code(ErrorCode.NO_DISPLAY).hint in " ".join(line.split())


@pytest.mark.parametrize("code", ErrorCode)
def test_a_finding_stays_within_eighty_columns_under_its_own_heading(code: ErrorCode) -> None:
    first, *others = line_for(
        Trial.TRAY, TrialResult.LACKING, code, "/home/somebody/.local/state"
    ).splitlines()
    assert max(map(len, (first, *others))) <= 80
    assert all(line.startswith(" " * 23 + line.strip()[0]) for line in others)


def test_without_a_graphical_session_it_fails_and_says_so(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    env |= {"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    tmp_path.chmod(0o700)
    done = subprocess.run(
        [PROGRAM, "--selftest"], env=env, text=True, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert message_for_code(ErrorCode.NO_DISPLAY).title in " ".join(done.stdout.split())
    assert "certificates  ok" in done.stdout
