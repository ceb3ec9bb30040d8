"""Tests for the packages for macOS, Windows and Linux on arm64 that can run on any machine."""

from __future__ import annotations

import plistlib
import subprocess
import sys
from pathlib import Path

import pytest
from devtools.packaging import macos_dmg, wheels
from devtools.packaging.inputs import read_facts

from tests.packages.in_briefcase import read_settings, run_in_briefcase

ROOT = Path(__file__).parents[2]
APP_TEMPLATE = Path(__file__).with_name("macos-template")

pytestmark = [pytest.mark.packages, pytest.mark.timeout(600)]  # building packages takes minutes

CREATE_APP = """
import sys
from pathlib import Path
from briefcase.console import Console
from briefcase.platforms.macOS.app import macOSAppCreateCommand

class Create(macOSAppCreateCommand):
    supported_host_os = {"Linux", "Darwin"}  # only the template is rendered; nothing is built
    def verify_tools(self): pass
    def verify_not_on_icloud(self, app, cleanup=False): pass
    def bundle_path(self, app): return Path(sys.argv[2]) / "app"

create = Create(console=Console())
create.parse_config(Path("pyproject.toml"), {"template": sys.argv[1], **eval(sys.argv[3])})
app = create.finalize(create.apps.values())["claudometer"]
create.generate_app_template(app)
create.install_app_resources(app)
"""


def create_app(folder: Path, **overrides: object) -> Path:
    """Let briefcase create the macOS app from the project's settings, and return the Contents folder."""
    run_in_briefcase(CREATE_APP, str(APP_TEMPLATE), str(folder), repr(overrides))
    return folder / "app" / "Claudometer.app" / "Contents"


@pytest.mark.parametrize(
    ("platform", "output_format"),
    [("macOS", "app"), ("windows", "app"), ("linux", "appimage"), ("linux", "system")],
)
def test_briefcase_reads_the_settings_of_every_system(platform: str, output_format: str) -> None:
    settings = read_settings(platform, output_format)
    assert settings["formal_name"] == "Claudometer"
    assert settings["long_description"]
    assert len(list(settings["requires"])) >= 10  # type: ignore[call-overload]  # read from JSON


@pytest.mark.parametrize(("platform", "ending"), [("macOS", ".icns"), ("windows", ".ico")])
def test_the_icon_is_where_briefcase_looks_for_it(platform: str, ending: str) -> None:
    assert (ROOT / f"{read_settings(platform, 'app')['icon']}{ending}").is_file()


def test_the_property_list_for_macos_is_correct(tmp_path: Path) -> None:
    contents = create_app(tmp_path)
    info = plistlib.loads((contents / "Info.plist").read_bytes())
    assert macos_dmg.find_faults(info, read_facts()) == []
    icon = contents / "Resources" / info["CFBundleIconFile"]
    assert icon.read_bytes() == (ROOT / "build/macos/claudometer.icns").read_bytes()


def test_a_missing_setting_is_reported_before_the_build(tmp_path: Path) -> None:
    info = plistlib.loads((create_app(tmp_path, info={}) / "Info.plist").read_bytes())
    assert "Info.plist: LSUIElement is None, not True." in macos_dmg.find_faults(info, read_facts())


@pytest.fixture(scope="module")
def missing_wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    wheels.prepare(folder)
    return folder


@pytest.mark.parametrize(
    ("system", "python"),
    [
        ("aarch64-apple-darwin", "3.13"),
        ("x86_64-apple-darwin", "3.13"),
        ("x86_64-pc-windows-msvc", "3.13"),
        ("aarch64-manylinux_2_36", "3.11"),  # Debian 12
    ],
)
def test_every_requirement_has_a_wheel_for_the_system(system: str, python: str, missing_wheels: Path) -> None:
    uv = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--only-binary", ":all:", "--no-header"]
    where = ["--find-links", str(missing_wheels), "--python-platform", system, "--python-version", python]
    done = subprocess.run(
        [*uv, *where, "pyproject.toml"], cwd=ROOT, text=True, capture_output=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "pywebview==" in done.stdout
    assert "pynacl==" in done.stdout
