"""Finds out what an error of Claude's servers means, by its codes, then by its words. Pure.

No refusal here ends by waiting alone. Those of :data:`ELSEWHERE` end with the same credentials, once the
user has acted in a browser or in another network. The server's codes count first, because its prose changes.
So a pattern needs both a subject and a verdict, and words that promise an end outweigh all others: to take a
passing refusal for a permanent one would cost the user a day of numbers.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from claudometer.providers.claude.values import read_object

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TEXT_LENGTH = 1000
"""Characters of each text of an error that are searched."""

MAX_DEPTH = 4
MAX_TEXTS = 40
"""Known errors have few levels and few texts. Any server may answer, and nest without end."""


class Meaning(Enum):
    """Why a request was refused."""

    REJECTED = "the credentials are not accepted, or not any more"
    REVOKED = "the credentials were withdrawn"
    SCOPE = "the credentials are of a kind that cannot show usage"
    LOGINS_NOT_ALLOWED = "the organization, or the server, accepts no logins of Claude Code here"
    LOGINS_NOT_SUPPORTED = "the same, but nothing says whose decision it is"
    NOT_A_MEMBER = "the credentials have no access to the organization"
    DISABLED = "the organization or account is disabled"
    GONE = "the organization or account does not exist any more"
    BILLING = "the subscription has ended, or a payment is missing"
    IDENTITY = "the user has to prove who they are"
    TERMS = "the user has to accept the terms of use"
    NETWORK = "the account may not be used from the network that the request came from"
    REGION = "Claude is not available where the request came from"


ELSEWHERE = frozenset({Meaning.IDENTITY, Meaning.TERMS, Meaning.NETWORK, Meaning.REGION})
"""Refusals that the user ends in a browser or in another network, without other credentials."""


_CODES: dict[str, Meaning] = {
    "account_session_invalid": Meaning.REJECTED,
    "invalid_grant": Meaning.REVOKED,
    "token_revoked": Meaning.REVOKED,
    "insufficient_scope": Meaning.SCOPE,
    "oauth_org_not_allowed": Meaning.LOGINS_NOT_ALLOWED,
    "oauth_not_allowed": Meaning.LOGINS_NOT_ALLOWED,
    "not_a_member": Meaning.NOT_A_MEMBER,
    "billing_error": Meaning.BILLING,
    "payment_required": Meaning.BILLING,
    "verification_required": Meaning.IDENTITY,
    "tenant_restriction_violation": Meaning.NETWORK,
}
"""Codes that the servers and Claude Code's hook have been observed to use, or that OAuth defines.

``<subject>_disabled`` and the like are read as words: there are too many of them.
"""

_ORG = r"\b(?:organi[sz]ation|workspace|account|team)s?\b"
_ORG_CODE = r"\b(?:organi[sz]ation|workspace|account|team)_(?:is_)?"
_LOGINS = r"\b(?:oauth|claude code)\b"
_BANNED = r"(?:disabled|suspended|deactivated|banned|blocked|locked|frozen|restricted|on hold|inactive)"
_LOST = (
    r"(?:deleted|removed|closed|terminated|archived|dissolved|not found"
    r"|(?:no longer|not|n't) (?:exists?|available|active|found))"
)
_REFUSES = r"(?:not|n't|no longer) (?:currently |been )?(?:allow|permit|enable|accept)"
_STOPPED = r"(?:disabled|turned off|switched off|blocked|forbidden|prohibited|restricted)"

_PASSING = re.compile(
    r"\btemporar|\btry again|\bretry\b|\blater\b|\bin a (?:few|moment|minute|while)|\bmaintenance\b"
    r"|\bshortly\b|\btoo many\b|\brate.?limit|\boverloaded\b|\bat the moment\b"
)

_WORDS: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (
        re.compile(
            r"unable to serve your request"
            r"|(?:not available|unavailable|unsupported|not supported).{0,60}\b(?:region|country|location)\b"
        ),
        Meaning.REGION,
    ),
    (
        re.compile(
            r"identity verification|verify your identity|verification (?:is )?required"
            r"|\b(?:(?:multi|two)[ -]?factor|mfa|2fa)\b.{0,40}\brequire"
            r"|\brequires? (?:(?:multi|two)[ -]?factor|mfa|2fa)\b"
        ),
        Meaning.IDENTITY,
    ),
    (
        re.compile(
            r"\b(?:accept|agree to)\b.{0,40}\b(?:terms|polic(?:y|ies))\b"
            r"|\bterms\b.{0,60}\b(?:must|need to|have to|not) (?:be )?(?:accept|agree)"
        ),
        Meaning.TERMS,
    ),
    (
        # Before "blocked" and "not allowed": the organization and its logins are fine elsewhere.
        re.compile(
            r"\bip[ -]?(?:address(?:es)?|range)?\b.{0,40}(?:\ballow.?list|\bwhitelist|\bblock.?list"
            r"|\b(?:not|n't) (?:allowed|permitted|authori[sz]ed|on\b|in\b)|\b(?:blocked|restricted|denied)\b)"
            r"|\b(?:restricted|blocked|denied|not allowed|not permitted)\b.{0,30} (?:by|from|on|in) "
            r"(?:your |this |the |an? )?(?:network|ip|vpn|location)\b"
        ),
        Meaning.NETWORK,
    ),
    (
        re.compile(r"^invalid authorization\.?$", re.MULTILINE),
        Meaning.REJECTED,
    ),
    (
        # Before "disabled": "your organization has disabled OAuth" does not mean that it is disabled itself.
        re.compile(
            rf"{_LOGINS}.{{0,60}}(?:{_REFUSES}|{_STOPPED})"
            rf"|\b(?:organi[sz]ation|workspace|team|administrator|admin|policy)\b.{{0,60}}"
            rf"(?:{_REFUSES}|{_STOPPED}|\bblocks|\bforbids|\bprohibits).{{0,40}}{_LOGINS}"
            rf"|{_LOGINS}.{{0,60}}\bnot (?:currently )?supported\b.{{0,40}}{_ORG}"
            rf"|{_ORG}.{{0,60}}\bnot support\b.{{0,40}}{_LOGINS}"
        ),
        Meaning.LOGINS_NOT_ALLOWED,
    ),
    (
        re.compile(rf"{_LOGINS}.{{0,60}}\b(?:not (?:currently )?supported|unsupported)\b"),
        Meaning.LOGINS_NOT_SUPPORTED,
    ),
    (
        # Before "removed": a user can be removed from an organization that continues to exist.
        re.compile(
            r"invalid authorization for (?:this |the |that )?(?:organi[sz]ation|workspace)"
            r"|(?:not|n't|no longer) (?:currently )?an? (?:active |valid )?member"
            r"|\bmembership\b.{0,40}\b(?:ended|expired|removed|revoked|inactive|not found|required)"
            r"|(?:not|n't|no longer) (?:belong to|part of) (?:an?|any|this|the|that|your) "
            r"(?:organi[sz]ation|workspace|team)"
            r"|\b(?:removed|excluded|expelled|kicked) from (?:an?|this|the|that|your) "
            r"(?:organi[sz]ation|workspace|team)"
            rf"|\b(?:no|not have|n't have|lacks?|lost|without) access to.{{0,20}}{_ORG}"
            rf"|\bseats?\b.{{0,40}}\b(?:{_BANNED}|{_LOST}|revoked|unassigned|expired)\b"
            r"|\b(?:no|not have an?|n't have an?|without an?|not assigned an?) (?:\w+ )?seat\b"
            rf"|\baccess to\b.{{0,20}}{_ORG}.{{0,40}}\b(?:revoked|removed|denied|withdrawn|ended)"
            rf"|\bnot (?:authori[sz]ed|allowed|permitted) (?:to (?:access|use|view)|for|in).{{0,20}}{_ORG}"
        ),
        Meaning.NOT_A_MEMBER,
    ),
    (
        re.compile(
            r"\b(?:subscription|plan|trial|membership)\b.{0,40}"
            r"\b(?:expired|cancell?ed|ended|lapsed|inactive|past due|unpaid|paused)\b"
            r"|\b(?:payment|invoice|card|charge)s?\b.{0,40}"
            r"\b(?:failed|required|past due|overdue|declined|unpaid|missing)\b"
            r"|\bno active (?:subscription|plan)\b|\bnot have an active (?:subscription|plan)\b"
        ),
        Meaning.BILLING,
    ),
    (
        re.compile(
            rf"{_ORG}.{{0,40}}\b{_BANNED}\b|\b{_BANNED} (?:organi[sz]ation|workspace|account)\b"
            rf"|{_ORG_CODE}(?:{_BANNED}|on_hold)\b|\buser\b.{{0,20}}\b{_BANNED}\b"
        ),
        Meaning.DISABLED,
    ),
    (
        re.compile(
            rf"{_ORG}.{{0,40}}(?:\b|(?<=does)){_LOST}\b"
            rf"|\b(?:unknown|no such|deleted|archived) (?:organi[sz]ation|workspace|account)\b"
            rf"|{_ORG_CODE}(?:deleted|removed|closed|not_found)\b"
        ),
        Meaning.GONE,
    ),
    (
        re.compile(r"scope requirement|user:profile|insufficient[_ ]scope|missing.{0,20}\bscope"),
        Meaning.SCOPE,
    ),
    (re.compile(r"revoked|invalid_grant"), Meaning.REVOKED),
    (
        re.compile(
            r"\b(?:token|login|session|session key|credentials?)\b.{0,20}"
            r"\b(?:expired|invalid|not valid|no longer valid|rejected|ended)\b"
            r"|\b(?:invalid|expired|unknown) (?:access |oauth |bearer |session )?"
            r"(?:token|session|session key|credentials?|login)\b(?! count)"
            r"|\b(?:single sign-on|sso|saml)\b.{0,30}\brequired|\brequires? (?:single sign-on|sso|saml)\b"
            r"|\b(?:log|sign) in again\b|\bre-?authenticate\b"
        ),
        Meaning.REJECTED,
    ),
)
"""Patterns of the servers' own texts in lower case, and what they mean. The first match counts."""

_TEXT_KEYS = frozenset({"type", "message", "error", "errors", "error_code", "code", "detail", "details"})
_MORE_TEXT_KEYS = frozenset({"reason", "title", "error_description", "description", "msg"})
"""Members of an error object that say what is wrong; others, such as ``request_id``, hold anything."""


def meaning_of(body: object) -> Meaning | None:
    """Return what an error means, ``None`` if nothing known matches.

    Args:
        body: a decoded JSON value of any shape, or plain text.
    """
    texts = list(texts_of(body))
    # Codes first: they are made for programs, and words are rewritten at any time.
    by_code = next((_CODES[text] for text in texts if text in _CODES), None)
    if by_code is not None:
        return by_code
    text = "\n".join(texts)
    found = next((meaning for pattern, meaning in _WORDS if pattern.search(text)), None)
    return None if found is not None and _may_pass(found, text) else found


def has_type(body: object, error_type: str) -> bool:
    """Return whether an error object is of this type."""
    outer = read_object(body)
    return error_type in (read_object(outer.get("error")).get("type"), outer.get("error"), outer.get("type"))


def texts_of(body: object) -> Iterator[str]:
    """Yield the texts of an error in lower case, with every run of spaces as one."""
    for count, text in enumerate(_texts_in(body, 0)):
        # A body may be 2 MB of texts, and each is searched by a dozen patterns.
        if count >= MAX_TEXTS:
            return
        yield " ".join(text[:MAX_TEXT_LENGTH].casefold().replace("\u2019", "'").split())


def _texts_in(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < MAX_DEPTH and isinstance(value, dict):
        for key, part in value.items():
            if key in _TEXT_KEYS | _MORE_TEXT_KEYS:
                yield from _texts_in(part, depth + 1)
    elif depth < MAX_DEPTH and isinstance(value, list):
        for part in value:
            yield from _texts_in(part, depth + 1)


def _may_pass(meaning: Meaning, text: str) -> bool:
    """Return whether the words promise that the refusal ends by itself. A login has to be renewed anyway."""
    lasting = ELSEWHERE | {Meaning.REJECTED, Meaning.REVOKED, Meaning.SCOPE}
    return meaning not in lasting and _PASSING.search(text) is not None
