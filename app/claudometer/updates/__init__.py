"""Whether there is a newer version, and whether a file is really it. Decides; shows and installs nothing."""
