"""Times: whole milliseconds since 1970 inside, RFC 3339 outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def to_rfc3339(at: int) -> str:
    """Write milliseconds since 1970 as RFC 3339.

    >>> to_rfc3339(1_700_000_000_123)
    '2023-11-14T22:13:20.123Z'
    """
    return (_EPOCH + timedelta(milliseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % 1000:03d}Z"


def from_rfc3339(text: str) -> int:
    """Read RFC 3339 as milliseconds since 1970.

    >>> from_rfc3339("2023-11-14T22:13:20.123Z")
    1700000000123

    Raises:
        ValueError: not a time, or one without its zone.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"a time names its zone: {text!r}")
    return (at - _EPOCH) // timedelta(milliseconds=1)
