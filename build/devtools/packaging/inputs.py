"""Writes the files that a Linux package has besides the code: icons, desktop entry, manual, completions."""

import gzip
import importlib
import json
import shutil
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from devtools.environment import ROOT
from devtools.packaging.briefcase import install
from devtools.packaging.words import CommandWords, read_releases, render_manual, render_releases

SHARED = ROOT / "build" / "linux" / "shared"
COMPLETIONS = Path(__file__).with_name("completions.py")
ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
UNKNOWN_HOME = "https://github.com/"
"""For a build that nobody has published."""


@dataclass(frozen=True)
class Facts:
    """What packages say about the project; from pyproject.toml."""

    version: str
    bundle: str
    homepage: str
    license: str


def read_facts() -> Facts:
    """Read the facts that all packages share."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    briefcase = project["tool"]["briefcase"]
    return Facts(
        version=project["project"]["version"],
        bundle=f"{briefcase['bundle']}.claudometer",
        homepage=project["project"].get("urls", {}).get("Homepage", UNKNOWN_HOME),
        license=project["project"]["license"],
    )


def read_command_words() -> CommandWords:
    """Read the texts of the command line from the program itself."""
    sys.path.insert(0, str(ROOT / "app"))
    try:
        usage = importlib.import_module("claudometer.present.messages.cli")
    finally:
        sys.path.remove(str(ROOT / "app"))
    return CommandWords(usage.PURPOSE, usage.COMMANDS, usage.OPTIONS, usage.OPTIONS_OF, usage.DETAILS)


def write_share(share: Path, facts: Facts) -> None:
    """Fill a ``usr/share`` folder with everything but the license and the changelog."""
    completions = write_completions(install().with_stem("python"))
    _write(
        share / "applications" / "claudometer.desktop", (SHARED / "claudometer.desktop").read_text("utf-8")
    )
    _write(share / "metainfo" / f"{facts.bundle}.metainfo.xml", _metainfo(facts))
    _write(share / "bash-completion" / "completions" / "claudometer", completions["bash"])
    _write(share / "zsh" / "vendor-completions" / "_claudometer", completions["zsh"])
    _write(share / "fish" / "vendor_completions.d" / "claudometer.fish", completions["fish"])
    _copy_icons(share / "icons" / "hicolor")


def write_completions(python: Path) -> dict[str, str]:
    """Return the completion script of each shell, written by a Python that has shtab."""
    words = read_command_words()
    tables = {"commands": words.commands, "options": words.options, "options_of": words.options_of}
    done = subprocess.run(
        [python, COMPLETIONS], input=json.dumps(tables), check=True, stdout=subprocess.PIPE, text=True
    )
    completions: dict[str, str] = json.loads(done.stdout)
    return completions


def write_manual(path: Path, facts: Facts) -> None:
    """Write the manual page, compressed if the name ends in .gz."""
    text = render_manual(read_command_words(), facts.version).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)


def _metainfo(facts: Facts) -> str:
    releases = read_releases((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    text = (SHARED / "metainfo.xml").read_text(encoding="utf-8")
    filled = {
        "@BUNDLE@": facts.bundle,
        "@HOMEPAGE@": facts.homepage,
        "@RELEASES@": render_releases(releases, today=time.strftime("%Y-%m-%d", time.gmtime())),
    }
    for blank, value in filled.items():
        text = text.replace(blank, value)
    return text


def _copy_icons(theme: Path) -> None:
    assets = ROOT / "assets"
    for size in ICON_SIZES:
        _copy(assets / f"claudometer-{size}.png", theme / f"{size}x{size}" / "apps" / "claudometer.png")
    _copy(assets / "claudometer.svg", theme / "scalable" / "apps" / "claudometer.svg")
    _copy(assets / "claudometer-symbolic.svg", theme / "symbolic" / "apps" / "claudometer-symbolic.svg")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
