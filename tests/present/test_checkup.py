"""The report about this computer: its order, its verdict, and its lines in a terminal."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import claudometer
from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.errors import ErrorCode, Fact
from claudometer.domain.region import UTC_REGION
from claudometer.domain.tray_state import TrayState
from claudometer.present.checkup import report_of
from claudometer.present.checkup_text import copyable, render
from claudometer.present.messages import doctor as words
from claudometer.present.messages.tray_hosts import TRAY_PIECES
from claudometer.present.typesetting import Ink, TerminalStyle, width_of
from claudometer.system.tray_pieces import Piece

NOW = datetime(2026, 8, 20, 9, 14, tzinfo=UTC)
PACKAGE = Path(claudometer.__path__[0])

FOUND = [
    Finding(Part.VERSIONS, State.OK, "copies.none"),
    Finding(
        Part.LOGIN, State.ATTENTION, "login.readable", {"command": "chmod 600 ~/.claude/.credentials.json"}
    ),
    Finding(Part.TRAY, State.ATTENTION, f"tray.{Piece.GNOME}", {"command": "sudo apt install x"}),
    Finding(Part.CLOCK, State.UNKNOWN, "clock.unknown"),
    Finding(Part.STATUS_LINE, State.NOT_HERE, "status-line.absent"),
    Finding(Part.KEYRING, State.NOT_HERE, "keyring.none_needed"),
]


def lines_of(found: list[Finding], **style: object) -> list[str]:
    report = report_of(found, NOW, UTC_REGION, version="0.1.0")
    return render(report, TerminalStyle(**style))  # type: ignore[arg-type]


def test_the_report_has_the_parts_in_their_order_whatever_came_first() -> None:
    report = report_of(FOUND, NOW, UTC_REGION, version="0.1.0")
    ids = [check["id"] for check in report["checks"]]
    assert ids == ["login", "clock", "tray", "keyring", "status-line", "versions"]


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ([State.OK, State.NOT_HERE], "Everything works."),
        ([State.OK, State.ATTENTION], "1 thing needs you."),
        ([State.ATTENTION, State.ATTENTION, State.UNKNOWN], "2 things need you."),
        ([State.OK, State.UNKNOWN], "Nothing needs you; 1 check has no result."),
        ([State.UNKNOWN, State.UNKNOWN], "Nothing needs you; 2 checks have no result."),
    ],
)
def test_the_last_line_is_the_verdict(states: list[State], verdict: str) -> None:
    found = [Finding(part, state, "copies.none") for part, state in zip(Part, states, strict=False)]
    assert lines_of(found)[-2:] == [f"  {verdict}", ""]


@pytest.mark.parametrize(
    ("state", "ink"), [(State.OK, Ink.GREEN), (State.UNKNOWN, Ink.AMBER), (State.ATTENTION, Ink.RED)]
)
def test_the_verdict_is_green_only_if_every_check_has_a_result(state: State, ink: str) -> None:
    verdict = lines_of([Finding(Part.CLOCK, state, "clock.unknown")], color=True)[-2]
    assert f";{ink}m" in verdict


def test_what_needs_the_user_comes_first_and_the_order_of_the_others_stays() -> None:
    marks = [line[2] for line in lines_of(FOUND) if re.match(r"  [^\w\s] ", line)]
    assert marks == ["✗", "✗", "!", "–", "–", "✓"]


@pytest.mark.parametrize("width", [60, 66, 80, 92, 120, 200])
@pytest.mark.parametrize("unicode", [True, False])
def test_every_line_fits_and_hangs_below_its_sentence(width: int, unicode: bool) -> None:
    lines = lines_of(FOUND, width=width, unicode=unicode)
    assert max(map(width_of, lines)) <= width
    assert all(line.startswith("  ") for line in lines if line)
    assert lines[0] == lines[-1] == ""
    assert all(line.isascii() for line in lines) is not unicode


def test_a_line_to_copy_stays_in_one_piece() -> None:
    command = f"chmod 600 ~/{'long/' * 30}.credentials.json"
    found = [Finding(Part.LOGIN, State.ATTENTION, "login.readable", {"command": command})]
    assert command in [line.strip() for line in lines_of(found, width=60)]


def test_a_line_to_copy_that_is_longer_than_its_column_begins_further_left() -> None:
    command = "~/claudometer/.venv/bin/claudometer statusline --install"
    found = [Finding(Part.STATUS_LINE, State.NOT_HERE, "login.readable", {"command": command})]
    assert f"    {command}" in lines_of(found, width=70)


def test_without_color_there_is_no_escape_sequence() -> None:
    assert "\x1b" not in "".join(lines_of(FOUND))
    assert "\x1b" in "".join(lines_of(FOUND, color=True))


def test_the_text_to_copy_is_a_list_in_markdown_with_what_needs_the_user_first() -> None:
    lines = copyable(report_of(FOUND, NOW, UTC_REGION, version="0.1.0")).splitlines()
    assert lines[:2] == ["### Claudometer 0.1.0: 2 things need you.", ""]
    items = [re.match(r"- (.) \*\*(.+?)\*\*: (.+)", line) for line in lines[2:] if line]
    assert [item and item[1] for item in items] == ["✗", "✗", "!", "–", "–", "✓"]


def test_a_command_in_the_text_to_copy_is_marked_as_code() -> None:
    facts: dict[str, Fact] = {"command": "chmod 600 ~/.claude/.credentials.json"}
    found = [Finding(Part.LOGIN, State.ATTENTION, "login.readable", facts)]
    text = copyable(report_of(found, NOW, UTC_REGION, version="0.1.0"))
    assert text.endswith(" `chmod 600 ~/.claude/.credentials.json`\n")


def test_a_report_that_people_send_to_others_names_nobody() -> None:
    facts: dict[str, Fact] = {"reason": "foreign", "path": "~/x", "owner": "lee", "command": "chown"}
    found = [Finding(Part.HISTORY, State.ATTENTION, ErrorCode.HISTORY_UNKEPT, facts)]
    text = copyable(report_of(found, NOW, UTC_REGION, version="0.1.0"))
    assert "another user" in text
    assert "lee" not in text


def test_our_own_commands_are_those_that_work_where_the_user_is() -> None:
    found = [
        Finding(Part.STATUS_LINE, State.NOT_HERE, "status-line.absent"),
        Finding(Part.COPIES, State.ATTENTION, "copies.older", {"running": "0.0.9", "version": "0.1.0"}),
    ]
    report = report_of(found, NOW, UTC_REGION, version="0.1.0", program="~/Apps/Claudometer.AppImage")
    assert [check["action"] and check["action"]["command"] for check in report["checks"]] == [
        "~/Apps/Claudometer.AppImage statusline --install",
        "~/Apps/Claudometer.AppImage quit && ~/Apps/Claudometer.AppImage",
    ]


def test_a_time_is_written_as_people_say_it() -> None:
    facts: dict[str, Fact] = {"folder": "~/.claude", "until_at": NOW.timestamp() + 3600}
    report = report_of([Finding(Part.LOGIN, State.OK, "login.found", facts)], NOW, UTC_REGION, version="1")
    assert report["checks"][0]["sentence"] == "Found in ~/.claude, valid until today 10:14."


# The catalog.


def keys_in_use() -> set[str]:
    """Return the keys of sentences in the checks: strings such as "login.found"."""
    found = set()
    for path in (PACKAGE / "processes" / "doctor").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                part, dot, word = node.value.partition(".")
                if dot and part in set(Part) and re.fullmatch(r"[a-z_]+", word):
                    found.add(node.value)
    return found


def test_every_sentence_that_a_check_names_is_in_the_catalog() -> None:
    assert len(keys_in_use()) > 40
    assert keys_in_use() <= words.SENTENCES.keys()


def test_every_part_has_a_title_and_a_sentence_for_taking_too_long() -> None:
    assert words.TITLES.keys() == set(Part)
    assert all(f"{part}.late" in words.SENTENCES for part in Part)


def test_every_step_that_ends_with_a_colon_has_a_line_to_copy_or_gets_one() -> None:
    given = {
        "login.readable",
        "login.foreign",
        "login.no_claude",
        "proxy.passed_over",
        "certificates.unusable",
    }
    given |= {"notifications.none", "window.no_engine", "status-line.unreadable", "settings.broken"}
    given |= {"settings.not_utf8", "settings.not_file"}
    given |= {"settings.unreadable", "data.foreign", "data.denied", "copies.second", "copies.unresponsive"}
    given |= {"connection.proxy_failed", "connection.proxy_unreachable"}
    given |= {f"tray.{piece}" for piece in Piece}
    given |= {"toolkit.hidden", "toolkit.foreign", "tray.not_taken"}
    given |= {"data.denied_file", "data.foreign_file", "data.protected"}
    for key, message in words.SENTENCES.items():
        if message.hint.endswith(":"):
            assert key in words.COMMANDS or key in given, key


def test_a_line_to_copy_and_a_button_belong_to_a_sentence() -> None:
    known = words.SENTENCES.keys() | set(ErrorCode)
    assert {*words.COMMANDS, *words.BUTTONS, *words.HINTS} <= known


def test_every_desktop_has_a_sentence_for_the_piece_that_it_lacks() -> None:
    assert TRAY_PIECES.keys() == {*(piece.value for piece in Piece), TrayState.NOT_TAKEN}


def test_a_step_for_which_no_line_is_known_names_the_piece_alone() -> None:
    facts: dict[str, Fact] = {"command": None}
    found = Finding(Part.NOTIFICATIONS, State.NOT_HERE, "notifications.none", facts)
    (check,) = report_of([found], NOW, UTC_REGION, version="1")["checks"]
    assert check["action"] == {"text": "Install one.", "command": None, "button": None}
