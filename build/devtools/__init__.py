"""What stands behind build/dev.py: standard library alone, because it runs before anything is installed."""
