"""Keys, and what was done with them."""

from __future__ import annotations

from typing import Any

from ..kinds import Scope
from ..typed import TypedDict


class Key(TypedDict):
    """What is known of an access key; its secret is not."""

    prefix: str
    name: str
    scopes: list[Scope]
    labels: list[str] | None
    created_at: str
    last_used_at: str | None
    revoked_at: str | None


class MadeKey(Key):
    """A new key with its token, which is shown this once."""

    token: str


class Keys(TypedDict):
    """All keys, revoked ones too."""

    keys: list[Key]


class AuditEntry(TypedDict):
    """One thing that was changed, by whom, in which request."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    request: str
    data: dict[str, Any]


class AuditPage(TypedDict):
    """Entries in order; ``next`` is what to ask with next time."""

    entries: list[AuditEntry]
    next: int
