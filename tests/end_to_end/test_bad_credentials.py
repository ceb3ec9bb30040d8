"""Tests unusual and invalid login files, organizations and variables: explained, without useless requests."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from tests import canary
from tests.sentences import title
from tests.simulator.account import CONSOLE, HOME, TEAM_ORGANIZATION, write_login

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.person import Person
    from tests.simulator import Simulator

Arrange = Callable[["Path"], object]
CREDENTIALS = 77

NONE = title(ErrorCode.LOGIN_MISSING)
NOT_READ = title(ErrorCode.LOGIN_UNREADABLE)
FILE = ".credentials.json"


def text(content: str) -> Arrange:
    """Return a function that writes ``content`` as the login file."""

    def arrange(folder: Path) -> None:
        folder.mkdir()
        (folder / FILE).write_text(content, encoding="utf-8")

    return arrange


def login(**changes: object) -> Arrange:
    """Return a function that writes a valid login except for ``changes`` to its fields."""
    return lambda folder: write_login(folder, **{"token": canary.ACCESS_TOKEN, **changes})  # type: ignore[arg-type]


def login_that_ends(*, in_s: float, unit: int = 1000) -> Arrange:
    """Return a function that writes a login with an expiry, in milliseconds unless ``unit`` is 1.

    It is counted from the test itself: minutes may pass between collecting the tests and running one.
    """

    def arrange(folder: Path) -> None:
        ends = (time.time() + in_s) * unit
        login(expiresAt=ends if unit == 1000 and in_s % 1 else int(ends))(folder)

    return arrange


def link(folder: Path) -> None:
    kept = write_login(folder.with_name("elsewhere"), canary.ACCESS_TOKEN)
    folder.mkdir()
    (folder / FILE).symlink_to(kept)


def pipe(folder: Path) -> None:
    folder.mkdir()
    os.mkfifo(folder / FILE)


REFUSED: dict[str, tuple[Arrange, str, str]] = {
    "none": (lambda _folder: None, NONE, "Run “claude” in a terminal and log in"),
    "empty": (text(""), NOT_READ, "Try again."),
    "half written": (text('{"claudeAiOauth": {"accessT'), NOT_READ, "log in again with “claude”"),
    "a list": (text("[]"), NOT_READ, "log in again"),
    "two megabytes": (text("x" * 2_000_000), NOT_READ, "log in again"),
    "a pipe without a writer": (pipe, NOT_READ, "log in again"),
    "a folder": (lambda folder: (folder / FILE).mkdir(parents=True), NOT_READ, "log in again"),
    "only another program's login": (text('{"mcpOAuth": {"x": {"accessToken": "abc"}}}'), NONE, "log in"),
    "an empty token": (login(token=""), NONE, "log in"),
    "a token with a header in it": (login(token="CanaryAccess\r\nX-Evil: 1"), NOT_READ, "log in again"),
    "expired": (
        login_that_ends(in_s=-60),
        title(ErrorCode.LOGIN_RESTING),
        "Open Claude Code once",
    ),
    "of setup-token": (
        login(scopes=["user:inference"]),
        title(ErrorCode.LOGIN_SCOPE_MISSING),
        "or switch to claude.ai",
    ),
}

GOOD: dict[str, Arrange] = {
    "without an expiry": login(expiresAt=None),
    "with a fractional expiry": login_that_ends(in_s=3600.0005),
    "with an expiry in seconds": login_that_ends(in_s=3600, unit=1),
    "with a trailing newline": login(token=f"{canary.ACCESS_TOKEN}\n"),
    "through a link": link,
}


@pytest.mark.parametrize("kind", REFUSED)
def test_an_unusable_login_is_explained_and_nothing_is_sent(
    person: Person, simulator: Simulator, kind: str
) -> None:
    arrange, says, hint = REFUSED[kind]
    person.env["CLAUDOMETER_MODE"] = "cli"
    arrange(person.login_folder)
    code, report = person.read_status()
    assert (code, report["message"]) == (CREDENTIALS, says)
    assert hint in report["hint"]
    assert report["limits"] == []
    assert simulator.requests == []


@pytest.mark.parametrize("kind", GOOD)
def test_a_login_of_unusual_form_works(person: Person, simulator: Simulator, kind: str) -> None:
    GOOD[kind](person.login_folder)
    code, report = person.read_status()
    assert (code, report["status"], report["source"]) == (0, "ok", "oauth")
    assert [request.credential for request in simulator.requests] == ["known"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")
def test_the_hint_for_an_unreadable_login_is_chmod(cli_user: Person, simulator: Simulator) -> None:
    cli_user.env["CLAUDOMETER_MODE"] = "cli"
    (cli_user.login_folder / FILE).chmod(0)
    code, report = cli_user.read_status()
    assert (code, report["message"]) == (CREDENTIALS, title(ErrorCode.LOGIN_DENIED))
    assert "chmod 600" in report["hint"]
    assert simulator.requests == []


NO_PLAN = title(ErrorCode.ORGANIZATIONS_WITHOUT_CHAT)
SEVERAL = title(ErrorCode.ORGANIZATION_NEEDED)
ORGANIZATIONS: dict[str, tuple[object, int, str | None]] = {
    "a console organization first": ([CONSOLE, HOME], 0, None),
    "only a console organization": ([CONSOLE], CREDENTIALS, NO_PLAN),
    "two console organizations": ([CONSOLE, {**CONSOLE, "uuid": TEAM_ORGANIZATION}], CREDENTIALS, SEVERAL),
    "two of the same name": ([HOME, {**HOME, "uuid": TEAM_ORGANIZATION}], CREDENTIALS, SEVERAL),
    "none": ([], CREDENTIALS, title(ErrorCode.ORGANIZATIONS_NONE)),
    "not a list of organizations": ([1, None, "x"], 69, title(ErrorCode.NO_NUMBERS)),
}


@pytest.mark.parametrize("kind", ORGANIZATIONS)
def test_every_list_of_organizations_leads_to_numbers_or_a_message(
    web_user: Person, simulator: Simulator, kind: str
) -> None:
    listed, code, says = ORGANIZATIONS[kind]
    simulator.account.organizations = listed  # type: ignore[assignment]
    exit_code, report = web_user.read_status()
    assert (exit_code, report["message"]) == (code, says)
    assert len(report["limits"]) == (0 if code else 3)


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("CLAUDOMETER_WEB_URL", "http://claude.ai/api", "CLAUDOMETER_WEB_URL must be an https address"),
        ("CLAUDOMETER_OAUTH_URL", "ftp://127.0.0.1", "CLAUDOMETER_OAUTH_URL must be an https address"),
        (
            "CLAUDOMETER_MODE",
            "both",
            "CLAUDOMETER_MODE has an invalid value. Set it to web, cli or local",
        ),
        ("CLAUDOMETER_INTERVAL_SECONDS", "7", "CLAUDOMETER_INTERVAL_SECONDS has an invalid value"),
        ("CLAUDOMETER_SESSION_KEY", "CanaryTyped", "CLAUDOMETER_SESSION_KEY has an invalid value"),
        ("CLAUDOMETER_LOG_LEVEL", "loud", "CLAUDOMETER_LOG_LEVEL has an invalid value"),
    ],
)
def test_an_invalid_variable_is_named_without_its_value_and_nothing_is_sent(
    web_user: Person, simulator: Simulator, variable: str, value: str, says: str
) -> None:
    web_user.env[variable] = value
    done = web_user.run("status")
    assert (done.returncode, done.stdout) == (64, "")
    assert says in done.stderr
    assert "unset it" in done.stderr
    assert value not in done.stderr
    assert simulator.requests == []
