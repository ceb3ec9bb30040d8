"""Tests that build the packages and try them in minimal Debian systems, run by `dev.py package-test`."""
