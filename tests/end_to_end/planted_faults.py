"""Faults to plant in a real home, each with what the check of this computer must say about it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.system.own_files import make_own
from tests import canary
from tests.fixtures import load_body
from tests.kept_state import change_state
from tests.simulator.account import write_login
from tests.simulator.script import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.end_to_end.person import Person
    from tests.simulator import Simulator

FOREIGN_USER = 54_321
REAL_SERVER = {"CLAUDOMETER_OAUTH_URL": "https://api.anthropic.com/api/oauth"}


@dataclass(frozen=True)
class Fault:
    """A fault, the part that must name it, and what its step must contain.

    ``env`` is added to the environment. ``quiet`` says that the connection, which has the same cause, must
    not ask for anything, and have no result.
    """

    name: str
    part: str
    step: str
    plant: Callable[[Person, Simulator], object] = lambda _person, _simulator: None
    env: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""
    quiet: bool = False


def _login(person: Person, **changes: Any) -> Path:  # noqa: ANN401 - any field of the file
    return write_login(person.login_folder, canary.ACCESS_TOKEN, **changes)


def _claude_settings(person: Person, settings: object) -> None:
    text = settings if isinstance(settings, str) else json.dumps(settings)
    (person.login_folder / "settings.json").write_text(text, encoding="utf-8")


def _status_line(command: str) -> dict[str, object]:
    return {"statusLine": {"type": "command", "command": command}}


def _hook(command: str) -> dict[str, object]:
    group = {"matcher": "rate_limit", "hooks": [{"type": "command", "command": command}]}
    return {"hooks": {"StopFailure": [group]}}


def _other_program(person: Person) -> str:
    """Return another installation of the program."""
    other = person.home.path / "old" / "claudometer"
    other.parent.mkdir(exist_ok=True)
    other.write_text("#!/bin/sh\n", encoding="utf-8")
    other.chmod(0o755)
    return str(other)


def _autostart(person: Person, program: str) -> None:
    folder = person.home.config / "autostart"
    folder.mkdir(exist_ok=True)
    entry = f"[Desktop Entry]\nType=Application\nName=Claudometer\nExec={program}\n"
    (folder / "claudometer.desktop").write_text(entry, encoding="utf-8")


def _state(person: Person) -> Path:
    person.state_file.parent.mkdir(parents=True, exist_ok=True)
    return person.state_file


def _settings_file(person: Person) -> Path:
    folder = person.home.config / "claudometer"
    folder.mkdir(exist_ok=True)
    return folder / "settings.json"


def _no_settings(person: Person) -> Path:
    file = _settings_file(person)
    file.unlink(missing_ok=True)
    return file


def _block(person: Person, simulator: Simulator) -> None:
    simulator.oauth.queue(Reply(429, {}, {"Retry-After": "1200"}))
    person.run("status")


def _use_up(person: Person, simulator: Simulator) -> None:
    simulator.account.usage = lambda now: load_body("c_full", now=now)
    person.run("status")
    used = {"tokens": 0.2, "counted_at": datetime.now(UTC).isoformat(), "uptime": None}
    change_state(
        person.state_file.parent,
        lambda state: [bucket.update(used) for bucket in state["allowances"].values()],
    )


def _give_away(path: Path, mode: int) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    path.chmod(mode)
    os.chown(path, FOREIGN_USER, FOREIGN_USER)


def _link(folder: Path, *, is_mounted: bool = True) -> None:
    moved = folder.rename(folder.with_name("moved"))
    folder.symlink_to(moved if is_mounted else folder.with_name("not mounted"))


def _close(file: Path) -> None:
    file.write_text("{}", encoding="utf-8")
    file.chmod(0)


def _turn_off(person: Person) -> None:
    person.run("statusline", "--install")
    settings = json.loads((person.login_folder / "settings.json").read_text(encoding="utf-8"))
    _claude_settings(person, settings | {"disableAllHooks": True})


def _without_claude_code(person: Person, _: object) -> None:
    (person.login_folder / ".credentials.json").unlink()
    person.home.claude.unlink()


FAULTS = (
    # The login.
    Fault("no login", "login", "claude", lambda who, _: (who.login_folder / ".credentials.json").unlink()),
    Fault(
        "no login, and no Claude Code",
        "login",
        "https://code.claude.com/docs/en/setup",
        _without_claude_code,
        env={"PATH": "/nowhere"},
    ),
    Fault(
        "a login that its owner may not read",
        "login",
        "chmod 600 ~/.claude/.credentials.json",
        lambda who, _: _login(who).chmod(0),
    ),
    Fault(
        "somebody else's login",
        "login",
        make_own("~/.claude/.credentials.json"),
        lambda who, _: _give_away(_login(who), 0o600),
    ),
    Fault(
        "somebody else's login that everybody may read",
        "login",
        make_own("~/.claude/.credentials.json"),
        lambda who, _: _give_away(_login(who), 0o644),
    ),
    Fault(
        "a login that everybody may read",
        "login",
        "chmod 600 ~/.claude/.credentials.json",
        lambda who, _: _login(who).chmod(0o644),
    ),
    Fault(
        "a login that has expired",
        "login",
        "Open Claude Code",
        lambda who, _: _login(
            who, expiresAt=int((datetime.now(UTC) - timedelta(hours=1)).timestamp() * 1000)
        ),
    ),
    Fault(
        "a login without the scope", "login", "/login", lambda who, _: _login(who, scopes=["user:inference"])
    ),
    Fault(
        "a login that is half written",
        "login",
        "Log in again: claude",
        lambda who, _: (who.login_folder / ".credentials.json").write_text('{"claudeAiOauth": {"acc'),
    ),
    Fault(
        "a folder of Claude Code's that may not be opened",
        "login",
        "chmod u+rwx ~/.claude",
        lambda who, _: who.login_folder.chmod(0),
    ),
    Fault(
        "a variable that names no folder",
        "login",
        "unset CLAUDE_CONFIG_DIR",
        env={"CLAUDE_CONFIG_DIR": "/srv/nothing-there"},
        sentence="/srv/nothing-there",
    ),
    # The way to Claude.
    Fault(
        "no server",
        "connection",
        "internet connection",
        env={"CLAUDOMETER_OAUTH_URL": "http://127.0.0.1:9"},
    ),
    Fault(
        "a proxy that cannot be one",
        "proxy",
        "unset HTTPS_PROXY",
        env={**REAL_SERVER, "HTTPS_PROXY": "ftp://proxy.example"},
        quiet=True,
    ),
    Fault(
        "a proxy that does not answer",
        "connection",
        "unset HTTPS_PROXY",
        env={**REAL_SERVER, "HTTPS_PROXY": "http://127.0.0.1:9"},
        sentence="The proxy in HTTPS_PROXY cannot be reached.",
    ),
    Fault(
        "an exception for a proxy that means nothing",
        "proxy",
        "unset NO_PROXY",
        env={"NO_PROXY": "https://intranet.example/,localhost"},
    ),
    Fault(
        "certificates that are not there",
        "certificates",
        "unset NODE_EXTRA_CA_CERTS",
        env={"NODE_EXTRA_CA_CERTS": "/srv/company.pem"},
    ),
    Fault(
        "a file of certificates with none",
        "certificates",
        "unset SSL_CERT_FILE",
        env={"SSL_CERT_FILE": "/dev/null"},
    ),
    Fault("a clock that is slow", "clock", "timedatectl", lambda _, sim: sim.set_clock(ahead_s=3600)),
    Fault("a clock that is fast", "clock", "timedatectl", lambda _, sim: sim.set_clock(ahead_s=-7200)),
    # The budget and the saved data.
    Fault("a server that asked to wait", "room", "Wait.", _block),
    Fault("a budget that is used up", "room", "Wait.", _use_up),
    Fault(
        "saved data that cannot be written",
        "data",
        "chmod u+rwx ~/.local/state/claudometer",
        lambda who, _: _state(who).parent.chmod(0o500),
    ),
    Fault(
        "somebody else's saved data",
        "data",
        make_own("~/.local/state/claudometer", whole=True),
        lambda who, _: _give_away(_state(who).parent, 0o755),
    ),
    Fault(
        "a link in place of the data's folder",
        "data",
        "Move it away.",
        lambda who, _: _link(_state(who).parent),
    ),
    Fault(
        "a link to a drive that is not mounted, in place of the data's folder",
        "data",
        "Move it away.",
        lambda who, _: _link(_state(who).parent, is_mounted=False),
    ),
    Fault("saved data that is damaged", "history", "Start", lambda who, _: _state(who).write_text("{")),
    # The settings.
    Fault(
        "settings that are no JSON",
        "settings",
        "mv ~/.config/claudometer/settings.json",
        lambda who, _: _settings_file(who).write_text("{,"),
    ),
    Fault(
        "settings in another encoding",
        "settings",
        "mv ~/.config/claudometer/settings.json",
        lambda who, _: _settings_file(who).write_bytes('{"ö": 1}'.encode("latin-1")),
        sentence="not saved as UTF-8",
    ),
    Fault(
        "a folder in place of the settings",
        "settings",
        "mv ~/.config/claudometer/settings.json",
        lambda who, _: _no_settings(who).mkdir(),
        sentence="is not a regular file",
    ),
    Fault(
        "settings that are a link to itself",
        "settings",
        "mv ~/.config/claudometer/settings.json",
        lambda who, _: _no_settings(who).symlink_to("settings.json"),
        sentence="is not a regular file",
    ),
    Fault(
        "settings that may not be read",
        "settings",
        "chmod u+rw ~/.config/claudometer/settings.json",
        lambda who, _: _close(_settings_file(who)),
    ),
    Fault(
        "a setting that is none",
        "settings",
        "settings.json",
        lambda who, _: _settings_file(who).write_text('{"accounts": {}, "interval_seconds": -4}'),
        sentence="interval_seconds",
    ),
    Fault("a variable that is wrong", "settings", "unset CLAUDOMETER_MODE", env={"CLAUDOMETER_MODE": "xyz"}),
    # Start at login, and Claude Code's settings.
    Fault(
        "start at login of a program that is gone",
        "autostart",
        "claudometer settings",
        lambda who, _: _autostart(who, "/opt/gone/claudometer"),
        sentence="/opt/gone/claudometer",
    ),
    Fault(
        "start at login of another copy",
        "autostart",
        "claudometer settings",
        lambda who, _: _autostart(who, _other_program(who)),
        sentence="~/old/claudometer",
    ),
    Fault(
        "a status line whose program is gone",
        "status-line",
        "claudometer statusline --install",
        lambda who, _: _claude_settings(who, _status_line("/opt/gone/claudometer statusline")),
    ),
    Fault(
        "a status line of another copy",
        "status-line",
        "claudometer statusline --install",
        lambda who, _: _claude_settings(who, _status_line(f"{_other_program(who)} statusline")),
    ),
    Fault(
        "a status line that is turned off",
        "status-line",
        "Remove it",
        lambda who, _: _turn_off(who),
    ),
    Fault(
        "settings of Claude Code that are no JSON",
        "status-line",
        "Correct it",
        lambda who, _: _claude_settings(who, "{,"),
    ),
    Fault(
        "settings of Claude Code in another encoding",
        "status-line",
        "save it as UTF-8",
        lambda who, _: (who.login_folder / "settings.json").write_bytes('{"model": 1}'.encode("utf-16")),
    ),
    Fault(
        "a hook whose program is gone",
        "hook",
        "claudometer hook --install",
        lambda who, _: _claude_settings(who, _hook("/opt/gone/claudometer hook")),
    ),
)
