"""Records again what the tests compare with: all of it, or those whose ``KIND/NAME`` contains a word.

Look at ``git diff`` afterwards. A changed file in ``golden/machine`` is a change for scripts and other
programs, which needs a reason and a line in the changelog.
"""

from __future__ import annotations

import argparse
import sys

from tests.interface.recording import GOLDEN, golden_file, names, record


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.interface", description=__doc__)
    parser.add_argument("word", nargs="?", default="", help="for example sentences/ or machine/pro")
    word = parser.parse_args().word
    for kind, name in names():
        if word in f"{kind}/{name}":
            path = golden_file(kind, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(record(kind, name), encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(GOLDEN)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
