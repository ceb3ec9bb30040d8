"""Verifies minisign signatures, trusted comment included. Imports PyNaCl on use; reads no file.

https://jedisct1.github.io/minisign/ describes the format: an untrusted comment, the signature of the file's
BLAKE2b digest, a trusted comment, and a second signature over the first one and that comment.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.updates.versions import Version, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KEY_LEGACY, PREHASHED = b"Ed", b"ED"
KEY_ID_BYTES, KEY_BYTES, SIGNATURE_BYTES = 8, 32, 64
_TRUSTED = "trusted comment: "


class SignatureFault(StrEnum):
    """Why a signature was refused."""

    UNREADABLE = "unreadable"
    WRONG_KEY = "wrong_key"
    TAMPERED = "tampered"
    OTHER_FILE = "other_file"
    OTHER_VERSION = "other_version"


class RefusedError(Exception):
    """The signature is not valid for this file and version."""

    def __init__(self, refusal: SignatureFault) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A publisher's Ed25519 key (32 bytes), with the random id that minisign gives it (8 bytes)."""

    key_id: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class _Signature:
    """A parsed signature: two Ed25519 signatures, of the digest, and of that signature and the comment."""

    key_id: bytes
    of_digest: bytes
    comment: str
    of_comment: bytes


def parse_public_keys(text: str) -> tuple[PublicKey, ...]:
    """Return the keys of one or several ``.pub`` files; there are two while the publisher changes keys."""
    found = (_parse_public_key(line) for line in text.splitlines())
    return tuple(key for key in found if key is not None)


def _parse_public_key(line: str) -> PublicKey | None:
    raw = _decode(line.strip())
    if raw is None or len(raw) != 2 + KEY_ID_BYTES + KEY_BYTES or not raw.startswith(KEY_LEGACY):
        return None
    return PublicKey(raw[2 : 2 + KEY_ID_BYTES], raw[2 + KEY_ID_BYTES :])


def digest_of(chunks: Iterable[bytes]) -> bytes:
    """Return what minisign signs instead of the file itself: its BLAKE2b digest, 64 bytes."""
    digest = hashlib.blake2b(digest_size=64)
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


def verify_comment(signature: bytes, keys: Sequence[PublicKey], *, file_name: str, version: Version) -> None:
    """Verify, without the file, that one of ``keys`` signed a file of this name and version.

    The manifest is not signed: without this check a forged one could announce any version.

    Raises:
        RefusedError: the signature is not valid, or is for another name or version.
    """
    parsed = _parse(signature)
    _check_comment(parsed, _choose_key(parsed, keys), file_name, version)


def verify(
    signature: bytes, keys: Sequence[PublicKey], digest: bytes, *, file_name: str, version: Version
) -> None:
    """Verify that one of ``keys`` signed the file with this digest, under this name and version.

    Name and version are part of what is signed; otherwise the valid signature of an old version with a
    security hole could be offered as the newest one.

    Args:
        signature: the text of the ``.minisig`` file.
        digest: what `digest_of` returns for the file.

    Raises:
        RefusedError: the signature is not valid, or is for another name or version.
    """
    parsed = _parse(signature)
    key = _choose_key(parsed, keys)
    _check(key, digest, parsed.of_digest)
    _check_comment(parsed, key, file_name, version)


def _choose_key(signature: _Signature, keys: Sequence[PublicKey]) -> PublicKey:
    for key in keys:
        # The id only selects a key. It is public, so it proves nothing.
        if signature.key_id == key.key_id:
            return key
    raise RefusedError(SignatureFault.WRONG_KEY)


def _check_comment(signature: _Signature, key: PublicKey, file_name: str, version: Version) -> None:
    _check(key, signature.of_digest + signature.comment.encode(), signature.of_comment)
    # As our releases sign: "file:<name>", tab, "version:<version>".
    facts = dict(part.partition(":")[::2] for part in signature.comment.split("\t"))
    if facts.get("file") != file_name:
        raise RefusedError(SignatureFault.OTHER_FILE)
    if parse_version(facts.get("version", "")) != version:
        raise RefusedError(SignatureFault.OTHER_VERSION)


def _parse(signature: bytes) -> _Signature:
    try:
        # Not splitlines(), which also splits at characters that end no line for minisign.
        lines = [line.removesuffix("\r") for line in signature.decode().removesuffix("\n").split("\n")]
    except UnicodeDecodeError:
        raise RefusedError(SignatureFault.UNREADABLE) from None
    if len(lines) != 4 or not lines[2].startswith(_TRUSTED):
        raise RefusedError(SignatureFault.UNREADABLE)
    first, second = _decode(lines[1]), _decode(lines[3])
    # Only prehashed signatures: verifying a legacy one needs the whole file in memory, and we never make one.
    if first is None or second is None or not first.startswith(PREHASHED):
        raise RefusedError(SignatureFault.UNREADABLE)
    if len(first) != 2 + KEY_ID_BYTES + SIGNATURE_BYTES or len(second) != SIGNATURE_BYTES:
        raise RefusedError(SignatureFault.UNREADABLE)
    start = 2 + KEY_ID_BYTES
    return _Signature(first[2:start], first[start:], lines[2].removeprefix(_TRUSTED), second)


def _check(key: PublicKey, message: bytes, signature: bytes) -> None:
    from nacl.exceptions import BadSignatureError  # noqa: PLC0415 - 2 MB that only an update needs
    from nacl.signing import VerifyKey  # noqa: PLC0415 - the same

    try:
        VerifyKey(key.key).verify(message, signature)
    except BadSignatureError:
        raise RefusedError(SignatureFault.TAMPERED) from None


def _decode(text: str) -> bytes | None:
    """Decode base64 in its one canonical form: Python ignores the unused bits of the last character."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return decoded if base64.b64encode(decoded).decode() == text else None
