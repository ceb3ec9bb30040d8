"""Claude's two sources: claude.ai in web mode, Claude Code's login in CLI mode."""
