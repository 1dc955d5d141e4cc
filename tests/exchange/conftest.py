"""Property tests count what is wrong, not how long a busy machine takes."""

from hypothesis import settings

settings.register_profile("rollegalleri", deadline=None)
settings.load_profile("rollegalleri")
