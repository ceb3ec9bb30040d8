"""Tests which Python `.venv` is made from, and when a later run can skip the setup."""

from pathlib import Path

import pytest
from devtools.bases import DISTRIBUTION_PYTHON, choose_base
from devtools.catalog import Purpose
from devtools.stamp import Level, Stamp, digest_of, read_stamp

RUNNING = Path("/opt/python/bin/python3.13")
APP = frozenset({Purpose.SETUP, Purpose.APP})


@pytest.mark.parametrize("version", [(3, 11), (3, 13)])
def test_linux_uses_the_distributions_python_whichever_runs_dev_py(version: tuple[int, int]) -> None:
    base = choose_base("linux", version, running=RUNNING)
    assert (base.python, base.system_site_packages, base.remark) == (DISTRIBUTION_PYTHON, True, None)


@pytest.mark.parametrize(("version", "found"), [((3, 10), "is 3.10"), (None, "is not there")])
def test_the_running_python_is_used_with_a_remark_about_gtk_if_the_distributions_is_old_or_missing(
    version: tuple[int, int] | None, found: str
) -> None:
    base = choose_base("linux", version, running=RUNNING)
    assert base.python == RUNNING
    assert base.remark is not None
    assert found in base.remark
    assert "GTK" in base.remark


def test_macos_uses_the_running_python_without_its_packages() -> None:
    base = choose_base("darwin", (3, 12), running=RUNNING)
    assert (base.python, base.system_site_packages, base.remark) == (RUNNING, False, None)


def test_a_stamp_is_read_as_it_was_written(tmp_path: Path) -> None:
    stamp = Stamp("abc", Level.DEVELOPMENT, APP)
    stamp.write(tmp_path / "ready.json")
    assert read_stamp(tmp_path / "ready.json") == stamp


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"digest": "x", "level": 9, "purposes": []}', "\xff"])
def test_an_unreadable_stamp_means_that_nothing_is_ready(tmp_path: Path, text: str) -> None:
    (tmp_path / "ready.json").write_bytes(text.encode("latin-1"))
    assert read_stamp(tmp_path / "ready.json") == Stamp()
    assert not Stamp().covers("", Level.APP, frozenset())


def test_the_setup_runs_if_the_stamp_does_not_cover_digest_level_or_purposes() -> None:
    stamp = Stamp("abc", Level.APP, APP)
    assert stamp.covers("abc", Level.APP, APP)
    assert not stamp.covers("abd", Level.APP, APP)
    assert not stamp.covers("abc", Level.DEVELOPMENT, APP)
    assert not stamp.covers("abc", Level.APP, APP | {Purpose.DESKTOP})


def test_a_digest_depends_on_the_boundaries_between_its_parts() -> None:
    assert digest_of(b"ab", "c") != digest_of(b"a", "bc")
