"""Weeks of the real engine in seconds: virtual time, a modelled account and server, and who watches the surfaces."""
