"""Tests the manual page, the completions and the release notes, which are made from the program's texts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from devtools.packaging.inputs import read_command_words, write_completions
from devtools.packaging.words import read_releases, render_manual, render_releases

CHANGELOG = """\
# Changes

## 1.3.0

- A window that does <b>not</b> open & stays closed says
  why.

## 1.2.0 (2026-08-01)

The first one.

- `claudometer status` is quicker.
"""


def test_releases_are_read_newest_first_with_unwrapped_items() -> None:
    newest, first = read_releases(CHANGELOG)
    assert (newest.version, newest.date) == ("1.3.0", None)
    assert newest.items == ("A window that does <b>not</b> open & stays closed says why.",)
    assert (first.version, first.date, first.items) == (
        "1.2.0",
        "2026-08-01",
        ("`claudometer status` is quicker.",),
    )


def test_release_notes_are_escaped_for_software_centers() -> None:
    tree = ET.fromstring(  # noqa: S314 - our own text
        f"<releases>{render_releases(read_releases(CHANGELOG), today='2026-09-01')}</releases>"
    )
    assert [(release.get("version"), release.get("date")) for release in tree] == [
        ("1.3.0", "2026-09-01"),
        ("1.2.0", "2026-08-01"),
    ]
    items = [item.text for item in tree.iter("li")]
    assert items == [
        "A window that does <b>not</b> open & stays closed says why.",
        "claudometer status is quicker.",
    ]


def test_the_manual_has_every_command_and_option_of_the_help() -> None:
    words = read_command_words()
    page = render_manual(words, "1.2.3").replace("\\-", "-")
    for name in (*words.commands, *words.options, *(o for of in words.options_of.values() for o in of)):
        assert rf"\fB{name}" in page


def test_no_text_of_the_manual_is_read_as_a_roff_request() -> None:
    requests = {".TH", ".SH", ".TP", ".B", ".RS", ".RE", ".PP", ".nf", ".fi"}
    for line in render_manual(read_command_words(), "1.2.3").splitlines():
        assert not line.startswith((".", "'")) or line.split()[0] in requests, line


def test_bash_completes_commands_and_then_their_options() -> None:
    script = write_completions(Path(sys.executable))["bash"]

    def complete(*words: str) -> set[str]:
        line = " ".join(f"'{word}'" for word in words)
        place = f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}"
        registered = "$(complete -p claudometer | sed 's/.*-F \\([^ ]*\\).*/\\1/')"
        calls = f"{place}; {registered}; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        done = subprocess.run(
            ["bash", "-c", f"{script}\n{calls}"], text=True, capture_output=True, check=True
        )
        assert done.stderr == ""
        return set(done.stdout.split())

    words = read_command_words()
    assert complete("claudometer", "sta") == {"status", "statusline"}
    assert complete("claudometer", "") >= set(words.commands)
    everywhere = {option.split()[0] for option in words.options}  # "--plan NAME" takes a value
    assert complete("claudometer", "--") >= everywhere
    for name in words.commands:
        own = {option.split()[0] for option in words.options_of.get(name, {})}
        assert complete("claudometer", name, "--") == own | everywhere
    assert complete("claudometer", "--demo", "status", "--js") == {"--json"}
