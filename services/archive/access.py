"""Access keys and the audit trail: the catalog's own, backed up with it, never in the object store.

A key is ``jk_<prefix>_<secret>``: eight characters to find it by and 256 random bits that are kept only as their
SHA-256. A random secret of that length needs no salt and no slow hash (NIST SP 800-63B 5.1.1.2 asks for those where a
secret could be guessed). It is shown once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args

from sqlalchemy import BigInteger, Column, Index, Row, Table, Text, func, insert, select, update

from ..contract.kinds import Scope
from .names import check_labels
from .subscriptions import Subscriptions
from .tables import Serial, Sorted, metadata

if TYPE_CHECKING:
    from .database import Database

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

TOUCH_MILLISECONDS: Final = 60_000
"""``last_used_at`` is written at most once a minute: reading must not become writing."""

_PREFIX_CHARACTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
_PREFIX_LENGTH: Final = 8
_SECRET_BYTES: Final = 32

keys = Table(
    "keys",
    metadata,
    Column("prefix", Sorted, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("labels", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("data", Text, nullable=False),
    Index("ix_audit_subject", "subject", "id"),
)


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of an access key. ``labels``: it reaches only reports with one of them; None: all reports."""

    prefix: str
    name: str
    scopes: frozenset[Scope]
    labels: tuple[str, ...] | None
    created_at: int
    last_used_at: int | None = None
    revoked_at: int | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that was changed: when, by which key or person, what, and in which request."""

    id: int
    at: int
    actor: str
    action: str
    subject: str
    request: str
    data: Mapping[str, Any]


class Keys:
    """Access keys in the catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, name: str, scopes: Sequence[str], *, labels: Sequence[str] | None = None
    ) -> tuple[Key, str]:
        """Make a key; gives what is kept of it and the token, which is shown this once.

        Raises:
            ValueError: no name, no scope, or one that there is not.
            LabelError: a label is not of the form of labels.
        """
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown or not scopes:
            raise ValueError(f"a key has scopes, one or more of {', '.join(SCOPES)}{_not_of(unknown)}")
        if not name.strip() or len(name) > 200 or "\0" in name:
            raise ValueError("a key has a name of 1 to 200 characters, none of them U+0000: say who uses it")
        kept = None if labels is None else tuple(sorted(check_labels(tuple(labels))))
        if kept == ():
            raise ValueError("a key limited to labels names at least one; leave labels out for all reports")
        prefix = "".join(secrets.choice(_PREFIX_CHARACTERS) for _ in range(_PREFIX_LENGTH))
        secret = base64.urlsafe_b64encode(secrets.token_bytes(_SECRET_BYTES)).rstrip(b"=").decode()
        key = Key(
            prefix,
            name.strip(),
            frozenset(one for one in SCOPES if one in scopes),
            kept,
            self._database.now(),
        )
        with self._database.write() as connection:
            connection.execute(
                insert(keys).values(
                    prefix=prefix,
                    digest=_digest(secret),
                    name=key.name,
                    scopes=" ".join(sorted(key.scopes)),
                    labels=None if kept is None else json.dumps(kept, ensure_ascii=False),
                    created_at=key.created_at,
                )
            )
        return key, f"jk_{prefix}_{secret}"

    def find(self, token: str) -> Key | None:
        """Find the key of a token; None for anything that is no valid, unrevoked key."""
        kind, _, rest = token.partition("_")
        prefix, _, secret = rest.partition("_")
        # A password of a browser (Basic) may hold any character, and PostgreSQL takes no U+0000.
        if kind != "jk" or len(prefix) != _PREFIX_LENGTH or not prefix.isalnum() or not secret:
            return None
        with self._database.read() as connection:
            row = connection.execute(select(keys).where(keys.c.prefix == prefix)).first()
        # Compared also when there is no such prefix: the time tells nothing.
        fits = hmac.compare_digest(row.digest if row else _digest(""), _digest(secret))
        return _key(row) if row is not None and fits and row.revoked_at is None else None

    def touch(self, prefix: str) -> None:
        """Note that a key was used, at most once a minute."""
        now = self._database.now()
        with self._database.write() as connection:
            connection.execute(
                update(keys)
                .where(
                    keys.c.prefix == prefix, func.coalesce(keys.c.last_used_at, 0) < now - TOUCH_MILLISECONDS
                )
                .values(last_used_at=now)
            )

    def revoke(self, prefix: str) -> bool:
        """End a key, and what it subscribed; False when there is none or it was ended before."""
        with self._database.write() as connection:
            done = connection.execute(
                update(keys)
                .where(keys.c.prefix == prefix, keys.c.revoked_at.is_(None))
                .values(revoked_at=self._database.now())
            )
            Subscriptions(self._database).end_of(connection, prefix)
            return done.rowcount == 1

    def list(self) -> Sequence[Key]:
        """Give all keys, revoked ones too, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(keys).order_by(keys.c.created_at, keys.c.prefix))
            return [_key(row) for row in rows]

    def any(self) -> bool:
        """Tell whether a key was ever made; until then a service answers this machine only."""
        with self._database.read() as connection:
            return connection.execute(select(keys.c.prefix).limit(1)).first() is not None


class Audit:
    """The trail of what was changed by whom."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(
        self,
        actor: str,
        action: str,
        subject: str,
        *,
        request: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an entry down; never a secret, never a text."""
        with self._database.write() as connection:
            connection.execute(
                insert(audit).values(
                    at=self._database.now(),
                    actor=actor,
                    action=action,
                    subject=subject,
                    request=request,
                    data=json.dumps(dict(data or {}), ensure_ascii=False, sort_keys=True),
                )
            )

    def entries(
        self, *, after: int = 0, limit: int = 100, subject: str | None = None
    ) -> Sequence[AuditEntry]:
        """Give entries behind ``after`` in order."""
        wanted = select(audit).where(audit.c.id > after)
        if subject is not None:
            wanted = wanted.where(audit.c.subject == subject)
        with self._database.read() as connection:
            return [
                AuditEntry(
                    row.id, row.at, row.actor, row.action, row.subject, row.request, json.loads(row.data)
                )
                for row in connection.execute(wanted.order_by(audit.c.id).limit(limit))
            ]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Row[Any]) -> Key:
    labels = None if row.labels is None else tuple(json.loads(row.labels))
    scopes = frozenset(one for one in SCOPES if one in row.scopes.split())
    return Key(row.prefix, row.name, scopes, labels, row.created_at, row.last_used_at, row.revoked_at)


def _not_of(unknown: Sequence[str]) -> str:
    return f", not {unknown[0]!r}" if unknown else ""
