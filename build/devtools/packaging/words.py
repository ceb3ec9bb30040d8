"""Renders the manual page and the release notes from the program's own tables. Pure."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

_RELEASE = re.compile(
    r"^## \[?v?(\d+\.\d+\S*?)\]?(?: \((\d{4}-\d{2}-\d{2})\))?\s*$(.*?)(?=^## |\Z)", re.M | re.S
)
_ITEM = re.compile(r"^- (.*?)(?=^- |^\s*$|\Z)", re.M | re.S)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PACKAGER = "The Claudometer developers <claudometer@users.noreply.github.com>"


@dataclass(frozen=True)
class CommandWords:
    """The texts of the command line, as `present.messages.cli` holds them."""

    purpose: str
    commands: Mapping[str, str]
    options: Mapping[str, str]
    options_of: Mapping[str, Mapping[str, str]]
    details: Mapping[str, str]


@dataclass(frozen=True)
class Release:
    """One section of the changelog. ``date`` is ``None`` before the release."""

    version: str
    date: str | None
    items: tuple[str, ...]


def read_releases(changelog: str) -> tuple[Release, ...]:
    """Return the releases, newest first, each item on one line."""
    return tuple(
        Release(version, date or None, tuple(" ".join(item.split()) for item in _ITEM.findall(body)))
        for version, date, body in _RELEASE.findall(changelog)
    )


def render_releases(releases: Iterable[Release], *, today: str) -> str:
    """Return AppStream's ``<release>`` elements. A release without a date gets ``today``."""
    return "\n".join(_release_element(release, today) for release in releases)


def _release_element(release: Release, today: str) -> str:
    items = "\n".join(f"          <li>{escape(_plain(item), quote=False)}</li>" for item in release.items)
    notes = (
        f"\n      <description>\n        <ul>\n{items}\n        </ul>\n      </description>\n    "
        if items
        else ""
    )
    return f'    <release version="{release.version}" date="{release.date or today}">{notes}</release>'


def render_rpm_changelog(releases: Iterable[Release], *, today: str) -> str:
    """Return the changelog in rpmbuild's format. A release without a date gets ``today``."""
    return "\n\n".join(_rpm_entry(release, today) for release in releases) + "\n"


def _rpm_entry(release: Release, today: str) -> str:
    day = datetime.date.fromisoformat(release.date or today)
    # rpm accepts only English names; strftime writes those of the current locale.
    when = f"{_DAYS[day.weekday()]} {_MONTHS[day.month - 1]} {day.day:02} {day.year}"
    items = "\n".join(f"- {_plain(item)}".replace("%", "%%") for item in release.items)
    return f"* {when} {_PACKAGER} - {release.version}-1\n{items}"


def _plain(markdown: str) -> str:
    return re.sub(r"[`*]", "", markdown)


def render_manual(words: CommandWords, version: str) -> str:
    """Return the manual page, section 1."""
    parts = [
        f'.TH CLAUDOMETER 1 "" "Claudometer {version}" "User Commands"',
        ".SH NAME",
        r"claudometer \- shows how much of your Claude plan you have used",
        ".SH SYNOPSIS",
        r".B claudometer",
        r"[\-\-demo] [\fICOMMAND\fR] [\fIOPTIONS\fR]",
        ".SH DESCRIPTION",
        _roff(" ".join(words.purpose.split())),
        ".SH COMMANDS",
        *(line for name, does in words.commands.items() for line in _command(words, name, does)),
        ".SH OPTIONS",
        *(line for option, does in words.options.items() for line in _item(option, does)),
        ".SH ENVIRONMENT",
        *_item(
            "CLAUDOMETER_MODE",
            "cli (Claude Code), web (claude.ai) or local (this computer only), for this run",
        ),
        *_item("CLAUDOMETER_INTERVAL_SECONDS", "how often to refresh the numbers, in seconds, 10 to 3600"),
        *_item("CLAUDOMETER_SESSION_KEY", "a claude.ai session key, kept in memory only"),
        *_item("CLAUDOMETER_LOG_LEVEL", "debug, info, warning, error or critical"),
        *_item("CLAUDOMETER_UPDATE_URL", "where latest.json is fetched from"),
        *_item("CLAUDE_CONFIG_DIR", "where Claude Code keeps its login instead of ~/.claude"),
        *_item("CLAUDE_SECURESTORAGE_CONFIG_DIR", "the same; overrides CLAUDE_CONFIG_DIR"),
        ".SH FILES",
        *_item("~/.config/claudometer/settings.json", "settings; never a secret"),
        *_item(
            "~/.local/state/claudometer/", "the last numbers, the history, the list of requests, and the log"
        ),
    ]
    return "\n".join(parts) + "\n"


def _command(words: CommandWords, name: str, does: str) -> list[str]:
    options = words.options_of.get(name, {})
    lines = _item(" ".join([name, *(f"[{option}]" for option in options)]), does)
    for option, meaning in options.items():
        lines += [".RS", *_item(option, meaning), ".RE"]
    if name in words.details:
        lines += [
            ".RS",
            ".PP",
            ".nf",
            *(_roff(line) for line in words.details[name].splitlines()),
            ".fi",
            ".RE",
        ]
    return lines


def _item(term: str, meaning: str) -> list[str]:
    return [".TP", rf"\fB{_roff(term)}\fR", _roff(meaning)]


def _roff(text: str) -> str:
    quoted = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    return rf"\&{quoted}" if quoted.startswith((".", r"\(aq")) else quoted
