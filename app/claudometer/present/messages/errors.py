"""What happened and the one step that helps: a title and a hint for every error code. The same everywhere."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.present.formatters import clock
from claudometer.present.messages.browser import BROWSER_MESSAGES
from claudometer.present.messages.wording import ALLOWED, WAIT, Message, deviation, special_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.errors import Fact
    from claudometer.domain.region import Region
    from claudometer.domain.snapshot import Problem


MESSAGES: dict[ErrorCode, Message] = {
    **BROWSER_MESSAGES,
    ErrorCode.SESSION_KEY_MISSING: Message(
        "No session key yet.",
        "Paste the sessionKey cookie of claude.ai in Settings, or switch to Claude Code there.",
    ),
    ErrorCode.LOGIN_MISSING: Message(
        "No Claude Code login found.",
        "Run “claude” in a terminal and log in; the numbers follow by themselves.",
    ),
    ErrorCode.LOGIN_UNREADABLE: Message(
        "Claude Code's login file could not be read.",
        "It may be half written; Claudometer looks again. If it stays so, log in with “claude” once more.",
    ),
    ErrorCode.LOGIN_DENIED: Message(
        "Claude Code's login file may not be read.",
        "Give your user the right to read it: chmod 600 {login_folder}/.credentials.json",
    ),
    ErrorCode.LOGIN_FOLDER_DENIED: Message(
        "Claude Code's folder may not be opened.",
        "Give your user the right to open it: chmod u+rx {login_folder}",
    ),
    ErrorCode.LOGIN_KEYCHAIN: Message(
        "The keychain did not give out Claude Code's login.",
        "Unlock the keychain, and allow “security” to read “Claude Code-credentials” when asked.",
    ),
    ErrorCode.ORGANIZATION_NEEDED: Message(
        "Claudometer cannot tell which organization to show.",
        "Choose one in Settings or in the tray's Organization menu.",
    ),
    ErrorCode.ORGANIZATIONS_NONE: Message(
        "claude.ai lists no organization for this account.",
        "Log out of claude.ai and in again, then paste a fresh key.",
    ),
    ErrorCode.ORGANIZATIONS_WITHOUT_CHAT: Message(
        "This account has no Claude chat plan whose usage could be shown.",
        "Paste the session key of an account with a Claude plan, or switch to Claude Code in Settings.",
    ),
    ErrorCode.SESSION_KEY_REJECTED: Message(
        "claude.ai no longer accepts the session key.",
        "Log in to claude.ai in your browser and paste the new sessionKey in Settings.",
    ),
    ErrorCode.SESSION_KEY_REFUSED: Message(
        "claude.ai does not accept this session key.",
        "Log in to claude.ai in your browser, copy the cookie “sessionKey” anew, and paste it here.",
    ),
    ErrorCode.LOGIN_RESTING: Message(
        "Claude Code's login is resting: its token has lapsed.",
        "Open Claude Code once; it renews the token and the numbers resume by themselves.",
    ),
    ErrorCode.LOGIN_REJECTED: Message(
        "Claude does not accept Claude Code's login.", "Run “claude” in a terminal and log in again."
    ),
    ErrorCode.LOGIN_REVOKED: Message(
        "Claude Code's login was withdrawn.", "Run “claude” in a terminal and log in again."
    ),
    ErrorCode.LOGIN_SCOPE_MISSING: Message(
        "This Claude Code login may not read usage; tokens of “claude setup-token” never may.",
        "Log in with “claude” in a terminal, or switch to claude.ai in Settings.",
    ),
    ErrorCode.RATE_LIMITED: Message(
        "Claude asked us to wait until {until}.",
        "That is about questions for the numbers, not your plan. Claudometer asks again by itself.",
    ),
    ErrorCode.LOGIN_CHALLENGED: Message(
        "Claude wants to see a browser (Cloudflare check).", "Claude Code's login is fine. " + WAIT
    ),
    ErrorCode.CAPTIVE_PORTAL: Message(
        "Something on the network answered instead of Claude.",
        "Open a web page to log in to this network, then click Refresh now.",
    ),
    ErrorCode.ORGANIZATION_REFUSED: Message(
        "This organization does not give its usage to your key.", "Choose another organization in Settings."
    ),
    ErrorCode.LOGIN_ORGANIZATION_REFUSED: Message(
        "This organization does not give its usage to Claude Code's login.",
        "Run “claude” in a terminal and log in to another organization.",
    ),
    ErrorCode.REGION_BLOCKED: Message(
        "Claude is not available from where this connection comes out.",
        "Check your VPN's or proxy's country.",
    ),
    ErrorCode.IDENTITY_CHECK: Message(
        "Claude asks you to verify your identity.", "Open claude.ai in your browser and follow what it says."
    ),
    ErrorCode.FORBIDDEN: Message("Claude refused the request (HTTP {http_status}).", WAIT),
    ErrorCode.NOT_FOUND: Message(
        "Claude has no usage numbers at the known address (HTTP {http_status}).",
        "Check for a newer Claudometer: the address may have moved.",
    ),
    ErrorCode.OVERLOADED: Message("Claude is overloaded right now (HTTP {http_status}).", WAIT),
    ErrorCode.SERVER_ERROR: Message("Claude's server had a problem (HTTP {http_status}).", WAIT),
    ErrorCode.REQUEST_REFUSED: Message(
        "Claude did not understand the request (HTTP {http_status}).", "Check for a newer Claudometer."
    ),
    ErrorCode.ERROR_ANSWER: Message("Claude's answer was not the usage but an error ({error_type}).", WAIT),
    ErrorCode.OFFLINE: Message("No connection to Claude.", "Check the network. " + WAIT),
    ErrorCode.DNS_FAILED: Message(
        "Claude's address was not found.", "Check the network or its name server (DNS)."
    ),
    ErrorCode.TIMED_OUT: Message("Claude did not answer in time.", WAIT),
    ErrorCode.TLS_FAILED: Message(
        "The secure connection could not be verified.",
        "Check the computer's date, and that your company's certificate is installed on the system.",
    ),
    ErrorCode.PROXY_FAILED: Message(
        "The proxy did not let the request through.", "Check the proxy settings (HTTPS_PROXY)."
    ),
    ErrorCode.CONNECTION_BROKEN: Message("The connection broke off.", WAIT),
    ErrorCode.NOT_JSON: Message("The answer was not readable.", WAIT),
    ErrorCode.NO_NUMBERS: Message(
        "Claude's answer held no usage numbers.",
        "Check for a newer Claudometer: the answer's form may have changed.",
    ),
    ErrorCode.TOO_LARGE: Message("The answer was too large to be real.", WAIT),
    ErrorCode.REDIRECTED: Message(
        "The request was sent somewhere else; we did not follow.", "Check the network, VPN or proxy."
    ),
    ErrorCode.KEYRING_LOCKED: Message(
        "The system keyring is locked.",
        "Unlock it (your password manager asks for it), then click Refresh now.",
    ),
    ErrorCode.KEYRING_MISSING: Message(
        "This system has no keyring to keep the session key in.",
        "Install one (gnome-keyring or KWallet), or switch Remember off: the key then lives until you quit.",
    ),
    ErrorCode.KEYRING_FAILED: Message(
        "The system keyring did not work.",
        "Log out and in again, or switch Remember off: the key then lives until you quit.",
    ),
    ErrorCode.SESSION_KEY_UNSAVED: Message(
        "claude.ai renewed the session key, but the keyring did not take the new one.",
        "It is in use until you quit. Unlock the keyring, then click Refresh now: that saves it.",
    ),
    ErrorCode.SESSION_KEY_MALFORMED: Message(
        "That does not look like a session key.",
        "Copy the value of the cookie “sessionKey” on claude.ai; it begins with sk-ant-sid.",
    ),
    ErrorCode.INTERVAL_OUT_OF_RANGE: Message(
        "The interval must be between 10 seconds and 1 hour.", "Choose one from the list."
    ),
    ErrorCode.MODE_UNKNOWN: Message("That source is not known.", "Choose Claude Code or claude.ai."),
    ErrorCode.CLAUDE_FOLDER_REFUSED: Message(
        "That folder cannot be used.", "Choose the folder that Claude Code was told of by CLAUDE_CONFIG_DIR."
    ),
    ErrorCode.ORGANIZATION_UNKNOWN: Message(
        "That organization is not in your account.", "Choose another one, or Automatic."
    ),
    ErrorCode.SETTINGS_BROKEN: Message(
        "The settings file was damaged and set aside as {moved_to}.",
        "Defaults are in use; save your settings again.",
    ),
    ErrorCode.SETTINGS_UNREADABLE: Message(
        "The settings file {path} cannot be read.",
        "It stays as it is, and defaults are in use. Check your rights to it; saving settings replaces it.",
    ),
    ErrorCode.SETTINGS_UNWRITABLE: Message(
        "The settings could not be saved.", "Check free space and your rights in {folder}."
    ),
    ErrorCode.STATE_BROKEN: Message(
        "The file with the last numbers was damaged.",
        "A new one is begun; to be safe, Claude is asked again only in 3 minutes.",
    ),
    ErrorCode.STATE_UNWRITABLE: Message(
        "Claudometer cannot write down its state.",
        "Check free space and your rights in your home folder. Until then it asks Claude less often.",
    ),
    ErrorCode.LEDGER_UNREADABLE: Message(
        "The list of requests cannot be read.", "Check your rights in {folder}."
    ),
    ErrorCode.ENVIRONMENT_INVALID: Message(
        "{variable} has a value that cannot be used.",
        "It may be {allowed}. Correct or unset the variable, then start again.",
    ),
    ErrorCode.URL_REFUSED: Message(
        "{variable} must be an https address (http only to this machine).",
        "Correct or unset the variable; nothing was sent.",
    ),
    ErrorCode.AUTOSTART_FAILED: Message(
        "Start at login could not be changed.",
        "Check your rights in {folder}, or use the system's own settings.",
    ),
    ErrorCode.CLAUDE_SETTINGS_NOT_JSON: Message(
        "Claude Code's settings are not plain JSON, so nothing was changed.",
        "Correct {path} (no comments, no comma too many), then try again.",
    ),
    ErrorCode.CLAUDE_SETTINGS_UNCHANGED: Message(
        "Claude Code's settings could not be read or written, so nothing was changed.",
        "See to it that your user may write {path} and its folder, and that the disk is not full.",
    ),
    ErrorCode.CLAUDE_SETTINGS_BUSY: Message(
        "Claude Code's settings kept changing meanwhile, so nothing was changed.",
        "Try again in a moment.",
    ),
    ErrorCode.STATUS_LINE_UNKNOWN: Message(
        "Claude Code's settings hold a status line that is no command, so nothing was changed.",
        "Take “statusLine” out of {path}, then try again.",
    ),
    ErrorCode.CLOCK_WRONG: Message(
        "This computer's clock is {deviation}.",
        "Let the system set it automatically. Until then Claudometer goes by Claude's clock.",
    ),
    ErrorCode.NO_DISPLAY: Message(
        "There is no graphical session here.",
        "Use “claudometer watch” to follow the numbers in the terminal.",
    ),
    ErrorCode.TRAY_TOOLKIT_MISSING: Message(
        "The library by which Python speaks to the desktop (PyGObject) is missing.", "Install it: {command}"
    ),
    ErrorCode.TRAY_HOST_MISSING: Message(
        "This desktop shows no tray icons.",
        "On GNOME, install the extension “AppIndicator and KStatusNotifierItem Support”. "
        "The window works without.",
    ),
    ErrorCode.WINDOW_FAILED: Message(
        "The settings window could not be opened.", "See the log in {folder} for the reason."
    ),
    ErrorCode.DEMO_RUNNING: Message(
        "A demo of Claudometer is running, which the self-test would look at.",
        "End it with “claudometer --demo quit”, then try again.",
    ),
    ErrorCode.SELFCHECK_NO_TRAY: Message(
        "The tray program does not start here.", "See selfcheck-errors.log and the log in {folder}."
    ),
    ErrorCode.CERTIFICATES_MISSING: Message(
        "This system has no certificates, so no server can be trusted.",
        "Install them; the package is called ca-certificates.",
    ),
    ErrorCode.NOT_RUNNING: Message("Claudometer is not running.", "Start it with “claudometer”."),
    ErrorCode.APP_UNRESPONSIVE: Message(
        "Claudometer runs but does not answer.",
        "Quit it from its tray menu or end its process, then start it again.",
    ),
    ErrorCode.PROTOCOL_MISMATCH: Message(
        "Another version of Claudometer is running.", "Quit it and start Claudometer again."
    ),
    ErrorCode.REQUEST_INVALID: Message(
        "The running Claudometer did not understand the request.", "Quit it and start Claudometer again."
    ),
    ErrorCode.INTERNAL: Message(
        "Something unexpected went wrong inside Claudometer.",
        "See the log in {folder}; starting again usually helps.",
    ),
}


class _Facts(dict[str, "Fact"]):
    """Facts for a template; one that was not given reads as an ellipsis instead of failing."""

    def __missing__(self, key: str) -> str:
        return "…"


def message_for_code(code: ErrorCode, facts: Mapping[str, Fact] | None = None) -> Message:
    """Return the words for an error, its facts filled in."""
    known = _Facts(facts or {})
    if "login_folder" in known:
        known["login_folder"] = quote(str(known["login_folder"]))  # it stands in a command
    if known.get("variable") in ALLOWED:
        known["allowed"] = ALLOWED[str(known["variable"])]
    if "behind_s" in known:
        known["deviation"] = deviation(float(known["behind_s"] or 0))
    special = special_case(code, known)
    if special is not None:
        return special
    message = MESSAGES[code]
    return Message(message.title.format_map(known), message.hint.format_map(known))


def message_for(problem: Problem, region: Region) -> Message:
    """Return the words for why there are no fresh numbers."""
    facts: dict[str, Fact] = dict(problem.facts)
    facts["http_status"] = problem.http_status if problem.http_status is not None else "no status"
    facts["until"] = clock(problem.until, region) if problem.until is not None else "later"
    return message_for_code(problem.code, facts)
