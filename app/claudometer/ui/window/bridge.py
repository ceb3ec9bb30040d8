"""Passes the page's calls on to the app, and the app's answers back to the page. Holds no secret."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.errors import ClaudometerError, ErrorCode, InvalidSettingError
from claudometer.present.messages.answers import for_save
from claudometer.present.messages.errors import message_for_code
from claudometer.ui.window.feed import shown_card

if TYPE_CHECKING:
    from claudometer.control.protocol import Message
    from claudometer.control.wire.page import Card
    from claudometer.ui.window.feed import Feed

log = logging.getLogger(__name__)

Answer = Mapping[str, object]

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
"""A waiting call of the page is answered at least this often, if only with the same card."""

QUICK_S = 15.0
ASKING_S = 120.0
"""Testing a key and refreshing wait for Claude's answer, which has a timeout of its own in the app: two
requests, and after them a browser."""


class Control(Protocol):
    """The part of the control client that the window needs."""

    def call(self, op: str, params: Mapping[str, object] | None = ..., *, timeout_s: float = ...) -> Message:
        """Return the app's answer, or raise ``ClaudometerError``."""
        ...


class Bridge:
    """One call of the page a method; raises ``ClaudometerError`` where the app cannot answer."""

    def __init__(self, control: Control, feed: Feed) -> None:
        self._control = control
        self._feed = feed
        self._in_use = False

    def load(self) -> Answer:
        """Return the form and the first card."""
        answer = self._control.call("settings", timeout_s=QUICK_S)
        news = self._feed.wait_beyond(0, FIRST_VIEW_S)
        card = news.card or shown_card(self._control.call("card", timeout_s=QUICK_S)["accounts"])
        return answer | {"view": _numbered(card, news.sequence)}

    def next_view(self, seen: object = None) -> Answer:
        """Return a card other than the one seen, or that one once more after ``NEXT_VIEW_S``."""
        if not self._in_use:
            self._in_use = True
            log.info("the page shows its data")
            with suppress(ClaudometerError):  # the stream ends too when the app is gone
                self._control.call("window_ready")
        news = self._feed.wait_beyond(seen if isinstance(seen, int) else -1, NEXT_VIEW_S)
        if news.ended:
            return refusal(ClaudometerError(ErrorCode.NOT_RUNNING)) | {"gone": True}
        if news.card is None:
            raise ClaudometerError(ErrorCode.APP_UNRESPONSIVE)
        return {"view": _numbered(news.card, news.sequence)}

    def save(self, fields: object = None) -> Answer:
        """Save what was changed: everything or nothing."""
        if not isinstance(fields, dict) or not fields.keys() <= FIELDS:
            raise ClaudometerError(ErrorCode.REQUEST_INVALID)
        return self._control.call("save_settings", fields, timeout_s=ASKING_S)

    def forget(self) -> Answer:
        """Forget the session key."""
        return self._control.call("forget_key", timeout_s=QUICK_S)

    def refresh(self) -> Answer:
        """Ask Claude now, if that is allowed."""
        return self._control.call("refresh", timeout_s=ASKING_S)

    def requests(self) -> Answer:
        """Return the panel of what was sent."""
        return self._control.call("requests", timeout_s=QUICK_S)

    def update(self, do: object = None) -> Answer:
        """Do something about a newer version, and return the panel; ``None`` where there is none."""
        return self._control.call("update", {"do": do if isinstance(do, str) else None}, timeout_s=ASKING_S)

    def next_update(self, seen: object = None) -> Answer:
        """Return the panel when it is another than the one seen; ``None`` when nothing came for a while."""
        known = seen if isinstance(seen, int) else -1
        news = self._feed.wait_for_update(known, NEXT_VIEW_S)
        if news.ended:
            return refusal(ClaudometerError(ErrorCode.NOT_RUNNING)) | {"gone": True}
        panel = None if news.updates == known else news.panel
        return {"panel": panel, "seen": news.updates}


def _numbered(card: Card, sequence: int) -> Mapping[str, object]:
    """Return the card with the number by which the page says that it has seen it."""
    return {**card, "sequence": sequence}


def refusal(error: ClaudometerError) -> dict[str, object]:
    """Return an error as the page shows it, beside its field if it has one."""
    field = error.field if isinstance(error, InvalidSettingError) else None
    words = message_for_code(error.code, error.facts)
    if field is not None:
        words = for_save(error.code, words)
    return {"ok": False, "field": field, "message": words.title, "hint": words.hint}
