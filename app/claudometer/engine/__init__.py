"""The heart: event bus, poller and the facade that everything else calls. No GUI."""
