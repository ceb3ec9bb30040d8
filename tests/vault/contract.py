"""What every secret store must do, whatever it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.secret import Secret

if TYPE_CHECKING:
    from claudometer.vault.base import SecretStore

FIRST = Secret("sk-ant-sid02-first-0123456789")
SECOND = Secret("sk-ant-sid02-second-0123456789")


def check_contract(store: SecretStore) -> None:
    """Write, replace, forget, and forget again."""
    store.check()
    assert store.read() is None
    store.write(FIRST)
    assert store.read() == FIRST
    store.write(SECOND)
    assert store.read() == SECOND
    store.delete()
    assert store.read() is None
    store.delete()
    store.check()
