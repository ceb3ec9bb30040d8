"""Signs as a release is signed, with a key made in the test."""

from __future__ import annotations

from release.minisign import SecretKey, comment_for, make_key

from claudometer.updates.signature import PREHASHED, digest_of

KEY_ID = b"\x01\x02\x03\x04\x05\x06\x07\x08"


class Signer:
    """One key pair."""

    def __init__(self, key_id: bytes = KEY_ID) -> None:
        self.key = SecretKey(key_id, make_key().seed)
        self.public = self.key.public

    @property
    def public_text(self) -> str:
        """The .pub file."""
        return self.key.public_text()

    def sign(self, data: bytes, *, file: str, version: str, algorithm: bytes = PREHASHED) -> bytes:
        """Return the .minisig file."""
        return self.sign_comment(data, comment_for(file, version, at_s=1), algorithm=algorithm)

    def sign_comment(self, data: bytes, comment: str, *, algorithm: bytes = PREHASHED) -> bytes:
        """Return the .minisig file with this trusted comment."""
        return self.key.sign(digest_of([data]), comment, algorithm=algorithm)
