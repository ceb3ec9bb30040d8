"""``status --format``: fills a template from the report.

Fields are looked up in a table of names. ``str.format`` would also follow attributes and indexes, so that a
template copied from elsewhere could reach into the program.
"""

from __future__ import annotations

from datetime import datetime
from string import Formatter

from claudometer.present.formatters import format_percent, money_of, span
from claudometer.present.spend_limit import spend_as_limit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from claudometer.control.wire.report import Report, ReportLimit

    Value = str | float | None

UNKNOWN = "?"
NONE = "none"
"""The value of every field of a limit that the plan does not have."""

_WHOLE_ANSWERS = frozenset({"oauth", "web", "browser", "demo"})
"""Sources that name every limit. What Claude Code left on this computer may lack one that has ended."""

_WINDOWS = frozenset({"session", "weekly", "tightest"})
_FAMILIES = {"model": "weekly:", "other": "other:"}


class BadTemplateError(Exception):
    """A template that cannot be filled. ``kind`` says why, ``name`` is the part that is wrong."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.name = name


class Template:
    """Text with fields in braces. It is checked completely before any numbers are requested.

    Raises:
        BadTemplateError: ``braces``, ``unknown_name`` or ``bad_format``.
    """

    def __init__(self, text: str) -> None:
        try:
            pieces = list(Formatter().parse(text))
        except ValueError as error:
            raise BadTemplateError("braces", text) from error
        self._pieces = [(literal, name, spec or "") for literal, name, spec, _ in pieces]
        for _, name, spec, conversion in pieces:
            if name is not None:
                _check(name, spec or "", conversion)

    def fill(self, report: Report, now: datetime) -> str:
        """Return the text with the report's values; an unknown value is "?"."""
        return "".join(
            literal + ("" if name is None else _show(_find(name)(report, now), spec))
            for literal, name, spec in self._pieces
        )


def time_of(report: Report) -> datetime:
    """Return the time to count from: that of the report, whose clock may be corrected where ours is not."""
    return datetime.fromisoformat(report["now"])


def _check(name: str, spec: str, conversion: str | None) -> None:
    _find(name)
    try:
        # Try the format on a value of the field's type: Python has no other way to check it.
        format(0.5 if name.endswith(".percent") else "", spec)
    except ValueError as error:
        raise BadTemplateError("bad_format", f"{name}:{spec}") from error
    if conversion is not None:
        raise BadTemplateError("bad_format", f"{name}!{conversion}")


def _find(name: str) -> Callable[[Report, datetime], Value]:
    """Return the function that reads ``name`` from a report.

    Raises:
        BadTemplateError: there is no such name.
    """
    if name in PLAIN:
        return PLAIN[name]
    limit, _, field = name.rpartition(".")
    family, _, slug = limit.partition(".")
    if field in OF_A_LIMIT and (limit in _WINDOWS or (family in _FAMILIES and slug)):
        limit_id = _FAMILIES[family] + slug if slug else limit
        return lambda report, now: _of_limit(report, limit_id, OF_A_LIMIT[field], now)
    raise BadTemplateError("unknown_name", name)


def _of_limit(
    report: Report, limit_id: str, read: Callable[[ReportLimit, datetime], Value], now: datetime
) -> Value:
    limits = report["limits"]
    if limit_id == "tightest":
        # A plan without limits has its spend limit alone, and that is then the tightest.
        spend = spend_as_limit(report)
        among = limits or ([] if spend is None else [spend])
        known = [limit for limit in among if limit["percent"] is not None]
        found = max(known, key=lambda limit: limit["percent"] or 0.0, default=None)
    else:
        found = next((limit for limit in limits if limit["id"] == limit_id), None)
        # "none" only where the source names every limit; else the limit is not known to be missing.
        if found is None and limit_id in _WINDOWS and report["source"] in _WHOLE_ANSWERS:
            return NONE
    return None if found is None else read(found, now)


def _show(value: Value, spec: str) -> str:
    if value is None or value == NONE:
        word = value or UNKNOWN
        try:
            return format(word, spec)
        except ValueError:  # a format for numbers, which the word is not
            return word
    if isinstance(value, str):
        # Names come from the server: a control character among them could change the user's terminal.
        return format("".join(each if each.isprintable() else " " for each in value), spec)
    return format_percent(float(value), spec or _default_spec(float(value)))


def _default_spec(value: float) -> str:
    return ".0f" if value.is_integer() else ".1f"


def _until(stamp: str | None, now: datetime) -> str | None:
    left_s = (datetime.fromisoformat(stamp) - now).total_seconds() if stamp else 0
    return span(left_s) if left_s > 0 else None


def _age(fetched_at: str | None, now: datetime) -> str | None:
    return span((now - datetime.fromisoformat(fetched_at)).total_seconds()) if fetched_at else None


def _money(report: Report, part: Literal["used", "cap"]) -> str | None:
    amount = report["spend"][part] if report["spend"] else None
    return money_of(**amount) if amount else None


def _stopped_by(report: Report) -> str | None:
    """Return what stopped extra usage, "none" if nothing did; unknown if it is off, and nothing says why."""
    spend = report["spend"]
    if spend is None:
        return NONE if report["source"] in _WHOLE_ANSWERS else None
    return spend["stopped_by"] or (NONE if spend["enabled"] is True else None)


PLAIN: dict[str, Callable[[Report, datetime], Value]] = {
    "status": lambda report, _: report["status"],
    "mode": lambda report, _: report["mode"],
    "source": lambda report, _: report["source"],
    "plan": lambda report, _: report["account"]["plan"],
    "tier": lambda report, _: report["account"]["tier"],
    "organization": lambda report, _: report["account"]["organization"],
    "stale": lambda report, _: "yes" if report["stale"] else "no",
    "age": lambda report, now: _age(report["fetched_at"], now),
    "fetched_at": lambda report, _: report["fetched_at"],
    "next_poll_at": lambda report, _: report["next_poll_at"],
    "spend.used": lambda report, _: _money(report, "used"),
    "spend.cap": lambda report, _: _money(report, "cap"),
    "spend.percent": lambda report, _: report["spend"]["percent"] if report["spend"] else None,
    "spend.stopped_by": lambda report, _: _stopped_by(report),
    "message": lambda report, _: report["message"],
    "hint": lambda report, _: report["hint"],
}

OF_A_LIMIT: dict[str, Callable[[ReportLimit, datetime], Value]] = {
    "percent": lambda limit, _: limit["percent"],
    "label": lambda limit, _: limit["label"],
    "resets_at": lambda limit, _: limit["resets_at"],
    "resets_in": lambda limit, now: _until(limit["resets_at"], now),
    "source": lambda limit, _: limit["source"],
    "age": lambda limit, now: _age(limit["fetched_at"], now),
    "stale": lambda limit, _: "yes" if limit["stale"] else "no",
}
