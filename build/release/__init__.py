"""Makes a release of what was packaged: keys, signatures, manifest, sums. Run by `build/dev.py release`."""
