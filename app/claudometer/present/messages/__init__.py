"""Every sentence that a person reads, by where it is shown. Pure."""
