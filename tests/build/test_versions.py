"""Tests `dev.py version`: it finds every place whose version differs from the project's."""

import pytest
from devtools.versions import find_disagreements, newest_release

CHANGELOG = "# Changelog\n\n## Unreleased\n\n- more\n\n## [1.2.0] - 2026-11-22\n\n## 1.1.0\n"


@pytest.mark.parametrize(
    ("changelog", "newest"),
    [
        (CHANGELOG, "1.2.0"),
        ("## 0.1.0\n", "0.1.0"),
        ("## v2.0.0rc1 (today)\n", "2.0.0rc1"),
        ("## Unreleased\n", None),
    ],
)
def test_the_newest_release_is_the_topmost_heading_with_a_version(changelog: str, newest: str | None) -> None:
    assert newest_release(changelog) == newest


def test_there_is_no_message_if_program_changelog_and_project_agree() -> None:
    assert find_disagreements("1.2.0", command_says="claudometer 1.2.0\n", changelog=CHANGELOG) == []


def test_each_place_with_another_version_has_a_message() -> None:
    assert find_disagreements("1.3.0", command_says="", changelog=CHANGELOG) == [
        "`claudometer --version` says nothing, pyproject.toml says 1.3.0.",
        "CHANGELOG.md's newest heading says 1.2.0, pyproject.toml says 1.3.0.",
    ]
