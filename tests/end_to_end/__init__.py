"""The real program as people type it, in processes of its own against the simulator. Needs no display."""
