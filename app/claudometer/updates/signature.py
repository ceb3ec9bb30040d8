"""Verifies minisign signatures, trusted comment included. Loads PyNaCl on use; reads no file.

https://jedisct1.github.io/minisign/ describes the form: an untrusted comment, the signature of the file's
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


class Refusal(StrEnum):
    """Why a file is not the one it should be."""

    UNREADABLE = "unreadable"
    WRONG_KEY = "wrong_key"
    TAMPERED = "tampered"
    OTHER_FILE = "other_file"
    OTHER_VERSION = "other_version"


class RefusedError(Exception):
    """The signature does not vouch for this file as this version."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Whose signatures count: minisign's id of the key, and the key."""

    key_id: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class _Signature:
    key_id: bytes
    of_digest: bytes
    comment: str
    of_comment: bytes


def parse_public_keys(text: str) -> tuple[PublicKey, ...]:
    """Read what lines of ``.pub`` files hold; there are two keys while one takes the other's place."""
    found = (_parse_public_key(line) for line in text.splitlines())
    return tuple(key for key in found if key is not None)


def _parse_public_key(line: str) -> PublicKey | None:
    raw = _decode(line.strip())
    if raw is None or len(raw) != 2 + KEY_ID_BYTES + KEY_BYTES or not raw.startswith(KEY_LEGACY):
        return None
    return PublicKey(raw[2 : 2 + KEY_ID_BYTES], raw[2 + KEY_ID_BYTES :])


def digest_of(chunks: Iterable[bytes]) -> bytes:
    """Return what minisign signs of a file in its place: BLAKE2b, 64 bytes."""
    digest = hashlib.blake2b(digest_size=64)
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


def vouch(signature: bytes, keys: Sequence[PublicKey], *, file_name: str, version: Version) -> None:
    """Return only if one of ``keys`` signed that there is a file of this name and version. Needs no file.

    Nothing signs the manifest: without this, whoever tampers with it could have anything announced.

    Raises:
        RefusedError: anything else, and why.
    """
    read = _parse(signature)
    _check_comment(read, _choose_key(read, keys), file_name, version)


def verify(
    signature: bytes, keys: Sequence[PublicKey], digest: bytes, *, file_name: str, version: Version
) -> None:
    """Return only if one of ``keys`` vouches that the file of ``digest`` is ``file_name`` of ``version``.

    Without name and version in what is signed, a good signature of an old, faulty version would pass for the
    newest one.

    Raises:
        RefusedError: anything else, and why.
    """
    read = _parse(signature)
    key = _choose_key(read, keys)
    _check(key, digest, read.of_digest)
    _check_comment(read, key, file_name, version)


def _choose_key(read: _Signature, keys: Sequence[PublicKey]) -> PublicKey:
    for key in keys:
        if read.key_id == key.key_id:
            return key
    raise RefusedError(Refusal.WRONG_KEY)


def _check_comment(read: _Signature, key: PublicKey, file_name: str, version: Version) -> None:
    _check(key, read.of_digest + read.comment.encode(), read.of_comment)
    facts = dict(part.partition(":")[::2] for part in read.comment.split("\t"))
    if facts.get("file") != file_name:
        raise RefusedError(Refusal.OTHER_FILE)
    if parse_version(facts.get("version", "")) != version:
        raise RefusedError(Refusal.OTHER_VERSION)


def _parse(signature: bytes) -> _Signature:
    try:
        # Not splitlines(): it knows separators that minisign does not.
        lines = [line.removesuffix("\r") for line in signature.decode().removesuffix("\n").split("\n")]
    except UnicodeDecodeError:
        raise RefusedError(Refusal.UNREADABLE) from None
    if len(lines) != 4 or not lines[2].startswith(_TRUSTED):
        raise RefusedError(Refusal.UNREADABLE)
    first, second = _decode(lines[1]), _decode(lines[3])
    # Only prehashed signatures: the old form needs the whole file in memory, and we never use it.
    if first is None or second is None or not first.startswith(PREHASHED):
        raise RefusedError(Refusal.UNREADABLE)
    if len(first) != 2 + KEY_ID_BYTES + SIGNATURE_BYTES or len(second) != SIGNATURE_BYTES:
        raise RefusedError(Refusal.UNREADABLE)
    start = 2 + KEY_ID_BYTES
    return _Signature(first[2:start], first[start:], lines[2].removeprefix(_TRUSTED), second)


def _check(key: PublicKey, message: bytes, signature: bytes) -> None:
    from nacl.exceptions import BadSignatureError  # noqa: PLC0415 - only an update needs it
    from nacl.signing import VerifyKey  # noqa: PLC0415 - the same

    try:
        VerifyKey(key.key).verify(message, signature)
    except BadSignatureError:
        raise RefusedError(Refusal.TAMPERED) from None


def _decode(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
