"""What the command line gets: the public answer that ``status --json`` prints, and words for a terminal.

The public answer is described in ``.github/architecture/public-answer.md``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, NotRequired, TypedDict

    LevelName = Literal["ok", "warning", "critical", "unknown"]
    KnownLevelName = Literal["ok", "warning", "critical"]

    class Amount(TypedDict):
        """``minor / 10**exponent`` of a currency."""

        minor: int
        exponent: int
        currency: str

    class ReportAccount(TypedDict):
        """Whose numbers a report holds. ``tier`` is the server's own word for the plan."""

        id: str | None
        name: str | None
        organization_id: str | None
        organization: str | None
        plan: str | None
        tier: str | None

    class ReportForecast(TypedDict):
        """What is likely to come of a limit: it becomes full before its reset, or it lasts.

        ``full_at``, ``earliest`` and ``latest`` are ``None`` if it lasts, else ``percent_at_reset`` is. They
        are to the minute, and in order: earliest, full, latest.
        """

        full_at: str | None
        earliest: str | None
        latest: str | None
        percent_at_reset: float | None

    class ReportRecord(TypedDict):
        """In how many of the last windows the forecasts were right. ``paused``: too few, so none is made."""

        right: int
        of: int
        paused: bool

    class ReportLimit(TypedDict):
        """One limit. Times are RFC 3339 in UTC.

        ``forecast`` is ``None`` while nothing is said, ``forecast_record`` until an earlier one was graded.
        """

        id: str
        kind: str
        label: str
        percent: float | None
        resets_at: str | None
        window_seconds: int | None
        level: KnownLevelName | None
        expected_percent: float | None
        forecast: ReportForecast | None
        forecast_record: ReportRecord | None
        source: str
        fetched_at: str
        stale: bool

    class ReportSpend(TypedDict):
        """Extra usage. ``cap`` is ``None`` without a cap and with an unknown one.

        ``stopped_by`` is ``None`` while it is not stopped, and when nothing says by what; ``cap`` also while
        the server has not said so, but all of the cap is used.
        """

        enabled: bool | None
        used: Amount | None
        cap: Amount | None
        percent: float | None
        stopped_by: str | None
        source: str
        fetched_at: str
        stale: bool

    class ReportCredit(TypedDict):
        """Money that was granted once. It is no limit, and is gone at ``expires_at``."""

        id: str
        label: str
        used: Amount | None
        limit: Amount
        percent: float | None
        expires_at: str | None
        source: str
        fetched_at: str
        stale: bool

    class Report(TypedDict):
        """The public answer about one account."""

        schema: int
        now: str
        status: str
        mode: str | None
        source: str | None
        account: ReportAccount
        limits: list[ReportLimit]
        limits_left_out: int
        spend: ReportSpend | None
        credits: list[ReportCredit]
        fetched_at: str | None
        stale: bool
        next_poll_at: str | None
        message: str | None
        hint: str | None

    class TerminalRow(TypedDict):
        """One limit. ``used`` and ``elapsed`` are percents for the bar, ``number`` is the text.

        ``note`` may have two lines.
        """

        name: str
        number: str
        used: float | None
        elapsed: float | None
        level: LevelName
        old: bool
        note: str

    class TerminalText(TypedDict):
        """The words of the terminal view, ready to be set in lines of any width.

        ``notes`` are sentences about the plan, below the rows. ``empty`` takes the place of ``rows`` when
        there are none. ``updated`` holds the pieces of one sentence, ``sources`` a line for each other
        source. ``remaining``: people read what is left of a limit; absent from an app of before that choice.
        """

        title: str
        details: list[str]
        rows: list[TerminalRow]
        more: str | None
        notes: list[str]
        empty: str | None
        message: str | None
        hint: str | None
        updated: list[str]
        sources: list[str]
        stale: bool
        remaining: NotRequired[bool]

    class Watched(TypedDict):
        """What the app asks for, so that a command can tell whether that is the account it was asked for.

        ``id`` is our own id of the account in the settings.
        ``folder`` is the absolute path of Claude Code's login, links not followed. ``key`` is the name that
        the session key gives its account, which does not reveal the key; ``None`` while none is in use.
        ``web_url`` and ``oauth_url`` are the bases of the servers' addresses.
        """

        id: str
        mode: str
        folder: str
        key: str | None
        web_url: str
        oauth_url: str

    class AccountReport(TypedDict):
        """One account for the command line. ``id`` is ``None`` until its numbers are known.

        ``watched`` is ``None`` for a command that asks for itself.
        """

        provider: str
        id: str | None
        shown: bool
        watched: Watched | None
        report: Report
        terminal: TerminalText

    class NamedOrganization(TypedDict):
        """An organization to choose. ``name`` is empty when the server sent none."""

        id: str
        name: str

    class Described(TypedDict):
        """One account for ``accounts``: its report, and what can be chosen; empty when that is not known.

        ``id`` is our own id of the account, ``ids`` all by which it may be named, ``organization_id`` the
        choice that was saved.
        """

        id: str
        ids: list[str | None]
        report: Report
        organization_id: str | None
        organizations: list[NamedOrganization]

    class ListedAccount(TypedDict):
        """What ``accounts --json`` prints of an account. ``organizations`` is ``None`` when unknown."""

        id: str
        name: str | None
        mode: str | None
        plan: str | None
        organization_id: str | None
        organizations: list[NamedOrganization] | None
