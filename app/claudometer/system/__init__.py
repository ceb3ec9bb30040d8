"""The operating system, one service a file."""
