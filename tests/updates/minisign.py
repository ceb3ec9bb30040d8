"""Signs as the minisign program does, with a key made in the test."""

from __future__ import annotations

import base64

from nacl.signing import SigningKey

from claudometer.updates.signature import PublicKey, digest_of

KEY_ID = b"\x01\x02\x03\x04\x05\x06\x07\x08"


class Signer:
    """One key pair."""

    def __init__(self, key_id: bytes = KEY_ID) -> None:
        self._key = SigningKey.generate()
        self._key_id = key_id
        self.public = PublicKey(key_id, bytes(self._key.verify_key))

    @property
    def public_text(self) -> str:
        """The .pub file."""
        raw = b"Ed" + self._key_id + self.public.key
        return f"untrusted comment: minisign public key\n{base64.b64encode(raw).decode()}\n"

    def sign(self, data: bytes, *, file: str, version: str, algorithm: bytes = b"ED") -> bytes:
        """Return the .minisig file."""
        return self.sign_comment(data, f"timestamp:1\tfile:{file}\tversion:{version}", algorithm=algorithm)

    def sign_comment(self, data: bytes, comment: str, *, algorithm: bytes = b"ED") -> bytes:
        """Return the .minisig file with this trusted comment."""
        signature = self._key.sign(digest_of([data])).signature
        over_comment = self._key.sign(signature + comment.encode()).signature
        first = base64.b64encode(algorithm + self._key_id + signature).decode()
        second = base64.b64encode(over_comment).decode()
        return f"untrusted comment: x\n{first}\ntrusted comment: {comment}\n{second}\n".encode()
