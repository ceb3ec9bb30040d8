"""Writes the files that a Linux package has besides the code: icons, desktop entry, manual, completions."""

import gzip
import importlib
import shutil
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from devtools.environment import ROOT
from devtools.packaging.words import (
    CommandWords,
    read_releases,
    render_bash,
    render_fish,
    render_manual,
    render_releases,
    render_zsh,
)

SHARED = ROOT / "build" / "linux" / "shared"
ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
UNKNOWN_HOME = "https://github.com/"
"""For a build that nobody has published."""


@dataclass(frozen=True)
class Facts:
    """What packages say about the project; from pyproject.toml."""

    version: str
    bundle: str
    homepage: str
    licence: str


def read_facts() -> Facts:
    """Read the facts that all packages share."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    briefcase = project["tool"]["briefcase"]
    return Facts(
        version=project["project"]["version"],
        bundle=f"{briefcase['bundle']}.claudometer",
        homepage=project["project"].get("urls", {}).get("Homepage", UNKNOWN_HOME),
        licence=project["project"]["license"],
    )


def read_command_words() -> CommandWords:
    """Read the texts of the command line from the program itself."""
    sys.path.insert(0, str(ROOT / "app"))
    try:
        usage = importlib.import_module("claudometer.present.usage")
    finally:
        sys.path.remove(str(ROOT / "app"))
    return CommandWords(usage.PURPOSE, usage.COMMANDS, usage.OPTIONS, usage.OPTIONS_OF, usage.DETAILS)


def write_share(share: Path, facts: Facts) -> None:
    """Fill a ``usr/share`` folder with everything except the license and the changelog."""
    words = read_command_words()
    _write(
        share / "applications" / "claudometer.desktop", (SHARED / "claudometer.desktop").read_text("utf-8")
    )
    _write(share / "metainfo" / f"{facts.bundle}.metainfo.xml", _metainfo(facts))
    _write(share / "bash-completion" / "completions" / "claudometer", render_bash(words))
    _write(share / "zsh" / "vendor-completions" / "_claudometer", render_zsh(words))
    _write(share / "fish" / "vendor_completions.d" / "claudometer.fish", render_fish(words))
    _copy_icons(share / "icons" / "hicolor")


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
