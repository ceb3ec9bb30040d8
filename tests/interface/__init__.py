"""Recordings of the output that scripts and people rely on; ``python -m tests.interface`` makes them."""
