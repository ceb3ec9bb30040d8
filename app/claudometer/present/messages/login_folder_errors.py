"""What is wrong with the folder of Claude Code's login, by the fact ``reason``. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.present.messages.message import Message

NAMED_FOLDER_REASONS: Final = {
    "missing": Message(
        "{variable} names a folder that does not exist: {folder}.",
        "Correct {variable} or unset it, then start Claudometer again.",
    ),
    "all_missing": Message(
        "{variable} names folders that do not exist: {folder}.",
        "Correct {variable} or unset it, then start Claudometer again.",
    ),
    "file": Message(
        "{variable} names a file, not a folder: {folder}.",
        "Correct {variable} or unset it, then start Claudometer again.",
    ),
    "empty": Message(
        "{variable} names a folder without a Claude Code login: {folder}.",
        "Log in with “claude” there, or correct {variable} and start Claudometer again.",
    ),
}
"""What is wrong with the folder that a variable names, by the fact ``reason``."""

CHOSEN_FOLDER_REASONS: Final = {
    "missing": Message(
        "Claude Code's folder does not exist: {folder}.",
        "Choose the folder that has Claude Code's login, or set CLAUDE_CONFIG_DIR to it.",
    ),
    "file": Message(
        "Claude Code's folder is a file: {folder}.",
        "Set CLAUDE_CONFIG_DIR to Claude Code's folder, then start Claudometer again.",
    ),
    "empty": Message(
        "There is no Claude Code login in {folder}.",
        "Log in with “claude” there, or choose the folder that has the login (CLAUDE_CONFIG_DIR).",
    ),
}
"""What is wrong with the folder that the user chose, by the fact ``reason``."""

LISTED_FOLDER_REASONS: Final = {
    "missing": Message(
        "{variable} also names a folder that does not exist: {named}.",
        "The numbers are those of {folder}. Correct {variable}, then start Claudometer again.",
    ),
    "several_missing": Message(
        "{variable} also names folders that do not exist: {named}.",
        "The numbers are those of {folder}. Correct {variable}, then start Claudometer again.",
    ),
}
"""What is wrong with folders in a list that are not in use, by the fact ``reason``."""
