"""The browser that asks claude.ai when it asks for one. Never imports engine, providers or vault."""
