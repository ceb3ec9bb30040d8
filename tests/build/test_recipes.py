"""Tests which packages can be built on which system, and how they are signed."""

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


@pytest.mark.skipif(sys.platform != "linux", reason="tests the refusal on Linux")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("macos-dmg", "A .dmg can only be built on macOS."),
        ("windows-msi", "An .msi can only be built on Windows."),
    ],
)
def test_a_package_for_another_system_is_refused(name: str, sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "build/dev.py", "package", name],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (69, "", f"{sentence}\n")


def test_the_error_for_an_unknown_package_lists_the_known_ones() -> None:
    command = [sys.executable, "build/dev.py", "package", "linux-snap"]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False, timeout=60)
    assert done.returncode == 64
    said = " ".join(done.stderr.split())
    assert "linux-appimage, linux-deb, linux-rpm, macos-dmg, python, windows-msi" in said


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_wheel_and_sdist_can_be_built_on_every_system_without_gtk(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    refuse_elsewhere("python")
    assert RECIPES["python"].purposes == frozenset()


def test_macos_signs_ad_hoc_without_an_identity_and_notarizes_only_on_request() -> None:
    identity = "Developer ID Application: Somebody (ABCDE12345)"
    assert macos_dmg.signing({}) == ("--adhoc-sign",)
    assert macos_dmg.signing({macos_dmg.IDENTITY: "", macos_dmg.NOTARIZE: "1"}) == ("--adhoc-sign",)
    assert macos_dmg.signing({macos_dmg.IDENTITY: identity}) == ("--identity", identity, "--no-notarize")
    assert macos_dmg.signing({macos_dmg.IDENTITY: identity, macos_dmg.NOTARIZE: "1"}) == (
        "--identity",
        identity,
    )


def test_windows_signs_only_with_an_identity() -> None:
    assert windows_msi.signing({}) == ("--adhoc-sign",)
    assert windows_msi.signing({windows_msi.IDENTITY: "0a1b"}) == ("--identity", "0a1b")


def test_a_linuxdeploy_with_another_digest_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "tool.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("inside/linuxdeploy-x86_64.AppImage", b"another one")
    with pytest.raises(PackagingError, match=r"^linuxdeploy-x86_64\.AppImage in tool\.whl is not"):
        linux_appimage.read_tool(wheel, "linuxdeploy-x86_64.AppImage")


def test_the_changelog_is_rendered_for_rpm() -> None:
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


def test_license_and_python_are_added_to_briefcases_spec() -> None:
    spec = "Name:           claudometer\nLicense:        Unknown\nURL:            x\n"
    assert linux_rpm.complete_spec(spec, "MIT", "3.14").splitlines()[1:3] == [
        "License:        MIT",
        "Requires:       python(abi) = 3.14",
    ]


def test_a_spec_without_the_expected_license_line_is_refused() -> None:
    with pytest.raises(PackagingError, match="License"):
        linux_rpm.complete_spec("License:        MIT\n", "MIT", "3.14")
