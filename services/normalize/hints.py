"""What the uploader or a person states about a source. Hints are input, so normalizing stays pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self

from ..edition import to_json

Action = Literal["replace", "accept", "refuse"]
ACTIONS: Final[tuple[Action, ...]] = ("replace", "accept", "refuse")


STATED_WORDS: Final = ("kind", "title", "number", "issued_on", "session", "source")
STATED_MEMBERS: Final = (*STATED_WORDS, "covers", "plans", "issuers", "region")
"""What can be stated of the metadata."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """A person's word on one place of a text, anchored by content and not by offset.

    * ``replace``: in the clean text, ``was`` between ``before`` and ``after`` becomes ``now``;
    * ``accept``: the proposal ``was`` → ``now`` that a finding carries is applied;
    * ``refuse``: an edit ``was`` → ``now`` that a stage proposes there is not applied.

    ``who`` and ``why`` go into the record. An amendment that no longer fits becomes a finding ``amendment-unused``.
    """

    action: Action
    was: str
    now: str
    before: str = ""
    after: str = ""
    who: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Hints:
    """Encoding, script, media type and metadata as stated from outside, and edits accepted or refused.

    ``encoding`` and ``declared`` differ: ``encoding`` is a person's order and is obeyed if the bytes allow it;
    ``declared`` is what a protocol or a catalogue said, one witness among others.
    """

    encoding: str | None = None
    declared: str | None = None
    script: str | None = None
    media_type: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    amendments: tuple[Amendment, ...] = ()
    parts: bool = False
    """Publish the parts of a compilation as reports of their own."""

    def as_json(self) -> dict[str, Any]:
        """Give the members that are set, in a fixed order: equal hints have equal JSON."""
        out: dict[str, Any] = {}
        for name in ("encoding", "declared", "script", "media_type"):
            value = getattr(self, name)
            if value is not None:
                out[name] = value
        if self.metadata:
            out["metadata"] = {name: self.metadata[name] for name in sorted(self.metadata)}
        if self.amendments:
            out["amendments"] = [
                {
                    name: value
                    for name in ("action", "was", "now", "before", "after", "who", "why")
                    if (value := getattr(amendment, name)) or name in ("action", "was", "now")
                }
                for amendment in self.amendments
            ]
        if self.parts:
            out["parts"] = True
        return out

    def canonical(self) -> bytes:
        """Give the bytes by which two sets of hints are told apart."""
        return to_json(self.as_json())

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read what ``as_json`` wrote.

        Raises:
            ValueError: an unknown member, or one of the wrong form; the message names it.
        """
        known = {"encoding", "declared", "script", "media_type", "metadata", "amendments", "parts"}
        unknown = sorted(set(value) - known)
        if unknown:
            raise ValueError(f"hints have no member {unknown[0]!r}; there are {', '.join(sorted(known))}")
        for name in ("encoding", "declared", "script", "media_type"):
            if value.get(name) is not None and not isinstance(value[name], str):
                raise ValueError(f"hints: {name} must be a string")
        metadata = value.get("metadata") or {}
        if not isinstance(metadata, Mapping):
            raise ValueError("hints: metadata must be an object")  # noqa: TRY004 - one kind of error for callers
        amendments = []
        for entry in value.get("amendments") or ():
            if not isinstance(entry, Mapping) or entry.get("action") not in ACTIONS:
                raise ValueError(f"hints: an amendment needs an action, one of {', '.join(ACTIONS)}")
            wrong = [name for name, text in entry.items() if not isinstance(text, str)]
            extra = sorted(set(entry) - {"action", "was", "now", "before", "after", "who", "why"})
            if wrong or extra or "was" not in entry or "now" not in entry:
                raise ValueError(
                    "hints: an amendment has the strings action, was, now, before, after, who, why"
                )
            amendments.append(Amendment(**entry))
        return cls(
            encoding=value.get("encoding"),
            declared=value.get("declared"),
            script=value.get("script"),
            media_type=value.get("media_type"),
            metadata=dict(metadata),
            amendments=tuple(amendments),
            parts=bool(value.get("parts", False)),
        )


NO_HINTS: Final = Hints()
