"""Why Claude gave no numbers: the login, the answer, the connection. For window and tray. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages import claude_missing
from claudometer.present.messages.message import Message

RETRIES: Final = "Claudometer keeps showing the last numbers and tries again automatically."
OTHER_KEY: Final = "Paste the session key of another account, or switch to Claude Code in Settings."
ACCOUNT_GONE: Final = "claude.ai says that this account or its organization no longer exists."
UPDATE: Final = "Check for a newer version of Claudometer."

CREDENTIALS: Final[dict[ErrorCode, Message]] = {
    ErrorCode.SESSION_KEY_MISSING: Message(
        "Claudometer is not set up yet.", "Choose in Settings where Claudometer reads your usage."
    ),
    ErrorCode.LOGIN_MISSING: Message(
        "Claude Code is not logged in on this computer.",
        "Run “claude” in a terminal and log in. Your numbers then appear automatically.",
    ),
    ErrorCode.LOGIN_UNREADABLE: Message(
        "Claude Code's login file could not be read.",
        "Claudometer will try again. If this persists, log in again with “claude”.",
    ),
    ErrorCode.LOGIN_DENIED: Message(
        "Claudometer is not allowed to read Claude Code's login file.",
        "Run this to allow it: chmod 600 {login_folder}/.credentials.json",
    ),
    ErrorCode.LOGIN_FOLDER_DENIED: Message(
        "Claudometer is not allowed to open Claude Code's folder.",
        "Run this to allow it: chmod u+rx {login_folder}",
    ),
    ErrorCode.LOGIN_FOLDER_WRONG: Message(
        "Claude Code's folder cannot be used: {folder}.",
        "Choose the folder that has Claude Code's login, or set CLAUDE_CONFIG_DIR to it.",
    ),
    ErrorCode.LOGIN_KEYCHAIN: Message(
        "The keychain refused access to Claude Code's login.",
        "Unlock the keychain, and allow “security” to read “Claude Code-credentials” when asked.",
    ),
    ErrorCode.ORGANIZATION_NEEDED: Message(
        "Your account has several organizations.",
        "Choose which one to show, in Settings or in the tray's menu.",
    ),
    ErrorCode.ORGANIZATIONS_NONE: Message(
        "This claude.ai account has no organization.",
        "Log out of claude.ai and back in, then paste the new session key in Settings.",
    ),
    ErrorCode.ORGANIZATIONS_WITHOUT_CHAT: Message(
        "This account has no Claude plan with usage limits.",
        "Paste the session key of an account with a Claude plan, or switch to Claude Code in Settings.",
    ),
    ErrorCode.SESSION_KEY_REJECTED: Message(
        "Your claude.ai session has ended.",
        "Log in to claude.ai in your browser and paste the new session key in Settings.",
    ),
    ErrorCode.SESSION_KEY_REFUSED: Message(
        "claude.ai rejected this session key.",
        "Log in to claude.ai in your browser, copy the sessionKey cookie again and paste it here.",
    ),
    ErrorCode.LOGIN_RESTING: Message(
        "Claude Code has not been used for a while.",
        "Open Claude Code once; it renews its login and your numbers resume.",
    ),
    ErrorCode.LOGIN_REJECTED: Message(
        "Claude Code needs you to log in again.", "Run “claude” in a terminal and log in."
    ),
    ErrorCode.LOGIN_REVOKED: Message(
        "Claude Code was logged out: its access was revoked.", "Run “claude” in a terminal and log in again."
    ),
    ErrorCode.LOGIN_SCOPE_MISSING: Message(
        "This Claude Code login is not allowed to show usage.",
        "Log in with “claude” (“claude setup-token” is not enough), or switch to claude.ai in Settings.",
    ),
    ErrorCode.LOGIN_MAY_LACK_SCOPE: Message(
        "This Claude Code login may not be able to show usage.",
        "Log in with “claude” (“claude setup-token” is not enough), or switch to claude.ai in Settings.",
    ),
    ErrorCode.ORGANIZATION_REFUSED: Message(
        "Your session key has no access to this organization's usage.",
        "Choose another organization in Settings.",
    ),
    ErrorCode.ONLY_ORGANIZATION_REFUSED: Message(
        "Your session key has no access to the usage of your only organization.",
        OTHER_KEY,
    ),
    ErrorCode.ORGANIZATIONS_REFUSED: Message(
        "claude.ai does not list any organizations for this session key.",
        "Log in to claude.ai again and paste the new session key, or switch to Claude Code in Settings.",
    ),
    ErrorCode.LOGIN_ORGANIZATION_REFUSED: Message(
        "Your Claude Code login has no access to this organization's usage.",
        "Run “claude” in a terminal and log in to another organization.",
    ),
    ErrorCode.ORGANIZATION_DISABLED: Message(
        "Claude has disabled this account or organization.",
        "Ask its administrator or Anthropic's support, or use another account.",
    ),
    ErrorCode.ORGANIZATION_GONE: Message(
        "Claude says that this account or organization no longer exists.",
        "Choose another organization or paste the session key of another account, in Settings.",
    ),
    ErrorCode.ACCOUNT_GONE: Message(ACCOUNT_GONE, OTHER_KEY),
    ErrorCode.LOGIN_ORGANIZATION_GONE: Message(
        "The account or organization of this Claude Code login no longer exists.",
        "Run “claude” in a terminal and log in to another account or organization.",
    ),
    ErrorCode.ACCOUNT_BILLING: Message(
        "Claude refuses this account because of a problem with its subscription or payment.",
        "Check the subscription and its payments on claude.ai.",
    ),
    ErrorCode.LOGIN_NOT_ALLOWED: Message(
        "Your organization does not let Claude Code logins show usage.",
        "Ask its administrator to allow it, or switch to claude.ai in Settings.",
    ),
}

ANSWERS: Final[dict[ErrorCode, Message]] = {
    ErrorCode.REFRESH_LATER: Message(
        "The next refresh is at {until}.", "Claude limits how often usage can be checked."
    ),
    ErrorCode.RATE_LIMITED: Message(
        "Refreshing is paused until {until}.",
        "Claude limits how often usage can be checked. Your plan is not affected. "
        "Refreshing resumes automatically.",
    ),
    ErrorCode.LIMIT_HIT: Message("Claude Code hit a limit at {at}.", "The next numbers will show which one."),
    ErrorCode.LOGIN_CHALLENGED: Message(
        "Cloudflare is blocking automatic checks right now.",
        "Your login is fine. Claudometer keeps showing the last numbers and tries again automatically.",
    ),
    ErrorCode.IDENTITY_CHECK: Message(
        "Claude wants you to verify your identity.",
        "Open claude.ai in your browser and follow the instructions there.",
    ),
    ErrorCode.TERMS_UNACCEPTED: Message("Claude wants you to accept its terms.", "Accept them on claude.ai."),
    ErrorCode.FORBIDDEN: Message("Claude refused this check (HTTP {http_status}).", RETRIES),
    ErrorCode.NOT_FOUND: Message("Claude's usage address may have moved (HTTP {http_status}).", UPDATE),
    ErrorCode.OVERLOADED: Message("Claude is overloaded right now (HTTP {http_status}).", RETRIES),
    ErrorCode.SERVER_ERROR: Message("Claude's server reported an error (HTTP {http_status}).", RETRIES),
    ErrorCode.REQUEST_REFUSED: Message("Claude did not accept the request (HTTP {http_status}).", UPDATE),
    ErrorCode.ERROR_ANSWER: Message("Claude answered with an error ({error_type}).", RETRIES),
    ErrorCode.NOT_JSON: Message("Claude sent an answer that Claudometer cannot read.", RETRIES),
    ErrorCode.NO_NUMBERS: Message(
        "Claude sent an answer without usage numbers.",
        "Check for a newer version of Claudometer; the format may have changed.",
    ),
    ErrorCode.NOTHING_LISTED: Message(
        "Claude's answer names no limits.",
        "If claude.ai/settings/usage shows limits, check for a newer version of Claudometer.",
    ),
    ErrorCode.TOO_LARGE: Message("Claude sent an answer that is too large to read.", RETRIES),
}

BROWSER: Final[dict[ErrorCode, Message]] = {
    ErrorCode.CHALLENGED: Message(
        "Cloudflare is blocking automatic checks of claude.ai.",
        "Your key is fine. Wait a while, or switch to Claude Code in Settings, which is not affected.",
    ),
    ErrorCode.BROWSER_OFF: Message(
        "Cloudflare asks for a browser, and “Use a hidden browser” is off.",
        "Turn it on in Settings, or switch to Claude Code, which is not affected.",
    ),
    ErrorCode.BROWSER_NO_DISPLAY: Message(
        "Cloudflare asks for a browser, which needs a graphical session.",
        "Your key is fine. Start Claudometer in a graphical session, or switch to Claude Code in Settings.",
    ),
    ErrorCode.BROWSER_MISSING: Message(
        "Cloudflare asks for a browser, and the system's web engine (WebKitGTK) is missing.",
        "Install it (Debian, Ubuntu: gir1.2-webkit2-4.1), or switch to Claude Code in Settings.",
    ),
    ErrorCode.BROWSER_FAILED: Message(
        "Cloudflare asks for a browser, but the hidden browser stopped unexpectedly.",
        "If it happens again, see browser-errors.log in Claudometer's log folder, "
        "or switch to Claude Code in Settings.",
    ),
    ErrorCode.BROWSER_CHALLENGED: Message(
        "Cloudflare did not let Claudometer's browser in.",
        "Your key is fine. Wait a while, turn off your VPN, or switch to Claude Code in Settings.",
    ),
    ErrorCode.BROWSER_RESTING: Message(
        "Cloudflare asks for a browser, and the hidden browser is used at most once every 5 minutes.",
        "Wait a few minutes, or switch to Claude Code in Settings, which is not affected.",
    ),
}

NETWORK: Final[dict[ErrorCode, Message]] = {
    ErrorCode.OFFLINE: Message(
        "Cannot connect to Claude.",
        "Check your internet connection. "
        "Claudometer keeps showing the last numbers and tries again automatically.",
    ),
    ErrorCode.DNS_FAILED: Message("Cannot find Claude's server.", "Check your internet connection (DNS)."),
    ErrorCode.TIMED_OUT: Message("Claude did not answer in time.", RETRIES),
    ErrorCode.TLS_FAILED: Message(
        "The secure connection to Claude could not be verified.",
        "Check the computer's date. On a company network, install its certificate on this computer.",
    ),
    ErrorCode.PROXY_UNUSABLE: Message(
        "{variable} names a proxy that Claudometer cannot use.",
        "Set it to http://host:port or socks5://host:port, or unset it, then restart Claudometer.",
    ),
    ErrorCode.CONNECTION_BROKEN: Message("The connection to Claude was interrupted.", RETRIES),
    ErrorCode.REDIRECTED: Message(
        "The network redirected the request, and Claudometer did not follow.",
        "Check your network, VPN or proxy.",
    ),
}

MESSAGES: Final = CREDENTIALS | ANSWERS | BROWSER | NETWORK

WITHOUT_FACTS: Final[dict[ErrorCode, Message]] = {
    ErrorCode.RATE_LIMITED: Message(
        "Refreshing is paused for a while.", MESSAGES[ErrorCode.RATE_LIMITED].hint
    ),
    ErrorCode.LIMIT_HIT: Message("Claude Code hit a limit.", MESSAGES[ErrorCode.LIMIT_HIT].hint),
    ErrorCode.ERROR_ANSWER: Message("Claude answered with an error.", RETRIES),
    ErrorCode.PROXY_UNUSABLE: Message(
        "The system's proxy setting cannot be used.",
        "Set it to an address such as http://host:port or socks5://host:port in the system settings.",
    ),
}
"""For errors that may lack the fact that their sentence needs."""

CHECKED: Final[dict[str, Message]] = {
    "login.no_claude": claude_missing.CHECKED,
    "login.foreign_folder": Message(
        "Claude Code's folder is inside another user's folder, which you cannot open.",
        "Ask that user for access, or log in as yourself: claude",
    ),
}
"""What a check of this computer says beside the errors."""

ASK_THE_OWNER: Final = "Ask {owner} for access, or run “claude” and log in as yourself."

OTHER_KEY_IN_VARIABLE: Final = (
    "Set {variable} to another claude.ai session key, or unset it, then restart Claudometer."
)

WITH_FACT: Final[dict[tuple[ErrorCode, str], Message]] = {
    (ErrorCode.SESSION_KEY_MISSING, "chosen"): Message(
        "No claude.ai session key is saved.", "Paste one in Settings, or choose another source there."
    ),
    (ErrorCode.LOGIN_MISSING, "no_program"): claude_missing.NOT_LOGGED_IN,
    (ErrorCode.LOGIN_DENIED, "make_own"): Message(
        "Claude Code's login file belongs to another user, {owner}, so you cannot read it.",
        "Run this to make it yours: {make_own}",
    ),
    (ErrorCode.LOGIN_DENIED, "owner"): Message(
        "Claude Code's login file belongs to another user, {owner}, so you cannot read it.", ASK_THE_OWNER
    ),
    (ErrorCode.LOGIN_FOLDER_DENIED, "owner"): Message(
        "Claude Code's folder is inside a folder that belongs to {owner}, which you cannot open.",
        ASK_THE_OWNER,
    ),
    (ErrorCode.LOGIN_FOLDER_DENIED, "variable"): Message(
        "{variable} names a folder that Claudometer is not allowed to open.",
        MESSAGES[ErrorCode.LOGIN_FOLDER_DENIED].hint,
    ),
    (ErrorCode.SESSION_KEY_REJECTED, "variable"): Message(
        "claude.ai does not accept the session key in {variable}.",
        "Set it to a new claude.ai sessionKey cookie, or unset it, then restart Claudometer.",
    ),
    (ErrorCode.ORGANIZATIONS_REFUSED, "variable"): Message(
        MESSAGES[ErrorCode.ORGANIZATIONS_REFUSED].title, OTHER_KEY_IN_VARIABLE
    ),
    (ErrorCode.ONLY_ORGANIZATION_REFUSED, "variable"): Message(
        MESSAGES[ErrorCode.ONLY_ORGANIZATION_REFUSED].title, OTHER_KEY_IN_VARIABLE
    ),
    (ErrorCode.ACCOUNT_GONE, "variable"): Message(ACCOUNT_GONE, OTHER_KEY_IN_VARIABLE),
    (ErrorCode.ORGANIZATIONS_NONE, "variable"): Message(
        MESSAGES[ErrorCode.ORGANIZATIONS_NONE].title, OTHER_KEY_IN_VARIABLE
    ),
    (ErrorCode.ORGANIZATIONS_WITHOUT_CHAT, "variable"): Message(
        MESSAGES[ErrorCode.ORGANIZATIONS_WITHOUT_CHAT].title, OTHER_KEY_IN_VARIABLE
    ),
    (ErrorCode.TLS_FAILED, "variable"): Message(
        MESSAGES[ErrorCode.TLS_FAILED].title,
        "{variable} names certificates that cannot be read. Correct or unset it, then restart Claudometer.",
    ),
}
"""Better sentences for errors that come with a fact which they do not need."""

KEY_REASONS: Final = {
    "api_key": Message(
        "That is an API key, not a session key.",
        "Copy the value of the cookie “sessionKey” on claude.ai; it begins with sk-ant-sid.",
    ),
    "login": Message(
        "That is a Claude Code token, not a session key.",
        "Choose Claude Code as the source; Claudometer then reads that login directly.",
    ),
    "empty": Message("The session key is empty.", "Paste the value of the cookie “sessionKey” on claude.ai."),
}
"""What was pasted instead of a session key, by the fact ``reason``."""
