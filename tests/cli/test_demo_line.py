"""The demo has one account: its status line has the numbers of its ``status``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from claudometer.cli.demo_line import demo_windows
from claudometer.present.formatters import short_percent
from claudometer.system.demo_plan import DEMO_PLANS

PROGRAM = str(Path(sys.executable).with_name("claudometer"))
NAMES = {"session": "5h", "weekly": "week"}


def run(*words: str) -> str:
    done = subprocess.run(
        [PROGRAM, "--demo", *words], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout


@pytest.mark.parametrize("plan", DEMO_PLANS)
def test_the_status_line_shows_the_numbers_of_status(plan: str) -> None:
    report = json.loads(run("--plan", plan, "status", "--json"))
    line = re.sub(r"\x1b\[[0-9;]*m", "", run("--plan", plan, "statusline"))
    later = json.loads(run("--plan", plan, "status", "--json"))  # the numbers grow with the time
    for limits in zip(report["limits"], later["limits"], strict=True):
        if limits[0]["id"] in NAMES:
            assert any(
                f"{NAMES[limit['id']]} {short_percent(limit['percent'])} %" in line for limit in limits
            )
    assert ("5h" in line) is any(limit["id"] == "session" for limit in report["limits"])
    if plan == "enterprise":
        shares = (each["spend"]["percent"] for each in (report, later))
        assert any(f"spend {int(share)} %" in line for share in shares)


def test_a_window_always_has_its_reset() -> None:
    assert demo_windows(time.time(), "max-5x").keys() == {"five_hour", "seven_day"}
    assert all(resets_at is not None for _, resets_at in demo_windows(time.time(), "max-5x").values())
