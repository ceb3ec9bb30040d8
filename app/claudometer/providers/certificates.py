"""Builds TLS contexts that verify servers by the system's certificates and those that the user adds.

Imported inside functions only, as ``providers.transport`` is.
"""

from __future__ import annotations

import os
import ssl
import sys
from contextlib import suppress
from pathlib import Path

import httpx

EXTRA_CERTIFICATES = "NODE_EXTRA_CA_CERTS"
"""Node's variable: a file of certificates to trust beside the system's."""


def make_lean_tls_context() -> ssl.SSLContext | None:
    """Build a context that reads a certificate from the system's folder when a server needs it.

    It takes 0.8 MB and 20 ms of CPU less than :func:`make_tls_context`, for which OpenSSL loads every
    certificate of the system's file. Distributions make both from the same list; only by hand can a
    certificate get into the file alone. ``None`` where there is no such folder, or a variable names others.
    """
    is_named = any(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", EXTRA_CERTIFICATES))
    if sys.platform in ("darwin", "win32") or is_named or not has_certificate_folder():
        return None
    return ssl.create_default_context(capath=ssl.get_default_verify_paths().capath)


def make_tls_context() -> ssl.SSLContext:
    """Build a context that trusts the certificates of the system.

    OpenSSL cannot read the certificates of macOS and Windows, so truststore lets the system verify there.
    On Linux truststore only loads the system's file into OpenSSL, and again for each connection (25 ms of CPU
    a poll instead of 4). So a plain context is preferred, and truststore, which knows more locations, is used
    if OpenSSL finds no certificates.
    """
    context = _system_context()
    extra = os.environ.get(EXTRA_CERTIFICATES)
    if extra:
        # Users of Claude Code set it for their company's proxy, which is between us and Claude as well.
        with suppress(OSError, ValueError):
            context.load_verify_locations(extra)
    return context


def find_unusable_certificates() -> str | None:
    """Return a variable whose certificates cannot be loaded, ``None`` if all can. Reads the files.

    OpenSSL ignores a file or folder that is missing, and Node a file that it cannot read. Neither says so,
    and then no server can be verified.
    """
    for variable in ("SSL_CERT_FILE", EXTRA_CERTIFICATES):
        file = os.environ.get(variable)
        try:
            if file:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
        except (OSError, ValueError):
            return variable
    folders = [folder for folder in os.environ.get("SSL_CERT_DIR", "").split(os.pathsep) if folder]
    return None if not folders or any(Path(folder).is_dir() for folder in folders) else "SSL_CERT_DIR"


def _system_context() -> ssl.SSLContext:
    if sys.platform not in ("darwin", "win32"):
        context = ssl.create_default_context()
        if context.cert_store_stats()["x509_ca"] or has_certificate_folder():
            return context
    try:
        import truststore  # noqa: PLC0415 - not loaded where a plain context is enough
    except ImportError:
        return httpx.create_ssl_context()
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def finds_certificates() -> bool:
    """Return whether OpenSSL or the system has certificates, without which no server can be trusted."""
    try:
        context = make_tls_context()
    except (OSError, ValueError):
        return False
    if type(context) is not ssl.SSLContext:
        return True  # truststore: the system verifies, and does not list its certificates
    return bool(context.cert_store_stats()["x509_ca"]) or has_certificate_folder()


def has_certificate_folder() -> bool:
    """Return whether OpenSSL's default folder has certificates, as many distributions provide.

    OpenSSL loads those on demand, so ``cert_store_stats`` does not count them.
    """
    folder = ssl.get_default_verify_paths().capath
    return bool(folder) and any(Path(folder).glob("*.0"))
