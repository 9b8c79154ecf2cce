"""No test here is timed: machines are shared, and loading the catalogue counts into the first run."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
