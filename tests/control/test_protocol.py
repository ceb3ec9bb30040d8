"""The protocol: what is written can be read, and anything else is refused with a reason."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.control import protocol
from claudometer.control.protocol import ProtocolError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(), JSON)


def refusal(line: bytes) -> ProtocolError:
    with pytest.raises(ProtocolError) as caught:
        protocol.parse_request(line)
    return caught.value


@given(OBJECTS)
def test_any_object_survives_the_wire(message: dict[str, object]) -> None:
    line = protocol.encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert protocol.decode(line) == message


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_a_refusal(line: bytes) -> None:
    try:
        request = protocol.parse_request(line)
    except ProtocolError as error:
        assert error.code in {"request_invalid", "protocol_mismatch"}
    else:
        assert request["op"] in protocol.OPERATIONS


@given(JSON)
def test_any_json_is_a_request_or_a_refusal(value: object) -> None:
    try:
        request = protocol.parse_request(json.dumps(value).encode())
    except ProtocolError as error:
        assert error.code in {"request_invalid", "protocol_mismatch"}
    else:
        assert request["op"] in protocol.OPERATIONS


@given(st.sampled_from(sorted(protocol.OPERATIONS)), OBJECTS, st.integers())
def test_a_request_is_read_as_it_was_built(op: str, params: dict[str, object], number: int) -> None:
    request = protocol.parse_request(protocol.encode(protocol.request(op, params, number=number)))
    assert request == {"v": protocol.VERSION, "id": number, "op": op, "params": params}


def test_an_unknown_operation_is_refused_with_the_number_of_its_request() -> None:
    error = refusal(protocol.encode({"v": 1, "id": 41, "op": "shutdown", "params": {}}))
    assert (error.code, error.number, error.facts) == (
        "request_invalid",
        41,
        {"reason": protocol.UNKNOWN_OPERATION},
    )


@pytest.mark.parametrize("version", [0, 2, "1", None, True, 1.0])
def test_another_version_is_refused_and_ours_is_named(version: object) -> None:
    error = refusal(protocol.encode({"v": version, "id": 7, "op": "ping", "params": {}}))
    assert (error.code, error.number, error.facts) == ("protocol_mismatch", 7, {"expected": 1})


def test_a_line_that_is_too_long_is_refused_unread() -> None:
    error = refusal(b"{" + b" " * protocol.MAX_LINE_BYTES + b"}\n")
    assert (error.code, error.facts) == ("request_invalid", {"reason": protocol.TOO_LONG})


def test_a_message_that_would_be_too_long_is_not_written() -> None:
    with pytest.raises(ProtocolError) as caught:
        protocol.encode({"text": "x" * protocol.MAX_LINE_BYTES})
    assert caught.value.facts == {"reason": protocol.TOO_LONG}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", protocol.NOT_JSON),
        (b"\xff\xfe", protocol.NOT_JSON),
        (b"[" * 50_000, protocol.NOT_JSON),
        (b'{"v":NaN}', protocol.NOT_JSON),
        (b'{"v":-Infinity}', protocol.NOT_JSON),
        (b"9" * 5000, protocol.NOT_JSON),
        (b"[]", protocol.NOT_AN_OBJECT),
        (b'{"v":1}', protocol.BAD_SHAPE),
        (b'{"v":1,"id":true,"op":"ping"}', protocol.BAD_SHAPE),
        (b'{"v":1,"id":1,"op":["ping"]}', protocol.BAD_SHAPE),
        (b'{"v":1,"id":1,"op":"ping","params":[]}', protocol.BAD_SHAPE),
    ],
)
def test_anything_but_a_request_is_refused_with_a_reason(line: bytes, reason: str) -> None:
    error = refusal(line)
    assert (error.code, error.facts) == ("request_invalid", {"reason": reason})


def test_a_number_that_json_does_not_have_is_not_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        protocol.encode({"percent": float("nan")})


def test_parameters_may_be_left_out() -> None:
    assert protocol.parse_request(b'{"v":1,"id":1,"op":"ping"}')["params"] == {}
