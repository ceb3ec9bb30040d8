"""The sources of usage numbers: requests to servers, and files on this computer."""
