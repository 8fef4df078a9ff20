"""Who reports, on which year, when it was issued, under which number: each with its evidence, else null."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Region:
    """A place by GB/T 2260: ``code`` (six digits), ``name`` as printed, ``level`` (province, prefecture, county …)."""

    code: str
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Years:
    """A span of calendar years, both ends included; one year has ``first == last``."""

    first: int
    last: int

    def as_json(self) -> dict[str, int]:
        """Give ``{"from": …, "to": …}``."""
        return {"from": self.first, "to": self.last}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the document itself determines (or the uploader stated); whatever is unknown is None, never guessed.

    ``evidence`` maps a member's name to the span of the clean text it came from, or to ``"hint"``.
    """

    kind: str = "other"
    title: str | None = None
    issuers: tuple[str, ...] = ()
    region: Region | None = None
    covers: Years | None = None
    plans: Years | None = None
    number: str | None = None
    issued_on: str | None = None
    session: str | None = None
    source: str | None = None
    evidence: dict[str, tuple[int, int] | str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give the member ``metadata`` of a content object; the title stands beside it, not in it."""
        region = self.region
        return {
            "kind": self.kind,
            "issuers": list(self.issuers),
            "region": region and {"code": region.code, "name": region.name, "level": region.level},
            "covers": self.covers and self.covers.as_json(),
            "plans": self.plans and self.plans.as_json(),
            "number": self.number,
            "issued_on": self.issued_on,
            "session": self.session,
            "source": self.source,
            "evidence": {
                name: list(at) if isinstance(at, tuple) else at for name, at in self.evidence.items()
            },
        }
