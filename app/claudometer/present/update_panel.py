"""What is known of a newer version, as a panel of the window and as lines of the tray's menu. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.update import BUSY, Install, Offer, Stage, Update, UpdateFailure
from claudometer.present.formatters import percent, spoken_moment
from claudometer.present.messages import updates as words
from claudometer.present.messages.updates import failure_message
from claudometer.present.text import some_lines

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.control.wire.page import UpdateButton, UpdatePanel
    from claudometer.domain.region import Region

# In every other stage: "check".
_FIRST_BUTTON = {
    Stage.CHECKING: "",
    Stage.DOWNLOADING: "cancel",
    Stage.VERIFYING: "",
    Stage.READY: "restart",
}
_TONES = {
    Stage.AVAILABLE: "news",
    Stage.DOWNLOADING: "news",
    Stage.VERIFYING: "news",
    Stage.READY: "news",
    Stage.OPENED: "news",
    Stage.FAILED: "failed",
    Stage.REFUSED: "refused",
}


def update_panel(update: Update, now: datetime, region: Region) -> UpdatePanel:
    """Return the panel: title, hint, the publisher's notes as plain text, and the buttons."""
    available = update.stage is Stage.AVAILABLE
    return {
        "stage": update.stage.value,
        "tone": "failed" if _is_stuck(update) else _TONES.get(update.stage, "calm"),
        "title": update_title(update),
        "hint": _hint(update, now, region),
        "notes": some_lines(update.notes) if update.notes and available else None,
        "percent": update.percent,
        "percent_text": None if update.percent is None else percent(update.percent),
        "busy": update.stage in BUSY,
        "command": update.command if available and update.offer is Offer.COMMAND else None,
        "buttons": [_button(name) for name in _buttons(update)],
        "line": _line(update, now, region),
        "news": _filled(words.NEWS.get(update.stage), update),
        "news_button": words.NEWS_BUTTONS.get(update.stage),
    }


def update_title(update: Update) -> str | None:
    """Return the state in one sentence; ``None`` before the first check."""
    # It failed while it was installed: the check itself had found something.
    if update.stage is Stage.FAILED and _was_offered(update):
        return _filled(words.NOT_INSTALLED, update)
    if update.stage is Stage.REFUSED and update.version is None:
        return words.ANSWER_REFUSED
    return _filled(words.TITLES.get(update.stage), update)


def _line(update: Update, now: datetime, region: Region) -> str | None:
    """Return the state below the running version in the settings: "Up to date, checked today 09:12"."""
    if update.stage is Stage.CURRENT and update.checked_at and update.version in {None, update.running}:
        return words.UP_TO_DATE.format(time=spoken_moment(update.checked_at, now, region))
    return update_title(update)


def menu_text(update: Update) -> str:
    """Return the text of the menu's entry. A click opens the panel, or restarts once the update is ready."""
    if update.stage is Stage.DOWNLOADING and update.percent is not None:
        return words.DOWNLOADING_PERCENT.format(version=update.version, percent=percent(update.percent))
    return _filled(words.MENU.get(update.stage), update) or words.CHECK


def _filled(sentence: str | None, update: Update) -> str | None:
    return sentence and sentence.format(running=update.running, version=update.version)


def _was_offered(update: Update) -> bool:
    """Return whether there was a version to install. ``OWN_VERSION`` fails before the two are compared."""
    return update.version is not None and update.failure is not UpdateFailure.OWN_VERSION


def _is_stuck(update: Update) -> bool:
    """Return whether the new version is installed, but cannot be started from here."""
    return update.stage is Stage.READY and update.failure is not None


def _hint(update: Update, now: datetime, region: Region) -> str | None:
    if update.stage is Stage.CURRENT:
        return _checked(update, now, region)
    if update.stage is Stage.AVAILABLE:
        return words.YOU_HAVE.format(running=update.running, how=_how(update))
    if update.failure is not None and (_is_stuck(update) or update.stage in {Stage.FAILED, Stage.REFUSED}):
        failure = failure_message(update.failure, update.detail)
        sentence = words.REFUSAL if update.stage is Stage.REFUSED else words.PROBLEM
        return sentence.format(reason=failure.title, hint=failure.hint)
    return _filled(words.HINTS.get(update.stage), update)


def _how(update: Update) -> str:
    if update.failure is not None:
        failure = failure_message(update.failure, update.detail)
        return words.PROBLEM.format(reason=failure.title, hint=failure.hint)
    if update.offer is Offer.COMMAND:
        return words.COMMAND_HINTS[update.install]
    return words.WAYS[update.offer or Offer.PAGE]


def _checked(update: Update, now: datetime, region: Region) -> str | None:
    time = spoken_moment(update.checked_at, now, region) if update.checked_at else None
    if update.version is not None and update.version != update.running:
        older = words.NEWEST_IS_OLDER if time is None else words.NEWEST_IS_OLDER_CHECKED
        return older.format(version=update.version, time=time)
    return None if time is None else words.CHECKED.format(time=time)


def _buttons(update: Update) -> list[str]:
    installs_file = update.install in {Install.DEB, Install.RPM}  # the command installs a file from the page
    needs_page = update.offer is Offer.PAGE or (update.offer is Offer.COMMAND and installs_file)
    first = _FIRST_BUTTON.get(update.stage, "check")
    if update.stage is Stage.AVAILABLE:
        first = {Offer.INSTALL: "install", Offer.OPEN: "open"}.get(update.offer or Offer.PAGE, "")
    also = "page" if needs_page and update.stage in {Stage.AVAILABLE, Stage.FAILED} else ""
    return [name for name in (first, also) if name]


def _button(name: str) -> UpdateButton:
    # Both buttons start the same action; what follows the download depends on the installation.
    return {"do": "install" if name == "open" else name, "label": words.BUTTONS[name]}
