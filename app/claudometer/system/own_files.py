"""Commands that give a file to the user who types them. They contain no name, so a report may have them."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

from claudometer.system.anonymous_paths import shell_path, without_names
from claudometer.system.root_command import as_root_from_home

if TYPE_CHECKING:
    from claudometer.system.root_command import Which


def make_own(
    path: str | os.PathLike[str],
    *,
    whole: bool = False,
    which: Which = shutil.which,
    is_root: bool | None = None,
) -> str:
    """Return the command that makes a file the user's own; with ``whole``, a folder and all that is in it."""
    # Not $USER, which may be missing in a container or a service.
    change = "chown -R" if whole else "chown"
    return _line(f'{change} "$(id -un)"', f"{change} '$(id -un)'", path, which, is_root)


def unprotect(
    path: str | os.PathLike[str], *, which: Which = shutil.which, is_root: bool | None = None
) -> str:
    """Return the command that makes an immutable file (chattr(1)) changeable again."""
    return _line("chattr -i", "chattr -i", path, which, is_root)


def _line(command: str, for_su: str, path: str | os.PathLike[str], which: Which, is_root: bool | None) -> str:
    for_su = f'"{for_su} {_word_for_su(os.fspath(path))}"'
    return as_root_from_home(f"{command} {shell_path(path)}", for_su, which, is_root=is_root)


def _word_for_su(path: str) -> str:
    """Return a path in single quotes for root's shell, for a text in double quotes in the user's shell."""
    text = without_names(path)
    is_at_home = text == "~" or text.startswith("~/")
    inner = (text[1:] if is_at_home else text).replace("'", r"'\''")
    # The user's shell expands only $HOME and $USER, which stand for the names.
    inner = re.sub(r'(["`\\]|\$(?!USER\b))', r"\\\1", inner)
    return f"'$HOME{inner}'" if is_at_home else f"'{inner}'"
