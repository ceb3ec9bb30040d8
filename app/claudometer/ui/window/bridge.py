"""The page's questions, answered by the app and put into words. Holds no secret."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from claudometer.domain.errors import ClaudometerError, ErrorCode, InvalidSettingError
from claudometer.domain.ledger import record_from_wire, summary_from_wire
from claudometer.domain.snapshot import Snapshot, true_time, valid_until
from claudometer.domain.update import update_from_wire
from claudometer.domain.usage import Mode
from claudometer.present.card import card_for
from claudometer.present.form import form_for
from claudometer.present.levels import Thresholds
from claudometer.present.messages.answers import FORGOTTEN, for_save, refresh_answer, saved_answer
from claudometer.present.messages.errors import message_for_code
from claudometer.present.request_panel import panel_for, trouble_panel
from claudometer.present.update_panel import update_panel

if TYPE_CHECKING:
    from claudometer.control.protocol import Message
    from claudometer.domain.clock import Clock
    from claudometer.domain.errors import Fact
    from claudometer.domain.region import Region
    from claudometer.ui.window.feed import Feed, News

log = logging.getLogger(__name__)

Answer = dict[str, Any]

FIELDS = frozenset(
    {
        "mode",
        "interval_seconds",
        "organization_id",
        "claude_folder",
        "remember",
        "ask_through_browser",
        "check_daily",
        "autostart",
        "session_key",
    }
)

FIRST_VIEW_S = 1.0
NEXT_VIEW_S = 15.0
"""A view is made anew at least this often: countdowns move while nothing else does."""

QUICK_S = 15.0
ASKING_S = 120.0
"""Testing a key and refreshing wait for Claude's answer, which has a timeout of its own in the app: two
questions, and after them a browser."""


class Control(Protocol):
    """The part of the control client that the window needs."""

    def call(self, op: str, params: Message | None = None, *, timeout_s: float = ...) -> Message:
        """Return the app's answer, or raise ``ClaudometerError``."""
        ...


class Bridge:
    """One question of the page a method; raises ``ClaudometerError`` where the app cannot answer."""

    def __init__(self, control: Control, feed: Feed, *, clock: Clock, region: Region) -> None:
        self._control = control
        self._feed = feed
        self._clock = clock
        self._region = region
        self._in_use = False

    def load(self) -> Answer:
        """Return the form and the first view."""
        state = self._control.call("settings", timeout_s=QUICK_S)
        news = self._feed.wait_beyond(0, FIRST_VIEW_S)
        return {"form": form_for(state), "view": self._view(news, Mode(state["mode"]))}

    def next_view(self, seen: object = None) -> Answer:
        """Return a view other than the one seen, or the same with its times moved on."""
        if not self._in_use:
            self._in_use = True
            log.info("the page shows its data")
            with suppress(ClaudometerError):  # the stream tells it when the app is gone
                self._control.call("window_ready")
        known = seen if isinstance(seen, int) else -1
        news = self._feed.wait_beyond(known, self._holds_s(self._feed.wait_beyond(known, 0.0)))
        if news.ended:
            return refusal(ClaudometerError(ErrorCode.NOT_RUNNING)) | {"gone": True}
        return {"view": self._view(news, Mode.CLI)}

    def save(self, fields: object = None) -> Answer:
        """Save what was changed: everything or nothing."""
        if not isinstance(fields, dict) or not fields.keys() <= FIELDS:
            raise ClaudometerError(ErrorCode.REQUEST_INVALID)
        state = self._control.call("save_settings", fields, timeout_s=ASKING_S)
        return {"form": form_for(state), "message": saved_answer(tested="session_key" in fields)}

    def forget(self) -> Answer:
        """Forget the session key."""
        return {
            "form": form_for(self._control.call("forget_key", timeout_s=QUICK_S)),
            "message": FORGOTTEN,
        }

    def refresh(self) -> Answer:
        """Ask Claude now, if that is allowed."""
        result = self._control.call("refresh", timeout_s=ASKING_S)
        until = datetime.fromisoformat(result["until"]) if result.get("until") else None
        accepted = result["accepted"] is True
        browser = result.get("browser") is True
        return {
            "message": refresh_answer(accepted=accepted, until=until, region=self._region, browser=browser)
        }

    def requests(self) -> Answer:
        """Return the panel of what was sent; one that cannot be read says so in its place."""
        try:
            result = self._control.call("requests", timeout_s=QUICK_S)
        except ClaudometerError as error:
            words = message_for_code(error.code, error.facts)
            return {"panel": trouble_panel(words.title, words.hint)}
        today = summary_from_wire(result["today"]) if result["kept"] else None
        latest = [record_from_wire(record) for record in result["latest"]]
        return {"panel": panel_for(today, latest, self._clock.now(), self._region)}

    def update(self, do: object = None) -> Answer:
        """Do something about a newer version, and return the panel; ``None`` where there is none."""
        what = do if isinstance(do, str) else None
        wire = self._control.call("update", {"do": what}, timeout_s=ASKING_S)["update"]
        panel = update_panel(update_from_wire(wire), self._clock.now(), self._region) if wire else None
        return {"panel": panel}

    def next_update(self, seen: object = None) -> Answer:
        """Return the panel when it is another than the one seen; ``None`` when nothing came for a while."""
        known = seen if isinstance(seen, int) else -1
        news = self._feed.wait_for_update(known, NEXT_VIEW_S)
        if news.ended:
            return refusal(ClaudometerError(ErrorCode.NOT_RUNNING)) | {"gone": True}
        if news.update is None or news.updates == known:
            return {"panel": None, "seen": news.updates}
        panel = update_panel(news.update, self._clock.now(), self._region)
        return {"panel": panel, "seen": news.updates}

    def _view(self, news: News, mode: Mode) -> Answer:
        snapshot = news.snapshot or Snapshot(mode=mode)
        view = card_for(snapshot, self._now(snapshot), self._region, Thresholds())
        return view | {"sequence": news.sequence}

    def _now(self, snapshot: Snapshot) -> datetime:
        return true_time(snapshot, self._clock.now())

    def _holds_s(self, news: News) -> float:
        """Return how long what is known may be shown: a window's end takes its number away at once."""
        if news.snapshot is None:
            return NEXT_VIEW_S
        now = self._now(news.snapshot)
        end = valid_until(news.snapshot, now)
        return NEXT_VIEW_S if end is None else min(NEXT_VIEW_S, (end - now).total_seconds())


def refusal(error: ClaudometerError) -> Answer:
    """Return an error as the page shows it, beside its field if it has one."""
    field = error.field if isinstance(error, InvalidSettingError) else None
    facts: dict[str, Fact] = error.facts
    words = message_for_code(error.code, facts)
    if field is not None:
        words = for_save(error.code, words)
    return {"ok": False, "field": field, "message": words.title, "hint": words.hint}
