"""The processes of the program and how each is put together: tray, window, browser, terminal, doctor."""
