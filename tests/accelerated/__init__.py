"""Weeks of the real engine in seconds: virtual time, a modelled account and server, an observer."""
