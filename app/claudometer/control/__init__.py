"""The one local socket: protocol, endpoint, server and client."""
