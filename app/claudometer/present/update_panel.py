"""What is known of a newer version, as the window's quiet panel and as lines of the tray's menu. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.update import BUSY, Install, Offer, Stage, Trouble, Update
from claudometer.present.formatters import percent, spoken_moment
from claudometer.present.messages.updates import COMMAND_HINTS, trouble_words
from claudometer.present.text import some_lines

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.control.wire.page import UpdateButton, UpdatePanel
    from claudometer.domain.region import Region

CHECK = "Check for Updates…"
_BUTTONS = {
    "check": "Check for updates",
    "install": "Download and install",
    "open": "Download",
    "cancel": "Cancel",
    "restart": "Restart now",
    "page": "Open the page",
}
_FIRST_BUTTON = {
    Stage.CHECKING: "",
    Stage.DOWNLOADING: "cancel",
    Stage.VERIFYING: "",
    Stage.READY: "restart",
}
_TITLES = {
    Stage.CHECKING: "Checking for updates…",
    Stage.CURRENT: "Claudometer {running} is up to date.",
    Stage.AVAILABLE: "Claudometer {version} is available.",
    Stage.DOWNLOADING: "Downloading Claudometer {version}…",
    Stage.VERIFYING: "Verifying Claudometer {version}…",
    Stage.READY: "Claudometer {version} is in place.",
    Stage.OPENED: "Claudometer {version} is verified and open.",
    Stage.FAILED: "Could not check for updates.",
    Stage.REFUSED: "Refused the new version.",
}
_MENU = {
    Stage.CHECKING: "Checking for Updates…",
    Stage.AVAILABLE: "Update to Claudometer {version}…",
    Stage.DOWNLOADING: "Downloading Claudometer {version}…",
    Stage.VERIFYING: "Verifying Claudometer {version}…",
    Stage.READY: "Restart into Claudometer {version}",
}
_HINTS = {
    Stage.READY: "Restart to use it; until then {running} goes on.",
    Stage.OPENED: "Quit this one, then drag the new one into Applications.",
}
_WAYS = {
    Offer.INSTALL: "The new file takes the old one's place once its signature is verified.",
    Offer.OPEN: "The disk image opens once its signature is verified.",
}
_TONES = {
    Stage.AVAILABLE: "news",
    Stage.DOWNLOADING: "news",
    Stage.VERIFYING: "news",
    Stage.READY: "news",
    Stage.OPENED: "news",
    Stage.FAILED: "trouble",
    Stage.REFUSED: "refused",
}


def update_panel(update: Update, now: datetime, region: Region) -> UpdatePanel:
    """Return the panel: title, hint, and what can be done. Notes are the publisher's, made harmless."""
    available = update.stage is Stage.AVAILABLE
    return {
        "stage": update.stage.value,
        "tone": "trouble" if _is_stuck(update) else _TONES.get(update.stage, "calm"),
        "title": update_title(update),
        "hint": _hint(update, now, region),
        "notes": some_lines(update.notes) if update.notes and available else None,
        "percent": update.percent,
        "percent_text": None if update.percent is None else percent(update.percent),
        "busy": update.stage in BUSY,
        "command": update.command if available and update.offer is Offer.COMMAND else None,
        "buttons": [_button(name) for name in _buttons(update)],
        "asked": update.asked,
    }


def update_title(update: Update) -> str | None:
    """Say in one sentence how things stand; ``None`` before anybody asked."""
    if update.stage is Stage.FAILED and _was_offered(update):
        return f"Claudometer {update.version} was not installed."
    if update.stage is Stage.REFUSED and update.version is None:
        return "Refused the answer about updates."
    return _filled(_TITLES.get(update.stage), update)


def menu_text(update: Update) -> str:
    """Return the words of the menu's entry, which opens the panel; ready, it restarts."""
    words = _filled(_MENU.get(update.stage), update) or CHECK
    return words if update.percent is None else f"{words} {percent(update.percent)}"


def menu_answer(update: Update) -> str | None:
    """Return what the last check came to, where the entry itself does not say it."""
    if update.stage is Stage.CURRENT:
        return update_title(update)
    if update.stage not in {Stage.FAILED, Stage.REFUSED} or update.trouble is None:
        return None
    words = trouble_words(update.trouble, update.detail)
    return f"{update_title(update)} {words.title} {words.hint}"


def _filled(words: str | None, update: Update) -> str | None:
    return words and words.format(running=update.running, version=update.version)


def _was_offered(update: Update) -> bool:
    return update.version is not None and update.trouble is not Trouble.OWN_VERSION


def _is_stuck(update: Update) -> bool:
    """Tell whether the new version is in place but cannot be started from here."""
    return update.stage is Stage.READY and update.trouble is not None


def _hint(update: Update, now: datetime, region: Region) -> str | None:
    if update.stage is Stage.CURRENT:
        return _checked(update, now, region)
    if update.stage is Stage.AVAILABLE:
        return f"You have {update.running}. {_how(update)}"
    if update.trouble is not None and (_is_stuck(update) or update.stage in {Stage.FAILED, Stage.REFUSED}):
        words = trouble_words(update.trouble, update.detail)
        nothing = " Nothing was installed." if update.stage is Stage.REFUSED else ""
        return f"{words.title}{nothing} {words.hint}"
    return _filled(_HINTS.get(update.stage), update)


def _how(update: Update) -> str:
    if update.trouble is not None:
        words = trouble_words(update.trouble, update.detail)
        return f"{words.title} {words.hint}"
    if update.offer is Offer.COMMAND:
        return COMMAND_HINTS[update.install]
    return _WAYS.get(update.offer or Offer.PAGE, "Download it from the page of releases.")


def _checked(update: Update, now: datetime, region: Region) -> str | None:
    when = f"Checked {spoken_moment(update.checked_at, now, region)}." if update.checked_at else ""
    if update.version is not None and update.version != update.running:
        return f"The newest release is {update.version}, an older one. {when}".strip()
    return when or None


def _buttons(update: Update) -> list[str]:
    by_page = update.install in {Install.DEB, Install.RPM}
    page = update.offer is Offer.PAGE or (update.offer is Offer.COMMAND and by_page)
    first = _FIRST_BUTTON.get(update.stage, "check")
    if update.stage is Stage.AVAILABLE:
        first = {Offer.INSTALL: "install", Offer.OPEN: "open"}.get(update.offer or Offer.PAGE, "")
    also = "page" if page and update.stage in {Stage.AVAILABLE, Stage.FAILED} else ""
    return [name for name in (first, also) if name]


def _button(name: str) -> UpdateButton:
    return {"do": "install" if name == "open" else name, "label": _BUTTONS[name]}
