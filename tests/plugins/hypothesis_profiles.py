"""How many examples a property test tries: 100, or fewer with ``--hypothesis-profile quick``."""

from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: by default, hypothesis fails an example that takes 0.2 s.
settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("patient"), max_examples=25)
settings.load_profile("patient")
