"""Tests the completions for zsh and fish from the .deb, in the real shells."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from typing import TYPE_CHECKING, Self

import pytest
from devtools.packaging.inputs import read_command_words

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

pytestmark = [pytest.mark.packages, pytest.mark.timeout(600)]  # building packages takes minutes

PROMPT = r"ready> (\x1b\S*)?$"
"""After the prompt, zsh may send the escape sequence for bracketed paste."""

ZSH_SETUP = """
PROMPT='ready> '
fpath=({functions} $fpath)
autoload -Uz compinit && compinit -u -d {dump}
claudometer() {{ print -r -- "arguments: $*" }}
"""


@pytest.fixture(scope="module")
def share(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the .deb, and return its usr/share."""
    folder = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["dpkg-deb", "-x", deb, folder], check=True, timeout=60)
    return folder / "usr" / "share"


def environment(share: Path, home: Path) -> dict[str, str]:
    return {
        "PATH": f"{share.parent / 'bin'}:/usr/bin:/bin",  # fish only completes installed commands
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "XDG_DATA_DIRS": f"{share}:/usr/share",
    }


def complete_in_fish(share: Path, home: Path, typed: str) -> dict[str, str]:
    """Return the completions that fish offers after ``claudometer typed``, with their descriptions."""
    command = ["fish", "-c", f'complete -C "claudometer {typed}"']
    env = environment(share, home)
    done = subprocess.run(command, env=env, text=True, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return {
        word: description
        for word, _, description in (line.partition("\t") for line in done.stdout.splitlines())
    }


class Zsh:
    """An interactive zsh, in which `claudometer` is a function that prints its arguments."""

    def __init__(self, share: Path, home: Path) -> None:
        setup = ZSH_SETUP.format(functions=share / "zsh" / "vendor-completions", dump=home / "dump")
        (home / ".zshrc").write_text(setup, encoding="utf-8")
        self._env = environment(share, home) | {"ZDOTDIR": str(home)}

    def __enter__(self) -> Self:
        self._terminal, other = pty.openpty()
        words = ["zsh", "-i", "-o", "no_global_rcs"]
        self._zsh = subprocess.Popen(
            words, env=self._env, stdin=other, stdout=other, stderr=other, start_new_session=True
        )
        os.close(other)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zsh.kill()
        self._zsh.wait(10)
        os.close(self._terminal)

    def type(self, keys: str, *, until: str) -> str:
        """Wait for the prompt, type ``keys``, and return the output up to a match of ``until``."""
        self._read(PROMPT)
        os.write(self._terminal, keys.encode())
        return self._read(until)

    def _read(self, until: str) -> str:
        shown, ends_at = "", time.monotonic() + 60
        while not re.search(until, shown):
            left_s = max(0.0, ends_at - time.monotonic())
            assert select.select([self._terminal], [], [], left_s)[0], shown
            shown += os.read(self._terminal, 65536).decode(errors="replace")
        return shown


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("sta", {"status", "statusline"}),
        ("--de", {"--demo"}),
        ("status --js", {"--json"}),
        ("statusline --uni", {"--uninstall"}),
        ("nonsense", set()),
    ],
)
def test_fish_completes_commands_and_options(
    share: Path, tmp_path: Path, typed: str, offered: set[str]
) -> None:
    assert set(complete_in_fish(share, tmp_path, typed)) == offered


def test_fish_offers_every_command_with_its_description(share: Path, tmp_path: Path) -> None:
    assert complete_in_fish(share, tmp_path, "") == read_command_words().commands


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("ref\t", "refresh"),
        ("--de\t", "--demo"),
        ("status --js\t", "status --json"),
        ("--demo requests --j\t", "--demo requests --json"),
        ("statusline --uni\t", "statusline --uninstall"),
        ("quit --he\t", "quit --help"),
    ],
)
def test_zsh_completes_commands_and_options(share: Path, tmp_path: Path, typed: str, completed: str) -> None:
    with Zsh(share, tmp_path) as zsh:
        shown = zsh.type(f"claudometer {typed}\n", until=r"arguments: .*\r\n")
    assert re.findall(r"arguments: (.*?) *\r\n", shown) == [completed]


def test_zsh_lists_commands_with_their_descriptions(share: Path, tmp_path: Path) -> None:
    with Zsh(share, tmp_path) as zsh:
        shown = zsh.type("claudometer sta\t\t", until=r"statusline +-- \w+")
    assert re.search(r"status +-- \w+", shown)
