"""Claudometer: how much of a Claude plan's limits is used. Holds nothing, so that every start stays cheap."""
