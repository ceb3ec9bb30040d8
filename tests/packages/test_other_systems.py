"""What can be proved of macOS and Windows packages without either: settings, and that every wheel exists."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from devtools.packaging import briefcase

ROOT = Path(__file__).parents[2]
WITHOUT_WHEEL = "proxy_tools==0.1.0"

pytestmark = [pytest.mark.packages, pytest.mark.timeout(600)]

READ = """
import json, sys
from pathlib import Path
from briefcase.config import parse_config
from briefcase.console import Console
platform, output_format = sys.argv[1:]
console = Console()
_, apps = parse_config(Path("pyproject.toml"), platform, output_format, console)
print(json.dumps(apps["claudometer"], default=str))
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    words = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), WITHOUT_WHEEL]
    subprocess.run(words, check=True, timeout=300)
    return folder


def settings_for(platform: str, output_format: str) -> dict[str, object]:
    python = str(briefcase.install().with_name("python"))
    words = [python, "-c", READ, platform, output_format]
    done = subprocess.run(words, cwd=ROOT, text=True, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    settings: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return settings


@pytest.mark.parametrize(
    ("platform", "output_format"),
    [("macOS", "app"), ("windows", "app"), ("linux", "appimage"), ("linux", "system")],
)
def test_briefcase_reads_the_settings_of_every_system(platform: str, output_format: str) -> None:
    settings = settings_for(platform, output_format)
    assert settings["formal_name"] == "Claudometer"
    assert settings["long_description"]
    assert len(list(settings["requires"])) >= 10  # type: ignore[call-overload]  # read from JSON


def test_on_macos_it_lives_in_the_menu_bar_alone() -> None:
    settings = settings_for("macOS", "app")
    assert settings["info"] == {"LSUIElement": True}
    assert settings["universal_build"] is True


@pytest.mark.parametrize("system", ["aarch64-apple-darwin", "x86_64-apple-darwin", "x86_64-pc-windows-msvc"])
def test_every_requirement_has_a_wheel_there(system: str, wheels: Path) -> None:
    uv = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--only-binary", ":all:", "--no-header"]
    where = ["--find-links", str(wheels), "--python-platform", system, "--python-version", "3.13"]
    done = subprocess.run(
        [*uv, *where, "pyproject.toml"], cwd=ROOT, text=True, capture_output=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "pywebview==" in done.stdout
