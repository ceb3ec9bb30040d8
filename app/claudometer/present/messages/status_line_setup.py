"""What the set-up of the status line says: what was done, and what stands in its way. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.providers.claude.status_line_setting import Change

DEMO_CHANGES_NOTHING = "The demo changes no settings."

_DONE: Final = {
    Change.INSTALLED: "Claude Code now shows Claudometer's status line; restart a session that does not.",
    Change.CHAINED: "Claude Code now shows Claudometer's line below your own status line, which ours runs.",
    Change.RENEWED: "Claude Code's settings now name this Claudometer.",
    Change.UNCHANGED: "Claude Code already shows Claudometer's status line; nothing was changed.",
    Change.CUSTOM: "Your own status line already calls Claudometer; nothing was changed.",
    Change.REMOVED: "Claude Code no longer shows Claudometer's status line.",
    Change.RESTORED: "Claude Code shows your own status line again.",
    Change.ABSENT: "Claude Code's settings do not name Claudometer's status line; nothing was changed.",
}


def describe(change: Change, settings: str, copy: str | None) -> list[str]:
    """Return what was done, to which file, and where the copy of the old one is."""
    lines = [_DONE[change]]
    if change in {Change.UNCHANGED, Change.CUSTOM, Change.ABSENT}:
        return [*lines, f"Settings: {settings}"]
    lines.append(f"Changed: {settings}")
    return lines if copy is None else [*lines, f"Copy of what it was: {copy}"]


def hindrances(*, disabled_in: list[str], overridden_in: list[str]) -> list[str]:
    """Say which files keep Claude Code from showing it, as far as that can be known from here."""
    switched_off = (
        f"“disableAllHooks” in {path} also switches the status line off: set it to false to see it."
        for path in disabled_in
    )
    elsewhere = (f"{path} names another status line, which comes before this one." for path in overridden_in)
    return [*switched_off, *elsewhere]
