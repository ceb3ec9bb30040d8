"""Keys and signatures in minisign's formats, which its own program can read. Must not use files.

https://jedisct1.github.io/minisign/ describes the formats. The secret key has no password: it is one of the
release environment's secrets, where the password would be kept beside it. Neither minisign's program nor
py-minisign is used for signing: see libraries.md.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass

from nacl.signing import SigningKey

from claudometer.updates.signature import KEY_ID_BYTES, KEY_LEGACY, PREHASHED, PublicKey

NO_PASSWORD, CHECKSUM = b"\x00\x00", b"B2"
SEED_BYTES, SECRET_BYTES, CHECKSUM_BYTES = 32, 64, 32
_NO_KDF = bytes(32 + 8 + 8)  # salt and limits of the password hash, unused without a password


@dataclass(frozen=True, repr=False)
class SecretKey:
    """The publisher's secret key. Its ``repr`` does not contain it."""

    key_id: bytes
    seed: bytes

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(self.key_id, bytes(SigningKey(self.seed).verify_key))

    def public_text(self) -> str:
        """Return the text of the ``.pub`` file."""
        raw = KEY_LEGACY + self.key_id + self.public.key
        name = self.key_id[::-1].hex().upper()
        return f"untrusted comment: minisign public key {name}\n{base64.b64encode(raw).decode()}\n"

    def secret_text(self) -> str:
        """Return the text of the secret key file."""
        body = self.key_id + self.seed + self.public.key
        raw = KEY_LEGACY + NO_PASSWORD + CHECKSUM + _NO_KDF + body + _checksum(body)
        return (
            f"untrusted comment: minisign secret key, without a password\n{base64.b64encode(raw).decode()}\n"
        )

    def sign(self, digest: bytes, trusted_comment: str, *, algorithm: bytes = PREHASHED) -> bytes:
        """Return the text of the ``.minisig`` file for a digest (``signature.digest_of``)."""
        key = SigningKey(self.seed)
        signature = key.sign(digest).signature
        over_comment = key.sign(signature + trusted_comment.encode()).signature
        first = base64.b64encode(algorithm + self.key_id + signature).decode()
        second = base64.b64encode(over_comment).decode()
        lines = ("untrusted comment: signature of a Claudometer release", first)
        return "\n".join((*lines, f"trusted comment: {trusted_comment}", second, "")).encode()


def make_key() -> SecretKey:
    """Return a new random key."""
    return SecretKey(secrets.token_bytes(KEY_ID_BYTES), secrets.token_bytes(SEED_BYTES))


def comment_for(file_name: str, version: str, *, at_s: int) -> str:
    """Return the trusted comment with a file's name and version; ``at_s`` is seconds since 1970."""
    return f"timestamp:{at_s}\tfile:{file_name}\tversion:{version}"


def parse_secret_key(text: str) -> SecretKey | None:
    """Parse a secret key file, or its second line. ``None`` for anything else, or a key with a password."""
    lines = text.strip().splitlines()
    try:
        raw = base64.b64decode(lines[-1], validate=True) if lines else b""
    except ValueError:
        return None
    head = KEY_LEGACY + NO_PASSWORD + CHECKSUM
    body = raw[len(head) + len(_NO_KDF) : -CHECKSUM_BYTES]
    if not raw.startswith(head) or len(body) != KEY_ID_BYTES + SECRET_BYTES:
        return None
    # minisign itself writes zeros for the checksum of a key without a password.
    if raw[-CHECKSUM_BYTES:] not in {_checksum(body), bytes(CHECKSUM_BYTES)}:
        return None
    return SecretKey(body[:KEY_ID_BYTES], body[KEY_ID_BYTES : KEY_ID_BYTES + SEED_BYTES])


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(KEY_LEGACY + body, digest_size=CHECKSUM_BYTES).digest()
