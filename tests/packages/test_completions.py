"""Zsh and fish themselves complete our words, from the files that the .deb brings."""

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

pytestmark = [pytest.mark.packages, pytest.mark.timeout(600)]

PROMPT = r"ready> (\x1b\S*)?$"
"""Behind it zsh may ask the terminal to mark what is pasted."""

ZSH_SETUP = """
PROMPT='ready> '
fpath=({functions} $fpath)
autoload -Uz compinit && compinit -u -d {dump}
claudometer() {{ print -r -- "told: $*" }}
"""


@pytest.fixture(scope="module")
def share(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the .deb, and return what becomes /usr/share."""
    folder = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["dpkg-deb", "-x", deb, folder], check=True, timeout=60)
    return folder / "usr" / "share"


def environment(share: Path, home: Path) -> dict[str, str]:
    return {
        "PATH": f"{share.parent / 'bin'}:/usr/bin:/bin",  # fish completes no command that is not there
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "XDG_DATA_DIRS": f"{share}:/usr/share",
    }


def ask_fish(share: Path, home: Path, typed: str) -> dict[str, str]:
    """Return what fish offers after these words, and what it says of each."""
    words = ["fish", "-c", f'complete -C "claudometer {typed}"']
    env = environment(share, home)
    done = subprocess.run(words, env=env, text=True, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return {word: does for word, _, does in (line.partition("\t") for line in done.stdout.splitlines())}


class Zsh:
    """A zsh at a terminal, where Tab completes; `claudometer` is a function that repeats its words."""

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
        """Wait for the prompt, press these keys, and return all that is shown until a pattern is."""
        self._read(PROMPT)
        os.write(self._terminal, keys.encode())
        return self._read(until)

    def _read(self, until: str) -> str:
        shown, ends_at = "", time.monotonic() + 30
        while not re.search(until, shown):
            assert select.select([self._terminal], [], [], ends_at - time.monotonic())[0], shown
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
def test_fish_offers_what_fits(share: Path, tmp_path: Path, typed: str, offered: set[str]) -> None:
    assert set(ask_fish(share, tmp_path, typed)) == offered


def test_fish_offers_every_command_and_says_what_it_does(share: Path, tmp_path: Path) -> None:
    assert ask_fish(share, tmp_path, "") == read_command_words().commands


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
def test_zsh_completes_what_fits(share: Path, tmp_path: Path, typed: str, completed: str) -> None:
    with Zsh(share, tmp_path) as zsh:
        shown = zsh.type(f"claudometer {typed}\n", until=r"told: .*\r\n")
    assert re.findall(r"told: (.*?) *\r\n", shown) == [completed]


def test_zsh_lists_what_fits_with_what_it_does(share: Path, tmp_path: Path) -> None:
    with Zsh(share, tmp_path) as zsh:
        shown = zsh.type("claudometer sta\t\t", until=r"statusline +-- \w+")
    assert re.search(r"status +-- \w+", shown)
