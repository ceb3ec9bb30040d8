"""Tests every command in odd environments: no traceback, a documented exit code, and the input is named.

What each command prints in a good environment is tested elsewhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from tests.sentences import title
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.simulator import Simulator

COMMANDS = [
    *([], ["status"], ["status", "--json"], ["status", "--format", "{session.percent}"]),
    *(["requests"], ["requests", "--json"], ["refresh"], ["quit"], ["settings"]),
    *(["statusline"], ["statusline", "--install"], ["statusline", "--uninstall"]),
    *(["hook"], ["hook", "--install"], ["hook", "--uninstall"]),
    *(["statusline", "--chain", "true"], ["--demo", "status"], ["--demo", "statusline"]),
    *(["window"], ["browse"], ["--version"], ["--help"]),
]
DOCUMENTED = {0, 1, 64, 69, 75, 77}  # 1: a few sessions of the demo are full before they end
BROKEN_PIPE = 141
NOBODY_ID = 54321  # a user who is not in the user database, as in many containers
AS_UNKNOWN_USER = ["setpriv", f"--reuid={NOBODY_ID}", f"--regid={NOBODY_ID}", "--clear-groups"]
CLOSED_PORT = "http://127.0.0.1:9"
TIMEOUT_S = 60


class Place:
    """A folder for one test, that any user may write, and the commands that run in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "home"
        self.home.mkdir(parents=True)
        (root / "file").write_text("", encoding="utf-8")
        for folder in (root, self.home):
            folder.chmod(0o777)

    def run(
        self, words: list[str], env: Mapping[str, str], *, before: str = "", user: list[str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command with no other variables than ``env``, through a shell that does ``before`` first."""
        base = {
            "PATH": "/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
            "CLAUDOMETER_OAUTH_URL": CLOSED_PORT,
            "CLAUDOMETER_WEB_URL": CLOSED_PORT,
        }
        program = [*(user or []), sys.executable, "-m", "claudometer", *words]
        return subprocess.run(
            ["/bin/sh", "-c", f'{before or "exec"} "$@"', "sh", *program],
            env=base | dict(env),
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        )


@pytest.fixture
def place() -> Iterator[Place]:
    with TemporaryDirectory() as folder:  # pytest's own folders are closed to other users
        Path(folder).chmod(0o755)
        yield Place(Path(folder, "place"))


@pytest.fixture
def unknown_user() -> list[str]:
    """The start of a command line that runs as a user without an entry in the user database."""
    if os.geteuid() != 0:
        pytest.skip("only root can become a user who does not exist")
    probe = [*AS_UNKNOWN_USER, sys.executable, "-c", "import claudometer"]
    if subprocess.run(probe, capture_output=True, check=False, cwd="/").returncode:
        pytest.skip("another user cannot read this checkout")
    return AS_UNKNOWN_USER


def check(done: subprocess.CompletedProcess[str], words: list[str]) -> None:
    said = done.stdout + done.stderr
    assert "Traceback" not in said, (words, said)
    assert "Exception ignored" not in said, (words, said)
    assert done.returncode in DOCUMENTED, (words, done.returncode, said)


HOMES = {
    "missing": {"HOME": "{root}/nowhere"},
    "relative": {"HOME": "somewhere"},
    "a file": {"HOME": "{root}/file"},
    "a device": {"HOME": "/dev/null"},
}
SEARCHES_LOGIN = [["status"], ["status", "--json"], ["requests"], ["statusline", "--install"]]


@pytest.mark.parametrize("kind", HOMES)
def test_a_home_folder_that_is_none_is_named(place: Place, kind: str) -> None:
    env = {name: value.format(root=place.root) for name, value in HOMES[kind].items()}
    for words in COMMANDS:
        done = place.run(words, env)
        check(done, words)
        if words in SEARCHES_LOGIN:
            assert (done.returncode, done.stdout) == (69, ""), words
            assert done.stderr.startswith("claudometer: HOME ")
            assert env["HOME"] in done.stderr
            assert done.stderr.count("\n") == 1
    assert not (place.root / "nowhere").exists()
    assert not (place.root / "somewhere").exists()


@pytest.mark.parametrize("empty", [True, False])
def test_no_home_folder_at_all_is_said_in_one_sentence(
    place: Place, unknown_user: list[str], empty: bool
) -> None:
    env = {"PATH": ""} if empty else {}
    for words in COMMANDS:
        done = place.run(words, env, user=["/usr/bin/setpriv", *unknown_user[1:]])
        check(done, words)
        if words in SEARCHES_LOGIN:
            assert (done.returncode, done.stdout) == (69, ""), words
            assert f"HOME is not set, and user {NOBODY_ID} has no home folder." in done.stderr


def places_of(root: Path) -> dict[str, str]:
    names = ("CONFIG", "STATE", "CACHE", "DATA")
    return {f"XDG_{name}_HOME": str(root / name.lower()) for name in names}


@pytest.mark.parametrize("remembers", [True, False])
def test_without_a_home_folder_the_places_that_variables_name_are_enough(
    place: Place, unknown_user: list[str], simulator: Simulator, remembers: bool
) -> None:
    token = next(iter(simulator.account.tokens))
    login = write_login(place.root / "claude", token)
    for path in (login, login.parent):
        os.chown(path, NOBODY_ID, NOBODY_ID)
    env = {"CLAUDE_CONFIG_DIR": str(login.parent), **simulator.environment()}
    env |= places_of(place.root) if remembers else {}
    done = place.run(["status"], env, user=unknown_user)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Session" in done.stdout
    for words in COMMANDS:
        check(place.run(words, env, user=unknown_user), words)


ODD = {
    "relative places": {"XDG_CONFIG_HOME": "c", "XDG_STATE_HOME": "s", "XDG_RUNTIME_DIR": "r"},
    "places that are files": dict.fromkeys(
        ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"), "{root}/file"
    ),
    "odd places": {"XDG_CONFIG_HOME": "~/x", "XDG_STATE_HOME": " ", "XDG_RUNTIME_DIR": "\udcff"},
    "endless places": {"XDG_CONFIG_HOME": "/" + "x" * 300, "XDG_STATE_HOME": "/" + "y" * 5000},
    "locale": {"LANG": "xx_YY.foo", "LC_ALL": "\udcff"},
    "ASCII": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "strict ASCII": {"PYTHONIOENCODING": "ascii:strict"},
    "unknown zone": {"TZ": "Nowhere/Never"},
    "zone that is a file": {"TZ": ":/etc/passwd"},
    "nonsense zone": {"TZ": "\udcff,x9999"},
    "zone that is a day off": {"TZ": "UTC+25"},
    "terminal": {"COLUMNS": "-5", "LINES": "abc", "TERM": "\udcff"},
    "unknown user's folder": {"CLAUDE_CONFIG_DIR": "~nobody-at-all/x"},
    "broken bytes": {"CLAUDE_CONFIG_DIR": "/\udcff\n", "CLAUDE_SECURESTORAGE_CONFIG_DIR": "\udcff"},
    "mode": {"CLAUDOMETER_MODE": "both"},
    "address": {"CLAUDOMETER_WEB_URL": "http://[::1"},
    "port": {"CLAUDOMETER_OAUTH_URL": "https://host:99999999/"},
    "broken address": {"CLAUDOMETER_UPDATE_URL": "\udcff"},
    "interval": {"CLAUDOMETER_INTERVAL_SECONDS": "9" * 5000},
    "log level": {"CLAUDOMETER_LOG_LEVEL": "loud"},
    "session key": {"CLAUDOMETER_SESSION_KEY": "\udcff"},
    "no such display": {"DISPLAY": ":99999", "XAUTHORITY": "/dev/null"},
    "no such compositor": {"WAYLAND_DISPLAY": "nowhere"},
    "no such bus": {"DBUS_SESSION_BUS_ADDRESS": "nonsense"},
    "no temporary folder": {"TMPDIR": "/nowhere", "XDG_RUNTIME_DIR": "/nowhere"},
    "certificates": {"SSL_CERT_FILE": "/nowhere", "NODE_EXTRA_CA_CERTS": "\udcff"},
    "proxies": {"HTTPS_PROXY": "\udcff", "ALL_PROXY": "://", "NO_PROXY": "[::1,\udcff"},
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_variable_leads_to_no_traceback_and_to_no_other_meaning(place: Place, kind: str) -> None:
    env = {name: value.replace("{root}", str(place.root)) for name, value in ODD[kind].items()}
    for words in COMMANDS:
        if words or "DISPLAY" not in env:  # the tray itself, without a display: see the desktop tests
            check(place.run(words, {"HOME": str(place.home)} | env), words)


STREAMS = {
    "no output": 'exec "$@" >&- #',
    "no errors": 'exec "$@" 2>&- #',
    "no input": 'exec "$@" <&- #',
    "nothing open": 'exec "$@" <&- >&- 2>&- #',
    "a full disk for output": 'exec "$@" >/dev/full #',
    "a full disk for output that Python does not buffer": 'PYTHONUNBUFFERED=1 exec "$@" >/dev/full #',
    "a full disk for errors": 'exec "$@" 2>/dev/full #',
    "output that is not for writing": 'exec "$@" 1</dev/null #',
    "a deleted working directory": "mkdir gone; cd gone; rmdir ../gone; exec",
}


@pytest.mark.parametrize("kind", STREAMS)
def test_a_closed_or_full_stream_and_a_deleted_folder_are_survived(place: Place, kind: str) -> None:
    for words in COMMANDS:
        done = place.run(words, {"HOME": str(place.home)}, before=STREAMS[kind])
        check(done, words)
        if kind.startswith("a full disk for output") and words == ["--version"]:
            assert title(ErrorCode.OUTPUT_UNWRITABLE) in done.stderr
            assert done.returncode == 69
    assert not [log for log in place.home.rglob("*.log") if "Traceback" in log.read_text("utf-8")]


NAMED = {
    "missing": ("{root}/nowhere", "names a folder that does not exist: {root}/nowhere."),
    "tilde": ("~/nowhere", "names a folder that does not exist: ~/nowhere."),
    "list": ("{root}/a,{root}/b", "names folders that do not exist: {root}/a, {root}/b."),
    "quotes": ('"{root}"', 'names a folder that does not exist: "{root}".'),
    "line break": ("{root}\n", "names a folder that does not exist: {root}\\n."),
    "file": ("{root}/file", "names a file, not a folder: {root}/file."),
    "no login": ("{root}", "names a folder without a Claude Code login: {root}."),
}


@pytest.mark.parametrize("variable", ["CLAUDE_CONFIG_DIR", "CLAUDE_SECURESTORAGE_CONFIG_DIR"])
@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("mode", [{}, {"CLAUDOMETER_MODE": "cli"}])
def test_a_variable_that_names_a_wrong_folder_is_named_with_it(
    place: Place, variable: str, kind: str, mode: dict[str, str]
) -> None:
    value, says = (text.replace("{root}", str(place.root)) for text in NAMED[kind])
    done = place.run(["status", "--format", "{message}"], {"HOME": str(place.home), variable: value, **mode})
    assert (done.returncode, done.stderr) == (77, "")
    assert done.stdout.strip() == f"{variable} {says}"


@pytest.mark.parametrize("words", [["status"], ["accounts"]])
@pytest.mark.parametrize("mode", ["local", "cli"])
def test_a_folder_that_is_not_there_is_named_in_every_mode(place: Place, words: list[str], mode: str) -> None:
    env = {"HOME": str(place.home), "CLAUDE_CONFIG_DIR": "/nowhere", "CLAUDOMETER_MODE": mode}
    done = place.run(words, env)
    assert "CLAUDE_CONFIG_DIR names a folder that does not exist: /nowhere." in done.stdout + done.stderr
    assert done.returncode == (77 if words == ["status"] else 0)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("{root}/a,{root}/work", "also names a folder that does not exist: {root}/a."),
        ("{root}/a, {root}/work ,~/b", "also names folders that do not exist: {root}/a, ~/b."),
        ("{root}/empty,{root}/work", "names several folders, of which one is shown: {root}/work."),
        ("{root}/work,{root}/work", None),
        ("{root}/work,", None),
        ("{root}/with,comma", None),
    ],
)
@pytest.mark.parametrize("variable", ["CLAUDE_CONFIG_DIR", "CLAUDE_SECURESTORAGE_CONFIG_DIR"])
def test_of_a_list_of_folders_the_first_account_is_shown_and_a_missing_folder_is_named(
    place: Place, simulator: Simulator, variable: str, value: str, says: str | None
) -> None:
    for name in ("work", "with,comma"):
        write_login(place.root / name, next(iter(simulator.account.tokens)))
    (place.root / "empty").mkdir()
    env = {"HOME": str(place.home), variable: value.format(root=place.root), **simulator.environment()}
    done = place.run(["status", "--json"], env)
    report = json.loads(done.stdout)
    assert (done.returncode, report["status"]) == (0, "ok")
    assert report["message"] == (None if says is None else f"{variable} {says.format(root=place.root)}")


def test_a_tilde_in_the_variable_is_the_home_folder(place: Place, simulator: Simulator) -> None:
    write_login(place.home / "work", next(iter(simulator.account.tokens)))
    env = {"HOME": str(place.home), "CLAUDE_CONFIG_DIR": "~/work", **simulator.environment()}
    assert place.run(["status"], env).returncode == 0


@pytest.mark.parametrize(
    ("env", "names"),
    [
        ({"SSL_CERT_FILE": "/nowhere", "SSL_CERT_DIR": "/nowhere"}, "SSL_CERT_FILE"),
        ({"SSL_CERT_DIR": "/nowhere", "SSL_CERT_FILE": "/dev/null"}, "SSL_CERT_FILE"),
        ({"NODE_EXTRA_CA_CERTS": "/nowhere"}, "NODE_EXTRA_CA_CERTS"),
    ],
)
def test_a_variable_that_names_no_certificates_is_named(
    place: Place, tls_simulator: Simulator, env: dict[str, str], names: str
) -> None:
    write_login(place.home / ".claude", next(iter(tls_simulator.account.tokens)))
    env |= {"HOME": str(place.home), **tls_simulator.environment()}
    done = place.run(["status", "--format", "{message} {hint}"], env)
    assert done.returncode == 69
    assert f"{names} names certificates that cannot be read." in done.stdout


def test_the_proxy_variable_that_is_to_blame_is_named(place: Place) -> None:
    write_login(place.home / ".claude", "sk-ant-oat01-nobody")
    env = {"HOME": str(place.home), "ALL_PROXY": CLOSED_PORT}
    env |= {"CLAUDOMETER_OAUTH_URL": "https://host.invalid/api/oauth"}
    done = place.run(["status", "--format", "{hint}"], env)
    assert (done.returncode, "Check the proxy in ALL_PROXY." in done.stdout) == (69, True)


def test_a_session_key_from_the_environment_that_is_refused_is_named(
    place: Place, simulator: Simulator
) -> None:
    key = "sk-ant-sid01-" + "x" * 40
    env = {"HOME": str(place.home), "CLAUDOMETER_SESSION_KEY": key, **simulator.environment()}
    done = place.run(["status", "--format", "{message}"], env)
    assert done.returncode == 77
    assert done.stdout.strip() == "claude.ai does not accept the session key in CLAUDOMETER_SESSION_KEY."
