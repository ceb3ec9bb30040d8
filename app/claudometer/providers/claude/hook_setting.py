"""Adds our ``StopFailure`` hook to the text of Claude Code's settings, and takes it out. Pure.

``hooks`` maps an event to groups, each with an optional matcher and a list of commands. Claude Code 2.1.332
runs the hooks of ``StopFailure`` whose matcher is the failure's ``error``, and ignores what they print.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.providers.claude.settings_edit import (
    Edit,
    SetupResult,
    find_text_before,
    is_all_ours,
    join_command,
    read_settings,
    runs_us,
    split_command,
    write_settings,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from claudometer.providers.claude.settings_edit import Settings

KEY = "hooks"
EVENT = "StopFailure"
MATCHER = "rate_limit"
COMMAND = "hook"
TIMEOUT_S = 10
"""Claude Code ends the command then: a state folder on a dead network drive must not keep it."""


class UnknownHooksError(ValueError):
    """The present hooks are not in a form that we know, so we cannot add one."""


def install(text: str, program: list[str], *, windows: bool = False) -> Edit:
    """Add our hook behind those that are there.

    Args:
        text: the content of the settings file; empty if the file does not exist.
        program: the words that start our program; the first is an absolute path.
        windows: whether to quote for the shells that Claude Code uses on Windows.

    Raises:
        NotAnObjectError: the file is not a JSON object.
        UnknownHooksError: its hooks are not an object of lists.
    """
    settings = read_settings(text)
    command = join_command(program, COMMAND, windows=windows)
    hooks, groups = _read_hooks(settings)
    present = list(_commands(groups))
    ours = [each for each in present if _is_ours(each)]
    # Compared with all of ours: a second one of another version has to be renewed, too.
    if ours and set(ours) == {command}:
        return Edit(SetupResult.UNCHANGED, text)
    if ours:
        renewed = [_renew(group, command) for group in groups]
        new = settings | {KEY: hooks | {EVENT: renewed}}
        return Edit(SetupResult.RENEWED, write_settings(new, like=text))
    # The user runs us in a script of their own: a second hook would record each hit twice.
    if any(runs_us(each, COMMAND) for each in present):
        return Edit(SetupResult.CUSTOM, text)
    return Edit(SetupResult.INSTALLED, write_settings(_add(settings, command), like=text))


def uninstall(text: str, copies: Iterable[str] = ()) -> Edit:
    """Take our hook out, and what is empty without it.

    Args:
        text: the content of the settings file; empty if the file does not exist.
        copies: earlier contents of the file, newest first. If only our hook has changed since a copy, that
            copy is returned.

    Raises:
        NotAnObjectError: the file is not a JSON object.
    """
    settings = read_settings(text)
    try:
        hooks, groups = _read_hooks(settings)
    except UnknownHooksError:
        return Edit(SetupResult.ABSENT, text)
    present = list(_commands(groups))
    left = tuple(each for each in present if not _is_ours(each) and runs_us(each, COMMAND))
    ours = [each for each in present if _is_ours(each)]
    if not ours:
        return Edit(SetupResult.LEFT if left else SetupResult.ABSENT, text, left)

    def redo(earlier: Settings) -> Settings:
        return _add_again(earlier, ours)

    copy = find_text_before(copies, text, redo)
    if copy is not None:
        return Edit(SetupResult.REMOVED, copy, left)
    kept = [group for group in map(_without_ours, groups) if group is not None]
    remaining = hooks | {EVENT: kept}
    # An empty list would be a trace of ours in settings that had none.
    if not kept:
        del remaining[EVENT]
    settings[KEY] = remaining
    if not remaining:
        del settings[KEY]
    after = write_settings(settings, like=text)
    return Edit(SetupResult.REMOVED, after, left, was_all_ours=is_all_ours(text, redo))


def _read_hooks(settings: Settings) -> tuple[dict[str, object], list[object]]:
    """Return all hooks, and the groups of our event.

    Raises:
        UnknownHooksError: they are in another form.
    """
    hooks = settings.get(KEY)
    if hooks is None:
        return {}, []
    groups = hooks.get(EVENT) if isinstance(hooks, dict) else None
    if not isinstance(hooks, dict) or not isinstance(groups, list | None):
        raise UnknownHooksError
    return hooks, groups or []


def _add(settings: Settings, command: str) -> Settings:
    hooks, groups = _read_hooks(settings)
    ours = {"type": "command", "command": command, "timeout": TIMEOUT_S}
    # A group of its own: a group of the user's may have another matcher.
    return settings | {KEY: hooks | {EVENT: [*groups, {"matcher": MATCHER, "hooks": [ours]}]}}


def _add_again(earlier: Settings, ours: list[str]) -> Settings:
    """Do to earlier settings what installing did; nothing if they had the hook already."""
    try:
        had_ours = any(_is_ours(each) for each in _commands(_read_hooks(earlier)[1]))
        # One installation makes one hook: of two, no copy is from just before both.
        return {} if had_ours or len(ours) > 1 else _add(earlier, ours[0])
    except UnknownHooksError:
        return {}


def _commands(groups: list[object]) -> Iterator[str]:
    for group in groups:
        for hook in _hooks_of(group):
            command = _command_of(hook)
            if command is not None:
                yield command


def _hooks_of(group: object) -> list[object]:
    hooks = group.get("hooks") if isinstance(group, dict) else None
    return hooks if isinstance(hooks, list) else []


def _command_of(hook: object) -> str | None:
    command = hook.get("command") if isinstance(hook, dict) else None
    return command if isinstance(command, str) else None


def _is_ours(command: str) -> bool:
    return split_command(command, COMMAND) == []


def _is_our_hook(hook: object) -> bool:
    command = _command_of(hook)
    return command is not None and _is_ours(command)


def _renew(group: object, command: str) -> object:
    if not isinstance(group, dict) or not any(map(_is_our_hook, _hooks_of(group))):
        return group
    hooks = [
        {**hook, "command": command} if isinstance(hook, dict) and _is_our_hook(hook) else hook
        for hook in _hooks_of(group)
    ]
    return {**group, "hooks": hooks}


def _without_ours(group: object) -> object | None:
    """Return a group without our hook, ``None`` if it held no other."""
    hooks = _hooks_of(group)
    kept = [hook for hook in hooks if not _is_our_hook(hook)]
    if not isinstance(group, dict) or len(kept) == len(hooks):
        return group
    return {**group, "hooks": kept} if kept else None
