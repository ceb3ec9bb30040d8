"""The buttons of a notification in Xfce, clicked on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desktop.accessible import State
from tests.desktop.claudometer import TITLE
from tests.desktop.test_alerts import listed, use
from tests.desktop.waiting import wait_for
from tests.desktop.xfce_notifications import PROGRAMS, XfceNotifications
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.claudometer import Claudometer
    from tests.simulator import Simulator

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(not PROGRAMS, reason="xfce4-notifyd is not installed"),
]


@pytest.fixture
def service(app: Claudometer) -> Iterator[XfceNotifications]:
    """Xfce's service, and an app that is not started yet."""
    app.home.settings.write_text('{"schema_version": 2}')
    write_login(app.home.path / ".claude")
    running = XfceNotifications(app.desktop)
    yield running
    running.stop()


def test_open_opens_the_window_at_the_limit_that_the_notification_is_about(
    service: XfceNotifications, app: Claudometer, simulator: Simulator
) -> None:
    use(simulator, session=20.0, weekly=76.0)
    app.start()
    service.click("Open")
    assert app.window.title == TITLE
    app.page.wait_for(
        lambda page: [
            each.name for each in page.walk() if "Weekly" in each.name and State.SELECTED in each.states
        ],
        what="the week's row to be chosen",
    )


def test_mute_until_reset_mutes_that_limit_alone(
    service: XfceNotifications, app: Claudometer, simulator: Simulator
) -> None:
    use(simulator, session=76.0, weekly=10.0)
    app.start()
    service.click("Mute until reset")
    app.tray.wait_for_menu(lambda menu: menu.find("Session alerts muted until"), what="what is muted")
    use(simulator, session=91.0, weekly=76.0)
    app.run("refresh")
    wait_for(lambda: any("Weekly" in each for each in service.texts()), what="the other limit's alert")
    assert {(each["limit"], each["fate"]) for each in listed(app)[-2:]} == {
        ("session", "muted"),
        ("weekly", "shown"),
    }
