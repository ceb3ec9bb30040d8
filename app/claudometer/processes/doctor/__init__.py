"""``claudometer doctor``: what works on this computer and what does not. ``checks`` runs all of it."""
