"""What every test shares. Fixtures of one subject live beside its tests, not here."""

pytest_plugins = ["tests.plugins.machine_needs", "tests.plugins.short_folder"]
