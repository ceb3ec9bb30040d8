"""The database: the history of every limit, past alerts, and the state that the programs of a user share.

Only ``sqlite3`` of the standard library. It is imported on the first use, in the thread that uses it: the
tray starts without it, and ``status`` of a running app never loads it.
"""
