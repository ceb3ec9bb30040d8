"""Uses the keyring store, in a process on the bus of the desktop under test."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError
from claudometer.vault.keyring_store import KeyringStore
from claudometer.vault.session_bus import over_gio
from tests.vault.contract import FIRST, check_contract

if TYPE_CHECKING:
    from collections.abc import Callable

OVER_GIO = " over Gio"

DONE: dict[str, Callable[[KeyringStore], None]] = {
    "contract": check_contract,
    "write": lambda store: store.write(FIRST),
    "delete": KeyringStore.delete,
    "check": KeyringStore.check,
}
"""The tasks whose outcome is that nothing is raised."""


def main(task: str) -> str:
    """Do one task and return its outcome in a word; with ``OVER_GIO`` behind it, as in the tray."""
    store = KeyringStore(over_gio) if task.endswith(OVER_GIO) else KeyringStore()
    task = task.removesuffix(OVER_GIO)
    try:
        if task in DONE:
            DONE[task](store)
        elif task in ("read", "read with a dialog"):
            return "found" if store.read(prompt=task != "read") == FIRST else "nothing"
        elif task == "libraries":
            store.check()
            return " ".join(
                each
                for each in ("keyring", "secretstorage", "cryptography", "jeepney")
                if each in sys.modules
            )
    except ClaudometerError as error:
        return error.code.value
    return "done"


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1]))
