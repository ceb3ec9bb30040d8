"""What the page can show: real snapshots and form states, with the app's own messages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from claudometer.domain.alerts.past_alerts import AlertRecord
from claudometer.domain.alerts.silence import Fate, Silence
from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.errors import ErrorCode
from claudometer.domain.forecasting.grading import Tally
from claudometer.domain.forecasting.outlook import Outlook
from claudometer.domain.ledger import RequestRecord, summarize
from claudometer.domain.next_poll import Cause, Paused, Poll, Reason
from claudometer.domain.outcome import Status
from claudometer.domain.plan import StoppedBy
from claudometer.domain.region import UTC_REGION
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.update import Install, Offer, Stage, Update, UpdateFailure
from claudometer.domain.usage import CapState, Limit, LimitKind, Mode, Origin, Source
from claudometer.present.alert_list import alert_panel
from claudometer.present.card import card_for
from claudometer.present.checkup import report_of, rest_of
from claudometer.present.checkup_text import copyable
from claudometer.present.form import form_for
from claudometer.present.levels import thresholds_for
from claudometer.present.messages import answers
from claudometer.present.messages import form as form_words
from claudometer.present.messages.errors import message_for_code
from claudometer.present.messages.own_commands import commands_for
from claudometer.present.request_panel import failure_panel, panel_for
from claudometer.present.reset_panel import reset_panel
from claudometer.present.update_panel import update_panel
from claudometer.processes.requests_answer import LATEST
from tests.clocks import NOON
from tests.form_states import form_state
from tests.page.charts import charts_at, days_at, resets_at
from tests.readings import credit, fable, reading, session, spend, weekly
from tests.views import view

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.control.wire.chart import DayByDay, HistoryChart
    from claudometer.control.wire.page import RequestPanel
    from claudometer.domain.form_state import FormState
    from claudometer.domain.history import LimitReset

NOW = NOON + timedelta(minutes=2)
NEXT = Poll(NOON + timedelta(minutes=3), Reason.BUDGET)

LONG_NAME = "An exceedingly long model name that nobody would ever choose for a limit but somebody did"
LONG_ORGANIZATION = "The International Society for the Careful Measurement of Entirely Ordinary Things, Ltd."


_REFUSED = message_for_code(ErrorCode.SESSION_KEY_REFUSED)
_UNWRITABLE = message_for_code(ErrorCode.SETTINGS_UNWRITABLE, {"folder": "~/.config/claudometer"})
_UNREADABLE = message_for_code(
    ErrorCode.LEDGER_UNREADABLE, {"folder": "/home/somebody/.local/state/claudometer"}
)
IDLE = Update(running="0.1.0")
GET_TRAY = "sudo apt install gnome-shell-extension-appindicator"
NO_TRAY = Problem(ErrorCode.TRAY_HOST_MISSING, facts=(("reason", "gnome"), ("command", GET_TRAY)))


def full_about(at: datetime) -> Outlook:
    """Return the outlook of a limit that will be full at ``at``."""
    return Outlook(at.timestamp(), at.timestamp(), at.timestamp(), None, 90.0, 100.0)


@dataclass(frozen=True)
class Scenario:
    """A state of the page: card, form, responses other than the bridge's own, requests, and updates."""

    title: str
    snapshot: Snapshot
    form: FormState
    answers: dict[str, Any] = field(default_factory=dict)
    panel: RequestPanel | None = None
    update: Update | None = IDLE
    place: dict[str, Any] | None = None
    program: str = "claudometer"
    alerts: tuple[AlertRecord, ...] = ()
    silence: Silence = Silence()  # noqa: RUF009 - frozen
    charts: dict[str, HistoryChart] = field(default_factory=dict)
    days: dict[str, DayByDay | None] = field(default_factory=dict)
    resets: tuple[LimitReset, ...] = ()

    def script(self) -> dict[str, Any]:
        """Return the responses of the scripted bridge, as JSON values."""
        alerts = self.form["alerts"]
        thresholds = thresholds_for(alerts["alert_thresholds"], alerts["alert_own_thresholds"])
        seen = view(self.snapshot, NOW, thresholds=thresholds, remaining=self.form["percents"] == "remaining")
        card = {**card_for(seen, revision=1), "sequence": 1}
        return {
            "words": {
                "saved": answers.SAVED,
                "savedTested": answers.SAVED_TESTED,
                "forgotten": answers.FORGOTTEN,
                "keySaved": form_words.KEY_NOTES["keyring"],
                "noKey": form_words.NO_KEY,
            },
            "load": {
                "ok": True,
                "form": form_for(self.form),
                "view": card,
                "place": self.place,
                "commands": commands_for(self.program),
            },
            "requests": {"ok": True, "panel": self.panel or sent(*_A_DAY)},
            "charts": self.charts,
            "days": self.days,
            "resets": {"ok": True, "panel": reset_panel(self.resets, NOW, UTC_REGION)},
            "doctor": checked(*CHECKED),
            "alerts": {"ok": True, "panel": alert_panel(self.alerts, self.silence, NOW, UTC_REGION)},
            "update": {"ok": True, "panel": self.update and update_panel(self.update, NOW, UTC_REGION)},
        } | self.answers


_LATER_S = NOW.timestamp() + 7200
CHECKED = (
    Finding(Part.LOGIN, State.OK, "login.found", {"folder": "~/.claude", "until_at": _LATER_S}),
    Finding(Part.CONNECTION, State.OK, "connection.answered", {"host": "claude.ai", "seconds": "0.3"}),
    Finding(Part.ROOM, State.OK, "room.left", {"left": 16, "most": 28}),
    Finding(Part.CLOCK, State.UNKNOWN, "clock.unknown"),
    Finding(
        Part.TRAY,
        State.ATTENTION,
        "tray.gnome",
        {"command": GET_TRAY},
    ),
    Finding(Part.KEYRING, State.NOT_HERE, "keyring.none_needed"),
    Finding(Part.WINDOW, State.OK, "window.works", {"engine": "WebKitGTK 2.50.6"}),
    Finding(Part.AUTOSTART, State.ATTENTION, "autostart.gone", {"program": "/opt/gone/claudometer"}),
    Finding(Part.STATUS_LINE, State.NOT_HERE, "status-line.absent"),
)


def checked(*found: Finding) -> dict[str, Any]:
    """Return the bridge's response to a check of this computer."""
    report = report_of(found, NOW, UTC_REGION, version="0.1.0")
    return {"ok": True, "report": report, "rest": rest_of(report), "text": copyable(report)}


def web_form(**changes: Any) -> FormState:  # noqa: ANN401 - the fields of a form's state
    """Return the form state of a browser user with a saved key and two organizations."""
    state: dict[str, Any] = {
        "mode": "web",
        "session_key": {"saved": True, "where": "keyring", "ends_at": None},
        "organizations": [{"id": "org-1", "name": "Personal"}, {"id": "org-2", "name": "Example org"}],
    }
    return form_state(**(state | changes))


def snapshot(*limits: Limit, **changes: Any) -> Snapshot:  # noqa: ANN401 - Snapshot checks them
    """Return current numbers from two minutes ago, with these fields changed."""
    shown = Snapshot(mode=Mode.CLI, status=Status.OK, reading=reading(*limits), next_poll=NEXT)
    return replace(shown, **changes)


def sent(*records: RequestRecord) -> RequestPanel:
    """Return the panel of these requests, which are given newest first."""
    today = summarize(records, NOW.date(), UTC)
    return panel_for(today, records[:LATEST], NOW, UTC_REGION)


def request(minutes_ago: float, **changes: Any) -> RequestRecord:  # noqa: ANN401 - the record's own fields
    """Return a successful request in Claude Code mode, with these fields changed."""
    at = NOW - timedelta(minutes=minutes_ago)
    record = RequestRecord(at, "api.anthropic.com", "/api/oauth/usage", "ok", 200, 0.34, Reason.INTERVAL)
    return replace(record, **changes)


NO_LOGIN = {"found": False, "code": "login_missing", "folder": "~/.claude", "closed": None, "facts": {}}
_NOT_SET_UP = Snapshot(
    mode=Mode.WEB,
    status=Status.MISSING_CREDENTIALS,
    problem=Problem(ErrorCode.SESSION_KEY_MISSING),
    next_poll=Paused(ErrorCode.SESSION_KEY_MISSING),
)

_WHY = (Reason.BUDGET, Reason.RESET_DUE, Reason.QUIET, Cause.CLICK, Reason.INTERVAL)
_A_DAY = tuple(
    request(2 + 5 * place, duration_s=0.31 + place % 3 / 10, reason=_WHY[place % 5]) for place in range(38)
)
_WAITED = (
    request(2, outcome="rate_limited", http_status=429, retry_after_s=720.0, reason=Reason.BUDGET),
    request(5, outcome="server_error", http_status=503, reason=Reason.RETRY),
    request(9, outcome="offline", http_status=None, duration_s=10.0),
    request(12, outcome="unfinished", http_status=None, duration_s=40.0, reason=Cause.CLICK),
    request(15, outcome="unauthorized", http_status=401, reason=Cause.CREDENTIALS),
    request(20, outcome="challenged", http_status=403, host="claude.ai", path="/api/organizations"),
    request(22, host="claude.ai", path="/api/organizations/{id}/usage", reason=Cause.SAVING),
    request(800, reason=Cause.ONE_SHOT),
    request(2400, reason=Cause.START),
)


def model(name: str, percent: float | None) -> Limit:
    """Return a weekly limit of a model."""
    return replace(fable(percent), id=f"weekly:{name.lower()}", label=name)


def _failed(code: ErrorCode, status: Status, **changes: Any) -> Snapshot:  # noqa: ANN401
    return snapshot(status=status, problem=Problem(code), **changes)


_OLD = replace(reading(), fetched_at=NOON - timedelta(hours=2, minutes=5))
_SPEND_ONLY = replace(reading(spend=spend(3712)), limits=())
_REACHED = replace(spend(4001), enabled=False, stopped_by=StoppedBy.CAP)
_NO_SESSION = replace(
    reading(
        weekly(62.0),
        fable(41.0),
        spend=_REACHED,
        credits_granted=(
            credit(25000),
            replace(credit(), id="cinder_cove", label="Cinder Cove", expires_at=None),
        ),
    ),
    account=replace(reading().account, plan="Max 20x"),
)
_NAMED = replace(reading(), account=replace(reading().account, organization=LONG_ORGANIZATION))
_WEB = replace(
    reading(session(18.0), weekly(8.4)),
    source=Source.WEB,
    account=replace(reading().account, mode=Mode.WEB, plan="Pro", organization="Personal"),
)
_STATUS_LINE = Origin(Source.STATUS_LINE, NOON + timedelta(minutes=1))
_MERGED = reading(
    replace(session(84.0), origin=_STATUS_LINE),
    replace(weekly(30.0), origin=_STATUS_LINE),
    fable(),
    spend=spend(),
)
_REFUSED_KEY = {
    "ok": False,
    "field": "session_key",
    "message": _REFUSED.title,
    "hint": _REFUSED.hint,
}

NOTES = """Quicker at the start, and calmer when Claude rests.

- The week of each model is shown in its own color.
- A session that ends while you look at it says so at once.
- <b>Text</b> stays text; so does \u202ethis\u202c line.
- שלום: a line that runs from right to left."""

_NEW = Update(
    Stage.AVAILABLE,
    "0.1.0",
    Install.APPIMAGE,
    version="0.2.0",
    notes=NOTES,
    offer=Offer.INSTALL,
    checked_at=NOON,
    asked=True,
)

UPDATES: dict[str, Update] = {
    "checking": replace(_NEW, stage=Stage.CHECKING, version=None, notes=None, offer=None),
    "current": replace(_NEW, stage=Stage.CURRENT, version="0.1.0", notes=None, offer=None),
    "older": replace(_NEW, stage=Stage.CURRENT, version="0.0.9", notes=None, offer=None),
    "available": _NEW,
    "disk-image": replace(_NEW, install=Install.DMG, offer=Offer.OPEN, notes=None),
    "deb": replace(
        _NEW,
        install=Install.DEB,
        offer=Offer.COMMAND,
        command="sudo apt install ~/Downloads/claudometer_0.2.0*.deb",
        notes=None,
    ),
    "pip": replace(
        _NEW, install=Install.PIP, offer=Offer.COMMAND, command="pipx upgrade claudometer-desktop", notes=None
    ),
    "no-key": replace(_NEW, install=Install.CHECKOUT, offer=Offer.PAGE, failure=UpdateFailure.NO_KEY),
    "downloading": replace(_NEW, stage=Stage.DOWNLOADING, percent=42),
    "length-unknown": replace(_NEW, stage=Stage.DOWNLOADING),
    "verifying": replace(_NEW, stage=Stage.VERIFYING),
    "ready": replace(_NEW, stage=Stage.READY),
    "moved": replace(_NEW, stage=Stage.READY, failure=UpdateFailure.IMAGE_GONE),
    "opened": replace(_NEW, stage=Stage.OPENED, install=Install.DMG, offer=Offer.OPEN),
    "offline": replace(
        _NEW, stage=Stage.FAILED, version=None, notes=None, offer=None, failure=UpdateFailure.DNS_FAILED
    ),
    "folder": replace(
        _NEW, stage=Stage.FAILED, failure=UpdateFailure.FOLDER_DENIED, detail="/opt/programs/of/everybody"
    ),
    "refused": replace(_NEW, stage=Stage.REFUSED, offer=None, failure=UpdateFailure.TAMPERED),
}


def told(hours_ago: float, title: str, body: str, fate: Fate, taken: bool | None) -> AlertRecord:
    """Return a past alert."""
    at = NOW - timedelta(hours=hours_ago)
    return AlertRecord(at, "threshold", "claude/account-1", "session", 75, None, title, body, fate, taken)


PAST_ALERTS = (
    told(50, "Weekly: 76 % used", "Resets Tue 17:00, in 2 d 3 h.", Fate.SHOWN, taken=False),
    told(20, "Session limit reached", "Extra usage is paying now: €12.34 of €40.00.", Fate.MUTED, taken=None),
    told(5, "Session: 91 % used", "Resets at 10:10, in 1 h 8 min.", Fate.HELD, taken=None),
    told(3, "Your session has reset", "A new one starts with your next message.", Fate.SHOWN, taken=True),
    told(
        1,
        "Fable: weekly limit reached",
        "Other models still work. Resets Tue 17:00.\nSession: 76 % used",
        Fate.SHOWN,
        taken=True,
    ),
)

SCENARIOS: dict[str, Scenario] = {
    "alerts": Scenario(
        "Past alerts, all muted",
        snapshot(),
        form_state(),
        alerts=PAST_ALERTS,
        silence=Silence(NOW + timedelta(minutes=50)),
    ),
    "own-alerts": Scenario(
        "A limit with percents of its own, and one that is off and away",
        snapshot(),
        form_state(
            alerts=form_state()["alerts"]
            | {"alert_limits_off": ["weekly:old-one"], "alert_own_thresholds": {"weekly": [50, 100]}}
        ),
        silence=Silence(
            NOW + timedelta(minutes=50),
            {("claude/account-1", "weekly:fable"): NOW + timedelta(days=3)},
        ),
    ),
    "numbers": Scenario("Numbers, one limit getting close", snapshot(), form_state()),
    "forecast": Scenario(
        "Two limits that will be full, and one that lasts",
        replace(
            snapshot(reading=reading(session(81.0), weekly(29.0), fable(66.0), spend=spend())),
            outlooks=(
                ("session", full_about(NOON + timedelta(minutes=61))),
                ("weekly", Outlook(None, None, None, 81.0, 70.0, 90.0)),
                ("weekly:fable", full_about(NOON + timedelta(hours=25))),
            ),
            tallies=(("session", Tally(8, 10)),),
        ),
        form_state(),
    ),
    "history": Scenario(
        "Numbers with their history",
        snapshot(reading=reading(spend=spend())),
        form_state(),
        charts=charts_at(NOW),
        days=days_at(NOW),
        resets=tuple(resets_at(NOW)),
    ),
    "remaining": Scenario(
        "What is left, with its word",
        snapshot(
            reading=replace(
                reading(session(81.0), weekly(29.0), model("Fable", 99.4), model("Opus", 104.0)),
                spend=spend(),
                credits=(credit(),),
            )
        ),
        form_state(percents="remaining", icon_label=True, icon_text="both"),
    ),
    "calm": Scenario("All calm, browser mode", snapshot(reading=_WEB, mode=Mode.WEB), web_form()),
    "critical": Scenario(
        "Critical and over the limit, extra usage running",
        snapshot(reading=reading(session(104.0), weekly(93.0), fable(76.0), spend=spend())),
        form_state(interval_seconds=45),
    ),
    "starting": Scenario("Starting", Snapshot(mode=Mode.CLI, refreshing=True), form_state()),
    "refreshing": Scenario("Refreshing", snapshot(refreshing=True), form_state()),
    "unknown": Scenario(
        "Unknown and not started",
        snapshot(session(0.0, None), weekly(None), model("Fable", 0.4)),
        form_state(),
    ),
    "stale": Scenario(
        "Old numbers, offline",
        _failed(ErrorCode.OFFLINE, Status.OFFLINE, reading=_OLD, next_poll=Poll(NOW, Reason.RETRY)),
        form_state(),
    ),
    "rate-limited": Scenario(
        "Asked to wait, numbers kept",
        snapshot(
            status=Status.RATE_LIMITED,
            problem=Problem(ErrorCode.RATE_LIMITED, until=NOON + timedelta(minutes=40)),
            next_poll=Poll(NOON + timedelta(minutes=41), Reason.RATE_LIMITED),
        ),
        form_state(),
    ),
    "covered": Scenario(
        "Session and week from Claude Code's status line",
        snapshot(reading=_MERGED, next_poll=Poll(NOON + timedelta(minutes=12), Reason.COVERED)),
        form_state(),
    ),
    "part-old": Scenario(
        "Asked to wait for long; session and week from Claude Code's status line",
        snapshot(
            reading=replace(
                _MERGED,
                limits=(*_MERGED.limits[:2], fable(92.0)),
                fetched_at=NOON - timedelta(minutes=38),
                spend=spend(),
            ),
            status=Status.RATE_LIMITED,
            problem=Problem(ErrorCode.RATE_LIMITED, until=NOON + timedelta(minutes=40)),
            next_poll=Poll(NOON + timedelta(minutes=41), Reason.RATE_LIMITED),
        ),
        form_state(),
    ),
    "rejected": Scenario(
        "Key no longer accepted, updates paused",
        _failed(
            ErrorCode.SESSION_KEY_REJECTED,
            Status.UNAUTHORIZED,
            mode=Mode.WEB,
            next_poll=Paused(ErrorCode.SESSION_KEY_REJECTED, NOON + timedelta(hours=20)),
        ),
        web_form(),
    ),
    "no-login": Scenario(
        "First start without a login",
        _failed(
            ErrorCode.LOGIN_MISSING,
            Status.MISSING_CREDENTIALS,
            reading=None,
            next_poll=Paused(ErrorCode.LOGIN_MISSING),
        ),
        form_state(
            login={
                "found": False,
                "code": "login_missing",
                "folder": "~/.claude",
                "closed": None,
                "facts": {},
            }
        ),
    ),
    "resting": Scenario(
        "Claude Code not used for a while, numbers kept",
        _failed(
            ErrorCode.LOGIN_RESTING,
            Status.UNAUTHORIZED,
            reading=_OLD,
            next_poll=Paused(ErrorCode.LOGIN_RESTING),
        ),
        form_state(),
    ),
    "own-folder": Scenario(
        "Claude Code's folder chosen, no login in it yet",
        _failed(
            ErrorCode.LOGIN_MISSING,
            Status.MISSING_CREDENTIALS,
            reading=None,
            next_poll=Paused(ErrorCode.LOGIN_MISSING),
        ),
        form_state(
            claude_folder={"own": "~/.claude-work", "variable": None},
            login={
                "found": False,
                "code": "login_missing",
                "folder": "~/.claude-work",
                "closed": None,
                "facts": {},
            },
        ),
    ),
    "no-key": Scenario(
        "Browser mode without a key, keyring locked",
        _failed(
            ErrorCode.SESSION_KEY_MISSING,
            Status.MISSING_CREDENTIALS,
            reading=None,
            mode=Mode.WEB,
            next_poll=Paused(ErrorCode.SESSION_KEY_MISSING),
        ),
        web_form(
            session_key={"saved": False, "where": None, "ends_at": None},
            keyring={"problem": "keyring_locked"},
            organizations=[],
        ),
    ),
    "key-refused": Scenario(
        "A typed key is refused (type one and save)",
        snapshot(reading=_WEB, mode=Mode.WEB),
        web_form(),
        {"save": _REFUSED_KEY, "delay": {"save": 900}},
    ),
    "save-fails": Scenario(
        "Saving fails as a whole (change anything and save)",
        snapshot(),
        form_state(),
        {
            "save": {
                "ok": False,
                "field": None,
                "message": _UNWRITABLE.title,
                "hint": _UNWRITABLE.hint,
            }
        },
    ),
    "spend-only": Scenario("An account with only a spend limit", snapshot(reading=_SPEND_ONLY), form_state()),
    "no-session": Scenario(
        "A plan without a session, a credit that is used up, extra usage at its limit",
        snapshot(reading=_NO_SESSION),
        form_state(),
    ),
    "no-limits": Scenario(
        "A plan that reports no limit", snapshot(reading=replace(reading(), limits=())), form_state()
    ),
    "spend-limit-reached": Scenario(
        "A spend limit alone, reached",
        snapshot(reading=replace(_SPEND_ONLY, spend=_REACHED)),
        form_state(),
    ),
    "uncapped": Scenario(
        "Extra usage without a cap",
        snapshot(reading=reading(spend=spend(512, CapState.UNCAPPED))),
        form_state(),
    ),
    "many": Scenario(
        "A long list, long names, a notice, the demo",
        snapshot(
            reading=replace(
                _NAMED,
                limits=(
                    session(12.0),
                    weekly(48.0),
                    model(LONG_NAME, 91.0),
                    *(
                        model(name, 7.0 * place)
                        for place, name in enumerate(("Fable", "Haiku", "Opus", "Sonnet"))
                    ),
                    Limit("other:routines", LimitKind.OTHER, "Routines", 3.0),
                ),
                spend=spend(),
            ),
            notices=(Problem(ErrorCode.KEYRING_MISSING), NO_TRAY),
            demo=True,
        ),
        form_state(
            demo=True,
            autostart={"enabled": False, "available": False},
            ask_through_browser={"enabled": True, "available": False},
            check_daily={"enabled": False, "host": None},
        ),
        update=None,
        panel=panel_for(None, (), NOW, UTC_REGION),
    ),
    "welcome-found": Scenario(
        "A first start, with a login of Claude Code",
        snapshot(),
        form_state(mode_chosen=False),
        place={"page": "welcome", "limit": None, "number": 1},
    ),
    "welcome-missing": Scenario(
        "A first start without a login",
        _NOT_SET_UP,
        form_state(mode="web", mode_chosen=False, login=NO_LOGIN),
    ),
    "welcome-no-program": Scenario(
        "A first start on a computer without Claude Code",
        _NOT_SET_UP,
        form_state(mode="web", mode_chosen=False, login=NO_LOGIN | {"facts": {"no_program": "claude"}}),
    ),
    "welcome-trouble": Scenario(
        "A first start with a login that may not be read",
        _NOT_SET_UP,
        form_state(
            mode_chosen=False,
            login={
                "found": False,
                "code": "login_denied",
                "folder": "~/.claude",
                "closed": "/home/somebody/.claude",
                "facts": {},
            },
        ),
    ),
    "locked": Scenario(
        "Everything set by the environment",
        snapshot(reading=_WEB, mode=Mode.WEB),
        web_form(
            session_key={"saved": True, "where": "environment", "ends_at": None},
            overrides=["mode", "interval_seconds", "session_key"],
        ),
    ),
    "folder-locked": Scenario(
        "Claude Code's folder set by its own variable",
        snapshot(),
        form_state(
            claude_folder={"own": "~/.claude-work", "variable": "CLAUDE_CONFIG_DIR"},
            login={"found": True, "code": None, "folder": "~/.claude-work", "closed": None, "facts": {}},
        ),
    ),
    "no-keyring": Scenario(
        "A key in memory, no keyring on the system",
        snapshot(reading=_WEB, mode=Mode.WEB),
        web_form(
            session_key={"saved": True, "where": "memory", "ends_at": None},
            keyring={"problem": "keyring_missing"},
        ),
    ),
    "requests-refused": Scenario(
        "Requests of several kinds, hosts and days (open the list)",
        snapshot(),
        form_state(),
        panel=sent(*_WAITED),
    ),
    "requests-one": Scenario("A single request", snapshot(), form_state(), panel=sent(request(2))),
    "requests-none-today": Scenario(
        "No request today, some before", snapshot(), form_state(), panel=sent(request(800))
    ),
    "requests-none": Scenario("No request at all", snapshot(), form_state(), panel=sent()),
    "requests-unreadable": Scenario(
        "A list of requests that cannot be read",
        snapshot(),
        form_state(),
        panel=failure_panel(
            _UNREADABLE.title,
            _UNREADABLE.hint,
        ),
    ),
    **{
        f"update-{name}": Scenario(
            f"Updates: {name.replace('-', ' ')}", snapshot(), form_state(), update=shown
        )
        for name, shown in UPDATES.items()
    },
}
