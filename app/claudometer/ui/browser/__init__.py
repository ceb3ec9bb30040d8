"""The hidden browser, which sends requests to claude.ai. Imports neither engine nor vault."""
