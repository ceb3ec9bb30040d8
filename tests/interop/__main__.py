"""``build/dev.py interop``: installs Claude Code from npm, and tests our status line and our hook in it.

Needs Linux, root (for a network of its own), node with npm, openssl and ip. Exits with 0 if every check
succeeds, 1 if one fails, and 69 with the reason if the checks cannot run here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system import captures
from tests.interop import saves
from tests.interop.client import ORGANIZATION, Client, Home

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "2.1.332"
UNAVAILABLE = 69
HOSTS = "127.0.0.1 localhost api.anthropic.com claude.ai platform.claude.com mcp-proxy.anthropic.com\n"
PLAIN = '{\n  "model": "opus"\n}\n'
OWN = '{\n    "statusLine": {"type": "command", "command": "echo mine-is-first"},\n    "model": "opus"\n}\n'
INSIDE = "--inside"
SAVES = 1000
"""Saves of Claude Code in each of the two trials beside our writes."""


def main() -> int:
    if INSIDE in sys.argv:
        return _try_all(Path(sys.argv[-1]))
    missing = [name for name in ("npm", "openssl", "unshare", "ip") if shutil.which(name) is None]
    if sys.platform != "linux" or os.geteuid() != 0 or missing:
        return _skip(
            f"it needs Linux, root, npm, openssl, unshare and ip; missing: {', '.join(missing) or 'root'}"
        )
    with tempfile.TemporaryDirectory(prefix="claudometer-interop-") as name:
        folder = Path(name)
        package = f"@anthropic-ai/claude-code@{VERSION}"
        npm = ["npm", "install", "--prefix", name, "--no-audit", "--no-fund", package]
        if subprocess.run(npm, capture_output=True, check=False).returncode:
            return _skip(f"{package} cannot be installed from npm")
        _make_certificate(folder)
        inside = ["unshare", "--net", "--mount", sys.executable, "-m", "tests.interop", INSIDE, name]
        return subprocess.run(inside, check=False).returncode


def _skip(reason: str) -> int:
    sys.stderr.write(f"interop: skipped: {reason}\n")
    return UNAVAILABLE


def _make_certificate(folder: Path) -> None:
    names = ",".join(f"DNS:{host}" for host in HOSTS.split()[2:])
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"), "-days", "2")
    subject = ("-subj", "/CN=api.anthropic.com", "-addext", f"subjectAltName={names}")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, *subject]
    subprocess.run(command, capture_output=True, check=True)


def _try_all(folder: Path) -> int:
    """Run every trial in this network, in which nothing but our server can be reached."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    (folder / "hosts").write_text(HOSTS, encoding="ascii")
    subprocess.run(["mount", "--bind", folder / "hosts", "/etc/hosts"], check=True)
    _answer(folder)
    server = subprocess.Popen([sys.executable, "-m", "tests.interop.server", str(folder)])
    try:
        results = [*_first_line(folder), *_chained(folder), *_removed(folder), *_saving(folder)]
    finally:
        server.terminate()
        server.wait()
    for is_right, what in results:
        sys.stdout.write(f"{'ok  ' if is_right else 'FAIL'} {what}\n")
    reached = sorted(set((folder / "requests.log").read_text(encoding="utf-8").splitlines()))
    sys.stdout.write("\n     ".join([f"Claude Code {VERSION} sent:", *reached]) + "\n")
    return 0 if all(is_right for is_right, _ in results) else 1


def _answer(folder: Path, *, refused: bool = False, share: float = 0.413, left_s: int = 7830) -> None:
    now = int(time.time())
    answer = {"refused": refused, "5h": [share, now + left_s], "7d": [0.12, now + 4 * 86400]}
    (folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


def _start(folder: Path, home: Home, columns: int) -> Client:
    return Client(folder / "node_modules" / ".bin" / "claude", home, columns)


def _first_line(folder: Path) -> Iterator[tuple[bool, str]]:
    home = Home(folder / "home-1", folder / "cert.pem", PLAIN)
    home.claudometer("statusline", "--install")
    home.claudometer("hook", "--install")
    with _start(folder, home, 120) as client:
        yield client.wait_for("5h — · week —"), "120 columns: dashes before the first answer"
        client.prompt("hi")
        yield client.wait_for("41 % ━━━╾┼───"), "120 columns: the session with its bar after the answer"
        yield client.wait_for("week 12 % ━"), "120 columns: the week with its bar"
    home.claudometer("hook", "--uninstall")
    home.claudometer("statusline", "--uninstall")
    yield home.settings.read_text(encoding="utf-8") == PLAIN, "uninstalled byte for byte"


def _chained(folder: Path) -> Iterator[tuple[bool, str]]:
    home = Home(folder / "home-2", folder / "cert.pem", OWN)
    home.claudometer("statusline", "--install")
    home.claudometer("hook", "--install")
    installed = home.settings.read_text(encoding="utf-8")
    _answer(folder, left_s=45)
    with _start(folder, home, 80) as client:
        yield client.wait_for("mine-is-first"), "80 columns: the user's own line first"
        client.prompt("hi")
        yield client.wait_for("41 % ━━━╾"), "80 columns: ours below it, after the answer"
        (path,) = home.state.glob("status-line-*.json")
        kept = json.loads(path.read_bytes())
        windows = kept["rate_limits"]
        yield windows["five_hour"]["used_percentage"] == 41.3, "the capture has the session's number"
        yield (
            kept["login"] == captures.digest(ORGANIZATION),
            "the capture is of the account that is logged in",
        )
        yield client.wait_for("— has reset"), "a window that ends is a dash"
        yield json.loads(path.read_bytes()) == kept, "and its dash is not captured as a response"
        _answer(folder, refused=True, share=1.0, left_s=3000)
        client.prompt("again")
        deadline = time.monotonic() + 40
        while not (hits := list(home.state.glob("limit-hit-*.json"))) and time.monotonic() < deadline:
            client.rest(0.5)
        yield bool(hits), "the StopFailure hook records the limit that was hit"
    yield _uninstalled(home, installed)


def _uninstalled(home: Home, installed: str) -> tuple[bool, str]:
    """Uninstall, and look at what is left beside what Claude Code has saved meanwhile, if anything."""
    saved = home.settings.read_text(encoding="utf-8")
    home.claudometer("hook", "--uninstall")
    home.claudometer("statusline", "--uninstall")
    after = home.settings.read_text(encoding="utf-8")
    if saved == installed:
        return after == OWN, "the user's own line is back, byte for byte"
    added = {key: value for key, value in json.loads(saved).items() if key not in json.loads(installed)}
    is_right = json.loads(after) == json.loads(OWN) | added
    return is_right, f"the user's own line is back, and what Claude Code saved stays: {added}"


def _removed(folder: Path) -> Iterator[tuple[bool, str]]:
    """Look at what Claude Code shows after Claudometer was removed without ``--uninstall``."""
    for name, before in (("home-3", PLAIN), ("home-4", OWN)):
        home = Home(folder / name, folder / "cert.pem", before)
        home.claudometer("statusline", "--install")
        home.claudometer("hook", "--install")
        program = str(Path(sys.executable).with_name("claudometer"))
        text = home.settings.read_text(encoding="utf-8").replace(program, "/nowhere/claudometer")
        home.settings.write_text(text, encoding="utf-8")
        with _start(folder, home, 120) as client:
            client.wait_for("shift+tab", 30)
            client.prompt("hi")
            yield client.wait_for("hit your 5-hour limit", 40), f"removed: Claude Code works ({name})"
            client.rest(3)
            is_quiet = "not found" not in client.text and "nowhere" not in client.text
            yield is_quiet, f"removed: no message about the missing program ({name})"
            if before is OWN:
                yield "mine-is-first" in client.text, "removed: the user's own line is still shown"


def _saving(folder: Path) -> Iterator[tuple[bool, str]]:
    """Let Claude Code save its settings while ours write: commands first, then swaps without a pause."""
    home = Home(folder / "home-5", folder / "cert.pem", PLAIN)
    with _start(folder, home, 120) as client:
        with saves.Beside(lambda: saves.set_up_and_take_out(home)) as ours:
            lost = saves.lost_saves(client, home, SAVES)
        yield lost == 0 < ours.count, f"{SAVES} saves beside {4 * ours.count} of our commands: {lost} lost"
        yield ours.undone == 0, f"and {ours.undone} of these were lost"
    kept = {"model": "opus", saves.SWITCH: True}
    yield json.loads(home.settings.read_text(encoding="utf-8")) == kept, "what is left is Claude Code's own"
    linked = Home(folder / "home-6", folder / "cert.pem", PLAIN)
    target = linked.settings.rename(linked.path / "dotfiles.json")
    linked.settings.symlink_to(target)
    with _start(folder, linked, 120) as client:
        with saves.Beside(lambda: saves.write_at_once(linked.settings)) as ours:
            lost = saves.lost_saves(client, linked, SAVES)
        yield lost == 0 < ours.count, f"{SAVES} saves beside {ours.count} writes without a pause: {lost} lost"
    yield linked.settings.is_symlink(), "a link to the settings stays one"


if __name__ == "__main__":
    sys.exit(main())
