"""The keychain, read through a real child process that replaces ``security``."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from pathlib import Path

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials
from claudometer.providers.claude.keychain import SERVICE, Keychain, interpret, service_names

MISSING = MissingCredentials(ErrorCode.LOGIN_MISSING)
REFUSED = MissingCredentials(ErrorCode.LOGIN_KEYCHAIN)
CANARY = "sk-ant-oat01-canary-in-keychain"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "security"


def security(script: Path, body: str) -> Keychain:
    """Write a ``security`` that records its arguments and environment and then runs ``body``."""
    script.write_text(
        f'#!/bin/sh\necho "$@" >> "{script}.calls"\nenv > "{script}.env"\n{body}\n', encoding="utf-8"
    )
    script.chmod(0o700)
    return Keychain(str(script), timeout_s=60)


def calls(script: Path) -> list[str]:
    return Path(f"{script}.calls").read_text(encoding="utf-8").splitlines()


@pytest.fixture(autouse=True)
def _named_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "ana")


def test_the_item_of_the_user_is_read(script: Path) -> None:
    keychain = security(script, "echo '{\"a\": 1}'")
    assert asyncio.run(keychain.read([SERVICE])) == b'{"a": 1}'
    assert calls(script) == ["find-generic-password -s Claude Code-credentials -a ana -w"]


def test_other_account_names_and_services_are_tried_in_turn(script: Path) -> None:
    keychain = security(script, 'case "$*" in *"plain -w") echo found;; *) exit 44;; esac')
    assert asyncio.run(keychain.read(["hashed", "plain"])) == b"found"
    assert calls(script) == [
        "find-generic-password -s hashed -a ana -w",
        "find-generic-password -s hashed -w",
        "find-generic-password -s plain -a ana -w",
        "find-generic-password -s plain -w",
    ]


def test_a_missing_item_is_no_login(script: Path) -> None:
    assert asyncio.run(security(script, "exit 44").read([SERVICE])) == MISSING


def test_a_locked_keychain_is_not_a_log_out_and_is_not_read_twice(script: Path) -> None:
    assert asyncio.run(security(script, "exit 36").read(["hashed", "plain"])) == REFUSED
    assert len(calls(script)) == 1


def test_a_prompt_that_hangs_is_killed(script: Path) -> None:
    keychain = security(script, f'echo $$ > "{script}.pid"; exec sleep 60')
    began = time.monotonic()
    # Enough for the script to write its process id on a busy machine.
    assert asyncio.run(Keychain(keychain.program, timeout_s=2).read([SERVICE])) == REFUSED
    assert time.monotonic() - began < 40, "it would sleep for 60 s"
    process_id = int(Path(f"{script}.pid").read_text(encoding="utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


def test_a_missing_program_is_a_refusal(tmp_path: Path) -> None:
    assert asyncio.run(Keychain(str(tmp_path / "none")).read([SERVICE])) == REFUSED


def test_the_child_sees_no_secret_of_ours(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDOMETER_SESSION_KEY", CANARY)
    asyncio.run(security(script, "exit 44").read([SERVICE]))
    environment = Path(f"{script}.env").read_text(encoding="utf-8")
    assert "USER=ana" in environment
    assert CANARY not in environment


@pytest.mark.parametrize(
    ("exit_code", "output", "expected"),
    [
        (0, b'{"a":1}\n', b'{"a":1}'),
        (0, b"7b226122 3a317d", b"7b226122 3a317d"),
        (0, b"7b2261223a317d\n", b'{"a":1}'),
        (0, b"\n", MISSING),
        (44, b"", MISSING),
        (36, b"", REFUSED),
        (51, b"", REFUSED),
        (128, b"", REFUSED),
        (-9, b"", REFUSED),
        (None, b"", REFUSED),
    ],
)
def test_every_exit_code_has_one_meaning(
    exit_code: int | None, output: bytes, expected: bytes | MissingCredentials
) -> None:
    assert interpret(exit_code, output) == expected


HOME = Path("/Users/ana/.claude")


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def test_the_default_folder_has_the_plain_name() -> None:
    assert service_names(HOME, HOME, None) == (SERVICE,)


def test_another_folder_has_the_hash_of_the_variable_as_written() -> None:
    folder = Path("/Users/ana/code")
    assert service_names(folder, HOME, "/Users/ana/code/") == (
        f"{SERVICE}-{short_hash('/Users/ana/code/')}",
        f"{SERVICE}-{short_hash('/Users/ana/code')}",
    )
    assert service_names(folder, HOME, "/somewhere/else") == (f"{SERVICE}-{short_hash('/Users/ana/code')}",)


def test_the_default_folder_named_by_the_variable_is_tried_both_ways() -> None:
    assert service_names(HOME, HOME, str(HOME)) == (f"{SERVICE}-{short_hash(str(HOME))}", SERVICE)


def test_a_name_is_hashed_in_its_composed_form() -> None:
    composed, decomposed = Path("/Users/ana/\u00e9"), Path("/Users/ana/e\u0301")
    assert service_names(composed, HOME, None) == service_names(decomposed, HOME, None)
