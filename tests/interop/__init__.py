"""Runs the real Claude Code beside Claudometer, against a server of our own, cut off from every network."""
