"""What the window's page receives: the card, the form and the panels, as texts and lengths."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypedDict

    from claudometer.control.wire.report import LevelName

    class CardRing(TypedDict):
        """The fullest number: ``text`` alone, ``said`` with its word, and ``bar``, the used share in percent.

        All are ``None`` if there is no number.
        """

        text: str | None
        said: str | None
        bar: float | None

    class CardLimit(TypedDict):
        """One limit. ``bar`` and ``elapsed`` are percents from 0 to 100, ``percent`` may be above.

        ``forecast`` is the forecast as text. ``forecast_full``: the limit becomes full before its reset;
        ``forecast_bar``: the length of the bar by then. ``record`` says how often earlier forecasts were
        right, or that there is none because too few were; ``record_meaning`` says what "right" means.

        ``sentence`` is everything in one sentence, for screen readers.
        """

        id: str
        name: str
        window: str
        percent: float | None
        percent_text: str
        bar: float | None
        level: LevelName
        elapsed: float | None
        elapsed_text: str | None
        resets: str
        detail: str | None
        forecast: str | None
        forecast_full: bool
        forecast_bar: float | None
        record: str | None
        record_meaning: str | None
        stale: bool
        origin: str | None
        age: str | None
        sentence: str

    class CardSpend(TypedDict):
        """Extra usage. ``percent_text`` is its share of a cap, ``text`` the amounts."""

        name: str
        window: str
        percent_text: str | None
        text: str
        bar: float | None
        level: LevelName
        detail: str | None
        stale: bool
        origin: str | None
        age: str | None

    class CardCredit(TypedDict):
        """Money that was granted once; ``text`` has the amounts and the day on which it expires."""

        id: str
        name: str
        percent_text: str | None
        text: str
        bar: float | None
        stale: bool
        origin: str | None
        age: str | None

    class Words(TypedDict):
        """What happened, and the one step that helps."""

        message: str
        hint: str

    class CardProblem(Words):
        """Why there are no fresh numbers. ``waiting``: it ends by itself. ``command``: a line to copy."""

        kind: Literal["waiting", "error"]
        command: str | None

    class CardNotice(Words):
        """Something that is wrong beside the numbers. ``command``: a line to copy."""

        code: str
        command: str | None

    class Card(TypedDict):
        """The usage card. ``revision`` changes with the numbers and the state, but not with time alone."""

        revision: int
        headline: str
        account: str | None
        tone: Literal["ok", "warning", "critical", "stale", "starting", "error"]
        ring: CardRing
        pace: Words | None
        limits: list[CardLimit]
        more: str | None
        note: str | None
        spend: CardSpend | None
        credits: list[CardCredit]
        problem: CardProblem | None
        notices: list[CardNotice]
        updated: str | None
        moment: str | None
        sources: list[str]
        next: str | None
        refreshing: bool
        demo: bool
        empty: str | None

    class AccountCard(TypedDict):
        """One account for the window."""

        provider: str
        id: str | None
        shown: bool
        card: Card

    class FormKey(TypedDict):
        """Whether a session key is saved, where, and when it ends, as far as that is known. Never the key."""

        saved: bool
        note: str
        ends: str | None

    class FormSwitch(TypedDict):
        """A check box; ``note`` explains it, or why it is not available."""

        enabled: bool
        available: bool
        note: str | None

    class FormKeyring(TypedDict):
        """Whether the system keyring can be used, and what helps where it cannot."""

        available: bool
        message: str | None
        hint: str | None

    class FormLogin(TypedDict):
        """Claude Code's login. ``command`` is the line to type for the hint, if it has one."""

        found: bool
        state: Literal["found", "missing", "trouble"]
        has_program: bool
        folder: str
        message: str
        hint: str | None
        command: str | None

    class FormOrganization(TypedDict):
        """One choice of the organization field."""

        id: str
        name: str

    class FormFolder(TypedDict):
        """The folder field, and the folder that is used if it is empty."""

        value: str
        default: str

    class FormRange(TypedDict):
        """The range of the interval, in seconds. In CLI mode, only ``kept_from`` or more can be observed."""

        min: int
        max: int
        kept_from: int

    class FormAlerts(TypedDict):
        """The settings about alerts. Times are "22:00", local.

        ``alert_limit_names`` has the name of each limit with settings of its own, by its id, because the
        account may not have that limit now.
        """

        alert_thresholds: list[int]
        alert_limits_off: list[str]
        alert_own_thresholds: dict[str, list[int]]
        alert_limit_names: dict[str, str]
        alert_forecast: bool
        alert_reset: bool
        alert_login: bool
        alert_credit: bool
        alert_key: bool
        quiet_hours: bool
        quiet_from: str
        quiet_to: str

    class Form(FormAlerts):
        """The settings form. ``locked`` has a sentence for each field that the environment sets.

        ``set_up``: there is a source of numbers, or the user has chosen one.
        """

        mode: str
        set_up: bool
        session_key: FormKey
        remember: bool
        ask_through_browser: FormSwitch
        check_daily: FormSwitch
        keyring: FormKeyring
        organization_id: str | None
        organizations: list[FormOrganization]
        interval_seconds: int | None
        interval: FormRange
        claude_folder: FormFolder
        icon_number: str
        icon_colors: str
        icon_label: bool
        icon_text: str
        percents: str
        without_tray: str
        autostart: FormSwitch
        locked: dict[str, str]
        login: FormLogin
        version: str
        demo: bool

    class RequestRow(TypedDict):
        """One request, as text."""

        time: str
        outcome: str
        fine: bool
        took: str
        to: str
        why: str

    class RequestDay(TypedDict):
        """The requests of one day, newest first."""

        day: str
        rows: list[RequestRow]

    class RequestPanel(TypedDict):
        """The list of requests. ``hint`` is set if it cannot be read."""

        summary: str
        hint: str | None
        days: list[RequestDay]

    class UpdateButton(TypedDict):
        """``do`` is the parameter of the operation ``update``."""

        do: str
        label: str

    class UpdatePanel(TypedDict):
        """What is known of a newer version.

        ``notes`` is the publisher's text, cleaned. ``line`` is shown in the settings, and ``news`` at the top
        of the usage page if there is something to do or to see.
        """

        stage: str
        tone: str
        title: str | None
        hint: str | None
        notes: str | None
        percent: int | None
        percent_text: str | None
        busy: bool
        command: str | None
        buttons: list[UpdateButton]
        line: str | None
        news: str | None
        news_button: str | None
