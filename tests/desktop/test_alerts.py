"""Alerts on a real desktop: a real notification service shows them, and its buttons work."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from jeepney import DBusAddress

from tests.desktop.accessible import Role
from tests.desktop.claudometer import TITLE
from tests.desktop.fortnight.dunst import Dunst
from tests.desktop.waiting import wait_for
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

DUNST = DBusAddress(
    "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.dunstproject.cmd0"
)


def displayed(app: Claudometer) -> int:
    """Return how many bubbles are on the screen."""
    return int(app.desktop.bus.properties(DUNST)["displayedLength"])


def close_all(app: Claudometer) -> list[dict[str, Any]]:
    """Close the bubbles, and return all that the service has shown, the newest first."""
    app.desktop.bus.call(DUNST, "NotificationCloseAll")
    entries = app.desktop.bus.call(DUNST, "NotificationListHistory")
    return [{name: value for name, (_type, value) in entry.items()} for entry in entries]


def use(simulator: Simulator, session: float, weekly: float = 20.0) -> datetime:
    """Set the account's numbers; return when the session resets."""
    now = datetime.now(UTC)
    end = (now + timedelta(hours=2, minutes=8, seconds=30)).replace(second=0, microsecond=0)
    body = {
        "five_hour": {"utilization": session, "resets_at": end.isoformat()},
        "seven_day": {"utilization": weekly, "resets_at": (now + timedelta(days=3)).isoformat()},
    }
    simulator.account.usage = lambda _now: body
    return end


@pytest.fixture
def alerting(app: Claudometer) -> Claudometer:
    """Claudometer with Claude Code's login, not started, on a screen without bubbles."""
    app.desktop.notifications.stop()
    app.desktop.notifications.start()
    app.home.settings.write_text('{"schema_version": 2}')
    write_login(app.home.path / ".claude")
    return app


def wait_for_bubble(app: Claudometer) -> None:
    wait_for(lambda: displayed(app) == 1, what="the notification")


def listed(app: Claudometer) -> list[dict[str, Any]]:
    alerts: list[dict[str, Any]] = app.run_json("alerts")["alerts"]
    return alerts


def test_a_burst_is_one_bubble_in_words_and_a_restart_does_not_repeat_it(
    alerting: Claudometer, simulator: Simulator
) -> None:
    end = use(simulator, session=91.0, weekly=76.0)
    alerting.start().wait_for_status("ok")
    wait_for_bubble(alerting)
    (bubble,) = close_all(alerting)
    assert bubble["summary"] == "Session: 91\u00a0% used"
    local = end.astimezone()
    first, second = bubble["body"].splitlines()
    # From 21:52 on, the session ends tomorrow.
    day = "at" if local.date() == datetime.now(UTC).astimezone().date() else local.strftime("%a")
    assert first.startswith(f"Resets {day} {local:%H:%M}, in 2\u00a0h ")
    assert second == "Weekly: 76\u00a0% used"
    assert bubble["appname"] == "Claudometer"
    alerting.restart().wait_for_status("ok")
    use(simulator, session=91.0, weekly=91.0)
    alerting.run("refresh")
    wait_for_bubble(alerting)  # the next alert: one that the restart repeated would be before or beside it
    newest, *earlier = close_all(alerting)
    assert (newest["summary"], len(newest["body"].splitlines())) == ("Weekly: 91\u00a0% used", 1)
    assert earlier == [bubble]
    assert [(each["limit"], each["threshold"], each["taken"]) for each in listed(alerting)] == [
        ("session", 90, True),
        ("weekly", 75, True),
        ("weekly", 90, True),
    ]


def test_a_click_on_the_bubble_opens_the_window(alerting: Claudometer, simulator: Simulator) -> None:
    use(simulator, session=80.0)
    alerting.start()
    wait_for_bubble(alerting)
    alerting.desktop.bus.call(DUNST, "NotificationAction", "u", 0)
    assert alerting.window.title == TITLE


def test_without_a_service_the_alert_is_listed_as_not_taken_and_a_later_one_is_shown(
    alerting: Claudometer, simulator: Simulator
) -> None:
    alerting.desktop.notifications.stop()
    use(simulator, session=80.0)
    alerting.start().wait_for_status("ok")
    wait_for(lambda: [each["taken"] for each in listed(alerting)] == [False], what="the alert")
    answer = alerting.run("alerts", "test")
    assert (answer.returncode, "did not take" in answer.stdout) == (69, True)
    alerting.desktop.notifications.start()
    answer = alerting.run("alerts", "test")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert close_all(alerting)[0]["summary"] == "Alerts work"


def test_mute_in_the_terminal_is_shown_in_the_menu_and_ended_there(
    alerting: Claudometer, simulator: Simulator
) -> None:
    use(simulator, session=20.0)
    alerting.start().wait_for_status("ok")
    answer = alerting.run("mute", "4h")
    assert (answer.returncode, answer.stdout.startswith("Alerts are muted until ")) == (0, True)
    alerting.tray.wait_for_menu(lambda menu: menu.find("Alerts muted until"), what="the silence in the menu")
    use(simulator, session=95.0)
    alerting.run("refresh")
    wait_for(lambda: [each["fate"] for each in listed(alerting)] == ["muted"], what="the alert")
    assert displayed(alerting) == 0
    alerting.tray.click("Show alerts again")
    alerting.tray.wait_for_menu(lambda menu: menu.find("Mute alerts"), what="the end of the silence")


def test_a_limit_that_is_muted_on_its_notification_is_unmuted_in_the_menu(
    alerting: Claudometer, simulator: Simulator
) -> None:
    dunst = Dunst(alerting.desktop)
    use(simulator, session=76.0, weekly=10.0)
    alerting.start().wait_for_status("ok")
    wait_for_bubble(alerting)
    dunst.mute_until_reset()
    alerting.tray.wait_for_menu(lambda menu: menu.find("Session alerts muted until"), what="what is muted")
    muted = alerting.run_json("alerts")["muted_limits"]
    assert [each["limit"] for each in muted] == ["session"]
    alerting.tray.click("Unmute Session, muted until")
    alerting.tray.wait_for_menu(lambda menu: menu.find("Mute alerts"), what="that nothing is muted")
    use(simulator, session=91.0, weekly=10.0)
    alerting.run("refresh")
    wait_for(lambda: [each["fate"] for each in listed(alerting)] == ["shown"] * 2, what="the alert")


def test_a_limit_that_is_switched_off_in_the_window_is_not_told_and_the_others_are(
    alerting: Claudometer, simulator: Simulator
) -> None:
    use(simulator, session=20.0)
    alerting.start().wait_for_status("ok")
    page = alerting.open_settings()
    page.click("Individual limits", Role.BUTTON)
    page.choose("Session", "Own thresholds")
    page.choose("Weekly", "No alerts")
    wait_for(
        lambda: (
            (kept := json.loads(alerting.home.settings.read_text(encoding="utf-8")))["alert_limits_off"]
            == ["weekly"]
            and kept["alert_own_thresholds"] == {"session": [75, 90, 100]}
        ),
        what="the choices in the settings",
    )
    use(simulator, session=91.0, weekly=95.0)
    alerting.run("refresh")
    wait_for_bubble(alerting)
    assert [each["limit"] for each in listed(alerting)] == ["session"]
    (bubble,) = close_all(alerting)
    assert "Weekly" not in bubble["summary"] + bubble["body"]
