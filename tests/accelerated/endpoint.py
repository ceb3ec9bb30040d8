"""Claude's usage endpoint in virtual time: it serves the account's data with jitter and faults."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from email.utils import format_datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Offline
from claudometer.providers.response import Response
from tests.accelerated.account import MODEL
from tests.accelerated.limiters import NoLimit, SharedBudget
from tests.simulator import bodies
from tests.simulator.account import CHAT_ORGANIZATION, HOME
from tests.simulator.script import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from claudometer.domain.outcome import Unreadable
    from tests.accelerated.account import TrueAccount, Window
    from tests.accelerated.virtual_time import VirtualTime

JITTER_S = 2.0  # of the reset times: two responses may differ by this much
TIMEOUT_S = 40.0  # the client's timeout for a whole response


class Fault(Enum):
    """A fault of the network or the server that lasts for some time."""

    OFFLINE = "offline"
    TIMEOUT = "timeout"
    SERVER_ERROR = "server_error"
    BAD_GATEWAY = "bad_gateway"
    OVERLOADED = "overloaded"
    PORTAL = "portal"
    CHALLENGE = "challenge"
    NULLS = "nulls"


@dataclass(frozen=True, slots=True)
class Spell:
    """A fault with its begin and end, in true seconds."""

    fault: Fault
    begins_s: float
    ends_s: float


@dataclass(frozen=True, slots=True)
class ServedLimit:
    """A limit in a response: its window, and whether the response had a reset time."""

    window: Window | None
    percent: float
    named: bool


@dataclass(frozen=True, slots=True)
class Served:
    """A successful response: its true time, and its limits by id."""

    at_s: float
    limits: Mapping[str, ServedLimit]


_REPLIES: dict[Fault, Reply] = {
    Fault.SERVER_ERROR: bodies.SERVER_ERROR,
    Fault.BAD_GATEWAY: bodies.BAD_GATEWAY,
    Fault.OVERLOADED: bodies.OVERLOADED,
    Fault.PORTAL: bodies.PORTAL,
    Fault.CHALLENGE: bodies.CHALLENGE,
}


@dataclass(slots=True)
class Endpoint:
    """Replaces the network, with the interface of ``providers.client.Exchange``.

    ``requests``, ``refusals`` (429) and ``served`` record the traffic in true seconds.
    """

    time: VirtualTime
    random: Random
    account: TrueAccount
    budget: SharedBudget = field(default_factory=lambda: SharedBudget(NoLimit()))
    spells: tuple[Spell, ...] = ()
    requests: list[float] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)

    async def get(
        self, url: str, headers: Mapping[str, str], *, cookie: str | None = None
    ) -> Response | Offline | Unreadable:
        """Return the response to a request, after a simulated round trip."""
        if not url.endswith("/organizations"):
            self.requests.append(self.time.elapsed_s)
        fault = self.fault_at(self.time.elapsed_s)
        if fault is Fault.OFFLINE:
            return Offline(ErrorCode.DNS_FAILED)
        await asyncio.sleep(TIMEOUT_S if fault is Fault.TIMEOUT else self.random.uniform(0.1, 2.0))
        if fault is Fault.TIMEOUT:
            return Offline(ErrorCode.TIMED_OUT)
        return self._dated(self._reply(url, fault))

    def fault_at(self, at_s: float) -> Fault | None:
        """Return the fault at a true time, ``None`` if all works."""
        return next((spell.fault for spell in self.spells if spell.begins_s <= at_s < spell.ends_s), None)

    def _dated(self, reply: Reply) -> Response:
        date = format_datetime(self.time.truth(), usegmt=True)
        named = {"content-type": reply.content_type()} | {k.lower(): v for k, v in reply.headers.items()}
        return Response(reply.status, named | {"date": date}, reply.content())

    def _reply(self, url: str, fault: Fault | None) -> Reply:
        if fault in _REPLIES:
            return _REPLIES[fault]
        if url.endswith("/organizations"):
            return Reply(200, [HOME])
        retry_after_s = None if CHAT_ORGANIZATION in url else self.budget.request(self.time.elapsed_s)
        if retry_after_s is not None:
            self.refusals.append(self.time.elapsed_s)
            return bodies.rate_limit(f"{retry_after_s:.0f}")
        return Reply(200, self._usage(nulls=fault is Fault.NULLS))

    def _usage(self, *, nulls: bool) -> dict[str, Any]:
        if nulls:
            return {"five_hour": None, "seven_day": None, "limits": []}
        now = self.time.elapsed_s
        shown = {"session": self.account.session, "weekly": self.account.week}
        if self.random.random() < 0.98:
            shown[f"weekly:{MODEL.casefold()}"] = self.account.model
        served = {name: self._serve(self.account.window_at(windows, now)) for name, windows in shown.items()}
        self.served.append(Served(now, served))
        entries = {name: self._entry(name, limit) for name, limit in served.items()}
        return _body(entries, self.random.random())

    def _serve(self, window: Window | None) -> ServedLimit:
        if window is None:
            return ServedLimit(None, 0.0, named=False)
        percent = float(round(window.percent_at(self.time.elapsed_s)))
        return ServedLimit(window, percent, named=self.random.random() >= 0.01)

    def _entry(self, name: str, limit: ServedLimit) -> dict[str, Any]:
        model = {"model": {"id": None, "display_name": MODEL}, "surface": None}
        kinds = {"session": ("session", None), "weekly": ("weekly_all", None)}
        kind, scope = kinds.get(name, ("weekly_scoped", model))
        entry: dict[str, Any] = {
            "kind": kind,
            "group": "session" if kind == "session" else "weekly",
            "percent": limit.percent,
        }
        if limit.named and limit.window is not None:
            jitter_s = self.random.uniform(-JITTER_S, JITTER_S)
            end = self.time.truth(limit.window.named_end_s(self.time.elapsed_s) + jitter_s)
            entry["resets_at"] = end.isoformat(timespec=self.random.choice(["microseconds", "milliseconds"]))
        elif self.random.random() < 0.5:
            entry["resets_at"] = None
        return entry | {"scope": scope, "severity": "normal", "is_active": kind == "session"}


def _body(entries: dict[str, dict[str, Any]], chance: float) -> dict[str, Any]:
    """Return a body with the list of limits only, or also with the flat keys, as most responses have them."""
    flat = {
        key: {"utilization": entries[name]["percent"], "resets_at": entries[name].get("resets_at")}
        for key, name in (("five_hour", "session"), ("seven_day", "weekly"))
    }
    body: dict[str, Any] = {"limits": list(entries.values()), "extra_usage": None, "spend": None}
    return body if chance < 0.2 else flat | body
