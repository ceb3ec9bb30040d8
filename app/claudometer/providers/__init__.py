"""Everything that talks to a source of usage numbers."""
