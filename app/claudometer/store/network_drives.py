"""Tells whether a file is on a network drive, where a write-ahead log does not work."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

NETWORK = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.glusterfs",
    }
)
"""File systems on which another computer cannot see the shared memory that a write-ahead log needs."""


def is_on_network(path: Path) -> bool:
    """Return whether the file is on a network drive, ``False`` where the system does not say."""
    found, kind = "", ""
    with suppress(OSError):
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
        for _, point, this, *_ in (line.split(" ") for line in lines if line.count(" ") >= 3):
            place = point.replace("\\040", " ")
            is_above = str(path).startswith(place if place.endswith("/") else f"{place}/")
            if is_above and len(place) >= len(found):
                found, kind = place, this
    return kind in NETWORK
