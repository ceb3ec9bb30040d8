"""The database of what is kept for long: points, resets, and what later migrations add.

Only ``sqlite3`` of the standard library. It is imported on the first use, in the thread that uses it: the
tray starts without it, and ``status`` of a running app never loads it.
"""
