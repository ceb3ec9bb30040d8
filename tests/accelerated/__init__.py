"""Simulations of the real engine over weeks: virtual time, a simulated account and server, an observer."""
