"""The contract of every secret store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.secret import Secret

if TYPE_CHECKING:
    from claudometer.vault.base import SecretStore

FIRST = Secret("sk-ant-sid02-first-0123456789")
SECOND = Secret("sk-ant-sid02-second-0123456789")


def check_contract(store: SecretStore) -> None:
    """Assert that a secret can be written, replaced and deleted, and that a second delete is no error."""
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
