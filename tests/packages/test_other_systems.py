"""What can be proved of packages for macOS, Windows and Linux on arm64 without any of them."""

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

pytestmark = [pytest.mark.packages, pytest.mark.timeout(600)]

LAY_OUT = """
import sys
from pathlib import Path
from briefcase.console import Console
from briefcase.platforms.macOS.app import macOSAppCreateCommand

class Create(macOSAppCreateCommand):
    supported_host_os = {"Linux", "Darwin"}  # the template is laid out; nothing is built
    def verify_tools(self): pass
    def verify_not_on_icloud(self, app, cleanup=False): pass
    def bundle_path(self, app): return Path(sys.argv[2]) / "app"

create = Create(console=Console())
create.parse_config(Path("pyproject.toml"), {"template": sys.argv[1], **eval(sys.argv[3])})
app = create.finalize(create.apps.values())["claudometer"]
create.generate_app_template(app)
create.install_app_resources(app)
"""


def lay_out(folder: Path, **overrides: object) -> Path:
    """Have briefcase make its app from our settings, and return the app's Contents."""
    run_in_briefcase(LAY_OUT, str(APP_TEMPLATE), str(folder), repr(overrides))
    return folder / "app" / "Claudometer.app" / "Contents"


@pytest.mark.parametrize(
    ("platform", "output_format"),
    [("macOS", "app"), ("windows", "app"), ("linux", "appimage"), ("linux", "system")],
)
def test_briefcase_reads_the_settings_of_every_system(platform: str, output_format: str) -> None:
    settings = read_settings(platform, output_format)
    assert settings["formal_name"] == "Claudometer"
    assert settings["long_description"]
    assert len(list(settings["requires"])) >= 11  # type: ignore[call-overload]  # read from JSON


@pytest.mark.parametrize(("platform", "ending"), [("macOS", ".icns"), ("windows", ".ico")])
def test_the_icon_is_where_briefcase_looks_for_it(platform: str, ending: str) -> None:
    assert (ROOT / f"{read_settings(platform, 'app')['icon']}{ending}").is_file()


def test_on_macos_the_property_list_says_what_it_should(tmp_path: Path) -> None:
    contents = lay_out(tmp_path)
    info = plistlib.loads((contents / "Info.plist").read_bytes())
    assert macos_dmg.find_faults(info, read_facts()) == []
    icon = contents / "Resources" / info["CFBundleIconFile"]
    assert icon.read_bytes() == (ROOT / "build/macos/claudometer.icns").read_bytes()


def test_a_setting_that_went_lost_is_named_before_anything_is_built(tmp_path: Path) -> None:
    info = plistlib.loads((lay_out(tmp_path, info={}) / "Info.plist").read_bytes())
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
def test_every_requirement_has_a_wheel_there(system: str, python: str, missing_wheels: Path) -> None:
    uv = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--only-binary", ":all:", "--no-header"]
    where = ["--find-links", str(missing_wheels), "--python-platform", system, "--python-version", python]
    done = subprocess.run(
        [*uv, *where, "pyproject.toml"], cwd=ROOT, text=True, capture_output=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "pywebview==" in done.stdout
    assert "pynacl==" in done.stdout
