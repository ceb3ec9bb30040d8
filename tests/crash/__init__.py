"""Tests that kill the real program at random moments. They need no display."""
