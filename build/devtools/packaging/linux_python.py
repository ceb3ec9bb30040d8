"""The distribution's Python, for which Linux packages are compiled."""

import subprocess

from devtools.bases import DISTRIBUTION_PYTHON


def read_version() -> str:
    """Return its version in the form of its folder names: `3.11`."""
    words = [str(DISTRIBUTION_PYTHON), "-c", "import sys; print('{}.{}'.format(*sys.version_info))"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
