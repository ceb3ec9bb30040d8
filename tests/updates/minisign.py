"""Signatures as a release has them, with a key pair made in the test."""

from __future__ import annotations

from release.minisign import SecretKey, comment_for, make_key

from claudometer.updates.signature import PREHASHED, digest_of

KEY_ID = b"\x01\x02\x03\x04\x05\x06\x07\x08"


class Signer:
    """A new key pair. ``key_id`` has 8 bytes."""

    def __init__(self, key_id: bytes = KEY_ID) -> None:
        self.key = SecretKey(key_id, make_key().seed)
        self.public = self.key.public

    @property
    def public_text(self) -> str:
        """The content of the .pub file."""
        return self.key.public_text()

    def sign(self, data: bytes, *, file: str, version: str, algorithm: bytes = PREHASHED) -> bytes:
        """Return the .minisig file for ``data``, whose trusted comment has the file name and the version."""
        return self.sign_comment(data, comment_for(file, version, at_s=1), algorithm=algorithm)

    def sign_comment(self, data: bytes, comment: str, *, algorithm: bytes = PREHASHED) -> bytes:
        """Return the .minisig file for ``data`` with this trusted comment."""
        return self.key.sign(digest_of([data]), comment, algorithm=algorithm)
