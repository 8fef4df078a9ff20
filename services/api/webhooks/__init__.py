"""Webhooks by the Standard Webhooks specification: signed, pinned to checked addresses, bounded in time and size."""

from .addresses import AddressRefusedError, Target, resolve_target
from .sending import Delivery, send
from .signing import new_secret, sign, verify

__all__ = [
    "AddressRefusedError",
    "Delivery",
    "Target",
    "new_secret",
    "resolve_target",
    "send",
    "sign",
    "verify",
]
