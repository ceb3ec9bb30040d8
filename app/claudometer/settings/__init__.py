"""Loads and saves the user's settings, and reads the environment variables that override them."""
