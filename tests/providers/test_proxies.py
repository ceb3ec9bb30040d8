"""Which proxy is chosen: variables as people's shells, desktops and containers set them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.providers.proxies import Proxy, UnusableProxy, is_excepted, proxy_for

API = "https://api.anthropic.com/api/oauth/usage"
HTTP = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"HTTPS_PROXY": HTTP}, HTTP),
        ({"https_proxy": HTTP}, HTTP),
        ({"https_proxy": "proxy.example:3128"}, HTTP),
        ({"ALL_PROXY": HTTP}, HTTP),
        ({"HTTPS_PROXY": HTTP, "HTTP_PROXY": HTTP, "ALL_PROXY": "socks5://127.0.0.1:7891"}, HTTP),
        ({"https_proxy": HTTP, "all_proxy": "socks://127.0.0.1:7891/"}, HTTP),
        ({"HTTPS_PROXY": HTTP, "HTTP_PROXY": "socks5://127.0.0.1:9"}, HTTP),
        ({"HTTPS_PROXY": HTTP, "HTTP_PROXY": "not a proxy"}, HTTP),
        ({"HTTPS_PROXY": "not a proxy", "ALL_PROXY": HTTP}, HTTP),
        ({"https_proxy": "socks4://127.0.0.1:9", "HTTPS_PROXY": HTTP}, HTTP),
        ({"HTTPS_PROXY": "http://h:99999", "ALL_PROXY": "socks://127.0.0.1:1"}, "socks5h://127.0.0.1:1"),
        ({"HTTPS_PROXY": HTTP, "NO_PROXY": "localhost,127.0.0.0/8,::1/128"}, HTTP),
        ({"HTTPS_PROXY": HTTP, "NO_PROXY": "fd07:b51a:cc66:f0::/64"}, HTTP),
        ({"HTTPS_PROXY": HTTP, "NO_PROXY": "localhost,[::1]"}, HTTP),
        ({"HTTPS_PROXY": HTTP, "NO_PROXY": "[,://,%%%,1.2.3.4/99"}, HTTP),
        ({"HTTPS_PROXY": HTTP, "NO_PROXY": "api.anthropic.com"}, None),
        ({"HTTPS_PROXY": HTTP, "NO_PROXY": "anthropic.com."}, None),
        ({"HTTPS_PROXY": HTTP, "NO_PROXY": "localhost .anthropic.com"}, None),
        ({"HTTPS_PROXY": HTTP, "NO_PROXY": "*"}, None),
        ({"HTTPS_PROXY": "", "ALL_PROXY": HTTP}, HTTP),
        ({"HTTP_PROXY": HTTP}, None),
        ({"ALL_PROXY": "socks5://127.0.0.1:1080"}, "socks5://127.0.0.1:1080"),
        ({"ALL_PROXY": "socks5h://127.0.0.1:1080"}, "socks5h://127.0.0.1:1080"),
        ({"all_proxy": "socks://127.0.0.1:1080/"}, "socks5h://127.0.0.1:1080/"),
        ({"HTTPS_PROXY": "http://me:secret@proxy.example:3128"}, "http://me:secret@proxy.example:3128"),
    ],
)
def test_the_variables_decide_the_proxy_for_claude(environ: dict[str, str], expected: str | None) -> None:
    assert proxy_for(API, environ) == (None if expected is None else Proxy(expected))


def test_what_was_passed_over_is_named() -> None:
    environ = {"https_proxy": "http://h:99999", "HTTPS_PROXY": "ftp://h:1", "ALL_PROXY": HTTP}
    found = proxy_for(API, environ)
    assert isinstance(found, Proxy)
    assert (found.variable, found.passed_over) == ("ALL_PROXY", ("https_proxy", "HTTPS_PROXY"))


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://me:secret@proxy.example:3128", "proxy.example:3128"),
        ("socks5h://me:secret@[fd07::1]:1080/", "[fd07::1]:1080"),
        ("https://proxy.example", "proxy.example"),
    ],
)
def test_the_address_of_a_proxy_never_shows_its_password(url: str, address: str) -> None:
    assert Proxy(url).address == address


def test_a_visitors_header_on_a_web_server_names_no_proxy() -> None:
    environ = {"HTTP_PROXY": HTTP, "REQUEST_METHOD": "GET"}
    assert proxy_for("http://example.org/", environ) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_computer_is_never_behind_a_proxy(host: str) -> None:
    assert proxy_for(f"http://{host}:8080/", {"HTTP_PROXY": HTTP, "ALL_PROXY": "nonsense"}) is None


@pytest.mark.parametrize(
    "value",
    [
        "no proxy at all",
        "http://",
        "socks4://127.0.0.1:9",
        "http://h:99999",
        "ftp://h:1",
        # The host of these would be a part of the password, and be shown in a message.
        "http://me:12/se@proxy.example:3128",
        "http://me:1@se?cr@proxy.example:3128",
        "socks5://me:1@se#cr@proxy.example:1080",
    ],
)
def test_what_cannot_be_used_is_named_by_its_variable(value: str) -> None:
    assert proxy_for(API, {"all_proxy": value}) == UnusableProxy("all_proxy")


@pytest.mark.parametrize(
    ("entry", "host", "excepted"),
    [
        ("example.com", "example.com", True),
        ("example.com", "www.example.com", True),
        ("example.com", "notexample.com", False),
        (".example.com", "www.example.com", True),
        ("*.example.com", "www.example.com", True),
        ("EXAMPLE.com", "example.COM", True),
        ("example.com:443", "example.com", True),
        ("example.com:8443", "example.com", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("[fd07::1]:443", "fd07::1", True),
        ("fd07::/16", "fd07::1", True),
        ("", "example.com", False),
        (".", "example.com", False),
    ],
)
def test_an_exception_may_be_a_name_a_domain_an_address_or_a_network(
    entry: str, host: str, excepted: bool
) -> None:
    assert is_excepted(host, 443, [entry]) is excepted


@given(st.text(), st.text(), st.text())
def test_no_text_in_a_variable_raises(proxy: str, everything: str, exceptions: str) -> None:
    environ = {"https_proxy": proxy, "all_proxy": everything, "no_proxy": exceptions}
    found = proxy_for(API, environ)
    assert found is None or isinstance(found, Proxy | UnusableProxy)
