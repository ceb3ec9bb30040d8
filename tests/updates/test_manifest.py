"""Tests the parser of latest.json with valid and invalid manifests."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.updates.manifest import MAX_MANIFEST_BYTES, MAX_NOTES, parse_manifest
from claudometer.updates.versions import Version, parse_version

SIGNATURE = base64.b64encode(b"untrusted comment: x\n").decode()
ENTRY = {"url": "https://example.org/d/Claudometer-1.4.0-x86_64.AppImage", "signature": SIGNATURE}
WIRE = {
    "version": "v1.4.0",
    "notes": "Quicker.",
    "pub_date": "2026-09-01T00:00:00Z",
    "platforms": {"linux-x86_64": ENTRY},
}

json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def body(**changes: object) -> bytes:
    return json.dumps(WIRE | changes).encode()


def test_a_manifest_is_parsed() -> None:
    manifest = parse_manifest(body())
    assert manifest is not None
    assert (str(manifest.version), manifest.notes) == ("1.4.0", "Quicker.")
    download = manifest.downloads["linux-x86_64"]
    assert download.file_name == "Claudometer-1.4.0-x86_64.AppImage"
    assert download.signature == b"untrusted comment: x\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"<html>",
        body(version="1.4"),
        body(version=None),
        body(version="1.4.0-rc1"),
        b" " * (MAX_MANIFEST_BYTES + 1),
    ],
)
def test_an_invalid_manifest_is_not_parsed(content: bytes) -> None:
    assert parse_manifest(content) is None


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {},
        {"url": ENTRY["url"]},
        ENTRY | {"signature": "not base64!"},
        ENTRY | {"signature": 7},
        ENTRY | {"url": "https://example.org/"},
        ENTRY | {"url": "https://example.org/a/.."},
        ENTRY | {"url": "https://example.org/a/%2e%2e"},
        ENTRY | {"url": "https://example.org/a/b%2fc"},
        ENTRY | {"url": "https://example.org/a/b%0ac"},
        ENTRY | {"url": "https://[example.org/x"},
    ],
)
def test_an_invalid_download_is_omitted(entry: object) -> None:
    manifest = parse_manifest(body(platforms={"linux-x86_64": entry, "darwin-aarch64": ENTRY}))
    assert manifest is not None
    assert list(manifest.downloads) == ["darwin-aarch64"]


def test_notes_are_cut_and_empty_notes_omitted() -> None:
    long, empty = parse_manifest(body(notes="x" * 9000)), parse_manifest(body(notes="  "))
    assert long is not None and long.notes == "x" * MAX_NOTES  # noqa: PT018 - narrows the type
    assert empty is not None and empty.notes is None  # noqa: PT018 - narrows the type


@given(json_values)
def test_no_json_value_raises(value: object) -> None:
    parse_manifest(json.dumps(value).encode())


@given(st.dictionaries(st.sampled_from(["version", "notes", "platforms"]), json_values))
def test_no_value_of_a_member_raises(value: dict[str, object]) -> None:
    parse_manifest(json.dumps(WIRE | value).encode())


def test_versions_are_ordered_as_numbers() -> None:
    assert Version(1, 10, 0) > Version(1, 9, 9)
    assert parse_version("v1.10.0") == Version(1, 10, 0)
    others = ("1.0", "01.0.0", "1.0.0 ", "1.0.0-rc1", "", "\u0661.0.0", "1\u0661.0.0")
    assert [parse_version(text) for text in others] == [None] * 7
