"""Updates: finds the newest release, verifies its signature and installs it. Shows nothing."""
