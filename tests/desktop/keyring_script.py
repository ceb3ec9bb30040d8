"""Uses the keyring store, in a process on the bus of the desktop under test."""

from __future__ import annotations

import sys

from claudometer.domain.errors import ClaudometerError
from claudometer.vault.keyring_store import KeyringStore
from tests.vault.contract import FIRST, check_contract


def main(task: str) -> str:
    """Do one task and return its outcome in a word."""
    store = KeyringStore()
    try:
        if task == "contract":
            check_contract(store)
        elif task == "write":
            store.write(FIRST)
        elif task == "read":
            return "found" if store.read() == FIRST else "nothing"
        elif task == "check":
            store.check()
        elif task == "libraries":
            store.check()
            return " ".join(
                each for each in ("keyring", "secretstorage", "cryptography") if each in sys.modules
            )
    except ClaudometerError as error:
        return error.code.value
    return "done"


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1]))
