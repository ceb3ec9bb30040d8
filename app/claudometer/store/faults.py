"""Finds out why the database cannot be used, so that people are told the cause and not the consequence."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from claudometer.domain.errors import ErrorCode
from claudometer.domain.snapshot import Problem
from claudometer.store.connecting import NO_ROOM_TO_SHARE, is_damaged
from claudometer.store.neighbors import BESIDE
from claudometer.store.schema import NewerSchemaError
from claudometer.system import write_faults
from claudometer.system.files import nearest_folder
from claudometer.system.lock_holders import find_holder, refuses_locks
from claudometer.system.own_files import make_own, unprotect
from claudometer.system.regular_files import NotRegularFileError, owner_of
from claudometer.system.write_faults import first_non_folder

_BY_SYSTEM = {errno.ELOOP: "loop", errno.ENOLCK: "no_locks"} | write_faults.REASONS
# SQLite's result codes.
_BUSY = (5, 6)
_REFUSED_TO_SQLITE = (3, 8, 14)  # no permission, read-only, cannot be opened
_LOCKING = (2058, 2314, 3594, 3850, 5130)  # SQLITE_IOERR_UNLOCK, _RDLOCK, _CHECKRESERVEDLOCK, _LOCK, _SHMLOCK
_BY_SQLITE = {10: "failing", 13: "full", NO_ROOM_TO_SHARE: "full"}

_Facts = dict[str, str]


def fault_of(error: Exception, path: Path, *, reading: bool = False) -> Problem:
    """Return what to say of a database that cannot be used.

    Looks at the files; opens none of them, and changes nothing.

    Args:
        error: what opening, reading or writing it raised.
        path: of the database.
        reading: whether it was only to be read, not to be written.

    Returns:
        ``HISTORY_NEWER`` with the fact ``path``; or ``HISTORY_UNREADABLE`` if ``reading``, else
        ``HISTORY_UNKEPT``, with ``path``, ``folder``, and, if the cause is known, its ``reason``.
    """
    if isinstance(error, NewerSchemaError):
        return Problem(ErrorCode.HISTORY_NEWER, facts=(("path", os.fspath(path)),))
    facts = {"path": os.fspath(path), "folder": os.fspath(path.parent)} | _cause(error, path)
    code = ErrorCode.HISTORY_UNREADABLE if reading else ErrorCode.HISTORY_UNKEPT
    return Problem(code, facts=tuple(facts.items()))


def _cause(error: Exception, path: Path) -> _Facts:
    if isinstance(error, NotRegularFileError):
        return _kind_of(Path(str(error.filename)))
    if isinstance(error, OSError):
        return _of_system(error, path)
    if is_damaged(error):
        return {"reason": "damaged"}
    return _of_sqlite(getattr(error, "sqlite_errorcode", 0), path)


def _of_sqlite(extended: int, path: Path) -> _Facts:
    code = extended & 0xFF
    if code in _BUSY:
        return _locked(path)
    if code in _REFUSED_TO_SQLITE:
        return _refused(path)
    if extended in _LOCKING and refuses_locks(Path(os.path.realpath(path)).parent):
        return {"reason": "no_locks"}
    return _reason(_BY_SQLITE.get(extended) or _BY_SQLITE.get(code))


def _of_system(error: OSError, path: Path) -> _Facts:
    if isinstance(error, TimeoutError):
        return _locked(path)  # the lock for setting a damaged file aside
    if error.errno == errno.ENOENT and path.is_symlink():
        return {"reason": "nowhere", "target": os.path.realpath(path)}
    if error.errno in write_faults.REFUSED:
        return _refused(path)
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return {"reason": "not_folder", "folder": os.fspath(first_non_folder(path.parent) or path.parent)}
    return _reason(_BY_SYSTEM.get(error.errno or 0))


def _reason(reason: str | None) -> _Facts:
    return {} if reason is None else {"reason": reason}


def _kind_of(path: Path) -> _Facts:
    facts = {"path": os.fspath(path)}
    with suppress(OSError):
        mode = path.stat().st_mode
        for reason, is_kind in (
            ("folder", stat.S_ISDIR),
            ("fifo", stat.S_ISFIFO),
            ("socket", stat.S_ISSOCK),
            ("device", stat.S_ISCHR),
            ("device", stat.S_ISBLK),
        ):
            if is_kind(mode):
                return facts | {"reason": f"is_{reason}"}
    # A link to nowhere, which only files beside the database may not be.
    return facts | {"reason": "is_other"}


def _locked(path: Path) -> _Facts:
    target = Path(os.path.realpath(path))
    beside = [target.with_name(target.name + suffix) for suffix in (*BESIDE, ".lock")]
    holder = find_holder((target, *beside))
    if holder is None:
        # SQLite reports a file that cannot be locked at all as busy, too (its unix VFS: ENOLCK).
        return {"reason": "no_locks" if refuses_locks(target.parent) else "locked"}
    return {"reason": "locked_by", "pid": str(holder[0]), "program": holder[1]}


def _refused(path: Path) -> _Facts:
    """Return what refuses: the drive, the folder, the file itself, or one that SQLite keeps beside it."""
    target = Path(os.path.realpath(path))
    folder = nearest_folder(target.parent)
    with suppress(OSError, AttributeError):
        if os.statvfs(folder).f_flag & os.ST_RDONLY:
            return {"reason": "read_only"}
    owner = owner_of(folder)
    if owner is not None:
        command = make_own(folder, whole=True)
        return {"reason": "foreign_folder", "folder": os.fspath(folder), "owner": owner, "command": command}
    if not _may(folder, os.R_OK | os.W_OK | os.X_OK):
        return {"reason": "denied_folder", "folder": os.fspath(folder)}
    for each in (target, *(target.with_name(target.name + suffix) for suffix in BESIDE)):
        if os.path.lexists(each) and not _may(each, os.R_OK | os.W_OK):
            return _refusal_of(each)
    # It calls a refused lock a refused permission, too, if the system gives that error (EPERM).
    return {"reason": "no_locks"} if refuses_locks(folder) else {}


def _may(path: Path, what: int) -> bool:
    return os.access(path, what, effective_ids=os.access in os.supports_effective_ids)


def _refusal_of(file: Path) -> _Facts:
    facts = {"path": os.fspath(file)}
    owner = owner_of(file)
    if owner is not None:
        return facts | {"reason": "foreign", "owner": owner, "command": make_own(file)}
    with suppress(OSError):
        if file.stat().st_mode & stat.S_IRUSR and file.stat().st_mode & stat.S_IWUSR:
            return facts | {"reason": "protected", "command": unprotect(file)}
    return facts | {"reason": "denied"}
