"""The types of everything that crosses the local socket. At run time these modules are empty.

So they cost ``claudometer status`` nothing, but must be imported only under ``TYPE_CHECKING``. Both ends
build and read these types as plain dictionaries. None of them contains a secret.
"""
