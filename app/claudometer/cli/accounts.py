"""``claudometer accounts``: lists the account that is watched, and chooses its organization."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from claudometer.cli.app_report import shown_report
from claudometer.cli.environment_account import (
    differing_variable,
    print_difference,
    read_environment_account,
)
from claudometer.cli.running import request
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.present.exit_codes import USAGE, refresh_code_of
from claudometer.present.messages import accounts as sentences
from claudometer.present.messages.cli import describe
from claudometer.system.paths import find_places

if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.control.wire.report import Described, NamedOrganization

SCHEMA = 1
ORGANIZATION = "organization"
_WORDS = 3


def run(call: Call) -> int:
    """List the account, or choose its organization; return the exit code.

    Raises:
        ClaudometerError: the app could not be asked, or the choice could not be saved.
    """
    if not call.words:
        return _list(call)
    if call.words[0] != ORGANIZATION:
        return _refuse("unknown_action", call.words[0])
    if len(call.words) < _WORDS or call.has("--json"):
        return _refuse("organization_usage", "")
    return _choose(call, *call.words[1:])


def _list(call: Call) -> int:
    described = _look(call)
    account = sentences.listed_account(described)
    if call.has("--json"):
        print(json.dumps({"schema": SCHEMA, "accounts": [account]}, indent=2))
        return 0
    print("\n".join(sentences.account_lines(account)))
    if account["mode"] == "web" and account["organizations"] is None:
        _print_problem(described)
    return 0


def _choose(call: Call, account_id: str, wanted: str) -> int:
    described = _look(call)
    if account_id not in {
        described["id"],
        described["report"]["account"]["id"],
    }:  # ours, or `status --json`'s
        return _refuse("unknown_account", account_id, known=described["id"])
    if described["report"]["mode"] != "web":
        raise ClaudometerError(ErrorCode.ORGANIZATION_OF_LOGIN)
    if not described["organizations"]:
        _print_problem(described)
        return refresh_code_of(described["report"]["status"]) or USAGE
    chosen = None
    if wanted != sentences.AUTOMATIC:
        chosen = _find(wanted, described["organizations"])
        if chosen is None:
            names = ", ".join(organization["id"] for organization in described["organizations"])
            return _refuse("unknown_organization", wanted, known=names)
    _save(call, None if chosen is None else chosen["id"])
    if chosen is None:
        print(sentences.CHOSEN_AUTOMATICALLY)
    else:
        print(sentences.CHOSEN.format(name=chosen["name"] or chosen["id"]))
    return 0


def _find(wanted: str, organizations: list[NamedOrganization]) -> NamedOrganization | None:
    """Return the organization with this id, or the only one with this name."""
    by_id = [organization for organization in organizations if organization["id"] == wanted]
    named = [organization for organization in organizations if organization["name"] == wanted]
    found = by_id or named
    return found[0] if len(found) == 1 else None


def _look(call: Call) -> Described:
    """Return the account that the command is about. Without the app, a poll finds its organizations."""
    places = find_places(demo=call.demo)
    answer = request(places, "status")
    if answer is not None:
        account = shown_report(answer.get("accounts"))
        variable = differing_variable(read_environment_account(call), account)
        watched = account["watched"]
        if variable is None and watched is not None:
            form = (request(places, "settings") or {})["form"]
            return {
                "id": watched["id"],
                "report": account["report"],
                "organization_id": form["organization_id"],
                "organizations": form["organizations"],
            }
        if variable is not None:
            print_difference(call, variable)
    from claudometer.processes.headless import describe_account

    return describe_account(demo=call.demo)


def _save(call: Call, organization_id: str | None) -> None:
    """Save the choice: through the app if one runs, because it would overwrite what we write."""
    places = find_places(demo=call.demo)
    if request(places, "save_settings", {"organization_id": organization_id}) is None:
        from claudometer.processes.headless import save_organization

        save_organization(organization_id, demo=call.demo)


def _print_problem(described: Described) -> None:
    report = described["report"]
    print("\n".join(line for line in (report["message"], report["hint"]) if line), file=sys.stderr)


def _refuse(kind: str, word: str, known: str | None = None) -> int:
    print(describe(kind, word, known), file=sys.stderr)
    return USAGE
