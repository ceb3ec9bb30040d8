"""Every sentence that a person reads, in one module per place where it is shown.

=========================  =================================================================
``phrases``                what several places share: sources, ages, days, "No data yet."
``card``, ``menu``         the window's usage card; the tray's menu and tooltip
``forecast``, ``at_limit`` what is likely to come of a limit; what a reached one means
``history``, ``resets``    the course of the limits and their resets, in window and terminal
``day_by_day``             the days of a limit's present window
``form``, ``answers``      the settings form; the answers to a save, a key's removal, a refresh
``requests``               the list of requests, in the window and in the terminal
``updates``                a newer version: the panel, the menu, what can go wrong
``alerts``, ``mute``       notifications; how they are muted
``alert_list``             the past alerts, in the window and in the terminal
``closing``                what the window asks before it closes where no tray icon is shown
``own_commands``           commands of this program on the window's pages
``terminal``               ``status`` and ``watch``; the hints that fit a terminal
``status_line``            the line below Claude Code's prompt
``guard``, ``accounts``    the commands of these names
``cli``, ``command_help``  help, and mistakes on the command line; the longer help of a command
``start``                  what the terminal that started the app says
``claude_setup``           what the set-up of status line and hook prints
``doctor``                 the check of this computer
``requests_left``          what that check says about the requests that are left
``doctor_explain``         what the JSON for a status line contains
``selftest``               what the self-test prints
``message``                the pair of sentences that every error has
``errors``                 finds that pair for an error, and fills in its facts
``claude_errors``          the login, and Claude's answers
``claude_missing``         no login, and no Claude Code either
``login_folder_errors``    the folder of Claude Code's login
``network_errors``         the proxy, the network, what this computer refuses
``local_errors``           the keyring, the settings, the desktop, the app itself
``file_errors``            our own files, and Claude Code's settings
``history_faults``         why the history is not saved or cannot be read
``write_faults``           why something else is not saved
``tray_hosts``             why a desktop does not show the tray icon
``demo_errors``            errors whose step is about the demo
=========================  =================================================================

An entry is a whole sentence or label with named placeholders, so that each can be translated separately.
Where a sentence depends on a number or a state, there are several entries, and code chooses between them.
"""
