"""What each process of the program consists of: tray, window, browser, commands without the app, doctor."""
