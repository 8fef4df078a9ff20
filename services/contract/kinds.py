"""The words that a member of a listed kind may be; the archive keeps the very same ones."""

from __future__ import annotations

from typing import Literal

Standing = Literal["open", "published", "withdrawn", "erased"]
"""Of a report. ``open``: accepted, nothing published yet."""

RevisionState = Literal["pending", "published", "held", "rejected", "parked", "erased"]
"""Of a revision. ``pending`` includes waiting and being worked on; ``held`` has a draft that nobody has released."""

EventKind = Literal[
    "added",
    "source-revised",
    "reprocessed-same",
    "reprocessed-changed",
    "reverted",
    "withdrawn",
    "restored",
    "erased",
]

Queue = Literal["interactive", "bulk"]
"""``interactive``: someone waits for it. One worker slot takes nothing else."""

Scope = Literal["upload", "read", "manage"]
