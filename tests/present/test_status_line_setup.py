"""Every outcome of setting up the status line has a message."""

from __future__ import annotations

import pytest

from claudometer.present.messages.cli import describe_set_up, hindrances
from claudometer.providers.claude.status_line_setting import SetupResult


@pytest.mark.parametrize("change", SetupResult)
def test_every_result_says_what_was_done_and_where(change: SetupResult) -> None:
    lines = describe_set_up(change, "/x/settings.json", None)
    assert lines[0].endswith(".")
    assert "/x/settings.json" in lines[1]
    assert len(lines) == 2


def test_the_copy_of_the_old_file_is_named() -> None:
    assert describe_set_up(SetupResult.INSTALLED, "/x", "/x.before")[-1] == "Copy of the old file: /x.before"


def test_each_hindrance_names_its_file() -> None:
    lines = hindrances(disabled_in=["/a"], overridden_in=["/b"])
    assert ["/a" in lines[0], "/b" in lines[1], len(lines)] == [True, True, 2]
