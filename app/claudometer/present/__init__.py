"""Turns what is known into words and shapes. Pure. Every sentence for users is in ``present.messages``."""
