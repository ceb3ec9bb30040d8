"""The real engine on real files, killed at any moment. Needs no display."""
