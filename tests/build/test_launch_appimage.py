"""The AppImage's launcher: the folder in which a command starts, and the end of the one it is unpacked in."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.desktop.waiting import wait_for
from tests.simulator.account import write_login

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "build" / "linux" / "launch_appimage.py"
CLOSED_PORT = "http://127.0.0.1:9"
PRINTS_ITS_FOLDER = "import os\ndef main():\n    print(os.getcwd())\n    return 0\n"
TAKES_LONG_TO_END = """
import os, pathlib, sys, time
from claudometer.system.forced_exit import end_within

def main():
    # A folder of thousands of files on a slow disk, which this process deletes file by file.
    sys.addaudithook(lambda event, _: event in {"os.remove", "shutil.rmtree"} and time.sleep(60))
    end_within(10, 0)
    pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
    return 0
"""
AS_APPRUN_DOES = (
    'mkdir "$1/claudometer-run-$$" && mv "$1/appimage_extracted_1" "$1/claudometer-run-$$" && shift'
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="AppImages are for Linux")


@pytest.fixture
def usr(tmp_path: Path) -> Path:
    """The folder ``usr`` of an AppImage, with the launcher and the libraries."""
    folder = tmp_path / "usr"
    folder.mkdir()
    (folder / "launch.py").write_bytes(LAUNCHER.read_bytes())
    (folder / "app_packages").symlink_to(sysconfig.get_path("purelib"))
    return folder


def launch(usr: Path, *words: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "CLAUDOMETER_OAUTH_URL": CLOSED_PORT, **variables}
    command = [sys.executable, "-I", str(usr / "launch.py"), *words]
    return subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("words", [("accounts",), ("status",), ("--demo", "--plan", "pro", "accounts")])
def test_a_relative_folder_in_a_variable_is_one_of_the_callers_folder(
    usr: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Commands added later than `status` looked for it in the AppImage."""
    (usr / "app").symlink_to(ROOT / "app")
    cwd = tmp_path / "project"
    cwd.mkdir()
    write_login(cwd / "work", "sk-ant-oat01-nobody")
    done = launch(usr, *words, cwd=cwd, CLAUDE_CONFIG_DIR="work")
    assert done.stdout
    assert "does not exist" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        *(((name,), False) for name in ("hook", "guard", "history", "export", "doctor", "statusline")),
        *(((name,), True) for name in ("open", "settings", "window", "browse")),
        ((), True),
        (("--demo",), True),
        (("--demo", "--plan", "max-5x"), True),
        (("--demo", "--plan", "max-5x", "status"), False),
        (("open", "resets"), True),
        (("window", "--page", "alerts"), True),
    ],
)
def test_only_a_command_that_may_load_the_toolkit_starts_in_its_folder(
    usr: Path, tmp_path: Path, words: tuple[str, ...], *, changes: bool
) -> None:
    """A program in place of ours says where it starts: the real window would need a display."""
    cli = usr / "app" / "claudometer" / "cli"
    cli.mkdir(parents=True)
    (cli / "__init__.py").write_text(PRINTS_ITS_FOLDER, encoding="utf-8")
    (cli.parent / "__init__.py").touch()
    (cli.parent / "system").symlink_to(ROOT / "app" / "claudometer" / "system")
    done = launch(usr, *words, cwd=tmp_path)
    assert (done.stdout.strip(), done.stderr) == (str(usr if changes else tmp_path), "")


def test_an_unpacked_folder_is_deleted_however_long_that_takes_and_its_runtime_finds_an_empty_one(
    usr: Path, tmp_path: Path
) -> None:
    """The tray program ends five seconds after Quit, in the middle of it: the runtime exited with 127."""
    cli = usr / "app" / "claudometer" / "cli"
    cli.mkdir(parents=True)
    (cli / "__init__.py").write_text(TAKES_LONG_TO_END, encoding="utf-8")
    (cli.parent / "__init__.py").touch()
    (cli.parent / "system").symlink_to(ROOT / "app" / "claudometer" / "system")
    unpacked = tmp_path / "appimage_extracted_1"
    unpacked.mkdir()
    usr.rename(unpacked / "usr")
    script = (
        f'{AS_APPRUN_DOES} && exec "$1" -I "$2"/claudometer-run-$$/appimage_extracted_1/usr/launch.py "$3"'
    )
    words = ["sh", "-c", script, "sh", *map(str, (tmp_path, sys.executable, tmp_path, tmp_path / "pid"))]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    ours = tmp_path / f"claudometer-run-{(tmp_path / 'pid').read_text(encoding='utf-8')}"
    assert list(unpacked.iterdir()) == []
    wait_for(lambda: not ours.exists(), what="the end of the folder")
