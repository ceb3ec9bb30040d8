"""What is said when claude.ai wants a browser and none could ask in our stead. Pure."""

from __future__ import annotations

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.wording import Message

_WANTED = "claude.ai wants to see a browser"
_OR_SWITCH = "or switch to Claude Code in Settings: it is not checked this way."

BROWSER_MESSAGES: dict[ErrorCode, Message] = {
    ErrorCode.CHALLENGED: Message(
        f"{_WANTED} (Cloudflare check).", f"This is not about your key. Wait a while, {_OR_SWITCH}"
    ),
    ErrorCode.BROWSER_OFF: Message(
        f"{_WANTED}, and asking through one is switched off.",
        f"Switch on “Ask through a browser” in Settings, {_OR_SWITCH}",
    ),
    ErrorCode.BROWSER_NO_DISPLAY: Message(
        f"{_WANTED}, and without a graphical session there is none.",
        f"This is not about your key. Start Claudometer in one, {_OR_SWITCH}",
    ),
    ErrorCode.BROWSER_MISSING: Message(
        f"{_WANTED}, and the system's web engine (WebKitGTK) is missing.",
        f"Install it (Debian, Ubuntu: gir1.2-webkit2-4.1), {_OR_SWITCH}",
    ),
    ErrorCode.BROWSER_FAILED: Message(
        f"{_WANTED}, and the one that was started ended early.",
        f"If it stays so, see browser-errors.log in Claudometer's log folder, {_OR_SWITCH}",
    ),
    ErrorCode.BROWSER_CHALLENGED: Message(
        "claude.ai did not let Claudometer's browser through (Cloudflare check).",
        f"This is not about your key. Wait a while, leave a VPN, {_OR_SWITCH}",
    ),
    ErrorCode.BROWSER_RESTING: Message(
        f"{_WANTED}, and ours rests between two questions.",
        f"It asks every 5 minutes at most. Wait a moment, {_OR_SWITCH}",
    ),
}
