"""``claudometer accounts``: lists the account that is watched, and chooses its organization."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from claudometer.cli.ask_running_app import request
from claudometer.cli.environment_account import (
    differing_variable,
    print_difference,
    read_environment_account,
)
from claudometer.cli.failures import print_problem, refuse
from claudometer.cli.refresh import REFRESH_TIMEOUT_S
from claudometer.cli.terminal_style import find_style
from claudometer.control.client import DEFAULT_TIMEOUT_S, shown_report
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.present.exit_codes import USAGE, refresh_code_of
from claudometer.present.messages import accounts as sentences
from claudometer.present.messages.terminal import BELOW_THE_LIST
from claudometer.present.text import one_line
from claudometer.present.typesetting import framed
from claudometer.system.paths import find_places

if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.control.protocol import Message
    from claudometer.control.wire.report import Described, NamedOrganization
    from claudometer.system.paths import Places

SCHEMA = 1
LONGEST_LISTED = 60
"""Of a longer name, only the beginning is listed."""

ORGANIZATION = "organization"
_WORDS = 3  # "organization", the account, and the organization


def run(call: Call) -> int:
    """List the account, or choose its organization; return the exit code.

    Raises:
        ClaudometerError: the app could not be reached, or the choice could not be saved.
    """
    if not call.words:
        return _list(call)
    if call.words[0] != ORGANIZATION:
        return refuse(call.command.name, "unknown_action", call.words[0])
    if len(call.words) < _WORDS or call.has("--json"):
        return refuse(call.command.name, "organization_usage", "")
    return _choose(call, *call.words[1:])


def _list(call: Call) -> int:
    described = _describe(call)
    account = sentences.listed_account(described)
    if call.has("--json"):
        print(json.dumps({"schema": SCHEMA, "accounts": [account]}, indent=2))
        return 0
    style = find_style(sys.stdout).inside()
    print("\n".join(framed(list(sentences.account_lines(account, style.width)))))
    status = described["report"]["status"]
    # Even a login that cannot be used has an account to list. The reason goes to standard error.
    is_asked = account["mode"] == "web" or status == "unauthorized"
    if status == "missing_credentials" or (is_asked and status != "ok"):
        _print_problem(described, is_listed=bool(account["organizations"]))
    return 0


def _choose(call: Call, account_id: str, wanted: str) -> int:
    described = _describe(call)
    if account_id not in described["ids"]:  # our own id, or one of the server's
        return refuse(call.command.name, "unknown_account", account_id, suggestion=described["id"])
    mode = described["report"]["mode"]
    if mode not in ("web", None):
        raise ClaudometerError(ErrorCode.ORGANIZATION_OF_LOGIN)
    # This choice needs no list, so it works even if claude.ai returns none.
    if wanted == sentences.AUTOMATIC and mode is not None:
        _save(call, None)
        print(sentences.CHOSEN_AUTOMATICALLY)
        return 0
    if not described["organizations"]:  # also while nothing is chosen yet: the hint says how
        _print_problem(described)
        return refresh_code_of(described["report"]["status"]) or USAGE
    found = _find(wanted, described["organizations"])
    if len(found) > 1:
        return refuse(call.command.name, "ambiguous_organization", wanted, suggestion=_ids_of(found))
    if not found:
        known = _ids_of(described["organizations"])
        return refuse(call.command.name, "unknown_organization", wanted, suggestion=known)
    _save(call, found[0]["id"])
    print(sentences.CHOSEN.format(name=one_line(found[0]["name"]) or found[0]["id"]))
    return 0


def _find(wanted: str, organizations: list[NamedOrganization]) -> list[NamedOrganization]:
    """Return the organization with this id, or those with this name, as it is listed or in other case."""
    name = sentences.listed_name(wanted)[:LONGEST_LISTED].rstrip().casefold()
    by_id = [each for each in organizations if each["id"].casefold() == wanted.casefold()]
    by_exact_name = [each for each in organizations if each["name"] == wanted]
    by_name = [each for each in organizations if sentences.listed_name(each["name"]).casefold() == name]
    return by_id or by_exact_name or by_name


def _ids_of(organizations: list[NamedOrganization]) -> str:
    return ", ".join(organization["id"] for organization in organizations)


def _describe(call: Call) -> Described:
    """Return the account that the command is about. Without the app, a poll finds its organizations."""
    places = find_places(demo=call.demo)
    answer = request(places, "status")
    if answer is not None:
        account = shown_report(answer.get("accounts"))
        variable = differing_variable(read_environment_account(call), account)
        watched = account["watched"]
        if variable is None and watched is not None:
            form = _ask_again(places, "settings")["form"]
            if watched["mode"] == "web" and not form["organizations"]:
                # The app has not requested them yet, or pauses: this command is a reason to do so now.
                _ask_again(places, "refresh", timeout_s=REFRESH_TIMEOUT_S)
                account = shown_report(_ask_again(places, "status").get("accounts"))
                form = _ask_again(places, "settings")["form"]
            return {
                "id": watched["id"],
                "ids": [watched["id"], account["id"], account["report"]["account"]["id"]],
                "report": account["report"],
                "organization_id": form["organization_id"],
                "organizations": form["organizations"],
            }
        if variable is not None:
            print_difference(call, variable)
    from claudometer.processes.headless import describe_account

    return describe_account(demo=call.demo)


def _ask_again(places: Places, op: str, *, timeout_s: float = DEFAULT_TIMEOUT_S) -> Message:
    """Return the answer of an app that has just answered another request.

    Raises:
        ClaudometerError: ``APP_ENDED``: it has ended since; and as ``request`` does.
    """
    answer = request(places, op, timeout_s=timeout_s)
    if answer is None:
        raise ClaudometerError(ErrorCode.APP_ENDED)
    return answer


def _save(call: Call, organization_id: str | None) -> None:
    """Save the choice: through the app if one runs, because it would overwrite what we write."""
    places = find_places(demo=call.demo)
    if request(places, "save_settings", {"organization_id": organization_id}) is None:
        from claudometer.processes.headless import save_organization

        save_organization(organization_id, demo=call.demo)


def _print_problem(described: Described, *, is_listed: bool = False) -> None:
    report = described["report"]
    hint = report["hint"]
    if is_listed and hint is not None:
        report = report | {"hint": BELOW_THE_LIST.get(hint, hint)}
    print_problem(report)
