"""The reading room: pages on which a person browses reports, reads an edition beside its outline and apparatus."""

from .pages import router
from .passing import KeyAsPassword

__all__ = ["KeyAsPassword", "router"]
