"""Tests of the real commands, as processes against simulated servers. They need no display."""
