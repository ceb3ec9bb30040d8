"""Logins on a real disk: complete, half written, inaccessible, and replaced during a read."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials
from claudometer.present.messages.errors import message_for_code
from claudometer.providers.claude.keychain import Keychain
from claudometer.providers.claude.login import Login
from claudometer.providers.claude.login_reader import FILE_NAME, MAX_FILE_BYTES, LoginReader
from claudometer.system.login_folder import ClaudeFolder
from claudometer.system.own_files import make_own
from tests.dead_drive import dead_drive
from tests.simulator.account import write_login
from tests.unprivileged import unprivileged

CANARY = "sk-ant-oat01-canary-on-disk"


def reader(folder: Path) -> LoginReader:
    return LoginReader(lambda: folder, keychain=None)


def read(folder: Path) -> Login | MissingCredentials:
    return asyncio.run(reader(folder).read())


def token(found: Login | MissingCredentials) -> str:
    assert isinstance(found, Login)
    return found.access_token.reveal()


def code_or_token(found: Login | MissingCredentials) -> ErrorCode | str:
    return token(found) if isinstance(found, Login) else found.code


def code(found: Login | MissingCredentials) -> ErrorCode:
    assert isinstance(found, MissingCredentials)
    return found.code


def test_where_claude_code_itself_is_missing_the_message_says_where_to_get_it(tmp_path: Path) -> None:
    def found(*, is_here: bool) -> MissingCredentials:
        login = LoginReader(lambda: tmp_path, keychain=None, has_program=lambda: is_here)
        missing = asyncio.run(login.read())
        assert isinstance(missing, MissingCredentials)
        return missing

    assert "https://" in message_for_code(ErrorCode.LOGIN_MISSING, dict(found(is_here=False).facts)).hint
    assert found(is_here=True) == MissingCredentials(ErrorCode.LOGIN_MISSING)


def test_the_login_of_the_folder_is_read(tmp_path: Path) -> None:
    write_login(tmp_path, CANARY)
    found = read(tmp_path)
    assert token(found) == CANARY
    assert isinstance(found, Login)
    assert found.plan == "Max 5x"


def test_a_link_to_the_file_is_followed(tmp_path: Path) -> None:
    path = write_login(tmp_path / "real", CANARY)
    (tmp_path / FILE_NAME).symlink_to(path)
    assert token(read(tmp_path)) == CANARY


@pytest.mark.parametrize("name", ["", "no/such/folder"])
def test_a_missing_file_is_no_login(tmp_path: Path, name: str) -> None:
    assert code(read(tmp_path / name)) is ErrorCode.LOGIN_MISSING


def test_a_file_where_the_folder_should_be_is_no_login(tmp_path: Path) -> None:
    (tmp_path / "claude").write_text("", encoding="utf-8")
    assert code(read(tmp_path / "claude")) is ErrorCode.LOGIN_MISSING


def test_logins_of_tool_servers_alone_are_no_login(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(json.dumps({"mcpOAuth": {"a": {"accessToken": "b"}}}), encoding="utf-8")
    assert code(read(tmp_path)) is ErrorCode.LOGIN_MISSING


@pytest.mark.parametrize("content", ["", '{"claudeAiOauth": {"acc', "[]", "\x00\x00"])
def test_a_file_that_stays_damaged_is_unreadable(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content, encoding="utf-8")
    assert code(read(tmp_path)) is ErrorCode.LOGIN_UNREADABLE


def test_a_file_that_is_too_large_a_folder_or_a_pipe_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "large").mkdir()
    (tmp_path / "large" / FILE_NAME).write_bytes(b" " * (MAX_FILE_BYTES + 1))
    (tmp_path / "folder" / FILE_NAME).mkdir(parents=True)
    (tmp_path / "pipe").mkdir()
    os.mkfifo(tmp_path / "pipe" / FILE_NAME)
    for kind in ("large", "folder", "pipe"):
        assert code(read(tmp_path / kind)) is ErrorCode.LOGIN_UNREADABLE


def test_a_link_to_itself_and_an_impossible_name_are_unreadable(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).symlink_to(tmp_path / FILE_NAME)
    assert code(read(tmp_path)) is ErrorCode.LOGIN_UNREADABLE
    assert code(read(Path("a\x00b"))) is ErrorCode.LOGIN_UNREADABLE


def test_a_file_we_may_not_read_is_denied_and_not_missing(tmp_path: Path) -> None:
    path = write_login(tmp_path / "claude", CANARY)
    path.parent.chmod(0o755)
    path.chmod(0o000)
    with unprivileged():
        found = read(path.parent)
    assert found == MissingCredentials(ErrorCode.LOGIN_DENIED, login_folder=str(path.parent))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize(
    ("name", "code"),
    [(".credentials.json", ErrorCode.LOGIN_DENIED), ("", ErrorCode.LOGIN_FOLDER_DENIED)],
    ids=["the file", "the folder"],
)
def test_what_belongs_to_another_user_is_reported_with_its_owner(
    tmp_path: Path, name: str, code: ErrorCode
) -> None:
    path = write_login(tmp_path / "claude", CANARY)
    path.chmod(0o600)
    path.parent.chmod(0o700)
    os.chown(path.parent / name, 1, 1)
    with unprivileged():
        found = read(path.parent)
    assert isinstance(found, MissingCredentials)
    facts = {"owner": "daemon"} | ({"make_own": make_own(path)} if name else {})
    assert (found.code, dict(found.facts)) == (code, facts)
    hint = message_for_code(code, {"login_folder": str(path.parent), **dict(found.facts)}).hint
    assert "chmod" not in hint
    assert ("chown" in hint) is (name != "")


def test_a_folder_we_may_not_enter_is_denied(tmp_path: Path) -> None:
    write_login(tmp_path / "claude", CANARY).parent.chmod(0o000)
    with unprivileged():
        expected = MissingCredentials(ErrorCode.LOGIN_FOLDER_DENIED, login_folder=str(tmp_path / "claude"))
        assert read(tmp_path / "claude") == expected
        assert asyncio.run(reader(tmp_path / "claude").stamp()) is None


def test_a_file_caught_half_written_is_read_again_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So long that a busy machine, too, writes the rest between the two reads.
    monkeypatch.setattr("claudometer.providers.claude.login_reader.RETRY_DELAY_S", 2.0)
    path = write_login(tmp_path, CANARY)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    writer = threading.Timer(0.3, path.write_bytes, [whole])
    writer.start()
    try:
        assert token(read(tmp_path)) == CANARY
    finally:
        writer.join()


REWRITING = """
import json, os, sys
path, token = sys.argv[1], sys.argv[2]
whole = json.dumps({"claudeAiOauth": {"accessToken": token, "scopes": ["user:profile"] * 400}}).encode()
print("ready", flush=True)
while True:
    with open(path, "wb") as file:  # in place, one half after the other
        file.write(whole[:3000]); file.flush(); file.write(whole[3000:])
    with open(path + ".new", "wb") as file:  # and by replacing the file
        file.write(whole)
    os.replace(path + ".new", path)
"""


@pytest.mark.parametrize("reads", [30, pytest.param(300, marks=pytest.mark.slow)])
def test_a_file_that_is_rewritten_all_the_time_never_looks_like_a_log_out(tmp_path: Path, reads: int) -> None:
    path = write_login(tmp_path, CANARY)
    argv = [sys.executable, "-c", REWRITING, str(path), CANARY]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"

            async def story() -> set[str]:
                login = reader(tmp_path)
                while code_or_token(await login.read()) is ErrorCode.LOGIN_UNREADABLE:
                    pass  # a busy machine may stop the writer halfway, and nothing was read before
                return {token(await login.read()) for _ in range(reads)}

            assert asyncio.run(story()) == {CANARY}
        finally:
            writer.kill()


def test_a_file_that_becomes_readable_changes_the_stamp_though_its_content_is_the_same(
    tmp_path: Path,
) -> None:
    path = write_login(tmp_path, CANARY)
    path.chmod(0)
    before = asyncio.run(reader(tmp_path).stamp())
    path.chmod(0o600)
    assert asyncio.run(reader(tmp_path).stamp()) != before


def test_an_inaccessible_folder_further_up_is_named_since_it_denies_access(tmp_path: Path) -> None:
    write_login(tmp_path / "up" / "claude", CANARY)
    (tmp_path / "up" / "claude").chmod(0o755)
    (tmp_path / "up").chmod(0)
    with unprivileged():
        found = read(tmp_path / "up" / "claude")
    assert found == MissingCredentials(ErrorCode.LOGIN_FOLDER_DENIED, login_folder=str(tmp_path / "up"))


def test_a_link_to_the_folder_is_followed_and_replaced_with_it(tmp_path: Path) -> None:
    write_login(tmp_path / "one", CANARY)
    write_login(tmp_path / "two", "sk-ant-oat01-canary-of-the-other")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "one")

    async def story() -> None:
        login = reader(link)
        assert token(await login.read()) == CANARY
        before = await login.stamp()
        link.unlink()
        link.symlink_to(tmp_path / "two")
        assert await login.stamp() != before
        assert token(await login.read()) == "sk-ant-oat01-canary-of-the-other"

    asyncio.run(story())


def test_the_last_good_login_survives_a_damaged_file_but_not_a_log_out(tmp_path: Path) -> None:
    async def story() -> None:
        login = reader(tmp_path)
        path = write_login(tmp_path, CANARY)
        assert token(await login.read()) == CANARY
        path.write_text('{"claudeAi', encoding="utf-8")
        assert token(await login.read()) == CANARY
        path.write_text("{}", encoding="utf-8")
        assert code(await login.read()) is ErrorCode.LOGIN_MISSING

    asyncio.run(story())


def test_the_last_good_login_of_one_folder_is_not_used_for_another(tmp_path: Path) -> None:
    async def story() -> None:
        folders = [tmp_path / "one"]
        login = LoginReader(lambda: folders[-1], keychain=None)
        write_login(folders[-1], CANARY)
        assert token(await login.read()) == CANARY
        folders.append(tmp_path / "two")
        write_login(folders[-1]).write_text("{", encoding="utf-8")
        assert code(await login.read()) is ErrorCode.LOGIN_UNREADABLE

    asyncio.run(story())


def test_the_login_has_the_date_of_its_file_and_none_without_a_file(tmp_path: Path) -> None:
    login = reader(tmp_path)
    assert asyncio.run(login.written_at()) is None
    os.utime(write_login(tmp_path), (1_787_312_400, 1_787_312_400))
    assert asyncio.run(login.written_at()) == datetime.fromtimestamp(1_787_312_400, UTC)


def test_the_stamp_changes_with_the_file_and_is_none_without_a_file(tmp_path: Path) -> None:
    async def story() -> None:
        login = reader(tmp_path)
        assert await login.stamp() is None
        write_login(tmp_path, CANARY)
        first = await login.stamp()
        assert first is not None
        assert await login.stamp() == first
        write_login(tmp_path, CANARY)
        assert await login.stamp() != first

    asyncio.run(story())


def test_nothing_is_written_beside_the_login(tmp_path: Path) -> None:
    path = write_login(tmp_path, CANARY)
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert token(read(tmp_path)) == CANARY
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [entry.name for entry in tmp_path.iterdir()] == [FILE_NAME]


def security(folder: Path, body: str) -> Keychain:
    script = folder / "security"
    script.write_text(f'#!/bin/sh\necho call >> "{script}.calls"\n{body}\n', encoding="utf-8")
    script.chmod(0o700)
    return Keychain(str(script))


def item(access_token: str) -> str:
    return f"""echo '{{"claudeAiOauth": {{"accessToken": "{access_token}"}}}}'"""


def read_count(folder: Path) -> int:
    return len((folder / "security.calls").read_text(encoding="utf-8").splitlines())


@pytest.fixture
def mac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a keychain's database and a folder for Claude Code."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USER", "ana")
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    database = tmp_path / "Library" / "Keychains" / "login.keychain-db"
    database.parent.mkdir(parents=True)
    database.write_bytes(b"1")
    return tmp_path


def on_mac(home: Path, body: str) -> LoginReader:
    return LoginReader(lambda: home / ".claude", keychain=security(home, body))


def test_the_keychain_comes_before_a_file_that_may_be_stale(mac: Path) -> None:
    write_login(mac / ".claude", "sk-ant-oat01-stale")
    assert token(asyncio.run(on_mac(mac, item(CANARY)).read())) == CANARY


@pytest.mark.parametrize("body", ["exit 44", "exit 36", "echo '{\"claudeAiOau'", "echo '{\"mcpOAuth\": {}}'"])
def test_the_file_replaces_a_keychain_without_a_login(mac: Path, body: str) -> None:
    write_login(mac / ".claude", CANARY)
    assert token(asyncio.run(on_mac(mac, body).read())) == CANARY


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("exit 44", ErrorCode.LOGIN_MISSING),
        ("exit 36", ErrorCode.LOGIN_KEYCHAIN),
        ("echo '{\"claudeAiOau'", ErrorCode.LOGIN_UNREADABLE),
    ],
)
def test_without_a_file_the_keychains_own_failure_is_returned(
    mac: Path, body: str, expected: ErrorCode
) -> None:
    assert code(asyncio.run(on_mac(mac, body).read())) is expected


def test_the_keychain_is_not_read_again_until_it_changes_or_the_cache_is_bypassed(mac: Path) -> None:
    async def story() -> None:
        login = on_mac(mac, item(CANARY))
        for _ in range(3):
            await login.read()
        assert read_count(mac) == 1
        await login.read(bypass_cache=True)
        assert read_count(mac) == 2
        before = await login.stamp()
        (mac / "Library" / "Keychains" / "login.keychain-db").write_bytes(b"22")
        assert await login.stamp() != before
        assert read_count(mac) == 2, "a stamp does not read the keychain"
        await login.read()
        assert read_count(mac) == 3

    asyncio.run(story())


def test_a_refusing_keychain_is_not_read_again_for_a_while(mac: Path) -> None:
    async def story() -> None:
        login = on_mac(mac, "exit 128")
        for _ in range(3):
            assert code(await login.read()) is ErrorCode.LOGIN_KEYCHAIN
        assert read_count(mac) == 1

    asyncio.run(story())


def test_a_keychain_is_read_although_its_database_is_on_a_dead_drive(
    mac: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        login = on_mac(mac, item(CANARY))
        before = await login.stamp()
        monkeypatch.setattr("claudometer.system.off_loop.FILE_TIMEOUT_S", 0.2)
        with dead_drive(mac / "Library" / "Keychains"):
            assert await login.stamp() == before
            assert token(await login.read()) == CANARY

    asyncio.run(story())


@pytest.mark.parametrize(
    ("storage", "wanted"),
    [
        ("/vault", f"Claude Code-credentials-{hashlib.sha256(b'/vault').hexdigest()[:8]}"),
        ("", "Claude Code-credentials"),
    ],
)
def test_the_storage_variable_names_the_keychain_item_before_the_other_variable(
    mac: Path, monkeypatch: pytest.MonkeyPatch, storage: str, wanted: str
) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", "/config")
    monkeypatch.setenv("CLAUDE_SECURESTORAGE_CONFIG_DIR", storage)
    body = f'case "$*" in *"-s {wanted} "*) {item(CANARY)};; *) exit 44;; esac'
    login = LoginReader(ClaudeFolder().login, keychain=security(mac, body))
    assert token(asyncio.run(login.read())) == CANARY


def test_with_a_keychain_the_files_date_is_not_used(tmp_path: Path) -> None:
    write_login(tmp_path)
    login = LoginReader(lambda: tmp_path, keychain=Keychain())
    assert asyncio.run(login.written_at()) is None
