"""The packages, built for real and tried in bare Debian roots; `dev.py package-test` runs these alone."""
