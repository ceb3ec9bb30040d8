"""What keeps requests from reaching Claude: the proxy, the network, this computer itself. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.message import Message

IN_SYSTEM_SETTINGS: Final = "Check the proxy in HTTPS_PROXY or in the system settings."
WRITE_LOGIN: Final = "Write name:password@ before the host in {variable}, then start Claudometer again."
CORRECT_LOGIN: Final = (
    "Correct them in {variable}, with %40 for @, %2F for / and %3A for :, then start Claudometer again."
)
CHECK_VARIABLE: Final = "Check the proxy in {variable}. If you change it, start Claudometer again."
WAIT_FOR_PROXY: Final = "Wait a minute. If it stays so, ask whoever runs the proxy, or correct {variable}."
ASK_FOR_ACCESS: Final = "Ask whoever runs the proxy to let it connect to Claude, or use another network."

MESSAGES: Final[dict[ErrorCode, Message]] = {
    ErrorCode.PROXY_FAILED: Message(
        "The proxy at {proxy} did not let the request through.", IN_SYSTEM_SETTINGS
    ),
    ErrorCode.PROXY_UNREACHABLE: Message("The proxy at {proxy} cannot be reached.", IN_SYSTEM_SETTINGS),
    ErrorCode.PROXY_UNTRUSTED: Message(
        "No secure connection to the proxy at {proxy} is possible.",
        "Most proxies need http:// in HTTPS_PROXY, not https://. If yours does use https, set "
        "NODE_EXTRA_CA_CERTS to the path of its CA certificate.",
    ),
    ErrorCode.PROXY_LOGIN_NEEDED: Message(
        "The proxy at {proxy} asks for a user name and a password.",
        WRITE_LOGIN.replace("{variable}", "HTTPS_PROXY"),
    ),
    ErrorCode.PROXY_LOGIN_REFUSED: Message(
        "The proxy at {proxy} refused the user name and the password.",
        CORRECT_LOGIN.replace("{variable}", "HTTPS_PROXY"),
    ),
    ErrorCode.PROXY_REFUSED: Message("The proxy at {proxy} refused to connect to Claude.", ASK_FOR_ACCESS),
    ErrorCode.PROXY_NOT_CONNECTED: Message(
        "The proxy at {proxy} did not connect to Claude.", WAIT_FOR_PROXY.replace("{variable}", "HTTPS_PROXY")
    ),
    ErrorCode.CAPTIVE_PORTAL: Message(
        "This network wants you to log in first.", "Open any web page to log in, then click “Refresh now”."
    ),
    ErrorCode.REGION_BLOCKED: Message(
        "Claude is not available in the country of this connection.", "Check your VPN or proxy."
    ),
    ErrorCode.NETWORK_RESTRICTED: Message(
        "This account cannot be used from this network.",
        "Connect to your organization's own network or VPN, or ask its administrator.",
    ),
    ErrorCode.TOO_MANY_FILES: Message(
        "Too many files are open on this computer, so nothing could be sent.",
        "Close programs that you do not need, then try again.",
    ),
    ErrorCode.OUT_OF_MEMORY: Message(
        "This computer is out of memory, so nothing could be sent.",
        "Close programs that you do not need, then try again.",
    ),
    ErrorCode.NETWORK_DENIED: Message(
        "This computer does not let Claudometer use the network.",
        "Allow it in the firewall, or in the sandbox that Claudometer runs in.",
    ),
    ErrorCode.CLIENT_UNLOADED: Message(
        "Claudometer's own files could not be read, so nothing was sent.",
        "Check the disk that Claudometer is installed on. Its log has the reason.",
    ),
}

WITHOUT_FACTS: Final[dict[ErrorCode, Message]] = {
    ErrorCode.PROXY_FAILED: Message("The proxy did not let the request through.", IN_SYSTEM_SETTINGS),
    ErrorCode.PROXY_UNREACHABLE: Message("The proxy cannot be reached.", IN_SYSTEM_SETTINGS),
    ErrorCode.PROXY_UNTRUSTED: Message(
        "No secure connection to the proxy is possible.", MESSAGES[ErrorCode.PROXY_UNTRUSTED].hint
    ),
    ErrorCode.PROXY_LOGIN_NEEDED: Message(
        "The proxy asks for a user name and a password.",
        MESSAGES[ErrorCode.PROXY_LOGIN_NEEDED].hint,
    ),
    ErrorCode.PROXY_LOGIN_REFUSED: Message(
        "The proxy refused the user name and the password.",
        MESSAGES[ErrorCode.PROXY_LOGIN_REFUSED].hint,
    ),
    ErrorCode.PROXY_REFUSED: Message("The proxy refused to connect to Claude.", ASK_FOR_ACCESS),
    ErrorCode.PROXY_NOT_CONNECTED: Message(
        "The proxy did not connect to Claude.", MESSAGES[ErrorCode.PROXY_NOT_CONNECTED].hint
    ),
}
"""For errors that may lack the fact that their sentence needs."""

WITH_FACT: Final[dict[tuple[ErrorCode, str], Message]] = {
    (ErrorCode.PROXY_FAILED, "variable"): Message(MESSAGES[ErrorCode.PROXY_FAILED].title, CHECK_VARIABLE),
    (ErrorCode.PROXY_UNREACHABLE, "variable"): Message(
        MESSAGES[ErrorCode.PROXY_UNREACHABLE].title, CHECK_VARIABLE
    ),
    (ErrorCode.PROXY_UNTRUSTED, "variable"): Message(
        MESSAGES[ErrorCode.PROXY_UNTRUSTED].title,
        "Most proxies need http:// in {variable}, not https://. If yours does use https, set "
        "NODE_EXTRA_CA_CERTS to the path of its CA certificate.",
    ),
    (ErrorCode.PROXY_LOGIN_NEEDED, "variable"): Message(
        MESSAGES[ErrorCode.PROXY_LOGIN_NEEDED].title, WRITE_LOGIN
    ),
    (ErrorCode.PROXY_LOGIN_REFUSED, "variable"): Message(
        MESSAGES[ErrorCode.PROXY_LOGIN_REFUSED].title, CORRECT_LOGIN
    ),
    (ErrorCode.PROXY_NOT_CONNECTED, "variable"): Message(
        MESSAGES[ErrorCode.PROXY_NOT_CONNECTED].title, WAIT_FOR_PROXY
    ),
}
"""Better sentences for errors that come with a fact which they do not need."""

PROXY_CHECKED: Final[dict[str, Message]] = {
    "connection.proxy_failed": Message(
        "The proxy in {variable} did not let the request through.", "Correct the variable, or unset it:"
    ),
    "connection.proxy_unreachable": Message(
        "The proxy in {variable} cannot be reached.", "Correct the variable, or unset it:"
    ),
    "connection.proxy_untrusted": Message(
        "Claudometer cannot make a secure connection to the proxy in {variable}.",
        "Most proxies need http:// there, not https://. If yours does use https, set "
        "NODE_EXTRA_CA_CERTS to the path of its CA certificate.",
    ),
    "connection.proxy_login_needed": Message(
        "The proxy in {variable} asks for a user name and a password.",
        "Write name:password@ before the host in the variable.",
    ),
    "connection.proxy_login_refused": Message(
        "The proxy in {variable} refused the user name and the password there.",
        "Correct them, with %40 for @, %2F for / and %3A for :.",
    ),
    "connection.proxy_not_connected": Message(
        "The proxy in {variable} did not connect to Claude.", WAIT_FOR_PROXY
    ),
    "connection.proxy_refused": Message(
        "The proxy in {variable} refused to connect to Claude.",
        "Ask whoever runs the proxy to let it connect to Claude, or use another network.",
    ),
}
"""What `doctor` says of a proxy, by its variable: the address may name a person or a company."""
