"""What every HTTP service here shares: problem details, the guard at the door, and how an app is put together."""

from .app import build_app
from .guard import LocalGuard
from .problems import ProblemError, problem_response
from .state import ArchiveOf, SettingsOf

__all__ = ["ArchiveOf", "LocalGuard", "ProblemError", "SettingsOf", "build_app", "problem_response"]
