"""Compares the places that name a version. Pure: must not read files or start programs."""

import re

_RELEASE_HEADING = re.compile(r"^## \[?v?(\d+\.\d+\S*?)\]?(?:\s|$)", re.MULTILINE)


def newest_release(changelog: str) -> str | None:
    """Return the version of the topmost release heading. `## Unreleased` is not a release."""
    found = _RELEASE_HEADING.search(changelog)
    return found.group(1) if found else None


def find_disagreements(version: str, *, command_says: str, changelog: str) -> list[str]:
    """Return a sentence for each place that names another version than pyproject.toml does."""
    claims = {
        "`claudometer --version`": next(iter(command_says.split()[::-1]), None),
        "CHANGELOG.md's newest heading": newest_release(changelog),
    }
    return [
        f"{who} says {claim or 'nothing'}, pyproject.toml says {version}."
        for who, claim in claims.items()
        if claim != version
    ]
