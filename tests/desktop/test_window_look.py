"""The settings window is light or dark as the desktop is, by GTK's settings or by a portal."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.desktop.look import Look
from tests.desktop.opened_window import ROOT, Opened, lightness
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession

pytestmark = pytest.mark.desktop

PORTAL = "org.freedesktop.portal.Desktop"
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"


@contextmanager
def portal_on_demand(desktop: DesktopSession) -> Iterator[None]:
    """Let the bus start a portal on demand, as desktops do."""
    service = desktop.services / f"{PORTAL}.service"
    command = f"/usr/bin/env PYTHONPATH={ROOT} {sys.executable} -m tests.desktop.portal_script"
    service.write_text(f"[D-BUS Service]\nName={PORTAL}\nExec={command}\n")
    desktop.bus.reload()
    try:
        yield
    finally:
        service.unlink()
        desktop.bus.reload()
        if desktop.bus.has_owner(PORTAL):
            os.kill(desktop.bus.process_of(PORTAL), signal.SIGTERM)
            wait_for(lambda: not desktop.bus.has_owner(PORTAL), what="the portal to end")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_follows_gtks_settings(home: PrivateHome, desktop: DesktopSession, *, dark: bool) -> None:
    Look(dark=dark).write_gtk_settings(home.config)
    with Opened(desktop, home, "calm", "--probe", IS_DARK) as window:
        assert window.printed() is dark


def test_the_page_follows_a_change_of_the_portal_at_once(desktop: DesktopSession, home: PrivateHome) -> None:
    """GTK 3 itself does not follow the portal."""
    Look(dark=False).write_gtk_settings(home.config)
    portal = desktop.run(
        [sys.executable, "-m", "tests.desktop.portal_script"], home, env={"PYTHONPATH": str(ROOT)}
    )
    try:
        wait_for(lambda: desktop.bus.has_owner(PORTAL), what="the portal")
        with Opened(desktop, home, "calm", "--probe", IS_DARK) as window:
            assert window.printed() is True
            wait_for(lambda: lightness(desktop) < 100, what="the dark page to be painted")
            portal.send_signal(signal.SIGUSR1)
            wait_for(lambda: lightness(desktop) > 160, what="the page to turn light")
    finally:
        portal.stop()


@pytest.mark.parametrize("more", [[], ["--share-bus"]], ids=["alone", "where at-spi2-core shares its bus"])
def test_the_window_asks_a_portal_that_hangs_for_nothing_that_it_would_wait_for(
    desktop: DesktopSession, home: PrivateHome, more: list[str]
) -> None:
    """Without a session manager, GTK's application would wait 25 s for the portal, before an empty window."""
    portal = desktop.run(
        [sys.executable, "-m", "tests.desktop.portal_script", "hang"], home, env={"PYTHONPATH": str(ROOT)}
    )
    try:
        wait_for(lambda: desktop.bus.has_owner(PORTAL), what="the portal")
        with Opened(desktop, home, "calm", *more) as window:
            window.ready()
            assert set(portal.stdout.read_text().split()) == {"org.freedesktop.portal.Settings.Read"}
    finally:
        portal.stop()


@pytest.mark.parametrize(
    "change", [signal.SIGUSR1, signal.SIGUSR2], ids=["light", "no preference, GNOME's way to say light"]
)
def test_a_portal_that_the_window_starts_on_demand_is_followed(
    desktop: DesktopSession, home: PrivateHome, change: signal.Signals
) -> None:
    """After a login the window may be the first program that calls the portal."""
    Look(dark=False).write_gtk_settings(home.config)
    with portal_on_demand(desktop), Opened(desktop, home, "calm") as window:
        window.ready()
        wait_for(lambda: lightness(desktop) < 100, what="the page to turn dark")
        os.kill(desktop.bus.process_of(PORTAL), change)
        wait_for(lambda: lightness(desktop) > 160, what="the page to turn light")
