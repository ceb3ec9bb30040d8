"""What the set-up of Claude Code's status line and of its hook prints. Pure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STATUS_LINE_SET_UP = {
    "installed": "Claude Code now shows Claudometer's status line. Restart sessions without it.",
    "chained": "Claude Code now shows Claudometer's line below your own status line.",
    "renewed": "Claude Code's settings now point to this Claudometer.",
    "unchanged": "Claude Code already shows Claudometer's status line; nothing was changed.",
    "custom": "Your own status line already runs Claudometer; nothing was changed.",
    "removed": "Claude Code no longer shows Claudometer's status line.",
    "restored": "Claude Code shows your own status line again.",
    "left": "Your own status line runs Claudometer, so it was left for you to edit.",
    "absent": "Claude Code does not show Claudometer's status line; nothing was changed.",
}
"""By the value of ``providers.claude.settings_edit.SetupResult``."""

HOOK_SET_UP = {
    "installed": "Claude Code now tells Claudometer when it hits a limit.",
    "renewed": "Claude Code's settings now point to this Claudometer.",
    "unchanged": "Claude Code already tells Claudometer when it hits a limit; nothing was changed.",
    "custom": "A hook of your own already runs Claudometer; nothing was changed.",
    "removed": "Claude Code no longer tells Claudometer when it hits a limit.",
    "left": "A hook of your own runs Claudometer, so it was left for you to edit.",
    "absent": "Claude Code does not run Claudometer's hook; nothing was changed.",
}
"""The same for the hook. It never replaces another, so there is none to restore."""

_NOTHING_CHANGED = frozenset({"unchanged", "custom", "left", "absent"})

SETTINGS_FILE = "Settings: {path}"
CHANGED_FILE = "Changed: {path}"
REMOVED_FILE = "Removed, because nothing else was in it: {path}"
COPY = "Copy of the old file: {path}"
LEFT = "Left as it is: {command}"
UNCHECKED = (
    "This file system cannot exchange two files in one step. If Claude Code saved a setting just now, "
    "check that it is still there."
)
HOOKS_DISABLED = (
    "“disableAllHooks” in {path} turns the status line off as well: set it to false to see the line."
)
HOOK_DISABLED = "“disableAllHooks” in {path} turns this hook off: set it to false to let it run."
OVERRIDDEN = "{path} names another status line, which takes precedence."


def describe_set_up(
    change: str,
    settings: str,
    *,
    words: Mapping[str, str] = STATUS_LINE_SET_UP,
    left: Iterable[str] = (),
    is_gone: bool = False,
) -> list[str]:
    """Return what the set-up did, to which file, and what it left.

    Args:
        words: ``STATUS_LINE_SET_UP`` or ``HOOK_SET_UP``.
        left: commands of the user's own that run us and stay in the file.
        is_gone: the file, in which nothing was left, was removed.
    """
    stays = [LEFT.format(command=command) for command in left]
    if change in _NOTHING_CHANGED:
        return [words[change], SETTINGS_FILE.format(path=settings), *stays]
    done = REMOVED_FILE if is_gone else CHANGED_FILE
    return [words[change], done.format(path=settings), *stays]


def hindrances(
    *, disabled_in: list[str], overridden_in: list[str], disabled: str = HOOKS_DISABLED
) -> list[str]:
    """Return a sentence for each file that keeps Claude Code from running the status line or the hook.

    Args:
        disabled_in: files with ``disableAllHooks``.
        overridden_in: files with a status line that takes precedence.
        disabled: ``HOOKS_DISABLED`` or ``HOOK_DISABLED``.
    """
    sentences = [disabled.format(path=path) for path in disabled_in]
    return sentences + [OVERRIDDEN.format(path=path) for path in overridden_in]
