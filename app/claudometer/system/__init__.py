"""The operating system, with one module per service."""
