"""The check names the program that shows tray icons, on real panels: new ones and those of the old way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.desktop.panels import I3BAR, LXQT, MATE
from tests.desktop.test_panels import running
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from tests.desktop.panels import PanelKind
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession

pytestmark = [pytest.mark.desktop, pytest.mark.panels]

PROGRAM = str(Path(sys.executable).with_name("claudometer"))


def tray_of(desktop: DesktopSession, home: PrivateHome) -> dict[str, Any]:
    words, env = [PROGRAM, "--demo", "doctor", "--json"], desktop.env_for(home)
    done = subprocess.run(words, env=env, capture_output=True, timeout=60, check=False)
    checks = json.loads(done.stdout)["checks"]
    return next(check for check in checks if check["id"] == "tray")


@pytest.mark.parametrize(
    ("panel", "sentence"),
    [
        (LXQT, "lxqt-panel shows tray icons."),
        (MATE, "mate-panel shows tray icons."),
        (I3BAR, "A panel shows tray icons the older way (XEmbed)."),
    ],
    ids=["lxqt", "mate", "i3bar"],
)
def test_the_tray_is_named(
    bare_desktop: DesktopSession, home: PrivateHome, panel: PanelKind, sentence: str
) -> None:
    with running(panel.program(bare_desktop, home)):
        wait_for(lambda: tray_of(bare_desktop, home)["state"] == "ok", what="the panel", timeout_s=40)
        assert tray_of(bare_desktop, home)["sentence"] == sentence
