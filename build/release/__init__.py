"""Turns packages into a release: keys, signatures, manifest, checksums. Run by `build/dev.py release`."""
