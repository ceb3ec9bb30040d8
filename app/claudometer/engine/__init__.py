"""The heart: event bus, poller and the engine that everything else calls. No GUI."""
