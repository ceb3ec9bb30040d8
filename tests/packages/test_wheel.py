"""The wheel and the sdist: what is in them, and that the wheel alone works."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.packages, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT))
    return folder


def run(*words: str) -> str:
    done = subprocess.run(words, text=True, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_the_index_would_take_both(built: Path) -> None:
    files = [str(path) for path in built.iterdir()]
    assert len(files) == 2
    run(sys.executable, "-m", "twine", "check", "--strict", *files)
    run(sys.executable, "-m", "check_wheel_contents", *(name for name in files if name.endswith(".whl")))


def test_the_wheel_holds_page_and_icons_and_says_that_it_is_typed(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    for name in ("web/settings.html", "assets/claudometer.svg", "py.typed"):
        assert f"claudometer/{name}" in names
    assert not [name for name in names if name.startswith(("tests/", "build/"))]


def test_the_sdist_holds_what_building_and_testing_need(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    needed = {
        "pyproject.toml",
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "web/settings.html",
        "tests/conftest.py",
    }
    assert needed <= names


def test_the_wheel_alone_runs(built: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = str(tmp_path / "env" / "bin" / "python")
    run(python, "-m", "pip", "install", "--quiet", str(next(built.glob("*.whl"))))
    program = str(tmp_path / "env" / "bin" / "claudometer")
    assert run(program, "--version").startswith("claudometer ")
    answer = json.loads(run(program, "--demo", "status", "--json"))
    assert (answer["status"], answer["source"]) == ("ok", "demo")
    found = run(python, "-c", "from claudometer.resources import web_folder; print(web_folder())").strip()
    assert Path(found, "settings.html").is_file()
    assert Path(found).is_relative_to(tmp_path)
