"""Checks the login: where it is, who may read it, whether it is valid, and how many requests are left."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from claudometer.domain.bucket_codec import EMPTIED_AT, find_loss, is_lost, load
from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.clock import SystemClock
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.key_ends import read_ends
from claudometer.domain.outcome import MissingCredentials
from claudometer.domain.token_bucket import HOUR, OAUTH_BUDGET, Uptime, allowed_at
from claudometer.domain.usage import CLAUDE, AccountKey, Mode
from claudometer.processes.kept_state import look_at_state
from claudometer.providers.claude.login_reader import FILE_NAME, LoginReader, find_wrong_folder
from claudometer.providers.claude.oauth import SCOPE, account_id
from claudometer.providers.claude.session_key import name_of
from claudometer.store.connecting import FILE_NAME as DATABASE
from claudometer.system.anonymous_paths import shell_path, shown_path
from claudometer.system.boot import find_boot_id
from claudometer.system.claude_program import has_claude_code
from claudometer.system.files import find_aside
from claudometer.system.home import find_home_trouble
from claudometer.system.off_loop import run_abandonable
from claudometer.system.own_files import make_own
from claudometer.vault.keyring_store import KeyringStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from claudometer.domain.errors import Fact
    from claudometer.domain.json_object import JsonObject
    from claudometer.processes.doctor.surroundings import Surroundings
    from claudometer.providers.claude.login import Login
    from claudometer.system.login_folder import ClaudeFolder
    from claudometer.system.paths import Places

_OTHERS_MAY_READ = stat.S_IRGRP | stat.S_IROTH


async def check(here: Surroundings) -> Finding:
    """Check the login of Claude Code, or the session key. Sends nothing, opens no dialog."""
    if here.demo:
        return _found(State.NOT_HERE, "login.demo")
    if here.mode is Mode.LOCAL:
        return await _check_folder(here.claude_folder) or _found(State.NOT_HERE, "login.local")
    if here.mode is Mode.WEB:
        return await _check_key(here)
    # Only the default folder is inside the home folder.
    if here.claude_folder.is_default:
        trouble = await run_abandonable(find_home_trouble, timeout_s=None)
        if trouble is not None:
            return _found(State.ATTENTION, trouble.code, trouble.facts)
    folder = here.claude_folder.login()
    login = await _read(here)
    if isinstance(login, MissingCredentials):
        return await run_abandonable(lambda: _missing(login, folder), timeout_s=None)
    return await run_abandonable(lambda: _judge(login, folder), timeout_s=None)


async def _check_folder(claude: ClaudeFolder) -> Finding | None:
    """Return what is wrong with a folder that somebody named, even if no login is read from it."""
    folder = claude.config()
    wrong = await find_wrong_folder(folder, claude.config_named_by())
    # A folder without a login is right here: local mode needs none.
    if wrong is None or ("reason", "empty") in wrong.facts:
        return None
    return _missing(wrong, folder)


async def check_room(here: Surroundings) -> Finding:
    """Check how many requests the budget still allows. Takes none."""
    if here.demo:
        return _room(State.NOT_HERE, "room.demo")
    if here.mode is Mode.LOCAL:
        return _room(State.NOT_HERE, "room.not_needed")
    if here.mode is Mode.WEB:
        return _room(State.OK, "room.unlimited")
    login = await _read(here)
    if isinstance(login, MissingCredentials):
        return _room(State.NOT_HERE, "room.not_needed")
    key = str(AccountKey(CLAUDE, account_id(login, str(here.claude_folder.login()))))
    return await run_abandonable(lambda: _count(here.places, key), timeout_s=None)


async def _read(here: Surroundings) -> Login | MissingCredentials:
    folder = here.claude_folder
    return await LoginReader(folder.login, named_by=folder.login_named_by).read()


def _found(state: State, said: str, facts: Mapping[str, Fact] | None = None) -> Finding:
    return Finding(Part.LOGIN, state, said, facts or {})


def _room(state: State, said: str, facts: Mapping[str, Fact] | None = None) -> Finding:
    return Finding(Part.ROOM, state, said, facts or {})


async def _check_key(here: Surroundings) -> Finding:
    if here.has_session_key:
        return _found(State.OK, "login.key_in_variable")
    try:
        key = await run_abandonable(KeyringStore().read, timeout_s=None)
    except ClaudometerError:
        return _found(State.UNKNOWN, "login.key_unread")  # the check of the keyring says why
    if key is None:
        return _found(State.ATTENTION, ErrorCode.SESSION_KEY_MISSING, {"chosen": "yes"})
    name, state = name_of(key), look_at_state(here.places.state_folder, here.places.lock_file)
    ends = await run_abandonable(lambda: read_ends(state.read()), timeout_s=None)
    # Only claude.ai knows when a key expires, and it does not always say so.
    if name not in ends or ends[name] <= SystemClock().now():
        return _found(State.OK, "login.key_in_keyring")
    return _found(State.OK, "login.key_until", {"until_at": ends[name].timestamp()})


def _missing(login: MissingCredentials, folder: Path) -> Finding:
    """Say why there is no login, and with which command to mend that, if one does."""
    facts: dict[str, Fact] = dict(login.facts)
    file = folder / FILE_NAME
    code = login.code
    if code is ErrorCode.LOGIN_DENIED:
        if _is_foreign(file):
            return _found(State.ATTENTION, "login.foreign", {"command": make_own(file)})
        facts["command"] = f"chmod 600 {shell_path(file)}"
    elif code is ErrorCode.LOGIN_FOLDER_DENIED and "owner" in facts:
        return _found(
            State.ATTENTION, "login.foreign_folder"
        )  # without the owner's name: people send the report to others
    elif code is ErrorCode.LOGIN_FOLDER_DENIED:
        closed = login.login_folder or str(folder)
        command = make_own(closed) if _is_foreign(closed) else f"chmod u+rwx {shell_path(closed)}"
        facts["command"] = command
    elif code is ErrorCode.LOGIN_MISSING and not has_claude_code():
        return _found(State.ATTENTION, "login.no_claude", facts | {"command": "claude"})
    elif code is ErrorCode.LOGIN_FOLDER_WRONG and "variable" in facts:
        facts["command"] = f"unset {facts['variable']}"
    if "folder" in facts:
        facts["folder"] = shown_path(folder)
    return _found(State.ATTENTION, code, facts)


def _judge(login: Login, folder: Path) -> Finding:
    file = folder / FILE_NAME
    now = SystemClock().now()
    if login.expires_at is not None and login.expires_at <= now:
        return _found(State.ATTENTION, ErrorCode.LOGIN_RESTING)
    # An older login lists no scopes; the server knows them.
    if login.scopes and SCOPE not in login.scopes:
        return _found(State.ATTENTION, ErrorCode.LOGIN_SCOPE_MISSING)
    if _is_foreign(file):
        return _found(State.ATTENTION, "login.foreign", {"command": make_own(file)})
    if _is_open_to_others(file):
        return _found(State.ATTENTION, "login.readable", {"command": f"chmod 600 {shell_path(file)}"})
    facts: dict[str, Fact] = {"folder": shown_path(folder)}
    if login.expires_at is None:
        return _found(State.OK, "login.found_without_end", facts)
    return _found(State.OK, "login.found", facts | {"until_at": login.expires_at.timestamp()})


def _is_foreign(path: str | Path) -> bool:
    """Return whether the file belongs to another user."""
    try:
        return hasattr(os, "getuid") and os.stat(path).st_uid != os.getuid()  # noqa: PTH116
    except OSError:
        return False


def _is_open_to_others(file: Path) -> bool:
    try:
        return os.name == "posix" and bool(file.stat().st_mode & _OTHERS_MAY_READ)
    except OSError:
        return False


def _count(places: Places, key: str) -> Finding:
    clock = SystemClock()
    now = clock.now()
    state = look_at_state(places.state_folder, places.lock_file).read()
    # Nothing is known of earlier requests, so "28 left" would be a guess.
    if is_lost(state):
        return _room(State.UNKNOWN, "room.lost")
    bucket = load(state, key, OAUTH_BUDGET, now, Uptime(find_boot_id(), clock.boottime()))
    # Of one hour: a full bucket, and the tokens that are added meanwhile.
    most = OAUTH_BUDGET.capacity + int(HOUR.total_seconds() / OAUTH_BUDGET.refill_s)
    at = allowed_at(bucket, OAUTH_BUDGET, now)
    if bucket.blocked_until is not None:
        return _room(State.ATTENTION, "room.blocked", {"until_at": at.timestamp()})
    if at > now and EMPTIED_AT in state:
        return _room(State.UNKNOWN, *_loss(places.state_folder / DATABASE, state, at))
    if at > now:
        said = "room.none_shared" if bucket.share < 1.0 else "room.none"
        return _room(State.ATTENTION, said, {"until_at": at.timestamp()})
    if bucket.share < 1.0:
        return _room(State.OK, "room.shared", {"most": round(most * bucket.share)})
    return _room(State.OK, "room.left", {"left": max(1, most - len(bucket.sent)), "most": most})


def _loss(database: Path, state: JsonObject, at: datetime) -> tuple[str, Mapping[str, Fact]]:
    """Say why the bucket began empty, or nearly so: what was sent before is not known."""
    facts: dict[str, Fact] = {"until_at": at.timestamp()}
    lost_at, aside = find_loss(state), find_aside(database)
    if lost_at is None or aside is None:
        return "room.unread", facts
    moved_s = aside.stat().st_ctime
    # An older one is of another loss.
    if moved_s < lost_at.timestamp() - HOUR.total_seconds():
        return "room.unread", facts
    return "room.set_aside", facts | {"file": shown_path(aside), "since_at": moved_s}
