"""The page for scripts names every field and every word that the answer may hold."""

from __future__ import annotations

from pathlib import Path

from claudometer.domain.outcome import Status
from claudometer.domain.region import UTC_REGION
from claudometer.domain.usage import LimitKind, Source
from claudometer.present import exit_codes
from claudometer.present.report import report_for
from tests.clocks import NOON
from tests.readings import reading, session, snapshot, spend

PAGE = (Path(__file__).parents[2] / ".github" / "architecture" / "public-answer.md").read_text(
    encoding="utf-8"
)


def test_the_page_names_every_field() -> None:
    report = report_for(snapshot(reading(session(), spend=spend())), NOON, UTC_REGION)
    nested = (report, report["account"], report["limits"][0], report["spend"], report["spend"]["used"])
    for name in {name for part in nested for name in part}:
        assert (
            f"`{name}`" in PAGE or f"`limits[].{name}`" in PAGE or f", {name}" in PAGE or f"{{{name}" in PAGE
        )


def test_the_page_names_every_word() -> None:
    for word in (*Status, *Source, *LimitKind):
        assert f"`{word}`" in PAGE, word


def test_the_page_names_every_exit_code() -> None:
    codes = {value for name, value in vars(exit_codes).items() if name.isupper() and isinstance(value, int)}
    assert codes
    for code in codes:
        assert f"| {code} |" in PAGE, code
