"""The report about this computer as lines of a terminal, and as the Markdown that people copy. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.checkup import State
from claudometer.present.messages import doctor as words
from claudometer.present.typesetting import MARGIN, Ink, TerminalStyle, break_lines, pad, width_of
from claudometer.present.units import words_of

if TYPE_CHECKING:
    from claudometer.control.wire.checkup import CheckedPart, CheckReport

_ASIDE = 66
"""Columns. From this width on the sentences are beside the titles; on a narrower terminal, below them."""

_MARKS = {
    State.OK: ("✓", "+", Ink.GREEN),
    State.ATTENTION: ("✗", "x", Ink.RED),
    State.UNKNOWN: ("!", "!", Ink.AMBER),
    State.NOT_HERE: ("–", "-", Ink.FAINT),
}
"""For each state its mark, the same in ASCII, and its color."""


def render(report: CheckReport, style: TerminalStyle) -> list[str]:
    """Return the lines, with the margins of ``status``: what needs the user first, the verdict last."""
    width = max(width_of(check["title"]) for check in report["checks"])
    groups = ([line for check in group for line in _part(check, width, style)] for group in _groups(report))
    lines = [line for group in groups if group for line in ("", *group)]
    is_unknown = any(check["state"] == State.UNKNOWN for check in report["checks"])
    ink = Ink.RED if report["needs_you"] else Ink.AMBER if is_unknown else Ink.GREEN
    return [*lines, "", MARGIN + style.ink(style.plain(report["verdict"]), Ink.STRONG, ink), ""]


def copyable(report: CheckReport) -> str:
    """Return the report as Markdown for a bug report, which also reads well as plain text."""
    title = words.REPORT_TITLE.format(version=report["version"], verdict=report["verdict"])
    groups = ([_item(check) for check in group] for group in _groups(report))
    lines = [title, *(line for group in groups if group for line in ("", *group))]
    return "\n".join(lines) + "\n"


def _groups(report: CheckReport) -> tuple[list[CheckedPart], list[CheckedPart]]:
    """Return what needs the user, and everything else."""
    first = [check for check in report["checks"] if check["state"] == State.ATTENTION]
    return first, [check for check in report["checks"] if check["state"] != State.ATTENTION]


def _item(check: CheckedPart) -> str:
    """Return one line of a Markdown list: the mark, the part, what was found, and what helps."""
    action = check["action"]
    said = [check["sentence"], *([action["text"]] if action else [])]
    if action and action["command"]:
        quotes = "``" if "`" in action["command"] else "`"
        said.append(f"{quotes}{action['command']}{quotes}")
    mark = _MARKS[State(check["state"])][0]
    return f"- {mark} **{check['title']}**: {' '.join(' '.join(said).split())}"


def _part(check: CheckedPart, title_width: int, style: TerminalStyle) -> list[str]:
    state = State(check["state"])
    symbol, ascii_symbol, color = _MARKS[state]
    mark = style.ink(symbol if style.unicode else ascii_symbol, Ink.STRONG, color)
    title = style.plain(check["title"])
    is_beside = style.width >= _ASIDE
    hang = f"{MARGIN}  {' ' * (title_width + 2 if is_beside else 0)}"
    body, command = _sentences(check, style.width - len(hang), style)
    last = [] if command is None else [f"{_indent(command, hang, style)}{style.ink(command, Ink.STRONG)}"]
    if not is_beside:
        return [f"{MARGIN}{mark} {style.ink(title, Ink.STRONG)}", *(hang + line for line in body), *last]
    head = f"{MARGIN}{mark} {style.ink(pad(title, title_width), Ink.STRONG)}  "
    return [head + body[0], *(hang + line for line in body[1:]), *last]


def _indent(command: str, hang: str, style: TerminalStyle) -> str:
    """Return what comes before a command: below the sentences, or further left where only that has room."""
    is_longer = width_of(command) > style.width - len(hang)
    return f"{MARGIN}  " if is_longer else hang


def _sentences(check: CheckedPart, width: int, style: TerminalStyle) -> tuple[list[str], str | None]:
    """Return the lines, and the command if it has a line of its own: in one piece, because people copy it."""
    lines = break_lines(words_of(style.plain(check["sentence"])), width)
    action = check["action"]
    if action is None:
        return lines, None
    step = break_lines(words_of(style.plain(action["text"])), width)
    if action["command"] is None:
        return lines + step, None
    command = style.plain(action["command"])
    if width_of(step[-1]) + 1 + width_of(command) <= width:
        return [*lines, *step[:-1], f"{step[-1]} {style.ink(command, Ink.STRONG)}"], None
    return [*lines, *step], command
