"""Named scenarios, for ``python -m tests.simulator`` and for tests of whole programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from claudometer.providers.demo_week import describe
from tests.fixtures import FORMS, load_body
from tests.simulator import bodies
from tests.simulator.account import CONSOLE, HOME, TEAM
from tests.simulator.gate import Gate, Kind
from tests.simulator.script import Fault, Reply

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

Scenario = Callable[["Simulator"], None]


def _nothing(_simulator: Simulator) -> None:
    """Keep the account as it is after a reset."""


def _day(simulator: Simulator) -> None:
    simulator.account.usage = describe


def _everywhere(reply: Reply) -> Scenario:
    """Send this reply to every request at both servers."""

    def begin(simulator: Simulator) -> None:
        for endpoint in (simulator.oauth, simulator.organizations, simulator.usage):
            endpoint.stand(reply)

    return begin


def _usage_only(reply: Reply) -> Scenario:
    """Send this reply to requests for usage; the organizations list works."""

    def begin(simulator: Simulator) -> None:
        simulator.oauth.stand(reply)
        simulator.usage.stand(reply)

    return begin


def _form(form: str) -> Scenario:
    def begin(simulator: Simulator) -> None:
        started = simulator.now()
        simulator.account.usage = lambda _now: load_body(form, now=started)

    return begin


def _organizations(*entries: dict[str, object]) -> Scenario:
    def begin(simulator: Simulator) -> None:
        simulator.account.organizations = list(entries)

    return begin


def _no_credentials(simulator: Simulator) -> None:
    simulator.account.tokens.clear()
    simulator.account.session_keys.clear()


def _gate(kind: Kind) -> Scenario:
    def begin(simulator: Simulator) -> None:
        simulator.gate = Gate(kind)

    return begin


def _broken(fault: Fault) -> Scenario:
    return _usage_only(Reply(body=load_body("c_full"), fault=fault))


SCENARIOS: dict[str, Scenario] = {
    "normal": _nothing,
    "day": _day,
    **{form: _form(form) for form in FORMS},
    "signed_out": _no_credentials,
    "expired": _usage_only(bodies.EXPIRED),
    "revoked": _usage_only(bodies.REVOKED),
    "no_scope": _usage_only(bodies.NO_SCOPE),
    "dead_session": _everywhere(bodies.DEAD_SESSION),
    "wrong_organization": _usage_only(bodies.WRONG_ORGANIZATION),
    "several_organizations": _organizations(CONSOLE, HOME, TEAM),
    "no_organizations": _organizations(),
    "console_only": _organizations(CONSOLE),
    "identity_check": _usage_only(bodies.IDENTITY_CHECK),
    "region_block": _everywhere(bodies.REGION_BLOCK),
    "forbidden": _usage_only(bodies.OTHER_REFUSAL),
    "challenge": _everywhere(bodies.CHALLENGE),
    "browser_check": _gate(Kind.SCRIPT),
    "person_check": _gate(Kind.PERSON),
    "unfinished_check": _gate(Kind.UNFINISHED),
    "portal": _everywhere(bodies.PORTAL),
    "portal_redirect": _everywhere(bodies.PORTAL_REDIRECT),
    "redirect": _everywhere(bodies.LOGIN_REDIRECT),
    "rate_limited": _usage_only(bodies.rate_limit("300")),
    "rate_limited_zero": _usage_only(bodies.rate_limit("0")),
    "rate_limited_hour": _usage_only(bodies.rate_limit("3600")),
    "not_found": _usage_only(bodies.NOT_FOUND),
    "overloaded": _usage_only(bodies.OVERLOADED),
    "server_error": _usage_only(bodies.SERVER_ERROR),
    "bad_gateway": _usage_only(bodies.BAD_GATEWAY),
    "empty": _usage_only(Reply(body={})),
    "not_json": _usage_only(Reply(body="ok")),
    **{fault.value: _broken(fault) for fault in Fault},
}
