"""The check of this computer finds each planted fault, and names the step that helps; and nothing else."""

from __future__ import annotations

import json
import re
import socket
import socketserver
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import canary
from tests.dead_drive import dead_drive
from tests.desktop.bus_client import BusClient
from tests.desktop.private_home import PrivateHome
from tests.desktop.secret_service import SecretService
from tests.desktop.session_bus import running_session_bus
from tests.end_to_end.planted_faults import FAULTS, REAL_SERVER, Fault
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.desktop.session_bus import SessionBus
    from tests.end_to_end.person import Person
    from tests.simulator import Simulator

AS_NOBODY = """
import sys
import threading
from tests.unprivileged import unprivileged
from claudometer.cli.entry import main
from claudometer.processes.doctor import checks
checks.DISK_S = checks.BUS_S = checks.NETWORK_S = 25.0
with unprivileged():
    sys.exit(main(sys.argv[1:]))
"""
"""The check as a user to whom permissions apply. Its own time limits are too short for a busy machine."""

TIMEOUT_S = 120  # a check that waits for what never answers would take longer
REPOSITORY = Path(__file__).parents[2]
USER = "ownername"


def examine(home: PrivateHome, env: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run the check as a user to whom permissions apply."""
    return subprocess.run(
        [sys.executable, "-c", AS_NOBODY, "doctor", *words],
        env=home.env | {"USER": USER, "LOGNAME": USER, "PYTHONNOUSERSITE": "1"} | dict(env),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def report_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the report, its parts by their ids."""
    assert "Traceback" not in done.stderr, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (1 if report["needs_you"] else 0)
    return report | {"by_id": {check["id"]: check for check in report["checks"]}}


def step_of(check: dict[str, Any]) -> str:
    action = check["action"] or {"text": "", "command": None}
    return f"{action['text']} {action['command'] or ''}"


def needing(report: dict[str, Any]) -> list[str]:
    return [check["id"] for check in report["checks"] if check["state"] == "attention"]


@pytest.fixture
def owner(cli_user: Person) -> Iterator[Person]:
    """Somebody with whom everything is right, whose permissions are given back afterwards."""
    yield cli_user
    for folder in (cli_user.login_folder, cli_user.state_file.parent):
        if folder.exists():
            folder.chmod(0o700)


def test_with_nothing_wrong_nothing_needs_the_user(owner: Person, simulator: Simulator) -> None:
    report = report_of(examine(owner.home, owner.env, "--json"))
    assert needing(report) == []
    assert [check["id"] for check in report["checks"] if check["state"] == "unknown"] == []
    assert report["verdict"] == "Everything works."
    assert report["by_id"]["login"]["sentence"].startswith("Found in ~/.claude, valid until ")
    assert report["by_id"]["connection"]["sentence"].startswith("127.0.0.1 answered in ")
    assert [(each.method, each.credential) for each in simulator.requests] == [("HEAD", "none")]
    (sent,) = owner.read_ledger()
    assert (sent["path"], sent["reason"], sent["outcome"]) == ("/", "doctor", "ok")
    assert report["by_id"]["room"]["sentence"] == "At most 28 of 28 an hour."


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_found_and_nothing_else(owner: Person, simulator: Simulator, fault: Fault) -> None:
    fault.plant(owner, simulator)
    report = report_of(examine(owner.home, {**owner.env, **fault.env}, "--json"))
    check = report["by_id"][fault.part]
    assert needing(report) == [fault.part], [(each["id"], each["sentence"]) for each in report["checks"]]
    assert fault.step in step_of(check) + check["sentence"]
    assert fault.sentence in check["sentence"]
    if fault.quiet:
        assert report["by_id"]["connection"]["state"] == "unknown"


def test_the_table_has_at_least_25_faults_with_names_of_their_own() -> None:
    assert len(FAULTS) >= 25
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def test_a_server_that_nobody_vouches_for_is_named(owner: Person, tls_simulator: Simulator) -> None:
    env = owner.env | {"CLAUDOMETER_OAUTH_URL": tls_simulator.oauth_url}
    report = report_of(examine(owner.home, env, "--json"))
    assert needing(report) == ["connection"]
    assert "certificate" in report["by_id"]["connection"]["sentence"].lower() + step_of(
        report["by_id"]["connection"]
    )


def test_a_dead_proxy_that_took_a_bad_ones_place_is_named_with_its_own_variable(owner: Person) -> None:
    env = owner.env | {
        "CLAUDOMETER_OAUTH_URL": "https://host.invalid/api",
        "HTTPS_PROXY": "not a proxy",
        "ALL_PROXY": "socks5://me:CanarySession@127.0.0.1:9",
    }
    report = report_of(examine(owner.home, env, "--json"))
    connection = report["by_id"]["connection"]
    assert connection["sentence"] == "The proxy in ALL_PROXY cannot be reached."
    assert "ALL_PROXY" in step_of(connection)
    assert "HTTPS_PROXY" in report["by_id"]["proxy"]["sentence"]
    assert "CanarySession" not in json.dumps(report)


@contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """A server that gives everybody the same answer; yields its port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(4096)
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize(
    ("scheme", "answer", "sentence", "step"),
    [
        (
            "http",
            b"HTTP/1.1 407 Log in\r\n\r\n",
            "asks for a user name",
            "name:password",
        ),
        ("http", b"HTTP/1.1 403 Forbidden\r\n\r\n", "refused to connect", "Ask whoever runs the proxy"),
        ("http", b"HTTP/1.1 503 Unavailable\r\n\r\n", "did not connect", "ask whoever runs the proxy"),
        ("socks5", b"HTTP/1.1 400 Bad Request\r\n\r\n", "did not let the request", "unset HTTPS_PROXY"),
    ],
)
def test_a_proxy_that_answers_wrongly_is_named_by_its_variable(
    owner: Person, scheme: str, answer: bytes, sentence: str, step: str
) -> None:
    with answering(answer) as port:
        env = {**owner.env, **REAL_SERVER, "HTTPS_PROXY": f"{scheme}://127.0.0.1:{port}"}
        report = report_of(examine(owner.home, env, "--json"))
    check = report["by_id"]["connection"]
    assert needing(report) == ["connection"]
    assert f"The proxy in HTTPS_PROXY {sentence}" in check["sentence"]
    assert step in step_of(check)
    assert str(port) not in json.dumps(report["checks"])


def test_where_only_this_computer_is_asked_nothing_is_sent(owner: Person, simulator: Simulator) -> None:
    report = report_of(examine(owner.home, owner.env | {"CLAUDOMETER_MODE": "local"}, "--json"))
    assert needing(report) == []
    assert report["by_id"]["connection"]["state"] == "not-here"
    assert simulator.requests == []


def test_a_folder_that_is_not_there_is_named_although_no_login_is_read(owner: Person) -> None:
    env = owner.env | {"CLAUDOMETER_MODE": "local", "CLAUDE_CONFIG_DIR": "/nowhere"}
    report = report_of(examine(owner.home, env, "--json"))
    assert needing(report) == ["login"]
    assert report["by_id"]["login"]["sentence"].startswith("CLAUDE_CONFIG_DIR names a folder that does not")
    assert "unset CLAUDE_CONFIG_DIR" in step_of(report["by_id"]["login"])


def test_the_demo_reads_and_sends_nothing(owner: Person, simulator: Simulator) -> None:
    done = examine(owner.home, owner.env, "--demo", "--json")
    assert report_of(done)["by_id"]["login"]["state"] == "not-here"
    assert simulator.requests == []
    assert not owner.state_file.parent.exists()


def test_an_app_that_does_not_answer_is_to_be_ended(owner: Person) -> None:
    folder = owner.home.runtime / "claudometer"
    folder.mkdir(mode=0o700)
    (folder / "control.pid").write_text("4242\n", encoding="ascii")
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(folder / "control.sock"))
        deaf.listen()
        report = report_of(examine(owner.home, owner.env, "--json"))
    assert needing(report) == ["copies"]
    step = step_of(report["by_id"]["copies"])
    assert "kill 4242 && " in step
    # With its path, outside PATH; in quotes, where that contains the user's name, which is written as $USER.
    assert step.rstrip('"').endswith("claudometer")


def test_a_second_copy_with_the_same_data_is_found(owner: Person) -> None:
    other = subprocess.Popen(
        ["claudometer"],
        executable=sys.executable,
        env=owner.home.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    try:
        report = report_of(examine(owner.home, owner.env, "--json"))
    finally:
        other.kill()
        other.communicate()
    assert needing(report) == ["copies"]
    assert step_of(report["by_id"]["copies"]).endswith(f"kill {other.pid}")


# The desktop.


@contextmanager
def session(desktop: str) -> Iterator[tuple[PrivateHome, SessionBus, dict[str, str]]]:
    """A real session bus of a desktop that has nothing but its name."""
    with running_session_bus(display=":987") as (home, bus):
        write_login(home.path / ".claude", canary.ACCESS_TOKEN)
        env = {name: value for name, value in bus.env.items() if name not in home.env}
        yield home, bus, env | {"XDG_CURRENT_DESKTOP": desktop}


@pytest.mark.parametrize(
    ("desktop", "step"),
    [
        ("ubuntu:GNOME", "gnome-shell-extension-appindicator"),
        ("i3", "without a “tray_output” line"),
        ("sway", "waybar"),
        ("something", "tint2"),
    ],
)
def test_a_desktop_without_a_tray_gets_the_piece_that_it_lacks(
    simulator: Simulator, desktop: str, step: str
) -> None:
    with session(desktop) as (home, _bus, env):
        report = report_of(examine(home, env | simulator.environment(), "--json"))
    assert needing(report) == ["tray"]
    assert step in step_of(report["by_id"]["tray"])
    assert report["by_id"]["notifications"]["state"] == "not-here"
    assert "dunst" in step_of(report["by_id"]["notifications"])


@pytest.mark.parametrize(
    ("desktop", "panel", "step"),
    [
        ("XFCE", "xfce4-panel", "xfce4-panel --add=systray"),
        ("KDE", "plasmashell", "Add Widgets"),
        ("LXQt", "lxqt-panel", "Manage Widgets"),
    ],
)
def test_a_desktops_panel_is_started_or_gets_a_tray(
    simulator: Simulator, desktop: str, panel: str, step: str
) -> None:
    """Where no panel ran, Xfce's was to be given a tray, which starts nothing."""
    with session(desktop) as (home, _bus, env):
        program = home.claude.with_name(panel)
        program.symlink_to("/bin/sleep")
        everything = env | simulator.environment() | {"PATH": f"{program.parent}:{home.env['PATH']}"}
        report = report_of(examine(home, everything, "--json"))
        assert needing(report) == ["tray"]
        assert report["by_id"]["tray"]["action"]["command"] == panel
        with subprocess.Popen([program, "600"], env=home.env | everything) as running:
            try:
                report = report_of(examine(home, everything, "--json"))
            finally:
                running.kill()
    assert needing(report) == ["tray"]
    assert step in step_of(report["by_id"]["tray"])


def test_a_desktop_without_a_session_bus_is_named(owner: Person) -> None:
    env = owner.env | {"DISPLAY": ":987", "XDG_CURRENT_DESKTOP": "KDE"}
    report = report_of(examine(owner.home, env, "--json"))
    assert needing(report) == ["tray"]
    assert "message bus" in report["by_id"]["tray"]["sentence"]
    step = step_of(report["by_id"]["tray"])
    assert "from the desktop's own menu" in step
    assert "dbus-user-session" in step


def test_a_window_manager_alone_needs_a_panel_rather_than_a_bus(owner: Person) -> None:
    report = report_of(examine(owner.home, owner.env | {"DISPLAY": ":987"}, "--json"))
    assert needing(report) == ["tray"]
    assert "tint2" in step_of(report["by_id"]["tray"])


def test_a_locked_keyring_matters_only_for_a_session_key(simulator: Simulator) -> None:
    with session("XFCE") as (home, session_bus, env):
        bus = BusClient(session_bus.address)
        keyring = SecretService(home, env=home.env | env, bus=bus)
        keyring.start()
        try:
            keyring.lock()
            everything = env | simulator.environment()
            web = report_of(examine(home, everything | {"CLAUDOMETER_MODE": "web"}, "--json"))
            cli = report_of(examine(home, everything, "--json"))
            # Nobody shows a dialog here.
            tried = report_of(examine(home, everything | {"CLAUDOMETER_MODE": "web"}, "--unlock", "--json"))
        finally:
            keyring.stop()
            bus.close()
    assert "still locked" in tried["by_id"]["keyring"]["sentence"]
    assert "log out and back in" in tried["by_id"]["keyring"]["sentence"]
    assert tried["by_id"]["keyring"]["action"]["button"] == "unlock-keyring"
    assert needing(web) == ["tray", "keyring"]
    assert "unlock it now: " in step_of(web["by_id"]["keyring"])
    assert web["by_id"]["keyring"]["action"]["command"].endswith(" doctor --unlock")
    assert web["by_id"]["login"]["state"] == "unknown"
    assert needing(cli) == ["tray"]
    assert cli["by_id"]["keyring"]["sentence"].startswith("gnome-keyring-daemon is locked.")


def test_without_a_keyring_a_session_key_has_no_place(simulator: Simulator) -> None:
    with session("XFCE") as (home, _bus, env):
        web = env | simulator.environment() | {"CLAUDOMETER_MODE": "web"}
        report = report_of(examine(home, web, "--json"))
    assert needing(report) == ["tray", "keyring"]
    assert "gnome-keyring" in step_of(report["by_id"]["keyring"])


def test_a_bus_that_never_answers_keeps_nothing_waiting(owner: Person) -> None:
    path = owner.home.runtime / "deaf-bus"
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(path))
        deaf.listen()
        env = owner.env | {"DISPLAY": ":987", "DBUS_SESSION_BUS_ADDRESS": f"unix:path={path}"}
        report = report_of(examine(owner.home, env, "--json"))
    assert report["by_id"]["tray"]["state"] == "unknown"
    assert "message bus did not respond" in report["by_id"]["tray"]["sentence"]
    assert "Log out" in step_of(report["by_id"]["tray"])
    assert report["by_id"]["login"]["state"] == "ok"


def test_a_home_on_a_dead_drive_keeps_nothing_waiting(simulator: Simulator) -> None:
    home = PrivateHome.create()
    try:
        with dead_drive(home.path):
            report = report_of(examine(home, simulator.environment(), "--json"))
    finally:
        home.remove()
    for part in ("login", "settings", "data", "history", "status-line", "hook"):
        assert report["by_id"][part]["state"] == "unknown"
        assert "drive of your home folder" in step_of(report["by_id"][part])
    assert report["by_id"]["connection"]["state"] == "ok"


# What the report says, and what it must not.


def test_a_report_names_no_person_and_no_secret(owner: Person) -> None:
    folder = owner.home.root / "mnt" / USER / "claude"
    write_login(folder, canary.ACCESS_TOKEN).chmod(0o644)
    env = owner.env | {
        "CLAUDE_CONFIG_DIR": str(folder),
        "HTTPS_PROXY": f"http://{USER}:CanarySession@proxy.example:3128",
        "NO_PROXY": f"http://{USER}.example/",
    }
    for words in ((), ("--json",)):
        output = examine(owner.home, env, *words).stdout
        assert "$USER" in output
        assert USER not in output
        assert str(owner.home.path) not in output
        assert canary.secrets_in(output) == []
        assert not re.search(r"\d %", output)


def test_the_line_to_copy_works_in_a_shell_although_it_names_nobody(owner: Person) -> None:
    folder = owner.home.root / "mnt" / USER / "my claude"
    file = write_login(folder, canary.ACCESS_TOKEN)
    file.chmod(0o644)
    env = owner.env | {"CLAUDE_CONFIG_DIR": str(folder)}
    report = report_of(examine(owner.home, env, "--json"))
    command = report["by_id"]["login"]["action"]["command"]
    subprocess.run(["sh", "-c", command], env=owner.home.env | {"USER": USER}, check=True)
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_request_is_listed_with_its_reason_also_for_a_named_folder(owner: Person) -> None:
    examine(owner.home, owner.env)
    named = {"CLAUDE_CONFIG_DIR": str(owner.login_folder)}
    for env in ({}, named):
        listed = owner.run("requests", **env).stdout
        assert re.search(r"127\.0\.0\.1/ +answered +\d\.\d s  you ran doctor", listed), listed
