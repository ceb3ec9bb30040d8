"""What scripts and other programs rely on, byte for byte. ``python -m tests.interface`` records it."""
