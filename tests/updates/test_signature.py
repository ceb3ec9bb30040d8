"""Tests that a signature is accepted only from the right key and for this content, file name and version."""

from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claudometer.updates.signature import RefusedError, SignatureFault, digest_of, parse_public_keys, verify
from claudometer.updates.versions import Version
from tests.updates.minisign import Signer

if TYPE_CHECKING:
    from pathlib import Path

DATA = b"the new program"
NAME, VERSION = "Claudometer-1.4.0-x86_64.AppImage", Version(1, 4, 0)
SIGNER = Signer()
GOOD = SIGNER.sign(DATA, file=NAME, version="1.4.0")


def refusal_of(
    signature: bytes = GOOD, *, data: bytes = DATA, name: str = NAME, version: Version = VERSION
) -> SignatureFault | None:
    try:
        verify(signature, (SIGNER.public,), digest_of([data]), file_name=name, version=version)
    except RefusedError as error:
        return error.refusal
    return None


def test_a_valid_signature_passes() -> None:
    assert refusal_of() is None


def test_a_file_read_in_pieces_has_the_same_digest() -> None:
    assert digest_of([DATA[:3], DATA[3:]]) == digest_of([DATA])


@pytest.mark.parametrize("data", [DATA[:-1], DATA + b"!", b"", b"X" + DATA[1:]])
def test_a_tampered_or_truncated_file_is_refused(data: bytes) -> None:
    assert refusal_of(data=data) is SignatureFault.TAMPERED


def test_another_key_is_refused_even_with_the_right_key_id() -> None:
    stranger = Signer(b"\x09" * 8)
    assert refusal_of(stranger.sign(DATA, file=NAME, version="1.4.0")) is SignatureFault.WRONG_KEY
    impostor = Signer()
    assert refusal_of(impostor.sign(DATA, file=NAME, version="1.4.0")) is SignatureFault.TAMPERED


def test_a_valid_signature_of_another_file_is_refused() -> None:
    arm = SIGNER.sign(DATA, file="Claudometer-1.4.0-aarch64.AppImage", version="1.4.0")
    assert refusal_of(arm) is SignatureFault.OTHER_FILE


def test_a_valid_signature_of_an_old_version_is_refused() -> None:
    old = SIGNER.sign(DATA, file=NAME, version="1.3.0")
    assert refusal_of(old) is SignatureFault.OTHER_VERSION


@pytest.mark.parametrize(
    "comment", ["", "file:", "timestamp:1", f"file:{NAME}", "version:1.4.0", f"file:{NAME} version:1.4.0"]
)
def test_a_signature_without_a_file_name_or_version_is_refused(comment: str) -> None:
    assert refusal_of(SIGNER.sign_comment(DATA, comment)) in {
        SignatureFault.OTHER_FILE,
        SignatureFault.OTHER_VERSION,
    }


def test_an_edited_comment_is_refused() -> None:
    lines = SIGNER.sign(DATA, file=NAME, version="1.3.0").decode().splitlines()
    lines[2] = lines[2].replace("1.3.0", "1.4.0")
    assert refusal_of("\n".join(lines).encode()) is SignatureFault.TAMPERED


def test_the_legacy_algorithm_without_prehashing_is_refused() -> None:
    assert (
        refusal_of(SIGNER.sign(DATA, file=NAME, version="1.4.0", algorithm=b"Ed"))
        is SignatureFault.UNREADABLE
    )


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_other_bytes_are_refused_without_another_exception(signature: bytes) -> None:
    assert refusal_of(signature) is not None


@given(place=st.integers(0, len(GOOD) - 1), value=st.integers(0, 255))
@example(place=len(GOOD) - 4, value=GOOD[-4] + 1)  # differs in bits of the last character that nothing uses
def test_no_changed_byte_of_a_signature_is_accepted(place: int, value: int) -> None:
    changed = GOOD[:place] + bytes([value]) + GOOD[place + 1 :]
    meaning = changed.splitlines()[1:4]
    same = [line.strip() for line in meaning] == [line.strip() for line in GOOD.splitlines()[1:4]]
    untrusted = place < len(GOOD.splitlines()[0])  # the first line is not signed
    assert refusal_of(changed) is not None or same or untrusted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "untrusted comment: x",
        "AAAA",
        base64.b64encode(b"ED" + bytes(40)).decode(),
        base64.b64encode(b"Ed" + bytes(39)).decode(),
    ],
)
def test_an_invalid_public_key_is_omitted(text: str) -> None:
    assert parse_public_keys(text) == ()


def test_a_public_key_is_parsed_from_its_file_and_from_its_line() -> None:
    assert parse_public_keys(SIGNER.public_text) == (SIGNER.public,)
    assert parse_public_keys(SIGNER.public_text.splitlines()[1]) == (SIGNER.public,)


def test_two_public_keys_are_accepted_during_a_key_change_but_no_third() -> None:
    successor, stranger = Signer(b"successo"), Signer(b"stranger")
    keys = parse_public_keys(SIGNER.public_text + successor.public_text)
    for signer in (SIGNER, successor):
        signature = signer.sign(DATA, file=NAME, version="1.4.0")
        verify(signature, keys, digest_of([DATA]), file_name=NAME, version=VERSION)
    with pytest.raises(RefusedError, match=SignatureFault.WRONG_KEY):
        verify(stranger.sign(DATA, file=NAME, version="1.4.0"), keys, b"", file_name=NAME, version=VERSION)


@pytest.mark.minisign
def test_a_signature_of_the_minisign_program_passes(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(DATA)
    command = ["minisign", "-G", "-W", "-f", "-p", str(tmp_path / "key.pub"), "-s", str(tmp_path / "key")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    comment = f"file:{NAME}\tversion:1.4.0"
    command = ["minisign", "-S", "-s", str(tmp_path / "key"), "-m", str(file), "-t", comment]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    keys = parse_public_keys((tmp_path / "key.pub").read_text())
    signature = (tmp_path / f"{NAME}.minisig").read_bytes()
    verify(signature, keys, digest_of([DATA]), file_name=NAME, version=VERSION)
