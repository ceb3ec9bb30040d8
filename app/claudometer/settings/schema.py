"""Reads a settings object of any version, as far as this version can use it. Pure.

Version 1 had a single account, whose settings were members of the file itself. Since version 2 ``accounts``
has them, by our own id of each account.
"""

from __future__ import annotations

import ntpath
import posixpath
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from claudometer.domain.settings import FIRST_ACCOUNT, AccountSettings, LocalId, Settings, read_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claudometer.domain.json_object import JsonObject

SCHEMA_VERSION = 2

_OF_ALL_ACCOUNTS = [each.name for each in fields(Settings) if each.name not in {"shown", "accounts"}]
_OF_ONE_ACCOUNT = [each.name for each in fields(AccountSettings) if each.name != "id"]


def read_settings(saved: JsonObject) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings, and the names of the members that cannot be used, which get their defaults.

    Unknown members are ignored. Members of accounts that are not shown are not named: they are not in use.
    """
    common, unusable = _read_members(_OF_ALL_ACCOUNTS, saved)
    found = _find_accounts(saved)
    # Without "accounts" there is always a first one, so the member exists here.
    if not found and saved["accounts"] != {}:
        unusable.append("accounts")
    ids = list(found) or [FIRST_ACCOUNT]
    shown = saved.get("shown", ids[0])
    if shown not in ids:
        unusable.append("shown")
        shown = ids[0]
    accounts = {each: _read_account(each, found.get(each, {})) for each in ids}
    unusable += [_path_of(name, shown, saved) for name in accounts[shown][1]]
    settings = Settings(shown, tuple(account for account, _ in accounts.values()), **common)
    return settings, tuple(sorted(unusable))


def write_settings(settings: Settings, saved: JsonObject) -> JsonObject:
    """Return what to write in place of ``saved``.

    Members that only another version knows are kept, and so are accounts that are neither shown nor changed.
    In a file of a newer version, values that this version cannot use are kept until the user changes them:
    going back to an older version for a day must not lose them.
    """
    is_newer = _is_newer(saved)
    known = {
        "schema_version": saved["schema_version"] if is_newer else SCHEMA_VERSION,
        "shown": settings.shown,
        "accounts": _write_accounts(settings, saved),
        **{name: getattr(settings, name) for name in _OF_ALL_ACCOUNTS},
    }
    before, unusable = read_settings(saved)
    if known["interval_seconds"] is None:
        # Left out: versions up to 0.1 know no automatic interval and would report null as a fault.
        del known["interval_seconds"]
        if not (is_newer and "interval_seconds" in unusable and before.interval_seconds is None):
            saved = {name: saved[name] for name in saved if name != "interval_seconds"}
    if not is_newer:
        # Version 1 may have written its members again; in a newer file they would mean something unknown.
        return {name: saved[name] for name in saved if name not in _OF_ONE_ACCOUNT} | known
    unchanged = [name for name in unusable if name in known and _is_equal(name, settings, before)]
    return saved | known | {name: saved[name] for name in unchanged}


def _write_accounts(settings: Settings, saved: JsonObject) -> JsonObject:
    members = saved.get("accounts")
    found = _find_accounts(saved)
    written = {
        account.id: _write_account(
            account,
            found.get(account.id, {}),
            replaces_unusable=account.id == settings.shown and not _is_newer(saved),
        )
        for account in settings.accounts
    }
    return (members if isinstance(members, dict) else {}) | written


def _write_account(account: AccountSettings, saved: Any, *, replaces_unusable: bool) -> Any:  # noqa: ANN401 - any JSON
    """Return what to write in place of an account's member.

    Args:
        replaces_unusable: replace unusable values by their defaults, even if the user changed nothing.
    """
    before, unusable = _read_account(account.id, saved)
    if account == before and not replaces_unusable:
        return saved
    known = {name: getattr(account, name) for name in _OF_ONE_ACCOUNT}
    if not isinstance(saved, dict):
        return known
    kept = [] if replaces_unusable else [name for name in unusable if _is_equal(name, account, before)]
    return saved | known | {name: saved[name] for name in kept}


def _is_newer(saved: JsonObject) -> bool:
    version = saved.get("schema_version")
    return isinstance(version, int) and version > SCHEMA_VERSION


def _is_equal(name: str, first: object, second: object) -> bool:
    return bool(getattr(first, name) == getattr(second, name))


def _find_accounts(saved: JsonObject) -> JsonObject:
    """Return what the file has for each account, by its id. Members with an impossible id are left out."""
    if "accounts" not in saved:
        return {FIRST_ACCOUNT: {name: saved[name] for name in saved if name in _OF_ONE_ACCOUNT}}
    members = saved["accounts"]
    return {each: members[each] for each in members if _is_id(each)} if isinstance(members, dict) else {}


def _is_id(text: str) -> bool:
    try:
        read_value("id", text)
    except ValueError:
        return False
    return True


def _read_account(account_id: str, saved: object) -> tuple[AccountSettings, list[str]]:
    """Return an account, and the names of its members that cannot be used: ``""`` if it is not an object."""
    if not isinstance(saved, dict):
        return AccountSettings(LocalId(account_id)), [""]
    members, unusable = _read_members(_OF_ONE_ACCOUNT, saved)
    return AccountSettings(LocalId(account_id), **members), unusable


def _path_of(name: str, account_id: str, saved: JsonObject) -> str:
    """Return the path of an account's member in the file, as the user would look for it."""
    return ".".join(filter(None, ("accounts", account_id, name))) if "accounts" in saved else name


def _read_members(names: Iterable[str], saved: JsonObject) -> tuple[JsonObject, list[str]]:
    """Return the members that can be used, and the names of those that cannot."""
    usable: JsonObject = {}
    unusable: list[str] = []
    for name in sorted(saved.keys() & names):
        try:
            usable[name] = _read_member(name, saved[name])
        except (TypeError, ValueError):
            unusable.append(name)
    return usable, unusable


def _read_member(name: str, value: object) -> object:
    read = read_value(name, value)
    # A relative path would mean another folder in each working directory.
    is_path = name == "claude_folder" and isinstance(read, str)
    if is_path and not (posixpath.isabs(str(read)) or ntpath.isabs(str(read))):
        raise ValueError("not an absolute path")
    return read
