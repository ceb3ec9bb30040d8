"""A real Secret Service with a private keyring, whose password only the tests know."""

from collections.abc import Mapping
from contextlib import suppress

from jeepney import DBusAddress, DBusErrorResponse

from tests.desktop.bus_client import BusClient
from tests.desktop.private_home import PrivateHome
from tests.desktop.program import Program
from tests.desktop.waiting import wait_for

_NAME = "org.freedesktop.secrets"
_SERVICE = DBusAddress("/org/freedesktop/secrets", _NAME, "org.freedesktop.Secret.Service")
_INTERNAL = DBusAddress(
    "/org/freedesktop/secrets", _NAME, "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
)
PASSWORD = b"the tests' own keyring"


class SecretService:
    """gnome-keyring-daemon. It never asks for the password, because this bus has no prompter."""

    def __init__(self, home: PrivateHome, *, env: Mapping[str, str], bus: BusClient) -> None:
        self._bus = bus
        argv = ("gnome-keyring-daemon", "--foreground", "--components=secrets", "--unlock")
        self._program = Program(argv, env=env, logs=home.logs)

    def start(self) -> None:
        """Start it with the keyring unlocked; the keyring of an earlier start is used again."""
        self._program.start(stdin=PASSWORD)
        wait_for(lambda: self.is_answering and self._find_keyring(), what="an unlocked keyring")

    def stop(self) -> None:
        """Stop it, so that there is no keyring."""
        self._program.stop()
        wait_for(lambda: not self.is_answering, what="the end of the keyring")

    @property
    def is_answering(self) -> bool:
        """Return whether there is a Secret Service."""
        return self._bus.has_owner(_NAME)

    @property
    def is_locked(self) -> bool:
        """Return whether the keyring is locked."""
        return bool(self._bus.properties(self._collection)["Locked"])

    def lock(self) -> None:
        """Lock the keyring, as a screen lock does on some desktops."""
        self._bus.call(_SERVICE, "Lock", "ao", [self._find_keyring()])
        assert self.is_locked, "the keyring accepted the call and stayed unlocked"

    def unlock(self) -> None:
        """Unlock the keyring without a prompt."""
        _nothing, session = self._bus.call(_SERVICE, "OpenSession", "sv", "plain", ("s", ""))
        secret = (session, b"", PASSWORD, "text/plain")
        self._bus.call(_INTERNAL, "UnlockWithMasterPassword", "o(oayays)", self._find_keyring(), secret)

    def attributes_of_all(self) -> list[dict[str, str]]:
        """Return the attributes of each entry, without its secret."""
        paths = self._bus.properties(self._collection)["Items"]
        found = []
        for path in paths:
            with suppress(DBusErrorResponse):  # the entry was deleted after the list was read
                item = DBusAddress(path, _NAME, "org.freedesktop.Secret.Item")
                found.append(dict(self._bus.properties(item)["Attributes"]))
        return found

    def clear(self) -> None:
        """Delete every entry."""
        for path in self._bus.properties(self._collection)["Items"]:
            self._bus.call(DBusAddress(path, _NAME, "org.freedesktop.Secret.Item"), "Delete")

    @property
    def _collection(self) -> DBusAddress:
        return DBusAddress(self._find_keyring(), _NAME, "org.freedesktop.Secret.Collection")

    def _find_keyring(self) -> str:
        path = self._bus.call(_SERVICE, "ReadAlias", "s", "default")
        return "" if path == "/" else str(path)
