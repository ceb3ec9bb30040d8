"""public-answer.md names every field, value and exit code of `status --json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from claudometer.domain.outcome import Status
from claudometer.domain.plan import StoppedBy
from claudometer.domain.usage import LimitKind, Source
from claudometer.present import exit_codes
from claudometer.present.report import report_for
from tests.readings import credit, reading, session, snapshot, spend
from tests.views import view

PAGE = (Path(__file__).parents[2] / ".github" / "architecture" / "public-answer.md").read_text(
    encoding="utf-8"
)


def test_the_page_names_every_field() -> None:
    report: Any = report_for(view(snapshot(reading(session(), spend=spend(), credits_granted=(credit(),)))))
    nested = (
        report,
        report["account"],
        report["limits"][0],
        report["spend"],
        report["spend"]["used"],
        report["credits"][0],
    )
    for name in {name for part in nested for name in part}:
        assert (
            f"`{name}`" in PAGE or f"`limits[].{name}`" in PAGE or f", {name}" in PAGE or f"{{{name}" in PAGE
        )


def test_the_page_names_every_value_of_an_enumeration() -> None:
    for word in (*Status, *Source, *LimitKind, *StoppedBy):
        assert f"`{word}`" in PAGE, word


def test_the_page_names_every_exit_code() -> None:
    codes = {value for name, value in vars(exit_codes).items() if name.isupper() and type(value) is int}
    assert codes
    for code in codes:
        assert f"| {code} |" in PAGE, code
