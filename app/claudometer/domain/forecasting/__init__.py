"""What a limit's percent will be at its reset, or when it will be full. Pure; no dates in words."""
