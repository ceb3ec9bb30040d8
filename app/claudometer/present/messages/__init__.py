"""Every sentence that a person reads, in one module per place where it is shown.

========================  ==================================================================
``phrases``               what several places share: sources, ages, days, "No data yet."
``card``, ``menu``        the window's usage card; the tray's menu and tooltip
``form``, ``answers``     the settings form; the answers to a save, a key's removal, a refresh
``requests``              the list of requests, in the window and in the terminal
``updates``               a newer version: the panel, the menu, what can go wrong
``terminal``              ``status``, ``watch`` and the status line; the hints of a terminal
``alerts``, ``mute``      notifications; how they are silenced
``alert_list``            the past alerts, in the window and in the terminal
``accounts``              ``accounts``: the account and its organizations
``cli``, ``doctor``       help, mistakes on the command line, set-up; the self-test. The longer
                          help of a command is in ``command_help``
``errors``                finds the sentences for an error and fills them; they are in
                          ``claude_errors`` (login, answers, network) and
                          ``local_errors`` (this computer, its settings, the app itself)
========================  ==================================================================

An entry is a whole sentence or label with named placeholders, so that each can be translated separately.
Where a sentence depends on a number or a state, there are several entries, and code chooses between them.
"""
