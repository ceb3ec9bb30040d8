"""Tests the content of the wheel and the sdist, and that the wheel works on its own."""

from __future__ import annotations

import json
import subprocess
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from devtools.packaging import python_dists
from devtools.packaging.briefcase import DIST, PackagingError

from claudometer.ui.window.document import RENDERED
from claudometer.ui.window.render import render_page

pytestmark = [pytest.mark.packages, pytest.mark.timeout(600)]  # building packages takes minutes


@pytest.fixture(scope="module")
def built() -> Path:
    """Build both, and return the folder that contains only them."""
    python_dists.build()
    return python_dists.MADE


def run(*words: str) -> str:
    done = subprocess.run(words, text=True, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_the_wheel_and_the_sdist_are_copied_to_dist(built: Path) -> None:
    names = sorted(path.name for path in built.iterdir())
    assert [name.split("-")[0] for name in names] == ["claudometer_desktop"] * 2
    assert [name.endswith(end) for name, end in zip(names, (".whl", ".tar.gz"), strict=True)] == [True, True]
    assert all((DIST / name).read_bytes() == (built / name).read_bytes() for name in names)


def test_the_shells_completions_are_beside_the_wheel(built: Path) -> None:
    assert built.is_dir()
    folder = DIST / python_dists.COMPLETIONS
    assert sorted(path.name for path in folder.iterdir()) == [
        "_claudometer",
        "claudometer",
        "claudometer.fish",
    ]
    completing = "COMP_WORDS=(claudometer stat); COMP_CWORD=1; _shtab_claudometer; echo ${COMPREPLY[@]}"
    said = run("bash", "--norc", "-c", f". {folder / 'claudometer'}; {completing}")
    assert {"status", "statusline"} <= set(said.split())


def test_a_file_that_a_package_index_would_refuse_fails_the_check(built: Path, tmp_path: Path) -> None:
    cut = tmp_path / next(built.glob("*.tar.gz")).name
    cut.write_bytes(next(built.glob("*.tar.gz")).read_bytes()[:1000])
    with pytest.raises(PackagingError, match="twine check"):
        python_dists.check([cut])


def test_a_wheel_with_a_common_mistake_fails_the_check(built: Path, tmp_path: Path) -> None:
    wheel = next(built.glob("*.whl"))
    with zipfile.ZipFile(wheel) as sound, zipfile.ZipFile(tmp_path / wheel.name, "w") as mistaken:
        for name in sound.namelist():
            listed = b"claudometer/app.pyc,,\n" if name.endswith("/RECORD") else b""
            mistaken.writestr(name, sound.read(name) + listed)
        mistaken.writestr("claudometer/app.pyc", b"")
    with pytest.raises(PackagingError, match="check_wheel_contents"):
        python_dists.check([tmp_path / wheel.name])


def test_the_wheel_has_page_icons_and_py_typed(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    for name in ("web/window.html", "assets/claudometer.svg", "py.typed"):
        assert f"claudometer/{name}" in names
    assert not [name for name in names if name.startswith(("tests/", "build/"))]


def test_the_wheel_has_the_rendered_page(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        assert wheel.read(f"claudometer/web/{RENDERED}").decode() == render_page()


def test_the_sdist_has_the_files_for_building_and_testing(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    needed = {
        "pyproject.toml",
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "web/window.html",
        "tests/conftest.py",
        "build/devtools/catalog.py",  # what the tests need is in it, and without it none of them starts
        ".github/troubleshooting.md",
    }
    assert needed <= names


def test_the_wheel_alone_runs(built: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = str(tmp_path / "env" / "bin" / "python")
    run(python, "-m", "pip", "install", "--quiet", str(next(built.glob("*.whl"))))
    program = str(tmp_path / "env" / "bin" / "claudometer")
    assert run(program, "--version").startswith("claudometer ")
    report = json.loads(run(program, "--demo", "status", "--json"))
    assert (report["status"], report["source"]) == ("ok", "demo")
    found = run(python, "-c", "from claudometer.resources import web_folder; print(web_folder())").strip()
    assert Path(found, "window.html").is_file()
    assert Path(found).is_relative_to(tmp_path)
