"""What is left of the state after damage: the tokens that were really left, and nothing that was removed."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest

import claudometer.store.damage
from claudometer.domain.bucket_codec import DAMAGED, EMPTIED_AT
from claudometer.processes.kept_state import STATE_NAME
from claudometer.store.connecting import FILE_NAME
from tests.store.test_state import bucket, open_state, spend, tokens_in, write_older
from tests.unprivileged import unprivileged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from claudometer.store.state import StoredState


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def state(folder: Path) -> Iterator[StoredState]:
    with closing(open_state(folder)) as state:
        yield state


def write_out(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def damage(folder: Path, table: str) -> None:
    """Overwrite the page of a table in the file itself, as a failing drive does."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as raw:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        page = raw.execute(query, (table,)).fetchone()[0]
        size = raw.execute("PRAGMA page_size").fetchone()[0]
    with (folder / FILE_NAME).open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def put_reading(state: StoredState, key: str) -> None:
    state.change(lambda kept: kept.setdefault("readings", {}).update({key: {"percent": 2}}))


def test_what_other_programs_sent_counts_after_damage(folder: Path, state: StoredState) -> None:
    spend(state, 1)
    put_reading(state, "claude/a")
    with closing(open_state(folder)) as other:
        for minute in range(2, 6):
            spend(other, minute)
        other.change(lambda kept: kept["readings"].clear())
        put_reading(other, "claude/b")
    write_out(folder)
    damage(folder, "points")
    spend(state, 6)
    assert (folder / "history.broken.db").exists()
    kept = state.read()
    assert tokens_in(kept) == 2
    assert len(kept["allowances"]["claude/a"]["sent"]) == 6
    assert list(kept["readings"]) == ["claude/b"], "what the other program removed does not come back"


def test_what_was_removed_before_damage_does_not_come_back(folder: Path, state: StoredState) -> None:
    put_reading(state, "claude/a")
    with closing(sqlite3.connect(folder / FILE_NAME)) as raw:
        raw.execute("INSERT INTO alert_memory VALUES (1, '{\"told\":[]}')")
        raw.commit()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        # From here on, changes are in the write-ahead log only.
        state.change(lambda kept: kept["readings"].clear())
        raw.execute("UPDATE alert_memory SET content = '{\"told\":[90]}'")
        raw.commit()
        damage(folder, "points")
        spend(state, 1)
    assert (folder / "history.broken.db").exists()
    assert "readings" not in state.read()
    with closing(sqlite3.connect(folder / FILE_NAME)) as raw:
        assert "[90]" in raw.execute("SELECT content FROM alert_memory").fetchone()[0]


def test_a_number_that_is_removed_is_in_no_file_afterwards(folder: Path, state: StoredState) -> None:
    with closing(open_state(folder)) as other:
        put_reading(state, "claude/written-out")
        write_out(folder)
        put_reading(state, "claude/in-the-log")
        assert len(other.read()["readings"]) == 2, "another program has it open"
        state.change(lambda kept: kept["readings"].clear())
        for file in folder.iterdir():
            assert b"in-the-log" not in file.read_bytes(), file
            assert b"written-out" not in file.read_bytes(), file
        raw = state._disk.connection  # Debian overwrites in any case
        assert raw is not None
        assert raw.execute("PRAGMA secure_delete").fetchone() == (1,)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), sqlite3.OperationalError("database or disk is full")])
def test_a_damaged_file_stays_in_its_place_until_a_new_one_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    with closing(open_state(folder)) as first:
        spend(first, 1)
    damage(folder, "points")

    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(claudometer.store.damage, "connect_in_folder", fail)
        patched.setattr(claudometer.store.damage, "connect", fail)
        with closing(open_state(folder)) as failing, suppress(KeyboardInterrupt):
            failing.change(lambda kept: kept.update(new=1))
            assert EMPTIED_AT in failing.read(), "one request, and then more as time passes"
    names = {file.name for file in folder.iterdir()}
    assert FILE_NAME in names
    assert not {"history.broken.db", "history.db.new"} & names
    (folder / STATE_NAME).unlink(missing_ok=True)
    with closing(open_state(folder)) as after:
        after.change(lambda kept: kept.update(new=1))
        assert DAMAGED in after.read()


@pytest.mark.skipif(os.name == "nt", reason="modes and links of POSIX")
def test_an_older_file_that_cannot_be_replaced_is_taken_over_once(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = tmp_path / "elsewhere"
    kept: dict[str, Any] = {"claude/a": {"percent": 2}}
    write_older(elsewhere, allowances={"claude/a": bucket(3.0)}, readings=kept)
    folder.mkdir()
    (folder / STATE_NAME).symlink_to(elsewhere / STATE_NAME)
    elsewhere.chmod(0o500)
    with unprivileged(), closing(open_state(folder)) as state:
        spend(state, 1)
        put_reading(state, "claude/b")
        assert list(state.read()["readings"]) == ["claude/a", "claude/b"]
        state.change(lambda all_of_it: all_of_it["readings"].pop("claude/a") and None)
        state.change(lambda all_of_it: all_of_it.update(new=1))
        assert list(state.read()["readings"]) == ["claude/b"]
        assert tokens_in(state.read()) == 2
    with unprivileged(), closing(open_state(folder)) as state:
        state.change(lambda all_of_it: all_of_it.update(new=3))
        assert caplog.text.count("stays as it was") == 1, "warned of once, also after a restart"
        elsewhere.chmod(0o700)
        state.change(lambda all_of_it: all_of_it.update(new=2))
        assert "readings" not in (elsewhere / STATE_NAME).read_text(encoding="utf-8"), "tried again"
        assert list(state.read()["readings"]) == ["claude/b"]
