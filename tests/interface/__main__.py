"""Makes the recordings that the tests compare with: all, or those whose ``KIND/NAME`` contains a word.

Look at ``git diff`` afterwards. A changed file in ``golden/machine`` is a change for scripts and other
programs, which needs a reason and a line in the changelog.
"""

from __future__ import annotations

import argparse
import sys

from tests.desktop.look import Look
from tests.desktop.session import open_desktop
from tests.interface.recording import GOLDEN, MACHINE, SENTENCES, golden_file, names, record
from tests.interface.running_app import NAME, record_with_app


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.interface", description=__doc__)
    parser.add_argument("word", nargs="?", default="", help="for example sentences/ or machine/pro")
    word = parser.parse_args().word
    for kind, name in names():
        if word in f"{kind}/{name}":
            _keep(kind, name, record(kind, name))
    kinds = [kind for kind in (MACHINE, SENTENCES) if word in f"{kind}/{NAME}"]
    if kinds:
        with open_desktop(Look(dark=True)) as desktop:
            for kind in kinds:
                _keep(kind, NAME, record_with_app(desktop, kind))
    return 0


def _keep(kind: str, name: str, text: str) -> None:
    path = golden_file(kind, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path.relative_to(GOLDEN)}\n")


if __name__ == "__main__":
    sys.exit(main())
