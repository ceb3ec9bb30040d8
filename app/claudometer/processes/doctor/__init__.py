"""``claudometer doctor``: what works on this computer and what does not. ``checks.py`` runs all checks."""
