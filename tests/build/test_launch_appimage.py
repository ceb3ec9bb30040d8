"""The AppImage's launcher leaves commands that need no toolkit in the folder they are called from."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.simulator.account import write_login

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "build" / "linux" / "launch_appimage.py"
CLOSED_PORT = "http://127.0.0.1:9"
PRINTS_ITS_FOLDER = "import os\ndef main():\n    print(os.getcwd())\n    return 0\n"

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
