"""How many examples a property test tries: 100, or fewer with ``--hypothesis-profile quick``."""

from hypothesis import HealthCheck, settings

# Generating is slow only on a machine that is busy with other work, which is no fault of the code.
settings.register_profile("quick", max_examples=25, suppress_health_check=[HealthCheck.too_slow])
