"""A file is taken for the new version only if the right key vouches for it, its name and its version."""

from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.updates.signature import Refusal, RefusedError, digest_of, parse_public_keys, verify
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
) -> Refusal | None:
    try:
        verify(signature, (SIGNER.public,), digest_of([data]), file_name=name, version=version)
    except RefusedError as error:
        return error.refusal
    return None


def test_the_right_file_passes() -> None:
    assert refusal_of() is None


def test_a_file_read_in_pieces_has_the_same_digest() -> None:
    assert digest_of([DATA[:3], DATA[3:]]) == digest_of([DATA])


@pytest.mark.parametrize("data", [DATA[:-1], DATA + b"!", b"", b"X" + DATA[1:]])
def test_a_tampered_or_truncated_file_is_refused(data: bytes) -> None:
    assert refusal_of(data=data) is Refusal.TAMPERED


def test_another_key_is_refused_also_when_it_claims_to_be_the_right_one() -> None:
    stranger = Signer(b"\x09" * 8)
    assert refusal_of(stranger.sign(DATA, file=NAME, version="1.4.0")) is Refusal.WRONG_KEY
    impostor = Signer()
    assert refusal_of(impostor.sign(DATA, file=NAME, version="1.4.0")) is Refusal.TAMPERED


def test_another_file_under_a_good_signature_is_refused() -> None:
    arm = SIGNER.sign(DATA, file="Claudometer-1.4.0-aarch64.AppImage", version="1.4.0")
    assert refusal_of(arm) is Refusal.OTHER_FILE


def test_an_old_version_under_a_good_signature_is_refused() -> None:
    old = SIGNER.sign(DATA, file=NAME, version="1.3.0")
    assert refusal_of(old) is Refusal.OTHER_VERSION


@pytest.mark.parametrize(
    "comment", ["", "file:", "timestamp:1", f"file:{NAME}", "version:1.4.0", f"file:{NAME} version:1.4.0"]
)
def test_a_signature_that_names_no_file_or_version_is_refused(comment: str) -> None:
    assert refusal_of(SIGNER.sign_comment(DATA, comment)) in {Refusal.OTHER_FILE, Refusal.OTHER_VERSION}


def test_a_comment_put_in_by_hand_is_refused() -> None:
    lines = SIGNER.sign(DATA, file=NAME, version="1.3.0").decode().splitlines()
    lines[2] = lines[2].replace("1.3.0", "1.4.0")
    assert refusal_of("\n".join(lines).encode()) is Refusal.TAMPERED


def test_the_form_without_a_digest_is_refused() -> None:
    assert refusal_of(SIGNER.sign(DATA, file=NAME, version="1.4.0", algorithm=b"Ed")) is Refusal.UNREADABLE


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_anything_else_is_refused_and_never_an_error_of_another_kind(signature: bytes) -> None:
    assert refusal_of(signature) is not None


@given(place=st.integers(0, len(GOOD) - 1), value=st.integers(0, 255))
def test_no_changed_byte_makes_another_message_pass(place: int, value: int) -> None:
    changed = GOOD[:place] + bytes([value]) + GOOD[place + 1 :]
    meaning = changed.splitlines()[1:4]
    same = [line.strip() for line in meaning] == [line.strip() for line in GOOD.splitlines()[1:4]]
    untrusted = place < len(GOOD.splitlines()[0])
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
def test_what_is_no_public_key_is_left_out(text: str) -> None:
    assert parse_public_keys(text) == ()


def test_the_public_key_reads_from_its_file_and_from_its_line() -> None:
    assert parse_public_keys(SIGNER.public_text) == (SIGNER.public,)
    assert parse_public_keys(SIGNER.public_text.splitlines()[1]) == (SIGNER.public,)


def test_while_one_key_takes_anothers_place_both_are_believed_and_no_third() -> None:
    successor, stranger = Signer(b"successo"), Signer(b"stranger")
    keys = parse_public_keys(SIGNER.public_text + successor.public_text)
    for signer in (SIGNER, successor):
        signature = signer.sign(DATA, file=NAME, version="1.4.0")
        verify(signature, keys, digest_of([DATA]), file_name=NAME, version=VERSION)
    with pytest.raises(RefusedError, match=Refusal.WRONG_KEY):
        verify(stranger.sign(DATA, file=NAME, version="1.4.0"), keys, b"", file_name=NAME, version=VERSION)


@pytest.mark.minisign
def test_what_the_minisign_program_signs_passes(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(DATA)
    words = ["minisign", "-G", "-W", "-f", "-p", str(tmp_path / "key.pub"), "-s", str(tmp_path / "key")]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    comment = f"file:{NAME}\tversion:1.4.0"
    words = ["minisign", "-S", "-s", str(tmp_path / "key"), "-m", str(file), "-t", comment]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    keys = parse_public_keys((tmp_path / "key.pub").read_text())
    signature = (tmp_path / f"{NAME}.minisig").read_bytes()
    verify(signature, keys, digest_of([DATA]), file_name=NAME, version=VERSION)
