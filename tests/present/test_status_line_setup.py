"""Every outcome of setting up the status line and the hook has a message."""

from __future__ import annotations

import pytest

from claudometer.present.messages.claude_setup import (
    HOOK_SET_UP,
    STATUS_LINE_SET_UP,
    describe_set_up,
    hindrances,
)


@pytest.mark.parametrize("words", [STATUS_LINE_SET_UP, HOOK_SET_UP])
def test_every_change_says_what_was_done_and_where(words: dict[str, str]) -> None:
    for change in words:
        lines = describe_set_up(change, "/x/settings.json", words=words)
        assert lines[0].endswith(".")
        assert "/x/settings.json" in lines[1]
        assert len(lines) == 2


def test_a_command_that_was_left_as_it_is_is_named() -> None:
    lines = describe_set_up("left", "/x", left=["FOO=1 claudometer statusline | cat"])
    assert lines[-1] == "Left as it is: FOO=1 claudometer statusline | cat"


def test_a_file_that_was_removed_is_said_to_be() -> None:
    (_, line) = describe_set_up("removed", "/x", is_gone=True)
    assert line == "Removed, because nothing else was in it: /x"


def test_each_hindrance_names_its_file() -> None:
    lines = hindrances(disabled_in=["/a"], overridden_in=["/b"])
    assert ["/a" in lines[0], "/b" in lines[1], len(lines)] == [True, True, 2]
