"""The hidden browser that sends requests to claude.ai. Imports neither engine nor vault."""
