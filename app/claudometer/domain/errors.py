"""Everything that can go wrong, as codes with facts. ``present.messages`` has the sentences for each code.

::

    Exception
    └── ClaudometerError(code, **facts)   raised by our own code, expected by a boundary
        └── InvalidSettingError               one code per field; nothing was saved

A poll that ends in an expected way raises nothing, but returns a value: see ``domain.outcome``.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """What happened. Each has a title, the same on every surface, and a hint that fits where it is shown."""

    # No credentials to send a request with.
    SESSION_KEY_MISSING = "session_key_missing"
    LOGIN_MISSING = "login_missing"
    LOGIN_UNREADABLE = "login_unreadable"
    LOGIN_DENIED = "login_denied"
    LOGIN_FOLDER_DENIED = "login_folder_denied"
    LOGIN_FOLDER_WRONG = "login_folder_wrong"
    LOGIN_KEYCHAIN = "login_keychain"
    ORGANIZATION_NEEDED = "organization_needed"
    ORGANIZATIONS_NONE = "organizations_none"
    ORGANIZATIONS_WITHOUT_CHAT = "organizations_without_chat"
    # Credentials that the server refuses, or that have expired.
    SESSION_KEY_REJECTED = "session_key_rejected"
    SESSION_KEY_REFUSED = "session_key_refused"
    LOGIN_RESTING = "login_resting"
    LOGIN_REJECTED = "login_rejected"
    LOGIN_REVOKED = "login_revoked"
    LOGIN_SCOPE_MISSING = "login_scope_missing"
    LOGIN_MAY_LACK_SCOPE = "login_may_lack_scope"
    LOGIN_NOT_ALLOWED = "login_not_allowed"
    LOGIN_ORGANIZATION_REFUSED = "login_organization_refused"
    LOGIN_ORGANIZATION_GONE = "login_organization_gone"
    ORGANIZATIONS_REFUSED = "organizations_refused"
    ORGANIZATION_REFUSED = "organization_refused"
    ONLY_ORGANIZATION_REFUSED = "only_organization_refused"
    ORGANIZATION_DISABLED = "organization_disabled"
    ORGANIZATION_GONE = "organization_gone"
    ACCOUNT_GONE = "account_gone"
    ACCOUNT_BILLING = "account_billing"
    # Answers that say nothing about the credentials.
    RATE_LIMITED = "rate_limited"
    LIMIT_HIT = "limit_hit"
    CHALLENGED = "challenged"
    BROWSER_OFF = "browser_off"
    BROWSER_NO_DISPLAY = "browser_no_display"
    BROWSER_MISSING = "browser_missing"
    BROWSER_FAILED = "browser_failed"
    BROWSER_CHALLENGED = "browser_challenged"
    BROWSER_RESTING = "browser_resting"
    LOGIN_CHALLENGED = "login_challenged"
    CAPTIVE_PORTAL = "captive_portal"
    REGION_BLOCKED = "region_blocked"
    IDENTITY_CHECK = "identity_check"
    NETWORK_RESTRICTED = "network_restricted"
    TERMS_UNACCEPTED = "terms_unaccepted"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    OVERLOADED = "overloaded"
    SERVER_ERROR = "server_error"
    REQUEST_REFUSED = "request_refused"
    ERROR_ANSWER = "error_answer"
    # The network.
    OFFLINE = "offline"
    DNS_FAILED = "dns_failed"
    TIMED_OUT = "timed_out"
    TLS_FAILED = "tls_failed"
    PROXY_FAILED = "proxy_failed"
    PROXY_UNREACHABLE = "proxy_unreachable"
    PROXY_UNTRUSTED = "proxy_untrusted"
    PROXY_LOGIN_NEEDED = "proxy_login_needed"
    PROXY_LOGIN_REFUSED = "proxy_login_refused"
    PROXY_REFUSED = "proxy_refused"
    PROXY_NOT_CONNECTED = "proxy_not_connected"
    TOO_MANY_FILES = "too_many_files"
    OUT_OF_MEMORY = "out_of_memory"
    NETWORK_DENIED = "network_denied"
    CLIENT_UNLOADED = "client_unloaded"
    PROXY_UNUSABLE = "proxy_unusable"
    CONNECTION_BROKEN = "connection_broken"
    # Answers that cannot be read.
    NOT_JSON = "not_json"
    NO_NUMBERS = "no_numbers"
    NOTHING_LISTED = "nothing_listed"
    TOO_LARGE = "too_large"
    REDIRECTED = "redirected"
    # The mode that sends nothing.
    LOCAL_NUMBERS_MISSING = "local_numbers_missing"
    LOCAL_ONLY = "local_only"
    LOGIN_NOT_READ = "login_not_read"
    # The keyring.
    KEYRING_LOCKED = "keyring_locked"
    KEYRING_MISSING = "keyring_missing"
    KEYRING_FAILED = "keyring_failed"
    SESSION_KEY_UNSAVED = "session_key_unsaved"
    # Settings and set-up.
    SESSION_KEY_MALFORMED = "session_key_malformed"
    INTERVAL_OUT_OF_RANGE = "interval_out_of_range"
    MODE_UNKNOWN = "mode_unknown"
    CLAUDE_FOLDER_REFUSED = "claude_folder_refused"
    CLAUDE_FOLDERS_LEFT = "claude_folders_left"
    ACCOUNT_UNKNOWN = "account_unknown"
    ORGANIZATION_UNKNOWN = "organization_unknown"
    ORGANIZATION_OF_LOGIN = "organization_of_login"
    SETTINGS_BROKEN = "settings_broken"
    SETTINGS_UNREADABLE = "settings_unreadable"
    SETTINGS_UNWRITABLE = "settings_unwritable"
    SETTINGS_VALUE_IGNORED = "settings_value_ignored"
    NOT_A_FILE = "not_a_file"
    STATE_BROKEN = "state_broken"
    STATE_UNWRITABLE = "state_unwritable"
    STATE_UNKEPT = "state_unkept"
    NUMBERS_LEFT = "numbers_left"
    ONLY_KEY_SAVED = "only_key_saved"
    ONLY_AUTOSTART_SAVED = "only_autostart_saved"
    LEDGER_UNREADABLE = "ledger_unreadable"
    HISTORY_BROKEN = "history_broken"
    HISTORY_NEWER = "history_newer"
    HISTORY_UNKEPT = "history_unkept"
    HISTORY_REPLACED = "history_replaced"
    HISTORY_UNREADABLE = "history_unreadable"
    HISTORY_WITHOUT_SQLITE = "history_without_sqlite"
    ENVIRONMENT_INVALID = "environment_invalid"
    URL_REFUSED = "url_refused"
    AUTOSTART_FAILED = "autostart_failed"
    # Claude Code's settings, which only the set-up of the status line and of the hook changes.
    CLAUDE_SETTINGS_NOT_UTF8 = "claude_settings_not_utf8"
    CLAUDE_SETTINGS_NOT_JSON = "claude_settings_not_json"
    CLAUDE_SETTINGS_UNCHANGED = "claude_settings_unchanged"
    CLAUDE_SETTINGS_BUSY = "claude_settings_busy"
    STATUS_LINE_UNKNOWN = "status_line_unknown"
    HOOKS_UNKNOWN = "hooks_unknown"
    # The terminal.
    WORKING_FOLDER_GONE = "working_folder_gone"
    OUTPUT_UNWRITABLE = "output_unwritable"
    # The computer.
    CLOCK_WRONG = "clock_wrong"
    HOME_UNUSABLE = "home_unusable"
    # The desktop and the running app.
    NO_DISPLAY = "no_display"
    TRAY_TOOLKIT_MISSING = "tray_toolkit_missing"
    TRAY_HOST_MISSING = "tray_host_missing"
    CONTROL_UNAVAILABLE = "control_unavailable"
    WINDOW_FAILED = "window_failed"
    REFRESH_LATER = "refresh_later"
    CLICK_FAILED = "click_failed"
    DEMO_RUNNING = "demo_running"
    SELFCHECK_NO_TRAY = "selfcheck_no_tray"
    CERTIFICATES_MISSING = "certificates_missing"
    NOT_RUNNING = "not_running"
    OTHER_ACCOUNT = "other_account"
    APP_UNRESPONSIVE = "app_unresponsive"
    APP_BUSY = "app_busy"
    APP_ENDED = "app_ended"
    APP_STILL_RUNNING = "app_still_running"
    PROTOCOL_MISMATCH = "protocol_mismatch"
    REQUEST_INVALID = "request_invalid"
    INTERNAL = "internal"


Fact = str | int | float | bool | None


class ClaudometerError(Exception):
    """An error with a code and the facts its message needs. Facts never hold a secret."""

    def __init__(self, code: ErrorCode, **facts: Fact) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts


class InvalidSettingError(ClaudometerError):
    """A change of the settings was refused as a whole. ``field`` names the input that it was refused for."""

    def __init__(self, field: str, code: ErrorCode, **facts: Fact) -> None:
        super().__init__(code, **facts)
        self.field = field
