"""The code behind build/dev.py. It runs before anything is installed: standard library only."""
