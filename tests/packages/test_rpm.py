"""The .rpm as far as a Debian can go: briefcase and rpmbuild make it as on Fedora; nobody installs it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from devtools.packaging import linux_rpm, linux_system
from devtools.packaging.briefcase import BUNDLES, DIST
from devtools.packaging.inputs import read_facts

from tests.packages.in_briefcase import run_in_briefcase

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.packages, pytest.mark.timeout(600)]

FEDORA_HAS = {
    *("python3", "python3-gobject", "gtk3", "webkit2gtk4.1"),
    *("python3-pillow", "python3-cryptography", "python3-markupsafe", "python3-pynacl", "ca-certificates"),
}

NOT_OURS = {
    "explicit-lib-dependency",  # loaded by its typelib, which rpm cannot see
    *(
        "no-group-tag",
        "no-packager-tag",
        "no-signature",
    ),  # briefcase writes none
    *("incorrect-fsf-address", "non-executable-script"),  # in libraries, as their authors wrote them
}

ON_FEDORA = """
import os, sys
from pathlib import Path
from briefcase.__main__ import main
from briefcase.platforms.linux.system import LinuxSystemDockerMixin, LinuxSystemMixin

template, manual, home = sys.argv[1:]
for mixin in (LinuxSystemMixin, LinuxSystemDockerMixin):
    mixin.platform_freedesktop_info = lambda self, app: {"ID": "fedora", "VERSION_ID": "43"}
    mixin.verify_system_packages = lambda self, app: None  # it would look for Fedora's packages here

def as_rpmbuild_of_fedora():
    Path(home, ".rpmmacros").write_text("%dist .fc43")
    os.environ["HOME"] = home

given = ("-C", f"template='{template}'", "-C", f"man_page='{manual}'", "-C", "url='https://example.org/'")
for command, *options in (("create",), ("build",), ("package", "--packaging-format", "rpm", "--adhoc-sign")):
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
        run_in_briefcase(ON_FEDORA, str(template), str(linux_system.MANUAL), str(home))
    package = max(DIST.glob("claudometer-*.rpm"), key=lambda path: path.stat().st_mtime)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))  # where rpmbuild reads that this is Fedora
        linux_rpm.complete(package, read_facts().licence)
    return package


def ask(rpm: Path, *words: str) -> list[str]:
    done = subprocess.run(["rpm", "-qp", *words, rpm], text=True, capture_output=True, check=True, timeout=60)
    return done.stdout.splitlines()


def test_it_asks_for_what_fedora_calls_its_packages(rpm: Path) -> None:
    assert set(ask(rpm, "--requires")) >= FEDORA_HAS


def test_it_asks_for_the_one_python_it_is_compiled_for(rpm: Path) -> None:
    compiled = {
        file.split(".")[-2].removeprefix("cpython-") for file in ask(rpm, "--list") if file.endswith(".pyc")
    }
    (wanted,) = (line for line in ask(rpm, "--requires") if line.startswith("python(abi)"))
    assert {f"python(abi) = {tag[0]}.{tag[1:]}" for tag in compiled} == {wanted}


def test_it_names_its_licence(rpm: Path) -> None:
    assert ask(rpm, "--queryformat", "%{license}") == ["MIT"]


def test_everything_is_where_fedora_looks(rpm: Path) -> None:
    files = set(ask(rpm, "--list"))
    assert {
        "/usr/bin/claudometer",
        "/usr/lib/claudometer/app/claudometer/processes/desktop.py",
        "/usr/lib/claudometer/app/web/settings.html",
        "/usr/share/applications/claudometer.desktop",
        "/usr/share/icons/hicolor/scalable/apps/claudometer.svg",
        "/usr/share/man/man1/claudometer.1.gz",
        "/usr/share/zsh/site-functions/_claudometer",
    } <= files
    libraries = "/usr/lib/claudometer/app_packages/"
    assert not [file for file in files if file.startswith((f"{libraries}PIL", f"{libraries}nacl"))]


def test_it_says_what_changed_and_leaves_nothing_in_the_tree(rpm: Path) -> None:
    told = ask(rpm, "--changelog")
    assert told[0].endswith(f"- {read_facts().version}-1")
    assert told[1].startswith("- ")
    assert not (ROOT / "CHANGELOG").exists()


def test_rpmlint_finds_no_error_but_those_of_others(rpm: Path) -> None:
    done = subprocess.run(["rpmlint", rpm], text=True, capture_output=True, check=False, timeout=120)
    errors = {line.split()[2] for line in done.stdout.splitlines() if ": E: " in line}
    assert errors <= NOT_OURS, done.stdout
