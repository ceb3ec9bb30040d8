"""``claudometer guard``: says in one sentence, and by its exit code, whether a job may start now."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from claudometer.cli import status
from claudometer.cli.failures import refuse
from claudometer.cli.terminal_style import fitted
from claudometer.present.exit_codes import NO_NUMBERS
from claudometer.present.guard import USUAL_NEED, Decision, decide
from claudometer.present.messages.cli import line
from claudometer.present.spend_limit import SPEND
from claudometer.system.region import read_region

if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.control.wire.report import AccountReport, Report

SCHEMA = 1
CODES = {"yes": 0, "no": 1, "unknown": NO_NUMBERS}


def run(call: Call) -> int:
    """Print the answer; return 0 for yes, 1 for no, 69 if it is not known, 64 for wrong usage."""
    need = _need(call)
    if need is None:
        return refuse(call.command.name, "bad_percent", call.values["--need"])
    account = _account(call)
    if isinstance(account, Decision):
        return _print(call, account, need, None)
    report, remaining = account["report"], account["terminal"].get("remaining", False)
    limit_id = call.values.get("--limit")
    known = [limit["id"] for limit in report["limits"]]
    if known and report["spend"] is not None:
        known.append(SPEND)
    if limit_id is not None and known and limit_id not in known:
        return refuse(call.command.name, "unknown_limit", limit_id, ", ".join(known))
    decision = decide(report, read_region(), need=need, limit_id=limit_id, remaining=remaining)
    return _print(call, decision, need, report)


def _account(call: Call) -> AccountReport | Decision:
    """Return the report; if there is none, the decision that nothing is known. Prints the hint then."""
    from claudometer.domain.errors import ClaudometerError, ErrorCode
    from claudometer.present.messages.errors import message_for_code

    try:
        return status.fetch(call)
    except ClaudometerError as error:
        if error.code is ErrorCode.ACCOUNT_UNKNOWN:  # wrong usage
            raise
        message = message_for_code(error.code, error.facts)
        print(fitted(line(message.hint), sys.stderr), file=sys.stderr)
        from claudometer.present.messages.guard import UNKNOWN_ALL

        return Decision("unknown", UNKNOWN_ALL.format(message=message.title))


def _print(call: Call, decision: Decision, need: float, report: Report | None) -> int:
    if call.has("--json"):
        print(json.dumps(_object(decision, need, report), indent=2))
    else:
        if decision.verdict == "unknown" and report is not None and report["hint"]:
            print(fitted(line(report["hint"]), sys.stderr), file=sys.stderr)
        print(fitted(decision.sentence.replace("\u00a0", " "), sys.stdout))
    return CODES[decision.verdict]


def _object(decision: Decision, need: float, report: Report | None) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "now": report and report["now"],
        "answer": decision.verdict,
        "sentence": decision.sentence.replace("\u00a0", " "),
        "limit": decision.limit_id,
        "tightest": decision.tightest_id,
        "need_percent": need,
        "account": report and report["account"],
        "limits": report["limits"] if report else [],
    }


def _need(call: Call) -> float | None:
    given = call.values.get("--need")
    if given is None:
        return USUAL_NEED
    digits = given.removesuffix("%").strip().replace(".", "", 1)
    is_number = digits.isascii() and digits.isdigit() and len(digits) < 10
    value = float(given.removesuffix("%").strip()) if is_number else -1.0
    return value if 0 <= value <= 100 else None
