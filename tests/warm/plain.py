"""Forks Claudometer: ``python plain.py --fork SOCKET MODULE…``, see ``tests.warm.server``."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[2])
    from tests.warm.server import open_channel, serve

    request = serve(open_channel(int(sys.argv[2])), sys.argv[3:])
    sys.argv[:] = ["claudometer", *request.arguments]
    runpy.run_module("claudometer", run_name="__main__", alter_sys=False)
