"""Signatures by the Standard Webhooks specification 1.0 (standardwebhooks.com), symmetric form ``v1``."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import Final

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - the public prefix of a secret, not one
SECRET_BYTES: Final = 32
"""The specification asks for 24 to 64."""

TOLERANCE: Final = 300
"""Seconds by which a timestamp may be off before a receiver should refuse it (the specification's advice)."""


def new_secret() -> str:
    """Make a secret, in the form in which it is shown to its owner, once."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(secret: str, identifier: str, timestamp: int, payload: bytes) -> str:
    """Give the value of ``webhook-signature``.

    Args:
        secret: as ``new_secret`` made it.
        identifier: the message's id; the same for every attempt, so that a receiver can drop repeats.
        timestamp: seconds since 1970 of this attempt.
        payload: the body, byte for byte.

    Raises:
        ValueError: the secret is not of the form ``whsec_<base64>``.
    """
    signed = b".".join((identifier.encode(), str(timestamp).encode(), payload))
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()


def verify(
    secret: str, identifier: str, timestamp: int, payload: bytes, signatures: str, *, now: int | None = None
) -> bool:
    """Check a received message as a receiver should; ``signatures`` may hold several, divided by spaces.

    With ``now`` (seconds since 1970) a message older or newer than ``TOLERANCE`` is refused.
    """
    if now is not None and abs(now - timestamp) > TOLERANCE:
        return False
    expected = sign(secret, identifier, timestamp, payload)
    return any(hmac.compare_digest(expected, given) for given in signatures.split(" "))


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        raise ValueError("a webhook secret is whsec_ and base64") from None
