"""Which alerts are due, and which of them may be shown now. No I/O, no sentences."""
