"""Loads, migrates and saves the user's settings."""
