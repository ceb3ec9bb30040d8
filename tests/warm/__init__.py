"""Starts commands as forks of a process that has imported their modules: most of their CPU time is saved."""
