"""PURE: does everything that names a version name the same one? Must not read files or start programs."""

import re

_RELEASE_HEADING = re.compile(r"^## \[?v?(\d+\.\d+\S*?)\]?(?:\s|$)", re.MULTILINE)


def newest_release(changelog: str) -> str | None:
    """Return the version of the topmost release heading; `## Unreleased` is none."""
    found = _RELEASE_HEADING.search(changelog)
    return found.group(1) if found else None


def find_disagreements(version: str, *, command_says: str, changelog: str) -> list[str]:
    """Compare pyproject.toml's version with what the program and the changelog's top say."""
    claims = {
        "`claudometer --version`": next(iter(command_says.split()[::-1]), None),
        "CHANGELOG.md's newest heading": newest_release(changelog),
    }
    return [
        f"{who} says {claim or 'nothing'}, pyproject.toml says {version}."
        for who, claim in claims.items()
        if claim != version
    ]
