"""What is known of Claude: its servers' responses, and the files of Claude Code on this computer."""
