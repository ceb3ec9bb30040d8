"""The shape of everything that crosses the local socket. For type checkers: at run time it is all empty.

So it costs ``claudometer status`` nothing, and must be imported only under ``TYPE_CHECKING``. Both ends
build and read these shapes as plain dictionaries. None of them holds a secret.
"""
