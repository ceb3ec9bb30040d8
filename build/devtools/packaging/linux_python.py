"""The distribution's Python, which packages for Linux bring or ask for, and are compiled for."""

import subprocess

from devtools.environment import DISTRIBUTION_PYTHON


def read_version() -> str:
    """Return its version as its folders are named: `3.11`."""
    words = [str(DISTRIBUTION_PYTHON), "-c", "import sys; print('{}.{}'.format(*sys.version_info))"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
