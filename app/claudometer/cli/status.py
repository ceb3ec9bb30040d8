"""``claudometer status``: prints the running app's numbers, or those of a single poll of its own.

While the app runs, this must import nothing heavy: prompts and status bars call it again and again. A test
has the list.
"""

from __future__ import annotations

import sys

from claudometer.cli.environment_account import ACCOUNT, differing_variable, named_account, print_difference
from claudometer.control.client import ControlClient
from claudometer.present.exit_codes import exit_code_of
from claudometer.system.runtime import socket_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.control.wire.report import AccountReport
    from claudometer.domain.errors import ClaudometerError


def run(call: Call) -> int:
    """Print the numbers in the requested form; return the exit code, which says how good they are."""
    template = call.values.get("--format")
    if template is not None:
        return _run_template(call, template)
    account = fetch(call)
    if call.has("--json"):
        import json

        print(json.dumps(account["report"], indent=2))
    else:
        _print_text(account)
    return exit_code_of(account["report"])


def fetch(call: Call) -> AccountReport:
    """Return the report of the running app, or of one poll under the same budget.

    The app's report is used only if it is about the account that the options or the environment name, if any.

    Raises:
        ClaudometerError: the app is busy, hangs, or is of another version; or ``poll_once`` failed.
    """
    account, named = _ask_app(call), named_account(call)
    if account is not None:
        variable = differing_variable(named, account)
        if variable is None:
            return account
        print_difference(call, variable)
    from claudometer.processes.headless import poll_once

    return poll_once(demo=call.demo, wanted=call.values.get(ACCOUNT))


def _ask_app(call: Call) -> AccountReport | None:
    """Return the report of the running app; ``None`` if none runs, or if it is still starting."""
    try:
        return ControlClient(socket_path(demo=call.demo)).report()
    except _expected_error() as error:  # Python evaluates this only if something was raised
        if not _is_only_starting(error, demo=call.demo):
            raise
        return None


def _expected_error() -> type[ClaudometerError]:
    from claudometer.domain.errors import ClaudometerError

    return ClaudometerError


def _is_only_starting(error: ClaudometerError, *, demo: bool) -> bool:
    from claudometer.domain.errors import ErrorCode
    from claudometer.system.paths import find_places
    from claudometer.system.single_instance import is_starting

    return error.code is ErrorCode.APP_UNRESPONSIVE and is_starting(find_places(demo=demo).lock_file)


def _print_text(account: AccountReport) -> None:
    from claudometer.cli.terminal_style import find_style
    from claudometer.present.terminal import render

    print("\n".join(render(account["terminal"], find_style(sys.stdout))))


def _run_template(call: Call, template: str) -> int:
    from claudometer.cli.template import BadTemplateError, Template, time_of

    if call.has("--json"):
        return _refuse(call, "two_forms", "--format")
    try:
        prepared = Template(template)
    except BadTemplateError as error:
        return _refuse(call, error.kind, error.name)
    report = fetch(call)["report"]
    print(prepared.fill(report, time_of(report)))
    return exit_code_of(report)


def _refuse(call: Call, kind: str, word: str) -> int:
    from claudometer.cli.failures import refuse

    return refuse(call.command.name, kind, word)
