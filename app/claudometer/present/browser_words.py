"""What is said when claude.ai wants a browser and none could ask in our stead. Pure."""

from __future__ import annotations

from claudometer.domain.errors import ErrorCode
from claudometer.present.wording import Message

_WANTED = "claude.ai wants to see a browser (Cloudflare check)."
_OR_SWITCH = "or switch to Claude Code in Settings: it is not checked this way."

BROWSER_MESSAGES: dict[ErrorCode, Message] = {
    ErrorCode.CHALLENGED: Message(_WANTED, f"This is not about your key. Wait a while, {_OR_SWITCH}"),
    ErrorCode.BROWSER_OFF: Message(
        _WANTED, "Switch on “Ask through a browser” in Settings: Claudometer then asks through one."
    ),
    ErrorCode.BROWSER_NO_DISPLAY: Message(
        _WANTED, f"A browser needs a graphical session. Start Claudometer in one, {_OR_SWITCH}"
    ),
    ErrorCode.BROWSER_MISSING: Message(
        "claude.ai wants to see a browser, and the system's web engine (WebKitGTK) is missing.",
        f"Install it (Debian, Ubuntu: gir1.2-webkit2-4.1), {_OR_SWITCH}",
    ),
    ErrorCode.BROWSER_FAILED: Message(
        "claude.ai wants to see a browser, and the one that Claudometer started ended early.",
        f"Claudometer tries again by itself. If it stays so, see browser-errors.log in its log folder, "
        f"{_OR_SWITCH}",
    ),
    ErrorCode.BROWSER_CHALLENGED: Message(
        "claude.ai did not let Claudometer's browser through (Cloudflare check).",
        f"This is not about your key. Wait a while, leave a VPN, {_OR_SWITCH}",
    ),
    ErrorCode.BROWSER_RESTING: Message(
        _WANTED,
        "This is not about your key. Claudometer asks through a browser, every 5 minutes at most.",
    ),
}
