"""Tests the secret stores. tests/desktop tests the keyring against a real Secret Service."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from keyring.backend import KeyringBackend

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.secret import Secret
from claudometer.vault.keyring_store import KeyringStore
from claudometer.vault.memory import MemoryStore
from claudometer.vault.session_bus import over_gio, over_jeepney
from tests.vault.contract import check_contract

if TYPE_CHECKING:
    from claudometer.vault.session_bus import Connection


def test_the_memory_store_meets_the_contract() -> None:
    check_contract(MemoryStore())


def test_memory_stores_share_no_secrets() -> None:
    MemoryStore().write(Secret("sk-ant-sid02-0123456789"))
    assert MemoryStore().read() is None


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a keyring")


@on_linux
@pytest.mark.filterwarnings("ignore:DynamicImporter:ImportWarning")  # PyGObject 3.42 imports in the old way
@pytest.mark.parametrize("connected", [over_jeepney, over_gio])
def test_every_call_raises_keyring_missing_without_a_keyring(
    connected: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    store = KeyringStore(connected)
    for call in (
        store.check,
        store.read,
        store.delete,
        lambda: store.write(Secret("sk-ant-sid02-0123456789")),
    ):
        with pytest.raises(ClaudometerError) as caught:
            call()
        assert caught.value.code is ErrorCode.KEYRING_MISSING


class KeepingBackend(KeyringBackend):
    """Reports that it has deleted the key, and keeps it."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        return f"{service}:{username}"

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None: ...


def test_a_key_that_a_keyring_does_not_delete_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claudometer.vault.keyring_store._secure_backend", KeepingBackend)
    with pytest.raises(ClaudometerError) as caught:
        KeyringStore().delete()
    assert caught.value.code is ErrorCode.KEYRING_FAILED


@on_linux
def test_a_plain_text_backend_is_refused_even_when_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    with pytest.raises(ClaudometerError) as caught:
        KeyringStore().write(Secret("sk-ant-sid02-0123456789"))
    assert caught.value.code is ErrorCode.KEYRING_MISSING
