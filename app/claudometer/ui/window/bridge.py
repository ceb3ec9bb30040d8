"""Passes the page's calls to the app, and the answers back. Keeps no secret."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.errors import ClaudometerError, ErrorCode, InvalidSettingError
from claudometer.domain.form_fields import FIELDS
from claudometer.present.messages.answers import for_save
from claudometer.present.messages.errors import message_for_code
from claudometer.present.messages.own_commands import commands_for
from claudometer.system.typed_command import typed_command
from claudometer.ui.window.feed import shown_card

if TYPE_CHECKING:
    from claudometer.control.protocol import Message
    from claudometer.control.wire.page import Card
    from claudometer.ui.window.feed import Feed, News

log = logging.getLogger(__name__)

Answer = Mapping[str, object]

FIRST_VIEW_S = 1.0
"""How long to wait for the stream's first card before requesting one."""

NEXT_VIEW_S = 15.0
"""How long a call waits for a new card. Then it returns the same card again."""

QUICK_TIMEOUT_S = 15.0
"""Longer than the app waits for a keyring or a disk that does not respond (10 s)."""

REQUEST_TIMEOUT_S = 120.0
"""For a test of a key and a refresh, which wait for Claude's answer. The app has its own time limits:
for two requests, and then a browser."""


class Control(Protocol):
    """The part of the control client that the window needs."""

    def call(self, op: str, params: Mapping[str, object] | None = ..., *, timeout_s: float = ...) -> Message:
        """Return the app's answer, or raise ``ClaudometerError``."""
        ...


class Bridge:
    """Has a method for each call of the page. Its answers are JSON objects.

    Each method raises ``ClaudometerError`` if the app refuses the call or does not answer. The arguments come
    from the page, so they may be anything.
    """

    def __init__(self, control: Control, feed: Feed) -> None:
        self._control = control
        self._feed = feed
        self._in_use = False

    def load(self) -> Answer:
        """Return the form, the first card, and the commands that the page mentions."""
        answer = self._control.call("settings", timeout_s=QUICK_TIMEOUT_S)
        is_demo = bool(answer["form"]["demo"])
        news = self._feed.wait_for_card(0, FIRST_VIEW_S)
        # The stream may still be connecting, and the page must not stay empty until then.
        card = news.card or shown_card(self._control.call("card", timeout_s=QUICK_TIMEOUT_S)["accounts"])
        return answer | {
            "view": _numbered(card, news.sequence),
            "place": _numbered_place(news),
            "commands": commands_for(typed_command(), typed_command(demo=True) if is_demo else None),
        }

    def next_view(self, seen: object = None) -> Answer:
        """Return the next card after the one numbered ``seen``; after ``NEXT_VIEW_S``, the same one."""
        if not self._in_use:
            # The page makes its first call when it shows its data; from now on the window counts as open.
            self._in_use = True
            log.info("the page shows its data")
            with suppress(ClaudometerError):  # if the app is gone, the stream ends as well
                self._control.call("window_ready")
        news = self._feed.wait_for_card(seen if isinstance(seen, int) else -1, NEXT_VIEW_S)
        if news.ended:
            return refusal(ClaudometerError(ErrorCode.NOT_RUNNING)) | {"gone": True}
        if news.card is None:
            raise ClaudometerError(ErrorCode.APP_UNRESPONSIVE)
        return {"view": _numbered(news.card, news.sequence), "place": _numbered_place(news)}

    def save(self, fields: object = None) -> Answer:
        """Save the changed fields: all of them or none."""
        if not isinstance(fields, dict) or not fields.keys() <= FIELDS:
            raise ClaudometerError(ErrorCode.REQUEST_INVALID)
        return self._control.call("save_settings", fields, timeout_s=REQUEST_TIMEOUT_S)

    def forget(self) -> Answer:
        """Remove the session key."""
        return self._control.call("forget_key", timeout_s=QUICK_TIMEOUT_S)

    def refresh(self) -> Answer:
        """Check with Claude now if a request is allowed."""
        return self._control.call("refresh", timeout_s=REQUEST_TIMEOUT_S)

    def requests(self) -> Answer:
        """Return the panel of requests."""
        return self._control.call("requests", timeout_s=QUICK_TIMEOUT_S)

    def history(self, limit: object = None, span: object = None) -> Answer:
        """Return the chart of a limit over a span of time; ``None`` for it without a history."""
        return self._control.call("history", {"limit": limit, "span": span}, timeout_s=QUICK_TIMEOUT_S)

    def resets(self) -> Answer:
        """Return the list of the latest resets."""
        return self._control.call("resets", timeout_s=QUICK_TIMEOUT_S)

    def resets_csv(self) -> str | None:
        """Return all resets as CSV, ``None`` if the app cannot read its history."""
        pieces: list[str] = []
        first: int | None = 0
        while first is not None:
            piece = self._control.call("resets_csv", {"first": first}, timeout_s=QUICK_TIMEOUT_S)
            if piece["text"] is None:
                return None
            pieces.append(piece["text"])
            first = piece["next"]
        return "".join(pieces)

    def update(self, do: object = None) -> Answer:
        """Do what a button of the update panel says, if any, and return the panel.

        The panel is ``None`` in a program that does not check for updates.
        """
        params = {"do": do if isinstance(do, str) else None}
        return self._control.call("update", params, timeout_s=REQUEST_TIMEOUT_S)

    def doctor(self, do: object = None) -> Answer:
        """Do what a button on the checkup's page says, if any; then check this computer."""
        params = {"do": do if isinstance(do, str) else None}
        # Twice: a person may type the keyring's password first, and a refresh comes last.
        return self._control.call("doctor", params, timeout_s=2 * REQUEST_TIMEOUT_S)

    def alerts(self, do: object = None, account: object = None, limit: object = None) -> Answer:
        """Show a test alert (``test``) or unmute (``unmute``), as ``do`` says; then return the past alerts.

        Args:
            account, limit: the limit to unmute; without them, all alerts are.
        """
        given = {"do": do, "account": account, "limit": limit}
        params = {name: value for name, value in given.items() if isinstance(value, str)}
        return self._control.call("alerts", params, timeout_s=REQUEST_TIMEOUT_S)

    def next_update(self, seen: object = None) -> Answer:
        """Return the next panel after the one with the number ``seen``; ``None`` after ``NEXT_VIEW_S``."""
        known = seen if isinstance(seen, int) else -1
        news = self._feed.wait_for_update(known, NEXT_VIEW_S)
        if news.ended:
            return refusal(ClaudometerError(ErrorCode.NOT_RUNNING)) | {"gone": True}
        panel = None if news.updates == known else news.panel
        return {"panel": panel, "seen": news.updates}


def _numbered(card: Card, sequence: int) -> Mapping[str, object]:
    """Return the card with its number, which the page then passes to ``next_view``."""
    return {**card, "sequence": sequence}


def _numbered_place(news: News) -> Mapping[str, object] | None:
    """Return the place that the page is to show, with its number, so that the page goes there once."""
    return None if news.place is None else {**news.place, "number": news.places}


def refusal(error: ClaudometerError) -> dict[str, object]:
    """Return an error for the page, which shows it beside its field if it has one."""
    field = error.field if isinstance(error, InvalidSettingError) else None
    words = message_for_code(error.code, error.facts)
    if field is not None:
        words = for_save(error.code, words)
    return {"ok": False, "field": field, "message": words.title, "hint": words.hint}
