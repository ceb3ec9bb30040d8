"""What people see: the tray and the settings window."""
