"""Tests where Claude Code's login is read from, and which folders the user may choose."""

from __future__ import annotations

from pathlib import Path

import pytest

from claudometer.domain.errors import ErrorCode, InvalidSettingError
from claudometer.system.claude_variables import CONFIG_VARIABLE
from claudometer.system.login_folder import ClaudeFolder, facts_of_wrong, with_tilde
from tests.unprivileged import unprivileged


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    monkeypatch.delenv("CLAUDE_SECURESTORAGE_CONFIG_DIR", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("config", "storage", "chosen", "login", "decides"),
    [
        (None, None, None, "~/.claude", None),
        (None, None, "/chosen", "/chosen", None),
        ("/config", None, "/chosen", "/config", "CLAUDE_CONFIG_DIR"),
        ("", None, "/chosen", "/chosen", None),
        ("", None, None, "~/.claude", None),
        ("/config", "/storage", None, "/storage", "CLAUDE_SECURESTORAGE_CONFIG_DIR"),
        ("/config", "", "/chosen", "~/.claude", "CLAUDE_SECURESTORAGE_CONFIG_DIR"),
        (None, "/storage", "/chosen", "/storage", "CLAUDE_SECURESTORAGE_CONFIG_DIR"),
    ],
)
def test_claude_codes_variables_override_the_chosen_folder(
    monkeypatch: pytest.MonkeyPatch,
    config: str | None,
    storage: str | None,
    chosen: str | None,
    login: str,
    decides: str | None,
) -> None:
    for name, value in (("CLAUDE_CONFIG_DIR", config), ("CLAUDE_SECURESTORAGE_CONFIG_DIR", storage)):
        if value is not None:
            monkeypatch.setenv(name, value)
    folder = ClaudeFolder(chosen)
    assert (folder.shown, folder.variable) == (login, decides)
    assert folder.config() == Path(config or chosen or Path.home() / ".claude")


@pytest.mark.parametrize("name", ["CLAUDE_CONFIG_DIR", "CLAUDE_SECURESTORAGE_CONFIG_DIR"])
def test_a_leading_tilde_in_a_variable_is_the_home_folder(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "~/work")
    assert ClaudeFolder().login() == home / "work"
    assert ClaudeFolder().shown == "~/work"


@pytest.mark.parametrize(
    "spelled", ["{home}/office", "{home}/office/", "~/office", "{home}/link", "{home}/x/../office"]
)
def test_a_folder_is_the_same_however_it_is_spelled(
    spelled: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "office").mkdir()
    (home / "x").mkdir()
    (home / "link").symlink_to(home / "office")
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", spelled.format(home=home))
    assert not ClaudeFolder(str(home / "office")).is_elsewhere()
    assert ClaudeFolder(str(home / "other")).is_elsewhere()
    assert ClaudeFolder().is_elsewhere()


def test_a_typed_tilde_is_expanded_to_the_home_folder(home: Path) -> None:
    (home / "other").mkdir()
    assert ClaudeFolder().check("~/other") == str(home / "other")
    assert ClaudeFolder().check(f"{home}/other/") == str(home / "other")


def test_a_link_to_a_folder_is_accepted_and_not_resolved(home: Path) -> None:
    (home / "real").mkdir()
    (home / "link").symlink_to(home / "real")
    assert ClaudeFolder().check("~/link") == str(home / "link")


def test_the_default_folder_is_saved_as_no_choice(home: Path) -> None:
    (home / ".claude").mkdir()
    assert ClaudeFolder().check("~/.claude") is None


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("work", "relative"),
        ("./work", "relative"),
        ("~/none", "missing"),
        ("~nobody-of-this-name/x", "missing"),
        ("/a\0b", "missing"),
        ("~/file", "file"),
        ("~/file/below", "missing"),
    ],
)
def test_a_path_that_is_not_a_folder_is_refused_with_the_reason(home: Path, typed: str, reason: str) -> None:
    (home / "file").write_text("", encoding="utf-8")
    with pytest.raises(InvalidSettingError) as refused:
        ClaudeFolder().check(typed)
    assert refused.value.field == "claude_folder"
    assert (refused.value.code, refused.value.facts) == (
        ErrorCode.CLAUDE_FOLDER_REFUSED,
        {"reason": reason},
    )


def test_a_folder_inside_an_unreadable_folder_is_refused_with_the_reason(home: Path) -> None:
    (home / "closed" / "inner").mkdir(parents=True)
    (home / "closed").chmod(0)
    with unprivileged(), pytest.raises(InvalidSettingError) as refused:
        ClaudeFolder().check("~/closed/inner")
    assert refused.value.facts == {"reason": "closed"}


def test_a_path_in_the_home_folder_is_shown_with_a_tilde(home: Path) -> None:
    assert with_tilde(home / "a" / "b") == "~/a/b"
    assert with_tilde("/elsewhere") == "/elsewhere"


@pytest.mark.parametrize(
    ("folder", "named"), [(" ", "“ ”"), (".claude ", "“.claude ”"), ("$HOME/.claude", "$HOME/.claude")]
)
def test_a_folder_is_named_so_that_what_is_wrong_with_it_can_be_seen(folder: str, named: str) -> None:
    assert facts_of_wrong(Path(folder), "missing", CONFIG_VARIABLE)["folder"] == named


def test_the_working_folder_is_named_by_its_path(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    assert facts_of_wrong(Path(), "empty", CONFIG_VARIABLE)["folder"] == "~"
    (home / "work").mkdir()
    monkeypatch.chdir(home / "work")
    assert facts_of_wrong(Path(), "empty", CONFIG_VARIABLE)["folder"] == "~/work"
