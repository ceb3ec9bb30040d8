"""What the command line receives: the public answer that ``status --json`` prints, and text for a terminal.

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
        """The forecast of a limit: it becomes full before its reset, or it lasts.

        If it lasts, ``full_at``, ``earliest`` and ``latest`` are ``None``; if not, ``percent_at_reset`` is.
        The times are rounded to the minute, and ``earliest`` ≤ ``full_at`` ≤ ``latest``.
        """

        full_at: str | None
        earliest: str | None
        latest: str | None
        percent_at_reset: float | None

    class ReportRecord(TypedDict):
        """In how many of the last windows the forecasts were right. ``paused``: too few, so there is none."""

        right: int
        of: int
        paused: bool

    class ReportLimit(TypedDict):
        """One limit. Times are RFC 3339 in UTC.

        ``forecast`` is ``None`` while there is none, ``forecast_record`` until a forecast has been graded.
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
        """Extra usage. ``cap`` is ``None`` if there is none, and if it is unknown.

        ``stopped_by`` is ``None`` while it is not stopped, and if nothing says by what. It is ``cap`` as soon
        as all of the cap is used, even if the server does not say so yet.
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
        """Money that was granted once. It is not a limit, and expires at ``expires_at``."""

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
        """The text of the terminal view, ready to be set in lines of any width.

        ``notes`` are sentences about the plan, below the rows. ``empty`` takes the place of ``rows`` when
        there are none. ``updated`` has the pieces of one sentence, ``sources`` a line for each further
        source.
        ``remaining``: the user reads what is left of a limit. Apps without that setting do not send it.
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
        """What the app requests, so that a command can tell whether that is the account it is about.

        Attributes:
            id: our own id of the account in the settings.
            folder: the absolute path of Claude Code's login, links not followed.
            key: the name of the session key's account, which does not reveal the key; ``None`` while none is
                in use.
            web_url: the base of claude.ai's addresses; ``oauth_url``: that of the OAuth API's.
        """

        id: str
        mode: str
        folder: str
        key: str | None
        web_url: str
        oauth_url: str

    class AccountReport(TypedDict):
        """One account for the command line. ``id`` is ``None`` until its numbers are known.

        ``watched`` is ``None`` in a report of a command's own request.
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
        """One account for ``accounts``.

        ``id`` is our own id of the account, ``ids`` are all the ids that a user may name it by.
        ``organization_id`` is the saved choice, ``organizations`` are the choices; empty if they are unknown.
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
