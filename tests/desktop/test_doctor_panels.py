"""The check names the program that shows tray icons, on real panels with StatusNotifier or XEmbed."""

from __future__ import annotations

import json
import shlex
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.desktop.claudometer import PROGRAM
from tests.desktop.panels import I3BAR, LXQT, LXQT_WITHOUT_TRAY, MATE
from tests.desktop.test_old_tray import old_panel
from tests.desktop.test_panels import running
from tests.desktop.test_watchers import KDE_HOST, Watcher
from tests.desktop.waiting import LONGEST_S, wait_for

if TYPE_CHECKING:
    from tests.desktop.panels import PanelKind
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession

pytestmark = pytest.mark.desktop


def tray_of(desktop: DesktopSession, home: PrivateHome, more: dict[str, str] | None = None) -> dict[str, Any]:
    words, env = [PROGRAM, "--demo", "doctor", "--json"], desktop.env_for(home) | (more or {})
    done = subprocess.run(words, env=env, capture_output=True, timeout=LONGEST_S, check=False)
    checks = json.loads(done.stdout)["checks"]
    return next(check for check in checks if check["id"] == "tray")


def wait_for_tray(desktop: DesktopSession, home: PrivateHome, end: str) -> dict[str, Any]:
    """Wait until the check ends so: on a busy computer, its bus may not answer in time."""
    return wait_for(
        lambda: found if (found := tray_of(desktop, home))["sentence"].endswith(end) else None,
        what=f"the sentence {end!r}",
    )


@pytest.mark.parametrize(
    ("panel", "sentence"),
    [
        pytest.param(LXQT, "lxqt-panel shows tray icons.", marks=pytest.mark.panels("lxqt-panel")),
        pytest.param(MATE, "mate-panel shows tray icons.", marks=pytest.mark.panels("mate-panel")),
        pytest.param(
            I3BAR, "A panel shows tray icons the older way (XEmbed).", marks=pytest.mark.panels("i3bar")
        ),
    ],
    ids=["lxqt", "mate", "i3bar"],
)
def test_the_tray_is_named(
    bare_desktop: DesktopSession, home: PrivateHome, panel: PanelKind, sentence: str
) -> None:
    with running(panel.program(bare_desktop, home)):
        assert wait_for_tray(bare_desktop, home, sentence)["state"] == "ok"


@pytest.mark.panels("lxqt-panel")
def test_a_panel_without_a_tray_is_told_from_one_that_does_not_run(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    """A panel that was not running was to be given a tray, which did not help."""
    desktop = {"XDG_CURRENT_DESKTOP": "LXQt"}
    panel = LXQT_WITHOUT_TRAY.program(bare_desktop, home)
    assert tray_of(bare_desktop, home, desktop)["action"]["command"] == "lxqt-panel"
    with running(panel):
        found = wait_for(
            lambda: (
                found
                if (found := tray_of(bare_desktop, home, desktop))["action"]["command"] is None
                else None
            ),
            what="the panel that runs",
        )
        assert "“Status Notifier Plugin”" in found["sentence"]
    assert tray_of(bare_desktop, home, desktop)["action"]["command"] == "lxqt-panel"


def test_a_panel_that_has_dropped_the_icon_is_reported(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    """GNOME's extension drops an item that it fails to read, and still says that it hosts items."""
    watcher = Watcher(bare_desktop, home)
    watcher.send("host")
    with subprocess.Popen([PROGRAM, "--demo"], env=bare_desktop.env_for(home)) as app:
        try:
            watcher.wait_for_items(1)
            wait_for(lambda: tray_of(bare_desktop, home)["state"] == "ok", what="the icon")
            watcher.send("forget")
            found = wait_for_tray(bare_desktop, home, " shows tray icons, but not Claudometer's.")
            assert found["state"] != "ok"
            # In quotes, where its path contains the user's name, which is written as $USER.
            *_, program, option = shlex.split(found["action"]["command"])
            assert program.endswith("claudometer")
            assert option == "--demo"  # which is what runs here
        finally:
            app.terminate()
            watcher.kill()
    assert tray_of(bare_desktop, home)["state"] != "ok"  # nor without any panel


@pytest.mark.panels("trayer")
def test_the_watcher_of_kde_is_no_panel_and_neither_is_its_proxy_for_old_icons(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    watcher = Watcher(bare_desktop, home)
    watcher.play_kde()
    try:
        with old_panel(bare_desktop, home, "trayer"):
            env = {"XDG_CURRENT_DESKTOP": "KDE"}
            wait_for(lambda: tray_of(bare_desktop, home, env)["action"] is not None, what="the missing panel")
            assert tray_of(bare_desktop, home, env)["state"] == "attention"
            watcher.send(f"own {KDE_HOST}")
            wait_for_tray(bare_desktop, home, " shows tray icons.")
    finally:
        watcher.kill()
