"""Tests the .rpm, which briefcase and rpmbuild make on Debian as on Fedora. It is not installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from devtools.packaging import linux_rpm, linux_system
from devtools.packaging.briefcase import BUNDLES, DIST, add_page
from devtools.packaging.inputs import read_facts

from tests.packages.in_briefcase import run_in_briefcase

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.packages, pytest.mark.timeout(600)]  # building packages takes minutes

FEDORA_HAS = {
    *("python3", "python3-gobject", "gtk3", "webkit2gtk4.1"),
    *("python3-pillow", "python3-cryptography", "python3-markupsafe", "python3-pynacl", "ca-certificates"),
}

ACCEPTED_ERRORS = {
    "explicit-lib-dependency",  # loaded through its typelib, which rpm cannot detect
    *(
        "no-group-tag",
        "no-packager-tag",
        "no-signature",
    ),  # briefcase does not write these tags
    *("incorrect-fsf-address", "non-executable-script"),  # in bundled libraries
}

ON_FEDORA = """
import os, sys
from pathlib import Path
from briefcase.__main__ import main
from briefcase.platforms.linux.system import LinuxSystemDockerMixin, LinuxSystemMixin

template, manual, home, *commands = sys.argv[1:]
for mixin in (LinuxSystemMixin, LinuxSystemDockerMixin):
    mixin.platform_freedesktop_info = lambda self, app: {"ID": "fedora", "VERSION_ID": "43"}
    mixin.verify_system_packages = lambda self, app: None  # these would not be found on Debian

def as_rpmbuild_of_fedora():
    Path(home, ".rpmmacros").write_text("%dist .fc43")
    os.environ["HOME"] = home

given = ("-C", f"template='{template}'", "-C", f"man_page='{manual}'", "-C", "url='https://example.org/'")
for command in commands:
    options = ("--packaging-format", "rpm", "--adhoc-sign") if command == "package" else ()
    if command == "package": as_rpmbuild_of_fedora()
    sys.argv = ["briefcase", command, "linux", "system", "--no-input", *options, *given]
    if main(): sys.exit(1)
"""


@pytest.fixture(scope="module")
def rpm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    shutil.rmtree(BUNDLES, ignore_errors=True)
    template = linux_system.prepare(read_facts())
    linux_rpm.to_where_fedora_looks(linux_system.share_of(template))
    with linux_rpm.rpm_changelog():
        words = (str(template), str(linux_system.MANUAL), str(home))
        run_in_briefcase(ON_FEDORA, *words, "create")
        add_page()
        run_in_briefcase(ON_FEDORA, *words, "build", "package")
    package = max(DIST.glob("claudometer-*.rpm"), key=lambda path: path.stat().st_mtime)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))  # its .rpmmacros make rpmbuild believe that this is Fedora
        linux_rpm.complete(package, read_facts().license)
    return package


def query(rpm: Path, *words: str) -> list[str]:
    done = subprocess.run(["rpm", "-qp", *words, rpm], text=True, capture_output=True, check=True, timeout=60)
    return done.stdout.splitlines()


def test_the_rpm_requires_fedoras_packages(rpm: Path) -> None:
    assert set(query(rpm, "--requires")) >= FEDORA_HAS


def test_the_rpm_requires_the_python_that_it_is_compiled_for(rpm: Path) -> None:
    compiled = {
        file.split(".")[-2].removeprefix("cpython-") for file in query(rpm, "--list") if file.endswith(".pyc")
    }
    (wanted,) = (line for line in query(rpm, "--requires") if line.startswith("python(abi)"))
    assert {f"python(abi) = {tag[0]}.{tag[1:]}" for tag in compiled} == {wanted}


def test_the_rpm_has_the_license(rpm: Path) -> None:
    assert query(rpm, "--queryformat", "%{license}") == ["MIT"]


def test_the_files_are_in_fedoras_folders(rpm: Path) -> None:
    files = set(query(rpm, "--list"))
    assert {
        "/usr/bin/claudometer",
        "/usr/lib/claudometer/app/claudometer/processes/tray_program.py",
        "/usr/lib/claudometer/app/web/page.html",
        "/usr/lib/claudometer/app/web/window.html",
        "/usr/share/applications/claudometer.desktop",
        "/usr/share/icons/hicolor/scalable/apps/claudometer.svg",
        "/usr/share/man/man1/claudometer.1.gz",
        "/usr/share/zsh/site-functions/_claudometer",
    } <= files
    libraries = "/usr/lib/claudometer/app_packages/"
    assert not [file for file in files if file.startswith((f"{libraries}PIL", f"{libraries}nacl"))]


def test_the_rpm_has_the_changelog_and_the_build_leaves_no_file(rpm: Path) -> None:
    lines = query(rpm, "--changelog")
    assert lines[0].endswith(f"- {read_facts().version}-1")
    assert lines[1].startswith("- ")
    assert not (ROOT / "CHANGELOG").exists()


def test_rpmlint_finds_only_accepted_errors(rpm: Path) -> None:
    done = subprocess.run(["rpmlint", rpm], text=True, capture_output=True, check=False, timeout=120)
    errors = {line.split()[2] for line in done.stdout.splitlines() if ": E: " in line}
    assert errors <= ACCEPTED_ERRORS, done.stdout
