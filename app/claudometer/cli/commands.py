"""The table of commands. The help of each is in ``present.messages.cli``.

The imports are inside the functions, so that running one command does not import the others.
"""

from __future__ import annotations

from claudometer.cli.options import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call


def _start(call: Call) -> int:
    from claudometer.cli import run

    return run.run(call)


def _open(call: Call) -> int:
    from claudometer.cli import open_command

    return open_command.open_usage(call)


def _settings(call: Call) -> int:
    from claudometer.cli import open_command

    return open_command.open_settings(call)


def _status(call: Call) -> int:
    from claudometer.cli import status

    return status.run(call)


def _watch(call: Call) -> int:
    from claudometer.cli import watch

    return watch.run(call)


def _refresh(call: Call) -> int:
    from claudometer.cli import refresh

    return refresh.run(call)


def _quit(call: Call) -> int:
    from claudometer.cli import quit as quit_command  # `quit` is a builtin

    return quit_command.run(call)


def _requests(call: Call) -> int:
    from claudometer.cli import requests

    return requests.run(call)


def _history(call: Call) -> int:
    from claudometer.cli import history

    return history.run(call)


def _resets(call: Call) -> int:
    from claudometer.cli import resets

    return resets.run(call)


def _export(call: Call) -> int:
    from claudometer.cli import export

    return export.run(call)


def _alerts(call: Call) -> int:
    from claudometer.cli import alerts

    return alerts.run(call)


def _mute(call: Call) -> int:
    from claudometer.cli import mute

    return mute.run(call)


def _guard(call: Call) -> int:
    from claudometer.cli import guard

    return guard.run(call)


def _doctor(call: Call) -> int:
    from claudometer.cli import doctor

    return doctor.run(call)


def _accounts(call: Call) -> int:
    from claudometer.cli import accounts

    return accounts.run(call)


def _statusline(call: Call) -> int:
    from claudometer.cli import statusline

    return statusline.run(call)


def _hook(call: Call) -> int:
    from claudometer.cli import hook

    return hook.run(call)


def _window(call: Call) -> int:
    from claudometer.cli import window

    return window.run(call)


def _browse(call: Call) -> int:
    from claudometer.cli import browse

    return browse.run(call)


DEFAULT = Command("", _start)  # `claudometer` alone

COMMANDS = (
    Command("open", _open, most_words=1),
    Command("settings", _settings),
    Command("status", _status, {"--json": False, "--format": True, "--account": True}),
    Command("watch", _watch, {"--json": False, "--account": True}),
    Command("refresh", _refresh),
    Command("requests", _requests, {"--json": False}),
    Command(
        "history",
        _history,
        {"--days": True, "--limit": True, "--account": True, "--json": False, "--csv": False, "--yes": False},
        most_words=1,
    ),
    Command("resets", _resets, {"--account": True, "--json": False, "--csv": False}),
    Command("export", _export, {"--json": False, "--csv": False}),
    Command("guard", _guard, {"--need": True, "--limit": True, "--account": True, "--json": False}),
    Command("alerts", _alerts, {"--json": False}, most_words=1),
    Command("mute", _mute, most_words=1),
    Command("doctor", _doctor, {"--json": False, "--explain": False, "--unlock": False}),
    Command("accounts", _accounts, {"--json": False}, most_words=3),
    Command(
        "statusline",
        _statusline,
        {"--install": False, "--uninstall": False, "--chain": True, "--timed": False},
    ),
    Command("hook", _hook, {"--install": False, "--uninstall": False}),
    Command("quit", _quit),
    Command("window", _window, {"--page": True, "--limit": True}, hidden=True),
    Command("browse", _browse, hidden=True),
)
