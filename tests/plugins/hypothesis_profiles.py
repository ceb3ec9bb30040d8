"""How many examples a property test tries: 100, or fewer with ``--hypothesis-profile quick``."""

from hypothesis import settings

settings.register_profile("quick", max_examples=25)
