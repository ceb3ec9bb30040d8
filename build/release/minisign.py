"""Keys and signatures in minisign's formats. Must not read or write files.

https://jedisct1.github.io/minisign/ describes the formats. The secret key has no password: it is kept among
the secrets of the release environment, where a password would have to be kept beside it.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass

from nacl.signing import SigningKey

from claudometer.updates.signature import KEY_ID_BYTES, KEY_LEGACY, PREHASHED, PublicKey

NO_PASSWORD, CHECKSUM = b"\x00\x00", b"B2"
SEED_BYTES, SECRET_BYTES, CHECKSUM_BYTES = 32, 64, 32
_UNUSED = bytes(32 + 8 + 8)  # salt and limits of the password hash


@dataclass(frozen=True, repr=False)
class SecretKey:
    """A secret key. Its ``repr`` does not reveal it."""

    key_id: bytes
    seed: bytes

    @property
    def public(self) -> PublicKey:
        """The public key that belongs to it."""
        return PublicKey(self.key_id, bytes(SigningKey(self.seed).verify_key))

    def public_text(self) -> str:
        """Return the content of the ``.pub`` file."""
        raw = KEY_LEGACY + self.key_id + self.public.key
        name = self.key_id[::-1].hex().upper()
        return f"untrusted comment: minisign public key {name}\n{base64.b64encode(raw).decode()}\n"

    def secret_text(self) -> str:
        """Return the content of the secret file."""
        body = self.key_id + self.seed + self.public.key
        raw = KEY_LEGACY + NO_PASSWORD + CHECKSUM + _UNUSED + body + _checksum(body)
        return (
            f"untrusted comment: minisign secret key, without a password\n{base64.b64encode(raw).decode()}\n"
        )

    def sign(self, digest: bytes, trusted_comment: str, *, algorithm: bytes = PREHASHED) -> bytes:
        """Return the content of the ``.minisig`` file for a digest (``signature.digest_of``)."""
        key = SigningKey(self.seed)
        signature = key.sign(digest).signature
        over_comment = key.sign(signature + trusted_comment.encode()).signature
        first = base64.b64encode(algorithm + self.key_id + signature).decode()
        second = base64.b64encode(over_comment).decode()
        lines = ("untrusted comment: signature of a Claudometer release", first)
        return "\n".join((*lines, f"trusted comment: {trusted_comment}", second, "")).encode()


def make_key() -> SecretKey:
    """Return a new key."""
    return SecretKey(secrets.token_bytes(KEY_ID_BYTES), secrets.token_bytes(SEED_BYTES))


def comment_for(file_name: str, version: str, *, at_s: int) -> str:
    """Return the trusted comment with name and version of a file; ``at_s``: seconds since 1970."""
    return f"timestamp:{at_s}\tfile:{file_name}\tversion:{version}"


def parse_secret_key(text: str) -> SecretKey | None:
    """Read the secret file or its second line; ``None`` for anything else, such as a key with a password."""
    lines = text.strip().splitlines()
    try:
        raw = base64.b64decode(lines[-1], validate=True) if lines else b""
    except ValueError:
        return None
    head = KEY_LEGACY + NO_PASSWORD + CHECKSUM
    body = raw[len(head) + len(_UNUSED) : -CHECKSUM_BYTES]
    if not raw.startswith(head) or len(body) != KEY_ID_BYTES + SECRET_BYTES:
        return None
    # minisign itself leaves the checksum of a key without a password empty.
    if raw[-CHECKSUM_BYTES:] not in {_checksum(body), bytes(CHECKSUM_BYTES)}:
        return None
    return SecretKey(body[:KEY_ID_BYTES], body[KEY_ID_BYTES : KEY_ID_BYTES + SEED_BYTES])


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(KEY_LEGACY + body, digest_size=CHECKSUM_BYTES).digest()
